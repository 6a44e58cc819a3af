"""Two sample months (authored fixture, shared corpus) and the shared payloads, against their expected results."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from statements.formats import qonto
from statements.model.statement import Entry, Statement
from statements.rules import Severity

MAIN, SECOND = "FR7616958000011234567890177", "FR7616958000019999999999931"
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)
SOURCES = ("by-account", "by-account with bank_accounts", "merged", "csv french", "csv english")
JSON_SOURCES = SOURCES[:3]


@pytest.fixture(params=["fixture", "corpus"])
def month(request: pytest.FixtureRequest, fixtures: Path) -> Path:
    """The folder of a sample month."""
    if request.param == "fixture":
        return fixtures / "qonto" / "2026-09"
    folder: Path = request.getfixturevalue("corpus")
    return folder / "qonto" / "2026-09"


def opening(month: Path, zone: str, iban: str) -> str:
    """The opening balance of the table, for exports without balances."""
    table = rows(month / "expected_statements.tsv")
    (minor,) = [row["opening"] for row in table if (row["zone"], row["iban"]) == (zone, iban)]
    return f"{minor[:-2]}.{minor[-2:]}"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of an expectation table."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def load(month: Path, source: str) -> list[list[tuple[str, bytes]]]:
    """The files of a source, as the separate readings it takes."""
    folder = month / "by-account" if (month / "by-account").is_dir() else month
    if source.startswith("by-account"):
        accounts = "bank_accounts.json" if "bank_accounts" in source else "organization.json"
        names = [accounts, *sorted(path.name for path in folder.glob("transactions-*.json"))]
        files = [(name, (folder / name).read_bytes()) for name in names if (folder / name).is_file()]
        if len(files) < len(names):
            # The fixture has one account list: the same as the API gives it elsewhere.
            organization = json.loads((folder / "organization.json").read_bytes())["organization"]
            files.append((accounts, json.dumps({"bank_accounts": organization["bank_accounts"]}).encode()))
        return [files]
    if source == "merged" and folder == month:
        pages = [json.loads(path.read_bytes())["transactions"] for path in sorted(folder.glob("transactions-*.json"))]
        merged = sorted((row for page in pages for row in page), key=lambda row: row["updated_at"])
        organization = (folder / "organization.json").read_bytes()
        return [[("organization.json", organization), ("transactions.json", json.dumps(merged).encode())]]
    part, groups = {
        "merged": ("merged", [["organization.json", "transactions.json"]]),
        "csv french": ("csv", [["export-fr.csv"]]),
        "csv english": ("csv", [["export-en-main.csv"], ["export-en-second.csv"]]),
    }[source]
    return [[(name, (month / part / name).read_bytes()) for name in group] for group in groups]


def read(
    month: Path, source: str, zone: str = "Europe/Paris", every: str = "month"
) -> tuple[list[Statement], list[str]]:
    """All statements of September from a source, and the ids of the findings."""
    statements: list[Statement] = []
    ids: list[str] = []
    for iban, files in zip((MAIN, SECOND), load(month, source), strict=False):
        english = {"accounts": [iban], "opening": opening(month, zone, iban)} if source == "csv english" else {}
        outcome = qonto.read(files, since=FIRST, until=LAST, every=every, timezone=zone, **english)
        assert outcome.ok, [finding.message() for finding in outcome.findings]
        for finding in outcome.findings:
            assert "must-not-leak" not in f"{finding!r} {finding.message()} {finding.message('fr')}".lower()
        statements += outcome.value
        ids += [finding.id for finding in outcome.findings]
    assert "must-not-leak" not in str(msgspec.to_builtins(statements)).lower()
    return statements, ids


@pytest.mark.parametrize("zone", ["Europe/Paris", "UTC"])
@pytest.mark.parametrize("every", ["all", "month", "day"])
@pytest.mark.parametrize("source", SOURCES)
def test_month_has_expected_balances(month: Path, source: str, every: str, zone: str) -> None:
    """Every source gives the opening, closing, counts and sums of the table, in each zone, whole or by day."""
    statements, _ = read(month, source, zone, every)
    by_account: dict[str | None, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_account[statement.account.iban].append(statement)
    expected = [row for row in rows(month / "expected_statements.tsv") if row["zone"] == zone]
    assert len(expected) == len(by_account) == 2
    for row in expected:
        mine = by_account[row["iban"]]
        assert len(mine) == (30 if every == "day" else 1)
        assert mine[0].opening.amount.minor == int(row["opening"])
        assert mine[0].opening.date == FIRST - timedelta(days=1)
        assert mine[-1].closing.amount.minor == int(row["closing"])
        assert mine[-1].closing.date == LAST
        amounts = [entry.amount.minor for statement in mine for entry in statement.entries]
        assert len(amounts) == int(row["entries"])
        assert -sum(amount for amount in amounts if amount < 0) == int(row["debits"])
        assert sum(amount for amount in amounts if amount > 0) == int(row["credits"])
        for before, after in pairwise(mine):
            assert before.closing == after.opening
        for statement in mine:
            total = sum(entry.amount.minor for entry in statement.entries)
            assert statement.opening.amount.minor + total == statement.closing.amount.minor
            assert all(
                statement.opening.date < entry.booking_date <= statement.closing.date for entry in statement.entries
            )


@pytest.mark.parametrize("source", SOURCES)
def test_month_has_expected_entries(month: Path, source: str) -> None:
    """Dates, amounts, tokens, order, running balances and originals are those of the table; codes too from JSON."""
    expected: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows(month / "expected_entries.tsv"):
        expected[row["iban"]].append(row)
    statements, _ = read(month, source)
    assert len(statements) == 2
    for statement in statements:
        table = expected[statement.account.iban or ""]
        assert len(statement.entries) == len(table)
        entries = list(statement.entries)
        if source == "csv english":
            # Without balances nothing tells the order of the eight salaries of one second.
            entries.sort(key=lambda entry: (entry.booking_date, entry.references.bank_reference or ""))
            table.sort(key=lambda row: (row["booking_date"], row["bank_reference"]))
        balance = statement.opening.amount.minor
        for entry, row in zip(entries, table, strict=True):
            balance += entry.amount.minor
            original = entry.original_amount
            found = {
                "booking_date": entry.booking_date.isoformat(),
                "amount_minor": str(entry.amount.minor),
                "currency": entry.amount.currency,
                "bank_reference": entry.references.bank_reference,
            }
            if source in JSON_SOURCES:
                found |= {
                    "cfonb_code": entry.codes.cfonb,
                    "mt940_type": entry.codes.swift,
                    "iso_btc": entry.codes.iso,
                }
            if source != "csv english":
                found["balance_after_minor"] = str(balance)
                written = row["original"] if row["original"] == "-" else row["original"].split(" ")
                mine = "-" if original is None else [original.amount.currency, original.amount.decimal]
                assert mine == written or (mine[0] == written[0] and mine[1] == type(mine[1])(written[1]))
            assert found == {name: row[name] for name in found}
            assert entry.value_date == entry.booking_date
            assert entry.reversal is False


@pytest.mark.parametrize("source", SOURCES[1:])
def test_sources_agree(month: Path, source: str) -> None:
    """The same month from any source: same dates, amounts, balances, tokens, counterparty names and texts."""

    def order(entry: Entry) -> tuple[date, str]:
        # Without balances nothing tells the order of rows of one second.
        return entry.booking_date, (entry.references.bank_reference or "") if source == "csv english" else ""

    def view(name: str) -> list[tuple[object, ...]]:
        statements = sorted(read(month, name)[0], key=lambda statement: statement.account.iban or "")
        return [
            (
                statement.account.iban,
                statement.opening,
                statement.closing,
                [
                    (
                        entry.booking_date,
                        entry.amount,
                        entry.references.bank_reference,
                        entry.counterparty and entry.counterparty.name,
                        entry.remittance,
                    )
                    for entry in sorted(statement.entries, key=order)
                ],
            )
            for statement in statements
        ]

    assert view(source) == view("by-account")


def test_findings_of_the_month(month: Path) -> None:
    """The month has the findings its description lists, and no other warning or error."""
    for source in JSON_SOURCES:
        found = {finding.id for finding in qonto.read(load(month, source)[0]).findings}
        assert found == {"QNT-012", "QNT-026", "QNT-033", "QNT-035", "QNT-036"}
    french = {finding.id for finding in qonto.read(load(month, "csv french")[0]).findings}
    assert french - {"QNT-011"} == {"QNT-012", "QNT-026", "QNT-035", "QNT-036", "QNT-061"}
    english = set(read(month, "csv english")[1])
    assert english - {"QNT-042"} == {"QNT-012", "QNT-024", "QNT-035", "QNT-036", "QNT-061"}


def test_check_payloads(corpus: Path) -> None:
    """Each payload fires exactly the rules of its row and gives the statement its row describes."""
    folder = corpus / "qonto" / "checks"
    table = rows(folder / "expected.tsv")
    assert len(table) == 49
    for row in table:
        if row["file"] == "shape-2020.json":
            # Its rows end eleven days before the moment of the account's balance: nothing shows that they reach it.
            row |= {"rules": "QNT-024; QNT-030", "result": "no statement"}
        files = [(name, (folder / name).read_bytes()) for name in (row["organization"], row["file"])]
        outcome = qonto.read(files)
        expected = set() if row["rules"] == "none" else {rule.strip() for rule in row["rules"].split(";")}
        assert {finding.id for finding in outcome.findings} == expected, row["file"]
        result = row["result"]
        refused = any(finding.severity is Severity.ERROR for finding in outcome.findings)
        assert refused == (not outcome.value), row["file"]
        if "->" in result:
            (statement,) = outcome.value
            found = (
                f"{len(statement.entries)} entr{'y' if len(statement.entries) == 1 else 'ies'}, "
                f"{statement.opening.amount.text} -> {statement.closing.amount.text}"
            )
            assert result.startswith(found), row["file"]
        else:
            assert ("no statement" in result or "refused" in result) == (not outcome.value), row["file"]


def test_tie_payload_is_in_the_order_of_the_chain(corpus: Path) -> None:
    """Seven rows, some of one instant: booked 1 to 7."""
    folder = corpus / "qonto" / "checks"
    names = ("QNT-026-ties.organization.json", "QNT-026-ties.json")
    (statement,) = qonto.read([(name, (folder / name).read_bytes()) for name in names]).value
    names_in_order = [entry.counterparty.name for entry in statement.entries if entry.counterparty]
    assert names_in_order == [f"Tiers {number}" for number in range(1, 8)]


def test_control_characters_of_the_payload_are_gone(corpus: Path) -> None:
    """The label and the reference of the payload come out as the table says."""
    folder = corpus / "qonto" / "checks"
    names = ("organization.json", "QNT-035-control-characters.json")
    (statement,) = qonto.read([(name, (folder / name).read_bytes()) for name in names]).value
    first = statement.entries[0]
    assert first.counterparty is not None
    assert (first.counterparty.name, first.remittance) == ("A BC", ("un deux trois quatre",))
