"""The check of any file: the format is identified (or declared), its own rules give the verdict."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any, BinaryIO

import msgspec

from statements.findings import Finding, Profile, Report, Summary, Suppressed
from statements.formats import register
from statements.model.figures import Figures, figures
from statements.profiles import with_settings
from statements.reference import ebics
from statements.rules import Severity
from statements.services.identify import Data, FileIdentity, content, identify
from statements.services.read import ReadOptions, gather_together, not_taken
from statements.services.rules import finding
from statements.wire.mending import Remedies


class CheckOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller knows beside the file. Everything has a default.

    ``profiles`` maps a format to its profile. ``today``, ``own``, ``known_ids`` and ``schemas`` serve payment files
    only: the day of the check, the caller's accounts, references sent before, schema texts by message name.
    """

    profiles: Mapping[str, Profile] = {}
    declared: str | None = None
    account: str | None = None
    limit: int | None = 100
    today: datetime.date | None = None
    ignored: Mapping[str, str] = {}
    """Rules to leave out, with the reason; those that a profile switches off are treated alike."""
    own: tuple[str, ...] = ()
    known_ids: frozenset[str] = frozenset()
    schemas: Mapping[str, bytes] = {}
    original: bytes | None = None
    """The payment file that an answer of the bank (pain.002) is about: the check is then that of the answer."""


def declared_words() -> tuple[str, ...]:
    """The words of ``--declared`` beside EBICS names: the formats that have such a name."""
    return tuple(row.name for row in register.formats() if row.contents)


def declared_format(name: str) -> str:
    """The format that a declared name stands for. Raises ``ValueError`` for a text that is no name.

    >>> declared_format("camt.fin.mt940.stm"), declared_format("SCT/pain.001:03")
    ('mt940', 'pain.001')
    """
    if name.lower() in declared_words():
        return name.lower()
    held = ebics.contents(ebics.parse_name(name))
    for row in register.formats():
        if row.contents and any(content.startswith(row.contents) for content in held):
            return row.name
    return register.payments().name


def validate(
    data: Data,
    *,
    profile: str | Profile | None = None,
    declared: str | None = None,
    account: str | None = None,
    limit: int | None = 100,
    today: datetime.date | None = None,
    own: Collection[str] = (),
    known_ids: Collection[str] = (),
    schemas: Mapping[str, bytes] | None = None,
    ignore: Collection[str] = (),
    original: Data | None = None,
    **settings: Any,
) -> Report[Any]:
    """The report of a payment file, an MT940, a CFONB-120, our JSON or Qonto data, in its default profile.

    ``data`` are bytes, a binary stream or a path object; a ``str`` is the text of a file.

    ``limit`` caps the findings listed for each rule. For payments ``today`` is the day of the check (without it the
    rules that need one stay silent), ``own`` are the caller's IBANs, ``known_ids`` the message references already
    sent, ``declared`` the EBICS name of the transfer, ``schemas`` texts that replace the packaged ones, and
    ``settings`` change those of the profile (``max_amount="15000"``). ``account`` chooses the statements of one.
    With ``original`` an answer of the bank (pain.002) is checked against the payment file that it answers.

    ``Report.details`` is what the format's own check gives: the verdict of each payment, the figures of each statement.
    Never raises for bad data; ``ValueError`` for an unknown profile, setting or declared name.

    >>> validate(b"").findings[0].id
    'CNV-001'
    """
    raw = content(data)
    options = CheckOptions(
        profiles=profiles_for(raw, profile, settings, declared),
        declared=declared,
        account=account,
        limit=limit,
        today=today,
        own=tuple(own),
        known_ids=frozenset(known_ids),
        schemas=schemas or {},
        ignored=dict.fromkeys(ignore, ""),
        original=content(original) if original is not None else None,
    )
    return check(raw, options)


def profiles_for(
    data: bytes, profile: str | Profile | None, settings: Mapping[str, Any], declared: str | None = None
) -> dict[str, Profile]:
    """The profile of the format of a file, where the caller chose one or changed its settings."""
    row = register.get(declared_format(declared)) if declared else identify(data).reader
    return _profiles(row, profile, settings)


