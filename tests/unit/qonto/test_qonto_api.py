"""Shapes, places, accounts and arguments of the JSON input."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.findings import Outcome
from statements.formats import qonto, recognise
from statements.formats.qonto import decoders, json_places
from statements.formats.recognise import FileKind
from statements.model.money import Money
from statements.wire.identity import token
from tests.rule_cases import QONTO

CHECKS = Path(__file__).parents[3] / "fixtures" / "qonto" / "checks"
PAGE = (CHECKS / "shape-page.json").read_bytes()
ORGANIZATION = (CHECKS / "organization.json").read_bytes()
IBAN, OTHER = "FR7616958000011234567890177", "FR7616958000019999999999931"


DEEP = b"[" * 50_000
NAMES = st.sampled_from(["transactions", "meta", "data", "type", "organization", "bank_accounts", "id", "side"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


def page() -> dict[str, Any]:
    """The good page of four rows, to be changed."""
    value: dict[str, Any] = json.loads(PAGE)
    return value


def read(value: object, organization: object = None, **arguments: Any) -> Outcome[Any]:
    """Read a payload with the usual account list."""
    accounts = ORGANIZATION if organization is None else json.dumps(organization).encode()
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return qonto.read([("organization.json", accounts), ("page.json", data)], **arguments)


def ids(outcome: Outcome[Any]) -> list[str]:
    """The rules that fired, in order."""
    return [finding.id for finding in outcome.findings]


@pytest.mark.parametrize(
    ("member", "value", "rule", "path"),
    [
        ("amount_cents", "29", "QNT-018", "transactions[0].amount_cents"),
        ("amount_cents", 29.5, "QNT-018", "transactions[0].amount_cents"),
        ("settled_balance_cents", True, "QNT-018", "transactions[0].settled_balance_cents"),
        ("settled_at", 5, "QNT-022", "transactions[0].settled_at"),
        ("settled_at", "20/03/2026", "QNT-022", "transactions[0].settled_at"),
        ("side", 1, "QNT-020", "transactions[0].side"),
        ("label", ["x"], "QNT-001", "transactions[0].label"),
        ("transfer", "x", "QNT-001", "transactions[0].transfer"),
        ("is_external_transaction", "no", "QNT-001", "transactions[0].is_external_transaction"),
    ],
)
def test_bad_value_is_reported_with_its_path(member: str, value: object, rule: str, path: str) -> None:
    """A value of the wrong type fires one rule, at its path in its file, and stops the account."""
    data = page()
    data["transactions"][0][member] = value
    outcome = read(data)
    assert ids(outcome) == [rule]
    assert (outcome.findings[0].location.path, outcome.findings[0].location.file) == (path, "page.json")
    assert outcome.value == ()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_place_of_a_bad_value_is_where_it_stands(mark: bytes) -> None:
    """Line and column, counted from 1, point at the value that the finding quotes; a missing one at its row."""
    data = mark + PAGE.replace(b'"side": "credit"', b'"side": "out"', 1)
    (finding,) = read(data).findings
    place = finding.location
    assert place.line is not None
    assert place.column is not None
    line = data.decode("utf-8").split("\n")[place.line - 1]
    assert line[place.column - 1 :].startswith('"out"')
    assert place.offset is not None
    assert data[place.offset :].startswith(b'"out"')
    absent = page()
    del absent["transactions"][1]["side"]
    text = json.dumps(absent, indent=1)
    (finding,) = read(text.encode()).findings
    assert finding.location.line is not None
    assert text.split("\n")[finding.location.line - 1].strip() == "{"


def test_every_fault_is_reported() -> None:
    """Faults in several rows come out together, each in its place."""
    data = page()
    data["transactions"][0]["amount_cents"] = 29.5
    data["transactions"][1]["side"] = "out"
    data["transactions"][2]["currency"] = "USD"
    outcome = read(data)
    assert [(finding.id, finding.location.path) for finding in outcome.findings] == [
        ("QNT-018", "transactions[0].amount_cents"),
        ("QNT-020", "transactions[1].side"),
        ("QNT-021", "transactions[2].currency"),
    ]


def test_fault_of_an_external_or_unbooked_row_is_no_matter() -> None:
    """External rows are set aside before every rule, and a pending row need not be whole."""
    data = page()
    external = data["transactions"][0] | {"id": "x", "is_external_transaction": True, "amount_cents": "much"}
    pending = data["transactions"][0] | {
        "id": "y",
        "status": "pending",
        "settled_at": None,
        "settled_balance": None,
        "settled_balance_cents": None,
        "amount_cents": 1.5,
    }
    data["transactions"] += [external, pending]
    outcome = read(data)
    assert sorted(ids(outcome)) == ["QNT-011", "QNT-012"]
    assert len(outcome.value[0].entries) == 4


def test_whole_cents_may_be_written_with_a_point() -> None:
    """``29.0`` is a whole number of cents."""
    data = PAGE.replace(b'"amount_cents": 29,', b'"amount_cents": 29.0,')
    outcome = read(data)
    assert (ids(outcome), outcome.value[0].entries[-1].amount) == ([], Money(-29, "EUR"))


@pytest.mark.parametrize("cents", ["2.9e1", "29e0", "1e400"])
def test_exponents_are_refused(cents: str) -> None:
    """An exponent is no amount, in cents or in euros."""
    assert ids(read(PAGE.replace(b'"amount_cents": 29,', f'"amount_cents": {cents},'.encode()))) == ["QNT-018"]
    assert ids(read(PAGE.replace(b'"amount": 0.29,', f'"amount": {cents},'.encode()))) == ["QNT-018"]


@pytest.mark.parametrize("cents", [29, 57, 58, 113, 435, 1_999_999_999_99])
def test_amounts_are_exact(cents: int) -> None:
    """Amounts that a binary float gets wrong, and large ones, come through to the cent, also without cents."""
    data = page()
    row = data["transactions"][3]
    euros = f"{cents // 100}.{cents % 100:02d}"
    text = json.dumps({"transactions": [row]})
    text = text.replace('"amount": 250.0', f'"amount": {euros}').replace(
        '"local_amount": 250.0', f'"local_amount": {euros}'
    )
    text = text.replace('"amount_cents": 25000', '"amount_cents": null')
    text = text.replace('"local_amount_cents": 25000', f'"local_amount_cents": {cents}')
    outcome = qonto.read(text.encode(), accounts=[IBAN])
    assert ids(outcome) == ["QNT-016"]
    assert outcome.value[0].entries[0].amount.minor == cents


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b'{"transactions": [{"id": "1", "id": "2"}]}', "transactions[0].id"),
        (b'{"transactions": [], "meta": {"a": [1, {"b": 1, "\\u0062": 2}]}}', "meta.a[1].b"),
        (b'[{"note": NaN}]', "[0].note"),
        (b'{"transactions": [{"x": -Infinity}]}', "transactions[0].x"),
        (b'{"id": "1", "status": "a"}\n{"id": "1", "id": "2"}', "id"),
    ],
)
def test_double_keys_and_no_numbers_are_refused(data: bytes, where: str) -> None:
    """A key given twice, also in a part that is not read, or a number that is none: one error with its place."""
    outcome = qonto.read(data, accounts=[IBAN])
    assert ids(outcome) == ["QNT-002"]
    location = outcome.findings[0].location
    assert location.path == where
    assert location.line is not None
    assert location.offset is not None
    assert outcome.value == ()


def test_double_key_in_a_large_file_is_found_through_its_error() -> None:
    """Beyond the size of the exact test, a second amount still ends as the double key it is."""
    rows = page()["transactions"]
    padding = [rows[0] | {"id": str(number), "status": "pending", "settled_at": None} for number in range(400)]
    for row in padding:
        row["settled_balance"] = row["settled_balance_cents"] = None
    text = json.dumps({"transactions": [*padding, *rows]})
    assert len(text) > json_places.EXACT
    assert ids(read(text.encode())) == ["QNT-012"]
    for member, second in (("amount_cents", "77"), ("settled_at", '"2026-03-21T09:00:00Z"')):
        head, tail = text.rsplit(f'"{member}": ', 1)
        value, rest = tail.split(",", 1)
        doubled = f'{head}"{member}": {value}, "{member}": {second},{rest}'
        assert ids(read(doubled.encode())) == ["QNT-002"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"\0\1\2",
        b"{",
        b"[1, 2",
        b"[1, 2]",
        b"null",
        b"{}",
        b"[]x",
        b'"text"',
        b"a,b\n1,2\n",
        b"\xff\xfe{\0",
        b"[" * 50_000,
    ],
)
def test_what_is_no_qonto_data_is_refused_in_words(data: bytes) -> None:
    """Empty, binary, cut, deep or foreign bytes give one clear error and no statement."""
    outcome = qonto.read(data, accounts=[IBAN])
    assert set(ids(outcome)) == {"QNT-001"}
    assert outcome.value == ()
    assert all("{" not in finding.message("fr") for finding in outcome.findings if data != b"{}")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    """Reading never raises, whatever the bytes, and says something about bytes that are no data."""
    outcome = qonto.read(data, accounts=[IBAN])
    assert outcome.value or outcome.findings


@given(st.integers(0, len(PAGE) - 1), st.binary(min_size=1, max_size=3), st.booleans())
def test_damaged_pages_are_read_without_an_exception(at: int, bytes_: bytes, cut: bool) -> None:
    """A page cut or changed anywhere never raises, and no changed amount passes: the chain tells."""
    data = PAGE[:at] if cut else PAGE[:at] + bytes_ + PAGE[at + len(bytes_) :]
    outcome = read(data)
    for statement in outcome.value:
        total = sum(entry.amount.minor for entry in statement.entries)
        assert statement.opening.amount.minor + total == statement.closing.amount.minor


@given(VALUES)
def test_any_json_is_read_without_an_exception(value: object) -> None:
    """Any JSON with the names of the API in any place gives an outcome."""
    assert isinstance(qonto.read(json.dumps(value).encode(), accounts=[IBAN]).value, tuple)


def test_accounts_are_joined_by_id_or_named_by_the_caller() -> None:
    """Without an account list the one IBAN given is that of the rows; without one, the rows belong to nobody."""
    assert qonto.read(PAGE, accounts=["FR76 1695 8000 0112 3456 7890 177"]).value[0].account.iban == IBAN
    assert ids(qonto.read(PAGE)) == ["QNT-006"]
    assert ids(qonto.read(PAGE, accounts=[IBAN, OTHER])) == ["QNT-006", "QNT-041", "QNT-041"]


def test_error_on_one_account_stops_that_account_only() -> None:
    """The other account of the same files still gets its statements."""
    organization = json.loads(ORGANIZATION)
    first = organization["organization"]["bank_accounts"][0]
    organization["organization"]["bank_accounts"].append(first | {"id": "2", "iban": OTHER})
    data = page()
    second = [row | {"id": f"b{number}", "bank_account_id": "2"} for number, row in enumerate(data["transactions"])]
    data["transactions"][0]["side"] = "out"
    data["transactions"] += second
    outcome = read(data, organization)
    assert ids(outcome) == ["QNT-020"]
    assert [statement.account.iban for statement in outcome.value] == [OTHER]


def test_account_without_transactions_is_told() -> None:
    """A listed account without rows is named; asked for with a range and its balance it gets an empty statement."""
    organization = json.loads(ORGANIZATION)
    empty = {"id": "2", "iban": OTHER, "currency": "EUR", "balance_cents": 500, "updated_at": "2026-03-31T12:00:00Z"}
    organization["organization"]["bank_accounts"].append(empty)
    outcome = read(page(), organization)
    assert [(finding.id, finding.location.account) for finding in outcome.findings] == [("QNT-043", OTHER)]
    assert [statement.account.iban for statement in outcome.value] == [IBAN]
    assert "--opening" in outcome.findings[0].fix()
    wanted: dict[str, Any] = {"accounts": [OTHER], "since": date(2026, 3, 1), "until": date(2026, 3, 31)}
    # Its balance is of a moment that no row is shown to reach.
    assert ids(read(page(), organization, **wanted)) == ["QNT-043"]
    (statement,) = read(page(), organization, **wanted, opening="5.00").value
    assert (statement.entries, statement.opening.amount.text, statement.closing.amount.text) == ((), "5.00", "5.00")


def test_opening_of_the_caller_is_checked_against_the_chain() -> None:
    """Where balances are stated, another opening is a break; where none are, it is the opening."""
    assert ids(read(page(), opening="1000.00")) == []
    assert ids(read(page(), opening=Decimal("1000.01"))) == ["QNT-023"]
    without = json.loads(QONTO.case("QNT-030").data)
    bare = json.loads(QONTO.case("QNT-030").organization or b"")
    outcome = read(without, bare, opening=Money(-5_000, "EUR"))
    assert ids(outcome) == ["QNT-024"]
    assert outcome.value[0].opening.amount.text == "-50.00"


def test_balance_of_the_account_counts_back_from_its_moment() -> None:
    """Rows booked after the moment of the account's balance are not taken off it."""
    rows = json.loads((CHECKS / "shape-2020.json").read_bytes())
    organization = json.loads(ORGANIZATION)
    account = organization["organization"]["bank_accounts"][0]
    account |= {"balance_cents": 125_000, "updated_at": "2026-03-04T00:00:00Z"}
    outcome = read(rows, organization)
    assert (outcome.value[0].opening.amount.minor, outcome.value[0].closing.amount.minor) == (100_000, 119_971)


