"""The rule table of pain.001: complete, graded for three profiles, in two languages."""

from __future__ import annotations

import datetime
import re

import pytest

from statements.formats.pain001.profiles import DEFAULT, PROFILES, SETTINGS, profile_of, rules
from statements.rules import Severity

LEVELS = {"file", "group", "payment", "transaction"}


def test_the_table_holds_152_rules():
    """Every rule of the three supported versions is in the table once."""
    assert len(rules()) == 152
    assert len({rule.slug for rule in rules()}) == 152


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_is_complete(rule):
    """A rule has both languages, a remedy, a source, a level, versions and an example."""
    assert rule.message.en.endswith((".", "?", ".)"))
    assert rule.message.fr.endswith((".", "?", ".)"))
    assert rule.message.en != rule.message.fr
    assert rule.fix.en
    assert rule.fix.fr
    assert rule.source
    assert rule.example
    assert rule.columns["level"] in LEVELS
    assert set(rule.columns["versions"].split()) <= {"02", "03", "09"}
    if rule.columns["valid_from"]:
        datetime.date.fromisoformat(rule.columns["valid_from"])


def test_severities_differ_between_sepa_and_qonto_only_where_said():
    """The two profiles differ in exactly the nine rows of the profile table (two rules share one row)."""
    differing = {rule.id[5:] for rule in rules() if rule.severity("sepa") != rule.severity("qonto")}
    assert differing == {"016", "017", "110", "190", "192", "233", "265", "307", "308", "309", "336"}


def test_bank_switches_are_off_everywhere():
    """113, 114 and 262 are switches of other banks' profiles."""
    off = {rule.id[5:] for rule in rules() if not any(rule.severities.values())}
    assert off == {"113", "114", "262"}


def test_profile_of_takes_names_and_profiles():
    """A name finds its profile, a profile is itself, an unknown name is the caller's mistake."""
    assert profile_of(DEFAULT).name == "qonto"
    assert profile_of(PROFILES["iso"]) is PROFILES["iso"]
    with pytest.raises(ValueError, match="known: iso, qonto, sepa"):
        profile_of("german")
    assert PROFILES["qonto"].settings == SETTINGS


def test_severity_of_a_rule_follows_the_profile():
    """The name limit is an error in SEPA and a warning at Qonto."""
    rule = rules()["P001-190"]
    assert (rule.severity("iso"), rule.severity("sepa"), rule.severity("qonto")) == (
        None,
        Severity.ERROR,
        Severity.WARNING,
    )


def test_examples_are_told_in_french() -> None:
    """An English word in an example has its French form; bare values are the same in both languages."""
    english = re.compile(r"\b(with|without|of|the|and|no|two|same|twice|only|file|at|both|any)\b")
    for rule in rules():
        assert english.search(re.sub(r"<[^>]*>", "", rule.sample("fr"))) is None, rule.id
    assert rules()["P001-132"].sample("fr") == "LOT-1 deux fois"
    assert rules()["P001-132"].sample("en") == "LOT-1 twice"
