"""Findings of the reader with their place: a thin layer over the reporter that knows the message being read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from statements.findings import Finding, Location, Profile, Reporter
from statements.formats.mt940.records import Piece, RawField
from statements.rules import Rule, RuleBook, Severity


@cache
def rules() -> RuleBook:
    """The rules M940-nnn."""
    return RuleBook.load(__package__)


@cache
def writer_rules() -> RuleBook:
    """The rules CNV-201 to CNV-299 of the writer."""
    return RuleBook.load(__package__, "writer_rules.tsv")


def reader_report(profile: Profile, limit: int | None = None, unnamed: str | None = None) -> PlaceReporter:
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
    report = PlaceReporter(Reporter(rules(), profile, limit=limit))
    report.unnamed = unnamed
    return report


NO_VALUES: Mapping[str, str] = {}
"""The further words of a finding that has none."""


class PlaceReporter:
    """Adds findings with message number and account, so that the parsers name only rule, field and index.

    ``piece`` is the text of the message being read: it says the line and column of an offset.
    """

    __slots__ = ("_known", "_severity", "account", "entry", "message", "piece", "reporter", "strict", "unnamed")

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self._severity = reporter.severity
        self._known: dict[str, tuple[Rule, Severity | None]] = {}
        self.strict = reporter.profile.base in ("swift", "blocks")
        """Whether the profile makes errors of the repairs."""
        self.piece = Piece("")
        self.message: int | None = None
        self.account: str | None = None
        self.entry: int | None = None
        self.unnamed: str | None = None
        """The account of messages that name none, as the caller knows it."""

    def on(self, rule: str) -> bool:
        """Whether a rule is reported at all."""
        return self._severity(rule) is not None

    def _graded(self, rule: str, severity: Severity | None) -> tuple[Rule, Severity] | None:
        """Count a finding: its rule and severity where it is listed too. Otherwise its place need not be worked out."""
        known = self._known.get(rule)
        if known is None:
            known = self._known[rule] = rules()[rule], self._severity(rule)
        if known[1] is None:
            return None
        grade = severity or known[1]
        return (known[0], grade) if self.reporter.count(rule, grade) else None

    def put(
        self,
        rule: str,
        offset: int,
        tag: str,
        name: str | None = None,
        found: str | None = None,
        expected: str | None = None,
        severity: Severity | None = None,
        values: Mapping[str, str] = NO_VALUES,
    ) -> None:
        """Report a rule at an offset of the piece, in a field and in the subfield of a name."""
        graded = self._graded(rule, severity)
        if graded is not None:
            line, column = self.piece.place(offset)
            place = Location(line, column, f":{tag}:", name, None, self.message, self.entry, self.account)
            self.reporter.findings.append(Finding(*graded, place, found, expected, values))

    def put_line(self, rule: str, offset: int, tag: str, found: str | None = None, expected: str | None = None) -> None:
        """Report a rule at the start of the line in which an offset of the piece stands."""
        graded = self._graded(rule, None)
        if graded is not None:
            place = Location(
                self.piece.line_of(offset), 1, f":{tag}:", None, None, self.message, self.entry, self.account
            )
            self.reporter.findings.append(Finding(*graded, place, found, expected, NO_VALUES))

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
        graded = self._graded(rule, severity)
        if graded is not None:
            record = f":{tag}:" if tag else None
            place = Location(line, column, record, field, None, self.message, self.entry, self.account)
            self.reporter.findings.append(Finding(*graded, place, found, expected, values))

    def at(
        self,
        rule: str,
        field: RawField,
        index: int = 0,
        name: str | None = None,
        *,
        found: str | None = None,
        expected: str | None = None,
        severity: Severity | None = None,
        values: Mapping[str, str] | None = None,
    ) -> None:
        """Report a rule at an index of a field's text; ``name`` is that of the subfield."""
        self.put(rule, field.offset(index), field.tag, name, found, expected, severity, values or NO_VALUES)

    def on_line(
        self, rule: str, field: RawField, number: int = 0, *, found: str | None = None, expected: str | None = None
    ) -> None:
        """Report a rule at the start of a line of a field, counted from 0."""
        self.put_line(rule, field.line_offset(number), field.tag, found, expected)
