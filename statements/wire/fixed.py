"""Fixed-width records: a table of zones, written down once, from which everything else derives.

A :class:`RecordTable` lists the zones of one record with the positions as the norm prints them (1-based,
inclusive). Readers cut with :meth:`RecordTable.cutter`, writers fill a :meth:`RecordTable.template`,
:meth:`RecordTable.parse` and :meth:`RecordTable.format` are the plain form of both, and :func:`ruler` draws the
columns for people.

    >>> table = record_table("04", "movement", "mouvement", 12, (
    ...     zone("A", "1-2", "M", "N", "code", "record code", "code enregistrement"),
    ...     zone("B", "3-8", "M", "AN", "label", "label", "libellé"),
    ...     zone("C", "9-12", "M", "N", "count", "count", "nombre")))
    >>> table.parse("04AB    0017")
    {'code': '04', 'label': 'AB    ', 'count': '0017'}
    >>> table.format({"label": "AB", "count": "17"})
    '04AB    0017'
    >>> table.cutter("label", "count")("04AB    0017")
    ('AB    ', '0017')
    >>> table.template({"label": "AB"}) % "0017"
    '04AB    0017'
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Literal

import msgspec

from statements.rules import Text

Kind = Literal["N", "A", "AN", "S", "-"]
"""``N`` digits, ``A`` letters, ``AN`` both, ``S`` signed digits (overpunched), ``-`` reserved: blank by the norm."""
Status = Literal["M", "O", "D", "N"]
"""Mandatory, optional, dependent on other data, not used."""


class Zone(msgspec.Struct, frozen=True):
    """One zone of a record: the name the norm gives it, its positions (1-based, inclusive) and what it holds."""

    name: str
    start: int
    end: int
    status: Status
    kind: Kind
    key: str
    """The name of the zone in code."""
    meaning: Text

    @property
    def length(self) -> int:
        """Characters of the zone."""
        return self.end - self.start + 1

    @property
    def slice(self) -> slice:
        """The zone as a Python slice of the record."""
        return slice(self.start - 1, self.end)

    @property
    def position(self) -> str:
        """The positions as the norm prints them: ``43-48``, or ``20`` for a single one."""
        return str(self.start) if self.start == self.end else f"{self.start}-{self.end}"


def zone(name: str, position: str, status: Status, kind: Kind, key: str, en: str, fr: str) -> Zone:
    """A row of a table, with its position spelled as the norm prints it: ``"43-48"`` or ``"20"``."""
    start, _, end = position.partition("-")
    return Zone(name, int(start), int(end or start), status, kind, key, Text(en, fr))


class RecordTable(msgspec.Struct, frozen=True):
    """The zones of one record, in order and without a gap, from position 1 to ``width``."""

    code: str
    name: Text
    width: int
    zones: tuple[Zone, ...]

    def zone(self, key: str) -> Zone:
        """The zone of a key. Raises ``KeyError`` for a key the record has not."""
        for one in self.zones:
            if one.key == key:
                return one
        raise KeyError(key)

    def parse(self, text: str) -> dict[str, str]:
        """Every zone as it stands. Raises ``ValueError`` unless the text has exactly the width of the record."""
        if len(text) != self.width:
            raise ValueError(f"a record {self.code} has {self.width} characters, not {len(text)}")
        return {one.key: text[one.slice] for one in self.zones}

    def format(self, values: Mapping[str, str]) -> str:
        """The record that holds ``values``: digits aligned right on zeros, the rest left on blanks, reserved blank.

        Raises ``ValueError`` for a value longer than its zone and ``KeyError`` for one that has no zone.
        """
        unknown = values.keys() - {one.key for one in self.zones}
        if unknown:
            raise KeyError(", ".join(sorted(unknown)))
        parts = []
        for one in self.zones:
            value = values.get(one.key, self.code if one.key == "code" else "")
            if len(value) > one.length:
                raise ValueError(f"{value!r} is longer than zone {one.name} ({one.length} characters)")
            zeros = one.kind in ("N", "S") and (value or one.status == "M")
            parts.append(value.rjust(one.length, "0") if zeros else value.ljust(one.length))
        return "".join(parts)

    def cutter(self, *keys: str | tuple[str, str]) -> Callable[[str], tuple[str, ...]]:
        """A fast function from a record to some of its zones; a pair of keys stands for all zones between them."""
        slices = []
        for key in keys:
            first, last = (key, key) if isinstance(key, str) else key
            slices.append(slice(self.zone(first).start - 1, self.zone(last).end))
        cut: Callable[[str], tuple[str, ...]] = itemgetter(*slices)
        return cut

    def template(self, constants: Mapping[str, str]) -> str:
        """A ``%`` template of the record: the constants stand, every other zone that is not reserved is a place.

        The places are filled in the order of the zones; each is cut and blank-filled to exactly its zone, so
        that no text can move a column.
        """
        parts = []
        for one in self.zones:
            if one.key in constants or one.key == "code" or one.kind == "-":
                text = constants.get(one.key, self.code if one.key == "code" else "")
                parts.append(text.ljust(one.length)[: one.length].replace("%", "%%"))
            else:
                parts.append(f"%-{one.length}.{one.length}s")
        return "".join(parts)

    def around(self, places: Sequence[str | tuple[str, str]], constants: Mapping[str, str]) -> tuple[str, ...]:
        """The text of a record before, between and after ``places``, for a caller that fills them to their width.

        A pair of keys stands for all zones between them. Zones without a constant are blank.

        >>> table = record_table("04", "movement", "mouvement", 8, (
        ...     zone("A", "1-2", "M", "N", "code", "record code", "code enregistrement"),
        ...     zone("B", "3-5", "M", "AN", "label", "label", "libellé"),
        ...     zone("C", "6-8", "N", "-", "reserved", "reserved", "zone réservée")))
        >>> table.around(["label"], {})
        ('04', '   ')
        """
        known = {one.key: constants.get(one.key, self.code if one.key == "code" else "") for one in self.zones}
        text = "".join(known[one.key].ljust(one.length)[: one.length] for one in self.zones)
        pieces = []
        start = 0
        for key in places:
            first, last = (key, key) if isinstance(key, str) else key
            pieces.append(text[start : self.zone(first).start - 1])
            start = self.zone(last).end
        return (*pieces, text[start:])


def ruler(width: int) -> str:
    """The columns of a record, to print above it: a dot each, the tens as a digit.

    >>> ruler(23)
    '.........1.........2...'
    """
    return "".join(str(column // 10 % 10) if column % 10 == 0 else "." for column in range(1, width + 1))


def record_table(code: str, en: str, fr: str, width: int, zones: tuple[Zone, ...]) -> RecordTable:
    """A checked table. Raises ``ValueError`` when the zones leave a gap, overlap, or miss the width."""
    expected = 1
    for one in zones:
        if one.start != expected or one.end < one.start:
            raise ValueError(f"record {code}: zone {one.name} starts at {one.start}, not at {expected}")
        expected = one.end + 1
    if expected != width + 1:
        raise ValueError(f"record {code} ends at {expected - 1}, not at {width}")
    return RecordTable(code, Text(en, fr), width, zones)
