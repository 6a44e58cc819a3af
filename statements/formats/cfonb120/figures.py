"""What a validator says of one statement: balances, credits, debits, computed and stated closing, difference."""

from __future__ import annotations

import datetime

import msgspec

from statements.model.money import Money


class Figures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures of one statement. Sums are signed; a member is absent where it could not be read or judged."""

    account: str
    """IBAN, or the account as it was written."""
    currency: str | None = None
    complete: bool
    """True for a pair 01…07; false for a statement without end, and for movements outside any statement."""
    line: int
    last_line: int
    opening: Money | None = None
    opening_date: datetime.date | None = None
    closing: Money | None = None
    """The closing balance as stated."""
    closing_date: datetime.date | None = None
    credits: int = 0
    credit_sum: Money | None = None
    debits: int = 0
    debit_sum: Money | None = None
    computed: Money | None = None
    """Opening balance plus all movements."""
    difference: Money | None = None
    """Stated minus computed closing balance."""
    balanced: bool | None = None
    entries: int = 0
    """Records 04, those that could not be read included."""
    complements: int = 0
    """Records 05 of those entries."""
