"""Parts of a document that have the same faults: known by their tags, and by the kinds of faults where texts matter.

A generator that makes a mistake makes it in every payment. The first is explained; of the others nothing is wanted but
the count, once the lists of the rules are full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from lxml import etree

from statements.formats.pain001.schema.forms import Forms
from statements.formats.pain001.scope import Shape, compiled, cut

# So many kinds are kept in mind.
_KINDS = 1_000
# Longer parts are like no other.
_LONG = 1 << 16
# The number of a part inside another one, which was judged before.
_MARKED = re.compile(r':number="\d+"')


class PartFaults(msgspec.Struct, frozen=True):
    """How many faults of each rule a part has, and how many unknown elements beside them were taken out unseen."""

    rules: dict[str, int]
    left_out: int


class Alike:
    """What is kept of the parts that were explained. ``forms`` are those of their schema."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._shapes: dict[str, Shape | None] = {}
        self._faults: dict[str, PartFaults] = {}

    def tags(self, part: Any, *, payment: bool) -> tuple[str, bool]:
        """The tags of a part, and whether they say all: there are no texts, or those of a payment that have forms which
        the schema accepts, or are no numbers where it wants some, which is added to the tags. No tags at all of a part
        that is like no other.
        """
        text = etree.tostring(part, encoding="unicode", with_tail=False)
        if len(text) > _LONG:
            return "", False
        if text.endswith("/>"):
            return text, True
        tags, texts = cut(text)
        if not payment:
            return _MARKED.sub("", tags), not texts
        if tags not in self._shapes:
            if len(self._shapes) >= _KINDS:
                self._shapes.clear()
            self._shapes[tags] = compiled(tags)
        shape = self._shapes[tags]
        refused = self._forms.refused(shape, texts) if shape is not None else None
        if refused is None:
            return tags, False
        return f"{tags} {refused}" if refused else tags, True

    def get(self, kind: str) -> PartFaults | None:
        """The faults of the parts of a kind, when one of them was explained."""
        return self._faults.get(kind)

    def keep(self, kind: str, rules: Iterable[str], left_out: int) -> None:
        """Keep the rules of the faults of a part."""
        if kind and len(self._faults) < _KINDS:
            self._faults[kind] = PartFaults(Counter(rules), left_out)
