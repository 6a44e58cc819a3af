"""The answers of the API, read as far as a download must: lists to their end, rows booked or not, the chain."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from statements.fetch.errors import FetchError
from statements.fetch.transport import HttpAnswer, Transport, failure
from statements.fetch.windows import stamp
from statements.formats.qonto import chain, json_places
from statements.formats.qonto.decoders import BankAccount, QontoTransaction, SteeredTransaction
from statements.model.money import Money
from statements.services.downloads import DownloadedPiece, Reason

PER_PAGE = 100
RESTARTS = 3
"""How often a list that changes under our hands is read again from its first page."""
LONG = 20
"""Pages from which on a window is rather asked for in two halves."""


class FetchedAccount(BankAccount, frozen=True, gc=False):
    """An account with the word that says whether it is still open."""

    status: str | None = None


class _Organization(msgspec.Struct, frozen=True):
    bank_accounts: list[FetchedAccount]


class _OrganizationAnswer(msgspec.Struct, frozen=True):
    organization: _Organization


class _Meta(msgspec.Struct, frozen=True):
    total_pages: int
    total_count: int
    # Some lists say it as null, 0 or a text: the counts decide, not this.
    next_page: Any = None


class _List(msgspec.Struct, frozen=True):
    transactions: list[msgspec.Raw]
    meta: _Meta


class Incomplete(Exception):  # noqa: N818 - it ends the reading of one account, not the run
    """What came of an account cannot be used; the reason goes into the manifest."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.kind)


class Listing(msgspec.Struct):
    """A list that was read to its end: its rows, and for each page what :func:`read_list` was told to keep of it."""

    rows: list[SteeredTransaction]
    raws: list[bytes]
    """The bytes of each row, only where they were asked for."""
    pages: list[DownloadedPiece]


Keep = Callable[[HttpAnswer, int, int], DownloadedPiece]
"""Writes a page: the answer, its number, the number of rows on it."""

_ROW = msgspec.json.Decoder(SteeredTransaction)


def organization(transport: Transport) -> tuple[HttpAnswer, tuple[FetchedAccount, ...]]:
    """The organization's answer and its own accounts; those of other banks are left out."""
    answer = transport.get("/v2/organization", {})
    found = None
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = msgspec.json.decode(answer.body, type=_OrganizationAnswer)
    if found is None or json_places.fault(answer.body) is not None:
        said = failure(answer.body)
        raise FetchError("not-organization", host=transport.host, said=said)
    accounts = tuple(item for item in found.organization.bank_accounts if item.id and not item.is_external_account)
    return answer, accounts


def read_list(
    transport: Transport,
    question: Mapping[str, str],
    *,
    keep: Keep | None = None,
    raw: bool = False,
    long: int | None = None,
    step: Callable[[int, int], None] = lambda page, pages: None,
) -> Listing | None:
    """Every row of a list, read again from the start when it moved meanwhile; ``None`` when it has over ``long`` pages.

    Complete means: every page carries the same count, and as many different ids came. Raises :class:`Incomplete`.
    """
    counts = (0, 0)
    for _ in range(RESTARTS):
        listing = Listing([], [], [])
        ids: set[str] = set()
        total, page, moved = None, 1, False
        while True:
            answer = _page(transport, question, page)
            if answer is None:
                moved = True
                break
            found = _decoded(answer, transport)
            total = found.meta.total_count if total is None else total
            moved = moved or found.meta.total_count != total
            if page == 1 and long is not None and found.meta.total_pages > long:
                return None
            if found.meta.total_pages > transport.limits.pages:
                limit = str(transport.limits.pages)
                raise Incomplete(Reason("pages", {"found": str(found.meta.total_pages), "expected": limit}))
            for at, text in enumerate(found.transactions):
                row = _row(text, page, at)
                ids.add(row.id or row.transaction_id or f"{page}/{at}")
                listing.rows.append(row)
                if raw:
                    listing.raws.append(bytes(text))
            if keep is not None:
                listing.pages.append(keep(answer, page, len(found.transactions)))
            step(page, found.meta.total_pages)
            if moved or page >= found.meta.total_pages or not found.transactions:
                break
            page += 1
        counts = (len(ids), total or 0)
        if not moved and len(ids) == len(listing.rows) == total:
            return listing
    raise Incomplete(
        Reason(
            "counts",
            {"found": str(counts[0]), "expected": str(counts[1]), "since": _bound(question), "until": _end(question)},
        )
    )


