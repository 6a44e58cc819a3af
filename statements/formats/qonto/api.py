"""Qonto API v2 JSON, in every shape it is downloaded in, into rows, accounts and page counts.

One typed pass of the decoder reads a well-formed file. Only a file that the decoder refuses, or in which something is
no transaction, is taken apart member by member (:mod:`statements.formats.qonto.json_faults`), so that each bad value is
reported with its path and the other rows are still checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from statements.findings import Reporter
from statements.formats.qonto import json_faults, json_places
from statements.formats.qonto.decoders import (
    NO_ERRORS,
    WEBHOOK,
    ApiAnswer,
    Decoders,
    QontoTransaction,
    decoders,
    is_hollow,
    usual_decoders,
)
from statements.formats.qonto.rows import Document, JsonSource

_PAGES = re.compile(rb'\[\s*\{\s*"(?:transactions|transaction|meta|organization|bank_accounts?|type)"\s*:')


def read(data: bytes, file: str | None, document: Document, reporter: Reporter, *, steered: bool, exact: bool) -> None:
    """Add what a JSON file holds to ``document``. ``exact`` asks for the test of every key, whatever the size."""
    source = JsonSource(data, file, document)
    general = decoders(steered)
    # Members that a setting asks for are in no usual row.
    known = _typed(source, [general] if steered else [usual_decoders(), general])
    if not known:
        known = json_faults.read(source, general, reporter)
    if known and (exact or json_places.suspect(data, source.rows)):
        json_faults.refuse(source, reporter)


class _OtherShapeError(Exception):
    """The decoder took a file that must be looked at value by value."""


def _typed(source: JsonSource, attempts: Sequence[Decoders]) -> bool:
    """True when a decoder takes the whole file; else it must be read value by value."""
    for attempt in attempts:
        try:
            _decoded(source, attempt)
            return True
        except msgspec.ValidationError:
            # Another word, or a bad value: the general decoders tell.
            source.forget()
        except (_OtherShapeError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            source.forget()
            break
    return False


def _decoded(source: JsonSource, decoders: Decoders) -> None:
    data = source.data
    if data.lstrip()[:1] != b"[":
        _answer(source, decoders.answer.decode(data), "")
    elif _PAGES.match(data.lstrip()):
        for index, page in enumerate(decoders.pages.decode(data)):
            _answer(source, page, f"[{index}].")
    else:
        source.add_rows(_whole(decoders.rows.decode(data)), "[{}]", None)


def _whole(rows: list[Any]) -> list[QontoTransaction]:
    if any(map(is_hollow, rows)):
        raise _OtherShapeError
    return rows


def _answer(source: JsonSource, answer: ApiAnswer[Any], path: str) -> None:
    before = source.parts
    if bytes(answer.errors) not in NO_ERRORS:
        raise _OtherShapeError
    if answer.transactions is not None:
        source.add_rows(_whole(answer.transactions), path + "transactions[{}]", answer.meta)
    if answer.transaction is not None:
        source.add_rows(_whole([answer.transaction]), path + "transaction", None)
    if answer.data is not None and answer.type == WEBHOOK:
        source.add_rows(_whole([answer.data]), path + "data", None)
    if answer.organization is not None:
        source.document.holder = answer.organization.legal_name or source.document.holder
        source.add_accounts(answer.organization.bank_accounts, path + "organization.bank_accounts[{}]")
    if answer.bank_accounts is not None:
        source.add_accounts(answer.bank_accounts, path + "bank_accounts[{}]")
    if answer.bank_account is not None:
        source.add_accounts([answer.bank_account], path + "bank_account")
    if source.parts == before:
        raise _OtherShapeError
