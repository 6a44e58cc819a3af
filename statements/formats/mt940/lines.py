"""Rules about lines: width and number of the text lines, blanks at their ends, length of the message."""

from __future__ import annotations

from statements.formats.mt940.narrative import dialect, read_narrative
from statements.formats.mt940.records import RawField, RawMessage
from statements.formats.mt940.report import Report

MESSAGE_LIMIT = 2_000
"""Characters of a message, CR and LF counted one each, from ``:20:`` (or ``{1:``) to ``-`` or ``-}``."""


def check_lines(raw: RawMessage, report: Report) -> None:
    """M940-025, -029, -070 to -076 of one message."""
    if report.reporter.severity("M940-025") is not None:
        length = len(raw.raw.rstrip("\r\n"))
        if length > MESSAGE_LIMIT:
            report.add("M940-025", raw.line, 1, found=str(length), expected=str(MESSAGE_LIMIT))
    blank = _trailing(raw)
    if blank is not None:
        field, index = blank
        before = field.column - 1 if index == 0 else 0
        report.add("M940-029", field.numbers[index], before + len(field.lines[index].rstrip()) + 1, field.tag)
    entry = 0
    for field, role in zip(raw.fields, raw.roles, strict=True):
        if role == "entry":
            entry += 1
        if role in ("narrative", "text"):
            report.entry = entry if role == "narrative" else None
            check_narrative(field, role, report)
    report.entry = None


def _trailing(raw: RawMessage) -> tuple[RawField, int] | None:
    for field in raw.fields:
        for index, line in enumerate(field.lines):
            if line[-1:] == " " and line.strip() and index < len(field.numbers):
                return field, index
    return None


def check_narrative(field: RawField, role: str, report: Report) -> None:
    """M940-070 to -076 of one ``:86:``."""
    lines = field.lines
    texts = [line.rstrip() for line in lines]
    if not any(texts):
        report.add("M940-072", field.line, field.column, "86")
        return
    while not texts[-1]:
        texts.pop()
    if len(texts) > 6:
        report.add("M940-070", field.numbers[6], 1, "86", found=str(len(texts)), expected="6")
    for index, text in enumerate(texts):
        if len(text) > 65:
            column = (field.column if index == 0 else 1) + 65
            report.add("M940-071", field.numbers[index], column, "86", found=str(len(text)), expected="65")
            break
    if role == "narrative" and dialect(texts) != "plain":
        if field.parts is None:
            field.parts = read_narrative(lines)
        for note in field.parts.notes:
            report.add(
                note.rule,
                field.numbers[note.line] if note.line < len(field.numbers) else field.line,
                1,
                "86",
                found=note.found,
            )
