"""Statements into the queue: for each Ready connection and IBAN one MT940 and one CFONB-120 file a day.

The files are made by our converter from Qonto's data alone; labels, notes and receipts never reach a statement
because no writer has a field for them. The same bytes again change nothing. Other content for a day that no client
has confirmed replaces it; for a confirmed day nothing is replaced: the conflict waits for a person.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from statements import Account, Finding, convert
from statements.formats import qonto
from statements_bank.clock import text
from statements_bank.errors import DeskError
from statements_bank.store import locked
from statements_bank.store.tables import ACCOUNTS, CONFLICTS, RECEIPTS, STATEMENT_FILES, SUBSCRIBERS

KINDS = ("mt940", "cfonb120")
"""The kinds of statement that a connection gets."""


class DayFile(msgspec.Struct, frozen=True, kw_only=True):
    """The statement of one account and day in one format."""

    kind: str
    iban: str
    day: datetime.date
    content: bytes
    entries: int


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """The daily files of some data, their accounts, and every finding of reading and writing them."""

    files: tuple[DayFile, ...] = ()
    accounts: tuple[Account, ...] = ()
    findings: tuple[Finding, ...] = ()


class Fed(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did: counts over all connections, and the conflicts that wait for a person."""

    connections: int = 0
    queued: int = 0
    unchanged: int = 0
    replaced: int = 0
    conflicts: tuple[tuple[str, str, str, str], ...] = ()
    """Partner, kind, IBAN and day of each."""


def day_files(
    sources: Sequence[tuple[str, bytes]],
    *,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    settings: Mapping[str, object] | None = None,
) -> Made:
    """The daily files of Qonto data in both formats."""
    read = qonto.read(sources, since=since, until=until, every="day", settings=settings)
    findings = list(read.findings)
    files = []
    for kind in KINDS:
        written = convert(read.value, to=kind)
        findings += written.findings
        files += [
            DayFile(kind=kind, iban=file.account, day=file.until, content=file.content, entries=file.entries)
            for file in written.value
            if file.until is not None
        ]
    accounts = {statement.account.iban: statement.account for statement in read.value if statement.account.iban}
    return Made(files=tuple(files), accounts=tuple(accounts.values()), findings=tuple(findings))


def feed(connection: Connection, made: Made, now: datetime.datetime) -> Fed:
    """Queue the files for every Ready connection. Nothing is made for a connection that is not Ready."""
    ready = select(SUBSCRIBERS.c.partner_id).where(SUBSCRIBERS.c.state == "ready").order_by(SUBSCRIBERS.c.partner_id)
    partners = sorted({row.partner_id for row in connection.execute(locked(connection, ready))})
    for account in made.accounts if partners else ():
        _keep_account(connection, account)
    counts = dict.fromkeys(("queued", "unchanged", "replaced"), 0)
    conflicts: list[tuple[str, str, str, str]] = []
    for partner in partners:
        for file in made.files:
            done = _queue(connection, partner, file, text(now))
            if done == "conflict":
                conflicts.append((partner, file.kind, file.iban, file.day.isoformat()))
            else:
                counts[done] += 1
    return Fed(
        connections=len(partners),
        queued=counts["queued"],
        unchanged=counts["unchanged"],
        replaced=counts["replaced"],
        conflicts=tuple(conflicts),
    )


def _keep_account(connection: Connection, account: Account) -> None:
    values = {"bic": account.bic or "", "name": account.name or "", "currency": account.currency or "EUR"}
    known = ACCOUNTS.c.iban == account.iban
    if connection.execute(select(ACCOUNTS.c.iban).where(known)).one_or_none() is None:
        connection.execute(insert(ACCOUNTS).values(iban=account.iban, **values))
    else:
        connection.execute(update(ACCOUNTS).where(known).values(**values))


def _queue(connection: Connection, partner: str, file: DayFile, at: str) -> str:
    digest = hashlib.sha256(file.content).hexdigest()
    place = {"partner_id": partner, "kind": file.kind, "iban": file.iban, "day": file.day.isoformat()}
    row = connection.execute(select(STATEMENT_FILES).filter_by(**place)).one_or_none()
    content = {"sha256": digest, "content": file.content, "entries": file.entries}
    if row is None:
        connection.execute(insert(STATEMENT_FILES).values(**place, **content, queued_at=at))
        return "queued"
    if row.sha256 == digest:
        return "unchanged"
    if not _confirmed(connection, row.id):
        connection.execute(
            update(STATEMENT_FILES).where(STATEMENT_FILES.c.id == row.id).values(**content, queued_at=at)
        )
        return "replaced"
    known = select(CONFLICTS.c.id).filter_by(file_id=row.id, sha256=digest)
    if connection.execute(known).one_or_none() is None:
        connection.execute(insert(CONFLICTS).values(file_id=row.id, **content, found_at=at))
    return "conflict"


def _confirmed(connection: Connection, file_id: int) -> bool:
    query = select(RECEIPTS.c.item).where(RECEIPTS.c.what == "statement", RECEIPTS.c.item == file_id)
    return connection.execute(query.limit(1)).one_or_none() is not None


def decide_conflict(
    connection: Connection, conflict: int, *, replace: bool, login: str, now: datetime.datetime
) -> None:
    """A person keeps the confirmed file, or replaces it: then it is new again for every client.

    Raises :class:`DeskError` for a conflict that is unknown or decided.
    """
    row = connection.execute(locked(connection, select(CONFLICTS).where(CONFLICTS.c.id == conflict))).one_or_none()
    if row is None or row.decision is not None:
        raise DeskError(f"There is no open conflict {conflict}.", f"Il n'y a pas de conflit ouvert {conflict}.")
    if replace:
        values = {"sha256": row.sha256, "content": row.content, "entries": row.entries, "queued_at": text(now)}
        connection.execute(update(STATEMENT_FILES).where(STATEMENT_FILES.c.id == row.file_id).values(**values))
        connection.execute(delete(RECEIPTS).where(RECEIPTS.c.what == "statement", RECEIPTS.c.item == row.file_id))
    decision = "replace" if replace else "keep"
    connection.execute(
        update(CONFLICTS)
        .where(CONFLICTS.c.id == conflict)
        .values(decision=decision, decided_by=login, decided_at=text(now))
    )
