"""A payment file as data: ``PaymentInitiation`` › ``PaymentInformation`` › ``CreditTransfer``.

Plain immutable data, the same for pain.001.001.02, .03 and .09. Texts are as the file has them; amounts are exact:
whole minor units where the text has no more than the decimals of its currency, the decimal text always. Every object
knows its line, its path and its number, so that a person finds it again.
"""

from __future__ import annotations

import datetime

import msgspec

from statements.model.money import Money


class PostalAddress(msgspec.Struct, frozen=True, omit_defaults=True):
    """An address: free ``lines`` and structured parts (street, building, postcode, town, region, country …)."""

    lines: tuple[str, ...] = ()
    department: str | None = None
    sub_department: str | None = None
    street: str | None = None
    building_number: str | None = None
    building: str | None = None
    floor: str | None = None
    post_box: str | None = None
    room: str | None = None
    postcode: str | None = None
    town: str | None = None
    town_part: str | None = None
    district: str | None = None
    region: str | None = None
    country: str | None = None


class PartyIdentification(msgspec.Struct, frozen=True, omit_defaults=True):
    """One identification of a party: its element (``BIC``, ``Othr``, ``TaxIdNb`` …), the value, scheme and issuer."""

    kind: str
    value: str
    scheme: str | None = None
    issuer: str | None = None


class PaymentParty(msgspec.Struct, frozen=True, omit_defaults=True):
    """A debtor, creditor, ultimate party or initiating party."""

    name: str | None = None
    address: PostalAddress | None = None
    ids: tuple[PartyIdentification, ...] = ()
    country_of_residence: str | None = None


class PaymentAccount(msgspec.Struct, frozen=True, omit_defaults=True):
    """An account: ``iban``, or ``other`` as written when it is no IBAN."""

    iban: str | None = None
    other: str | None = None
    currency: str | None = None
    name: str | None = None


class PaymentBank(msgspec.Struct, frozen=True, omit_defaults=True):
    """A bank: its BIC, or another identification (``NOTPROVIDED`` is the usual filler), or a name."""

    bic: str | None = None
    name: str | None = None
    other: str | None = None


class PaymentType(msgspec.Struct, frozen=True, omit_defaults=True):
    """What kind of transfer is asked for; codes and proprietary words alike, as written."""

    priority: str | None = None
    service_levels: tuple[str, ...] = ()
    clearing_channel: str | None = None
    local_instrument: str | None = None
    category_purpose: str | None = None


class PaymentReference(msgspec.Struct, frozen=True, omit_defaults=True):
    """A structured creditor reference: its type (``SCOR``), issuer and text."""

    reference: str | None = None
    type: str | None = None
    issuer: str | None = None


class Amount(msgspec.Struct, frozen=True, omit_defaults=True):
    """An amount: the decimal ``text`` and currency as written; ``money`` where it is a whole number of minor units."""

    text: str
    currency: str
    money: Money | None = None


class CreditTransfer(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One payment. ``index`` counts in the file, ``number`` in its block; ``line`` and ``path`` are its place."""

    index: int
    number: int
    path: str
    line: int | None = None
    instruction_id: str | None = None
    end_to_end_id: str | None = None
    uetr: str | None = None
    type: PaymentType | None = None
    amount: Amount | None = None
    equivalent_amount: Amount | None = None
    charge_bearer: str | None = None
    ultimate_debtor: PaymentParty | None = None
    creditor_bank: PaymentBank | None = None
    creditor: PaymentParty | None = None
    creditor_account: PaymentAccount | None = None
    ultimate_creditor: PaymentParty | None = None
    purpose: str | None = None
    remittance: tuple[str, ...] = ()
    references: tuple[PaymentReference, ...] = ()
    not_modelled: tuple[str, ...] = ()
    """Paths of elements that have no member here, so that nothing is lost in silence."""

    @property
    def creditor_iban(self) -> str | None:
        """The IBAN paid to, when the account is one."""
        return self.creditor_account.iban if self.creditor_account is not None else None


class PaymentInformation(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One block: the payments from one debtor account on one date. ``index`` counts from 1."""

    index: int
    path: str
    line: int | None = None
    id: str | None = None
    method: str | None = None
    batch_booking: bool | None = None
    declared_count: str | None = None
    declared_sum: str | None = None
    type: PaymentType | None = None
    execution_date: datetime.date | None = None
    execution_time: str | None = None
    debtor: PaymentParty | None = None
    debtor_account: PaymentAccount | None = None
    debtor_bank: PaymentBank | None = None
    ultimate_debtor: PaymentParty | None = None
    charge_bearer: str | None = None
    payments: tuple[CreditTransfer, ...] = ()
    not_modelled: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many payments the block really holds."""
        return len(self.payments)

    @property
    def debtor_iban(self) -> str | None:
        """The IBAN paid from, when the account is one."""
        return self.debtor_account.iban if self.debtor_account is not None else None


class PaymentInitiation(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A whole payment file. ``version`` is the message name, such as ``pain.001.001.03``."""

    version: str
    sha256: str = ""
    encoding: str = ""
    bytes: int = 0
    message_id: str | None = None
    created: str | None = None
    declared_count: str | None = None
    declared_sum: str | None = None
    grouping: str | None = None
    batch_booking: bool | None = None
    initiating_party: PaymentParty | None = None
    blocks: tuple[PaymentInformation, ...] = ()
    not_modelled: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Message, reference and how many payments, in one line."""
        return f"<PaymentInitiation {self.version} {self.message_id!r}: {self.count} payments>"

    @property
    def count(self) -> int:
        """How many payments the file really holds."""
        return sum(block.count for block in self.blocks)
