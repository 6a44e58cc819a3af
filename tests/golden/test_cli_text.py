"""What the command prints, in English and in French, held against stored texts.

A change of wording is a change of these files: run with ``STATEMENTS_WRITE_GOLDEN=1`` to write them anew, and read
them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statements.cli.main import run
from tests.unit.cli.conftest import IBAN, JSON, MT940
from tests.unit.cli.test_validate import CFONB

HERE = Path(__file__).parent / "cli"
ROOT = Path(__file__).parent.parent.parent

LATER = MT940.replace(b"260903", b"260908").replace(b"0903C", b"0908C").replace(b"0903D", b"0908D")
"""The statement of another day, which opens with what that of the first day opened with."""
LATER = LATER.replace(b":60F:C260902", b":60F:C260907").replace(b"26246/1", b"26251/1")


def faulty(data: bytes) -> bytes:
    """A payment file with what machines get wrong: blanks, a comma, a bare `&`, a French date, wrong check digits."""
    for old, new in (
        (b"<IBAN>DE96999900000001234567", b"<IBAN>DE96 9999 0000 0001 2345 67"),
        (b">200.01</InstdAmt>", b">200,01</InstdAmt>"),
        (b"<IBAN>MC88", b"<IBAN>MC89"),
        (b"<ReqdExctnDt>2026-12-01", b"<ReqdExctnDt>01/12/2026"),
        (b"Rechnung 1", "Rechnung 1 & S\u00f6hne".encode()),
    ):
        data = data.replace(old, new, 1)
    return data


CASES = {
    "validate-good": ["validate", "good.sta"],
    "validate-wrong": ["validate", "wrong.json"],
    "validate-cfonb": ["validate", "good.txt"],
    "validate-empty": ["validate", "empty.sta"],
    "validate-concise": ["validate", "wrong.json", "--format", "concise"],
    "validate-json": ["validate", "wrong.json", "--format", "json"],
    "mend": ["mend", "faulty.xml", "-o", "mended.xml", "--today", "2026-11-30"],
    "mend-review": ["mend", "faulty.xml", "-o", "mended.xml", "--accept", "review", "--today", "2026-11-30"],
    "mend-diff": ["mend", "faulty.xml", "--diff", "--today", "2026-11-30"],
    "mend-json": ["mend", "good.sta", "-o", "mended.sta", "--format", "json"],
    "show": ["show", "good.sta"],
    "show-ruler-mt940": ["show", "good.sta", "--ruler"],
    "show-ruler-cfonb": ["show", "good.txt", "--ruler"],
    "show-payments": ["show", "payments.xml"],
    "identify": ["identify", "good.sta", "good.txt", "payments.xml", "good.json"],
    "explain": ["explain", "CNV-310"],
    "convert": ["convert", "wrong.json", "good.json", "--to", "cfonb120"],
    "compare": ["compare", "good.sta", "wrong.json"],
    "compare-same": ["compare", "good.sta", "good.sta"],
    "compare-json": ["compare", "good.sta", "later.sta", "--format", "json"],
    "series": ["series", "good.sta", "later.sta", "twice.sta", "good.txt"],
    "series-json": ["series", "good.sta", "later.sta", "--format", "json", "--expect", "day"],
    "validate-series": ["validate", "later.sta", "good.sta", "--format", "concise"],
    "help": ["--help"],
    "help-convert": ["convert", "--help"],
    "help-validate": ["validate", "--help"],
    "help-mend": ["mend", "--help"],
    "help-split": ["split", "--help"],
    "split": ["split", "held.xml", "-o", "out", "--today", "2026-11-30"],
    "help-series": ["series", "--help"],
    "help-compare": ["compare", "--help"],
    "help-anonymise": ["anonymise", "--help"],
}


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", CASES)
def test_output(
    name: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Exit code, stdout and stderr are those stored."""
    samples = {
        "good.sta": MT940,
        "wrong.json": JSON.replace(b'"112.34"', b'"113.34"').replace(IBAN.encode(), b"DE89370400440532013000"),
        "good.txt": CFONB,
        "empty.sta": b"",
        "good.json": JSON,
        "later.sta": LATER,
        "twice.sta": MT940,
        "held.xml": (ROOT / "fixtures" / "pain001" / "clean-03-two-blocks.xml")
        .read_bytes()
        .replace(b"MC8899991000010001234567M54", b"MC8899991000010001234567M55"),
        "payments.xml": (ROOT / "fixtures" / "pain001" / "clean-03-two-blocks.xml").read_bytes(),
    }
    samples["faulty.xml"] = faulty(samples["payments.xml"])
    for file, data in samples.items():
        (tmp_path / file).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    code = run([*CASES[name], "--lang", lang])
    captured = capsysbinary.readouterr()
    text = f"exit code {code}\n".encode() + captured.out + b"---- stderr\n" + captured.err
    stored = HERE / f"{name}.{lang}.txt"
    if os.environ.get("STATEMENTS_WRITE_GOLDEN"):
        stored.parent.mkdir(exist_ok=True)
        stored.write_bytes(text)
    assert text.decode() == stored.read_bytes().decode()


def test_nothing_is_stored_that_no_case_prints() -> None:
    """Every stored text belongs to a case."""
    assert {path.name for path in HERE.iterdir()} == {f"{name}.{lang}.txt" for name in CASES for lang in ("en", "fr")}
