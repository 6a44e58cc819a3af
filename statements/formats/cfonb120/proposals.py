r"""Remedies as values: what the named repairs read, written into the file as it should stand.

Whether a rule has a proposal, and of which grade, is a column of the rule table. Line ends and the width of records are
mended; never what a zone holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from statements.findings import Finding, Proposal
from statements.formats.cfonb120.records import WIDTH
from statements.wire import line_edits
from statements.wire.line_edits import FileLines, Grade, Remedy, together

# Files whose line ends are not those of ASCII.
_RECODED = frozenset({"C120-207", "C120-217"})
_END_MARKS = b"\x1a\x00"


def proposed(findings: Iterable[Finding], data: bytes) -> tuple[Finding, ...]:
    """The findings, those with a mechanical remedy with their proposal."""
    found = tuple(findings)
    recoded = any(finding.id in _RECODED for finding in found)
    return found if recoded else line_edits.proposed(found, data, _REMEDIES, lambda finding: True)


def _end_marks(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    """What stands from the first mark on; the line end before it stays."""
    edits = []
    for number in range(lines.count, 0, -1):
        whole = lines.whole(number)
        bare = whole.rstrip(_END_MARKS + b"\r\n")
        rest = whole[len(bare) :]
        at = next((at for at, byte in enumerate(rest) if byte in _END_MARKS), None)
        if at is not None:
            edits.append((lines.start(number) + len(bare) + at, rest[at:], b""))
        elif rest == whole and any(byte in _END_MARKS for byte in lines.whole(number - 1)):
            edits.append((lines.start(number), whole, b""))
        if bare:
            break
    return together(edits[::-1], grade)


def _blank_line(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    number = line_edits.number(finding)
    return lines.left_out([number], grade) if not lines.text(number).strip(b" ") else None


def _padded(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    number = line_edits.number(finding)
    text = lines.text(number)
    last = text[-1:]
    missing = WIDTH - int(finding.found or WIDTH)
    if missing <= 0 or not last.isascii() or not last:
        return None
    return together([(lines.start(number) + len(text) - 1, last, last + b" " * missing)], grade)


def _cut(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    number = line_edits.number(finding)
    text = lines.text(number)
    excess = int(finding.found or WIDTH) - WIDTH
    if excess <= 0 or text[len(text) - excess :].strip(b" "):
        return None
    return together([(lines.start(number) + len(text) - excess, text[len(text) - excess :], b"")], grade)


def _parted(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    """A line end after every record of a line."""
    number = line_edits.number(finding)
    text = lines.text(number)
    end = lines.usual_end()
    if not end or not text.isascii() or len(text) % WIDTH:
        return None
    places = range(WIDTH, len(text), WIDTH)
    return together(
        [(lines.start(number) + at - 1, text[at - 1 : at], text[at - 1 : at] + end) for at in places], grade
    )


def _one_kind_of_end(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    return lines.ends(lines.usual_end(), grade)


_REMEDIES: Mapping[str, Remedy] = {
    "C120-201": line_edits.without_mark,
    "C120-202": _end_marks,
    "C120-203": _blank_line,
    "C120-204": _padded,
    "C120-214": _parted,
    "C120-215": _one_kind_of_end,
    "C120-216": _cut,
}
