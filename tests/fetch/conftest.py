"""The loopback bank, and a way to fetch from it without waiting."""

from __future__ import annotations

import functools
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from statements.fetch import Asked, Credentials, FetchReport, Transport, fetch
from statements.fetch.transport import Clock, TransportLimits
from tests.fetch.bank import LOGIN, SECRET, Bank, Server, serving

Fetch = Callable[..., FetchReport]


@pytest.fixture(scope="session", autouse=True)
def _authorities_once() -> Iterator[None]:
    """Each client loads the authorities of the world for TLS, which the loopback does not use: they are loaded once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for all tests of a process."""
    with serving() as running:
        yield running


@pytest.fixture
def bank(server: Server) -> Bank:
    """A new bank behind it."""
    server.bank = Bank()
    return server.bank


@pytest.fixture
def sleeps() -> list[float]:
    """What was slept, without sleeping."""
    return []


@pytest.fixture
def transport(server: Server, bank: Bank, sleeps: list[float]) -> Iterator[Callable[..., Transport]]:
    """Makes connections to the bank; time is the bank's, sleep is noted, chance is zero."""
    made: list[Transport] = []

    def connect(credentials: Credentials | None = None, *, sandbox: bool = False, **limits: float) -> Transport:
        clock = Clock(now=lambda: bank.now, monotonic=time.monotonic, sleep=sleeps.append, chance=lambda: 0.0)
        made.append(
            Transport(
                server.address,
                credentials or Credentials(login=LOGIN, secret=SECRET),
                clock,
                sandbox=sandbox,
                limits=TransportLimits(**{"pace": 0.0, **limits}),  # type: ignore[arg-type]
            )
        )
        return made[-1]

    yield connect
    for item in made:
        item.close()


@pytest.fixture
def run(transport: Callable[..., Transport], tmp_path: Path) -> Fetch:
    """Fetch into ``tmp_path / "qonto"``."""

    def start(*, into: Path = tmp_path / "qonto", credentials: Credentials | None = None, sandbox: bool = False,
              limits: dict[str, float] | None = None, **asked: object) -> FetchReport:  # fmt: skip
        connection = transport(credentials, sandbox=sandbox, **(limits or {}))
        return fetch(into, connection, Asked(**asked))  # type: ignore[arg-type]

    return start
