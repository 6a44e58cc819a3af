"""Every rule of the Qonto input has a payload that fires it and nothing else."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from statements.formats import qonto
from statements.rules import Rule, Severity

CHECKS = Path(__file__).parents[3] / "fixtures" / "qonto" / "checks"

with (CHECKS / "expected.tsv").open(encoding="utf-8") as _file:
    CASES = list(csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE))

WITHOUT_A_FILE = {"QNT-055"}
"""Rules whose payload is too large to keep: made by their own test below."""


def arguments(text: str) -> dict[str, Any]:
    """The arguments of a case, with its dates as dates."""
    values = json.loads(text)
    for name in ("since", "until"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    return values


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_payload_fires_exactly_its_rules(case: dict[str, str]) -> None:
    """The rules, the number of entries and the balances are those of the table; texts are complete; nothing leaks."""
    names = [name for name in (case["organization"], case["file"]) if name != "-"]
    outcome = qonto.read([(name, (CHECKS / name).read_bytes()) for name in names], **arguments(case["arguments"]))
    expected = set() if case["rules"] == "-" else set(case["rules"].split(" "))
    assert {finding.id for finding in outcome.findings} == expected
    found = [
        (f"{len(made.entries)} entr{'y' if len(made.entries) == 1 else 'ies'}", made.opening, made.closing)
        for made in outcome.value
    ]
    if case["entries"] == "no statement":
        assert found == []
        assert not outcome.ok
    else:
        ((entries, opening, closing),) = found
        assert opening is not None
        assert closing is not None
        assert (entries, f"{opening.amount.text} -> {closing.amount.text}") == (case["entries"], case["balances"])
        assert outcome.ok
    for finding in outcome.findings:
        words = [finding.message("en"), finding.message("fr"), finding.fix("en"), finding.fix("fr")]
        assert not any("{" in text for text in words), words
        assert finding.message("en") != finding.message("fr")
        if finding.severity is Severity.ERROR:
            assert finding.fix("en")
            assert finding.fix("fr")
    assert "must-not-leak" not in f"{outcome!r}".lower()


def test_every_rule_has_a_payload() -> None:
    """No rule of the table is without a case, and the name of each bad payload is that of a rule it fires."""
    fired = {rule for case in CASES for rule in case["rules"].split(" ") if rule != "-"}
    assert fired | WITHOUT_A_FILE == {rule.id for rule in qonto.rules()}
    for case in CASES:
        if case["file"].startswith("QNT-"):
            assert case["file"][:7] in case["rules"]


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
