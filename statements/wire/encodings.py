"""Encodings of other systems, told by the first signs that a statement or its data can begin with."""

from __future__ import annotations

import re

_WIDE = {
    "UTF-16LE": re.compile(rb"\xff\xfe|[\x01-\x7f]\x00(?:[\x01-\x7f]\x00|\Z)|[<{\[]\x00"),
    "UTF-16BE": re.compile(rb"\xfe\xff|\x00[\x01-\x7f](?:\x00[\x01-\x7f]|\Z)|\x00[<{\[]"),
}
# In EBCDIC: a brace before a quote (JSON) or before 1: (a SWIFT block), behind blanks and line ends; or :20: or :25:.
_EBCDIC = re.compile(
    rb"[\x15\x25\x0d\x40]*\xc0[\x15\x25\x0d\x40]*(?:\x7f|\xf1\x7a)|.{0,256}?\x7a\xf2[\xf0\xf5]\x7a", re.DOTALL
)


def encoding_of(data: bytes) -> str | None:
    """The encoding in which no statement is written, though its first signs are there; ``None`` for any other bytes.

    >>> encoding_of('{"statements"'.encode("utf-16-le")), encoding_of(":20:R1".encode("cp500")), encoding_of(b":20:R1")
    ('UTF-16LE', 'EBCDIC', None)
    """
    start = data[:512]
    for name, form in _WIDE.items():
        if form.match(start) is not None:
            return name
    return "EBCDIC" if _EBCDIC.match(start) is not None and b":20:" not in start else None
