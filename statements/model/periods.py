"""Days, months or one stretch: how the booked entries of an account become statements that chain without a gap.

>>> from datetime import date
>>> [period.first.isoformat() for period in periods(date(2026, 1, 30), date(2026, 3, 2), "month")]
['2026-01-30', '2026-02-01', '2026-03-01']
"""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
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
            next_month = datetime.date(start.year + start.month // 12, start.month % 12 + 1, 1)
            end = min(last, next_month - _DAY)
        yield Period(start, end)
        start = end + _DAY


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
                Balance(Money(balance, opening.currency), period.first - _DAY),
                Balance(Money(closing, opening.currency), period.last),
                inside,
            )
        balance = closing
        at = end


def reslice(
    statements: Sequence[Statement],
    every: Every,
    *,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    empty: bool = True,
) -> Iterator[Statement]:
    """Statements of any source cut into other periods.

    Statements of one account that follow one another (the closing of one is the opening of the next) are joined first;
    where they do not, each stretch is cut by itself, so that no balance is ever invented. A statement without both
    balances, or whose balances do not add up, comes out as it is. A range wider than the data is cut to the data.
    """
    for run in _runs(statements):
        head, tail = run[0], run[-1]
        if not _sums(head) or head.opening is None or tail.closing is None:
            yield from run
            continue
        entries = sorted((entry for statement in run for entry in statement.entries), key=_BOOKED)
        first, last = head.opening.date + _DAY, tail.closing.date
        if entries:
            first, last = min(first, entries[0].booking_date), max(last, entries[-1].booking_date)
        elif last < first:
            first = last
        yield from slices(
            head.account,
            entries,
            head.opening.amount,
            first if since is None else max(first, since),
            last if until is None else min(last, until),
            every,
            empty=empty,
        )


def _sums(statement: Statement) -> bool:
    if statement.opening is None or statement.closing is None:
        return False
    currency = statement.opening.amount.currency
    if any(entry.amount.currency != currency for entry in statement.entries):
        return False
    total = sum(entry.amount.minor for entry in statement.entries)
    return (
        statement.closing.amount.currency == currency
        and statement.opening.amount.minor + total == statement.closing.amount.minor
    )


def _runs(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """The statements of each account, in order, parted where one does not continue the one before."""
    by_account: dict[tuple[str | None, str | None, str | None], list[Statement]] = {}
    for statement in statements:
        key = (statement.account.iban, statement.account.other, statement.currency)
        by_account.setdefault(key, []).append(statement)
    for group in by_account.values():
        run: list[Statement] = []
        for statement in sorted(group, key=_opened):
            if run and not _continues(run[-1], statement):
                yield run
                run = []
            run.append(statement)
        yield run


def _opened(statement: Statement) -> datetime.date:
    return datetime.date.min if statement.opening is None else statement.opening.date


def _continues(before: Statement, after: Statement) -> bool:
    return (
        _sums(before)
        and _sums(after)
        and before.closing is not None
        and after.opening is not None
        and before.closing.amount == after.opening.amount
        and before.closing.date <= after.opening.date
    )
