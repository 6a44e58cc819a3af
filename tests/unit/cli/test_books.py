"""``series``, ``compare`` and ``anonymise``: exit codes, outputs, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.unit.cli.conftest import IBAN, JSON, MT940, Run

ROOT = Path(__file__).parents[3]
LATER = (
    MT940.replace(b"260903", b"260908")
    .replace(b"0903C", b"0908C")
    .replace(b"0903D", b"0908D")
    .replace(b":60F:C260902", b":60F:C260907")
    .replace(b"26246/1", b"26251/1")
)


def test_series_ends_with_1_when_days_are_missing(command: Run, folder: Path) -> None:
    """0 for one sound file, 1 with a hole, 2 for a file of no format, and the JSON says where."""
    (folder / "later.sta").write_bytes(LATER)
    assert command("series", "good.sta").code == 0
    result = command("series", "good.sta", "later.sta", "--format", "json")
    assert result.code == 1
    (account,) = json.loads(result.out)["series"]
    (issue,) = account["issues"]
    assert (issue["kind"], issue["first"], issue["last"], issue["difference"]) == (
        "gap",
        "2026-09-04",
        "2026-09-07",
        "-10.00",
    )
    assert issue["before"] == {"file": "good.sta", "statement": 1}
    assert command("series", "good.sta", "binary.bin").code == 2
    assert command("series", "wrong.sta").code == 1
    assert command("series", "nowhere.sta").code == 2


def test_series_shows_every_kind_of_day(command: Run, folder: Path) -> None:
    """Covered, missing, quiet; and the sentences of what is there twice."""
    (folder / "copy.sta").write_bytes(MT940)
    (folder / "lines.sta").write_bytes(MT940.replace(b"\r\n", b"\n"))
    result = command("series", "good.sta", "copy.sta", "lines.sta")
    assert result.code == 1
    assert "copy.sta is the same file as good.sta" in result.out
    assert "given twice: lines.sta" in result.out


def test_validate_tells_a_hole_between_two_files(command: Run, folder: Path) -> None:
    """A warning on the later file, which can be left out and then is said to be; one file alone has none."""
    (folder / "later.sta").write_bytes(LATER)
    result = command("validate", "good.sta", "later.sta", "--format", "json")
    first, second = json.loads(result.out)["files"]
    assert [item["rule"] for item in first["findings"]] == []
    assert [(item["rule"], item["severity"]) for item in second["findings"]] == [("CNV-030", "warning")]
    assert second["summary"]["warnings"] == 1
    assert "CNV-030" not in command("validate", "later.sta").out
    assert command("validate", "good.sta", "later.sta", "--fail-on", "warning").code == 1
    ignored = command("validate", "good.sta", "later.sta", "--ignore", "CNV-030", "--format", "json")
    assert json.loads(ignored.out)["files"][1]["findings"] == []


def test_compare_ends_with_1_when_something_differs(command: Run, folder: Path) -> None:
    """0 for the same, 1 for a difference, 2 for what cannot be read."""
    (folder / "other.sta").write_bytes(MT940.replace(b"ACOMPTE DEVIS", b"ACOMPTE DEVISE"))
    assert command("compare", "good.sta", "good.sta").code == 0
    result = command("compare", "good.sta", "other.sta", "--format", "json")
    assert result.code == 1
    (pair,) = json.loads(result.out)["accounts"][0]["pairs"]
    assert [item["member"] for item in pair["differences"]] == ["remittance"]
    assert command("compare", "good.sta", "binary.bin").code == 2
    assert command("compare", "-", "-").code == 2


def test_anonymise_writes_numbered_copies(command: Run, folder: Path) -> None:
    """The names of the originals stay at home, nothing is overwritten, and nothing is written next to a refusal."""
    Path(f"{IBAN}.json").write_bytes(JSON)
    result = command("anonymise", "good.sta", f"{IBAN}.json", "-o", "support")
    assert result.code == 0
    assert sorted(path.name for path in Path("support").iterdir()) == ["001.sta", "002.json"]
    copies = b"".join(path.read_bytes() for path in Path("support").iterdir())
    assert IBAN.encode() not in copies
    assert b"CREPERIE" not in copies
    assert command("validate", "support/001.sta", "support/002.json").code == 0
    assert command("anonymise", "good.sta", "-o", "support").code == 2
    refused = command("anonymise", "good.sta", "binary.bin", "-o", "other")
    assert (refused.code, Path("other").exists()) == (2, False)
    assert "cannot be anonymised" in refused.err


@pytest.mark.parametrize("days", ["x", "1.5", "99999999"])
def test_days_are_whole_numbers(command: Run, folder: Path, days: str) -> None:
    """Anything else is wrong use."""
    assert command("anonymise", "good.sta", "-o", "support", "--shift-dates", days).code == 2
    assert command("anonymise", "good.sta", "-o", "support", "--shift-dates", "-28").code == 0


def test_amounts_are_shifted_by_choice(command: Run, folder: Path) -> None:
    """Other amounts that add up; without the option they stay."""
    assert command("anonymise", "good.sta", "-o", "same").code == 0
    assert b"EUR100,00" in Path("same/001.sta").read_bytes()
    assert command("anonymise", "good.sta", "-o", "support", "--shift-amounts").code == 0
    assert b"EUR100,00" not in Path("support/001.sta").read_bytes()
    assert command("validate", "support/001.sta").code == 0


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "holds the amounts of the original"), ("fr", "contient les montants")]
)
def test_amounts_that_must_stay_are_named(
    command: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, lang: str, said: str
) -> None:
    """A file that keeps its amounts ends with 1, an amount at a ceiling is named."""
    payment = (ROOT / "fixtures" / "pain001" / "clean-03.xml").read_bytes()
    Path("ceiling.xml").write_bytes(re.sub(rb"(<InstdAmt[^>]*>)[^<]*", rb"\g<1>100000.00", payment))
    result = command("anonymise", "ceiling.xml", "-o", "support", "--shift-amounts", "--lang", lang)
    assert result.code == 0
    assert ("100,000.00" if lang == "en" else "100\u00a0000,00") in result.err
    monkeypatch.setattr("statements.services.anonymise._File.with_amounts", lambda *_: None)
    result = command("anonymise", "good.sta", "-o", "other", "--shift-amounts", "--lang", lang)
    assert result.code == 1
    assert said in result.err
