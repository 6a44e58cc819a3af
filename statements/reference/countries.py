"""Countries: ISO 3166-1 names, and which of them are in the scope of the SEPA schemes since when.

A territory such as Guadeloupe has French IBANs, so the scope cannot be told from an IBAN alone there.

>>> country_name("FR"), is_country("UK")
('France', False)
>>> serbia = sepa_country("RS")
>>> serbia.in_scope(date(2025, 5, 21)), serbia.in_scope(date(2025, 5, 22))
(False, True)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Literal

import msgspec

from statements.reference.tables import table


class SepaCountry(msgspec.Struct, frozen=True):
    """A row of the scope list. ``kind``: ``country``, ``territory`` of one, or ``out`` of scope but often asked for.

    ``scope_from`` is the day of the scheme decision, ``operational_from`` the day payments began; both absent
    for ``out``. ``iban_prefix`` and ``bic_countries`` are the codes that its IBANs and the BICs of its banks carry.
    """

    code: str
    name_en: str
    name_fr: str
    iban_prefix: str
    bic_countries: tuple[str, ...]
    kind: str
    scope_from: date | None
    operational_from: date | None
    eea: bool
    eu: bool
    note: str

    def in_scope(self, day: date) -> bool:
        """Whether the schemes counted the country in on that day."""
        return self.scope_from is not None and self.scope_from <= day

    def operational(self, day: date) -> bool:
        """Whether payments had begun on that day."""
        return self.operational_from is not None and self.operational_from <= day


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """English names by ISO 3166-1 alpha-2 code; Kosovo's user-assigned XK is among them, UK and EL are not."""
    return {row["code"]: row["name_en"] for row in table("country_codes")}


def is_country(code: str) -> bool:
    """True for a code of the list, in capitals."""
    return code in countries()


def country_name(code: str, lang: Literal["en", "fr"] = "en") -> str | None:
    """The name of a country, in French where the scope list has it, else in English; ``None`` for no country.

    >>> country_name("DE", "fr"), country_name("ZZ")
    ('Allemagne', None)
    """
    sepa = sepa_countries().get(code)
    if sepa is not None:
        return sepa.name_fr if lang == "fr" else sepa.name_en
    return countries().get(code)


@lru_cache(maxsize=1)
def sepa_countries() -> Mapping[str, SepaCountry]:
    """The scope list by country code, those out of scope included."""
    return {row["country"]: _sepa_country(row) for row in table("sepa_countries")}


def sepa_country(code: str) -> SepaCountry | None:
    """The row of a country or territory; ``None`` for a country that the list does not speak of (out of scope)."""
    return sepa_countries().get(code)


def _sepa_country(row: dict[str, str]) -> SepaCountry:
    return SepaCountry(
        row["country"],
        row["name_en"],
        row["name_fr"],
        row["iban_prefix"],
        tuple(row["bic_country"].split(",")),
        row["kind"],
        date.fromisoformat(row["in_scope_from"]) if row["in_scope_from"] else None,
        date.fromisoformat(row["operational_from"]) if row["operational_from"] else None,
        row["eea"] == "yes",
        row["eu"] == "yes",
        row["note"],
    )
