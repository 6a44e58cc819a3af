"""docs/ebics/messages.md and docs/ebics/refusals.md: the structure of every message, and every way to be refused."""

from __future__ import annotations

from collections.abc import Iterator

from generators.markdown import code, generated, join, table, text
from statements.ebics import structure
from statements.ebics.codes import codes, quirks, reasons
from statements.ebics.names import VERSIONS, orders
from statements.ebics.simple import types
from statements.ebics.state import STATES

_INTRO = (
    "The structure of every message that the core reads and writes, from the table that checks, reads and writes them: "
    "`statements/ebics/data/elements.tsv`. Names without a prefix live in the name space of the version, `ds:` is XML "
    "signature, `esig:` the signature data (S001 in 2.4 and 2.5, S002 in 3.0). A row counts for the versions it names.",
    "`choice`: of the branches of a group (`group/branch`) exactly one stands; the parts of a group with `+` or `*` "
    "may follow each other in any order, one or more, or none or more. `value`: a default, or with `=` the only value. "
    "A type in braces is one of the parts further down. `@` is an attribute, `*` anything of another name space.",
)


def pages() -> dict[str, str]:
    """The pages by their path under docs/."""
    return {"ebics/messages.md": messages(), "ebics/refusals.md": refusals()}


def messages() -> str:
    """Versions, order types, states, messages, parts and simple types."""
    known = [version for version in VERSIONS.values() if version.signatures]
    parts = [
        "# EBICS messages",
        *_INTRO,
        "## Versions",
        table(
            ("version", "called", "HEV", "name space", "signature data"),
            [(code(one.code), one.number, code(one.hev), code(one.namespace), code(one.signatures)) for one in known],
        ),
        "## Order types",
        table(
            ("order", "versions", "direction", "message", "order data", "attribute in 2.x", "offered", "what it does"),
            [
                (
                    code(one.code),
                    " ".join(one.versions),
                    one.direction,
                    code(one.message),
                    code(one.data),
                    code(one.attribute),
                    "yes" if one.offered else "no",
                    one.label.en,
                )
                for one in orders()
            ],
        ),
        "## States of a subscriber",
        table(
            ("state", "number in HTD", "INI leads to", "HIA leads to", "what comes next"),
            [
                (code(name), row.number, code(row.ini or ""), code(row.hia or ""), row.next.en)
                for name, row in STATES.items()
            ],
        ),
    ]
    for root, rows in _messages():
        parts += [f"## {text(root)}", _structure(root, rows)]
    parts += [
        "## Simple types",
        table(
            ("type", "of", "least", "most", "pattern", "values"),
            [
                (
                    code(name),
                    code(one.base),
                    "" if one.least is None else one.least,
                    "" if one.most is None else one.most,
                    code(one.pattern.pattern if one.pattern else ""),
                    " ".join(one.values),
                )
                for name, one in sorted(types().items())
            ],
        ),
    ]
    return generated("the tables of statements/ebics") + join(parts)


def _messages() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The rows of each message and part, in the order of the table."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in structure.rows():
        found.setdefault(row["place"].split("/")[0], []).append(row)
    yield from found.items()


def _structure(root: str, rows: list[dict[str, str]]) -> str:
    return table(
        ("place", "versions", "occurs", "choice", "type", "value"),
        [
            (
                code(row["place"].removeprefix(root).lstrip("/") or root),
                row["versions"],
                row["occurs"],
                row["choice"],
                code(row["type"]),
                code(row["value"]),
            )
            for row in rows
        ],
    )


def refusals() -> str:
    """Return codes, reasons and quirks, in English and French."""
    parts = [
        "# EBICS refusals",
        "Every refusal of the bank's side is a value: a return code, a reason and a sentence for each language that "
        "says what the customer's side has to change. For 061001 and 091002 the customer is told the meaning of the "
        "code alone, so that nobody learns from outside which subscribers exist; the journal keeps the reason.",
        "## Reasons",
        table(
            ("reason", "code", "English", "French"),
            [(code(name), code(number), said.en, said.fr) for name, (number, said) in reasons().items()],
        ),
        "## Return codes",
        table(
            ("code", "name", "stands in", "English", "French"),
            [
                (code(one.code), code(one.name), _PLACES[one.kind], one.meaning.en, one.meaning.fr)
                for one in codes().values()
            ],
        ),
        "## Quirks of clients that are taken",
        "Deviations that are taken by name and noted with the answer; everything else is refused.",
        table(
            ("quirk", "known of", "English", "French"),
            [(code(one.name), one.clients, one.meaning.en, one.meaning.fr) for one in quirks().values()],
        ),
    ]
    return generated("the tables of statements/ebics") + join(parts)


_PLACES = {"technical": "header", "business": "body", "both": "header and body"}
