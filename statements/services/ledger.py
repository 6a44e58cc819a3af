"""The ledger of a conversion, as JSON lines: what was kept, and every change with before and after.

One line an entry (account, period, number of the entry, bank reference, full ids, amount), followed by one line for
each change that the writer made to it: cut, transliterated, moved, or without a place in the format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from statements.findings import Finding
from statements.services.convert import StatementFile


def lines(
    files: Iterable[StatementFile],
    identities: Mapping[str, tuple[str, str]],
    *,
    timezone: str | None = None,
    findings: Iterable[Finding] = (),
) -> Iterator[bytes]:
    """The lines, each with its line feed. ``findings`` are those of refused statements and of the sources.

    ``timezone`` is stated for Qonto data, whose days depend on it.
    """
    for file in files:
        changes: dict[tuple[int, int], list[Finding]] = {}
        for finding in file.findings:
            key = (finding.location.statement or 1, finding.location.entry or 0)
            changes.setdefault(key, []).append(finding)
        head: dict[str, Any] = {"account": file.account, "period": _period(file)}
        for number, statement in enumerate(file.statements, 1):
            for finding in changes.get((number, 0), ()):
                yield _line({**head, **_change(finding)})
            for at, entry in enumerate(statement.entries, 1):
                reference = entry.references.bank_reference
                ids = identities.get(reference or "", ("", ""))
                place = {**head, "entry": at, "bank_reference": reference}
                yield _line(
                    {
                        **place,
                        "id": ids[0],
                        "transaction_id": ids[1],
                        "booking_date": entry.booking_date.isoformat(),
                        "amount": entry.amount.text,
                        "currency": entry.amount.currency,
                        "timezone": timezone,
                    }
                )
                for finding in changes.get((number, at), ()):
                    yield _line({**place, **_change(finding)})
    for finding in findings:
        location = finding.location
        yield _line({"account": location.account, "entry": location.entry, "file": location.file, **_change(finding)})


def _period(file: StatementFile) -> str | None:
    return f"{file.since}/{file.until}" if file.since and file.until else None


def _change(finding: Finding) -> dict[str, Any]:
    values = finding.values
    return {
        "rule": finding.id,
        "severity": finding.severity.value,
        "field": finding.location.field,
        "before": values.get("before", finding.found),
        "after": values.get("after"),
        "message": finding.message(),
    }


def _line(members: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode({name: value for name, value in members.items() if value not in (None, "")}) + b"\n"
