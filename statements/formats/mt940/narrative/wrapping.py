"""The layout of a narrative in lines of 65: first by word, and when that needs more than six lines, in full lines.

A line shorter than 65 is always followed by a blank or a word, so that joining with nothing is exact. No line ends
with a blank; no later line begins with ``:`` or ``-``, not even after blanks: some readers take such a line for a tag
or for the end of the message.

    >>> wrap(["/EREF/E2E-2026-0815", "/BENM//NAME/Societe Generale d'Equipement + Fils"]).lines
    ['/EREF/E2E-2026-0815', "/BENM//NAME/Societe Generale d'Equipement + Fils"]
"""

from __future__ import annotations

import msgspec

WIDTH = 65
LINES = 6
_EARLIEST = WIDTH - 25
"""A line is cut before a blank within 25 columns of the edge."""
_ROOM = 10
"""A part begins on a line when its word and ten columns are left there."""


class Wrapped(msgspec.Struct, frozen=True):
    """The lines of a narrative, and the parts as written where a ``:`` or ``-`` at a line start was replaced."""

    lines: list[str]
    parts: list[str]


class BadStart(Exception):  # noqa: N818 - a step of the layout, never seen outside
    """A ``:`` or ``-`` would open a line: ``part`` and ``index`` say where it stands."""

    def __init__(self, part: int, index: int) -> None:
        self.part, self.index = part, index


def wrap(parts: list[str], lines: int = LINES) -> Wrapped | None:
    """The layout of parts (``/WORD/value`` each, values trimmed, single blanks), or ``None`` when it does not fit."""
    first = "".join(parts)
    if len(first) <= WIDTH:
        return Wrapped([first], parts)
    if len(first) > lines * WIDTH:
        return None
    for layout in (by_word, _full):
        texts = parts
        while True:
            try:
                laid = layout(texts)
            except BadStart as bad:
                text = texts[bad.part]
                texts = list(texts)
                texts[bad.part] = f"{text[: bad.index]}.{text[bad.index + 1 :]}"
                continue
            break
        if len(laid) <= lines:
            return Wrapped(laid, texts)
    return None


def _word_length(part: str) -> int:
    """The length of the code word of a part: ``/ORDP//NAME/`` is one."""
    second = part.index("/", 1) + 1
    if part[second : second + 6] == "/NAME/":
        return second + 6
    return second


def by_word(parts: list[str]) -> list[str]:
    """The lines by word, however many. Raises :class:`BadStart` where a text has to be changed."""
    lines: list[str] = []
    line = ""
    for number, part in enumerate(parts):
        left = WIDTH - len(line)
        if len(part) <= left:
            line += part
            continue
        if line and (len(part) <= WIDTH or left < _word_length(part) + _ROOM):
            lines.append(line)
            line = ""
        at = 0
        while len(line) + len(part) - at > WIDTH:
            cut = _cut(part, at, len(line), number)
            lines.append(line + part[at:cut])
            line, at = "", cut
        line += part[at:]
    lines.append(line)
    return lines


def _cut(part: str, at: int, column: int, number: int) -> int:
    """Where the line ends inside a part that starts at index ``at`` in 0-based ``column``: an index of the part."""
    edge = at + WIDTH - column
    blank = edge
    lowest = max(at + 1, at + _EARLIEST - column)
    while (blank := part.rfind(" ", lowest, blank + 1)) >= 0:
        if part[blank + 1] not in ":-":
            return blank
        blank -= 1
    return _hard(part, edge, number)


def _hard(part: str, edge: int, number: int) -> int:
    """The cut at the edge itself; a ``:`` or ``-`` that would open the next line cannot stay."""
    start = edge + 1 if part[edge] == " " else edge
    if part[start] in ":-":
        raise BadStart(number, start)
    return edge


def _full(parts: list[str]) -> list[str]:
    text = "".join(parts)
    lines: list[str] = []
    at = 0
    while len(text) - at > WIDTH:
        edge = at + WIDTH
        if text[edge - 1] == " " or text[edge] in " :-":
            cut = _blank_before(text, at, edge)
            if cut is None:
                start = edge + 1 if text[edge] == " " else edge
                raise BadStart(*_owner(parts, start))
        else:
            cut = edge
        lines.append(text[at:cut])
        at = cut
    lines.append(text[at:])
    return lines


def _blank_before(text: str, at: int, edge: int) -> int | None:
    blank = edge
    while (blank := text.rfind(" ", at + _EARLIEST, blank + 1)) >= 0:
        if text[blank + 1] not in ":-":
            return blank
        blank -= 1
    return None


def _owner(parts: list[str], index: int) -> tuple[int, int]:
    """The part and the index in it of an index in the joined text."""
    for number, part in enumerate(parts):
        if index < len(part):
            return number, index
        index -= len(part)
    raise IndexError(index)
