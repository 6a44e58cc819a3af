"""What comes back: a written file is read again before it is released, and what a reader will find in it is told."""

from __future__ import annotations

from collections.abc import Iterable

from statements.findings import Finding, Location, Profile, Reporter
from statements.formats.cfonb120.from_model import Mapper, Wire
from statements.formats.cfonb120.profile import profile_of, writer_rules
from statements.formats.cfonb120.reader import read
from statements.formats.cfonb120.to_model import Common, entry_of, operation_codes, plan_of, return_reason
from statements.model.account import Account
from statements.model.statement import Balance, Entry, Statement
from statements.reference.iban import rib, rib_fault, rib_iban
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


def project(statement: Statement, profile: str | Profile = "sepa") -> Statement:
    """What comes back of a statement when it is written and read again: the declared projection of the format.

    Texts after the text rule in capitals, labels 70, remittance 140 in one line; no BIC, holder, number, sequence
    or available balances; ``reversal`` false; an X token where the bank gave no reference. MC comes back as FR.
    The account is left as it is when the format cannot say it.
    """
    iban = statement.account.iban or ""
    account = Account(statement.account.iban, statement.currency, statement.account.other)
    parts = rib(iban)
    if parts is not None and not rib_fault(iban):
        account = Account(rib_iban(parts.bank, parts.branch, parts.account), statement.currency)
    mapper = Mapper(iban, statement.currency or "", profile_of(profile))
    entries = tuple(_come_back(entry, mapper.wire(entry, _silent)) for entry in statement.entries)
    return Statement(account, statement.opening, statement.closing, entries)


def _silent(rule_id: str, field: str, before: str, after: str) -> None:
    """Losses that nobody asks for."""


def _come_back(entry: Entry, wire: Wire) -> Entry:
    operation, reject, label, number, reference, side, further = wire
    complements = [*side.complements, *further]
    common = Common(
        codes=operation_codes(operation),
        booking_date=entry.booking_date,
        value_date=entry.value_date or entry.booking_date,
        details=return_reason(reject),
    )
    plan = plan_of(tuple(qualifier for qualifier, _ in complements))
    texts = (label[:31].ljust(31), number, reference.ljust(16))
    return entry_of(common, entry.amount, texts, plan, [text.ljust(70) for _, text in complements])
