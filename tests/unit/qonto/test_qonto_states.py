"""What is only seen over several rows, files and moments: states of one transaction, missing rows, whose balance it is.

Each kind is a table of variants or a property over the order of rows and files; no statement may leave with a balance
that the data do not show.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.findings import Outcome
from statements.formats import neutral, qonto
from statements.rules import Severity

CHECKS = Path(__file__).parents[3] / "fixtures" / "qonto" / "checks"
ORGANIZATION = json.loads((CHECKS / "organization.json").read_bytes())
ACCOUNT = ORGANIZATION["organization"]["bank_accounts"][0]
IBAN, OTHER = "FR7616958000011234567890177", "FR7616958000019999999999931"
START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def row(
    number: int, cents: int, *, balance: int | None = None, hours: int | None = None, **more: Any
) -> dict[str, Any]:
    """A booked transaction; ``balance`` is what it leaves, ``hours`` counts from the first morning."""
    settled = START + timedelta(hours=24 * number if hours is None else hours)
    made: dict[str, Any] = {
        "id": f"id-{number}",
        "transaction_id": f"demo-{number}",
        "amount_cents": abs(cents),
        "side": "credit" if cents > 0 else "debit",
        "status": "completed",
        "operation_type": "income" if cents > 0 else "transfer",
        "currency": "EUR",
        "label": f"Tiers {number}",
        "reference": f"REF {number}",
        "settled_at": settled.isoformat(),
        "updated_at": settled.isoformat(),
        "bank_account_id": ACCOUNT["id"],
    }
    if balance is not None:
        made["settled_balance_cents"] = balance
    return made | more


def organization(balance: int | None = None, moment: datetime | None = None, **others: Any) -> bytes:
    """The account list, its balance read at a moment."""
    account = {key: value for key, value in ACCOUNT.items() if "balance" not in key and key != "updated_at"}
    if balance is not None:
        account |= {"balance_cents": balance, "updated_at": (moment or START).isoformat()}
    listed = [account] if not others else [account, account | others]
    return json.dumps({"organization": {"legal_name": "Démonstration SAS", "bank_accounts": listed}}).encode()


def page(*rows: dict[str, Any], **meta: int) -> bytes:
    """A page of transactions."""
    return json.dumps({"transactions": rows, **({"meta": meta} if meta else {})}).encode()


def read(*files: bytes, **arguments: Any) -> Outcome[Any]:
    """Read files as one."""
    return qonto.read([(f"file-{number}", data) for number, data in enumerate(files)], **arguments)


def ids(outcome: Outcome[Any]) -> list[str]:
    """The rules that fired, in order."""
    return [finding.id for finding in outcome.findings]


# -- a balance belongs to its moment ---------------------------------------------------------------------------------

MAY = (row(0, 20_000), row(5, -5_000))


@pytest.mark.parametrize(
    ("after", "used"),
    [
        (timedelta(days=21), False),
        (timedelta(days=1), False),
        (timedelta(hours=2), False),
        (timedelta(minutes=2), False),
        (timedelta(seconds=59), True),
        (timedelta(milliseconds=120), True),
        (timedelta(0), True),
        (timedelta(days=-1), True),
        (timedelta(days=-9), True),
    ],
)
def test_balance_of_the_list_is_used_only_where_the_rows_reach_its_moment(after: timedelta, used: bool) -> None:
    """Between the last row given and a later balance anything may lie; a row at or past the moment closes the gap."""
    moment = datetime.fromisoformat(MAY[-1]["settled_at"]) + after
    for rows in (MAY, MAY[::-1]):
        outcome = read(organization(715_000, moment), page(*rows, current_page=1, total_pages=1, total_count=2))
        if used:
            assert ids(outcome) == ["QNT-024", "QNT-048"]
            (statement,) = outcome.value
            last_counted = sum(
                item["amount_cents"] * (1 if item["side"] == "credit" else -1)
                for item in MAY
                if datetime.fromisoformat(item["settled_at"]) <= moment
            )
            assert statement.opening.amount.minor == 715_000 - last_counted
            assert statement.closing.amount.minor == statement.opening.amount.minor + 15_000
            assert "7150.00" in outcome.findings[1].message()
        else:
            assert ids(outcome) == ["QNT-024", "QNT-030"]
            assert outcome.value == ()
            assert "--opening" in outcome.findings[1].fix()
        given = read(organization(715_000, moment), page(*rows), opening="10000")
        assert ids(given) == ["QNT-024"]
        assert [item.closing.amount.text for item in given.value] == ["10150.00"]


# -- rows that were not given ----------------------------------------------------------------------------------------

SPAN = (row(10, 100, balance=1_100), row(11, -50, balance=1_050), row(13, 7, balance=1_057))


@pytest.mark.parametrize(
    ("bounds", "every", "days"),
    [
        ({}, "all", [(12, 15)]),
        ({"since": date(2026, 3, 12), "until": date(2026, 3, 15)}, "all", [(12, 15)]),
        ({"since": date(2026, 3, 1), "until": date(2026, 3, 31)}, "all", []),
        ({"since": date(2026, 3, 11)}, "all", []),
        ({"until": date(2026, 3, 16)}, "all", []),
        ({"since": date(2026, 3, 1), "until": date(2026, 3, 31)}, "month", []),
        ({"since": date(2026, 3, 10), "until": date(2026, 3, 17)}, "day", [(12, 12), (13, 13), (14, 14), (15, 15)]),
    ],
)
def test_statement_that_needs_missing_rows_is_not_made(
    bounds: dict[str, date], every: str, days: list[tuple[int, int]]
) -> None:
    """Beyond the rows given the balance is not known: an error for what needs them, and the rest is written."""
    data = page(*SPAN[::-1], current_page=1, total_pages=2, total_count=6)
    outcome = read(organization(), data, **bounds, every=every)
    made = [((item.opening.date + timedelta(days=1)).day, item.closing.date.day) for item in outcome.value]
    assert made == days
    (finding,) = (item for item in outcome.findings if item.id == "QNT-003")
    whole = not bounds or bounds == {"since": date(2026, 3, 12), "until": date(2026, 3, 15)}
    assert finding.severity is (Severity.WARNING if whole else Severity.ERROR)
    assert ("is not made" in finding.message()) is not whole
    for before, after in zip(outcome.value, outcome.value[1:], strict=False):
        assert before.closing == after.opening


def test_missing_rows_without_balances_hide_anywhere() -> None:
    """Without a chain nothing shows where the missing rows lie: no statement, whatever opening is given."""
    data = page(row(10, 100), row(11, -50), current_page=1, total_pages=2, total_count=3)
    for arguments in ({}, {"opening": "10.00"}):
        outcome = read(organization(1_000, START), data, **arguments)
        assert "QNT-003" in ids(outcome)
        assert not outcome.ok
        assert outcome.value == ()


def test_missing_rows_of_one_account_stop_that_account_only() -> None:
    """The statements of another account, whose list is complete, are written."""
    second = [item | {"id": f"b{at}", "bank_account_id": "2"} for at, item in enumerate(SPAN)]
    files = (
        organization(None, None, id="2", iban=OTHER),
        page(*SPAN, current_page=1, total_pages=2, total_count=9),
        page(*second, current_page=1, total_pages=1, total_count=3),
    )
    outcome = read(*files, since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert [item.account.iban for item in outcome.value] == [OTHER]
    (finding,) = (item for item in outcome.findings if item.id == "QNT-003")
    assert (finding.severity, finding.location.account) == (Severity.ERROR, IBAN)


# -- states of one transaction ---------------------------------------------------------------------------------------

DRAFT = row(1, 500, balance=1_500)
FINAL = DRAFT | {"reference": "REF 1 corrigée", "updated_at": "2026-03-09T09:00:00Z"}


def test_latest_state_is_kept_in_any_order_of_rows_and_files() -> None:
    """The same statements whatever comes first, and the finding says what was kept and what was not."""
    others = (row(0, 1_000, balance=1_000), row(2, -1, balance=1_499))
    made = set()
    for order in permutations((DRAFT, FINAL, *others)):
        outcome = read(organization(), page(*order))
        assert ids(outcome) == ["QNT-004"]
        message = outcome.findings[0].message()
        assert "REF 1 corrigée" in message
        assert "REF 1”" in message
        made.add(neutral.write(outcome.value))
    for order in permutations([page(item) for item in (DRAFT, FINAL, *others)]):
        made.add(neutral.write(read(organization(), *order).value))
    assert len(made) == 1
    assert "REF 1 corrigée" in made.pop().decode()


@given(st.permutations(range(6)), st.integers(1, 5))
def test_order_of_files_says_nothing(order: list[int], cut: int) -> None:
    """Rows of one instant without balances: pages newest first give one statement in whatever order they come."""
    rows = [row(number, 100 + number, hours=number // 3) for number in range(6)][::-1]
    pages = [page(*rows[:cut]), page(*rows[cut:])]
    expected = read(organization(), *pages, opening="0").value
    assert read(organization(), *pages[::-1], opening="0").value == expected
    single = [page(rows[number]) for number in order]
    assert read(organization(), *single, opening="0").value == read(organization(), *sorted(single), opening="0").value


LATER, EARLIER = "2026-03-09T09:00:00Z", "2026-03-01T09:00:00Z"


@pytest.mark.parametrize(
    ("status", "moment", "contradicts"),
    [
        ("declined", LATER, True),
        ("reversed", LATER, True),
        ("canceled", LATER, True),
        ("pending", LATER, True),
        ("declined", DRAFT["updated_at"], True),
        ("declined", None, True),
        ("reversed", "no date", True),
        ("new word", None, True),
        ("pending", EARLIER, False),
        ("processing", EARLIER, False),
        ("declined", EARLIER, False),
        ("pending", None, False),
        ("pending", DRAFT["updated_at"], False),
    ],
)
def test_booked_and_later_not_booked_is_a_contradiction(status: str, moment: str | None, contradicts: bool) -> None:
    """A transaction ends booked or not booked: an older state is no matter, a later one stops the account."""
    state = DRAFT | {"status": status, "settled_at": None, "settled_balance_cents": None, "updated_at": moment}
    early = DRAFT | {"status": "pending", "settled_at": None, "settled_balance_cents": None, "updated_at": EARLIER}
    for files in permutations((page(DRAFT), page(state), page(early))):
        outcome = read(organization(), *files)
        assert ("QNT-047" in ids(outcome)) is contradicts
        assert (outcome.value == ()) is contradicts
        if contradicts:
            (finding,) = (item for item in outcome.findings if item.id == "QNT-047")
            assert finding.location.path == "transactions[0].status"


# -- answers that are no data ----------------------------------------------------------------------------------------

ERRORS = [
    (
        {"errors": [{"code": "unauthorized", "detail": "Invalid credentials"}], "trace_id": "abc"},
        ["unauthorized", "abc"],
    ),
    ({"errors": {"code": "not_found", "detail": "No account", "status": "404"}}, ["not_found", "No account"]),
    ({"errors": [{"code": "invalid", "source": {"parameter": "per_page"}, "trace_id": "t1"}]}, ["per_page", "t1"]),
    ({"errors": [{"code": "invalid", "source": {"pointer": "/data/iban"}}]}, ["/data/iban"]),
    ({"code": "forbidden", "detail": "scope missing"}, ["forbidden", "scope missing"]),
    ({"message": "API rate limit exceeded"}, ["rate limit"]),
    ({"error": "invalid_grant", "error_description": "expired"}, ["invalid_grant", "expired"]),
    ({"transactions": [], "errors": [{"code": "oops"}]}, ["oops"]),
    ({"errors": ["what"]}, ["what"]),
    ({"errors": {"base": ["not allowed"]}}, ["base", "not allowed"]),
    ({"errors": 429}, ["429"]),
]


@pytest.mark.parametrize(("error", "words"), ERRORS)
def test_error_answer_anywhere_writes_nothing(error: dict[str, Any], words: list[str]) -> None:
    """In a file of its own, in a list, among pages, on a line: the error is told, and no half statement leaves."""
    good = json.loads(page(row(0, 1_000, balance=1_000)))
    lines = b"\n".join(json.dumps(item).encode() for item in (good, error))
    for files in (
        [json.dumps(good).encode(), json.dumps(error).encode()],
        [json.dumps([good, error]).encode()],
        [json.dumps([error, good]).encode()],
        [json.dumps([*good["transactions"], error]).encode()],
        [lines],
        [json.dumps(good["transactions"][0]).encode() + b"\n" + json.dumps(error).encode()],
        [page(*good["transactions"], error)] if "transactions" not in error else [],
    ):
        if not files:
            continue
        outcome = read(organization(), *files)
        assert outcome.value == ()
        assert "QNT-044" in ids(outcome), files
        (finding, *_) = (item for item in outcome.findings if item.id == "QNT-044")
        for word in words:
            assert word in finding.message()
            assert word in finding.message("fr")


def test_empty_errors_member_is_no_error() -> None:
    """A page may carry an empty list of errors."""
    good = json.loads(page(row(0, 1_000, balance=1_000)))
    for nothing in ([], None, {}):
        assert ids(read(organization(), json.dumps(good | {"errors": nothing}).encode())) == []


def test_foreign_events_are_counted_and_left_out() -> None:
    """Events about cards and invoices among those of transactions: one line with their count, and the rows are read."""
    events = [
        {"id": "e1", "type": "v1/transactions", "data": row(0, 1_000, balance=1_000)},
        {"id": "e2", "type": "v1/cards", "data": {"id": "c"}},
        {"id": "e3", "type": "v1/transactions", "data": row(1, 5, balance=1_005)},
        {"id": "e4", "type": "v1/client-invoices", "data": []},
    ]
    for order in permutations(events):
        as_list = json.dumps(order).encode()
        as_lines = b"\n".join(json.dumps(event).encode() for event in order)
        for data in (as_list, as_lines):
            outcome = read(organization(), data)
            assert ids(outcome) == ["QNT-046"]
            assert "2 (v1/cards, v1/client-invoices)" in outcome.findings[0].message()
            assert [item.closing.amount.text for item in outcome.value] == ["10.05"]


@pytest.mark.parametrize("form", ["bank_account", "bank_accounts", "list", "one", "lines"])
def test_account_answers_of_every_shape(form: str) -> None:
    """One account, a list of them with or without an envelope, one a line: all name the account of the rows."""
    data = {
        "bank_account": json.dumps({"bank_account": ACCOUNT}),
        "bank_accounts": json.dumps({"bank_accounts": [ACCOUNT]}),
        "list": json.dumps([ACCOUNT]),
        "one": json.dumps(ACCOUNT),
        "lines": json.dumps(ACCOUNT) + "\n" + json.dumps(row(0, 119_971, balance=119_971)),
    }[form]
    files = [data.encode()] if form == "lines" else [data.encode(), page(row(0, 119_971, balance=119_971))]
    outcome = read(*files)
    assert ids(outcome) == []
    assert [item.account.iban for item in outcome.value] == [IBAN]


def test_findings_of_json_lines_stand_at_their_line() -> None:
    """Line, column and offset are those of the value, whatever stands on the lines: rows, pages, events."""
    bad = row(1, 5) | {"side": "out"}
    lines = [
        json.dumps(row(0, 1_000, balance=1_000)),
        json.dumps({"transactions": [row(2, 1), bad]}),
        "",
        json.dumps(row(3, 1) | {"side": "out"}),
        json.dumps({"id": "e", "type": "v1/transactions", "data": row(4, 1) | {"side": "out"}}),
        json.dumps(row(5, 1) | {"side": 5}),
    ]
    text = "\n".join(lines)
    findings = [item for item in read(organization(), text.encode()).findings if item.id == "QNT-020"]
    assert sorted(item.location.line or 0 for item in findings) == [2, 4, 5, 6]
    for item in findings:
        place = item.location
        assert place.offset is not None
        assert text[place.offset :].startswith(('"out"', "5"))
        assert lines[(place.line or 1) - 1][(place.column or 1) - 1 :].startswith(('"out"', "5"))


# -- numbers of thousands of digits, and files made to be slow -------------------------------------------------------


@pytest.mark.parametrize("digits", [19, 20, 100, 4_299, 4_301, 20_000])
@pytest.mark.parametrize(
    "member", ["amount", "amount_cents", "settled_balance", "settled_balance_cents", "balance_cents"]
)
def test_numbers_of_any_length_end_as_a_finding(member: str, digits: int) -> None:
    """Such a number is no amount of an account: an error at its place, never an exception."""
    number = "9" * digits
    if member == "balance_cents":
        files = (organization(7, START).replace(b'"balance_cents": 7', b'"balance_cents": ' + number.encode()), page())
    else:
        text = page(row(0, 1_000, balance=1_000) | {member: 0.25 if member == "amount" else 7}).decode()
        old = '"amount": 0.25' if member == "amount" else f'"{member}": 7'
        text = text.replace(old, f'"{member}": {number}')
        if member == "settled_balance":
            text = text.replace('"settled_balance_cents": 1000, ', "").replace(', "settled_balance_cents": 1000', "")
        files = (organization(), text.encode())
    outcome = read(*files)
    assert not outcome.ok
    assert outcome.value == ()
    assert all(len(item.found or "") <= 60 for item in outcome.findings)


def _seconds(data: bytes) -> float:
    best = 9e9
    for _ in range(3):
        before = time.process_time()
        read(organization(), data)
        best = min(best, time.process_time() - before)
    return best


@pytest.mark.parametrize(
    "make",
    [
        lambda count: page(*(row(number, 1) | {"bank_account_id": f"a{number}"} for number in range(count))),
        lambda count: page(*(row(number, 1) | {"side": 1, "label": []} for number in range(count))),
        lambda count: b"\n".join(json.dumps(row(number, 1) | {"side": 1}).encode() for number in range(count)),
        lambda count: page(*(row(0, 1) | {"label": str(number)} for number in range(count))),
        lambda count: page(
            *(row(0, 1) | {"id": f"i{number}"} for number in range(count)),
            *(row(0, 1) | {"id": f"j{number}", "status": "declined"} for number in range(count)),
        ),
        lambda count: json.dumps([{"x": number} for number in range(count * 4)]).encode(),
        lambda count: json.dumps([{"iban": OTHER, "id": f"{number}"} for number in range(count * 4)]).encode(),
    ],
    ids=["unknown accounts", "broken rows", "broken lines", "one id", "booked and declined", "no rows", "accounts"],
)
def test_time_grows_with_the_size(make: Any) -> None:
    """Four times the file takes about four times as long: far from the sixteen times of a square."""
    small, large = _seconds(make(750)), _seconds(make(3_000))
    assert large < 10 * small + 0.05
