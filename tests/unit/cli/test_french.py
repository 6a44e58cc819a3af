"""Every French text of the program, read by a machine: typography, and no word of the English model in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from statements.cli.texts import TEXTS, Texts
from statements.cli.texts_help import PLACEHOLDERS
from statements.findings import Finding
from statements.formats import register
from statements.model.statement import Balance, Entry, References, Statement
from statements.reference.ebics import ebics_names
from statements.reference.external_codes import external_codes
from statements.reference.tables import table
from statements.rules import Rule, Severity, Text
from statements.services import other_files
from statements.visible import french
from statements_bank.desk.rights import plans, roles
from tests.unit.cli.conftest import Run
from tests.unit.cli.conftest import command as command
from tests.unit.field import test_field_qonto as qonto

ROOT = Path(__file__).parents[3]
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
    for family in CODES:
        found.update({f"code {family} {code}": row.french for code, row in external_codes(family).items()})
    for name, key in (("codes", "code"), ("reasons", "reason"), ("quirks", "quirk")):
        rows = table(name, "statements.ebics")
        found.update({f"ebics {name} {row[key]}": Text(row["en"], row["fr"]).get("fr") for row in rows})
    for name, key, column in DATA:
        found.update({f"{name} {row[key]}": french(row[column]) for row in table(name)})
    for place in ("statements_bank", "statements_bank.pages"):
        # The bank shows the texts of its tables as they are.
        found.update({f"{place} {row['key']}": row["fr"] for row in table("texts", place)})
    for key, kind in {**roles(), **plans()}.items():
        found[f"bank {key}"] = kind.name.get("fr")
    return found


DATA = (
    ("cfonb_operations", "code", "french"),
    ("reject_reasons", "code", "french"),
    ("ebics_nature_codes", "code", "name_fr"),
    ("sepa_countries", "country", "name_fr"),
)
"""Tables of reference with a French column: name, key and column."""

CODES = "category_purpose service_level charge_bearer payment_method grouping status status_reason".split()


def prose(page: Path) -> dict[str, str]:
    """The lines of a page in French that a person wrote: neither what is run, nor code inside a line, nor a source."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^- Source.*$|\]\([^)]*\)|^<!--.*-->$|Python 3\.\d+", "", text, flags=re.MULTILINE).replace(
        "\\_", "_"
    )
    return {f"{page.name} {number}": line for number, line in enumerate(text.splitlines(), 1)}


FRENCH = french_texts()


def faults(text: str) -> list[str]:
    """What is wrong with one sentence."""
    bare = QUOTED.sub("", text)
    found = []
    if re.search(r" [:;?!»](?![\w=])|« ", text):
        found.append("a blank that breaks before : ; ? ! » or after «")
    if re.search(r"[^\W\d]:(?=\s|$)", re.sub(r":\w{2,3}:|\bx(?:ml|si):", "", bare)):
        found.append("no blank before :")
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


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.fr.md")), ids=lambda page: page.name)
def test_every_french_page_is_french(page: Path) -> None:
    """The guide, the rules and the page of the trial bank, outside the code that they show."""
    lines = prose(page)
    assert sum(map(bool, lines.values())) > 20
    assert {place: (faults(text), text) for place, text in lines.items() if faults(text)} == {}


@pytest.mark.parametrize(
    "text",
    [
        "Oui ? non",
        "C’est",
        "« oui »",
        "Quoi?",
        "Erreur: non",
        "Le solde closing est faux",
        "Un écart de 12.34 EUR",
        "booking_date",
    ],
)
def test_the_reader_finds_each_fault(text: str) -> None:
    """The test itself can fail."""
    assert faults(text)


