"""The source line of a finding with a caret under what was found, safe for a terminal.

Columns count characters, as the findings do. A long line (an XML file without line breaks) is cut to a window around
the place; control and direction characters are shown as ``�``, so that a name in the file cannot steer the terminal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from statements.cli.files import LargeFile
from statements.visible import blotted

WINDOW = 100
_MARGIN = 14
"""What stands before an excerpt: blanks, the number of the line, a bar."""
RECORD = 120
"""A line that is no longer than a record of CFONB-120 is shown whole."""

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


class SourceLines:
    """The lines of one file, found when they are first asked for."""

    __slots__ = ("_data", "_encoding", "_record", "_starts", "_window")

    def __init__(self, data: bytes | LargeFile, width: int = 0) -> None:
        room = max(20, width - _MARGIN) if width else RECORD
        self._record, self._window = min(RECORD, room), min(WINDOW, room)
        self._data = data
        self._starts: list[int] | None = None
        self._encoding = _encoding(data[:200])

    def line(self, number: int) -> str | None:
        """The text of a line counted from 1, without its end; ``None`` where the file has no such line."""
        if self._starts is None:
            self._starts = [0, *_line_starts(self._data)]
        if not 1 <= number <= len(self._starts):
            return None
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self._data)
        text = _decoded(self._data[start:end], self._encoding).removesuffix("\r")
        return text.removeprefix("\ufeff") if number == 1 else text

    def excerpt(self, number: int | None, column: int | None, found: str | None) -> tuple[str, str] | None:
        r"""The line and the line of carets below it.

        >>> SourceLines(b"<a>\n  <Nm>X</Nm>\n</a>").excerpt(2, 7, "X")
        ('  <Nm>X</Nm>', '      ^')
        """
        text = None if number is None else self.line(number)
        if not text or not text.strip():
            return None
        if column is None or not 1 <= column <= len(text):
            return self._cut(blotted(text), 0), ""
        start = column - 1
        length = _length(text, start, found)
        short = len(text) <= self._record or start + length <= self._window
        offset = 0 if short else max(0, start - self._window // 4)
        before = blotted(text[offset:start])
        shown = self._cut(before + blotted(text[start:]), offset)
        lead = 1 if offset else 0
        caret = " " * (lead + _width(before)) + "^" * max(1, _width(blotted(text[start : start + length])))
        return shown, caret[: (self._record if len(text) <= self._record else self._window) + lead]

    def _cut(self, text: str, offset: int) -> str:
        start = "…" if offset else ""
        fits = len(text) <= (self._window if offset else self._record)
        return start + (text if fits else text[: self._window - 1] + "…")


def _line_starts(data: bytes | LargeFile) -> Iterator[int]:
    if isinstance(data, bytes):
        yield from (match.end() for match in re.finditer(rb"\n", data))
        return
    before = 0
    with data.open() as stream:
        while piece := stream.read(1 << 20):
            yield from (before + match.end() for match in re.finditer(rb"\n", piece))
            before += len(piece)


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
