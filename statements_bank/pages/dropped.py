"""A file dropped on the page: its check, or its conversion. Nothing of it is written anywhere."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool

import statements
from statements import Finding
from statements.rules import Language
from statements_bank.pages.view import say
from statements_bank.words import shown

SHOWN = 20
"""How many findings of one rule the page lists."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows, or the file that it gives back."""

    verdict: str = ""
    report: dict[str, Any] = {}
    content: bytes | None = None
    name: str = ""


async def checked(data: bytes, act: str, today: datetime.date, lang: Language) -> Checked:
    """The check or the conversion, away from the loop that answers everybody."""
    return await run_in_threadpool(_checked, data, act, today, lang)


def _checked(data: bytes, act: str, today: datetime.date, lang: Language) -> Checked:
    if act in ("mt940", "cfonb120", "json"):
        return _converted(data, act, lang)
    report = statements.validate(data, limit=SHOWN, today=today)
    ready = "check.ready" if report.format == "pain.001" else "check.valid"
    verdict = say(lang, ready) if report.valid else say(lang, "check.errors", n=report.summary.errors)
    return Checked(verdict=verdict, report=_shown(report.findings, report.valid, dict(report.hidden)))


def _converted(data: bytes, act: str, lang: Language) -> Checked:
    read = statements.read(data)
    written = statements.convert(read.value, to=act)
    findings = (*read.findings, *written.findings)
    faulty = not read.ok or not written.value
    if faulty:
        return Checked(verdict=say(lang, "check.not-written"), report=_shown(findings, False, {}))
    content = b"".join(file.content for file in written.value) if act != "json" else written.value[0].content
    return Checked(content=content, name=written.value[0].name)


def _shown(findings: tuple[Finding, ...], valid: bool, hidden: dict[str, int]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    listed = []
    for finding in sorted(findings, key=lambda item: item.severity.rank):
        counts[finding.id] = counts.get(finding.id, 0) + 1
        if counts[finding.id] > SHOWN:
            hidden[finding.id] = hidden.get(finding.id, 0) + 1
            continue
        listed.append(shown(finding))
    return {"valid": valid, "findings": listed, "hidden": hidden}
