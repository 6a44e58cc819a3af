"""The help page end to end over TLS: keys, statements, payments, approval, the end of a connection."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from painfree import ebics3

from statements.ebics.client import BankRefusedError
from statements_bank.errors import NotAllowedError
from statements_bank.running import RunningBank
from tests.bank.clients import Core, Painfree

VERSIONS = ("H003", "H004", "H005")


@pytest.fixture
def payment(fixtures: Path) -> bytes:
    """A good payment file of version 03."""
    return (fixtures / "pain001" / "clean-03.xml").read_bytes()


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    """A running bank; the fixture `ebics_bank` gives the same to others."""
    running = RunningBank(tmp_path / "bank")
    running.start()
    yield running
    running.stop()


def test_painfree_goes_the_whole_way(bank: RunningBank, payment: bytes) -> None:
    """INI, HIA, HPB with the letter's hashes; both statements byte for byte; a payment that a person approves."""
    client = Painfree(bank)
    client.initialise()
    assert bank.feed().queued
    assert client.download(ebics3.Service("EOP", "mt940")) == bank.statements("mt940")
    assert client.download(ebics3.Service("EOP", "cfonb120")) == bank.statements("cfonb120")
    for admin in ("HTD", "HAA", "HPD"):
        assert client.download(admin=admin).startswith(b"<?xml")
    exchange = client.upload(payment)
    (order,) = bank.uploads()
    assert (order.state, order.order_id) == ("awaiting", exchange.order_id)
    assert bank.upload(order.id).content == payment
    bank.approve(order.id)
    assert bank.uploads()[0].state == "approved"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("by_files", [False, True], ids=["INI-HIA", "three-files"])
def test_every_version_and_both_ways_of_sending_keys(bank: RunningBank, version: str, by_files: bool) -> None:
    """2.4, 2.5 and 3.0; keys by INI and HIA, or as three files; then statements by their names in that version."""
    client = Core(bank, version)
    client.initialise(by_files=by_files)
    bank.feed()
    assert client.statement("mt940") == bank.statements("mt940")
    assert client.statement("cfonb120") == bank.statements("cfonb120")


def test_receipts_and_date_ranges(bank: RunningBank) -> None:
    """Without receipt the files come again; confirmed they are gone; a range gives them once more."""
    client = Core(bank, "H005")
    client.initialise()
    bank.feed()
    whole = bank.statements("mt940")
    assert client.statement("mt940", receipt=1) == whole
    assert client.statement("mt940") == whole
    with pytest.raises(BankRefusedError, match="090005"):
        client.statement("mt940")
    day = datetime.date(2026, 9, 15)
    part = client.statement("mt940", start=day, end=day)
    assert part
    assert part in whole
    assert len(part) < len(whole)
    assert client.statement("mt940", start=datetime.date(2026, 1, 1), end=datetime.date(2026, 12, 31)) == whole


def test_nothing_is_there_before_the_feed_and_for_nobody_else(bank: RunningBank) -> None:
    """A ready connection without statements gets 090005; a connection that is not ready gets nothing made."""
    client = Core(bank, "H004")
    client.initialise()
    with pytest.raises(BankRefusedError, match="090005"):
        client.statement("cfonb120")
    other = bank.connect("Another tool")
    assert bank.feed().connections == 1
    assert bank.statements("mt940", other.partner_id) == b""


@pytest.mark.parametrize("version", VERSIONS)
def test_a_payment_is_approved_by_the_right_role_and_told_to_the_tool(
    bank: RunningBank, version: str, payment: bytes
) -> None:
    """Reporting and a manager without the right are refused; with the right approved; HAC and pain.002 tell it."""
    client = Core(bank, version)
    client.initialise()
    client.upload(payment)
    (order,) = bank.uploads()
    assert order.state == "awaiting"
    assert b"<GrpSts>PDNG</GrpSts>" in client.statement("pain002", receipt=1)
    for role in ("reporting", "employee", "manager"):
        with pytest.raises(NotAllowedError):
            bank.approve(order.id, bank.person(role, role))
    bank.approve(order.id, bank.person("treasurer", "manager", may_transfer=True))
    assert bank.uploads()[0].state == "approved"
    protocol = client.download("HAC").decode()
    assert "ORDER_HAC_FINAL" in protocol
    assert "Approved at the trial bank" in protocol
    assert b"<GrpSts>ACCP</GrpSts>" in client.statement("pain002")


