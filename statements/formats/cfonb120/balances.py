"""Records 01 and 07: a statement is opened, gathers its entries, and is closed.

Closing checks the arithmetic and the place in the chain of statements, and works out the figures.
"""

from __future__ import annotations

import datetime
from zlib import crc32

from statements.formats.cfonb120.chain import Link, Links
from statements.formats.cfonb120.foreign import rescale
from statements.formats.cfonb120.records import MOVEMENT, WIDTH
from statements.formats.cfonb120.split import Place
from statements.formats.cfonb120.zones import Notes, Zones
from statements.model.account import Account
from statements.model.figures import Figures
from statements.model.money import Money, exponent
from statements.model.statement import Balance, Entry, Statement
from statements.reference.iban import Rib, rib_iban

EARLIEST = datetime.date(1961, 1, 1)
"""Stands where no date of a damaged statement can be read; such a statement has errors already."""

_HEAD = MOVEMENT.cutter("bank", "branch", "account")


def head_of(text: str) -> str:
    """Bank, branch and account of a record, joined."""
    return "".join(_HEAD(text))


class Twins:
    """The entries of one 04 that was met more than once: the number of the last, and the latest of each other one.

    ``head`` is what the zones of the last one without complements were found to say, with its entry and its notes.
    """

    __slots__ = ("entry", "head", "last", "latest", "notes")

    def __init__(self, last: int, entry: Entry) -> None:
        self.last = last
        self.latest = {entry: last}
        self.head: object = None
        self.entry = entry
        self.notes: Notes = ()

    def earlier(self, entry: Entry, entries: list[Entry]) -> int | None:
        """The latest equal one of ``entries``, ``None`` for the first of its kind; the entry comes after them."""
        last, self.last = self.last, len(entries)
        if entries[last] == entry:
            return last
        self.latest[entries[last]] = last
        return self.latest.get(entry)


class Opened:
    """A statement while it is read; ``number`` 0 holds movements outside any statement."""

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
        "lines",
        "mixed",
        "movement_currency",
        "movement_decimals",
        "name",
        "number",
        "opening",
        "place",
        "readable",
        "seen",
        "signed",
        "text",
        "twins",
    )

    def __init__(self, text: str, place: Place, number: int) -> None:
        self.text = text
        self.place = place
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
        """Each distinct 04, with the number of its first entry."""
        self.twins: dict[str, Twins] = {}
        self.latest = EARLIEST

    def identify(self, caller: Rib | None, caller_iban: str | None) -> None:
        """The account as an IBAN: in the caller's country when it is the caller's account, else French."""
        bank, branch, account = self.head[:5], self.head[5:10], self.head[10:]
        iban = rib_iban(bank, branch, account)
        if caller is not None and (caller.bank, caller.branch, caller.account) == (bank, branch, account):
            iban = caller_iban or iban
        self.account = Account(iban, self.currency)
        self.name = iban


def open_statement(zones: Zones, place: Place, number: int, caller: Rib | None, caller_iban: str | None) -> Opened:
    """The record 01 at hand begins a statement."""
    opened = Opened(zones.text, place, number)
    zones.statement, zones.entry, zones.account = number, None, None
    zones.characters()
    zones.reserved()
    good = zones.account_form()
    zones.tell(zones.notes(), place)
    if good:
        opened.identify(caller, caller_iban)
    zones.account = opened.name
    currency = zones.raw("currency").strip()
    opened.decimals = zones.decimals(balance=True)
    opened.blank = zones.present("decimals") and (not currency or zones.raw("decimals") == " ")
    if currency:
        opened.currency = currency
        zones.currency_known(currency, opened.decimals)
    opened.date = zones.date("date", "C120-037")
    opened.signed = zones.signed()
    if currency:
        opened.opening = zones.money(opened.signed, opened.decimals, currency)
        opened.account = Account(opened.account.iban, currency, opened.account.other)
    if caller_iban is not None and opened.name != caller_iban:
        zones.note("C120-081", "bank", found=opened.name, expected=caller_iban)
    zones.tell(zones.notes(), place)
    return opened


