"""Data of Qonto as the field has them: what the command says, with which exit code, and what it does not write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from statements.formats import qonto
from tests.unit.cli.conftest import IBAN, OTHER_IBAN, Result, Run

ACCOUNT = "0a000000-0000-4000-8000-00000000000a"
SECOND = "0b000000-0000-4000-8000-00000000000b"


def row(number: int, day: str, cents: int, *, balance: int | None = None, **more: Any) -> dict[str, Any]:
    """A booked transaction of the first account; ``cents`` below nought go out."""
    members = {
        "id": f"00000000-0000-4000-8000-{number:012d}", "transaction_id": f"verrier-1-transaction-{number}",
        "amount_cents": abs(cents), "side": "credit" if cents > 0 else "debit", "operation_type": "transfer",
        "currency": "EUR", "label": "Verrerie", "settled_at": f"2026-05-{day}T08:00:00.000Z", "status": "completed",
        "updated_at": f"2026-05-{day}T08:00:00.000Z", "reference": f"FA-{number}", "bank_account_id": ACCOUNT, **more,
    }  # fmt: skip
    return members | ({"settled_balance_cents": balance} if balance is not None else {})


def account(ident: str, iban: str, cents: int, moment: str = "2026-05-31T21:00:00.000Z") -> dict[str, Any]:
    return {
        "id": ident,
        "iban": iban,
        "currency": "EUR",
        "balance_cents": cents,
        "updated_at": moment,
        "status": "active",
    }


def organization(*accounts: dict[str, Any]) -> str:
    return json.dumps({"organization": {"name": "Verrerie", "bank_accounts": list(accounts)}})


def page(*rows: dict[str, Any], total: int | None = None, pages: int = 1) -> str:
    count = len(rows) if total is None else total
    following = 2 if pages > 1 else None
    meta = {
        "current_page": 1,
        "next_page": following,
        "total_pages": pages,
        "total_count": count,
        "per_page": len(rows),
    }
    return json.dumps({"transactions": list(rows), "meta": meta})


ONE = organization(account(ACCOUNT, IBAN, 107_000))
MONTH = (row(1, "12", 12_000, balance=112_000), row(2, "13", -5_000, balance=107_000))


@pytest.fixture
def convert(command: Run, folder: Path) -> Any:
    """Write the files given, and convert them to our JSON."""

    def start(files: dict[str, str | bytes], *options: str, to: str = "json") -> Result:
        for name, content in files.items():
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return command("convert", *files, "--to", to, *options)

    return start


def balances(result: Result) -> list[tuple[str, str, int]]:
    """Opening, closing and number of entries of each statement."""
    found = json.loads(result.out)["statements"]
    return [(item["opening"]["amount"], item["closing"]["amount"], len(item["entries"])) for item in found]


@pytest.mark.parametrize("to", ["json", "mt940", "cfonb120"])
def test_a_balance_of_a_later_moment(convert: Any, to: str) -> None:
    """The account was read after the last row: the opening is asked for and nothing is written; with it, it is."""
    files = {"o.json": organization(account(ACCOUNT, IBAN, 700_000, "2026-06-10T10:00:00.000Z")),
             "t.json": page(row(1, "06", 20_000), row(2, "20", -5_000))}  # fmt: skip
    refused = convert(files, to=to)
    assert (refused.code, refused.out) == (1, "")
    assert "QNT-030 error" in refused.err
    assert "--opening" in refused.err
    assert balances(convert(files, "--opening", "10 000,00")) == [("10000.00", "10150.00", 2)]


def test_rows_that_are_missing(convert: Any) -> None:
    """No statement of a range that needs them."""
    rows = (row(3, "12", 1, balance=100_001), row(4, "13", 2, balance=100_003))
    result = convert(
        {"o.json": ONE, "t.json": page(*rows, total=4, pages=2)}, "--since", "2026-05-01", "--until", "2026-05-31"
    )
    assert (result.code, result.out) == (1, "")
    assert "QNT-003 error" in result.err


def event(data: dict[str, Any]) -> str:
    """What a webhook sends."""
    return json.dumps({"id": f"event-{data['updated_at']}", "type": "v1/transactions", "data": data})


def test_the_latest_state_of_a_transaction(convert: Any) -> None:
    """Whatever comes first; the other one is named."""
    draft = row(1, "12", 12_000, balance=112_000) | {"reference": "FA-1 DRAFT"}
    right = row(1, "12", 12_000, balance=112_000, updated_at="2026-05-12T09:00:00.000Z")
    answers = []
    for order in ((draft, right), (right, draft)):
        result = convert({"o.json": ONE, "w.ndjson": "\n".join(event(each) for each in order)})
        (entry,) = json.loads(result.out)["statements"][0]["entries"]
        assert entry["remittance"] == ["FA-1"]
        assert "QNT-004 info" in result.err
        assert "FA-1 DRAFT" in result.err
        answers.append(result.out)
    assert answers[0] == answers[1]


def test_booked_and_later_declined(convert: Any) -> None:
    """A contradiction at its own line; no statement of the account."""
    later = row(2, "13", -5_000, status="declined", updated_at="2026-05-14T08:00:00.000Z")
    lines = [event(MONTH[0]), event(MONTH[1]), event(later)]
    result = convert({"o.json": ONE, "w.ndjson": "\n".join(lines)})
    assert (result.code, result.out) == (1, "")
    assert "w.ndjson:3:" in result.err
    assert "QNT-047 error" in result.err


def test_an_error_where_a_page_should_stand(convert: Any) -> None:
    """Half the rows are no statement."""
    error = json.dumps({"errors": [{"code": "too_many_requests", "detail": "Too many requests"}]})
    result = convert({"o.json": ONE, "t.ndjson": page(*MONTH) + "\n" + error})
    assert (result.code, result.out) == (1, "")
    assert "t.ndjson:2:1: QNT-044 error" in result.err


def test_an_account_without_transactions(convert: Any) -> None:
    """It is named with the way to its statement, which then is written."""
    both = organization(account(SECOND, OTHER_IBAN, 5_000), account(ACCOUNT, IBAN, 107_000))
    files = {"o.json": both, "t.json": page(*MONTH)}
    span = ("--since", "2026-05-01", "--until", "2026-05-31")
    result = convert(files, *span)
    assert (result.code, len(balances(result))) == (0, 1)
    assert f"QNT-043 warning: The account {OTHER_IBAN}" in result.err
    assert "--opening" in result.err
    empty = convert(files, *span, "--account", OTHER_IBAN, "--opening", "50")
    assert (empty.code, balances(empty)) == (0, [("50.00", "50.00", 0)])


def test_an_answer_that_is_an_error(convert: Any) -> None:
    """Its code, its words and its trace."""
    error = {"errors": [{"code": "unauthorized", "detail": "Invalid credentials"}], "trace_id": "0af7"}
    result = convert({"o.json": ONE, "e.json": json.dumps(error)})
    assert (result.code, result.out) == (1, "")
    for word in ("unauthorized", "Invalid credentials", "0af7"):
        assert word in result.err


def test_the_list_of_pdf_statements(convert: Any, command: Run) -> None:
    """Named for what it is, with what to download instead."""
    listed = {
        "statements": [{"id": "s-1", "bank_account_id": ACCOUNT, "period": "05-2026", "file": {"file_name": "a.pdf"}}]
    }
    result = convert({"s.json": json.dumps(listed)}, to="mt940")
    assert (result.code, result.out) == (1, "")
    assert "list of monthly PDF statements" in result.err
    assert "/v2/transactions" in result.err
    assert "list of monthly PDF statements" in command("identify", "s.json").out


def test_events_as_a_list(convert: Any) -> None:
    """As one a line; those of other kinds are counted and left out."""
    foreign = {"id": "event-x", "type": "v1/beneficiaries.created", "data": {"id": "b-1"}}
    events = [json.loads(event(each)) for each in MONTH]
    result = convert({"o.json": ONE, "w.json": json.dumps([*events, foreign])})
    assert (result.code, balances(result)) == (0, [("1000.00", "1070.00", 2)])
    assert "QNT-046" in result.err


@pytest.mark.parametrize("shape", ["one", "list"])
def test_accounts_in_other_answers(convert: Any, shape: str) -> None:
    """The answer of one account, and a bare list."""
    held = account(ACCOUNT, IBAN, 107_000)
    accounts = {"bank_account": held} if shape == "one" else [held]
    result = convert({"a.json": json.dumps(accounts), "t.json": page(*MONTH)})
    assert (result.code, balances(result)) == (0, [("1000.00", "1070.00", 2)])


SIMPLE = "Date de la valeur (local);Nom de la contrepartie;Montant total (TTC)\n"


def test_an_export_without_a_status(convert: Any) -> None:
    """Its rows were executed; account and opening are given."""
    rows = "13-05-2026 10:00:00;Verrerie;-50,00\n12-05-2026 10:00:00;Rive;120,00\n"
    result = convert({"e.csv": SIMPLE + rows}, "--account", IBAN, "--opening", "1000")
    assert (result.code, balances(result)) == (0, [("1000.00", "1070.00", 2)])
    assert "QNT-051 warning" in result.err
    missing = convert({"e.csv": SIMPLE + rows})
    assert (missing.code, missing.out) == (1, "")


def test_an_export_in_words_nobody_knows(convert: Any, folder: Path) -> None:
    """The way out is a mapping file, and it leads there."""
    rows = "Fecha;Contraparte;Importe\n12-05-2026 10:00:00;Rive;120,00\n"
    result = convert({"e.csv": rows}, "--from", "qonto-csv")
    assert (result.code, result.out) == (1, "")
    assert "Fecha, Contraparte, Importe" in result.err
    assert "[csv.headers]" in result.err
    words = '[csv.headers]\nFecha = "settled_local"\nContraparte = "name"\nImporte = "amount"\n'
    (folder / "words.toml").write_text(words)
    mapped = ("--from", "qonto-csv", "--mapping", "words.toml", "--account", IBAN, "--opening", "0")
    assert balances(convert({"e.csv": rows}, *mapped)) == [("0.00", "120.00", 1)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_what_powershell_saves(convert: Any, encoding: str) -> None:
    """UTF-16 is named, with the remedy."""
    result = convert({"o.json": ONE, "t.json": page(*MONTH).encode(encoding)})
    assert (result.code, result.out) == (1, "")
    assert "UTF-16" in result.err
    assert "save it as UTF-8" in result.err


@pytest.mark.parametrize(
    ("data", "english", "french"),
    [
        (b"", "the file is empty", "le fichier est vide"),
        (b" \r\n", "the file is empty", "le fichier est vide"),
        (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "a web page (HTML)", "une page web (HTML)"),
        (b"\n<html>", "a web page (HTML)", "une page web (HTML)"),
    ],
)
def test_what_is_no_data_is_named(data: bytes, english: str, french: str) -> None:
    """An empty download and a page of a proxy are told as what they are."""
    (finding,) = qonto.read([("page.json", data)]).findings[:1]
    assert finding.id == "QNT-001"
    assert english in finding.message()
    assert french in finding.message("fr").replace("\u00a0", " ")
