"""Every rule of every format against its cases: the bad file fires exactly its rule, where it must; a near miss none.

The tables were written from the facts of the formats and the rule lists, not from the code they test.
"""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.rule_cases import TABLES, Case, Table

BAD = [case for table in TABLES for case in table.cases(bad=True)]
GOOD = [case for table in TABLES for case in table.cases(bad=False)]

# Rules whose file is too large to keep, or cannot be made of text: by a test of their own.
ELSEWHERE = {"QNT-055"}

# What was found is said in words, or in another form than it stands in the file.
IN_WORDS = {
    *("P001-004", "P001-006", "P001-007", "P001-009", "P001-011", "P001-012"),
    "M940-067",
    *("C120-004", "C120-005", "C120-045", "C120-047", "C120-071", "C120-072", "C120-081", "C120-211"),
}


def name(case: Case) -> str:
    """The name of a test."""
    return f"{case.table.name}-{case.id}"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_rule_has_its_cases(table: Table) -> None:
    """A rule without a bad case cannot be added, nor a case of a rule that is not; names are unique, rows in order."""
    bad, good = list(table.cases(bad=True)), list(table.cases(bad=False))
    ids = {rule.id for rule in table.rules()}
    assert ids - {case.rule for case in bad} == ids & ELSEWHERE
    assert {case.rule for case in [*bad, *good]} <= ids
    names = [case.id for case in [*bad, *good]]
    assert len(names) == len(set(names))
    order = [case["rule"] for case in table.rows()["bad"]]
    assert order == sorted(order)


@pytest.mark.parametrize("case", BAD, ids=name)
def test_a_bad_file_fires_exactly_its_rule(case: Case) -> None:
    """Its rule, what the fault truly implies, and nothing else; off where the profile turns it off."""
    for profile in case.profiles:
        assert {finding.id for finding in case.findings(profile)} == case.expected(profile), profile


@pytest.mark.parametrize("case", GOOD, ids=name)
def test_a_near_miss_passes(case: Case) -> None:
    """A file just inside the rule is not reported by it, nor by another."""
    for profile in case.profiles:
        assert {finding.id for finding in case.findings(profile)} == case.expected(profile), profile


@pytest.mark.parametrize("case", [case for case in BAD if case.exactness != "none"], ids=name)
def test_the_finding_stands_where_the_fault_is(case: Case) -> None:
    """Line and column lead to the value (or the tag) at fault."""
    assert case.place is not None, "no mark in the table"
    places = 0
    for profile in case.profiles:
        own = [finding.location for finding in case.findings(profile) if finding.id == case.rule]
        for location in own[:1] if case.row.get("places") == "first" else own:
            places += 1
            assert location.line == case.place.line, (profile, location)
            if case.exactness == "exact":
                assert location.column == case.place.column, (profile, location)
    assert places


@pytest.mark.parametrize("case", BAD, ids=name)
def test_what_is_quoted_stands_at_its_place(case: Case) -> None:
    """The text at line and column of every finding is what the finding quotes."""
    declared = re.match(rb'<\?xml[^>]* encoding="([A-Za-z0-9-]+)"', case.data)
    # A parser takes the encoding that is declared, whatever the bytes were meant to be.
    encodings = {case.encoding, declared[1].decode() if declared else case.encoding}
    texts = [case.data.decode(encoding, "replace").removeprefix("\ufeff") for encoding in encodings]
    for finding in case.findings(case.profiles[-1]):
        location, found = finding.location, finding.found
        if location.line is None or location.column is None or not found or finding.id in IN_WORDS:
            continue
        if case.table.name == "qonto" or (case.table.name != "pain001" and (location.field is None or len(found) > 60)):
            continue
        rests = ["\n".join(re.split("\r\n|\n", text)[location.line - 1 :])[location.column - 1 :] for text in texts]
        if case.table.name == "cfonb120" and "-" in found and len(found) == 10:
            found = found[8:] + found[5:7] + found[2:4]
        assert any(unescape(rest[:2000]).startswith(found) for rest in rests), (finding.id, location, found, rests)


@pytest.mark.parametrize("case", BAD, ids=name)
def test_the_severity_is_that_of_the_table(case: Case) -> None:
    """Error, warning or info as the rule table says for the profile, or as the case says for its date or setting."""
    for profile in case.profiles:
        graded = case.table.profile(case, profile)
        for finding in case.findings(profile):
            if finding.id != case.rule:
                continue
            rule = case.table.rules()[case.rule]
            stated = next(iter(rule.severities.values())) if graded is None else rule.severity(graded.base)
            assert finding.severity == case.row.get("severity", {}).get(profile, stated), profile


@pytest.mark.parametrize("case", BAD, ids=name)
def test_each_message_is_whole_in_both_languages(case: Case) -> None:
    """No placeholder is left open, nothing private leaks, and the French sentence is not the English one."""
    for profile in case.profiles:
        for finding in case.findings(profile):
            english, french = finding.message("en"), finding.message("fr")
            for text in (english, french, finding.fix("en"), finding.fix("fr")):
                assert text
                assert re.search(r"\{[a-z_]+\}", text) is None, text
                assert "must-not-leak" not in text.lower()
            assert english != french
