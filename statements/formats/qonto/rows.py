"""What the files given hold, before any rule of the data: rows with their places, accounts and page counts."""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from statements.findings import Location, Reporter
from statements.formats.qonto.decoders import BankAccount, Meta, QontoTransaction
from statements.rules import Severity
from statements.visible import french_value

Kind = Literal["json", "csv"]


class RowBatch(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The rows of one list of one file, in input order.

    ``path`` is the path of the list with ``{}`` for the index of the row; ``lines`` are the line numbers of the rows
    where the format has lines (CSV, JSON lines).
    """

    rows: Sequence[QontoTransaction]
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
            path = (self.path.format(place) + (f".{field}" if field else "")).lstrip(".")
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
    foreign_events: dict[str, int] = {}
    """Webhook events about something else than a transaction: their count by type."""
    broken: bool = False


class JsonSource:
    """One JSON file on its way into the document."""

    def __init__(self, data: bytes, file: str | None, document: Document) -> None:
        self.data = data
        self.file = file
        self.document = document
        self.rows = 0
        """How many rows were added."""
        self.parts = 0
        """How many lists or objects of a known kind were added."""
        self._before = len(document.batches), len(document.accounts), document.holder, document.lists_accounts

    def forget(self) -> None:
        """Take back what an attempt added before it failed."""
        batches, accounts, self.document.holder, self.document.lists_accounts = self._before
        del self.document.batches[batches:]
        del self.document.accounts[accounts:], self.document.account_places[accounts:]
        self.rows = self.parts = 0

    def add_foreign_event(self, kind: str) -> None:
        """Count a webhook event that is about something else."""
        self.parts += 1
        self.document.foreign_events[kind] = self.document.foreign_events.get(kind, 0) + 1

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
        self.parts += 1
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

    def add_accounts(self, accounts: Sequence[BankAccount], path: str, line: int | None = None) -> None:
        """Add the accounts of one list with their places; ``path`` has ``{}`` for the index."""
        self.document.lists_accounts = True
        self.parts += 1
        for index, account in enumerate(accounts):
            self.document.accounts.append(account)
            self.document.account_places.append(Location(path=path.format(index), file=self.file, line=line))


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

    def span(self, line: int) -> tuple[int, int]:
        """Where a line begins and ends."""
        start = self._ends[line - 2] + 1 if line > 1 else 0
        return start, self._ends[line - 1] if line <= len(self._ends) else len(self._data)

    def at(self, offset: int) -> tuple[int, int]:
        """The line and the column, in characters."""
        line = bisect.bisect_left(self._ends, offset)
        start = self._ends[line - 1] + 1 if line else 0
        return line + 1, len(self._data[start:offset].decode("utf-8", "replace")) + 1


# -- pages ------------------------------------------------------------------------------------------------------------


class MissingRows(msgspec.Struct, frozen=True, kw_only=True):
    """A list of transactions (one account, one download) of which rows or pages were not given."""

    account: str | None
    """The ``bank_account_id`` of the list; ``None`` when it is not known."""
    file: str | None
    given: int
    total: int
    pages: str

    def report(self, reporter: Reporter, account: str | None = None, range_: str = "") -> None:
        """Say so: a warning, or an error for the range of an account whose statement needs the rows."""
        place = Location(file=self.file, field="meta", account=account)
        reporter.add(
            "QNT-003",
            place,
            found=str(self.given),
            expected=str(self.total),
            severity=Severity.ERROR if range_ else None,
            pages=self.pages,
            effect_en=f" The statement of {range_} needs them and is not made." if range_ else "",
            effect_fr=f" Le relevé du {french_value(range_)} en a besoin et n'est pas établi." if range_ else "",
        )


def missing_rows(document: Document) -> list[MissingRows]:
    """The lists that are incomplete, by the counts that each page carries."""
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
    found = (_missing_of(account, list(batches.values())) for account, batches in lists.items())
    return [item for item in found if item is not None]


def _account_of(batch: RowBatch) -> str | None:
    """The account of a page that is of one account, by its first and last row."""
    if not batch.rows:
        return None
    first, last = batch.rows[0].bank_account_id, batch.rows[-1].bank_account_id
    return first if first == last else None


def _missing_of(account: str | None, batches: list[RowBatch]) -> MissingRows | None:
    given = sum(batch.given for batch in batches)
    total = max(batch.meta.total_count or 0 for batch in batches if batch.meta is not None)
    pages = max(batch.meta.total_pages or 1 for batch in batches if batch.meta is not None)
    numbers = {batch.meta.current_page for batch in batches if batch.meta is not None}
    numbers.discard(None)
    missing = [str(page) for page in range(1, min(pages, 100_000) + 1) if page not in numbers] if numbers else []
    if given >= total and not missing:
        return None
    return MissingRows(
        account=account,
        file=batches[0].file,
        given=given,
        total=total,
        pages=", ".join(missing[:20]) or "-",
    )
