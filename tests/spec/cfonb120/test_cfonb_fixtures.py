"""Repairs asked for by name, the edge files with what they hold, and all ways of reading on all of them."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from statements.findings import Finding
from statements.formats.cfonb120 import PROFILES, iter_read, read, rules, validate, write
from statements.rules import Severity
from tests.rule_cases import CFONB120, Case

FOLDER = Path(__file__).parents[3] / "fixtures" / "cfonb120"


def _table(path: Path) -> list[dict[str, str]]:
    lines = path.read_text("utf-8").splitlines()[1:]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


REPAIRS = [case for case in CFONB120.cases(bad=True) if case.rule[5] == "2"]
EDGES = _table(FOLDER / "edge" / "expected.tsv")


def _place(finding: Finding) -> str:
    return f"{finding.id}@{finding.location.line or ''}:{finding.location.column or ''}"


@pytest.mark.parametrize("case", REPAIRS, ids=lambda case: case.id)
def test_a_repair_is_an_error_in_strict(case: Case) -> None:
    """The strict profile refuses what the standard one repairs; a repair asked for by name is applied all the same."""
    data = case.data
    rule = rules()[case.rule]
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


FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.rglob("*.txt"))}
CASES = {case.id: case.data for bad in (True, False) for case in CFONB120.cases(bad=bad)}


@pytest.mark.parametrize("data", [*FILES.values(), *CASES.values()], ids=[*FILES, *CASES])
def test_all_ways_of_reading_agree(data: bytes) -> None:
    """`read`, `iter_read` and `validate` see the same statements and the same findings; a check proposes as well."""
    outcome = read(data)
    streamed = list(iter_read(data))
    assert tuple(one.value for one in streamed if one.value is not None) == outcome.value
    assert tuple(finding for one in streamed for finding in one.findings) == outcome.findings
    told = validate(data).findings
    assert tuple(msgspec.structs.replace(finding, proposal=None) for finding in told) == outcome.findings


def test_worked_example_is_canonical() -> None:
    """The worked example has no finding and is written back byte for byte."""
    data = (FOLDER / "worked-example.txt").read_bytes()
    outcome = read(data)
    assert outcome.findings == ()
    written = write(outcome.value)
    assert (written.value, written.findings) == (data, ())
