"""Stable 16-character tokens that stand for a longer reference in every format.

>>> token("Q", "atelier-breval-4821-1-transaction-019fd0d4-2fed-77be-869d-3849e48b5deb")
'Q5DIZDOOTFHUEGUV'
"""

from __future__ import annotations

from base64 import b32encode
from hashlib import sha256


def token(prefix: str, text: str) -> str:
    """``prefix`` and the first 15 characters of BASE32(SHA-256(UTF-8 of ``text``)): 16 characters A-Z 2-7."""
    return prefix + b32encode(sha256(text.encode("utf-8", "surrogatepass")).digest()[:10]).decode("ascii")[:15]
