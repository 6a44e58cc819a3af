"""Records for tests, made from the record tables: every zone by its key, the rest as in an ordinary file."""

from __future__ import annotations

from statements.formats.cfonb120.overpunch import encode
from statements.formats.cfonb120.records import CLOSING, COMPLEMENT, MOVEMENT, OPENING

ACCOUNT = {"bank": "16958", "branch": "00001", "account": "12345678901", "currency": "EUR", "decimals": "2"}
IBAN = "FR7616958000011234567890177"


def opening(day: str = "140126", minor: int = 10_000, **zones: str) -> str:
    """A record 01."""
    return OPENING.format({**ACCOUNT, "date": day, "amount": encode(minor), **zones})


def closing(day: str = "150126", minor: int = 11_000, **zones: str) -> str:
    """A record 07."""
    return CLOSING.format({**ACCOUNT, "date": day, "amount": encode(minor), **zones})


def movement(minor: int = 1_000, label: str = "VIR DUPONT", day: str = "150126", **zones: str) -> str:
    """A record 04: a transfer received."""
    ordinary = {
        "operation": "05" if minor >= 0 else "06",
        "booking_date": day,
        "value_date": day,
        "label": label,
        "exempt": "0",
        "unavailable": "0",
        "amount": encode(minor),
    }
    return MOVEMENT.format({**ACCOUNT, **ordinary, **zones})


def complement(qualifier: str, information: str, day: str = "150126", operation: str = "05", **zones: str) -> str:
    """A record 05."""
    ordinary = {
        "operation": operation,
        "booking_date": day,
        "qualifier": qualifier,
        "information": information,
    }
    return COMPLEMENT.format({**ACCOUNT, **ordinary, **zones})


def file(*records: str, eol: str = "\r\n") -> bytes:
    """The bytes of records, a line end after each."""
    return "".join(record + eol for record in records).encode("latin-1")


def statement(*middle: str, minor: int | None = None) -> bytes:
    """A file of one statement that adds up when ``minor``, the sum of the movements, is right."""
    return file(opening(), *middle, closing(minor=10_000 + (1_000 if minor is None else minor)))
