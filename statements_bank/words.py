"""A finding as the pages show it: its place, and its sentence and remedy in both languages."""

from __future__ import annotations

from typing import Any

from statements import Finding


def shown(finding: Finding) -> dict[str, Any]:
    """The members that the template ``findings.html`` names; they are also what the store keeps of a report."""
    place = finding.location
    return {
        "rule": finding.id,
        "severity": str(finding.severity),
        "line": place.line,
        "column": place.column,
        "path": place.path,
        "message_en": finding.message("en"),
        "message_fr": finding.message("fr"),
        "fix_en": finding.fix("en"),
        "fix_fr": finding.fix("fr"),
    }
