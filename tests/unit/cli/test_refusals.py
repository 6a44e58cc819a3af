"""Options that a run cannot heed are refused in words; errors say where they are and what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.cli.conftest import IBAN, MT940, WRONG_CLOSING, Result, Run, left_over
from tests.unit.cli.test_validate import CFONB

ROOT = Path(__file__).parents[3]
FOREIGN = "DE89370400440532013000"
PAYMENTS = ROOT / "fixtures" / "pain001" / "clean-03.xml"


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
    assert "QNT-063 erreur\u00a0: Ceci est un export au format XLSX, qui n'est pas lu. Exportez" in result.err


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


def test_an_empty_range_says_why(command: Run, folder: Path) -> None:
    """A range beside the days of a bank statement gives no file, and the reason."""
    result = command("convert", "good.sta", "--to", "cfonb120", "--since", "2027-01-01", "--until", "2027-01-31")
    assert (result.code, result.out) == (0, "")
    expected = f"CNV-010 warning: The range 2027-01-01 – 2027-01-31 lies outside the days of the statements of {IBAN} ("
    assert expected in result.err
    inside = command("convert", "good.sta", "--to", "cfonb120", "--since", "2026-01-01")
    assert "CNV-010" not in inside.err
    assert inside.out


def test_a_setting_is_one_of_its_words(command: Run, folder: Path) -> None:
    """A character set that does not exist is misuse, it is not taken for the usual one."""
    result = command("convert", "good.sta", "--to", "cfonb120", "--set", "characters=latin")
    assert (result.code, result.out) == (2, "")
    assert "the setting characters cannot be .latin.: sepa or strict is expected" in result.err.replace("'", ".")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_stdout_is_no_fault_of_ours(folder: Path) -> None:
    """Exit code 2 and one sentence, not an internal fault."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "statements", "convert", "good.sta", "--to", "mt940"],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C"},
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1].startswith("Error: Standard output cannot be written")


def test_lines_of_qonto_data_are_not_shown(command: Run, folder: Path) -> None:
    """A fault is named by its place and value alone: beside it stand notes, labels and categories."""
    page = '{"transactions":[{"id":"a","note":"SECRET","settled_at":"x","side":"debit","status":"completed"}]}'
    (folder / "page.json").write_text(page, "utf-8")
    for form in ("text", "concise", "json", "sarif", "junit", "github"):
        result = command("validate", "page.json", "--format", form)
        assert result.code == 1
        assert "QNT-" in result.out
        assert "SECRET" not in result.out + result.err


def test_a_record_is_shown_whole_and_in_its_own_characters(command: Run, folder: Path) -> None:
    """A record of 120 characters in Latin-1 stands on the page as it is."""
    record = CFONB.split(b"\r\n")[1].decode("ascii")
    accented = record[:50] + "é" + record[51:]
    (folder / "latin.txt").write_bytes(CFONB.replace(record.encode("ascii"), accented.encode("latin-1")))
    assert f"    2 | {accented}".rstrip() in command("validate", "latin.txt").out


ORGANIZATION = ROOT / "fixtures" / "qonto" / "2026-09" / "organization.json"
PAGE = ROOT / "fixtures" / "qonto" / "2026-09" / "transactions-second-page-1.json"
SECOND = "FR7616958000019999999999931"


def qonto(command: Run, *options: str) -> Result:
    """One page of Qonto data of the second account, converted to our JSON."""
    return command("convert", str(ORGANIZATION), str(PAGE), "--to", "json", "--account", SECOND, *options)


def test_the_widest_range_is_written(command: Run, folder: Path) -> None:
    """Any range of the calendar is an answerable question, also its first and last day."""
    result = qonto(command, "--since", "0001-01-01", "--until", "9999-12-31")
    assert result.code == 0
    (made,) = json.loads(result.out)["statements"]
    assert (made["opening"]["date"], made["closing"]["date"]) == ("0001-01-01", "9999-12-31")


def test_data_on_the_other_side_of_a_bound_are_said_to_be_so(command: Run, folder: Path) -> None:
    """Nothing to write is no error, the account is known, and the reason is told."""
    result = qonto(command, "--since", "2030-01-01")
    assert (result.code, json.loads(result.out)) == (0, {"statements": []})
    assert "QNT-042" in result.err
    assert "CNV-004" not in result.err


def test_an_account_need_be_in_one_source_only(command: Run, folder: Path) -> None:
    """Qonto data and a bank file together: the account of the one is not missed in the other."""
    result = command("convert", str(ORGANIZATION), str(PAGE), "good.sta", "--to", "json", "--account", FOREIGN)
    assert "QNT-041" in result.err
    (folder / "foreign.sta").write_bytes(MT940.replace(IBAN.encode(), FOREIGN.encode()))
    sources = (str(ORGANIZATION), str(PAGE), "foreign.sta")
    result = command("convert", *sources, "--to", "json", "--account", FOREIGN)
    assert result.code == 0
    assert [made["account"]["iban"] for made in json.loads(result.out)["statements"]] == [FOREIGN]
    assert "QNT-041" not in result.err


