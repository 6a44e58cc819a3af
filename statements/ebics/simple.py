"""The simple types of EBICS: whether a text is a nonce, an order id, a time, a base64 text and so on.

``data/types.tsv`` holds them; a type is made of another, with a least and a most (length, or value of a number), a
pattern and a list of values. ``list X`` is a list of values of X with blanks between.

>>> valid("NonceType", "00" * 16), valid("NonceType", "00" * 15), valid("OrderTListType", "FDL FUL")
(True, False, True)
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from functools import cache

import msgspec

from statements.reference.tables import table


class Simple(msgspec.Struct, frozen=True):
    """A simple type: what it is made of and its limits. Lengths count characters, or bytes of hexadecimal."""

    base: str
    least: int | None
    most: int | None
    pattern: re.Pattern[str] | None
    values: tuple[str, ...]


@cache
def types() -> dict[str, Simple]:
    """The simple types by name."""
    return {
        row["type"]: Simple(
            row["base"],
            int(row["least"]) if row["least"] else None,
            int(row["most"]) if row["most"] else None,
            re.compile(row["pattern"], re.ASCII) if row["pattern"] else None,
            tuple(row["values"].split()),
        )
        for row in table("types", "statements.ebics")
    }


def collapsed(value: str) -> str:
    """A value as types without significant blanks read it.

    >>> collapsed("  a\\n b ")
    'a b'
    """
    return " ".join(value.split())


def valid(name: str, value: str) -> bool:
    """Whether a text has a simple type. Raises ``KeyError`` for a type that does not exist."""
    if name.startswith("xs:"):
        return _BUILT_IN[name](value)
    simple = types()[name]
    if simple.base.startswith("list "):
        return all(valid(simple.base[5:], item) for item in value.split())
    if not valid(simple.base, value):
        return False
    if _base(name) != "xs:string":
        value = collapsed(value)
    if simple.pattern is not None and simple.pattern.fullmatch(value) is None:
        return False
    if simple.values and value not in simple.values:
        return False
    return _within(_base(name), value, simple)


def _within(base: str, value: str, simple: Simple) -> bool:
    if simple.least is None and simple.most is None:
        return True
    if base in ("xs:nonNegativeInteger", "xs:positiveInteger"):
        size = int(value)
    else:
        size = len(value) // 2 if base == "xs:hexBinary" else len(value)
    return (simple.least is None or size >= simple.least) and (simple.most is None or size <= simple.most)


@cache
def _base(name: str) -> str:
    return name if name.startswith("xs:") else _base(types()[name].base)


def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{expression})\s*", re.ASCII)


_DATE = r"-?[0-9]{4,9}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_CLOCK = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_PATTERNS = {
    "xs:boolean": _pattern("true|false|1|0"),
    "xs:hexBinary": _pattern("(?:[0-9A-Fa-f]{2})*"),
    "xs:nonNegativeInteger": _pattern(r"\+?[0-9]{1,19}|-0+"),
    "xs:positiveInteger": _pattern(r"\+?0*[1-9][0-9]{0,18}"),
    "xs:integer": _pattern(r"[+-]?[0-9]{1,60}"),
    "xs:decimal": _pattern(r"[+-]?(?:[0-9]{1,24}(?:\.[0-9]{0,24})?|\.[0-9]{1,24})"),
    "xs:date": _pattern(_DATE + _ZONE),
    "xs:dateTime": _pattern(f"{_DATE}T{_CLOCK}{_ZONE}"),
    "xs:language": _pattern(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"),
    "xs:NCName": re.compile(r"\s*[^\W\d][\w.\-]*\s*"),
    "xs:ID": re.compile(r"\s*[^\W\d][\w.\-]*\s*"),
}


def _base64(value: str) -> bool:
    text = "".join(value.split())
    try:
        binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        return False
    # The library takes a padding sign too many.
    return len(text) % 4 == 0


def _any(value: str) -> bool:
    return True


def _matching(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


_BUILT_IN: dict[str, Callable[[str], bool]] = {
    "xs:base64Binary": _base64,
    "xs:string": _any,
    "xs:normalizedString": _any,
    "xs:token": _any,
    "xs:anyURI": _any,
    "xs:anySimpleType": _any,
} | {name: _matching(pattern) for name, pattern in _PATTERNS.items()}
