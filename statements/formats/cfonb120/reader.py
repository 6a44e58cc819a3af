"""From records to statements: 01, movements with their complements, 07.

Counting: a *statement* is a pair 01…07. A record outside a pair is reported and never attached to the next statement;
two statements are never merged. A movement inside a pair is never dropped: one whose amount cannot be read stands with
the amount 0 and the zone as it was written as the detail ``2-R``; one without a readable booking date stands on its
value date or, failing that, on the date of a balance. Each of these is an error, so such a file is never clean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from statements.findings import Finding, Outcome, Profile, Reporter
from statements.formats.cfonb120.chain import Chain, Links
from statements.formats.cfonb120.profile import Repairs, profile_of, rules
from statements.formats.cfonb120.record_order import RecordOrder
from statements.formats.cfonb120.split import RecordSplitter
from statements.model.figures import Figures
from statements.model.statement import Statement


class Reading(msgspec.Struct, frozen=True):
    """One statement as read: the value, whether it is a whole pair 01…07, its figures and its findings."""

    statement: Statement | None
    complete: bool
    figures: Figures | None
    findings: tuple[Finding, ...]


def readings(
    source: bytes | str | BinaryIO,
    *,
    profile: str | Profile = "standard",
    account: str | None = None,
    limit: int | None = None,
    links: Links | None = None,
    reporter: Reporter | None = None,
) -> Iterator[Reading]:
    """Every statement of a source with what was found in it, one after another, in flat memory.

    Incomplete statements (no 07, or movements outside any statement) come with ``complete`` false. Findings that
    belong to no statement come last, with a reading whose statement is ``None``.
    """
    chosen = profile_of(profile)
    if reporter is None:
        reporter = Reporter(rules(), chosen, limit=limit)
    repairs = Repairs(reporter, chosen)
    splitter = RecordSplitter(repairs, chosen)
    order = RecordOrder(repairs, chosen, account, links if links is not None else Links(Chain()))
    for block in splitter.blocks(source):
        order.block(block)
        for statement, complete, figures, findings in order.take():
            yield Reading(statement, complete, figures, findings)
    if not splitter.stopped:
        order.end()
    for statement, complete, figures, findings in order.take():
        yield Reading(statement, complete, figures, findings)
    if reporter.findings:
        rest = tuple(reporter.findings)
        reporter.findings.clear()
        yield Reading(None, False, None, rest)


def read(
    data: bytes | str,
    *,
    profile: str | Profile = "standard",
    account: str | None = None,
    partial: bool = False,
) -> Outcome[tuple[Statement, ...]]:
    """The statements of a CFONB-120 file, one for each pair 01…07, and every finding with its place.

    ``account`` is the IBAN the caller expects: it is checked (C120-081, -082), and it tells Monaco from France.
    ``partial`` also gives what lies outside whole pairs: statements without closing balance, movements without any.
    Nothing in the data raises; an unknown profile is a ``ValueError``.

    >>> outcome = read(
    ...     "0116958    00001EUR2 12345678901  290926" + " " * 50 + "0000000123456G" + " " * 16 +
    ...     "0716958    00001EUR2 12345678901  300926" + " " * 50 + "0000000123456G" + " " * 16)
    >>> outcome.ok, outcome.value[0].account.iban, outcome.value[0].closing.amount.text
    (True, 'FR7616958000011234567890177', '12345.67')
    """
    statements: list[Statement] = []
    findings: list[Finding] = []
    for reading in readings(data, profile=profile, account=account):
        if reading.statement is not None and (reading.complete or partial):
            statements.append(reading.statement)
        findings += reading.findings
    return Outcome(tuple(statements), tuple(findings))


def iter_read(
    source: bytes | str | BinaryIO, *, profile: str | Profile = "standard", account: str | None = None
) -> Iterator[Outcome[Statement | None]]:
    """Statement by statement, in flat memory; ``source`` may be a binary stream.

    Each outcome has one whole statement and the findings met since the one before. Findings that belong to no whole
    statement (a file cut short, no CFONB-120 at all) come with the value ``None``.
    """
    for reading in readings(source, profile=profile, account=account):
        yield Outcome(reading.statement if reading.complete else None, reading.findings)
