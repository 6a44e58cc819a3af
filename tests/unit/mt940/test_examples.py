"""The examples of the rule tables: each rule has one, and the fields it quotes stand in the rule's bad file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from statements.rules import Rule, RuleBook, Severity

FIXTURES = Path(__file__).parents[3] / "fixtures" / "mt940" / "rules"
READER = tuple(RuleBook.load("statements.formats.mt940"))
WRITER = tuple(RuleBook.load("statements.formats.mt940", "writer_rules.tsv"))
QUOTED = re.compile(r":(?:[0-9]{2}[A-Z]?|NS) ?:[^\s;]+")
WORDS = re.compile(r"\b(with|without|of|the|and|no|twice|only|file|at|both|then|before|below|next|page)\b")


@pytest.mark.parametrize("rule", READER + WRITER, ids=lambda rule: rule.id)
def test_every_rule_has_an_example(rule: Rule) -> None:
    """English and French both show something; an example in English words has its French form."""
    assert rule.sample("en").strip()
    if WORDS.search(rule.example):
        assert rule.columns["example_fr"]
        assert rule.sample("fr") != rule.sample("en")


@pytest.mark.parametrize("rule", READER, ids=lambda rule: rule.id)
def test_quoted_fields_stand_in_the_bad_file(rule: Rule) -> None:
    """Whoever opens the file of the rule finds what the example shows."""
    (path,) = FIXTURES.glob(f"{rule.id}-bad-*.sta")
    text = path.read_bytes().decode("utf-8", "replace")
    for language in ("en", "fr"):
        for field in QUOTED.findall(rule.sample(language)):
            assert field.rstrip(",") in text, (rule.id, field)


@pytest.mark.parametrize("rule", READER + WRITER, ids=lambda rule: rule.id)
def test_an_error_says_why(rule: Rule) -> None:
    """A rule that refuses a file in the profile of every day gives its reason in both languages."""
    if rule.severity("qonto") is Severity.ERROR:
        assert rule.why.en.endswith(".")
        assert rule.why.fr.endswith(".")
