"""Statements and entries for tests, each written once: ordinary ones, with the members that a test names changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from statements.model.account import Account
from statements.model.money import Money
from statements.model.statement import Balance, Entry, OperationCodes, Statement

IBAN = "FR7616958000011234567890177"
DAY = date(2026, 9, 3)


def entry(minor: int = 1_000, day: date = DAY, **members: Any) -> Entry:
    """A transfer of one day, received or sent by its sign, in euro cents."""
    ordinary = {"value_date": day, "codes": OperationCodes("05" if minor >= 0 else "06", "NTRF")}
    return Entry(**{"booking_date": day, "amount": Money(minor, "EUR"), **ordinary, **members})


def statement(*entries: Entry, day: date = DAY, opening_minor: int = 100_000, **members: Any) -> Statement:
    """A statement of one day that adds up."""
    total = sum(one.amount.minor for one in entries)
    ordinary: dict[str, Any] = {
        "account": Account(IBAN, "EUR"),
        "opening": Balance(Money(opening_minor, "EUR"), day - timedelta(days=1)),
        "closing": Balance(Money(opening_minor + total, "EUR"), day),
        "entries": entries,
    }
    return Statement(**{**ordinary, **members})
