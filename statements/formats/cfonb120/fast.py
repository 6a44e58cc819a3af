"""The fast path: runs of movements without any fault, with the result of the careful path.

A group 04 05* is taken only when every zone is good, so that no finding is possible; the first group that has
anything to say ends the run and goes the careful way. Tests compare both paths on arbitrary files.
"""

from __future__ import annotations

import datetime
import re

from statements.formats.cfonb120.balances import Opened
from statements.formats.cfonb120.checks import FAR, REJECTS
from statements.formats.cfonb120.complements import INFORMATION_START, read_foreign
from statements.formats.cfonb120.overpunch import DIGIT_AND_SIGN
from statements.formats.cfonb120.records import COMPLEMENT, MOVEMENT, QUALIFIERS
from statements.formats.cfonb120.to_model import NO_NUMBER, Complement, Movement, entry_of, simple_entry
from statements.layout.dates import ddmmyy
from statements.model.money import Money
from statements.reference.operations import cfonb_operations

_MOVEMENT = MOVEMENT.cutter(
    "bank",
    ("branch", "account"),
    "operation",
    "booking_date",
    "reject",
    "value_date",
    "label",
    ("reserved_n", "unavailable"),
    "amount",
    "reference",
)
_COMPLEMENT = COMPLEMENT.cutter(
    "code", ("bank", "booking_date"), "reserved_k", "qualifier", "information", "reserved_n"
)
_TAIL = re.compile("  ([0-9]{7})[01][01]", re.ASCII)
_ORDINARY_TAIL = "  000000000"
_SIMPLE = frozenset("NPY NBE CBE CPY LCC LC2".split())
# Inner reserved zones, from the start of the information.
_RESERVED = {
    name: zone.start - INFORMATION_START
    for name, qualifier in QUALIFIERS.items()
    for zone in qualifier.zones
    if zone.kind == "-"
}


class FastRun:
    """The fast path with what it remembers from one statement to the next."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[str, ...], int] = {}
        self._clean: frozenset[tuple[str, bool]] = frozenset()

    def run(self, opened: Opened, lines: list[str], start: int, first: int) -> int:
        """Take movements from ``lines[start]`` on; the index of the first record that was not taken."""
        clean = self._clean or self._operations()
        shapes = self._shapes
        entries, numbers, seen = opened.entries, opened.lines, opened.seen
        bank, middle, currency = opened.head[:5], opened.middle, opened.currency or ""
        opening_date, latest = opened.date, opened.latest
        if opening_date is None:
            return start
        count = len(lines)
        index = start
        complements_before = 0
        while index < count:
            line = lines[index]
            if line[:2] != "04":
                break
            cut_bank, cut_middle, operation, booking, reject, value, label, tail, amount, reference = _MOVEMENT(line)
            sign = DIGIT_AND_SIGN.get(amount[13])
            digits = amount[:13]
            if (
                cut_bank != bank
                or cut_middle != middle
                or reject != "  "
                or sign is None
                or not digits.isdigit()
                or line in seen
            ):
                break
            booked = ddmmyy(booking)
            if booked is None or booked <= opening_date:
                break
            if value == booking:
                value_date: datetime.date | None = booked
            else:
                value_date = ddmmyy(value)
                if value_date is None or not -FAR <= value_date - booked <= FAR:
                    break
            unit, factor = sign
            minor = factor * (int(digits) * 10 + unit)
            if (operation, minor < 0) not in clean or (minor == 0 and factor < 0):
                break
            if tail == _ORDINARY_TAIL:
                number = NO_NUMBER
            else:
                match = _TAIL.fullmatch(tail)
                if match is None:
                    break
                number = match[1]
            end = index + 1
            complements: list[Complement] = []
            if end < count and lines[end][:2] == "05":
                head = line[2:40]
                while end < count:
                    code, cut_head, blank, qualifier, information, rest = _COMPLEMENT(lines[end])
                    if code != "05":
                        break
                    if cut_head != head or blank != "     " or rest != "  ":
                        return self._stop(opened, latest, complements_before, index)
                    complements.append((qualifier, information))
                    end += 1
            if end >= count:
                break  # more complements may come with the next block
            names = tuple([name for name, _ in complements])
            shape = shapes.get(names)
            if shape is None:
                shape = self._shape(names)
            if shape == _CAREFUL or (shape == _INNER and not _inner_good(complements)):
                break
            movement = Movement(operation, booked, reject, value_date, label, number, Money(minor, currency), reference)
            entry = simple_entry(movement, complements) if shape != _OTHER else None
            seen[line] = len(entries)
            entries.append(entry or entry_of(movement, complements))
            numbers.append(first + index)
            if booked > latest:
                latest = booked
            complements_before += end - index - 1
            index = end
        return self._stop(opened, latest, complements_before, index)

    def _stop(self, opened: Opened, latest: datetime.date, complements: int, index: int) -> int:
        opened.latest = latest
        opened.count += len(opened.entries) - opened.taken
        opened.taken = len(opened.entries)
        opened.complements += complements
        if opened.entries and opened.movement_currency is None:
            opened.movement_currency, opened.movement_decimals = opened.currency, opened.decimals
        return index

    def _operations(self) -> frozenset[tuple[str, bool]]:
        """Operation and sign (True for a debit) of the movements that no rule speaks of."""
        self._clean = frozenset(
            (code, debit)
            for code, row in cfonb_operations().items()
            if code not in REJECTS
            for debit in (False, True)
            if row.allows(-1 if debit else 1)
        )
        return self._clean

    def _shape(self, names: tuple[str, ...]) -> int:
        """What the qualifiers of a movement ask for; remembered, because files repeat a few shapes."""
        shape = _PLAIN
        met: set[str] = set()
        for name in names:
            known = QUALIFIERS.get(name)
            if known is None or (name in met and not known.repeatable) or (name == "LC2" and "LCC" not in met):
                shape = _CAREFUL
                break
            met.add(name)
            if name in _RESERVED or name == "FEE":
                shape = max(shape, _INNER)
            elif name not in _SIMPLE:
                shape = max(shape, _OTHER)
        if len(self._shapes) > 1_000:
            self._shapes.clear()
        self._shapes[names] = shape
        return shape


# No special part, a qualifier that is rarer, one with inner columns to look at, one with something to report.
_PLAIN, _OTHER, _INNER, _CAREFUL = range(4)


def _inner_good(complements: list[Complement]) -> bool:
    """Foreign amounts that decode in the layout of the norm, and blank inner reserved zones."""
    for name, information in complements:
        start = _RESERVED.get(name)
        if start is not None and information[start:].strip(" "):
            return False
        if name in ("MMO", "FEE"):
            foreign = read_foreign(information, rate=name == "MMO")
            if foreign is None or foreign.one_digit_rate:
                return False
    return True
