"""Validation: the verdict on a file, and of each message the figures that an accountant checks by hand."""

from __future__ import annotations

import hashlib

from statements.findings import Profile, Report, Summary
from statements.formats.mt940.profile import DEFAULT, get_profile
from statements.formats.mt940.proposals import proposed
from statements.formats.mt940.reader import Messages, by_place, to_statement, wanted_account
from statements.formats.mt940.records import Message
from statements.formats.mt940.values import UNKNOWN
from statements.model.figures import Figures
from statements.model.money import Money


def figures(page: Message) -> Figures:
    """Opening, credits, debits, computed and stated closing and their difference, of one message."""
    currency = page.currency or UNKNOWN
    minors = [entry.amount.minor for entry in page.entries]
    credit = sum(minor for minor in minors if minor >= 0)
    debit = sum(minors) - credit
    opening, closing = page.opening, page.closing
    computed = opening.amount.minor + credit + debit if opening is not None and page.judged else None
    difference = closing.amount.minor - computed if closing is not None and computed is not None else None

    return Figures(
        account=page.account or "",
        currency=page.currency,
        kind=page.kind,
        reference=page.reference,
        number=page.number_text,
        complete=opening is not None and closing is not None,
        line=page.line,
        opening=opening.amount if opening is not None else None,
        opening_date=opening.date if opening is not None else None,
        opening_tag=page.opening_tag,
        closing=closing.amount if closing is not None else None,
        closing_date=closing.date if closing is not None else None,
        closing_tag=page.closing_tag,
        credits=sum(minor >= 0 for minor in minors),
        credit_sum=Money(credit, currency),
        debits=sum(minor < 0 for minor in minors),
        debit_sum=Money(debit, currency),
        computed=None if computed is None else Money(computed, currency),
        difference=None if difference is None else Money(difference, currency),
        balanced=None if difference is None else difference == 0,
        entries=page.lines_read,
    )


def validate(
    data: bytes | str, *, profile: str | Profile = DEFAULT, account: str | None = None, limit: int | None = 100
) -> Report[tuple[Figures, ...]]:
    """The verdict on MT940, MT942 or MT950 bytes, with the figures of each message in ``details``.

    ``summary.statements`` counts messages (pages not joined), ``summary.entries`` the statement lines in them.
    ``limit`` caps the findings listed for each rule; ``account`` keeps the figures of one account.
    """
    chosen = get_profile(profile)
    pages = Messages(chosen, limit)
    if not isinstance(data, bytes | bytearray | memoryview | str):
        raise TypeError(f"bytes or str expected, not {type(data).__name__}")
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
    details: list[Figures] = []
    currencies: set[str] = set()
    entries = 0
    for page in pages.run(raw):
        entries += page.lines_read
        if page.currency:
            currencies.add(page.currency)
        if account is None or wanted_account(to_statement([page]), account):
            details.append(figures(page))
    reporter = pages.report.reporter
    return Report(
        format="mt940",
        profile=chosen.name,
        sha256=hashlib.sha256(raw).hexdigest(),
        summary=Summary(
            currency=currencies.pop() if len(currencies) == 1 else None,
            statements=pages.splitter.messages,
            entries=entries,
            errors=reporter.errors,
            warnings=reporter.warnings,
        ),
        findings=proposed(by_place(reporter.findings), raw),
        hidden=dict(reporter.hidden),
        details=tuple(details),
    )
