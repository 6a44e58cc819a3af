"""``show --ruler`` of CFONB-120: each record under its columns, then its zones with what they hold."""

from __future__ import annotations

from statements.cli.console import table
from statements.cli.texts import Texts
from statements.formats.cfonb120.outline import OutlineRecord, outline
from statements.visible import one_line


def lines(data: bytes, texts: Texts) -> list[str]:
    """The ruler view of a whole file."""
    shown: list[str] = []
    for number, record in enumerate(outline(data), 1):
        shown.extend(([""] if shown else []) + _record(number, record, texts))
    return shown


def _record(number: int, record: OutlineRecord, texts: Texts) -> list[str]:
    title = f"{texts('record', n=number)}, {texts('line', line=record.line)}"
    if record.column > 1:
        title += f", {texts('column', column=record.column)}"
    title += f"{texts.colon}{one_line(record.code)} {record.name.get(texts.lang)}"
    if record.length != len(record.text):
        title += f" ({texts('length', n=record.length)})"
    rows = [
        (zone.position, zone.name, zone.meaning.get(texts.lang), _columns(zone.raw), zone.says.get(texts.lang))
        for zone in record.zones
        # A reserved zone that is blank, as it should be, says nothing.
        if zone.raw.strip() or zone.says.en
    ]
    return [title, f"  {record.ruler}", f"  {one_line(record.text)}", *table(rows, (0,), "    ")]


def _columns(text: str) -> str:
    """Blanks as middle dots: columns are counted by eye."""
    return one_line(text).replace(" ", "·")
