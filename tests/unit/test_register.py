"""The register of formats: a format that is registered is known to library and command, and nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import statements
from statements.formats import register
from tests.toy_format import ROW
from tests.unit.cli.conftest import IBAN, MT940, Run
from tests.unit.cli.conftest import command as command

TOY = f"TOY;{IBAN};2026-09-02;100.00\n2026-09-03;12.34;ACOMPTE\n2026-09-03;-2.34;FACTURE\n".encode()
BROKEN = TOY + b"nothing\n"


@pytest.fixture
def toy() -> Iterator[None]:
    """The toy format, registered for one test."""
    register.register(ROW)
    yield
    register.unregister("toy")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a good file, a broken one and an MT940."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.toy").write_bytes(TOY)
    (tmp_path / "broken.toy").write_bytes(BROKEN)
    (tmp_path / "september.sta").write_bytes(MT940)
    return tmp_path


@pytest.mark.usefixtures("toy")
def test_the_library_knows_it() -> None:
    """identify, read, convert in both directions, validate: the four verbs."""
    assert statements.identify(TOY).name.fr == "relevé jouet"
    (statement,) = statements.read(TOY).unwrap()
    assert statement.closing is not None
    assert statement.closing.amount.text == "110.00"
    (file,) = statements.convert([statement], to="toy").unwrap()
    assert (file.name, file.content) == (f"{IBAN}_2026-09-03_2026-09-03.toy", TOY)
    (other,) = statements.convert([statement], to="mt940").unwrap()
    assert statements.read(other.content).value[0].entries[0].remittance == ("ACOMPTE",)
    report = statements.validate(BROKEN)
    assert [(finding.id, finding.location.line) for finding in report.findings] == [("TOY-001", 4)]
    assert statements.validate(BROKEN, profile="mild").valid


@pytest.mark.usefixtures("toy", "folder")
def test_the_command_knows_it(command: Run) -> None:
    """identify, show, show --ruler, validate in text and JSON, explain, and convert from and to it."""
    assert command("identify", "good.toy").out == "good.toy: toy statement\n"
    shown = command("show", "good.toy")
    assert (shown.code, "ACOMPTE" in shown.out) == (0, True)
    assert command("show", "--ruler", "good.toy").out.startswith("Record 1: TOY;")
    assert command("validate", "good.toy").code == 0
    broken = command("validate", "broken.toy")
    assert (broken.code, "TOY-001, line 4" in broken.out, "110.00" in broken.out) == (1, True, True)
    assert command("validate", "broken.toy", "--profile", "mild").code == 0
    assert command("validate", "broken.toy", "--ignore", "TOY-001").code == 0
    assert json.loads(command("validate", "good.toy", "--format", "json").out)["files"][0]["format"] == "toy"
    assert "The line … is no movement." in command("explain", "toy-001").out
    assert command("convert", "september.sta", "--to", "toy").out.startswith(f"TOY;{IBAN}")
    assert command("convert", "good.toy", "--to", "mt940").out.startswith(":20:")
    assert command("convert", "broken.toy", "--to", "mt940").code == 1
    assert "toy" in command("convert", "--help").out


@pytest.mark.usefixtures("folder")
def test_it_is_unknown_before_and_after(command: Run) -> None:
    """Nothing of the tests stays behind in the register."""
    assert statements.identify(TOY).format == "other-csv"
    assert "toy" not in command("convert", "--help").out


def test_the_rows_are_sound() -> None:
    """Every row can be imported and has what it promises; each rule table belongs to one short name."""
    for row in register.formats():
        package = row.module()
        assert (row.reader is None or hasattr(package, "read"), row.writer is None or hasattr(package, "write")) == (
            True,
            True,
        )
        assert row.reader is None or not row.reader.default or row.reader.default in row.reader_profiles()
        assert row.writer is None or not row.writer.default or row.writer.default in row.writer_profiles()
        assert not row.checks or hasattr(package, "validate")
        assert row.reader is None or row.looks_like is not None
        for rule in filter(None, (row.read_back_rule, row.declared_rule)):
            assert any(rule in book.load() for book in row.books), rule
    ids = [rule.id for book in register.books().values() for rule in book.load()]
    assert len(ids) == len(set(ids))


def test_a_name_is_taken_once() -> None:
    """Two formats of one name, or of one kind of file, are refused; the package's own cannot be taken away."""
    with pytest.raises(ValueError, match="mt942"):
        register.register(register.Format(name="mt942", label=ROW.label, title=ROW.title, package="x"))
    with pytest.raises(ValueError, match="belongs to the package"):
        register.unregister("mt940")
    with pytest.raises(ValueError, match="known: qonto-json"):
        register.get("toy")
