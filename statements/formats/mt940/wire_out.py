"""What single values become on the wire: references, types, rates, original amounts. Writer and projection share it."""

from __future__ import annotations

import re
from functools import lru_cache

from statements.formats.mt940.to_model import original_amount
from statements.formats.mt940.numbers import amount_text
from statements.model.money import Money
from statements.reference.operations import cfonb_operations

AMOUNT_WIDTH = 15
DETAILS = ("RTRN", "ACCW", "PURP", "ULTD", "ULTC")
"""The details that have a word of their own in the text of an entry."""

CUT_AT_70 = ("NAME", "ULTD", "ULTC")
NAMES = {"payer": "/ORDP//NAME/", "beneficiary": "/BENM//NAME/", None: "/NAME/"}
NO_REFERENCE = frozenset(("NONREF", "EREF", "PREF", "MARF", "KREF+"))

_FITS = re.compile(r"[A-Za-z0-9\-?:().,'+](?:[A-Za-z0-9 /\-?:().,'+]{0,14}[A-Za-z0-9\-?:().,'+])?", re.ASCII)
_TYPE = re.compile(r"[SNF][A-Z0-9]{3}", re.ASCII)
_RATE = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)


@lru_cache(maxsize=8_192)
def reference_fits(text: str) -> bool:
    """Whether a reference can stand in ``:61:``: 1 to 16 of x, no blank or slash at the ends, no ``//``, no pointer.

    >>> reference_fits("CLI-0042"), reference_fits("A//B"), reference_fits("NONREF"), reference_fits("/1")
    (True, False, False, False)
    """
    return _FITS.fullmatch(text) is not None and "//" not in text and text not in NO_REFERENCE


@lru_cache(maxsize=1_024)
def written_type(swift: str | None, cfonb: str | None) -> str | None:
    """The four characters of subfield 6; ``None`` when neither code says one, or its form is unknown."""
    if swift is not None:
        # NONR and a reference EF would read as NONREF.
        return swift if _TYPE.fullmatch(swift) is not None and swift != "NONR" else None
    operation = cfonb_operations().get(cfonb or "")
    return f"N{operation.swift_type}" if operation is not None else None


def rate_text(rate: str) -> str | None:
    """A rate with its decimal comma, or ``None`` when it is no plain decimal."""
    return rate.replace(".", ",") if _RATE.fullmatch(rate) is not None else None


def original_text(amount: Money) -> str | None:
    """Currency and amount of ``/OCMT/``, or ``None`` when they cannot be said there."""
    text = f"{amount.currency}{amount_text(amount.minor, amount.currency)}"
    return text if len(text) <= 3 + AMOUNT_WIDTH and original_amount(text) is not None else None
