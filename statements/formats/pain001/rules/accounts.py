"""Accounts and IBANs (P001-220 … 232). One fault gives one finding: see each function for what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.scope import Scope, Shape
from statements.formats.pain001.silence import (
    BLOCK,
    BLOCK_AND_PAYMENT,
    PAYMENT,
    Columns,
    Doubt,
    RuleFunction,
    known,
    present,
)
from statements.reference.countries import is_country, sepa_country
from statements.reference.iban import iban_fault, iban_structures, rib_fault
from statements.rules import Severity

_FORM = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", re.ASCII)
_FORMS = re.compile(r"(?>[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}\0)*+", re.ASCII)
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


def debtor_account_form(block: Scope, check: CheckContext) -> None:
    """The debtor account is given as an IBAN."""
    if "DbtrAcct/Id/IBAN" not in block:
        check.add("P001-220", block, "DbtrAcct/Id/IBAN")


def creditor_account_form(payment: Scope, check: CheckContext) -> None:
    """The creditor account is given as an IBAN; a cheque has none."""
    if "CdtrAcct/Id/IBAN" not in payment and (check.block is None or check.block.word("PmtMtd") != "CHK"):
        check.add("P001-221", payment, "CdtrAcct/Id/IBAN")


def iban(scope: Scope, check: CheckContext) -> None:
    """Check digits, layout, case, RIB key and prefix of every IBAN. A text in no form of an IBAN is the schema's."""
    for path in scope.paths("IBAN"):
        text = scope.text(path)
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


def sepa_scope(payment: Scope, check: CheckContext) -> None:
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


def own_account(payment: Scope, check: CheckContext) -> None:
    """Creditor and debtor account are the same."""
    code = compact(payment.text("CdtrAcct/Id/IBAN"))
    if code and check.block is not None and code == compact(check.block.text("DbtrAcct/Id/IBAN")):
        check.add("P001-228", payment, "CdtrAcct/Id/IBAN", found=payment.text("CdtrAcct/Id/IBAN"))


def not_an_own_account(block: Scope, check: CheckContext) -> None:
    """The debtor account is one of those the caller gives."""
    path = "DbtrAcct/Id/IBAN"
    code = block.word(path).upper()
    if check.own and code and code not in check.own:
        check.add("P001-229", block, path, found=block.text(path), expected=", ".join(sorted(check.own)))


_QONTO = "16958"


def debtor_at_another_bank(block: Scope, check: CheckContext) -> None:
    """A French debtor account is kept at Qonto: the connection pays from no other."""
    path = "DbtrAcct/Id/IBAN"
    code = compact(block.text(path))
    if code.startswith("FR") and iban_fault(code) is None and code[4:9] != _QONTO:
        check.add("P001-233", block, path, found=block.text(path))


def debtor_currency(block: Scope, check: CheckContext) -> None:
    """The debtor account is kept in euro."""
    currency = block.word("DbtrAcct/Ccy")
    if currency and currency != "EUR":
        check.add("P001-231", block, "DbtrAcct/Ccy", found=currency, expected="EUR")


class _Country(msgspec.Struct, frozen=True):
    """A country whose IBANs may go without a word. ``digits`` is its code as the remainder wants it behind the account
    (BE: 1114), empty where the layout wants letters."""

    length: int
    digits: str
    french: bool


@lru_cache(maxsize=512)
def _country(prefix: str) -> _Country | None:
    structure = iban_structures().get(prefix)
    if structure is None or structure.status != "registry":
        return None
    digits = "" if "a" in structure.bban else "".join(str(ord(letter) - 55) for letter in prefix)
    return _Country(structure.length, digits, prefix == "FR")


def _plain(iban: str) -> bool:
    country = _country(iban[:2])
    if country is None or iban[2:4] in _IMPOSSIBLE:
        return False
    bban = iban[4:]
    if country.digits and bban.isdecimal():
        # All digits: the layout is a length. A right RIB key makes a French account zero by 97.
        account = int(bban) % 97
        return (
            len(iban) == country.length
            and not (country.french and account)
            and int(f"{account}{country.digits}{iban[2:4]}") % 97 == 1
        )
    return iban_fault(iban) is None and not (country.french and rib_fault(iban))


def plain_ibans(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said of an IBAN of the registry with right digits in the right layout."""

    def look(place: int) -> Callable[[Columns], Iterable[int]]:
        def odd(columns: Columns) -> Iterable[int]:
            texts = columns.texts(place)
            if _FORMS.fullmatch(columns.joined(place)) is not None:
                return [position for position, text in enumerate(texts) if not _plain(text)]
            fits = _FORM.fullmatch
            return [position for position, text in enumerate(texts) if fits(text) is None or not _plain(text)]

        return odd

    places = [shape.places[path] for path in shape.names.get("IBAN", ())]
    return [Doubt((place, "IBAN"), look(place)) for place in places if isinstance(place, int)]


def _in_scope(check: CheckContext, prefix: str | None) -> bool:
    if not prefix:
        return True
    country, day = sepa_country(prefix), check.day
    if country is None or country.kind == "territory" or country.scope_from is None:
        return False
    return country.scope_from.year < _LATELY and (day is None or country.in_scope(day))


def unless_own(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said where the account of the debtor is not among those of the creditors."""
    place = shape.places.get("CdtrAcct/Id/IBAN")
    if not isinstance(place, int):
        return []

    def odd(columns: Columns) -> Iterable[int]:
        debtor = compact(check.block.text("DbtrAcct/Id/IBAN")) if check.block is not None else ""
        return range(columns.size) if debtor and debtor in columns.joined(place).upper() else ()

    return [Doubt((place, "own"), odd)]


ACCOUNTS: tuple[RuleFunction, ...] = (
    RuleFunction(debtor_at_another_bank, ("P001-233",), BLOCK),
    RuleFunction(debtor_account_form, ("P001-220",), BLOCK),
    RuleFunction(creditor_account_form, ("P001-221",), PAYMENT, silent=present("CdtrAcct/Id/IBAN")),
    RuleFunction(
        iban,
        ("P001-222", "P001-223", "P001-224", "P001-225", "P001-230", "P001-232"),
        BLOCK_AND_PAYMENT,
        needs=("IBAN",),
        silent=plain_ibans,
    ),
    RuleFunction(
        sepa_scope,
        ("P001-226", "P001-227"),
        PAYMENT,
        needs=("IBAN",),
        silent=known(_in_scope, "CdtrAcct/Id/IBAN", letters=2),
    ),
    RuleFunction(own_account, ("P001-228",), PAYMENT, needs=("IBAN",), silent=unless_own),
    RuleFunction(not_an_own_account, ("P001-229",), BLOCK),
    RuleFunction(debtor_currency, ("P001-231",), BLOCK),
)
