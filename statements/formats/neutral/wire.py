"""The records of our JSON, one class each: members in the order in which they are written.

Reader and writer both derive from these classes. Amounts are decimal text with exactly the decimals of their
currency (signed but for ``original_amount``), dates are ISO 8601. A member without a value is left out, save
``entries`` of a statement and ``reversal`` of an entry.
"""

from __future__ import annotations

import datetime
from typing import Literal

import msgspec


class JsonRecord(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all records share: absent members are not written, foreign ones are not taken in silence."""


class AccountRecord(JsonRecord, frozen=True):
    """``account``: ``iban``, or ``other`` as it was written when it is no IBAN."""

    iban: str | None = None
    other: str | None = None
    bic: str | None = None
    name: str | None = None
    currency: str | None = None


class BalanceRecord(JsonRecord, frozen=True):
    """A balance. ``currency`` is written only where it is not the account's (a faulty source)."""

    amount: str
    date: datetime.date
    currency: str | None = None


class CodesRecord(JsonRecord, frozen=True):
    """``codes`` of an entry."""

    cfonb: str | None = None
    swift: str | None = None
    iso: str | None = None


class PartyRecord(JsonRecord, frozen=True):
    """``counterparty`` of an entry."""

    name: str | None = None
    iban: str | None = None
    bic: str | None = None
    role: Literal["payer", "beneficiary"] | None = None


class ReferencesRecord(JsonRecord, frozen=True):
    """``references`` of an entry."""

    end_to_end_id: str | None = None
    mandate_id: str | None = None
    creditor_id: str | None = None
    bank_reference: str | None = None
    customer_reference: str | None = None


class OriginalAmountRecord(JsonRecord, frozen=True):
    """``original_amount``: unsigned."""

    amount: str
    currency: str
    rate: str | None = None


class DetailRecord(JsonRecord, frozen=True):
    """One of ``details``."""

    qualifier: str
    text: str


class EntryRecord(JsonRecord, frozen=True, kw_only=True):
    """One of ``entries``."""

    booking_date: datetime.date
    value_date: datetime.date | None = None
    amount: str
    currency: str | None = None
    reversal: bool | msgspec.UnsetType = msgspec.UNSET
    codes: CodesRecord | None = None
    counterparty: PartyRecord | None = None
    remittance: tuple[str, ...] = ()
    references: ReferencesRecord | None = None
    original_amount: OriginalAmountRecord | None = None
    details: tuple[DetailRecord, ...] = ()


class StatementRecord(JsonRecord, frozen=True, kw_only=True):
    """One of ``statements``."""

    account: AccountRecord
    number: int | None = None
    sequence: int | None = None
    opening: BalanceRecord | None = None
    closing: BalanceRecord | None = None
    available: BalanceRecord | None = None
    forward_available: tuple[BalanceRecord, ...] = ()
    entries: tuple[EntryRecord, ...] | msgspec.UnsetType = msgspec.UNSET


class FileRecord(JsonRecord, frozen=True):
    """The whole document."""

    statements: tuple[StatementRecord, ...]
