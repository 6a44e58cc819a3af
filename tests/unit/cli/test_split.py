"""``statements split``: the files it leaves, what it says, and how it ends."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from statements.cli import files
from tests.unit.cli.conftest import Run, left_over
from tests.unit.cli.conftest import command as command
from tests.unit.cli.conftest import folder as folder
from tests.unit.cli.test_schema import check

ROOT = Path(__file__).parents[3]
CLEAN = ROOT / "fixtures" / "pain001" / "clean-03-two-blocks.xml"
DAY = ("--today", "2026-11-30")


@pytest.fixture
def payments(folder: Path) -> Path:
    """A file of three payments in two blocks, of which one has a wrong account."""
    data = CLEAN.read_bytes().replace(b"MC8899991000010001234567M54", b"MC8899991000010001234567M55")
    path = folder / "payments.xml"
    path.write_bytes(data)
    (folder / "sound.xml").write_bytes(CLEAN.read_bytes())
    return path


def written(folder: Path) -> list[str]:
    """What a run left."""
    return [name for name in left_over(folder) if name not in ("payments.xml", "sound.xml", "ids.txt")]


def test_ready_and_held_with_the_reasons(payments: Path, command: Run) -> None:
    """Two files and a text; a second run finds them unchanged."""
    done = command("split", "payments.xml", "-o", "out", *DAY)
    assert done.code == 1
    names = ["out", "out/payments.held.txt", "out/payments.held.xml", "out/payments.ready.xml"]
    names.append("out/payments.split.json")
    assert written(payments.parent) == names
    assert "ready, 2 payments, 300.02 EUR, message MULTI-2026-11-READY" in done.out
    assert "held, 1 payment, 10.01 EUR, message MULTI-2026-11-HELD, reasons: payments.held.txt" in done.out
    assert "Payment 3 of 3: M-3, Monte Presse, 10.01 EUR" in done.out
    assert "never both" in done.out
    report = (payments.parent / "out" / "payments.held.txt").read_text("utf-8")
    assert "payments.xml:55:29:" in report
    assert "P001-222 error" in report
    again = command("split", "payments.xml", "-o", "out", *DAY)
    assert (again.code, again.out) == (1, done.out)
    assert command("validate", "out/payments.ready.xml", *DAY).code == 0


def test_in_french(payments: Path, command: Run) -> None:
    """Words and figures."""
    done = command("split", "payments.xml", "-o", "out", "--lang", "fr", *DAY)
    assert "prêts, 2 virements, 300,02\u00a0EUR" in done.out
    assert "retenus, 1 virement" in done.out
    assert "jamais les deux" in done.out
    assert "ne peuvent pas partir" in (payments.parent / "out" / "payments.held.txt").read_text("utf-8")


def test_a_sound_file(payments: Path, command: Run) -> None:
    """Nothing held, no report, exit code 0; parts are numbered by their count."""
    done = command("split", "sound.xml", "-o", "out", "--by", "date", *DAY)
    assert done.code == 0
    assert "2026-12-01" in done.out
    assert command("split", "sound.xml", "-o", "each", "--by", "count=1", *DAY).code == 0
    names = [name for name in written(payments.parent) if name.startswith("each/")]
    assert names == ["each/sound.1.xml", "each/sound.2.xml", "each/sound.3.xml", "each/sound.split.json"]


@pytest.mark.parametrize("by", ["verdict", "account", "date", "count=2"])
def test_json_follows_its_schema(by: str, payments: Path, command: Run) -> None:
    """The answer, and the report beside a part."""
    done = command("split", "payments.xml", "-o", "out", "--by", by, "--format", "json", *DAY)
    assert done.code == 1
    made = json.loads(done.out)
    check(made, "split")
    assert sum(part["payments"] for part in made["parts"]) == made["payments"] == 3
    reports = [part["report"] for part in made["parts"] if "report" in part]
    assert len(reports) == 1
    beside = json.loads(Path(reports[0]).read_text("utf-8"))
    check(beside, "split-report")
    assert [item["payment"] for item in beside["held"]] == [3]


def test_what_stops(payments: Path, command: Run) -> None:
    """Totals until somebody has looked, a reference sent before, a header, a file without payments: nothing is left."""
    sound = CLEAN.read_bytes()
    payments.write_bytes(sound.replace(b"<NbOfTxs>3<", b"<NbOfTxs>4<"))
    done = command("split", "payments.xml", "-o", "out", *DAY)
    assert (done.code, written(payments.parent)) == (1, [])
    assert "--accept review" in done.out
    assert "P001-100" in done.out
    known = command("split", "payments.xml", "-o", "out", "--accept", "review", "--format", "json", *DAY)
    assert (known.code, json.loads(known.out)["wrong_totals"]) == (0, ["P001-100"])
    (payments.parent / "ids.txt").write_text("MULTI-2026-11\n", "utf-8")
    done = command("split", "sound.xml", "-o", "other", "--known-ids", "ids.txt", *DAY)
    assert (done.code, "P001-137" in done.out) == (1, True)
    payments.write_bytes(sound.replace(b"MULTI-2026-11", b"MULTI_2026"))
    done = command("split", "payments.xml", "-o", "other", "--format", "json", *DAY)
    check(json.loads(done.out), "split")
    assert (done.code, json.loads(done.out)["stopped"]) == (1, ["P001-130"])
    payments.write_bytes(b"<Document/>")
    assert command("split", "payments.xml", "-o", "other", *DAY).code == 1
    assert not (payments.parent / "other").exists()


def test_what_is_refused(payments: Path, command: Run) -> None:
    """Statements by their name, bytes that are nothing, files that are not there, a way nobody knows."""
    statement = command("split", "good.sta", "-o", "out")
    assert statement.code == 2
    assert "good.sta holds no payments" in statement.err
    assert "MT940" in statement.err
    for arguments in (
        ["binary.bin"],
        ["nowhere.xml"],
        ["payments.xml", "--by", "bank"],
        ["payments.xml", "--set", "x=1"],
    ):
        done = command("split", *arguments, "-o", "out")
        assert (done.code, done.out) == (2, "")
        assert done.err
    assert written(payments.parent) == []


def test_other_content_is_kept(payments: Path, command: Run) -> None:
    """Exit code 2 and nothing written, unless --force says so."""
    (payments.parent / "out").mkdir()
    (payments.parent / "out" / "payments.held.xml").write_text("mine", "utf-8")
    done = command("split", "payments.xml", "-o", "out", *DAY)
    assert done.code == 2
    assert written(payments.parent) == ["out", "out/payments.held.xml"]
    assert command("split", "payments.xml", "-o", "out", "--force", *DAY).code == 1
    assert (payments.parent / "out" / "payments.held.xml").read_bytes().startswith(b"<?xml")


def test_all_or_nothing(payments: Path, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault while the parts get their names leaves none of them."""
    place = files._place

    def fails(temporary: Path, target: Path, force: bool) -> None:
        if target.name.endswith("held.xml"):
            raise OSError(28, "full")
        place(temporary, target, force)

    monkeypatch.setattr(files, "_place", fails)
    done = command("split", "payments.xml", "-o", "deep/out", *DAY)
    assert done.code == 2
    assert "the disk is full" in done.err
    assert written(payments.parent) == []


