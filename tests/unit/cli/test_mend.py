"""``statements mend``: what is written, what is said, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.golden.test_cli_text import faulty
from tests.unit.cli.conftest import Run, left_over
from tests.unit.cli.test_schema import check

CLEAN = (Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-03-two-blocks.xml").read_bytes()
TODAY = ("--today", "2026-11-30")
LF = b":20:A\n:25:FR7616958000011234567890177\n:28C:1/1\n:60F:C260902EUR1,00\n:62F:C260903EUR1,00\n-\n"


@pytest.fixture
def payments(folder: Path) -> Path:
    """A payment file with faults, in the working folder."""
    (folder / "faulty.xml").write_bytes(faulty(CLEAN))
    return folder


def test_safe_proposals_are_applied_and_the_rest_is_left(payments: Path, command: Run) -> None:
    """The copy has what is safe; the exit code says that errors are left; the file itself stays."""
    done = command("mend", "faulty.xml", "-o", "mended.xml", *TODAY)
    assert (done.code, done.err) == (1, "")
    mended = (payments / "mended.xml").read_bytes()
    assert b"<IBAN>DE96999900000001234567</IBAN>" in mended
    assert b">200.01</InstdAmt>" in mended
    assert b"01/12/2026" in mended
    assert b"<IBAN>MC89" in mended
    assert "1 proposal waits for a person: P001-035 (1)." in done.out
    assert (payments / "faulty.xml").read_bytes() == faulty(CLEAN)
    assert left_over(payments) == ["faulty.xml", "mended.xml"]


def test_mending_the_copy_changes_nothing(payments: Path, command: Run) -> None:
    """The second copy is the first, byte for byte."""
    command("mend", "faulty.xml", "-o", "mended.xml", "--accept", "review", *TODAY)
    done = command("mend", "mended.xml", "-o", "again.xml", "--accept", "review", *TODAY)
    assert done.code == 1  # wrong check digits are never mended
    assert (payments / "again.xml").read_bytes() == (payments / "mended.xml").read_bytes()
    assert "Nothing was changed" in done.out


def test_a_clean_file_is_copied(folder: Path, command: Run) -> None:
    """With the same bytes, and the exit code of a clean file; a second time it is unchanged."""
    for _ in range(2):
        done = command("mend", "good.sta", "-o", "new/copy.sta")
        assert (done.code, done.err) == (0, "")
        assert (folder / "new" / "copy.sta").read_bytes() == (folder / "good.sta").read_bytes()


def test_only_one_rule(payments: Path, command: Run) -> None:
    """``--only`` takes ids and beginnings of ids, in a list or repeated; another rule changes nothing."""
    command("mend", "faulty.xml", "-o", "one.xml", "--only", "P001-002,M940", *TODAY)
    assert (payments / "one.xml").read_bytes() == faulty(CLEAN).replace(b" & ", b" &amp; ")
    assert command("mend", "faulty.xml", "-o", "two.xml", "--only", "X001").code == 2


def test_a_rule_that_is_left_out_changes_nothing(payments: Path, command: Run) -> None:
    """What ``validate`` is told not to say is not mended."""
    done = command("mend", "faulty.xml", "-o", "copy.xml", "--ignore", "P001-002", *TODAY)
    assert (payments / "copy.xml").read_bytes() == faulty(CLEAN)
    assert "Nothing was changed" in done.out


def test_the_difference_writes_nothing(payments: Path, command: Run) -> None:
    """A unified diff on stdout, the words on stderr; nothing of the file acts on a terminal."""
    (payments / "odd.xml").write_bytes(
        faulty(CLEAN).replace(b"R&amp;D", b"x").replace(b"Rechnung 2", "\u202e2".encode())
    )
    done = command("mend", "odd.xml", "--diff", *TODAY)
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[:2] == ["--- odd.xml", "+++ odd.xml (mended)"]
    assert [line[0] for line in lines if "200" in line and "Amt>" in line] == ["-", "+"]
    assert "\u202e" not in done.out + done.err
    assert "changed, safe: P001-002" in done.err
    assert left_over(payments) == ["faulty.xml", "odd.xml"]


def test_to_stdout(payments: Path, command: Run) -> None:
    """``-o -`` writes the copy alone to stdout."""
    command("mend", "faulty.xml", "-o", "mended.xml", *TODAY)
    done = command("mend", "faulty.xml", "-o", "-", *TODAY)
    assert done.out.encode() == (payments / "mended.xml").read_bytes()
    assert "Left, for a person:" in done.err


def test_never_in_place(payments: Path, command: Run) -> None:
    """Neither under its own name, nor by a link of either kind, nor with ``--force``."""
    os.link("faulty.xml", "hard.xml")
    os.symlink("faulty.xml", "soft.xml")
    for name in ("faulty.xml", "./faulty.xml", "hard.xml", "soft.xml"):
        for force in ((), ("--force",)):
            done = command("mend", "faulty.xml", "-o", name, *force, *TODAY)
            assert (done.code, done.out) == (2, "")
            assert "is never written" in done.err
    assert (payments / "faulty.xml").read_bytes() == faulty(CLEAN)


def test_another_file_is_replaced_by_force_alone(payments: Path, command: Run) -> None:
    """As everywhere."""
    (payments / "mended.xml").write_bytes(b"other")
    assert command("mend", "faulty.xml", "-o", "mended.xml", *TODAY).code == 2
    assert (payments / "mended.xml").read_bytes() == b"other"
    assert command("mend", "faulty.xml", "-o", "mended.xml", "--force", *TODAY).code == 1
    assert (payments / "mended.xml").read_bytes() != b"other"


def test_statements_wait_for_a_person(folder: Path, command: Run) -> None:
    """Line ends are proposals to be looked at."""
    (folder / "lf.sta").write_bytes(LF)
    assert command("mend", "lf.sta", "-o", "safe.sta").code == 0
    assert (folder / "safe.sta").read_bytes() == LF
    done = command("mend", "lf.sta", "-o", "review.sta", "--accept", "review")
    assert (folder / "review.sta").read_bytes() == LF.replace(b"\n", b"\r\n")
    assert "LF \u2192 CR LF (and 5 places more)" in done.out


def test_a_large_file_is_mended_on_the_disk(payments: Path, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes, wherever the file is held."""
    command("mend", "faulty.xml", "-o", "mended.xml", *TODAY)
    monkeypatch.setattr("statements.cli.files.LARGE", 1)
    command("mend", "faulty.xml", "-o", "large.xml", *TODAY)
    assert (payments / "large.xml").read_bytes() == (payments / "mended.xml").read_bytes()
    assert command("mend", "faulty.xml", "-o", "-", *TODAY).out.encode() == (payments / "mended.xml").read_bytes()
    assert command("mend", "faulty.xml", "--diff", *TODAY).out.startswith("--- faulty.xml")


