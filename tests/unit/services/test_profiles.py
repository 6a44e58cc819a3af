"""Profile files and settings: typed by the built-in profile, every fault in words, a reason for each severity."""

from __future__ import annotations

import pytest

from statements.findings import Profile
from statements.profiles import extends, load, rules, typed, with_repairs, with_settings
from statements.rules import Severity

BASE = Profile(
    name="qonto",
    base="qonto",
    settings={"page_limit": 0, "envelope": False, "eol": "crlf", "words": ("a",), "table": {}},
    severities={"M940-001": Severity.ERROR},
)
BUILT_IN = {"qonto": BASE}
KNOWN = {"M940-001", "M940-080"}


def faults(text: str) -> list[str]:
    """The ids of the findings of a profile file."""
    outcome = load(text.encode(), BUILT_IN, KNOWN)
    assert (outcome.value is None) == bool(outcome.findings)
    return [finding.id for finding in outcome.findings]


def test_a_whole_profile() -> None:
    """Name, settings, severities with reasons and repairs over the built-in profile."""
    profile = load(
        b'name = "ours"\nextends = "qonto"\nrepairs = ["bom"]\n[settings]\npage_limit = 2000\nenvelope = "yes"\n'
        b'[severities]\n"M940-080" = { severity = "off", reason = "test bank" }\n',
        BUILT_IN,
        KNOWN,
    ).unwrap()
    assert profile is not None
    assert (profile.name, profile.base) == ("ours", "qonto")
    assert profile.settings == {**BASE.settings, "page_limit": 2000, "envelope": True}
    assert profile.severities == {"M940-001": Severity.ERROR, "M940-080": None}
    assert profile.reasons == {"M940-080": "test bank"}
    assert profile.repairs == frozenset({"bom"})


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("extends = qonto", "CNV-051"),
        ('extends = "bank"', "CNV-052"),
        ("", "CNV-052"),
        ('extends = "qonto"\n[setings]', "CNV-053"),
        ('extends = "qonto"\n[settings]\npages = 1', "CNV-054"),
        ('extends = "qonto"\n[settings]\npage_limit = "many"', "CNV-055"),
        ('extends = "qonto"\nsettings = 3', "CNV-055"),
        ('extends = "qonto"\nrepairs = "bom"', "CNV-055"),
        ('extends = "qonto"\n[severities]\n"M940-999" = { severity = "off", reason = "x" }', "CNV-056"),
        ('extends = "qonto"\n[severities]\n"M940-080" = { severity = "fatal", reason = "x" }', "CNV-057"),
        ('extends = "qonto"\n[severities]\n"M940-080" = "off"', "CNV-058"),
        ('extends = "qonto"\n[severities]\n"M940-080" = { severity = "off", reason = " " }', "CNV-058"),
    ],
)
def test_each_fault_has_its_rule(text: str, rule: str) -> None:
    """One fault, one finding, no profile."""
    assert faults(text) == [rule]


def test_bytes_that_are_no_text() -> None:
    """A profile file that is not UTF-8 is refused in words."""
    outcome = load(b"\xff\xfe", BUILT_IN)
    assert outcome.value is None
    assert [finding.id for finding in outcome.findings] == ["CNV-051"]
    assert extends(b"\xff") is None


def test_every_rule_speaks_both_languages() -> None:
    """Messages, mending and reason exist in English and French."""
    for rule in rules():
        for text in (rule.message, rule.fix, rule.why):
            assert text.en.endswith((".", "?"))
            assert text.fr.endswith((".", "?"))


@pytest.mark.parametrize(
    ("current", "given", "expected"),
    [
        (False, "yes", True),
        (True, "non", False),
        (True, False, False),
        (0, "2000", 2000),
        (0, "2_000", 2000),
        (0, -5, -5),
        ("crlf", "lf", "lf"),
        ("41", 7, "7"),
        (("a",), "b, c", ("b", "c")),
        (frozenset({"a"}), ["b"], frozenset({"b"})),
        ({}, {"x": 1}, {"x": 1}),
    ],
)
def test_values_take_the_type_of_the_setting(current: object, given: object, expected: object) -> None:
    """Words of a command line and values of TOML alike."""
    assert typed(current, given) == expected


@pytest.mark.parametrize(
    ("current", "given"),
    [(False, "perhaps"), (0, "many"), (0, "1.5"), (0, True), (0, "9" * 30), ("x", 1.5), (("a",), 3), ({}, "x")],
)
def test_values_of_another_type_are_refused(current: object, given: object) -> None:
    """No value is bent into shape."""
    with pytest.raises(ValueError, match=r"\S"):
        typed(current, given)


def test_with_settings() -> None:
    """The given profile stays as it is; an unknown name is no setting."""
    assert with_settings(BASE, {"page_limit": "5"}).settings["page_limit"] == 5
    assert BASE.settings["page_limit"] == 0
    assert with_settings(BASE, {}) is BASE
    with pytest.raises(ValueError, match="pages"):
        with_settings(BASE, {"pages": "5"})


def test_with_repairs() -> None:
    """Repairs are added to those of the profile."""
    assert with_repairs(with_repairs(BASE, ["a"]), ["b"]).repairs == frozenset({"a", "b"})
    assert with_repairs(BASE, []) is BASE
