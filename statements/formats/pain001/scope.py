"""What a rule looks at: the header of the file, the header of a block, or one payment, as a flat map of its texts.

>>> from lxml import etree
>>> texts = "<RmtInf><Ustrd>x</Ustrd><Ustrd>y</Ustrd></RmtInf>"
>>> payment = etree.XML(f"<T><PmtId><EndToEndId>A</EndToEndId></PmtId>{texts}</T>")
>>> scope = scope_of(payment, Level.PAYMENT, "PmtInf[1]/CdtTrfTxInf[3]", block=1, number=3, index=3)
>>> scope.text("PmtId/EndToEndId"), scope.paths("Ustrd"), "PmtTpInf" in scope
('A', ['RmtInf/Ustrd', 'RmtInf/Ustrd[2]'], False)
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from lxml.etree import _Element


class Level(enum.Enum):
    """Where a scope stands; the level of the predicted answer that an error there refuses."""

    GROUP = "group"
    BLOCK = "payment"
    PAYMENT = "transaction"


class Scope(msgspec.Struct, frozen=True):
    """The texts of one element by relative path; a second sibling of a name is ``Ustrd[2]``, an attribute ``@Ccy``.

    ``values`` holds ``None`` for an element with children. ``names`` finds the paths of an element name. ``block``,
    ``number`` and ``index`` count from 1: the block, the payment in its block, the payment in the file; 0 = none.
    """

    level: Level
    prefix: str
    values: Mapping[str, str | None]
    names: Mapping[str, Sequence[str]]
    block: int = 0
    number: int = 0
    index: int = 0
    _children: dict[str, list[str]] = msgspec.field(default_factory=dict)

    def __contains__(self, path: object) -> bool:
        return path in self.values

    def text(self, path: str) -> str | None:
        """The text of an element; ``None`` when it is absent or holds elements."""
        return self.values.get(path)

    def word(self, path: str) -> str:
        """The text without blanks around it; empty when it is absent."""
        return (self.values.get(path) or "").strip()

    def paths(self, *names: str) -> list[str]:
        """The paths of every element of these names, wherever it stands."""
        found = self.names
        paths: list[str] = []
        for name in names:
            if name in found:
                paths += found[name]
        return paths

    def repeated(self, path: str) -> Iterator[str]:
        """The paths of an element that may occur several times: ``Ustrd``, ``Ustrd[2]`` …"""
        number, each = 1, path
        while each in self.values:
            yield each
            number += 1
            each = f"{path}[{number}]"

    def children(self, path: str) -> list[str]:
        """The paths of the children of an element, in order; empty for an absent or childless one."""
        if not self._children:
            # Made when first asked for, once: a payment may hold a hundred thousand elements.
            for each in self.values:
                if "@" not in each:
                    self._children.setdefault(each.rpartition("/")[0], []).append(each)
        return self._children.get(path, [])

    def has_content(self, path: str) -> bool:
        """True when the element is there and is not empty (``<PmtTpInf/>`` counts as absent)."""
        value = self.values.get(path, "")
        return value is None or bool(value.strip())

    def full(self, path: str) -> str:
        """The path from the message element on."""
        return f"{self.prefix}/{path}" if path else self.prefix


@lru_cache(maxsize=4_096)
def local_name(tag: str) -> str:
    """The element name without its namespace.

    >>> local_name("{urn:iso:std:iso:20022:tech:xsd:pain.001.001.03}PmtInf")
    'PmtInf'
    """
    return tag.rpartition("}")[2]


def leaf(path: str) -> str:
    """The last name of a path, without number or attribute mark.

    >>> leaf("RmtInf/Ustrd[2]"), leaf("Amt/InstdAmt/@Ccy")
    ('Ustrd', 'Ccy')
    """
    return path.rpartition("/")[2].partition("[")[0].lstrip("@")


def scope_of(
    element: Iterable[_Element],
    level: Level,
    prefix: str,
    *,
    block: int = 0,
    number: int = 0,
    index: int = 0,
) -> Scope:
    """The scope of an element, or of some of its children. Comments are taken to be removed by the parser."""
    values: dict[str, str | None] = {}
    names: dict[str, list[str]] = {}
    _walk(element, "", values, names)
    return Scope(level, prefix, values, names, block, number, index)


def _walk(
    elements: Iterable[_Element], prefix: str, values: dict[str, str | None], names: dict[str, list[str]]
) -> None:
    counts: dict[str, int] = {}
    for element in elements:
        name = local_name(element.tag)
        count = counts.get(name, 0) + 1
        counts[name] = count
        path = prefix + name if count == 1 else f"{prefix}{name}[{count}]"
        if name in names:
            names[name].append(path)
        else:
            names[name] = [path]
        if len(element):
            values[path] = None
            # Whatever stands in there is no part of the message and may use its names.
            if name != "SplmtryData":
                _walk(element, path + "/", values, names)
        else:
            values[path] = element.text or ""
            currency = element.get("Ccy")
            if currency is not None:
                values[path + "/@Ccy"] = currency
