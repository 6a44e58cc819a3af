"""The check itself: one streaming pass with the schema and every rule, places and explanations only where needed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any, BinaryIO

import msgspec
from lxml import etree

from statements.findings import Finding, Profile, Proposal, Report, Reporter, Summary
from statements.formats.pain001.answer import FileVerdict, coded
from statements.formats.pain001.consequences import settle
from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.duplicates import report_duplicates
from statements.formats.pain001.message import Envelope, inspect, report_version
from statements.formats.pain001.positions import placed
from statements.formats.pain001.profiles import DEFAULT, profile_of, rules
from statements.formats.pain001.proposals import PORTION, Beyond, Collector, proposed
from statements.formats.pain001.remedies import with_remedy
from statements.formats.pain001.run import Run
from statements.formats.pain001.schema import Schemas, packaged
from statements.formats.pain001.schema.explain import explain
from statements.formats.pain001.schema.faulty import Faulty
from statements.formats.pain001.schema.told import Explained
from statements.formats.pain001.source import Source
from statements.formats.pain001.stream import walk
from statements.formats.pain001.syntax import bare_references, syntax_fault
from statements.formats.pain001.versions import VERSIONS
from statements.profiles import with_settings
from statements.rules import Severity


def validate(
    data: bytes | str | BinaryIO,
    *,
    profile: str | Profile = DEFAULT,
    today: datetime.date | None = None,
    declared: str | None = None,
    own: Iterable[str] = (),
    known_ids: Iterable[str] = (),
    schemas: Schemas | Mapping[str, bytes] | None = None,
    limit: int | None = 100,
    told: Collector | None = None,
    **settings: Any,
) -> Report[FileVerdict]:
    """Check a payment file and say everything that is wrong with it, where, and how to mend it.

    ``data`` is the exact bytes or a binary stream that can be rewound; a stream is never held in memory. ``today``
    is the day of the check: without it the rules that need one stay silent. ``own`` are the caller's IBANs,
    ``known_ids`` the message references already sent, ``declared`` the EBICS name of the transfer. ``limit`` caps
    the findings listed for each rule; the others are counted in ``Report.hidden``. ``settings`` change those of the
    profile, ``schemas`` (texts by message name) replace the packaged ones. ``told`` is given every finding that has a
    proposal, those beyond the limit too.

    ``Report.details`` is a :class:`FileVerdict`. Bad data never raises; an unknown profile, setting or declared name
    raises ``ValueError``.

    >>> validate(b"").findings[0].id
    'P001-001'
    """
    if not isinstance(schemas, Schemas):
        schemas = Schemas(schemas) if schemas else packaged()
    wanted = Wanted(
        profile=with_switches(profile_of(profile), settings),
        today=today,
        declared=declared,
        own=frozenset(own),
        known_ids=frozenset(known_ids),
        schemas=schemas,
        limit=limit,
        told=told,
    )
    return examine(Source(data), wanted).report


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller of a check knows beside the file: see :func:`validate`."""

    profile: Profile
    today: datetime.date | None
    declared: str | None = None
    own: frozenset[str] = frozenset()
    known_ids: frozenset[str] = frozenset()
    schemas: Schemas
    limit: int | None = 100
    told: Collector | None = None


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """A check with what it leaves behind: who asks for more than the report need not read the file again."""

    report: Report[FileVerdict]
    envelope: Envelope
    run: Run | None = None
    """What went by; ``None`` when the document could not be read to its end."""
    errors: tuple[str, ...] = ()
    """The errors of the envelope, those of the schema not among them."""
    refused: Explained = msgspec.field(default_factory=Explained)
    """The parts that the schema refuses."""


