"""What stands between a page and a stranger: sessions, the token of every form, and how often one may ask.

Sessions are signed cookies (itsdangerous, by Starlette) that hold a login and a token. Signing in and out begins a new
session, so one that was planted before is worth nothing. Every form carries the session's token; a POST without it is
refused. A browser that says where a request comes from is believed when it says it is another site.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

MOST_CALLERS = 10_000
"""How many addresses the limiter remembers; the oldest is forgotten first."""


def csrf_token(request: Request) -> str:
    """The token of this session, made at its first form."""
    if "csrf" not in request.session:
        request.session["csrf"] = secrets.token_urlsafe(24)
    token: str = request.session["csrf"]
    return token


def from_our_form(request: Request, given: object) -> bool:
    """Whether a POST carries the token of its session and does not come from another site."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host", ""):
        return False
    token = request.session.get("csrf")
    return isinstance(given, str) and isinstance(token, str) and hmac.compare_digest(given, token)


def begin_session(request: Request, login: str | None) -> None:
    """A new session: of a person who signed in, or of nobody. What the old one held is gone, but for the language."""
    lang = request.session.get("lang")
    request.session.clear()
    if lang:
        request.session["lang"] = lang
    if login:
        request.session["login"] = login
    csrf_token(request)


class Limiter:
    """At most ``number`` calls an address in ``seconds``; a bucket that fills again with time.

    >>> moments = iter((0.0, 0.0, 0.0, 60.0))
    >>> limiter = Limiter(2, 60, clock=lambda: next(moments))
    >>> [limiter.allows("127.0.0.1") for _ in range(4)]
    [True, True, False, True]
    """

    def __init__(self, number: int, seconds: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._number, self._seconds, self._clock = number, seconds, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def allows(self, caller: str) -> bool:
        """Whether this call may go on; it counts."""
        left, now = self._now(caller)
        self._left[caller] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > MOST_CALLERS:
            self._left.popitem(last=False)
        return left >= 1

    def exhausted(self, caller: str) -> bool:
        """Whether the next call would be refused; this does not count."""
        return caller in self._left and self._now(caller, keep=True)[0] < 1

    def _now(self, caller: str, *, keep: bool = False) -> tuple[float, float]:
        now = self._clock()
        known = self._left.get(caller) if keep else self._left.pop(caller, None)
        left, then = known or (float(self._number), now)
        return min(float(self._number), left + (now - then) * self._number / self._seconds), now
