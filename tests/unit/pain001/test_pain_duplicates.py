"""Duplicates: found in flat memory, and only where the texts themselves are equal."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.pain001 import validate
from statements.formats.pain001.duplicates import Duplicates

RULES = {"P001-132", "P001-134", "P001-135", "P001-136", "P001-138"}


@given(st.lists(st.text(max_size=3), max_size=60))
def test_candidates_are_the_repeated_values(values: list[str]) -> None:
    """A hash is a candidate exactly when it came twice."""
    seen = Duplicates()
    seen.add(values[:7])
    seen.add(values[7:])
    assert seen.candidates() == {hash(value) for value in values if values.count(value) > 1}


def test_many_values_are_looked_at_a_part_at_a_time() -> None:
    """Beyond some ten thousand values the hashes are sorted into buckets: the answer is the same."""
    seen = Duplicates()
    for start in range(0, 200_000, 1_000):
        seen.add(range(start, start + 1_000))
    seen.add([5, 199_999])
    assert seen._buckets
    assert seen.candidates() == {5, 199_999}


def duplicates(data: bytes) -> list[tuple[str, str | None, str | None]]:
    """The findings about duplicates: rule, path, number of the first use."""
    report = validate(data, profile="sepa", limit=None)
    return [(f.id, f.location.path, f.values["first"]) for f in report.findings if f.id in RULES]


def test_a_collision_of_hashes_is_no_duplicate(fixtures: Path) -> None:
    """With every hash taken for a candidate, the second look finds the same duplicates: the texts decide."""
    clean = (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes()
    twice = clean.replace(b"M-3", b"M-1").replace(b"MULTI-B", b"MULTI-A")
    honest = duplicates(clean), duplicates(twice)

    def everything(self: Duplicates) -> frozenset[int]:
        return frozenset(self._latest)

    with mock.patch.object(Duplicates, "candidates", everything):
        assert (duplicates(clean), duplicates(twice)) == honest
    assert honest == (
        [],
        [
            ("P001-132", "PmtInf[2]/PmtInfId", "1"),
            ("P001-134", "PmtInf[2]/CdtTrfTxInf[1]/PmtId/EndToEndId", "1"),
        ],
    )


def test_the_filler_is_no_duplicate(fixtures: Path) -> None:
    """NOTPROVIDED says that there is no reference: twice is nothing."""
    clean = (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes()
    assert duplicates(clean.replace(b"M-1<", b"NOTPROVIDED<").replace(b"M-2<", b"NOTPROVIDED<")) == []


@pytest.mark.parametrize("amount", [b"100.01", b"100.010", b"+100.01"])
def test_an_exact_duplicate_counts_the_value(fixtures: Path, amount: bytes) -> None:
    """Same IBAN, amount and text: however the amount is written, plain or not."""
    clean = (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes()
    data = clean.replace(b">200.01<", b">" + amount + b"<").replace(b"Rechnung 2", b"Rechnung 1")
    assert duplicates(data) == [("P001-136", "PmtInf[1]/CdtTrfTxInf[2]", "1")]


def test_another_text_is_another_payment(fixtures: Path) -> None:
    """The same amount to the same account twice is common; the text tells them apart."""
    clean = (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes()
    assert duplicates(clean.replace(b">200.01<", b">100.01<")) == []


def test_strict_duplicates_refuse_the_payment(fixtures: Path) -> None:
    """With ``strict_duplicates`` a double reference is an error on the later payment."""
    data = (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes().replace(b"M-2<", b"M-1<")
    report = validate(data, profile="sepa", strict_duplicates="yes")
    refused = [(payment.index, payment.rules) for block in report.details.blocks for payment in block.refused]
    assert refused == [(2, ("P001-134",))]
    assert (report.details.accepted, report.details.status) == (2, "PART")
