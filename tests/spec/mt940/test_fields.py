"""The table of fields against the text of the standard, and negatives made from the table."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats import mt940
from statements.formats.mt940 import read_entry, values
from statements.formats.mt940.fields import FIELDS, SEQUENCE, field, in_order, may_follow, reachable

SAMPLES = {
    "20": "260903KR47K70001",
    "21": "MT920REQUEST",
    "25": "FR7616958000011234567890177",
    "25P": "FR7616958000011234567890177\r\nQNTOFRP1XXX",
    "28C": "26246/1",
    "28": "26246/1",
    "60F": "C260902EUR12450,75",
    "60M": "D260902EUR12450,75",
    "61": "2609030903RC1250,00NTRFNONREF//Q7ZMDRXMAMTSWR2Z\r\n/TRCD/05/",
    "86": "/EREF/E2E-2026-0815\r\n/REMI/Facture",
    "62F": "C260903EUR13649,89",
    "62M": "C260903EUR13649,89",
    "64": "C260903EUR13649,89",
    "65": "C260904EUR13649,89",
    "34F": "EURD0,00",
    "13D": "2609031200+0200",
    "90D": "3EUR285,01",
    "90C": "12EUR1251,00",
}


@pytest.mark.parametrize(("kind", "tag"), [(kind, row.tag) for kind, rows in FIELDS.items() for row in rows])
def test_each_field_parses_and_prints_a_text_of_the_standard(kind: str, tag: str) -> None:
    """One printed text for each field goes through its notation and comes out the same, one name a subfield."""
    row = field(kind, tag)
    values = row.notation.parse(SAMPLES[tag])
    assert values is not None
    assert row.notation.format(values) == SAMPLES[tag]
    assert len(row.subfields) == len(row.notation.subfields)


@pytest.mark.parametrize(("kind", "tag"), [(kind, row.tag) for kind, rows in FIELDS.items() for row in rows])
def test_each_mandatory_subfield_is_missed(kind: str, tag: str) -> None:
    """Cutting a mandatory subfield out of the sample leaves no text of the field."""
    row = field(kind, tag)
    spans = row.notation.spans(SAMPLES[tag])
    assert spans is not None
    for part, span in zip(row.notation.subfields, spans, strict=True):
        if part.optional or part.kind not in "ad" or span is None or tag == "61":
            continue
        text = SAMPLES[tag][: span[0]] + SAMPLES[tag][span[1] :]
        assert row.notation.parse(text) is None, part.notation


FRAME = {
    "20": ":20:R1",
    "25": ":25:FR7616958000011234567890177",
    "28C": ":28C:1/1",
    "60F": ":60F:C260101EUR100,00",
    "62F": ":62F:C260102EUR100,00",
}
MISSING = {"20": "M940-011", "25": "M940-012", "28C": "M940-013", "60F": "M940-014", "62F": "M940-015"}


@pytest.mark.parametrize("tag", list(FRAME))
def test_each_mandatory_field_of_the_table_is_missed_when_dropped(tag: str) -> None:
    """Dropping a field that the table marks M fires the rule that names it, and no other error."""
    lines = [text for name, text in FRAME.items() if name != tag] + ["-"]
    report = mt940.validate("\r\n".join(lines) + "\r\n", profile="swift")
    assert field("940", tag).status == "M"
    errors = {finding.id for finding in report.findings if finding.id not in ("M940-008", "M940-009")}
    assert errors == {MISSING[tag]}


@pytest.mark.parametrize(
    ("kind", "state", "tag"),
    [(kind, state, tag) for kind, states in SEQUENCE.items() for state, tags in states.items() for tag in tags],
)
def test_the_sequence_names_fields_of_its_message(kind: str, state: str, tag: str) -> None:
    """Every tag of the sequence table is a field of the message, or its end."""
    assert tag == "end" or field(kind, tag).tag == tag
    assert may_follow(kind, state, tag)


def test_a_field_that_comes_too_late_is_out_of_order() -> None:
    """What is not reachable any more is M940-017; what skips a field is the rule of the missing field."""
    assert "25" not in reachable("940", "28C")
    assert "62F" in reachable("940", "60F")
    assert "61" not in reachable("940", "62F")


STRICT = {
    "61": ["2609030903RC1250,00NTRFNONREF//Q7ZM", "260903D0,50NMSCREF", "260903CR7,00S103A", "26090CR7,00S103A",
           "260903X7,00NTRFA", "260903C7,00NTRF", "260903C,00NTRFA", "260903C1234567890123456,00NTRFA"],
    "60F": ["C260902EUR12450,75", "D260902EUR0,01", "C260902EUR,75", "X260902EUR1,00", "C26090EUR1,00", "C260902EU1,00",
            "C260902EUR1234567890123,00"],
}  # fmt: skip


@pytest.mark.parametrize(("tag", "text"), [(tag, text) for tag, texts in STRICT.items() for text in texts])
def test_the_strict_expressions_take_what_the_table_takes(tag: str, text: str) -> None:
    """The expressions that are written for speed accept a text exactly when the notation of the table does."""
    strict = {"61": read_entry._STRICT, "60F": values._BALANCE}[tag]
    assert (strict.fullmatch(text) is not None) == (field("940", tag).notation.parse(text) is not None)


@given(st.data())
def test_what_a_strict_expression_takes_fits_the_notation(data: st.DataObject) -> None:
    """A text drawn from the strict form, in the set x, is a text of the standard and gives the same subfields."""
    text = data.draw(st.from_regex(r"\A[0-9]{6}([0-9]{4})?R?[CD]R?[1-9][0-9]{0,8},[0-9]{2}N[A-Z]{3}[A-Z0-9]{1,16}\Z"))
    match = read_entry._STRICT.fullmatch(text)
    parsed = field("940", "61").notation.parse(text)
    assert match is not None
    assert parsed is not None
    assert (match[1], match[2], f"{match[3]},{match[4]}") == (
        parsed[0] + (parsed[1] or ""),
        parsed[2] + (parsed[3] or ""),
        parsed[4],
    )


def test_the_order_of_fields_is_compiled_from_the_table() -> None:
    """Every path through the table of what may follow what is in order, every step that it does not know is not."""
    good = "20 25 28C 60F 61 86 61 62F 64 65 65 86".split()
    assert in_order("940", good)
    for index in range(len(good)):
        shorter = good[:index] + good[index + 1 :]
        allowed = all(
            may_follow("940", before if before != "86" or at < 6 else "86 last", tag)
            for at, (before, tag) in enumerate(pairwise(shorter))
        )
        ends = shorter[-1] in ("62F", "64", "65", "86") and shorter[0] == "20"
        assert in_order("940", shorter) == (allowed and ends), shorter
