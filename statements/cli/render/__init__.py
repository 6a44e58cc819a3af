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

from statements.cli.files import Bytes
from statements.findings import Finding, Report


class Renderer(msgspec.Struct, frozen=True):
    """Where a form of the report is made, and what it asks for beside the checked files."""

    place: str
    """``module:function``."""
    machine: bool = False
    """A document for programs: UTF-8 wherever it goes."""
    keywords: tuple[str, ...] = ("unread",)
    """``unread`` (files that could not be read or checked), ``fail_on`` (a severity), ``created`` (the moment of
    ``--today``), ``reading`` (how statements are read), ``look`` (how a terminal shows it), ``notes`` (options that
    change what the report says, as typed)."""


RENDERERS: Mapping[str, Renderer] = {
    "text": Renderer("statements.cli.render.text:render", keywords=("unread", "look")),
    "concise": Renderer("statements.cli.render.text:render_concise"),
    "json": Renderer("statements.cli.render.json_report:render", machine=True, keywords=("unread", "notes")),
    "jsonl": Renderer("statements.cli.render.json_report:render_lines", machine=True, keywords=("unread", "notes")),
    "sarif": Renderer("statements.cli.render.sarif:render", machine=True, keywords=("unread", "notes")),
    "junit": Renderer("statements.cli.render.junit:render", machine=True, keywords=("unread", "notes", "fail_on")),
    "github": Renderer("statements.cli.render.github:render", keywords=("unread", "notes")),
    "html": Renderer(
        "statements.cli.render.html:render", machine=True, keywords=("unread", "notes", "created", "reading")
    ),
    "pain.002": Renderer("statements.cli.render.pain002:render", machine=True, keywords=("created",)),
}
"""The words of ``validate --format``."""


def load(address: str) -> Callable[..., Any]:
    """The function at ``module:function``."""
    place, _, function = address.partition(":")
    found: Callable[..., Any] = getattr(import_module(place), function)
    return found


class CheckedFile(msgspec.Struct, frozen=True):
    """One file of ``validate``: the name as the user gave it, its bytes and the report about exactly these bytes."""

    file: str
    data: Bytes
    report: Report[Any]


class UnreadFile(msgspec.Struct, frozen=True):
    """A file that has no report: it could not be read, or its check did not end. ``sentence`` says why."""

    file: str
    sentence: str
    internal: bool = False
    """True for a fault of ours."""


class Look(msgspec.Struct, frozen=True):
    """How a terminal shows a report: columns to wrap at (0: never), every finding by itself, or verdicts only."""

    width: int = 0
    full: bool = False
    quiet: bool = False
    statistics: bool = False
    notes: tuple[str, ...] = ()
    """Options that change what the exit code or the list of findings says, as typed; told below the verdict."""


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
