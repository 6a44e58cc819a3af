"""Places of a document asked for in portions, in the order of the file: it is read once for all of them.

A file may have a fault in each of very many payments: what mends them is worked out portion by portion, in flat memory
and without beginning anew.

>>> text = b"<D><M><PmtInf><CdtTrfTxInf><A>1</A></CdtTrfTxInf><CdtTrfTxInf><A>2</A></CdtTrfTxInf></PmtInf></M></D>"
>>> onward = Onward(lambda: [text])
>>> [onward.locate([f"PmtInf[1]/CdtTrfTxInf[{number}]/A"]).popitem()[1].tag.column for number in (1, 2, 1)]
[28, 63, 28]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from statements.formats.pain001.outline import Windows
from statements.formats.pain001.positions import Place, PlaceScan, locate

PART = re.compile(r"PmtInf\[(\d+)\](?:/CdtTrfTxInf\[(\d+)\])?")
"""Block and payment of a path."""


class Onward:
    """A document that ``pieces`` gives in UTF-8, anew each time it is called.

    A portion holds payments as a whole. ``lines`` are counted unless nobody asks for more than offsets.
    """

    def __init__(self, pieces: Callable[[], Iterable[bytes]], *, lines: bool = True) -> None:
        self.pieces = pieces
        self._lines = lines
        self._scan: PlaceScan | None = None
        self._last = (0, 0)
        self._windows: Windows | None = None
        self._behind = 0

    def locate(self, paths: Iterable[str]) -> dict[str, Place]:
        """As :func:`~.positions.locate`. What lies before the last portion is looked for from the start again."""
        if self._scan is None:
            self._scan, everything = PlaceScan(self.pieces(), lines=self._lines), set(paths)
            self._last = max(map(_at, everything), default=(0, 0))
            return self._scan.run(everything)
        ahead: set[str] = set()
        before: set[str] = set()
        for path in paths:
            (ahead if _at(path) > self._last else before).add(path)
        self._last = max(map(_at, ahead), default=self._last)
        places = locate(self.pieces(), before) if before else {}
        places.update(self._scan.run(ahead))
        return places

    def windows(self, offsets: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Each of these places with the bytes from it on."""
        wanted = sorted(set(offsets))
        before = [offset for offset in wanted if offset < self._behind]
        if before:
            yield from Windows(self.pieces()).at(before)
        if self._windows is None:
            self._windows = Windows(self.pieces())
        self._behind = max([self._behind, *wanted])
        yield from self._windows.at(wanted[len(before) :])


def _at(path: str) -> tuple[int, int]:
    """Block and payment of a path; nothing for what stands in neither."""
    match = PART.match(path)
    return (int(match[1]), int(match[2] or 0)) if match is not None else (0, 0)
