"""Named repairs: a tolerance is reported by its name, and the strict profile turns it into an error."""

from __future__ import annotations

from statements.findings import Location, Profile, Reporter
from statements.formats.cfonb120.profile import applies, rules
from statements.rules import Severity


class Repairs:
    """Reports repairs for one profile.

    A repair that the caller asked for by name is applied in every profile and reported at its ordinary severity.
    """

    def __init__(self, reporter: Reporter, profile: Profile) -> None:
        self.reporter = reporter
        self._asked: dict[str, Severity | None] = {}
        self._applies: dict[str, bool] = {}
        for rule in rules():
            if rule.repair:
                self._applies[rule.id] = applies(profile, rule.id)
                if rule.repair in profile.repairs:
                    self._asked[rule.id] = rule.severities["standard"]

    def applied(self, rule_id: str) -> bool:
        """Whether the repair changes what is read. In ``strict`` it does not, unless asked for by name."""
        return self._applies[rule_id]

    def report(
        self, rule_id: str, place: Location, *, found: str | None = None, expected: str | None = None, **values: str
    ) -> None:
        """Report that a repair was needed."""
        severity = self._asked.get(rule_id)
        self.reporter.add(rule_id, place, found=found, expected=expected, severity=severity, **values)
