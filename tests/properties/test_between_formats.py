"""Law 4: MT940 to CFONB-120 and back loses exactly what the findings name, beyond the declared projections."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from statements.formats import cfonb120, mt940
from statements.model.statement import Statement
from tests.strategies import FITTING_ENTRIES, FRENCH_IBANS, WILD_ENTRIES, share, statements

# Not blocks: its envelope needs a BIC, for which CFONB-120 has no place.
PROFILES = st.sampled_from(["qonto", "swift", "german"])
FITTING = statements(FITTING_ENTRIES, accounts=FRENCH_IBANS)


def through(statement: Statement, profile: str) -> tuple[Statement, Statement, set[int | None], set[str]]:
    """A statement read from MT940, the same after CFONB-120 and MT940 again, entries named by findings, their ids."""
    original = mt940.read(mt940.write([statement], profile=profile).unwrap(), profile=profile).unwrap()
    carried = cfonb120.write(original)
    back = cfonb120.read(carried.unwrap()).unwrap()
    again = mt940.write(back, profile=profile)
    named = {finding.location.entry for finding in (*carried.findings, *again.findings)}
    ids = {finding.id for finding in (*carried.findings, *again.findings)}
    return original[0], mt940.read(again.unwrap(), profile=profile).unwrap()[0], named, ids


@given(FITTING, PROFILES)
def test_mt940_to_cfonb_and_back(statement: Statement, profile: str) -> None:
    """The figures are equal; texts are those of both projections; a difference beyond them is named."""
    original, final, named, _ = through(statement, profile)
    assert (final.account.iban, final.opening, final.closing) == (
        original.account.iban,
        original.opening,
        original.closing,
    )
    assert len(final.entries) == len(original.entries)
    expected = mt940.project(cfonb120.project(original), profile)
    for number, (before, after, declared) in enumerate(
        zip(original.entries, final.entries, expected.entries, strict=True), start=1
    ):
        assert after.booking_date == before.booking_date
        assert after.value_date == before.value_date
        assert after.amount == before.amount
        if after != declared:
            assert number in named, (after, declared)


@share(5)
@given(statements(WILD_ENTRIES, accounts=FRENCH_IBANS), PROFILES)
def test_wild_texts_between_formats(statement: Statement, profile: str) -> None:
    """Any text crosses both formats without touching a figure."""
    original, final, _, _ = through(statement, profile)
    assert (final.opening, final.closing) == (original.opening, original.closing)
    assert [entry.amount for entry in final.entries] == [entry.amount for entry in original.entries]
    assert [entry.booking_date for entry in final.entries] == [entry.booking_date for entry in original.entries]
