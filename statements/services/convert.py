"""Statements as files of a format: one per account and period, each read back before it is released.

>>> convert((), to="mt940").value
()
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from statements.findings import Finding, Location, Outcome, Profile
from statements.formats import register
from statements.model.periods import period
from statements.model.statement import Statement
from statements.profiles import with_settings
from statements.reference.iban import is_iban
from statements.rules import Language, Severity
from statements.visible import in_json
from statements.wire.identity import token


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

    def __repr__(self) -> str:
        """Name and size, in one line."""
        return f"<StatementFile {self.name}: {len(self.content)} bytes, {self.entries} entries>"

    @property
    def entries(self) -> int:
        """How many entries the file holds."""
        return sum(len(statement.entries) for statement in self.statements)


class FileGroup(msgspec.Struct, frozen=True):
    """The statements of one account and period: what goes into one file."""

    account: str
    since: datetime.date | None
    until: datetime.date | None
    statements: tuple[Statement, ...]


def writer_profile(to: str, profile: str | Profile | None = None, settings: Mapping[str, Any] | None = None) -> Profile:
    """The profile that a format is written with. Raises ``ValueError`` for an unknown name or setting."""
    row = register.get(to)
    known = row.writer_profiles()
    if row.writer is None or not known:
        if profile is not None and not isinstance(profile, Profile):
            raise ValueError(f"{to} has no profile {profile!r}")
        chosen = profile if isinstance(profile, Profile) else Profile(name="default", base="default")
    elif isinstance(profile, Profile):
        chosen = profile
    else:
        name = profile or row.writer.default
        if name not in known:
            raise ValueError(f"no profile {name!r} of {to}; known: {', '.join(known)}")
        chosen = known[name]
    return with_settings(chosen, settings or {})


def convert(
    statements: Iterable[Statement],
    *,
    to: str,
    profile: str | Profile | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Outcome[tuple[StatementFile, ...]]:
    """One :class:`StatementFile` per account and period, in the order in which they first occur.

    ``to`` is ``mt940``, ``cfonb120``, ``json`` or another registered format. A statement that the format cannot say
    gives an error and no file; the others are written. Raises ``ValueError`` for an unknown format, profile or setting.
    """
    if to not in register.targets():
        raise ValueError(f"no statement format {to!r}; known: {', '.join(register.targets())}")
    chosen = writer_profile(to, profile, settings)
    outcomes = [write_group(group, to, own) for group, own in numbered(groups(statements), chosen)]
    return Outcome(
        tuple(outcome.value for outcome in outcomes if outcome.value is not None),
        tuple(finding for outcome in outcomes for finding in outcome.findings),
    )


def groups(statements: Iterable[Statement]) -> list[FileGroup]:
    """Statements by account, first and last day. Two of one account and period share a file, in their order."""
    found: dict[tuple[str, datetime.date | None, datetime.date | None], list[Statement]] = {}
    for statement in statements:
        since, until = period(statement) or (None, None)
        account = statement.account.iban or statement.account.other or ""
        found.setdefault((account, since, until), []).append(statement)
    return [FileGroup(*key, tuple(members)) for key, members in found.items()]


def numbered(listed: Sequence[FileGroup], profile: Profile) -> list[tuple[FileGroup, Profile]]:
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


def file_name(group: FileGroup, to: str) -> str:
    """``<IBAN>_<from>_<to>`` and our suffix. Only a checked IBAN, dates and the format can stand in a name.

    >>> file_name(FileGroup("../../x", None, None, ()), "mt940")
    'ATTPWUUAQBKDC4FB_undated.mt940.sta'
    """
    account = group.account if is_iban(group.account) else token("A", group.account)
    days = f"{group.since}_{group.until}" if group.since and group.until else "undated"
    return f"{account}_{days}{register.get(to).suffix}"


def write_group(group: FileGroup, to: str, profile: Profile) -> Outcome[StatementFile | None]:
    """The file of one group; ``None`` with its findings when a statement is refused or does not read back equal."""
    row = register.get(to)
    outcome = row.write(group.statements, profile)
    content, findings = outcome.value, outcome.findings
    if any(finding.severity is Severity.ERROR for finding in findings):
        return Outcome(None, findings)
    if row.neutral and not _reads_back(group, content, row):
        return Outcome(None, (*findings, _read_back_fault(group, row)))
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


def _read_back_fault(group: FileGroup, row: register.Format) -> Finding:
    return Finding(row.books[-1].load()[row.read_back_rule], Severity.ERROR, Location(account=group.account))


def _reads_back(group: FileGroup, content: bytes, row: register.Format) -> bool:
    """Whether our JSON reads back equal. The writers of the bank formats read their own bytes back (CNV-199, -299)."""
    return row.read(content).value == _plain(group.statements)


def _plain(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    # The JSON names the currency once, in the account: there it stands also when the source had it elsewhere.
    return tuple(
        msgspec.structs.replace(item, account=msgspec.structs.replace(item.account, currency=item.currency))
        for item in statements
    )


def join(files: Sequence[StatementFile], to: str, profile: Profile | None = None) -> bytes:
    """Several files of one format as one, for ``-o FILE`` and stdout; without files an empty document, or nothing."""
    row = register.get(to)
    if len(files) == 1:
        return files[0].content
    if row.whole:
        return row.write([item for file in files for item in file.statements], profile).value
    return b"".join(file.content for file in files)


def faulty(findings: Iterable[Finding]) -> bool:
    """Whether a writer found that what it wrote does not read back equal: an internal fault."""
    rules = {row.read_back_rule for row in register.formats()}
    return any(finding.id in rules for finding in findings)


def ledger_lines(
    files: Iterable[StatementFile],
    identities: Mapping[str, tuple[str, str]],
    *,
    timezone: str | None = None,
    findings: Iterable[Finding] = (),
    lang: Language = "en",
) -> Iterator[bytes]:
    """The ledger of a conversion as JSON lines, each with its line feed: what was kept, and every change made to it.

    One line an entry (account, period, number of the entry, bank reference, full ids, amount), followed by one line
    for each change that the writer made to it: cut, transliterated, moved, or without a place in the format.
    ``findings`` are those of refused statements and of the sources.

    ``timezone`` is stated for Qonto data, whose days depend on it.
    """
    for file in files:
        changes: dict[tuple[int, int], list[Finding]] = {}
        for finding in file.findings:
            key = (finding.location.statement or 1, finding.location.entry or 0)
            changes.setdefault(key, []).append(finding)
        head: dict[str, Any] = {"account": file.account, "period": _period(file)}
        for number, statement in enumerate(file.statements, 1):
            for finding in changes.get((number, 0), ()):
                yield _line({**head, **_change(finding, lang)})
            for at, entry in enumerate(statement.entries, 1):
                reference = entry.references.bank_reference
                ids = identities.get(reference or "", ("", ""))
                place = {**head, "entry": at, "bank_reference": reference}
                yield _line(
                    {
                        **place,
                        "id": ids[0],
                        "transaction_id": ids[1],
                        "booking_date": entry.booking_date.isoformat(),
                        "amount": entry.amount.text,
                        "currency": entry.amount.currency,
                        "timezone": timezone,
                    }
                )
                for finding in changes.get((number, at), ()):
                    yield _line({**place, **_change(finding, lang)})
    for finding in findings:
        location = finding.location
        yield _line(
            {"account": location.account, "entry": location.entry, "file": location.file, **_change(finding, lang)}
        )


def _period(file: StatementFile) -> str | None:
    return f"{file.since}/{file.until}" if file.since and file.until else None


def _change(finding: Finding, lang: Language) -> dict[str, Any]:
    values = finding.values
    return {
        "rule": finding.id,
        "severity": finding.severity.value,
        "field": finding.location.field,
        "before": values.get("before", finding.found),
        "after": values.get("after"),
        "message": finding.message(lang),
    }


def _line(members: Mapping[str, Any]) -> bytes:
    line = msgspec.json.encode({name: value for name, value in members.items() if value not in (None, "")})
    return in_json(line.decode()).encode() + b"\n"


def payment_document(files: Sequence[tuple[str, bytes]], profile: Profile | None = None) -> Outcome[bytes]:
    """Payment files as data: one JSON document with every one that can be read, and the findings of reading them."""
    package = register.payments().module()
    read = []
    findings: list[Finding] = []
    for name, data in files:
        outcome = package.read(data, **({"profile": profile} if profile is not None else {}))
        if outcome.value is not None:
            read.append(outcome.value)
        findings.extend(
            msgspec.structs.replace(item, location=msgspec.structs.replace(item.location, file=name))
            for item in outcome.findings
        )
    document: bytes = package.to_json(read)
    return Outcome(document, tuple(findings))
