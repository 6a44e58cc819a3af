"""The same transaction given twice: once is enough, unless the two differ."""

from __future__ import annotations

from collections.abc import Iterable

from statements.findings import Reporter
from statements.formats.qonto.accounts import Group
from statements.formats.qonto.collect import Collected
from statements.formats.qonto.fields import Transaction


def without_repeats(groups: Iterable[Group], collected: Collected, reporter: Reporter) -> None:
    """Drop rows whose ``id`` (else ``transaction_id``) was seen before; report each, and stop accounts that differ.

    Pages of a list overlap when a row arrives while they are downloaded; that is harmless. Two rows of one id with
    another amount, side, date or account are not.
    """
    groups = list(groups)
    identities = [row.id or row.transaction_id for group in groups for row in group.rows]
    if len(set(identities)) == len(identities):
        return
    seen: dict[str, tuple[Group, Transaction]] = {}
    for group in groups:
        kept: list[Transaction] = []
        for row in group.rows:
            identity = row.id or row.transaction_id
            before = seen.get(identity) if identity else None
            if identity is None or not identity or before is None:
                kept.append(row)
                if identity:
                    seen[identity] = (group, row)
                continue
            place = collected.place(row, "id", group.key)
            if before[0] is group and _booking(before[1]) == _booking(row):
                reporter.add("QNT-004", place, found=identity)
            else:
                reporter.add("QNT-005", place, found=identity)
                group.failed = before[0].failed = True
        group.rows = kept


def _booking(row: Transaction) -> tuple[object, ...]:
    return row.amount_cents, row.side, row.settled_at
