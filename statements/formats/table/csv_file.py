"""Statements as CSV (RFC 4180): ``convert --to csv``.

In English: comma, decimal point, ISO dates, UTF-8. In French, as French spreadsheets want it: semicolon, decimal comma,
``31/12/2026``, UTF-8 with a byte order mark. Lines end in CRLF. A text that a spreadsheet would run as a formula gets
an apostrophe before it; amounts and dates are never touched.

>>> write((), profile="fr").value.decode("utf-8-sig").split(";")[:3]
['Date', 'Date de valeur', 'Code']
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from statements.findings import Location, Outcome, Profile, Reporter
from statements.formats.table.rows import (
    AMOUNTS,
    COLUMNS,
    DATES,
    HEADERS,
    PROFILES,
    TableRow,
    reporter,
    tell,
    told_rows,
)
from statements.model.statement import Statement
from statements.rules import Language

__all__ = ["PROFILES", "write"]

# What makes a cell a formula: these signs, also in their wide forms, at the beginning.
_FORMULA = re.compile("[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_BOM = "\ufeff"


def write(statements: Iterable[Statement], profile: str | Profile = "en") -> Outcome[bytes]:
    """The table of all entries as the bytes of a CSV file. The same statements give the same bytes."""
    report = reporter(profile)
    language: Language = "fr" if report.profile.settings.get("language") == "fr" else "en"
    lines = [[HEADERS[name].get(language) for name in COLUMNS]]
    listed = tuple(statements)
    entries = ((number, at) for number, item in enumerate(listed, 1) for at in range(1, len(item.entries) + 1))
    for row, (number, at) in zip(told_rows(listed, report), entries, strict=True):
        place = Location(statement=number, entry=at, account=row.account or None)
        lines.append(_cells(row, language, place, report))
    text = _text(lines, language)
    if _read(text, language) != lines:
        report.add("CNV-499")
        return Outcome(b"", tuple(report.findings))
    return Outcome(((_BOM if language == "fr" else "") + text).encode("utf-8", "replace"), tuple(report.findings))


def _cells(row: TableRow, language: Language, place: Location, report: Reporter) -> list[str]:
    cells = []
    for name, value in zip(COLUMNS, row, strict=True):
        if value is None:
            cells.append("")
        elif name in AMOUNTS and isinstance(value, Decimal):
            cells.append(f"{value:f}".replace(".", "," if language == "fr" else "."))
        elif name in DATES and isinstance(value, datetime.date):
            cells.append(value.strftime("%d/%m/%Y") if language == "fr" else value.isoformat())
        else:
            cells.append(_harmless(name, str(value), place, report))
    return cells


def _harmless(name: str, text: str, place: Location, report: Reporter) -> str:
    if _FORMULA.match(text) is None:
        return text
    at = Location(statement=place.statement, entry=place.entry, account=place.account, field=name)
    tell(report, "CNV-401", at, name, text, f"'{text}")
    return f"'{text}"


def _text(lines: Sequence[Sequence[str]], language: Language) -> str:
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=_delimiter(language), lineterminator="\r\n").writerows(lines)
    return made.getvalue()


def _read(text: str, language: Language) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(language), strict=True))


def _delimiter(language: Language) -> str:
    return ";" if language == "fr" else ","