def test_periods_of_the_range_and_their_balances() -> None:
    """Rows outside the range serve the chain; every day of it is written, or only those with a movement."""
    wanted = {"since": date(2026, 3, 3), "until": date(2026, 3, 10), "every": "day"}
    every_day = read(page(), **wanted).value
    assert len(every_day) == 8
    assert (every_day[0].opening.amount.text, every_day[-1].closing.amount.text) == ("1250.00", "1200.00")
    busy = read(page(), **wanted, settings={"empty_periods": "no"}).value
    assert [statement.closing.date.day for statement in busy] == [5, 10]


def test_time_zone_decides_the_day() -> None:
    """Half past ten at night of 31 August in UTC is 1 September in Paris, and stays August in UTC."""
    rows = page()["transactions"][3:]
    for stamp, paris, utc in (
        ("2026-08-31T22:15:00.000Z", "2026-09-01", "2026-08-31"),
        ("2026-09-30T21:59:59.999Z", "2026-09-30", "2026-09-30"),
        ("2026-09-30T22:30:00.000Z", "2026-10-01", "2026-09-30"),
        ("2025-12-31T22:59:59.000Z", "2025-12-31", "2025-12-31"),
        ("2026-01-31T23:30:00Z", "2026-02-01", "2026-01-31"),
        ("2026-02-01T00:30:00+01:00", "2026-02-01", "2026-01-31"),
    ):
        rows[0]["settled_at"] = stamp
        for zone, day in (("Europe/Paris", paris), ("UTC", utc)):
            (statement,) = read(rows, timezone=zone).value
            assert str(statement.entries[0].booking_date) == day


