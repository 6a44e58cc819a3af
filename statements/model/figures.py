"""The figures of a statement that an accountant checks by hand: balances, sums of both directions, difference.

>>> from statements.model.account import Account
>>> sums = figures(Statement(Account("FR7616958000011234567890177")))
>>> sums.credits, sums.difference
(0, None)
"""

from __future__ import annotations

import datetime

import msgspec

from statements.model.money import Money
from statements.model.periods import period
from statements.model.statement import Statement


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Counts and sums of one statement, or of one message of it. Sums are signed, the account owner's view.

    A member is ``None`` or empty where the source does not state it, or where it could not be read or judged.
    """

    account: str
    """IBAN, or the account as it was written."""
    currency: str | None = None
    kind: str = ""
    """The message of which these are the figures (``940``, ``942``, ``950``), for MT940."""
    reference: str | None = None
    number: str | None = None
    """Statement number, with the page after a slash where there is one."""
    complete: bool
    """False for a statement without an end, and for movements outside any statement."""
    line: int | None = None
    last_line: int | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    """The days of the period, both inclusive."""
    opening: Money | None = None
    opening_date: datetime.date | None = None
    opening_tag: str | None = None
    closing: Money | None = None
    """The closing balance as stated."""
    closing_date: datetime.date | None = None
    closing_tag: str | None = None
    credits: int = 0
    credit_sum: Money | None = None
    debits: int = 0
    debit_sum: Money | None = None
    computed: Money | None = None
    """Opening balance plus all entries."""
    difference: Money | None = None
    """Stated minus computed closing balance."""
    balanced: bool | None = None
    """Whether the difference is nothing; ``None`` where it cannot be judged."""
    entries: int = 0
    """How many entries there are, those that could not be read included."""
    complements: int = 0
    """Records 05 of those entries, for CFONB-120."""

    @property
    def days(self) -> tuple[datetime.date, datetime.date] | None:
        """First and last day: those stated, else from the day after the opening balance to that of the closing one."""
        if self.since is not None and self.until is not None:
            return self.since, self.until
        if self.opening_date is None or self.closing_date is None:
            return None
        first = self.opening_date
        if first < datetime.date.max:
            first += datetime.timedelta(1)
        return min(first, self.closing_date), self.closing_date


def figures(statement: Statement) -> Figures:
    """The figures of one statement; entries of another currency than the statement's are not summed."""
    currency = statement.currency or ""
    amounts = [entry.amount.minor for entry in statement.entries if entry.amount.currency == currency]
    money_in = [minor for minor in amounts if minor > 0]
    money_out = [minor for minor in amounts if minor <= 0]
    opening, closing = statement.opening, statement.closing
    computed = None if opening is None else Money(opening.amount.minor + sum(amounts), opening.amount.currency)
    difference = None
    if computed is not None and closing is not None and computed.currency == closing.amount.currency:
        difference = closing.amount - computed
    days = period(statement) or (None, None)
    number = None
    if statement.number is not None:
        number = str(statement.number) if statement.sequence is None else f"{statement.number}/{statement.sequence}"
    return Figures(
        account=statement.account.iban or statement.account.other or "",
        currency=currency,
        number=number,
        complete=opening is not None and closing is not None,
        since=days[0],
        until=days[1],
        opening=None if opening is None else opening.amount,
        opening_date=None if opening is None else opening.date,
        closing=None if closing is None else closing.amount,
        closing_date=None if closing is None else closing.date,
        credits=len(money_in),
        credit_sum=Money(sum(money_in), currency),
        debits=len(money_out),
        debit_sum=Money(sum(money_out), currency),
        computed=computed,
        difference=difference,
        balanced=None if difference is None else difference.minor == 0,
        entries=len(statement.entries),
    )