def test_a_refused_payment_is_told_too(bank: RunningBank, payment: bytes) -> None:
    """A person's refusal stands in HAC with the reason, and as RJCT."""
    client = Core(bank, "H005")
    client.initialise()
    client.upload(payment)
    bank.refuse(bank.uploads()[0].id, reason="beneficiary unknown")
    assert "beneficiary unknown" in client.download("HAC").decode()
    assert b"<GrpSts>RJCT</GrpSts>" in client.statement("pain002")


def test_a_faulty_payment_file_is_refused_in_words(bank: RunningBank, payment: bytes) -> None:
    """090004 for a file with an error; its reasons in HAC and in the status report; only the report is kept."""
    client = Core(bank, "H005")
    client.initialise()
    faulty = payment.replace(b"<NbOfTxs>", b"<NbOfTxs>9", 1)
    with pytest.raises(BankRefusedError, match="090004"):
        client.upload(faulty)
    (order,) = bank.uploads()
    assert (order.state, bank.upload(order.id).content) == ("faulty", b"")
    assert order.reason.startswith("P001-")
    assert b"<GrpSts>RJCT</GrpSts>" in client.statement("pain002")
    protocol = client.download("HAC").decode()
    assert "TD03" in protocol
    assert "P001-" in protocol


def test_direct_debits_are_refused_in_words(bank: RunningBank, payment: bytes) -> None:
    """Declared as a direct debit: not offered. A pain.008 under the name of a transfer: refused by the check."""
    client = Core(bank, "H004")
    client.initialise()
    with pytest.raises(BankRefusedError, match=r"091006|090003"):
        client.upload(payment, "pain.008.001.02.sdd")
    debit = payment.replace(b"pain.001.001.03", b"pain.008.001.02").replace(b"CstmrCdtTrfInitn", b"CstmrDrctDbtInitn")
    with pytest.raises(BankRefusedError, match="090004"):
        client.upload(debit)
    assert "P001-010" in bank.uploads()[0].reason


def test_the_same_payment_file_twice_is_a_duplicate(bank: RunningBank, payment: bytes) -> None:
    """091122 for the same bytes; after a refusal by a person they may come again."""
    client = Core(bank, "H005")
    client.initialise()
    client.upload(payment)
    with pytest.raises(BankRefusedError, match="091122"):
        client.upload(payment)
    bank.refuse(bank.uploads()[0].id)
    client.upload(payment)
    assert [order.state for order in bank.uploads()] == ["awaiting", "refused"]


def test_a_payment_in_several_segments(bank: RunningBank, payment: bytes) -> None:
    """Segments of 500 characters arrive whole."""
    client = Core(bank, "H005")
    client.initialise()
    client.upload(payment, size=500)
    assert bank.upload(bank.uploads()[0].id).content == payment


def test_disconnecting_from_the_desk_and_beginning_anew(bank: RunningBank, payment: bytes) -> None:
    """After the end nothing is given or taken and nothing is made; the old keys stay dead, new ones open again."""
    client = Core(bank, "H005")
    client.initialise()
    bank.feed()
    bank.disconnect()
    for act in (lambda: client.statement("mt940"), lambda: client.upload(payment)):
        with pytest.raises(BankRefusedError, match="061001"):
            act()
    assert bank.feed().connections == 0
    bank.reconnect()
    with pytest.raises(BankRefusedError, match="061001"):
        client.statement("mt940")
    fresh = Core(bank, "H005", "new")
    fresh.initialise()
    assert fresh.statement("mt940") == bank.statements("mt940")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_tool_ends_its_own_access(bank: RunningBank, version: str) -> None:
    """SPR suspends the user at once; nothing is made for the connection any more."""
    client = Core(bank, version)
    client.initialise()
    client.suspend()
    with pytest.raises(BankRefusedError, match="061001"):
        client.download("HTD")
    assert bank.feed().connections == 0


def test_every_exchange_stands_in_the_journal(bank: RunningBank) -> None:
    """A row for each message with code and reason; the chain is whole; no key and no passphrase in it."""
    from sqlalchemy import select

    from statements_bank.journal import verify
    from statements_bank.store.tables import JOURNAL

    client = Core(bank, "H005")
    with pytest.raises(BankRefusedError):
        client.fetch_bank_keys()
    client.initialise()
    with bank.bank.store.begin() as connection:
        rows = connection.execute(select(JOURNAL).order_by(JOURNAL.c.seq)).all()
        assert list(verify(connection)) == []
    assert [row.what.split()[0] for row in rows] == ["HPB", "INI", "HIA", "HPB"]
    assert rows[0].code == "091002"
    assert rows[0].reason_fr
    written = " ".join(str(value) for row in rows for value in row)
    assert "PRIVATE" not in written
    assert bank.place.passphrase() not in written
