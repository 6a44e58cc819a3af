"""Statements cut to other periods: their chain joined, then days, months or one range taken from it.

Qonto data are cut by their own reader, which knows the balance after each row. Statements of a bank are only cut
when the caller asks for it; otherwise every one stays as it is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from statements.findings import Location, Outcome, Reporter
from statements.model.money import Money
from statements.model.periods import Every, period, periods
from statements.model.statement import Balance, Entry, Statement
from statements.services.rules import BASE, rules

_DAY = datetime.timedelta(days=1)


def cut(
    statements: Iterable[Statement],
    *,
    since: datetime.date | None,
    until: datetime.date | None,
    every: Every,
) -> Outcome[tuple[Statement, ...]]:
    """Every period of each account between ``since`` and ``until``; each account's own range where none is given."""
    report = Reporter(rules(), BASE)
    accounts: dict[tuple[str | None, str | None], list[Statement]] = {}
    whole: list[Statement] = []
    for statement in statements:
        if statement.opening is None or statement.closing is None or _mixed(statement):
            report.add("CNV-005", Location(account=_key(statement)[0]), expected="60F, 62F")
            continue
        accounts.setdefault(_key(statement), []).append(statement)
    for chain in accounts.values():
        before = len(whole)
        for part in _chains(chain, report):
            whole.extend(_cut_chain(part, since, until, every, report))
        if len(whole) == before:
            spans = [_span(statement) for statement in chain]
            report.add(
                "CNV-010",
                Location(account=_key(chain[0])[0]),
                found=f"{since or '…'} – {until or '…'}",
                expected=f"{min(first for first, _ in spans)} – {max(last for _, last in spans)}",
            )
    return Outcome(tuple(whole), tuple(report.findings))


def _key(statement: Statement) -> tuple[str | None, str | None]:
    return statement.account.iban or statement.account.other, statement.currency


def _mixed(statement: Statement) -> bool:
    amounts = [statement.opening.amount, statement.closing.amount] if statement.opening and statement.closing else []
    return len({money.currency for money in (*amounts, *(entry.amount for entry in statement.entries))}) > 1


def _chains(statements: list[Statement], report: Reporter) -> Iterator[list[Statement]]:
    """Runs of statements of which each opens with the balance that the one before closed with."""
    ordered = sorted(enumerate(statements), key=lambda item: (_span(item[1])[1], _span(item[1])[0], item[0]))
    chain: list[Statement] = []
    for _, statement in ordered:
        if chain:
            before, after = chain[-1].closing, statement.opening
            if before is None or after is None or before.amount != after.amount or before.date > after.date:
                report.add(
                    "CNV-006",
                    Location(account=_key(statement)[0]),
                    found=_span(chain[-1])[1].isoformat(),
                    expected=_span(statement)[0].isoformat(),
                )
                yield chain
                chain = []
        chain.append(statement)
    if chain:
        yield chain


def _span(statement: Statement) -> tuple[datetime.date, datetime.date]:
    days = period(statement)
    if days is None:
        raise ValueError("a statement without dates cannot be placed")
    return days


def _cut_chain(
    chain: list[Statement],
    since: datetime.date | None,
    until: datetime.date | None,
    every: Every,
    report: Reporter,
) -> Iterator[Statement]:
    dated: list[tuple[datetime.date, Entry]] = []
    for statement in chain:
        first, last = _span(statement)
        # An entry dated outside its own statement (banks have them) stays with that statement.
        dated.extend((min(max(entry.booking_date, first), last), entry) for entry in statement.entries)
    dated.sort(key=lambda item: item[0])
    opening = chain[0].opening
    if opening is None:
        return
    currency, running = opening.amount.currency, opening.amount.minor
    first = max(since or datetime.date.min, _span(chain[0])[0])
    last = min(until or datetime.date.max, _span(chain[-1])[1])
    at = 0
    while at < len(dated) and dated[at][0] < first:
        running += dated[at][1].amount.minor
        at += 1
    lost = False
    for days in periods(first, last, every):
        begin, end = days.first, days.last
        start, before = at, running
        while at < len(dated) and dated[at][0] <= end:
            running += dated[at][1].amount.minor
            at += 1
        entries = tuple(entry for _, entry in dated[start:at])
        same = next((item for item in chain if _span(item) == (begin, end) and item.entries == entries), None)
        if same is not None:
            yield same
            continue
        lost = True
        yield Statement(
            chain[0].account,
            Balance(Money(before, currency), begin - _DAY),
            Balance(Money(running, currency), end),
            entries,
        )
    if lost and any(item.number or item.available or item.forward_available for item in chain):
        report.add("CNV-007", Location(account=_key(chain[0])[0]))
