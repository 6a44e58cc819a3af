"""A JSON file that the typed decoder refuses, taken apart member by member.

Each bad value is reported with its path, the other rows are still read, and what is no data (an error answer of the
API, the list of PDF statements, a text that is no JSON) is named as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Raw

from statements.findings import Location, Reporter
from statements.formats.qonto import json_places
from statements.formats.qonto.api_errors import api_error, is_row
from statements.formats.qonto.decoders import (
    WEBHOOK,
    BankAccount,
    Decoders,
    Meta,
    QontoTransaction,
    is_hollow,
)
from statements.formats.qonto.rows import JsonSource, Lines

_MALFORMED = re.compile(r"\(byte ([0-9]+)\)")


def read(source: JsonSource, decoders: Decoders, reporter: Reporter) -> bool:
    """Add what can be read to the document; true when the file is JSON of a known shape."""
    return _Walk(source, decoders, reporter).top()


def refuse(source: JsonSource, reporter: Reporter) -> bool:
    """Report a key given twice or a number that is none; the file is not used then."""
    fault = json_places.fault(source.data)
    if fault is None:
        return False
    line, column = Lines(source.data).at(fault.offset)
    place = Location(line=line, column=column, path=fault.path or None, file=source.file, offset=fault.offset)
    kind_en = "the key is given twice" if fault.duplicate else "it is no JSON number"
    kind_fr = "la clé est donnée deux fois" if fault.duplicate else "ce n'est pas un nombre JSON"
    reporter.add("QNT-002", place, found=fault.found, kind_en=kind_en, kind_fr=kind_fr)
    source.document.broken = True
    return True


_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_ITEMS = msgspec.json.Decoder(list[Raw])


class _Walk:
    """The members of one file, value by value."""

    def __init__(self, source: JsonSource, decoders: Decoders, reporter: Reporter) -> None:
        self.source = source
        self.data = source.data
        self.file = source.file
        self.document = source.document
        self.decoders = decoders
        self.reporter = reporter
        self.line: int | None = None
        """The line that is read, where each line is a JSON text of its own."""

    def top(self) -> bool:
        """The whole file; true when it is JSON of a known shape."""
        try:
            top = msgspec.json.decode(self.data, type=Raw)
        except _FAULTS as error:
            if "trailing characters" in str(error):
                return self._lines()
            return self._malformed(error)
        kind = bytes(top)[:1]
        if kind == b"{":
            return self._object(top, self._members(top, ""), "")
        if kind == b"[":
            items = self._items(top, "")
            return items is not None and self._list(items, "[{}]", None)
        self._shape("", _excerpt(top))
        return False

    # -- what an object is -----------------------------------------------------------------------------------------

    def _list(self, items: Sequence[Raw], path: str, lines: Sequence[int] | None) -> bool:
        """Items of any kind: transactions, pages, events, accounts. Every one is read, so that every fault is told."""
        rows = _Rows()
        accounts: list[tuple[Raw, str]] = []
        known = True
        for index, item in enumerate(items):
            self.line = None if lines is None else lines[index]
            row = self._row(item)
            if row is not None:
                rows.add(row, index, self.line)
                continue
            at = path.format(index)
            members = self._some_members(item)
            if members is None or is_row(members):
                row = self._lenient(item, at)
                if row is not None:
                    rows.add(row, index, self.line)
            elif _is_account(members):
                accounts.append((item, at))
            elif _is_answer(members):
                known = self._object(item, members, at) and known
            elif (hollow := self._lenient(item, at)) is not None:
                rows.add(hollow, index, self.line)
        if accounts:
            self._accounts(accounts)
        if rows.rows or not accounts:
            self._add(rows, path, None, len(items))
        self.line = None
        return known

    def _object(self, raw: Raw, members: Mapping[str, Raw] | None, path: str) -> bool:
        if members is None:
            return False
        prefix = f"{path}." if path else ""
        words = api_error(members)
        if words is not None:
            self.reporter.add("QNT-044", self._place(path, None), found=words)
            self.document.broken = True
            return False
        if _is_list_of_files(members):
            self.reporter.add("QNT-045", self._place(prefix + "statements", None))
            self.document.broken = True
            return False
        before = self.source.parts
        good = True
        if "transactions" in members:
            items = self._items(members["transactions"], prefix + "transactions")
            if items is None:
                return False
            self._raw_rows(items, prefix + "transactions[{}]", self._meta(members.get("meta")))
        if "transaction" in members:
            self._raw_rows([members["transaction"]], prefix + "transaction", None)
        if "data" in members and "type" in members:
            if bytes(members["type"]) == _WEBHOOK:
                self._raw_rows([members["data"]], prefix + "data", None)
            else:
                self.source.add_foreign_event(_excerpt(members["type"]).strip('"'))
        if "organization" in members:
            good = self._organization(members["organization"], prefix + "organization") and good
        if "bank_accounts" in members:
            good = self._raw_accounts(members["bank_accounts"], prefix + "bank_accounts") and good
        if "bank_account" in members:
            self._accounts([(members["bank_account"], prefix + "bank_account")])
        if self.source.parts == before and good:
            if is_row(members):
                self._raw_rows([raw], path, None)
            elif _is_account(members):
                self._accounts([(raw, path)])
            else:
                self._shape(path, ", ".join(f'"{name}"' for name in list(members)[:5]) or "{}")
                return False
        return good

    # -- accounts --------------------------------------------------------------------------------------------------

    def _organization(self, raw: Raw, path: str) -> bool:
        members = self._members(raw, path)
        if members is None:
            return False
        if "legal_name" in members:
            try:
                self.document.holder = msgspec.json.decode(members["legal_name"], type=str | None)
            except _FAULTS:
                self._shape(f"{path}.legal_name", _excerpt(members["legal_name"]))
        self.source.parts += 1
        accounts = members.get("bank_accounts")
        return accounts is None or self._raw_accounts(accounts, f"{path}.bank_accounts")

    def _raw_accounts(self, raw: Raw, path: str) -> bool:
        items = self._items(raw, path)
        if items is None:
            return False
        self._accounts([(item, f"{path}[{index}]") for index, item in enumerate(items)])
        return True

    def _accounts(self, items: Sequence[tuple[Raw, str]]) -> None:
        for item, path in items:
            record, faults = _record(item, BankAccount)
            for field, value in faults:
                self._shape(f"{path}.{field}", value)
            self.source.add_accounts([record if record is not None else BankAccount()], path, self.line)
        self.source.parts += 1
        self.document.lists_accounts = True

    # -- rows ------------------------------------------------------------------------------------------------------

    def _meta(self, raw: Raw | None) -> Meta | None:
        # Page counts are a help, not a booking: an unreadable one is as good as none.
        meta: Meta | None = None if raw is None else _record(raw, Meta)[0]
        return meta

    def _row(self, item: Raw) -> QontoTransaction | None:
        """An item that is a transaction without a fault."""
        try:
            row: QontoTransaction = self.decoders.lines.decode(item)
        except _FAULTS:
            return None
        return None if is_hollow(row) else row

    def _raw_rows(self, items: Sequence[Raw], path: str, meta: Meta | None) -> None:
        rows = _Rows()
        for index, item in enumerate(items):
            row = self._row(item)
            if row is None:
                at = path.format(index)
                members = self._some_members(item)
                words = None if members is None or is_row(members) else api_error(members)
                if words is not None:
                    self.reporter.add("QNT-044", self._place(at, None), found=words)
                    self.document.broken = True
                    continue
                row = self._lenient(item, at)
            if row is not None:
                rows.add(row, index, self.line)
        self._add(rows, path, meta, len(items))

    def _add(self, rows: _Rows, path: str, meta: Meta | None, given: int) -> None:
        lines = None if None in rows.lines else rows.lines
        self.source.add_rows(rows.rows, path, meta, given=given, indexes=rows.indexes, lines=lines)

    def _lenient(self, raw: Raw, path: str) -> QontoTransaction | None:
        """A row with a value of the wrong type: reported, and its account is stopped; ``None`` then."""
        record, faults = _record(raw, self.decoders.row)
        if record is None:
            self._shape(path, _excerpt(raw))
            self.document.faulty_accounts.add(None)
            return None
        settled_at_unreadable = any(field == "settled_at" for field, _ in faults)
        if record.is_external_transaction or (record.status != "completed" and not settled_at_unreadable):
            known: QontoTransaction = record
            return known
        serious = False
        for field, value in faults:
            rule = _RULE_OF.get(field, "QNT-001")
            place = self._place(f"{path}.{field}", field)
            if rule == "QNT-001":
                self._add_shape(place, f"{field} = {value}", f"{field} = {value}")
            else:
                self.reporter.add(rule, place, found=value)
            serious = serious or rule != "QNT-038"
        if serious:
            self.document.faulty_accounts.add(record.bank_account_id)
            return None
        good: QontoTransaction = record
        return good

    def _members(self, raw: Raw, path: str) -> dict[str, Raw] | None:
        members = self._some_members(raw)
        if members is None:
            self._shape(path, _excerpt(raw))
        return members

    def _some_members(self, raw: Raw) -> dict[str, Raw] | None:
        try:
            return _MEMBERS.decode(raw)
        except _FAULTS:
            return None

    def _items(self, raw: Raw, path: str) -> list[Raw] | None:
        try:
            return _ITEMS.decode(raw)
        except _FAULTS:
            self._shape(path, _excerpt(raw))
            return None

    # -- JSON lines ------------------------------------------------------------------------------------------------

    def _lines(self) -> bool:
        items: list[Raw] = []
        numbers: list[int] = []
        good = True
        for number, line in enumerate(self.data.split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                item = msgspec.json.decode(line, type=Raw)
            except _FAULTS as error:
                return self._malformed(error, line=number)
            if bytes(item)[:1] == b"{":
                items.append(item)
                numbers.append(number)
            else:
                self.line = number
                self._shape("", _excerpt(item))
                good = False
        return self._list(items, "", numbers) and good

    # -- refusals --------------------------------------------------------------------------------------------------

    def _malformed(self, error: Exception, line: int | None = None) -> bool:
        if refuse(self.source, self.reporter):
            return False
        place = Location(file=self.file, line=line)
        if line is None and (match := _MALFORMED.search(str(error))):
            number, column = Lines(self.data).at(int(match[1]))
            place = Location(file=self.file, line=number, column=column, offset=int(match[1]))
        words = ("text that is no JSON", "un texte qui n'est pas du JSON")
        if "truncated" in str(error):
            # The decoder names no place then: it is where the text (or the line) ends.
            words = ("JSON text that breaks off here", "un texte JSON qui s'interrompt ici")
            if line is None:
                end = len(self.data.rstrip())
                number, column = Lines(self.data).at(max(end - 1, 0))
                place = Location(file=self.file, line=number, column=column, offset=max(end - 1, 0))
        self._add_shape(place, *words)
        self.document.broken = True
        return False

    def _shape(self, path: str, found: str) -> None:
        self._add_shape(self._place(path, None), found, found)
        self.document.broken = True

    def _add_shape(self, place: Location, what_en: str, what_fr: str) -> None:
        self.reporter.add("QNT-001", place, found=None, expected=SHAPES, what_en=what_en, what_fr=what_fr)

    def _place(self, path: str, field: str | None) -> Location:
        return Location(file=self.file, path=path.lstrip(".") or None, field=field, line=self.line)


class _Rows:
    """The rows of one list with their places."""

    def __init__(self) -> None:
        self.rows: list[QontoTransaction] = []
        self.indexes: list[int] = []
        self.lines: list[Any] = []

    def add(self, row: QontoTransaction, index: int, line: int | None) -> None:
        self.rows.append(row)
        self.indexes.append(index)
        self.lines.append(line)


SHAPES = "organization, bank_accounts, transactions, transaction or a v1/transactions webhook"
_RULE_OF = {
    "amount_cents": "QNT-018",
    "settled_balance_cents": "QNT-018",
    "local_amount_cents": "QNT-038",
    "settled_at": "QNT-022",
    "side": "QNT-020",
}
# Members that only steer a code: unreadable is as good as absent, and their text is nobody's business.
_STEERING = frozenset({"category", "vat_amount", "card_last_digits", "updated_at", "created_at"})
_WHOLE = re.compile(rb"-?[0-9]+\.0+")
_WEBHOOK = f'"{WEBHOOK}"'.encode()


def _is_account(members: Mapping[str, Raw]) -> bool:
    """An item of a bare list of accounts."""
    return bool({"iban", "balance_cents", "authorized_balance_cents"} & members.keys()) and not (
        {"side", "transactions", "transaction", "data", "organization"} & members.keys()
    )


def _is_answer(members: Mapping[str, Raw]) -> bool:
    """An item that is a page, an account list, an event or an error rather than a row."""
    names = ("transactions", "transaction", "organization", "bank_accounts", "bank_account")
    return (
        not members.keys().isdisjoint(names)
        or {"data", "type"} <= members.keys()
        or _is_list_of_files(members)
        or api_error(members) is not None
    )


def _is_list_of_files(members: Mapping[str, Raw]) -> bool:
    """The answer of ``/v2/statements``: a list of monthly PDF files."""
    return "statements" in members and b'"file"' in bytes(members["statements"])[:4096]


@lru_cache(maxsize=8)
def _decoders_of(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, msgspec.json.Decoder(field.type)) for field in msgspec.structs.fields(kind))


def _record(raw: Raw, kind: Any) -> tuple[Any, list[tuple[str, str]]]:
    """A record with every member that can be read, and the members that cannot, with their text."""
    try:
        members = _MEMBERS.decode(raw)
    except _FAULTS:
        return None, []
    values: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    for name, decoder in _decoders_of(kind):
        member = members.get(name)
        if member is None:
            continue
        try:
            values[name] = decoder.decode(_whole(member))
        except _FAULTS:
            if name not in _STEERING:
                faults.append((name, _excerpt(member)))
    return kind(**values), faults


def _whole(raw: Raw) -> bytes:
    """A number such as ``29.0`` is a whole one, written by a tool without integers."""
    data = bytes(raw)
    return data.split(b".")[0] if _WHOLE.fullmatch(data) else data


def _excerpt(raw: Raw) -> str:
    """A bad value for a message: its kind, or the value itself when it is short and plain."""
    data = bytes(raw)
    if data[:1] == b"{":
        return "{…}"
    if data[:1] == b"[":
        return "[…]"
    text = data.decode("utf-8", "replace")
    return text if len(text) <= 40 else text[:37] + "..."
