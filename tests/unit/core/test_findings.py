"""Rules, findings and outcomes behave the same for every format."""

from __future__ import annotations

import pytest

from statements.findings import Finding, InvalidFile, Location, Outcome, Profile, Reporter, Summary
from statements.rules import Rule, RuleBook, Severity, Text

RULE = Rule(
    id="T-001",
    severities={"default": Severity.ERROR, "strict": None},
    message=Text("Line {line}: {found} is not {expected}, {word}, {missing}, {4:", "Ligne {line} : {found}"),
    fix=Text("Write {expected}."),
)
WARNING = Rule(id="T-002", severities={"default": Severity.WARNING, "strict": Severity.ERROR}, message=Text("w", "a"))
BOOK = RuleBook([RULE, WARNING])
DEFAULT = Profile(name="default", base="default")


def test_message_fills_placeholders_and_leaves_other_braces() -> None:
    """Placeholders come from found, expected, place and values; a brace that is none stays text."""
    finding = Finding(RULE, Severity.ERROR, Location(line=3), "a", "b", {"word": "c"})
    assert finding.message() == "Line 3: a is not b, c, {missing}, {4:"
    assert finding.message("fr") == "Ligne 3\u00a0: a"
    assert finding.fix("fr") == "Write b."
    assert finding.id == "T-001"


def test_reporter_uses_the_severities_of_its_profile() -> None:
    """A rule that is off reports nothing; a profile may change a severity; a grade overrides both."""
    reporter = Reporter(BOOK, Profile(name="s", base="strict"))
    reporter.add("T-001")
    reporter.add("T-002")
    assert [(finding.id, finding.severity) for finding in reporter.findings] == [("T-002", Severity.ERROR)]
    mild = Reporter(BOOK, Profile(name="m", base="default", severities={"T-001": Severity.INFO}))
    mild.add("T-001")
    mild.add("T-002", severity=Severity.ERROR)
    assert [finding.severity for finding in mild.findings] == [Severity.INFO, Severity.ERROR]
    assert (mild.errors, mild.warnings) == (1, 0)


def test_reporter_counts_what_it_does_not_keep() -> None:
    """Beyond the limit findings are counted, and errors and warnings stay right."""
    reporter = Reporter(BOOK, DEFAULT, limit=2)
    for _ in range(5):
        reporter.add("T-002")
    assert (len(reporter.findings), reporter.hidden, reporter.warnings) == (2, {"T-002": 3}, 5)


def test_rule_book_gives_rules_by_id_in_the_order_of_the_table() -> None:
    """A typo in a rule id is an error of the program, not of the data."""
    book = RuleBook([RULE])
    assert "T-001" in book
    assert len(book) == 1
    assert [rule.id for rule in book] == ["T-001"]
    with pytest.raises(KeyError):
        book["T-009"]


def test_a_finding_at_a_prompt_is_one_line() -> None:
    """`repr` of a finding names rule, severity, place and sentence in at most 200 characters."""
    finding = Finding(RULE, Severity.ERROR, Location(line=3, column=7), found="x" * 500)
    assert "\n" not in repr(finding)
    assert repr(finding).startswith("<Finding T-001 error at 3:7: ")
    assert len(repr(finding)) <= 200


def test_outcome_unwraps_or_raises_with_every_finding() -> None:
    """`unwrap` gives the value when there is no error, else raises with all findings."""
    warning = Finding(WARNING, Severity.WARNING)
    error = Finding(RULE, Severity.ERROR, Location(line=1), "a", "b")
    assert Outcome(1, (warning,)).unwrap() == 1
    with pytest.raises(InvalidFile, match="T-001") as caught:
        Outcome(1, (warning, error, error)).unwrap()
    assert caught.value.findings == (warning, error, error)
    assert "(and 1 more)" in str(caught.value)
    assert str(InvalidFile(())) == "invalid file"


def test_severities_are_ranked() -> None:
    """Error is graver than warning, warning than info."""
    assert sorted(Severity, key=lambda severity: severity.rank) == [Severity.ERROR, Severity.WARNING, Severity.INFO]


def test_summary_leaves_out_nothing_it_counted() -> None:
    """A summary without errors counts zero, it does not leave them out."""
    assert (Summary().errors, Summary(warnings=2).warnings) == (0, 2)
