"""Texts of strangers: what is cleaned, what is pointed out, and that the short cut never hides either."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.findings import Location, Reporter
from statements.formats.qonto.reader import PROFILE, rules
from statements.formats.qonto.texts import cleaned, lookalike, usable
from statements.wire.charset import clean, hidden

PIECES = st.sampled_from(
    [
        ":61:",
        ":62F:",
        "?20",
        "/REMI/",
        "-",
        "-}",
        "{4:",
        "\n",
        "\x00",
        "\u200b",
        "\u202e",
        "  ",
        " ",
        "é",
        "œ",
        "e\u0301",
        "😀",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=4), max_size=8).map("".join)


def findings(text: str, field: str = "reference") -> tuple[str | None, list[str]]:
    """The clean text and the rules that fired."""
    reporter = Reporter(rules(), PROFILE)
    result = cleaned(text, field, Location(), reporter)
    return result, [finding.id for finding in reporter.findings]


@given(TEXTS)
def test_short_cut_is_never_taken_wrongly(text: str) -> None:
    """A text called plain needs no change and has nothing to report."""
    if text and usable(text):
        assert findings(text) == (text, [])


@given(TEXTS)
def test_result_is_clean(text: str) -> None:
    """What reaches the model holds no control, direction or zero-width character and needs no cleaning again."""
    result, fired = findings(text)
    assert ("QNT-035" in fired) == hidden(text)
    if result is not None:
        assert not hidden(result)
        assert clean(result) == result


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (":61:2609110911C1,00", ":61:"),
        ("a\n:62F:C260930EUR1,", ":62F:"),
        ("20:44:45", ":44:"),
        ("?20NOM", "?20"),
        ("x/REMI/y", "/REMI/"),
        ("a\n-\nb", "-"),
        ("-}", "-}"),
        ("{4:", "{4:"),
        ("0716958    " + "0" * 109, "07"),
        ("Facture 12/09/2026", None),
        ("AC/DC/ZZ", None),
        ("Quoi ?", None),
        ("-suite", None),
        ("07 12 34 56 78", None),
    ],
)
def test_lookalikes_are_known(text: str, part: str | None) -> None:
    """Tags, subfields, code words, ends of message and whole records are pointed out; dates and dashes are not."""
    assert lookalike(text) == part


def test_length_of_a_reference() -> None:
    """140 characters are allowed, counted after cleaning; a label has no such limit."""
    assert findings("x" * 140)[1] == []
    assert findings("x" * 141) == ("x" * 141, ["QNT-037"])
    assert findings(" " + "x" * 140)[1] == []
    assert findings("x" * 141, "label")[1] == []
