"""Public MT940 files of eighteen dialects: counts, balances, sums, verdicts, error rules as an independent reading."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from statements.formats import mt940

HINTS = {
    "own__edge/bom.sta": ["M940-003"],
    "own__edge/colon_text.sta": ["M940-028", "M940-028"],
    "own__edge/ctrl_z.sta": ["M940-010"],
    "own__edge/dash_text.sta": ["M940-027", "M940-027"],
    "own__edge/entry_date_blank.sta": ["M940-053"],
    "own__edge/forged_entry.sta": ["M940-080", "M940-086"],
    "own__edge/latin1.sta": ["M940-002", "M940-077"],
    "own__edge/narrative_first.sta": ["M940-022"],
    "own__edge/no_end.sta": ["M940-008"],
    "own__edge/no_number.sta": ["M940-038"],
}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _number(text: str | None) -> Decimal | None:
    return None if text in (None, "-") else Decimal(text)


def _verdict(values: list[bool]) -> str:
    return "-" if not values else "yes" if all(values) else "no"


def test_every_file_gives_its_expected_row(corpus: Path) -> None:
    """Messages, entries, balances, sums, verdict and error rules of each file equal the table."""
    for row in _rows(corpus / "mt940" / "expected.tsv"):
        report = mt940.validate((corpus / "mt940" / row["file"]).read_bytes())
        name, figures = row["file"], report.details
        assert report.summary.entries == int(row["entries"]), name
        if row["error"] != "-":
            errors = {finding.id for finding in report.findings if finding.severity == "error"}
            assert errors == set() if row["error"] == "none" else set(row["error"].split()), name
        if row["signed_sum"] != "-":
            total = sum((Decimal(each.credit_sum.text) + Decimal(each.debit_sum.text) for each in figures), Decimal())
            assert total == Decimal(row["signed_sum"]), name
        if row["kind"] == "fragment":
            continue
        assert report.summary.statements == int(row["statements"]), name
        openings = [each.opening.text for each in figures if each.opening is not None]
        closings = [each.closing.text for each in figures if each.closing is not None]
        assert _number(row["opening"]) == _number(openings[0] if openings else None), name
        assert _number(row["closing"]) == _number(closings[-1] if closings else None), name
        verdicts = [each.balanced for each in figures if each.balanced is not None]
        assert _verdict(verdicts) == row["balanced"], name
        if row["error"] != "M940-023" and "three_decimals" not in name:
            assert row["adds_up"] == f"{sum(verdicts)}/{len(verdicts)}", name


def test_every_message_gives_its_expected_row(corpus: Path) -> None:
    """Account and number as written, tags and amounts of the balances, entries, sum and verdict of each message."""
    expected: dict[str, list[dict[str, str]]] = {}
    for row in _rows(corpus / "mt940" / "expected-statements.tsv"):
        expected.setdefault(row["file"], []).append(row)
    for name, rows in expected.items():
        figures = mt940.validate((corpus / "mt940" / name).read_bytes()).details
        assert len(figures) == len(rows), name
        for row, found in zip(rows, figures, strict=True):
            assert row["account"] == (found.account or "-"), name
            assert row["number"] == (found.number or "-"), name
            assert row["opening_tag"] == (found.opening_tag or "-"), name
            assert row["closing_tag"] == (found.closing_tag or "-"), name
            assert _number(row["opening"]) == _number(found.opening.text if found.opening else None), name
            assert _number(row["closing"]) == _number(found.closing.text if found.closing else None), name
            assert int(row["entries"]) == found.entries, name
            assert Decimal(row["signed_sum"]) == Decimal(found.credit_sum.text) + Decimal(found.debit_sum.text), name
            assert row["balanced"] == _verdict([] if found.balanced is None else [found.balanced]), name


@pytest.mark.parametrize(("name", "rules"), HINTS.items())
def test_the_edge_files_fire_what_their_note_says(fixtures: Path, name: str, rules: list[str]) -> None:
    """The edge files are ours; each fires the rules of its note and no other."""
    data = (fixtures / "mt940" / "edge" / name.removeprefix("own__edge/")).read_bytes()
    assert sorted(finding.id for finding in mt940.validate(data).findings) == rules


BOOKED = {
    "entry_date_blank.sta": "2024-01-02",
    "leap_entry.sta": "2024-02-29",
    "year_far_value.sta": "2026-01-05",
    "year_value_dec_entry_jan.sta": "2025-01-02",
    "year_value_jan_entry_dec.sta": "2024-12-31",
}


@pytest.mark.parametrize(("name", "day"), BOOKED.items())
def test_the_booking_date_gets_its_year(fixtures: Path, name: str, day: str) -> None:
    """The entry date MMDD gets the year that the period, else the value date, decides."""
    outcome = mt940.read((fixtures / "mt940" / "edge" / name).read_bytes())
    assert [entry.booking_date.isoformat() for entry in outcome.value[0].entries] == [day]


def test_untouched_messages_are_written_again_byte_for_byte(corpus: Path) -> None:
    """The raw text of the messages, with what stands between them, is the file."""
    for row in _rows(corpus / "mt940" / "expected.tsv"):
        if row["kind"] != "mt940":
            continue
        data = (corpus / "mt940" / row["file"]).read_bytes()
        messages = mt940.read_messages(data).value
        again = b"".join(message.raw.encode(message.encoding) for message in messages)
        assert again, row["file"]
        assert again in data or all(m.raw.encode(m.encoding) in data for m in messages), row["file"]