def same_account(zones: Zones, opened: Opened) -> bool:
    """C120-021 and C120-209: whether the record at hand is of the account of its statement."""
    bank, branch, account = _HEAD(zones.text)
    if not zones.present("account") or bank + branch + account == opened.head:
        return True
    if branch + account == opened.head[5:]:
        zones.repaired("C120-209", "bank", found=bank, expected=opened.head[:5])
        return True
    if branch != opened.head[5:10]:
        zones.note("C120-021", "branch", found=branch, expected=opened.head[5:10])
    else:
        zones.note("C120-021", "account", found=account, expected=opened.head[10:])
    return False


def currency_and_decimals(zones: Zones, opened: Opened) -> tuple[str, int | None]:
    """C120-022, C120-023, C120-034 to -036; what the first movement says is kept for a balance without."""
    currency = zones.raw("currency").strip()
    decimals = zones.decimals(balance=False)
    expected = opened.currency or opened.movement_currency
    places = opened.decimals if opened.decimals is not None else opened.movement_decimals
    if zones.present("decimals"):
        if not currency or (expected is not None and currency != expected):
            zones.note("C120-022", "currency", found=zones.raw("currency"), expected=expected)
        if decimals is not None and places is not None and decimals != places:
            zones.note("C120-023", "decimals", found=str(decimals), expected=str(places))
        if currency and (currency, decimals) != (expected, places):
            zones.currency_known(currency, decimals)
    if opened.movement_currency is None and currency:
        opened.movement_currency = currency
    if opened.movement_decimals is None:
        opened.movement_decimals = decimals
    return currency or expected or "EUR", decimals


def close(zones: Zones, opened: Opened, place: Place | None, links: Links, last_line: int) -> tuple[Statement, Figures]:
    """The end of a statement, with the record 07 at hand or without: balances, arithmetic, chain, figures."""
    closing: Money | None = None
    closing_date: datetime.date | None = None
    text = zones.text
    judged = place is not None and opened.readable and not opened.excluded and not opened.mixed
    _currency_from_movements(zones, opened)
    if place is not None:
        zones.take(text, place[2])
        zones.characters()
        zones.reserved()
        same = same_account(zones, opened)
        closing, closing_date = _closing_balance(zones, opened)
        if not same:
            closing, judged = None, False
        if closing_date is not None and opened.date is not None and closing_date < opened.date:
            zones.note("C120-041", "date", found=closing_date.isoformat(), expected=opened.date.isoformat())
    amounts = [entry.amount.minor for entry in opened.entries]
    total = sum(amounts)
    debits = [minor for minor in amounts if minor < 0]
    debit_sum = sum(debits)
    computed = difference = None
    opening = opened.opening
    if opening is not None and closing is not None and judged and opening.currency == closing.currency:
        computed = Money(opening.minor + total, opening.currency)
        difference = closing - computed
        if difference.minor:
            zones.note(
                "C120-071",
                "amount",
                found=closing.text,
                expected=computed.text,
                opening=opening.text,
                movements=(computed - opening).text,
                difference=difference.text,
            )
    if place is not None:
        zones.tell(zones.notes(), place)
    if closing_date is not None and closing_date >= (opened.date or EARLIEST) and opened.latest > closing_date:
        _after_the_end(zones, opened, closing_date)
    if closing is not None and closing_date is not None:
        _chain(zones, opened, Link(closing_date, closing, ""), links)
    currency = opened.currency or opened.movement_currency
    figures = Figures(
        account=opened.name,
        currency=currency,
        complete=place is not None,
        line=opened.place[0],
        last_line=last_line,
        opening=opening,
        opening_date=opened.date,
        closing=closing,
        closing_date=closing_date,
        credits=len(amounts) - len(debits),
        credit_sum=Money(total - debit_sum, currency) if currency and not opened.mixed else None,
        debits=len(debits),
        debit_sum=Money(debit_sum, currency) if currency and not opened.mixed else None,
        computed=computed,
        difference=difference,
        balanced=None if difference is None else not difference.minor,
        entries=opened.count,
        complements=opened.complements,
    )
    return _statement(opened, closing, closing_date), figures


def _statement(opened: Opened, closing: Money | None, closing_date: datetime.date | None) -> Statement:
    first = opened.entries[0].booking_date if opened.entries else None
    start = opened.date or closing_date or first or EARLIEST
    end = closing_date or (opened.entries and opened.latest) or start
    return Statement(
        opened.account,
        None if opened.opening is None else Balance(opened.opening, start),
        None if closing is None else Balance(closing, end),
        tuple(opened.entries),
    )


