"""From model to wire: the zones of record 04 and the complements 05 of an entry, in the order of the table.

Each loss is reported to a :class:`Losses`, which the writer turns into ``CNV-`` findings. Order of the complements:
1 NPY, NBE or LIB · 2 CBE or CPY · 3 RUM · 4 LCC, LC2 · 5 RCN · 6 REF · 7 IBE · 8 MMO · 9 details with a qualifier.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import msgspec

from statements.formats.cfonb120.complements import write_foreign, write_rate
from statements.formats.cfonb120.records import QUALIFIERS
from statements.formats.cfonb120.to_model import CHEQUES, NO_NUMBER, Complement
from statements.layout.charset import CFONB_SEPA, CFONB_STRICT, CharacterSet, hidden
from statements.layout.identity import token
from statements.model.statement import NO_REFERENCES, Detail, Entry, References
from statements.reference.iban import is_iban
from statements.reference.operations import reject_reasons, swift_types

Loss = Callable[[str, str, str, str], None]
"""Called with rule id, field, before and after (empty when nothing is written)."""

SETS = {"sepa": CFONB_SEPA, "strict": CFONB_STRICT}

# The beneficiary's account is disclosed on transfers sent and their returns, the debtor's on collections.
_BENEFICIARY_ACCOUNT = frozenset("06 12 14 19 20 21 44 50 79 C1 C3 C5".split())
_PAYER_ACCOUNT = frozenset("09 24 25 97 A1 A2 A5 A6 B3 B4".split())
UNKNOWN_OPERATION = "91"

# Neutral names of MT940 that look like a qualifier and are none.
_NO_QUALIFIER = frozenset({"GVC", "BIC", "2-M", "2-O"})
# Details that the model holds as well: such a line stands in place of the one made from the model.
_SAYS_MORE = {"RUM": "mandate_id", "REF": "customer_reference", "IBE": "creditor_id"}


class Wire(msgspec.Struct, frozen=True):
    """An entry on the wire: variable zones of the 04 (not padded) and its complements, in order."""

    operation: str
    reject: str
    label: str
    entry_number: str
    reference: str
    complements: tuple[Complement, ...]


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


@lru_cache(maxsize=1)
def _reject_by_reason() -> dict[str, str]:
    return {row.iso_reason: code for code, row in reject_reasons().items() if row.iso_reason}


class Mapper:
    """Makes the wire form of the entries of one statement, for one profile."""

    def __init__(self, iban: str, currency: str, characters: CharacterSet, payer_account: bool) -> None:
        self._iban = iban
        self._currency = currency
        self._set = characters
        self._fit = characters.fit
        self._payer_account = payer_account
        self._equal: dict[str, int] = {}

    def wire(self, entry: Entry, lose: Loss) -> Wire:
        """The wire form of an entry. Every loss goes to ``lose``."""
        codes = entry.codes
        operation = codes.cfonb
        if operation is None or len(operation) != 2 or self._set.outside(operation) or " " in operation:
            operation = self._operation(entry, lose)
        references = entry.references
        remittance = entry.remittance
        text = remittance[0] if len(remittance) == 1 else " ".join(remittance)
        if text:
            text = self._text(text, 140, "remittance", "CNV-112", lose)
        party = entry.counterparty
        complements: list[Complement] = []
        label = text[:31]
        if party is not None:
            name = self._text(party.name, 70, "counterparty.name", "CNV-111", lose) if party.name else ""
            role = party.role
            if name:
                label = name[:31]
                if role is None:
                    if len(name) > 31 or (text and label.rstrip() == text[:31].rstrip()):
                        complements.append(("LIB", name))
                else:
                    complements.append(("NPY" if role == "payer" else "NBE", name))
            if party.iban:
                iban = party.iban.replace(" ", "")
                if not is_iban(iban):
                    lose("CNV-116", "counterparty.iban", party.iban, "")
                elif role == "beneficiary" and operation in _BENEFICIARY_ACCOUNT:
                    complements.append(("CBE", iban))
                elif role == "payer" and (operation in _PAYER_ACCOUNT or self._payer_account):
                    complements.append(("CPY", iban))
                else:
                    lose("CNV-115", "counterparty.iban", party.iban, "")
            if party.bic:
                lose("CNV-115", "counterparty.bic", party.bic, "")
        if entry.reversal:
            lose("CNV-118", "reversal", "true", "")
        reference = references.bank_reference
        if reference is None:
            reference = self._identity(entry)
        elif len(reference) > 16 or self._fit(reference, keep_case=True) != reference:
            replaced = token("X", reference)
            lose("CNV-107", "references.bank_reference", reference, replaced)
            reference = replaced
        if entry.details or entry.original_amount is not None or _more(references):
            return self._full(entry, lose, operation, label, reference, complements, text)
        if text:
            complements.append(("LCC", text[:70]))
            if len(text) > 70:
                complements.append(("LC2", text[70:]))
        return Wire(operation, "", label, NO_NUMBER, reference, tuple(complements))

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
        details = _Details(entry.details, self, lose)
        references = entry.references
        mandate = self._identifier(references.mandate_id, "references.mandate_id", lose)
        customer = self._identifier(references.customer_reference, "references.customer_reference", lose)
        end_to_end = self._identifier(references.end_to_end_id, "references.end_to_end_id", lose)
        creditor = self._identifier(references.creditor_id, "references.creditor_id", lose)
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
            number = _end_of_remittance(complements, entry.details) or details.number() or NO_NUMBER
        reject = details.reject()
        if complements and complements[0][0] in ("NPY", "NBE"):
            label = details.value("2-M", 31) or label
        complements.extend(details.rest())
        return Wire(operation, reject, label, number, reference, tuple(complements))

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
        operation = operation_of(
            codes.swift, entry.amount.minor >= 0, entry.reversal, entry.references.mandate_id is not None
        )
        if operation is None:
            lose("CNV-109", "codes", codes.cfonb or codes.swift or codes.iso or "", UNKNOWN_OPERATION)
            return UNKNOWN_OPERATION
        return operation

    def _text(self, text: str, length: int, field: str, rule_id: str, lose: Loss) -> str:
        """A name or a text by the text rule, capitals, cut hard; what changed is reported."""
        fitted = self._fit(text)
        if fitted is not text and not (text.isascii() and fitted == text.upper()):
            self._changed(text, fitted, field, lose)
        if len(fitted) > length:
            cut = fitted[:length].rstrip()
            lose(rule_id, field, fitted, cut)
            return cut
        return fitted

    def _changed(self, text: str, fitted: str, field: str, lose: Loss) -> None:
        if hidden(text):
            lose("CNV-114", field, text, fitted)
            return
        lose("CNV-113", field, text, fitted)

    def _identifier(self, text: str | None, field: str, lose: Loss, length: int = 35) -> str:
        """A reference, case kept; left out whole when it does not fit its zone."""
        if not text:
            return ""
        fitted = self._fit(text, keep_case=True)
        if len(fitted) > length:
            lose("CNV-116", field, text, "")
            return ""
        if fitted != text and not (text.isascii() and fitted == text.upper()):
            self._changed(text, fitted, field, lose)
        return fitted

    def verbatim(self, text: str, length: int, field: str, lose: Loss) -> str:
        """A detail that has inner columns: each character outside the set becomes one other character."""
        fitted = text
        if self._set.outside(text):
            fitted = "".join(map(self._one, text))
        if fitted != text and fitted != text.upper():
            self._changed(text, fitted, field, lose)
        if len(fitted) > length:
            lose("CNV-111", field, fitted, fitted[:length])
            fitted = fitted[:length]
        return fitted.rstrip()

    def _one(self, char: str) -> str:
        if char.isspace() or not char.isprintable():
            return " "
        fitted = self._fit(char, keep_case=True)
        return fitted if len(fitted) == 1 else "."

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


def _more(references: References) -> bool:
    """Whether there are references other than the bank's."""
    if references is NO_REFERENCES:
        return False
    return bool(
        references.customer_reference or references.mandate_id or references.end_to_end_id or references.creditor_id
    )


