"""What each finding says beside its sentence: the place in the document, what was found, what was expected."""

from __future__ import annotations

import csv
import datetime
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import pytest

from statements.findings import Finding
from statements.formats import pain001
from tests.rule_cases import PAIN001, Case

GOLDEN = Path(__file__).parents[2] / "golden" / "payments" / "said.tsv"
REMEDIES = GOLDEN.with_name("remedies.tsv")
BAD = list(PAIN001.cases(bad=True))
TODAY = datetime.date(2026, 11, 30)


def of_its_rule(case: Case) -> list[Finding]:
    """The findings of the rule of a case, in the strictest profile that has it."""
    for profile in ("qonto", "sepa", "iso"):
        own = [finding for finding in case.findings(profile) if finding.id == case.rule]
        if own:
            return own
    return []


def said(case: Case) -> list[tuple[str, str, str]]:
    """Path, found and expected of the findings of the rule of a case."""
    return [(f.location.path or "", shown(f.found), shown(f.expected)) for f in of_its_rule(case)]


def remedies(case: Case) -> list[tuple[str, str]]:
    """What a case says is to be done, in English and in French."""
    return list(dict.fromkeys((f.fix("en"), f.fix("fr")) for f in of_its_rule(case)))


def shown(text: str | None) -> str:
    """A text as one visible word or more: absent is empty, a blank at an end and a control are seen."""
    return "" if text is None else ascii(text)[:200]


def write() -> None:
    """Write the golden files anew; to be read before they are committed."""
    for path, head, rows in (
        (GOLDEN, ["path", "found", "expected"], said),
        (REMEDIES, ["english", "french"], remedies),
    ):
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
            table.writerow(["case", *head])
            table.writerows((case.id, *row) for case in BAD for row in rows(case))


