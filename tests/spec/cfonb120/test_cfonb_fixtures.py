"""Each rule has a file with the fault, which fires exactly it at its place, and the same file mended: clean."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import msgspec
import pytest

from statements.findings import Finding, Profile
from statements.formats.cfonb120 import PROFILES, iter_read, outline, read, rules, validate, write
from statements.rules import Severity

FOLDER = Path(__file__).parents[3] / "fixtures" / "cfonb120"


def _table(path: Path) -> list[dict[str, str]]:
    lines = path.read_text("utf-8").splitlines()[1:]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


CASES = _table(FOLDER / "rules" / "expected.tsv")
EDGES = _table(FOLDER / "edge" / "expected.tsv")


def _place(finding: Finding) -> str:
    return f"{finding.id}@{finding.location.line or ''}:{finding.location.column or ''}"


def _profile(case: dict[str, str], name: str = "standard") -> Profile:
    repairs = frozenset({case["repair"]} if case["repair"] else ())
    return msgspec.structs.replace(PROFILES[name], repairs=repairs)


def test_every_rule_has_its_fixture() -> None:
    """No rule of the table goes without a file that fires it, and no file without a line of the table."""
    assert {case["file"][:8] for case in CASES} == {rule.id for rule in rules()}
    names = {path.name for path in (FOLDER / "rules").glob("*.txt")}
    bad = {case["file"] for case in CASES}
    assert names == bad | {name.replace(".txt", ".good.txt") for name in bad}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"][:8])
def test_the_fault_fires_exactly_its_rule(case: dict[str, str]) -> None:
    """The rule fires, with what it truly implies and nothing else, at the line and column of the fault."""
    data = (FOLDER / "rules" / case["file"]).read_bytes()
    report = validate(data, profile=_profile(case), account=case["account"] or None)
    assert sorted(map(_place, report.findings)) == sorted(case["findings"].split())
    for finding in report.findings:
        for language in ("en", "fr"):
            assert re.search(r"\{[a-z_]+\}", finding.message(language)) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"][:8])
def test_the_mended_file_is_clean(case: dict[str, str]) -> None:
    """The same file without the fault has no finding at all."""
    data = (FOLDER / "rules" / case["file"].replace(".txt", ".good.txt")).read_bytes()
    report = validate(data, account=case["account_of_good"] or None)
    assert list(map(_place, report.findings)) == []
    assert report.valid


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"][:8])
def test_the_text_at_the_place_is_the_text_found(case: dict[str, str]) -> None:
    """What a finding quotes from a zone stands at its line and column."""
    data = (FOLDER / "rules" / case["file"]).read_bytes()
    if case["file"][5:8] in ("004", "005"):
        return
    records = {(record.line, record.column): record.text for record in outline(data)}
    for finding in validate(data, profile=_profile(case), account=case["account"] or None).findings:
        place = finding.location
        if place.field is None or place.column is None or finding.id in ("C120-045", "C120-047", "C120-081"):
            continue
        text = records[place.line or 0, 1][place.column - 1 :]
        found = finding.found or ""
        if finding.id in ("C120-071", "C120-072", "C120-211"):
            continue  # these name an amount, or zones, in words
        if "-" in found and len(found) == 10:
            found = found[8:] + found[5:7] + found[2:4]
        assert text.startswith(found), finding


@pytest.mark.parametrize("case", [case for case in CASES if case["file"][5] == "2"], ids=lambda case: case["file"][:8])
def test_a_repair_is_an_error_in_strict(case: dict[str, str]) -> None:
    """The strict profile refuses what the standard one repairs; a repair asked for by name is applied all the same."""
    data = (FOLDER / "rules" / case["file"]).read_bytes()
    rule = rules()[case["file"][:8]]
    strict = validate(data, profile="strict")
    assert not strict.valid
    if rule.columns["default"] == "on":
        assert {finding.id for finding in strict.findings if finding.severity is Severity.ERROR} >= {rule.id}
    asked = validate(data, profile=msgspec.structs.replace(PROFILES["strict"], repairs=frozenset({rule.repair})))
    graded = {finding.id: finding.severity for finding in asked.findings}
    assert graded[rule.id] is rule.severities["standard"]


@pytest.mark.parametrize("case", EDGES, ids=lambda case: case["file"])
def test_edge_files(case: dict[str, str]) -> None:
    """Separators, encodings and damage: counts, balances, errors with their places."""
    data = (FOLDER / "edge" / case["file"]).read_bytes()
    outcome, report = read(data), validate(data)
    assert report.summary.statements == len(outcome.value) == int(case["statements"])
    assert report.summary.entries == sum(len(one.entries) for one in outcome.value) == int(case["entries"])
    figures = [one for one in report.details.statements if one.complete]
    assert sum(one.complements for one in figures) == int(case["complements"])
    if case["opening"]:
        assert figures[0].opening is not None
        assert figures[-1].closing is not None
        assert (figures[0].opening.text, figures[-1].closing.text) == (case["opening"], case["closing"])
        assert all(one.balanced for one in figures) == (case["balanced"] == "yes")
    errors = [_place(one) for one in report.findings if one.severity is Severity.ERROR]
    assert errors == case["error"].split()
    assert {one.id for one in report.findings} >= set(case["also"].split())


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.txt")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_all_ways_of_reading_agree(path: Path) -> None:
    """`read`, `iter_read` and `validate` see the same statements and the same findings."""
    data = path.read_bytes()
    outcome = read(data)
    streamed = list(iter_read(data))
    assert tuple(one.value for one in streamed if one.value is not None) == outcome.value
    assert tuple(finding for one in streamed for finding in one.findings) == outcome.findings
    assert validate(data).findings == outcome.findings


def test_worked_example_is_canonical() -> None:
    """The worked example has no finding and is written back byte for byte."""
    data = (FOLDER / "worked-example.txt").read_bytes()
    outcome = read(data)
    assert outcome.findings == ()
    written = write(outcome.value)
    assert (written.value, written.findings) == (data, ())
