"""The journal: every exchange and every act at the desk, in a chain of hashes that nobody can shorten unseen.

A row's hash covers its content and the hash of the row before. The database itself refuses to change or delete
rows (triggers); :func:`verify`, run by ``statements bank doctor``, finds what was changed in spite of that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from statements_bank.store import locked
from statements_bank.store.tables import JOURNAL, JOURNAL_HEAD, MESSAGES

START = "0" * 64
"""The hash before the first row."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One row before it gets its place in the chain. ``actor`` is ``partner/user`` or the login of a person."""

    at: str
    actor: str
    what: str
    order_id: str | None = None
    code: str | None = None
    symbol: str | None = None
    reason_en: str | None = None
    reason_fr: str | None = None
    quirks: str | None = None
    request_sha256: str | None = None
    answer_sha256: str | None = None


def append(connection: Connection, note: Note, *, request: bytes = b"", answer: bytes = b"", keep: bool = False) -> int:
    """Write a row at the end of the chain; its number. ``keep`` stores the messages beside it."""
    if request or answer:
        note = msgspec.structs.replace(
            note,
            request_sha256=hashlib.sha256(request).hexdigest(),
            answer_sha256=hashlib.sha256(answer).hexdigest(),
        )
    head = connection.execute(locked(connection, select(JOURNAL_HEAD.c.seq, JOURNAL_HEAD.c.hash))).one()
    seq: int = head.seq + 1
    previous: str = head.hash
    row = msgspec.structs.asdict(note)
    digest = _hash(seq, row, previous)
    connection.execute(insert(JOURNAL).values(seq=seq, previous=previous, hash=digest, **row))
    connection.execute(update(JOURNAL_HEAD).values(seq=seq, hash=digest))
    if keep:
        connection.execute(insert(MESSAGES).values(seq=seq, request=request, answer=answer, at=note.at))
    return seq


def verify(connection: Connection) -> Iterator[str]:
    """What is wrong with the chain, a sentence each; nothing when it is whole."""
    previous, expected = START, 1
    members = Note.__struct_fields__
    for row in connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq)).mappings():
        if row["seq"] != expected:
            yield f"journal: row {expected} is missing"
            expected = row["seq"]
        if row["previous"] != previous:
            yield f"journal: row {row['seq']} does not follow the row before it"
        if _hash(row["seq"], {name: row[name] for name in members}, row["previous"]) != row["hash"]:
            yield f"journal: row {row['seq']} was changed"
        previous, expected = row["hash"], expected + 1
    head = connection.execute(select(JOURNAL_HEAD.c.seq, JOURNAL_HEAD.c.hash)).one()
    if (head.seq, head.hash) != (expected - 1, previous):
        yield f"journal: it ends at row {expected - 1}, its head names row {head.seq}"


def count(connection: Connection) -> int:
    """How many rows the journal has."""
    return connection.scalar(select(func.count()).select_from(JOURNAL)) or 0


def _hash(seq: int, row: dict[str, str | None], previous: str) -> str:
    text = json.dumps([seq, previous, sorted(row.items())], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
