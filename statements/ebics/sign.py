"""The signature of an order: A005 and A006 over the hash of the order data.

The hash is SHA-256 of the data without CR, LF and 0x1A (EBICS 3.0, chapter 14). Some clients hash the bytes as they
are, which binds more; both are verified. A005 is RSA PKCS #1 v1.5 over that hash; A006 is PSS with a salt of 32 bytes
over the SHA-256 of the hash.

>>> order_hash(b"<a>\\r\\n  <b>1</b>\\r\\n</a>\\n\\x1a").hex()[:16]
'1e9f5007545fa676'
"""

from __future__ import annotations

import hashlib
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

Hashed = Literal["stripped", "raw"]

_SHA256 = hashes.SHA256()
_STRIPPED = b"\r\n\x1a"


def order_hash(data: bytes) -> bytes:
    """The hash that an order signature binds: without CR, LF and 0x1A."""
    return hashlib.sha256(data.translate(None, _STRIPPED)).digest()


def raw_hash(data: bytes) -> bytes:
    """The hash of the bytes as they are."""
    return hashlib.sha256(data).digest()


def sign(digest: bytes, private: rsa.RSAPrivateKey, version: str) -> bytes:
    """The signature of a hash, A005 or A006. The salt of A006 is drawn by the cryptographic library."""
    if version == "A006":
        return private.sign(digest, _pss(), _SHA256)
    return private.sign(digest, padding.PKCS1v15(), Prehashed(_SHA256))


def verifies(signature: bytes, digest: bytes, public: rsa.RSAPublicKey, version: str) -> bool:
    """Whether a signature binds a hash, in the version the signer registered."""
    try:
        if version == "A006":
            public.verify(signature, digest, _pss(), _SHA256)
        else:
            public.verify(signature, digest, padding.PKCS1v15(), Prehashed(_SHA256))
    except InvalidSignature:
        return False
    return True


def signed_hash(signature: bytes, data: bytes, public: rsa.RSAPublicKey, version: str) -> Hashed | None:
    """Which hash of the data a signature binds, or None for neither."""
    if verifies(signature, order_hash(data), public, version):
        return "stripped"
    return "raw" if verifies(signature, raw_hash(data), public, version) else None


def _pss() -> padding.PSS:
    return padding.PSS(padding.MGF1(_SHA256), 32)
