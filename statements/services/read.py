"""Any file of statements as statements: the format is identified, its own reader does the rest."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from statements import profiles
from statements.findings import Finding, Location, Outcome, Profile, Reporter
from statements.formats import register
from statements.model.periods import Every
from statements.model.statement import Statement
from statements.reference.iban import rib
from statements.rules import Severity, Text
from statements.services import periods
from statements.services.identify import Data, FileIdentity, content, identify
from statements.services.rules import BASE, finding, rules


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How sources are read. All of it has a default, so ``ReadOptions()`` is the plain options.

    ``source`` is a name of ``--from``; ``every`` is ``day``, ``month``, ``all`` or ``None`` (as the source has it;
    ``all`` for Qonto). ``profiles`` maps a format to the profile it is read with.
    """

    source: str | None = None
    accounts: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    every: Every | None = None
    timezone: str = "Europe/Paris"
    opening: Any = None
    mapping: Any = None
    settings: Mapping[str, Any] = {}
    profiles: Mapping[str, Profile] = {}
    repairs: tuple[str, ...] = ()


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """The statements of several sources, the findings of reading them, and the full ids behind each token."""

    statements: tuple[Statement, ...] = ()
    findings: tuple[Finding, ...] = ()
    identities: Mapping[str, tuple[str, str]] = {}
    """Token -> ``id`` and ``transaction_id`` of Qonto; empty texts where there is none."""
    held: frozenset[str] = frozenset()
    """The accounts that the bank files hold, the ones not asked for included."""
    faulty: frozenset[int] = frozenset()
    """Positions in ``statements`` of those whose bank file has an error in them, or an error nobody can place."""

    def sound(self) -> tuple[tuple[Statement, ...], tuple[Finding, ...]]:
        """The statements without an error in their source, and a finding for each of the others."""
        kept = tuple(item for at, item in enumerate(self.statements) if at not in self.faulty)
        left = (self.statements[at].account for at in sorted(self.faulty))
        return kept, tuple(finding("CNV-008", Location(account=account.iban or account.other)) for account in left)


def read(
    data: Data,
    *,
    source: str | None = None,
    profile: str | Profile | None = None,
    account: str | None = None,
) -> Outcome[tuple[Statement, ...]]:
    """The statements of one file of any known format. Never raises for bad data.

    ``data`` are bytes, a binary stream or a path object; a ``str`` is the text of a file. ``source`` names the format
    instead of recognising it, ``account`` keeps the statements of one account. Raises ``ValueError`` for an unknown
    format or profile.

    >>> read(b"").findings[0].id
    'CNV-001'
    """
    options = ReadOptions(source=source, accounts=(account,) if account else ())
    return _read_one("", content(data), options, profile)


def gather(files: Sequence[tuple[str, bytes]], options: ReadOptions | None = None) -> Gathered:
    """The statements of several sources. Qonto files are read together, every other file by itself."""
    options = options or ReadOptions()
    joint, others = split(files, options)
    parts = [gather_together(joint, options)] if joint else []
    parts.extend(gather_alone(name, data, options) for name, data in others)
    return merge(parts, options)


def split(
    files: Sequence[tuple[str, bytes]], options: ReadOptions
) -> tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]:
    """The files that complete one another (those of Qonto), and the others, each of which stands alone."""
    joint: list[tuple[str, bytes]] = []
    others: list[tuple[str, bytes]] = []
    for file in files:
        row = register.get(options.source) if options.source else identify(file[1]).reader
        (joint if row.together else others).append(file)
    return joint, others


def merge(parts: Iterable[Gathered], options: ReadOptions) -> Gathered:
    """Several readings as one, with the accounts that were asked for checked."""
    listed = list(parts)
    statements = tuple(statement for part in listed for statement in part.statements)
    findings = [item for part in listed for item in part.findings]
    identities = {token: ids for part in listed for token, ids in part.identities.items()}
    report = Reporter(rules(), BASE)
    present = {_account(statement) for statement in statements}
    held = frozenset[str]().union(*(part.held for part in listed))
    # Qonto data and bank files may be given together: an account need only be in one of them.
    findings = [item for item in findings if item.id != "QNT-041" or item.location.account not in present | held]
    # An error that names the account, or that names none, already says why it is not there.
    told = {item.location.account for item in findings if item.severity is Severity.ERROR}
    for asked in options.accounts:
        if asked not in present | held and not told & {asked, None}:
            listed_accounts = ", ".join(sorted(present | held)) or "-"
            report.add("CNV-004", Location(account=asked), found=asked, expected=listed_accounts)
    faulty: set[int] = set()
    before = 0
    for part in listed:
        faulty.update(before + at for at in part.faulty)
        before += len(part.statements)
    return Gathered(
        statements=statements,
        findings=(*findings, *report.findings),
        identities=identities,
        held=held,
        faulty=frozenset(faulty),
    )


