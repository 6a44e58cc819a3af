"""From model to wire: the zones of record 04 and the complements 05 of an entry, in the order of the table.

Each loss is reported to a :class:`Losses`, which the writer turns into ``CNV-`` findings. Order of the complements:
1 NPY, NBE or LIB · 2 CBE or CPY · 3 RUM · 4 LCC, LC2 · 5 RCN · 6 REF · 7 IBE · 8 MMO · 9 details with a qualifier.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from statements.formats.cfonb120.complements import write_foreign, write_rate
from statements.formats.cfonb120.details import DetailsOut, end_of_remittance
from statements.formats.cfonb120.texts import Loss, Texts
from statements.formats.cfonb120.to_model import CHEQUES, NO_NUMBER, Complement
from statements.model.account import Party, Role
from statements.model.statement import Entry
from statements.reference.iban import is_iban
from statements.reference.operations import cfonb_operations, swift_types
from statements.wire.charset import CharacterSet
from statements.wire.identity import token

# The beneficiary's account is disclosed on transfers sent and their returns, the debtor's on collections.
_BENEFICIARY_ACCOUNT = frozenset("06 12 14 19 20 21 44 50 79 C1 C3 C5".split())
_PAYER_ACCOUNT = frozenset("09 24 25 97 A1 A2 A5 A6 B3 B4".split())
UNKNOWN_OPERATION = "91"

# An operation code that no list has is written as it is: it comes back equal.
_OTHER_CODE = re.compile("[A-Z0-9]{2}", re.ASCII)


Wire = tuple[str, str, str, str, str, Sequence[Complement]]
"""An entry on the wire: operation, reject reason, label, entry number and reference of the 04, and its complements.

