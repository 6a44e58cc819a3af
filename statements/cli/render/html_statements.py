"""Statements as parts of an HTML page: head with the sums, the line of balances, days, entries with their losses."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from statements.cli.render.balance_line import BalanceLine, balance_line
from statements.cli.render.pages import meaning
from statements.cli.texts import Texts
from statements.cli.words import amount, day, spot
from statements.findings import Finding
from statements.model import members
from statements.model.figures import Figures, figures
from statements.model.money import Money
from statements.model.statement import Entry, Statement
from statements.rules import Severity

SHOWN = 500
"""Up to so many entries stand in the open; of a longer statement those with a remark, the others folded."""
FOLDED = 2000
"""How many entries of a long statement are in the page at all."""
SPELLED = frozenset(("characters-replaced", "characters"))
"""Remarks of the writers that are told in one sentence: accents and other characters that the format does not have."""


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry with the balance after it, and what was changed or found on it."""

    number: int
    date: datetime.date
    value_date: datetime.date | None
    code: str
    who: str
    facts: tuple[str, ...]
    amount: Money
    balance: Money | None
    notes: tuple[Mapping[str, str], ...]


class DaySums(msgspec.Struct, frozen=True, kw_only=True):
    """The sums of one booking day, and the balance at its end."""

    date: datetime.date
    entries: int
    credits: Money
    debits: Money
    balance: Money | None


class StatementSheet(msgspec.Struct, frozen=True, kw_only=True):
    """One statement on a page: ``rows`` stand in the open, ``folded`` behind a click, ``absent`` are counted."""

    sums: Figures
    line: BalanceLine | None = None
    days: tuple[DaySums, ...] = ()
    rows: tuple[EntryRow, ...] = ()
    folded: tuple[EntryRow, ...] = ()
    absent: int = 0
    more_days: bool = False
    total: int = 0
    foreign: int = 0
    """Entries in another currency than the statement's, which are in no sum."""
    outcome: Mapping[str, str] | None = None
    """Whether the difference is nothing, as a word and a sign; ``None`` where it cannot be judged."""


def sheet(
    statement: Statement, texts: Texts, findings: Sequence[Finding] = (), sums: Figures | None = None
) -> StatementSheet:
    """The parts of one statement. ``findings`` are those whose entry is one of its entries; ``sums`` what a check
    found, where one was made."""
    counted = figures(statement)
    sums = sums or counted
    if sums.days is None:
        # A check that states no days leaves them to the dates of the balances.
        sums = msgspec.structs.replace(sums, since=counted.since, until=counted.until)
    currency = statement.currency or ""
    by_entry: dict[int, list[Finding]] = {}
    for item in findings:
        if item.location.entry is not None and item.rule.slug not in SPELLED:
            by_entry.setdefault(item.location.entry, []).append(item)
    balance = statement.opening.amount if statement.opening is not None else None
    rows = []
    for number, entry in enumerate(statement.entries, 1):
        if balance is not None and entry.amount.currency == balance.currency:
            balance = balance + entry.amount
        notes = tuple(note(item, texts) for item in by_entry.get(number, ()))
        rows.append(_row(number, entry, balance, notes, texts))
    days = _days(statement, currency)
    line = None
    if statement.opening is not None and sums.days is not None:
        balances = [(item.date, item.balance) for item in days if item.balance is not None]
        line = balance_line(statement.opening.amount, balances, *sums.days)
    many = len(rows) > SHOWN
    marked = [row for row in rows if row.notes][:SHOWN]
    return StatementSheet(
        sums=sums,
        line=line,
        days=tuple(days[:FOLDED]),
        rows=tuple(marked if many else rows),
        folded=tuple(rows[:FOLDED]) if many else (),
        more_days=len(days) > FOLDED,
        absent=max(0, len(rows) - FOLDED),
        total=len(rows),
        foreign=sum(entry.amount.currency != currency for entry in statement.entries),
        outcome=agreement(sums, texts),
    )