def test_identities_lead_from_token_to_full_ids() -> None:
    """The ledger's map names the ids behind each bank reference; the statements never hold them."""
    outcome = qonto.read_with_identities([("o", ORGANIZATION), ("p", PAGE)])
    (statement,) = outcome.value.statements
    for entry in statement.entries:
        identity = outcome.value.identities[entry.references.bank_reference or ""]
        assert identity.account == IBAN
        assert token("Q", identity.transaction_id or "") == identity.token
        assert identity.id
        assert identity.id not in str(msgspec.to_builtins(statement))


def test_rows_without_any_id_get_a_token_of_their_content() -> None:
    """Two equal rows without ids are told apart by their count; nothing else decides the token."""
    rows = [
        row | {"id": None, "transaction_id": None, "settled_balance": None, "settled_balance_cents": None}
        for row in page()["transactions"][3:] * 2
    ]
    (statement,) = qonto.read(json.dumps(rows).encode(), accounts=[IBAN], opening="0").value
    key = f"{IBAN}|2026-03-02|25000|EUR|Tiers 1|REF 1|"
    rows[0]["bank_account_id"] = None
    assert [entry.references.bank_reference for entry in statement.entries] == [
        token("X", key + "1"),
        token("X", key + "2"),
    ]


def test_settings_steer_codes_and_digits_only_when_asked() -> None:
    """Category, VAT and card digits have no effect by default, and the one asked for with their setting."""
    rows = page()["transactions"][:1]
    rows[0] |= {"operation_type": "card", "subject_type": "Card", "category": "atm", "card_last_digits": "1234"}
    plain = read(rows).value[0].entries[0]
    assert (plain.codes.cfonb, plain.remittance) == ("28", ("REF 4",))
    steered = read(rows, settings={"atm_code": "yes", "card_digits": "yes"}).value[0].entries[0]
    assert (steered.codes.cfonb, steered.remittance) == ("29", ("REF 4 CARTE 1234",))
    rows[0] |= {"operation_type": "qonto_fee", "vat_amount": 0.05}
    assert read(rows, settings={"fee_with_tax": True}).value[0].entries[0].codes.cfonb == "64"


