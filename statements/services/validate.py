"""The check of any file: the format is identified (or declared), its own rules give the verdict."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any, BinaryIO

import msgspec

from statements.findings import Finding, Profile, Report, Summary
from statements.reference import ebics
from statements.rules import Severity
from statements.services import formats
from statements.services.book import finding
from statements.services.figures import figures
from statements.services.identify import Identity, identify
from statements.services.read import Reading, gather_qonto, not_taken


class Checking(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller knows beside the file. Everything has a default.

    ``profiles`` maps a format to its profile. ``today``, ``own``, ``known_ids`` and ``schemas`` serve payment files
    only: the day of the check, the caller's accounts, references sent before, schema texts by message name.
    """

    profiles: Mapping[str, Profile] = {}
    declared: str | None = None
    account: str | None = None
    limit: int | None = 100
    today: datetime.date | None = None
    own: tuple[str, ...] = ()
    known_ids: frozenset[str] = frozenset()
    schemas: Mapping[str, bytes] = {}


DECLARED: Mapping[str, str] = {"mt940": "mt940", "cfonb120": "cfonb120", "pain.001": "pain.001"}
"""The words of ``--declared`` beside EBICS names."""


def declared_format(name: str) -> str:
    """The format that a declared name stands for. Raises ``ValueError`` for a text that is no name.

    >>> declared_format("camt.fin.mt940.stm"), declared_format("SCT/pain.001:03")
    ('mt940', 'pain.001')
    """
    if name.lower() in DECLARED:
        return DECLARED[name.lower()]
    held = ebics.contents(ebics.parse_name(name))
    if any(content in ("MT940", "MT942", "MT950") for content in held):
        return "mt940"
    return "cfonb120" if any(content.startswith("CFONB") for content in held) else "pain.001"


def validate(
    data: bytes | str,
    *,
    profile: str | Profile | None = None,
    declared: str | None = None,
    limit: int | None = 100,
    today: datetime.date | None = None,
    own: Collection[str] = (),
    known_ids: Collection[str] = (),
) -> Report:
    """The report of a payment file, an MT940, a CFONB-120, our JSON or Qonto data, in its default profile.

    Never raises for bad data; ``ValueError`` for an unknown profile or declared name.

    >>> validate(b"").findings[0].id
    'CNV-001'
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    kind = declared_format(declared) if declared else formats.base_format(identify(raw).format)
    chosen: dict[str, Profile] = {}
    if profile is not None:
        known = formats.reader_profiles(kind)
        if isinstance(profile, Profile):
            chosen[kind] = profile
        elif profile in known:
            chosen[kind] = known[profile]
        else:
            raise ValueError(f"no profile {profile!r} of {kind}; known: {', '.join(known) or '-'}")
    return check(
        raw,
        Checking(
            profiles=chosen, declared=declared, limit=limit, today=today, own=tuple(own), known_ids=frozenset(known_ids)
        ),
    )


def check(data: bytes, checking: Checking, stream: BinaryIO | None = None) -> Report:
    """The report of one file with everything the caller knows.

    ``stream`` is the same file opened for reading: a payment file is then never held in memory.
    """
    identity = identify(data)
    kind = formats.base_format(identity.format)
    if checking.declared:
        kind = declared_format(checking.declared)
    elif identity.kind == "unknown" or (kind.startswith("qonto") and identity.kind == "foreign"):
        return _report(data, identity.format, "default", (not_taken(identity),))
    if kind.startswith("qonto"):
        gathered = gather_qonto([("data", data)], Reading())
        return _of_statements(data, kind, gathered.statements, gathered.findings)
    package = formats.module(kind)
    if kind == "json":
        outcome = package.read(data)
        return _of_statements(data, kind, outcome.value, outcome.findings)
    profile = checking.profiles.get(kind) or formats.reader_profiles(kind)[formats.DEFAULT_READER[kind]]
    if kind == "pain.001":
        return _payments(stream or data, package, profile, checking)
    options = {"account": checking.account} if checking.account else {}
    report: Report = package.validate(data, profile=profile, limit=checking.limit, **options)
    return _declared(report, kind, identity) if checking.declared else report


def _payments(data: bytes | BinaryIO, package: Any, profile: Profile, checking: Checking) -> Report:
    declared = checking.declared if checking.declared not in DECLARED else None
    report: Report = package.validate(
        data,
        profile=profile,
        limit=checking.limit,
        today=checking.today,
        own=checking.own,
        known_ids=checking.known_ids,
        declared=declared,
        schemas=checking.schemas,
    )
    return report


def _declared(report: Report, kind: str, identity: Identity) -> Report:
    """A statement declared as another format: its own rule fires (M940-001, C120-005) and says what was found."""
    if formats.base_format(identity.format) == kind or identity.kind == "unknown":
        return report
    rule = {"mt940": "M940-001", "cfonb120": "C120-005"}[kind]
    named = tuple(
        msgspec.structs.replace(item, found=item.found or identity.name.en) if item.id == rule else item
        for item in report.findings
    )
    if not any(item.id == rule for item in named):
        extra = finding("CNV-009", found=identity.name.en, expected=kind)
        summary = msgspec.structs.replace(report.summary, errors=report.summary.errors + 1)
        return msgspec.structs.replace(report, findings=(extra, *named), summary=summary)
    return msgspec.structs.replace(report, findings=named)


def _of_statements(data: bytes, kind: str, statements: Sequence[Any], findings: tuple[Finding, ...]) -> Report:
    entries = sum(len(statement.entries) for statement in statements)
    report = _report(data, kind, "default", findings, Summary(statements=len(statements), entries=entries))
    return msgspec.structs.replace(report, details=tuple(map(figures, statements)))


def _report(
    data: bytes,
    name: str,
    profile: str,
    findings: tuple[Finding, ...],
    counts: Summary = Summary(),  # noqa: B008 - frozen
) -> Report:
    summary = msgspec.structs.replace(
        counts,
        errors=sum(item.severity is Severity.ERROR for item in findings),
        warnings=sum(item.severity is Severity.WARNING for item in findings),
    )
    return Report(format=name, profile=profile, sha256=sha256(data).hexdigest(), summary=summary, findings=findings)
