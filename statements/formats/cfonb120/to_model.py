"""From wire to model: what a movement and its complements say of an entry. The one place where an entry is made.

Label = payer's or beneficiary's name (both: the payer's on a credit, the beneficiary's on a debit), else a LIB that
begins with zone 2-M, else 2-M unless it is only the beginning of LCC. Remittance = LCC and LC2 joined without
trimming, or LC2 alone; without them the other LIB lines, and complements without a qualifier are such lines. A
structured label (LCS) is the last line of the remittance, and the detail STRD says what it is. Every other
qualifier goes where the table of records sends it (:data:`~statements.formats.cfonb120.records.QUALIFIERS`); whatever
has no member of the model is kept as a detail, in the order of the records.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter

import msgspec

from statements.formats.cfonb120.foreign import read_foreign
from statements.formats.cfonb120.records import INFORMATION_START, QUALIFIERS, Qualifier
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
from statements.reference.creditor_reference import is_creditor_reference
from statements.reference.iban import is_iban
from statements.reference.operations import reject_reasons

CHEQUES = frozenset("01 02 03 15 16 17".split())
"""Operations whose entry number (2-O) is a cheque or remittance number."""

NO_NUMBER = "0000000"

_PLACE = itemgetter(0)
_CUSTOMER = References.__struct_fields__.index("customer_reference")
_ROLES: tuple[Role, Role] = ("payer", "beneficiary")


class Common(msgspec.Struct, frozen=True):
    """What all movements of one day and operation say alike."""

    codes: OperationCodes
    booking_date: datetime.date
    value_date: datetime.date | None
    details: tuple[Detail, ...]
    """RTRN, the reason of a reject."""


class Plan(msgspec.Struct, frozen=True):
    """Where the complements of a movement go, by their places: worked out once for each row of qualifiers."""

    names: tuple[str, ...]
    labels: tuple[int, ...]
    text: int | None
    text_end: int | None
    credit: tuple[tuple[int, Role], ...]
    """The names of the other side, in the order in which they count for money that came in."""
    debit: tuple[tuple[int, Role], ...]
    """The same for money that went out."""
    accounts: tuple[tuple[int, Role], ...]
    references: tuple[tuple[int, slice, int], ...]
    """Zones that are references: complement, zone, the place of its member among those of :class:`References`."""
    details: tuple[tuple[int, slice, str], ...]
    """Zones that are neutral details: complement, zone, name."""
    others: tuple[tuple[int, slice], ...]
    """Zones without a member beside those that have one: complement, zone."""
    numbered: int | None
    """The complement whose remittance reference may end with the entry number."""
    structured: int | None
    original: int | None
    kept: tuple[int, ...]
    """Complements without a member: unknown, second of their kind, or with no place in the model."""


def plan_of(names: tuple[str, ...]) -> Plan:
    """Where each of these qualifiers goes."""
    first: dict[str, int] = {}
    labels: list[int] = []
    kept: list[int] = []
    for index, name in enumerate(names):
        if name == "LIB" or not name.strip():
            labels.append(index)
        elif name in first or name not in QUALIFIERS or not any(QUALIFIERS[name].members):
            kept.append(index)
        else:
            first[name] = index
    given: set[str] = set()
    references: list[tuple[int, slice, int]] = []
    details: list[tuple[int, slice, str]] = []
    others: list[tuple[int, slice]] = []
    for name, index in first.items():
        qualifier = QUALIFIERS[name]
        members = {member for member in qualifier.members if member.startswith(("references.", "details."))}
        if members & given:
            kept.append(index)
        elif members:
            given |= members
            for part, kind, member in _zones(qualifier):
                if kind == "references":
                    references.append((index, part, References.__struct_fields__.index(member)))
                elif kind == "details":
                    details.append((index, part, member))
                else:
                    others.append((index, part))
    text = first.get("LCC")
    text_end = first.get("LC2")
    if text is None:
        text, text_end = text_end, None
    by_member = {QUALIFIERS[name].members[0]: index for name, index in first.items()}
    sides = [(by_member[f"{role}.name"], role) for role in _ROLES if f"{role}.name" in by_member]
    return Plan(
        names=names,
        labels=tuple(labels),
        text=text,
        text_end=text_end,
        credit=tuple(sides),
        debit=tuple(sides[::-1]),
        accounts=tuple((by_member[f"{role}.iban"], role) for role in _ROLES[::-1] if f"{role}.iban" in by_member),
        references=tuple(references),
        details=tuple(details),
        others=tuple(others),
        numbered=first.get("REF"),
        structured=by_member.get("remittance.reference"),
        original=by_member.get("original_amount"),
        kept=tuple(kept),
    )


def _zones(qualifier: Qualifier) -> list[tuple[slice, str, str]]:
    """The zones of an information, each with the kind and the name of its member; neighbours without one are one."""
    zones: list[tuple[slice, str, str]] = []
    for zone, member in zip(qualifier.zones, qualifier.members, strict=True):
        part = slice(zone.start - INFORMATION_START, zone.end - INFORMATION_START + 1)
        kind, _, name = member.partition(".")
        if kind not in ("references", "details"):
            kind = ""
            if zones and not zones[-1][1]:
                part = slice(zones.pop()[0].start, part.stop)
        zones.append((part, kind, name))
    return zones


@lru_cache(maxsize=256)
def operation_codes(code: str) -> OperationCodes:
    """The codes of an entry, shared between all entries of one operation; none for blanks."""
    return OperationCodes(code if code.strip() else None)


@lru_cache(maxsize=256)
def return_reason(reject: str) -> tuple[Detail, ...]:
    """The detail RTRN for zone 2-K: the ISO reason, or the two characters when they have none; nothing for blanks."""
    reason = reject_reasons().get(reject)
    text = reason.iso_reason if reason is not None and reason.iso_reason else reject.strip()
    return (Detail("RTRN", text),) if text else ()


def issuer_of(reference: str) -> str:
    """What kind of structured reference a LCS holds, as the detail STRD says it: ISO for a reference of ISO 11649,
    else SCOR, the code of ISO 20022 for any creditor reference."""
    return "ISO" if is_creditor_reference(reference) else "SCOR"


def entry_of(
    common: Common, amount: Money, texts: tuple[str, str, str], plan: Plan, informations: Sequence[str]
) -> Entry:
    """The entry of a movement: its label, entry number and reference, and the informations of its complements.

    Texts are as they stand, blanks included; ``informations`` (70 characters each) belong to ``plan.names``.
    """
    label, number, reference = texts
    left = [*plan.kept]
    own: list[Detail] = []
    details: list[tuple[int, Detail]] = []
    text = None
    if plan.text is not None:
        text = informations[plan.text]
        if plan.text_end is not None:
            text += informations[plan.text_end]
    party: Party | None
    used: int | None = None
    if plan.names:
        party, used = _party(amount.minor, label, text, plan, informations, own, left)
    else:
        label = label.strip()
        party = Party(label) if label else None
    remittance: tuple[str, ...] = ()
    if text is not None:
        text = text.strip()
        if text:
            remittance = (text,)
        if plan.labels:
            left += [index for index in plan.labels if index != used]
    elif plan.labels:
        lines = [line for index in plan.labels if index != used and (line := informations[index].strip())]
        remittance = tuple(lines)
    if plan.structured is not None:
        stated = informations[plan.structured][:35].strip()
        if stated:
            remittance = remittance if stated in remittance else (*remittance, stated)
            details.append((plan.structured, Detail("STRD", issuer_of(stated))))
        if not informations[plan.structured][35:].isspace():
            left.append(plan.structured)
    reference = reference.strip()
    numbered = number != NO_NUMBER and number.strip()
    if plan.references or plan.details or numbered:
        found: list[str | None] = [reference or None, None, None, None, None]
        for index, part, member in plan.references:
            found[member] = informations[index][part].strip() or None
        for index, part, name in plan.details:
            if value := informations[index][part].strip():
                details.append((index, Detail(name, value)))
        for index, part in plan.others:
            if not informations[index][part].isspace() and index not in left:
                # More than the members say, such as a sequence or a kind: kept whole as well.
                left.append(index)
        if numbered and common.codes.cfonb in CHEQUES and found[_CUSTOMER] is None:
            found[_CUSTOMER] = numbered
        elif numbered and (plan.numbered is None or informations[plan.numbered][:35].strip()[-7:] != number):
            own.append(Detail("2-O", numbered))
        references = References(*found) if any(found) else NO_REFERENCES
    else:
        references = References(reference) if reference else NO_REFERENCES
    original = None
    if plan.original is not None:
        foreign = read_foreign(informations[plan.original])
        if foreign is None:
            left.append(plan.original)
        else:
            original = OriginalAmount(Money(foreign.minor, foreign.currency), foreign.rate)
    kept = (*own, *common.details) if own else common.details
    if details:
        details += [(index, Detail(plan.names[index], informations[index].rstrip())) for index in left]
        if len(details) > 1:
            details.sort(key=_PLACE)
        kept += tuple([detail for _, detail in details])
    elif left:
        left.sort()
        kept = (*kept, *[Detail(plan.names[index], informations[index].rstrip()) for index in left])
    return Entry(
        common.booking_date,
        amount,
        common.value_date,
        False,
        common.codes,
        references,
        counterparty=party,
        remittance=remittance,
        original_amount=original,
        details=kept,
    )


def _party(
    minor: int,
    label: str,
    text: str | None,
    plan: Plan,
    informations: Sequence[str],
    own: list[Detail],
    left: list[int],
) -> tuple[Party | None, int | None]:
    """The other side of a movement, by its sign, label and text, and which of the free labels was its name."""
    name = ""
    role: Role | None = None
    used: int | None = None
    for index, side in plan.credit if minor >= 0 else plan.debit:
        information = informations[index]
        if role is None and (name := information.strip()):
            role = side
            beginning = information[:31]
            if beginning != label and beginning.rstrip() != label.rstrip() and (said := label.strip()):
                own.append(Detail("2-M", said))
        else:
            left.append(index)
    if role is None:
        if plan.labels and not label.isspace():
            for index in plan.labels:
                if informations[index][:31] == label:
                    used = index
                    break
        if used is not None:
            name = informations[used].strip()
        elif text is None or text[:31] != label:
            name = label.strip()
    iban: str | None = None
    for index, side in plan.accounts:
        information = informations[index].rstrip()
        account = information[:35].replace(" ", "")
        if iban is None and role in (None, side) and is_iban(account):
            role, iban = side, account
            if information == account:
                continue
        left.append(index)
    if not name and iban is None:
        return None, used
    return Party(name or None, iban, None, role), used
