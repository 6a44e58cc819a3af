"""Record 01: a statement is opened, and gathers its entries."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from statements.findings import Location
from statements.formats.cfonb120.checks import Checker
from statements.formats.cfonb120.physical import Record
from statements.formats.cfonb120.records import MOVEMENT
from statements.model.account import Account
from statements.model.money import Money, exponent
from statements.model.statement import Entry
from statements.reference.iban import Rib, rib_iban

if TYPE_CHECKING:
    from statements.formats.cfonb120.movements import Pending

EARLIEST = datetime.date(1961, 1, 1)
"""Stands where no date of a damaged statement can be read; such a statement has errors already."""

_BOOKED = MOVEMENT.zone("booking_date")
_HEAD = MOVEMENT.cutter("bank", "branch", "account")


def head_of(text: str) -> str:
    """Bank, branch and account of a record, joined."""
    return "".join(_HEAD(text))


class Opened:
    """A statement while it is read."""

    __slots__ = (
        "account",
        "blank",
        "columns",
        "complements",
        "count",
        "currency",
        "date",
        "decimals",
        "entries",
        "excluded",
        "head",
        "latest",
        "line",
        "lines",
        "middle",
        "mixed",
        "movement_currency",
        "movement_decimals",
        "name",
        "number",
        "opening",
        "place",
        "plain",
        "readable",
        "seen",
        "signed",
        "text",
        "twins",
    )

    def __init__(self, text: str, line: int, number: int) -> None:
        self.text = text
        self.line = line
        self.number = number
        self.head = head_of(text)
        self.account = Account(other=self.head)
        self.name: str = self.head
        self.currency: str | None = None
        self.decimals: int | None = None
        self.blank = False
        self.date: datetime.date | None = None
        self.signed: int | None = None
        self.opening: Money | None = None
        self.place = Location(line=line)
        self.plain = False
        self.middle = ""
        self.movement_currency: str | None = None
        self.movement_decimals: int | None = None
        self.entries: list[Entry] = []
        self.lines: list[int] = []
        self.columns: dict[int, int] = {}
        self.count = 0
        """Records 04 so far, those left out included."""
        self.complements = 0
        self.readable = True
        self.mixed = False
        self.excluded = False
        self.seen: dict[str, int] = {}
        self.twins: dict[str, list[int]] = {}
        self.latest = EARLIEST

    def take(self, entry: Entry, pending: Pending) -> None:
        """One more entry."""
        if pending.column:
            self.columns[len(self.entries)] = pending.column
        self.entries.append(entry)
        self.lines.append(pending.line)
        if pending.amount is None:
            self.readable = False
        if pending.currency != (self.currency or self.movement_currency):
            self.mixed = True
        if entry.booking_date > self.latest:
            self.latest = entry.booking_date

    def identify(self, caller: Rib | None, caller_iban: str | None) -> None:
        """The account as an IBAN: in the caller's country when it is the caller's account, else French."""
        bank, branch, account = self.head[:5], self.head[5:10], self.head[10:]
        iban = rib_iban(bank, branch, account)
        if caller is not None and (caller.bank, caller.branch, caller.account) == (bank, branch, account):
            iban = caller_iban or iban
        self.account = Account(iban, self.currency)
        self.name = iban


def open_statement(
    checker: Checker, record: Record, number: int, caller: Rib | None, caller_iban: str | None
) -> Opened:
    """A record 01 begins a statement."""
    opened = Opened(record.text, record.line, number)
    opened.place = checker.place(1, None)
    checker.characters()
    checker.reserved()
    good = checker.account_form()
    if good:
        opened.identify(caller, caller_iban)
    checker.account = opened.name
    currency = checker.raw("currency").strip()
    opened.decimals = checker.decimals(balance=True)
    opened.blank = checker.present("decimals") and (not currency or checker.raw("decimals") == " ")
    if currency:
        opened.currency = currency
        checker.currency_known(currency, opened.decimals)
    opened.date = checker.date("date", "C120-037")
    opened.signed = checker.signed()
    if currency:
        opened.opening = checker.money(opened.signed, opened.decimals, currency)
        opened.plain = (
            good
            and opened.date is not None
            and opened.decimals == exponent(currency)
            and record.length == len(record.text)
        )
        opened.middle = record.text[11:20] + " " + record.text[21:32]
        opened.account = Account(opened.account.iban, currency, opened.account.other)
    if caller_iban is not None and opened.name != caller_iban:
        checker.add("C120-081", checker.at("bank"), found=opened.name, expected=caller_iban)
    return opened


def same_account(checker: Checker, opened: Opened, text: str) -> bool:
    """C120-021 and C120-209: whether a record is of the account of its statement."""
    bank, branch, account = _HEAD(text)
    if not checker.present("account") or bank + branch + account == opened.head:
        return True
    if branch + account == opened.head[5:]:
        checker.repairs.report("C120-209", checker.at("bank"), found=bank, expected=opened.head[:5])
        return True
    key, found, expected = "account", account, opened.head[10:]
    if branch != opened.head[5:10]:
        key, found, expected = "branch", branch, opened.head[5:10]
    checker.add("C120-021", checker.at(key), found=found, expected=expected)
    return False
