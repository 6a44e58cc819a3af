"""The stepped line of booked balances: a balance holds until the next booking, so nothing is smoothed.

The picture is drawn on a grid of whole numbers that the page stretches to its width.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from statements.model.money import Money

WIDTH, HEIGHT = 1000, 200


class BalanceLine(msgspec.Struct, frozen=True, kw_only=True):
    """The path on a grid of :data:`WIDTH` times :data:`HEIGHT`, its marks, and the three values of the axis."""

    path: str
    zero: int | None
    """Height of the zero line, where the balance crosses it."""
    highest: tuple[int, int]
    lowest: tuple[int, int]
    top: Money
    middle: Money
    bottom: Money
    highest_day: datetime.date
    lowest_day: datetime.date
    first: datetime.date
    last: datetime.date


def balance_line(
    opening: Money,
    balances: Sequence[tuple[datetime.date, Money]],
    first: datetime.date,
    last: datetime.date,
) -> BalanceLine | None:
    """The line from the opening balance over the balance of each booked day, in order; ``None`` without a booking.

    >>> days = [(datetime.date(2026, 9, 2), Money(50, "EUR")), (datetime.date(2026, 9, 4), Money(150, "EUR"))]
    >>> balance_line(Money(100, "EUR"), days, datetime.date(2026, 9, 1), datetime.date(2026, 9, 4)).path
    'M0 100H250V200H750V0H1000'
    """
    if not balances:
        return None
    first, last = min(first, balances[0][0]), max(last, balances[-1][0])
    days = (last - first).days + 1
    values = [opening.minor, *(balance.minor for _, balance in balances)]
    low, high = min(values), max(values)

    def height(minor: int) -> int:
        return HEIGHT // 2 if high == low else HEIGHT - (minor - low) * HEIGHT // (high - low)

    points = [(first, 0, opening.minor)]
    points += [(day, (day - first).days * WIDTH // days, balance.minor) for day, balance in balances]
    path = f"M0 {height(opening.minor)}" + "".join(f"H{x}V{height(minor)}" for _, x, minor in points[1:])
    top = next(point for point in points if point[2] == high)
    bottom = next(point for point in points if point[2] == low)
    return BalanceLine(
        path=f"{path}H{WIDTH}",
        zero=height(0) if low < 0 < high else None,
        highest=(top[1], height(high)),
        lowest=(bottom[1], height(low)),
        top=Money(high, opening.currency),
        middle=Money((high + low) // 2, opening.currency),
        bottom=Money(low, opening.currency),
        highest_day=top[0],
        lowest_day=bottom[0],
        first=first,
        last=last,
    )
