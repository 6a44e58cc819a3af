"""What the files given hold, before any rule of the data: rows with their places, accounts and page counts."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from statements.findings import Location
from statements.formats.qonto.fields import BankAccount, Meta, Transaction

Kind = Literal["json", "csv"]


class Batch(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The rows of one list of one file, in input order.

    ``path`` is the path of the list with ``{}`` for the index of the row; ``lines`` are the line numbers of the rows
    where the format has lines (CSV, JSON lines).
    """

    rows: Sequence[Transaction]
    path: str = ""
    file: str | None = None
    kind: Kind = "json"
    meta: Meta | None = None
    lines: Sequence[int] | None = None
    indexes: Sequence[int] | None = None
    """The index in the list of each row, where rows that could not be read were left out."""
    holders: Mapping[str, str] = {}
    """The account name of a CSV by the text of its account column."""
    given: int = 0
    """How many rows the list had, those that could not be read among them."""

    def location(self, index: int, field: str | None = None, account: str | None = None) -> Location:
        """The place of a row, or of one member of it."""
        path = None
        if self.kind == "json":
            place = index if self.indexes is None else self.indexes[index]
            path = self.path.format(place) + (f".{field}" if field else "")
        line = None if self.lines is None else self.lines[index]
        return Location(line=line, field=field, path=path, account=account, file=self.file)


class Document(msgspec.Struct, kw_only=True):
    """Everything the files hold. ``broken`` is true when a file could not be read at all."""

    batches: list[Batch] = []
    accounts: list[BankAccount] = []
    account_places: list[Location] = []
    holder: str | None = None
    lists_accounts: bool = False
    faulty_accounts: set[str | None] = set()
    """Accounts (by the id of the row) with a row that could not be read."""
    faulty_csv: set[str] = set()
    """The same for rows of a CSV, by the text of the account column."""
    broken: bool = False


class Lines:
    """Line and column of a byte offset, counted from 1; the table of line ends is built once."""

    __slots__ = ("_data", "_ends")

    def __init__(self, data: bytes) -> None:
        self._data = data
        ends = []
        at = data.find(b"\n")
        while at >= 0:
            ends.append(at)
            at = data.find(b"\n", at + 1)
        self._ends = ends

    def at(self, offset: int) -> tuple[int, int]:
        """The line and the column, in characters."""
        line = bisect.bisect_left(self._ends, offset)
        start = self._ends[line - 1] + 1 if line else 0
        return line + 1, len(self._data[start:offset].decode("utf-8", "replace")) + 1
