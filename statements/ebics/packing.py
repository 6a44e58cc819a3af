"""Order data without encryption: zlib and base64, with a ceiling for what comes out of it.

>>> unpack(pack(b"order data"), 100)
b'order data'
"""

from __future__ import annotations

import binascii
import zlib

from statements.rules import Text


class SealError(ValueError):
    """An envelope that cannot be opened; ``text`` says at which step, ``too_big`` that a ceiling was reached."""

    def __init__(self, step: str) -> None:
        self.step = step
        self.text = _STEPS[step]
        super().__init__(self.text.en)

    @property
    def too_big(self) -> bool:
        """Whether the content is bigger than the ceiling; nothing beyond it was inflated."""
        return self.step == "size"


_STEPS = {
    "base64": Text("they are not base64", "elles ne sont pas en base64"),
    "blocks": Text(
        "the ciphertext is not made of blocks of 16 bytes", "le texte chiffré n'est pas formé de blocs de 16 octets"
    ),
    "zlib": Text(
        "what was decrypted is not zlib, so the key or the packing is wrong",
        "le résultat du déchiffrement n'est pas du zlib : la clé ou la compression est fausse",
    ),
    "end": Text("the zlib stream does not end", "le flux zlib n'est pas terminé"),
    "size": Text("they are bigger than the bank takes", "elles dépassent ce que la banque accepte"),
}


def inflate(data: bytes, most: int) -> bytes:
    """The content of a zlib stream, at most ``most`` bytes; what follows the stream (padding) is not looked at.

    Raises :class:`SealError` for what is no zlib stream, does not end, or holds more.
    """
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, most + 1)
    except zlib.error as fault:
        raise SealError("zlib") from fault
    if len(content) > most:
        raise SealError("size")
    if not stream.eof:
        raise SealError("end")
    return content


def pack(data: bytes) -> bytes:
    """zlib and base64: the order data of INI and HIA."""
    return binascii.b2a_base64(zlib.compress(data), newline=False)


def unpack(text: bytes, most: int) -> bytes:
    """The inverse of :func:`pack`, with a ceiling. Raises :class:`SealError`."""
    return inflate(decoded(text), most)


def decoded(text: bytes) -> bytes:
    """The bytes behind base64, blanks allowed. Raises :class:`SealError`."""
    try:
        return binascii.a2b_base64(b"".join(text.split()), strict_mode=True)
    except binascii.Error as fault:
        raise SealError("base64") from fault