@lru_cache(maxsize=2)
def golden(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """The golden rows of a file by case."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for line in path.read_text("utf-8").splitlines()[1:]:
        name, *row = line.split("\t")
        rows.setdefault(name, []).append(tuple(row))
    return rows


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_place_found_and_expected(case: Case) -> None:
    """A person or a program that reads only these three knows where the fault is and what should stand there."""
    assert said(case) == golden(GOLDEN)[case.id]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_what_is_to_be_done(case: Case) -> None:
    """The remedy names the thing, in both languages."""
    assert remedies(case) == golden(REMEDIES)[case.id]


VAGUE = re.compile(r"(?i)\bcorrect the|\bcorrigez (?:la|le|l')|shown|listed|affich|d[e\u00e9]crit|\{|\u2026")
# The namespaces of a document, and the letters of a value that is no member of its type, stand beside the sentence.
SHOWN_BESIDE = frozenset({"P001-007"})


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_no_remedy_is_vague(case: Case) -> None:
    """None says to correct something, or points at what stands elsewhere: it says what to write."""
    for english, french in remedies(case):
        assert english
        assert french != english
        if case.rule not in SHOWN_BESIDE:
            assert not VAGUE.search(english), english
            assert not VAGUE.search(french), french


@pytest.mark.parametrize(
    ("place", "written", "english", "french"),
    [
        ("DE96999900000001234567", "DE96 9999 0000 0001 2345 67", "Remove the 5 blanks: DE96999900000001234567.",
         "Supprimez les 5 espaces\u00a0: DE96999900000001234567."),
        ("DE96999900000001234567", "DE96\u00a0999900000001234567", "Remove the blank: DE96999900000001234567.",
         "Supprimez l'espace\u00a0: DE96999900000001234567."),
        ("DE96999900000001234567", "DE96\u200b999900000001234567",
         "Remove U+200B ZERO WIDTH SPACE: DE96999900000001234567.",
         "Supprimez U+200B ZERO WIDTH SPACE\u00a0: DE96999900000001234567."),
        ("DE96999900000001234567", "D\u041596999900000001234567",
         "The second character is U+0415, a Cyrillic letter: type IBAN again.",
         "Le deuxi\u00e8me caract\u00e8re est U+0415, une lettre cyrillique\u00a0: saisissez de nouveau IBAN."),
        ("PAPIDEFFXXX", "PAPIDEFF\u0391XXX", "The ninth character is U+0391, a Greek letter: type BIC again.",
         "Le neuvi\u00e8me caract\u00e8re est U+0391, une lettre grecque\u00a0: saisissez de nouveau BIC."),
        ("DE96999900000001234567", "DE969999000000\u00e91234567",
         "Character 15 is U+00E9 LATIN SMALL LETTER E WITH ACUTE: type IBAN again.",
         "Le caract\u00e8re 15 est U+00E9 LATIN SMALL LETTER E WITH ACUTE\u00a0: saisissez de nouveau IBAN."),
        (">1200.00<", ">1200,00<", "Write 1200.00.", "\u00c9crivez 1200.00."),
        (">1200.00<", ">1 200,00<", "Write 1200.00.", "\u00c9crivez 1200.00."),
        (">1200.00<", ">1200.00 EUR<",
         "The ninth character is the letter E: write the amount in digits with a point, such as 1200.00.",
         "Le neuvi\u00e8me caract\u00e8re est la lettre E\u00a0: \u00e9crivez le montant en chiffres avec un point, "
         "par exemple 1200.00."),
        (">1200.00<", ">1.200,00<",
         "Write the amount without separators of thousands and with a point, such as 1200.00.",
         "\u00c9crivez le montant sans s\u00e9parateur de milliers et avec un point, par exemple 1200.00."),
        (">1200.00<", ">-1200.00<", "Write an amount above zero: a transfer takes nothing back.",
         "\u00c9crivez un montant positif\u00a0: un virement ne reprend rien."),
        (">1200.00<", ">1200.1234567<", "Write InstdAmt with 2 decimals: it has 7.",
         "\u00c9crivez InstdAmt avec 2 d\u00e9cimales\u00a0: il en a 7."),
        ("PAPIDEFFXXX", "PAPIDEFFXX",
         "A BIC has 8 or 11 characters, this one 10: ask for it again, or leave the bank out.",
         "Un BIC a 8 ou 11 caract\u00e8res, celui-ci 10\u00a0: redemandez-le, ou supprimez la banque."),
        ("<MsgId>VIR-2026-11-30", "<MsgId>", "Give MsgId a value.", "Donnez une valeur \u00e0 MsgId."),
        (' Ccy="EUR">1200', ">1200", 'Add Ccy="EUR" to InstdAmt, if it is an amount in euro.',
         'Ajoutez Ccy="EUR" \u00e0 InstdAmt, si le montant est en euros.'),
        (' Ccy="EUR">1200', ' Ccy="eur">1200', "Write EUR.", "\u00c9crivez EUR."),
        (' Ccy="EUR">1200', ' Ccy="EUR" x="1">1200', "Remove the attribute x.", "Supprimez l'attribut x."),
        ("<NbOfTxs>3</NbOfTxs>", "", "Add NbOfTxs to GrpHdr.", "Ajoutez NbOfTxs dans GrpHdr."),
        ("<ChrgBr>SLEV</ChrgBr>", "<ChrgBr>SLEV</ChrgBr><ChrgBr>SLEV</ChrgBr>", "Keep one ChrgBr; there may be 1.",
         "Gardez un seul ChrgBr\u00a0; il peut y en avoir 1."),
        ("</Document>", "", "Export or download the file again: it ends in the middle.",
         "Exportez ou t\u00e9l\u00e9chargez de nouveau le fichier\u00a0: il s'arr\u00eate au milieu."),
        ("Papierhaus", "Papierhaus &eacute;", "Write \u00e9 in place of &eacute;.",
         "\u00c9crivez \u00e9 au lieu de &eacute;."),
    ],
)  # fmt: skip
def test_a_remedy_names_the_thing(place: str, written: str, english: str, french: str) -> None:
    """One fault in the clean file, and the sentence that says what to do about it."""
    text = PAIN001.clean("03", "")
    assert text.count(place) == 1
    (finding, *_) = [
        each
        for each in pain001.validate(text.replace(place, written).encode(), profile="qonto", today=TODAY).findings
        if each.severity == "error"
    ]
    assert (finding.fix("en"), finding.fix("fr")) == (english, french)


def test_every_sentence_is_used() -> None:
    """The table of sentences has no key that the code does not know."""
    package = files("statements.formats.pain001")
    keys = [line.split("\t")[0] for line in package.joinpath("remedies.tsv").read_text("utf-8").splitlines()[2:]]
    code = package.joinpath("remedies.py").read_text("utf-8")
    scripts = {"CYRILLIC", "GREEK", "FULLWIDTH", "ARABIC"}
    assert [key for key in keys if key not in scripts and f'"{key}"' not in code] == []
    assert len(keys) == len(set(keys))


if __name__ == "__main__":
    write()