def _currency_from_movements(zones: Zones, opened: Opened) -> None:
    """C120-208 for the 01, once the movements are known: their currency and decimals, else EUR and 2."""
    if not opened.blank:
        return
    currency, decimals = _taken(opened)
    words = ("from its movements", "des mouvements") if opened.movement_currency else ("by default", "par défaut")
    zones.take(opened.text)
    zones.repaired(
        "C120-208",
        "currency",
        found=opened.text[16:20],
        expected=f"{currency} {decimals}",
        source=words[0],
        source_fr=words[1],
    )
    zones.tell(zones.notes(), opened.place)
    if zones.repairs.applied("C120-208"):
        opened.currency = currency
        opened.decimals = decimals if opened.decimals is None else opened.decimals
        minor = None if opened.signed is None else rescale(opened.signed, opened.decimals, currency)
        opened.opening = None if minor is None else Money(minor, currency)
        opened.account = Account(opened.account.iban, currency, opened.account.other)


def _taken(opened: Opened) -> tuple[str, int]:
    """Currency and decimals for a balance that leaves them blank."""
    if opened.movement_currency is not None:
        currency = opened.currency or opened.movement_currency
        return currency, exponent(currency) if opened.movement_decimals is None else opened.movement_decimals
    currency = opened.currency or "EUR"
    return currency, exponent(currency) if opened.decimals is None else opened.decimals


def _closing_balance(zones: Zones, opened: Opened) -> tuple[Money | None, datetime.date | None]:
    currency = zones.raw("currency").strip()
    decimals = zones.decimals(balance=True)
    if zones.present("decimals") and (not currency or zones.raw("decimals") == " "):
        taken, places = _taken(opened)
        zones.repaired(
            "C120-208",
            "currency",
            found=zones.raw("currency") + zones.raw("decimals"),
            expected=f"{taken} {places}",
            source="from its statement",
            source_fr="du relevé",
        )
        if zones.repairs.applied("C120-208"):
            currency = currency or taken
            decimals = places if decimals is None else decimals
    elif zones.present("decimals"):
        expected = opened.currency or opened.movement_currency
        if expected is not None and currency != expected:
            zones.note("C120-022", "currency", found=currency, expected=expected)
            zones.currency_known(currency, decimals)
        if decimals is not None and opened.decimals is not None and decimals != opened.decimals:
            zones.note("C120-023", "decimals", found=str(decimals), expected=str(opened.decimals))
    day = zones.date("date", "C120-037")
    signed = zones.signed()
    return (zones.money(signed, decimals, currency) if currency else None), day


def _after_the_end(zones: Zones, opened: Opened, closing_date: datetime.date) -> None:
    """C120-039 for movements booked after the 07; those booked before the period were named as they came."""
    start = opened.date.isoformat() if opened.date is not None else ""
    zones.take("04".ljust(WIDTH))
    for index, entry in enumerate(opened.entries):
        if entry.booking_date > closing_date:
            expected = f"{start} / {closing_date.isoformat()}"
            zones.note("C120-039", "booking_date", found=entry.booking_date.isoformat(), expected=expected)
            zones.entry = index + 1
            zones.tell(zones.notes(), (opened.lines[index], opened.columns.get(index, 0), WIDTH))
    zones.entry = None


def _chain(zones: Zones, opened: Opened, link: Link, links: Links) -> None:
    """C120-072 to C120-075."""
    opening, start = opened.opening, opened.date
    key = (opened.name, link.amount.currency)
    movements = crc32("".join(opened.seen).encode("utf-8", "replace"))
    stated = (f"{money.minor} {money.currency}" for money in (opening, link.amount) if money is not None)
    print_ = f"{key[0]} {start} {link.date} {' '.join(stated)} {opened.count} {movements:08x}"
    previous = links.last(key)
    zones.take(opened.text)
    if links.knows(print_):
        zones.note_at("C120-075", 1, None)
    elif previous is not None and start is not None:
        if start != previous.date:
            rule_id = "C120-073" if start > previous.date else "C120-074"
            zones.note(rule_id, "date", found=start.isoformat(), expected=previous.date.isoformat())
        elif opening is not None and opening != previous.amount:
            zones.note("C120-072", "amount", found=opening.text, expected=previous.amount.text)
    zones.tell(zones.notes(), opened.place)
    links.add(key, Link(link.date, link.amount, print_))
