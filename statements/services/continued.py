"""What was written before, so that a later run writes only what came since: the state beside a folder of statements.

>>> state = State()
>>> read_state(write_state(state)) == state
True
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from statements.findings import Finding, Location, Outcome
from statements.model.periods import Every, period
from statements.model.statement import Statement
from statements.services import periods
from statements.services.rules import finding

STATE = ".statements-state.json"
"""The name of the file, in the folder of the statements."""

VERSION = 1


class Issued(msgspec.Struct, frozen=True):
    """Up to which day an account was written, and the balance that it had then, in minor units."""

    until: datetime.date
    closing: int
    currency: str


class State(msgspec.Struct, frozen=True):
    """For each format, what was written of each account and currency."""

    version: int = VERSION
    formats: Mapping[str, Mapping[str, Issued]] = {}


def read_state(data: bytes) -> State | None:
    """The state; ``None`` for bytes that are none of ours."""
    try:
        found = msgspec.json.decode(data, type=State)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError):
        return None
    return found if found.version == VERSION else None


def write_state(state: State) -> bytes:
    """The bytes of the file: the same for the same state."""
    ordered = State(VERSION, {name: dict(sorted(accounts.items())) for name, accounts in sorted(state.formats.items())})
    return msgspec.json.format(msgspec.json.encode(ordered), indent=1) + b"\n"


def since_last(
    statements: Sequence[Statement], state: State, to: str, every: Every | None
) -> Outcome[tuple[Statement, ...]]:
    """The statements of the days after those that were written in this format; each account goes on by itself.

    An account whose balance at the end of those days is another one now has an entry that came too late, or lost one:
    that is an error, and nothing is written for it.
    """
    issued = state.formats.get(to, {})
    kept: list[Statement] = []
    findings: list[Finding] = []
    for account, own in _by_account(statements).items():
        before = issued.get(account)
        new = own if before is None else list(_after(own, before, every, findings))
        first = next((item.opening for item in new if item.opening is not None), None)
        if before is not None and first is not None and first.amount.minor != before.closing:
            findings.append(
                finding(
                    "CNV-024",
                    Location(account=own[0].account.iban or own[0].account.other),
                    account=account,
                    day=before.until.isoformat(),
                    found=first.amount.text,
                    expected=msgspec.structs.replace(first.amount, minor=before.closing).text,
                )
            )
            continue
        kept.extend(new)
    return Outcome(tuple(kept), tuple(findings))


def _after(
    statements: Sequence[Statement], before: Issued, every: Every | None, findings: list[Finding]
) -> Iterable[Statement]:
    following = before.until + datetime.timedelta(days=1)
    later: list[Statement] = []
    across: list[Statement] = []
    for statement in statements:
        days = period(statement)
        if days is None or days[0] >= following:
            later.append(statement)
        elif days[1] >= following:
            across.append(statement)
    if across:
        cut = periods.cut(across, since=following, until=None, every=every or "all")
        findings.extend(cut.findings)
        yield from cut.value
    yield from later


def issued_now(state: State, to: str, statements: Iterable[Statement]) -> State:
    """The state once these statements are written."""
    accounts = dict(state.formats.get(to, {}))
    for statement in statements:
        days, closing = period(statement), statement.closing
        if days is None or closing is None:
            continue
        name = _name(statement)
        if name not in accounts or accounts[name].until <= days[1]:
            accounts[name] = Issued(days[1], closing.amount.minor, closing.amount.currency)
    return State(VERSION, {**state.formats, to: accounts})


def _currency(statement: Statement) -> str:
    balance = statement.closing or statement.opening
    return statement.account.currency or (balance.amount.currency if balance is not None else "")


def _by_account(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        found.setdefault(_name(statement), []).append(statement)
    return found


def _name(statement: Statement) -> str:
    """Account and currency: one IBAN may hold several accounts, each with a chain of its own."""
    return f"{statement.account.iban or statement.account.other or ''} {_currency(statement)}".strip()
