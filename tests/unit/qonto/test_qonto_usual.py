"""Rows of usual words are read by closed enumerations, all others by open ones: nobody can tell from the result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from statements.findings import Outcome
from statements.formats import qonto
from statements.formats.qonto import api
from statements.formats.qonto.decoders import QontoTransaction, bytes_of, decoders, usual_decoders

FIXTURES = Path(__file__).parents[3] / "fixtures" / "qonto"
ORGANIZATION = (FIXTURES / "checks" / "organization.json").read_bytes()
PAGE = (FIXTURES / "checks" / "shape-page.json").read_bytes()
MONTH = sorted((FIXTURES / "2026-09").rglob("transactions*.json"))


def read(page: bytes) -> Outcome[Any]:
    """Read a page with the usual account list."""
    return qonto.read([("organization.json", ORGANIZATION), ("page.json", page)])


def test_usual_rows_have_the_members_of_every_row() -> None:
    """The closed class differs from the open one in types only: same members, same order, same defaults."""
    usual = usual_decoders().row
    assert issubclass(usual, QontoTransaction)
    assert usual.__struct_fields__ == QontoTransaction.__struct_fields__
    assert msgspec.structs.astuple(usual()) == msgspec.structs.astuple(QontoTransaction())


@pytest.mark.parametrize("path", MONTH, ids=lambda path: path.name)
def test_a_real_month_is_usual(path: Path) -> None:
    """The words of a real account are all usual, and both decoders read the same values."""
    usual = usual_decoders().answer.decode(path.read_bytes()).transactions
    general = decoders(False).answer.decode(path.read_bytes()).transactions
    assert usual
    assert general
    assert list(map(msgspec.json.encode, usual)) == list(map(msgspec.json.encode, general))


@pytest.mark.parametrize(
    ("member", "word"),
    [
        ("operation_type", "biller"),
        ("subject_type", "transfer"),
        ("subject_type", "NewThing"),
        ("status", "held"),
        ("side", "left"),
        ("currency", "USD"),
        ("local_currency", "eur"),
        ("local_currency", "ZZZ"),
        ("local_currency", ""),
    ],
)
def test_another_word_gives_what_the_open_decoder_gives(
    member: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements and findings of a page with one unusual word do not depend on the first attempt."""
    page = json.loads(PAGE)
    page["transactions"][0][member] = word
    data = json.dumps(page).encode()
    with pytest.raises(msgspec.ValidationError):
        usual_decoders().answer.decode(data)
    outcome = read(data)
    monkeypatch.setattr(api, "usual_decoders", lambda: decoders(False))
    assert outcome == read(data)


@pytest.mark.parametrize("amount", ['"1.5"', '"1.50"', "[1.5]", "[1.50]", '{"a":\n1}', '""', "true", "1.5e2"])
def test_an_amount_that_is_no_plain_number_never_raises(amount: str) -> None:
    """Whatever stands for the amount of a row ends as a value or as a finding."""
    page = json.loads(PAGE)
    cents = page["transactions"][0]["amount_cents"]
    page["transactions"][0]["amount"] = "@"
    outcome = read(json.dumps(page).replace('"@"', amount).encode())
    assert outcome.ok is (amount.strip('"') in ("", f"{cents / 100}"))


def test_bytes_of_many_members() -> None:
    """Each member gives its own bytes, also when one of them has a line break or none is there."""
    for texts in ([], [b"1"], [b"1.5", b"", b"3"], [b"1", b"[\n2]", b"3"]):
        assert bytes_of([msgspec.Raw(text) for text in texts]) == texts
