"""A bank on the loopback: it answers as the documentation of Qonto's API says, and misbehaves where a test says so.

Nothing in here is taken from the program: amounts, chains, filters and pages are worked out anew.
"""

from __future__ import annotations

import asyncio
import bisect
import contextlib
import datetime
import gzip
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

LOGIN = "atelier-du-canal-4821"
SECRET = "s3cret-key-that-must-appear-nowhere"
TOKEN = "bearer-token-that-must-appear-nowhere"
STAGING = "staging-token-that-must-appear-nowhere"
IBANS = ("FR7616958000011234567890177", "FR7616958000019999999999931", "FR7616958000011234567890274")
UTC = datetime.UTC


def moment(text: str) -> datetime.datetime:
    """An instant from ``2026-09-01T08:00:00`` (UTC)."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


def stamp(instant: datetime.datetime) -> str:
    """As the API writes it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"


@dataclass
class Row:
    """One transaction."""

    id: str
    amount: int
    settled: datetime.datetime | None
    status: str = "completed"
    label: str = "Imprimerie des Trois Quais"
    updated: datetime.datetime | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass
class Held:
    """One account: rows in the order of their booking."""

    id: str
    iban: str
    rows: list[Row] = field(default_factory=list)
    opening: int = 0
    status: str = "active"
    shown: bool = True
    """Whether the role of the key may see IBAN and balance."""
    balance_off: int = 0
    """How much the balance shown differs from that of the rows."""

    def booked(self) -> list[Row]:
        """The booked rows, oldest first; those of one instant as they were given."""
        found = [row for row in self.rows if row.status == "completed" and row.settled is not None]
        return sorted(found, key=lambda row: row.settled or moment("1970-01-01"))

    def balance(self) -> int:
        """The booked balance in cents."""
        return self.opening + sum(row.amount for row in self.booked())


Fault = Callable[[Request], Response]


