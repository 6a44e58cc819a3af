"""IBAN and RIB: form, structure, check digits, and the French key.

Sources: ISO 13616 and the SWIFT IBAN registry (``data/iban_structures.tsv``); the French *relevé d'identité
bancaire* of bank 5, branch 5, account 11, key 2, which Monaco shares. Everything is strict ASCII: no blanks,
no lower case, no look-alike letters.

>>> iban_fault("FR7616958000011234567890177") is None
True
>>> iban_fault("FR7616958000011234567890178")
'check_digits'
>>> rib("FR7616958000011234567890177")
Rib(bank='16958', branch='00001', account='12345678901', key='77')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

import msgspec

from statements.reference.tables import table

IbanFault = Literal["form", "country", "length", "structure", "check_digits"]


class IbanStructure(msgspec.Struct, frozen=True):
    """One country of the table. ``status``: ``registry``, ``territory`` (uses another prefix) or ``unofficial``."""

    country: str
    name: str
    length: int
    bban: str
    status: str


class Rib(msgspec.Struct, frozen=True):
    """A French or Monegasque account: bank (5 digits), branch (5 digits), account (11 characters), key (2 digits)."""

    bank: str
    branch: str
    account: str
    key: str


_FORM = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", re.ASCII)
_RIB = re.compile(r"(?:FR|MC)[0-9]{2}([0-9]{5})([0-9]{5})([A-Z0-9]{11})([0-9]{2})", re.ASCII)
_CLASSES = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
_PART = re.compile(r"([0-9]+)!([nac])")

# A = 10 … Z = 35 (ISO 7064, MOD 97-10).
_NUMBERS = {ord(letter): str(number) for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}
# A J = 1, B K S = 2, C L T = 3 … I R Z = 9 (the French table: the row of S starts at 2).
_RIB_DIGITS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")


@lru_cache(maxsize=1)
def iban_structures() -> Mapping[str, IbanStructure]:
    """The structures by country code, the unofficial ones and the territories included."""
    return {
        row["country"]: IbanStructure(
            row["country"], row["name_en"], int(row["iban_length"]), row["bban_structure"], row["status"]
        )
        for row in table("iban_structures")
    }


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """A whole IBAN of each country whose structure is binding: what matches needs its check digits tested only."""
    return {
        code: re.compile(
            f"{code}[0-9]{{2}}" + "".join(f"{_CLASSES[kind]}{{{count}}}" for count, kind in _PART.findall(row.bban)),
            re.ASCII,
        )
        for code, row in iban_structures().items()
        if row.status != "unofficial"
    }


def _remainder(country: str, bban: str, digits: str) -> int:
    tail = country.translate(_NUMBERS) + digits
    return int((bban if bban.isdigit() else bban.translate(_NUMBERS)) + tail) % 97


@lru_cache(maxsize=16_384)
def iban_fault(text: str) -> IbanFault | None:
    """The first thing wrong with an IBAN, or ``None``.

    ``form``: not two capitals, two digits and up to 30 capitals or digits. ``country``: no country of the table.
    ``length`` and ``structure``: not what the registry says of the country; not tested for the countries whose
    layout is unofficial, so that no good IBAN is refused. ``check_digits``: the remainder by 97 is not 1, or the
    digits are 00, 01 or 99, which the formula never gives.
    """
    country = text[:2]
    pattern = _patterns().get(country)
    if pattern is None or pattern.fullmatch(text) is None:
        fault = _shape_fault(text)
        if fault is not None:
            return fault
    digits = text[2:4]
    if _remainder(country, text[4:], digits) != 1 or digits in ("00", "01", "99"):
        return "check_digits"
    return None


def _shape_fault(text: str) -> IbanFault | None:
    """The fault of an IBAN that no pattern of a country matches; ``None`` for a country without a binding structure."""
    if _FORM.fullmatch(text) is None:
        return "form"
    structure = iban_structures().get(text[:2])
    if structure is None:
        return "country"
    if structure.status == "unofficial":
        return None
    return "structure" if len(text) == structure.length else "length"


def is_iban(text: str) -> bool:
    """True for an IBAN without any fault, in capitals and without blanks."""
    return iban_fault(text) is None


def check_digits(country: str, bban: str) -> str:
    """The two check digits of a BBAN: ``98 - (BBAN · country · 00 mod 97)``.

    Raises ``ValueError`` when country or BBAN hold anything but ASCII capitals and digits.

    >>> check_digits("FR", "16958000011234567890177")
    '76'
    """
    if _FORM.fullmatch(f"{country}00{bban}") is None:
        raise ValueError(f"{country!r} and {bban!r} are not a country code and a BBAN in capitals and digits")
    return f"{98 - _remainder(country, bban, '00'):02d}"


def rib_key(bank: str, branch: str, account: str) -> str:
    """The French key: ``97 - ((89 x bank + 15 x branch + 3 x account) mod 97)``, two digits 01-97.

    Raises ``ValueError`` unless the parts are 5 digits, 5 digits and 11 capitals or digits.

    >>> rib_key("20041", "01005", "0500013M026")
    '06'
    """
    if _RIB.fullmatch(f"FR00{bank}{branch}{account}00") is None or len(bank) != 5 or len(branch) != 5:
        raise ValueError(f"{bank!r} {branch!r} {account!r} is not a bank, a branch and an account of 5, 5 and 11")
    number = int(account.translate(_RIB_DIGITS))
    return f"{97 - (89 * int(bank) + 15 * int(branch) + 3 * number) % 97:02d}"


@lru_cache(maxsize=16_384)
def rib(iban: str) -> Rib | None:
    """The parts of an FR or MC IBAN of the right structure, whatever its check digits; ``None`` for any other text."""
    match = _RIB.fullmatch(iban)
    return None if match is None else Rib(match[1], match[2], match[3], match[4])


def rib_fault(iban: str) -> bool:
    """True for an FR or MC IBAN whose RIB key is wrong; False for a right key and for any other text."""
    parts = rib(iban)
    return parts is not None and parts.key != rib_key(parts.bank, parts.branch, parts.account)


@lru_cache(maxsize=16_384)
def rib_iban(bank: str, branch: str, account: str, country: str = "FR") -> str:
    """The IBAN of a bank, branch and account, with key and check digits. Raises ``ValueError`` as :func:`rib_key`.

    >>> rib_iban("15589", "00000", "98765432100")
    'FR7615589000009876543210088'
    """
    bban = bank + branch + account + rib_key(bank, branch, account)
    return country + check_digits(country, bban) + bban
