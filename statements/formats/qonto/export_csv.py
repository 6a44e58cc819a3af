"""The CSV export of the app (French, English, old snake_case, or with the headers of a mapping file) into rows.

Columns are found by the name of their header, never by position. A row becomes the same
:class:`~statements.formats.qonto.fields.QontoTransaction` as one of the API, so that everything after it is one path.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Raw

from statements.findings import Location, Reporter
from statements.formats.qonto import csv_tables
from statements.formats.qonto.csv_tables import amount_of, column_of, header_columns, moment_of, short
from statements.formats.qonto.decoders import ABSENT, GREATEST, Counterparty, QontoTransaction, minor_of
from statements.formats.qonto.rows import Document, RowBatch
from statements.rules import Severity

MOST_ROWS = 10_000
"""Rows at which the app cuts an export."""

MOST_NAMES = 8
"""Headers that a finding lists."""

DECISIVE = frozenset({"status", "amount", "debit", "credit", "balance", "account_iban"})
"""Columns of which two values cannot both be true; of a text that stands twice the first is read."""

_FOREIGN = (
    (re.compile(rb"PK\x03\x04"), "XLSX"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "XLS"),
    (re.compile(rb"%PDF-"), "PDF"),
    (re.compile(rb"\s*(?:OFXHEADER|<\?OFX|<OFX>|<\?xml[^>]{0,200}\?>\s*<\?OFX)", re.IGNORECASE), "OFX"),
    (re.compile(rb"\s*!(?:Type|Account|Option)\b", re.IGNORECASE), "QIF"),
)


def foreign(data: bytes) -> str | None:
    """The name of another export format of the app (XLSX, OFX, QIF, PDF), ``None`` for anything else."""
    return next((name for pattern, name in _FOREIGN if pattern.match(data)), None)


def _header(line: str, columns: Mapping[str, str]) -> tuple[str, list[str | None]] | None:
    """The delimiter of a header line, and the column of each header."""
    best: tuple[int, str, list[str | None]] | None = None
    for delimiter in (";", ",", "\t"):
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        names = [column_of(cell, columns) for cell in cells]
        known = sum(name is not None for name in names)
        if known and (best is None or known > best[0]):
            best = (known, delimiter, names)
    return None if best is None else (best[1], best[2])


def _names(line: str) -> list[str]:
    """The cells of a first line that looks like the header of a table: three words or more, and no amount."""
    delimiter = max(";,\t", key=line.count)
    try:
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []
    words = [cell for cell in cells if cell]
    header = len(words) >= 3 and not any(amount_of(word) or moment_of(word) or not word.isprintable() for word in words)
    return words if header else []


class _Columns:
    """The cells of a record by column name; an absent column is an empty cell."""

    __slots__ = ("_at", "_twice")

    def __init__(self, names: Sequence[str | None]) -> None:
        self._at: dict[str, list[int]] = {}
        for index, name in enumerate(names):
            if name is not None and name != "private":
                self._at.setdefault(name, []).append(index)
        self._twice = [name for name, places in self._at.items() if len(places) > 1 and name in DECISIVE]

    def __contains__(self, name: object) -> bool:
        return name in self._at

    def get(self, cells: Sequence[str], name: str) -> str:
        """The first cell of the column that is not empty, without blanks around and without a formula guard."""
        return next(self._filled(cells, name), "")

    def _filled(self, cells: Sequence[str], name: str) -> Iterator[str]:
        for index in self._at.get(name, ()):
            if index < len(cells) and (cell := cells[index].strip(" \t")):
                yield cell[1:] if cell[0] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell

    def contradiction(self, cells: Sequence[str]) -> tuple[str, str, str] | None:
        """A column that stands under two headers with two values in this record: its name and both."""
        for name in self._twice:
            values = list(dict.fromkeys(self._filled(cells, name)))
            if len(values) > 1:
                return name, values[0], values[1]
        return None


def read(
    data: bytes,
    file: str | None,
    document: Document,
    reporter: Reporter,
    zone: ZoneInfo,
    mapping: Mapping[str, Any],
    asked: Sequence[str],
) -> None:
    """Add the rows of an export to ``document``."""
    text = _decoded(data, file, reporter)
    first = "" if text is None else text.split("\n")[0].rstrip("\r")
    header = None if text is None else _header(first, header_columns(mapping))
    if text is None or header is None:
        names = _names(first)
        if names:
            listed = ", ".join(map(short, names[:MOST_NAMES])) + (", …" if len(names) > MOST_NAMES else "")
            reporter.add("QNT-066", Location(file=file, line=1), found=listed)
        else:
            reporter.add("QNT-001", Location(file=file, line=1), what_en=_NEITHER[0], what_fr=_NEITHER[1])
        document.broken = True
        return
    reader = _Export(file, document, reporter, zone, mapping, _Columns(header[1]))
    if reader.refused(text.split("\n")[0], header, bool(len(asked) == 1)):
        document.broken = True
        return
    reader.rows(text, header[0])


def _decoded(data: bytes, file: str | None, reporter: Reporter) -> str | None:
    if not data.strip() or b"\0" in data[:4096]:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = Location(file=file, line=data.count(b"\n", 0, error.start) + 1, offset=error.start)
        reporter.add("QNT-058", place, found=f"0x{data[error.start]:02X}")
        # The five bytes that cp1252 leaves undefined become the controls they are in Latin-1.
        return (
            "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in data)
            if any(byte in data for byte in b"\x81\x8d\x8f\x90\x9d")
            else data.decode("cp1252")
        )


class _Export:
    """One export on its way into the document."""

    def __init__(
        self,
        file: str | None,
        document: Document,
        reporter: Reporter,
        zone: ZoneInfo,
        mapping: Mapping[str, Any],
        columns: _Columns,
    ) -> None:
        self.file = file
        self.document = document
        self.reporter = reporter
        self.zone = zone
        self.columns = columns
        self.statuses = csv_tables.status_words(mapping)
        self.methods = csv_tables.method_words(mapping)
        self.unknown_methods: Counter[str] = Counter()
        self.first_unknown: dict[str, int] = {}
        self.other_zone: list[int] = []
        self.other_zone_count = 0
        self.holders: dict[str, str] = {}
        self.all_executed = False
        """Whether every row is booked, because the export has no column for the status."""
        self.grouped: list[tuple[int, str, str]] = []

    def refused(self, line: str, header: tuple[str, list[str | None]], one_asked: bool) -> bool:
        """Report columns that are unknown, needed ones that are missing, and a file whose account nobody names."""
        cells = next(csv.reader([line.rstrip("\r")], delimiter=header[0]))
        unknown = False
        twice = False
        met: set[str] = set()
        for index, (cell, name) in enumerate(zip(cells, header[1], strict=True), start=1):
            place = Location(file=self.file, line=1, field=f"column {index}")
            if name is None and cell.strip():
                unknown = True
                self.reporter.add("QNT-052", place, found=short(cell))
            elif name is not None and name != "private":
                word = csv_tables.normalised(cell)
                if word in met:
                    twice = twice or name in DECISIVE
                    grade = None if name in DECISIVE else Severity.WARNING
                    self.reporter.add("QNT-065", place, found=short(cell), severity=grade)
                met.add(word)
        missing = []
        if "status" not in self.columns:
            missing.append("status")
        if "settled_utc" not in self.columns and "settled_local" not in self.columns:
            missing.append("settlement date")
        if "amount" not in self.columns and not ("debit" in self.columns and "credit" in self.columns):
            missing.append("amount")
        if missing == ["status"] and not unknown:
            # The simplified export and templates without a status hold executed rows only.
            self.all_executed = True
            missing = []
            self._lacks("status", Severity.WARNING, *_EXECUTED)
        for name in missing:
            self._lacks(name, None, "", "")
        if not missing and "account_iban" not in self.columns and not one_asked:
            self.reporter.add("QNT-059", Location(file=self.file, line=1))
            return True
        return bool(missing) or twice

    def _lacks(self, name: str, severity: Severity | None, effect_en: str, effect_fr: str) -> None:
        words = _NEEDED[name]
        self.reporter.add(
            "QNT-051",
            Location(file=self.file, line=1),
            severity=severity,
            column_en=words[0],
            column_fr=words[1],
            effect_en=effect_en,
            effect_fr=effect_fr,
        )

    def rows(self, text: str, delimiter: str) -> None:
        """Read the records after the header."""
        rows: list[QontoTransaction] = []
        lines: list[int] = []
        given = 0
        try:
            for line, cells in _records(text, delimiter):
                given += 1
                row = self._row(cells, line)
                if row is not None:
                    rows.append(row)
                    lines.append(line)
        except _BrokenQuotesError as error:
            place = Location(file=self.file, line=error.line)
            self.reporter.add("QNT-001", place, what_en=_QUOTES[0], what_fr=_QUOTES[1])
            self.document.broken = True
            return
        self.document.batches.append(
            RowBatch(rows=rows, file=self.file, kind="csv", lines=lines, holders=self.holders, given=given)
        )
        if given >= MOST_ROWS:
            self.reporter.add("QNT-055", Location(file=self.file), found=str(given))
        for word, count in self.unknown_methods.items():
            place = Location(file=self.file, line=self.first_unknown[word], field="method")
            self.reporter.add("QNT-061", place, found=short(word) or "-", count=str(count))
        if self.grouped:
            at, cell, read_as = self.grouped[0]
            place = Location(file=self.file, line=at, field="amount")
            self.reporter.add(
                "QNT-064",
                place,
                found=short(cell),
                expected=read_as,
                count=str(len({line for line, *_ in self.grouped})),
            )
        if self.other_zone_count:
            place = Location(file=self.file, line=self.other_zone[0], field="settled_local")
            self.reporter.add("QNT-062", place, found=str(self.other_zone_count), expected=str(self.zone))

    # -- one record ----------------------------------------------------------------------------------------------

    def _row(self, cells: Sequence[str], line: int) -> QontoTransaction | None:
        get = self.columns.get
        bank = get(cells, "bank")
        if bank and csv_tables.normalised(bank) != "qonto":
            return QontoTransaction(is_external_transaction=True)
        account = get(cells, "account_iban")
        if account and (holder := get(cells, "account_name")):
            self.holders.setdefault(account, holder)
        if (twice := self.columns.contradiction(cells)) is not None:
            name, value, other = twice
            self._bad("QNT-065", line, name, f"{name}: {value} / {other}", account)
            return None
        if self.all_executed:
            return self._booked(cells, line, account)
        word = get(cells, "status")
        status = self.statuses.get(csv_tables.normalised(word))
        written = get(cells, "settled_utc") or get(cells, "settled_local")
        if status is None and written:
            self._bad("QNT-060", line, "status", word, account)
            return None
        if status != "completed":
            # The words of an unbooked row are nobody's business; its date tells a row that was reversed.
            settled = self._settled(cells, line, account, silent=True)
            return QontoTransaction(
                status=status or "other", side="debit", bank_account_id=account or None, settled_at=settled
            )
        return self._booked(cells, line, account)

    def _booked(self, cells: Sequence[str], line: int, account: str) -> QontoTransaction | None:
        get = self.columns.get
        minor = self._amount(cells, line, account)
        dated = get(cells, "settled_utc") or get(cells, "settled_local")
        settled = self._settled(cells, line, account) if dated else None
        balance_text = get(cells, "balance")
        balance = self._minor(balance_text, line, "balance", account) if balance_text else None
        if minor is None or (balance_text and balance is None) or (dated and settled is None):
            return None
        side = "debit" if minor < 0 else "credit"
        currency = get(cells, "currency").upper() or None
        method = get(cells, "method")
        operations = csv_tables.method_of(method, self.methods)
        if operations is None:
            self.unknown_methods[method] += 1
            self.first_unknown.setdefault(method, line)
            operations = ("other", "other")
        iban = get(cells, "counterparty_iban")
        local, local_currency = self._local(cells, minor, currency)
        return QontoTransaction(
            transaction_id=get(cells, "transaction_id") or None,
            amount_cents=abs(minor),
            settled_balance_cents=balance,
            local_amount=local,
            side=side,
            operation_type=operations[0] if minor < 0 else operations[1],
            currency=currency,
            local_currency=local_currency,
            label=get(cells, "name") or None,
            settled_at=settled,
            status="completed",
            reference=get(cells, "reference") or None,
            bank_account_id=account or None,
            transfer=Counterparty(iban, "IBAN") if iban else None,
        )

    def _amount(self, cells: Sequence[str], line: int, account: str) -> int | None:
        """The signed cents of a record; the columns of debit and credit must say the same."""
        get = self.columns.get
        total = get(cells, "amount")
        debit, credit = get(cells, "debit"), get(cells, "credit")
        if not (total or debit or credit):
            self._bad("QNT-053", line, "amount", "", account)
            return None
        minor, out, into = (
            self._minor(cell, line, name, account) if cell else 0
            for name, cell in (("amount", total), ("debit", debit), ("credit", credit))
        )
        if minor is None or out is None or into is None:
            return None
        stated = abs(into) - abs(out)
        if (total and (debit or credit) and stated != minor) or (out and into):
            self._bad("QNT-056", line, "amount", total or debit, account, (debit or credit) if total else credit)
            return None
        return minor if total else stated

    def _minor(self, cell: str, line: int, column: str, account: str) -> int | None:
        amount = amount_of(cell)
        minor = None if amount is None else minor_of(amount.text, "EUR")
        if amount is None or minor is None or abs(minor) > GREATEST:
            self._bad("QNT-053", line, column, cell, account)
            return None
        if amount.grouped:
            self.grouped.append((line, cell, amount.text))
        return minor

    def _local(self, cells: Sequence[str], minor: int, currency: str | None) -> tuple[Raw, str | None]:
        """The amount in the currency of the purchase; nothing when it is that of the account and the same."""
        cell, currency_word = self.columns.get(cells, "local_amount"), self.columns.get(cells, "local_currency").upper()
        if not currency_word:
            return ABSENT, None
        amount = amount_of(cell)
        if amount is None:
            return ABSENT, None if currency_word == currency else currency_word
        text = amount.text.lstrip("-")
        if currency_word == currency and minor_of(text, "EUR") == abs(minor):
            return ABSENT, None
        return Raw(text.encode("ascii")), currency_word

    def _settled(
        self, cells: Sequence[str], line: int, account: str, *, silent: bool = False
    ) -> datetime.datetime | None:
        utc, local = self.columns.get(cells, "settled_utc"), self.columns.get(cells, "settled_local")
        moments = []
        for cell, name in ((utc, "settled_utc"), (local, "settled_local")):
            moment = moment_of(cell) if cell else None
            if cell and moment is None:
                if not silent:
                    self._bad("QNT-054", line, name, cell, account)
                return None
            moments.append(moment)
        in_utc, in_zone = moments
        if in_utc is not None:
            settled = in_utc.replace(tzinfo=datetime.UTC)
            if in_zone is not None and not silent and settled.astimezone(self.zone).replace(tzinfo=None) != in_zone:
                self.other_zone_count += 1
                if not self.other_zone:
                    self.other_zone.append(line)
            return settled
        return None if in_zone is None else in_zone.replace(tzinfo=self.zone).astimezone(datetime.UTC)

    def _bad(self, rule: str, line: int, column: str, found: str, account: str, expected: str | None = None) -> None:
        """Report a cell and stop its account."""
        place = Location(file=self.file, line=line, field=column, account=account or None)
        self.reporter.add(rule, place, found=short(found) or "-", expected=expected)
        self.document.faulty_csv.add(account)


_NEITHER = (
    "a file that is neither JSON nor a CSV export of Qonto",
    "un fichier qui n'est ni du JSON ni un export CSV de Qonto",
)
_QUOTES = ("a CSV record with broken quotes", "un enregistrement CSV aux guillemets mal fermés")
_EXECUTED = (" Every row is read as executed.", " Chaque ligne est lue comme exécutée.")
_NEEDED = {
    "status": ("status", "du statut"),
    "settlement date": ("settlement date", "de la date de la valeur"),
    "amount": ("total amount", "du montant total"),
}


class _BrokenQuotesError(Exception):
    """A record that RFC 4180 cannot read."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records after the header, each with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if line > 1 and any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise _BrokenQuotesError(line) from None
