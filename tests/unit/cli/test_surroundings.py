"""Hostile surroundings: full disks, slow and closed pipes, signals, other runs, processes that die."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace

import pytest

from statements.cli import console, files, main, parallel, signals
from statements.cli.console import UsageFault
from statements.cli.files import LargeFile, Output, release
from statements.cli.render.excerpt import SourceLines
from statements.cli.texts import Texts
from tests.unit.cli.conftest import MT940, WRONG_CLOSING, Run, left_over

ROOT = Path(__file__).parents[3]
HEAD = MT940[: MT940.index(b":61:")]
LONG = (
    HEAD
    + b"".join(
        b":61:2609030903C1,00NTRFNONREF//%016d\r\n:86:/REMI/%s\r\n" % (number, b"TEXTE " * 30) for number in range(900)
    )
    + b":62F:C260903EUR1000,00\r\n-\r\n"
)
TEXTS = Texts("en")


def start(*arguments: str, **settings: object) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **settings.pop("env", {})}  # type: ignore[dict-item]
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "statements", *arguments], env=environment, **settings
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [["show"], ["convert", "--to", "cfonb120"], ["validate", "--format", "json"]])
def test_a_full_disk_is_told(folder: Path, arguments: list[str], unbuffered: str) -> None:
    """Exit code 2 and a sentence, with and without a buffer; nothing of Python's own is printed at the end."""
    (folder / "long.sta").write_bytes(LONG)
    with open("/dev/full", "wb") as full:
        done = start(*arguments, "long.sta", stdout=full, stderr=subprocess.PIPE, env={"PYTHONUNBUFFERED": unbuffered})
        _, words = done.communicate()
    assert done.returncode == 2
    assert b"the disk is full. What was printed is not complete." in words
    assert b"Traceback" not in words
    assert b"Exception" not in words


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_slow_pipe_gets_everything(folder: Path, unbuffered: str) -> None:
    """A pipe that does not block and is full for a while loses nothing."""
    (folder / "long.sta").write_bytes(LONG)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    process = start("show", "long.sta", stdout=writer, env={"PYTHONUNBUFFERED": unbuffered})
    os.close(writer)
    time.sleep(0.7)
    pieces = []
    with open(reader, "rb") as stream:
        while piece := stream.read(4096):
            pieces.append(piece)
    assert process.wait() == 0
    whole = subprocess.run(
        [sys.executable, "-m", "statements", "show", "long.sta"],
        capture_output=True,
        check=True,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert b"".join(pieces) == whole.stdout
    assert len(whole.stdout) > 1 << 17


def test_a_part_that_is_taken_is_not_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A raw stream that takes three bytes at a time, or none for a moment, gets every byte once."""
    taken = bytearray()

    class Raw(io.RawIOBase):
        turn = 0

        def write(self, data: object) -> int | None:  # type: ignore[override]
            self.turn += 1
            if self.turn % 3 == 0:
                return None
            if self.turn % 3 == 1 and self.turn > 1:
                error = BlockingIOError(errno.EAGAIN, "")
                error.characters_written = 0
                raise error
            part = bytes(data)[:3]  # type: ignore[call-overload]
            taken.extend(part)
            return len(part)

        def flush(self) -> None:
            return

    waited: list[object] = []
    monkeypatch.setattr(console.select, "select", lambda *streams: waited.append(streams))
    stream = SimpleNamespace(buffer=Raw(), flush=lambda: None, fileno=lambda: 1, encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", stream)
    console.out_bytes(b"abcdefghijklmnop")
    assert bytes(taken) == b"abcdefghijklmnop"
    assert waited


def test_closed_streams(folder: Path) -> None:
    """Without stdout a conversion into a folder works and printing is told; without stderr nothing is lost."""
    command = f"PYTHONPATH={ROOT} {sys.executable} -m statements"
    for line, code in (
        ("convert good.sta --to cfonb120 -o a >&-", 0),
        ("convert good.sta --to cfonb120 -o b 2>&-", 0),
        ("show good.sta >&-", 2),
        ("validate nosuch.sta 2>&-", 2),
        ("convert good.sta --to cfonb120 -o c >&- 2>&-", 0),
    ):
        assert subprocess.run(["sh", "-c", f"{command} {line}"], check=False, capture_output=True).returncode == code, (
            line
        )
    assert [len(list((folder / name).iterdir())) for name in "abc"] == [1, 1, 1]


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif", "junit"])
@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_reports_for_programs_are_utf_8(folder: Path, form: str, encoding: str) -> None:
    """Whatever character set standard output has."""
    process = start(
        "validate",
        "wrong.sta",
        "--lang",
        "fr",
        "--format",
        form,
        stdout=subprocess.PIPE,
        env={"PYTHONIOENCODING": encoding},
    )
    data = process.communicate()[0].decode("utf-8")
    assert "é" in data
    if form == "junit":
        ElementTree.fromstring(data)
    else:
        for document in data.splitlines() if form == "jsonl" else [data]:
            json.loads(document)


# -- signals


LONG_MONTHS = (
    HEAD.replace(b"260902", b"260101")
    + b"".join(
        b":61:26%02d%02d%02d%02dC1,00NTRFNONREF//%016d\r\n:86:/REMI/X\r\n" % (month, day, month, day, month * 100 + day)
        for month in range(2, 9)
        for day in range(1, 29)
    )
    + b":62F:C260831EUR296,00\r\n-\r\n"
)
BY_DAY = ["convert", "long.sta", "--to", "cfonb120", "--every", "day", "-o", "out"]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What comes out when no signal comes."""
    with contextlib.chdir(tmp_path_factory.mktemp("days")):
        Path("long.sta").write_bytes(LONG_MONTHS)
        assert main.run(BY_DAY) == 0
        return {path.name: path.read_bytes() for path in sorted(Path("out").iterdir())}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.parametrize("forced", [True, False])
def test_a_signal_leaves_all_or_nothing(
    folder: Path, days: dict[str, bytes], number: signal.Signals, forced: bool
) -> None:
    """At whatever moment it comes: every file old, or every file new; no .part and no .old; exit code 128 + n."""
    (folder / "long.sta").write_bytes(LONG_MONTHS)
    (folder / "out").mkdir()
    assert len(days) > 200
    for turn in range(3):
        for path in (folder / "out").iterdir():
            path.unlink()
        if forced:
            for name in days:
                (folder / "out" / name).write_bytes(b"old")
        process = start(*BY_DAY, *(["--force"] if forced else []), stderr=subprocess.PIPE)
        end = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.001)
            if sum(path.name.startswith(".statements-") for path in (folder / "out").iterdir()) > turn * 60:
                process.send_signal(number)
                process.send_signal(number)
                break
        words = process.communicate()[1].decode()
        left = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
        if process.returncode:
            assert process.returncode == 128 + number
            assert words.endswith("Interrupted; nothing was left half-written.\n")
        olds = dict.fromkeys(days, b"old") if forced else {}
        assert left in (days, olds)


