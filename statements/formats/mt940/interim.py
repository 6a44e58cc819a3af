"""What only an MT942 has: floor limits, counts and sums of the entries."""

from __future__ import annotations

import re

from statements.formats.mt940.amounts import read_amount
from statements.formats.mt940.records import Message, RawField, RawMessage
from statements.formats.mt940.report import Report
from statements.model.money import Money, exponent

_FLOOR = re.compile(r"([A-Z]{3})([A-Z])?([0-9., ]+)", re.ASCII)
_COUNT = re.compile(r"([0-9]{1,5})([A-Z]{3})([0-9., ]+)", re.ASCII)


def check_interim(raw: RawMessage, message: Message, report: Report) -> None:
    """M940-090 floor limits, -091 one currency, -092 counts and sums against the entries."""
    floors = [
        field for field, role in zip(raw.fields, raw.roles, strict=True) if field.tag == "34F" and role == "frame"
    ]
    marks = []
    currencies: list[tuple[str, RawField, int]] = []
    for field in floors:
        match = _FLOOR.fullmatch(field.text)
        marks.append(match[2] or "" if match is not None else "?")
        if match is not None:
            currencies.append((match[1], field, field.column))
    if marks not in ([""], ["D", "C"]):
        field = floors[0] if floors else raw.fields[-1]
        report.add("M940-090", field.line, field.column, "34F", found=", ".join(mark or "-" for mark in marks))
    for field, role in zip(raw.fields, raw.roles, strict=True):
        if role != "frame" or field.tag not in ("90D", "90C"):
            continue
        match = _COUNT.fullmatch(field.text)
        if match is None:
            report.add("M940-092", field.line, field.column, field.tag, found=field.text[:40])
            continue
        currencies.append((match[2], field, field.column + match.start(2)))
        _compare(field, match, message, report)
    for currency, field, column in currencies[1:]:
        if currency[:2] != currencies[0][0][:2]:
            report.add("M940-091", field.line, column, field.tag, "Currency", found=currency, expected=currencies[0][0])


def _compare(field: RawField, match: re.Match[str], message: Message, report: Report) -> None:
    amounts = [entry.amount.minor for entry in message.entries if entry.amount is not None]
    credit = field.tag == "90C"
    chosen = [minor for minor in amounts if (minor >= 0) == credit]
    stated = read_amount(match[3].strip(), exponent(match[2])).minor
    total = abs(sum(chosen))
    if int(match[1]) != len(chosen) or stated != total:
        report.add(
            "M940-092",
            field.line,
            field.column,
            field.tag,
            found=field.text,
            expected=f"{len(chosen)} {Money(total, match[2]).text}",
        )
