"""``statements validate``: verdict, forms, exit codes and what the options change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import MT940, Run, left_over

RECORD_01 = b"0116958    00001EUR2 12345678901  290926".ljust(90) + b"0000000123456G".ljust(30)
RECORD_07 = b"0716958    00001EUR2 12345678901  300926".ljust(90) + b"0000000123456G".ljust(30)
CFONB = RECORD_01 + b"\r\n" + RECORD_07 + b"\r\n"


def test_a_clean_file_is_0_and_a_wrong_one_1(command: Run, folder: Path) -> None:
    """The exit code is the verdict; --exit-zero makes it 0 whatever is found."""
    assert command("validate", "good.sta").code == 0
    assert command("validate", "wrong.sta").code == 1
    assert command("validate", "good.sta", "wrong.sta").code == 1
    assert command("validate", "wrong.sta", "--exit-zero").code == 0


def test_warnings_count_when_asked(command: Run, folder: Path) -> None:
    """--fail-on warning ends with 1 where the default ends with 0."""
    (folder / "latin.sta").write_bytes(MT940.replace(b"ACOMPTE", b"Acompte pay\xe9"))
    assert command("validate", "latin.sta").code == 0
    assert command("validate", "latin.sta", "--fail-on", "warning").code == 1


def test_json_has_the_members_of_the_contract(command: Run, folder: Path) -> None:
    """Names and order of the members of file, summary and finding."""
    result = command("validate", "wrong.sta", "--format", "json")
    document = json.loads(result.out)
    (file,) = document["files"]
    assert [name for name in file if name not in ("profile", "hidden")] == (
        "file format valid sha256 summary findings".split()
    )
    assert (file["file"], file["format"], file["valid"]) == ("wrong.sta", "mt940", False)
    assert file["summary"]["statements"] == 1
    assert file["summary"]["entries"] == 2
    assert file["summary"]["errors"] == 1
    finding = next(item for item in file["findings"] if item["severity"] == "error")
    assert finding["rule"] == "M940-080"
    assert (finding["line"], finding["column"]) == (11, 16)
    known = "rule severity message line column path record field payment found expected fix reason_code source".split()
    names = [name for name in finding if name in known]
    assert names == sorted(names, key=known.index)
    assert None not in finding.values()


def test_jsonl_is_one_line_a_finding_and_one_a_file(command: Run, folder: Path) -> None:
    """Each line is JSON; the last of a file is its verdict."""
    lines = [json.loads(line) for line in command("validate", "wrong.sta", "--format", "jsonl").out.splitlines()]
    assert lines[-1]["valid"] is False
    assert all(line["file"] == "wrong.sta" for line in lines)
    assert any(line.get("rule") == "M940-080" for line in lines[:-1])


def test_concise_is_file_line_column_id_message(command: Run, folder: Path) -> None:
    """One line a finding; a clean file has none."""
    result = command("validate", "wrong.sta", "--format", "concise")
    assert result.out.splitlines()[-1].startswith("wrong.sta:11:16: M940-080 ")
    assert command("validate", "good.sta", "--format", "concise").out == ""


def test_text_has_the_table_of_the_accountant(command: Run, folder: Path) -> None:
    """Opening, credits, debits, computed and stated closing, difference, in both languages."""
    english = command("validate", "wrong.sta").out
    for words in ("opening balance", "credits", "debits", "computed closing", "stated closing", "difference", "1.00"):
        assert words in english
    french = command("validate", "wrong.sta", "--lang", "fr").out
    for words in ("solde initial", "crédits", "débits", "solde final calculé", "solde final indiqué", "écart", "1,00"):
        assert words in french


def test_cfonb_has_the_same_table(command: Run, folder: Path) -> None:
    """The figures of CFONB-120 are shown alike."""
    (folder / "x.txt").write_bytes(CFONB)
    result = command("validate", "x.txt")
    assert result.code == 0
    assert "12,345.67" in result.out


@pytest.mark.parametrize("name", ["empty.sta", "binary.bin"])
def test_unknown_files_end_with_2(command: Run, folder: Path, name: str) -> None:
    """Bytes that no reader knows are told in words, and the other files are checked all the same."""
    result = command("validate", name, "good.sta", "--format", "json")
    assert result.code == 2
    first, second = json.loads(result.out)["files"]
    assert first["findings"][0]["rule"] == "CNV-001"
    assert second["valid"]


def test_unreadable_files_end_with_2(command: Run, folder: Path) -> None:
    """A missing file and an empty folder are one sentence each; what can be read is reported."""
    (folder / "nothing").mkdir()
    result = command("validate", "none.sta", "good.sta")
    assert result.code == 2
    assert result.err.splitlines() == [
        "none.sta does not exist; check the name.",
    ]
    assert "The file is valid." in result.out
    assert "Not checked:\n  none.sta does not exist; check the name.\n" in result.out
    empty = command("validate", "nothing")
    assert (empty.code, empty.err) == (2, "nothing holds no file that is read here.\n")


@pytest.mark.parametrize(
    ("data", "declared", "rule"),
    [
        (CFONB, "mt940", "M940-001"),
        (CFONB, "camt.fin.mt940.stm", "M940-001"),
        (CFONB, "EOP/mt940", "M940-001"),
        (MT940, "cfonb120", "C120-005"),
        (MT940, "camt.xxx.cfonb120.stm.0w1", "C120-005"),
    ],
)
def test_a_declared_name_is_held_against_the_content(
    command: Run, folder: Path, data: bytes, declared: str, rule: str
) -> None:
    """The declared format's own rule fires and says what was found: exit code 1."""
    (folder / "x").write_bytes(data)
    result = command("validate", "x", "--declared", declared, "--format", "json")
    assert result.code == 1
    finding = next(item for item in json.loads(result.out)["files"][0]["findings"] if item["rule"] == rule)
    assert finding["found"]