def test_signals_wait_while_files_are_written() -> None:
    """A signal inside the block is raised at its end, a second one changes nothing; the old handler comes back."""
    before = signal.getsignal(signal.SIGTERM)
    done = []

    def work() -> None:
        with signals.caught():
            with signals.held():
                os.kill(os.getpid(), signal.SIGTERM)
                os.kill(os.getpid(), signal.SIGHUP)
                done.append("still here")
            done.append("not reached")

    with pytest.raises(signals.Interrupted) as caught:
        work()
    assert (caught.value.number, done) == (signal.SIGTERM, ["still here"])
    assert signal.getsignal(signal.SIGTERM) is before


def test_signals_stay_with_the_main_thread() -> None:
    """A caller's thread may run the command: it changes no handler."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with signals.caught():
                pass
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert failed == []


# -- files


def test_nothing_is_replaced_that_another_run_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that comes into being between the look and the rename is kept, and told."""
    real = files._temporary

    def late(target: Path, content: bytes) -> Path:
        target.write_bytes(b"another run")
        return real(target, content)

    monkeypatch.setattr(files, "_temporary", late)
    with pytest.raises(UsageFault, match="exists with other content"):
        release([Output(folder / "a.txt", b"ours")], (), False, TEXTS)
    assert (folder / "a.txt").read_bytes() == b"another run"
    assert left_over(folder) == ["a.txt"]


