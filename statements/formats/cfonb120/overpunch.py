"""The signed amount of CFONB-120: 13 digits and one character that carries the last digit and the sign.

Credit, money in: ``{`` and ``A``-``I`` for 0-9. Debit: ``}`` and ``J``-``R``. 14 digits in all, so the greatest
amount is 99 999 999 999 999 minor units. The decimals stand elsewhere in the record (position 20).

Source: *Structure des fichiers ETEBAC*, 2004, footnotes on the signed zones.

>>> encode(-19040), encode(0), decode("0000000000023M")
('0000000001904}', '0000000000000{', -234)
"""

from __future__ import annotations

from typing import Literal

GREATEST = 99_999_999_999_999
"""The greatest amount, in minor units: 14 digits."""

CREDIT = "{ABCDEFGHI"
DEBIT = "}JKLMNOPQR"

DIGIT_AND_SIGN = {
    **{letter: (digit, 1) for digit, letter in enumerate(CREDIT)},
    **{letter: (digit, -1) for digit, letter in enumerate(DEBIT)},
}
"""Sign character -> units digit and factor (1 credit, -1 debit)."""

# The national variants of the brace bytes, and the small letters: read under `french-sign-letters` only.
FRENCH = {"é": "{", "è": "}", **{letter.lower(): letter for letter in (CREDIT + DEBIT)[1:] if letter.isalpha()}}

Fault = Literal["digits", "sign"]


def encode(minor: int) -> str:
    """14 characters for an amount in minor units; zero is a credit. Raises ``ValueError`` above 14 digits."""
    if minor < 0:
        minor = -minor
        text = str(minor // 10).zfill(13) + DEBIT[minor % 10]
    else:
        text = str(minor // 10).zfill(13) + CREDIT[minor % 10]
    if len(text) != 14:
        raise ValueError(f"{minor} has more than 14 digits")
    return text


def fault(text: str) -> Fault | None:
    """What is wrong with 14 characters: the 13 ``digits``, or the ``sign`` character; ``None`` when they are good."""
    digits = text[:13]
    if len(text) != 14 or not (digits.isascii() and digits.isdigit()):
        return "digits"
    return None if text[13] in DIGIT_AND_SIGN else "sign"


def decode(text: str) -> int:
    """The amount in minor units; a negative zero is 0. Raises ``ValueError`` for what :func:`fault` names."""
    wrong = fault(text)
    if wrong is not None:
        raise ValueError(f"{text!r} is no signed amount: {wrong}")
    unit, factor = DIGIT_AND_SIGN[text[13]]
    return factor * (int(text[:13]) * 10 + unit)


def is_negative_zero(text: str) -> bool:
    """True for ``0000000000000}``, which may be read and is never written.

    >>> is_negative_zero("0000000000000}"), is_negative_zero("0000000000001}")
    (True, False)
    """
    return text == "0000000000000}"
