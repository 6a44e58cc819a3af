"""Writing the German narrative: GVC, booking text, purpose in keys of 27, bank, account, name.

Pieces and lines are joined with nothing by readers, so no piece and no line ends with a blank.
"""

from __future__ import annotations

import re
from functools import lru_cache

from statements.formats.mt940.narrative.german import BOOKING_TEXTS, KEYWORDS
from statements.formats.mt940.narrative.write_slash import Change
from statements.reference.operations import business_codes

PIECE = 27
NAME_WIDTH = 54
PURPOSE_KEYS = (*range(20, 30), *range(60, 64))
_WIDTH, _LINES = 65, 6
_GUARD = re.compile(f"({'|'.join(KEYWORDS)})\\+")
_USE = re.compile(r"N([A-Z]{3})")


def guard(value: str) -> str:
    """The value without the separator of keys and without false keywords.

    >>> guard("why? SVWZ+x a+b")
    'why. SVWZ.x a+b'
    """
    value = value.replace("?", ".")
    return _GUARD.sub(r"\1.", value) if "+" in value else value


@lru_cache(maxsize=1_024)
def business_code(swift: str, credit: bool, cfonb: str | None) -> str:
    """The GVC of a type, a sign and a CFONB code, by the column ``writer_use`` of the table; 835 for all else.

    >>> business_code("NTRF", True, "05"), business_code("NMSC", False, "28"), business_code("NXYZ", True, None)
    ('166', '106', '835')
    """
    best = ""
    for row in business_codes().values():
        use = row.writer_use
        if swift not in ["N" + name for name in _USE.findall(use)]:
            continue
        if ("debit" in use and credit) or ("credit" in use and not credit):
            continue
        codes = re.findall(r"\b[0-9A-C][0-9]\b", use.partition("CFONB")[2])
        if codes and cfonb in codes:
            return row.gvc
        if not codes and not best:
            best = row.gvc
    return best or "835"


def booking_text(gvc: str) -> str:
    """What key 00 says for a GVC."""
    return BOOKING_TEXTS.get(gvc, "SONSTIGES" if gvc == "835" else "")


def pieces(values: list[tuple[str, str]]) -> list[str]:
    """Keyword and value pairs cut into pieces of 27; each keyword opens a piece, no piece ends with a blank.

    >>> pieces([("EREF+", "E2E-1"), ("SVWZ+", "Facture n. F-2026-0815 du 15/08")])
    ['EREF+E2E-1', 'SVWZ+Facture n. F-2026-0815', ' du 15/08']
    """
    found: list[str] = []
    for keyword, value in values:
        text = keyword + value
        start = 0
        while len(text) - start > PIECE:
            cut = start + PIECE
            while text[cut - 1] == " ":
                cut -= 1
            found.append(text[start:cut])
            start = cut
            if len(found) > len(PURPOSE_KEYS):
                # Too long in any case: a text of a million characters is not cut to its end for each attempt.
                return found
        found.append(text[start:])
    return found


def lines_of(text: str) -> list[str] | None:
    """The text in lines of 65: cut earlier where a line would end with a blank or the next begin badly."""
    if len(text) > _WIDTH * _LINES:
        return None
    lines: list[str] = []
    while len(text) > _WIDTH:
        cut = _WIDTH
        while cut > 1 and (text[cut - 1] == " " or text[cut] in " :-"):
            cut -= 1
        if cut == 1:
            return None
        lines.append(text[:cut])
        text = text[cut:]
    lines.append(text)
    return lines if len(lines) <= _LINES else None


def assemble(
    gvc: str, values: list[tuple[str, str]], bic: str | None, account: str | None, name: str | None
) -> list[str] | None:
    """The lines of one narrative, or ``None`` when keys or lines are too few for it."""
    purpose = pieces(values)
    if len(purpose) > len(PURPOSE_KEYS):
        return None
    parts = [gvc, "?00", booking_text(gvc)]
    if not parts[2]:
        parts = [gvc]
    split = 10
    parts += [f"?{key}{piece}" for key, piece in zip(PURPOSE_KEYS[:split], purpose[:split], strict=False)]
    if bic:
        parts.append(f"?30{bic}")
    if account:
        parts.append(f"?31{account}")
    if name:
        first = name[:PIECE]
        cut = len(first.rstrip(" "))
        parts.append(f"?32{name[:cut]}")
        if name[cut:]:
            parts.append(f"?33{name[cut:]}")
    parts += [f"?{key}{piece}" for key, piece in zip(PURPOSE_KEYS[split:], purpose[split:], strict=False)]
    if len(parts) == 1:
        # A reader tells a German text by its first key.
        parts.append("?00")
    return lines_of("".join(parts))


def lay_out(
    gvc: str,
    values: list[tuple[str, str]],
    bic: str | None,
    account: str | None,
    name: str | None,
    change: Change,
) -> list[str]:
    """The lines of ``:86:``; SVWZ+ is cut from its end, then the other values dropped from the last, when too long."""
    lines = assemble(gvc, values, bic, account, name)
    if lines is not None:
        return lines
    text = next((value for keyword, value in values if keyword == "SVWZ+"), "")
    for length in range(min(len(text), _WIDTH * _LINES), 0, -1):
        short = text[:length].rstrip(" ")
        lines = assemble(gvc, _with_text(values, short), bic, account, name) if short else None
        if lines is not None:
            change("CNV-210", "REMI", text, short)
            return lines
    if text:
        change("CNV-210", "REMI", text, "")
    rest = [(keyword, value) for keyword, value in values if keyword != "SVWZ+"]
    while rest:
        lines = assemble(gvc, rest, bic, account, name)
        if lines is not None:
            return lines
        keyword, value = rest.pop()
        change("CNV-211", keyword.rstrip("+"), value, "")
    return assemble(gvc, [], bic, account, name) or []


def _with_text(values: list[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    return [(keyword, text if keyword == "SVWZ+" else value) for keyword, value in values]


def short_name(name: str) -> str:
    """The name as far as keys 32 and 33 hold it, 27 characters each; a blank opens the second, never ends the first.

    >>> short_name("Societe Generale d'Equipement + Fils"), len(short_name("x" * 60))
    ("Societe Generale d'Equipement + Fils", 54)
    """
    cut = len(name[:PIECE].rstrip(" "))
    return name[: cut + PIECE].rstrip(" ")
