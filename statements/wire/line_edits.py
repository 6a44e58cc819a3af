r"""Remedies of files that are read line by line: where a line stands in the bytes, and what it should be.

>>> lines = FileLines(b":20:A \n:25:B\r\n")
>>> lines.text(1), lines.end(1), lines.count
(b':20:A ', b'\n', 2)
>>> lines.trimmed(1, "review")
Proposal(offset=5, old=' ', new='', grade='review', more=(), encoding='')
>>> lines.ends(b"\r\n", "review")
Proposal(offset=6, old='\n', new='\r\n', grade='review', more=(), encoding='')
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from statements.findings import Finding, Proposal

Grade = Literal["safe", "review"]
Edit = tuple[int, bytes, bytes]

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_ENDS = re.compile(rb"\r\n|\n|\r")


class FileLines:
    """The lines of a file, counted from 1 as findings do."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = array("q", [match.start() for match in _LINE.finditer(data)])
        self._starts.append(len(data))

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self._starts) - 1

    def start(self, number: int) -> int:
        """The offset of a line."""
        return self._starts[number - 1]

    def whole(self, number: int) -> bytes:
        """A line with its end; empty for a number beyond the last."""
        return self._data[self._starts[number - 1] : self._starts[number]] if 0 < number <= self.count else b""

    def text(self, number: int) -> bytes:
        """A line without its end."""
        return self.whole(number).rstrip(b"\r\n")

    def end(self, number: int) -> bytes:
        """The end of a line; empty where the file ends with it."""
        return self.whole(number)[len(self.text(number)) :]

    def usual_end(self) -> bytes:
        """The line end that occurs most, the earlier one of two alike."""
        found = _ENDS.findall(self._data)
        return max(dict.fromkeys(found), key=found.count, default=b"")

    def left_out(self, numbers: Sequence[int], grade: Grade) -> Proposal | None:
        """Lines that go."""
        return together([(self.start(number), self.whole(number), b"") for number in numbers], grade)

    def trimmed(self, number: int, grade: Grade, more: Iterable[int] = ()) -> Proposal | None:
        """A line, and more, without the blanks at their ends."""
        return together(list(self._blanks((number, *more))), grade)

    def _blanks(self, numbers: Iterable[int]) -> Iterator[Edit]:
        for number in numbers:
            text = self.text(number)
            bare = text.rstrip(b" ")
            if bare and bare != text:
                yield self.start(number) + len(bare), text[len(bare) :], b""

    def ends(self, wanted: bytes, grade: Grade) -> Proposal | None:
        """Every line end that is another one."""
        found = _ENDS.finditer(self._data)
        return together([(match.start(), match[0], wanted) for match in found if match[0] != wanted], grade)


Remedy = Callable[[FileLines, Finding, Grade], Proposal | None]
"""What mends a finding of a file; ``None`` where the remedy is not mechanical after all."""


def proposed(
    findings: Iterable[Finding], data: bytes, remedies: Mapping[str, Remedy], wanted: Callable[[Finding], bool]
) -> tuple[Finding, ...]:
    """The findings; those that are wanted, and whose rule has a grade in its table, with their proposal."""
    lines: FileLines | None = None
    made = []
    for finding in findings:
        grade = finding.rule.columns.get("proposal")
        if grade and wanted(finding):
            lines = lines or FileLines(data)
            proposal = remedies[finding.id](lines, finding, "safe" if grade == "safe" else "review")
            if proposal is not None:
                finding = msgspec.structs.replace(finding, proposal=proposal)
        made.append(finding)
    return tuple(made)


def number(finding: Finding) -> int:
    """The line of a finding; the first for one of the file as a whole."""
    return finding.location.line or 1


def without_mark(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    """The byte order mark goes."""
    return Proposal(0, "\ufeff", "", grade)


def together(edits: Sequence[Edit], grade: Grade) -> Proposal | None:
    """One proposal of several places; ``None`` without any."""
    if not edits:
        return None
    (offset, old, new), *more = ((at, _text(old), _text(new)) for at, old, new in edits)
    return Proposal(offset, old, new, grade, tuple(more))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