def _profiles(row: register.Format, profile: str | Profile | None, settings: Mapping[str, Any]) -> dict[str, Profile]:
    """The profile of the one format that is checked, where the caller chose one or changed its settings."""
    if profile is None and not settings:
        return {}
    known = row.reader_profiles()
    if isinstance(profile, Profile):
        chosen = profile
    elif row.reader is not None and (profile or row.reader.default) in known:
        chosen = known[profile or row.reader.default]
    else:
        raise ValueError(f"no profile {profile!r} of {row.name}; known: {', '.join(known) or '-'}")
    return {row.name: with_settings(chosen, settings)}


def check(
    data: bytes, options: CheckOptions, stream: BinaryIO | None = None, told: Remedies | None = None
) -> Report[Any]:
    """The report of one file with everything the caller knows.

    ``stream`` is the same file opened for reading: a payment file is then never held in memory. ``told`` is given every
    finding that has a proposal, also those beyond the limit, but for the rules that are left out.

    A rule that is left out is still asked what it would have reported: :attr:`Report.suppressed` tells it.
    """
    left_out = {**_switched_off(options), **options.ignored}
    everything = _check(data, _asked_anyway(options), stream, told.without(left_out) if told is not None else None)
    fired = {item.id for item in everything.findings} | everything.hidden.keys()
    if not fired & left_out.keys():
        return everything
    suppressed = tuple(_suppressed(rule, reason, everything) for rule, reason in left_out.items() if rule in fired)
    return msgspec.structs.replace(_without(_check(data, options, stream), options.ignored), suppressed=suppressed)


def _switched_off(options: CheckOptions) -> dict[str, str]:
    """The rules that a profile switches off, with its reasons."""
    return {
        rule: profile.reasons.get(rule, "")
        for profile in options.profiles.values()
        for rule, severity in profile.severities.items()
        if severity is None
    }


def _asked_anyway(options: CheckOptions) -> CheckOptions:
    """The same check with nothing left out."""
    profiles = {
        name: msgspec.structs.replace(
            profile, severities={rule: grade for rule, grade in profile.severities.items() if grade is not None}
        )
        for name, profile in options.profiles.items()
    }
    return msgspec.structs.replace(options, profiles=profiles, ignored={})


def _suppressed(rule: str, reason: str, report: Report[Any]) -> Suppressed:
    found = tuple(item for item in report.findings if item.id == rule)
    first = found[0] if found else None
    row = first.rule if first is not None else register.rule(rule)
    if row is None:
        raise ValueError(f"no rule {rule!r}")
    grade = min((item.severity for item in found), key=lambda item: item.rank, default=Severity.WARNING)
    return Suppressed(row, grade, len(found) + report.hidden.get(rule, 0), reason, found)


def _without(report: Report[Any], ignored: Collection[str]) -> Report[Any]:
    """A report without rules that are ignored but belong to no profile (those of files that are not taken)."""
    dropped = [finding for finding in report.findings if finding.id in ignored]
    if not dropped:
        return report
    summary = msgspec.structs.replace(
        report.summary,
        errors=report.summary.errors - sum(item.severity is Severity.ERROR for item in dropped),
        warnings=report.summary.warnings - sum(item.severity is Severity.WARNING for item in dropped),
    )
    kept = tuple(finding for finding in report.findings if finding.id not in ignored)
    return msgspec.structs.replace(report, findings=kept, summary=summary)


def _check(data: bytes, options: CheckOptions, stream: BinaryIO | None, told: Remedies | None = None) -> Report[Any]:
    if stream is not None:
        stream.seek(0)
    identity = identify(data)
    row = identity.reader
    if options.original is not None and identity.format == "pain.002":
        from statements.formats.pain001.answered import check_answer

        return check_answer(stream or data, options.original, limit=options.limit)
    if options.declared:
        row = register.get(declared_format(options.declared))
    elif identity.kind == "unknown" or (row.together and identity.kind == "foreign"):
        return _report(data, identity.format, (not_taken(identity),))
    if not row.checks:
        return _of_statements(data, row, options)
    profile = options.profiles.get(row.name)
    if profile is None and row.reader is not None:
        profile = row.reader_profiles()[row.reader.default]
    if profile is not None:
        profile = _leaving_out(profile, row, options.ignored)
    if row.holds == "payments":
        return _payments(stream or data, row, profile, options, told)
    account = {"account": options.account} if options.account else {}
    limit = options.limit if told is None else None
    report: Report[Any] = row.module().validate(data, profile=profile, limit=limit, **account)
    if told is not None:
        for item in report.findings:
            told.take(item)
        report = _listing(report, options.limit)
    return _declared(report, row, identity) if options.declared else report


