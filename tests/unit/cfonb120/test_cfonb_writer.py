"""What the writer refuses, cuts, replaces and leaves out: each rule with a statement that fires it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import msgspec
import pytest

from statements.formats.cfonb120 import PROFILES, iter_write, project, read, verify, write, writer_rules
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import (
    Balance,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
    Statement,
)
from statements.rules import Severity
from tests import build
from tests.build import IBAN

DAY = date(2026, 1, 15)
FIRST = date(2026, 1, 14)


def entry(minor: int = 1_000, **members: Any) -> Entry:
    """A transfer of a payer, with a reference, its SWIFT type unknown."""
    ordinary = {
        "codes": OperationCodes("05" if minor >= 0 else "06"),
        "references": References("QABC"),
        "counterparty": Party("DUPONT SARL", role="payer"),
    }
    return build.entry(minor, DAY, **{**ordinary, **members})


statement = partial(build.statement, day=DAY, opening_minor=10_000)


HUGE = 10**14
REFUSED: dict[str, Statement] = {
    "CNV-101": statement(account=Account("DE89370400440532013000", "EUR")),
    "CNV-102": statement(account=Account("FR9116958000011234567890178", "EUR")),
    "CNV-103": statement(
        entry(1 - HUGE), opening=Balance(Money(HUGE, "EUR"), FIRST), closing=Balance(Money(1, "EUR"), DAY)
    ),
    "CNV-104": statement(entry(codes=OperationCodes("05"), amount=Money(1_255, "TND"))),
    "CNV-105": statement(entry(value_date=date(1960, 12, 31))),
    "CNV-106": statement(entry(amount=Money(1_000, "USD"))),
    "CNV-108": statement(entry(), closing=Balance(Money(12_000, "EUR"), DAY)),
}
REPORTED: dict[str, Statement] = {
    "CNV-107": statement(entry(references=References("A REFERENCE OF MORE THAN 16"))),
    "CNV-109": statement(entry(codes=OperationCodes(None, "NXYZ"))),
    "CNV-110": statement(entry(booking_date=date(2026, 1, 16))),
    "CNV-111": statement(entry(counterparty=Party("N" * 71, role="payer"))),
    "CNV-112": statement(entry(remittance=("R" * 141,))),
    "CNV-113": statement(entry(counterparty=Party("Crêperie", role="payer"))),
    "CNV-114": statement(entry(remittance=("ONE\r\nTWO",))),
    "CNV-115": statement(entry(counterparty=Party("DUPONT", None, "QNTOFRP1XXX", "payer"))),
    "CNV-116": statement(entry(references=References("QABC", mandate_id="M" * 36))),
    "CNV-117": statement(entry(original_amount=OriginalAmount(Money(HUGE, "USD")))),
    "CNV-118": statement(entry(reversal=True)),
}


def test_every_writer_rule_has_a_case() -> None:
    """CNV-199 has a test of its own; all others are in the two tables."""
    assert {rule.id for rule in writer_rules()} == {*REFUSED, *REPORTED, "CNV-199"}


@pytest.mark.parametrize("rule_id", REFUSED)
def test_refused_with_its_reason_and_the_others_written(rule_id: str) -> None:
    """A statement that the format cannot say gives one error and no bytes; the one beside it is written."""
    good = statement(entry())
    outcome = write([REFUSED[rule_id], good])
    assert [finding.id for finding in outcome.findings] == [rule_id]
    assert outcome.findings[0].severity is Severity.ERROR
    assert outcome.findings[0].location.statement == 1
    assert outcome.value == write([good]).value
    assert write([good]).findings == ()


@pytest.mark.parametrize("rule_id", REPORTED)
def test_reported_with_field_before_and_after(rule_id: str) -> None:
    """What is cut, replaced or left out is one finding that names entry and field, and the statement is written."""
    outcome = write([REPORTED[rule_id]])
    assert [finding.id for finding in outcome.findings] == [rule_id]
    (finding,) = outcome.findings
    assert finding.severity is not Severity.ERROR
    assert (finding.location.statement, finding.location.entry) == (1, 1)
    assert finding.location.field
    assert finding.location.account == IBAN
    if rule_id != "CNV-110":
        assert set(finding.values) == {"before", "after"}
    assert len(read(outcome.value).value[0].entries) == 1
    for language in ("en", "fr"):
        assert "{" not in finding.message(language)  # type: ignore[arg-type]


def test_replaced_characters_are_one_finding_an_entry() -> None:
    """Name and text of one entry share a finding; the next entry has its own."""
    both = entry(counterparty=Party("Crêperie", role="payer"), remittance=("Août",))
    found = [
        (one.location.entry, one.location.field, one.values["before"], one.values["after"])
        for one in write([statement(both, entry(remittance=("Été",)))]).findings
        if one.id == "CNV-113"
    ]
    assert found == [
        (1, "remittance, counterparty.name", "Août | Crêperie", "AOUT | CREPERIE"),
        (2, "remittance", "Été", "ETE"),
    ]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("number", 5),
        ("sequence", 1),
        ("available", Balance(Money(1, "EUR"), DAY)),
        ("forward_available", (Balance(Money(1, "EUR"), DAY),)),
    ],
)
def test_members_of_a_statement_without_a_zone(member: str, value: object) -> None:
    """Statement number, page and available balances are named once for the statement."""
    outcome = write([statement(entry(), **{member: value})])
    assert [(one.id, one.location.field, one.location.entry) for one in outcome.findings] == [("CNV-118", member, None)]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"opening": None}, "opening"),
        ({"closing": None}, "closing"),
        ({"closing": Balance(Money(10_000, "EUR"), date(2026, 1, 13))}, "closing"),
    ],
)
def test_a_missing_or_impossible_balance(changed: dict[str, Any], field: str) -> None:
    """A cut source, or a closing balance before the opening one, is refused."""
    outcome = write([statement(account=Account(IBAN, "EUR"), **changed)])
    assert (outcome.findings[0].id, outcome.findings[0].location.field) == ("CNV-108", field)
    assert outcome.value == b""


@pytest.mark.parametrize(
    "iban",
    [None, "", "FR7616958000011234567890178", "FR0016958000011234567890177", "FR76 1695 8000 0112 3456 7890 177"],
)
def test_accounts_that_are_no_french_iban(iban: str | None) -> None:
    """No IBAN, wrong check digits, blanks: an error and no file."""
    outcome = write([statement(entry(), account=Account(iban, "EUR"))])
    assert not outcome.ok
    assert outcome.value == b""


@pytest.mark.parametrize(("eol", "end"), [("crlf", b"\r\n"), ("lf", b"\n"), ("none", b"")])
def test_line_ends(eol: str, end: bytes) -> None:
    """Every record has 120 bytes and its line end, the last one too."""
    data = write([statement(entry(remittance=("TEXT",)))], eol=eol).value
    size = 120 + len(end)
    assert len(data) == 5 * size
    assert all(data[start + 120 : start + size] == end for start in range(0, len(data), size))
    assert read(data).value == read(write([statement(entry(remittance=("TEXT",)))]).value).value


def test_an_empty_period() -> None:
    """A period without movement is 01 and 07."""
    outcome = write([statement()])
    assert [outcome.value[start : start + 2] for start in (0, 122)] == [b"01", b"07"]
    assert len(outcome.value) == 244


def test_misuse_raises() -> None:
    """An unknown profile, setting or line end is a mistake of the caller."""
    for wrong in ({"profile": "odd"}, {"colour": "red"}, {"eol": "cr"}):
        with pytest.raises(ValueError, match=r"odd|colour|cr"):
            write([], **wrong)


def test_settings_of_a_profile() -> None:
    """`payer_account` writes CPY for a received transfer; `characters` narrows the set."""
    one = statement(entry(counterparty=Party("L'ÎLE", IBAN, role="payer")))
    assert b"CPY" not in write([one]).value
    assert b"CPY" + IBAN.encode() in write([one], payer_account=True).value
    assert b"NPYL'ILE " in write([one]).value
    assert b"NPYL ILE " in write([one], profile="strict").value
    assert b"NPYL ILE " in write([one], characters="strict").value
    custom = msgspec.structs.replace(PROFILES["sepa"], name="mine", settings={"eol": "lf"})
    assert write([one], profile=custom).value.count(b"\n") == 4


def test_iter_write_gives_one_outcome_a_statement() -> None:
    """Refused statements give empty bytes; joined, the others are the file."""
    many = [statement(entry()), REFUSED["CNV-101"], statement()]
    outcomes = list(iter_write(iter(many)))
    assert [bool(one.value) for one in outcomes] == [True, False, True]
    assert b"".join(one.value for one in outcomes) == write(many).value
    assert [one.findings[0].location.statement for one in outcomes if one.findings] == [2]


def test_read_back_finds_every_difference() -> None:
    """A file that says something else than its statements is found out, whatever differs."""
    good = statement(entry(), entry(-500, counterparty=Party("MARTIN", role="beneficiary")))
    data = write([good]).value
    assert verify(data, [good]) == ()
    wrong = {
        "entries": statement(entry(), entry(-500), entry(0)),
        "opening": msgspec.structs.replace(good, opening=Balance(Money(1, "EUR"), FIRST)),
        "closing": msgspec.structs.replace(good, closing=Balance(Money(1, "EUR"), DAY)),
        "account": msgspec.structs.replace(good, account=Account("FR2116958000011234567890274", "EUR")),
        "entry 2": msgspec.structs.replace(good, entries=(good.entries[0], entry(-400))),
    }
    for what, model in wrong.items():
        findings = verify(data, [model])
        assert {finding.id for finding in findings} == {"CNV-199"}
        assert what in {finding.values["what"] for finding in findings}
    assert verify(data, [good, good])[0].values["what"] == "statements"
    assert verify(data.replace(b"0000000000100{", b"0000000000200{"), [good])


def test_a_writer_that_goes_wrong_releases_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the bytes read back differently, there is CNV-199 and no file."""
    from statements.formats.cfonb120 import writer

    monkeypatch.setattr(writer, "encode", lambda minor: "0000000000777{")
    outcome = write([statement(entry())])
    assert {finding.id for finding in outcome.findings} == {"CNV-199"}
    assert outcome.value == b""
    monkeypatch.undo()
    monkeypatch.setattr(writer, "WIDTH", 119)
    outcome = write([statement(entry())])
    assert [finding.values["what"] for finding in outcome.findings] == ["bytes"]
    assert outcome.value == b""


