"""Our JSON: members and order of the contract, exact round trip, and every fault with its path."""

from __future__ import annotations

import datetime
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats import neutral
from statements.formats.neutral import wire
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

IBAN = "FR7616958000011234567890177"
DAY = datetime.date(2026, 9, 30)


def eur(minor: int) -> Money:
    """An amount in euro cents."""
    return Money(minor, "EUR")


FULL = Statement(
    Account(IBAN, "EUR", None, "QNTOFRP1XXX", "Atelier Bréval"),
    Balance(eur(1_000), DAY - datetime.timedelta(1)),
    Balance(eur(750), DAY),
    (
        Entry(
            DAY,
            eur(-250),
            DAY,
            True,
            OperationCodes("06", "NTRF", "PMNT/ICDT/ESCT"),
            References("BANK", "CUST", "E2E", "RUM", "ICS"),
            Party("Menuiserie Dufour & Fils", IBAN, "QNTOFRP1XXX", "beneficiary"),
            ("une ligne", "une « autre »"),
            OriginalAmount(Money(301, "USD"), "1.2040"),
            (Detail("RTRN", "MD06"), Detail("PURP", "SALA")),
        ),
    ),
    26273,
    1,
    Balance(eur(700), DAY),
    (Balance(eur(650), DAY + datetime.timedelta(1)),),
)


def written(statement: Statement) -> dict[str, object]:
    """The one statement of the JSON, parsed."""
    return dict(json.loads(neutral.write([statement]))["statements"][0])


def rules(data: bytes) -> list[str]:
    """The ids of the findings, in order."""
    return [finding.id for finding in neutral.read(data).findings]


def one(**members: object) -> bytes:
    """A document with one statement of these members and a sound account."""
    statement = {"account": {"iban": IBAN, "currency": "EUR"}, **members}
    return json.dumps({"statements": [statement]}).encode()


ENTRY = {"booking_date": "2026-09-30", "amount": "1.00", "currency": "EUR", "reversal": False}


def test_members_and_their_order_are_those_of_the_contract() -> None:
    """Every member stands where the published contract has it."""
    statement = written(FULL)
    assert list(statement) == "account number sequence opening closing available forward_available entries".split()
    assert list(statement["account"]) == "iban bic name currency".split()  # type: ignore[call-overload]
    (entry,) = statement["entries"]  # type: ignore[misc]
    assert list(entry) == (
        "booking_date value_date amount currency reversal codes counterparty remittance references original_amount "
        "details".split()
    )
    assert list(entry["codes"]) == "cfonb swift iso".split()
    assert list(entry["counterparty"]) == "name iban bic role".split()
    assert list(entry["references"]) == (
        "end_to_end_id mandate_id creditor_id bank_reference customer_reference".split()
    )
    assert list(entry["original_amount"]) == "amount currency rate".split()
    assert entry["details"] == [{"qualifier": "RTRN", "text": "MD06"}, {"qualifier": "PURP", "text": "SALA"}]
    assert (entry["amount"], statement["opening"]) == ("-2.50", {"amount": "10.00", "date": "2026-09-29"})


def test_members_without_a_value_are_left_out_but_reversal() -> None:
    """An entry with nothing but date and amount has four members, ``reversal`` among them."""
    statement = written(Statement(Account(IBAN), entries=(Entry(DAY, eur(1)),)))
    assert statement == {
        "account": {"iban": IBAN, "currency": "EUR"},
        "entries": [{"booking_date": "2026-09-30", "amount": "0.01", "currency": "EUR", "reversal": False}],
    }


def test_full_statement_comes_back_equal() -> None:
    """read(write(s)) == s with every member set."""
    outcome = neutral.read(neutral.write([FULL, FULL]))
    assert outcome.findings == ()
    assert outcome.value == (FULL, FULL)


def test_worked_example_is_written_byte_for_byte(corpus: Path) -> None:
    """write(read(b)) == b for the worked example."""
    data = (corpus / "mt940" / "own__example" / "worked-example.json").read_bytes()
    outcome = neutral.read(data)
    assert outcome.findings == ()
    assert neutral.write(outcome.value) == data


