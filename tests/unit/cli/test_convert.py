"""``statements convert``: what is written where, what is refused, and that a run is all or nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from statements.cli import files
from tests.unit.cli.conftest import GERMAN, IBAN, JSON, MT940, Run, left_over

STA = f"{IBAN}_2026-09-03_2026-09-03.mt940.sta"
TXT = f"{IBAN}_2026-09-03_2026-09-03.cfonb120.txt"


def test_data_go_to_stdout_and_everything_else_to_stderr(command: Run, folder: Path) -> None:
    """Without -o the file is on stdout alone, byte for byte."""
    result = command("convert", "good.sta", "--to", "cfonb120")
    assert result.code == 0
    assert [len(line) for line in result.out.split("\r\n")[:-1]] == [120] * 8
    assert left_over(folder) == []
    assert command("convert", "good.sta", "--to", "cfonb120", "-o", "-").out == result.out


def test_a_folder_gets_one_file_per_iban_and_period(command: Run, folder: Path) -> None:
    """The name is IBAN, first and last day, and the format; the folder is made when it is not there."""
    result = command("convert", "good.sta", "--to", "cfonb120", "-o", "out")
    assert (result.code, result.out) == (0, "")
    assert left_over(folder) == ["out", f"out/{TXT}"]
    assert f"{TXT}: 1 statement, 2 entries" in result.err


def test_a_file_gets_all_statements(command: Run, folder: Path) -> None:
    """A name with a suffix is a file; several statements follow one another in it."""
    (folder / "second.sta").write_bytes(MT940.replace(b"FR7616958000011234567890177", b"FR7616958000019999999999931"))
    assert command("convert", "good.sta", "second.sta", "--to", "mt940", "-o", "all.sta").code == 0
    assert (folder / "all.sta").read_bytes().count(b":60F:") == 2


def test_an_identical_run_says_unchanged(command: Run, folder: Path) -> None:
    """The same run again writes nothing and says so; the file keeps its time."""
    command("convert", "good.sta", "--to", "mt940", "-o", "out")
    before = (folder / "out" / STA).stat()
    result = command("convert", "good.sta", "--to", "mt940", "-o", "out")
    assert (result.code, "unchanged" in result.err) == (0, True)
    assert (folder / "out" / STA).stat().st_mtime_ns == before.st_mtime_ns
    assert (folder / "out" / STA).stat().st_ino == before.st_ino


def test_an_existing_file_is_never_replaced_without_force(command: Run, folder: Path) -> None:
    """Another content stays as it is, exit code 2; --force replaces it."""
    (folder / "out").mkdir()
    (folder / "out" / STA).write_text("mine")
    result = command("convert", "good.sta", "--to", "mt940", "-o", "out")
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert "--force" in result.err
    assert (folder / "out" / STA).read_text() == "mine"
    assert command("convert", "good.sta", "--to", "mt940", "-o", "out", "--force").code == 0
    assert (folder / "out" / STA).read_bytes().startswith(b":20:")


def test_json_there_and_back_is_the_same_bytes(command: Run, folder: Path) -> None:
    """MT940 to JSON to MT940 gives the file again."""
    assert command("convert", "good.sta", "--to", "json", "-o", "x.json").code == 0
    assert command("convert", "x.json", "--from", "json", "--to", "mt940", "-o", "back.sta").code == 0
    assert (folder / "back.sta").read_bytes().split(b"\r\n", 1)[1] == MT940.split(b"\r\n", 1)[1]


def test_worked_examples_both_ways(command: Run, corpus: Path) -> None:
    """The worked MT940 and its JSON become one another, byte for byte."""
    example = corpus / "mt940" / "own__example"
    there = command("convert", example / "worked-example.sta", "--to", "json")
    assert (there.code, there.out.encode()) == (0, (example / "worked-example.json").read_bytes())
    back = command("convert", example / "worked-example.json", "--to", "mt940")
    assert (back.code, back.out.encode()) == (0, (example / "worked-example.sta").read_bytes())


def test_what_the_format_cannot_say_is_refused_and_the_rest_written(command: Run, folder: Path) -> None:
    """A German IBAN has no CFONB-120: CNV-101, exit code 1; the French account of the same run is written."""
    result = command("convert", "german.json", "good.json", "--to", "cfonb120", "-o", "out")
    assert result.code == 1
    assert "CNV-101" in result.err
    assert left_over(folder) == ["out", f"out/{TXT}"]
    assert command("convert", "german.json", "--to", "mt940", "-o", "out").code == 0


@pytest.mark.parametrize("to", ["mt940", "cfonb120"])
def test_a_faulty_source_is_not_made_to_look_sound(command: Run, folder: Path, to: str) -> None:
    """A wrong closing balance or a cut file gives no file of a bank format, exit code 1."""
    for source in ("wrong.sta", "cut.sta"):
        result = command("convert", source, "--to", to, "-o", "out")
        assert (result.code, left_over(folder)) == (1, [])
        assert "CNV-008" in result.err


def test_json_shows_what_could_be_read_of_a_faulty_source(command: Run, folder: Path) -> None:
    """The exit code is 1, the data are there."""
    result = command("convert", "wrong.sta", "--to", "json")
    assert result.code == 1
    assert json.loads(result.out)["statements"][0]["closing"]["amount"] == "111.00"
    assert "M940-080" in result.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["empty.sta", "--to", "json"], "empty.sta: CNV-001 No reader knows this file: empty file."),
        (["binary.bin", "--to", "json"], "binary.bin: CNV-001 No reader knows this file: binary data."),
        (["nothing.sta", "--to", "json"], "nothing.sta does not exist; check the name."),
        (["nothing/", "--to", "json"], "nothing/ does not exist; check the name."),
        (["good.sta", "--to", "cfonb"], "--to: 'cfonb' is none of mt940, cfonb120, json, csv, xlsx."),
        (["good.sta"], "The option --to is missing."),
        (["--to", "json"], "SOURCE is missing."),
        (["good.sta", "--to", "json", "--since", "2026/09/03"], "is no date such as 2026-09-30"),
        (["good.sta", "--to", "json", "--since", "2026-09-30", "--until", "2026-09-01"], "is later than --until"),
        (["good.sta", "--to", "json", "--account", "FR7616958000011234567890178"], "is no valid IBAN"),
        (["good.sta", "--to", "json", "--opening", "1,250"], "is no exact amount"),
        (["good.sta", "--to", "json", "--timezone", "Paris"], "'Paris' is no time zone"),
        (["good.sta", "--to", "mt940", "--profile", "sepa"], "There is no profile 'sepa' of mt940; there are qonto,"),
        (["good.sta", "--to", "mt940", "--set", "page=1"], "There is no setting 'page'"),
        (["good.sta", "--to", "mt940", "--set", "page_limit=many"], "page_limit cannot be 'many'"),
        (["good.sta", "--to", "mt940", "--set", "page_limit"], "is not of the form KEY=VALUE"),
        (["good.sta", "--to", "mt940", "--repair", "magic"], "There is no repair 'magic'"),
        (["good.sta", "--to", "mt940", "--eol", "none"], "--eol none is for CFONB-120 only."),
        (["good.sta", "--to", "json", "--eol", "lf"], "--eol is for MT940 and CFONB-120 only."),
        (["good.sta", "--to", "json", "--jobs", "0"], "is no whole number from 1 on"),
        (["good.sta", "--to", "json", "--bogus"], "There is no option --bogus."),
        (["good.sta", "--to", "json", "--mapping", "empty.toml"], "empty.toml does not exist"),
        (["-", "-", "--to", "json"], "- (stdin) can be given once only."),
    ],
)
def test_wrong_use_and_unknown_files_end_with_2(command: Run, folder: Path, arguments: list[str], words: str) -> None:
    """One clear sentence with what to do, exit code 2, nothing written, nothing on stdout."""
    result = command("convert", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert len(result.err.splitlines()) <= 2
    assert "Traceback" not in result.err
    assert left_over(folder) == []
    french = command("convert", *arguments, "--lang", "fr")
    assert french.code == 2
    assert french.err != result.err


@pytest.mark.parametrize("source", ["broken.json", "broken-qonto.json"])
def test_broken_json_ends_with_1_and_its_place(command: Run, folder: Path, source: str) -> None:
    """JSON that breaks off is an error of the data: exit code 1, nothing written."""
    result = command("convert", source, "--to", "mt940", "-o", "out")
    assert (result.code, left_over(folder)) == (1, [])
    assert source in result.err


def test_another_account_than_the_one_asked_for(command: Run, folder: Path) -> None:
    """The account asked for is not in the file: an error that names what is there, and no file."""
    result = command("convert", "good.sta", "--to", "mt940", "--account", "FR7616958000019999999999931", "-o", "out")
    assert (result.code, left_over(folder)) == (1, [])
    assert "CNV-004" in result.err
    assert IBAN in result.err


def test_an_output_never_replaces_a_source(command: Run, folder: Path) -> None:
    """Neither by name nor through a link, not even with --force."""
    (folder / "link.sta").symlink_to("good.sta")
    for target in ("good.sta", "./good.sta", "link.sta"):
        result = command("convert", "good.sta", "--to", "mt940", "-o", target, "--force")
        assert result.code == 2
        assert "one of the sources" in result.err
    assert (folder / "good.sta").read_bytes() == MT940


def test_output_and_ledger_must_not_be_the_same_file(command: Run, folder: Path) -> None:
    """Two outputs of one full path clash, also when they differ by letter case alone."""
    for ledger in ("out.sta", "./out.sta", "OUT.STA"):
        result = command("convert", "good.sta", "--to", "mt940", "-o", "out.sta", "--ledger", ledger)
        assert (result.code, left_over(folder)) == (2, [])
        assert "same name" in result.err


def test_a_file_where_a_folder_is_needed(command: Run, folder: Path) -> None:
    """An output below a file is refused in words."""
    result = command("convert", "good.sta", "--to", "mt940", "-o", "good.json/x.sta")
    assert (result.code, left_over(folder)) == (2, [])
    assert "where a folder is needed" in result.err


def test_a_folder_where_a_file_is_needed(command: Run, folder: Path) -> None:
    """A ledger that names a folder is refused in words."""
    (folder / "out").mkdir()
    result = command("convert", "good.sta", "--to", "mt940", "-o", "x.sta", "--ledger", "out")
    assert (result.code, left_over(folder)) == (2, ["out"])


@pytest.mark.parametrize(
    ("step", "forced"),
    [("mkstemp", False), ("mkstemp", True), ("fsync", False), ("fsync", True), ("link", False), ("replace", True)],
)
def test_a_fault_half_way_leaves_nothing(
    command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, forced: bool
) -> None:
    """The disk fails at the second file: no file, no temporary file, no folder is left, and the old file is whole."""
    (folder / "two.json").write_bytes(JSON.replace(b"2026-09-0", b"2026-08-0"))
    (folder / "old").mkdir()
    (folder / "old" / TXT).write_text("old")
    module, calls = (files.tempfile, 0) if step == "mkstemp" else (files.os, 0)
    real = getattr(module, step)

    def fail(*args: object, **keywords: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(28, "No space left on device")
        return real(*args, **keywords)

    monkeypatch.setattr(module, step, fail)
    target = ["-o", "old", "--force"] if forced else ["-o", "new"]
    result = command("convert", "two.json", "good.json", "--to", "cfonb120", *target)
    assert result.code == 2
    assert "the disk is full" in result.err
    assert left_over(folder) == ["old", f"old/{TXT}", "two.json"]
    assert (folder / "old" / TXT).read_text() == "old"


def test_an_interrupt_half_way_leaves_nothing(command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while writing ends with 130 and no file."""

    def interrupted(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(files.os, "fsync", interrupted)
    result = command("convert", "good.json", "--to", "cfonb120", "-o", "new")
    assert (result.code, left_over(folder)) == (130, [])


def test_an_internal_fault_is_one_sentence_without_data(
    command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3; neither a trace nor a name or IBAN of the data is shown."""

    def broken(*args: object, **keywords: object) -> None:
        raise RuntimeError(f"cannot handle {IBAN} of CREPERIE DE L'ILE")

    monkeypatch.setattr("statements.services.convert.write_group", broken)
    monkeypatch.setattr("statements.cli.parallel.write_group", broken)
    result = command("convert", "good.sta", "--to", "mt940", "-o", "out")
    assert (result.code, left_over(folder)) == (3, [])
    assert len(result.err.splitlines()) == 1
    assert "RuntimeError" in result.err
    assert IBAN not in result.err
    assert "CREPERIE" not in result.err


def test_a_read_back_difference_is_an_internal_fault(
    command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that does not read back equal is never released: exit code 3, nothing on disk."""
    monkeypatch.setattr("statements.formats.neutral.iter_write", lambda statements: iter([b'{"statements": []}']))
    monkeypatch.setattr("statements.formats.neutral.write", lambda statements: b'{"statements": []}')
    result = command("convert", "good.sta", "--to", "json", "-o", "out.json")
    assert (result.code, left_over(folder)) == (3, [])
    assert "CNV-399" in result.err


def test_line_ends(command: Run, folder: Path) -> None:
    """--eol gives LF, CR LF or, for CFONB-120, nothing between records."""
    assert "\r" not in command("convert", "good.sta", "--to", "mt940", "--eol", "lf").out
    bare = command("convert", "good.sta", "--to", "cfonb120", "--eol", "none").out
    assert len(bare) % 120 == 0
    assert "\n" not in bare


def test_statement_numbers_count_up_for_each_account(command: Run, folder: Path) -> None:
    """--set statement_number gives the first statement its number and each further one the next."""
    result = command(
        "convert", "good.sta", "--to", "mt940", "--every", "day", "--set", "statement_number=41", "-o", "out.sta"
    )
    assert result.code == 0
    (folder / "two.json").write_bytes(
        JSON.replace(b"2026-09-02", b"2026-09-01").replace(b'"amount": "12.34"', b'"amount": "12.34"', 1)
    )
    result = command("convert", "two.json", "--to", "mt940", "--every", "day", "--set", "statement_number=41")
    assert [line for line in result.out.split("\r\n") if line.startswith(":28C:")] == [":28C:41/1", ":28C:42/1"]


def test_bank_statements_are_cut_when_asked(command: Run, folder: Path) -> None:
    """--every day gives each day its statement, the days without movement too; the balances chain."""
    (folder / "days.json").write_bytes(JSON.replace(b'"date": "2026-09-02"', b'"date": "2026-08-31"'))
    result = command("convert", "days.json", "--to", "json", "--every", "day")
    statements = json.loads(result.out)["statements"]
    assert [item["opening"]["date"] for item in statements] == ["2026-08-31", "2026-09-01", "2026-09-02"]
    assert [item["closing"]["amount"] for item in statements] == ["100.00", "100.00", "112.34"]
    assert [len(item["entries"]) for item in statements] == [0, 0, 1]


def test_the_ledger_tells_what_was_kept_and_changed(command: Run, folder: Path) -> None:
    """One line an entry, then one line for each change with rule, field, before and after."""
    (folder / "accents.json").write_bytes(JSON.replace(b"CREPERIE DE L'ILE", "Crêperie de l’Île".encode()))
    assert command("convert", "accents.json", "--to", "cfonb120", "-o", "out", "--ledger", "l.jsonl").code == 0
    lines = [json.loads(line) for line in (folder / "l.jsonl").read_text("utf-8").splitlines()]
    assert lines[0]["account"] == IBAN
    assert (lines[0]["entry"], lines[0]["amount"], lines[0]["period"]) == (1, "12.34", "2026-09-03/2026-09-03")
    change = next(line for line in lines if line.get("rule") == "CNV-113")
    assert (change["before"], change["after"]) == ("Crêperie de l’Île", "CREPERIE DE L'ILE")
    assert change["field"]


def test_several_jobs_give_the_same_bytes(command: Run, folder: Path) -> None:
    """--jobs changes the time, never the result."""
    names = []
    for month in range(1, 5):
        name = f"m{month}.json"
        (folder / name).write_bytes(JSON.replace(b"2026-09", f"2026-{month:02}".encode()))
        names.append(name)
    one = command("convert", *names, "--to", "cfonb120")
    two = command("convert", *names, "--to", "cfonb120", "--jobs", "2")
    assert (one.code, two.code) == (0, 0)
    assert one == two


def test_stdin_is_a_source(folder: Path) -> None:
    """``-`` reads stdin: through a real process, as a shell uses it."""
    import subprocess
    import sys

    root = Path(__file__).parent.parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "statements", "convert", "-", "--to", "json"],
        input=JSON,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(root), "LC_ALL": "C"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["statements"][0]["account"]["iban"] == IBAN


def test_control_characters_never_reach_the_terminal(command: Run, folder: Path) -> None:
    """A name with terminal codes is shown as text, in findings and in file names."""
    (folder / "x\x1b[31m.json").write_bytes(GERMAN.replace(b"CREPERIE", b"\\u001b[31mRED"))
    result = command("convert", "x\x1b[31m.json", "--to", "cfonb120", "-o", "out")
    assert result.code == 1
    assert "\x1b" not in result.err


def test_a_killed_run_leaves_the_old_or_the_new_file(folder: Path) -> None:
    """Killed at any moment, the target is the old file or the whole new one, never a part."""
    import subprocess
    import sys
    import time

    root = Path(__file__).parents[3]
    target = folder / "out.txt"
    environment = {"PYTHONPATH": str(root), "LC_ALL": "C"}
    command = [
        sys.executable,
        "-m",
        "statements",
        "convert",
        "good.sta",
        "--to",
        "cfonb120",
        "-o",
        "out.txt",
        "--force",
    ]
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    new, old = target.read_bytes(), b"old" * 5_000
    kinds = set()
    for step in range(12):
        target.write_bytes(old)
        process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        time.sleep(0.02 + step * 0.03)
        process.kill()
        process.wait()
        assert target.read_bytes() in (old, new)
        kinds.add(target.read_bytes() == new)
    assert False in kinds
