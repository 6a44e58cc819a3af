"""The neutral bank statement that every format is read into and written from.

Plain immutable data: signs are the account owner's view (money in is positive), dates are local bank days,
texts are Unicode as the source has them.
"""

from __future__ import annotations

import datetime

import msgspec

from statements.model.account import Account, Party
from statements.model.money import Money


class Balance(msgspec.Struct, frozen=True, gc=False):
    """A booked or available balance at the end of ``date``."""

    amount: Money
    date: datetime.date


class OperationCodes(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What kind of operation it is: CFONB code (2), MT940 type (``NTRF``), ISO bank transaction code."""

    cfonb: str | None = None
    swift: str | None = None
    iso: str | None = None


class References(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The references of an entry, each as the source spells it."""

    bank_reference: str | None = None
    customer_reference: str | None = None
    end_to_end_id: str | None = None
    mandate_id: str | None = None
    creditor_id: str | None = None


class OriginalAmount(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The unsigned amount in the currency of the purchase; ``rate`` is exact decimal text, only if one was stated."""

    amount: Money
    rate: str | None = None


class Detail(msgspec.Struct, frozen=True, gc=False):
    """Something a format says that has no member of its own: neutral name (``RTRN``, ``PURP``) or its qualifier."""

    qualifier: str
    text: str


NO_CODES = OperationCodes()
NO_REFERENCES = References()


class Entry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One booked movement. ``reversal`` marks the cancellation of an earlier one; the sign is the real one already."""

    booking_date: datetime.date
    amount: Money
    value_date: datetime.date | None = None
    reversal: bool = False
    codes: OperationCodes = NO_CODES
    references: References = NO_REFERENCES
    counterparty: Party | None = None
    remittance: tuple[str, ...] = ()
    original_amount: OriginalAmount | None = None
    details: tuple[Detail, ...] = ()


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """The entries of one account and period between two balances.

    ``opening.date`` is the day before the period, ``closing.date`` its last day. Either balance is absent where
    the source has none (an MT942, a cut message).
    """

    account: Account
    opening: Balance | None = None
    closing: Balance | None = None
    entries: tuple[Entry, ...] = ()
    number: int | None = None
    sequence: int | None = None
    available: Balance | None = None
    forward_available: tuple[Balance, ...] = ()

    def __repr__(self) -> str:
        """Account, balances and how many entries, in one line."""
        account = self.account.iban or self.account.other or "no account"
        ends = (f"{side.amount.text} on {side.date}" if side else "none" for side in (self.opening, self.closing))
        return f"<Statement {account} {self.currency or ''}: {' → '.join(ends)}, {len(self.entries)} entries>"

    @property
    def currency(self) -> str | None:
        """The currency of the statement: of its balances, else of its account, else of its first entry."""
        if self.opening is not None:
            return self.opening.amount.currency
        if self.closing is not None:
            return self.closing.amount.currency
        return self.account.currency or (self.entries[0].amount.currency if self.entries else None)