def test_pieces_are_the_whole() -> None:
    """The pieces of ``iter_write`` are the bytes of ``write``, one piece a statement and one for the end."""
    pieces = list(neutral.iter_write([FULL, FULL]))
    assert b"".join(pieces) == neutral.write([FULL, FULL])
    assert len(pieces) == 5


def test_a_balance_in_another_currency_says_so() -> None:
    """A source whose balances contradict one another is shown as it is."""
    statement = Statement(Account(IBAN, "EUR"), Balance(eur(100), DAY), Balance(Money(100, "USD"), DAY))
    assert neutral.read(neutral.write([statement])).value == (statement,)
    assert written(statement)["closing"] == {"amount": "1.00", "date": "2026-09-30", "currency": "USD"}


@pytest.mark.parametrize(
    ("data", "rule", "path"),
    [
        (b"", "CNV-301", None),
        (b'{"statements": [', "CNV-301", None),
        (b'{"statements": [NaN]}', "CNV-301", None),
        (b"[" * 100_000, "CNV-301", None),
        (b"[]", "CNV-304", "$.statements"),
        (b"\xff\xfe", "CNV-311", None),
        (one(number="seven"), "CNV-303", "$.statements[0].number"),
        (one(opening={"amount": 12.5, "date": "2026-09-30"}), "CNV-303", "$.statements[0].opening.amount"),
        (one(opening={"amount": "12.50"}), "CNV-304", "$.statements[0].opening.date"),
        (one(closing={"amount": "12.505", "date": "2026-09-30"}), "CNV-306", "$.statements[0].closing.amount"),
        (one(entries=[{**ENTRY, "booking_date": "2026-02-30"}]), "CNV-303", "$.statements[0].entries[0].booking_date"),
        (one(entries=[ENTRY, {**ENTRY, "amount": "1e5"}]), "CNV-306", "$.statements[0].entries[1].amount"),
        (one(entries=[{**ENTRY, "amont": "1.00"}]), "CNV-305", "$.statements[0].entries[0].amont"),
        (one(entries=[{**ENTRY, "counterparty": {"role": "both"}}]), "CNV-303", None),
        (one(entries=[{**ENTRY, "original_amount": {"amount": "-1.00", "currency": "USD"}}]), "CNV-306", None),
        (b'{"statements": [{"account": {}}]}', "CNV-308", "$.statements[0].account"),
        (b'{"statements": [{"account": {"iban": "FR7616958000011234567890178"}}]}', "CNV-309", None),
        (b'{"statements": [{"account": {"other": "\\ud83d"}}]}', "CNV-312", "$.statements[0].account.other"),
        (
            b'{"statements": [{"account": {"other": "1"}, "opening": {"amount": "1", "date": "2026-09-30"}}]}',
            "CNV-307",
            "$.statements[0].opening.amount",
        ),
        (
            one(
                opening={"amount": "1.00", "date": "2026-09-30"},
                closing={"amount": "3.00", "date": "2026-09-30"},
                entries=[ENTRY],
            ),
            "CNV-310",
            "$.statements[0].closing.amount",
        ),
    ],
)
def test_each_fault_fires_its_rule_at_its_path(data: bytes, rule: str, path: str | None) -> None:
    """One fault gives one finding, located by its path, in whole sentences of both languages."""
    (finding,) = neutral.read(data).findings
    assert finding.id == rule
    if path is not None:
        assert finding.location.path == path
    for lang in ("en", "fr"):
        assert finding.message(lang).endswith((".", "?"))
        assert "{" not in finding.message(lang)


def test_broken_json_names_line_and_column() -> None:
    """The place where the text breaks off is given."""
    (finding,) = neutral.read(b'{"statements": [\n  {"account": {"iban": x}}]}').findings
    assert (finding.location.line, finding.location.column) == (2, 24)


def test_a_member_twice_is_an_error() -> None:
    """Which of two amounts holds is not certain, so none is taken in silence."""
    data = one(entries=[ENTRY]).replace(b'"amount": "1.00"', b'"amount": "1.00", "amount": "9.00"')
    assert rules(data) == ["CNV-302"]


