"""Validation: the verdict on a file, and of each message the figures that an accountant checks by hand."""

from __future__ import annotations

import datetime
import hashlib

import msgspec

from statements.findings import Profile, Report, Summary
from statements.formats.mt940.profile import DEFAULT, get_profile
from statements.formats.mt940.reader import Messages, by_place, to_statement, wanted_account
from statements.formats.mt940.records import Message
from statements.formats.mt940.values import UNKNOWN
from statements.model.money import Money


class Figures(msgspec.Struct, frozen=True):
    """The figures of one message: exact decimal texts, the account owner's view. ``adds_up`` is ``None`` unjudged."""

    line: int
    kind: str
    reference: str | None
    account: str | None
    number: str | None
    currency: str | None
    opening_tag: str | None
    opening: str | None
    credits: int
    credit_sum: str
    debits: int
    debit_sum: str
    computed_closing: str | None
    closing_tag: str | None
    closing: str | None
    difference: str | None
    adds_up: bool | None
    entries: int
    opening_date: datetime.date | None = None
    closing_date: datetime.date | None = None


def figures(page: Message) -> Figures:
    """Opening, credits, debits, computed and stated closing and their difference, of one message."""
    currency = page.currency or UNKNOWN
    minors = [entry.amount.minor for entry in page.entries]
    credit = sum(minor for minor in minors if minor >= 0)
    debit = sum(minors) - credit
    opening, closing = page.opening, page.closing
    computed = opening.amount.minor + credit + debit if opening is not None and page.judged else None
    difference = closing.amount.minor - computed if closing is not None and computed is not None else None

    def text(minor: int | None) -> str | None:
        return None if minor is None else Money(minor, currency).text

    return Figures(
        page.line,
        page.kind,
        page.reference,
        page.account,
        page.number_text,
        page.currency,
        page.opening_tag,
        opening.amount.text if opening else None,
        sum(minor >= 0 for minor in minors),
        Money(credit, currency).text,
        sum(minor < 0 for minor in minors),
        Money(debit, currency).text,
        text(computed),
        page.closing_tag,
        closing.amount.text if closing else None,
        text(difference),
        None if difference is None else difference == 0,
        page.lines_read,
        opening.date if opening is not None else None,
        closing.date if closing is not None else None,
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
        findings=tuple(sorted(reporter.findings, key=by_place)),
        hidden=dict(reporter.hidden),
        details=tuple(details),
    )
