"""The amounts of an MT940 or MT942: balances, entries, floor limits, sums, and those that texts repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from statements.formats.mt940.values import read_amount, ungrouped
from statements.model.money import exponent
from statements.services.anonymise.amounts import SCALE, Amounts, unit, written
from statements.services.anonymise.figures import Edit, edited
from statements.services.anonymise.ledger import Course, Ledger
from statements.services.anonymise.mt940 import BALANCE, ENTRY, TAG, TOLD

_TOLD = re.compile(rf"(/(?:OCMT|CHGS)/+[A-Z]{{0,3}}|(?:COAM|OAMT)\+(?:[A-Z]{{3}})?)({TOLD})")
_SUM = re.compile(r"([0-9]{0,5})([A-Z]{3})([A-Z]?) *([0-9.,' ]*[0-9.,])")
_SPACED = re.compile("[ \u00a0]+")


class _Figure(msgspec.Struct, frozen=True):
    """An amount at its place: its value without sign, ``None`` where it cannot be said exactly."""

    tag: str
    start: int
    text: str
    value: int | None
    decimals: int
    mark: tuple[int, str] | None = None
    """Where its mark stands, and the mark."""

    @property
    def signed(self) -> int:
        """The value in the view of the account's owner."""
        mark = self.mark[1] if self.mark is not None else ""
        # RD takes a debit back.
        debit = mark[:1] == "D" or mark[:2] == "RC"
        return -(self.value or 0) if debit else self.value or 0

    def edit(self, value: int) -> Iterator[Edit]:
        """The amount with another value; a balance changes its mark with its sign."""
        yield self.start, self.start + len(self.text), written(self.text, value, self.decimals)
        if self.tag[0] == "6" and self.tag != "61" and self.mark is not None and self.mark[1] in ("C", "D") and value:
            yield self.mark[0], self.mark[0] + 1, "D" if value < 0 else "C"


class _Message(msgspec.Struct):
    """One message: whose it is, and its figures in their order."""

    account: str = ""
    date: str = ""
    currency: str = ""
    figures: list[_Figure] = []

    def first(self, *tags: str) -> _Figure | None:
        """The first balance of some tags."""
        return next((item for item in self.figures if item.tag[:2] in tags and item.value is not None), None)

    @property
    def entries(self) -> list[int]:
        """What is booked between opening and closing, as far as it can be read."""
        tags = [item.tag[:2] for item in self.figures]
        start = tags.index("60") if "60" in tags else 0
        end = tags.index("62", start) if "62" in tags[start:] else len(tags)
        return [item.signed for item in self.figures[start:end] if item.tag == "61" and item.value is not None]

    @property
    def course(self) -> Course | None:
        """Its balances and entries; ``None`` without a balance."""
        opening, closing = self.first("60"), self.first("62")
        if opening is None and closing is None:
            return None
        pinned = closing is not None and not closing.value and closing.mark is not None and closing.mark[1] == "D"
        return Course(
            (self.account, self.currency),
            self.date,
            None if opening is None else opening.signed,
            tuple(self.entries),
            None if closing is None else closing.signed,
            pinned,
        )


def courses(text: str) -> list[Course]:
    """The statements and pages of a file that state a balance."""
    return [course for course in (message.course for message in _messages(text)) if course is not None]


def shifted(text: str, ledger: Ledger) -> str:
    """The file with other amounts; its statements were learnt."""
    edits: list[Edit] = []
    for message in _messages(text):
        course = message.course
        for figure in message.figures:
            edits += figure.edit(_value(figure, message, course, ledger)) if figure.value is not None else ()
            if figure.value is None:
                end = figure.start + len(figure.text)
                edits.append((figure.start, end, ledger.amounts.digits(figure.text)))
    made = edited(text, edits)
    return _TOLD.sub(lambda match: match[1] + _told(match[2], ledger.amounts), made)


def _value(figure: _Figure, message: _Message, course: Course | None, ledger: Ledger) -> int:
    if course is not None and figure.tag[:2] == "60":
        return ledger.opening(course) + ledger.amounts.value(figure.signed - (course.opening or 0))
    if course is not None and figure.tag[:2] in ("62", "64", "65"):
        return ledger.beside(course, figure.signed)
    if figure.tag[:2] == "90":
        sign = 1 if figure.tag == "90C" else -1
        return ledger.amounts.sum(figure.signed, [abs(value) for value in message.entries if value * sign > 0])
    return ledger.amounts.value(figure.value or 0)


def _messages(text: str) -> Iterator[_Message]:
    message, at = _Message(figures=[]), 0
    for line in re.split(r"(?<=\n)", text):
        match = TAG.match(line)
        tag = match[2].replace(" ", "") if match is not None else ""
        # Where a message lacks its :20:, another field of its head begins it after a closing.
        if message.figures and (tag == "20" or (tag[:2] in ("25", "28", "60") and message.first("62") is not None)):
            yield message
            message = _Message(figures=[])
        if match is not None:
            _take(message, tag, line[match.end() :], at + match.end())
        at += len(line)
    yield message


def _take(message: _Message, tag: str, text: str, at: int) -> None:
    if tag in ("25", "25P"):
        message.account = text.strip()
    elif tag[:2] in ("60", "62", "64", "65"):
        balance = BALANCE.match(text)
        if balance is not None:
            currency = balance[3][:3] if balance[3][:3].isalpha() else ""
            start = balance.start(3) + len(currency)
            currency = currency or message.currency or "EUR"
            message.currency = message.currency or currency
            message.date = message.date or balance[2]
            mark = (at, balance[1][:1]) if balance[1] else None
            message.figures += _figure(tag, text[start : balance.end()], at + start, currency, mark)
    elif tag == "61":
        entry = ENTRY.fullmatch(text)
        if entry is not None:
            mark = (at + entry.start(3), (entry[3] + entry[4]).removeprefix("E"))
            message.figures += _figure(tag, entry[5], at + entry.start(5), message.currency or "EUR", mark)
    elif tag in ("34F", "90C", "90D"):
        stated = _SUM.match(text)
        if stated is not None:
            message.currency = message.currency or stated[2]
            message.figures += _figure(tag, stated[4], at + stated.start(4), stated[2], None)


def _figure(tag: str, text: str, at: int, currency: str, mark: tuple[int, str] | None) -> Iterator[_Figure]:
    body = text.strip(" \u00a0")
    if not any(char.isdecimal() for char in body):
        return
    start = at + text.index(body)
    amount = read_amount(body, exponent(currency))
    if amount.minor is None and " " in body:
        # Blanks where a form was filled in columns.
        amount = read_amount(body.replace(" ", ""), exponent(currency))
    value = None if amount.minor is None else amount.minor * unit(exponent(currency))
    yield _Figure(tag, start, body, value, _decimals(body), mark)


def _decimals(text: str) -> int:
    """Digits behind the decimal mark of an amount that was read."""
    plain = ungrouped(text) or text
    mark = re.search(r"[.,](?=[0-9 ]*$)", plain)
    return 0 if mark is None else sum(char.isdecimal() for char in plain[mark.end() :])


def _told(text: str, amounts: Amounts) -> str:
    """An amount that a text repeats."""
    body = text.rstrip(".")
    decimals = _decimals(body)
    digits = re.sub("[^0-9]", "", body)
    if decimals > SCALE or len(digits) > 30:
        return amounts.digits(text)
    value = amounts.value(int(digits) * unit(decimals))
    return written(body, value, decimals) + text[len(body) :]
