"""Accounts and IBANs (P001-220 … 232). One fault gives one finding: see each function for what it leaves out."""

from __future__ import annotations

import re

from statements.formats.pain001.check import Check
from statements.formats.pain001.registry import on_block, on_block_and_payment, on_payment
from statements.formats.pain001.scope import Scope
from statements.reference.countries import is_country, sepa_country
from statements.reference.iban import iban_fault, iban_structures, rib_fault
from statements.rules import Severity

_FORM = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", re.ASCII)
_NUMBERS = {ord(letter): str(number) for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}
_IMPOSSIBLE = frozenset({"00", "01", "99"})


def compact(text: str | None) -> str:
    """An IBAN in capitals, if the text is in the form of one; otherwise empty.

    >>> compact("fr7616958000011234567890177"), compact("FR76 1695"), compact(None)
    ('FR7616958000011234567890177', '', '')
    """
    iban = (text or "").upper()
    return iban if _FORM.fullmatch(iban) is not None else ""


def remainder_wrong(iban: str) -> bool:
    """True when the remainder by 97 is not 1 (ISO 13616), whatever the country."""
    return int((iban[4:] + iban[:4]).translate(_NUMBERS)) % 97 != 1


@on_block("P001-220")
def debtor_account_form(block: Scope, check: Check) -> None:
    """The debtor account is given as an IBAN."""
    if "DbtrAcct/Id/IBAN" not in block:
        check.add("P001-220", block, "DbtrAcct/Id/IBAN")


@on_payment("P001-221")
def creditor_account_form(payment: Scope, check: Check) -> None:
    """The creditor account is given as an IBAN; a cheque has none."""
    if "CdtrAcct/Id/IBAN" not in payment and (check.block is None or check.block.word("PmtMtd") != "CHK"):
        check.add("P001-221", payment, "CdtrAcct/Id/IBAN")


@on_block_and_payment("P001-222", "P001-223", "P001-224", "P001-225", "P001-230", "P001-232", needs=("IBAN",))
def iban(scope: Scope, check: Check) -> None:
    """Check digits, layout, case, RIB key and prefix of every IBAN. A text in no form of an IBAN is the schema's."""
    for path in scope.paths("IBAN"):
        text = scope.values[path]
        code = compact(text)
        if not code:
            continue
        if text != code:
            check.add("P001-224", scope, path, found=text, expected=code)
        wrong = remainder_wrong(code)
        if wrong:
            check.add("P001-222", scope, path, found=text)
        elif code[2:4] in _IMPOSSIBLE:
            check.add("P001-225", scope, path, found=text)
        structure = iban_structures().get(code[:2])
        if structure is not None and structure.status == "territory":
            parent = sepa_country(code[:2])
            check.add("P001-232", scope, path, found=text, expected=parent.iban_prefix if parent else None)
        laid_out = True
        if iban_fault(code) in ("length", "structure") or (structure is None and not is_country(code[:2])):
            laid_out = False
            layout = f"{structure.length}: {structure.bban}" if structure is not None else None
            check.add("P001-223", scope, path, found=text, expected=layout)
        if not wrong and laid_out and rib_fault(code):
            check.add("P001-230", scope, path, found=text)


@on_payment("P001-226", "P001-227", needs=("IBAN",))
def sepa_scope(payment: Scope, check: Check) -> None:
    """The creditor's country is in SEPA on the execution date. Left out where the check digits are wrong."""
    path = "CdtrAcct/Id/IBAN"
    code = compact(payment.text(path))
    if not code or remainder_wrong(code):
        return
    country = sepa_country(code[:2])
    if country is not None and country.kind == "territory" and country.iban_prefix != country.code:
        return  # P001-232 says it: that territory has no IBANs of its own
    day = check.day
    found = payment.text(path)
    if country is None or country.scope_from is None or (day is not None and not country.in_scope(day)):
        check.add("P001-226", payment, path, found=found, country=code[:2])
    elif country.scope_from.year >= _LATELY:
        early = day is not None and not country.operational(day)
        check.add("P001-227", payment, path, found=found, severity=Severity.WARNING if early else None)


_LATELY = 2024
"""AL, ME (2024), MD, MK, RS (2025): the countries that joined by the decisions of these years."""


@on_payment("P001-228", needs=("IBAN",))
def own_account(payment: Scope, check: Check) -> None:
    """Creditor and debtor account are the same."""
    code = compact(payment.text("CdtrAcct/Id/IBAN"))
    if code and check.block is not None and code == compact(check.block.text("DbtrAcct/Id/IBAN")):
        check.add("P001-228", payment, "CdtrAcct/Id/IBAN", found=payment.text("CdtrAcct/Id/IBAN"))


@on_block("P001-229")
def not_an_own_account(block: Scope, check: Check) -> None:
    """The debtor account is one of those the caller gives."""
    path = "DbtrAcct/Id/IBAN"
    code = block.word(path).upper()
    if check.own and code and code not in check.own:
        check.add("P001-229", block, path, found=block.text(path), expected=", ".join(sorted(check.own)))


@on_block("P001-231")
def debtor_currency(block: Scope, check: Check) -> None:
    """The debtor account is kept in euro."""
    currency = block.word("DbtrAcct/Ccy")
    if currency and currency != "EUR":
        check.add("P001-231", block, "DbtrAcct/Ccy", found=currency, expected="EUR")
