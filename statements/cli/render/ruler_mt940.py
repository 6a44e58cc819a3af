"""``show --ruler`` of MT940: each field with its tag and name, its subfields, and the columns of its text lines."""

from __future__ import annotations

from collections.abc import Iterator

from statements.cli.console import table
from statements.cli.texts import Texts
from statements.cli.words import amount, day
from statements.formats.mt940 import read_messages
from statements.formats.mt940.fields import Field, field, subfield_number
from statements.formats.mt940.records import Message
from statements.model.money import Money
from statements.visible import one_line
from statements.wire.dates import yymmdd

_LINE = 65


def lines(data: bytes, texts: Texts) -> list[str]:
    """The ruler view of a whole file."""
    shown: list[str] = []
    for number, message in enumerate(read_messages(data).value, 1):
        title = f"{texts('message', n=number)}, {texts('line', line=message.line)}{texts.colon}MT{message.kind}"
        shown.extend(["", title] if shown else [title])
        for tag, text in message.fields:
            shown.extend(_field(message, tag, text, texts))
    return shown


def _field(message: Message, tag: str, text: tuple[str, ...], texts: Texts) -> Iterator[str]:
    try:
        row: Field | None = field(message.kind, tag)
    except KeyError:
        row = None
    name = "" if row is None else (row.name_fr if texts.lang == "fr" else row.name)
    yield f"  :{tag}: {name or texts('unknown-record')}" if tag else f"  {texts('unknown-record')}"
    if tag == "86" or row is None:
        yield from _text(text)
        return
    values = row.notation.parse("\r\n".join(line.rstrip() for line in text))
    if values is None:
        yield from _text(text)
        return
    rows = []
    for part, (subfield, value) in enumerate(zip(row.subfields, values, strict=False), 1):
        if value is not None:
            label = subfield.name_fr if texts.lang == "fr" else subfield.name
            rows.append(
                (
                    str(subfield_number(tag, part)),
                    label,
                    one_line(value).replace(" ", "·"),
                    _meaning(tag, part, value, message, texts),
                )
            )
    yield from table(rows, (0,), "      ")


def _text(text: tuple[str, ...]) -> Iterator[str]:
    """Free text: the number of each line, its length of 65, and the text; the ruler stands above."""
    ruler = "".join(str(at // 10 % 10) if at % 10 == 0 else "." for at in range(1, _LINE + 1))
    yield f"             {ruler}"
    for number, line in enumerate(text, 1):
        mark = "!" if len(line) > _LINE else " "
        yield f"      {number}  {len(line):2}{mark} {one_line(line)}"


def _meaning(tag: str, part: int, value: str, message: Message, texts: Texts) -> str:
    """A subfield decoded: a date, or an amount with the currency of the message."""
    is_date = (tag == "61" and part == 1) or (tag[:2] in ("60", "62", "64", "65") and part == 2)
    if is_date:
        return day(yymmdd(value), texts)
    is_amount = (tag == "61" and part == 5) or (tag[:2] in ("60", "62", "64", "65") and part == 4)
    if is_amount:
        try:
            money = Money.parse(value.replace(",", ".", 1).rstrip("."), message.currency or "EUR")
        except ValueError:
            return ""
        return amount(money, texts, currency=True)
    return ""