def test_a_declared_name_that_fits_changes_nothing(command: Run, folder: Path) -> None:
    """The right name gives the same verdict, in any letter case."""
    for name in ("mt940", "CAMT.FIN.MT940.STM", "EOP/mt940"):
        assert command("validate", "good.sta", "--declared", name).code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--declared", "cfonb12"], "--declared"),
        (["--profile", "standard"], "There is no profile 'standard' of mt940; there are qonto, swift, german, blocks."),
        (["--profile", "missing.toml"], "missing.toml does not exist"),
        (["--set", "x=1"], "There is no setting 'x'"),
        (["--repair", "x"], "There is no repair 'x'"),
        (["--ignore", "M940-999"], "There is no rule 'M940-999'."),
        (["--format", "xml"], "--format: 'xml' is none of text"),
        (["--today", "tomorrow"], "is no date such as 2026-11-30"),
        (["--own", "FR00"], "is no valid IBAN"),
        (["--fail-on", "info"], "'info' is none of error, warning."),
        (["--max-findings", "0"], "is no whole number from 1 on"),
        (["--schema-dir", "nowhere"], "nowhere does not exist"),
        (["--known-ids", "nowhere"], "nowhere does not exist"),
    ],
)
def test_wrong_use(command: Run, folder: Path, arguments: list[str], words: str) -> None:
    """One sentence, exit code 2, in both languages."""
    result = command("validate", "good.sta", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    french = command("validate", "good.sta", *arguments, "--lang", "fr")
    assert french.code == 2
    assert french.err != result.err


def test_each_file_takes_the_profile_it_knows(command: Run, folder: Path) -> None:
    """With files of several formats a name need be known to one of them only."""
    (folder / "x.txt").write_bytes(CFONB)
    result = command("validate", "good.sta", "x.txt", "--profile", "swift", "--profile", "strict", "--format", "json")
    assert [file["profile"] for file in json.loads(result.out)["files"]] == ["swift", "strict"]


def test_a_profile_file_changes_severities(command: Run, folder: Path) -> None:
    """A TOML profile grades a rule anew, with its reason; a fault in it is told in words."""
    (folder / "ours.toml").write_text(
        'name = "ours"\nextends = "qonto"\n[severities]\n'
        '"M940-080" = { severity = "warning", reason = "test files of our bank" }\n'
    )
    result = command("validate", "wrong.sta", "--profile", "ours.toml")
    assert result.code == 0
    assert "profile ours" in result.out
    (folder / "ours.toml").write_text('extends = "qonto"\n[severities]\n"M940-080" = "warning"\n')
    result = command("validate", "wrong.sta", "--profile", "ours.toml")
    assert result.code == 2
    assert "CNV-058" in result.err


def test_ignored_rules_do_not_count(command: Run, folder: Path) -> None:
    """--ignore leaves a rule out of findings, counts and exit code."""
    result = command("validate", "wrong.sta", "--ignore", "M940-080", "--format", "json")
    assert result.code == 0
    (file,) = json.loads(result.out)["files"]
    assert [item["rule"] for item in file["findings"]] == []
    assert file["suppressed"] == [{"rule": "M940-080", "severity": "error", "count": 1, "reason": "--ignore"}]
    shown = command("validate", "wrong.sta", "--ignore", "M940-08=our bank does this").out
    assert shown.startswith("wrong.sta: The file is valid, with 1 error ignored: M940-080.\n")
    assert "left out on request: M940-080 (1 error)" in shown


def test_findings_beyond_the_limit_are_counted(command: Run, folder: Path) -> None:
    """--max-findings lists so many and counts the others by rule."""
    (folder / "lf.sta").write_bytes(MT940.replace(b"\r\n", b"\n").replace(b"EUR110,00", b"EUR111,00"))
    result = command("validate", "lf.sta", "--max-findings", "1", "--format", "json")
    (file,) = json.loads(result.out)["files"]
    assert len(file["findings"]) == 1
    assert sum(file["hidden"].values()) >= 1
    assert result.code == 1


def test_a_report_goes_to_a_file(command: Run, folder: Path) -> None:
    """-o writes the report and nothing on stdout; another one is only replaced with --force, a source never."""
    assert command("validate", "good.sta", "--format", "json", "-o", "report.json").out == ""
    assert command("validate", "wrong.sta", "--format", "json", "-o", "report.json").code == 2
    assert json.loads((folder / "report.json").read_text())["files"][0]["file"] == "good.sta"
    assert command("validate", "wrong.sta", "--format", "json", "-o", "report.json", "--force").code == 1
    assert json.loads((folder / "report.json").read_text())["files"][0]["file"] == "wrong.sta"
    assert command("validate", "good.sta", "-o", "good.sta").code == 2
    assert left_over(folder) == ["report.json"]


def test_corpus_verdicts(command: Run, corpus: Path) -> None:
    """Every file of the corpora gives the statements, entries and error rules of its row."""
    import re

    checked = 0
    for name in ("mt940", "cfonb120"):
        rows = [row.split("\t") for row in (corpus / name / "expected.tsv").read_text("utf-8").splitlines()]
        for row in rows[1:]:
            expected = dict(zip(rows[0], row, strict=True))
            if expected.get("kind") == "fragment":
                continue
            result = command("validate", "--format", "json", corpus / name / expected["file"])
            (file,) = json.loads(result.out)["files"]
            errors = {item["rule"] for item in file["findings"] if item["severity"] == "error"}
            if errors == {"CNV-001"}:
                assert result.code == 2
                assert expected["error"] in ("M940-001", "C120-004")
                continue
            assert errors == set(re.findall(r"(?:M940|C120)-\d+", expected["error"])), expected["file"]
            for count in ("statements", "entries"):
                if expected[count] != "-":
                    assert file["summary"][count] == int(expected[count]), expected["file"]
            checked += 1
    assert checked > 100


def test_a_large_file_is_not_read_whole(command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a certain size on a payment file is streamed; the report is the same as that of a small one."""
    from statements.cli import files

    payment = (Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-03.xml").read_bytes()
    (folder / "p.xml").write_bytes(payment)
    for name in ("p.xml", "good.sta", "wrong.sta", "empty.sta"):
        small = command("validate", name, "--format", "json", "--today", "2026-11-30")
        monkeypatch.setattr(files, "LARGE", 1)
        assert command("validate", name, "--format", "json", "--today", "2026-11-30") == small
        assert command("validate", name, "--today", "2026-11-30").code == small.code
        monkeypatch.undo()
        monkeypatch.chdir(folder)
