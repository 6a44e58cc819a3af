"""Parts of a document that have the same faults: known by their tags, and by the facets that refuse their values.

A generator that makes a mistake makes it in every payment. The first is explained; of the others nothing is wanted but
the count, once the lists of the rules are full. Nor is of payments like one that is right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec
from lxml import etree

from statements.formats.pain001.scan import Groups
from statements.formats.pain001.schema import PART
from statements.formats.pain001.schema.forms import Forms, Refusals
from statements.formats.pain001.scope import LARGE, Shape, compiled, cut, idle
from statements.formats.pain001.silence import Columns

# So many kinds are kept in mind.
_KINDS = 1_000
# Longer parts are like no other.
_LONG = 1 << 16
_NAME = re.compile(r"<([^\s<>/]+)")
_NOT_KNOWN = -1
_BLOCKS = ("}PmtInf", f"}}PmtInf{PART}")


class PartFaults(msgspec.Struct, frozen=True):
    """How many faults of each rule a part has, and how many unknown elements beside them were taken out unseen.

    ``paths`` are those of the faulty elements, from the part on.
    """

    rules: dict[str, int] = {}
    left_out: int = 0
    paths: frozenset[str] = frozenset()

    @property
    def right(self) -> bool:
        """True for a part without a fault."""
        return not self.rules and not self.left_out


class Passed(msgspec.Struct, frozen=True):
    """Payments that are not in the text: how many, and those of them that are refused (from 1 on) with their faults."""

    count: int
    refused: list[tuple[int, PartFaults]]
    faults: list[tuple[PartFaults, int]]


class AlikePayments:
    """Which payments have to be looked at: see :class:`~..scan.Passing`.

    Of a run of payments whose faults are known an empty one stays in the text, which :meth:`passed` understands by its
    attribute ``mark``; on one to be looked at the attribute names its kind. ``mark`` stands nowhere in the document.
    """

    def __init__(self, forms: Forms, mark: str, counted: Callable[[PartFaults], bool]) -> None:
        self._forms = forms
        self._mark = mark
        self._counted = counted
        self._kinds: dict[tuple[Shape, Refusals], int] = {}
        self._faults: list[PartFaults | None] = []
        self._passed: dict[str, Passed] = {}

    def unread(self, text: str, groups: Groups, starts: Sequence[int], end: int, *, first: bool) -> Iterable[str]:
        """The payments to look at, and the marks of those that are not."""
        kinds = self._kinds_of(groups, len(starts))
        name = _NAME.match(text, starts[0])
        if name is None:
            return [text[starts[0] : end]]
        raw = name[1]
        known = {kind: faults for kind in set(kinds) if (faults := self._known(kind)) is not None}
        out: list[str] = []
        run: list[tuple[int, PartFaults]] = []
        ends = (*starts[1:], end)
        for start, stop, kind in zip(starts, ends, kinds, strict=True):
            faults = known.get(kind)
            plain = text.startswith(">", start + len(raw) + 1) or "xmlns" not in text[start : text.find(">", start)]
            if faults is not None and plain:
                run.append((kind, faults))
                continue
            if run:
                out.append(self._stand_in(raw, run))
                run = []
            if kind == _NOT_KNOWN or not plain:
                out.append(text[start:stop])
            else:
                out += (
                    text[start : start + len(raw) + 1],
                    f' {self._mark}="k{kind}"',
                    text[start + len(raw) + 1 : stop],
                )
        if run:
            out.append(self._stand_in(raw, run))
        return out

    def _kinds_of(self, groups: Groups, count: int) -> list[int]:
        """The kind of each payment."""
        kinds = [_NOT_KNOWN] * count
        for shape, (positions, columns) in groups.items():
            refusals = self._forms.refusals(shape, columns) if shape is not LARGE else None
            if refusals is None:
                continue
            plain = self._kind(shape, ())
            for position in positions:
                kinds[position] = plain
            of: dict[Refusals, int] = {}
            for place, refused in refusals.items():
                if refused is not None and refused not in of:
                    of[refused] = self._kind(shape, refused)
                kinds[positions[place]] = of[refused] if refused is not None else _NOT_KNOWN
        return kinds

    def _kind(self, shape: Shape, refused: Refusals) -> int:
        key = (shape, refused)
        kind = self._kinds.get(key)
        if kind is None:
            if len(self._kinds) >= _KINDS:
                return _NOT_KNOWN
            kind = self._kinds[key] = len(self._faults)
            self._faults.append(None)
        return kind

    def _known(self, kind: int) -> PartFaults | None:
        """The faults of a kind, when a payment that has them need not be looked at."""
        faults = self._faults[kind] if kind != _NOT_KNOWN else None
        return faults if faults is not None and self._counted(faults) else None

    def _stand_in(self, raw: str, run: Sequence[tuple[int, PartFaults]]) -> str:
        counts = Counter(kind for kind, _ in run)
        faults = [(self._faults[kind] or PartFaults(), count) for kind, count in counts.items()]
        refused = [(number, each) for number, (_, each) in enumerate(run, 1) if not each.right]
        name = f"s{len(self._passed)}"
        self._passed[name] = Passed(len(run), refused, faults)
        return f'<{raw} {self._mark}="{name}"/>'

    def passed(self, mark: str) -> Passed | None:
        """The payments for which an empty one stands; ``None`` for the mark of a kind."""
        return self._passed.get(mark)

    def faults(self, mark: str) -> PartFaults | None:
        """The faults of the kind of a mark, once they are known."""
        return self._faults[int(mark[1:])] if mark else None

    def keep(self, mark: str, faults: PartFaults) -> None:
        """Keep the faults of a payment; none when it is right."""
        if mark:
            self._faults[int(mark[1:])] = faults


class AlikeBlocks:
    """The same for blocks, which are looked at one by one. ``forms`` are those of a block."""

    def __init__(self, mark: str, forms: Forms) -> None:
        self._forms = forms
        self._kinds: dict[str, str] = {}  # by the whole text
        self._shapes: dict[str, Shape | None] = {}
        self._faults: dict[str, PartFaults] = {}
        # The number of a payment in it, which was judged before.
        self._numbers = re.compile(rf' {mark}="\d+"')

    def kind(self, part: Any) -> str:
        """The kind of a block, its tags and what refuses its values; empty for one that is like no other."""
        if not part.tag.endswith(_BLOCKS):
            return ""
        if not len(part) and not part.text and not part.attrib:
            return "empty"
        text = etree.tostring(part, encoding="unicode", with_tail=False)
        if len(text) > _LONG:
            return ""
        if text not in self._kinds:
            if len(self._kinds) >= _KINDS:
                self._kinds.clear()
            self._kinds[text] = self._kind(text)
        return self._kinds[text]

    def _kind(self, text: str) -> str:
        text = f"{text[:-2]}></x>" if text.endswith("/>") else self._numbers.sub("", text)
        tags, texts = cut(text)
        tags = idle(tags)
        if tags not in self._shapes:
            if len(self._shapes) >= _KINDS:
                self._shapes.clear()
            self._shapes[tags] = compiled(tags)
        shape = self._shapes[tags]
        refusals = self._forms.refusals(shape, Columns([texts])) if shape is not None else None
        if refusals is None or (refused := refusals.get(0, ())) is None:
            return ""
        return f"{tags} {refused}"

    def get(self, kind: str) -> PartFaults | None:
        """The faults of the blocks of a kind, when one of them was explained."""
        return self._faults.get(kind)

    def keep(self, kind: str, faults: PartFaults) -> None:
        """Keep the faults of a block."""
        if kind and len(self._faults) < _KINDS:
            self._faults[kind] = faults
