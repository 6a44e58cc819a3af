"""Stable 16-character tokens that stand for a longer reference in every format.

>>> token("Q", "atelier-breval-4821-1-transaction-019fd0d4-2fed-77be-869d-3849e48b5deb")
'Q5DIZDOOTFHUEGUV'
"""

from __future__ import annotations

from hashlib import sha256

# BASE32 of RFC 4648, two characters (ten bits) at a time: the standard library's encoder takes ten times as long.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = tuple(first + second for first in _LETTERS for second in _LETTERS)


def token(prefix: str, text: str) -> str:
    """``prefix`` and the first 15 characters of BASE32(SHA-256(UTF-8 of ``text``)): 16 characters A-Z 2-7."""
    bits = int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:10])
    return (
        prefix
        + _PAIRS[bits >> 70]
        + _PAIRS[bits >> 60 & 1023]
        + _PAIRS[bits >> 50 & 1023]
        + _PAIRS[bits >> 40 & 1023]
        + _PAIRS[bits >> 30 & 1023]
        + _PAIRS[bits >> 20 & 1023]
        + _PAIRS[bits >> 10 & 1023]
        + _LETTERS[bits >> 5 & 31]
    )
