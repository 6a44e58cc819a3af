"""What every page shares: texts, the way days and money are written, the template engine, and the answer itself."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from statements.reference.tables import table
from statements.rules import Language
from statements_bank.clock import moment
from statements_bank.desk.people import Person
from statements_bank.pages.security import csrf_token

NBSP = "\u00a0"

# Nothing but our own style sheet is ever loaded; forms go home only; no page stands in a frame.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}

_KIND_NAMES = {"mt940": "MT940", "cfonb120": "CFONB-120"}
_STATE_MARKS = {"requested": "wait", "registered": "wait", "ready": "good", "disconnected": "bad"}
_ORDER_MARKS = {"awaiting": "wait", "approved": "good", "refused": "bad", "faulty": "bad"}
_SEVERITY_MARKS = {"error": "bad", "warning": "wait", "info": "good"}
_SIGNED_IN_MENU = (
    ("/connections", "menu.connections"),
    ("/statements", "menu.statements"),
    ("/payments", "menu.payments"),
    ("/journal", "menu.journal"),
    ("/check", "menu.check"),
)


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Every text of the pages: key -> language -> text."""
    return {row["key"]: row for row in table("texts", "statements_bank.pages")}


def say(lang: Language, key: str, **values: object) -> str:
    """A text of the table with its places filled in. Raises ``KeyError`` for a key that is not there."""
    return texts()[key][lang].format(**values) if values else texts()[key][lang]


def language(request: Request) -> Language:
    """The language chosen by ``?lang=``, remembered in the session; else that of the browser."""
    asked = request.query_params.get("lang") or request.session.get("lang")
    if asked in ("en", "fr"):
        request.session["lang"] = asked
        return "fr" if asked == "fr" else "en"
    return "fr" if request.headers.get("accept-language", "").lower().startswith("fr") else "en"


def page(
    request: Request,
    template: str,
    title: str,
    *,
    person: Person | None = None,
    status: int = 200,
    said: tuple[tuple[str, str], ...] = (),
    **values: Any,
) -> HTMLResponse:
    """A page in the language of the request. ``said`` are sentences above it, each with its kind (``good`` …)."""
    lang = language(request)
    other: Language = "en" if lang == "fr" else "fr"
    waiting = request.session.pop("said", None)
    content = (
        _engine()
        .get_template(template)
        .render(
            lang=lang,
            t=lambda key, **words: say(lang, key, **words),
            title=title,
            bank_name=request.app.state.bank.name,
            person=person,
            menu=_SIGNED_IN_MENU if person is not None else _SIGNED_IN_MENU[-1:],
            here=request.url.path,
            other_language={
                "code": other,
                "name": {"en": "English", "fr": "Français"}[other],
                "href": f"{request.url.path}?lang={other}",
            },
            csrf=Markup('<input type="hidden" name="csrf" value="{}">').format(csrf_token(request)),
            said=(*((tuple(waiting),) if waiting else ()), *said),
            day=lambda value: day(lang, value),
            moment=lambda value: written_moment(lang, value),
            money=lambda value: money(lang, value),
            iban=iban,
            kind_name=lambda kind: _KIND_NAMES[kind],
            state_mark=_STATE_MARKS.__getitem__,
            order_mark=_ORDER_MARKS.__getitem__,
            severity_mark=_SEVERITY_MARKS.__getitem__,
            **values,
        )
    )
    return HTMLResponse(content, status, HEADERS)


def day(lang: Language, value: str | None) -> str:
    """A day as people write it: 26 Nov 2026 is ``26/11/2026`` in French, ``2026-11-26`` in English.

    >>> day("fr", "2026-11-26"), day("en", "2026-11-26T08:00:00.000000Z"), day("en", None)
    ('26/11/2026', '2026-11-26', '–')
    """
    if not value:
        return "–"
    found = datetime.date.fromisoformat(value[:10])
    return found.strftime("%d/%m/%Y") if lang == "fr" else found.isoformat()


def written_moment(lang: Language, value: str | None) -> str:
    """A moment of the store, in UTC, to the minute."""
    if not value:
        return "–"
    found = moment(value)
    return found.strftime("%d/%m/%Y %H:%M UTC" if lang == "fr" else "%Y-%m-%d %H:%M UTC")


def money(lang: Language, value: str | None) -> str:
    """An exact amount in euro, grouped as the language does.

    >>> money("en", "1234567.5"), money("fr", "-1234.00").replace(NBSP, "_").replace("\\u202f", "~")
    ('EUR 1,234,567.50', '-1~234,00_€')
    """
    if not value:
        return "–"
    whole, _, cents = value.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    grouped = f"{int(digits or 0):,}"
    cents = (cents + "00")[: max(2, len(cents))]
    if lang == "fr":
        return f"{sign}{grouped.replace(',', chr(0x202F))},{cents}{NBSP}€"
    return f"EUR {sign}{grouped}.{cents}"


def iban(value: str | None) -> str:
    """An IBAN in groups of four.

    >>> iban("FR7616958000011234567890177").replace(NBSP, " ")
    'FR76 1695 8000 0112 3456 7890 177'
    """
    plain = value or ""
    return NBSP.join(plain[at : at + 4] for at in range(0, len(plain), 4))


@cache
def _engine() -> Environment:
    return Environment(
        loader=PackageLoader("statements_bank.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
