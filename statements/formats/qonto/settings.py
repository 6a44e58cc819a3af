"""The settings of the Qonto mapping, typed, from the words of a command line or from Python values.

>>> Settings.of({"fee_with_tax": "yes", "issued": "2026-09-30"}).fee_with_tax
True
>>> Settings.of({"fees": "yes"})
Traceback (most recent call last):
...
ValueError: unknown setting 'fees'; known: atm_code, card_digits, empty_periods, fee_with_tax, internal_codes, issued
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec

_YES = frozenset({"yes", "true", "1", "on", "oui"})
_NO = frozenset({"no", "false", "0", "off", "non"})


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may switch; the defaults write what French banks write."""

    fee_with_tax: bool = False
    """Code 64 instead of 62 for a fee with VAT."""
    atm_code: bool = False
    """Code 29 instead of 28 for a card row of the old category ``atm``."""
    internal_codes: bool = False
    """Codes 13 and 14 for transfers between two accounts of the organisation."""
    empty_periods: bool = True
    """Write the periods without a movement too, so that the files chain without a gap."""
    card_digits: bool = False
    """Add the last four digits of the card to the remittance text."""
    issued: datetime.date | None = None
    """The last day that statements were already issued for, if any."""

    @classmethod
    def of(cls, values: Mapping[str, object] | None) -> Settings:
        """From a mapping of names to Python values or words. Raises ``ValueError`` for what it does not know."""
        if not values:
            return cls()
        read: dict[str, object] = {}
        for name, value in values.items():
            if name not in SETTINGS:
                known = ", ".join(sorted(SETTINGS))
                raise ValueError(f"unknown setting {name!r}; known: {known}")
            read[name] = _day(value) if name == "issued" else _flag(name, value)
        return msgspec.convert(read, cls)

    @property
    def options(self) -> frozenset[str]:
        """The names of the switches that are on, as conditions of the mapping table spell them."""
        return frozenset(name for name in ("fee_with_tax", "atm_code", "internal_codes") if getattr(self, name))


SETTINGS = frozenset(Settings.__struct_fields__)
"""The names a caller may set."""


def _flag(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError(f"setting {name} is yes or no, not {value!r}")


def _day(value: object) -> datetime.date | None:
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"setting issued is a date such as 2026-09-30, not {value!r}") from None
