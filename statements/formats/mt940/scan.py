"""Characters of a message: what is outside the set x, what is hidden, what is a control."""

from __future__ import annotations

import re

from statements.formats.mt940.records import RawField, RawMessage
from statements.formats.mt940.report import Report
from statements.wire.charset import SWIFT_X, describe

_CONTROL = re.compile("[\\x00-\\x08\\x09\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u00ad]")
_HIDDEN = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_OUTSIDE = re.compile(r"[^A-Za-z0-9 /\-?:().,'+\n]")


def check_characters(raw: RawMessage, report: Report) -> None:
    """M940-010, -077 and -078, each once a message, at the first place, with all characters concerned."""
    if raw.raw.isascii() and not SWIFT_X.outside(raw.raw.replace("\r", "").replace("\n", "")):
        return
    controls: dict[str, None] = {}
    hidden: dict[str, None] = {}
    outside: dict[str, None] = {}
    first: dict[str, tuple[RawField, int, int]] = {}
    for field in raw.fields:
        for index, line in enumerate(field.lines):
            if _OUTSIDE.search(line) is None:
                continue
            for match in _OUTSIDE.finditer(line):
                char = match[0]
                if _CONTROL.match(char) is not None:
                    group, rule = controls, "M940-010"
                elif _HIDDEN.match(char) is not None:
                    group, rule = hidden, "M940-078"
                else:
                    group, rule = outside, "M940-077"
                group[char] = None
                column = match.start() + (field.column if index == 0 else 1)
                first.setdefault(rule, (field, index, column))
    for rule, group in (("M940-010", controls), ("M940-077", outside), ("M940-078", hidden)):
        if not group:
            continue
        field, index, column = first[rule]
        number = field.numbers[index] if index < len(field.numbers) else field.line
        shown = "".join(group) if rule == "M940-077" else ", ".join(describe(char) for char in list(group)[:8])
        report.add(rule, number, column, field.tag, found=shown[:60])
