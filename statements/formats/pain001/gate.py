"""The gate of the fast path: may a plain payment pass without a look at the rules?

It may when no rule of any profile could fire on its values: amount, IBAN, BIC, country and purpose. In doubt it may
not, and the rules decide.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from statements.formats.pain001.check import Check
from statements.formats.pain001.rules.accounts import compact
from statements.formats.pain001.rules.amounts import MAXIMUM
from statements.formats.pain001.rules.banks import bic_countries
from statements.formats.pain001.rules.remittance import rf_wrong
from statements.formats.pain001.scope import Scope
from statements.reference.countries import is_country, sepa_country
from statements.reference.external_codes import external_codes
from statements.reference.iban import iban_fault, iban_structures, rib_fault

_LATELY = 2024
_IMPOSSIBLE = frozenset({"00", "01", "99"})

Passes = Callable[[int, str, str | None, str | None, str | None, str | None], bool]


class _Country(msgspec.Struct, frozen=True):
    """A country whose IBANs may pass. ``digits`` is its code as the remainder wants it behind the account (BE: 1114),
    empty where the layout wants letters; ``bics`` are the country codes that BICs may carry."""

    length: int
    digits: str
    french: bool
    bics: frozenset[str]


class Gate:
    """The tests of one block. ``open`` is False when every payment of the block must go through the rules."""

    __slots__ = ("_check", "_purposes", "open", "passes")

    def __init__(self, check: Check) -> None:
        self._check = check
        self._purposes = frozenset(external_codes("purpose"))
        self.open = False
        self.passes: Passes = _closed

    def enter(self, block: Scope) -> None:
        """Get ready for the payments of a block: its debtor, its date, its kind of transfer."""
        self.open = block.word("PmtMtd") != "CHK"
        self.passes = self._tests(compact(block.text("DbtrAcct/Id/IBAN")), self._alert())

    def _alert(self) -> int:
        """The smallest amount in cents above which some rule may have a word to say."""
        check = self._check
        alert = MAXIMUM
        settings = [("P001-306", "max_amount"), ("P001-308", "document_threshold")]
        if check.instant:
            settings.append(("P001-309", "instant_ceiling"))
        for rule_id, setting in settings:
            limit = check.money(setting)
            if limit is not None and check.on(rule_id) and alert.above(limit):
                alert = limit
        return alert.at(2) if alert.scale <= 2 else int(alert.units // 10 ** (alert.scale - 2))

    def _tests(self, debtor: str, alert: int) -> Passes:
        """One function for the hot loop, with everything it needs at hand."""
        check = self._check
        countries: dict[str, _Country | None] = {}
        purposes, reachable = self._purposes, check.reachable
        without_bic = check.settings["bic_policy"] != "required"
        country_of = self._country

        def passes(
            amount: int, iban: str, bic: str | None, home: str | None, purpose: str | None, reference: str | None
        ) -> bool:
            """True when no rule can fire. ``amount`` in cents; the others in the form of the plain pattern."""
            if not 0 < amount <= alert:
                return False
            prefix = iban[:2]
            if prefix not in countries:
                countries[prefix] = country_of(prefix)
            country = countries[prefix]
            if country is None or iban == debtor:
                return False
            bban, key = iban[4:], iban[2:4]
            if country.digits and bban.isdecimal():
                # All digits: the layout is a length. A right RIB key makes a French account zero by 97.
                account = int(bban) % 97
                if len(iban) != country.length or (country.french and account) or key in _IMPOSSIBLE:
                    return False
                if int(f"{account}{country.digits}{key}") % 97 != 1:
                    return False
            elif iban_fault(iban) is not None or (country.french and rib_fault(iban)):
                return False
            if bic is None:
                if not without_bic:
                    return False
            elif bic[4:6] not in country.bics or bic == "NOTPROVIDED" or (reachable and bic[:8] not in reachable):
                return False
            return (
                (home is None or is_country(home))
                and (purpose is None or purpose in purposes)
                and (reference is None or not rf_wrong(reference))
            )

        return passes

    def _country(self, prefix: str) -> _Country | None:
        """``None`` for a country of which the rules have something to say: outside SEPA or the EEA, lately joined."""
        country, structure = sepa_country(prefix), iban_structures().get(prefix)
        day = self._check.day
        if country is None or structure is None or structure.status != "registry" or country.kind == "territory":
            return None
        if country.scope_from is None or not country.eea or country.scope_from.year >= _LATELY:
            return None
        if day is not None and not country.in_scope(day):
            return None
        digits = "" if "a" in structure.bban else "".join(str(ord(letter) - 55) for letter in prefix)
        bics = frozenset(code for code in bic_countries(prefix) if is_country(code))
        return _Country(structure.length, digits, prefix == "FR", bics)


def _closed(*_: object) -> bool:
    return False
