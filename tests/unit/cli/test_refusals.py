"""Options that a run cannot heed are refused in words; errors say where they are and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import IBAN, Run, left_over

PAYMENTS = Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-03.xml"


@pytest.mark.parametrize("option", ["--opening=12.50", "--mapping=mapping.toml"])
def test_options_of_qonto_data_are_for_qonto_data(command: Run, folder: Path, option: str) -> None:
    """A bank file states its own balance and codes: an option that would change nothing is misuse."""
    (folder / "mapping.toml").write_text('[csv.headers]\n"Mot" = "reference"\n', "utf-8")
    result = command("convert", "good.sta", "--to", "cfonb120", option)
    assert (result.code, result.out) == (2, "")
    assert option.partition("=")[0] in result.err
    assert "Qonto" in result.err


@pytest.mark.parametrize("option", ["--ledger=x.jsonl", f"--account={IBAN}", "--since=2026-09-01", "--every=day"])
def test_options_of_statements_are_not_for_payments(command: Run, folder: Path, option: str) -> None:
    """A payment file has no period, no account of its own and no ledger; nothing is written."""
    before = left_over(folder)
    (folder / "payments.xml").write_bytes(PAYMENTS.read_bytes())
    result = command("convert", "payments.xml", "--to", "json", "-o", "p.json", option)
    assert (result.code, result.out) == (2, "")
    assert f"Error: {option.partition('=')[0]} " in result.err
    assert left_over(folder) == [*before, "payments.xml"] or left_over(folder) == before


@pytest.mark.parametrize("option", [("--repair", "mend-it"), ("--set", "colour=red")])
def test_unknown_words_are_refused_for_every_source(command: Run, folder: Path, option: tuple[str, str]) -> None:
    """Also where the source has no repairs and no settings at all, as our own JSON."""
    result = command("convert", "good.json", "--to", "json", *option)
    assert result.code == 2
    assert option[1].partition("=")[0] in result.err


def test_an_error_says_what_to_do(command: Run, folder: Path) -> None:
    """The line of an error ends with its remedy, in the language asked for."""
    (folder / "book.xlsx").write_bytes(b"PK\x03\x04xl/workbook.xml[Content_Types].xml")
    result = command("convert", "book.xlsx", "--to", "mt940", "--lang", "fr")
    assert result.code == 1
    assert "QNT-063 erreur : Ceci est un export au format XLSX, qui n'est pas lu. Exportez" in result.err


def test_json_that_breaks_off_is_placed(command: Run, folder: Path) -> None:
    """A download cut short names the line and column at which it ends."""
    (folder / "cut.json").write_bytes(b'{"transactions": [\n {"id": "a"')
    result = command("convert", "cut.json", "--to", "mt940")
    assert result.code == 1
    assert "cut.json:2:11: QNT-001 error: This is no Qonto data: JSON text that breaks off here." in result.err


def test_one_reason_is_enough(command: Run, folder: Path) -> None:
    """An account whose balance cannot be known is not also said to be absent."""
    rows = "Statut;Date de la valeur (local);Montant total (TTC)\nExécuté;01-09-2026 10:00:00;-12,50\n"
    (folder / "export.csv").write_text(rows, "utf-8")
    result = command("convert", "export.csv", "--to", "mt940", "--account", IBAN)
    assert result.code == 1
    assert "QNT-030" in result.err
    assert "CNV-004" not in result.err