def test_names_of_members_stand_between_guillemets() -> None:
    """A name of somebody's data is quoted as such; a setting is named as one."""
    for book in register.books().values():
        for rule in book.load():
            for text in (rule.message.get("fr"), rule.fix.get("fr"), rule.why.get("fr")):
                bare = re.sub(r"réglage \w+", "", QUOTED.sub("", text))
                assert re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", bare) == [], rule.id


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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--mapping", "cut.toml"), "TOML mal formé, ligne 2, colonne 1"),
        (("--mapping", "end.toml"), "TOML mal formé, à la fin"),
        (("--mapping", "latin.toml"), "l'octet 0xe9 en 5 n'est pas de l'UTF-8"),
        (("--mapping", "table.toml"), "table «\u00a0zork\u00a0» inconnue"),
        (("--mapping", "rows.toml"), "s'écrivent [[operation]]"),
        (("--mapping", "side.toml"), "side vaut credit, debit ou *"),
        (("--mapping", "code.toml"), "«\u00a01234\u00a0» n'est pas un cfonb_code"),
        (("--mapping", "column.toml"), "colonne «\u00a0zork\u00a0» inconnue"),
        (("--mapping", "header.toml"), "colonne «\u00a0zork\u00a0» inconnue dans [csv.headers]"),
        (("--mapping", "status.toml"), "statut «\u00a0zork\u00a0» inconnu dans [csv.statuses]"),
        (("--mapping", "absent.toml"), "absent.toml n'existe pas"),
        (("--profile", "cut.toml"), "n'est pas du TOML bien formé\u00a0: ligne 2, colonne 1"),
        (("--profile", "zork"), "Le profil «\u00a0zork\u00a0» de mt940 n'existe pas"),
        (("--set", "zork=1"), "Le réglage «\u00a0zork\u00a0» n'existe pas"),
        (("--repair", "zork"), "La réparation «\u00a0zork\u00a0» n'existe pas"),
        (("--config", "cut.toml"), "TOML mal formé, ligne 2, colonne 1"),
        (("--config", "absent.toml"), "le fichier de réglages ne peut pas être lu\u00a0: il n'existe pas"),
        (("--config", "force.toml"), "--force ne peut être que tapé"),
    ],
)
def test_what_cannot_be_used_is_told_in_french(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, str], words: str
) -> None:
    """Mapping, profile and settings files, and the names in them: no word of a parser or of the core in English."""
    monkeypatch.chdir(tmp_path)
    files = {
        "cut.toml": b"[a]\n= 1\n",
        "end.toml": b"x = [",
        "latin.toml": b"x = '\xe9'",
        "table.toml": b"[zork]\n",
        "rows.toml": b"[operation]\n",
        "side.toml": b"[[operation]]\noperation_type = 'card'\nside = 'out'\n",
        "code.toml": b"[[operation]]\noperation_type = 'card'\ncfonb_code = '1234'\n",
        "column.toml": b"[[operation]]\noperation_type = 'card'\nzork = '1'\n",
        "header.toml": b"[csv.headers]\nMontant = 'zork'\n",
        "status.toml": b"[csv.statuses]\nFait = 'zork'\n",
        "force.toml": b"force = true\n",
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "rows.json").write_text('{"transactions": [{"id": "x"}]}', "utf-8")
    front = arguments if arguments[0] == "--config" else ()
    rest = () if front else arguments
    result = command(*front, "convert", "rows.json", "--to", "mt940", *rest, "--lang", "fr")
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert not re.search(r"\b(?:unknown|known|cannot|invalid|expected|mapping|the|is)\b", result.err, re.IGNORECASE)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("convert",), "Il manque SOURCE."),
        (("convert", "x"), "Il manque l'option --to."),
        (("validate",), "Il manque FICHIER."),
        (("convert", "x", "--to", "mt940", "--force=yes"), "L'option --force ne prend pas de valeur."),
        (("convert", "x", "--to"), "L'option --to demande une valeur."),
        (("explain", "a", "b"), "Il y a un argument de trop\u00a0: b."),
        (("certs",), "Indiquez l'un de make, show, check, letter."),
        (("certs", "zork"), "La commande «\u00a0zork\u00a0» n'existe pas"),
        (("schema", "zork"), "NOM\u00a0: «\u00a0zork\u00a0» n'est pas parmi"),
        (("convert", "x", "--to", "mt940", "--set", "zork"), "«\u00a0zork\u00a0» n'est pas de la forme CLÉ=VALEUR."),
        (("validate", "x", "--zork"), "L'option --zork n'existe pas."),
    ],
)
def test_wrong_use_is_told_in_french(command: Run, arguments: tuple[str, ...], words: str) -> None:
    """No sentence of click, and no English word for a value."""
    result = command("--lang", "fr", *arguments)
    assert result.code == 2
    assert words in result.err
    assert not re.search(r"Missing|Option '|Got |No such|requires|\bFILE\b|\bNAME\b|\bVALUE\b", result.err)


