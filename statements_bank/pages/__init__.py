"""The pages for people: connect a tool, its letter and certificates, statements, payments to approve, the journal.

Server-rendered, without scripts. Whoever is signed in sees what the bank holds; what may be done depends on the role.
The page that checks a dropped file is open to anyone and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache

import msgspec
from sqlalchemy import Connection, func, select
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from statements.ebics.certificates import check
from statements.ebics.keys import ROLES
from statements.reference.tables import table
from statements_bank import feed, payments
from statements_bank.clock import text
from statements_bank.desk import connections, people
from statements_bank.desk.letters import letter
from statements_bank.desk.people import Person
from statements_bank.errors import DeskError
from statements_bank.journal import Note, append
from statements_bank.pages.dropped import checked
from statements_bank.pages.security import begin_session, from_our_form
from statements_bank.pages.view import language, page, say
from statements_bank.store.tables import CONFLICTS, CONNECTIONS, JOURNAL, ORDERS, RECEIPTS, STATEMENT_FILES

ROWS = 50
"""Rows of a table on one page."""

Handler = Callable[[Request], Awaitable[Response]]


def person_of(request: Request) -> Person | None:
    """The person who is signed in."""
    login = request.session.get("login")
    if not isinstance(login, str):
        return None
    with request.app.state.bank.store.begin() as connection:
        return people.find(connection, login)


def signed_in(request: Request) -> Person:
    """The person who is signed in; anyone else is sent to the door."""
    person = person_of(request)
    if person is None:
        raise HTTPException(303, headers={"Location": "/sign-in"})
    return person


async def form_of(request: Request) -> FormData:
    """The form of a POST; refused without the token of the session."""
    form = await request.form(max_files=10, max_fields=50)
    if not from_our_form(request, form.get("csrf")):
        raise HTTPException(403, "csrf")
    return form


async def home(request: Request) -> Response:
    """The start: connections for whoever is signed in, the door for others."""
    return RedirectResponse("/connections" if person_of(request) else "/sign-in", 303)


async def sign_in(request: Request) -> Response:
    """The door: one form, one answer for everything that is wrong."""
    title = say(language(request), "sign-in")
    if request.method == "GET":
        return page(request, "sign_in.html", title)
    form = await form_of(request)
    bank = request.app.state.bank
    login, password = _field(form, "login"), _field(form, "password")
    if not request.app.state.sign_in_limit.allows(_caller(request)):
        raise HTTPException(429, "too-many")
    with bank.store.begin() as connection:
        person = people.sign_in(connection, login, password, bank.now())
    if person is None:
        wrong = say(language(request), "sign-in.wrong")
        return page(request, "sign_in.html", title, status=401, said=(("bad", wrong),))
    begin_session(request, person.login)
    return RedirectResponse("/connections", 303)


async def sign_out(request: Request) -> Response:
    """Out, and the session is gone."""
    await form_of(request)
    begin_session(request, None)
    return RedirectResponse("/sign-in", 303)


async def connect(request: Request) -> Response:
    """The wizard: a list of tools, and any other tool."""
    person, lang = signed_in(request), language(request)
    if request.method == "GET":
        search = request.query_params.get("search", "")[:60]
        found = [name for name in tools() if search.lower() in name.lower()]
        return page(request, "connect.html", say(lang, "connect"), person=person, tools=found, search=search)
    form = await form_of(request)
    tool = " ".join(_field(form, "tool").split())
    if not (0 < len(tool) <= 60 and tool.isprintable()):
        said = (("bad", say(lang, "connect.name-missing")),)
        return page(
            request,
            "connect.html",
            say(lang, "connect"),
            person=person,
            tools=tools(),
            search="",
            status=400,
            said=said,
        )

    def act(connection: Connection) -> str:
        link = connections.connect(connection, person, tool, request.app.state.bank.now())
        _note(request, connection, person, "connect", link.partner_id)
        return f"/connections/{link.partner_id}"

    return _acted(request, act, "connect.done", back="/connections")


async def list_connections(request: Request) -> Response:
    """All connections, and how many places the plan has."""
    person, lang = signed_in(request), language(request)
    with request.app.state.bank.store.begin() as connection:
        links, plan = connections.every(connection), connections.plan(connection)
    used = sum(link.alive for link in links)
    return page(
        request, "connections.html", say(lang, "menu.connections"), person=person, links=links, plan=plan, used=used
    )


async def show_connection(request: Request, faults: tuple[str, ...] = (), status: int = 200) -> Response:
    """One connection: its data, its keys, and the next step."""
    person, lang = signed_in(request), language(request)
    bank = request.app.state.bank
    with bank.store.begin() as connection:
        try:
            link = connections.find(connection, request.path_params["partner"])
        except DeskError as error:
            raise HTTPException(404, "not-found") from error
        keys = connections.keys(connection, link)
    return page(
        request,
        "connection.html",
        say(lang, "connection.title", tool=link.tool),
        person=person,
        status=status,
        link=link,
        bank=bank,
        keys=keys,
        faults=faults,
        bank_keys=bank.public_keys(),
    )


async def show_letter(request: Request) -> Response:
    """The letter of a connection, for the screen and for one sheet of paper."""
    signed_in(request)
    bank = request.app.state.bank
    with bank.store.begin() as connection:
        try:
            link = connections.find(connection, request.path_params["partner"])
        except DeskError as error:
            raise HTTPException(404, "not-found") from error
    return Response(letter(bank, link, language(request)), headers=_LETTER_HEADERS, media_type="text/html")


async def send_certificates(request: Request) -> Response:
    """Three certificates as files: kept when all are good, else their faults in words."""
    person, lang = signed_in(request), language(request)
    form = await form_of(request)
    files = [(item.filename or "", await item.read()) for item in form.getlist("files") if isinstance(item, UploadFile)]
    bank = request.app.state.bank
    checked_files = check(files, bank.now())
    if not checked_files.good:
        return await show_connection(request, tuple(fault.text.get(lang) for fault in checked_files.faults), 400)
    partner = request.path_params["partner"]
    version = "A006" if _field(form, "signature") == "A006" else "A005"

    def act(connection: Connection) -> str:
        connections.register(connection, partner, checked_files.role_keys(version), bank.now())
        _note(request, connection, person, "register", partner)
        return f"/connections/{partner}"

    return _acted(request, act, "certificates.good", back=f"/connections/{partner}")


async def release(request: Request) -> Response:
    """The three hashes were compared: the connection becomes ready."""
    person, form = signed_in(request), await form_of(request)
    partner = request.path_params["partner"]
    written = {role: _field(form, f"hash-{role}") for role in ROLES}

    def act(connection: Connection) -> str:
        link = connections.find(connection, partner)
        connections.release(connection, person, partner, connections.keys(connection, link), written)
        _note(request, connection, person, "release", partner)
        return f"/connections/{partner}"

    return _acted(request, act, "release.done", back=f"/connections/{partner}")


async def disconnect(request: Request) -> Response:
    """End a connection."""
    person, _ = signed_in(request), await form_of(request)
    partner = request.path_params["partner"]

    def act(connection: Connection) -> str:
        connections.disconnect(connection, person, partner, "desk", request.app.state.bank.now())
        _note(request, connection, person, "disconnect", partner)
        return f"/connections/{partner}"

    return _acted(request, act, "disconnect.done", back=f"/connections/{partner}")


async def reconnect(request: Request) -> Response:
    """Begin a connection anew."""
    person, _ = signed_in(request), await form_of(request)
    partner = request.path_params["partner"]

    def act(connection: Connection) -> str:
        connections.reconnect(connection, person, partner, request.app.state.bank.now())
        _note(request, connection, person, "reconnect", partner)
        return f"/connections/{partner}"

    return _acted(request, act, "reconnect.done", back=f"/connections/{partner}")


async def list_statements(request: Request) -> Response:
    """The queue, newest day first, and the conflicts that wait for a person."""
    person, lang = signed_in(request), language(request)
    delivered = (
        select(func.min(RECEIPTS.c.at))
        .where(RECEIPTS.c.what == "statement", RECEIPTS.c.item == STATEMENT_FILES.c.id)
        .scalar_subquery()
    )
    query = (
        select(
            STATEMENT_FILES.c.day,
            STATEMENT_FILES.c.iban,
            STATEMENT_FILES.c.kind,
            STATEMENT_FILES.c.entries,
            CONNECTIONS.c.tool,
            delivered.label("delivered"),
        )
        .join(CONNECTIONS, CONNECTIONS.c.partner_id == STATEMENT_FILES.c.partner_id)
        .order_by(STATEMENT_FILES.c.day.desc(), STATEMENT_FILES.c.iban, STATEMENT_FILES.c.kind, CONNECTIONS.c.id)
    )
    open_conflicts = (
        select(CONFLICTS.c.id, STATEMENT_FILES.c.kind, STATEMENT_FILES.c.day, STATEMENT_FILES.c.iban)
        .join(STATEMENT_FILES, STATEMENT_FILES.c.id == CONFLICTS.c.file_id)
        .where(CONFLICTS.c.decision.is_(None))
        .order_by(CONFLICTS.c.id)
    )
    with request.app.state.bank.store.begin() as connection:
        count = connection.scalar(select(func.count()).select_from(STATEMENT_FILES)) or 0
        at, pages = _place(request, count)
        files = connection.execute(query.limit(ROWS).offset((at - 1) * ROWS)).all()
        conflicts = connection.execute(open_conflicts).all()
    return page(
        request,
        "statements.html",
        say(lang, "menu.statements"),
        person=person,
        files=files,
        conflicts=conflicts,
        at=at,
        pages=pages,
    )


async def decide_conflict(request: Request) -> Response:
    """Keep the statement that was fetched, or replace it."""
    person, form = signed_in(request), await form_of(request)
    number = int(request.path_params["number"])

    def act(connection: Connection) -> str:
        connections.demand_role(person)
        replace = _field(form, "decision") == "replace"
        feed.decide_conflict(connection, number, replace=replace, login=person.login, now=request.app.state.bank.now())
        _note(request, connection, person, f"conflict {'replace' if replace else 'keep'}", str(number))
        return "/statements"

    return _acted(request, act, "conflict.done", back="/statements")


async def list_payments(request: Request) -> Response:
    """The payment files, newest first."""
    person, lang = signed_in(request), language(request)
    with request.app.state.bank.store.begin() as connection:
        count = connection.scalar(select(func.count()).select_from(ORDERS)) or 0
        at, pages = _place(request, count)
        orders = payments.orders(connection, limit=ROWS, offset=(at - 1) * ROWS)
    return page(request, "payments.html", say(lang, "menu.payments"), person=person, orders=orders, at=at, pages=pages)


async def show_payment(request: Request) -> Response:
    """One payment file: what it asks for, what the check says, and the decision."""
    person, lang = signed_in(request), language(request)
    number = int(request.path_params["number"])
    with request.app.state.bank.store.begin() as connection:
        order = payments.order(connection, number)
        if order is None:
            raise HTTPException(404, "not-found")
        tool = connections.find(connection, order.partner_id).tool
    if request.method == "POST":
        return await _decide_payment(request, person, number)
    transfers, more = payments.transfers(order.content)
    return page(
        request,
        "payment.html",
        say(lang, "payment.title", order=order.order_id),
        person=person,
        order={**order._mapping, "tool": tool},
        report=msgspec.json.decode(order.report),
        transfers=transfers,
        more_transfers=more,
    )


async def _decide_payment(request: Request, person: Person, number: int) -> Response:
    form = await form_of(request)
    decision = _field(form, "decision")
    if decision not in ("approve", "refuse"):
        raise HTTPException(400, "not-found")
    reason = " ".join(_field(form, "reason").split())[:80]

    def act(connection: Connection) -> str:
        now = request.app.state.bank.now()
        payments.decide(connection, number, person, approve=decision == "approve", reason=reason, now=now)
        _note(request, connection, person, decision, str(number))
        return f"/payments/{number}"

    return _acted(request, act, f"{decision}.done", back=f"/payments/{number}")


async def show_journal(request: Request) -> Response:
    """The journal, newest first."""
    person, lang = signed_in(request), language(request)
    with request.app.state.bank.store.begin() as connection:
        count = connection.scalar(select(func.count()).select_from(JOURNAL)) or 0
        at, pages = _place(request, count)
        rows = connection.execute(
            select(JOURNAL).order_by(JOURNAL.c.seq.desc()).limit(ROWS).offset((at - 1) * ROWS)
        ).mappings()
        listed = list(rows)
    return page(request, "journal.html", say(lang, "menu.journal"), person=person, rows=listed, at=at, pages=pages)


async def check_file(request: Request) -> Response:
    """Anyone may drop a file and see its check or its conversion; nothing is kept."""
    lang, person = language(request), person_of(request)
    title = say(lang, "menu.check")
    if request.method == "GET":
        return page(request, "check.html", title, person=person, act="check", report=None)
    if not request.app.state.check_limit.allows(_caller(request)):
        raise HTTPException(429, "too-many")
    form = await form_of(request)
    file, act = form.get("file"), _field(form, "act")
    if not isinstance(file, UploadFile):
        raise HTTPException(400, "not-found")
    result = await checked(await file.read(), act, request.app.state.bank.now().date(), lang)
    if result.content is not None:
        return Response(result.content, headers=_download_headers(result.name), media_type="application/octet-stream")
    return page(
        request,
        "check.html",
        title,
        person=person,
        act=act,
        report=result.report,
        verdict=result.verdict,
        file_name=(file.filename or "")[:80],
    )


@cache
def tools() -> tuple[str, ...]:
    """The tools of the wizard."""
    return tuple(row["name"] for row in table("tools", "statements_bank.pages"))


def routes() -> list[Route | Mount]:
    """Every page and its address."""
    both = ["GET", "POST"]
    listed: list[tuple[str, Handler, list[str]]] = [
        ("/", home, ["GET"]),
        ("/sign-in", sign_in, both),
        ("/sign-out", sign_out, ["POST"]),
        ("/connect", connect, both),
        ("/connections", list_connections, ["GET"]),
        ("/connections/{partner}", show_connection, ["GET"]),
        ("/connections/{partner}/letter", show_letter, ["GET"]),
        ("/connections/{partner}/certificates", send_certificates, ["POST"]),
        ("/connections/{partner}/release", release, ["POST"]),
        ("/connections/{partner}/disconnect", disconnect, ["POST"]),
        ("/connections/{partner}/reconnect", reconnect, ["POST"]),
        ("/statements", list_statements, ["GET"]),
        ("/statements/conflicts/{number:int}", decide_conflict, ["POST"]),
        ("/payments", list_payments, ["GET"]),
        ("/payments/{number:int}", show_payment, both),
        ("/journal", show_journal, ["GET"]),
        ("/check", check_file, both),
    ]
    return [
        *(Route(path, handler, methods=methods) for path, handler, methods in listed),
        Mount("/static", StaticFiles(packages=[("statements_bank.pages", "static")])),
    ]


async def fault_page(request: Request, error: Exception) -> Response:
    """What went wrong, as a page; a redirect stays a redirect."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if isinstance(error, HTTPException) and status == 303:
        return RedirectResponse((error.headers or {})["Location"], 303)
    key = {403: "error.forbidden", 404: "error.not-found", 413: "error.too-large", 429: "error.too-many"}.get(
        status, "error.internal" if status >= 500 else "error.not-found"
    )
    if isinstance(error, HTTPException) and error.detail == "csrf":
        key = "error.csrf"
    sentence = say(language(request), key)
    return page(request, "message.html", sentence, person=None, status=status, sentence="")


_LETTER_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def _acted(request: Request, act: Callable[[Connection], str], done: str, *, back: str) -> Response:
    """Do something in one transaction, then show a page that says so; what the desk refuses is said there."""
    lang = language(request)
    try:
        with request.app.state.bank.store.begin() as connection:
            target = act(connection)
    except DeskError as error:
        request.session["said"] = ["bad", error.fr if lang == "fr" else error.en]
        return RedirectResponse(back, 303)
    request.session["said"] = ["good", say(lang, done)]
    return RedirectResponse(target, 303)


def _note(request: Request, connection: Connection, person: Person, what: str, object_: str) -> None:
    append(connection, Note(at=text(request.app.state.bank.now()), actor=person.login, what=f"{what} {object_}"))


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _place(request: Request, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // ROWS))
    wanted = request.query_params.get("page", "1")
    at = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 8 else 1
    return min(max(1, at), pages), pages


def _caller(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _download_headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
