"""Days, months or one stretch: how the booked entries of an account become statements that chain without a gap.

>>> from datetime import date
>>> [period.first.isoformat() for period in periods(date(2026, 1, 30), date(2026, 3, 2), "month")]
['2026-01-30', '2026-02-01', '2026-03-01']
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Literal

import msgspec

from statements.model.account import Account
from statements.model.money import Money
from statements.model.statement import Balance, Entry, Statement

Every = Literal["day", "month", "all"]

_DAY = datetime.timedelta(days=1)
_BOOKED = attrgetter("booking_date")


class Period(msgspec.Struct, frozen=True):
    """Two days, both within the period."""

    first: datetime.date
    last: datetime.date


def period(statement: Statement) -> tuple[datetime.date, datetime.date] | None:
    """First and last day: from the balances, else from the entries; ``None`` when neither says a date.

    The opening balance is that of the day before the period. A bank that dates both balances alike means that day.
    """
    opening, closing = statement.opening, statement.closing
    days = [entry.booking_date for entry in statement.entries]
    last = closing.date if closing is not None else max(days, default=None)
    if last is None:
        return None if opening is None else (opening.date, opening.date)
    first = opening.date + _DAY if opening is not None and opening.date < datetime.date.max else min(days, default=last)
    return min(first, last), last


def periods(first: datetime.date, last: datetime.date, every: Every) -> Iterator[Period]:
    """The days or calendar months of a range, the first and last cut to it; or the range itself.

    Nothing when ``last`` lies before ``first``. Raises ``ValueError`` for a word that is no ``Every``.
    """
    if every not in ("day", "month", "all"):
        raise ValueError(f"every is day, month or all, not {every!r}")
    start = first
    while start <= last:
        end = last
        if every == "day":
            end = start
        elif every == "month":
            end = min(last, start.replace(day=monthrange(start.year, start.month)[1]))
        yield Period(start, end)
        if end == last:
            # The calendar itself ends in the year 9999: no day follows the last one.
            return
        start = end + _DAY


def _eve(day: datetime.date) -> datetime.date:
    """The day before; the calendar's first day has none and stands for itself."""
    return day - _DAY if day > datetime.date.min else day


def slices(
    account: Account,
    entries: Sequence[Entry],
    opening: Money,
    first: datetime.date,
    last: datetime.date,
    every: Every = "all",
    *,
    empty: bool = True,
) -> Iterator[Statement]:
    """One statement for each period from ``first`` to ``last``.

    ``entries`` are in booking order; ``opening`` is the balance before the first of them. Entries before the range
    count towards the first opening, those after it are left out. ``empty=False`` leaves out periods without an entry.
    """
    at = bisect_left(entries, first, key=_BOOKED)
    balance = opening.minor + sum(entry.amount.minor for entry in entries[:at])
    for period in periods(first, last, every):
        end = bisect_right(entries, period.last, lo=at, key=_BOOKED)
        inside = tuple(entries[at:end])
        closing = balance + sum([entry.amount.minor for entry in inside])
        if inside or empty:
            yield Statement(
                account,
                Balance(Money(balance, opening.currency), _eve(period.first)),
                Balance(Money(closing, opening.currency), period.last),
                inside,
            )
        balance = closing
        at = end
