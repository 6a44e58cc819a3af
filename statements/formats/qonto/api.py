"""Qonto API v2 JSON, in every shape it is downloaded in, into rows, accounts and page counts.

One typed pass of the decoder reads a well-formed file. Only a file that the decoder refuses is taken apart member by
member (:mod:`statements.formats.qonto.json_faults`), so that each bad value is reported with its path and the other
rows are still checked.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from statements.findings import Reporter
from statements.formats.qonto import json_faults, json_places
from statements.formats.qonto.decoders import WEBHOOK, Answer, Decoders, decoders, usual_decoders
from statements.formats.qonto.rows import Document, JsonSource

_PAGES = re.compile(rb'\[\s*\{\s*"(?:transactions|transaction|meta|organization|bank_accounts|type)"\s*:')

_OPENING = re.compile(
    rb'"(?:transactions|transaction|bank_accounts|organization|transaction_id|settled_at)"\s*:|"type"\s*:\s*"v1/transactions"'
)


def looks_like(data: bytes) -> bool:
    """Whether the bytes begin like a Qonto answer; reads the first part only."""
    start = data[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] not in (b"{", b"[") or re.match(rb'\{\s*"statements"\s*:', start):
        return False
    return _OPENING.search(start) is not None


def read(data: bytes, file: str | None, document: Document, reporter: Reporter, *, steered: bool, exact: bool) -> None:
    """Add what a JSON file holds to ``document``. ``exact`` asks for the test of every key, whatever the size."""
    source = JsonSource(data, file, document)
    general = decoders(steered)
    # Members that a setting asks for are in no usual row.
    known = _typed(source, [general] if steered else [usual_decoders(), general])
    if known is None:
        known = json_faults.read(source, general, reporter)
    if known and (exact or json_places.suspect(data, source.rows)):
        json_faults.refuse(source, reporter)


def _typed(source: JsonSource, attempts: list[Decoders]) -> bool | None:
    """True when a decoder takes the whole file, ``None`` when it must be read value by value."""
    for attempt in attempts:
        try:
            return True if _decoded(source, attempt) else None
        except msgspec.ValidationError:
            # Another word, or a bad value: the general decoders tell.
            source.forget()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            # No JSON: whatever the decoder refuses is read again, value by value.
            source.forget()
            break
    return None


def _decoded(source: JsonSource, decoders: Decoders) -> bool:
    data = source.data
    if data.lstrip()[:1] != b"[":
        return _answer(source, decoders.answer.decode(data), "")
    if _PAGES.match(data.lstrip()):
        pages = decoders.pages.decode(data)
        known = [_answer(source, page, f"[{index}].") for index, page in enumerate(pages)]
        return all(known)
    source.add_rows(decoders.rows.decode(data), "[{}]", None)
    return True


def _answer(source: JsonSource, answer: Answer[Any], path: str) -> bool:
    known = False
    if answer.transactions is not None:
        source.add_rows(answer.transactions, path + "transactions[{}]", answer.meta)
        known = True
    if answer.transaction is not None:
        source.add_rows([answer.transaction], path + "transaction", None)
        known = True
    if answer.data is not None and answer.type == WEBHOOK:
        source.add_rows([answer.data], path + "data", None)
        known = True
    if answer.organization is not None:
        source.document.holder = answer.organization.legal_name or source.document.holder
        source.add_accounts(answer.organization.bank_accounts, path + "organization.bank_accounts")
        known = True
    if answer.bank_accounts is not None:
        source.add_accounts(answer.bank_accounts, path + "bank_accounts")
        known = True
    return known