def test_private_members_are_not_decoded() -> None:
    """No record class knows a private member, save the few that a setting may ask for."""
    decoded = set(decoders.QontoTransaction.__struct_fields__)
    assert not decoded & decoders.PRIVATE
    assert set(decoders.SteeredTransaction.__struct_fields__) & decoders.PRIVATE == {"category", "vat_amount"}


@pytest.mark.parametrize(
    "arguments",
    [
        {"every": "week"},
        {"timezone": "Mars/Base"},
        {"timezone": "../etc/passwd"},
        {"opening": "a lot"},
        {"since": date(2026, 3, 2), "until": date(2026, 3, 1)},
        {"settings": {"colour": "red"}},
        {"mapping": {"colour": {}}},
        {"mapping": {"csv": {"headers": {"x": "nothing"}}}},
        {"mapping": {"csv": {"statuses": {"x": "done"}}}},
    ],
)
def test_arguments_that_cannot_be_meant_raise(arguments: dict[str, Any]) -> None:
    """Misuse is an exception, at once and whatever the data."""
    with pytest.raises(ValueError, match=r"."):
        qonto.read(b"", **arguments)
    with pytest.raises(TypeError):
        qonto.read(b"", accounts=IBAN)


def test_kinds_are_seen_at_the_beginning() -> None:
    """Answers, webhooks and exports are known by their beginning; other JSON, CSV and binary data are not."""

    def kind(name: str) -> str | None:
        data = (CHECKS / name).read_bytes()
        seen = recognise.qonto_json(data) or recognise.qonto_csv(data) or recognise.our_json(data)
        return None if seen is None else seen.name

    for name in ("shape-page.json", "organization.json", "shape-webhook.json", "shape-json-lines.jsonl"):
        assert kind(name) == "qonto-json"
    for name in ("shape-one-account.organization.json", "shape-events-as-a-list.json"):
        assert kind(name) == "qonto-json"
    for name in ("csv-french.csv", "csv-french-bom.csv", "csv-tabs.csv", "csv-snake-case.csv", "csv-year-first.csv"):
        assert kind(name) == "qonto-csv"
    assert recognise.qonto_json(QONTO.case("QNT-044").data) == FileKind("qonto-error")
    assert recognise.qonto_json(QONTO.case("QNT-045").data) == FileKind("qonto-pdf-list")
    assert recognise.our_json(QONTO.case("QNT-045").data) is None
    assert recognise.qonto_csv(QONTO.case("QNT-058").data) == FileKind("qonto-csv")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert recognise.qonto_json(PAGE.decode().encode(encoding)) == FileKind("qonto-json")
    for data in (b"", b"{}", b'{"statements": []}', b":20:X\r\n", b"name,iban\n", b"\0\1", b"01" + b" " * 118):
        assert recognise.qonto_json(data) is None
        assert recognise.qonto_csv(data) is None
