"""Depth and length of texts against limits narrower than those of libxml2: one scan, only when a profile asks for it.

libxml2 itself refuses what is deeper than 256 elements or has a text of over 10,000,000 bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.parsers import expat

import msgspec

NATIVE: Mapping[str, int] = {"max_depth": 256, "max_text": 10_000_000}
"""The limits of libxml2 (``huge_tree`` stays off)."""


class Excess(msgspec.Struct, frozen=True):
    """The first place over a limit: line and column from 1, what was counted, the limit."""

    line: int
    column: int
    found: str
    limit: int


class _Stop(Exception):  # noqa: N818 - no fault: the scan has its answer
    pass


def first_excess(pieces: Iterable[bytes], settings: Mapping[str, Any]) -> Excess | None:
    """The first element too deep, or the first text too long; ``None`` when the settings ask for no scan.

    Call it for documents whose prolog is known to hold no DOCTYPE. A broken document is told by its own rule.

        >>> first_excess([b"<a><b>too long</b></a>"], {"max_depth": 2, "max_text": 5})
        Excess(line=1, column=7, found='text of 8 characters', limit=5)
    """
    deepest = min(int(settings["max_depth"] or NATIVE["max_depth"]), NATIVE["max_depth"])
    longest = min(int(settings["max_text"] or NATIVE["max_text"]), NATIVE["max_text"])
    if deepest == NATIVE["max_depth"] and longest == NATIVE["max_text"]:
        return None
    scan = _Scan(deepest, longest)
    try:
        for piece in pieces:
            scan.parser.Parse(piece, False)
        scan.parser.Parse(b"", True)
    except (_Stop, expat.ExpatError):
        pass
    return scan.excess


class _Scan:
    def __init__(self, deepest: int, longest: int) -> None:
        self.excess: Excess | None = None
        self._deepest, self._longest = deepest, longest
        self._depth = self._length = 0
        self._start = (1, 1)
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._open
        self.parser.EndElementHandler = self._close
        self.parser.CharacterDataHandler = self._text

    def _place(self) -> tuple[int, int]:
        return self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._end_of_text()
        self._depth += 1
        if self._depth > self._deepest:
            line, column = self._place()
            self.excess = Excess(line, column, f"depth {self._depth}", self._deepest)
            raise _Stop

    def _close(self, name: str) -> None:
        self._end_of_text()
        self._depth -= 1

    def _text(self, text: str) -> None:
        if not self._length:
            self._start = self._place()
        self._length += len(text)

    def _end_of_text(self) -> None:
        if self._length > self._longest:
            line, column = self._start
            self.excess = Excess(line, column, f"text of {self._length} characters", self._longest)
            raise _Stop
        self._length = 0
