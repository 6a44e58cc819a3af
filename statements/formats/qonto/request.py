"""What a caller of the source asks for, checked before any byte is read; its settings, typed.

>>> Settings.of({"fee_with_tax": "yes", "issued": "2026-09-30"}).fee_with_tax
True
>>> Settings.of({"fees": "yes"})  # doctest: +ELLIPSIS
Traceback (most recent call last):
...
statements.rules.WordedError: unknown setting 'fees'; known: atm_code, ..., issued
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from statements.formats.qonto.csv_tables import checked_mapping
from statements.formats.qonto.operations import OperationTable, user_rows
from statements.model.money import Money
from statements.model.periods import Every
from statements.profiles import YES_OR_NO, SettingError
from statements.rules import Text, WordedError

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
                raise WordedError(
                    Text(f"unknown setting {name!r}; known: {known}", f"réglage « {name} » inconnu ; il y a {known}")
                )
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
    raise SettingError(name, value, YES_OR_NO)


def _day(value: object) -> datetime.date | None:
    if value is None or isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise SettingError(
            "issued", value, Text("a date such as 2026-09-30", "une date telle que 2026-09-30")
        ) from None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller asks for, in his own words; :func:`statements.formats.qonto.read` tells what each means."""

    accounts: Sequence[str] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    every: str = "all"
    timezone: str = "Europe/Paris"
    opening: Money | Decimal | str | None = None
    mapping: Mapping[str, Any] | None = None
    settings: Mapping[str, object] | Settings | None = None


class CheckedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request, checked, with the tables that follow from it."""

    accounts: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    every: Every = "all"
    zone: ZoneInfo
    opening: Decimal | None = None
    table: OperationTable
    settings: Settings
    mapping: Mapping[str, Any] = {}
    identities: bool = False
    """Whether the full ids behind each bank reference are wanted."""

    @property
    def steered(self) -> bool:
        """Whether private members must be decoded because a setting asks for them."""
        return self.table.steered or self.settings.card_digits or self.settings.issued is not None


def plan(request: Request, *, identities: bool) -> CheckedRequest:
    """Check a request. Raises ``TypeError`` or ``ValueError`` for what cannot be meant."""
    if isinstance(request.accounts, str):
        raise TypeError("accounts is a sequence of IBANs, not one text")
    if request.every not in ("day", "month", "all"):
        raise ValueError(f"every is day, month or all, not {request.every!r}")
    if request.since is not None and request.until is not None and request.until < request.since:
        raise ValueError(f"the range ends ({request.until.isoformat()}) before it begins ({request.since.isoformat()})")
    try:
        zone = ZoneInfo(request.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {request.timezone!r}") from None
    unknown = set(request.mapping or {}) - {"operation", "csv"}
    if unknown:
        name = min(unknown)
        raise WordedError(
            Text(
                f"unknown table {name!r} in the mapping; known: operation, csv",
                f"table « {name} » inconnue dans la correspondance ; il y a operation, csv",
            )
        )
    typed = request.settings if isinstance(request.settings, Settings) else Settings.of(request.settings)
    return CheckedRequest(
        accounts=tuple(request.accounts),
        since=request.since,
        until=request.until,
        every=request.every,  # type: ignore[arg-type]  # checked above
        zone=zone,
        opening=_opening(request.opening),
        table=OperationTable(user_rows(request.mapping), typed.options),
        settings=typed,
        mapping=checked_mapping(request.mapping),
        identities=identities,
    )


def _opening(value: Money | Decimal | str | None) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, Money):
        return value.decimal
    try:
        number = Money.parse(str(value).strip().replace(",", "."), "EUR").decimal
    except ValueError:
        raise ValueError(f"the opening balance is an amount such as 1250.50, not {str(value)!r}") from None
    return number
