"""Places, quotations and limits of the rules of one record and of the end of a statement."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from statements.formats.cfonb120 import PROFILES, read
from statements.formats.cfonb120.records import QUALIFIERS
from statements.rules import Severity
from tests.cfonb_records import closing, complement, file, movement, opening, statement

MONTH_END = msgspec.structs.replace(PROFILES["standard"], repairs=frozenset({"invalid-day-to-month-end"}))


def said(data: bytes, rule: str, profile: Any = "standard") -> list[tuple[Any, ...]]:
    """Line, column, field, found and expected of the findings of a rule."""
    found = [finding for finding in read(data, profile=profile).findings if finding.id == rule]
    return [(f.location.line, f.location.column, f.location.field, f.found, f.expected) for f in found]


def test_the_closing_balance_has_the_currency_of_its_statement() -> None:
    """Another currency, or another number of decimals, is named at its own place with the one of the 01."""
    other = file(opening(), movement(), closing(currency="USD"))
    assert said(other, "C120-022") == [(3, 17, "E", "USD", "EUR")]
    finer = file(opening(), movement(), closing(minor=110_000, decimals="3"))
    assert [(line, column, *rest) for line, column, _, *rest in said(finer, "C120-023")] == [(3, 20, "3", "2")]
    assert said(statement(movement()), "C120-022") == said(statement(movement()), "C120-023") == []


def test_a_balance_that_is_not_judged_has_no_difference() -> None:
    """Another currency at the end: no arithmetic is made of two currencies."""
    assert said(file(opening(), movement(), closing(currency="USD", minor=5)), "C120-071") == []


def test_blank_currency_of_a_balance() -> None:
    """Taken from the movements, else euro with two decimals; a stated half is kept."""
    blank = {"currency": "   ", "decimals": " "}
    pacific = {"currency": "XPF", "decimals": "0"}
    data = file(opening(minor=8, **blank), movement(2, **pacific), closing(minor=10, **blank))
    assert said(data, "C120-208") == [(1, 17, "E", "    ", "XPF 0"), (3, 17, "E", "    ", "XPF 0")]
    (one,) = read(data).value
    assert one.account.currency == "XPF"
    assert one.account.other is None
    assert one.account.iban == "FR7616958000011234567890177"
    halves = file(opening(minor=80, currency="   ", decimals="3"), closing(minor=80, currency="   ", decimals="3"))
    (two,) = read(halves).value
    assert two.opening is not None
    assert (two.opening.amount.text, two.opening.amount.currency) == ("0.08", "EUR")


@pytest.mark.parametrize(
    ("written", "repaired"),
    [("290226", "2026-02-28"), ("300226", "2026-02-28"), ("310426", "2026-04-30"), ("320126", None), ("280026", None)],
)
def test_a_day_beyond_its_month(written: str, repaired: str | None) -> None:
    """29 to 31 become the last day of the month when asked for; any other day that is none is an error."""
    data = file(opening("140126"), movement(day=written), closing("300426"))
    assert [each[3:] for each in said(data, "C120-223", MONTH_END)] == ([(written, repaired)] * 2 if repaired else [])
    assert [each[1:] for each in said(data, "C120-037", MONTH_END)] == (
        [] if repaired else [(35, "2-J", written, "DDMMYY")]
    )


def test_an_amount_that_its_currency_cannot_say() -> None:
    """Tenths of a cent: an error with the stated and the right number of decimals."""
    data = file(opening(), movement(10_005, decimals="3"), closing(minor=11_000))
    assert [each[3:] for each in said(data, "C120-035")][-1] == ("3", "2")
    severities = [finding.severity for finding in read(data).findings if finding.id == "C120-035"]
    assert severities[-1] is Severity.ERROR


RESERVED = [
    (qualifier.code, zone.start, zone.end, zone.name)
    for qualifier in QUALIFIERS.values()
    for zone in qualifier.zones
    if zone.kind == "-" and qualifier.code not in ("MMO", "FEE") and zone.end - zone.start >= 3
]


@pytest.mark.parametrize(("code", "start", "end", "name"), RESERVED)
def test_reserved_zones_of_a_complement(code: str, start: int, end: int, name: str) -> None:
    """What stands in a reserved zone is quoted without its blanks, at its first character."""
    information = list(" " * 70)
    information[start - 49 + 1 : start - 49 + 3] = "Xy"
    first = [complement("LCC", "TEXTE")] if code == "LC2" else []
    data = statement(movement(), *first, complement(code, "".join(information)))
    assert [each[1:] for each in said(data, "C120-213")] == [(start + 1, name, "Xy", None)]


def test_the_sets_of_the_profiles() -> None:
    """A comma is usual in `standard` and is not in `strict`; a small letter is in neither."""
    data = statement(movement(label="A,B"))
    assert said(data, "C120-045") == []
    assert [each[3] for each in said(data, "C120-045", "strict")] == [","]
    assert said(statement(movement(label="Virement")), "C120-045") == [(2, 50, "2-M", "iremnt", None)]