class Bank:
    """The state of the bank, the log of what was asked, and what goes wrong."""

    def __init__(self) -> None:
        self.now = moment("2026-10-15T09:00:00")
        self.accounts: list[Held] = []
        self.log: list[tuple[str, dict[str, list[str]]]] = []
        self.headers: list[dict[str, str]] = []
        self.faults: dict[int, Fault] = {}
        self.always: Fault | None = None
        self.before: Callable[[int], None] = lambda call: None
        self.sandbox = False
        self.inclusive = True
        self.next_page: Callable[[int, int], dict[str, Any]] = lambda page, pages: {
            "next_page": page + 1 if page < pages else None
        }
        self.past_end = 422
        self.unknown_account = 422
        self.year_rule = True
        self.count_off = 0
        self.edit: Callable[[bytes], bytes] = lambda body: body
        self.still: dict[str, tuple[list[str], list[dict[str, Any]]]] | None = None
        """Accounts of which nothing changes any more, in the order of the booking: for large ones."""

    def fill(self, rows: int, *, account: int = 0, since: str = "2026-09-01T08:00:00", step: int = 3600) -> Held:
        """Booked rows every ``step`` seconds; accounts are made as needed."""
        while len(self.accounts) <= account:
            at = len(self.accounts)
            self.accounts.append(Held(f"{at + 1}" * 8 + "-1111-4111-8111-111111111111", IBANS[at], opening=500_000))
        held = self.accounts[account]
        start = len(held.rows)
        for at in range(start, start + rows):
            amount = (at * 7919) % 90_000 + 29
            settled = moment(since) + datetime.timedelta(seconds=step * (at - start))
            held.rows.append(Row(f"{account}-{at:06d}", amount if at % 3 else -amount, settled))
        return held

    # -- answers -------------------------------------------------------------------------------------------------

    async def answer(self, request: Request) -> Response:
        """One call."""
        questions: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            questions.setdefault(name, []).append(value)
        self.log.append((request.url.path, questions))
        self.headers.append(dict(request.headers))
        call = len(self.log)
        self.before(call)
        fault = self.faults.get(call) or self.always
        response = fault(request) if fault is not None else self._good(request, questions)
        response.headers.setdefault("date", format_datetime(self.now, usegmt=True))
        return response

    def _good(self, request: Request, asked: dict[str, list[str]]) -> Response:
        if self.sandbox and request.headers.get("x-qonto-staging-token") != STAGING:
            return Response("<html><body>Sign in</body></html>", 200, media_type="text/html")
        if request.headers.get("authorization") not in (f"{LOGIN}:{SECRET}", f"Bearer {TOKEN}"):
            return error(401, "unauthorized", "Invalid credentials")
        if request.url.path == "/v2/organization":
            return self._json({"organization": self._organization()})
        return self._transactions(asked)

    def _organization(self) -> dict[str, Any]:
        accounts = []
        for held in self.accounts:
            balance = held.balance() + held.balance_off
            shown = {
                "iban": held.iban,
                "bic": "QNTOFRP1XXX",
                "currency": "EUR",
                "balance": balance / 100,
                "balance_cents": balance,
                "authorized_balance": balance / 100,
                "authorized_balance_cents": balance,
            }
            accounts.append(
                {
                    "id": held.id,
                    "slug": "atelier-bank-account",
                    "name": "Compte",
                    "status": held.status,
                    "main": held is self.accounts[0],
                    "is_external_account": False,
                    "updated_at": stamp(self.now),
                    **(shown if held.shown else {}),
                }
            )
        return {"slug": LOGIN, "legal_name": "Atelier du Canal SAS", "bank_accounts": accounts}

    def _transactions(self, asked: dict[str, list[str]]) -> Response:
        one = {name: values[-1] for name, values in asked.items()}
        key = one.get("bank_account_id") or one.get("iban")
        if not key:
            return error(422, "invalid_parameter", "one is needed", "bank_account_id")
        held = next((item for item in self.accounts if key in (item.id, item.iban)), None)
        if held is None:
            return error(self.unknown_account, "not_found", "no such account")
        size = int(one.get("per_page", "100"))
        if not 1 <= size <= 100:
            return error(422, "invalid_parameter", "per_page", "per_page")
        for name in ("settled_at", "updated_at"):
            low, high = one.get(f"{name}_from"), one.get(f"{name}_to")
            if self.year_rule and low and high and low[:4] != high[:4]:
                return error(422, "invalid_parameter", "not a valid ISO 8601 range", f"{name}_to")
        rows = [row for row in self._candidates(held, one) if self._asked(row, asked, one)]
        member, _, direction = one.get("sort_by", "settled_at:desc").partition(":")
        rows.sort(key=lambda row: row[member] or "", reverse=direction == "desc")
        page = int(one.get("page") or one.get("current_page") or "1")
        pages = max(1, -(-len(rows) // size))
        if page > pages and self.past_end == 422:
            return error(422, "invalid_parameter", "page past the end", "page")
        meta = {
            "current_page": page,
            "prev_page": page - 1 if page > 1 else None,
            "total_pages": pages,
            "total_count": len(rows) + self.count_off,
            "per_page": size,
            **self.next_page(page, pages),
        }
        return self._json({"transactions": rows[(page - 1) * size : page * size], "meta": meta})

    def _candidates(self, held: Held, one: dict[str, str]) -> list[dict[str, Any]]:
        if self.still is None:
            return self._rows(held)
        if held.id not in self.still:
            rows = self._rows(held)
            self.still[held.id] = [row["settled_at"] for row in rows], rows
        instants, rows = self.still[held.id]
        low, high = one.get("settled_at_from", ""), one.get("settled_at_to", "9")
        return rows[bisect.bisect_left(instants, low) : bisect.bisect_right(instants, high)]

    def _asked(self, row: dict[str, Any], asked: dict[str, list[str]], one: dict[str, str]) -> bool:
        if row["status"] not in asked.get("status[]", ["completed"]):
            return False
        for name in ("settled_at", "updated_at"):
            low, high, own = one.get(f"{name}_from"), one.get(f"{name}_to"), row[name]
            if (low or high) and own is None:
                return False
            if low and (own < low or (own == low and not self.inclusive)):
                return False
            if high and (own > high or (own == high and not self.inclusive)):
                return False
        return True

    def _rows(self, held: Held) -> list[dict[str, Any]]:
        balances: dict[str, int] = {}
        balance = held.opening
        for row in held.booked():
            balance += row.amount
            balances[row.id] = balance
        found = []
        for row in held.rows:
            after = balances.get(row.id)
            found.append(
                {
                    "id": row.id,
                    "transaction_id": f"{LOGIN}-1-transaction-{row.id}",
                    "amount": abs(row.amount) / 100,
                    "amount_cents": abs(row.amount),
                    "settled_balance": None if after is None else after / 100,
                    "settled_balance_cents": after,
                    "local_amount": abs(row.amount) / 100,
                    "local_amount_cents": abs(row.amount),
                    "side": "credit" if row.amount > 0 else "debit",
                    "operation_type": "income" if row.amount > 0 else "transfer",
                    "currency": "EUR",
                    "local_currency": "EUR",
                    "label": row.label,
                    "settled_at": stamp(row.settled) if row.settled else None,
                    "emitted_at": stamp(row.settled or self.now),
                    "updated_at": stamp(row.updated or row.settled or self.now),
                    "status": row.status,
                    "note": None,
                    "reference": f"Facture {row.id}",
                    "vat_amount": None,
                    "label_ids": [],
                    "attachment_ids": [],
                    "subject_type": "Income" if row.amount > 0 else "Transfer",
                    "bank_account_id": held.id,
                    "is_external_transaction": False,
                    **row.more,
                }
            )
        return found

    def _json(self, content: Any) -> Response:
        return Response(self.edit(json.dumps(content).encode()), media_type="application/json")


def error(status: int, code: str, detail: str, parameter: str = "", **headers: str) -> Response:
    """An error body as the documentation shows it."""
    item: dict[str, Any] = {"code": code, "detail": detail}
    if parameter:
        item["source"] = {"parameter": parameter}
    body = json.dumps({"errors": [item], "trace_id": "trace-77"})
    return Response(body, status, headers={name.replace("_", "-"): value for name, value in headers.items()},
                    media_type="application/json")  # fmt: skip


def cut_body(request: Request) -> Response:
    """Less than the Content-Length says; the connection ends."""

    async def part() -> AsyncIterator[bytes]:
        yield b'{"transactions": ['

    return StreamingResponse(part(), headers={"content-length": "5000"}, media_type="application/json")


def slow_body(request: Request) -> Response:
    """A byte now and then."""

    async def drip() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" "
            await asyncio.sleep(0.1)

    return StreamingResponse(drip(), media_type="application/json")


def huge_body(request: Request) -> Response:
    """More than anybody wants."""

    async def flood() -> AsyncIterator[bytes]:
        for _ in range(400):
            yield b" " * 262_144

    return StreamingResponse(flood(), media_type="application/json")


def zipped(bank: Bank) -> Fault:
    """The good answer, compressed."""

    def answer(request: Request) -> Response:
        questions = {name: request.query_params.getlist(name) for name in request.query_params}
        good = bank._good(request, questions)
        return Response(gzip.compress(bytes(good.body)), headers={"content-encoding": "gzip"},
                        media_type="application/json")  # fmt: skip

    return answer


class Server:
    """The bank behind a port; ``bank`` may be exchanged between tests."""

    def __init__(self) -> None:
        self.bank = Bank()
        self.errors: list[str] = []

        async def answer(request: Request) -> Response:
            return await self.bank.answer(request)

        app = Starlette(routes=[Route("/{path:path}", answer)])
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", date_header=False, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self.address = ""

    def __enter__(self) -> Server:
        self._thread.start()
        limit = time.monotonic() + 20
        while not self._server.started:
            if time.monotonic() > limit:
                raise RuntimeError("the loopback bank does not start")
            time.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    """A server for a while."""
    with Server() as server:
        yield server


def main() -> None:
    """Serve alone: ``python -m tests.fetch.bank ROWS [STEP]`` prints the address and answers until it is ended."""
    import sys

    with serving() as server:
        server.bank.now = datetime.datetime.now(UTC)
        server.bank.still = {}
        rows, step = int(sys.argv[1]), int(sys.argv[2])
        first = server.bank.now - datetime.timedelta(seconds=step * (rows + 1))
        server.bank.fill(rows, since=first.replace(tzinfo=None).isoformat(timespec="seconds"), step=step)
        print(server.address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
