"""What comes back of a statement that is written as MT940 and read again, said apart from reader and writer.

``read(write(s)).value == (project(s),)`` for every statement that is written without a finding CNV-210 to -217 (cut,
dropped, replaced); those findings name every other difference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from statements.findings import Profile
from statements.formats.mt940.narrative import german as write_german
from statements.formats.mt940.narrative.slash import NAME_WIDTH
from statements.formats.mt940.profile import DEFAULT, get_profile
from statements.formats.mt940.values import booking_day, clean_account
from statements.formats.mt940.write_entry import DETAILS, original_text, rate_text, reference_fits, written_type
from statements.formats.mt940.write_statement import account_text, scheme_number
from statements.model.account import Account, Party
from statements.model.statement import (
    NO_REFERENCES,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
    Statement,
)
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban
from statements.reference.operations import cfonb_operations
from statements.wire.charset import SWIFT_X

_CUT_AT_70 = ("NAME", "ULTD", "ULTC")


def project(statement: Statement, profile: str | Profile = DEFAULT, **settings: Any) -> Statement:
    """The statement as it comes back; its balances must be there (MT940 cannot say it otherwise)."""
    values = get_profile(profile, settings).settings
    opening, closing = statement.opening, statement.closing
    number = statement.number
    scheme = values["statement_number"]
    if scheme.isdigit():
        number = int(scheme)
    elif number is None and opening is not None and closing is not None:
        number = scheme_number(scheme, opening.date, closing.date)
    available = values["available_balances"]
    return Statement(
        _account(statement, values),
        opening,
        closing,
        tuple(_entry(entry, statement, values) for entry in statement.entries),
        number,
        1,
        statement.available if available else None,
        statement.forward_available if available else (),
    )


def _account(statement: Statement, settings: Mapping[str, Any]) -> Account:
    account = statement.account
    text = SWIFT_X.fit(account_text(account, settings["account"]))
    bic = account.bic
    if settings["envelope"]:
        bic = bic[:8] + (bic[8:] or "XXX") if bic else None
    elif settings["account"] != "25p" or not bic or not is_bic(bic):
        bic = None
    return clean_account(text, bic).account(statement.currency)


def _fit(text: str | None) -> str | None:
    return (SWIFT_X.fit(text) or None) if text is not None else None


def _entry(entry: Entry, statement: Statement, settings: Mapping[str, Any]) -> Entry:
    german = settings["narrative"] == "german"
    codes = entry.codes
    swift = written_type(codes.swift, codes.cfonb) or "NMSC"
    cfonb = codes.cfonb if settings["operation_code"] and codes.cfonb in cfonb_operations() else None
    original = entry.original_amount
    if original is not None:
        said = settings["original_amount"] and original_text(original.amount) is not None
        rate = original.rate if said and not german and original.rate and rate_text(original.rate) else None
        original = OriginalAmount(abs_money(original), rate) if said else None
    value = entry.value_date or entry.booking_date
    opening, closing = statement.opening, statement.closing
    booking, _ = booking_day(
        value, f"{entry.booking_date:%m%d}", opening.date if opening else None, closing.date if closing else None
    )
    references = _references(entry)
    party, details = _party(entry, german)
    remittance = SWIFT_X.fit(" ".join(entry.remittance))
    free = next((d.text for d in entry.details if d.qualifier == "61.9"), "")
    beside = SWIFT_X.fit(free)
    if not (beside and remittance and not cfonb and original is None and len(beside) <= 34) or beside[0] in ":-/":
        # Alone, or where subfield 9 has no room for it, it stands in the narrative.
        remittance, beside = SWIFT_X.fit(f"{' '.join(entry.remittance)} {free}"), ""
    if german and (details or party or remittance or _said_in_text(entry, references)):
        own = next((d.text for d in entry.details if d.qualifier == "GVC" and re.fullmatch("[0-9]{3}", d.text)), None)
        gvc = own or write_german.business_code("N" + swift[1:], entry.amount.minor >= 0, codes.cfonb)
        details = [Detail("GVC", gvc), *details]
    if beside:
        details = [Detail("61.9", beside), *details]
    return Entry(
        booking or value,
        entry.amount,
        value,
        entry.reversal,
        OperationCodes(cfonb, swift),
        references,
        party,
        (remittance,) if remittance else (),
        original,
        tuple(details),
    )


def _said_in_text(entry: Entry, references: References) -> bool:
    """Whether a German narrative is written for what stands only in its references, or for a GVC of its own."""
    customer, bank = references.customer_reference, references.bank_reference
    return bool(
        references.end_to_end_id
        or references.mandate_id
        or references.creditor_id
        or (customer and not reference_fits(customer))
        or (bank and not reference_fits(bank))
        or any(d.qualifier == "GVC" and re.fullmatch("[0-9]{3}", d.text) for d in entry.details)
    )


def abs_money(original: OriginalAmount) -> Any:
    """The unsigned original amount."""
    return -original.amount if original.amount.minor < 0 else original.amount


def _references(entry: Entry) -> References:
    given = entry.references
    end_to_end = _fit(given.end_to_end_id)
    if end_to_end == "NOTPROVIDED":
        end_to_end = None
    bank, customer = given.bank_reference, given.customer_reference
    references = References(
        bank if bank and reference_fits(bank) else _fit(bank),
        customer if customer and reference_fits(customer) else _fit(customer),
        end_to_end,
        _fit(given.mandate_id),
        _fit(given.creditor_id),
    )
    return NO_REFERENCES if references == NO_REFERENCES else references


def _party(entry: Entry, german: bool) -> tuple[Party | None, list[Detail]]:
    details: dict[str, str] = {}
    for detail in entry.details:
        word = detail.qualifier
        if word in DETAILS and word not in details and not (german and word == "RTRN"):
            details[word] = detail.text
    found: list[Detail] = []
    order = ("ACCW", "ULTD", "ULTC", "PURP") if german else DETAILS
    given = entry.counterparty or Party()
    name = _fit(given.name)
    if name is not None:
        name = _cut("NAME", name)
        name = write_german.short_name(name) if german else name
    iban = _fit(given.iban.replace(" ", "")) if given.iban else None
    bic = _fit(given.bic.replace(" ", "")) if given.bic else None
    if german:
        bic = bic if bic and is_bic(bic) else None
        written = details.pop("ACCW", None)
        account = iban or _fit(written)
        iban = account if account and is_iban(account) else None
        if account and not iban:
            details["ACCW"] = account
    for word in order:
        text = _fit(details.get(word))
        if text is not None:
            found.append(Detail(word, _cut(word, text)))
    if not (name or iban or bic):
        return None, found
    role = given.role if name else None
    if german:
        role = "payer" if entry.amount.minor >= 0 else "beneficiary"
    return Party(name, iban, bic, role), found


def _cut(word: str, text: str) -> str:
    return text[:NAME_WIDTH].rstrip(" ") if word in _CUT_AT_70 else text
