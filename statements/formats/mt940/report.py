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

    __slots__ = (
        "_known",
        "_list",
        "_severity",
        "account",
        "entry",
        "message",
        "piece",
        "reporter",
        "strict",
        "unnamed",
    )

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self._severity = reporter.severity
        self._known: dict[str, tuple[Rule, Severity] | None] = {}
        self._list = reporter.findings.append
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
        graded = self._known[rule] if rule in self._known else self._grade(rule)
        if graded is None:
            return None
        if severity is not None:
            graded = graded[0], severity
        return graded if self.reporter.count(rule, graded[1]) else None

    def _grade(self, rule: str) -> tuple[Rule, Severity] | None:
        """A rule and its severity in the profile, ``None`` when it is off; kept for the next finding of it."""
        severity = self._severity(rule)
        self._known[rule] = graded = None if severity is None else (rules()[rule], severity)
        return graded

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
            self._list(Finding(graded[0], graded[1], place, found, expected, values))

    def put_line(self, rule: str, offset: int, tag: str, found: str | None = None, expected: str | None = None) -> None:
        """Report a rule at the start of the line in which an offset of the piece stands."""
        graded = self._graded(rule, None)
        if graded is not None:
            self._put(graded, self.piece.line_of(offset), tag, found, expected)

    def _put(self, graded: tuple[Rule, Severity], line: int, tag: str, found: str | None, expected: str | None) -> None:
        place = Location(line, 1, f":{tag}:", None, None, self.message, self.entry, self.account)
        self._list(Finding(graded[0], graded[1], place, found, expected, NO_VALUES))

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
            self._list(Finding(graded[0], graded[1], place, found, expected, values))

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
        self,
        rule: str,
        field: RawField,
        number: int = 0,
        *,
        tag: str | None = None,
        found: str | None = None,
        expected: str | None = None,
    ) -> None:
        """Report a rule at the start of a line of a field, counted from 0; ``tag`` is what it is read as."""
        graded = self._graded(rule, None)
        if graded is not None:
            line_of = self.piece.line_of
            # The lines of a text follow one another, unless something was left out between them.
            line = line_of(field.at) + number if field.rows is None else line_of(field.line_offset(number))
            self._put(graded, line, tag or field.tag, found, expected)
