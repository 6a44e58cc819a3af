"""What CFONB-120 cannot say of a whole statement: such a statement is refused, with every reason."""

from __future__ import annotations

import datetime
import re

from statements.findings import Location, Reporter
from statements.formats.cfonb120.overpunch import GREATEST
from statements.model.money import Money, exponent
from statements.model.statement import Statement
from statements.reference.iban import Rib, iban_fault, rib, rib_fault, rib_iban

EARLIEST = datetime.date(1961, 1, 1)
LATEST = datetime.date(2060, 12, 31)
"""The days that two digits of a year can say."""

_CURRENCY = re.compile("[A-Z]{3}", re.ASCII)


def without_place(reporter: Reporter, statement: Statement, place: Location) -> None:
    """CNV-118 for what a statement holds and the format has no zone for."""
    for field, value in (
        ("number", statement.number),
        ("sequence", statement.sequence),
        ("available", statement.available and statement.available.amount.text),
        ("forward_available", ", ".join(one.amount.text for one in statement.forward_available)),
    ):
        if value is not None and value != "":
            reporter.add("CNV-118", _at(place, field), before=str(value), after="")


def refusals(reporter: Reporter, statement: Statement, number: int) -> Rib | None:
    """Everything that the format cannot say of a statement; the parts of its account when it can be written."""
    errors = reporter.errors
    account = statement.account
    place = Location(statement=number, account=account.iban or account.other)
    iban = account.iban or ""
    parts = rib(iban)
    if parts is None:
        reporter.add("CNV-101", place, found=account.iban or account.other or "")
    elif rib_fault(iban):
        reporter.add("CNV-102", place, found=iban, expected=rib_iban(parts.bank, parts.branch, parts.account, iban[:2]))
    elif iban_fault(iban) is not None:
        reporter.add("CNV-101", place, found=iban)
    opening, closing = statement.opening, statement.closing
    if opening is None or closing is None:
        missing = "opening" if opening is None else "closing"
        reporter.add("CNV-108", _at(place, missing), expected=missing, difference="")
    balances = [(name, one) for name, one in (("opening", opening), ("closing", closing)) if one is not None]
    currency = statement.currency or ""
    if _CURRENCY.fullmatch(currency) is None:
        reporter.add("CNV-106", place, found=currency, expected="ISO 4217")
    for name, one in balances:
        _amount(reporter, one.amount, currency, _at(place, name))
        _day(reporter, one.date, _at(place, name))
    total, amounts_fit = _entries(reporter, statement, place, currency)
    if opening is not None and closing is not None and closing.date < opening.date:
        reporter.add(
            "CNV-108",
            _at(place, "closing"),
            found=closing.date.isoformat(),
            expected=f">= {opening.date.isoformat()}",
            difference="",
        )
    if opening is not None and closing is not None and amounts_fit and total != closing.amount.minor:
        computed = Money(total, currency)
        difference = (closing.amount - computed).text if closing.amount.currency == currency else ""
        reporter.add(
            "CNV-108",
            _at(place, "closing"),
            found=closing.amount.text,
            expected=computed.text,
            difference=f"({difference})",
        )
    return parts if reporter.errors == errors else None


def _entries(reporter: Reporter, statement: Statement, place: Location, currency: str) -> tuple[int, bool]:
    """The opening and all entries summed up, and whether each amount can be written in the currency."""
    opening, closing = statement.opening, statement.closing
    total = opening.amount.minor if opening is not None else 0
    first = opening.date if opening is not None else EARLIEST
    last = closing.date if closing is not None else LATEST
    entries = statement.entries
    # A statement without a fault is recognised by its extremes; only another is gone through entry by entry.
    amounts = [entry.amount for entry in entries]
    minors = [amount.minor for amount in amounts]
    days = {entry.booking_date for entry in entries}
    values = {entry.value_date for entry in entries}
    values.discard(None)
    if not entries or (
        {amount.currency for amount in amounts} == {currency}
        and min(minors) >= -GREATEST
        and max(minors) <= GREATEST
        and min(days) >= EARLIEST
        and max(days) <= LATEST
        and ((first < min(days) and max(days) <= last) or opening is None or closing is None)
        and all(EARLIEST <= value <= LATEST for value in values if value is not None)
    ):
        return total + sum(minors), True
    amounts_fit = True
    for index, entry in enumerate(entries, start=1):
        amount = entry.amount
        minor = amount.minor
        if amount.currency != currency or not -GREATEST <= minor <= GREATEST:
            amounts_fit = False
            _amount(reporter, amount, currency, _at(place, "amount", index))
        booked, value = entry.booking_date, entry.value_date
        if not EARLIEST <= booked <= LATEST:
            _day(reporter, booked, _at(place, "booking_date", index))
        elif not first < booked <= last and opening is not None and closing is not None:
            reporter.add(
                "CNV-110",
                _at(place, "booking_date", index),
                found=booked.isoformat(),
                expected=f"{first.isoformat()} / {last.isoformat()}",
            )
        if value is not None and value is not booked and not EARLIEST <= value <= LATEST:
            _day(reporter, value, _at(place, "value_date", index))
    return total + sum(minors), amounts_fit


def _amount(reporter: Reporter, amount: Money, currency: str, place: Location) -> None:
    text = f"{amount.text} {amount.currency}"
    if amount.currency != currency:
        excess = exponent(amount.currency) - exponent(currency)
        if excess > 0 and amount.minor % int("1" + "0" * excess):
            reporter.add("CNV-104", place, found=text, expected=str(exponent(currency)))
        else:
            reporter.add("CNV-106", place, found=amount.currency, expected=currency)
    elif not -GREATEST <= amount.minor <= GREATEST:
        reporter.add("CNV-103", place, found=text, expected=Money(GREATEST, currency).text)


def _day(reporter: Reporter, day: datetime.date, place: Location) -> None:
    if not EARLIEST <= day <= LATEST:
        reporter.add("CNV-105", place, found=day.isoformat(), expected="1961-01-01 / 2060-12-31")


def _at(place: Location, field: str, entry: int | None = None) -> Location:
    return Location(statement=place.statement, entry=entry, account=place.account, field=field)
