"""The record tables and the rule tables: complete, consistent, in both languages."""

from __future__ import annotations

import re

import pytest

from statements.formats.cfonb120 import PROFILES, rules, writer_rules
from statements.formats.cfonb120.profile import applies
from statements.formats.cfonb120.records import OLD_COMPLEMENT, QUALIFIERS, TABLES, WIDTH
from statements.rules import Rule, Severity

EVERY_RULE = [*rules(), *writer_rules()]


def test_every_record_has_120_characters() -> None:
    """The zones of each record cover exactly 120 positions, and the four codes are those of the norm."""
    assert sorted(TABLES) == ["01", "04", "05", "07"]
    for table in (*TABLES.values(), OLD_COMPLEMENT):
        assert table.zones[-1].end == WIDTH == 120
        assert sum(zone.length for zone in table.zones) == 120
        assert len({zone.key for zone in table.zones}) == len(table.zones)


def test_inner_zones_lie_in_the_information() -> None:
    """The parts of a qualifier follow one another from position 49 and end at 83 or 118, as the norm has them."""
    assert len(QUALIFIERS) == 19
    assert [code for code, one in QUALIFIERS.items() if one.repeatable] == ["LIB"]
    for qualifier in QUALIFIERS.values():
        position = 49
        for zone in qualifier.zones:
            assert zone.start == position, qualifier.code
            position = zone.end + 1
        assert position == 119, qualifier.code


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_every_rule_speaks_both_languages(rule: Rule) -> None:
    """Message in English and French, whole sentences, with the same placeholders."""
    for text in (rule.message.en, rule.message.fr):
        assert text.endswith(".")
        assert text[0].isupper() or text[0] in "{«"
    assert rule.message.en != rule.message.fr
    placeholders = [set(re.findall(r"\{([a-z]+)(?:_fr)?\}", text)) for text in (rule.message.en, rule.message.fr)]
    assert placeholders[0] == placeholders[1]


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_every_rule_has_an_example_and_a_fix(rule: Rule) -> None:
    """A person sees in both languages what the fault looks like and what to do about it."""
    assert rule.sample("en")
    assert rule.sample("fr")
    assert rule.columns["example_fr"] != rule.example
    for text in (rule.fix.en, rule.fix.fr):
        assert text.endswith(".")
    assert rule.fix.en != rule.fix.fr


def test_repairs_are_errors_in_the_strict_profile() -> None:
    """Eighteen named repairs: fifteen on by default, three only when asked for, all errors in `strict`."""
    repairs = [rule for rule in rules() if rule.repair]
    assert len(repairs) == 18
    assert [rule.id for rule in repairs if rule.columns["default"] == "ask"] == ["C120-221", "C120-222", "C120-223"]
    for rule in repairs:
        assert rule.severity("strict") is Severity.ERROR
        assert rule.severity("standard") is not Severity.ERROR
        assert applies(PROFILES["standard"], rule.id) == (rule.columns["default"] == "on")
        assert not applies(PROFILES["strict"], rule.id)


def test_rule_numbers() -> None:
    """Ids are permanent: none may disappear."""
    numbers = "001-005 011-014 021-024 031-045 047 051-054 061-065 071-076 081-082 201-215 221-223"
    expected = set()
    for part in numbers.split():
        first, _, last = part.partition("-")
        expected |= {f"C120-{number:03d}" for number in range(int(first), int(last or first) + 1)}
    expected -= {"C120-046"}
    assert {rule.id for rule in rules()} == expected
    assert {rule.id for rule in writer_rules()} == {f"CNV-{number}" for number in (*range(101, 119), 199)}
