"""Every rule has a bad file that fires exactly it (and what the fault truly implies), and a good one that does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from statements.formats import mt940

ROOT = Path(__file__).parents[3] / "fixtures" / "mt940" / "rules"
CASES = [line.split("\t") for line in (ROOT / "expected.tsv").read_text("utf-8").split("\n")[2:] if line]


@pytest.mark.parametrize(("name", "profile", "rules"), CASES, ids=[case[0] for case in CASES])
def test_a_fixture_fires_exactly_its_rules(name: str, profile: str, rules: str) -> None:
    """The ids found are those of the table, no more and no less."""
    report = mt940.validate((ROOT / name).read_bytes(), profile=profile)
    assert sorted({finding.id for finding in report.findings}) == ([] if rules == "none" else rules.split())


@pytest.mark.parametrize("name", [case[0] for case in CASES if "-bad-" in case[0]])
def test_each_message_is_whole_in_both_languages(name: str) -> None:
    """No placeholder is left open, and the French sentence is not the English one."""
    for profile in mt940.PROFILES:
        for finding in mt940.validate((ROOT / name).read_bytes(), profile=profile).findings:
            for text in (finding.message("en"), finding.message("fr"), finding.fix("en"), finding.fix("fr")):
                assert text
                assert re.search(r"\{[a-z_]+\}", text) is None, text
            assert finding.message("en") != finding.message("fr")


@pytest.mark.parametrize("name", [case[0] for case in CASES if "-bad-" in case[0]])
def test_what_was_found_stands_where_the_finding_says(name: str) -> None:
    """At the line and column of a finding on a field, the file holds the text that the finding quotes."""
    data = (ROOT / name).read_bytes()
    text = mt940.reader.decode(data.removeprefix(b"\xef\xbb\xbf"))[0]
    lines = re.split("\r\n|\n", text)
    for finding in mt940.validate(data).findings:
        place = finding.location
        assert place.line is not None
        assert 1 <= place.line <= len(lines)
        quoted = finding.found
        if place.field is not None and quoted and place.column and len(quoted) < 60:
            assert lines[place.line - 1][place.column - 1 :].startswith(quoted), finding


def test_every_rule_has_both_fixtures() -> None:
    """The table of fixtures and the table of rules name the same ids."""
    for kind in ("bad", "good"):
        named = {case[0][:8] for case in CASES if f"-{kind}-" in case[0]}
        assert named == {rule.id for rule in mt940.rules()}


def test_every_rule_is_said_with_severity_source_and_fix() -> None:
    """A rule states its severity in the four profiles, two languages, a fix and where it comes from."""
    for rule in mt940.rules():
        assert set(rule.severities) == set(mt940.PROFILES)
        assert rule.message.en.endswith(".")
        assert rule.message.fr.endswith(".")
        assert rule.fix.en
        assert rule.fix.fr
        assert rule.source
        assert rule.confidence in ("V", "I", "D")
