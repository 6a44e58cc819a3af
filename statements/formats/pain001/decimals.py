"""Exact decimal sums for totals: any number of decimals, no float, no decimal context.

A value is a whole number of units of ``10 ** -scale``; trailing zeros do not matter, so ``150.30`` equals ``150.3000``.

    >>> exact("100.101").plus(exact("50.2")).text
    '150.301'
    >>> exact("150.3000") == exact("+150.3"), exact("1E3") is None
    (True, True)
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from statements.wire.charset import clean

MAX_DIGITS = 40
"""Longer numbers than any schema allows, before and after the point, are no amounts."""

# xs:decimal with its surrounding blanks.
_DECIMAL = re.compile(
    rf"[ \t\r\n]*([+-]?)([0-9]{{0,{MAX_DIGITS}}})(?:\.([0-9]{{0,{MAX_DIGITS}}}))?[ \t\r\n]*", re.ASCII
)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]{1,2})?", re.ASCII)


class Exact(msgspec.Struct, frozen=True):
    """``units`` of ``10 ** -scale``, in lowest form: the last decimal is never a zero."""

    units: int = 0
    scale: int = 0

    @classmethod
    def of(cls, units: int, scale: int) -> Exact:
        """The value in lowest form."""
        while scale and units % 10 == 0:
            units //= 10
            scale -= 1
        return cls(units, scale)

    def plus(self, other: Exact) -> Exact:
        """The exact sum."""
        scale = max(self.scale, other.scale)
        return Exact.of(self.at(scale) + other.at(scale), scale)

    def at(self, scale: int) -> int:
        """The units at a larger scale."""
        return int(self.units * 10 ** (scale - self.scale))

    def above(self, other: Exact) -> bool:
        """True when this value is greater."""
        scale = max(self.scale, other.scale)
        return self.at(scale) > other.at(scale)

    @property
    def cents(self) -> int | None:
        """Whole hundredths, or ``None`` when the value has more decimals."""
        return self.at(2) if self.scale <= 2 else None

    @property
    def text(self) -> str:
        """Plain digits with at least two decimals: ``150.30``."""
        scale = max(self.scale, 2)
        digits = str(abs(self.at(scale))).rjust(scale + 1, "0")
        return f"{'-' if self.units < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"


ZERO = Exact()


@lru_cache(maxsize=1_024)
def exact(text: str | None) -> Exact | None:
    """The value of an xs:decimal text; ``None`` for anything else."""
    match = _DECIMAL.fullmatch(text) if text is not None else None
    if match is None or not (match[2] or match[3]):
        return None
    fraction = (match[3] or "").rstrip("0")
    units = int(match[2] + fraction or "0")
    return Exact.of(-units if match[1] == "-" else units, len(fraction))


def spelled(text: str | None) -> str | None:
    """An amount that is no number as it stands, in digits and a point; ``None`` where that is not the only reading.

    One comma for the point, blanks, and signs that do not show are only another spelling.

        >>> spelled("1 200,00"), spelled("+50,5"), spelled("1.200,00"), spelled("12OO.00"), spelled("7.00")
        ('1200.00', '50.5', None, None, None)
    """
    if text and _ONE_COMMA.fullmatch(text):
        return text.replace(",", ".")
    if not text or len(text) > _LONGEST or exact(text) is not None:
        return None
    bare = _BLANKS.sub("", clean(text)).lstrip("+")
    if exact(bare) is not None:
        return bare
    return bare.replace(",", ".") if _ONE_COMMA.fullmatch(bare) else None


_LONGEST = 64
_ONE_COMMA = re.compile(r"[0-9]{1,15},[0-9]{1,2}", re.ASCII)
_BLANKS = re.compile("[ \t\r\n\u00a0\u2007\u202f]+")


def is_plain(text: str) -> bool:
    """True for digits, and a point with one or two decimals at most: the usual way to write an amount.

    >>> is_plain("150.30"), is_plain("+150.30"), is_plain("5."), is_plain("100.100")
    (True, False, False, False)
    """
    return _PLAIN.fullmatch(text) is not None