def test_a_fault_of_one_account_does_not_refuse_another(command: Run, folder: Path) -> None:
    """Also when statements are cut to periods, the sound account of a file is written."""
    wrong = WRONG_CLOSING.replace(IBAN.encode(), FOREIGN.encode())
    (folder / "two.sta").write_bytes(wrong + MT940)
    result = command("convert", "two.sta", "--to", "mt940", "--every", "all")
    assert result.code == 1
    assert result.out.count(":25:") == 1
    assert f":25:{IBAN}" in result.out


def test_a_rule_that_is_none_is_named(command: Run, folder: Path) -> None:
    """``--ignore`` of an id that no rule begins with is misuse in words, in both languages."""
    for language, words in (("en", "There is no rule 'P001-2222'."), ("fr", "La règle «")):
        result = command("validate", "good.sta", "--ignore", "P001-2222", "--lang", language)
        assert (result.code, result.out) == (2, "")
        assert words in result.err


def test_what_makes_the_answer_say_less_is_named(command: Run, folder: Path) -> None:
    """``--exit-zero`` and ``--max-findings`` stand below the verdict when there is something to say."""
    shown = command("validate", "wrong.sta", "--exit-zero", "--max-findings", "1")
    assert shown.code == 0
    assert shown.out.splitlines()[2] == "  asked for: --max-findings 1, --exit-zero"
    assert "asked for" not in command("validate", "wrong.sta").out
    assert "asked for" not in command("validate", "good.sta", "--exit-zero").out


def test_files_of_a_folder_can_be_left_out(command: Run, folder: Path) -> None:
    """By name, by path, by a folder above; a file that is named itself is checked all the same."""
    (folder / "old").mkdir()
    (folder / "old" / "wrong.sta").write_bytes(WRONG_CLOSING)

    def checked(*arguments: str) -> set[str]:
        return {line.split(":")[0] for line in command("validate", "-q", *arguments).out.splitlines()}

    everything = checked(".")
    assert {"./good.sta", "./wrong.sta", "./old/wrong.sta"} <= everything
    assert checked(".", "--exclude", "wrong.sta") == everything - {"./wrong.sta", "./old/wrong.sta"}
    assert checked(".", "--exclude", "old") == everything - {"./old/wrong.sta"}
    assert checked(".", "--exclude", "./old/*", "--exclude", "good.*") == {
        name for name in everything if "old/" not in name and "good." not in name
    }
    assert checked("*.sta", "--exclude", "wrong*", "wrong.sta") >= {"good.sta", "wrong.sta"}


def test_programs_are_told_the_options_that_change_the_report(command: Run, folder: Path) -> None:
    """JSON, JSON lines, SARIF and JUnit name each of them as typed, whatever is found; without any they say nothing."""
    options = ["--exit-zero", "--max-findings", "1", "--fail-on", "warning", "--set", "page_limit=1500"]
    told = ["--set page_limit=1500", "--max-findings 1", "--fail-on warning", "--exit-zero"]
    for name in ("wrong.sta", "good.sta"):
        (file,) = json.loads(command("validate", name, "--format", "json", *options).out)["files"]
        assert file["options"] == told
        assert (
            json.loads(command("validate", name, "--format", "jsonl", *options).out.splitlines()[-1])["options"] == told
        )
        (run,) = json.loads(command("validate", name, "--format", "sarif", *options).out)["runs"]
        assert run["invocations"] == [{"executionSuccessful": True, "properties": {"options": told}}]
        suite = ElementTree.fromstring(command("validate", name, "--format", "junit", *options).out)
        properties = {item.get("name"): item.get("value") for item in suite.iter("property")}
        assert properties["options"] == ", ".join(told)
        assert "--max-findings 1, --fail-on warning, --exit-zero" in command(
            "validate", name, "--format", "html", *options
        ).out.replace("&#45;", "-")
    for form in ("json", "jsonl", "sarif", "junit"):
        assert "options" not in command("validate", "wrong.sta", "--format", form).out


def test_sarif_counts_what_it_does_not_list(command: Run, folder: Path) -> None:
    """Findings beyond --max-findings are counted beside the file they belong to."""
    (folder / "lf.sta").write_bytes(MT940.replace(b"\r\n", b"\n").replace(b":62F:C", b":62F:D"))
    listed = json.loads(command("validate", "lf.sta", "--format", "json", "--max-findings", "1").out)["files"][0]
    (run,) = json.loads(command("validate", "lf.sta", "--format", "sarif", "--max-findings", "1").out)["runs"]
    assert len(run["results"]) == 1
    assert run["artifacts"][0]["properties"] == {"hidden": listed["hidden"], "hiddenAtLeast": []}


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["validate", "X", "--profile", "spea"], "sepa"),
        (["validate", "X", "--ignore", "P001-2222"], "P001-222"),
        (["validate", "X", "--set", "chanel=app"], "channel"),
        (["explain", "ac-01"], "AC01"),
        (["explain", "iban-chek-digits"], "iban-check-digits"),
    ],
)
def test_a_word_that_is_nearly_known_has_its_suggestion(command: Run, arguments: list[str], meant: str) -> None:
    """Profiles, rules, settings and codes: what was typed, as it was typed, and what is near."""
    sample = str(Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-03.xml")
    typed = arguments[-1].partition("=")[0]
    for lang, words in (("en", "Did you mean"), ("fr", "Vouliez-vous dire")):
        result = command(*(sample if word == "X" else word for word in arguments), "--lang", lang)
        assert result.code == 2
        assert typed in result.err
        assert meant in result.err.partition(words)[2]
