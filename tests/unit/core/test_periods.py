"""How entries become statements of days, months or one stretch."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.model.account import Account
from statements.model.money import Money
from statements.model.periods import periods, slices
from statements.model.statement import Balance, Entry

ACCOUNT = Account("FR7616958000011234567890177", "EUR")
NEW_YEAR = date(2026, 1, 1)
DAYS = st.integers(0, 70).map(lambda days: NEW_YEAR + timedelta(days=days))


def entry(day: date, cents: int) -> Entry:
    """An entry with a day and an amount."""
    return Entry(day, Money(cents, "EUR"))


ENTRIES = st.lists(st.builds(entry, DAYS, st.integers(-500, 500)), max_size=20).map(
    lambda entries: sorted(entries, key=lambda item: item.booking_date)
)
EVERY = st.sampled_from(["day", "month", "all"])


@given(DAYS, DAYS, EVERY)
def test_periods_cover_the_range_once(first: date, last: date, every: str) -> None:
    """Periods follow one another without gap or overlap, from the first day to the last, and a month never mixes."""
    made = list(periods(first, last, every))
    if last < first:
        assert made == []
        return
    assert (made[0].first, made[-1].last) == (first, last)
    for before, after in pairwise(made):
        assert after.first == before.last + timedelta(days=1)
    if every == "month":
        assert all((period.first.year, period.first.month) == (period.last.year, period.last.month) for period in made)
        assert len(made) == (last.year - first.year) * 12 + last.month - first.month + 1
    assert len(made) == {"day": (last - first).days + 1, "all": 1}.get(every, len(made))


@given(ENTRIES, DAYS, DAYS, EVERY, st.booleans())
def test_statements_chain(entries: list[Entry], first: date, last: date, every: str, empty: bool) -> None:
    """Each statement sums up, the next opens where it closed; entries before the range count, later ones never."""
    made = list(slices(ACCOUNT, entries, Money(1_000, "EUR"), first, last, every, empty=empty))  # type: ignore[arg-type]
    inside = [item for item in entries if first <= item.booking_date <= last]
    assert [item for statement in made for item in statement.entries] == inside
    for statement in made:
        assert statement.opening is not None
        assert statement.closing is not None
        total = sum(item.amount.minor for item in statement.entries)
        assert statement.opening.amount.minor + total == statement.closing.amount.minor
        assert all(statement.opening.date < item.booking_date <= statement.closing.date for item in statement.entries)
        assert empty or statement.entries
    for before, after in pairwise(made):
        assert before.closing is not None
        assert after.opening is not None
        assert before.closing.amount == after.opening.amount
        assert not empty or before.closing.date == after.opening.date
    if made and empty:
        before_range = sum(item.amount.minor for item in entries if item.booking_date < first)
        assert made[0].opening == Balance(Money(1_000 + before_range, "EUR"), first - timedelta(days=1))


def test_unknown_period_is_misuse() -> None:
    """A word that is no period raises, it is not taken for the whole range."""
    with pytest.raises(ValueError, match="day, month or all"):
        list(periods(NEW_YEAR, NEW_YEAR, "week"))  # type: ignore[arg-type]


@pytest.mark.parametrize(("every", "count"), [("day", 32), ("month", 2), ("all", 1)])
def test_periods_reach_the_end_of_the_calendar(every: str, count: int) -> None:
    """31 December 9999 has no day after it: the last period simply ends there."""
    made = list(periods(date(9999, 11, 30), date.max, every))  # type: ignore[arg-type]
    assert (len(made), made[-1].last) == (count, date.max)


def test_statements_at_both_ends_of_the_calendar() -> None:
    """The widest range there is gives one statement and no overflow."""
    (made,) = slices(ACCOUNT, [entry(NEW_YEAR, 100)], Money(0, "EUR"), date.min, date.max)
    assert made.opening == Balance(Money(0, "EUR"), date.min)
    assert made.closing == Balance(Money(100, "EUR"), date.max)
