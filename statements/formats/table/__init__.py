"""Statements as a table, one row an entry: CSV and XLSX files for spreadsheets, rows for data frames.

>>> from statements.model.account import Account
>>> from statements.model.statement import Statement
>>> list(rows([Statement(Account("FR7616958000011234567890177"))])), COLUMNS[:3]
([], ('booking_date', 'value_date', 'code'))
"""

from statements.formats.table.rows import COLUMNS, TableRow, rows, rules

__all__ = ["COLUMNS", "TableRow", "rows", "rules"]
