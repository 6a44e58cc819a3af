"""Reading back what was written: what must not differ before it is released (CNV-299), and all that comes back."""

from __future__ import annotations

from collections.abc import Iterable

from statements.findings import Finding, Location, Reporter
from statements.formats.mt940.profile import get_profile
from statements.formats.mt940.reader import Messages, joined, to_statement
from statements.formats.mt940.report import writer_rules
from statements.model.statement import Statement


def verify(statements: Iterable[Statement], data: bytes) -> tuple[Finding, ...]:
    """The differences between statements and the bytes written of them, read back with the profile ``swift``.

    Empty when they agree. Statements left out of the bytes (refused, or empty periods) must be left out here too.
    """
    reporter = Reporter(writer_rules(), get_profile("swift"))
    messages = Messages(get_profile("swift"))
    groups = joined(messages.run(data))
    count = 0
    for count, statement in enumerate(statements, 1):
        group = next(groups, None)
        if group is None:
            reporter.add("CNV-299", Location(statement=count), found="no message", expected="a message")
            break
        _compare(statement, to_statement(group), count, reporter)
    extra = sum(1 for _ in groups)
    if extra:
        reporter.add(
            "CNV-299",
            Location(statement=count + 1),
            found=f"{count + extra} statements",
            expected=f"{count} statements",
        )
    return tuple(reporter.findings)


def _compare(written: Statement, read: Statement, number: int, reporter: Reporter) -> None:
    account = written.account.iban or written.account.other

    def differ(found: object, expected: object, entry: int | None = None, field: str | None = None) -> None:
        reporter.add(
            "CNV-299",
            Location(account=account, statement=number, entry=entry, field=field),
            found=str(found),
            expected=str(expected),
        )

    if len(read.entries) != len(written.entries):
        differ(f"{len(read.entries)} entries", f"{len(written.entries)} entries")
        return
    if written.opening != read.opening:
        differ(read.opening, written.opening, field="opening")
    if written.closing != read.closing:
        differ(read.closing, written.closing, field="closing")
    for index, (entry, again) in enumerate(zip(written.entries, read.entries, strict=True), 1):
        if entry.amount != again.amount or entry.reversal != again.reversal:
            differ(again.amount.text, entry.amount.text, index, "amount")
