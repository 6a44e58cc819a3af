"""The source line of a finding with a caret under what was found, safe for a terminal.

Columns count characters, as the findings do. A long line (an XML file without line breaks) is cut to a window around
the place; control and direction characters are shown as ``�``, so that a name in the file cannot steer the terminal.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_left

from statements.cli.files import LargeFile
from statements.findings import Location
from statements.visible import blotted

WINDOW = 100
_MARGIN = 14
"""What stands before an excerpt: blanks, the number of the line, a bar."""
RECORD = 120
"""A line that is no longer than a record of CFONB-120 is shown whole."""

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


_PIECE = 1 << 18
"""So much of a file is looked at in one step."""
_LONG = 1 << 16
"""Of a line of more bytes only what stands around the place is decoded."""
_AHEAD = 4096
"""So many characters behind the place are looked at for the end of what was found."""


class SourceLines:
    """The lines of one file, found when they are asked for; neither the file nor a table of its lines is held."""

    __slots__ = ("_counts", "_data", "_encoding", "_record", "_walk", "_window")

    def __init__(self, data: bytes | LargeFile, width: int = 0) -> None:
        room = max(20, width - _MARGIN) if width else RECORD
        self._record, self._window = min(RECORD, room), min(WINDOW, room)
        self._data = data
        self._counts = [0]  # how many line ends stand before each piece of the file
        self._encoding = _encoding(data[:200])
        self._walk: _Walk | None = None

    def line(self, number: int) -> str | None:
        """The text of a line counted from 1, without its end; ``None`` where the file has no such line."""
        start = self._start(number)
        if start is None:
            return None
        size = _LONG
        while b"\n" not in (raw := self._data[start : start + size]) and len(raw) == size:
            size *= 2
        text = _decoded(raw.partition(b"\n")[0], self._encoding).removesuffix("\r")
        return text.removeprefix("\ufeff") if number == 1 else text

    def excerpt(self, number: int | None, column: int | None, found: str | None) -> tuple[str, str] | None:
        r"""The line and the line of carets below it.

        >>> SourceLines(b"<a>\n  <Nm>X</Nm>\n</a>").excerpt(2, 7, "X")
        ('  <Nm>X</Nm>', '      ^')
        """
        left, text = self._around(number, column) if number is not None else (0, "")
        if not text.strip():
            return None
        if column is None or not 1 <= column - left <= len(text):
            return self._cut(blotted(text), 0), ""
        start = column - 1 - left
        length = _length(text, start, found)
        short = not left and (len(text) <= self._record or start + length <= self._window)
        offset = 0 if short else max(0, start - self._window // 4)
        before = blotted(text[offset:start])
        shown = self._cut(before + blotted(text[start:]), left + offset)
        lead = 1 if left + offset else 0
        caret = " " * (lead + _width(before)) + "^" * max(1, _width(blotted(text[start : start + length])))
        return shown, caret[: (self._record if len(text) <= self._record else self._window) + lead]

    def extent(self, location: Location, found: str | None) -> int:
        """How many characters of the line what was found takes at its place; 0 where it has none.

        >>> SourceLines(b"<Nm>A &amp; B</Nm>").extent(Location(line=1, column=5), "A & B")
        9
        """
        if not found or "\n" in found or location.line is None or location.column is None:
            return 0
        left, text = self._around(location.line, location.column)
        start = location.column - 1 - left
        return _length(text, start, found) if 0 <= start < len(text) else 0

    def _around(self, number: int, column: int | None) -> tuple[int, str]:
        """The text of a line around a column, and how many characters stand before it; all of a line that is short."""
        start = self._start(number)
        if start is None:
            return 0, ""
        head = self._data[start : start + _LONG]
        if b"\n" in head or len(head) < _LONG:
            return 0, self.line(number) or ""
        walk = self._walk
        column = column or 1
        left = max(0, column - 1 - _AHEAD)
        if walk is None or walk.start != start or walk.before > left:
            walk = self._walk = _Walk(self._data, start, self._encoding)
        text = walk.text(left, left + 2 * _AHEAD)
        if left and column > left + len(text):
            # Behind its end: the beginning of the line is shown.
            left, text = 0, _Walk(self._data, start, self._encoding).text(0, _AHEAD)
        return left, text

    def _start(self, number: int) -> int | None:
        """Where a line begins."""
        wanted, counts = number - 1, self._counts
        if wanted <= 0:
            return None if wanted else 0
        while counts[-1] < wanted:
            piece = self._piece(len(counts) - 1)
            if not piece:
                return None
            counts.append(counts[-1] + piece.count(b"\n"))
        index = bisect_left(counts, wanted) - 1
        piece, at = self._piece(index), -1
        for _ in range(wanted - counts[index]):
            at = piece.find(b"\n", at + 1)
            if at < 0:
                # Another program has cut the file meanwhile.
                return None
        return index * _PIECE + at + 1

    def _piece(self, index: int) -> bytes:
        return self._data[index * _PIECE : (index + 1) * _PIECE]

    def _cut(self, text: str, offset: int) -> str:
        start = "…" if offset else ""
        fits = len(text) <= (self._window if offset else self._record)
        return start + (text if fits else text[: self._window - 1] + "…")


class _Walk:
    """A way along one long line, piece by piece."""

    def __init__(self, data: bytes | LargeFile, start: int, encoding: str) -> None:
        self._data = data
        self._decode = codecs.getincrementaldecoder(encoding)("replace").decode
        self._at = self.start = start
        self.before = 0  # how many characters are behind
        self._text = ""
        self._whole = False

    def text(self, left: int, right: int) -> str:
        """The characters from ``left`` to ``right``, as far as the line has them; ``left`` never goes back."""
        while not self._whole and self.before + len(self._text) < right:
            raw = self._data[self._at : self._at + _PIECE]
            text = self._decode(raw, not raw)
            if not self._at:
                text = text.removeprefix("\ufeff")
            self._at += len(raw)
            passed = min(left - self.before, len(self._text))
            self.before += passed
            here, end, _ = (self._text[passed:] + text).partition("\n")
            self._whole = not raw or bool(end)
            self._text = here.removesuffix("\r") if self._whole else here
        return self._text[left - self.before : right - self.before]


def _decoded(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        # Statements of banks come in Latin-1 too; XML says its encoding, and what breaks it is shown as such.
        return line.decode(encoding, "replace") if b"<" in line else line.decode("cp1252", "replace")


def _encoding(data: bytes) -> str:
    # UTF-16 has no single-byte line ends: such a file is refused before any line matters.
    match = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    name = match[1].decode("ascii") if match else "utf-8"
    try:
        "".encode(name)
    except LookupError:
        return "utf-8"
    return name


def _length(text: str, start: int, found: str | None) -> int:
    if found and text.startswith(found, start):
        return len(found)
    if text[start] == "<":
        return text.find(">", start) + 1 - start or len(text) - start
    # What was found may be written with entities: the value ends where the next tag or quotation mark begins.
    ends = [end for end in (text.find("<", start), text.find('"', start)) if end > start]
    return min(ends) - start if found and ends else 1


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
