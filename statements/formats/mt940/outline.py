"""The file as a list of fields with their subfields and columns: what a ruler view shows.

>>> fields = outline(b":20:R1\\r\\n:28C:26246/1\\r\\n:86:/REMI/Facture\\r\\n")
>>> [(field.line, field.tag, [(part.column, part.text) for part in field.subfields]) for field in fields][1]
(2, '28C', [(6, '26246'), (12, '1')])
>>> fields[2].lines[0].length
13
"""

from __future__ import annotations

import msgspec

from statements.formats.mt940.fields import ALL_TAGS, field
from statements.formats.mt940.profile import get_profile
from statements.formats.mt940.reader import Pages
from statements.formats.mt940.records import RawField


class OutlineSubfield(msgspec.Struct, frozen=True):
    """One subfield: number, names, notation as the standard prints it, line, 1-based column, text."""

    number: int
    name: str
    name_fr: str
    notation: str
    line: int
    column: int
    text: str


class OutlineLine(msgspec.Struct, frozen=True):
    """One physical line of a field without its tag: number in the file, length, text."""

    line: int
    length: int
    text: str


class OutlineField(msgspec.Struct, frozen=True):
    """One field. ``message`` counts from 1; ``subfields`` is empty when the text does not fit the notation."""

    message: int
    kind: str
    line: int
    tag: str
    name: str
    name_fr: str
    notation: str
    used: bool
    subfields: tuple[OutlineSubfield, ...]
    lines: tuple[OutlineLine, ...]


def outline(data: bytes | str) -> tuple[OutlineField, ...]:
    """Every field of every message, in file order, kept ones (unknown, repeated, out of place) included."""
    pages = Pages(get_profile("qonto"))
    found: list[OutlineField] = []
    for raw in pages.raw_messages(data):
        for each, role in zip(raw.fields, raw.roles, strict=True):
            found.append(_field(raw.number, raw.kind, each, used=role != "kept"))
    return tuple(found)


def _field(message: int, kind: str, raw: RawField, *, used: bool) -> OutlineField:
    numbers = raw.numbers or [raw.line]
    lines = tuple(OutlineLine(line, len(text), text) for line, text in zip(numbers, raw.lines, strict=False))
    row = next((field(each, raw.tag) for each in (kind, "940", "942") if _has(each, raw.tag)), None)
    if row is None:
        return OutlineField(message, kind, raw.line, raw.tag, "", "", "", used, (), lines)
    text = "\r\n".join(line.rstrip() for line in raw.lines)
    notation = row.notation
    spans = notation.spans(text)
    parts: list[OutlineSubfield] = []
    if spans is not None and raw.tag != "86":
        for number, (span, subfield, part) in enumerate(zip(spans, row.subfields, notation.subfields, strict=False), 1):
            if span is None:
                continue
            before = text[: span[0]]
            down = before.count("\r\n")
            column = span[0] - (before.rindex("\r\n") + 2) + 1 if down else raw.column + span[0]
            line = numbers[down] if down < len(numbers) else raw.line
            parts.append(
                OutlineSubfield(
                    number, subfield.name, subfield.name_fr, part.notation, line, column, text[span[0] : span[1]]
                )
            )
    return OutlineField(message, kind, raw.line, raw.tag, row.name, row.name_fr, row.format, used, tuple(parts), lines)


def _has(kind: str, tag: str) -> bool:
    try:
        field(kind, tag)
    except KeyError:
        return False
    return tag in ALL_TAGS