@pytest.mark.parametrize("accept", ["safe", "review"])
def test_the_json_follows_its_schema(payments: Path, command: Run, accept: str) -> None:
    """What was changed, what waits and what is left, for a program."""
    done = command("mend", "faulty.xml", "-o", "mended.xml", "--format", "json", "--accept", accept, *TODAY)
    document = json.loads(done.out)
    check(document, "mended")
    assert (document["changed"], document["complete"], document["after"]["valid"]) == (True, True, False)
    assert sum(each["count"] for each in document["changes"]) == (3 if accept == "safe" else 5)
    assert document["waiting"] == ({"P001-035": 1} if accept == "safe" else {})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("faulty.xml",), "-o OUT is missing"),
        (("faulty.xml", "--diff", "-o", "x.xml"), "--diff writes nothing"),
        (("faulty.xml", "--diff", "--format", "json"), "--format json goes to stdout"),
        (("faulty.xml", "-o", "-", "--format", "json"), "--format json goes to stdout"),
        (("faulty.xml", "-o", "x.xml", "--accept", "all"), "is none of safe, review"),
        (("good.json", "-o", "x.json"), "mend takes payment files"),
        (("binary.bin", "-o", "x.bin"), "CNV-001"),
        (("none.xml", "-o", "x.xml"), "does not exist"),
    ],
)
def test_misuse(payments: Path, command: Run, arguments: tuple[str, ...], words: str) -> None:
    """Said in words, and nothing is written."""
    done = command("mend", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert left_over(payments) == ["faulty.xml"]
