"""SARIF 2.1.0, as code scanning reads it: the rules that fired with their help, and one result for each finding.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0. Columns count characters
(``unicodeCodePoints``); a fingerprint stays the same when lines move, so that a known finding is not reported as new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from statements.cli.render import CheckedFile, UnreadFile
from statements.cli.render.excerpt import SourceLines
from statements.cli.texts import Texts
from statements.cli.words import label, verdict
from statements.findings import Finding, Proposal
from statements.rules import Language, Rule, Severity
from statements.visible import in_json

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(
    files: Sequence[CheckedFile], lang: Language = "en", *, unread: Sequence[UnreadFile] = (), notes: Sequence[str] = ()
) -> str:
    """The whole document, ending in a line break."""
    text = msgspec.json.format(
        msgspec.json.encode(document(files, lang, unread=unread, notes=notes)), indent=2
    ).decode()
    return in_json(text) + "\n"


def document(
    files: Sequence[CheckedFile], lang: Language = "en", *, unread: Sequence[UnreadFile] = (), notes: Sequence[str] = ()
) -> dict[str, Any]:
    """The document as plain data."""
    from statements import __version__

    texts = Texts(lang)
    rules: dict[str, tuple[Rule, Severity]] = {}
    for checked in files:
        for finding in (*checked.report.findings, *_left_out(checked)):
            rules.setdefault(finding.id, (finding.rule, finding.severity))
    order = {rule_id: index for index, rule_id in enumerate(sorted(rules))}
    results: list[dict[str, Any]] = []
    for index, checked in enumerate(files):
        told = _Told(checked.file, index, SourceLines(checked.data), order, {})
        for finding in checked.report.findings:
            results.append(_result(finding, told, texts))
        for item in checked.report.suppressed:
            for finding in item.findings:
                result = _result(finding, told, texts)
                results.append({**result, "suppressions": [{"kind": "external", "justification": item.reason}]})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "statements",
                        "version": __version__,
                        "rules": [_rule(*rules[rule_id], texts) for rule_id in order],
                    }
                },
                "language": "en-GB" if lang == "en" else "fr-FR",
                "columnKind": "unicodeCodePoints",
                "artifacts": [_artifact(checked, texts) for checked in files],
                "invocations": [_invocation(unread, notes)],
                "results": results,
            }
        ],
    }


def _left_out(checked: CheckedFile) -> Iterator[Finding]:
    for item in checked.report.suppressed:
        yield from item.findings


def _invocation(unread: Sequence[UnreadFile], notes: Sequence[str]) -> dict[str, Any]:
    """Whether every file was checked, and the options that change what is told."""
    told: dict[str, Any] = {"executionSuccessful": not unread}
    if unread:
        told["toolExecutionNotifications"] = [
            {
                "level": "error",
                "message": {"text": item.sentence},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(item.file)}}}],
            }
            for item in unread
        ]
    if notes:
        told["properties"] = {"options": list(notes)}
    return told


def _rule(rule: Rule, severity: Severity, texts: Texts) -> dict[str, Any]:
    lang = texts.lang
    message, fix, why = rule.message.plain(lang), rule.fix.plain(lang), rule.why.plain(lang)
    parts = [message, why, fix]
    if rule.example:
        parts.append(f"{texts('example')}{texts.colon}{rule.sample(lang)}")
    if rule.source:
        parts.append(f"{texts('source')}{texts.colon}{rule.source}")
    text = "\n\n".join(part for part in parts if part)
    out: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": message},
        "fullDescription": {"text": why or message},
        "help": {"text": text, "markdown": text.replace("<", "&lt;")},
        "defaultConfiguration": {"level": _LEVELS[severity]},
        "properties": {"tags": [rule.id.partition("-")[0]], "precision": "very-high" if rule.confirmed else "medium"},
    }
    if rule.slug:
        out["name"] = rule.slug
    return out


def _artifact(checked: CheckedFile, texts: Texts) -> dict[str, Any]:
    report = checked.report
    artifact: dict[str, Any] = {
        "location": {"uri": _uri(checked.file)},
        "length": len(checked.data),
        "hashes": {"sha-256": report.sha256},
        "description": {"text": verdict(report, texts)},
    }
    if report.hidden:
        # Counted but not listed among the results.
        artifact["properties"] = {"hidden": dict(report.hidden), "hiddenAtLeast": sorted(report.at_least)}
    return artifact


class _Told(NamedTuple):
    """What the results of one file share: its name and number, its lines, the numbers of rules, fingerprints so far."""

    file: str
    number: int
    lines: SourceLines
    order: Mapping[str, int]
    seen: dict[str, int]


def _result(finding: Finding, told: _Told, texts: Texts) -> dict[str, Any]:
    location = finding.location
    place: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": _uri(told.file), "index": told.number}}}
    if location.line is not None:
        place["physicalLocation"]["region"] = _region(finding, told.lines)
    if location.path:
        place["logicalLocations"] = [{"fullyQualifiedName": location.path, "kind": "element"}]
    text = finding.message(texts.lang)
    if location.payment is not None:
        text = f"{text} ({label(location.payment, None, texts)})"
    fix = finding.fix(texts.lang)
    properties = {
        "found": finding.found,
        "expected": finding.expects(texts.lang),
        "reasonCode": finding.rule.reason_code,
        "fix": fix,
        "severity": finding.severity.value,
    }
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": told.order[finding.id],
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{text} {fix}" if fix else text},
        "locations": [place],
        "partialFingerprints": {"finding/v1": _fingerprint(finding, told.seen)},
        "properties": {name: value for name, value in properties.items() if value},
    }
    # A change of the encoding is none of text: SARIF has no words for it.
    if finding.proposal is not None and not finding.proposal.encoding:
        result["fixes"] = [_fix(told.file, finding.proposal, texts)]
    return result


def _fix(file: str, proposal: Proposal, texts: Texts) -> dict[str, Any]:
    """The proposal as SARIF says it: bytes that go, and the text that comes."""
    replacements = [
        {
            "deletedRegion": {"byteOffset": offset, "byteLength": len(old)},
            "insertedContent": {"text": new.decode("utf-8", "replace")},
        }
        for offset, old, new in proposal.edits()
    ]
    return {
        "description": {"text": texts(f"proposal-{proposal.grade}")},
        "artifactChanges": [{"artifactLocation": {"uri": _uri(file)}, "replacements": replacements}],
    }


def _region(finding: Finding, lines: SourceLines) -> dict[str, Any]:
    location = finding.location
    region: dict[str, Any] = {"startLine": location.line}
    if location.column is not None:
        region["startColumn"] = location.column
        extent = lines.extent(location, finding.found)
        if extent:
            region["endColumn"] = location.column + extent
    return region


def _fingerprint(finding: Finding, seen: dict[str, int]) -> str:
    # Neither line nor column: a payment added above must not make a known finding a new one.
    location = finding.location
    payment = location.payment
    who = payment.end_to_end_id or "" if payment is not None else location.account or ""
    field = (location.path or "").rpartition("/")[2]
    key = "\x1f".join((finding.id, who, field, location.field or "", finding.found or ""))
    seen[key] = seen.get(key, 0) + 1
    return hashlib.sha256(f"{key}\x1f{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _uri(file: str) -> str:
    return quote(PurePath(file).as_posix())
