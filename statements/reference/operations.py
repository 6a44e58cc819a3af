"""What kind of operation a movement is: CFONB codes, reject reasons, MT940 types, German business codes.

>>> cfonb_operations()["06"].english, cfonb_operations()["06"].swift_type
('Credit transfers sent', 'TRF')
>>> reject_reasons()["14"].iso_reason
'AC04'
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from statements.reference.tables import table
from statements.visible import french


class CfonbOperation(msgspec.Struct, frozen=True):
    """An interbank operation code of record 04, zone 2-E. ``direction`` is ``C``, ``D`` or ``C/D``."""

    code: str
    direction: str
    french: str
    english: str
    swift_type: str
    """The three letters after ``N`` in the MT940 statement line."""
    iso: str
    """ISO bank transaction code ``domain/family/sub-family``; empty when none is known."""
    current: bool
    """False for the ten codes that only the older list has."""
    note: str

    def allows(self, minor: int) -> bool:
        """Whether the code is used for this sign: money in is positive; a zero amount fits either."""
        return self.direction == "C/D" or minor == 0 or (self.direction == "C") == (minor > 0)


class RejectReason(msgspec.Struct, frozen=True):
    """A reject reason of record 04, zone 2-K. ``scope`` is ``LCR`` for bills of exchange only, else ``all``."""

    code: str
    french: str
    english: str
    scope: str
    iso_reason: str
    confidence: str


class SwiftType(msgspec.Struct, frozen=True):
    """A transaction type of MT940 field 61, subfield 6, without its leading ``N``, ``S`` or ``F``."""

    code: str
    meaning: str
    confidence: str
    cfonb_credit: str
    cfonb_debit: str
    note: str


class BusinessCode(msgspec.Struct, frozen=True):
    """A German business transaction code (*Geschäftsvorfallcode*) at the head of a structured field 86."""

    gvc: str
    direction: str
    meaning: str
    iso: str
    writer_use: str
    confidence: str


@lru_cache(maxsize=1)
def cfonb_operations() -> Mapping[str, CfonbOperation]:
    """The operation codes by code, ``01`` … ``C5``."""
    return {
        row["code"]: CfonbOperation(
            row["code"],
            row["direction"],
            french(row["french"]),
            row["english"],
            row["swift_type"],
            row["iso_btc"],
            row["list"] == "current",
            row["note"],
        )
        for row in table("cfonb_operations")
    }


@lru_cache(maxsize=1)
def reject_reasons() -> Mapping[str, RejectReason]:
    """The reject reasons by their two digits."""
    return {
        row["code"]: RejectReason(
            row["code"], french(row["french"]), row["english"], row["scope"], row["iso_reason"], row["confidence"]
        )
        for row in table("reject_reasons")
    }


@lru_cache(maxsize=1)
def swift_types() -> Mapping[str, SwiftType]:
    """The MT940 types by their three letters; the table's ranges (digits of a bank) are no types."""
    return {
        row["code"]: SwiftType(
            row["code"],
            row["meaning"],
            row["confidence"],
            row["cfonb_credit"],
            row["cfonb_debit"],
            row["note"],
        )
        for row in table("swift_types")
        if row["code"] not in ("nnn", "000-999")
    }


@lru_cache(maxsize=1)
def business_codes() -> Mapping[str, BusinessCode]:
    """The business codes by their three digits."""
    return {
        row["gvc"]: BusinessCode(
            row["gvc"],
            row["direction"],
            row["meaning"],
            "" if row["iso_btc"] == "-" else row["iso_btc"],
            row["writer_use"],
            row["confidence"],
        )
        for row in table("business_codes")
    }
