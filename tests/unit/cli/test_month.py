"""The main job by command: a month of Qonto data to both formats, whole and day by day, from JSON and CSV."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

RANGE = ("--since", "2026-09-01", "--until", "2026-09-30")


def sources(folder: Path) -> list[Path]:
    """The JSON files of a month, wherever it keeps them."""
    files = sorted(folder.glob("*.json"))
    return files or sorted((folder / "merged").glob("*.json"))


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table of expected results; its first lines may be comments."""
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def minor(amount: str) -> int:
    """Cents of a decimal text with two decimals."""
    return int(amount.replace(".", ""))


def check_month(command: Run, month: Path) -> None:
    """Statements and entries of a month are those of its tables, in the zone of each row."""
    for row in rows(month / "expected_statements.tsv"):
        result = command(
            "convert", *sources(month), "--to", "json", "--since", row["from"], "--until", row["to"],
            "--timezone", row["zone"], "--account", row["iban"],
        )  # fmt: skip
        assert result.code == 0, result.err
        (statement,) = json.loads(result.out)["statements"]
        assert minor(statement["opening"]["amount"]) == int(row["opening"])
        assert minor(statement["closing"]["amount"]) == int(row["closing"])
        assert len(statement["entries"]) == int(row["entries"])
        if row["zone"] != "Europe/Paris":
            continue
        expected = [item for item in rows(month / "expected_entries.tsv") if item["iban"] == row["iban"]]
        for item, entry in zip(expected, statement["entries"], strict=True):
            assert entry["booking_date"] == item["booking_date"]
            assert minor(entry["amount"]) == int(item["amount_minor"])
            assert (entry["codes"]["cfonb"], entry["codes"]["swift"]) == (item["cfonb_code"], item["mt940_type"])
            assert entry["references"]["bank_reference"] == item["bank_reference"]


def test_the_month_of_the_project(command: Run, fixtures: Path) -> None:
    """The authored month gives exactly its tables."""
    check_month(command, fixtures / "qonto" / "2026-09")


def test_the_month_of_the_corpus(command: Run, corpus: Path) -> None:
    """The shared month gives exactly its tables."""
    check_month(command, corpus / "qonto" / "2026-09")


@pytest.mark.parametrize("to", ["mt940", "cfonb120", "json"])
@pytest.mark.parametrize("every", ["all", "day"])
def test_files_are_sound_private_and_the_same_again(
    command: Run, fixtures: Path, tmp_path: Path, to: str, every: str
) -> None:
    """Every file passes its check without a warning; no private mark is in it; a second run changes nothing."""
    given = ("convert", *sources(fixtures / "qonto" / "2026-09"), "--to", to, "--every", every, *RANGE)
    assert any(b"MUST-NOT-LEAK" in path.read_bytes().upper() for path in sources(fixtures / "qonto" / "2026-09"))
    ledger = tmp_path / "ledger.jsonl"
    result = command(*given, "-o", tmp_path / "out", "--ledger", ledger)
    assert result.code == 0, result.err
    assert "Europe/Paris" in result.err
    written = sorted((tmp_path / "out").iterdir())
    assert len(written) == (2 if every == "all" else 60)
    for path in (*written, ledger):
        content = path.read_bytes().upper()
        assert b"MUST-NOT-LEAK" not in content
        assert b"MUST_NOT_LEAK" not in content
    assert command("validate", *written, "--fail-on", "warning").code == 0
    again = command(*given, "-o", tmp_path / "out", "--ledger", ledger, "--verbose")
    assert again.err.count(": unchanged") == len(written) + 1


def test_the_ledger_holds_the_full_ids_of_every_entry(command: Run, fixtures: Path, tmp_path: Path) -> None:
    """One line an entry with its token and transaction id, in both formats alike."""
    month = fixtures / "qonto" / "2026-09"
    expected = {row["bank_reference"] for row in rows(month / "expected_entries.tsv")}
    for to in ("mt940", "cfonb120"):
        ledger = tmp_path / f"{to}.jsonl"
        command("convert", *sources(month), "--to", to, *RANGE, "-o", tmp_path / to, "--ledger", ledger)
        lines = [json.loads(line) for line in ledger.read_text("utf-8").splitlines()]
        entries = [line for line in lines if "amount" in line]
        assert {line["bank_reference"] for line in entries} == expected
        assert all(line["transaction_id"] and line["timezone"] == "Europe/Paris" for line in entries)
        changes = [line for line in lines if "rule" in line]
        assert changes
        assert all("field" in line or "before" not in line for line in changes)


def test_days_chain(command: Run, fixtures: Path) -> None:
    """Each daily statement opens with the closing balance and date of the day before, the empty days too."""
    given = sources(fixtures / "qonto" / "2026-09")
    statements = json.loads(command("convert", *given, "--to", "json", "--every", "day", *RANGE).out)["statements"]
    last: dict[str, dict[str, str]] = {}
    for statement in statements:
        iban = statement["account"]["iban"]
        assert last.get(iban, statement["opening"]) == statement["opening"]
        last[iban] = statement["closing"]
    assert len(statements) == 60
