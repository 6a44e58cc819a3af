"""The examples of the rule tables: each rule has one, and the fields it quotes stand in the rule's bad files."""

from __future__ import annotations

import re

import pytest

from statements.formats import mt940
from statements.rules import Rule, RuleBook, Severity
from tests.rule_cases import MT940

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
    text = "".join(case.data.decode("utf-8", "replace") for case in MT940.cases(bad=True) if case.rule == rule.id)
    for language in ("en", "fr"):
        for field in QUOTED.findall(rule.sample(language)):
            assert field.rstrip(",") in text, (rule.id, field)


@pytest.mark.parametrize("rule", READER + WRITER, ids=lambda rule: rule.id)
def test_an_error_says_why(rule: Rule) -> None:
    """A rule that refuses a file in the profile of every day gives its reason in both languages."""
    if rule.severity("qonto") is Severity.ERROR:
        assert rule.why.en.endswith(".")
        assert rule.why.fr.endswith(".")


@pytest.mark.parametrize("rule", READER, ids=lambda rule: rule.id)
def test_every_rule_is_said_with_severity_source_and_fix(rule: Rule) -> None:
    """A rule states its severity in the four profiles, two languages, a fix and where it comes from."""
    assert set(rule.severities) == set(mt940.PROFILES)
    assert rule.message.en.endswith(".")
    assert rule.message.fr.endswith(".")
    assert rule.fix.en
    assert rule.fix.fr
    assert rule.source
    assert rule.confidence in ("V", "I", "D")