def test_the_help_is_french_to_the_words_for_values(command: Run) -> None:
    """No command shows an English word for what is to be typed."""
    for name in ("convert", "validate", "fetch", "series", "anonymise", "schema"):
        words = set(re.findall(r"(?<![\w-])[A-Z]{3,}(?![\w-])", command(name, "--help", "--lang", "fr").out))
        assert not words & set(PLACEHOLDERS), name


def of_family(rule: str, template: str, **values: str) -> str:
    """The French message of a rule of that family."""
    made = Rule(id=rule, severities={"default": Severity.ERROR}, message=Text("{found} {expected}", template))
    return Finding(
        made, Severity.ERROR, found=values.pop("found"), expected=values.pop("expected"), values=values
    ).message("fr")


@pytest.mark.parametrize("family", ["M940-999", "C120-999", "QNT-999"])
def test_what_stands_in_a_statement_is_quoted_and_what_is_computed_is_french(family: str) -> None:
    """Between guillemets as it is; figures, days and ranges of ours in French; nothing else is touched."""
    said = of_family(family, "« {found} » donne {expected}", found="1200.50", expected="-1200.50")
    assert said == "«\u00a01200.50\u00a0» donne -1\u00a0200,50"
    assert of_family(
        family, "{found}, {expected}", found="2026-05-01 – 2026-05-31", expected="10.00 EUR 2026-05-01"
    ) == ("01/05/2026 – 31/05/2026, 10,00 EUR 01/05/2026")
    for kept in ("12345", "261026", "1.2.3", "2026-05-01x", "FR7616958000011234567890177", "A-B", "", "1,010.00"):
        assert of_family(family, "{found}{expected}", found=kept, expected="") == kept


def test_states_of_transactions_are_french(command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No word of the API: neither for a state, nor for a text that changed, nor for a moment."""
    monkeypatch.chdir(tmp_path)
    later = qonto.row(2, "13", -5_000, status="declined", updated_at="2026-05-14T08:00:00.000Z")
    waits = qonto.row(3, "14", 1, status="pending", settled_at=None)
    draft = qonto.row(1, "12", 12_000, balance=112_000) | {"reference": "FA-1 DRAFT"}
    right = qonto.row(1, "12", 12_000, balance=112_000, updated_at="2026-05-12T09:00:00.000Z")
    Path("o.json").write_text(qonto.ONE, "utf-8")
    Path("t.json").write_text(qonto.page(draft, right, qonto.MONTH[1], later, waits), "utf-8")
    said = command("convert", "o.json", "t.json", "--to", "json", "--since", "2026-05-01", "--lang", "fr").err
    for words in (
        "comptabilisée dans un état et refusée dans un autre",
        "écartées\u00a0: 1 (en attente 1)",
        "au statut «\u00a0refusée\u00a0»",
        "modifié le 12/05/2026 à 09:00:00 UTC, est retenu\u00a0: référence «\u00a0FA-1\u00a0» et non «\u00a0FA-1 DRAFT",
    ):
        assert words in said, said
    assert not re.search(r"declined|pending|updated_at|\\breference\\b|\\d{4}-\\d\\d-\\d\\d", said)


def test_ranges_and_balances_are_french(command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days and amounts of what is computed from the data."""
    monkeypatch.chdir(tmp_path)
    Path("o.json").write_text(qonto.ONE.replace("107000", "100000"), "utf-8")
    Path("t.json").write_text(qonto.page(*qonto.MONTH), "utf-8")
    options = ("--to", "json", "--since", "2026-05-01", "--until", "2026-05-31", "--lang", "fr")
    said = command("convert", "o.json", "t.json", *options).err
    assert "laisse 1\u00a0070,00 mais le compte indique 1\u00a0000,00" in said
    assert "La période 01/05/2026 – 31/05/2026 dépasse les jours des données (12/05/2026 – 13/05/2026)" in said
