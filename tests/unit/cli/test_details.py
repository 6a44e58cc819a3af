"""The rest of the command: full statements, mapping and profile files, odd texts, progress, words of the system."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from statements.cli import files, parallel
from statements.cli.console import say, table
from statements.cli.files import reason
from statements.cli.texts import Texts
from statements.formats import neutral
from statements.model.account import Account
from statements.model.statement import Statement
from tests.unit.cli.conftest import IBAN, JSON, MT940, Run, left_over
from tests.unit.neutral.test_neutral import FULL

ROOT = Path(__file__).parents[3]
QONTO = ROOT / "fixtures" / "qonto" / "2026-09"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_show_leaves_nothing_out(command: Run, folder: Path, lang: str) -> None:
    """Every member of an entry and every balance of a statement is on the page."""
    (folder / "full.json").write_bytes(neutral.write([FULL]))
    out = command("show", "full.json", "--lang", lang).out
    for words in ("Menuiserie Dufour & Fils", "E2E", "RUM", "ICS", "BANK", "CUST", "RTRN MD06", "PURP SALA", "1.2040"):
        assert words in out
    texts = Texts("fr" if lang == "fr" else "en")
    for key in ("reversal", "available", "forward", "role.beneficiary"):
        assert texts(key) in out
    assert ("3,01\u00a0USD" if lang == "fr" else "3.01 USD") in out


def test_show_of_a_statement_without_balances(command: Run, folder: Path) -> None:
    """What is not stated is said to be so; a long name wraps under its line."""
    data = json.loads(JSON)
    del data["statements"][0]["opening"], data["statements"][0]["closing"]
    data["statements"][0]["entries"][0]["counterparty"]["name"] = "X" * 80
    data["statements"][0]["entries"][0]["value_date"] = "2026-09-01"
    (folder / "x.json").write_text(json.dumps(data))
    out = command("show", "x.json").out
    assert out.count("not stated") == 2
    assert sum(line.count("X") for line in out.splitlines()) == 80
    assert "value 2026-09-01" in out


def test_a_mapping_file_of_the_caller(command: Run, folder: Path) -> None:
    """Rows of --mapping come before the built-in ones; a broken file is told in words."""
    (folder / "codes.toml").write_text(
        '[[operation]]\noperation_type = "card"\nside = "debit"\ncfonb_code = "29"\nmt940_type = "NMSC"\n'
    )
    given = ("convert", *sorted(QONTO.glob("*.json")), "--to", "json")
    plain = json.loads(command(*given).out)
    mapped = json.loads(command(*given, "--mapping", "codes.toml").out)

    def codes(document: dict[str, list[dict[str, list[dict[str, dict[str, str]]]]]]) -> list[str]:
        return [entry["codes"]["cfonb"] for item in document["statements"] for entry in item["entries"]]

    assert "29" in codes(mapped)
    assert "29" not in codes(plain)
    for text in ("[[operation]\n", '[[operation]]\ncode = "29"\n', "[other]\n"):
        (folder / "codes.toml").write_text(text)
        result = command(*given, "--mapping", "codes.toml")
        assert (result.code, result.out) == (2, "")
        assert "codes.toml cannot be used" in result.err


def test_settings_of_the_qonto_mapping(command: Run, folder: Path) -> None:
    """--set reaches the mapping as well as the writer, and a wrong word is refused."""
    given = ("convert", *sorted(QONTO.glob("*.json")), "--to", "cfonb120", "--every", "day")
    every = command(*given, "-o", "all", "-v").err.count("cfonb120.txt")
    some = command(*given, "--set", "empty_periods=no", "-o", "some", "-v").err.count("cfonb120.txt")
    assert 0 < some < every
    result = command(*given, "--set", "fee_with_tax=perhaps")
    assert (result.code, result.out) == (2, "")


def test_a_setting_of_the_right_type_may_still_be_wrong(command: Run, folder: Path) -> None:
    """The writer knows the words of its settings."""
    result = command("convert", "good.sta", "--to", "mt940", "--set", "narrative=prose")
    assert (result.code, result.out) == (2, "")
    assert "narrative" in result.err


def test_profiles_of_what_has_none(command: Run, folder: Path) -> None:
    """Our JSON and Qonto data are read without a profile."""
    result = command("convert", "good.json", "--to", "json", "--profile", "qonto")
    assert (result.code, "has no profiles" in result.err) == (2, True)


def test_a_profile_file_for_the_writer(command: Run, folder: Path) -> None:
    """A TOML profile serves the writer as well."""
    (folder / "ours.toml").write_text('extends = "qonto"\n[settings]\nstatement_number = "ddd"\n')
    result = command("convert", "good.json", "--to", "mt940", "--profile", "ours.toml")
    assert ":28C:246/1" in result.out


def test_progress_only_on_a_terminal(command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With many files and a terminal a bar runs on stderr; the result is the same."""
    plain = command("convert", "good.json", "--to", "cfonb120")
    monkeypatch.setattr(parallel, "_MANY", 1)
    assert command("convert", "good.json", "--to", "cfonb120") == plain
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert command("convert", "good.json", "--to", "cfonb120").out == plain.out


