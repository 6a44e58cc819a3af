"""Statements as our JSON: ``convert --to json``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from statements.formats.neutral.wire import (
    AccountRecord,
    BalanceRecord,
    CodesRecord,
    DetailRecord,
    EntryRecord,
    OriginalAmountRecord,
    PartyRecord,
    ReferencesRecord,
    StatementRecord,
)
from statements.model.statement import Balance, Entry, Statement
from statements.visible import in_json

_Record = TypeVar("_Record")


def write(statements: Iterable[Statement]) -> bytes:
    r"""UTF-8 JSON with one blank of indent and a final line end. The same statements give the same bytes.

    >>> write(())
    b'{\n "statements": []\n}\n'
    """
    return b"".join(iter_write(statements))


def iter_write(statements: Iterable[Statement]) -> Iterator[bytes]:
    """The same bytes in pieces, one a statement: memory stays flat."""
    first = True
    for statement in statements:
        yield b'{\n "statements": [\n' if first else b",\n"
        first = False
        # The lines of a statement stand two levels deep. No text holds a raw line feed: JSON escapes it.
        # What acts on a terminal stands as its escape: the same data.
        lines = in_json(msgspec.json.format(_encode(record(statement)), indent=1).decode()).encode()
        yield b"  " + lines.replace(b"\n", b"\n  ")
    yield b'{\n "statements": []\n}\n' if first else b"\n ]\n}\n"


def _encode(value: StatementRecord) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        # A text of a caller may hold half a surrogate pair, which UTF-8 cannot say.
        return msgspec.json.encode(_mend(msgspec.to_builtins(value)))


def _mend(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _mend(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mend(item) for item in value]
    return value


def record(statement: Statement) -> StatementRecord:
    """The record of one statement."""
    account = statement.account
    currency = statement.currency
    return StatementRecord(
        account=AccountRecord(account.iban, account.other, account.bic, account.name, currency),
        number=statement.number,
        sequence=statement.sequence,
        opening=_balance(statement.opening, currency),
        closing=_balance(statement.closing, currency),
        available=_balance(statement.available, currency),
        forward_available=tuple(_written(item, currency) for item in statement.forward_available),
        entries=tuple(map(_entry, statement.entries)),
    )


def _written(balance: Balance, currency: str | None) -> BalanceRecord:
    own = balance.amount.currency
    return BalanceRecord(balance.amount.text, balance.date, None if own == currency else own)


def _balance(balance: Balance | None, currency: str | None) -> BalanceRecord | None:
    return None if balance is None else _written(balance, currency)


def _entry(entry: Entry) -> EntryRecord:
    references, codes, party, original = entry.references, entry.codes, entry.counterparty, entry.original_amount
    return EntryRecord(
        booking_date=entry.booking_date,
        value_date=entry.value_date,
        amount=entry.amount.text,
        currency=entry.amount.currency,
        reversal=entry.reversal,
        codes=_some(CodesRecord(codes.cfonb, codes.swift, codes.iso), CodesRecord()),
        counterparty=None
        if party is None
        else _some(PartyRecord(party.name, party.iban, party.bic, party.role), PartyRecord()),
        remittance=entry.remittance,
        references=_some(
            ReferencesRecord(
                references.end_to_end_id,
                references.mandate_id,
                references.creditor_id,
                references.bank_reference,
                references.customer_reference,
            ),
            ReferencesRecord(),
        ),
        original_amount=None
        if original is None
        else OriginalAmountRecord(original.amount.text.lstrip("-"), original.amount.currency, original.rate),
        details=tuple(DetailRecord(detail.qualifier, detail.text) for detail in entry.details),
    )


def _some(value: _Record, empty: _Record) -> _Record | None:
    return None if value == empty else value
