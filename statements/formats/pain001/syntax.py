"""What libxml2 says about a document that is no XML, in our findings: rule, place, what was found and expected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.entities import html5
from itertools import chain
from typing import Any

from lxml import etree

from statements.findings import Location, Proposal, Reporter
from statements.formats.pain001.schema.content import alike
from statements.formats.pain001.source import PIECE, characters

# Codes of libxml2 (xmlerror.h).
_MISMATCH, _ENDS_EARLY, _EXTRA, _DUPLICATE, _UNDECLARED, _DECLARATION = 76, 77, 5, 42, 26, 64
_UNDECODABLE = frozenset({81, 31, 32, 6003})
_LIMITS = frozenset({45, 63, 89, 110, 114})
_REFERENCE = frozenset({23, 68, _UNDECLARED})
_NAMED = re.compile(r"&[A-Za-z][A-Za-z0-9]{0,30};", re.ASCII)
_MISMATCH_TEXT = re.compile(r"mismatch: (\S+) line (\d+) and (\S+?),? ")
_BLANKS_FIRST = re.compile(rb"([ \t\r\n]+)<\?xml\s")
_ENDS_TEXT = re.compile(r"in tag (\S+) line (\d+)")


def syntax_fault(
    error: etree.XMLSyntaxError, reporter: Reporter, pieces: Iterable[bytes] = (), mark: int | None = None
) -> None:
    """Report what made a parser stop: P001-004 (bytes), P001-012 (limits) or P001-002 (anything else).

    ``pieces`` is the document in UTF-8; the finding then quotes the text at the break. ``mark`` is the length of the
    byte order mark of a file that is in UTF-8: then a bare ``&`` or ``<`` has its proposal.
    """
    code, (line, column), message = _first(error)
    found: str | None = None
    expected: str | None = None
    if code in _LIMITS:
        found = re.split(r", (?:use|try|line) ", message)[0].strip()
        reporter.add("P001-012", Location(line=line, column=column), found=found)
        return
    if code in _UNDECODABLE:
        reporter.add("P001-004", Location(line=line, column=column), expected="UTF-8")
        return
    if code in _REFERENCE:
        base, text = _line(pieces, line, column)
        bare = _bare(base, text, column)
        # The pieces are read: what stands at the break is in the line.
        found = text.decode("utf-8", "replace")[column - 1 : column + _SHOWN - 1].rstrip()
        if bare is not None:
            column, offset, name, right = bare
            new = Proposal(offset + mark, name, right, "safe") if mark is not None else None
            reporter.add("P001-002", Location(line=line, column=column), found=name, expected=right, proposal=new)
            return
    if code == _MISMATCH and (match := _MISMATCH_TEXT.search(message)):
        found, expected = f"</{match[3]}>", f"</{match[1]}>"
        # libxml2 stops behind the end tag; the finding points at it.
        column = max(1, column - len(found))
        base, text = _line(pieces, line, column)
        before = text.decode("utf-8", "replace")[: column - 1].encode()
        if mark is not None and alike(match[3], match[1]) and text.startswith(found.encode(), len(before)):
            new = Proposal(base + len(before) + mark, found, expected, "review")
            reporter.add("P001-002", Location(line=line, column=column), found=found, expected=expected, proposal=new)
            return
    if code == _DECLARATION and mark is not None:
        rest = iter(pieces)
        first = next(rest, b"")
        pieces = chain((first,), rest)
        blanks = _BLANKS_FIRST.match(first)
        if blanks is not None:
            new = Proposal(mark, blanks[1].decode(), "", "safe")
            reporter.add("P001-002", Location(line=1, column=1), found=blanks[1].decode(), proposal=new)
            return
    if found is None:
        found = excerpt(pieces, line, column)
    where = Location(line=line, column=column)
    if code == _ENDS_EARLY or not found:
        match = _ENDS_TEXT.search(message)
        tag = f"</{match[1]}>" if code == _ENDS_EARLY and match is not None else "</Document>"
        english, french = f"{tag}: the file ends in the middle", f"{tag} : le fichier s'arrête au milieu"
        reporter.add("P001-002", where, expected=english, expected_fr=french)
        return
    reporter.add("P001-002", where, found=found, expected=expected)


def _line(pieces: Iterable[bytes], line: int, column: int) -> tuple[int, bytes]:
    """The offset of a line, and its bytes at least as far as a column."""
    lines, base, text = line - 1, 0, b""
    for piece in pieces:
        start = 0
        count = piece.count(b"\n") if lines else 0
        if count < lines:
            lines -= count
            base += len(piece)
            continue
        for _ in range(lines):
            start = piece.index(b"\n", start) + 1
        lines, base = 0, base + start if not text else base
        text += piece[start:]
        if b"\n" in piece[start:] or len(text) > 4 * column + PIECE:
            break
    return base, text.split(b"\n", 1)[0]


def _bare(base: int, text: bytes, column: int) -> tuple[int, int, str, str] | None:
    """The ``&`` or ``<`` before which a parser stopped: column, offset in the document, what stands there, what should.

    ``text`` is the line, which begins at ``base``. A name that HTML knows and XML does not becomes its character,
    another ``&`` is ``&amp;``; a ``<`` that begins no tag is ``&lt;``.
    """
    before = text.decode("utf-8", "replace")[: column - 1]
    at = before.rfind("&")
    if before.endswith("<") and len(text) > len(before.encode()):
        return column - 1, base + len(before[:-1].encode()), "<", "&lt;"
    if at < 0:
        return None
    return at + 1, base + len(before[:at].encode()), *_meant(before[at:])


def _meant(text: str) -> tuple[str, str]:
    """Of a text that begins with a ``&`` that is none of XML: what is wrong, and what should stand there."""
    name = _NAMED.match(text)
    character = html5.get(name[0][1:]) if name is not None else None
    return (name[0], character) if name is not None and character is not None else ("&", "&amp;")


def bare_references(pieces: Iterable[bytes]) -> Iterator[tuple[int, str, str]]:
    """Every ``&`` of a document that is no reference of XML: its offset, what stands there, what should.

    >>> list(bare_references([b"<a>R&D &amp; <![CDATA[&]]>&eac", b"ute;</a>"]))
    [(4, '&', '&amp;'), (26, '&eacute;', 'é')]
    """
    window, base, at, end = b"", 0, 0, b""
    for piece in chain(pieces, [b""]):
        window, base, at = window[at:] + piece, base + at, 0
        while True:
            if end:
                found = window.find(end, at)
                if found < 0:
                    at = max(at, len(window) - 2)
                    break
                at, end = found + len(end), b""
            match = _MARKS.search(window, at)
            if match is None or (piece and len(window) - match.start() < _WIDEST):
                # What may be the beginning of a mark waits for the next piece.
                at = match.start() if match is not None else max(at, len(window) - 8) if piece else len(window)
                break
            at = match.end()
            if match[0] != b"&":
                end = _ENDS[match[0]]
            elif _REFERENCES.match(window, match.start()) is None:
                text = window[match.start() : match.start() + _WIDEST].decode("utf-8", "replace")
                yield base + match.start(), *_meant(text)


_MARKS = re.compile(rb"<!--|<!\[CDATA\[|<\?|&")
_ENDS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_REFERENCES = re.compile(rb"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")
_WIDEST = 40
_SHOWN = 40


def _first(error: etree.XMLSyntaxError) -> tuple[int, tuple[int, int], str]:
    """Code, place and text. Incremental parsers may hide an undeclared entity behind "no element found"."""
    line, column = error.position
    if not line:
        log: Any = error.error_log
        for entry in log:
            if entry.line > 0:
                return entry.type, (entry.line, max(1, entry.column)), entry.message
    code: int = getattr(error, "code", 0) or 0
    return code, (max(1, line or 1), max(1, column or 1)), error.msg or ""


def excerpt(pieces: Iterable[bytes], line: int, column: int, size: int = 40) -> str:
    """Up to ``size`` characters of a UTF-8 document from a place on, to the end of the line; empty beyond the end.

    >>> excerpt([b"one\\ntwo three"], 2, 5)
    'three'
    """
    lines, skip = line - 1, column - 1
    text = b""
    for piece in pieces:
        if lines:
            count = piece.count(b"\n")
            if count < lines:
                lines -= count
                continue
            start = 0
            for _ in range(lines):
                start = piece.index(b"\n", start) + 1
            piece, lines = piece[start:], 0
        end = piece.find(b"\n")
        last = end >= 0
        piece = piece[:end] if last else piece
        length = characters(piece)
        if skip >= length and not text:
            skip -= length
        else:
            text += piece
        if last or len(text) > 4 * (skip + size) + PIECE:
            break
    return text.decode("utf-8", "replace")[skip : skip + size].rstrip()
