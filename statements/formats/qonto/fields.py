"""The records of the Qonto Business API v2, one class each, with the members a statement needs and no others.

Everything private (notes, labels, attachments, initiators, VAT, categories) is absent from these classes on purpose:
what is never decoded cannot leak. The CSV export is read into the same :class:`Transaction`.

Amounts: ``*_cents`` are whole cents; the decimal members stay raw JSON text, so no binary float ever exists.
"""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec
from msgspec import Raw

Instant = Annotated[datetime.datetime, msgspec.Meta(tz=True)]
"""A time stamp with its offset; one without is refused by the decoder."""


ABSENT = Raw()
"""A raw member that is not there."""


class Counterparty(msgspec.Struct, frozen=True, gc=False):
    """The nested object of transfers, received transfers and debits: account and bank of the other side."""

    counterparty_account_number: str | None = None
    counterparty_account_number_format: str | None = None
    counterparty_bank_identifier: str | None = None
    counterparty_bank_identifier_format: str | None = None
    unique_mandate_reference: str | None = None


class Check(msgspec.Struct, frozen=True, gc=False):
    """The nested object of a cheque."""

    check_number: str | int | None = None


class Transaction(msgspec.Struct, frozen=True, gc=False):
    """One ``transaction``: Qonto's object for a movement, booked or not."""

    id: str | None = None
    transaction_id: str | None = None
    amount: Raw = ABSENT
    amount_cents: int | None = None
    settled_balance: Raw = ABSENT
    settled_balance_cents: int | None = None
    local_amount: Raw = ABSENT
    local_amount_cents: int | None = None
    side: str | None = None
    operation_type: str | None = None
    currency: str | None = None
    local_currency: str | None = None
    label: str | None = None
    settled_at: Instant | None = None
    status: str | None = None
    reference: str | None = None
    subject_type: str | None = None
    bank_account_id: str | None = None
    is_external_transaction: bool | None = None
    transfer: Counterparty | None = None
    income: Counterparty | None = None
    direct_debit: Counterparty | None = None
    direct_debit_collection: Counterparty | None = None
    swift_income: Counterparty | None = None
    check: Check | None = None


class SteeredTransaction(Transaction, frozen=True, gc=False):
    """A transaction with the members that steer something only when a setting asks for it; never written."""

    updated_at: Instant | None = None
    created_at: Instant | None = None
    category: str | None = None
    vat_amount: Raw = ABSENT
    card_last_digits: str | None = None


class BankAccount(msgspec.Struct, frozen=True, gc=False):
    """One account of ``/organization`` or ``/bank_accounts``."""

    id: str | None = None
    iban: str | None = None
    bic: str | None = None
    currency: str | None = None
    balance_cents: int | None = None
    updated_at: Instant | None = None
    is_external_account: bool | None = None


class Organization(msgspec.Struct, frozen=True):
    """The organisation that owns the accounts."""

    legal_name: str | None = None
    bank_accounts: list[BankAccount] = []


class Meta(msgspec.Struct, frozen=True, gc=False):
    """The paging of a list answer."""

    current_page: int | None = None
    next_page: int | None = None
    total_pages: int | None = None
    total_count: int | None = None


COUNTERPARTIES = ("transfer", "income", "direct_debit", "direct_debit_collection", "swift_income")
"""The members of a transaction that hold a :class:`Counterparty`, at most one at a time."""

SUBJECTS = (
    "Card Transfer Income DirectDebit DirectDebitCollection DirectDebitHold WalletToWallet Check SwiftIncome "
    "PagopaPayment F24Payment BillingTransfer FinancingIncome FinancingInstallment AccountRemuneration Investment "
    "Other NrcPayment RibaPayment PayLater Recall CardAcquirerPayout"
).split()
"""The values of ``subject_type`` seen so far, as the API spells them; the enumeration is open."""

SUBJECT_TYPES = frozenset(word.lower() for word in SUBJECTS)
"""The same without case, as older payloads spell them."""

STATUSES = frozenset("completed pending declined reversed canceled processing".split())
"""The words of ``status`` that a finding may repeat; any other is counted as ``other``."""

PRIVATE = frozenset(
    "note labels label_ids attachments attachment_ids attachment_lost attachment_required initiator_id vat_amount "
    "vat_amount_cents vat_rate vat_details cashflow_category cashflow_subcategory category logo card_id "
    "emitted_at clean_counterparty_name".split()
)
"""What never leaves: members that no statement, finding or ledger line may carry."""
