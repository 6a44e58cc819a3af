"""TARGET days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from statements.reference.target import closing_days, is_target_day, next_target_day


def test_closing_days_of_2026() -> None:
    """The six named days, whatever day of the week they are."""
    assert sorted(closing_days(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 11, 23), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 7, 14), True),
        (date(2024, 12, 31), True),
        (date(2001, 12, 31), False),
    ],
)
def test_is_target_day(day: date, open_: bool) -> None:
    """Week-ends are closed, national holidays are open."""
    assert is_target_day(day) is open_


def test_next_target_day() -> None:
    """Easter and Christmas make the longest gaps; an open day is its own next one."""
    assert next_target_day(date(2026, 4, 3)) == date(2026, 4, 7)
    assert next_target_day(date(2026, 12, 24)) == date(2026, 12, 24)


def test_against_the_holidays_package() -> None:
    """Every day from 2000 to 2040 is open or closed as the package of holidays says for the ECB."""
    import holidays

    calendar = holidays.financial_holidays("ECB", years=range(2000, 2041))
    day, end = date(2000, 1, 1), date(2041, 1, 1)
    while day < end:
        assert is_target_day(day) is (day.weekday() < 5 and day not in calendar), day
        day += timedelta(days=1)
