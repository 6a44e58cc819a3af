"""Every French text of the program, read by a machine: typography, and no word of the English model in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from statements.cli.texts import TEXTS, Texts
from statements.findings import Finding
from statements.formats import register
from statements.model.statement import Balance, Entry, References, Statement
from statements.reference.ebics import ebics_names
from statements.rules import Rule, Severity, Text
from statements.services import other_files
from statements.visible import french
from tests.unit.cli.conftest import Run
from tests.unit.cli.conftest import command as command

MEMBERS = frozenset(
    name for record in (Statement, Entry, Balance, References) for name in record.__struct_fields__ if "_" in name
)
ENGLISH = re.compile(
    r"\b(?:ledger|statement|entry|counterparty|remittance|completed|declined|pending|reversed|closing|warning|error)\b"
)
QUOTED = re.compile(r"«[^»]*»|\"[^\"]*\"|`[^`]*`|\{[^}]*\}|--[a-z-]+|<[^>]*>|/[A-Z]+/")


def french_texts() -> dict[str, str]:
    """Every sentence by where it stands, as it is shown."""
    found = {f"cli {key}": Texts("fr")._text(key) for key in TEXTS}
    for book in register.books().values():
        found[f"title {book.name}"] = book.title.get("fr")
        for rule in book.load():
            for part in ("message", "fix", "why"):
                found[f"{rule.id} {part}"] = getattr(rule, part).get("fr")
    for row in register.formats():
        found[f"label {row.name}"], found[f"title {row.name}"] = row.label.get("fr"), row.title.get("fr")
        found.update({f"kind {kind}": name.get("fr") for kind, name in row.variants.items()})
    for name, value in vars(other_files).items():
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, Text):
                found[f"other file {name}"] = text.get("fr")
    found.update({f"ebics {row.key}": french(row.label_fr) for row in ebics_names()})
    return found


FRENCH = french_texts()


def faults(text: str) -> list[str]:
    """What is wrong with one sentence."""
    bare = QUOTED.sub("", text)
    found = []
    if re.search(r" [:;?!»](?![\w=])|« ", text):
        found.append("a blank that breaks before : ; ? ! » or after «")
    if re.search(r"[^\W\d]\s?[!?;](?=\s|$)", bare) and not re.search(r"\u00a0[!?;](?=\s|$)", bare):
        found.append("no blank before ; ? !")
    if "\u2019" in text:
        found.append("two kinds of apostrophe")
    if ENGLISH.search(bare) or any(re.search(rf"\b{name}\b", bare) for name in MEMBERS):
        found.append("a word of the English model")
    if re.search(r"(?<![\d.])\d+\.\d\d(?![\d.])", bare):
        found.append("a decimal point")
    return found


def test_every_french_text_is_french() -> None:
    """Blanks, apostrophes, decimal commas, words."""
    assert len(FRENCH) > 1200
    assert {place: (faults(text), text) for place, text in FRENCH.items() if faults(text)} == {}


@pytest.mark.parametrize(
    "text",
    ["Oui ? non", "C’est", "« oui »", "Quoi?", "Le solde closing est faux", "Un écart de 12.34 EUR", "booking_date"],
)
def test_the_reader_finds_each_fault(text: str) -> None:
    """The test itself can fail."""
    assert faults(text)


def test_every_text_has_its_french() -> None:
    """No sentence is shown in English for want of a French one."""
    for book in register.books().values():
        for rule in book.load():
            for part in ("message", "fix", "why"):
                text = getattr(rule, part)
                assert bool(text.en) == bool(text.fr), rule.id
    assert all(english and french_text for english, french_text in TEXTS.values())


def test_figures_of_a_finding_are_in_the_language() -> None:
    """Amounts and days of ours; what stands in the file, or should, is quoted as it is."""
    rule = Rule(
        id="T-1",
        severities={"default": Severity.ERROR},
        message=Text("{sum} on {day}: {found}, {expected}", "{sum} au {day} : {found}, {expected}"),
    )
    values = {"sum": "-1234.50", "day": "2026-09-30"}
    finding = Finding(rule, Severity.ERROR, found="12.50", expected="2026-10-01", values=values)
    assert finding.message("fr") == "-1\u00a0234,50 au 30/09/2026\u00a0: 12.50, 2026-10-01"
    assert finding.message("en") == "-1234.50 on 2026-09-30: 12.50, 2026-10-01"


def test_one_word_for_the_ledger() -> None:
    """The record of a conversion is the journal everywhere."""
    assert [place for place, text in FRENCH.items() if re.search(r"\bregistres?\b", text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    "setting",
    [
        "page_limit=12",
        "statement_number=x",
        "narrative=x",
        "empty_narrative=x",
        "receiver=x",
        "card_digits=x",
        "issued=x",
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_french(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    """No English word of a writer, or of the reader of Qonto data, follows « Erreur »."""
    monkeypatch.chdir(tmp_path)
    Path("rows.json").write_text('{"transactions": [{"id": "x"}]}', "utf-8")
    result = command("convert", "rows.json", "--to", "mt940", "--set", setting, "--lang", "fr")
    name, _, value = setting.partition("=")
    assert (result.code, result.out) == (2, "")
    assert f"le réglage {name} ne peut pas être «\u00a0{value}\u00a0»" in result.err.replace("Le ", "le ")
    for english in ("cannot", " is ", " or ", "known", "one of"):
        assert english not in result.err
