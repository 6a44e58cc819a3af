"""Every payment rule against its fixtures: the bad file fires exactly its rule, where it must; the near miss does not.

The table was written from the message facts and the rule list, not from the code it tests.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
import pytest

from statements.findings import Finding, Profile, Report
from statements.formats import pain001
from statements.formats.pain001.profiles import PROFILES as BUILT_IN
from statements.formats.pain001.profiles import rules
from statements.profiles import with_settings
from statements.rules import Severity
from tests.spec.pain001.cases import CLEAN, PROFILES, TODAY, Case, cases, clean_files

BAD = list(cases(bad=True))
GOOD = list(cases(bad=False))

# What was found is said in words: bytes, a kind of file, a size, a missing namespace.
IN_WORDS = frozenset({"P001-004", "P001-006", "P001-007", "P001-009", "P001-011", "P001-012"})


def profile_of(case: Case, name: str) -> Profile:
    """The built-in profile with the settings and severities of the case."""
    profile = with_settings(BUILT_IN[name], dict(case.options.get("settings", {})))
    severities = {rule: Severity(word) for rule, word in case.options.get("severities", {}).items()}
    if not severities:
        return profile
    reasons = dict.fromkeys(severities, "this bank asks for it")
    return msgspec.structs.replace(profile, name="bank", severities=severities, reasons=reasons)


def options(case: Case) -> dict[str, Any]:
    """The arguments of the check."""
    given = {name: value for name, value in case.options.items() if name in ("declared", "own", "known_ids")}
    return {"today": datetime.date.fromisoformat(case.options.get("today", TODAY)), **given}


@lru_cache(maxsize=8)
def _clean_report(path: Path, profile: str) -> Report:
    return pain001.validate(path.read_bytes(), profile=profile, today=datetime.date.fromisoformat(TODAY))


_SAID: dict[tuple[str, str], tuple[Finding, ...]] = {}


def fired(case: Case, profile: str) -> tuple[Finding, ...]:
    """What the check says of a case; asked by several tests, checked once."""
    key = (case.id, profile)
    if key not in _SAID:
        _SAID[key] = pain001.validate(case.data, profile=profile_of(case, profile), **options(case)).findings
    return _SAID[key]


def expected_ids(case: Case, profile: str) -> set[str]:
    """The rules that must fire: those of the case that this profile grades, and what every file of the version has."""
    graded = profile_of(case, profile)
    wanted = {rule for rule in ((case.rule, *case.also) if case.bad else case.also) if _on(rule, graded)}
    # A document that is refused by its envelope or its schema is not told about its version.
    area = int(case.rule.removeprefix("P001-"))
    refused = case.bad and (area < 13 or 30 <= area < 60) and area not in (5, 6)
    if not refused:
        wanted |= {rule for name, rule in CLEAN[case.version].items() if name == profile}
    return wanted


def _on(rule: str, profile: Profile) -> bool:
    if rule in profile.severities:
        return profile.severities[rule] is not None
    return rules()[rule].severity(profile.base) is not None


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("path", clean_files(), ids=lambda path: path.stem)
def test_clean_files_have_no_finding(path: Path, profile: str) -> None:
    """A clean file says nothing but the age of its version."""
    report = _clean_report(path, profile)
    wanted = CLEAN[path.stem[6:8]].get(profile)
    assert [finding.id for finding in report.findings] == ([wanted] if wanted else [])
    assert report.valid


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_a_bad_file_fires_exactly_its_rule(case: Case, profile: str) -> None:
    """Its rule, what the fault truly implies, and nothing else; off where the profile turns it off."""
    assert {finding.id for finding in fired(case, profile)} == expected_ids(case, profile)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.id)
def test_a_near_miss_passes(case: Case, profile: str) -> None:
    """A file just inside the rule is not reported by it."""
    assert {finding.id for finding in fired(case, profile)} == expected_ids(case, profile)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_the_severity_is_that_of_the_table(case: Case) -> None:
    """Error, warning or info as the rule table says for the profile, lower before the date of a dated rule."""
    for profile in PROFILES:
        for finding in fired(case, profile):
            if finding.id == case.rule:
                table = rules()[case.rule].severity(profile)
                assert finding.severity == case.severity.get(profile, table), profile


@pytest.mark.parametrize("case", [case for case in BAD if case.place is not None], ids=lambda case: case.id)
def test_the_finding_stands_where_the_fault_is(case: Case) -> None:
    """Line and column lead to the value (or the tag) that the finding quotes."""
    assert case.place is not None
    places = 0
    for profile in PROFILES:
        for finding in fired(case, profile):
            if finding.id != case.rule or case.exactness == "none":
                continue
            places += 1
            location = finding.location
            assert location.line == case.place.line, (profile, location)
            if case.exactness == "exact":
                assert location.column == case.place.column, (profile, location, finding.found)
    assert places or case.exactness == "none"


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_what_is_quoted_stands_at_its_place(case: Case) -> None:
    """The text at line and column of every finding is what the finding quotes."""
    text = case.data.decode(case.encoding, "replace")
    lines = text.removeprefix("\ufeff").split("\n")
    for finding in fired(case, "sepa"):
        location = finding.location
        if location.line is None or location.column is None or finding.found is None:
            continue
        rest = "\n".join(lines[location.line - 1 :])[location.column - 1 :]
        if finding.id not in IN_WORDS:
            assert unescape(rest[:2000]).startswith(finding.found), (finding.id, location, finding.found, rest[:40])
