"""A JSON file that the typed decoder refuses, taken apart member by member.

Each bad value is reported with its path, the other rows are still read, and a text that is no JSON is named as such.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Raw

from statements.findings import Location, Reporter
from statements.formats.qonto import json_places
from statements.formats.qonto.decoders import BankAccount, Decoders, Meta
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


class _Walk:
    """The members of one file, value by value."""

    def __init__(self, source: JsonSource, decoders: Decoders, reporter: Reporter) -> None:
        self.source = source
        self.data = source.data
        self.file = source.file
        self.document = source.document
        self.decoders = decoders
        self.reporter = reporter

    def top(self) -> bool:
        """The whole file."""
        try:
            top = msgspec.json.decode(self.data, type=Raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            if "trailing characters" in str(error):
                return self._lines()
            return self._malformed(error)
        return self._value(top, "")

    def _value(self, raw: Raw, path: str) -> bool:
        kind = bytes(raw)[:1]
        if kind == b"{":
            return self._object(raw, path)
        if kind == b"[" and path.count("[") < 2:
            return self._list(raw, path)
        self._shape(path, _excerpt(raw))
        return False

    def _list(self, raw: Raw, path: str) -> bool:
        items = self._decode(raw, list[Raw], path)
        if items is None:
            return False
        rows = [item for item in items if not _is_envelope(item)]
        if len(rows) == len(items):
            self._raw_rows(items, path + "[{}]", None)
            return True
        # Every item is read, so that every fault is reported.
        known = [self._value(item, f"{path}[{index}]") for index, item in enumerate(items)]
        return all(known)

    def _object(self, raw: Raw, path: str) -> bool:
        members = self._decode(raw, dict[str, Raw], path)
        if members is None:
            return False
        prefix = f"{path}." if path else ""
        known = False
        if "transactions" in members:
            items = self._decode(members["transactions"], list[Raw], prefix + "transactions")
            if items is None:
                return False
            self._raw_rows(items, prefix + "transactions[{}]", self._meta(members.get("meta"), prefix + "meta"))
            known = True
        if "transaction" in members:
            self._raw_rows([members["transaction"]], prefix + "transaction", None)
            known = True
        if "data" in members and bytes(members.get("type", b"")) == b'"v1/transactions"':
            self._raw_rows([members["data"]], prefix + "data", None)
            known = True
        if "organization" in members:
            known = self._organization(members["organization"], prefix + "organization")
        if "bank_accounts" in members:
            known = self._raw_accounts(members["bank_accounts"], prefix + "bank_accounts")
        if not known and ("transaction_id" in members or {"side", "status"} <= members.keys()):
            self._raw_rows([raw], path or "", None)
            known = True
        if not known:
            self._shape(path, ", ".join(f'"{name}"' for name in list(members)[:5]) or "{}")
        return known

    def _organization(self, raw: Raw, path: str) -> bool:
        members = self._decode(raw, dict[str, Raw], path)
        if members is None:
            return False
        if "legal_name" in members:
            self.document.holder = self._decode(members["legal_name"], str | None, f"{path}.legal_name")
        accounts = members.get("bank_accounts")
        return accounts is None or self._raw_accounts(accounts, f"{path}.bank_accounts")

    def _raw_accounts(self, raw: Raw, path: str) -> bool:
        items = self._decode(raw, list[Raw], path)
        if items is None:
            return False
        accounts = []
        for index, item in enumerate(items):
            record, faults = self._record(item, BankAccount, f"{path}[{index}]")
            for field, value in faults:
                self._shape(f"{path}[{index}].{field}", value)
            accounts.append(record if record is not None else BankAccount())
        self.source.add_accounts(accounts, path)
        return True

    def _meta(self, raw: Raw | None, path: str) -> Meta | None:
        if raw is None:
            return None
        # Page counts are a help, not a booking: an unreadable one is as good as none.
        meta: Meta | None = self._record(raw, Meta, path)[0]
        return meta

    def _raw_rows(self, items: list[Raw], path: str, meta: Meta | None, lines: list[int] | None = None) -> None:
        rows: list[Any] = []
        indexes: list[int] = []
        numbers: list[int] = []
        for index, item in enumerate(items):
            try:
                row: Any = self.decoders.lines.decode(item)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                line = None if lines is None else lines[index]
                row = self._lenient(item, path.format(index), line)
            if row is not None:
                rows.append(row)
                indexes.append(index)
                if lines is not None:
                    numbers.append(lines[index])
        self.source.add_rows(
            rows, path, meta, given=len(items), indexes=indexes, lines=None if lines is None else numbers
        )

    def _lenient(self, raw: Raw, path: str, line: int | None) -> Any:
        """A row with a value of the wrong type: reported, and its account is stopped; ``None`` then."""
        record, faults = self._record(raw, self.decoders.row, path)
        if record is None:
            self._shape(path, _excerpt(raw))
            self.document.faulty_accounts.add(None)
            return None
        if record.is_external_transaction:
            return record
        settled_at_unreadable = any(field == "settled_at" for field, _ in faults)
        if record.status != "completed" and not settled_at_unreadable:
            return record
        serious = False
        for field, value in faults:
            rule = _RULE_OF.get(field, "QNT-001")
            place = self._place(f"{path}.{field}", field, line)
            if rule == "QNT-001":
                self._add_shape(place, f"{field} = {value}", f"{field} = {value}")
            else:
                self.reporter.add(rule, place, found=value)
            serious = serious or rule != "QNT-038"
        if serious:
            self.document.faulty_accounts.add(record.bank_account_id)
            return None
        return record

    def _record(self, raw: Raw, kind: Any, path: str) -> tuple[Any, list[tuple[str, str]]]:
        """A record with every member that can be read, and the members that cannot, with their text."""
        try:
            members = msgspec.json.decode(raw, type=dict[str, Raw])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None, []
        values: dict[str, Any] = {}
        faults: list[tuple[str, str]] = []
        for field in msgspec.structs.fields(kind):
            member = members.get(field.name)
            if member is None:
                continue
            try:
                values[field.name] = msgspec.json.decode(_whole(member), type=field.type)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                if field.name not in _STEERING:
                    faults.append((field.name, _excerpt(member)))
        return kind(**values), faults

    def _decode(self, raw: Raw, kind: Any, path: str) -> Any:
        try:
            return msgspec.json.decode(raw, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._shape(path, _excerpt(raw))
            return None

    # -- JSON lines ----------------------------------------------------------------------------------------------

    def _lines(self) -> bool:
        rows: list[Raw] = []
        numbers: list[int] = []
        good = True
        for number, line in enumerate(self.data.split(b"\n"), start=1):
            if not line.strip():
                continue
            try:
                item = msgspec.json.decode(line, type=Raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                return self._malformed(error, line=number)
            if _is_envelope(item):
                good = self._object(item, "") and good
            elif bytes(item)[:1] == b"{":
                rows.append(item)
                numbers.append(number)
            else:
                self._shape("", _excerpt(item))
                good = False
        if rows:
            self._raw_rows(rows, "", None, numbers)
        return good

    # -- refusals ------------------------------------------------------------------------------------------------

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
        self._add_shape(self._place(path, None, None), found, found)
        self.document.broken = True

    def _add_shape(self, place: Location, what_en: str, what_fr: str) -> None:
        self.reporter.add("QNT-001", place, found=None, expected=SHAPES, what_en=what_en, what_fr=what_fr)

    def _place(self, path: str, field: str | None, line: int | None) -> Location:
        return Location(file=self.file, path=path or None, field=field, line=line)


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


def _is_envelope(raw: Raw) -> bool:
    """Whether an item of a list is a page or an account list rather than a row."""
    if bytes(raw)[:1] != b"{":
        return False
    try:
        members = msgspec.json.decode(raw, type=dict[str, Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return not members.keys().isdisjoint(("transactions", "transaction", "organization", "bank_accounts")) or (
        "data" in members and "type" in members
    )


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