def _end_of_remittance(complements: list[Complement], details: tuple[Detail, ...]) -> str | None:
    """The last 7 characters of the remittance reference, when all are digits: zone 2-O of ISO payments."""
    lines = [text for qualifier, text in complements if qualifier == "REF"]
    lines += [detail.text for detail in details if detail.qualifier == "REF"]
    for line in lines[:1]:
        end = line[:35].rstrip()[-7:]
        if len(end) == 7 and end.isascii() and end.isdigit():
            return end
    return None


class _Details:
    """The details of an entry, taken one by one as their places are found; the rest keeps its order."""

    def __init__(self, details: tuple[Detail, ...], mapper: Mapper, lose: Loss) -> None:
        self._left = list(details)
        self._mapper = mapper
        self._lose = lose

    def _take(self, name: str) -> str | None:
        for index, detail in enumerate(self._left):
            if detail.qualifier == name:
                return self._left.pop(index).text
        return None

    def line(self, qualifier: str, start: int, value: str) -> str | None:
        """The detail that says more than the reference ``value`` at ``start`` of its information; ``None`` if none."""
        for index, detail in enumerate(self._left):
            if detail.qualifier == qualifier and detail.text[start : start + 35].strip() == value:
                return self._mapper.verbatim(self._left.pop(index).text, 70, f"details.{qualifier}", self._lose)
        return None

    def value(self, name: str, length: int) -> str:
        """A neutral detail (PURP, 2-M) by the text rule; left out with a finding when it does not fit."""
        text = self._take(name)
        return "" if text is None else self._mapper._identifier(text, f"details.{name}", self._lose, length)

    def number(self) -> str | None:
        """The detail 2-O: seven characters."""
        text = self._take("2-O")
        if text is None:
            return None
        fitted = self._mapper.verbatim(text, 7, "details.2-O", self._lose)
        return fitted.rjust(7, "0") if fitted.isdigit() else fitted.ljust(7)

    def reject(self) -> str:
        """Zone 2-K from the detail RTRN: the code of its ISO reason, or its two characters."""
        text = self._take("RTRN")
        if text is None:
            return ""
        code = _reject_by_reason().get(text)
        if code is None and len(text) == 2 and text.isascii() and text.isalnum():
            code = text.upper()
        if code is None:
            self._lose("CNV-118", "details.RTRN", text, "")
            return ""
        return code

    def rest(self) -> list[Complement]:
        """Row 9: details with the qualifier of a 05, verbatim and in their order; the others have no place."""
        lines = []
        for detail in self._left:
            name = {"ULTD": "NPO", "ULTC": "NBU"}.get(detail.qualifier)
            if name is not None:
                text = self._mapper._text(detail.text, 70, f"details.{detail.qualifier}", "CNV-111", self._lose)
                if text:
                    lines.append((name, text))
            elif detail.qualifier in QUALIFIERS or self._is_unknown_qualifier(detail.qualifier):
                lines.append(
                    (
                        detail.qualifier,
                        self._mapper.verbatim(detail.text, 70, f"details.{detail.qualifier}", self._lose),
                    )
                )
            else:
                self._lose("CNV-118", f"details.{detail.qualifier}", detail.text, "")
        return lines

    def _is_unknown_qualifier(self, name: str) -> bool:
        return len(name) == 3 and name not in _NO_QUALIFIER and not self._mapper._set.outside(name)
