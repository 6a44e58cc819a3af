"""Six-digit dates, centuries, month ends and local days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from statements.wire.dates import ddmmyy, local_day, month_end, to_ddmmyy, to_yymmdd, yymmdd

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = datetime(2000, 1, 1), datetime(2060, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone


@given(st.dates(date(1980, 1, 1), date(2079, 12, 31)))
def test_yymmdd_round_trip(day: date) -> None:
    """Every day of the MT940 window survives writing and reading."""
    assert yymmdd(to_yymmdd(day)) == day


@given(st.dates(date(1961, 1, 1), date(2060, 12, 31)))
def test_ddmmyy_round_trip(day: date) -> None:
    """Every day of the CFONB window survives writing and reading."""
    assert ddmmyy(to_ddmmyy(day)) == day


def test_century_windows() -> None:
    """The century turns where the two standards' readers turn it."""
    assert yymmdd("800101") == date(1980, 1, 1)
    assert yymmdd("791231") == date(2079, 12, 31)
    assert ddmmyy("010161") == date(1961, 1, 1)
    assert ddmmyy("311260") == date(2060, 12, 31)


@pytest.mark.parametrize(
    "text",
    ["", "26093", "2609300", "260230", "261301", "26 930", "２６０９３０", "+60930", "26093a", "260900", "²60930"],
)
def test_no_day(text: str) -> None:
    """What is not six ASCII digits of a real day is ``None``, never an exception."""
    assert yymmdd(text) is None
    assert ddmmyy(text[4:] + text[2:4] + text[:2]) is None


def test_leap_days() -> None:
    """29 February exists in leap years only."""
    assert yymmdd("280229") == date(2028, 2, 29)
    assert yymmdd("270229") is None
    assert ddmmyy("290200") == date(2000, 2, 29)


def test_a_century_that_two_digits_cannot_say() -> None:
    """Writing a day outside the window raises instead of moving it a hundred years."""
    for day in (date(1960, 12, 31), date(2061, 1, 1)):
        with pytest.raises(ValueError, match=day.isoformat()):
            to_ddmmyy(day)
    for day in (date(1979, 12, 31), date(2080, 1, 1)):
        with pytest.raises(ValueError, match=day.isoformat()):
            to_yymmdd(day)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_month_end(day: date) -> None:
    """The last day of the month agrees with dateutil."""
    assert month_end(day) == day + relativedelta(day=31)


@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)))
def test_local_day(instant: datetime) -> None:
    """The local day is the date of the wall clock in that zone, whatever zone the instant was written in."""
    assert local_day(instant, PARIS) == instant.astimezone(PARIS).date()
    assert local_day(instant.astimezone(ZoneInfo("Asia/Tokyo")), PARIS) == local_day(instant, PARIS)


def test_local_day_at_the_month_end() -> None:
    """22:30 UTC on 31 August is 1 September in Paris; an instant without a zone is misuse."""
    instant = datetime(2026, 8, 31, 22, 30, tzinfo=UTC)
    assert local_day(instant, PARIS) == date(2026, 9, 1)
    assert local_day(instant - timedelta(hours=1), PARIS) == date(2026, 8, 31)
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 8, 31), PARIS)  # noqa: DTZ001
