"""Amounts of a source as exact whole cents. Decimal text in, integers out; no binary number in between."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Raw

from statements.model.money import Money

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


ABSENT_BYTES = (b"", b"null")


def text_of(raw: Raw) -> str | None:
    """The decimal text of a JSON number (or of a number written as a JSON string); ``None`` when absent."""
    text = bytes(raw).decode("utf-8", "replace").strip().strip('"')
    return None if text in ("", "null") else text


def minor_of(text: str, currency: str) -> int | None:
    """Whole minor units of a plain decimal text; ``None`` for an exponent, a fraction too fine, or no number.

    >>> minor_of("1.13", "EUR"), minor_of("0.295", "EUR"), minor_of("1e2", "EUR"), minor_of("1250", "JPY")
    (113, None, None, 1250)
    """
    if _PLAIN.fullmatch(text) is None:
        return None
    try:
        return Money.parse(text, currency).minor
    except ValueError:
        return None


def agrees(text: bytes, cents: int) -> bool:
    """Whether a JSON number says exactly ``cents`` hundredths, for the usual spellings; cheap.

    False means only that it must be looked at more closely.

    >>> agrees(b"0.29", 29), agrees(b"12.5", 1250), agrees(b"3", 300), agrees(b"0.28", 29)
    (True, True, True, False)
    """
    try:
        if text[-3:-2] == b".":
            return int(text.replace(b".", b"")) == cents
        if text[-2:-1] == b".":
            return int(text.replace(b".", b"")) * 10 == cents
        return int(text) * 100 == cents
    except ValueError:
        # No number, or one that is written otherwise.
        return False


def bytes_of(raws: Sequence[Raw]) -> list[bytes]:
    """The bytes of many raw members, faster than one by one."""
    texts = b"\n".join(raws).split(b"\n")
    # Only an object or a list can have a line break inside, and neither stands where a number should.
    return texts if len(texts) == len(raws) else list(map(bytes, raws))
