"""The report as JSON: one document (``json``), or one line a finding (``jsonl``). Members are stable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from statements.cli.render import CheckedFile, UnreadFile
from statements.findings import Finding
from statements.rules import Language
from statements.visible import in_json


def render(
    files: Sequence[CheckedFile], lang: Language = "en", *, unread: Sequence[UnreadFile] = (), notes: Sequence[str] = ()
) -> str:
    """One document for all files; ``unread`` holds those without a report, where there are any."""
    document: dict[str, Any] = {"files": [_file(checked, lang, notes) for checked in files]}
    if unread:
        document["unread"] = [_unread(item) for item in unread]
    return in_json(msgspec.json.format(_encode(document), indent=1).decode()) + "\n"


def _unread(item: UnreadFile) -> dict[str, str]:
    return {"file": item.file, "message": item.sentence}


def render_lines(
    files: Sequence[CheckedFile], lang: Language = "en", *, unread: Sequence[UnreadFile] = (), notes: Sequence[str] = ()
) -> str:
    """One line a finding, with its file; then one line a file with verdict and summary."""
    lines = [_encode({**_unread(item), "unread": True}) for item in unread]
    for checked in files:
        whole = _file(checked, lang, notes)
        for finding in whole.pop("findings"):
            lines.append(_encode({"file": checked.file, **finding}))
        lines.append(_encode(whole))
    return "".join(in_json(line.decode()) + "\n" for line in lines)


def _encode(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(printable(value))


def printable(value: Any) -> Any:
    """A document whose texts hold nothing that UTF-8 cannot say: bytes of another encoding stand as escapes."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {printable(key): printable(item) for key, item in value.items()}
    return [printable(item) for item in value] if isinstance(value, list) else value


def _file(checked: CheckedFile, lang: Language, notes: Sequence[str]) -> dict[str, Any]:
    report = checked.report
    members: dict[str, Any] = {
        "file": checked.file,
        "format": report.format,
        "profile": report.profile,
        "valid": report.valid,
        "sha256": report.sha256,
        "summary": _some(
            {
                "payments": report.summary.payments,
                "control_sum": report.summary.control_sum,
                "currency": report.summary.currency,
                "statements": report.summary.statements,
                "entries": report.summary.entries,
                "errors": report.summary.errors,
                "warnings": report.summary.warnings,
            }
        ),
        "findings": [finding_members(finding, lang) for finding in report.findings],
    }
    if notes:
        members["options"] = list(notes)
    if report.hidden:
        members["hidden"] = dict(report.hidden)
    if report.suppressed:
        members["suppressed"] = [
            {"rule": item.rule.id, "severity": item.severity.value, "count": item.count, "reason": item.reason}
            for item in report.suppressed
        ]
    if report.at_least:
        members["hidden_at_least"] = sorted(report.at_least)
    return members


def finding_members(finding: Finding, lang: Language) -> dict[str, Any]:
    """The members of one finding, those without a value left out."""
    location = finding.location
    payment = location.payment
    return _some(
        {
            "rule": finding.id,
            "severity": finding.severity.value,
            "message": finding.message(lang),
            "line": location.line,
            "column": location.column,
            "path": location.path,
            "record": location.record,
            "field": location.field,
            "payment": None
            if payment is None
            else _some(
                {
                    "index": payment.index,
                    "end_to_end_id": payment.end_to_end_id,
                    "creditor": payment.creditor,
                    "iban": payment.iban,
                    "amount": payment.amount,
                    "currency": payment.currency,
                }
            ),
            "found": finding.found,
            "expected": finding.expects(lang),
            "fix": finding.fix(lang) or None,
            "proposal": None if finding.proposal is None else msgspec.to_builtins(finding.proposal),
            "reason_code": finding.rule.reason_code or None,
            "certainty": "confirmed" if finding.rule.confirmed else "inferred",
            "source": finding.rule.source or None,
            "account": location.account,
            "statement": location.statement,
            "entry": location.entry,
        }
    )


def _some(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
