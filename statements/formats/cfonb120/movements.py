"""Records 04 and 05 on the careful path: a movement is begun, explained, and becomes an entry."""

from __future__ import annotations

import datetime

import msgspec

from statements.findings import Location
from statements.formats.cfonb120.balances import EARLIEST, Opened, same_account
from statements.formats.cfonb120.checks import Checker
from statements.formats.cfonb120.physical import Record
from statements.formats.cfonb120.records import MOVEMENT, OLD_COMPLEMENT, QUALIFIERS
from statements.formats.cfonb120.to_model import Complement, Movement, entry_of
from statements.model.money import Money
from statements.model.statement import Detail, Entry

_OLD = OLD_COMPLEMENT.cutter("label", "amount")
_AMOUNT = MOVEMENT.zone("amount")


class Pending:
    """A movement whose complements may still come."""

    __slots__ = (
        "amount",
        "booked",
        "column",
        "complements",
        "currency",
        "foreign",
        "line",
        "opened",
        "place",
        "seen",
        "text",
        "value_date",
        "zones",
    )

    def __init__(self, opened: Opened, record: Record, place: Location) -> None:
        self.opened = opened
        self.text = record.text
        self.line = record.line
        self.column = record.column
        self.place = place
        self.foreign = False
        """Of another account than its statement: reported and left out."""
        self.complements: list[Complement] = []
        self.seen: dict[str, str] = {}
        self.booked: datetime.date | None = None
        self.value_date: datetime.date | None = None
        self.amount: Money | None = None
        self.currency = ""
        self.zones: dict[str, str] = {}


def begin_movement(checker: Checker, opened: Opened, record: Record) -> Pending:
    """A record 04, with every finding of its zones."""
    pending = Pending(opened, record, checker.place(1, None))
    checker.characters()
    checker.reserved()
    if opened.number:
        pending.foreign = not same_account(checker, opened, record.text)
    elif opened.count == 1 and checker.account_form():
        opened.identify(None, None)
    decimals = _currency_and_decimals(checker, opened, pending)
    pending.booked = checker.date("booking_date", "C120-037")
    if pending.booked is not None and opened.date is not None and pending.booked <= opened.date:
        checker.add(
            "C120-039",
            checker.at("booking_date"),
            found=pending.booked.isoformat(),
            expected=f"{opened.date.isoformat()} / ",
        )
    pending.value_date = checker.value_date(pending.booked)
    checker.entry_number()
    pending.amount = checker.money(checker.signed(), decimals, pending.currency)
    checker.operation(pending.amount)
    pending.zones = MOVEMENT.parse(record.text)
    return pending


def _currency_and_decimals(checker: Checker, opened: Opened, pending: Pending) -> int | None:
    """C120-022, C120-023, C120-034 to -036; the currency goes to ``pending``."""
    currency = checker.raw("currency").strip()
    decimals = checker.decimals(balance=False)
    expected = opened.currency or opened.movement_currency
    places = opened.decimals if opened.decimals is not None else opened.movement_decimals
    if checker.present("decimals"):
        if not currency or (expected is not None and currency != expected):
            checker.add("C120-022", checker.at("currency"), found=checker.raw("currency"), expected=expected)
        if decimals is not None and places is not None and decimals != places:
            checker.add("C120-023", checker.at("decimals"), found=str(decimals), expected=str(places))
        if currency and (currency, decimals) != (expected, places):
            checker.currency_known(currency, decimals)
    if opened.movement_currency is None and currency:
        opened.movement_currency = currency
    if opened.movement_decimals is None:
        opened.movement_decimals = decimals
    pending.currency = currency or expected or "EUR"
    return decimals


def continue_movement(checker: Checker, pending: Pending, record: Record) -> None:
    """A record 05 of the movement that is pending."""
    opened = pending.opened
    opened.complements += 1
    checker.statement, checker.entry, checker.account = opened.number or None, opened.count, opened.name
    old = checker.repairs.applied("C120-222") and _is_old_layout(checker, pending)
    checker.characters(signed=old)
    _as_its_movement(checker, pending, record)
    if old:
        label, _ = _OLD(record.text)
        checker.repairs.report("C120-222", checker.place(41, "label"), found=label.rstrip())
        pending.complements.append(("LIB", label.ljust(70)))
        return
    checker.reserved()
    if checker.present("qualifier"):
        checker.complement(pending.seen)
    qualifier, information = checker.raw("qualifier"), checker.raw("information")
    pending.seen[qualifier] = information
    pending.complements.append((qualifier, information))


def _is_old_layout(checker: Checker, pending: Pending) -> bool:
    """No qualifier, and either text in 41-45, where the newer layout is blank, or the amount of the 04 again."""
    if checker.raw("qualifier") in QUALIFIERS and not checker.raw("reserved_k").strip():
        return False
    _, amount = _OLD(checker.record_text)
    return bool(checker.raw("reserved_k").strip()) or amount == pending.text[_AMOUNT.slice]


def _as_its_movement(checker: Checker, pending: Pending, record: Record) -> None:
    """C120-021 to C120-024 and C120-209: what a complement repeats of its movement."""
    zones, opened = pending.zones, pending.opened
    other = next((key for key in ("branch", "account") if checker.raw(key) != zones[key]), None)
    if opened.number and not (pending.foreign and other is None):
        same_account(checker, opened, record.text)
    elif not opened.number and other is not None:
        checker.add("C120-021", checker.at(other), found=checker.raw(other), expected=zones[other])
    for key, rule_id in (("currency", "C120-022"), ("decimals", "C120-023")):
        found = checker.raw(key)
        # Reserved in the older layout, so a blank says nothing.
        if found.strip() and found != zones[key]:
            checker.add(rule_id, checker.at(key), found=found, expected=zones[key])
    for key in ("internal", "operation", "booking_date"):
        if checker.present(key) and checker.raw(key) != zones[key]:
            checker.add("C120-024", checker.at(key), found=checker.raw(key), expected=zones[key])


def entry_from(pending: Pending) -> Entry:
    """The entry of a movement. An amount that cannot be read is 0, with the zone as written as detail ``2-R``."""
    zones = pending.zones
    amount = pending.amount
    entry = entry_of(
        Movement(
            zones["operation"],
            pending.booked or pending.value_date or pending.opened.date or EARLIEST,
            zones["reject"],
            pending.value_date,
            zones["label"],
            zones["entry_number"],
            Money(0, pending.currency) if amount is None else amount,
            zones["reference"],
        ),
        pending.complements,
    )
    if amount is None:
        details = (Detail("2-R", zones["amount"].rstrip()), *entry.details)
        entry = msgspec.structs.replace(entry, details=details)
    return entry
