"""What the information of record 05 says: inner zones of a qualifier, foreign amounts with their rate, fees.

>>> read_foreign("USD200000000001083" + "04" + "00000010830")
Foreign(currency='USD', minor=1083, rate='1.0830', one_digit_rate=False)
>>> read_foreign("USD000000000008358" + "300000001077").minor
835800
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from statements.formats.cfonb120.overpunch import GREATEST
from statements.model.money import Money, exponent

FOREIGN = frozenset({"MMO", "FEE"})
"""The qualifiers whose information begins with a currency and an amount."""


class Foreign(msgspec.Struct, frozen=True):
    """A decoded MMO or FEE: ``minor`` in minor units of ISO 4217, ``rate`` as exact decimal text."""

    currency: str
    minor: int
    rate: str | None = None
    one_digit_rate: bool = False


# Currency, decimals, 14 unsigned digits, then the 13 characters of the rate.
_FOREIGN = re.compile(r"([A-Z]{3})([0-9])([0-9]{14})(.{13})", re.ASCII | re.DOTALL)
_TWO_DIGIT_SCALE = re.compile(r"([0-9]{2})([0-9]{11})", re.ASCII)
_ONE_DIGIT_SCALE = re.compile(r"([0-9])([0-9]{11}) ", re.ASCII)
_GREATEST_RATE_SCALE = 11


@lru_cache(maxsize=4_096)
def read_foreign(information: str, *, rate: bool = True) -> Foreign | None:
    """The amount of an MMO (or, without ``rate``, of a FEE); ``None`` when it cannot be decoded.

    The rate has two layouts in real use: scale 2 digits + 11 (the norm), or 1 + 11 and a blank. An amount with more
    decimals than its currency knows is not decoded either, unless they are zeros.
    """
    match = _FOREIGN.match(information.ljust(70))
    if match is None:
        return None
    currency, decimals, digits, rest = match.groups()
    minor = rescale(int(digits), int(decimals), currency)
    if minor is None:
        return None
    if not rate:
        return Foreign(currency, minor)
    if rest.isspace():
        return Foreign(currency, minor)
    scaled = _TWO_DIGIT_SCALE.fullmatch(rest)
    one_digit = scaled is None
    if scaled is None:
        scaled = _ONE_DIGIT_SCALE.fullmatch(rest)
        if scaled is None:
            return None
    scale = int(scaled[1])
    if scale > _GREATEST_RATE_SCALE:
        return None
    return Foreign(currency, minor, _decimal_text(scaled[2], scale), one_digit)


def rescale(amount: int, decimals: int, currency: str) -> int | None:
    """An amount with ``decimals`` decimals in minor units of its currency; ``None`` when it does not fit exactly.

    >>> rescale(1250, 3, "EUR"), rescale(1255, 3, "EUR"), rescale(7, 0, "EUR")
    (125, None, 700)
    """
    places = exponent(currency)
    if decimals <= places:
        return amount * int("1" + "0" * (places - decimals))
    minor, excess = divmod(abs(amount), int("1" + "0" * (decimals - places)))
    if excess:
        return None
    return -minor if amount < 0 else minor


def _decimal_text(digits: str, scale: int) -> str:
    whole = digits[: len(digits) - scale].lstrip("0") or "0"
    return f"{whole}.{digits[len(digits) - scale :]}" if scale else whole


_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_RATE = re.compile(r"([0-9]+)(?:\.([0-9]+))?", re.ASCII)


def write_foreign(amount: Money, rate: str | None) -> str | None:
    """The information of an MMO; ``None`` for an amount above 14 digits or no ISO currency code.

    >>> write_foreign(Money(1083, "USD"), "1.0830")
    'USD2000000000010830400000010830'
    """
    if not 0 <= amount.minor <= GREATEST or _CURRENCY.fullmatch(amount.currency) is None:
        return None
    return f"{amount.currency}{exponent(amount.currency)}{amount.minor:014d}{write_rate(rate) or ''}"


def write_rate(rate: str | None) -> str | None:
    """A rate as 2 digits of scale and 11 digits; ``None`` when there is none or it does not fit exactly."""
    match = _RATE.fullmatch(rate or "")
    if match is None:
        return None
    decimals = match[2] or ""
    digits = (match[1] + decimals).lstrip("0")
    if len(digits) > 11 or len(decimals) > _GREATEST_RATE_SCALE:
        return None
    return f"{len(decimals):02d}{digits:0>11}"


def as_the_norm(name: str, information: str) -> bool:
    """Whether a foreign amount can be read in the layout of the norm."""
    foreign = read_foreign(information, rate=name == "MMO")
    return foreign is not None and not foreign.one_digit_rate
