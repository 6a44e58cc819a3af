"""Money: exact minor units, whatever the currency and the host program's decimal context."""

from __future__ import annotations

import decimal
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.model.money import CURRENCIES, Money, exponent

CURRENCY = st.sampled_from(sorted(CURRENCIES))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250.50", "EUR", 125050),
        ("-0.01", "EUR", -1),
        ("+7", "EUR", 700),
        ("10.", "EUR", 1000),
        ("5.1", "EUR", 510),
        ("314001", "XPF", 314001),
        ("45.215", "TND", 45215),
        ("1.2300", "EUR", 123),
        ("999999999999.99", "EUR", 99_999_999_999_999),
        ("3.5", "XXX", 350),
    ],
)
def test_parse_reads_plain_decimals(text: str, currency: str, minor: int) -> None:
    """A plain decimal text gives its whole minor units; zeros beyond the minor unit are no loss."""
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("text", ["", ".5", "1,5", "1e5", "NaN", "1 000", "--1", "0.001", "١", "1.2.3", "12a"])
def test_parse_refuses_what_is_no_exact_amount(text: str) -> None:
    """Exponents, grouping, other digits and a third decimal are refused, never rounded."""
    with pytest.raises(ValueError, match="decimal"):
        Money.parse(text, "EUR")


@given(st.integers(-(10**16), 10**16), CURRENCY)
def test_text_and_decimal_come_back(minor: int, currency: str) -> None:
    """`text` and `decimal` say the same amount, and `text` reads back."""
    money = Money(minor, currency)
    assert Money.parse(money.text, currency) == money
    assert money.decimal == Decimal(money.text)
    assert -money.decimal.as_tuple().exponent == exponent(currency)  # type: ignore[operator]


def test_decimal_ignores_the_context() -> None:
    """A host program with a precision of three digits still gets every digit."""
    with decimal.localcontext() as context:
        context.prec = 3
        context.traps[decimal.Inexact] = True
        assert str(Money(99_999_999_999_999, "EUR").decimal) == "999999999999.99"


def test_zero_has_no_sign() -> None:
    """Nothing is nothing, in every currency: never a negative zero."""
    assert [str(Money(0, currency).decimal) for currency in ("EUR", "JPY", "TND")] == ["0.00", "0", "0.000"]
    assert [Money(0, currency).text for currency in ("EUR", "JPY", "TND")] == ["0.00", "0", "0.000"]


def test_arithmetic_keeps_currencies_apart() -> None:
    """Sums and differences are exact; two currencies never mix."""
    assert Money(5, "EUR") + Money(-7, "EUR") == Money(-2, "EUR")
    assert Money(5, "EUR") - Money(7, "EUR") == -Money(2, "EUR")
    with pytest.raises(ValueError, match="cannot add USD to EUR"):
        Money(1, "EUR") + Money(1, "USD")


def test_every_two_decimal_cent_is_exact() -> None:
    """The values that `int(amount * 100)` gets wrong are right: all of 0.01 to 10,000.00."""
    for cents in range(1, 1_000_001, 7):
        assert Money.parse(f"{cents // 100}.{cents % 100:02}", "EUR").minor == cents
    assert [Money.parse(text, "EUR").minor for text in ("0.29", "0.57", "0.58", "1.13")] == [29, 57, 58, 113]


def test_currencies_have_known_exponents() -> None:
    """The minor unit of a currency is 0, 2, 3 or 4 digits; an unknown one counts as hundredths."""
    assert {exponent(currency) for currency in CURRENCIES} == {0, 2, 3, 4}
    assert (exponent("JPY"), exponent("EUR"), exponent("BHD"), exponent("CLF"), exponent("???")) == (0, 2, 3, 4, 2)


def test_currencies_are_those_of_iso_4217() -> None:
    """165 codes of three capitals; metals, drawing rights and codes for tests have no minor unit and are left out."""
    assert len(CURRENCIES) == 165
    assert all(re.fullmatch("[A-Z]{3}", code) for code in CURRENCIES)
    assert not CURRENCIES & {"XAU", "XAG", "XDR", "XTS", "XXX"}
    units = {places: {code for code in CURRENCIES if exponent(code) == places} for places in (0, 3, 4)}
    assert units[0] == set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
    assert units[3] == set("BHD IQD JOD KWD LYD OMR TND".split())
    assert units[4] == {"CLF", "UYW"}
