"""What is given beside a payment file: references sent before, schemas, a declared name; and sealed content."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

ROOT = Path(__file__).parents[3]
PAYMENT = ROOT / "fixtures" / "pain001" / "clean-03.xml"
MESSAGE = "VIR-2026-11-30"


@pytest.mark.parametrize(
    "content",
    [
        b"OTHER\nVIR-2026-11-30",
        b"\xef\xbb\xbfVIR-2026-11-30\r\nOTHER\r\n",
        "VIR-2026-11-30\n".encode("utf-16"),
        b'OTHER;2026-10-01\r\n"VIR-2026-11-30";2026-11-03\r\n',
        b"2026-11-03\tVIR-2026-11-30\n",
    ],
)
def test_known_references_as_programs_save_them(command: Run, folder: Path, content: bytes) -> None:
    """A byte order mark, CR LF, UTF-16 or further columns do not hide a reference that was sent."""
    (folder / "sent.txt").write_bytes(content)
    given = ("validate", PAYMENT, "--today", "2026-11-30", "--format", "concise")
    assert "P001-137" in command(*given, "--known-ids", "sent.txt").out


def test_a_reference_with_a_blank_is_one_reference(command: Run, folder: Path) -> None:
    """The words of a reference that was sent are no references."""
    (folder / "sent.txt").write_text(f"{MESSAGE} B\n")
    assert command("validate", PAYMENT, "--today", "2026-11-30", "--known-ids", "sent.txt").code == 0


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"pain.001.001.03.xsd": b"<x"}, "pain.001.001.03.xsd cannot be used as the schema of pain.001.001.03"),
        ({"pain.001.001.03.xsd": b"<x/>"}, "this is no schema of pain.001.001.03"),
        ({}, "holds none of the schemas"),
        ({"pain.008.001.02.xsd": b"<x"}, "holds none of the schemas"),
    ],
)
def test_a_schema_folder_that_is_no_use(command: Run, folder: Path, files: dict[str, bytes], said: str) -> None:
    """A broken schema, or a folder without any, is wrong use and is said in a sentence."""
    (folder / "xsd").mkdir()
    for name, data in files.items():
        (folder / "xsd" / name).write_bytes(data)
    result = command("validate", PAYMENT, "--schema-dir", "xsd")
    assert result.code == 2
    assert said in result.err


def test_schemas_of_other_messages_are_left_alone(command: Run, folder: Path) -> None:
    """A folder of published schemas holds many messages; those that are not replaced are not even read."""
    (folder / "xsd").mkdir()
    (folder / "xsd" / "camt.053.001.02.xsd").write_bytes(b"<broken")
    (folder / "xsd" / "pain.001.001.03.xsd").write_bytes((ROOT / "schemas" / "pain.001.001.03.xsd").read_bytes())
    assert command("validate", PAYMENT, "--today", "2026-11-30", "--schema-dir", "xsd").code == 0


def test_an_empty_declared_name(command: Run) -> None:
    """--declared without a name is wrong use."""
    result = command("validate", PAYMENT, "--declared", "")
    assert result.code == 2
    assert "the name is empty" in result.err


@pytest.mark.parametrize(
    "data",
    [
        b"\x85\x01\x0c\x03" + bytes(range(128, 256)),
        b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n\nMIIB\n",
    ],
    ids=["pgp", "smime"],
)
def test_sealed_content_is_named(command: Run, folder: Path, data: bytes) -> None:
    """Binary PGP and S/MIME are told as what they are, not as unknown bytes."""
    (folder / "payment.xml").write_bytes(data)
    result = command("validate", "payment.xml", "--format", "concise")
    assert result.code == 1
    assert "P001-011" in result.out


def test_what_is_expected_is_said_in_french(command: Run, folder: Path) -> None:
    """The form that a schema asks for is described in the language of the report, in every form of it."""
    text = PAYMENT.read_text()
    (folder / "bad.xml").write_text(re.sub("<ReqdExctnDt>[^<]*<", "<ReqdExctnDt>02/12/2026<", text))
    for form in ("text", "json", "jsonl", "sarif"):
        given = ("validate", "bad.xml", "--today", "2026-11-30", "--format", form)
        assert "un jour" in command(*given, "--lang", "fr").out, form
        assert "un jour" not in command(*given).out, form