def test_all_faults_are_told_and_what_is_sound_is_kept() -> None:
    """Three faults in three entries give three findings; the sound entry is there."""
    entries = [{**ENTRY, "amount": 1}, {**ENTRY, "booking_date": ""}, ENTRY, {**ENTRY, "remittance": "text"}]
    outcome = neutral.read(one(entries=entries))
    assert [finding.id for finding in outcome.findings] == ["CNV-303"] * 3
    assert [finding.location.entry for finding in outcome.findings] == [1, 2, 4]
    assert len(outcome.value[0].entries) == 2


def test_every_record_of_the_contract_refuses_foreign_members() -> None:
    """No record takes a member it does not know: a misspelt one is found."""
    records = [value for value in vars(wire).values() if isinstance(value, type) and issubclass(value, wire.JsonRecord)]
    assert len(records) > 8
    for record in records:
        assert record.__struct_config__.forbid_unknown_fields
        assert record.__struct_config__.omit_defaults


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
some_text = st.none() | texts.filter(bool)
days = st.dates(datetime.date(1980, 1, 1), datetime.date(2079, 12, 31))
money = st.integers(-(10**14), 10**14).map(eur)


entries = st.builds(
    Entry,
    days,
    money,
    st.none() | days,
    st.booleans(),
    st.builds(OperationCodes, some_text, some_text, some_text),
    st.builds(References, some_text, some_text, some_text, some_text, some_text),
    st.none() | st.builds(Party, texts, some_text, some_text, st.sampled_from([None, "payer"])),
    st.lists(texts, max_size=3).map(tuple),
    st.none()
    | st.builds(
        OriginalAmount, st.builds(Money, st.integers(0, 10**12), st.sampled_from(["USD", "JPY", "TND"])), some_text
    ),
    st.lists(st.builds(Detail, texts, texts), max_size=2).map(tuple),
)
balances = st.builds(Balance, money, days)


def _adding_up(
    listed: list[Entry], opening: Balance, end: datetime.date, bic: str | None, name: str | None, *more: Any
) -> Statement:
    closing = eur(opening.amount.minor + sum(entry.amount.minor for entry in listed))
    return Statement(Account(IBAN, "EUR", None, bic, name), opening, Balance(closing, end), tuple(listed), *more)


numbers = st.none() | st.integers(0, 99999)
statements = st.builds(
    _adding_up,
    st.lists(entries, max_size=4),
    balances,
    days,
    some_text,
    some_text,
    numbers,
    numbers,
    st.none() | balances,
    st.lists(balances, max_size=2).map(tuple),
)
"""Any statement whose balances agree with its entries."""


@given(st.lists(statements, max_size=2))
def test_round_trip(listed: list[Statement]) -> None:
    """read(write(s)) == s for any statement, and writing what was read gives the same bytes."""
    data = neutral.write(listed)
    outcome = neutral.read(data)
    assert outcome.findings == ()
    assert outcome.value == tuple(listed)
    assert neutral.write(outcome.value) == data


@given(st.binary(max_size=300) | texts.map(lambda text: b'{"statements": [' + text.encode() + b"]}"))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    """Reading never raises; what is no statement gives findings."""
    outcome = neutral.read(data)
    assert outcome.findings or data.strip()


def test_every_cut_of_a_file_is_an_error() -> None:
    """No prefix of a document passes for a whole one."""
    data = neutral.write([FULL])
    for length in range(len(data.rstrip())):
        assert not neutral.read(data[:length]).ok


def single(**more: Any) -> dict[str, Any]:
    """A statement of one entry; ``more`` are further members of the entry."""
    entry = {"booking_date": "2026-09-03", "amount": "1.00", **more}
    return {
        "account": {"iban": "FR7616958000011234567890177", "currency": "EUR"},
        "opening": {"amount": "0.00", "date": "2026-09-02"},
        "closing": {"amount": "1.00", "date": "2026-09-03"},
        "entries": [entry],
    }


