"""The ISO reason code of a finding where its place makes it more exact than the code of the rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from statements.findings import Finding

# The lists know a code for the debtor's address (BE07) beside that of the creditor (BE04, in the table).
_DEBTOR_ADDRESS = frozenset({"P001-400", "P001-401", "P001-402", "P001-403"})
# Known peers write the general codes AM18 and AM10; the setting ``exact_codes`` tells file and block apart.
_EXACT: Mapping[str, str] = {"P001-100": "AM19", "P001-102": "AM20", "P001-101": "AM16", "P001-103": "AM17"}


def reason_code(finding: Finding, settings: Mapping[str, Any]) -> str:
    """The code for this finding; empty when the rule has none."""
    if finding.id in _DEBTOR_ADDRESS and "/Dbtr/" in f"{finding.location.path}/":
        return "BE07"
    if settings.get("exact_codes") and finding.id in _EXACT:
        return _EXACT[finding.id]
    return finding.rule.reason_code


def coded(findings: list[Finding], settings: Mapping[str, Any]) -> list[Finding]:
    """The findings, each with a rule that bears its own code."""
    return [_coded(finding, reason_code(finding, settings)) for finding in findings]


def _coded(finding: Finding, code: str) -> Finding:
    if code == finding.rule.reason_code:
        return finding
    return msgspec.structs.replace(finding, rule=msgspec.structs.replace(finding.rule, reason_code=code))
