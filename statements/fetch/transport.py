"""One GET at a time: paced, limited in time and size, tried again where that helps, and never redirected."""

from __future__ import annotations

import datetime
import ipaddress
import logging
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from statements import __version__
from statements.fetch.credentials import Credentials
from statements.fetch.errors import FetchError

for _name in ("httpx", "httpcore"):
    # At their most talkative they write down headers and addresses; a server may repeat there what it was sent.
    logging.getLogger(_name).setLevel(logging.WARNING)

PRODUCTION = "https://thirdparty.qonto.com"
SANDBOX = "https://thirdparty-sandbox.staging.qonto.co"


class TransportLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds, bytes and counts that no answer may exceed."""

    connect: float = 10.0
    read: float = 30.0
    whole: float = 120.0
    """Seconds for one answer from the first byte asked to the last byte received."""
    size: int = 32 << 20
    tries: int = 5
    wait: float = 60.0
    """The longest wait between two tries; who asks for a longer one is told to come again."""
    pace: float = 0.05
    """Seconds between two calls at least."""
    pages: int = 5_000
    """Pages of one list."""


class HttpAnswer(msgspec.Struct, frozen=True):
    """The body of a good answer, and the time at which it came."""

    body: bytes
    received: datetime.datetime


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """Time, sleep and chance, so that a test can play all three."""

    now: Callable[[], datetime.datetime]
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
    """A number from 0 to 1: how much of a pause is kept back, so that many clients do not come again together."""


class _Again(Exception):  # noqa: N818 - it asks for another try
    def __init__(self, kind: str, wait: float | None = None, **values: object) -> None:
        self.kind, self.wait, self.values = kind, wait, values
        super().__init__(kind)


def base_address(text: str) -> str:
    """A base address that may be called: https, or http to this very machine. Raises :class:`FetchError`.

    >>> base_address("https://thirdparty.qonto.com/")
    'https://thirdparty.qonto.com'
    """
    try:
        url = httpx.URL(text)
        host = url.host
    except (httpx.InvalidURL, ValueError):
        host = ""
    if not host:
        raise FetchError("bad-address", address=_without_userinfo(text))
    if url.userinfo or url.query or url.fragment:
        raise FetchError("address-extra", host=host)
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(host)):
        raise FetchError("not-https", host=host)
    return text.rstrip("/")


def _without_userinfo(text: str) -> str:
    return text.rpartition("@")[2][:80]


def is_loopback(host: str) -> bool:
    """Whether a host is this machine.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("127.0.0.1.example.com")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Transport:
    """The connection to one base address. Secrets go to its host and to no other: no redirect is followed."""

    def __init__(
        self,
        base: str,
        credentials: Credentials,
        clock: Clock,
        *,
        sandbox: bool = False,
        limits: TransportLimits = TransportLimits(),  # noqa: B008 - frozen
    ) -> None:
        self.base = base_address(base)
        self.host = httpx.URL(self.base).host
        self.limits = limits
        self.calls = 0
        self._credentials = credentials
        self._clock = clock
        self._sandbox = sandbox
        self._ahead = datetime.timedelta()
        self._last = -limits.pace
        secure = self.base.startswith("https:")
        self._client = httpx.Client(
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            follow_redirects=False,
            # A proxy sees what goes over plain http; to this machine there is none on the way.
            trust_env=secure,
            limits=httpx.Limits(max_connections=1),
            headers={"Accept": "application/json", "User-Agent": f"statements/{__version__}"},
        )

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def now(self) -> datetime.datetime:
        """The time, by the bank's clock where this machine's differs by over a minute."""
        return self._clock.now() + self._ahead

    def get(self, path: str, parameters: Mapping[str, str | int]) -> HttpAnswer:
        """The answer to one question. Raises :class:`FetchError` when there is none that can be used."""
        pause = 1.0
        again = _Again("broken")
        for attempt in range(1, self.limits.tries + 1):
            try:
                return self._once(path, parameters)
            except _Again as caught:
                again = caught
            if attempt == self.limits.tries:
                break
            wait = pause * (1 - self._clock.chance() / 2) if again.wait is None else again.wait
            if wait > self.limits.wait:
                raise FetchError("wait-long", host=self.host, seconds=int(wait))
            self._clock.sleep(wait)
            pause *= 2
        # Raised outside of the handler: no frame of the HTTP library hangs on the error.
        raise FetchError(again.kind, host=self.host, tries=self.limits.tries, **again.values)

    def _once(self, path: str, parameters: Mapping[str, str | int]) -> HttpAnswer:
        since = self._clock.monotonic() - self._last
        if since < self.limits.pace:
            self._clock.sleep(self.limits.pace - since)
        self.calls += 1
        again: _Again | None = None
        status, headers, body = 0, httpx.Headers(), b""
        try:
            status, headers, body = self._exchange(path, parameters)
        except httpx.TimeoutException:
            again = _Again("timeout")
        except httpx.ConnectError:
            again = _Again("no-connection")
        except httpx.DecodingError:
            again = _Again("broken")
        except httpx.TransportError:
            again = _Again("broken")
        finally:
            self._last = self._clock.monotonic()
        if again is not None:
            raise again
        received = self._received(headers)
        self._judge(status, headers, body)
        return HttpAnswer(body, received)

    def _exchange(self, path: str, parameters: Mapping[str, str | int]) -> tuple[int, httpx.Headers, bytes]:
        start = self._clock.monotonic()
        parts: list[bytes] = []
        size = 0
        with self._client.stream(
            "GET", self.base + path, params=dict(parameters), headers=self._credentials.headers(sandbox=self._sandbox)
        ) as response:
            for part in response.iter_bytes():
                size += len(part)
                if size > self.limits.size:
                    raise FetchError("too-large", host=self.host, limit=self.limits.size >> 20)
                if self._clock.monotonic() - start > self.limits.whole:
                    raise _Again("timeout")
                parts.append(part)
            return response.status_code, response.headers, b"".join(parts)

    def _received(self, headers: httpx.Headers) -> datetime.datetime:
        here = self._clock.now()
        try:
            there = parsedate_to_datetime(headers["date"]).astimezone(datetime.UTC)
        except (KeyError, ValueError, TypeError):
            return here + self._ahead
        ahead = there - here
        self._ahead = ahead if abs(ahead) > datetime.timedelta(minutes=1) else datetime.timedelta()
        return here + self._ahead

    def _judge(self, status: int, headers: httpx.Headers, body: bytes) -> None:
        """Nothing when the body can be used; else the reason why not."""
        if 300 <= status < 400:
            raise FetchError("redirect", host=self.host, other=self._shown(_host(headers.get("location", ""))))
        if status == 429:
            raise _Again("too-many", _retry_after(headers.get("retry-after"), self.now()))
        if status >= 500:
            raise _Again("server", _retry_after(headers.get("retry-after"), self.now()), status=status)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        is_json = kind == "application/json" or kind.endswith("+json")
        if status >= 400:
            said = self._shown(_errors(body) if is_json else "")
            if status == 401:
                raise FetchError("unauthorised", host=self.host, said=said)
            raise FetchError(_REFUSED.get(status, "refused"), host=self.host, status=status, said=said)
        if not is_json or not body.strip():
            if kind == "text/html" and self._sandbox:
                raise FetchError("sandbox-page", host=self.host)
            start = self._shown(body[:400].decode("utf-8", "replace"))[:80]
            raise FetchError("not-json", host=self.host, content=self._shown(kind) or "-", start=start)
        if self._credentials.stands_in(body):
            raise FetchError("secret-echoed", host=self.host)

    def _shown(self, text: str) -> str:
        """What the server said, for a person: on one line, without secrets, not endless."""
        words = " ".join("".join(char if char.isprintable() else " " for char in text).split())
        return self._credentials.redact(words)[:300]


