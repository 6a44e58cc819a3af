"""Characters of free texts (P001-160 … 165), each with a proposal or the code points."""

from __future__ import annotations

import re

from statements.formats.pain001.check import Check
from statements.formats.pain001.registry import on_every_level
from statements.formats.pain001.scope import Scope
from statements.wire.charset import SWIFT_X, clean, describe, hidden

# Free texts that travel with a payment; the four references have a rule of their own, codes have the schema.
FREE_TEXTS = (
    "Nm",
    "Ustrd",
    "AddtlRmtInf",
    "InstrInf",
    "InstrForDbtrAgt",
    "AdrLine",
    "Dept",
    "SubDept",
    "StrtNm",
    "BldgNb",
    "BldgNm",
    "Flr",
    "PstBx",
    "Room",
    "PstCd",
    "TwnNm",
    "TwnLctnNm",
    "DstrctNm",
    "CtrySubDvsn",
)
# White space is part of the form of these types and has rules of its own (304, 105).
_COLLAPSED = frozenset({"InstdAmt", "Amt", "CtrlSum", "ReqdExctnDt", "CreDtTm", "Dt", "DtTm", "BtchBookg", "BirthDt"})
_BREAKS = re.compile("[\t\n\r]")
_INSIDE = re.compile(r"[A-Za-z0-9 /\-?:().,'+]*", re.ASCII)


def outside_the_set(text: str) -> str:
    """The visible characters of a text that are not in the SEPA set; hidden ones and breaks have their own rules.

    >>> outside_the_set("Müller & Söhne"), outside_the_set("A\\u200bB")
    ('ü&ö', '')
    """
    if _INSIDE.fullmatch(text) is not None:
        return ""
    return "".join(char for char in SWIFT_X.outside(text) if not hidden(char))


@on_every_level("P001-160")
def outside_the_sepa_set(scope: Scope, check: Check) -> None:
    """A free text holds characters that the bank may replace."""
    for path in scope.paths(*FREE_TEXTS):
        text = scope.values[path] or ""
        foreign = outside_the_set(text)
        if foreign:
            check.add("P001-160", scope, path, found=text, expected=SWIFT_X.fit(text), characters=foreign)


@on_every_level("P001-161", "P001-165")
def breaks_and_hidden_characters(scope: Scope, check: Check) -> None:
    """A value holds a tab or a line break, or characters that do not show."""
    together = "".join(filter(None, scope.values.values()))
    if together.isprintable() and not hidden(together):
        return
    for path, text in scope.values.items():
        if not text or (text.isprintable() and not hidden(text)):
            continue
        name = path.rpartition("/")[2].partition("[")[0]
        if _BREAKS.search(text) and text.strip() and name not in _COLLAPSED:
            check.add("P001-161", scope, path, found=text, expected=clean(text))
        secret = "".join(dict.fromkeys(char for char in text if hidden(char) and char not in "\t\n\r"))
        if secret:
            check.add(
                "P001-165",
                scope,
                path,
                found=text,
                expected=clean(text),
                characters=", ".join(describe(char) for char in secret),
            )
