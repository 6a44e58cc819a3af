"""The accountant's table of a statement: opening, credits, debits, computed and stated closing, difference."""

from __future__ import annotations

import datetime

import msgspec

from statements.model.money import Money
from statements.model.statement import Statement
from statements.services.periods import period


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Counts and sums of one statement. A member is ``None`` where the source does not state it."""

    account: str
    currency: str
    since: datetime.date | None = None
    until: datetime.date | None = None
    number: str | None = None
    opening: Money | None = None
    credits: int = 0
    credit_sum: Money
    debits: int = 0
    debit_sum: Money
    computed: Money | None = None
    closing: Money | None = None
    difference: Money | None = None


def figures(statement: Statement) -> Figures:
    """The figures of one statement; entries of another currency than the statement's are not summed."""
    currency = statement.currency or ""
    amounts = [entry.amount.minor for entry in statement.entries if entry.amount.currency == currency]
    money_in = [minor for minor in amounts if minor > 0]
    money_out = [minor for minor in amounts if minor <= 0]
    opening = statement.opening.amount if statement.opening is not None else None
    closing = statement.closing.amount if statement.closing is not None else None
    computed = None if opening is None else Money(opening.minor + sum(amounts), opening.currency)
    comparable = computed is not None and closing is not None and computed.currency == closing.currency
    days = period(statement) or (None, None)
    number = None
    if statement.number is not None:
        number = str(statement.number) if statement.sequence is None else f"{statement.number}/{statement.sequence}"
    return Figures(
        account=statement.account.iban or statement.account.other or "",
        currency=currency,
        since=days[0],
        until=days[1],
        number=number,
        opening=opening,
        credits=len(money_in),
        credit_sum=Money(sum(money_in), currency),
        debits=len(money_out),
        debit_sum=Money(sum(money_out), currency),
        computed=computed,
        closing=closing,
        difference=closing - computed if comparable and closing is not None and computed is not None else None,
    )
