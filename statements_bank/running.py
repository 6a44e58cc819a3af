"""A trial bank that runs in this process, for tests: over TLS on a free port of loopback."""

from __future__ import annotations

import datetime
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import select
from sqlalchemy.engine import Row

from statements.ebics.certificates import check
from statements_bank import demo, feed, payments
from statements_bank.bank import Bank, Settings
from statements_bank.desk import connections, people
from statements_bank.desk.connections import Link
from statements_bank.desk.people import Person
from statements_bank.door import HOSTS
from statements_bank.place import Place
from statements_bank.serving import configured, served
from statements_bank.store.tables import EVENTS, STATEMENT_FILES

LOGIN, PASSWORD = "owner", "a password for tests"
_START = 10


class RunningBank:
    """A bank with one connection. ``url``, ``host_id``, ``partner_id``, ``user_id`` and ``tls_certificate`` configure a
    client; the other verbs do what people do at the desk.
    """

    def __init__(self, folder: Path, settings: Settings = Settings()) -> None:  # noqa: B008 - frozen
        self.place = Place(folder)
        # Of TCP by name: asyncio sends answers without delay only then.
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}/ebics"
        self.host_id = "TRIALBANK"
        self.place.create(host_id=self.host_id, name="Trial bank", url=self.url, plan="enterprise", now=_now())
        self.bank: Bank = self.place.open(_now, settings)
        self.tls_certificate = self.place.certificate
        with self.bank.store.begin() as connection:
            self._owner = people.add(connection, login=LOGIN, name="Owner", role="owner", password=PASSWORD)
        link = self.connect("ERP under test")
        self.partner_id, self.user_id = link.partner_id, link.user_id

    def start(self) -> None:
        """Serve in a thread, until :meth:`stop`."""
        config = configured(
            served(self.bank, hosts=HOSTS),
            host="127.0.0.1",
            port=self.port,
            certificate=self.place.certificate,
            key=self.place.tls_key,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _START
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("the trial bank did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop serving and close the store."""
        self._server.should_exit = True
        self._thread.join(_START)
        self._socket.close()
        self.bank.store.close()

    def person(self, login: str, role: str, *, may_transfer: bool = False) -> Person:
        """A further person at the desk."""
        with self.bank.store.begin() as connection:
            return people.add(
                connection, login=login, name=login, role=role, password=PASSWORD, may_transfer=may_transfer
            )

    def connect(self, tool: str) -> Link:
        """A further connection."""
        with self.bank.store.begin() as connection:
            return connections.connect(connection, self._owner, tool, _now())

    def register(
        self, files: Sequence[bytes], partner_id: str | None = None, *, signature_version: str = "A005"
    ) -> None:
        """Register three certificates as files, instead of INI and HIA. Raises ``ValueError`` with their faults."""
        checked = check([(f"file {n}", data) for n, data in enumerate(files, 1)], _now())
        if not checked.good:
            raise ValueError("; ".join(fault.text.en for fault in checked.faults))
        with self.bank.store.begin() as connection:
            connections.register(
                connection, partner_id or self.partner_id, checked.role_keys(signature_version), _now()
            )

    def release(self, partner_id: str | None = None) -> None:
        """The desk compares the registered keys with the letter and makes the connection ready."""
        partner = partner_id or self.partner_id
        with self.bank.store.begin() as connection:
            keys = connections.keys(connection, connections.find(connection, partner))
            written = {key.role: key.key.key_hash for key in keys}
            connections.release(connection, self._owner, partner, keys, written)

    def disconnect(self, partner_id: str | None = None) -> None:
        """The desk ends the connection."""
        with self.bank.store.begin() as connection:
            connections.disconnect(connection, self._owner, partner_id or self.partner_id, "test", _now())

    def reconnect(self, partner_id: str | None = None) -> None:
        """The desk begins the connection anew."""
        with self.bank.store.begin() as connection:
            connections.reconnect(connection, self._owner, partner_id or self.partner_id, _now())

    def feed(self, sources: Sequence[tuple[str, bytes]] | None = None) -> feed.Fed:
        """Queue statements of Qonto data, or of the month that the project ships, for the ready connections."""
        made = feed.day_files(demo.month() if sources is None else sources)
        with self.bank.store.begin() as connection:
            return feed.feed(connection, made, _now())

    def statements(self, kind: str, partner_id: str | None = None) -> bytes:
        """Every queued statement of a kind (``mt940``, ``cfonb120``) as a download gives them, one after the other."""
        query = (
            select(STATEMENT_FILES.c.content)
            .where(STATEMENT_FILES.c.kind == kind, STATEMENT_FILES.c.partner_id == (partner_id or self.partner_id))
            .order_by(STATEMENT_FILES.c.day, STATEMENT_FILES.c.iban)
        )
        with self.bank.store.begin() as connection:
            return b"".join(connection.scalars(query))

    def uploads(self) -> list[Row[Any]]:
        """The payment files that came, newest first, each with ``id``, ``order_id``, ``state``, ``control_sum`` …"""
        with self.bank.store.begin() as connection:
            return payments.orders(connection)

    def upload(self, number: int) -> Row[Any]:
        """One payment file whole, with ``content``, ``report`` and ``status_report``."""
        with self.bank.store.begin() as connection:
            found = payments.order(connection, number)
        if found is None:
            raise ValueError(f"no upload {number}")
        return found

    def approve(self, number: int, person: Person | None = None, reason: str = "") -> None:
        """A person approves a payment file."""
        self._decide(number, person, True, reason)

    def refuse(self, number: int, person: Person | None = None, reason: str = "") -> None:
        """A person refuses a payment file."""
        self._decide(number, person, False, reason)

    def events(self) -> list[tuple[str, str]]:
        """Action and code of each step in the customer protocol."""
        with self.bank.store.begin() as connection:
            return [(row.action, row.code) for row in connection.execute(select(EVENTS).order_by(EVENTS.c.id))]

    def _decide(self, number: int, person: Person | None, approve: bool, reason: str) -> None:
        with self.bank.store.begin() as connection:
            payments.decide(connection, number, person or self._owner, approve=approve, reason=reason, now=_now())


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