@pytest.mark.parametrize("code", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_file_system_without_links(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """The name is taken first, so that nothing is replaced there either."""

    def refuse(*names: object) -> None:
        raise OSError(code, "")

    monkeypatch.setattr(files.os, "link", refuse)
    release([Output(folder / "a.txt", b"ours")], (), False, TEXTS)
    assert (folder / "a.txt").read_bytes() == b"ours"
    assert left_over(folder) == ["a.txt"]


def test_a_name_that_is_too_long(command: Run, folder: Path) -> None:
    """It is told, and no fault of ours."""
    result = command("convert", "good.sta", "--to", "mt940", "-o", "x" * 300 + ".sta")
    assert (result.code, "the name is too long" in result.err) == (2, True)


def test_a_file_that_is_cut_while_it_is_read(tmp_path: Path) -> None:
    """Less is read; the process lives, and a line that is gone is not shown."""
    path = tmp_path / "large.xml"
    path.write_bytes(b"<a>\n" * 1000)
    large = LargeFile(str(path))
    source = SourceLines(large)
    assert source.line(500) == "<a>"
    path.write_bytes(b"<a>\n")
    assert not source.line(500)
    assert large[2000:2010] == b""
    assert len(large) == 4000


# -- many files


def test_a_fault_in_one_file_takes_no_verdict_from_another(
    command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other files are reported, the one is named in every form, and the exit code is 3."""
    from statements.cli import validate

    real = validate.check

    def broken(data: bytes, *further: object) -> object:
        if b"111,00" in data:
            raise RuntimeError("of ours")
        return real(data, *further)  # type: ignore[arg-type]

    monkeypatch.setattr(validate, "check", broken)
    names = ("good.sta", "wrong.sta", "good.json")
    result = command("validate", *names, "-q")
    assert result.code == 3
    assert result.out.startswith("good.sta: The file is valid.\ngood.json: The file is valid.\n")
    assert "Internal fault (RuntimeError in" in result.err
    assert json.loads(command("validate", *names, "--format", "json").out)["unread"][0]["file"] == "wrong.sta"
    run = json.loads(command("validate", *names, "--format", "sarif").out)["runs"][0]
    assert run["invocations"][0]["executionSuccessful"] is False
    assert run["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error"
    junit = ElementTree.fromstring(command("validate", *names, "--format", "junit").out)
    assert (junit.get("errors"), len(junit.findall(".//error"))) == ("1", 1)
    assert "::error file=wrong.sta::" in command("validate", *names, "--format", "github").out


def test_a_missing_file_stands_in_every_report(command: Run, folder: Path) -> None:
    """JUnit, SARIF, JSON, GitHub, text: what could not be read is no silence."""
    for form in ("text", "concise", "json", "jsonl", "sarif", "junit", "github"):
        result = command("validate", "good.sta", "none.sta", "--format", form)
        assert (result.code, "none.sta does not exist" in result.out) == (2, True), form


@pytest.mark.parametrize("jobs", ["1", "2", "3"])
def test_the_report_does_not_depend_on_the_jobs(command: Run, folder: Path, jobs: str) -> None:
    """The same files give the same bytes."""
    payments = str(ROOT / "fixtures" / "pain001" / "clean-03-salaries.xml")
    names = ("good.sta", "wrong.sta", payments, "good.json", "cut.sta")
    assert command("validate", *names, "--jobs", jobs).out == command("validate", *names).out


def _task(word: str) -> str:
    if word == "die":
        os._exit(9)
    if word == "memory":
        raise MemoryError
    if word == "fault":
        raise RuntimeError
    return word.upper()


def test_a_process_that_dies_takes_one_task_along() -> None:
    """Every other task has its result, in order."""
    tasks = ["a", "die", "b", "memory", "c", "fault", "d"]
    for jobs in (2, 4):
        tried = list(parallel.each(_task, tasks, jobs))
        assert [item.result or (item.fault.kind if item.fault else "") for item in tried] == [
            "A", "killed", "B", "memory", "C", "RuntimeError", "D",
        ]  # fmt: skip
    sentence = parallel.fault_sentence(parallel.TaskFault("killed"), "x.sta", TEXTS)
    assert sentence.startswith("The system ended the work on x.sta")


def test_a_report_is_not_replaced(command: Run, folder: Path) -> None:
    """``-o`` of a report follows the rule of all outputs."""
    (folder / "r.json").write_bytes(b"precious")
    assert command("validate", "wrong.sta", "--format", "json", "-o", "r.json").code == 2
    assert (folder / "r.json").read_bytes() == b"precious"
    assert WRONG_CLOSING != MT940
