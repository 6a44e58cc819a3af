"""What each finding says beside its sentence: the place in the document, what was found, what was expected."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

import pytest

from tests.rule_cases import PAIN001, Case

GOLDEN = Path(__file__).parents[2] / "golden" / "payments" / "said.tsv"
BAD = list(PAIN001.cases(bad=True))


def said(case: Case) -> list[tuple[str, str, str]]:
    """Path, found and expected of the findings of the rule of a case, in the strictest profile that has it."""
    for profile in ("qonto", "sepa", "iso"):
        own = [finding for finding in case.findings(profile) if finding.id == case.rule]
        if own:
            return [(f.location.path or "", shown(f.found), shown(f.expected)) for f in own]
    return []


def shown(text: str | None) -> str:
    """A text as one visible word or more: absent is empty, a blank at an end and a control are seen."""
    return "" if text is None else ascii(text)[:200]


def write() -> None:
    """Write the golden file anew; to be read before it is committed."""
    with GOLDEN.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        rows.writerow(["case", "path", "found", "expected"])
        rows.writerows((case.id, *row) for case in BAD for row in said(case))


@lru_cache(maxsize=1)
def golden() -> dict[str, list[tuple[str, str, str]]]:
    """The golden rows by case."""
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for line in GOLDEN.read_text("utf-8").splitlines()[1:]:
        name, path, found, expected = line.split("\t")
        rows.setdefault(name, []).append((path, found, expected))
    return rows


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_place_found_and_expected(case: Case) -> None:
    """A person or a program that reads only these three knows where the fault is and what should stand there."""
    assert said(case) == golden()[case.id]


if __name__ == "__main__":
    write()
