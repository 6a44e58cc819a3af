"""The forms of a report. One explicit table: name -> where its function is, loaded when asked for.

Every renderer is ``render(files: Sequence[CheckedFile], lang) -> str``, some with further keywords; it gives the whole
text of the report and prints and opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import msgspec

from statements.findings import Finding, Report

RENDERERS: Mapping[str, str] = {
    "text": "statements.cli.render.text:render",
    "concise": "statements.cli.render.text:render_concise",
    "json": "statements.cli.render.json_report:render",
    "jsonl": "statements.cli.render.json_report:render_lines",
    "sarif": "statements.cli.render.sarif:render",
    "junit": "statements.cli.render.junit:render",
    "github": "statements.cli.render.github:render",
    "pain.002": "statements.cli.render.pain002:render",
}
"""The words of ``validate --format``."""

KEYWORDS: Mapping[str, tuple[str, ...]] = {"junit": ("fail_on",), "pain.002": ("created",)}
"""The further keywords of a renderer: ``fail_on`` (a severity), ``created`` (the moment that ``--today`` gives)."""


def load(address: str) -> Callable[..., Any]:
    """The function at ``module:function``."""
    place, _, function = address.partition(":")
    found: Callable[..., Any] = getattr(import_module(place), function)
    return found


class CheckedFile(msgspec.Struct, frozen=True):
    """One file of ``validate``: the name as the user gave it, its bytes and the report about exactly these bytes."""

    file: str
    data: bytes
    report: Report[Any]


class FindingGroup(msgspec.Struct, frozen=True):
    """The findings of one thing that a person can name: the file (both numbers 0), a block, or a payment."""

    block: int
    payment: int
    findings: tuple[Finding, ...]


_BLOCK = re.compile(r"(?:^|/)PmtInf\[(\d+)\]")


def groups(findings: Sequence[Finding]) -> Iterator[FindingGroup]:
    """Findings by file, block and payment, in the order of the file; the graver ones first inside a group."""
    by_key: dict[tuple[int, int], list[Finding]] = {}
    for finding in findings:
        by_key.setdefault(_key(finding), []).append(finding)
    for key in sorted(by_key):
        yield FindingGroup(key[0], key[1], tuple(sorted(by_key[key], key=_within)))


def _key(finding: Finding) -> tuple[int, int]:
    location = finding.location
    match = _BLOCK.search(location.path or "")
    block = int(match[1]) if match else 0
    return (block, location.payment.index) if location.payment is not None else (block, 0)


def _within(finding: Finding) -> tuple[int, int, int, str]:
    location = finding.location
    return (finding.severity.rank, location.line or 0, location.column or 0, finding.id)
