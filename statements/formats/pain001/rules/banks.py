"""Banks and BICs (P001-260 … 268)."""

from __future__ import annotations

from functools import lru_cache

from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.rules.accounts import compact, remainder_wrong
from statements.formats.pain001.scope import Level, Scope, Shape
from statements.formats.pain001.silence import (
    BLOCK,
    BLOCK_AND_PAYMENT,
    EVERY_LEVEL,
    PAYMENT,
    Doubt,
    RuleFunction,
    absent,
    every,
    known,
    unless,
)
from statements.reference.bic import is_bic
from statements.reference.countries import is_country, sepa_countries, sepa_country

FILLER = "NOTPROVIDED"
_INTERMEDIARIES = ("IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3", "CdtrAgtAcct", "DbtrAgtAcct")


@lru_cache(maxsize=512)
def bic_countries(prefix: str) -> frozenset[str]:
    """The country codes that BICs may carry beside an IBAN of this prefix, territories allowed for.

    >>> sorted(bic_countries("GB"))
    ['GB', 'GG', 'IM', 'JE']
    """
    own = sepa_country(prefix)
    # A territory's code in place of its parent's is the one fault, and has a rule of its own (P001-232).
    parent = own.iban_prefix if own is not None else prefix
    codes = {prefix, parent}
    for country in sepa_countries().values():
        # The Pacific territories have French IBANs too and are left alone: an arrangement with France covers them.
        if country.iban_prefix == parent:
            codes.update(country.bic_countries)
    return frozenset(codes)


def _bic_path(scope: Scope, bank: str) -> str:
    """The path of a bank's BIC, in the element of any version; that of .03 when it has none."""
    for name in ("BIC", "BICFI", "CmbndId/BIC"):
        if f"{bank}/FinInstnId/{name}" in scope:
            return f"{bank}/FinInstnId/{name}"
    return f"{bank}/FinInstnId/BIC"


def _bic(scope: Scope, bank: str) -> str:
    bic = scope.word(_bic_path(scope, bank)).upper()
    return "" if bic == FILLER else bic


def bic(scope: Scope, check: CheckContext) -> None:
    """The country in a BIC exists. NOTPROVIDED has the form of one, and is none."""
    for path in scope.paths("BIC", "BICFI"):
        text = scope.text(path) or ""
        if text == FILLER:
            check.add("P001-261", scope, path, found=text)
        elif is_bic(text) and not is_country(text[4:6]):
            check.add("P001-260", scope, path, found=text, country=text[4:6])


def creditor_bank_policy(payment: Scope, check: CheckContext) -> None:
    """Switch of a bank profile: some banks want the creditor bank, others refuse its filler."""
    policy = check.settings["bic_policy"]
    if policy == "required" and not _bic(payment, "CdtrAgt"):
        check.add("P001-262", payment, "CdtrAgt", expected="BIC")
    elif policy == "forbidden_filler":
        for path in payment.paths("Id"):
            if path.startswith("CdtrAgt/FinInstnId/") and payment.word(path) == FILLER:
                check.add("P001-262", payment, path, found=FILLER)


def outside_the_eea(iban: str) -> bool:
    """True when an IBAN, or the letters it begins with, is of a SEPA country outside the European Economic Area."""
    country = sepa_country(compact(iban)[:2] if len(iban) > 2 else iban)
    return country is not None and country.scope_from is not None and not country.eea


def bic_and_iban(payment: Scope, check: CheckContext) -> None:
    """A BIC is wanted outside the EEA, and its country is that of the IBAN. Left out where the IBAN is wrong."""
    iban = compact(payment.text("CdtrAcct/Id/IBAN"))
    if not iban or remainder_wrong(iban):
        return
    path = _bic_path(payment, "CdtrAgt")
    code = _bic(payment, "CdtrAgt")
    if not code and outside_the_eea(iban):
        check.add("P001-263", payment, path)
    elif is_bic(code) and is_country(code[4:6]) and code[4:6] not in bic_countries(iban[:2]):
        check.add("P001-264", payment, path, found=payment.text(path), expected=iban[:2])


