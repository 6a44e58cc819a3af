"""docs/formats/table.md: the columns of the CSV and XLSX tables, and the recipe for data frames."""

from __future__ import annotations

from generators.markdown import code, generated, join, table
from statements.formats.table import COLUMNS, TableRow
from statements.formats.table.rows import AMOUNTS, DATES, HEADERS

RECIPE = """```python
import pandas

import statements
from statements.formats import table

with open("september.sta", "rb") as file:
    read = statements.read(file.read()).unwrap()

frame = pandas.DataFrame(table.rows(read), columns=table.COLUMNS)
frame["booking_date"] = pandas.to_datetime(frame["booking_date"])
by_day = frame.groupby("booking_date")[["debit", "credit"]].agg(lambda cents: sum(cents.dropna()))
print(by_day)
```"""
"""Run by a test as it stands."""


def pages() -> dict[str, str]:
    """The page by its path under docs/."""
    return {"formats/table.md": page()}


def page() -> str:
    """The whole page."""
    parts = [
        "# Tables: CSV and XLSX",
        "`statements convert SOURCE --to csv` and `--to xlsx` write one row for each entry of any statement: of Qonto "
        "data, MT940, CFONB-120 or our JSON. XLSX needs the extra: `pip install 'statements[xlsx]'`.",
        "| | `--lang en` (profile `en`) | `--lang fr` (profile `fr`) |\n| --- | --- | --- |\n"
        "| CSV delimiter, decimals | comma, point | semicolon, comma |\n"
        "| dates | `2026-09-30` | `30/09/2026` |\n"
        "| encoding of CSV | UTF-8 | UTF-8 with byte order mark |\n"
        "| line ends, quotes of CSV | CRLF, RFC 4180 | CRLF, RFC 4180 |\n"
        "| XLSX | dates as dates, amounts as numbers | the same, shown day first |",
        "A text that a spreadsheet would run as a formula (it begins with `=`, `+`, `-` or `@`, also in their wide "
        "forms) gets an apostrophe before it in CSV, and `CNV-401` says so; in XLSX every text cell is of the type "
        "text. Amounts and dates are never touched. Line breaks and hidden characters in texts become blanks "
        "(`CNV-402`). The same statements give the same bytes, in XLSX too.",
        "## Columns",
        _columns(),
        "A table has no place for: the role of the counterparty, the name of the account's holder and its bank, "
        "statement numbers, available balances, and the balances of a statement without an entry (`CNV-404`). Write "
        "JSON where they are needed.",
        "## Data frames",
        "The same rows go into a data frame without a file between. Amounts are exact (`Decimal`), days are dates.",
        RECIPE,
    ]
    return generated("statements/formats/table") + join(parts)


def _columns() -> str:
    kinds = {name: "date" if name in DATES else "amount" if name in AMOUNTS else "text" for name in TableRow._fields}
    rows = [(code(name), HEADERS[name].en, HEADERS[name].fr, kinds[name]) for name in COLUMNS]
    return table(("in a data frame", "header", "in French", "kind"), rows)
