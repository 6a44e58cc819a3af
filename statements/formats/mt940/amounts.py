"""Amounts, dates and balances of the wire: exact values, and every way banks write them wrong.

>>> read_amount("1250,00", 2)
Amount(minor=125000, rule='', reason='')
>>> read_amount("000000001000.12", 2).rule, read_amount("10,001", 2).minor
('form', None)
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

import msgspec

from statements.wire.dates import month_end, yymmdd

_STRICT = re.compile(r"([0-9]+),([0-9]*)", re.ASCII)


class Amount(msgspec.Struct, frozen=True):
    """What an amount text says: minor units (``None``: not exactly), the fault (``form``, ``decimals``, ``zeros``)."""

    minor: int | None
    rule: str = ""
    reason: str = ""


@lru_cache(maxsize=4_096)
def read_amount(text: str, places: int) -> Amount:
    """The unsigned amount in minor units of a currency with ``places`` decimals.

    ``form``: no comma, a decimal point, blanks, no digit before the comma or more than 15 characters, read when one
    reading is possible. ``zeros``: more decimals than the currency has, all zero. ``decimals``: others, so that
    the value cannot be said in the currency.
    """
    match = _STRICT.fullmatch(text)
    if match is not None:
        whole, fraction = match[1], match[2]
        reason = "length" if len(text) > 15 else ""
    else:
        bare = text.replace(" ", "").replace("\n", "")
        reason = "blank" if bare != text else ""
        if "," not in bare and bare.count(".") == 1:
            # 1.000 may be one thousand or one: only a point before another number of digits has one reading.
            whole, fraction = bare.split(".")
            if len(fraction) == 3 and places != 3:
                return Amount(None, "form", "point")
            reason = "point"
        elif bare.count(",") == 1:
            whole, fraction = bare.split(",")
            groups = whole.split(".")
            if len(groups) > 1:
                reason = "point"
                if any(len(group) != 3 for group in groups[1:]):
                    return Amount(None, "form", "point")
                whole = "".join(groups)
            elif not whole:
                reason = "digits"
        else:
            whole, fraction = bare, ""
            reason = reason or "comma"
        whole = whole or "0"
        if not (whole + fraction).isascii() or not (whole + fraction).isdigit() or not (bare.strip(",.")):
            return Amount(None, "form", "digits")
    excess = fraction[places:]
    if excess.strip("0"):
        return Amount(None, "decimals", reason)
    minor = int(whole + fraction[:places].ljust(places, "0"))
    if excess:
        return Amount(minor, "zeros", reason)
    return Amount(minor, "form" if reason else "", reason)


@lru_cache(maxsize=4_096)
def read_date(text: str) -> tuple[datetime.date | None, bool]:
    """The day of YYMMDD and whether it is one of the calendar; the last of the month for a day 29 to 31 too many.

    >>> read_date("240230")
    (datetime.date(2024, 2, 29), False)
    >>> read_date("362268")
    (None, False)
    """
    day = yymmdd(text)
    if day is not None:
        return day, True
    if len(text) == 6 and text.isdigit() and text[4:] in ("29", "30", "31"):
        first = yymmdd(text[:4] + "01")
        if first is not None:
            return month_end(first), False
    return None, False


@lru_cache(maxsize=16_384)
def booking_day(
    value: datetime.date, mmdd: str, opening: datetime.date | None, closing: datetime.date | None
) -> datetime.date | None:
    """The booking date of MMDD beside a value date, in a statement from ``opening`` to ``closing``.

    Candidates are MMDD in the year of the value date, the year before and the year after. A period of at most 366
    days decides when it leaves one of them; otherwise the nearest to the value date, of two equally near the later.
    ``None`` when MMDD is no day of any of the three years.

        >>> day = datetime.date
        >>> booking_day(day(2026, 7, 15), "0105", day(2026, 1, 4), day(2026, 1, 5))
        datetime.date(2026, 1, 5)
        >>> booking_day(day(2026, 1, 1), "1230", None, None)
        datetime.date(2025, 12, 30)
    """
    if len(mmdd) != 4 or not mmdd.isdigit():
        return None
    month, number = int(mmdd[:2]), int(mmdd[2:])
    candidates = []
    for year in (value.year - 1, value.year, value.year + 1):
        try:
            candidates.append(datetime.date(year, month, number))
        except ValueError:
            continue
    if not candidates:
        return None
    if opening is not None and closing is not None and 0 <= (closing - opening).days <= 366:
        inside = [day for day in candidates if opening <= day <= closing]
        if len(inside) == 1:
            return inside[0]
        if inside:
            candidates = inside
    return min(candidates, key=lambda day: (abs((day - value).days), -day.toordinal()))