def test_from_standard_input(payments: Path, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without a name gives parts that are called payments."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CLEAN.read_bytes())))
    assert command("split", "-", "-o", "out", *DAY).code == 0
    assert written(payments.parent) == ["out", "out/payments.ready.xml", "out/payments.split.json"]


def test_a_large_file_is_streamed(payments: Path, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts are the same as those of a file in memory."""
    assert command("split", "payments.xml", "-o", "memory", *DAY).code == 1
    monkeypatch.setattr(files, "LARGE", 1)
    assert command("split", "payments.xml", "-o", "stream", *DAY).code == 1
    for name in ("payments.ready.xml", "payments.held.xml", "payments.held.txt"):
        assert (payments.parent / "memory" / name).read_bytes() == (payments.parent / "stream" / name).read_bytes()


def test_force_replaces_the_parts_of_an_earlier_split_as_a_set(payments: Path, command: Run) -> None:
    """A part that the new split does not write would be paid beside the new ones: it goes, and nothing else does."""
    out = payments.parent / "out"
    command("split", "payments.xml", "-o", "out", *DAY)
    (out / "mine.xml").write_bytes(b"not a part")
    (out / "payments.mine.xml").write_bytes(b"not a part, though it is called like one")
    before = written(payments.parent)
    refused = command("split", "payments.xml", "-o", "out", "--by", "date", *DAY)
    assert refused.code == 2
    assert "payments.held.xml" in refused.err
    assert "--force" in refused.err
    assert written(payments.parent) == before
    french = command("split", "payments.xml", "-o", "out", "--by", "date", "--lang", "fr", *DAY)
    assert "partir deux fois" in french.err
    done = command("split", "payments.xml", "-o", "out", "--by", "date", "--force", "--format", "json", *DAY)
    removed = ["payments.held.txt", "payments.held.xml", "payments.ready.xml"]
    assert sorted(Path(path).name for path in json.loads(done.out)["removed"]) == removed
    names = {path.name for path in out.iterdir()}
    assert names >= {"mine.xml", "payments.mine.xml", "payments.split.json"}
    assert not names & set(removed)
    manifest = json.loads((out / "payments.split.json").read_bytes())
    check(manifest, "split-manifest")
    listed = manifest["files"]
    assert names == {*listed, "mine.xml", "payments.mine.xml", "payments.split.json"}
    again = command("split", "payments.xml", "-o", "out", "--by", "date", "--format", "json", *DAY)
    assert json.loads(again.out)["removed"] == []


def test_a_mended_source_leaves_no_held_part(payments: Path, command: Run) -> None:
    """The usual day: what was held is mended, the file is split anew, and the old held part is gone, said so."""
    command("split", "payments.xml", "-o", "out", *DAY)
    payments.write_bytes(CLEAN.read_bytes())
    done = command("split", "payments.xml", "-o", "out", "--force", *DAY)
    assert done.code == 0
    assert "earlier split: out/payments.held.xml" in done.out
    assert written(payments.parent) == ["out", "out/payments.ready.xml", "out/payments.split.json"]


def test_a_part_that_was_changed_is_not_taken_away(payments: Path, command: Run) -> None:
    """Neither with --force: somebody has worked on it. Moved away it is no matter any more."""
    command("split", "payments.xml", "-o", "out", *DAY)
    held = payments.parent / "out" / "payments.held.xml"
    held.write_bytes(held.read_bytes() + b"\n")
    payments.write_bytes(CLEAN.read_bytes())
    refused = command("split", "payments.xml", "-o", "out", "--force", *DAY)
    assert refused.code == 2
    assert "were changed since: out/payments.held.xml" in refused.err
    assert held.exists()
    held.unlink()
    assert command("split", "payments.xml", "-o", "out", "--force", *DAY).code == 0


def test_a_foreign_manifest_stays(payments: Path, command: Run) -> None:
    """A file of that name which no split wrote is never replaced, and names in it lead nowhere else."""
    out = payments.parent / "out"
    out.mkdir()
    for content in (b"{}", b"notes", b'{"files": {"../payments.xml": "0"}}'):
        (out / "payments.split.json").write_bytes(content)
        assert command("split", "payments.xml", "-o", "out", "--force", *DAY).code == 2
        assert (out / "payments.split.json").read_bytes() == content
    assert payments.exists()


def test_a_split_that_stops_names_the_parts_that_are_still_there(payments: Path, command: Run) -> None:
    """Nothing is written, nothing goes, and nobody takes the old parts for new ones."""
    command("split", "payments.xml", "-o", "out", *DAY)
    before = written(payments.parent)
    payments.write_bytes(CLEAN.read_bytes().replace(b"<NbOfTxs>3<", b"<NbOfTxs>4<"))
    stopped = command("split", "payments.xml", "-o", "out", "--force", *DAY)
    assert stopped.code == 1
    assert "still there" in stopped.out
    assert "out/payments.held.xml" in stopped.out
    assert written(payments.parent) == before


def test_what_goes_comes_back_when_the_new_set_cannot_be_written(
    payments: Path, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All or nothing holds for the set that is replaced, too."""
    command("split", "payments.xml", "-o", "out", *DAY)
    before = written(payments.parent)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_place", full)
    assert command("split", "payments.xml", "-o", "out", "--by", "date", "--force", *DAY).code == 2
    assert written(payments.parent) == before
