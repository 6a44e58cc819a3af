"""Error answers of the API, in every form they come in, as a few words for a person."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Raw

from statements.formats.qonto.decoders import NO_ERRORS

_FAULTS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])


def is_row(members: Mapping[str, Raw]) -> bool:
    """Whether an object has the members by which a transaction is known."""
    return "transaction_id" in members or {"side", "status"} <= members.keys()


def api_error(members: Mapping[str, Raw]) -> str | None:
    """What an error answer of the API says, in a few words; ``None`` for anything else.

    ``errors`` is a list or one object; some answers are flat, and those of the sign-in host have ``error``.

    >>> api_error({"errors": Raw(b'[{"code": "unauthorized", "detail": "Invalid credentials"}]')})
    'unauthorized: Invalid credentials'
    >>> api_error({"message": Raw(b'"Too many requests"')}), api_error({"id": Raw(b'"1"')})
    ('Too many requests', None)
    >>> api_error({"error": Raw(b'{"code": "not_found", "message": "No such account"}')})
    'not_found: No such account'
    >>> api_error({"errors": Raw(b'["Not allowed"]')})
    '["Not allowed"]'
    """
    trace = _text(members.get("trace_id"))
    if bytes(members.get("errors", b"")) not in NO_ERRORS:
        errors = _errors(members["errors"])
    elif ({"code", "detail"} <= members.keys() or "error" in members or "message" in members) and not (
        {"transactions", "data", "organization", "side", "status"} & members.keys() - {"status"}
    ):
        if is_row(members):
            return None
        # Of some answers the object stands one level down.
        errors = [_some(members["error"]) or members] if "error" in members else [members]
    else:
        return None
    said = []
    for error in errors[:3]:
        code = _text(error.get("code")) or _text(error.get("error"))
        detail = _text(error.get("detail")) or _text(error.get("error_description")) or _text(error.get("message"))
        source = _source(error.get("source"))
        words = ": ".join(filter(None, (code, detail)))
        said.append(f"{words} ({source})" if source else words)
        trace = trace or _text(error.get("trace_id"))
    more = f" (+ {len(errors) - 3})" if len(errors) > 3 else ""
    # Of a form that no page shows, the words as they stand.
    text = "; ".join(filter(None, said)) or _short(bytes(members.get("errors", b"errors")).decode("utf-8", "replace"))
    return text + more + (f" [trace {trace}]" if trace else "")


def _errors(raw: Raw) -> list[Mapping[str, Raw]]:
    try:
        found = msgspec.json.decode(raw, type=list[dict[str, Raw]] | dict[str, Raw])
    except _FAULTS:
        return []
    return list(found) if isinstance(found, list) else [found]


def _source(raw: Raw | None) -> str:
    members = {} if raw is None else _some(raw)
    return _text(members.get("parameter")) or _text(members.get("pointer"))


def _some(raw: Raw) -> dict[str, Raw]:
    try:
        return _MEMBERS.decode(raw)
    except _FAULTS:
        return {}


def _text(raw: Raw | None) -> str:
    """A text or number of an answer for a message: printable, and short."""
    if raw is None:
        return ""
    try:
        value = msgspec.json.decode(raw, type=str | int | None)
    except _FAULTS:
        return ""
    return "" if value is None else _short(str(value))


def _short(text: str) -> str:
    return "".join(char if char.isprintable() else "." for char in text)[:120]
