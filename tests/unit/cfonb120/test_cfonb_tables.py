"""The record tables and the rule tables: complete, consistent, in both languages."""

from __future__ import annotations

import re
from typing import cast

import msgspec
import pytest

from statements.formats.cfonb120 import PROFILES, read, rules, write, writer_rules
from statements.formats.cfonb120.profile import applies
from statements.formats.cfonb120.records import OLD_COMPLEMENT, QUALIFIERS, TABLES, WIDTH, Qualifier
from statements.model.statement import References
from statements.rules import Rule, Severity
from tests.cfonb_records import complement, movement, statement

EVERY_RULE = [*rules(), *writer_rules()]


def test_every_record_has_120_characters() -> None:
    """The zones of each record cover exactly 120 positions, and the four codes are those of the norm."""
    assert sorted(TABLES) == ["01", "04", "05", "07"]
    for table in (*TABLES.values(), OLD_COMPLEMENT):
        assert table.zones[-1].end == WIDTH == 120
        assert sum(zone.length for zone in table.zones) == 120
        assert len({zone.key for zone in table.zones}) == len(table.zones)


def test_inner_zones_lie_in_the_information() -> None:
    """The parts of a qualifier follow one another from position 49 and end at 83 or 118, as the norm has them."""
    assert len(QUALIFIERS) == 19
    assert [code for code, one in QUALIFIERS.items() if one.repeatable] == ["LIB"]
    for qualifier in QUALIFIERS.values():
        position = 49
        for zone in qualifier.zones:
            assert zone.start == position, qualifier.code
            position = zone.end + 1
        assert position == 119, qualifier.code


def test_a_member_is_one_that_the_model_has() -> None:
    """Each zone of a qualifier goes to a member of an entry, to a detail with a neutral name, or nowhere."""
    known = {f"{side}.{what}" for side in ("payer", "beneficiary") for what in ("name", "iban")}
    known |= {f"references.{name}" for name in References.__struct_fields__} | {"remittance", "remittance.reference"}
    known |= {"original_amount", ""}
    for qualifier in QUALIFIERS.values():
        assert len(qualifier.members) == len(qualifier.zones), qualifier.code
        for member in qualifier.members:
            assert member in known or re.fullmatch("details[.][A-Z]{4}", member), (qualifier.code, member)
        if not qualifier.order:
            # Written in the order of the details, so it can hold one of them only.
            assert not any(qualifier.members[1:]), qualifier.code


@pytest.mark.parametrize(
    ("members", "order", "information", "details"),
    [
        (("details.INVN",), 0, "2026-0912", {"INVN": "2026-0912"}),
        (("details.INVN",), 5, "2026-0912", {"INVN": "2026-0912"}),
        (
            ("details.INVN", "details.DEPT"),
            9,
            "2026-0912".ljust(35) + "SALES",
            {"INVN": "2026-0912", "DEPT": "SALES"},
        ),
        (("", "details.DEPT"), 9, " " * 35 + "SALES", {"DEPT": "SALES"}),
    ],
)
def test_a_new_qualifier_is_one_row(
    monkeypatch: pytest.MonkeyPatch,
    members: tuple[str, ...],
    order: int,
    information: str,
    details: dict[str, str],
) -> None:
    """A row says where its zones go: they are read into the members, written from them, and read again."""
    like = QUALIFIERS["IPY"]
    members = (*members, *("",) * (len(like.zones) - len(members)))
    row = msgspec.structs.replace(like, code="INV", members=members, order=order)
    monkeypatch.setitem(cast("dict[str, Qualifier]", QUALIFIERS), "INV", row)
    outcome = read(statement(movement(reference="QREF"), complement("INV", information)))
    assert outcome.findings == ()
    (entry,) = outcome.value[0].entries
    assert {detail.qualifier: detail.text for detail in entry.details} == details
    written = write(outcome.value)
    assert written.findings == ()
    assert f"INV{information:70}".encode() in written.value
    assert read(written.value).value == outcome.value


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_every_rule_speaks_both_languages(rule: Rule) -> None:
    """Message in English and French, whole sentences, with the same placeholders."""
    for text in (rule.message.en, rule.message.fr):
        assert text.endswith(".")
        assert text[0].isupper() or text[0] in "{«"
    assert rule.message.en != rule.message.fr
    placeholders = [set(re.findall(r"\{([a-z]+)(?:_fr)?\}", text)) for text in (rule.message.en, rule.message.fr)]
    assert placeholders[0] == placeholders[1]


@pytest.mark.parametrize("rule", EVERY_RULE, ids=lambda rule: rule.id)
def test_every_rule_has_an_example_and_a_fix(rule: Rule) -> None:
    """A person sees in both languages what the fault looks like and what to do about it."""
    assert rule.sample("en")
    assert rule.sample("fr")
    assert rule.columns["example_fr"] != rule.example
    for text in (rule.fix.en, rule.fix.fr):
        assert text.endswith(".")
    assert rule.fix.en != rule.fix.fr


def test_repairs_are_errors_in_the_strict_profile() -> None:
    """Twenty named repairs: seventeen on by default, three only when asked for, all errors in `strict`."""
    repairs = [rule for rule in rules() if rule.repair]
    assert len(repairs) == 20
    assert [rule.id for rule in repairs if rule.columns["default"] == "ask"] == ["C120-221", "C120-222", "C120-223"]
    for rule in repairs:
        assert rule.severity("strict") is Severity.ERROR
        assert rule.severity("standard") is not Severity.ERROR
        assert applies(PROFILES["standard"], rule.id) == (rule.columns["default"] == "on")
        assert not applies(PROFILES["strict"], rule.id)


def test_rule_numbers() -> None:
    """Ids are permanent: none may disappear."""
    numbers = "001-005 011-014 021-024 031-045 047 051-054 061-065 071-076 081-082 201-217 221-223"
    expected = set()
    for part in numbers.split():
        first, _, last = part.partition("-")
        expected |= {f"C120-{number:03d}" for number in range(int(first), int(last or first) + 1)}
    expected -= {"C120-046"}
    assert {rule.id for rule in rules()} == expected
    assert {rule.id for rule in writer_rules()} == {f"CNV-{number}" for number in (*range(101, 119), 199)}
