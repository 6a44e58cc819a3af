"""Statements as an Excel workbook: ``convert --to xlsx`` (extra ``xlsx``).

One sheet, dates as dates, amounts as numbers with the decimals of their currency. Every text cell is of the type text,
whatever it begins with, so that nothing is run as a formula. Nothing in the file depends on the clock or the machine.
The workbook is made in memory: bank data are not left in a folder for temporary files.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from statements.findings import Location, Outcome, Profile
from statements.formats.table.rows import AMOUNTS, COLUMNS, DATES, HEADERS, PROFILES, reporter, told_rows
from statements.model.money import exponent
from statements.model.statement import Statement
from statements.rules import Language

__all__ = ["PROFILES", "write"]

MOST_ROWS = 1_048_575
"""Entries that a sheet holds below its header (ECMA-376 applications have 1,048,576 rows)."""

_WIDTHS = {"counterparty": 28, "text": 44, "account": 30, "counterparty_account": 30, "details": 30}
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def write(statements: Iterable[Statement], profile: str | Profile = "en") -> Outcome[bytes]:
    """The table of all entries as the bytes of a workbook. The same statements give the same bytes.

    Raises ``ValueError`` when openpyxl is not installed.
    """
    report = reporter(profile)
    language: Language = "fr" if report.profile.settings.get("language") == "fr" else "en"
    listed = tuple(statements)
    count = sum(len(item.entries) for item in listed)
    if count > MOST_ROWS:
        account = listed[0].account.iban or listed[0].account.other
        report.add("CNV-405", Location(account=account), found=str(count), expected=str(MOST_ROWS))
        return Outcome(b"", tuple(report.findings))
    book, sheet = _workbook(language)
    for number, row in enumerate(told_rows(listed, report), 2):
        for column, (name, value) in enumerate(zip(COLUMNS, row, strict=True), 1):
            if value is None or value == "":
                continue
            cell = sheet.cell(number, column)
            if name in AMOUNTS and isinstance(value, Decimal):
                currency = row.original_currency if name == "original_amount" else row.currency
                cell.value = value
                cell.number_format = _number_format(currency)
            elif name in DATES and isinstance(value, datetime.date):
                cell.value = value
                cell.number_format = "dd/mm/yyyy" if language == "fr" else "yyyy-mm-dd"
            else:
                # A string cell is never a formula, whatever it begins with.
                cell.value = str(value)
                cell.data_type = "s"
    made = io.BytesIO()
    book.save(made)
    return Outcome(_without_moment(made.getvalue()), tuple(report.findings))


def _workbook(language: Language) -> tuple[Any, Any]:
    try:
        import openpyxl
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter
    except ImportError as error:
        raise ValueError("XLSX needs the extra xlsx: pip install 'statements[xlsx]'") from error
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Écritures" if language == "fr" else "Entries"
    bold = Font(bold=True)
    for column, name in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, column, HEADERS[name].get(language))
        cell.font = bold
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, 16)
    sheet.freeze_panes = "A2"
    return book, sheet


def _number_format(currency: str) -> str:
    places = exponent(currency)
    return "#,##0" + ("." + "0" * places if places else "")


def _without_moment(data: bytes) -> bytes:
    """The same workbook without the moment at which it was made, in its properties and in its archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            if item.filename == "docProps/core.xml":
                content = _MOMENT.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", content)
            entry = zipfile.ZipInfo(item.filename, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            target.writestr(entry, content)
    return made.getvalue()
