"""TARGET days: the days on which euro payments settle between banks.

Closed on Saturdays and Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December
(decision of the ECB of 14 December 2000, in force since 2002; 2000 and 2001 had the same days, and
31 December 2001 was closed for the change to euro cash). Years before 2000 followed other calendars.

>>> is_target_day(date(2026, 11, 23)), is_target_day(date(2026, 12, 25))
(True, False)
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

_FIXED = ((1, 1), (5, 1), (12, 25), (12, 26))
_CHANGE_TO_CASH = date(2001, 12, 31)


@lru_cache(maxsize=256)
def closing_days(year: int) -> frozenset[date]:
    """The named closing days of a year, whatever day of the week they fall on; week-ends are not listed."""
    days = {date(year, month, day) for month, day in _FIXED}
    sunday = easter(year)
    days |= {sunday - timedelta(days=2), sunday + timedelta(days=1)}
    if year == _CHANGE_TO_CASH.year:
        days.add(_CHANGE_TO_CASH)
    return frozenset(days)


def is_target_day(day: date) -> bool:
    """True when TARGET is open on that day."""
    return day.weekday() < 5 and day not in closing_days(day.year)


def next_target_day(day: date) -> date:
    """The day itself when TARGET is open on it, else the next one that is.

    >>> next_target_day(date(2026, 12, 25))
    datetime.date(2026, 12, 28)
    """
    while not is_target_day(day):
        day += timedelta(days=1)
    return day
