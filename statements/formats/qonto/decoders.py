"""The records of the Qonto Business API v2, one class each, with the members a statement needs and no others; and the
decoders that read them.

Everything private (notes, labels, attachments, initiators, VAT, categories) is absent from these classes on purpose:
what is never decoded cannot leak. The CSV export is read into the same :class:`QontoTransaction`.

Amounts: ``*_cents`` are whole cents; the decimal members stay raw JSON text, so no binary float ever exists.
"""

from __future__ import annotations

import datetime
import re
import typing
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Annotated, Any, Generic, TypeVar, cast

import msgspec
from msgspec import Raw

from statements.formats.qonto.operations import built_in
from statements.model.money import CURRENCIES, Money

Instant = Annotated[datetime.datetime, msgspec.Meta(tz=True)]
"""A time stamp with its offset; one without is refused by the decoder."""


GREATEST = 10**18
"""Cents that no balance reaches: 18 digits are the most that ISO 20022 gives an amount. More is no amount."""

Cents = Annotated[int, msgspec.Meta(ge=-GREATEST, le=GREATEST)]
"""Whole cents."""

ABSENT = Raw()
"""A raw member that is not there."""


class Counterparty(msgspec.Struct, frozen=True, gc=False):
    """The nested object of transfers, received transfers and debits: account and bank of the other side."""

    counterparty_account_number: str | None = None
    counterparty_account_number_format: str | None = None
    counterparty_bank_identifier: str | None = None
    counterparty_bank_identifier_format: str | None = None
    unique_mandate_reference: str | None = None


class Cheque(msgspec.Struct, frozen=True, gc=False):
    """The nested object of a cheque."""

    check_number: str | int | None = None


class QontoTransaction(msgspec.Struct, frozen=True, gc=False):
    """One ``transaction``: Qonto's object for a movement, booked or not."""

    id: str | None = None
    transaction_id: str | None = None
    amount: Raw = ABSENT
    amount_cents: Cents | None = None
    settled_balance: Raw = ABSENT
    settled_balance_cents: Cents | None = None
    local_amount: Raw = ABSENT
    local_amount_cents: Cents | None = None
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
    check: Cheque | None = None
    updated_at: Raw = ABSENT
    """Looked at only where one transaction is given in several states, or by a setting."""


class SteeredTransaction(QontoTransaction, frozen=True, gc=False):
    """A transaction with the members that steer something only when a setting asks for it; never written."""

    created_at: Raw = ABSENT
    category: str | None = None
    vat_amount: Raw = ABSENT
    card_last_digits: str | None = None


def is_hollow(row: QontoTransaction) -> bool:
    """Whether an object that was decoded as a transaction holds nothing of one: it is something else."""
    return row.side is None and row.transaction_id is None and row.amount_cents is None and not text_of(row.amount)


class BankAccount(msgspec.Struct, frozen=True, gc=False):
    """One account of ``/organization`` or ``/bank_accounts``."""

    id: str | None = None
    iban: str | None = None
    bic: str | None = None
    currency: str | None = None
    balance_cents: Cents | None = None
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
    "Other NrcPayment RibaPayment PayLater Recall CardAcquirerPayout "
    "DeferredCardRepayment"
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


# -- amounts ----------------------------------------------------------------------------------------------------------

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


ABSENT_BYTES = (b"", b"null")
NO_ERRORS = (b"", b"null", b"[]", b"{}")
_INSTANT = msgspec.json.Decoder(Instant)


def text_of(raw: Raw) -> str | None:
    """The decimal text of a JSON number (or of a number written as a JSON string); ``None`` when absent."""
    text = bytes(raw).decode("utf-8", "replace").strip().strip('"')
    return None if text in ("", "null") else text


def instant_of(raw: Raw) -> datetime.datetime | None:
    """The instant of a raw member; ``None`` when it is absent or none."""
    if bytes(raw) in ABSENT_BYTES:
        return None
    try:
        return _INSTANT.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def minor_of(text: str, currency: str) -> int | None:
    """Whole minor units of a plain decimal text; ``None`` for an exponent, a fraction too fine, or no number.

    >>> minor_of("1.13", "EUR"), minor_of("0.295", "EUR"), minor_of("1e2", "EUR"), minor_of("1250", "JPY")
    (113, None, None, 1250)
    """
    if _PLAIN.fullmatch(text) is None:
        return None
    try:
        minor = Money.parse(text, currency).minor
    except ValueError:
        return None
    return minor if -GREATEST <= minor <= GREATEST else None


