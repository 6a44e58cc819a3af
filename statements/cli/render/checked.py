"""What every renderer is given: a checked file with its report; and the order in which a person reads findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from statements.findings import Finding, Report


class Checked(msgspec.Struct, frozen=True):
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
