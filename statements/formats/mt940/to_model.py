"""From a statement line and what its text says to the neutral entry: the one place where an entry is made."""

from __future__ import annotations

import datetime
import re

import msgspec

from statements.formats.mt940.narrative.parts import Parts, remember
from statements.model.account import Party
from statements.model.money import CURRENCIES, Money, exponent
from statements.model.statement import (
    NO_CODES,
    NO_REFERENCES,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
)
from statements.reference.iban import is_iban
from statements.reference.operations import cfonb_operations

_DETAIL = re.compile(r"/(OCMT|CHGS|TRCD|IACC|EC-COMPLIANT|CTC)/", re.ASCII)
_ORIGINAL = re.compile(r"([A-Z]{3})([0-9]{1,14}),?([0-9]*)", re.ASCII)
_NAMED = re.compile(r"NONREF {10,}(\S.*)")
POINTERS = frozenset(("NONREF", "EREF", "PREF", "MARF", "KREF+"))
"""Subfield 7 when it holds no reference: none at all, or a pointer to a word of the ``:86:``."""

FREE_TEXT = "61.9"
"""The qualifier of a subfield 9 that is no code word."""

NOTHING = Parts()
"""What an entry without a text says."""


def original_amount(text: str, rate: str | None = None) -> OriginalAmount | None:
    """Currency and amount such as ``USD50,01``; ``None`` when it is none or says more than the currency can.

    >>> original_amount("USD50,01").amount.text
    '50.01'
    """
    match = _ORIGINAL.fullmatch(text)
    if match is None or match[1] not in CURRENCIES:
        return None
    places = exponent(match[1])
    fraction = match[3]
    if fraction[places:].strip("0"):
        return None
    return OriginalAmount(Money(int(match[2] + fraction[:places].ljust(places, "0")), match[1]), rate)


def supplementary(text: str) -> tuple[str | None, str | None, list[Detail]]:
    """Subfield 9: original amount and CFONB code as written, and everything else as details.

    >>> supplementary("/OCMT/EUR11,85//CHGS/EUR0,50/")[2], supplementary("/TRCD/05/")[1]
    ([Detail(qualifier='CHGS', text='EUR0,50')], '05')
    """
    original: str | None = None
    cfonb: str | None = None
    details: list[Detail] = []
    words = list(_DETAIL.finditer(text))
    if not words or words[0].start():
        return None, None, [Detail(FREE_TEXT, text)] if text else []
    for index, match in enumerate(words):
        end = words[index + 1].start() if index + 1 < len(words) else len(text)
        value = text[match.end() : end].removesuffix("/")
        word = match[1]
        if word == "OCMT" and original is None and original_amount(value) is not None:
            original = value
        elif word == "TRCD" and cfonb is None and len(value) == 2 and value in cfonb_operations():
            cfonb = value
        else:
            details.append(Detail(word, value))
    return original, cfonb, details


class _Supplement(msgspec.Struct, frozen=True, gc=False):
    """What a subfield 9 says: original amount as written and as read, code, IBAN of the counterparty, details."""

    original_text: str | None = None
    original: OriginalAmount | None = None
    cfonb: str | None = None
    iban: str | None = None
    details: tuple[Detail, ...] = ()
    codes: dict[str, OperationCodes] = {}
    """The codes of an entry by its type, as far as they were asked for."""


_NO_SUPPLEMENT = _Supplement()
_SUPPLEMENTS: dict[str, _Supplement] = {}


def _supplement(text: str) -> _Supplement:
    """What the supplementary details say; seldom more than a few different ones in a file, so it is remembered."""
    original, cfonb, details = supplementary(text)
    iban = None
    if details and details[0].qualifier == FREE_TEXT and is_iban(details[0].text):
        # Rabobank: the account of the counterparty.
        iban = details.pop(0).text
    found = _Supplement(original, original_amount(original) if original else None, cfonb, iban, tuple(details))
    return remember(_SUPPLEMENTS, text, found)


def _codes(kind: str, said: _Supplement) -> OperationCodes:
    codes = OperationCodes(said.cfonb, kind or None) if said.cfonb or kind else NO_CODES
    return remember(said.codes, kind, codes)


def entry_of(
    booking: datetime.date,
    amount: Money,
    value: datetime.date,
    reversal: bool,
    kind: str,
    owner: str,
    bank: str,
    extra: str | None,
    parts: Parts,
) -> Entry:
    """The neutral entry of what a statement line says, its amount exact, and of what its text says.

    ``kind`` is the type as written, ``owner`` and ``bank`` are the two references, ``extra`` the supplementary details.
    """
    said = (_SUPPLEMENTS.get(extra) or _supplement(extra)) if extra else _NO_SUPPLEMENT
    details = said.details
    iban, name, bic, role = parts.iban, parts.name, parts.bic, parts.role
    if said.iban is not None:
        if iban is None:
            iban = said.iban
        else:
            details = (Detail(FREE_TEXT, said.iban), *details)
    remittance = parts.remittance
    if not remittance and details and details[0].qualifier == FREE_TEXT:
        # Some banks write their only text there.
        remittance, details = (details[0].text,), details[1:]
    if parts.details:
        details = (*details, *parts.details) if details else tuple(parts.details)
    customer: str | None = owner
    if owner in POINTERS or not owner:
        customer = parts.customer_reference
    elif owner[:6] == "NONREF" and (named := _NAMED.fullmatch(owner)) is not None:
        # Rabobank before SEPA: NONREF, blanks, and what the entry is.
        name = name or named[1]
        customer = parts.customer_reference
    elif parts.customer_reference and parts.customer_reference != owner:
        details = (*details, Detail("CREF", parts.customer_reference))
    reference = parts.bank_reference or (bank if bank and bank != "NONREF" else None)
    end_to_end, mandate, creditor = parts.end_to_end_id, parts.mandate_id, parts.creditor_id
    if reference or customer or end_to_end or mandate or creditor:
        references = References(reference, customer, end_to_end, mandate, creditor)
    else:
        references = NO_REFERENCES
    party = None
    if name or iban or bic or role:
        if parts.role_from_sign:
            role = "payer" if amount.minor >= 0 else "beneficiary"
        party = Party(name, iban, bic, role)
    original = said.original
    if parts.original is not None or parts.rate is not None:
        original, more = _original(said, parts)
        details = (*details, *more)
    codes = said.codes.get(kind) or _codes(kind, said)
    return Entry(booking, amount, value, reversal, codes, references, party, remittance, original, details)


def _original(said: _Supplement, parts: Parts) -> tuple[OriginalAmount | None, list[Detail]]:
    """The original amount where the text speaks of it too, and what cannot be said of it."""
    details: list[Detail] = []
    original = original_amount(said.original_text, parts.rate) if said.original_text else None
    if original is None and parts.original:
        original = original_amount(parts.original.removesuffix("/"), parts.rate)
        if original is None:
            details.append(Detail("OCMT", parts.original))
    elif parts.original and parts.original != said.original_text:
        details.append(Detail("OCMT", parts.original))
    if original is None and parts.rate is not None:
        details.append(Detail("EXCH", parts.rate))
    return original, details
