"""The file as a list of fields with their subfields and columns: what a ruler view shows.

>>> fields = outline(b":20:R1\\r\\n:28C:26246/1\\r\\n:86:/REMI/Facture\\r\\n")
>>> [(field.line, field.tag, [(part.column, part.text) for part in field.subfields]) for field in fields][1]
(2, '28C', [(6, '26246'), (12, '1')])
>>> fields[2].lines[0].length
13
"""

from __future__ import annotations

import msgspec
from msgspec import structs

from statements.formats.mt940.fields import ALL_TAGS, field
from statements.formats.mt940.profile import get_profile
from statements.formats.mt940.reader import Messages
from statements.formats.mt940.records import RawField, RawMessage


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
    messages = Messages(get_profile("qonto"))
    found: list[OutlineField] = []
    for raw in messages.split(data):
        for each in raw.fields:
            found.append(_field(raw, each))
    return tuple(found)


def _field(message: RawMessage, raw: RawField) -> OutlineField:
    place = message.piece.place
    kind = message.kind
    texts = raw.lines
    numbers = [place(raw.line_offset(number))[0] for number in range(len(texts))]
    lines = tuple(OutlineLine(line, len(text), text) for line, text in zip(numbers, texts, strict=True))
    row = next((field(each, raw.tag) for each in (kind, "940", "942") if _has(each, raw.tag)), None)
    shown = OutlineField(
        message=message.number,
        kind=kind,
        line=numbers[0],
        tag=raw.tag,
        name=row.name if row else "",
        name_fr=row.name_fr if row else "",
        notation=row.format if row else "",
        used=raw.role != "kept",
        subfields=(),
        lines=lines,
    )
    if row is None or raw.tag == "86":
        return shown
    text = "\r\n".join(line.rstrip() for line in texts)
    notation = row.notation
    spans = notation.spans(text)
    parts: list[OutlineSubfield] = []
    for number, (span, subfield, part) in enumerate(
        zip(spans or (), row.subfields, notation.subfields, strict=False), 1
    ):
        if span is None:
            continue
        before = text[: span[0]]
        down = before.count("\r\n")
        index = span[0] - (before.rindex("\r\n") + 2) if down else span[0]
        line, column = place(raw.line_offset(down) + index)
        parts.append(
            OutlineSubfield(
                number=number,
                name=subfield.name,
                name_fr=subfield.name_fr,
                notation=part.notation,
                line=line,
                column=column,
                text=text[span[0] : span[1]],
            )
        )
    return structs.replace(shown, subfields=tuple(parts))


def _has(kind: str, tag: str) -> bool:
    try:
        field(kind, tag)
    except KeyError:
        return False
    return tag in ALL_TAGS
