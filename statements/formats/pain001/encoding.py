"""A safe first look at bytes: packed or not, which encoding, what stands before the root. No parser is involved.

>>> packed(b"PK\\x03\\x04rest"), packed(b"<Document/>")
('ZIP', None)
>>> encoding_of(b'<?xml version="1.0" encoding="ISO-8859-1"?><Document/>')
Encoding(name='iso8859-1', label='ISO-8859-1', mark=0, declared='ISO-8859-1', fault=None)
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

import msgspec

_MAGIC = (
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"-----BEGIN PGP", "PGP"),
    (b"-----BEGIN ", "PEM"),
    (b"MIME-Version:", "S/MIME"),
    (b"Content-Type:", "S/MIME"),
    (b"PD94bWwg", "Base64"),
)
# The object identifier 1.2.840.113549.1.7 (PKCS#7 content types) inside a DER or BER sequence.
_PKCS7 = bytes.fromhex("06092a864886f70d0107")
# Binary OpenPGP packets that can begin a message: encrypted session keys, signatures, compressed data.
_OPENPGP = frozenset(b"\x84\x85\x86\x88\x89\x8c\x90\xa3\xc1\xc2\xc4\xc8\xd2")


def packed(head: bytes) -> str | None:
    """The name of what a packed, signed or encrypted file is; ``None`` when it is none of these."""
    start = head.lstrip(b" \t\r\n\xef\xbb\xbf")
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return name
    if head[:1] == b"\x30" and _PKCS7 in head[:32]:
        return "PKCS#7"
    if head[:1] and head[0] in _OPENPGP and b"<" not in head[:2] and not head.startswith((b"\xc2\xa0", b"\xc4<")):
        return "PGP" if not _is_text(head) else None
    return None


def _is_text(head: bytes) -> bool:
    try:
        head[:256].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > 250
    return True


class Encoding(msgspec.Struct, frozen=True):
    """How a document is encoded: Python's ``name``, the ``label`` people know, length of the byte order ``mark``.

    ``declared`` is what the XML declaration says. ``fault`` says why it cannot be decoded: the encoding really found.
    """

    name: str
    label: str
    mark: int = 0
    declared: str | None = None
    fault: str | None = None


# Byte order marks (XML 1.0, appendix F), longer ones first, and the first bytes of EBCDIC.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le", 4),
    (b"\x00\x00\xfe\xff", "utf-32-be", 4),
    (b"\xef\xbb\xbf", "utf-8", 3),
    (b"\xff\xfe", "utf-16-le", 2),
    (b"\xfe\xff", "utf-16-be", 2),
    (b"\x4c\x6f\xa7\x94", "cp037", 0),
)
# Only codecs that read a document from left to right without surprises; everything else cannot be decoded here.
_KNOWN = re.compile(r"utf-8|ascii|utf-7|utf-16(-le|-be)?|utf-32(-le|-be)?|iso8859-\d+|cp\d+|koi8-[ru]|mac-roman")
DECLARATION = re.compile(r"""<\?xml\s[^>]{0,400}?encoding\s*=\s*["']([^"'<>]{1,40})["']""")


def encoding_of(head: bytes) -> Encoding:
    """The encoding of a document from its first bytes: byte order mark, then declaration, then UTF-8.

    A mark or first bytes that contradict the declaration are a fault: the bytes are not what the file says.
    """
    found = ((name, length) for magic, name, length in _MARKS if head.startswith(magic))
    family, mark = next(found, (_unmarked(head), 0))
    text = head[mark : mark + 2000].decode(family or "iso8859-1", "replace")
    match = DECLARATION.match(text)
    declared = match[1] if match is not None else None
    if declared is None:
        name = family or "utf-8"
        return Encoding(name, name.upper(), mark)
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return Encoding(family or "utf-8", declared, mark, declared, fault=(family or "utf-8").upper())
    if not _KNOWN.fullmatch(name):
        return Encoding(family or "utf-8", declared, mark, declared, fault=(family or "utf-8").upper())
    wide = name.startswith(("utf-16", "utf-32"))
    if family == "cp037" and name.startswith("cp"):
        return Encoding(name, declared, mark, declared)
    if family and family != "utf-8":
        agrees = wide and name[:6] == family[:6] and name in (family[:6], family)
        return Encoding(family, declared, mark, declared, fault=None if agrees else family.upper())
    if wide or (family == "utf-8" and name != "utf-8"):
        return Encoding("utf-8", declared, mark, declared, fault="UTF-8")
    return Encoding("utf-8" if name == "ascii" else name, declared, mark, declared)


def _unmarked(head: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: a document begins with ``<`` or a blank, so the other bytes of it are NUL."""
    first = head[:4]
    for name, width, at in (("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1)):
        unit = first[:width]
        if len(unit) == width and unit[at] in b"< \t\r\n" and unit.count(0) == width - 1:
            return name
    return ""


class Prolog(msgspec.Struct, frozen=True):
    """What stands before the root: ``doctype`` and ``root`` are byte offsets of it, when there is one."""

    doctype: int | None = None
    root: int | None = None
    complete: bool = True
    """False when the head ends before the root."""


def prolog(head: bytes) -> Prolog:
    """Look for a DOCTYPE among the comments and instructions before the root of a UTF-8 document.

    >>> prolog(b"<!-- <!DOCTYPE no> --><!DOCTYPE yes><a/>").doctype
    22
    """
    at = 0
    while True:
        while head[at : at + 1] and head[at] in b" \t\r\n":
            at += 1
        rest = head[at : at + 9]
        if rest.startswith((b"<!--", b"<?")):
            end = b"-->" if rest.startswith(b"<!--") else b"?>"
            close = head.find(end, at + 2)
            if close < 0:
                return Prolog(complete=False)
            at = close + len(end)
        elif rest.upper().startswith(b"<!"):
            return Prolog(doctype=at)
        elif rest.startswith(b"<"):
            return Prolog(root=at)
        else:
            return Prolog(complete=bool(rest))


class Cut(msgspec.Struct, frozen=True):
    """A comment or instruction inside a value: the element, what cuts it, and its offset in the UTF-8 document.

    ``text`` is what it begins with; ``whole`` all of it, empty when it is long.
    """

    element: str
    text: str
    offset: int
    whole: str = ""


_CUTS = re.compile(rb"<(?:[^\s<>/!?:]+:)?([^\s<>/!?:]+)(?:\s[^<>]*)?>([^<]*)(?=<(?:!--|\?|!\[CDATA\[))")
_ENDS = {b"<!--": b"-->", b"<?": b"?>", b"<![CDATA[": b"]]>"}
_LONGEST = 16 << 20
_SHORT = 1 << 14


def cuts(pieces: Iterable[bytes]) -> Iterator[Cut]:
    """Every comment and processing instruction that stands inside a value.

    >>> [cut.text for cut in cuts([b"<a><Nm>Dur<!-- x -->and</Nm><!-- fine --></a>"])]
    ['<!-- x -->']
    """
    window, base = b"", 0
    for piece in pieces:
        window += piece
        # A value ends with an end tag: everything before the last one is complete.
        end = window.rfind(b"</")
        if end < 0:
            if len(window) > _LONGEST:
                return
            continue
        yield from _cuts(window, end + 2, base)
        window, base = window[end:], base + end
    yield from _cuts(window, len(window), base)


def _cuts(window: bytes, end: int, base: int) -> Iterator[Cut]:
    at = 0
    while (match := _CUTS.search(window, at, end)) is not None:
        at = match.end()
        text = match[2]
        found: list[tuple[int, bytes]] = []
        while True:
            opening = next((mark for mark in _ENDS if window.startswith(mark, at)), None)
            if opening is None:
                break
            close = window.find(_ENDS[opening], at + len(opening), end)
            if close < 0:
                return
            if opening == b"<![CDATA[":
                text += window[at + 9 : close]
            else:
                found.append((at, window[at : close + len(_ENDS[opening])]))
            at = close + len(_ENDS[opening])
            following = window.find(b"<", at)
            if following < 0:
                return
            text += window[at:following]
            at = following
        if window.startswith(b"</", at) and text.strip():
            element = match[1].decode("utf-8", "replace")
            for offset, raw in found:
                whole = raw.decode("utf-8", "replace") if len(raw) <= _SHORT else ""
                yield Cut(element, raw[:60].decode("utf-8", "replace"), base + offset, whole)