def agreement(sums: Figures, texts: Texts) -> Mapping[str, str] | None:
    """Whether stated and computed closing agree; ``None`` where one of them is missing."""
    if sums.difference is None:
        return None
    good = sums.difference.minor == 0
    return {**meaning("ready" if good else "error", texts), "word": texts("html.agrees" if good else "html.differs")}


def _row(
    number: int, entry: Entry, balance: Money | None, notes: tuple[Mapping[str, str], ...], texts: Texts
) -> EntryRow:
    party = entry.counterparty
    who = (party.name or party.iban or "") if party is not None else ""
    facts = [*entry.remittance]
    if entry.reversal:
        facts.append(texts("reversal"))
    if entry.original_amount is not None:
        facts.append(texts("original", amount=amount(entry.original_amount.amount, texts, currency=True)))
    reference = entry.references.end_to_end_id or entry.references.customer_reference
    if reference:
        facts.append(f"{texts('reference')} {reference}")
    return EntryRow(
        number=number,
        date=entry.booking_date,
        value_date=entry.value_date if entry.value_date != entry.booking_date else None,
        code=entry.codes.cfonb or entry.codes.swift or "",
        who=who,
        facts=tuple(facts),
        amount=entry.amount,
        balance=balance,
        notes=notes,
    )


def _days(statement: Statement, currency: str) -> list[DaySums]:
    by_day: dict[datetime.date, list[int]] = {}
    for entry in statement.entries:
        if entry.amount.currency == currency:
            by_day.setdefault(entry.booking_date, []).append(entry.amount.minor)
    running = statement.opening.amount.minor if statement.opening is not None else None
    days = []
    for date in sorted(by_day):
        amounts = by_day[date]
        running = running + sum(amounts) if running is not None else None
        days.append(
            DaySums(
                date=date,
                entries=len(amounts),
                credits=Money(sum(minor for minor in amounts if minor > 0), currency),
                debits=Money(sum(minor for minor in amounts if minor <= 0), currency),
                balance=None if running is None else Money(running, currency),
            )
        )
    return days


def note(finding: Finding, texts: Texts) -> Mapping[str, str]:
    """What was changed on an entry, or found there: before and after where a value became another one."""
    values = finding.values
    field = finding.location.field or ""
    said = {**meaning(finding.severity.value, texts), "rule": finding.id, "before": "", "after": ""}
    if "before" in values:
        words = ", ".join(members.word(member, texts.lang) for member in field.split(", ")) if field else ""
        return {**said, "field": words, "before": values["before"], "after": values.get("after", "")}
    return {**said, "field": "", "message": finding.message(texts.lang)}


def remark(finding: Finding, texts: Texts) -> Mapping[str, Any]:
    """One finding as a row of the page: severity, place, sentence, remedy."""
    location = finding.location
    if location.line is not None:
        where = texts("line", line=location.line)
    else:
        where = spot(finding, "") or location.account or ""
    return {
        **meaning(finding.severity.value, texts),
        "rule": finding.id,
        "where": where,
        "message": finding.message(texts.lang),
        "fix": finding.fix(texts.lang) if finding.severity is not Severity.INFO else "",
    }


def continuity(sheets: Sequence[StatementSheet], texts: Texts) -> list[Mapping[str, str]]:
    """How each statement follows the one before it of the same account and currency, in a sentence."""
    said: list[Mapping[str, str]] = []
    last: dict[tuple[str, str | None], Figures] = {}
    for sums in (item.sums for item in sheets):
        before = last.get((sums.account, sums.currency))
        last[sums.account, sums.currency] = sums
        if before is None or before.closing is None or sums.opening is None:
            continue
        pair = texts("html.pair", before=_span(before, texts), after=_span(sums, texts))
        if before.closing != sums.opening:
            gap = amount(sums.opening - before.closing, texts, currency=True)
            said.append({**meaning("error", texts), "text": f"{pair}{texts.colon}{texts('html.gap', gap=gap)}"})
        else:
            said.append({**meaning("ready", texts), "text": f"{pair}{texts.colon}{texts('html.follows')}"})
    return said


def _span(sums: Figures, texts: Texts) -> str:
    days = sums.days
    return texts("period", since=day(days[0], texts), until=day(days[1], texts)) if days else sums.number or "-"
