"""Code lists of ISO 20022: purposes, category purposes, service levels, status reasons, and the closed lists.

>>> external_codes("purpose")["SALA"].english
'salary'
>>> is_external_code("service_level", "SEPA")
True
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from statements.reference.tables import table
from statements.visible import french


class ExternalCode(msgspec.Struct, frozen=True):
    """One code of one list."""

    code: str
    english: str
    french: str
    note: str


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, Mapping[str, ExternalCode]]:
    lists: dict[str, dict[str, ExternalCode]] = {}
    for row in table("external_codes"):
        code = ExternalCode(row["code"], row["name_en"], french(row["name_fr"]), row["note"])
        lists.setdefault(row["list"], {})[row["code"]] = code
    return lists


def external_codes(name: str) -> Mapping[str, ExternalCode]:
    """The codes of a list: ``purpose``, ``category_purpose``, ``service_level``, ``local_instrument``,
    ``charge_bearer``, ``payment_method``, ``grouping``, ``status``, ``status_reason`` or ``filler``.

    Raises ``KeyError`` for a list that does not exist.
    """
    return _lists()[name]


def is_external_code(name: str, code: str) -> bool:
    """Whether a list holds a code, letter by letter (the codes are in capitals)."""
    return code in external_codes(name)
