"""The door: the ASGI application with the EBICS address and the pages.

``POST /ebics`` takes an EBICS message and answers it, whatever it is, with HTTP 200 and an EBICS document; only what is
no XML at all, too large or too frequent is answered in HTTP. Everything else is pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from statements_bank.bank import Bank
from statements_bank.exchange import answer
from statements_bank.pages import fault_page, routes
from statements_bank.pages.security import Limiter

SLOWEST = 60
"""Seconds without a further piece of a body."""
LARGEST_REQUEST = 2_000_000
"""An EBICS segment is 1 MB of base64; the rest of a message is small."""
LARGEST_FORM = 64_000_000
"""A file that is dropped on the page."""


HOSTS = ("127.0.0.1", "localhost", "[::1]")
"""The names of this machine; a request for another Host is refused, so that no foreign page can reach the bank."""


def application(
    bank: Bank,
    *,
    hosts: tuple[str, ...] = HOSTS,
    lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None,
) -> Starlette:
    """The application of an opened bank, answering to ``hosts`` only."""
    app = Starlette(
        lifespan=lifespan,
        routes=[Route("/ebics", ebics, methods=["POST"]), *routes()],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
            Middleware(SizeLimit),
            Middleware(
                SessionMiddleware,
                secret_key=bank.session_secret,
                session_cookie="trial_bank",
                https_only=True,
                same_site="strict",
                max_age=8 * 3600,
            ),
        ],
        exception_handlers={HTTPException: fault_page, Exception: fault_page},
    )
    app.state.bank = bank
    app.state.sign_in_limit = Limiter(10, 60)
    app.state.check_limit = Limiter(30, 60)
    # Signed requests are limited by nothing but the machine; what nobody signed comes at most this often.
    app.state.unsigned_limit = Limiter(120, 60)
    return app


async def ebics(request: Request) -> Response:
    """One EBICS message and its answer."""
    content = await request.body()
    caller = request.client.host if request.client else "unknown"
    result = await run_in_threadpool(answer, request.app.state.bank, content, caller, request.app.state.unsigned_limit)
    if result is None:
        return PlainTextResponse("too many requests", 429, {"Retry-After": "60"})
    return Response(result, media_type="text/xml; charset=UTF-8", headers={"Cache-Control": "no-store"})


class SizeLimit:
    """Refuses a body that is larger than its address takes, as soon as that is known."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the body while it comes in."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = LARGEST_REQUEST if scope["path"] == "/ebics" else LARGEST_FORM
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or int(length[:20]) > limit:
            await PlainTextResponse("the request is too large", 413)(scope, receive, send)
            return
        await self.app(scope, _counted(receive, limit), send)


def _counted(receive: Receive, limit: int) -> Receive:
    taken, more = 0, True

    async def counted() -> Message:
        nonlocal taken, more
        if not more:
            # The body is here; whoever still listens waits for the client to go away.
            return await receive()
        message = await asyncio.wait_for(receive(), SLOWEST)
        more = bool(message.get("more_body", False))
        taken += len(message.get("body", b""))
        if taken > limit:
            raise HTTPException(413, "too-large")
        return message

    return counted
