"""Files as banks, ERPs and Qonto lay them out: read without an error, and to the values noted beside them."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks import stretch
from statements.findings import Outcome
from statements.formats import cfonb120, mt940, pain001, qonto
from statements.model.statement import Entry, Statement

FIXTURES = Path(__file__).parents[2] / "fixtures"
TODAY = datetime.date(2026, 11, 30)


def cases(name: str, suffix: str) -> list[Any]:
    """The files of a format with what is noted of each; every file has a note and every note its file."""
    folder = FIXTURES / name / "dialects"
    noted = tomllib.loads((folder / "values.toml").read_text("utf-8"))
    files = {path.stem: path for path in folder.glob(f"*{suffix}") if path.stem != "organization"}
    assert noted.keys() == files.keys()
    return [pytest.param(files[stem], noted[stem], id=stem) for stem in sorted(files)]


def noted_members(entry: Entry, type_: str | None) -> dict[str, object]:
    """All that a note can name of an entry."""
    references, party = entry.references, entry.counterparty
    return {
        "amount": entry.amount.text,
        "booked": entry.booking_date.isoformat(),
        "type": (type_ or "").strip(),
        "reversal": entry.reversal,
        "customer_reference": references.customer_reference,
        "bank_reference": references.bank_reference,
        "end_to_end_id": references.end_to_end_id,
        "mandate_id": references.mandate_id,
        "creditor_id": references.creditor_id,
        "name": party.name if party else None,
        "iban": party.iban if party else None,
        "bic": party.bic if party else None,
        "role": party.role if party else None,
        "remittance": list(entry.remittance),
        "details": {detail.qualifier: detail.text for detail in entry.details},
    }


def check(outcome: Outcome[tuple[Statement, ...]], values: dict[str, Any], code: str) -> None:
    """One statement without an error, with the account, balances and entries of the note."""
    assert outcome.ok, [str(finding.message("en")) for finding in outcome.findings]
    (statement,) = outcome.value
    if "account" in values:
        assert values["account"] in (statement.account.iban, statement.account.other)
    for name in ("opening", "closing"):
        balance = getattr(statement, name)
        assert (balance.amount.text if balance else None) == values.get(name)
    found = [noted_members(entry, getattr(entry.codes, code)) for entry in statement.entries]
    wanted = values["entries"]
    assert [{name: entry[name] for name in note} for entry, note in zip(found, wanted, strict=True)] == wanted


@pytest.mark.parametrize(("path", "values"), cases("mt940", ".sta"))
def test_mt940(path: Path, values: dict[str, Any]) -> None:
    """Each bank's own `:86:`, references and header lines; the file made long adds up and has no error either."""
    data = path.read_bytes()
    check(mt940.read(data), values, "swift")
    assert mt940.validate(data).valid
    long = mt940.read(stretch.mt940(data, 60))
    assert long.ok
    assert len(long.value[0].entries) > 50


@pytest.mark.parametrize(("path", "values"), cases("cfonb120", ".txt"))
def test_cfonb120(path: Path, values: dict[str, Any]) -> None:
    """Labels, qualifiers, identical movements and rejects; the file made long adds up, too."""
    data = path.read_bytes()
    check(cfonb120.read(data), values, "cfonb")
    assert cfonb120.validate(data).valid
    long = cfonb120.read(stretch.cfonb120(data, 60))
    assert long.ok
    assert len(long.value[0].entries) > 50


@pytest.mark.parametrize(("path", "values"), cases("qonto", ".json"))
def test_qonto(path: Path, values: dict[str, Any]) -> None:
    """Every operation type of the interface becomes the entry of the mapping table, and nothing is said of it."""
    sources = [(one.name, one.read_bytes()) for one in (path.with_name("organization.json"), path)]
    outcome = qonto.read(sources)
    check(outcome, values, "cfonb")
    assert outcome.findings == ()


@pytest.mark.parametrize(("path", "values"), cases("pain001", ".xml"))
def test_payments(path: Path, values: dict[str, Any]) -> None:
    """However the document is laid out and encoded, the payments are the same and no error is told."""
    data = path.read_bytes()
    report = pain001.validate(data, today=TODAY)
    assert report.valid
    assert report.summary.control_sum == values["sum"]
    initiation = pain001.read(data).unwrap()
    assert initiation.message_id == values["message"]
    found = [
        {
            "amount": payment.amount.text,
            "name": payment.creditor.name,
            "iban": payment.creditor_account.iban,
            "end_to_end_id": payment.end_to_end_id,
        }
        for block in initiation.blocks
        for payment in block.payments
    ]
    assert found == values["payments"]
