"""Qonto as a source: API v2 JSON and the CSV export of the app into statements of the neutral model.

    >>> page = b'{"transactions": [{"transaction_id": "demo-1", "amount_cents": 1250, "side": "credit", '\\
    ...        b'"status": "completed", "settled_at": "2026-09-01T08:00:00Z", "settled_balance_cents": 2250}]}'
    >>> statement, = read(page, accounts=["FR7616958000011234567890177"]).unwrap()
    >>> statement.opening.amount.text, statement.closing.amount.text, len(statement.entries)
    ('10.00', '22.50', 1)
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from statements.findings import Outcome
from statements.formats.qonto.reader import StatementsWithIds, rules, run
from statements.formats.qonto.request import SETTINGS, Request, Settings, plan
from statements.formats.qonto.statement import TransactionIds
from statements.model.money import Money
from statements.model.statement import Statement

__all__ = [
    "SETTINGS",
    "Request",
    "Settings",
    "StatementsWithIds",
    "TransactionIds",
    "read",
    "read_with_identities",
    "rules",
]

Files = Sequence[tuple[str, bytes]] | bytes | str


def read(
    files: Files,
    *,
    accounts: Sequence[str] = (),
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    every: str = "all",
    timezone: str = "Europe/Paris",
    opening: Money | Decimal | str | None = None,
    mapping: Mapping[str, Any] | None = None,
    settings: Mapping[str, object] | Settings | None = None,
) -> Outcome[tuple[Statement, ...]]:
    """Statements of every account in the files: completed and settled rows only, one statement for each period.

    ``files`` are the bytes of one file, or names and bytes of several (an organization and the pages of its
    transactions, for example) that are read as one. ``accounts`` chooses IBANs; where the data name no account, the
    one given is theirs. ``since`` and ``until`` are local days of ``timezone``, both inclusive; ``every`` is ``day``,
    ``month`` or ``all``. ``opening`` is the balance before the range, for data without balances. ``mapping`` is the
    content of a mapping file (``operation`` rows, ``csv`` words), ``settings`` are named in :data:`SETTINGS`.

    Bad data never raise: an error of the findings stops the statements of its account. Raises ``TypeError`` or
    ``ValueError`` for arguments that cannot be meant.
    """
    request = Request(
        accounts=accounts,
        since=since,
        until=until,
        every=every,
        timezone=timezone,
        opening=opening,
        mapping=mapping,
        settings=settings,
    )
    outcome = run(_named(files), plan(request, identities=False))
    return Outcome(outcome.value.statements, outcome.findings)


def read_with_identities(files: Files, request: Request | None = None) -> Outcome[StatementsWithIds]:
    """As :func:`read`, with the full ids behind each bank reference, for the ledger of a conversion."""
    return run(_named(files), plan(request or Request(), identities=True))


def _named(files: Files) -> list[tuple[str | None, bytes]]:
    if isinstance(files, str):
        return [(None, files.encode("utf-8", "surrogatepass"))]
    if isinstance(files, bytes | bytearray | memoryview):
        return [(None, bytes(files))]
    return [(name, bytes(data)) for name, data in files]
