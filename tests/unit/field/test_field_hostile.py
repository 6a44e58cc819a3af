"""Files made to break a program, and what must hold of every one: an exit code, a verdict, nothing that acts."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from tests.unit.cli.conftest import IBAN, JSON, MT940, Run
from tests.unit.cli.test_validate import CFONB
from tests.unit.field.test_field_qonto import ACCOUNT, account, organization, page, row
from tests.unit.field.test_field_statements import CLEAN

TODAY = ("--today", "2026-11-30")
DIGITS = "9" * 5_000
FORMS = "text concise json jsonl sarif junit github html".split()
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u061c]")


@pytest.mark.parametrize("form", FORMS)
def test_thousands_of_digits_in_a_payment(command: Run, folder: Path, form: str) -> None:
    """Every form of the report tells the same rule, with the same exit code."""
    (folder / "in.xml").write_text(CLEAN.replace(">1200.00<", f">{DIGITS}<"))
    result = command("validate", "in.xml", *TODAY, "--format", form)
    assert result.code == 1
    assert "P001-035" in result.out


@pytest.mark.parametrize("field", ["C12,34", "EUR100,00", "26246/1"])
def test_thousands_of_digits_in_a_statement(command: Run, folder: Path, field: str) -> None:
    """A finding at its place; no other file of the run loses its verdict by it."""
    kept = field[0] if field[0] == "C" else field[:3] if field[0] == "E" else ""
    (folder / "digits.sta").write_bytes(MT940.replace(field.encode(), f"{kept}{DIGITS},00".encode()))
    result = command("validate", "good.sta", "digits.sta", "wrong.sta", "--format", "json")
    files = {item["file"]: item for item in json.loads(result.out)["files"]}
    assert result.code == 1
    assert set(files) == {"good.sta", "digits.sta", "wrong.sta"}
    assert files["good.sta"]["valid"]
    assert files["digits.sta"]["findings"][0].get("line")


def test_thousands_of_digits_in_our_json(command: Run, folder: Path) -> None:
    """Refused as an amount by every command, in one line that can be read."""
    (folder / "in.json").write_bytes(JSON.replace(b'"12.34"', b'"' + DIGITS.encode() + b'"'))
    for arguments in (("validate", "in.json"), ("show", "in.json"), ("convert", "in.json", "--to", "mt940")):
        result = command(*arguments)
        assert result.code == 1, arguments
        assert "CNV-306" in result.out + result.err
        assert max(map(len, (result.out + result.err).splitlines())) < 1_000, arguments


ESCAPES = "\x1b[2J\x9b\u202e\u061cX"
LINES = "\nFORGED"


def escaped() -> dict[str, bytes]:
    """One file of each kind with what acts on a terminal, in a place of its own."""
    xml = "".join(f"&#{ord(char)};" if char not in "\x1b" else "" for char in ESCAPES + LINES)
    raw = ESCAPES.encode()
    own = json.dumps(ESCAPES + LINES).encode()[1:-1]
    return {
        "number.sta": MT940.replace(b"26246/1", b"1/" + raw),
        "account.sta": MT940.replace(IBAN.encode(), b"X" + raw),
        "code.txt": CFONB.replace(b"EUR2", b"\x1bUR2"),
        "currency.xml": CLEAN.replace('Ccy="EUR">1200', f'Ccy="EUR{xml}">1200').encode(),
        "namespace.xml": CLEAN.replace("pain.001.001.03", f"pain{xml}.001.001.03").encode(),
        "name.xml": CLEAN.replace("Papierhaus Nord", f"Papierhaus {xml}").encode(),
        "currency.json": JSON.replace(b'"currency": "EUR"}, "opening"', b'"currency": "EUR' + own + b'"}, "opening"'),
        "code.json": JSON.replace(b'"cfonb": "05"', b'"cfonb": "05' + own + b'"'),
        "error.json": json.dumps({"errors": [{"code": ESCAPES + LINES, "detail": ESCAPES}]}).encode(),
    }


@pytest.mark.parametrize("name", escaped())
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_nothing_of_a_file_acts(command: Run, folder: Path, name: str, lang: str) -> None:
    """No control, no mark of direction, no line of its own: whatever command shows the file."""
    (folder / name).write_bytes(escaped()[name])
    runs = [("validate", name, *TODAY, "--format", form) for form in FORMS]
    runs += [("show", name), ("identify", name), ("convert", name, "--to", "json"), ("series", name)]
    for arguments in runs:
        result = command(*arguments, "--lang", lang)
        assert result.code in (0, 1, 2), arguments
        for line in (result.out + result.err).splitlines():
            assert not line.startswith("FORGED"), arguments
            assert ACTS.search(line) is None, (arguments, line)


def elapsed(command: Run, *arguments: str) -> float:
    start = time.process_time()
    command(*arguments)
    return time.process_time() - start


def grown(family: str, size: int) -> str | bytes:
    """A file of a family whose time must grow with its size alone."""
    if family == "unknown elements":
        return CLEAN.replace("<CdtTrfTxInf>", "<CdtTrfTxInf>" + "<x/>" * size, 1)
    if family == "members twice":
        return JSON.decode().replace("{", "{" + "".join(f'"x{at}": 1, ' for at in range(size)) * 2, 1)
    rows = (row(at, "12", 100, bank_account_id=f"x{at}") for at in range(size))
    return json.dumps({**json.loads(page(*rows)), **json.loads(organization(account(ACCOUNT, IBAN, 0)))})


@pytest.mark.parametrize("family", ["unknown elements", "members twice", "unknown accounts"])
def test_time_grows_with_the_size(command: Run, folder: Path, family: str) -> None:
    """Four times the size, at most six times the time (it was sixteen and more)."""
    name = "in.xml" if family == "unknown elements" else "in.json"
    times = []
    for size in (1_500, 6_000):
        (folder / name).write_text(str(grown(family, size)))
        arguments = ("convert", name, "--to", "json") if family == "unknown accounts" else ("validate", name, *TODAY)
        times.append(min(elapsed(command, *arguments) for _ in range(3)))
    assert times[1] < 6 * times[0] + 0.2


def test_counts_are_true(command: Run, folder: Path) -> None:
    """As many as there are, also far beyond what is listed."""
    told = []
    for size in (3_000, 6_000):
        (folder / "in.xml").write_text(str(grown("unknown elements", size)))
        (file,) = json.loads(command("validate", "in.xml", *TODAY, "--format", "json").out)["files"]
        assert file["summary"]["errors"] == len(file["findings"]) + sum(file["hidden"].values())
        told.append(file["summary"]["errors"])
    assert told == [3_000, 6_000]


def test_an_empty_party(command: Run, folder: Path) -> None:
    """Members of a party are optional: it is read, written, and reads back."""
    (folder / "in.json").write_bytes(JSON.replace(b'{"name": "CREPERIE DE L\'ILE", "role": "payer"}', b"{}"))
    assert command("validate", "in.json").code == 0
    for form in ("json", "mt940", "cfonb120"):
        assert command("convert", "in.json", "--to", form).code == 0, form


def test_a_column_that_stands_twice(command: Run, folder: Path) -> None:
    """Two amounts of one row are no amount."""
    header = "Date de la valeur (local);Nom de la contrepartie;Montant total (TTC);Montant total (TTC)\n"
    (folder / "in.csv").write_text(header + "12-05-2026 10:00:00;Rive;120,00;1 860,00\n")
    result = command("convert", "in.csv", "--account", IBAN, "--opening", "0", "--to", "json")
    assert (result.code, result.out, "QNT-065 error" in result.err) == (1, "", True)