def agrees(text: bytes, cents: int) -> bool:
    """Whether a JSON number says exactly ``cents`` hundredths, for the usual spellings; cheap.

    False means only that it must be looked at more closely.

    >>> agrees(b"0.29", 29), agrees(b"12.5", 1250), agrees(b"3", 300), agrees(b"0.28", 29)
    (True, True, True, False)
    """
    try:
        if text[-3:-2] == b".":
            return int(text.replace(b".", b"")) == cents
        if text[-2:-1] == b".":
            return int(text.replace(b".", b"")) * 10 == cents
        return int(text) * 100 == cents
    except ValueError:
        # No number, or one that is written otherwise.
        return False


def bytes_of(raws: Sequence[Raw]) -> list[bytes]:
    """The bytes of many raw members, faster than one by one."""
    texts = b"\n".join(raws).split(b"\n")
    # Only an object or a list can have a line break inside, and neither stands where a number should.
    return texts if len(texts) == len(raws) else list(map(bytes, raws))


# -- decoders ---------------------------------------------------------------------------------------------------------

Row = TypeVar("Row")
WEBHOOK = "v1/transactions"


class ApiAnswer(msgspec.Struct, Generic[Row], frozen=True):
    """The object around transactions or accounts: an API answer or a webhook."""

    transactions: list[Row] | None = None
    transaction: Row | None = None
    data: Row | None = None
    type: str | None = None
    organization: Organization | None = None
    bank_accounts: list[BankAccount] | None = None
    bank_account: BankAccount | None = None
    meta: Meta | None = None
    errors: Raw = ABSENT


class Decoders:
    """The decoders of one class of transactions; made once."""

    def __init__(self, row: Any) -> None:
        self.row = row
        self.answer = msgspec.json.Decoder(ApiAnswer[row])
        self.pages = msgspec.json.Decoder(list[ApiAnswer[row]])
        self.rows = msgspec.json.Decoder(list[row])
        self.lines = msgspec.json.Decoder(row)


@lru_cache(maxsize=2)
def decoders(steered: bool) -> Decoders:
    """The decoders for any words; with the members of :class:`SteeredTransaction` when a setting asks for them."""
    return Decoders(SteeredTransaction if steered else QontoTransaction)


# Status, side, currency, operation and the like are a few words repeated in every row. As closed enumerations of the
# decoder each is one object for the whole file, with nothing to allocate and little to compare: a third faster. The
# enumerations of the API are open, so a file with any other word is decoded again by the general decoders, which give
# equal rows.


@lru_cache(maxsize=1)
def usual_decoders() -> Decoders:
    """The decoders for files that hold the usual words only."""
    return Decoders(usual_row())


def _closed(words: Iterable[str]) -> Any:
    literal: Any = typing.Literal
    return literal[tuple(sorted(words))] | None


@lru_cache(maxsize=1)
def usual_row() -> type[QontoTransaction]:
    """A :class:`QontoTransaction` whose members of few words take the known ones only."""
    party = msgspec.defstruct(
        "UsualCounterparty",
        [
            ("counterparty_account_number_format", _closed(["IBAN", "unstructured"]), None),
            ("counterparty_bank_identifier_format", _closed(["SWIFT_BIC", "sort_code"]), None),
        ],
        bases=(Counterparty,),
        frozen=True,
        gc=False,
    )
    words = {
        "side": ("credit", "debit"),
        "status": STATUSES,
        "currency": ("EUR",),
        "local_currency": CURRENCIES,
        "operation_type": {row.operation_type for row in built_in()} - {"*"},
        "subject_type": SUBJECTS,
    }
    members: list[tuple[str, Any, Any]] = [(name, _closed(known), None) for name, known in words.items()]
    members += [(name, party | None, None) for name in COUNTERPARTIES]
    row: Any = msgspec.defstruct("UsualTransaction", members, bases=(QontoTransaction,), frozen=True, gc=False)
    return cast(type[QontoTransaction], row)
