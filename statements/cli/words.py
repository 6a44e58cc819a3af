"""Amounts, dates and places as a person writes them, in one language."""

from __future__ import annotations

import datetime

from statements.cli.texts import Texts
from statements.findings import Finding, Location
from statements.model.money import Money


def amount(money: Money | None, texts: Texts, *, currency: bool = False) -> str:
    """``1,250.50`` or ``1 250,50`` (no-break blank); empty for ``None``.

    >>> amount(Money(-125050, "EUR"), Texts("en")), amount(Money(125050, "EUR"), Texts("fr"))
    ('-1,250.50', '1\\xa0250,50')
    """
    if money is None:
        return ""
    text = number(money.text, texts)
    return f"{text} {money.currency}" if currency else text


def number(decimal: str, texts: Texts) -> str:
    """A plain decimal text with the marks of the language, every digit kept; any other text as it is.

    >>> number("32.001", Texts("fr")), number("1E3", Texts("fr"))
    ('32,001', '1E3')
    """
    if not decimal.lstrip("-").replace(".", "", 1).isdecimal():
        return decimal
    sign, digits = ("-", decimal[1:]) if decimal.startswith("-") else ("", decimal)
    whole, point, cents = digits.partition(".")
    group, mark = ("\u00a0", ",") if texts.lang == "fr" else (",", ".")
    return f"{sign}{group.join(_threes(whole))}{mark if point else ''}{cents}"


def _threes(digits: str) -> list[str]:
    first = len(digits) % 3
    return [part for part in (digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3))) if part]


def day(date: datetime.date | None, texts: Texts) -> str:
    """``2026-09-30`` in English, ``30/09/2026`` in French."""
    if date is None:
        return ""
    return date.strftime("%d/%m/%Y") if texts.lang == "fr" else date.isoformat()


def place(location: Location) -> str:
    """``line:column``, or the path where there is no line, or nothing.

    >>> place(Location(line=3, column=5)), place(Location(path="$.statements[0]"))
    ('3:5', '$.statements[0]')
    """
    if location.line is not None:
        return f"{location.line}:{location.column or 1}"
    return location.path or ""


def spot(finding: Finding, file: str) -> str:
    """``file:line:column`` as editors and log readers know it."""
    where = place(finding.location)
    name = finding.location.file or file
    return f"{name}:{where}" if where else name