Texts are not padded; the templates of the record table cut and fill them to their zones.
"""


Form = tuple[str, tuple[Complement, ...], tuple[tuple[str, str, str, str], ...]]
"""What a counterparty gives to each of its entries: its name, its complements, its losses."""

_CACHE = 16_384
"""Counterparties after which the cache of one operation is emptied: memory stays flat however many there are."""


@lru_cache(maxsize=1_024)
def operation_of(swift: str | None, credit: bool, reversal: bool, mandate: bool) -> str | None:
    """The CFONB operation of an MT940 type such as ``NTRF``; ``None`` for a type the table does not know.

    A reversal keeps the code of its kind, which is that of the opposite sign; a returned item with a mandate on the
    debit side is a returned collection.
    """
    if not swift:
        return None
    code = swift[1:]
    if code.isdigit() and len(code) == 3:
        return UNKNOWN_OPERATION
    row = swift_types().get(code) or swift_types().get(code.replace(" ", "_"))
    if row is None:
        return None
    if reversal:
        credit = not credit
    if code == "RTI" and not credit and mandate:
        return "B3"
    return row.cfonb_credit if credit else row.cfonb_debit


def _with_free_labels(entry: Entry) -> Entry:
    """Free labels (LIB) without a remittance are the remittance, as every reader of the format takes them."""
    labels = tuple(detail.text for detail in entry.details if detail.qualifier == "LIB")
    if not labels:
        return entry
    others = tuple(detail for detail in entry.details if detail.qualifier != "LIB")
    return msgspec.structs.replace(entry, remittance=labels, details=others)


class Mapper:
    """Makes the wire form of the entries of one statement, for one profile."""

    def __init__(self, iban: str, currency: str, characters: CharacterSet, payer_account: bool) -> None:
        self._iban = iban
        self._currency = currency
        self.texts = self._texts = texts = Texts(characters)
        self._is_token = texts.is_token
        self._inside = texts.inside
        self._payer_account = payer_account
        self._equal: dict[str, int] = {}
        # One dictionary for each operation of the table, so that one look-up tests the code and finds the names.
        self._forms: dict[str, dict[Party, Form]] = {code: {} for code in cfonb_operations()}

    def wire(self, entry: Entry, lose: Loss) -> Wire:
        """The wire form of an entry. Every loss goes to ``lose``."""
        if entry.details and not entry.remittance:
            entry = _with_free_labels(entry)
        operation = entry.codes.cfonb
        forms = self._forms.get(operation)  # type: ignore[arg-type]  # None is no code of the table
        if operation is None or forms is None:
            operation = self._operation(entry, lose)
            forms = self._forms.setdefault(operation, {})
        remittance = entry.remittance
        text = ""
        if remittance:
            text = remittance[0] if len(remittance) == 1 else " ".join(remittance)
            if self._inside(text):
                text = text.upper()  # what the text rule does to a text inside the set
                if len(text) > 140:
                    text = self._texts.cut(text, 140, "remittance", "CNV-112", lose)
            else:
                text = self._texts.text(text, 140, "remittance", "CNV-112", lose)
        party = entry.counterparty
        if party is None:
            label = text[:31]
            complements: list[Complement] = []
        else:
            form = forms.get(party)
            if form is None:
                form = self.form(party, operation)
            name, shared, losses = form
            for loss in losses:
                lose(*loss)
            complements = [*shared]
            label = name[:31] if name else text[:31]
            if name and party.role is None and (len(name) > 31 or (text and label.rstrip() == text[:31].rstrip())):
                complements.insert(0, ("LIB", name))
        if entry.reversal:
            lose("CNV-118", "reversal", "true", "")
        references = entry.references
        reference = references.bank_reference
        if reference is None:
            reference = self._identity(entry)
        elif self._is_token(reference) is None:
            reference = self._reference(reference, lose)
        if (
            entry.details
            or entry.original_amount is not None
            or references.mandate_id
            or references.customer_reference
            or references.end_to_end_id
            or references.creditor_id
        ):
            return self._full(entry, lose, operation, label, reference, complements, text)
        if text:
            complements.append(("LCC", text[:70]))
            if len(text) > 70:
                complements.append(("LC2", text[70:]))
        return operation, "", label, NO_NUMBER, reference, complements

    def knows(self, operation: str) -> bool:
        """Whether an operation code can be written as it is."""
        return operation in self._forms

    def form(self, party: Party, operation: str) -> Form:
        """What the counterparty alone decides under one operation; kept for the next entry of the same one."""
        forms = self._forms[operation]
        form = forms.get(party)
        if form is not None:
            return form
        losses: list[tuple[str, str, str, str]] = []

        def lose(rule_id: str, field: str, before: str, after: str) -> None:
            losses.append((rule_id, field, before, after))

        role = party.role
        complements: list[Complement] = []
        name = party.name or ""
        if name:
            name = self._texts.text(name, 70, "counterparty.name", "CNV-111", lose)
        if name and role is not None:
            complements.append(("NPY" if role == "payer" else "NBE", name))
        if party.iban:
            self._account(party.iban, role, operation, complements, lose)
        if party.bic:
            lose("CNV-115", "counterparty.bic", party.bic, "")
        if len(forms) >= _CACHE:
            forms.clear()
        form = forms[party] = name, tuple(complements), tuple(losses)
        return form

    def _account(
        self, account: str, role: Role | None, operation: str, complements: list[Complement], lose: Loss
    ) -> None:
        """CBE or CPY, where the operation has a place for the account of the other side."""
        if role == "beneficiary" and operation in _BENEFICIARY_ACCOUNT:
            qualifier = "CBE"
        elif role == "payer" and (operation in _PAYER_ACCOUNT or self._payer_account):
            qualifier = "CPY"
        else:
            lose("CNV-115", "counterparty.iban", account, "")
            return
        iban = account.replace(" ", "")
        if is_iban(iban):
            complements.append((qualifier, iban))
        else:
            lose("CNV-116", "counterparty.iban", account, "")

    def _reference(self, reference: str, lose: Loss) -> str:
        """A bank reference that is no plain token: kept when it fits zone 2-S, else its X token."""
        if 0 < len(reference) <= 16 and self._texts.keeps(reference):
            return reference
        replaced = token("X", reference)
        lose("CNV-107", "references.bank_reference", reference, replaced)
        return replaced

    def _full(
        self,
        entry: Entry,
        lose: Loss,
        operation: str,
        label: str,
        reference: str,
        complements: list[Complement],
        text: str,
    ) -> Wire:
        details = DetailsOut(entry.details, self._texts, lose)
        references = entry.references
        mandate = self._texts.identifier(references.mandate_id, "references.mandate_id", lose)
        customer = self._texts.identifier(references.customer_reference, "references.customer_reference", lose)
        end_to_end = self._texts.identifier(references.end_to_end_id, "references.end_to_end_id", lose)
        creditor = self._texts.identifier(references.creditor_id, "references.creditor_id", lose)
        number = NO_NUMBER
        cheque = customer.isdigit() and 0 < int(customer) <= 9_999_999 and operation in CHEQUES
        if cheque:
            number = customer.zfill(7)
            customer = ""
        if mandate:
            complements.append(("RUM", details.line("RUM", 0, mandate) or mandate))
        if text:
            complements.append(("LCC", text[:70]))
            if len(text) > 70:
                complements.append(("LC2", text[70:]))
        purpose = details.value("PURP", 35)
        if end_to_end or purpose:
            complements.append(("RCN", f"{end_to_end:<35}{purpose}"))
        if customer:
            complements.append(("REF", details.line("REF", 35, customer) or f"{'':35}{customer}"))
        if creditor:
            complements.append(("IBE", details.line("IBE", 0, creditor) or creditor))
        original = entry.original_amount
        if original is not None:
            self._original(entry, lose, complements)
        if number == NO_NUMBER:
            number = end_of_remittance(complements, entry.details) or details.number() or NO_NUMBER
        reject = details.reject()
        if complements and complements[0][0] in ("NPY", "NBE"):
            label = details.value("2-M", 31) or label
        complements.extend(details.rest())
        return operation, reject, label, number, reference, complements

    def _original(self, entry: Entry, lose: Loss, complements: list[Complement]) -> None:
        original = entry.original_amount
        if original is None:
            return
        amount = original.amount
        if amount.currency == self._currency:
            lose("CNV-118", "original_amount", f"{amount.text} {amount.currency}", "")
            return
        information = write_foreign(amount, original.rate)
        if information is None:
            lose("CNV-117", "original_amount", f"{amount.text} {amount.currency}", "")
            return
        if original.rate and write_rate(original.rate) is None:
            lose("CNV-118", "original_amount.rate", original.rate, "")
        complements.append(("MMO", information))

    def _operation(self, entry: Entry, lose: Loss) -> str:
        codes = entry.codes
        if codes.cfonb is not None and _OTHER_CODE.fullmatch(codes.cfonb) is not None:
            return codes.cfonb
        operation = operation_of(
            codes.swift, entry.amount.minor >= 0, entry.reversal, entry.references.mandate_id is not None
        )
        if operation is None:
            lose("CNV-109", "codes", codes.cfonb or codes.swift or codes.iso or "", UNKNOWN_OPERATION)
            return UNKNOWN_OPERATION
        return operation

    def _identity(self, entry: Entry) -> str:
        """The X token of an entry without any reference of its bank; equal entries are counted in file order."""
        party = entry.counterparty
        label = (party.name or "") if party is not None else ""
        key = (
            f"{self._iban}|{entry.booking_date.isoformat()}|{entry.amount.minor}|{entry.amount.currency}|{label}|"
            f"{' '.join(entry.remittance)}"
        )
        count = self._equal[key] = self._equal.get(key, 0) + 1
        return token("X", f"{key}|{count}")
