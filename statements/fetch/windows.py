"""Stretches of time that are asked for at once: months, never over a new year, and smaller where a month is long.

>>> from datetime import datetime, UTC
>>> spans = months(datetime(2025, 12, 20, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC))
>>> [span.asked() for span in spans][0]
('2025-12-19T23:59:59.000Z', '2025-12-31T23:59:59.999Z')
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence

import msgspec

_SECOND = datetime.timedelta(seconds=1)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_DAY = datetime.timedelta(days=1)


class Span(msgspec.Struct, frozen=True, order=True):
    """Instants from ``since`` to just before ``until``, both in UTC."""

    since: datetime.datetime
    until: datetime.datetime

    def asked(self) -> tuple[str, str]:
        """The bounds that are sent: a second wider on each side, but never over a new year.

        Whether the bank counts the bounds in is not documented, and a range over 31 December was refused.
        """
        low, high = self.since - _SECOND, self.until + _SECOND
        year = datetime.datetime(self.since.year, 1, 1, tzinfo=datetime.UTC)
        following = datetime.datetime(self.since.year + 1, 1, 1, tzinfo=datetime.UTC)
        return stamp(max(low, year)), stamp(min(high, following - _MILLISECOND))

    def halves(self) -> tuple[Span, Span] | None:
        """The span cut at the midnight nearest its middle; ``None`` when it is no longer than a day."""
        middle = self.since + (self.until - self.since) / 2
        midnight = middle.replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight <= self.since:
            midnight += _DAY
        if not self.since < midnight < self.until or self.until - self.since <= _DAY:
            return None
        return Span(self.since, midnight), Span(midnight, self.until)

    def holds(self, instant: datetime.datetime) -> bool:
        """Whether an instant lies in the span."""
        return self.since <= instant < self.until


def stamp(instant: datetime.datetime) -> str:
    """An instant as the API takes it.

    >>> stamp(datetime.datetime(2026, 9, 1, 8, tzinfo=datetime.UTC))
    '2026-09-01T08:00:00.000Z'
    """
    return instant.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


def months(since: datetime.datetime, until: datetime.datetime) -> Iterator[Span]:
    """The calendar months of a stretch, in UTC, the first and the last cut to it.

    A local midnight is a few hours off: those hours go with the month behind them, if no new year lies between.
    """
    start = since
    while start < until:
        following = _next_month(start)
        if following - start < _DAY and following.month != 1:
            following = _next_month(following)
        end = min(following, until)
        yield Span(start, end)
        start = end


def _next_month(instant: datetime.datetime) -> datetime.datetime:
    return (instant.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + 32 * _DAY).replace(day=1)


def years(since: datetime.datetime, until: datetime.datetime) -> Iterator[Span]:
    """The calendar years of a stretch, in UTC, the first and the last cut to it."""
    start = since
    while start < until:
        end = min(datetime.datetime(start.year + 1, 1, 1, tzinfo=datetime.UTC), until)
        yield Span(start, end)
        start = end


def gaps(span: Span, done: Iterable[Span]) -> list[Span]:
    """What of a span is covered by none of the others."""
    found = []
    start = span.since
    for other in sorted(done):
        if other.until <= start or other.since >= span.until:
            continue
        if other.since > start:
            found.append(Span(start, other.since))
        start = other.until
    if start < span.until:
        found.append(Span(start, span.until))
    return found


def joined(spans: Sequence[Span]) -> list[Span]:
    """Touching and overlapping spans made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.since <= found[-1].until:
            found[-1] = Span(found[-1].since, max(found[-1].until, span.until))
        else:
            found.append(span)
    return found
