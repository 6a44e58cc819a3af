"""Cells of an export as values: amounts and dates in the spellings that exports and spreadsheets write."""

from __future__ import annotations

import datetime
import re

_BLANKS = dict.fromkeys(map(ord, " \u00a0\u202f\u2009"))
_MINUS = {ord("\u2212"): "-"}
_NUMBER = re.compile(r"([+-]?)([0-9]+)(?:([.,])([0-9]{1,2}))?", re.ASCII)
_GROUPED = re.compile(r"([+-]?)([0-9]{1,3}(?:([.,])[0-9]{3})(?:\3[0-9]{3})*)([.,])([0-9]{1,2})", re.ASCII)


def decimal_text(cell: str) -> str | None:
    """An amount as written in a cell, as plain decimal text; ``None`` when it is none.

    >>> decimal_text("-1 250,50"), decimal_text("1,250.50"), decimal_text("1,250")
    ('-1250.50', '1250.50', None)
    """
    text = cell.translate(_BLANKS).translate(_MINUS)
    sign, whole, fraction = "", "", ""
    if match := _NUMBER.fullmatch(text):
        sign, whole, fraction = match[1], match[2], match[4] or ""
    elif (match := _GROUPED.fullmatch(text)) and match[3] != match[4]:
        sign, whole, fraction = match[1], match[2].replace(match[3], ""), match[5]
    else:
        return None
    return ("-" if sign == "-" else "") + whole + (f".{fraction}" if fraction else "")


_TIME = r"(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?Z?)?"
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})" + _TIME, re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})" + _TIME, re.ASCII)


def moment_of(cell: str) -> datetime.datetime | None:
    """A date with or without a time, as the exports write it; without a time, the start of the day.

    >>> moment_of("30-09-2026 13:15:00") == moment_of("2026-09-30 13:15:00"), moment_of("31-02-2026")
    (True, None)
    """
    if match := _YEAR_FIRST.fullmatch(cell):
        year, month, day = match[1], match[2], match[3]
    elif match := _DAY_FIRST.fullmatch(cell):
        day, month, year = match[1], match[2], match[3]
    else:
        return None
    try:
        return datetime.datetime(  # noqa: DTZ001 - the caller knows the zone of the column
            int(year), int(month), int(day), int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
        )
    except ValueError:
        return None


def short(cell: str) -> str:
    """A cell for a message: printable and short."""
    return "".join(char if char.isprintable() else "." for char in cell)[:40]