def one_page(transport: Transport, question: Mapping[str, str]) -> list[SteeredTransaction]:
    """The rows of the first page of a list, whatever is on the others."""
    found = _decoded(transport.get("/v2/transactions", {**question, "page": 1}), transport)
    return [_row(text, 1, at) for at, text in enumerate(found.transactions)]


def _bound(question: Mapping[str, str]) -> str:
    return next((value[:10] for name, value in question.items() if name.endswith("_from")), "…")


def _end(question: Mapping[str, str]) -> str:
    return next((value[:10] for name, value in question.items() if name.endswith("_to")), "…")


def _page(transport: Transport, question: Mapping[str, str], page: int) -> HttpAnswer | None:
    """One page; ``None`` when the bank has no such page any more."""
    gone = False
    try:
        return transport.get("/v2/transactions", {**question, "page": page})
    except FetchError as error:
        gone = page > 1 and error.kind == "bad-question"
        if not gone:
            raise
    return None


def _decoded(answer: HttpAnswer, transport: Transport) -> _List:
    found = None
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = msgspec.json.decode(answer.body, type=_List)
    if found is None:
        raise FetchError("not-list", host=transport.host, said=failure(answer.body))
    fault = json_places.fault(answer.body)
    if fault is not None:
        raise Incomplete(Reason("fault", {"path": fault.path, "found": fault.found}))
    return found


def _row(text: msgspec.Raw, page: int, at: int) -> SteeredTransaction:
    what = ""
    try:
        return _ROW.decode(text)
    except msgspec.ValidationError as error:
        # Names the member and the type, never the value.
        what = str(error)
    raise Incomplete(Reason("unreadable", {"what": f"{what} (page {page}, {at + 1})"}))


def question(account: str, **bounds: datetime.datetime | str) -> dict[str, str]:
    """What is asked for booked transactions of one account, oldest first unless ``sort_by`` says otherwise."""
    found = {
        "bank_account_id": account,
        "status[]": "completed",
        "sort_by": "settled_at:asc",
        "per_page": str(PER_PAGE),
    }
    for name, value in bounds.items():
        found[name] = value if isinstance(value, str) else stamp(value)
    return found


def booked(row: SteeredTransaction, account: str) -> QontoTransaction | None:
    """What the chain needs of a row; ``None`` for one that is not booked. Raises :class:`Incomplete`."""
    if row.bank_account_id not in (None, account):
        raise Incomplete(Reason("other-account", {"id": _name(row)}))
    if row.status != "completed" or row.is_external_transaction:
        return None
    if row.settled_at is None or row.amount_cents is None or row.side not in ("credit", "debit"):
        raise Incomplete(Reason("unreadable", {"what": _name(row)}))
    return QontoTransaction(
        id=row.id or row.transaction_id,
        amount_cents=row.amount_cents,
        side=row.side,
        settled_at=row.settled_at,
        settled_balance_cents=row.settled_balance_cents,
    )


def _name(row: SteeredTransaction) -> str:
    return row.id or row.transaction_id or "-"


def balances(rows: list[QontoTransaction], currency: str, before: int | None) -> tuple[int | None, int | None]:
    """The balance before and after booked rows, every link of the chain checked. Raises :class:`Incomplete`.

    ``before`` is the balance that the rows before end with, where known: it decides the order of rows of one instant.
    """
    if not rows:
        return None, None
    if before is None:
        ordered = chain.order(rows)
        verdict = chain.verify(ordered.rows, ordered.unclear)
    else:
        first = min(row.settled_at for row in rows if row.settled_at is not None)
        head = QontoTransaction(settled_at=first - datetime.timedelta(days=1), settled_balance_cents=before)
        ordered = chain.order([head, *rows])
        ordered = chain.Ordered(ordered.rows[1:], [], [(start - 1, length) for start, length in ordered.unclear])
        verdict = chain.verify(ordered.rows, ordered.unclear)
    if verdict.broken is not None:
        row = ordered.rows[verdict.broken.index]
        stated, due = Money(verdict.broken.stated, currency), Money(verdict.broken.due, currency)
        raise Incomplete(Reason("chain", {"at": _at(row), "found": stated.text, "expected": due.text}))
    if verdict.missing or verdict.opening is None:
        bare = next((row for row in ordered.rows if row.settled_balance_cents is None), ordered.rows[0])
        raise Incomplete(Reason("unchecked", {"at": _at(bare)}))
    return verdict.opening, verdict.closing


def _at(row: QontoTransaction) -> str:
    return stamp(row.settled_at) if row.settled_at is not None else "-"
