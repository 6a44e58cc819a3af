"""From model to wire: the zones of record 04 and the complements 05 of an entry, in the order of the table.

Each loss is told to the caller, who makes a ``CNV-`` finding of it. Which member goes to which zone, and the order of
the complements, are columns of the table of qualifiers (:data:`~statements.formats.cfonb120.records.QUALIFIERS`);
details that have a qualifier of their own follow in their order.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from statements.findings import Profile
from statements.formats.cfonb120.details import Complement, DetailsOut, end_of_remittance, is_free, neutral_names
from statements.formats.cfonb120.foreign import write_foreign, write_rate
from statements.formats.cfonb120.records import INFORMATION_START, MOVEMENT, QUALIFIERS, Qualifier
from statements.formats.cfonb120.texts import Loss, TextRule, characters_of
from statements.formats.cfonb120.to_model import CHEQUES, NO_NUMBER, issuer_of
from statements.model.account import Party, Role
from statements.model.statement import Entry
from statements.reference.iban import is_iban
from statements.reference.operations import cfonb_operations, swift_types
from statements.wire.identity import token

# The beneficiary's account is disclosed on transfers sent and their returns, the debtor's on collections.
_BENEFICIARY_ACCOUNT = frozenset("06 12 14 19 20 21 44 50 79 C1 C3 C5".split())
_PAYER_ACCOUNT = frozenset("09 24 25 97 A1 A2 A5 A6 B3 B4".split())
UNKNOWN_OPERATION = "91"
_LABEL = MOVEMENT.zone("label").length

# An operation code that no list has is written as it is: it comes back equal.
_OTHER_CODE = re.compile("[A-Z0-9]{2}", re.ASCII)


class Side:
    """The other side of an entry on the wire: its name, its complements and its losses, the same for all its entries.

    ``label`` is the beginning of the name, as long as its zone. ``records`` are the 05 of its complements as they
    stand under ``head``, for the next entry of the same day.
    """

    __slots__ = ("complements", "head", "label", "losses", "name", "records")

    def __init__(
        self, name: str, complements: tuple[Complement, ...], losses: tuple[tuple[str, str, str, str], ...]
    ) -> None:
        self.name = name
        self.label = name[:_LABEL].ljust(_LABEL)
        self.complements = complements
        self.losses = losses
        self.head = ""
        self.records = ""


Wire = tuple[str, str, str, str, str, Side, list[Complement]]
"""An entry on the wire: operation, reject reason, label, entry number and reference of the 04; the other side and the
further complements. The label is as long as its zone; the writer fills reject reason, reference and informations."""


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


_NOBODY = Side("", (), ())


class _Line(msgspec.Struct, frozen=True):
    """One qualifier on its way out: the members of its zones, each with the place and the length it has."""

    code: str
    parts: tuple[tuple[str, int, int], ...]
    whole: bool
    """Its members are all that it can hold; another may stand in a detail that says more."""


def _place_of(qualifier: Qualifier) -> int:
    return qualifier.order


def _remittance(text: str, complements: list[Complement]) -> None:
    """A remittance of at most 140 characters: the first 70, and the rest."""
    if len(text) > 70:
        complements += ("LCC", text[:70]), ("LC2", text[70:])
    elif text:
        complements.append(("LCC", text))


def _lines() -> tuple[_Line, ...]:
    """The qualifiers that are written after those of the other side, in the order of the table."""
    lines = []
    for qualifier in sorted(QUALIFIERS.values(), key=_place_of):
        if qualifier.order > _OF_THE_OTHER_SIDE and qualifier.code != "LC2":
            zones = zip(qualifier.zones, qualifier.members, strict=True)
            parts = tuple((member, zone.start - INFORMATION_START, zone.length) for zone, member in zones if member)
            lines.append(_Line(qualifier.code, parts, all(qualifier.members)))
    return tuple(lines)


# Names and accounts of the other side come first, and are the same for all entries of a counterparty.
_OF_THE_OTHER_SIDE = 2


# In the order in which their losses are told.
_IDENTIFIERS = ("mandate_id", "customer_reference", "end_to_end_id", "creditor_id")


class Mapper:
    """Makes the wire form of the entries of one statement, for one profile."""

    def __init__(self, iban: str, currency: str, profile: Profile) -> None:
        self._iban = iban
        self._currency = currency
        self._texts = texts = TextRule(characters_of(profile))
        self._payer_account = bool(profile.settings.get("payer_account", False))
        self._is_token = texts.is_token
        self._inside = texts.inside
        self._lines = _lines()
        self._names = neutral_names()
        self._equal: dict[str, int] = {}
        # One dictionary for each operation of the table, so that one look-up tests the code and finds the names.
        self._sides: dict[str, dict[Party, Side]] = {code: {} for code in cfonb_operations()}

    def wire(self, entry: Entry, lose: Loss) -> Wire:
        """The wire form of an entry. Every loss goes to ``lose``."""
        structured = ""
        if entry.details:
            entry, structured = self._free_and_structured(entry)
        operation = entry.codes.cfonb
        sides = self._sides.get(operation)  # type: ignore[arg-type]  # None is no code of the table
        if operation is None or sides is None:
            operation = self._operation(entry, lose)
            sides = self._sides.setdefault(operation, {})
        text = " ".join(entry.remittance)
        if text:
            if self._inside(text):
                text = text.upper()  # what the text rule does to a text inside the set
                if len(text) > 140:
                    text = self._texts.cut(text, 140, "remittance", "CNV-112", lose)
            else:
                text = self._texts.text(text, 140, "remittance", "CNV-112", lose)
        party = entry.counterparty
        side = _NOBODY if party is None else sides.get(party) or self._side(party, operation)
        for loss in side.losses:
            lose(*loss)
        complements: list[Complement] = []
        name = side.name
        label = side.label if name else text[:_LABEL].ljust(_LABEL)
        if name and not side.complements and (len(name) > _LABEL or (text and label == text[:_LABEL].ljust(_LABEL))):
            complements.append(("LIB", name))
        if entry.reversal:
            lose("CNV-118", "reversal", "true", "")
        references = entry.references
        reference = references.bank_reference
        if reference is None:
            reference = self._identity(entry)
        elif not self._is_token(reference):
            reference = self._reference(reference, lose)
        if (
            entry.details
            or structured
            or entry.original_amount is not None
            or references.mandate_id
            or references.customer_reference
            or references.end_to_end_id
            or references.creditor_id
        ):
            reject, label, number = self._full(entry, lose, (operation, label, text, structured), side, complements)
            return operation, reject, label, number, reference, side, complements
        _remittance(text, complements)
        return operation, "", label, NO_NUMBER, reference, side, complements

    def _free_and_structured(self, entry: Entry) -> tuple[Entry, str]:
        """The entry with its free texts as the remittance if it has no other, and the structured part of that.

        Free labels without a remittance are the remittance, as every reader of the format takes them. The structured
        part is the last line of a remittance with the detail STRD, if it fits LCS as it stands.
        """
        remittance, details = entry.remittance, list(entry.details)
        structured = ""
        kinds = {detail.qualifier: detail for detail in reversed(details)}
        kind, said = kinds.get("STRD"), kinds.get("LCS")
        if kind is not None and remittance and self._is_reference(remittance[-1]):
            remittance, structured = remittance[:-1], remittance[-1]
            if kind.text == issuer_of(structured):
                details.remove(kind)
        elif kind is None and said is not None and self._is_reference(said.text):
            structured = said.text
            details.remove(said)
        if not remittance:
            remittance = tuple(detail.text for detail in details if is_free(detail.qualifier))
            if remittance:
                details = [detail for detail in details if not is_free(detail.qualifier)]
        return msgspec.structs.replace(entry, remittance=remittance, details=tuple(details)), structured

    def _is_reference(self, text: str) -> bool:
        """Whether LCS can hold a text as it stands."""
        return 0 < len(text) <= 35 and self._texts.keeps(text)

    def _side(self, party: Party, operation: str) -> Side:
        """What the counterparty alone decides under one operation; kept for the next entry of the same one."""
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
        sides = self._sides[operation]
        if len(sides) >= _CACHE:
            sides.clear()
        side = sides[party] = Side(name, tuple(complements), tuple(losses))
        return side

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
        self, entry: Entry, lose: Loss, movement: tuple[str, str, str, str], side: Side, complements: list[Complement]
    ) -> tuple[str, str, str]:
        """Reject reason, label and entry number of an entry with more than a text to say, and its complements.

        ``movement`` is operation, label, text and structured text of the entry.
        """
        operation, label, text, structured = movement
        details = DetailsOut(entry.details, self._names, self._texts, lose)
        references = {
            name: self._texts.identifier(getattr(entry.references, name), f"references.{name}", lose)
            for name in _IDENTIFIERS
        }
        number = NO_NUMBER
        customer = references["customer_reference"]
        if customer.isdigit() and 0 < int(customer) <= 9_999_999 and operation in CHEQUES:
            number = customer.zfill(7)
            references["customer_reference"] = ""
        for line in self._lines:
            member = line.parts[0][0]
            if member == "remittance":
                _remittance(text, complements)
            elif member == "remittance.reference":
                if structured:
                    complements.append((line.code, structured))
            elif member == "original_amount":
                self._original(entry, lose, complements)
            else:
                information = self._information(line, references, details)
                if information:
                    complements.append((line.code, information))
        if number == NO_NUMBER:
            number = end_of_remittance(complements, entry.details) or details.number() or NO_NUMBER
        reject = details.reject()
        if side.complements and side.complements[0][0] in ("NPY", "NBE"):
            label = (details.value("2-M", _LABEL) or label).ljust(_LABEL)
        complements.extend(details.rest(label, text))
        return reject, label, number

    def _information(self, line: _Line, references: dict[str, str], details: DetailsOut) -> str:
        """The information of a qualifier from its members; a detail that says the same and more stands for it."""
        information = ""
        for member, start, length in line.parts:
            kind, _, name = member.partition(".")
            value = references[name] if kind == "references" else details.value(name, length)
            if not value:
                continue
            said = None if line.whole else details.line(line.code, start, value)
            information = said or information.ljust(start) + value
        return information

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
