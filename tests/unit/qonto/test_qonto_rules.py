"""What comes out of each shape of input and of each case of the rules, and what a rule shows of itself."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from statements.findings import Outcome
from statements.formats import qonto
from statements.model.statement import Statement
from statements.rules import Rule
from tests.rule_cases import QONTO, Case, qonto_outcome

CHECKS = Path(__file__).parents[3] / "fixtures" / "qonto" / "checks"

with (CHECKS / "expected.tsv").open(encoding="utf-8") as _file:
    SHAPES = list(csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE))


def arguments(text: str) -> dict[str, Any]:
    """The arguments of a case, with its dates as dates."""
    values = json.loads(text)
    for name in ("since", "until"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    return values


def check(outcome: Outcome[tuple[Statement, ...]], entries: int, balances: str) -> None:
    """The statement with so many entries and these balances, or none and an error; nothing private leaks."""
    found = [(len(made.entries), made.opening, made.closing) for made in outcome.value]
    if entries == 0:
        assert found == []
        assert not outcome.ok
    else:
        ((count, opening, closing),) = found
        assert opening is not None
        assert closing is not None
        assert (count, f"{opening.amount.text} -> {closing.amount.text}") == (entries, balances)
        assert outcome.ok
    assert "must-not-leak" not in f"{outcome!r}".lower()


@pytest.mark.parametrize("case", SHAPES, ids=[case["file"] for case in SHAPES])
def test_every_shape_gives_the_same_statement(case: dict[str, str]) -> None:
    """Pages, lists, one row, lines, exports: rules, number of entries and balances are those of the table."""
    names = [name for name in (case["organization"], case["file"]) if name != "-"]
    outcome = qonto.read([(name, (CHECKS / name).read_bytes()) for name in names], **arguments(case["arguments"]))
    assert " ".join(sorted({finding.id for finding in outcome.findings})) == case["rules"].removeprefix("-")
    check(outcome, int(case["entries"].split()[0]), case["balances"])


@pytest.mark.parametrize("case", [*QONTO.cases(bad=True), *QONTO.cases(bad=False)], ids=lambda case: case.id)
def test_what_comes_out_of_a_rule_case(case: Case) -> None:
    """Where a rule refuses, nothing comes out; where it warns, the statement is whole."""
    check(qonto_outcome(case), case.row.get("entries", 4), case.row.get("balances", "1000.00 -> 1199.71"))


@pytest.mark.parametrize("rule", list(qonto.rules()), ids=lambda rule: rule.id)
def test_every_rule_has_an_example_and_a_fix(rule: Rule) -> None:
    """A person sees in both languages what the fault looks like and what to do about it."""
    assert rule.sample("en")
    assert rule.sample("fr")
    assert rule.columns["example_fr"] != rule.example
    for text in (rule.fix.en, rule.fix.fr):
        assert text.endswith(".")
    assert rule.fix.en != rule.fix.fr


def test_export_of_ten_thousand_rows_may_be_cut() -> None:
    """An export with as many rows as the app gives at most is pointed out; one row less is not."""
    header, *rows = (CHECKS / "csv-french.csv").read_text("utf-8").splitlines()
    pending = ";".join(["En cours", *[""] * (header.count(";"))])
    for count, expected in ((10_000, True), (9_999, False)):
        text = "\n".join([header, *rows, *[pending] * (count - len(rows))])
        ids = {finding.id for finding in qonto.read(text.encode()).findings}
        assert ("QNT-055" in ids) is expected