@pytest.mark.parametrize("member", ["counterparty", "codes", "references"])
@pytest.mark.parametrize("value", [{}, None, {"name": None}, {"cfonb": None}, {"mandate_id": None}])
def test_an_empty_object_says_nothing_and_reads_back(member: str, value: Any) -> None:
    """A counterparty, codes or references of which nothing is said are as good as absent, and are written as such."""
    known = {"counterparty": "name", "codes": "cfonb", "references": "mandate_id"}[member]
    if value and known not in value:
        return
    outcome = neutral.read(json.dumps({"statements": [single(**{member: value})]}))
    assert outcome.ok
    written = neutral.write(outcome.value)
    assert neutral.read(written).value == outcome.value
    assert outcome.value == neutral.read(json.dumps({"statements": [single()]})).value


@pytest.mark.parametrize("currency", ["eur", "EURO", "EU", "EUR\u001b[2J\nFORGED", "€", "E R", "ÉUR", " EUR"])
@pytest.mark.parametrize("place", ["account", "entry", "opening", "original_amount"])
def test_a_currency_is_three_capital_letters(currency: str, place: str) -> None:
    """Anything else is refused at its place, wherever a currency stands, and no control code comes out as it was."""
    statement = single(original_amount={"amount": "1.00", "currency": "USD"})
    target = {"entry": statement["entries"][0], "original_amount": statement["entries"][0]["original_amount"]}
    target.get(place, statement.get(place))["currency"] = currency
    outcome = neutral.read(json.dumps({"statements": [statement]}))
    (finding,) = (item for item in outcome.findings if item.id == "CNV-313")
    assert not outcome.ok
    assert (finding.location.path or "").endswith(".currency")
    assert all(entry.amount.currency == "EUR" for item in outcome.value for entry in item.entries)


@pytest.mark.parametrize("digits", [31, 100, 4_299, 4_300, 4_301, 50_000])
def test_amounts_of_thousands_of_digits_are_refused(digits: int) -> None:
    """Such a text is no amount, with a point and without one; the sums are never worked out."""
    for amount in ("9" * digits, "9" * digits + ".00", "-" + "9" * digits):
        outcome = neutral.read(
            json.dumps({"statements": [single() | {"opening": {"amount": amount, "date": "2026-09-02"}}]})
        )
        assert [item.id for item in outcome.findings] == ["CNV-306"]
    number = json.dumps({"statements": [single() | {"number": 5}]}).replace('"number": 5', '"number": ' + "9" * digits)
    assert isinstance(neutral.read(number).value, tuple)


def test_leading_zeros_are_no_digits() -> None:
    """Zeros before an amount do not make it longer."""
    outcome = neutral.read(json.dumps({"statements": [single(amount="0" * 50 + "1.00")]}))
    assert outcome.ok


def test_members_given_twice_take_linear_time() -> None:
    """Four times the members take about four times as long, not sixteen."""

    def seconds(count: int) -> float:
        data = '{"statements": [], ' + ", ".join(f'"x{number % (count // 2)}": 1' for number in range(count)) + "}"
        best = 9e9
        for _ in range(3):
            before = time.process_time()
            outcome = neutral.read(data)
            best = min(best, time.process_time() - before)
        assert sum(item.id == "CNV-302" for item in outcome.findings) == count // 2
        return best

    assert seconds(12_000) < 10 * seconds(3_000) + 0.05


@pytest.mark.parametrize("form", ["FR76 1695 8000 0112 3456 7890 177", "fr7616958000011234567890177", f"{IBAN} "])
def test_the_printed_form_of_an_iban_is_read(form: str) -> None:
    """Blanks and small letters are no fault of the account: CNV-314 says what was read; nothing else is touched."""
    outcome = neutral.read(one(account={"iban": form, "currency": "EUR"}))
    assert [statement.account.iban for statement in outcome.value] == [IBAN]
    assert [(item.id, item.found, item.expected) for item in outcome.findings] == [("CNV-314", form, IBAN)]
    for other in (f"/{IBAN}", "FR76 1695 8000 0112 3456 7890 178", "12 34"):
        kept = neutral.read(one(account={"iban": other, "currency": "EUR"}))
        assert [statement.account.iban for statement in kept.value] == [other]
        assert [item.id for item in kept.findings] == ["CNV-309"]