def test_half_a_character_is_written_as_a_replacement(capsys: pytest.CaptureFixture[str]) -> None:
    """A caller's text with half a surrogate pair is no reason to fail."""
    data = neutral.write([Statement(Account(IBAN, "EUR", name="x\ud83dy"))])
    assert neutral.read(data).value[0].account.name == "x\ufffdy"
    say("x\ud83dy")
    assert capsys.readouterr().err == "x\\ud83dy\n"


def test_findings_with_odd_texts_are_reported(command: Run, folder: Path) -> None:
    """A byte order mark, controls and all: every form of the report takes them."""
    (folder / "odd.sta").write_bytes(b"\xef\xbb\xbf" + MT940.replace(b"ACOMPTE", b"A\x07\xe2\x80\xae\x1b[31m"))
    for form in ("text", "concise", "json", "jsonl", "sarif", "junit", "github"):
        result = command("validate", "odd.sta", "--format", form, "--lang", "fr")
        assert result.code in (0, 1)
        assert "\x1b" not in result.out
        assert "\u202e" not in result.out or form in ("json", "jsonl", "sarif")


def test_own_schemas_and_known_references(command: Run, folder: Path) -> None:
    """--schema-dir and --known-ids reach the payment check."""
    payment = ROOT / "fixtures" / "pain001" / "clean-03.xml"
    given = ("validate", payment, "--today", "2026-11-30", "--format", "json")
    assert command(*given, "--schema-dir", ROOT / "schemas").code == 0
    reference = json.loads(command("show", payment, "--format", "json").out)["payment_files"][0]["message_id"]
    (folder / "sent.txt").write_text(f"OTHER\n{reference}\n")
    result = command(*given, "--known-ids", "sent.txt")
    assert result.code == 1
    assert "P001-137" in result.out
    assert "P001-229" in command(*given, "--own", "FR7616958000019999999999931").out


def test_two_times_stdin(command: Run, folder: Path) -> None:
    """stdin can be read once."""
    assert command("validate", "-", "-").code == 2


def test_a_dead_link_and_a_device_are_no_outputs(command: Run, folder: Path) -> None:
    """Neither is replaced; the sentence says what stands there."""
    (folder / "dead.sta").symlink_to("nowhere/x")
    for target in ("dead.sta", "/dev/null", "nul.sta"):
        result = command("convert", "good.sta", "--to", "mt940", "-o", target)
        assert result.code == 2, target
        assert "a file is needed" in result.err
    assert left_over(folder) == ["dead.sta"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_the_system_says_is_put_in_words(lang: str) -> None:
    """Permission, space, read-only, long names, and anything else by its code."""
    texts = Texts("fr" if lang == "fr" else "en")
    codes = (errno.EACCES, errno.ENOSPC, errno.EROFS, errno.ENAMETOOLONG, errno.EIO)
    said = [reason(OSError(code, "x"), texts) for code in codes]
    assert len(set(said)) == 5
    assert "EIO" in said[-1]
    for error in (PermissionError(errno.EACCES, "x"), OSError(errno.EIO, "x")):
        assert files.unreadable("a.sta", error, texts).startswith("a.sta ")


def test_tables_align() -> None:
    """Columns are as wide as their widest cell; figures stand right."""
    assert table([("a", "1"), ("bbb", "22")], (1,), "") == ["a     1", "bbb  22"]
    assert table([]) == []


def test_totals_of_a_payment_file_keep_every_decimal(command: Run, folder: Path) -> None:
    """A third decimal is in the sum as it is in the check of the totals; an amount that is none is counted."""
    clean = (ROOT / "fixtures" / "pain001" / "clean-03.xml").read_text("utf-8")
    (folder / "odd.xml").write_text(clean.replace(">1200.00<", ">1200.001<"), "utf-8")
    assert "3,350.451 EUR" in command("show", "odd.xml").out
    (folder / "none.xml").write_text(clean.replace(">1200.00<", ">abc<"), "utf-8")
    assert "2,150.45 EUR + 1 without a readable amount" in command("show", "none.xml").out
    assert "déclaré\u00a0: 3 / 3\u00a0350,45" in command("show", "none.xml", "--lang", "fr").out