def debtor_bank(block: Scope, check: CheckContext) -> None:
    """The debtor bank has a BIC, or the filler in its right place; .02 has other elements."""
    bank = "DbtrAgt/FinInstnId"
    if _bic_path(block, "DbtrAgt") in block:
        return
    filler = f"{bank}/PrtryId/Id" if check.version == "02" else f"{bank}/Othr/Id"
    if block.word(filler) != FILLER:
        first = next(iter(block.children(bank)), bank)
        check.add("P001-266" if check.version == "02" else "P001-265", block, first, found=block.text(first) or None)


def intermediaries(scope: Scope, check: CheckContext) -> None:
    """Intermediary banks and accounts of banks are no SEPA data."""
    for path in _INTERMEDIARIES:
        if path in scope:
            check.add("P001-267", scope, path)


_OTHER_WORDS = tuple(
    f"CdtrAgt/FinInstnId/{name}" for name in ("Nm", "PstlAdr", "NmAndAdr", "ClrSysMmbId", "ClrSysId", "CmbndId")
)


def bank_by_name(payment: Scope, check: CheckContext) -> None:
    """The creditor bank is given by something else than its BIC."""
    if any(path in payment for path in _OTHER_WORDS):
        check.add("P001-269", payment, "CdtrAgt/FinInstnId")


def reachable(payment: Scope, check: CheckContext) -> None:
    """The BIC is in the caller's list of reachable banks (compared by bank and place: 8 characters)."""
    code = _bic(payment, "CdtrAgt")
    if check.reachable and is_bic(code) and code[:8] not in check.reachable:
        path = _bic_path(payment, "CdtrAgt")
        check.add("P001-268", payment, path, found=payment.text(path))


def _good_bic(text: str) -> bool:
    return text != FILLER and is_bic(text) and is_country(text[4:6])


def _agree(check: CheckContext, prefix: str | None, bic: str | None) -> bool:
    if not prefix:
        return True
    code = (bic or "").strip().upper()
    if not code or code == FILLER:
        country = sepa_country(prefix)
        return prefix.isupper() and (country is None or country.scope_from is None or country.eea)
    return is_bic(code) and is_country(code[4:6]) and code[4:6] in bic_countries(prefix)


def bic_of_the_country(shape: Shape, check: CheckContext) -> list[Doubt] | None:
    """Nothing is said of a BIC of the IBAN's country, nor of none at all inside the European Economic Area."""
    path = _bic_path(Scope(Level.PAYMENT, shape), "CdtrAgt")
    return known(_agree, "CdtrAcct/Id/IBAN", path, letters=2)(shape, check)


BANKS: tuple[RuleFunction, ...] = (
    RuleFunction(bank_by_name, ("P001-269",), PAYMENT, needs=("CdtrAgt",), silent=absent(*_OTHER_WORDS)),
    RuleFunction(
        bic, ("P001-260", "P001-261"), EVERY_LEVEL, needs=("BIC", "BICFI"), silent=every(_good_bic, "BIC", "BICFI")
    ),
    RuleFunction(
        creditor_bank_policy,
        ("P001-262",),
        PAYMENT,
        silent=unless(lambda check: check.settings["bic_policy"] != "optional"),
    ),
    RuleFunction(bic_and_iban, ("P001-263", "P001-264"), PAYMENT, needs=("IBAN",), silent=bic_of_the_country),
    RuleFunction(debtor_bank, ("P001-265", "P001-266"), BLOCK),
    RuleFunction(intermediaries, ("P001-267",), BLOCK_AND_PAYMENT, needs=_INTERMEDIARIES),
    RuleFunction(
        reachable, ("P001-268",), PAYMENT, needs=("BIC", "BICFI"), silent=unless(lambda check: bool(check.reachable))
    ),
)
