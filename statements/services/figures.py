"""The accountant's table of a statement: opening, credits, debits, computed and stated closing, difference."""

from __future__ import annotations

import datetime

import msgspec

from statements.findings import Report
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


def of_report(report: Report) -> tuple[Figures, ...]:
    """The figures that a format's own check found, in this one shape; empty where it found none."""
    details = report.details
    if details is None:
        return ()
    items = getattr(details, "statements", details)
    if not isinstance(items, tuple):
        return ()
    return tuple(found for item in items if (found := _of_item(item)) is not None)


def _of_item(item: object) -> Figures | None:
    """One statement's figures: CFONB-120 gives amounts with their dates, MT940 exact decimal texts."""
    if isinstance(item, Figures):
        return item
    if not hasattr(item, "credit_sum"):
        return None
    currency = getattr(item, "currency", None) or ""

    def money(name: str) -> Money | None:
        value = getattr(item, name, None)
        if isinstance(value, str):
            return Money.parse(value, currency)
        return value if isinstance(value, Money) else None

    opening_date, closing_date = getattr(item, "opening_date", None), getattr(item, "closing_date", None)
    since = opening_date + datetime.timedelta(1) if opening_date is not None else None
    zero = Money(0, currency)
    return Figures(
        account=getattr(item, "account", None) or "",
        currency=currency,
        since=min(since, closing_date) if since and closing_date else since,
        until=closing_date,
        number=getattr(item, "number", None),
        opening=money("opening"),
        credits=getattr(item, "credits", 0),
        credit_sum=money("credit_sum") or zero,
        debits=getattr(item, "debits", 0),
        debit_sum=money("debit_sum") or zero,
        computed=money("computed") or money("computed_closing"),
        closing=money("closing"),
        difference=money("difference"),
    )
