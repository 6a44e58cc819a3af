"""The amounts of a CFONB-120: balances, movements, and what a complement says of a purchase or a fee."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statements.formats.cfonb120.foreign import FOREIGN
from statements.formats.cfonb120.overpunch import FRENCH, decode, encode, fault, is_negative_zero
from statements.formats.cfonb120.records import CLOSING, COMPLEMENT, MOVEMENT, OPENING
from statements.reference.iban import rib_iban
from statements.services.anonymise.amounts import Amounts, unit
from statements.services.anonymise.cfonb120 import lines
from statements.services.anonymise.figures import Edit, edited
from statements.services.anonymise.ledger import Course, Ledger

_AMOUNT = next(zone for zone in MOVEMENT.zones if zone.key == "amount")
_ZONES = {table.code: {zone.key: zone for zone in table.zones} for table in (OPENING, MOVEMENT, COMPLEMENT, CLOSING)}
_FRENCH = {letter: french for french, letter in FRENCH.items()}
_PURCHASE = re.compile(r"[A-Z]{3}([0-9])([0-9]{14})")


class _Amount(msgspec.Struct, frozen=True):
    """An amount zone at its place: its signed value, ``None`` where it is none."""

    code: str
    start: int
    text: str
    value: int | None
    decimals: int


class _Statement(msgspec.Struct):
    """From one 01 to the next: whose it is, and its amounts in their order."""

    account: tuple[str, str] = ("", "")
    date: str = ""
    decimals: int = 2
    amounts: list[_Amount] = []

    def first(self, code: str) -> _Amount | None:
        """The first balance that can be read."""
        return next((item for item in self.amounts if item.code == code and item.value is not None), None)

    @property
    def course(self) -> Course | None:
        """Its balances and movements; ``None`` without a balance."""
        opening, closing = self.first("01"), self.first("07")
        if opening is None and closing is None:
            return None
        return Course(
            self.account,
            self.date,
            None if opening is None else opening.value,
            tuple(item.value for item in self.amounts if item.code == "04" and item.value is not None),
            None if closing is None else closing.value,
            closing is not None and is_negative_zero(closing.text),
        )


def courses(text: str) -> list[Course]:
    """The statements of a file that state a balance."""
    return [course for course in (statement.course for statement in _statements(text)) if course is not None]


def shifted(text: str, ledger: Ledger) -> str:
    """The file with other amounts; its statements were learnt. Raises ``ValueError`` for a balance above 14 digits."""
    edits: list[Edit] = []
    for statement in _statements(text):
        course = statement.course
        for item in statement.amounts:
            edits.append((item.start, item.start + len(item.text), _written(item, course, ledger)))
    edits += _purchases(text, ledger.amounts)
    return edited(text, edits)


def _written(item: _Amount, course: Course | None, ledger: Ledger) -> str:
    if item.value is None:
        return ledger.amounts.digits(item.text)
    if course is not None and item.code == "01":
        value = ledger.opening(course) + ledger.amounts.value(item.value - (course.opening or 0))
    elif course is not None and item.code == "07":
        value = ledger.beside(course, item.value)
    else:
        value = ledger.amounts.value(item.value)
    if is_negative_zero(item.text) and not value:
        return item.text
    size = abs(value) // unit(item.decimals)
    made = encode(-size if value < 0 else size)
    # A sign in the French variant, or in small letters, stays in it.
    return made[:-1] + _FRENCH.get(made[-1], made[-1]) if item.text[-1] in FRENCH else made


def _statements(text: str) -> Iterator[_Statement]:
    statement = _Statement(amounts=[])
    for body, at in _records(text):
        code = body[:2]
        zones = _ZONES.get(code)
        if zones is None or code == "05":
            continue
        if code == "01":
            if statement.amounts:
                yield statement
            statement = _Statement(amounts=[])
        if not statement.amounts or code == "01":
            statement.account = _account(*(body[zones[key].slice] for key in ("bank", "branch", "account", "currency")))
            day = body[zones["date" if "date" in zones else "booking_date"].slice]
            statement.date = day[4:] + day[2:4] + day[:2]
        decimals = body[zones["decimals"].slice]
        if decimals.isdecimal() and decimals.isascii():
            statement.decimals = int(decimals)
        zone = body[zones["amount"].slice]
        norm = zone[:-1] + FRENCH.get(zone[-1:], zone[-1:])
        value = None if fault(norm) else decode(norm) * unit(statement.decimals)
        statement.amounts.append(_Amount(code, at + _AMOUNT.start - 1, zone, value, statement.decimals))
    yield statement


def _account(bank: str, branch: str, account: str, currency: str) -> tuple[str, str]:
    """The account as other formats name it, so that a statement of theirs can go on from here."""
    if re.fullmatch("[0-9]{10}[A-Z0-9]{11}", bank + branch + account):
        return rib_iban(bank, branch, account), currency
    return bank + branch + account, currency


def _records(text: str) -> Iterator[tuple[str, int]]:
    """Records without what stands before them, and where they begin."""
    at = 0
    for line in lines(text):
        body = line.lstrip("\ufeff")
        yield body, at + len(line) - len(body)
        at += len(line)


def _purchases(text: str, amounts: Amounts) -> Iterator[Edit]:
    """The amount of an MMO or a FEE."""
    zones = _ZONES["05"]
    for body, at in _records(text):
        if body[:2] != "05" or body[zones["qualifier"].slice] not in FOREIGN:
            continue
        start = zones["information"].start - 1
        match = _PURCHASE.match(body, start)
        if match is None:
            end = zones["information"].end
            yield at + start, at + min(end, len(body)), amounts.digits(body[start:end])
            continue
        scale = unit(int(match[1]))
        value = amounts.value(int(match[2]) * scale) // scale
        yield at + match.start(2), at + match.end(2), f"{value:014d}"
