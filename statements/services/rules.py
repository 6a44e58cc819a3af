"""The rule book of the services: CNV-001 and following."""

from __future__ import annotations

from functools import cache

from statements.findings import Finding, Location, Profile
from statements.rules import RuleBook, Severity

BASE = Profile(name="default", base="default")
"""The one profile of the services' own rules."""


@cache
def rules() -> RuleBook:
    """The rules that choosing, cutting and naming statements report."""
    return RuleBook.load(__package__)


def finding(rule: str, location: Location = Location(), **values: str) -> Finding:  # noqa: B008 - frozen
    """One finding of these rules, for places that report a single one."""
    row = rules()[rule]
    found, expected = values.pop("found", None), values.pop("expected", None)
    return Finding(row, row.severity(BASE.base) or Severity.ERROR, location, found, expected, values)
