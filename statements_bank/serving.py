"""Serving: uvicorn with TLS, patience that ends, and the nightly work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from uvicorn.protocols.http.h11_impl import H11Protocol

from statements_bank.bank import Bank
from statements_bank.door import application
from statements_bank.exchange import tidy

PATIENCE = 20
"""Seconds that a client may take to send the head of a request."""
HOUR = 3600

log = logging.getLogger("statements_bank")


class PatientProtocol(H11Protocol):
    """HTTP whose patience ends: a connection that has not sent a whole head in time is closed."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """The clock starts with the connection."""
        super().connection_made(transport)
        self._waiting = self.loop.call_later(PATIENCE, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """And stops with it."""
        if self._waiting is not None:
            self._waiting.cancel()
        super().connection_lost(exc)

    def _give_up(self) -> None:
        if self.cycle is None and self.transport is not None:
            self.transport.close()


def configured(
    app: Starlette, *, host: str, port: int, certificate: Path | None = None, key: Path | None = None
) -> uvicorn.Config:
    """How the application is served; without a certificate in plain HTTP, for a proxy that ends TLS."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        http=PatientProtocol,
        h11_max_incomplete_event_size=65_536,
        timeout_keep_alive=10,
        limit_concurrency=500,
        server_header=False,
        access_log=False,
        log_level="warning",
        lifespan="on",
    )


def served(
    bank: Bank, *, hosts: tuple[str, ...], work: Callable[[], None] | None = None, every: int = HOUR
) -> Starlette:
    """The application with its regular work: forgetting what no longer counts, and ``work``, ``every`` so many seconds.

    Work that was done already must be nothing the second time, as the feed is.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(_regularly(bank, work, every))
        yield
        task.cancel()

    return application(bank, hosts=hosts, lifespan=lifespan)


async def _regularly(bank: Bank, work: Callable[[], None] | None, every: int) -> None:
    while True:
        try:
            await run_in_threadpool(_work, bank, work)
        except Exception:
            # The next time tries again; the door stays open.
            log.exception("the regular work failed")
        await asyncio.sleep(every)


def _work(bank: Bank, work: Callable[[], None] | None) -> None:
    with bank.store.begin() as connection:
        tidy(bank, connection)
    if work is not None:
        work()