def _listing(report: Report[Any], limit: int | None) -> Report[Any]:
    """A report that lists at most ``limit`` findings of each rule and counts the others."""
    counts: Counter[str] = Counter()
    listed = []
    for item in report.findings:
        counts[item.id] += 1
        if limit is None or counts[item.id] <= limit:
            listed.append(item)
    if len(listed) == len(report.findings):
        return report
    hidden = {rule: count - (limit or 0) for rule, count in counts.items() if count > (limit or 0)}
    return msgspec.structs.replace(report, findings=tuple(listed), hidden=hidden)


def _leaving_out(profile: Profile, row: register.Format, ignored: Mapping[str, str]) -> Profile:
    own = [rule for rule in ignored if rule in row.books[0].load()]
    if not own:
        return profile
    return msgspec.structs.replace(
        profile,
        severities={**profile.severities, **dict.fromkeys(own, None)},
        reasons={**profile.reasons, **{rule: ignored[rule] for rule in own}},
    )


def _payments(
    data: bytes | BinaryIO,
    row: register.Format,
    profile: Profile | None,
    options: CheckOptions,
    told: Remedies | None,
) -> Report[Any]:
    further = {"told": told} if told is not None else {}
    report: Report[Any] = row.module().validate(
        data,
        profile=profile,
        limit=options.limit,
        today=options.today,
        own=options.own,
        known_ids=options.known_ids,
        declared=options.declared if options.declared not in declared_words() else None,
        schemas=options.schemas,
        **further,
    )
    return report


def _declared(report: Report[Any], row: register.Format, identity: FileIdentity) -> Report[Any]:
    """A statement declared as another format: its own rule fires (M940-001, C120-005) and says what was found."""
    if identity.reader.name == row.name or identity.kind == "unknown":
        return report
    named = tuple(
        msgspec.structs.replace(item, found=item.found or identity.name.en) if item.id == row.declared_rule else item
        for item in report.findings
    )
    if not any(item.id == row.declared_rule for item in named):
        extra = finding("CNV-009", found=identity.name.en, expected=row.name)
        summary = msgspec.structs.replace(report.summary, errors=report.summary.errors + 1)
        return msgspec.structs.replace(report, findings=(extra, *named), summary=summary)
    return msgspec.structs.replace(report, findings=named)


def _of_statements(data: bytes, row: register.Format, options: CheckOptions) -> Report[tuple[Figures, ...]]:
    """The report on a format without a check of its own: what its reader finds."""
    if row.together:
        gathered = gather_together([("", data)], ReadOptions(source=row.name))
        statements, findings = gathered.statements, gathered.findings
    else:
        outcome = row.read(data, options.profiles.get(row.name))
        statements, findings = outcome.value, outcome.findings
    entries = sum(len(statement.entries) for statement in statements)
    report = _report(data, row.name, findings, Summary(statements=len(statements), entries=entries))
    return msgspec.structs.replace(report, details=tuple(map(figures, statements)))


def _report(
    data: bytes,
    name: str,
    findings: tuple[Finding, ...],
    counts: Summary = Summary(),  # noqa: B008 - frozen
) -> Report[Any]:
    summary = msgspec.structs.replace(
        counts,
        errors=sum(item.severity is Severity.ERROR for item in findings),
        warnings=sum(item.severity is Severity.WARNING for item in findings),
    )
    return Report(format=name, profile="default", sha256=sha256(data).hexdigest(), summary=summary, findings=findings)


def figures_of(report: Report[Any]) -> tuple[Figures, ...]:
    """The figures that a format's own check found; empty where it found none."""
    items = getattr(report.details, "statements", report.details)
    return tuple(item for item in items if isinstance(item, Figures)) if isinstance(items, tuple) else ()
