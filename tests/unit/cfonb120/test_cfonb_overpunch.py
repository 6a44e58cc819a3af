"""The signed amount: every digit and sign, the limits, and what is no amount."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.cfonb120.overpunch import (
    CREDIT,
    DEBIT,
    DIGIT_AND_SIGN,
    FRENCH,
    GREATEST,
    decode,
    encode,
    fault,
    is_negative_zero,
)

# The examples of the norm: text and value in minor units of its decimals.
EXAMPLES = (
    ("0000000001000{", 10_000),
    ("0000000001904}", -19_040),
    ("0000000000023M", -234),
    ("0000000004521N", -45_215),
    ("0000000012505}", -125_050),
    ("0000000031400J", -314_001),
    ("9999999999999I", 99_999_999_999_999),
    ("0000000000000{", 0),
)


@pytest.mark.parametrize(("text", "minor"), EXAMPLES)
def test_examples_of_the_norm(text: str, minor: int) -> None:
    """Each example reads as its value and is written as its text."""
    assert decode(text) == minor
    assert encode(minor) == text


def test_every_sign_character() -> None:
    """The twenty characters stand for 0-9 with a sign, each for one pair only, in the order of the norm."""
    assert [DIGIT_AND_SIGN[char] for char in "{ABCDEFGHI"] == [(digit, 1) for digit in range(10)]
    assert [DIGIT_AND_SIGN[char] for char in "}JKLMNOPQR"] == [(digit, -1) for digit in range(10)]
    assert len(set(CREDIT + DEBIT)) == len(DIGIT_AND_SIGN) == 20


@given(st.integers(-GREATEST, GREATEST))
def test_every_amount_comes_back(minor: int) -> None:
    """Reading what was written gives the amount, in 14 characters."""
    text = encode(minor)
    assert len(text) == 14
    assert fault(text) is None
    assert decode(text) == minor


def test_negative_zero_is_read_and_never_written() -> None:
    """A negative zero is 0; zero is written with the credit sign."""
    assert decode("0000000000000}") == 0
    assert is_negative_zero("0000000000000}")
    assert not is_negative_zero("0000000000000{")
    assert encode(-0) == "0000000000000{"


@pytest.mark.parametrize("minor", [GREATEST + 1, -GREATEST - 1])
def test_more_than_fourteen_digits(minor: int) -> None:
    """An amount above 14 digits is refused, never cut."""
    with pytest.raises(ValueError, match="14 digits"):
        encode(minor)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("00000000O1000{", "digits"),
        ("             {", "digits"),
        ("000000000100{", "digits"),
        ("00000000001000{", "digits"),
        ("00000000010²0{", "digits"),
        ("00000000010005", "sign"),
        ("0000000001000é", "sign"),
        ("0000000001000a", "sign"),
        ("0000000001000 ", "sign"),
    ],
)
def test_what_is_no_amount(text: str, wrong: str) -> None:
    """Digits and sign are told apart, and nothing is guessed."""
    assert fault(text) == wrong
    with pytest.raises(ValueError, match=wrong):
        decode(text)


def test_french_letters() -> None:
    """The national variants stand for the braces, the small letters for the capitals."""
    assert (FRENCH["é"], FRENCH["è"]) == ("{", "}")
    assert {FRENCH[char] for char in "abcdefghijklmnopqr"} == set("ABCDEFGHIJKLMNOPQR")
    assert len(FRENCH) == 20
