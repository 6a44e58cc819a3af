r"""Remedies as values: what the named repairs read, written into the file as it should stand.

Whether a rule has a proposal, and of which grade, is a column of the rule table. Never for a value: an amount with
signs between its thousands keeps its digits.

>>> from statements.formats.mt940 import validate
>>> data = b":20:A\n:25:FR7616958000011234567890177\n:28C:1/1\n:60F:C260902EUR1.000,00\n:62F:C260903EUR1000,00\n-\n"
>>> for finding in validate(data).findings:
...     if finding.id == "M940-047":
...         print(finding.proposal.offset, finding.proposal.old, finding.proposal.new)
62 1.000,00 1000,00
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from statements.findings import Finding, Proposal
from statements.formats.mt940.values import ungrouped
from statements.wire import line_edits
from statements.wire.line_edits import FileLines, Grade, Remedy, together

_CONTROLS = bytes((*range(1, 9), 11, 12, *range(14, 32), 127))
_BROKEN = re.compile(rb": *([0-9]{2}[A-Z]?) *:")
_GLUED = re.compile(rb" *- *(?=:(?:[0-9]{2}[A-Z]?|NSF?):)")
_TAG = re.compile(rb" *:(?:[0-9]{2}[A-Z]?|NSF?):")


def proposed(findings: Iterable[Finding], data: bytes) -> tuple[Finding, ...]:
    """The findings, those with a mechanical remedy with their proposal."""
    found = tuple(findings)
    # A message without its closing balance was cut: an end would make it look whole.
    cut = {finding.location.statement for finding in found if finding.id == "M940-015"}

    def wanted(finding: Finding) -> bool:
        whole = finding.id != "M940-008" or finding.location.statement not in cut
        return whole and finding.location.line is not None

    return line_edits.proposed(found, data, _REMEDIES, wanted)


def _line_ends(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    return lines.ends(b"\r\n", grade)


def _end_of_message(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    """A line with a ``-`` after the last one."""
    number = line_edits.number(finding)
    end = lines.end(number)
    behind = lines.start(number) + len(lines.text(number))
    if end:
        return together([(behind, end, end + b"-" + end)], grade)
    last = lines.text(number)[-1:]
    wanted = lines.usual_end() or b"\r\n"
    return together([(behind - 1, last, last + wanted + b"-" + wanted)], grade) if last.isascii() else None


def _without_controls(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    text = lines.text(line_edits.number(finding))
    size = len(text) - len(text.lstrip(_CONTROLS))
    return together([(lines.start(line_edits.number(finding)), text[:size], b"")], grade) if size else None


def _other_tag(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    number = line_edits.number(finding)
    text = lines.text(number)
    return together([(lines.start(number), b":28:", b":28C:")], grade) if text.startswith(b":28:") else None


def _broken_tag(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    number = line_edits.number(finding)
    whole = lines.whole(number)
    match = _BROKEN.match(whole)
    if match is not None:
        return together([(lines.start(number), match[0], b":" + match[1] + b":")], grade)
    return together([(lines.start(number), whole, b":")], grade) if whole.strip() == b":" else None


def _blank_lines(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    first = last = line_edits.number(finding)
    while last < lines.count and not lines.text(last + 1).strip():
        last += 1
    numbers = range(first, last + 1)
    return lines.left_out(numbers, grade) if not lines.text(first).strip() else None


def _dash(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    """A dash before a tag; one that begins a line of text may belong to it."""
    number = line_edits.number(finding)
    text = lines.text(number)
    glued = _GLUED.match(text)
    if glued is not None:
        return together([(lines.start(number), glued[0], b"")], grade)
    after = next((each for each in map(lines.text, range(number + 1, lines.count + 1)) if each.strip()), b"")
    return lines.left_out([number], grade) if text.strip() == b"-" and _TAG.match(after) is not None else None


def _trailing_blanks(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    """Of every line to the end of the message."""
    first = line_edits.number(finding)
    last = first
    while last < lines.count and not lines.text(last + 1).startswith((b":20:", b"{1:", b"-")):
        last += 1
    return lines.trimmed(first, grade, range(first + 1, last + 1))


def _grouped(lines: FileLines, finding: Finding, grade: Grade) -> Proposal | None:
    """The same digits without the signs between them."""
    number, found = line_edits.number(finding), finding.found or ""
    text, at = lines.text(number), (finding.location.column or 1) - 1
    plain = ungrouped(found.strip())
    if plain is None or not text.isascii() or not text.startswith(found.encode(), at):
        return None
    return together([(lines.start(number) + at, found.encode(), plain.encode())], grade)


_REMEDIES: Mapping[str, Remedy] = {
    "M940-003": line_edits.without_mark,
    "M940-004": _line_ends,
    "M940-008": _end_of_message,
    "M940-010": _without_controls,
    "M940-020": _other_tag,
    "M940-021": _broken_tag,
    "M940-026": _blank_lines,
    "M940-027": _dash,
    "M940-029": _trailing_blanks,
    "M940-047": _grouped,
    "M940-069": _grouped,
}
