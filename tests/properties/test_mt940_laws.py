"""The round-trip laws of MT940, for the profiles qonto, swift, german and blocks."""

from __future__ import annotations

from hypothesis import event, given
from hypothesis import strategies as st

from statements.formats import mt940
from statements.model.statement import Entry, Statement
from statements.rules import Severity
from statements.wire.charset import SWIFT_X
from tests.spec.mt940.projection import project
from tests.strategies import FITTING_ENTRIES, WILD_ENTRIES, share, statements
from tests.wire import check_mt940

PROFILES = st.sampled_from(["qonto", "swift", "german", "blocks"])
# Cuts, dropped parts, defused words, replaced signs: what may differ beyond the declared projection.
LOSSES = {"CNV-210", "CNV-211", "CNV-214", "CNV-215"}


def write(statement: Statement, profile: str) -> tuple[bytes, set[str]]:
    """The bytes of a statement that must be writable, checked on the wire, and the ids of the findings."""
    written = mt940.write([statement], profile=profile)
    assert written.ok, [(finding.id, finding.message()) for finding in written.findings]
    check_mt940(written.value, statement, blocks=profile == "blocks", one_page=profile in ("qonto", "german"))
    return written.value, {finding.id for finding in written.findings}


def check_kept(before: Entry, after: Entry, profile: str) -> None:
    """What no text rule touches comes back exactly, whatever the declared projection says of the rest."""
    assert after.booking_date == before.booking_date
    assert after.value_date == (before.value_date or before.booking_date)
    assert after.amount == before.amount
    assert after.reversal == before.reversal
    if before.codes.swift is not None:
        assert after.codes.swift == before.codes.swift
    if profile != "german":
        assert after.codes.cfonb == before.codes.cfonb


@given(statements(FITTING_ENTRIES), PROFILES)
def test_fitting_statements_come_back(statement: Statement, profile: str) -> None:
    """Laws 1, 2, 5 and 6: what is written is read back as declared, written again byte for byte, without a fault."""
    data, ids = write(statement, profile)
    back = mt940.read(data, profile=profile)
    assert back.ok, [(finding.id, finding.message()) for finding in back.findings]
    (read,) = back.value
    if ids & LOSSES:
        event("text cut or defused")
    else:
        assert read == project(statement, profile)
    for before, after in zip(statement.entries, read.entries, strict=True):
        check_kept(before, after, profile)
        if profile != "german" and before.references.mandate_id and not ids & LOSSES:
            assert after.references.mandate_id == before.references.mandate_id
            assert " ".join(after.remittance) == SWIFT_X.fit(" ".join(before.remittance))
    assert (read.opening, read.closing) == (statement.opening, statement.closing)
    assert (read.available, read.forward_available) == (statement.available, statement.forward_available)
    again = mt940.write([read], profile=profile)
    assert again.value == data
    report = mt940.validate(data, profile=profile)
    assert [finding.id for finding in report.findings if finding.severity is Severity.ERROR] == []


@share(3)
@given(statements(WILD_ENTRIES), PROFILES)
def test_wild_statements_keep_their_figures(statement: Statement, profile: str) -> None:
    """Laws 1, 2 and 6 for any text: figures and dates come back, texts as declared unless a finding says so."""
    data, ids = write(statement, profile)
    back = mt940.read(data, profile=profile)
    assert back.ok, [(finding.id, finding.message()) for finding in back.findings]
    (read,) = back.value
    assert (read.opening, read.closing) == (statement.opening, statement.closing)
    for before, after in zip(statement.entries, read.entries, strict=True):
        check_kept(before, after, profile)
    if not ids & LOSSES:
        assert read == project(statement, profile)
    assert mt940.write([read], profile=profile).value == data


@share(10)
@given(st.lists(statements(FITTING_ENTRIES, max_entries=2), max_size=3), PROFILES)
def test_several_statements_stay_apart(several: list[Statement], profile: str) -> None:
    """A file of several statements is read as so many, whole and streamed."""
    data = mt940.write(several, profile=profile).value
    accounts = [statement.account.iban for statement in several]
    read = mt940.read(data, profile=profile).value if data else ()
    assert [statement.account.iban for statement in read] == accounts
    streamed = [outcome.value for outcome in mt940.iter_read(data, profile=profile)] if data else []
    assert tuple(streamed) == read
    assert b"".join(outcome.value for outcome in mt940.iter_write(several, profile=profile)) == data
