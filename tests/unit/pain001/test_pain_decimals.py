"""Exact sums: no rounding, no float, however many decimals."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.pain001.decimals import MAX_DIGITS, ZERO, Exact, exact, is_plain

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=5, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("150.30", "150.30"),
        ("150.3000", "150.30"),
        ("+1.5", "1.50"),
        (" 7 ", "7.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("-0.01", "-0.01"),
        ("98529.8699999", "98529.8699999"),
        ("0.12345678901234567", "0.12345678901234567"),
        ("-0", "0.00"),
    ],
)
def test_readable(text: str, value: str) -> None:
    """Every way in which xs:decimal writes a number."""
    found = exact(text)
    assert found is not None
    assert found.text == value


@pytest.mark.parametrize("text", [None, "", " ", ".", "+", "1,5", "1E3", "NaN", "INF", "1 000", "--1", "٣", "1" * 41])
def test_unreadable(text: str | None) -> None:
    """What is no xs:decimal, or longer than any amount, has no value."""
    assert exact(text) is None
    assert MAX_DIGITS == 40


@given(st.lists(AMOUNTS))
def test_sums_are_those_of_decimal(amounts: list[Decimal]) -> None:
    """The sum equals the one in unlimited decimal arithmetic."""
    total = ZERO
    for amount in amounts:
        value = exact(f"{amount:f}")
        assert value is not None
        total = total.plus(value)
    with localcontext() as context:
        context.prec = 60
        assert Decimal(total.text) == sum(amounts, Decimal(0))


@given(AMOUNTS, AMOUNTS)
def test_above_is_greater(one: Decimal, other: Decimal) -> None:
    """``above`` is ``>`` and equality is that of the numbers."""
    first, second = exact(f"{one:f}"), exact(f"{other:f}")
    assert first is not None
    assert second is not None
    assert first.above(second) == (one > other)
    assert (first == second) == (one == other)


def test_cents() -> None:
    """Whole hundredths, or none."""
    assert (Exact.of(150, 1).cents, Exact.of(1, 0).cents, Exact.of(1, 3).cents) == (1500, 100, None)


@pytest.mark.parametrize(
    ("text", "plain"),
    [(text, True) for text in ("150.30", "150", "150.3", "0.00")]
    + [(text, False) for text in ("150.300", "+1.50", " 1.50", ".50", "5.", "-1.00", "1.50\n")],
)
def test_plain(text: str, plain: bool) -> None:
    """Digits, a point, one or two decimals."""
    assert is_plain(text) is plain
