"""The table of fields against the text of the standard, and negatives made from the table."""

from __future__ import annotations

import pytest

from statements.formats import mt940
from statements.formats.mt940.fields import FIELDS, SEQUENCE, field, may_follow, reachable

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