DETAILS = ("RTRN", "PURP", "ULTD", "2-O", "2-M", "LIB", "RUM", "AAA")
INJECTIONS = (
    "07" + "16958    00001EUR2 12345678901  150126" + " " * 50 + "9999999999999I" + " " * 16,
    "\r\n04169580000",
    "\n07",
    "A\x00B\x1aC",
    "é" * 80,
    "😀" * 40,
    "{}" * 20,
    "%s%-70.70s%(x)s",
    "\u2028\u202e\u200b",
    "x" * 100_000,
)


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize("profile", ["sepa", "strict"])
def test_no_text_forges_a_record(text: str, profile: str) -> None:
    """Whatever a text holds, in whatever field: same records, sums and amounts, every record 120 bytes of ASCII."""
    one = statement(
        entry(
            codes=OperationCodes(text, text, text),
            counterparty=Party(text, text, text, "beneficiary"),
            remittance=(text, text),
            references=References(text, text, text, text, text),
            original_amount=OriginalAmount(Money(5, "USD"), text),
            details=tuple(
                Detail(name, text) for name in ("RTRN", "PURP", "ULTD", "2-O", "2-M", "LIB", "RUM", "AAA", text)
            ),
        )
    )
    outcome = write([one], profile=profile)
    assert outcome.ok
    records = outcome.value.split(b"\r\n")
    assert {len(record) for record in records[:-1]} == {120}
    assert outcome.value.isascii()
    assert [record[:2] for record in records if record[:2] != b"05"] == [b"01", b"04", b"07", b""]
    assert read(outcome.value).value == (project(one, profile),)


def test_a_free_label_without_a_text_is_the_text() -> None:
    """A LIB kept as a detail would come back as remittance: it is written as such, and stays."""
    free = entry(details=(Detail("LIB", "VIREMENT DIVERS"), Detail("AAA", "KEPT")))
    first = write([statement(free)])
    read_back = read(first.value).value
    assert read_back[0].entries[0].remittance == ("VIREMENT DIVERS",)
    assert write(read_back).value == first.value
    assert project(statement(free)) == read_back[0]
