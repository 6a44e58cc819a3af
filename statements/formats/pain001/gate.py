"""The gate of the fast path: may a plain payment pass without a look at the rules?

It may when no rule of any profile could fire on its values: amount, IBAN, BIC, country and purpose. In doubt it may
not, and the rules decide.
"""

from __future__ import annotations

from statements.formats.pain001.check import Check
from statements.formats.pain001.rules.accounts import compact
from statements.formats.pain001.rules.amounts import MAXIMUM
from statements.formats.pain001.rules.banks import bic_countries
from statements.formats.pain001.rules.remittance import rf_wrong
from statements.formats.pain001.scope import Scope
from statements.reference.countries import is_country, sepa_country
from statements.reference.external_codes import external_codes
from statements.reference.iban import iban_fault, iban_structures, rib_fault

_CACHE = 8_192
_LATELY = 2024


class Gate:
    """The tests of one block. ``open`` is False when every payment of the block must go through the rules."""

    __slots__ = ("_alert", "_check", "_countries", "_debtor", "_good", "_policy", "_purposes", "_reachable", "open")

    def __init__(self, check: Check) -> None:
        self._check = check
        self._good: set[tuple[str, str | None]] = set()
        self._countries: dict[str, tuple[int, str, bool, frozenset[str]] | None] = {}
        self._purposes = frozenset(external_codes("purpose"))
        self._policy = check.settings["bic_policy"] == "required"
        self._reachable = check.reachable
        self._debtor = ""
        self._alert = 0
        self.open = False

    def enter(self, block: Scope) -> None:
        """Get ready for the payments of a block: its debtor, its date, its kind of transfer."""
        check = self._check
        self.open = block.word("PmtMtd") != "CHK"
        self._debtor = compact(block.text("DbtrAcct/Id/IBAN"))
        self._good.clear()
        self._countries.clear()
        alert = MAXIMUM
        settings = [("P001-306", "max_amount"), ("P001-308", "document_threshold")]
        if check.instant:
            settings.append(("P001-309", "instant_ceiling"))
        for rule_id, setting in settings:
            limit = check.money(setting)
            if limit is not None and check.on(rule_id) and not limit.above(alert):
                alert = limit
        self._alert = alert.at(2) if alert.scale <= 2 else alert.units // 10 ** (alert.scale - 2)

    def passes(
        self, amount: int, iban: str, bic: str | None, country: str | None, purpose: str | None, reference: str | None
    ) -> bool:
        """True when no rule can fire. ``amount`` is in cents; the other values are in the form of the plain pattern."""
        if not 0 < amount <= self._alert:
            return False
        key = (iban, bic)
        if key not in self._good:
            if not self._accounts(iban, bic):
                return False
            if len(self._good) >= _CACHE:
                self._good.clear()
            self._good.add(key)
        return (
            (country is None or is_country(country))
            and (purpose is None or purpose in self._purposes)
            and (reference is None or not rf_wrong(reference))
        )

    def _accounts(self, iban: str, bic: str | None) -> bool:
        prefix = iban[:2]
        if prefix not in self._countries:
            self._countries[prefix] = self._country(prefix)
        country = self._countries[prefix]
        if country is None or iban == self._debtor:
            return False
        length, number, french, bics = country
        bban = iban[4:]
        if number and bban.isdecimal():
            # All digits: the layout is a length, and both keys are remainders by 97 (the RIB key makes it zero).
            if len(iban) != length or int(bban + number + iban[2:4]) % 97 != 1 or iban[2:4] in _IMPOSSIBLE:
                return False
            if french and int(bban) % 97:
                return False
        elif iban_fault(iban) is not None or (french and rib_fault(iban)):
            return False
        if bic is None:
            return not self._policy
        return bic[4:6] in bics and bic != "NOTPROVIDED" and (not self._reachable or bic[:8] in self._reachable)

    def _country(self, prefix: str) -> tuple[int, str, bool, frozenset[str]] | None:
        """Length, country as digits (empty when a letter is wanted in the account), French key, BIC countries.

        ``None`` for a country of which the rules have something to say: outside SEPA or the EEA, or lately joined.
        """
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
        return structure.length, digits, prefix == "FR", bics


_IMPOSSIBLE = frozenset({"00", "01", "99"})
