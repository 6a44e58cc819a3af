"""The source line of a finding with a caret under what was found, safe for a terminal.

Columns count characters, as the findings do. A long line (an XML file without line breaks) is cut to a window around
the place; control and direction characters are shown as ``�``, so that a name in the file cannot steer the terminal.
"""

from __future__ import annotations

import re
import unicodedata

from statements.visible import blotted

WINDOW = 100
RECORD = 120
"""A line that is no longer than a record of CFONB-120 is shown whole."""

_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


class Source:
    """The lines of one file, found when they are first asked for."""

    __slots__ = ("_data", "_encoding", "_starts")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts: list[int] | None = None
        self._encoding = _encoding(data)

    def line(self, number: int) -> str | None:
        """The text of a line counted from 1, without its end; ``None`` where the file has no such line."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in re.finditer(rb"\n", self._data))]
        if not 1 <= number <= len(self._starts):
            return None
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self._data)
        text = _decoded(self._data[start:end], self._encoding).removesuffix("\r")
        return text.removeprefix("\ufeff") if number == 1 else text

    def excerpt(self, number: int | None, column: int | None, found: str | None) -> tuple[str, str] | None:
        r"""The line and the line of carets below it.

        >>> Source(b"<a>\n  <Nm>X</Nm>\n</a>").excerpt(2, 7, "X")
        ('  <Nm>X</Nm>', '      ^')
        """
        text = None if number is None else self.line(number)
        if not text or not text.strip():
            return None
        if column is None or not 1 <= column <= len(text):
            return _cut(blotted(text), 0), ""
        start = column - 1
        length = _length(text, start, found)
        offset = 0 if len(text) <= RECORD or start + length <= WINDOW else max(0, start - WINDOW // 4)
        before = blotted(text[offset:start])
        shown = _cut(before + blotted(text[start:]), offset)
        lead = 1 if offset else 0
        caret = " " * (lead + _width(before)) + "^" * max(1, _width(blotted(text[start : start + length])))
        return shown, caret[: (RECORD if len(text) <= RECORD else WINDOW) + lead]


def _decoded(line: bytes, encoding: str) -> str:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        # Statements of banks come in Latin-1 too; XML says its encoding, and what breaks it is shown as such.
        return line.decode(encoding, "replace") if b"<" in line else line.decode("cp1252", "replace")


def _encoding(data: bytes) -> str:
    # UTF-16 has no single-byte line ends: such a file is refused before any line matters.
    match = _DECLARED.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
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


def _cut(text: str, offset: int) -> str:
    start = "…" if offset else ""
    return start + (text if len(text) <= (WINDOW if offset else RECORD) else text[: WINDOW - 1] + "…")


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
