"""The writer: settings, numbers, pages, refusals, and a finding for whatever it changes."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from msgspec import structs

from statements.formats import mt940
from statements.formats.mt940 import verify as verify_function
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import (
    Balance,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
)
from statements.rules import Severity
from tests.build import DAY, IBAN, entry, statement


def fired(outcome: Any) -> list[str]:
    """The ids of the findings, in order."""
    return [finding.id for finding in outcome.findings]


TEXT = "mot " * 120
REFUSED = {
    "CNV-201": statement(account=Account()),
    "CNV-202": statement(entry(10**15), closing=Balance(Money(10**15 + 100_000, "EUR"), DAY)),
    "CNV-203": statement(structs.replace(entry(), amount=Money(10.5, "EUR"))),  # type: ignore[arg-type]
    "CNV-204": statement(entry(value_date=datetime.date(2080, 1, 1))),
    "CNV-205": statement(structs.replace(entry(), amount=Money(1_000, "USD"))),
    "CNV-206": statement(entry(), closing=Balance(Money(1, "EUR"), DAY)),
    "CNV-207": statement(number=100_000),
}


@pytest.mark.parametrize("rule", list(REFUSED))
def test_a_statement_that_cannot_be_said_is_refused(rule: str) -> None:
    """No bytes, one error that names the fault; the other statements of the file are written."""
    outcome = mt940.write([REFUSED[rule], statement(entry())])
    assert fired(outcome) == [rule]
    assert outcome.findings[0].severity is Severity.ERROR
    assert len(mt940.read(outcome.value).value) == 1


def test_a_missing_balance_is_refused() -> None:
    """An MT942 or a cut message has no balance and cannot become an MT940."""
    assert fired(mt940.write([statement(opening=None)])) == ["CNV-206"]


def test_an_entry_larger_than_a_page_is_refused() -> None:
    """A page limit too small for one entry gives CNV-208 and nothing is written."""
    long = entry(remittance=(TEXT[:380],), references=References("A" * 16, "B" * 16, "E" * 35))
    outcome = mt940.write([statement(*[long] * 3)], page_limit=1_000)
    assert fired(outcome).count("CNV-208") == 0
    huge = statement(entry(), forward_available=tuple([Balance(Money(1, "EUR"), DAY)] * 60))
    assert fired(mt940.write([huge], page_limit=1_000)) == ["CNV-208"]


def test_blocks_need_a_bic() -> None:
    """Profile blocks without a BIC of 8 or 11 characters is refused; with one the envelope is exact."""
    assert fired(mt940.write([statement()], profile="blocks")) == ["CNV-209"]
    outcome = mt940.write([statement(account=Account(IBAN, bic="QNTOFRP1"))], profile="blocks")
    assert outcome.value.startswith(b"{1:F01QNTOFRP1XXXX0000000000}{2:I940XXXXXXXXXXXXN}{4:\r\n:20:")
    assert outcome.value.endswith(b"\r\n-}\r\n")


CHANGED: dict[str, tuple[Entry, str, str]] = {
    "CNV-210": (entry(remittance=(TEXT,)), "remittance", "mot"),
    "CNV-211": (entry(counterparty=Party("x" * 71)), "counterparty.name", "x" * 70),
    "CNV-212": (entry(remittance=("Société",)), "remittance", "Societe"),
    "CNV-214": (entry(remittance=("Don /IBAN/FR76",)), "remittance", "Don .IBAN/FR76"),
    "CNV-215": (entry(remittance=("y" * 59 + ":61:x",)), "remittance", "y" * 59 + ".61:x"),
    "CNV-216": (entry(references=References("B" * 17)), "references.bank_reference", "/BREF/"),
    "CNV-217": (entry(details=(Detail("NBU", "x"),)), "details.NBU", ""),
    "CNV-218": (entry(codes=OperationCodes("ZZ", "bad")), "codes.swift", "NMSC"),
}


@pytest.mark.parametrize("rule", list(CHANGED))
def test_each_change_is_said_with_before_and_after(rule: str) -> None:
    """One finding with the member of the model, what stood there and what was written."""
    changed, field, after = CHANGED[rule]
    outcome = mt940.write([statement(changed)])
    found = [finding for finding in outcome.findings if finding.id == rule]
    assert len(found) == 1
    assert found[0].location.field == field
    assert found[0].location.entry == 1
    assert found[0].values["after"].startswith(after)
    assert found[0].values["before"] != found[0].values["after"]


@pytest.mark.parametrize("word", ["ULTD", "ULTC"])
def test_the_name_of_an_ultimate_party_is_cut_whatever_else_the_entry_says(word: str) -> None:
    """70 characters, as for any name, beside texts that need no change and beside those that do."""
    name = "z" * 71
    for text in ("Facture 12", "Société"):
        outcome = mt940.write([statement(entry(remittance=(text,), details=(Detail(word, name),)))])
        assert "CNV-211" in fired(outcome)
        assert b"z" * 65 in outcome.value.replace(b"\r\n", b"")
        assert name.encode() not in outcome.value.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", ["Anne Petit", "Café"])
def test_a_reference_that_fits_stands_as_it_is(name: str) -> None:
    """Whatever else of the entry has to be spelled otherwise: two blanks in a row are no reason to change it."""
    given = structs.replace(entry(), references=References("B  1", "A  1"), counterparty=Party(name))
    assert b"NTRFA  1//B  1\r\n" in mt940.write([statement(given)]).value


def test_hidden_characters_are_warned_of() -> None:
    """A line break in a text is CNV-213 and becomes a blank: no entry can be forged."""
    outcome = mt940.write([statement(entry(remittance=("Don\r\n:61:2609030903C9,00NTRFX",)))])
    assert fired(outcome) == ["CNV-213"]
    assert outcome.value.count(b"\r\n:61:") == 1


def test_two_remittance_lines_become_one() -> None:
    """CNV-220: the lines are joined by one blank."""
    outcome = mt940.write([statement(entry(remittance=("one", "two")))])
    assert fired(outcome) == ["CNV-220"]
    assert b"/REMI/one two\r\n" in outcome.value


def test_a_booking_date_outside_the_period_is_warned_of() -> None:
    """CNV-219 names the day."""
    late = structs.replace(entry(), booking_date=DAY + datetime.timedelta(days=2))
    assert fired(mt940.write([statement(late)])) == ["CNV-219"]


def test_a_page_read_alone_says_that_its_number_is_lost() -> None:
    """CNV-217 for the sequence; the statement is written whole."""
    outcome = mt940.write([statement(sequence=3)])
    assert fired(outcome) == ["CNV-217"]
    assert b":28C:26246/1\r\n" in outcome.value


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"statement_number": "ddd"}, b":28C:246/1"),
        ({"statement_number": 7}, b":28C:7/1"),
        ({"account": "25p"}, b":25P:FR7616958000011234567890177\r\nQNTOFRP1XXX"),
        ({"operation_code": "no"}, b"NTRFNONREF\r\n:62F:"),
        ({"eol": "lf"}, b":28C:26246/1\n"),
    ],
)
def test_a_setting_changes_what_it_names(settings: dict[str, Any], line: bytes) -> None:
    """Settings are typed and act on their field alone."""
    own = statement(entry(), account=Account(IBAN, bic="QNTOFRP1XXX"))
    assert line in mt940.write([own], **settings).value


def test_the_bank_code_of_a_german_account() -> None:
    """Setting account=blz writes bank code and account."""
    own = statement(account=Account("DE89370400440532013000"))
    assert b":25:37040044/0532013000\r\n" in mt940.write([own], account="blz").value


def test_numbers_of_a_caller_count_for_each_account() -> None:
    """The first statement of each account has the number given, the next ones one more each."""
    other = statement(account=Account("FR7616958000019999999999931"))
    data = mt940.write([statement(), other, statement()], statement_number=41, verify=False).value
    assert [line for line in data.split(b"\r\n") if line.startswith(b":28C:")] == [
        b":28C:41/1", b":28C:41/1", b":28C:42/1"
    ]  # fmt: skip


def test_empty_periods_can_be_left_out() -> None:
    """empty_periods=no writes no message for a period without entries."""
    assert mt940.write([statement()], empty_periods="no").value == b""
    assert mt940.write([statement()]).value.count(b":20:") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("account", "swift"), ("eol", "none"), ("page_limit", 10), ("operation_code", "maybe"), ("color", "red")],
)
def test_a_wrong_setting_is_misuse(name: str, value: Any) -> None:
    """Unknown names and values raise ValueError, as does an unknown profile."""
    with pytest.raises(ValueError, match=name):
        mt940.write([statement()], **{name: value})
    with pytest.raises(ValueError, match="known: qonto"):
        mt940.write([statement()], profile="nope")


def test_pages_stay_within_the_limit_and_chain() -> None:
    """Each message within 2,000 characters, F at both ends, and one joined statement when read."""
    own = statement(*[entry(remittance=(f"Facture {number} " + TEXT[:200],)) for number in range(30)])
    data = mt940.write([own], page_limit=2_000).value
    messages = [message + b"\r\n-" for message in data.split(b"\r\n-\r\n") if message]
    assert len(messages) > 3
    assert max(map(len, messages)) <= 2_000
    read = mt940.read(data, profile="swift")
    assert len(read.value) == 1
    assert read.value[0] == mt940.project(own, page_limit=2_000)
    assert mt940.validate(data, profile="swift").summary.statements == len(messages)


def test_the_same_statement_gives_the_same_bytes() -> None:
    """No clock and no chance: writing twice gives equal bytes."""
    own = statement(entry(original_amount=OriginalAmount(Money(5_001, "USD"), "1.0834")))
    assert mt940.write([own]).value == mt940.write([own]).value


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"C10,00", b"C10,01"), (b"C10,00", b"D10,00"), (b":60F:C260902EUR1000,00", b":60F:C260902EUR1000,01")],
)
def test_reading_back_finds_every_difference(before: bytes, after: bytes) -> None:
    """A changed amount, sign or balance in the bytes is CNV-299."""
    own = statement(entry())
    data = mt940.write([own]).value
    assert verify_function([own], data) == ()
    assert before in data
    assert {finding.id for finding in verify_function([own], data.replace(before, after))} == {"CNV-299"}


def test_reading_back_counts_statements() -> None:
    """A lost or an added message is CNV-299."""
    own = statement(entry())
    data = mt940.write([own]).value
    assert [finding.id for finding in verify_function([own, own], data)] == ["CNV-299"]
    assert [finding.id for finding in verify_function([own], data + data)] == ["CNV-299"]