def gather_together(files: Sequence[tuple[str, bytes]], options: ReadOptions) -> Gathered:
    """The statements of files that complete one another: those of Qonto."""
    package = (register.get(options.source) if options.source else identify(files[0][1]).reader).module()
    request = package.Request(
        accounts=options.accounts,
        since=options.since,
        until=options.until,
        every=options.every or "all",
        timezone=options.timezone,
        opening=options.opening,
        mapping=options.mapping,
        settings=dict(options.settings),
    )
    outcome = package.read_with_identities(files, request)
    found = outcome.value
    identities = {token: (ids.id or "", ids.transaction_id or "") for token, ids in found.identities.items()}
    absent = {item.location.account for item in outcome.findings if item.id == "QNT-041"}
    held = frozenset(account for account in options.accounts if account not in absent)
    return Gathered(statements=found.statements, findings=outcome.findings, identities=identities, held=held)


def gather_alone(name: str, data: bytes, options: ReadOptions) -> Gathered:
    """The statements of one MT940, CFONB-120 or JSON file: chosen accounts, cut to the periods asked for."""
    outcome = _read_one(name, data, options)
    findings = outcome.findings
    statements = tuple(_asked(outcome.value, options.accounts))
    faulty = _faulty(statements, findings)
    if options.since or options.until or options.every:
        cut = periods.cut(statements, since=options.since, until=options.until, every=options.every or "all")
        statements, findings = cut.value, findings + cut.findings
        # Once cut and joined, the fault of a statement is that of its account.
        faulty = _faulty(statements, outcome.findings)
    located = tuple(
        item
        if item.location.file or not name
        else msgspec.structs.replace(item, location=msgspec.structs.replace(item.location, file=name))
        for item in findings
    )
    held = frozenset(filter(None, map(_account, outcome.value)))
    return Gathered(statements=statements, findings=located, held=held, faulty=faulty)


def _account(statement: Statement) -> str:
    return statement.account.iban or statement.account.other or ""


def _faulty(statements: Sequence[Statement], findings: Iterable[Finding]) -> frozenset[int]:
    """The statements that an error concerns: those of its account; all of them when it names none."""
    accounts: set[str | None] = set()
    for item in findings:
        if item.severity is Severity.ERROR:
            accounts.add(item.location.account)
    if not accounts:
        return frozenset()
    everything = None in accounts
    return frozenset(at for at, statement in enumerate(statements) if everything or _account(statement) in accounts)


def _asked(statements: Iterable[Statement], accounts: Sequence[str]) -> Iterable[Statement]:
    for statement in statements:
        if not accounts:
            yield statement
            continue
        own = _account(statement)
        for asked in accounts:
            # CFONB-120 cannot tell a Monegasque account from a French one: the caller's IBAN decides.
            if asked == own:
                yield statement
            elif rib(asked) is not None and rib(asked) == rib(own):
                account = msgspec.structs.replace(statement.account, iban=asked)
                yield msgspec.structs.replace(statement, account=account)


def _read_one(
    name: str, data: bytes, options: ReadOptions, profile: str | Profile | None = None
) -> Outcome[tuple[Statement, ...]]:
    if options.source is not None:
        row = register.get(options.source)
    else:
        identity = identify(data)
        if not identity.taken:
            return Outcome((), (not_taken(identity),))
        row = identity.reader
    if row.holds != "statements":
        return Outcome((), (finding("CNV-003"),))
    if row.together:
        gathered = gather_together([(name or "data", data)], msgspec.structs.replace(options, source=row.name))
        return Outcome(gathered.statements, gathered.findings)
    unnamed = options.accounts[0] if len(options.accounts) == 1 else None
    return row.read(data, _reading_profile(row, options, profile), unnamed)


def _reading_profile(row: register.Format, options: ReadOptions, profile: str | Profile | None) -> Profile | None:
    """The profile to read with, and the repairs asked for; ``None`` where the format knows no profiles."""
    if isinstance(profile, Profile):
        return profile
    known = row.reader_profiles()
    if not known or row.reader is None:
        if profile is not None:
            raise ValueError(f"{row.name} has no profiles, and so none named {profile!r}")
        return None
    name = profile or row.reader.default
    if name not in known:
        raise ValueError(f"no profile {name!r} of {row.name}; known: {', '.join(known)}")
    chosen = known[name] if profile else options.profiles.get(row.name) or known[name]
    return profiles.with_repairs(chosen, options.repairs)


def not_taken(identity: FileIdentity) -> Finding:
    """The finding for a file that no reader takes: what it is, in both languages, and what to do."""
    found = finding("CNV-001" if identity.kind == "unknown" else "CNV-002")
    message = found.rule.message
    named = Text(
        message.en.replace("{name}", identity.name.en),
        message.fr.replace("{name}", identity.name.fr),
    )
    return msgspec.structs.replace(found, rule=msgspec.structs.replace(found.rule, message=named, fix=identity.advice))
