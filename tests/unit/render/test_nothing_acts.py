"""Nothing of a file acts on a terminal: escapes at every position of every format, and every output is read."""

from __future__ import annotations

import json
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import msgspec
import pytest

from statements import visible
from statements.cli.console import escaped
from statements.cli.render import RENDERERS, CheckedFile, load
from statements.cli.render.payments import file_lines
from statements.cli.render.statement import statement_lines
from statements.cli.render.text import concise_line
from statements.cli.texts import Texts
from statements.formats import register
from statements.services.convert import payment_document
from statements.services.identify import identify
from statements.services.read import ReadOptions, gather
from statements.services.validate import CheckOptions, check
from tests.unit.cli.conftest import IBAN, JSON, MT940, Run
from tests.unit.cli.conftest import command as command
from tests.unit.cli.test_validate import CFONB

ROOT = Path(__file__).parents[3]
PAYLOADS = ("\x1b]0;x\x07\nFORGED", "\u009b31m\u202eFORGED\r\n", "\u2028FORGED\u061c\u200b")
QONTO = (
    b'{"transactions": [{"transaction_id": "t-1", "amount_cents": 1250, "side": "credit", "status": "completed", '
    b'"currency": "EUR", "label": "X", "settled_at": "2026-09-01T08:00:00Z", "settled_balance_cents": 2250, '
    b'"operation_type": "income"}]}'
)
SAMPLES = {
    "mt940": MT940,
    "cfonb120": CFONB,
    "json": JSON,
    "qonto-json": QONTO,
    "pain.001": (ROOT / "fixtures" / "pain001" / "clean-03-no-creditor-bank.xml").read_bytes(),
}
TEXTS = Texts("en")


def inserted(data: bytes, step: int) -> list[bytes]:
    """The sample with each payload, in turn, at every ``step``-th position and at every value of an XML file."""
    text = data.decode("utf-8")
    positions = [match.start() for match in re.finditer(r"(?<=>)[^<>\s]", text)] if data.startswith(b"<") else []
    places = positions or range(0, len(text) + 1, step)
    return [(text[:at] + PAYLOADS[turn % len(PAYLOADS)] + text[at:]).encode("utf-8") for turn, at in enumerate(places)]


def shown(data: bytes) -> dict[str, str]:
    """Everything that a person or a program reads about a file."""
    options = CheckOptions()
    checked = CheckedFile("x", data, check(data, options))
    found = {
        form: str(load(renderer.place)([checked], lang))
        for form, renderer in RENDERERS.items()
        if form != "pain.002"
        for lang in ("en", "fr")
    }
    identity = identify(data)
    found["identify"] = visible.one_line(identity.name.en) + "\n"
    if identity.kind != "known":
        return found
    row = identity.reader
    if row.holds == "payments":
        file = row.module().read(data).value
        lines = list(file_lines(file, TEXTS)) if file is not None else []
        found["json data"] = escaped(payment_document([("x", data)]).value).decode()
    else:
        gathered = gather([("x", data)], ReadOptions(accounts=(IBAN,) if row.together else ()))
        lines = [line for statement in gathered.statements for line in statement_lines(statement, TEXTS)]
        lines += [concise_line(item, "x", TEXTS) for item in gathered.findings]
        found["json data"] = escaped(register.neutral().write(gathered.statements).value).decode()
    if row.ruler:
        lines += load(row.ruler)(data, TEXTS)
    # What the command prints of lines: each stays one.
    found["lines"] = "".join(f"{visible.one_line(line)}\n" for line in lines)
    return found


def acts(text: str) -> list[str]:
    """What in a printed text would act: hidden characters but line feeds, and a line of the file's own making."""
    found = [hex(ord(char)) for char in set(visible.HIDDEN.findall(text)) - {"\n"}]
    return found + [line for line in text.split("\n") if line.startswith("FORGED")]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_escape_of_a_file_is_printed(name: str) -> None:
    """Text, concise, JSON, SARIF, JUnit, GitHub, show, ruler, identify: nothing acts, and documents stay whole."""
    for data in inserted(SAMPLES[name], 5):
        for form, text in shown(data).items():
            assert acts(text) == [], (form, data)
            if form in ("json", "sarif", "json data"):
                msgspec.json.decode(text)
            elif form == "junit":
                ElementTree.fromstring(text)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_command_prints_no_escape(command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The same through the command, stderr included."""
    monkeypatch.chdir(tmp_path)
    for data in inserted(SAMPLES[name], 61)[:25]:
        (tmp_path / "x").write_bytes(data)
        for arguments in (["validate"], ["show"], ["show", "--ruler"], ["show", "--format", "json"], ["identify"]):
            result = command(*arguments, "x")
            assert (acts(result.out), acts(result.err)) == ([], []), (arguments, data)
        assert acts(command("convert", "x", "--to", "mt940", "-o", "out", "--force", "--account", IBAN).err) == []


def test_a_name_of_a_file_is_shown_safely(command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are content, too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x\x1b[31m\nFORGED.sta").write_bytes(MT940)
    for form in RENDERERS:
        if form != "pain.002":
            result = command("validate", "x\x1b[31m\nFORGED.sta", "y\x9b\nFORGED", "--format", form)
            assert (acts(result.out), acts(result.err)) == ([], []), form


def test_the_list_is_that_of_unicode() -> None:
    """Every control, format character, separator of lines and half surrogate, and nothing that is seen."""
    wanted = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    found = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in wanted}
    missed = [hex(ord(char)) for char in found if not visible.HIDDEN.match(char)]
    # A newer Unicode than the one of this Python may know more format characters, never fewer.
    assert missed == []
    assert not visible.HIDDEN.search("Crêperie de l'Île – 12 345,67 € « œuvre » 你好 🎉")


def test_no_document_is_passed_by_that_holds_one() -> None:
    """The quick look before a document is gone through misses none of them, and every function escapes each."""
    for char in {chr(code) for code in range(0x110000) if visible.HIDDEN.match(chr(code))} - {"\t", "\n"}:
        document = f'{{"name": "Crêperie {char}"}}'
        assert char not in visible.in_json(document)
        assert char not in visible.in_xml(document)
        assert char not in visible.safe(document)
        if not "\ud800" <= char <= "\udfff":
            assert json.loads(visible.in_json(document)) == {"name": f"Crêperie {char}"} or char < " "
    for layout in "\t\n":
        assert visible.in_json(f"[{layout}1]") == f"[{layout}1]"
