"""What a caller of the source asks for, checked before any byte is read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from statements.formats.qonto.csv_tables import checked_mapping
from statements.formats.qonto.mapping import OperationTable, user_rows
from statements.formats.qonto.settings import Settings
from statements.model.money import Money
from statements.model.periods import Every


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller asks for, checked."""

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

    @property
    def steered(self) -> bool:
        """Whether private members must be decoded because a setting asks for them."""
        return self.table.steered or self.settings.card_digits or self.settings.issued is not None


def request(
    *,
    accounts: Sequence[str],
    since: datetime.date | None,
    until: datetime.date | None,
    every: str,
    timezone: str,
    opening: Money | Decimal | str | None,
    mapping: Mapping[str, Any] | None,
    settings: Mapping[str, object] | Settings | None,
    identities: bool,
) -> Request:
    """Check the arguments of a reading. Raises ``TypeError`` or ``ValueError`` for what cannot be meant."""
    if isinstance(accounts, str):
        raise TypeError("accounts is a sequence of IBANs, not one text")
    if every not in ("day", "month", "all"):
        raise ValueError(f"every is day, month or all, not {every!r}")
    if since is not None and until is not None and until < since:
        raise ValueError(f"the range ends ({until.isoformat()}) before it begins ({since.isoformat()})")
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"unknown time zone {timezone!r}") from None
    unknown = set(mapping or {}) - {"operation", "csv"}
    if unknown:
        raise ValueError(f"unknown table {sorted(unknown)[0]!r} in the mapping; known: operation, csv")
    typed = settings if isinstance(settings, Settings) else Settings.of(settings)
    return Request(
        accounts=tuple(accounts),
        since=since,
        until=until,
        every=every,  # type: ignore[arg-type]  # checked above
        zone=zone,
        opening=_opening(opening),
        table=OperationTable(user_rows(mapping), typed.options),
        settings=typed,
        mapping=checked_mapping(mapping),
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
