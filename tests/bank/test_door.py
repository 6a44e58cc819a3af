"""What comes over HTTP: attacks of the protocol, floods, slow and huge requests, and keys that change."""

from __future__ import annotations

import re
import secrets
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from statements.ebics import client as core
from statements.ebics.client import BankRefusedError
from statements_bank import serving
from statements_bank.bank import new_key
from statements_bank.exchange import tidy
from statements_bank.running import RunningBank
from statements_bank.store.tables import (
    EVENTS,
    JOURNAL,
    NONCES,
    ORDERS,
    SEGMENTS,
    SUBSCRIBER_KEYS,
    SUBSCRIBERS,
    TRANSACTIONS,
)
from tests.bank.clients import Core, _now, post

KEPT = (EVENTS, NONCES, ORDERS, SEGMENTS, SUBSCRIBER_KEYS, TRANSACTIONS)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    """A running bank."""
    running = RunningBank(tmp_path / "bank")
    running.start()
    yield running
    running.stop()


def kept(bank: RunningBank) -> list[object]:
    """Everything that the bank holds but its journal."""
    with bank.bank.store.begin() as connection:
        rows: list[object] = [connection.execute(select(SUBSCRIBERS)).all()]
        return rows + [connection.scalar(select(func.count()).select_from(table)) for table in KEPT]


def code(answer: bytes) -> str:
    """The technical code of an answer."""
    found = re.search(rb"<ReturnCode>(\d{6})", answer)
    assert found, answer
    return found[1].decode()


def send(bank: RunningBank, body: bytes) -> bytes:
    """One message and its answer."""
    return post(bank.url, str(bank.tls_certificate), body)


def test_nothing_is_kept_that_was_not_accepted(bank: RunningBank) -> None:
    """Broken, forged, replayed and foreign messages are answered with a code and leave the store as it was."""
    client = Core(bank, "H005")
    client.initialise()
    good = core.DownloadExchange(client.client, "HTD", "", _now(), secrets.token_bytes).next()
    assert good is not None
    send(bank, good)
    before = kept(bank)
    hostile = {
        "091103": [good],
        "061001": [
            good.replace(b"<UserID>USER001", b"<UserID>USER999"),
            re.sub(rb"<Nonce>[^<]*", b"<Nonce>" + b"0" * 32, good),
        ],
        "061002": [b"<a/>"],
        "091010": [
            b"",
            b"no XML",
            good[:500],
            good.replace(b"<?xml version='1.0' encoding='UTF-8'?>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>"),
            good.replace(b"<static>", b"<static><Surprise/>"),
        ],
    }
    for wanted, messages in hostile.items():
        for message in messages:
            assert code(send(bank, message)) == wanted, message[:200]
    assert kept(bank) == before


def test_a_thousand_unsigned_messages_are_bounded(bank: RunningBank) -> None:
    """INI after INI from one address: after the limit the door says 429, and the journal does not grow without end."""
    client = Core(bank, "H005")
    message = core.key_request(client.client, "INI")
    host, port = bank.url.removeprefix("https://").removesuffix("/ebics").split(":")
    context = ssl.create_default_context(cafile=str(bank.tls_certificate))
    request = (
        f"POST /ebics HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {len(message)}\r\n\r\n".encode() + message
    )
    statuses: list[bytes] = []
    with context.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host) as connection:
        stream = connection.makefile("rb")
        for _ in range(1000):
            connection.sendall(request)
            status = stream.readline()
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            stream.read(length)
            statuses.append(status.split()[1])
    assert statuses.count(b"200") < 250
    assert set(statuses) == {b"200", b"429"}
    with bank.bank.store.begin() as opened:
        assert (opened.scalar(select(func.count()).select_from(JOURNAL)) or 0) < 250
        assert opened.scalar(select(func.count()).select_from(SUBSCRIBER_KEYS)) == 1


def test_a_good_client_is_not_stopped_by_the_limit(bank: RunningBank) -> None:
    """Signed messages do not count, however many."""
    client = Core(bank, "H005")
    client.initialise()
    for _ in range(150):
        message = core.DownloadExchange(client.client, "HTD", "", _now(), secrets.token_bytes).next()
        assert message is not None
        assert code(send(bank, message)) == "000000"
        with bank.bank.store.begin() as connection:
            connection.execute(SEGMENTS.delete())
            connection.execute(TRANSACTIONS.delete())


def raw(bank: RunningBank) -> ssl.SSLSocket:
    """A bare TLS connection."""
    context = ssl.create_default_context(cafile=str(bank.tls_certificate))
    return context.wrap_socket(socket.create_connection(("127.0.0.1", bank.port)), server_hostname="127.0.0.1")


def test_whoever_never_ends_a_head_is_left(bank: RunningBank, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow head does not hold a connection for ever, and others are answered meanwhile."""
    monkeypatch.setattr(serving, "PATIENCE", 1)
    with raw(bank) as slow:
        slow.sendall(b"POST /ebics HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        assert b"ebicsHEVResponse" in send(bank, core.hev(bank.host_id))
        slow.settimeout(15)
        start = time.monotonic()
        assert slow.recv(100) in (b"", b"HTTP/1.1 408 Request Timeout\r\n")
        assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    "head",
    [
        b"POST /ebics HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Big: " + b"a" * 200_000 + b"\r\n\r\n",
        b"POST /ebics HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /ebics HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: minus\r\n\r\n",
        b"POST /ebics HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n",
        b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
    ids=["huge-header", "huge-body", "no-number", "foreign-host", "huge-path"],
)
def test_monstrous_requests_are_refused_at_once(bank: RunningBank, head: bytes) -> None:
    """Huge headers, bodies and paths get a 4xx or are cut; the bank goes on."""
    with raw(bank) as connection:
        connection.settimeout(15)
        try:
            connection.sendall(head)
            answer = connection.recv(1000)
        except OSError:
            answer = b""
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4",))
    assert b"ebicsHEVResponse" in send(bank, core.hev(bank.host_id))


def test_the_bank_changes_its_key_and_the_client_fetches_it(bank: RunningBank) -> None:
    """091008 with the old key; after HPB everything goes on, in the same running server."""
    client = Core(bank, "H005")
    client.initialise()
    with bank.bank.store.begin() as connection:
        new_key(connection, bank.bank.vault, "E", bank.bank.name, bank.bank.now())
    with pytest.raises(BankRefusedError, match="091008"):
        client.download("HTD")
    client.fetch_bank_keys()
    assert client.download("HTD").startswith(b"<?xml")


def test_what_no_longer_counts_is_forgotten(bank: RunningBank) -> None:
    """Old nonces and lapsed transactions go; fresh ones stay."""
    client = Core(bank, "H005")
    client.initialise()
    message = core.DownloadExchange(client.client, "HTD", "", _now(), secrets.token_bytes).next()
    assert message is not None
    send(bank, message)
    with bank.bank.store.begin() as connection:
        tidy(bank.bank, connection)
        assert connection.scalar(select(func.count()).select_from(TRANSACTIONS)) == 1
        connection.execute(NONCES.update().values(seen_at="2020-01-01T00:00:00.000000Z"))
        connection.execute(TRANSACTIONS.update().values(opened_at="2020-01-01T00:00:00.000000Z"))
        tidy(bank.bank, connection)
        for table in (NONCES, TRANSACTIONS, SEGMENTS):
            assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_the_parameters_say_what_this_is(bank: RunningBank) -> None:
    """HPD names a trial bank, whatever its owner calls it."""
    client = Core(bank, "H005")
    client.initialise()
    assert b"Trial bank" in client.download("HPD")
