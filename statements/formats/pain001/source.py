"""The bytes of a payment file, read in pieces as often as needed: from memory or from a stream that can be rewound.

Parsers read :meth:`Source.pieces`: clean UTF-8 without byte order mark, whatever the file was encoded in, so that lines
and columns are counted in one way. A stream is never held in memory, a text counts as UTF-8.

    >>> b"".join(Source("<Document/>").pieces())
    b'<Document/>'
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO, Protocol

PIECE = 1 << 16


# Bytes that continue a UTF-8 character: what is left without them counts the characters.
_CONTINUATION = bytes(range(0x80, 0xC0))


def characters(data: bytes) -> int:
    """How many characters begin in a piece of UTF-8, wherever it was cut.

    >>> characters("é1".encode()), characters("é1".encode()[1:])
    (2, 1)
    """
    return len(data) if data.isascii() else len(data.translate(None, _CONTINUATION))


class Reads(Protocol):
    """Anything with a ``read(size)`` that gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most ``size``; empty at the end."""


class Source:
    """A document that can be read from its start any number of times.

    ``data`` is bytes, a text, or a binary stream; one that cannot be rewound is read into memory once. Raises
    ``TypeError`` for anything else.
    """

    __slots__ = ("_data", "_start", "_stream", "is_text")

    def __init__(self, data: bytes | bytearray | memoryview | str | BinaryIO) -> None:
        self.is_text = isinstance(data, str)
        self._data = b""
        self._stream: BinaryIO | None = None
        self._start = 0
        if isinstance(data, str):
            self._data = data.encode("utf-8", "surrogatepass")
        elif isinstance(data, bytes):
            self._data = data
        elif isinstance(data, bytearray | memoryview):
            self._data = bytes(data)
        elif not hasattr(data, "read"):
            raise TypeError(f"bytes, str or a binary stream expected, not {type(data).__name__}")
        elif data.seekable():
            self._stream, self._start = data, data.tell()
        else:
            self._data = data.read()

    def raw(self, size: int = PIECE) -> Iterator[bytes]:
        """The bytes as they are, from the start."""
        if self._stream is None:
            data = self._data
            if len(data) <= size:
                yield data
                return
            for start in range(0, len(data), size):
                yield data[start : start + size]
            return
        self._stream.seek(self._start)
        position = self._start
        while True:
            # Two readings of one stream may interleave: each keeps its own place.
            if self._stream.tell() != position:
                self._stream.seek(position)
            piece = self._stream.read(size)
            if not piece:
                return
            position += len(piece)
            yield piece

    def head(self, size: int) -> bytes:
        """The first ``size`` bytes."""
        return next(self.raw(size), b"")[:size]

    def pieces(self, encoding: str = "utf-8", mark: int = 0, size: int = PIECE) -> Iterator[bytes]:
        """The document in UTF-8, without the ``mark`` bytes of a byte order mark.

        The XML declaration of a file in another encoding becomes blanks of the same length: it is no longer true.
        Raises ``UnicodeDecodeError`` only for bytes that the envelope has refused already.
        """
        if encoding == "utf-8":
            for piece in self.raw(size):
                yield piece[mark:] if mark else piece
                mark = 0
            return
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        first = True
        for piece in self.raw(size):
            text = decoder.decode(piece[mark:] if mark else piece)
            mark = 0
            if first and text:
                text = _DECLARATION.sub(lambda match: re.sub(r"[^\r\n]", " ", match[0]), text, count=1)
                first = False
            if text:
                yield text.encode("utf-8", "surrogatepass")
        rest = decoder.decode(b"", final=True)
        if rest:
            yield rest.encode("utf-8", "surrogatepass")

    def open(self, encoding: str = "utf-8", mark: int = 0) -> Reads:
        """The same as a readable object, for ``lxml.etree.iterparse``."""
        if self._stream is None and encoding == "utf-8":
            stream = io.BytesIO(self._data)
            stream.seek(mark)
            return stream
        return _Reader(self.pieces(encoding, mark))


class _Reader:
    """Pieces as a readable object."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most ``size``; all of them when it is negative."""
        if size < 0:
            data = self._rest + b"".join(self._pieces)
            self._rest = b""
            return data
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


_DECLARATION = re.compile(r"\A<\?xml\s.*?\?>", re.DOTALL)
