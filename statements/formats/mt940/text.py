"""From bytes to text: byte order mark, encoding, and the cut of a stream into pieces of one message each.

Bytes are a mark and UTF-8, else UTF-8, else cp1252, else Latin-1. A file is cut before each ``:20:`` at the start
of a line (with the block header line directly above it), so that memory stays flat however long the file is.

    >>> decode(b":86:SOCI\\xc9T\\xc9")
    (':86:SOCIÉTÉ', 'cp1252')
    >>> [piece for piece in pieces(b":20:A\\r\\n-\\r\\n:20:B\\r\\n-\\r\\n")]
    [b':20:A\\r\\n-\\r\\n', b':20:B\\r\\n-\\r\\n']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

BOM = b"\xef\xbb\xbf"
CHUNK = 1 << 20

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


_WIDE = re.compile(rb":\x002\x00[05]\x00:\x00|\x00:\x002\x00[05]\x00:")
_EBCDIC = re.compile(rb"\x7a\xf2[\xf0\xf5]\x7a")


def foreign(data: bytes) -> str | None:
    """The name of an encoding in which an MT940 cannot be read, told by its first fields; ``None`` for any other bytes.

    >>> foreign(":20:A".encode("utf-16")), foreign(":20:A".encode("cp500")), foreign(b":20:A")
    ('UTF-16', 'EBCDIC', None)
    """
    head = data[:CHUNK]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or (b"\0" in head and _WIDE.search(head) is not None):
        return "UTF-16"
    return "EBCDIC" if b":20:" not in head and _EBCDIC.search(head) is not None else None


def decode(data: bytes) -> tuple[str, str]:
    """The text of bytes and the name of the encoding it was read as."""
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1"


def lines(text: str) -> list[str]:
    """The physical lines of a text with their ends; CR LF, LF and CR each end one."""
    return _LINES.findall(text)


def pieces(source: bytes | BinaryIO) -> Iterator[bytes]:
    """The stream cut before each message. The bytes of all pieces are the bytes of the stream."""
    if isinstance(source, bytes):
        yield from _cut(source)
        return
    rest = bytearray()
    scanned = 0
    while chunk := source.read(CHUNK):
        rest += chunk
        # Search only what is new: a message of many chunks must not be searched again for each of them.
        start = 0
        for cut in _starts(rest, max(0, scanned)):
            yield bytes(rest[start:cut])
            start = cut
        if start:
            del rest[:start]
        # A start may straddle the chunks: the header line above a `:20:` is shorter than this.
        scanned = max(0, len(rest) - 512)
    if rest:
        yield bytes(rest)


def _starts(data: bytes | bytearray, at: int) -> Iterator[int]:
    """The offsets behind ``at`` at which a message starts: a ``:20:``, or the block header directly above it."""
    before = at
    while (at := data.find(b"\n:20:", at)) >= 0:
        line = data.rfind(b"\n", before, at)
        yield (line if line >= 0 and data.startswith(b"{1:", line + 1) else at) + 1
        before = at = at + 5


def _cut(data: bytes) -> Iterator[bytes]:
    start = 0
    for cut in _starts(data, 0):
        yield data[start:cut]
        start = cut
    if start < len(data):
        yield data[start:]
