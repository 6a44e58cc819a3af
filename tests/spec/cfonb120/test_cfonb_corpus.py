"""Files of real banks and of other projects, where the machine has the sample corpus."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from statements.formats.cfonb120 import read, validate
from statements.formats.recognise import FileKind
from statements.formats.recognise import cfonb120 as kind_of
from statements.rules import Severity


@pytest.fixture(scope="module")
def rows(corpus: Path) -> list[dict[str, str]]:
    """The expectations of the corpus."""
    text = (corpus / "cfonb120" / "expected.tsv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_file_of_the_corpus(corpus: Path, rows: list[dict[str, str]]) -> None:
    """Statements, entries, details, opening, closing, balance verdict, errors with their lines, other findings."""
    for row in rows:
        name = row["file"]
        data = (corpus / "cfonb120" / name).read_bytes()
        outcome, report = read(data), validate(data)
        errors = [one for one in report.findings if one.severity is Severity.ERROR]
        expected = re.findall(r"C120-\d{3}", row["error"])
        assert sorted({one.id for one in errors}) == sorted(set(expected)), name
        for rule, numbers in re.findall(r"(C120-\d{3}) lines? ([\d ]+(?:and \d+|to \d+)?)", row["error"]):
            assert [one.location.line for one in errors if one.id == rule] == _numbers(numbers), name
        for position in re.findall(r"position (\d+)", row["error"]):
            assert {one.location.column for one in errors} == {int(position)}, name
        assert {one.id for one in report.findings} >= set(re.findall(r"C120-2\d\d", row["also"])) - {"C120-221"}, name
        if row["statements"] == "-":
            continue
        figures = [one for one in report.details.statements if one.complete]
        assert [report.summary.statements, report.summary.entries] == [int(row["statements"]), int(row["entries"])], (
            name
        )
        assert len(outcome.value) == int(row["statements"]), name
        assert sum(len(one.entries) for one in outcome.value) == int(row["entries"]), name
        assert sum(one.complements for one in figures) == int(row["details"]), name
        if row["opening"] == "-":
            continue
        opening, closing = outcome.value[0].opening, outcome.value[-1].closing
        assert opening is not None, name
        assert closing is not None, name
        assert (opening.amount.text, closing.amount.text) == (row["opening"], row["closing"]), name
        assert all(one.balanced for one in figures) == (row["balanced"] == "yes"), name


def _numbers(text: str) -> list[int]:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    return list(range(numbers[0], numbers[1] + 1)) if "to" in text else numbers


def test_line_ends_do_not_matter(corpus: Path) -> None:
    """The daily statements of a real bank read the same with their line ends removed."""
    data = (corpus / "cfonb120" / "silarhi__cfonb-parser" / "complex-test.txt").read_bytes()
    assert read(data).value == read(data.replace(b"\n", b"")).value
    assert [len(one.entries) for one in read(data).value] == [1, 2, 0, 1, 0, 1, 0, 0]


def test_what_the_entries_of_a_real_file_say(corpus: Path) -> None:
    """Amounts, repeated labels, odd qualifiers in order, end-to-end reference and purpose."""
    statements = read((corpus / "cfonb120" / "pennylane-hq__cfonb" / "example.txt").read_bytes()).value
    assert [[entry.amount.text for entry in one.entries] for one in statements] == [
        ["-32.21", "-10.70", "-7.90"],
        ["97.49", "-12.10", "-7.90"],
    ]
    entry = statements[0].entries[0]
    assert entry.remittance == ("MENSUEAUHTR13133", "MENSUEAUHTR13DUP")
    assert entry.references.end_to_end_id == "OTHER REFERENCE"
    assert entry.counterparty is not None
    assert entry.counterparty.name == "INTERNET SFR"
    assert [detail.qualifier for detail in entry.details] == [
        "2-M", "REF", "PURP", "AAA", "AAA", "BBB", "CCC", "N Y", "2'C",
    ]  # fmt: skip
    assert statements[1].entries[0].codes.cfonb == "A3"


def test_movements_outside_statements_are_shown(corpus: Path) -> None:
    """Nothing is lost: what stands outside a pair is given when asked for, and never merged."""
    folder = corpus / "cfonb120" / "pennylane-hq__cfonb"
    (orphan,) = read((folder / "operation.txt").read_bytes(), partial=True).value
    assert (orphan.opening, orphan.closing) == (None, None)
    (entry,) = orphan.entries
    assert (entry.amount.text, entry.references.end_to_end_id) == ("-32.21", "OTHER REFERENCE")
    first, second = read((folder / "new_statement_without_previous_ended.txt").read_bytes(), partial=True).value
    assert [one.amount.text for one in first.entries] == ["-10.70"]
    assert first.closing is None
    assert [one.amount.text for one in second.entries] == ["-7.90"]


def test_recognised_by_content(corpus: Path, rows: list[dict[str, str]]) -> None:
    """Every statement of the corpus is recognised, the other format and the empty file are not."""
    for row in rows:
        data = (corpus / "cfonb120" / row["file"]).read_bytes()
        assert (kind_of(data) == FileKind("cfonb120")) == (
            "C120-004" not in row["error"] and "C120-005" not in row["error"]
        ), row["file"]


def test_qonto_texts(corpus: Path) -> None:
    """The text rule gives the texts of the worked table, in capitals of the SEPA set."""
    import json

    from statements.wire.charset import CFONB_SEPA

    text = (corpus / "qonto" / "expected_texts.tsv").read_text("utf-8")
    for line in text.split("\n")[1:]:
        if line:
            before, _, after = line.split("\t")
            assert CFONB_SEPA.fit(json.loads(before)) == after
