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
_HOUR = 3600

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


def served(bank: Bank, *, hosts: tuple[str, ...], nightly: Callable[[], None] | None = None) -> Starlette:
    """The application with its hourly work: forgetting what no longer counts, and ``nightly`` once a day."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        work = asyncio.create_task(_hourly(bank, nightly))
        yield
        work.cancel()

    return application(bank, hosts=hosts, lifespan=lifespan)


async def _hourly(bank: Bank, nightly: Callable[[], None] | None) -> None:
    fed: str | None = None
    while True:
        try:
            await run_in_threadpool(_tidied, bank)
            today = bank.now().date().isoformat()
            if nightly is not None and fed != today:
                await run_in_threadpool(nightly)
                fed = today
        except Exception:
            # The next hour tries again; the door stays open.
            log.exception("the hourly work failed")
        await asyncio.sleep(_HOUR)


def _tidied(bank: Bank) -> None:
    with bank.store.begin() as connection:
        tidy(bank, connection)
