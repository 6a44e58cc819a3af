"""The text rule: clean Unicode, transliteration, character sets."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.reference.tables import table
from statements.wire.charset import CFONB_SEPA, CFONB_STRICT, SWIFT_X, CharacterSet, clean, describe, hidden

SEPA_CHARACTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+")
ALLOWED = {
    "x": SEPA_CHARACTERS,
    "sepa": SEPA_CHARACTERS,
    "strict": set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -./()"),
}
SETS = (SWIFT_X, CFONB_SEPA, CFONB_STRICT)


def test_texts_of_the_sample_month(corpus: Path) -> None:
    """Every text of the sample month becomes exactly what the page of worked examples says."""
    lines = (corpus / "qonto" / "expected_texts.tsv").read_text("utf-8").split("\n")[1:]
    rows = [line.split("\t") for line in lines if line]
    assert len(rows) > 100
    for before, mt940, cfonb in rows:
        text = json.loads(before)
        assert (SWIFT_X.fit(text), CFONB_SEPA.fit(text)) == (mt940, cfonb), text


@pytest.mark.parametrize(
    ("before", "swift", "sepa", "strict"),
    [
        ("  blancs   multiples ", "blancs multiples", "BLANCS MULTIPLES", "BLANCS MULTIPLES"),
        ("L'Île, n° 5 : 3+4 ?", "L'Ile, n. 5 : 3+4 ?", "L'ILE, N. 5 : 3+4 ?", "L ILE. N. 5 . 3.4 ."),
        ("A\u0085B\u2028C\u2029D\x0bE\x0cF\x00G", "A B C D E F G", "A B C D E F G", "A B C D E F G"),
        ("a\u200bb\u202ec\ufeff", "abc", "ABC", "ABC"),
        ("½ ⅕ ⅔", "1/2 1/5 2/3", "1/2 1/5 2/3", "1/2 1/5 2/3"),
        ("Οδός Ωμέγα", "Odos Omega", "ODOS OMEGA", "ODOS OMEGA"),
        ("e\u0301 et \u0301", "e et", "E ET", "E ET"),
        ("株式会社", "....", "....", "...."),
        ("\ud800", ".", ".", "."),
        ("❤\ufe0f 12 €", ". 12 EUR", ". 12 EUR", ". 12 EUR"),
        ("ＡＢ１２", "AB12", "AB12", "AB12"),
        (" \t\r\n\u00a0", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_fit(before: str, swift: str, sepa: str, strict: str) -> None:
    """The whole rule gives the spelled-out text of each set."""
    assert [charset.fit(before) for charset in SETS] == [swift, sepa, strict]


def test_identifiers_keep_their_case() -> None:
    """An identifier keeps its letters as they are, unless the set has no small letters."""
    assert CFONB_SEPA.fit("Rum-é1 a", keep_case=True) == "Rum-e1 a"
    assert CFONB_STRICT.fit("Rum-é1 a", keep_case=True) == "RUM-E1 A"


@given(st.text())
def test_result_lies_in_the_set(text: str) -> None:
    """Whatever the text, the result holds characters of the set only, single blanks, none at the ends."""
    for charset in SETS:
        for keep_case in (False, True):
            fitted = charset.fit(text, keep_case=keep_case)
            assert set(fitted) <= ALLOWED[charset.name]
            assert "  " not in fitted
            assert fitted == fitted.strip()
            assert charset.fit(fitted, keep_case=keep_case) == fitted
            assert charset.outside(fitted) == ""


@given(st.text())
def test_clean_comes_before_fit(text: str) -> None:
    """Cleaning on reading changes nothing of what a writer makes, is idempotent, and leaves nothing hidden."""
    cleaned = clean(text)
    assert not hidden(cleaned)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean(cleaned) == cleaned
    assert SWIFT_X.fit(cleaned) == SWIFT_X.fit(text)


@given(st.text(st.characters(codec="latin-1")))
def test_capitals_are_the_only_difference_of_the_two_sets(text: str) -> None:
    """The CFONB set is the SWIFT set in capitals."""
    assert CFONB_SEPA.fit(text) == SWIFT_X.fit(text).upper()


def test_nothing_changes_means_the_same_object() -> None:
    """A text that is right already comes back as the same object: callers may compare with ``is``."""
    for text in ("".join(["FACTURE", " 12"]), "".join(["20", "26"])):
        assert clean(text) is text
        for charset in (CharacterSet("x", "A-Z0-9 "), CharacterSet("y", "A-Z0-9 ", upper=True)):
            assert charset.fit(text) is text


def test_cache_is_bounded() -> None:
    """A hundred thousand distinct texts do not stay in memory."""
    charset = CharacterSet("x", "A-Z0-9 ")
    for number in range(40_000):
        charset.fit(f"TEXT {number}")
    assert len(charset._cache) <= 16_384
    assert charset.fit("A" * 1_000_000) == "A" * 1_000_000
    assert max(map(len, charset._cache)) < 1_000


def test_outside_names_each_character_once() -> None:
    """The foreign characters come in order of appearance, once each."""
    assert SWIFT_X.outside("a&b€c&d") == "&€"
    assert CFONB_STRICT.outside("a,B") == "a,"


@pytest.mark.parametrize(
    ("char", "name"),
    [
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\r", "U+000D CARRIAGE RETURN"),
        ("\x03", "U+0003 CONTROL"),
        ("\ue000", "U+E000 PRIVATE USE"),
        ("\ud800", "U+D800 SURROGATE"),
        ("🥐", "U+1F950 CROISSANT"),
        ("\U000e0fff", "U+E0FFF UNASSIGNED"),
    ],
)
def test_describe(char: str, name: str) -> None:
    """A character is named so that it can be searched for."""
    assert describe(char) == name


def test_hidden_agrees_with_the_table() -> None:
    """The character classes in the code are those of the table, no more and no less."""
    for row in table("charset"):
        char = chr(int(row["codepoint"][2:], 16))
        expected = row["class"] in ("control", "invisible") or char in "\u2028\u2029"
        assert hidden(f"a{char}b") is expected, row
        kept = unicodedata.normalize("NFC", char)
        becomes = {"(space)": " ", "(removed)": ""}[row["proposal"]] if expected else kept
        assert clean(f"a{char}b") == f"a{becomes}b", row


def test_every_proposal_lies_in_the_set() -> None:
    """No replacement brings in a character that needs one itself, and none of them is a question mark by default."""
    for row in table("charset"):
        for column in ("proposal", "proposal_de"):
            cell = row[column]
            assert cell in ("(space)", "(removed)") or set(cell) <= SEPA_CHARACTERS, row
            assert cell != "?" or row["codepoint"] == "U+00BF"
