"""Statements as files of a format: one per account and period, each read back before it is released.

>>> convert((), to="mt940").value
()
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from statements.findings import Finding, Location, Outcome, Profile
from statements.model.statement import Statement
from statements.profiles import with_settings
from statements.reference.iban import is_iban
from statements.rules import Severity
from statements.services import formats
from statements.services.periods import period
from statements.wire.identity import token

READ_BACK: Mapping[str, str] = {"mt940": "CNV-299", "cfonb120": "CNV-199", "json": "CNV-399"}
"""The rule of each format that says: what was written does not read back equal. An internal fault."""


_WRITERS: Mapping[str, str] = {"mt940": "to mt940", "cfonb120": "to cfonb120", "json": "json"}


class StatementFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file: its name (no folder), bytes, and what it holds. ``since`` and ``until`` are the period's days."""

    name: str
    format: str
    account: str
    since: datetime.date | None
    until: datetime.date | None
    content: bytes
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def entries(self) -> int:
        """How many entries the file holds."""
        return sum(len(statement.entries) for statement in self.statements)


class Group(msgspec.Struct, frozen=True):
    """The statements of one account and period: what goes into one file."""

    account: str
    since: datetime.date | None
    until: datetime.date | None
    statements: tuple[Statement, ...]


def writer_profile(to: str, profile: str | Profile | None = None, settings: Mapping[str, Any] | None = None) -> Profile:
    """The profile that a format is written with. Raises ``ValueError`` for an unknown name or setting."""
    known = formats.writer_profiles(to)
    if not known:
        if profile is not None and not isinstance(profile, Profile):
            raise ValueError(f"{to} has no profile {profile!r}")
        chosen = profile if isinstance(profile, Profile) else Profile(name="default", base="default")
    elif isinstance(profile, Profile):
        chosen = profile
    else:
        name = profile or formats.DEFAULT_WRITER[to]
        if name not in known:
            raise ValueError(f"no profile {name!r} of {to}; known: {', '.join(known)}")
        chosen = known[name]
    try:
        return with_settings(chosen, settings or {})
    except KeyError as error:
        raise ValueError(
            f"no setting {error.args[0]!r} of {to}; known: {', '.join(sorted(chosen.settings))}"
        ) from error


def convert(
    statements: Iterable[Statement],
    *,
    to: str,
    profile: str | Profile | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Outcome[tuple[StatementFile, ...]]:
    """One :class:`StatementFile` per account and period, in the order in which they first occur.

    ``to`` is ``mt940``, ``cfonb120`` or ``json``. A statement that the format cannot say gives an error and no file;
    the others are written. Raises ``ValueError`` for an unknown format, profile or setting.
    """
    if to not in formats.STATEMENT_FORMATS:
        raise ValueError(f"no statement format {to!r}; known: {', '.join(formats.STATEMENT_FORMATS)}")
    chosen = writer_profile(to, profile, settings)
    outcomes = [write_group(group, to, own) for group, own in numbered(groups(statements), chosen)]
    return Outcome(
        tuple(outcome.value for outcome in outcomes if outcome.value is not None),
        tuple(finding for outcome in outcomes for finding in outcome.findings),
    )


def groups(statements: Iterable[Statement]) -> list[Group]:
    """Statements by account, first and last day. Two of one account and period share a file, in their order."""
    found: dict[tuple[str, datetime.date | None, datetime.date | None], list[Statement]] = {}
    for statement in statements:
        since, until = period(statement) or (None, None)
        account = statement.account.iban or statement.account.other or ""
        found.setdefault((account, since, until), []).append(statement)
    return [Group(*key, tuple(members)) for key, members in found.items()]


def numbered(listed: Sequence[Group], profile: Profile) -> list[tuple[Group, Profile]]:
    """Each group with its profile: a ``statement_number`` that is a number counts up for each account."""
    start = str(profile.settings.get("statement_number", ""))
    if not start.isdecimal():
        return [(group, profile) for group in listed]
    counts: dict[str, int] = {}
    found = []
    for group in listed:
        number = int(start) + counts.get(group.account, 0)
        counts[group.account] = counts.get(group.account, 0) + len(group.statements)
        settings = {**profile.settings, "statement_number": str(number)}
        found.append((group, msgspec.structs.replace(profile, settings=settings)))
    return found


def file_name(group: Group, to: str) -> str:
    """``<IBAN>_<from>_<to>`` and our suffix. Only a checked IBAN, dates and the format can stand in a name.

    >>> file_name(Group("../../x", None, None, ()), "mt940")
    'ATTPWUUAQBKDC4FB_undated.mt940.sta'
    """
    account = group.account if is_iban(group.account) else token("A", group.account)
    days = f"{group.since}_{group.until}" if group.since and group.until else "undated"
    return f"{account}_{days}{formats.SUFFIXES[to]}"


def write_group(group: Group, to: str, profile: Profile) -> Outcome[StatementFile | None]:
    """The file of one group; ``None`` with its findings when a statement is refused or does not read back equal."""
    package = formats.module(to)
    findings: tuple[Finding, ...] = ()
    if to == "json":
        content: bytes = package.write(group.statements)
    else:
        outcome = package.write(group.statements, profile=profile)
        content, findings = outcome.value, outcome.findings
    if any(finding.severity is Severity.ERROR for finding in findings):
        return Outcome(None, findings)
    if not reads_back(group, content, to):
        return Outcome(None, (*findings, _read_back_fault(group, to)))
    file = StatementFile(
        name=file_name(group, to),
        format=to,
        account=group.account,
        since=group.since,
        until=group.until,
        content=content,
        statements=group.statements,
        findings=findings,
    )
    return Outcome(file, findings)


def _read_back_fault(group: Group, to: str) -> Finding:
    return Finding(formats.book(_WRITERS[to])[READ_BACK[to]], Severity.ERROR, Location(account=group.account))


def reads_back(group: Group, content: bytes, to: str) -> bool:
    """Whether our JSON reads back equal. The writers of the bank formats read their own bytes back (CNV-199, -299)."""
    return to != "json" or formats.module(to).read(content).value == _plain(group.statements)


def _plain(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    # The JSON names the currency once, in the account: there it stands also when the source had it elsewhere.
    return tuple(
        msgspec.structs.replace(item, account=msgspec.structs.replace(item.account, currency=item.currency))
        for item in statements
    )


def join(files: Sequence[StatementFile]) -> bytes:
    """Several files of one format as one: for ``-o FILE`` and for stdout."""
    if files and files[0].format == "json":
        content: bytes = formats.module("json").write(item for file in files for item in file.statements)
        return content
    return b"".join(file.content for file in files)
