"""The fast path: runs of movements without any fault, with the result of the careful path.

A group 04 05* is taken only when every zone is good, so that no finding is possible; the first group that has
anything to say ends the run and goes the careful way. Tests compare both paths on arbitrary files.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from statements.formats.cfonb120.balances import EARLIEST, Opened
from statements.formats.cfonb120.checks import FAR, REJECTS
from statements.formats.cfonb120.complements import INFORMATION_START, read_foreign
from statements.formats.cfonb120.overpunch import DIGIT_AND_SIGN
from statements.formats.cfonb120.records import COMPLEMENT, MOVEMENT, QUALIFIERS
from statements.formats.cfonb120.to_model import Complement, Movement, entry_of, operation_codes
from statements.model.account import Party, Role
from statements.model.money import Money
from statements.model.statement import NO_REFERENCES, Entry, OperationCodes, References
from statements.reference.iban import is_iban
from statements.reference.operations import cfonb_operations
from statements.wire.dates import ddmmyy

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
_COMPLEMENT = COMPLEMENT.cutter(("code", "reserved_k"), "qualifier", "information", "reserved_n")
# Zones 2-B to 2-J, which a complement repeats.
_REPEATED = slice(MOVEMENT.zone("bank").start - 1, MOVEMENT.zone("booking_date").end)
_TAIL = re.compile("  ([0-9]{7})[01][01]", re.ASCII)
# The records that end a movement and its complements.
_ENDS = frozenset({"01", "04", "07"})
_ORDINARY_TAIL = "  000000000"
_ACCOUNT_OF: dict[str, Role] = {"CBE": "beneficiary", "CPY": "payer"}
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
        self._shapes: dict[tuple[str, ...], bool] = {}
        self._days: dict[str, datetime.date] = {}
        self._credits: dict[str, OperationCodes] = {}
        self._debits: dict[str, OperationCodes] = {}

    def run(self, opened: Opened, lines: list[str], start: int, first: int) -> int:
        """Take movements from ``lines[start]`` on; the index of the first record that was not taken."""
        if not self._credits:
            self._operations()
        credits_, debits, days = self._credits, self._debits, self._days
        entries, numbers, seen = opened.entries, opened.lines, opened.seen
        bank, middle, currency = opened.head[:5], opened.middle, opened.currency or ""
        opening_date, latest = opened.date or EARLIEST, opened.latest
        count = len(lines)
        before = len(entries)
        index = start
        complements = 0
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
            booked = days.get(booking) or self._day(booking)
            if booked is None or booked <= opening_date:
                break
            value_date: datetime.date | None = booked
            if value != booking:
                value_date = days.get(value) or self._day(value)
                if value_date is None or not -FAR <= value_date - booked <= FAR:
                    break
            minor = int(digits) * 10 + sign[0]
            if sign[1] > 0:
                codes = credits_.get(operation)
            else:
                codes = debits.get(operation) if minor else None
                minor = -minor
            if codes is None:
                break
            # The complements: the common ones are understood on the way, the others by the general mapping.
            common = tail == _ORDINARY_TAIL
            name: str | None = None
            account: str | None = None
            text: str | None = None
            role: Role | None = None
            prefix = f"05{line[_REPEATED]}     "
            end = index + 1
            while end < count:
                head, qualifier, information, rest = _COMPLEMENT(lines[end])
                if head != prefix or rest != "  ":
                    break
                end += 1
                if qualifier == "LCC" and text is None:
                    text = information
                elif (qualifier == "NPY" or qualifier == "NBE") and name is None and information[:31] == label:
                    name = information
                    role = "payer" if qualifier == "NPY" else "beneficiary"
                elif qualifier == "LC2" and text is not None and len(text) == 70:
                    text += information
                elif role is not None and account is None and role == _ACCOUNT_OF.get(qualifier):
                    account = information.rstrip()
                    common = common and is_iban(account)
                else:
                    common = False
            else:
                break  # more complements may come with the next block
            if head[:2] not in _ENDS:
                break  # a complement with something to report, or a record that nobody knows
            if name is None:
                name = label
                if text is not None and text[:31] == label:
                    common = False
            if common:
                name = name.strip()
                common = bool(name) or role is None
            if common:
                reference = reference.strip()
                if text is not None:
                    text = text.strip()
                entry = Entry(
                    booked,
                    Money(minor, currency),
                    value_date,
                    False,
                    codes,
                    References(reference) if reference else NO_REFERENCES,
                    Party(name, account, None, role) if name else None,
                    (text,) if text else (),
                )
            else:
                match = _TAIL.fullmatch(tail)
                lines_05 = [(one[1], one[2]) for one in map(_COMPLEMENT, lines[index + 1 : end])]
                if match is None or not self._good(lines_05):
                    break
                movement = Movement(
                    operation, booked, reject, value_date, label, match[1], Money(minor, currency), reference
                )
                entry = entry_of(movement, lines_05)
            seen[line] = len(entries)
            entries.append(entry)
            numbers.append(first + index)
            if booked > latest:
                latest = booked
            complements += end - index - 1
            index = end
        opened.latest = latest
        opened.count += len(entries) - before
        opened.complements += complements
        if opened.movement_currency is None and len(entries) > before:
            opened.movement_currency, opened.movement_decimals = opened.currency, opened.decimals
        return index

    def _day(self, text: str) -> datetime.date | None:
        day = ddmmyy(text)
        if day is not None:
            self._days[text] = day
        return day

    def _operations(self) -> None:
        """The codes by operation, credits and debits, of the movements that no rule speaks of."""
        for code, row in cfonb_operations().items():
            if code not in REJECTS:
                if row.allows(1):
                    self._credits[code] = operation_codes(code)
                if row.allows(-1):
                    self._debits[code] = operation_codes(code)

    def _good(self, complements: Sequence[Complement]) -> bool:
        """Whether no rule speaks of these complements. The verdict on their qualifiers is remembered."""
        names = tuple([name for name, _ in complements])
        shape = self._shapes.get(names)
        if shape is None:
            met: set[str] = set()
            shape = True
            for name in names:
                known = QUALIFIERS.get(name)
                if known is None or (name in met and not known.repeatable) or (name == "LC2" and "LCC" not in met):
                    shape = False
                    break
                met.add(name)
            if len(self._shapes) > 1_000:
                self._shapes.clear()
            self._shapes[names] = shape
        return shape and _inner_good(complements)


def _inner_good(complements: Sequence[Complement]) -> bool:
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
