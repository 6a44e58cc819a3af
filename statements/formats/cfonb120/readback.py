"""Read-back: a written file is read again and compared with its statements before it is released."""

from __future__ import annotations

from collections.abc import Iterable

from statements.findings import Finding, Location, Profile, Reporter
from statements.formats.cfonb120.profile import profile_of, writer_rules
from statements.formats.cfonb120.reader import read
from statements.model.statement import Balance, Statement
from statements.reference.iban import rib
from statements.rules import Severity


def verify(data: bytes, statements: Iterable[Statement], *, profile: str | Profile = "sepa") -> tuple[Finding, ...]:
    """Read a written file back and compare it with its statements: CNV-199 for each difference, none when equal.

    Compared are, for each statement, account, both balances with their dates, number of entries, and date and
    amount of each entry; and that the reader itself finds no error.
    """
    reporter = Reporter(writer_rules(), profile_of(profile))
    outcome = read(data)
    for finding in outcome.findings:
        if finding.severity is Severity.ERROR:
            reporter.add("CNV-199", finding.location, found=finding.found, expected=finding.id, what=finding.id)
    written = tuple(statements)
    if len(outcome.value) != len(written):
        _differ(reporter, 0, "statements", str(len(outcome.value)), str(len(written)))
        return tuple(reporter.findings)
    for number, (back, model) in enumerate(zip(outcome.value, written, strict=True), start=1):
        if len(back.entries) != len(model.entries):
            _differ(reporter, number, "entries", str(len(back.entries)), str(len(model.entries)))
        for name, mine, theirs in (
            ("opening", back.opening, model.opening),
            ("closing", back.closing, model.closing),
        ):
            if mine != theirs:
                _differ(reporter, number, name, _said(mine), _said(theirs))
        one, other = rib(back.account.iban or ""), rib(model.account.iban or "")
        if one != other:
            _differ(reporter, number, "account", back.account.iban or "", model.account.iban or "")
        for index, (entry, meant) in enumerate(zip(back.entries, model.entries, strict=False), start=1):
            if entry.amount != meant.amount or entry.booking_date != meant.booking_date:
                found = f"{entry.amount.text} {entry.booking_date.isoformat()}"
                expected = f"{meant.amount.text} {meant.booking_date.isoformat()}"
                _differ(reporter, number, f"entry {index}", found, expected)
                break
    return tuple(reporter.findings)


def _differ(reporter: Reporter, number: int, what: str, found: str, expected: str) -> None:
    reporter.add("CNV-199", Location(statement=number, field=what), found=found, expected=expected, what=what)


def _said(balance: Balance | None) -> str:
    return "" if balance is None else f"{balance.amount.text} {balance.date.isoformat()}"