_REFUSED = {403: "forbidden", 404: "unknown-address", 422: "bad-question"}


def _host(location: str) -> str:
    try:
        return httpx.URL(location).host
    except (httpx.InvalidURL, ValueError):
        return ""


def _retry_after(value: str | None, now: datetime.datetime) -> float | None:
    """Seconds to wait, from seconds or an HTTP date; ``None`` when the header says neither.

    >>> _retry_after("7", datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    7.0
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text).astimezone(datetime.UTC)
    except (ValueError, TypeError):
        return None
    return max(0.0, (moment - now).total_seconds())


def _errors(body: bytes) -> str:
    """The words of an error body, in any of the shapes that the API has."""
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    listed = found.get("errors", found)
    items = listed if isinstance(listed, list) else [listed]
    words = []
    for item in items[:5]:
        if not isinstance(item, dict):
            continue
        source = item.get("source")
        parameter = source.get("parameter") or source.get("pointer") if isinstance(source, dict) else ""
        parts = [item.get("code"), item.get("detail") or item.get("message") or item.get("title"), parameter]
        words.append(" ".join(part for part in parts if isinstance(part, str) and part))
    trace = found.get("trace_id") or next(
        (item["trace_id"] for item in items if isinstance(item, dict) and isinstance(item.get("trace_id"), str)), ""
    )
    if isinstance(trace, str) and trace:
        words.append(f"trace_id {trace}")
    return "; ".join(word for word in words if word)


def failure(body: bytes) -> str:
    """The words of an ``errors`` member in an answer that claims to be good; empty when it has none."""
    return _errors(body) if b'"errors"' in body else ""
