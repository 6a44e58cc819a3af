"""Six-digit dates of the wire formats, their century windows, and the local day of an instant.

A statement of a month holds thirty distinct dates and thousands of entries, so every conversion is a dictionary
look-up after the first time.

>>> yymmdd("260930"), ddmmyy("300926")
(datetime.date(2026, 9, 30), datetime.date(2026, 9, 30))
>>> yymmdd("260230") is None
True
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

SWIFT_PIVOT = 80
"""MT940: years 80-99 are 19YY, 00-79 are 20YY (SWIFT User Handbook, field 61)."""

CFONB_PIVOT = 61
"""CFONB-120: years 61-99 are 19YY, 00-60 are 20YY (the window that independent readers use)."""


@lru_cache(maxsize=8_192)
def yymmdd(text: str) -> date | None:
    """The date of ``YYMMDD`` (MT940), or ``None`` when it is not six ASCII digits or no day of the calendar."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    return _day(int(text[:2]), int(text[2:4]), int(text[4:]), SWIFT_PIVOT)


@lru_cache(maxsize=8_192)
def ddmmyy(text: str) -> date | None:
    """The date of ``DDMMYY`` (CFONB-120), or ``None`` when it is not six ASCII digits or no day of the calendar."""
    if len(text) != 6 or not (text.isascii() and text.isdigit()):
        return None
    return _day(int(text[4:]), int(text[2:4]), int(text[:2]), CFONB_PIVOT)


def _day(year: int, month: int, day: int, pivot: int) -> date | None:
    try:
        return date(year + (1900 if year >= pivot else 2000), month, day)
    except ValueError:
        return None


@lru_cache(maxsize=8_192)
def to_yymmdd(day: date) -> str:
    """``YYMMDD``. Raises ``ValueError`` outside 1980-2079, where two digits would say another century."""
    return _two_digit_year(day, SWIFT_PIVOT) + f"{day.month:02d}{day.day:02d}"


@lru_cache(maxsize=8_192)
def to_ddmmyy(day: date) -> str:
    """``DDMMYY``. Raises ``ValueError`` outside 1961-2060, where two digits would say another century."""
    return f"{day.day:02d}{day.month:02d}" + _two_digit_year(day, CFONB_PIVOT)


def _two_digit_year(day: date, pivot: int) -> str:
    if not 1900 + pivot <= day.year < 2000 + pivot:
        raise ValueError(f"{day.isoformat()} cannot be said with two digits of the year")
    return f"{day.year % 100:02d}"


@lru_cache(maxsize=1_024)
def month_end(day: date) -> date:
    """The last day of the month of ``day``.

    >>> month_end(date(2028, 2, 3))
    datetime.date(2028, 2, 29)
    """
    first_of_next = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def local_day(instant: datetime, zone: tzinfo) -> date:
    """The day on which an instant falls in ``zone``. Raises ``ValueError`` for an instant without a time zone.

    >>> from zoneinfo import ZoneInfo
    >>> local_day(datetime.fromisoformat("2026-08-31T22:30:00+00:00"), ZoneInfo("Europe/Paris"))
    datetime.date(2026, 9, 1)
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(zone).date()
