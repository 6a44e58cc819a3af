"""From the records of the wire to the neutral model, one entry and one page at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping

from statements.formats.mt940.narrative import Parts, read_narrative
from statements.formats.mt940.records import Message, StatementLine
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

_NOTHING = Parts()


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


def to_entry(line: StatementLine, amount: Money, parts: Parts | None = None) -> Entry:
    """The neutral entry of a statement line with an exact amount; ``parts`` where its text has been read before."""
    if parts is None:
        parts = read_narrative(list(line.narrative)) if line.narrative is not None else _NOTHING
    original_text, cfonb, details = supplementary(" ".join(line.details))
    iban = parts.iban
    if iban is None and details and details[0].qualifier == FREE_TEXT and is_iban(details[0].text):
        # Rabobank: the account of the counterparty.
        iban = details.pop(0).text
    details += parts.details
    owner, name = line.owner_reference, parts.name
    named = _NAMED.fullmatch(owner)
    if named is not None:
        # Rabobank before SEPA: NONREF, blanks, and what the entry is.
        name = name or named[1]
        owner = "NONREF"
    customer = None if owner in POINTERS or not owner else owner
    if customer is None:
        customer = parts.customer_reference
    elif parts.customer_reference and parts.customer_reference != customer:
        details.append(Detail("CREF", parts.customer_reference))
    bank = parts.bank_reference or (line.bank_reference if line.bank_reference not in ("", "NONREF") else None)
    role = parts.role
    if parts.role_from_sign and (name or iban or parts.bic):
        role = "payer" if amount.minor >= 0 else "beneficiary"
    original = original_amount(original_text or "", parts.rate) if original_text else None
    if original is None and parts.original:
        original = original_amount(parts.original.removesuffix("/"), parts.rate)
        if original is None:
            details.append(Detail("OCMT", parts.original))
    elif parts.original and parts.original != original_text:
        details.append(Detail("OCMT", parts.original))
    if original is None and parts.rate is not None:
        details.append(Detail("EXCH", parts.rate))
    code = line.type or None
    codes = OperationCodes(cfonb, code) if cfonb or code else NO_CODES
    references = (
        References(bank, customer, parts.end_to_end_id, parts.mandate_id, parts.creditor_id)
        if bank or customer or parts.end_to_end_id or parts.mandate_id or parts.creditor_id
        else NO_REFERENCES
    )
    party = Party(name, iban, parts.bic, role) if name or iban or parts.bic or role else None
    return Entry(
        line.booking_date,
        amount,
        line.value_date,
        line.reversal,
        codes,
        references,
        party,
        parts.remittance,
        original,
        tuple(details),
    )


def to_entries(message: Message, said: Mapping[int, Parts]) -> tuple[Entry, ...]:
    """The entries of a message whose amounts can be said exactly; ``said`` are the texts read before, by line."""
    lines = [(line, line.amount) for line in message.entries if line.amount is not None]
    return tuple(to_entry(line, amount, said.get(line.narrative_line)) for line, amount in lines)
