"""Findings of the reader with their place: a thin layer over the reporter that knows the message being read."""

from __future__ import annotations

from functools import cache

from statements.findings import Location, Profile, Reporter
from statements.rules import RuleBook, Severity


@cache
def rules() -> RuleBook:
    """The rules M940-nnn."""
    return RuleBook.load(__package__)


def reader_report(profile: Profile, limit: int | None = None) -> Report:
    """A report for one reading. Repairs the caller asked for by name lose their strictness."""
    severities = dict(profile.severities)
    if profile.repairs:
        for rule in rules():
            if rule.repair in profile.repairs and rule.id not in severities:
                severities[rule.id] = rule.severity("qonto")
    if severities != dict(profile.severities):
        profile = Profile(
            name=profile.name,
            base=profile.base,
            settings=profile.settings,
            severities=severities,
            reasons=profile.reasons,
            repairs=profile.repairs,
        )
    return Report(Reporter(rules(), profile, limit=limit))


class Report:
    """Adds findings with message number and account, so that the parsers name only rule, line and column."""

    __slots__ = ("account", "entry", "message", "reporter")

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self.message: int | None = None
        self.account: str | None = None
        self.entry: int | None = None

    def add(
        self,
        rule: str,
        line: int | None = None,
        column: int | None = None,
        tag: str | None = None,
        field: str | None = None,
        *,
        found: str | None = None,
        expected: str | None = None,
        severity: Severity | None = None,
        **values: str,
    ) -> None:
        """Report a rule at a line and column; the tag is given without its colons."""
        place = Location(
            line=line,
            column=column,
            record=f":{tag}:" if tag else None,
            field=field,
            statement=self.message,
            entry=self.entry,
            account=self.account,
        )
        self.reporter.add(rule, place, found=found, expected=expected, severity=severity, proposal=None, **values)

    def strict(self, rule: str) -> bool:
        """Whether this profile makes an error of a repair."""
        return self.reporter.severity(rule) is Severity.ERROR
