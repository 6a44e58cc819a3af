"""What a check says: findings, outcomes and reports, the same for every format.

A :class:`Finding` is one place where a rule (:mod:`statements.rules`) fired. Readers and checks collect findings with a
:class:`Reporter` and hand them back in an :class:`Outcome`; nothing in the data ever raises.

    >>> outcome = Outcome(value=3, findings=())
    >>> outcome.ok, outcome.unwrap()
    (True, 3)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Generic, Literal, TypeVar

import msgspec

from statements.model.members import french_members
from statements.rules import PLACEHOLDER, Language, Rule, RuleBook, Severity, Text
from statements.visible import french, french_value

Value = TypeVar("Value")

# A member of an enumeration is looked up slowly, and findings are counted by the hundred thousand.
_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
Details = TypeVar("Details")


class PaymentLabel(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What a person needs to find a payment again: its number, reference, creditor and amount."""

    index: int
    end_to_end_id: str | None = None
    creditor: str | None = None
    iban: str | None = None
    amount: str | None = None
    currency: str | None = None


class Location(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """Where a finding stands. Lines, columns, statements, entries are counted from 1, ``offset`` (bytes) from 0."""

    line: int | None = None
    column: int | None = None
    record: str | None = None
    field: str | None = None
    path: str | None = None
    statement: int | None = None
    entry: int | None = None
    account: str | None = None
    file: str | None = None
    offset: int | None = None
    payment: PaymentLabel | None = None


class Proposal(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    r"""A remedy that a machine can apply: at ``offset`` (bytes of the file, from 0) ``old`` becomes ``new``.

    ``safe``: the file says the same afterwards. ``review``: a person must look. Never for check digits, the value of an
    amount, an account or a name. Both texts stand as in the file: in XML with its references. They count in UTF-8; a
    byte that is none stands for itself as Python's ``surrogateescape`` has it. Several findings may have the same
    proposal. :func:`statements.wire.mending.mended` obeys them.

    >>> list(Proposal(7, "\udce9", "é", "safe").edits())
    [(7, b'\xe9', b'\xc3\xa9')]
    """

    offset: int
    old: str
    new: str
    grade: Literal["safe", "review"]
    more: tuple[tuple[int, str, str], ...] = ()
    """Further places of the same remedy, each with its offset, old and new text: all of them belong together."""
    encoding: str = ""
    """Of a file that is to become UTF-8 as a whole: the encoding in which it stands (``Windows-1252``, ``UTF-16-LE``).
    ``old`` and ``new`` are then, in that encoding, its name in the declaration, or empty."""

    def edits(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Every place as bytes: offset, what stands there, what should."""
        coded = (self.encoding, "strict") if self.encoding else ("utf-8", "surrogateescape")
        for offset, old, new in ((self.offset, self.old, self.new), *self.more):
            yield offset, old.encode(*coded), new.encode(*coded)


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One place where a rule fired: rule, severity in the profile used, place, what stands there, what should."""

    rule: Rule
    severity: Severity
    location: Location = Location()
    found: str | None = None
    expected: str | None = None
    values: Mapping[str, str] = {}
    """Further words for the message; findings of writers hold ``before`` and ``after`` here. ``reason_fr`` stands for
    ``reason`` in French."""
    proposal: Proposal | None = None
    """The remedy as a value, where it is mechanical."""

    @property
    def id(self) -> str:
        """The permanent id of the rule, such as ``C120-071``."""
        return self.rule.id

    def __repr__(self) -> str:
        """One line of at most 200 characters: a rule in two languages is no answer to a person at a prompt."""
        place = self.location
        where = f"{place.line}:{place.column}" if place.line and place.column else str(place.line or place.path or "-")
        text = f"<Finding {self.rule.id} {self.severity} at {where}: {self.message()}"
        return f"{text}>" if len(text) < 200 else f"{text[:198]}…>"

    def __str__(self) -> str:
        """As the concise report has it: place, rule, severity, message."""
        place = self.location
        where = f"{place.line}:{place.column or 1}" if place.line is not None else place.path or ""
        parts = [":".join(part for part in (place.file, where) if part), f"{self.id} {self.severity}", self.message()]
        return ": ".join(part for part in parts if part)

    @property
    def follows(self) -> bool:
        """True when it only follows from other findings, whose rule ``values["cause"]`` names: mend those first."""
        return "cause" in self.values

    def message(self, lang: Language = "en") -> str:
        """The sentence of the rule with its placeholders filled in."""
        return self._fill(self.rule.message, lang, said=True)

    def fix(self, lang: Language = "en") -> str:
        """How to mend it, of this one (``values["fix_en"]``) or of its rule; empty when the rule knows no remedy."""
        return self.values.get(f"fix_{lang}") or self._fill(self.rule.fix, lang)

    def expects(self, lang: Language = "en") -> str | None:
        """What should stand there, in words of the language where the check has them (``values["expected_fr"]``)."""
        return self.values.get(f"expected_{lang}", self.expected)

    def _fill(self, text: Text, lang: Language, *, said: bool = False) -> str:
        template = text.get(lang)
        if "{" not in template:
            return template
        if lang != "fr":
            return PLACEHOLDER.sub(lambda match: self._word(match, str), template)
        # What stands in the file, or should, is quoted as it is: between guillemets, or in a remedy. Figures and days
        # of ours are in the language. What a payment file should hold is told as it is written there.
        family = self.rule.id[:4]
        quoted = () if family == "CNV-" or (said and family in _OWN_FIGURES) else ("found", "expected")
        local: dict[str, Callable[[str], str]] = {"field": french_members}
        local.update(dict.fromkeys(("before", "after", *quoted), str))

        def filled(match: re.Match[str]) -> str:
            between = family in _OWN_FIGURES and template[: match.start()].endswith("«\u00a0")
            return self._word(match, str if between else local.get(match[1], french_value), "_fr")

        return PLACEHOLDER.sub(filled, template)

    def _word(self, match: re.Match[str], local: Callable[[str], str], ending: str = "") -> str:
        name = match[1]
        if ending and name + ending in self.values:
            return french(_bounded(str(self.values[name + ending])))
        if name in self.values:
            words = _bounded(str(self.values[name]))
            return french(words) if name.endswith("_fr") else local(words)
        value = getattr(self, name, None) if name in ("found", "expected") else None
        if value is None and name in Location.__struct_fields__:
            value = getattr(self.location, name)
        return match[0] if value is None else local(_bounded(str(value)))


_OWN_FIGURES = frozenset(("M940", "C120", "QNT-"))
"""Families whose sentences put what stands in the file between guillemets."""

_QUOTED = 300
"""As many characters of a value stand in a sentence; ``found`` and the values hold all of it."""


def _bounded(value: str) -> str:
    return value if len(value) <= _QUOTED else value[:_QUOTED] + "…"


class InvalidFile(Exception):  # noqa: N818 - the name says what the file is, as the public surface promises
    """Raised by :meth:`Outcome.unwrap` alone, for callers who prefer exceptions. Holds every finding."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        errors = [finding for finding in self.findings if finding.severity is Severity.ERROR]
        first = f"{errors[0].id} {errors[0].message()}" if errors else "invalid file"
        super().__init__(first if len(errors) < 2 else f"{first} (and {len(errors) - 1} more)")


class Outcome(msgspec.Struct, Generic[Value], frozen=True):
    """What a call gives back: the value as far as it could be made, and every finding."""

    value: Value
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """True when no finding is an error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    def __repr__(self) -> str:
        """One line, whatever the value holds."""
        value = f"{len(self.value)} values" if isinstance(self.value, tuple) else type(self.value).__name__
        return f"<Outcome {'ok' if self.ok else 'not ok'}: {value}, {len(self.findings)} findings>"

    def unwrap(self) -> Value:
        """The value; raises :class:`InvalidFile` when there is an error."""
        if not self.ok:
            raise InvalidFile(self.findings)
        return self.value


class Summary(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The counts of a :class:`Report`. ``control_sum`` is an exact decimal text."""

    payments: int | None = None
    control_sum: str | None = None
    currency: str | None = None
    statements: int | None = None
    entries: int | None = None
    errors: int = 0
    warnings: int = 0


class Suppressed(msgspec.Struct, frozen=True):
    """A rule that was left out of a check, and what it would have reported: ``count`` findings, the first of them."""

    rule: Rule
    severity: Severity
    count: int
    reason: str = ""
    findings: tuple[Finding, ...] = ()


class Report(msgspec.Struct, Generic[Details], frozen=True, kw_only=True):
    """The answer of every ``validate``: verdict, counts and findings for the exact bytes of ``sha256``.

    ``Details`` is the type of the format's own figures: ``Report[FileVerdict]`` for payments, ``Report[None]`` without.
    """

    format: str
    profile: str
    sha256: str
    summary: Summary
    findings: tuple[Finding, ...] = ()
    hidden: Mapping[str, int] = {}
    """How many more findings of a rule were counted beyond the cap and are not listed."""
    at_least: frozenset[str] = frozenset()
    """Rules whose count in :attr:`hidden` is the least there can be: a check of very many faults stops looking."""
    suppressed: tuple[Suppressed, ...] = ()
    """The rules that were left out on purpose and would have fired."""
    details: Details = None  # type: ignore[assignment]  # a report without figures is a Report[None]
    """The format's own figures (balances of each statement, verdict of each payment); see its ``validate``."""

    @property
    def valid(self) -> bool:
        """True when no error was found."""
        return self.summary.errors == 0

    def __str__(self) -> str:
        """Format and verdict in one line; the findings are lines of the same form."""
        verdict = "valid" if self.valid else "not valid"
        return f"{self.format}: {verdict}, {self.summary.errors} errors, {self.summary.warnings} warnings"

    def __repr__(self) -> str:
        """One line, however many findings there are."""
        return f"<Report {self} (profile {self.profile})>"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A named set of settings and severities. ``base`` is the built-in column of the rule table it starts from."""

    name: str
    base: str
    settings: Mapping[str, Any] = {}
    severities: Mapping[str, Severity | None] = {}
    reasons: Mapping[str, str] = {}
    """Why a severity differs from the table: rule id -> reason. Every change needs one."""
    repairs: frozenset[str] = frozenset()
    """Named repairs that the caller asked for beyond those the profile applies by itself."""
    forms: Mapping[str, tuple[str, str]] = {}
    """Settings whose text has a form: setting -> regular expression, and the form in a few words."""

    def __reduce__(self) -> tuple[Any, ...]:
        """For another process: a read-only view of a table travels as the table."""
        members = {name: getattr(self, name) for name in self.__struct_fields__}
        return _profile, ({name: dict(m) if isinstance(m, Mapping) else m for name, m in members.items()},)


def _profile(members: dict[str, Any]) -> Profile:
    return Profile(**members)


class Reporter:
    """Collects the findings of one reading or check, with the severities of one profile.

    ``limit`` caps the findings kept for each rule; the others are counted in :attr:`hidden`, never forgotten.
    ``beyond`` is given those beyond the limit whose rule may have a proposal: who mends a file needs all of them.
    """

    __slots__ = (
        "_beyond",
        "_book",
        "_counts",
        "_limit",
        "_severities",
        "errors",
        "findings",
        "hidden",
        "profile",
        "warnings",
    )

    def __init__(
        self,
        book: RuleBook,
        profile: Profile,
        *,
        limit: int | None = None,
        beyond: Callable[[Finding], None] | None = None,
    ) -> None:
        self._book = book
        self._limit = limit
        self._beyond = beyond
        self._counts: dict[str, int] = {}
        self._severities: dict[str, Severity | None] = dict(profile.severities)
        self.profile = profile
        self.findings: list[Finding] = []
        self.hidden: dict[str, int] = {}
        self.errors = 0
        self.warnings = 0

    @property
    def limit(self) -> int | None:
        """How many findings of one rule are kept; ``None`` for all."""
        return self._limit

    def severity(self, rule_id: str) -> Severity | None:
        """The severity of a rule in this profile; ``None`` when it is off."""
        severities = self._severities
        if rule_id not in severities:
            severities[rule_id] = self._book[rule_id].severity(self.profile.base)
        return severities[rule_id]

    def full(self, rule_id: str) -> bool:
        """True when a further finding of the rule would only be counted: its place need not be worked out."""
        return self._limit is not None and self._counts.get(rule_id, 0) >= self._limit and not self.wants(rule_id)

    def wants(self, rule_id: str) -> bool:
        """True when every finding of the rule is asked for, because it may have a proposal."""
        return self._beyond is not None and bool(self._book[rule_id].columns.get("proposal"))

    def add(
        self,
        rule_id: str,
        location: Location = Location(),  # noqa: B008 - frozen
        *,
        found: str | None = None,
        expected: str | None = None,
        severity: Severity | None = None,
        proposal: Proposal | None = None,
        **values: str,
    ) -> None:
        """Report a rule, unless the profile turns it off. ``severity`` overrides the profile where a rule is graded."""
        grade = self.severity(rule_id)
        if grade is not None:
            self.put(rule_id, severity or grade, location, found, expected, values, proposal)

    def add_hidden(self, rule_id: str, times: int) -> None:
        """Count further findings of a rule of which none is listed, unless the profile turns it off."""
        grade = self.severity(rule_id)
        if grade is None or not times:
            return
        if grade is _ERROR:
            self.errors += times
        elif grade is _WARNING:
            self.warnings += times
        self._counts[rule_id] = self._counts.get(rule_id, 0) + times
        self.hidden[rule_id] = self.hidden.get(rule_id, 0) + times

    def put(
        self,
        rule_id: str,
        grade: Severity,
        location: Location,
        found: str | None,
        expected: str | None,
        values: Mapping[str, str],
        proposal: Proposal | None = None,
    ) -> None:
        """Report a rule that is on with a severity: :meth:`add` for a reader that has asked for it already."""
        if self.count(rule_id, grade):
            self.findings.append(Finding(self._book[rule_id], grade, location, found, expected, values, proposal))
        elif self._beyond is not None and self.wants(rule_id):
            self._beyond(Finding(self._book[rule_id], grade, location, found, expected, values, proposal))

    def count(self, rule_id: str, grade: Severity) -> bool:
        """Count one more finding of a rule; whether it is listed, too. For a caller who made it from parts kept."""
        if grade is _ERROR:
            self.errors += 1
        elif grade is _WARNING:
            self.warnings += 1
        if self._limit is None:
            return True
        count = self._counts[rule_id] = self._counts.get(rule_id, 0) + 1
        if count > self._limit:
            self.hidden[rule_id] = count - self._limit
            return False
        return True
