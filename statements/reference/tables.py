"""The loader of the code tables in ``statements/reference/data``, and of those of other rooms.

A table is a tab-separated UTF-8 file. Its first line starts with ``# origin`` and says where the data come from
and when they were transcribed; the second line names the columns; no quoting, no empty lines.

>>> table("country_codes")[0]
{'code': 'AD', 'name_en': 'Andorra'}
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def table(name: str, package: str = "statements.reference") -> tuple[dict[str, str], ...]:
    """The rows of ``data/<name>.tsv`` of a package in file order, each a dictionary by column.

    Raises ``FileNotFoundError`` for a table that does not exist and ``ValueError`` for a row that has not
    exactly one cell for each column: a slip in the data must never shift a column.
    """
    text = files(package).joinpath("data", f"{name}.tsv").read_text("utf-8")
    lines = text.split("\n")
    if not lines[0].startswith("# origin"):
        raise ValueError(f"table {name} does not state its origin on line one")
    columns = lines[1].split("\t")
    rows = []
    for number, line in enumerate(lines[2:], start=3):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise ValueError(f"table {name}, line {number}: {len(cells)} cells for {len(columns)} columns")
        rows.append(dict(zip(columns, cells, strict=True)))
    return tuple(rows)
