"""What the files given hold, before any rule of the data: rows with their places, accounts and page counts."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from statements.findings import Location, Reporter
from statements.formats.qonto.decoders import BankAccount, Meta, Transaction

Kind = Literal["json", "csv"]


class RowBatch(msgspec.Struct, frozen=True, kw_only=True, eq=False):
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

    batches: list[RowBatch] = []
    accounts: list[BankAccount] = []
    account_places: list[Location] = []
    holder: str | None = None
    lists_accounts: bool = False
    faulty_accounts: set[str | None] = set()
    """Accounts (by the id of the row) with a row that could not be read."""
    faulty_csv: set[str] = set()
    """The same for rows of a CSV, by the text of the account column."""
    broken: bool = False


class JsonSource:
    """One JSON file on its way into the document."""

    def __init__(self, data: bytes, file: str | None, document: Document) -> None:
        self.data = data
        self.file = file
        self.document = document
        self.rows = 0
        """How many rows were added."""
        self._start = len(document.batches)

    def forget(self) -> None:
        """Take back the rows that an attempt added before it failed."""
        del self.document.batches[self._start :]
        self.rows = 0

    def add_rows(
        self,
        rows: Sequence[Any],
        path: str,
        meta: Meta | None,
        *,
        given: int | None = None,
        indexes: Sequence[int] | None = None,
        lines: Sequence[int] | None = None,
    ) -> None:
        """Add the rows of one list; ``given`` and ``indexes`` where some of its items could not be read."""
        self.rows += len(rows)
        self.document.batches.append(
            RowBatch(
                rows=rows,
                path=path,
                file=self.file,
                meta=meta,
                given=len(rows) if given is None else given,
                indexes=indexes,
                lines=lines,
            )
        )

    def add_accounts(self, accounts: Sequence[BankAccount], path: str) -> None:
        """Add the accounts of one list with their places."""
        self.document.lists_accounts = True
        for index, account in enumerate(accounts):
            self.document.accounts.append(account)
            self.document.account_places.append(Location(path=f"{path}[{index}]", file=self.file))


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


# -- pages ------------------------------------------------------------------------------------------------------------

INCOMPLETE = "QNT-003"


def incomplete(reporter: Reporter) -> bool:
    """Whether :func:`check_pages` found rows missing."""
    return any(finding.id == INCOMPLETE for finding in reporter.findings)


def check_pages(document: Document, reporter: Reporter) -> None:
    """Report each list (one account, one download) of which rows or pages are missing."""
    lists: dict[str | None, dict[tuple[object, ...], RowBatch]] = {}
    for batch in document.batches:
        meta = batch.meta
        if meta is None or meta.total_count is None:
            continue
        past_the_end = (meta.current_page or 1) > (meta.total_pages or 1)
        if not batch.given and past_the_end:
            continue
        # The same page given twice is one page.
        first = batch.rows[0] if batch.rows else None
        same = (meta.current_page, meta.total_count, batch.given, first and (first.id or first.transaction_id))
        lists.setdefault(_account_of(batch), {}).setdefault(same, batch)
    for batches in lists.values():
        _check_list(list(batches.values()), reporter)


def _account_of(batch: RowBatch) -> str | None:
    """The account of a page that is of one account, by its first and last row."""
    if not batch.rows:
        return None
    first, last = batch.rows[0].bank_account_id, batch.rows[-1].bank_account_id
    return first if first == last else None


def _check_list(batches: list[RowBatch], reporter: Reporter) -> None:
    given = sum(batch.given for batch in batches)
    total = max(batch.meta.total_count or 0 for batch in batches if batch.meta is not None)
    pages = max(batch.meta.total_pages or 1 for batch in batches if batch.meta is not None)
    numbers = {batch.meta.current_page for batch in batches if batch.meta is not None}
    numbers.discard(None)
    missing = [str(page) for page in range(1, min(pages, 100_000) + 1) if page not in numbers] if numbers else []
    if given < total or missing:
        place = Location(file=batches[0].file, field="meta")
        reporter.add(INCOMPLETE, place, found=str(given), expected=str(total), pages=", ".join(missing[:20]) or "-")
