"""Totals that only follow from other faults of a file: what they are once those are mended as proposed.

An element under a wrong name, or in a wrong place, hides payments and amounts from the sums. So the totals are counted
once more in the file as the proposals of its schema faults make it. A total that is right then is no fault; one that is
wrong then is told as a consequence, with the figure that will be right.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import msgspec
from lxml import etree

from statements.findings import Finding, Proposal, Reporter
from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.message import Envelope
from statements.formats.pain001.rules.amounts import TOTALS
from statements.formats.pain001.run import Run
from statements.formats.pain001.schema import Schemas
from statements.formats.pain001.source import Source
from statements.formats.pain001.stream import walk
from statements.formats.pain001.versions import VERSIONS
from statements.rules import RuleBook, Severity
from statements.wire.mending import mended

TOTAL_RULES = frozenset({"P001-100", "P001-101", "P001-102", "P001-103"})
# Faults of names and places hide elements from the count: these elements. A value that is spelled wrong is seen where
# it stands.
_HIDING = frozenset({"P001-031", "P001-040"})
_COUNTED = frozenset({"PmtInf", "CdtTrfTxInf", "Amt", "InstdAmt", "EqvtAmt", "GrpHdr", "NbOfTxs", "CtrlSum"})


def settle(
    source: Source,
    envelope: Envelope,
    schemas: Schemas,
    book: RuleBook,
    run: Run,
    schema: Reporter,
    business: Reporter,
    today: datetime.date | None,
) -> None:
    """Count the totals of a file that its schema refuses as they will be, and correct the findings about them.

    Nothing is counted anew unless some total is wrong or not read, and some element is hidden from it.
    """
    told = [finding for finding in business.findings if finding.id in TOTAL_RULES]
    hiding = list(filter(_hides, schema.findings))
    proposals = [finding.proposal for finding in hiding if finding.proposal is not None]
    unread = any(finding.expected == "GrpHdr" for finding in hiding)
    if not (told or unread) or not proposals or envelope.encoding != "utf-8":
        return
    if any(rule in schema.hidden for rule in _HIDING):
        # Of a crowd of faults not all are listed: nobody knows yet what the totals will be.
        found = [each if each.follows else _unknown(each, hiding[0].id) for each in told]
    else:
        later = _later(source, envelope, schemas, book, run, proposals, business, today)
        if later is None:
            return
        same = {(each.id, each.location.path, each.found, each.expected) for each in told}
        found = [
            each if (each.id, each.location.path, each.found, each.expected) in same else _following(each, hiding[0].id)
            for each in later
        ]
    business.findings = [each for each in business.findings if each.id not in TOTAL_RULES] + found
    business.errors += sum(map(_refuses, found)) - sum(map(_refuses, told))
    left = {each.id for each in found if _refuses(each)}
    run.check.file_rules[:] = [rule for rule in run.check.file_rules if rule not in TOTAL_RULES or rule in left]
    for block in run.blocks:
        block.rules[:] = [rule for rule in block.rules if rule not in TOTAL_RULES or rule in left]


def _hides(finding: Finding) -> bool:
    """True for a fault that takes payments, amounts or totals out of sight; the message element holds all of them."""
    named = {finding.expected or "", finding.found or ""}
    return finding.id in _HIDING and (finding.id == "P001-040" or not _COUNTED.isdisjoint(named))


def _refuses(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR


def _following(finding: Finding, cause: str) -> Finding:
    """A total as a consequence, with the figure that will be right."""
    if finding.follows:
        return finding
    values = {
        "cause": cause,
        "expected_en": f"{finding.expected} once the elements are mended",
        "expected_fr": f"{finding.expected} une fois les éléments corrigés",
    }
    return msgspec.structs.replace(finding, values={**finding.values, **values})


def _unknown(finding: Finding, cause: str) -> Finding:
    """A total that may be right once everything is mended: a thing to know."""
    return msgspec.structs.replace(finding, expected=None, severity=Severity.INFO, values={"cause": cause})


def _later(
    source: Source,
    envelope: Envelope,
    schemas: Schemas,
    book: RuleBook,
    run: Run,
    proposals: Iterable[Proposal],
    business: Reporter,
    today: datetime.date | None,
) -> list[Finding] | None:
    """The findings about the totals of the mended file; ``None`` when it cannot be read, or is another file then."""
    version = envelope.version or ""
    reporter = Reporter(book, business.profile, limit=business.limit)
    again = Run(CheckContext(book, reporter, business.profile, version=version, today=today), TOTALS)
    chosen = list(proposals)

    def pieces() -> Iterator[bytes]:
        mark = envelope.mark
        for piece in mended(source.raw(1 << 18), chosen):
            yield piece[mark:] if mark else piece
            mark = max(0, mark - len(piece))

    forms = schemas.forms(version) if envelope.plain else None
    try:
        for event in walk(pieces, VERSIONS[version].namespace, schemas.lxml(version), forms):
            again.take(event)
    except etree.XMLSyntaxError:
        return None
    again.finish()
    # Paths name blocks by their numbers: those of another count of blocks are not those of the file.
    same = len(again.blocks) == len(run.blocks)
    return [each for each in reporter.findings if each.id in TOTAL_RULES and (same or _of_the_file(each))]


def _of_the_file(finding: Finding) -> bool:
    return (finding.location.path or "").startswith("GrpHdr/")