def examine(source: Source, wanted: Wanted, run_of: Callable[[CheckContext], Run] | None = None) -> Examination:
    """The check behind :func:`validate`; ``run_of`` makes the pass, which may note more than the rules ask."""
    profile, limit, schemas, told = wanted.profile, wanted.limit, wanted.schemas, wanted.told
    book = rules()
    beyond = (Beyond(told), Beyond(told)) if told is not None else None
    reporter = Reporter(book, profile, limit=limit, beyond=beyond[0].take if beyond is not None else None)
    envelope = inspect(source, reporter, declared=wanted.declared)
    if envelope.version is None:
        report = _report(envelope, profile, [reporter], FileVerdict(rules=_errors(reporter)), told=told)
        return Examination(report=report, envelope=envelope)
    business = Reporter(book, profile, limit=limit, beyond=beyond[1].take if beyond is not None else None)
    check = CheckContext(
        book,
        business,
        profile,
        version=envelope.version,
        today=wanted.today,
        own=wanted.own,
        known_ids=wanted.known_ids,
    )
    run = (run_of or Run)(check)
    pieces = _pieces(source, envelope)
    for further in beyond or ():
        further.begin(envelope, pieces)
    before = told.size if told is not None else 0
    namespace = VERSIONS[envelope.version].namespace
    try:
        forms = schemas.forms(envelope.version) if envelope.plain else None
        for event in walk(
            pieces,
            namespace,
            schemas.lxml(envelope.version),
            forms,
        ):
            run.take(event)
            if beyond is not None:
                beyond[1].passed(event)
                beyond[1].hand_on(PORTION)
    except etree.XMLSyntaxError as error:
        if told is not None:
            told.cut(before)
        syntax_fault(error, reporter, pieces(), envelope.mark if envelope.encoding == "utf-8" else None)
        for stop in reporter.findings if told is not None else ():
            if stop.id == "P001-002" and stop.proposal is not None:
                # A parser stops at the first one.
                _tell_references(stop, pieces(), envelope.mark, told)
        verdict = FileVerdict(version=envelope.message, rules=_errors(reporter))
        return Examination(report=_report(envelope, profile, [reporter], verdict, told=told), envelope=envelope)
    run.finish()
    report_duplicates(run, pieces)
    if beyond is not None:
        beyond[1].hand_on()
    errors, refused = _errors(reporter), Explained()
    if run.faulty:
        if told is not None:
            # Beside schema faults little else is said: it is told again once they are mended.
            told.cut(before)
        refused = explain(pieces, envelope, schemas, reporter, beyond[0].hand_on if beyond is not None else None)
        settle(source, envelope, schemas, book, run, reporter, business, wanted.today)
    else:
        report_version(envelope, reporter)
    verdict = run.verdict(envelope.message, _errors(reporter))
    business.findings = coded(placed(business.findings, pieces), profile.settings)
    if run.faulty:
        _refusing(business, Faulty(refused, run.blocks), check)
    for each in (reporter, business):
        each.findings = proposed(each.findings, envelope, pieces)
    report = _report(envelope, profile, [reporter, business], verdict, run, told)
    if refused.bounded:
        report = msgspec.structs.replace(report, at_least=frozenset(reporter.hidden))
    return Examination(report=report, envelope=envelope, run=run, errors=errors, refused=refused)


def _tell_references(stop: Finding, pieces: Iterable[bytes], mark: int, told: Collector | None) -> None:
    """The faults of the kind of a bare ``&`` at which a parser stopped."""
    for offset, old, new in bare_references(pieces):
        if told is not None:
            told.take(msgspec.structs.replace(stop, proposal=Proposal(offset + mark, old, new, "safe")))


def with_switches(profile: Profile, settings: dict[str, Any]) -> Profile:
    """The profile with other settings; a bank switch that is set turns its rule on, as a warning."""
    profile = with_settings(profile, settings)
    switched = {
        "P001-113": bool(profile.settings["max_payment_blocks"]),
        "P001-114": profile.settings["one_date"],
        "P001-262": profile.settings["bic_policy"] != "optional",
    }
    on = {rule: Severity.WARNING for rule, wanted in switched.items() if wanted and rule not in profile.severities}
    return msgspec.structs.replace(profile, severities={**profile.severities, **on}) if on else profile


def _pieces(source: Source, envelope: Envelope) -> Callable[[], Iterable[bytes]]:
    return lambda: source.pieces(envelope.encoding, envelope.mark, 1 << 18)


def _errors(reporter: Reporter) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.id for f in reporter.findings if f.severity is Severity.ERROR))


def _refusing(business: Reporter, faulty: Faulty, check: CheckContext) -> None:
    """Beside schema faults only what refuses is said, and nothing of an element, or inside one, that has its fault.

    What follows from those faults was found in the file as it will be: it is kept.
    """
    kept = [
        finding
        for finding in business.findings
        if finding.follows or (finding.severity is Severity.ERROR and not faulty.holds(finding))
    ]
    hidden: dict[str, int] = {}
    for (rule, level, path), numbers in check.unlisted.items():
        count = sum(not faulty.within(level, number, path) for number in numbers)
        if count:
            hidden[rule] = hidden.get(rule, 0) + count
    business.errors = sum(finding.severity is Severity.ERROR for finding in kept) + sum(hidden.values())
    business.findings = kept
    business.warnings = 0
    business.hidden = hidden


def _order(finding: Finding) -> tuple[bool, int, int, str]:
    # What only follows from something else comes after it, wherever it stands.
    return finding.follows, finding.location.line or 0, finding.location.column or 0, finding.id


def _report(
    envelope: Envelope,
    profile: Profile,
    reporters: list[Reporter],
    verdict: FileVerdict,
    run: Run | None = None,
    told: Collector | None = None,
) -> Report[FileVerdict]:
    found = (with_remedy(finding) for reporter in reporters for finding in reporter.findings)
    findings = sorted(found, key=_order)
    if told is not None:
        for finding in findings:
            if finding.proposal is not None:
                told.take(finding)
    hidden: dict[str, int] = {}
    for reporter in reporters:
        hidden.update(reporter.hidden)
    summary = Summary(
        payments=run.file.count if run is not None else None,
        control_sum=run.file.total.text if run is not None else None,
        currency=next(iter(run.currencies)) if run is not None and len(run.currencies) == 1 else None,
        errors=sum(reporter.errors for reporter in reporters),
        warnings=sum(reporter.warnings for reporter in reporters),
    )
    return Report(
        format=envelope.message,
        profile=profile.name,
        sha256=envelope.sha256,
        summary=summary,
        findings=tuple(findings),
        hidden=hidden,
        details=verdict,
    )
