"""From wire to model: what a movement and its complements say of an entry.

Label = payer's or beneficiary's name (both: the payer's on a credit, the beneficiary's on a debit), else a LIB that
begins with zone 2-M, else 2-M unless it is only the beginning of LCC. Remittance = LCC and LC2 joined without
trimming; without LCC the other LIB lines. Whatever has no member of the model is kept as a detail, in order.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from statements.formats.cfonb120.complements import inner, read_foreign
from statements.model.account import Party, Role
from statements.model.money import Money
from statements.model.statement import (
    NO_REFERENCES,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
)
from statements.reference.iban import is_iban
from statements.reference.operations import reject_reasons

Complement = tuple[str, str]
"""Qualifier (3 characters) and information (70 characters), as they stand."""

CHEQUES = frozenset("01 02 03 15 16 17".split())
"""Operations whose entry number (2-O) is a cheque or remittance number."""

NO_NUMBER = "0000000"


class Movement(msgspec.Struct, frozen=True):
    """The zones of a record 04 that the model needs; texts as they stand, blanks included."""

    operation: str
    booking_date: datetime.date
    reject: str
    value_date: datetime.date | None
    label: str
    entry_number: str
    amount: Money
    reference: str


@lru_cache(maxsize=256)
def operation_codes(code: str) -> OperationCodes:
    """The codes of an entry, shared between all entries of one operation; none for blanks."""
    return OperationCodes(code if code.strip() else None)


@lru_cache(maxsize=256)
def return_reason(reject: str) -> str:
    """The ISO reason of a reject code, or its two characters when it has none."""
    reason = reject_reasons().get(reject)
    return reason.iso_reason if reason is not None and reason.iso_reason else reject.strip()


def entry_of(movement: Movement, complements: Sequence[Complement]) -> Entry:
    """The entry of a movement with any complements."""
    found: dict[str, str] = {}
    labels: list[str] = []
    rest: list[Complement] = []
    for qualifier, information in complements:
        if qualifier == "LIB":
            labels.append(information)
        elif qualifier in _MODELLED and qualifier not in found:
            found[qualifier] = information
        else:
            rest.append((qualifier, information))
    text = found.pop("LCC", None)
    if text is not None:
        text = text.ljust(70) + found.pop("LC2", "")
    details = _Details(complements)
    party = _party(movement, found, labels, text, details)
    remittance: tuple[str, ...]
    if text is not None:
        remittance = (text.strip(),) if text.strip() else ()
    else:
        remittance = tuple(label.strip() for label in labels if label.strip())
        labels = []
    for label in labels:
        details.keep("LIB", label)
    references = _references(movement, found, details)
    original = _original(found, details)
    for qualifier, information in (*rest, *found.items()):
        details.keep(qualifier, information)
    if movement.reject.strip():
        details.add("RTRN", return_reason(movement.reject))
    return Entry(
        movement.booking_date,
        movement.amount,
        movement.value_date,
        False,
        operation_codes(movement.operation),
        references,
        party,
        remittance,
        original,
        details.in_order(),
    )


# The qualifiers that have a member of the model; what is left of them becomes a detail.
_MODELLED = frozenset("NPY NBE LCC LC2 CBE CPY RUM RCN REF IBE MMO NPO NBU".split())


class _Details:
    """Details in the order of the records they come from; those of the 04 itself first."""

    def __init__(self, complements: Sequence[Complement]) -> None:
        self._order = list(complements)
        self._kept: list[tuple[int, Detail]] = []

    def add(self, name: str, text: str, source: str | None = None) -> None:
        place = -1
        if source is not None:
            place = next((index for index, (qualifier, _) in enumerate(self._order) if qualifier == source), -1)
        self._kept.append((place, Detail(name, text)))

    def keep(self, qualifier: str, information: str) -> None:
        complement = (qualifier, information)
        place = self._order.index(complement)
        self._order[place] = ("", "")  # equal lines: each keeps its own place
        self._kept.append((place, Detail(qualifier, information.rstrip())))

    def in_order(self) -> tuple[Detail, ...]:
        self._kept.sort(key=_place)
        return tuple(detail for _, detail in self._kept)


def _place(kept: tuple[int, Detail]) -> int:
    return kept[0]


def _party(
    movement: Movement, found: dict[str, str], labels: list[str], text: str | None, details: _Details
) -> Party | None:
    label = movement.label
    name: str | None = None
    role: Role | None = None
    credit = movement.amount.minor >= 0
    first, second = ("NPY", "NBE") if credit else ("NBE", "NPY")
    chosen = next((one for one in (first, second) if found.get(one, "").strip()), None)
    if chosen is not None:
        name = found.pop(chosen)
        role = "payer" if chosen == "NPY" else "beneficiary"
        if name[:31].rstrip() != label.rstrip() and label.strip():
            details.add("2-M", label.strip())
    else:
        for index, line in enumerate(labels):
            if line[:31] == label and label.strip():
                name = labels.pop(index)
                break
        else:
            if text is None or text[:31] != label:
                name = label
    iban: str | None = None
    for qualifier, side in _ACCOUNTS:
        if qualifier in found and role in (None, side):
            account = inner(qualifier, found[qualifier], 1).replace(" ", "")
            if is_iban(account):
                role = role or side
                if role == side:
                    iban = account
                    if found[qualifier].rstrip() == account:
                        del found[qualifier]
                    break
    name = name.strip() if name is not None else None
    if not name and iban is None:
        return None
    return Party(name or None, iban, None, role)


_ACCOUNTS: tuple[tuple[str, Role], ...] = (("CBE", "beneficiary"), ("CPY", "payer"))


def _references(movement: Movement, found: dict[str, str], details: _Details) -> References:
    customer = end_to_end = mandate = creditor = None
    remittance_reference = ""
    for qualifier in ("RUM", "RCN", "REF", "IBE"):
        information = found.get(qualifier)
        if information is None:
            continue
        value = inner(qualifier, information, 1).strip() or None
        second = inner(qualifier, information, 2).strip()
        if qualifier == "RCN":
            end_to_end = value
            if second:
                details.add("PURP", second, "RCN")
            del found["RCN"]
        elif qualifier == "REF":
            remittance_reference = value or ""
            customer = second or None
            if value is None:
                del found["REF"]
        else:
            if qualifier == "RUM":
                mandate = value
            else:
                creditor = value
            # More than the reference, a sequence or a kind: kept whole as well.
            if not information[35:].strip():
                del found[qualifier]
    number = movement.entry_number
    if number != NO_NUMBER and number.strip():
        if movement.operation in CHEQUES and customer is None:
            customer = number.strip()
        elif remittance_reference[-7:] != number:
            details.add("2-O", number.strip())
    for qualifier, name in (("NPO", "ULTD"), ("NBU", "ULTC")):
        if qualifier in found:
            text = found.pop(qualifier).strip()
            if text:
                details.add(name, text, qualifier)
    bank = movement.reference.strip() or None
    if bank is None and customer is None and end_to_end is None and mandate is None and creditor is None:
        return NO_REFERENCES
    return References(bank, customer, end_to_end, mandate, creditor)


def _original(found: dict[str, str], details: _Details) -> OriginalAmount | None:
    information = found.get("MMO")
    if information is None:
        return None
    foreign = read_foreign(information)
    if foreign is None:
        return None  # stays among the rest, as a detail
    del found["MMO"]
    return OriginalAmount(Money(foreign.minor, foreign.currency), foreign.rate)
