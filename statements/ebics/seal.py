"""The envelope E002: order data are packed (zlib), encrypted (AES-128-CBC, vector 0), written in base64 and cut.

The transaction key is encrypted with the RSA key of the receiver, PKCS #1 v1.5. The order data of INI and HIA are
packed and written in base64 only. Source: EBICS 2.5 and 3.0, 11.3 and chapter 7.

>>> key = bytes(16)
>>> unseal(seal(b"order data", key), key, 100)
b'order data'
>>> cut(b"abcdefghij", 4)
(b'abcd', b'efgh', b'ij')
"""

from __future__ import annotations

import binascii
import zlib
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from statements.ebics.keys import PublicKey
from statements.ebics.packing import SealError, decoded, inflate

BLOCK = 16
KEY_BYTES = 16


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES128(key), modes.CBC(bytes(BLOCK)))


def seal(data: bytes, key: bytes) -> bytes:
    """Packed, encrypted, in base64. The padding is that of ANSI X9.23: zeros, and the count in the last byte."""
    packed = zlib.compress(data)
    count = BLOCK - len(packed) % BLOCK
    encryptor = _cipher(key).encryptor()
    ciphertext = encryptor.update(packed + bytes(count - 1) + bytes((count,))) + encryptor.finalize()
    return binascii.b2a_base64(ciphertext, newline=False)


def unseal(text: bytes, key: bytes, most: int) -> bytes:
    """The inverse of :func:`seal`, with a ceiling. Raises :class:`SealError`.

    The padding is not checked, because clients pad in two ways; the end of the zlib stream says where the data end.
    """
    ciphertext = decoded(text)
    if not ciphertext or len(ciphertext) % BLOCK:
        raise SealError("blocks")
    decryptor = _cipher(key).decryptor()
    return inflate(decryptor.update(ciphertext) + decryptor.finalize(), most)


def cut(text: bytes, size: int) -> tuple[bytes, ...]:
    """A base64 text in segments of at most ``size`` characters."""
    return tuple(text[at : at + size] for at in range(0, len(text), size)) or (b"",)


def wrap_key(key: bytes, public: PublicKey, random: Callable[[int], bytes]) -> bytes:
    """The transaction key encrypted for the receiver: PKCS #1 v1.5 (RFC 8017, 7.2.1).

    Written here because the library draws its own random bytes; the public operation has no secret exponent.
    """
    width = (public.bits + 7) // 8
    filling = bytes(byte or 0x5A for byte in random(width - 3 - len(key)))
    message = int.from_bytes(b"\x00\x02" + filling + b"\x00" + key, "big")
    return pow(message, public.exponent, public.modulus).to_bytes(width, "big")


def unwrap_key(wrapped: bytes, private: rsa.RSAPrivateKey, random: Callable[[int], bytes]) -> bytes:
    """The transaction key. Whatever is wrong with it, 16 bytes come back and no error: who tries keys on us learns
    nothing from the way we fail (what they decrypt is not zlib, which is said in the same words each time).
    """
    instead = random(KEY_BYTES)
    try:
        key = private.decrypt(wrapped, padding.PKCS1v15())
    except ValueError:
        return instead
    return key if len(key) == KEY_BYTES else instead
