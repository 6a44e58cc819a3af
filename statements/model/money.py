"""Money as whole minor units of an ISO 4217 currency. No float, no rounding, no decimal context.

>>> Money.parse("1250.50", "EUR")
Money(minor=125050, currency='EUR')
>>> Money(-42, "JPY").text
'-42'
"""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec

# ISO 4217 (list of current currencies, 2026-01): the currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}

# ISO 4217 (same list): the others, all hundredths.
_HUNDREDTHS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
    "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
    "YER ZAR ZMW ZWG"
)

CURRENCIES = frozenset(_EXPONENTS) | frozenset(_HUNDREDTHS.split())
"""The currencies of ISO 4217 today."""

MOST_DIGITS = 30
"""Digits of the longest amount that is read. No format of a bank holds more than 18 (ISO 20022); a longer number is no
amount, and turning thousands of digits into a number and back takes time that grows with their square."""

_DECIMAL = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?", re.ASCII)


def exponent(currency: str) -> int:
    """Decimals of the minor unit: 2 for EUR, 0 for JPY, 3 for TND; 2 for a currency ISO 4217 does not know."""
    return _EXPONENTS.get(currency, 2)


class Money(msgspec.Struct, frozen=True, gc=False):
    """An exact amount: ``minor`` whole minor units of ``currency``; negative is money out (or a debit balance)."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> Money:
        """From a plain decimal text. Raises ``ValueError`` when it is none or says more than the minor unit can."""
        match = _DECIMAL.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no decimal number")
        sign, whole, fraction = match[1], match[2], match[3] or ""
        places = exponent(currency)
        if len(whole.lstrip("0")) + places > MOST_DIGITS:
            raise ValueError(f"an amount has at most {MOST_DIGITS} digits")
        if fraction[places:].strip("0"):
            raise ValueError(f"{text!r} has more than {places} decimals")
        minor = int(whole + fraction[:places].ljust(places, "0"))
        return cls(-minor if sign == "-" else minor, currency)

    @property
    def decimal(self) -> Decimal:
        """The exact ``Decimal``, whatever the host program's decimal context is."""
        digits = tuple(map(int, str(abs(self.minor))))
        return Decimal((1 if self.minor < 0 else 0, digits, -exponent(self.currency)))

    @property
    def text(self) -> str:
        """The amount with exactly the decimals of its currency, such as ``-1250.50``."""
        places = exponent(self.currency)
        digits = str(abs(self.minor)).rjust(places + 1, "0")
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits

    def __add__(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)
