"""German narratives: a business transaction code (GVC), a separator, two-digit keys, SEPA keywords in the purpose.

The separator is whatever follows the code: ``?`` as a rule, ``~`` in Austria, ``>`` at Triodos. Lines are joined with
nothing before splitting, since a key may be cut by the line end.

    >>> parts = read_german(["166?00SEPA-GUTSCHRIFT?20EREF+E2E-1?21SVWZ+Facture 2026?32Anne Petit"])
    >>> parts.end_to_end_id, parts.remittance, parts.name
    ('E2E-1', ('Facture 2026',), 'Anne Petit')

Source: Sparkasse, Deutsche Bank (*MT940 aus Deutschland*), Austrian *MBS SEPA MT940*, *MT940-MultiLine v3.02*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from statements.formats.mt940.narrative.parts import Note, Parts, trimmed
from statements.model.statement import Detail
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban

_HEAD = re.compile(r" ?([0-9]{3})([^A-Za-z0-9 ])(?=[0-9]{2})", re.ASCII)
_UNSTRUCTURED = re.compile(r" ?999(?![0-9])", re.ASCII)

KEYWORDS = "EREF KREF MREF CRED DEBT COAM OAMT SVWZ ABWA ABWE IBAN BIC RREF BREF PURP PREF".split()
"""The SEPA keywords, each closed by ``+``; the ones after ABWE have no fixed place."""

_KEYWORD = re.compile(f"({'|'.join(KEYWORDS)})\\+")
_INNER = re.compile(f" ({'|'.join(KEYWORDS)})\\+")
_PURPOSE = frozenset([*range(20, 30), *range(60, 66)])
_PIECE = 27
_WIDTH = 65

RETURN_REASONS = {"901": "AC01", "914": "MS03"}
"""Key 34: the return reasons whose ISO code is documented."""

BOOKING_TEXTS: Mapping[str, str] = {
    "166": "SEPA-GUTSCHRIFT",
    "116": "SEPA-UEBERWEISUNG",
    "105": "SEPA-BASISLASTSCHRIFT",
    "171": "SEPA-LASTSCHRIFT EINR.",
    "106": "KARTENZAHLUNG",
    "159": "RETOURE",
    "109": "RETOURE",
    "070": "SCHECKEINREICHUNG",
    "808": "GEBUEHREN",
    "814": "ZINSEN",
    "201": "AUSLANDSZAHLUNG",
    "202": "AUSLANDSZAHLUNG",
    "820": "UEBERTRAG",
    "835": "SONSTIGES",
}
"""Key 00 as we write it, by GVC."""


def is_german(text: str) -> bool:
    """Whether a joined narrative opens with a GVC and a key, or with the code of unstructured text."""
    return _HEAD.match(text) is not None or _UNSTRUCTURED.match(text) is not None


def join(lines: list[str]) -> str:
    """The lines joined with nothing. One blank at the end of a full line is text, more are padding."""
    pieces = []
    for line in lines:
        bare = line.rstrip(" ")
        pieces.append(bare + " " if len(line) == _WIDTH and len(bare) == _WIDTH - 1 else bare)
    return "".join(pieces)


def read_german(lines: list[str]) -> Parts:
    """The values of a German narrative."""
    text = join(trimmed(lines))
    parts = Parts(dialect="german", role_from_sign=True, details=[], notes=[])
    head = _HEAD.match(text)
    if head is None:
        rest = text.lstrip(" ")[3:].strip(" ")
        parts.details.append(Detail("GVC", "999"))
        parts.remittance = (rest,) if rest else ()
        return parts
    if text[0] == " ":
        parts.notes.append(Note("M940-073", 0, text[:4]))
    gvc, separator = head[1], head[2]
    parts.details.append(Detail("GVC", gvc))
    pieces = text[head.end() :].split(separator)
    keys: list[tuple[int, str]] = []
    for piece in pieces:
        if piece[:2].isascii() and piece[:2].isdigit() and len(piece) >= 2:
            keys.append((int(piece[:2]), piece[2:]))
        elif keys:
            # The separator inside a text, or at its very end: no key.
            parts.notes.append(Note("M940-073", 0, separator + piece[:2]))
            keys[-1] = (keys[-1][0], keys[-1][1] + separator + piece)
    _keys(parts, gvc, keys)
    return parts


def _keys(parts: Parts, gvc: str, keys: list[tuple[int, str]]) -> None:
    purpose: list[str] = []
    names: list[str] = []
    seen: set[int] = set()
    for key, value in keys:
        if key in seen and key not in _PURPOSE:
            parts.notes.append(Note("M940-074", 0, f"{key:02d}"))
        first = key not in seen
        seen.add(key)
        bare = value.strip(" ")
        if key in _PURPOSE:
            purpose.append(value)
        elif key in (32, 33):
            names.append(value)
        elif not bare:
            continue
        elif key == 0:
            if BOOKING_TEXTS.get(gvc) != bare:
                parts.details.append(Detail("00", bare))
        elif key == 30 and first and is_bic(bare):
            parts.bic = bare
        elif key in (31, 38) and is_iban(bare.replace(" ", "")) and parts.iban is None:
            parts.iban = bare.replace(" ", "")
        elif key == 31 and first:
            parts.details.append(Detail("ACCW", bare))
        elif key == 34 and bare in RETURN_REASONS:
            parts.details.append(Detail("RTRN", RETURN_REASONS[bare]))
        else:
            if key not in (10, 30, 31, 34, 35, 36, 38):
                parts.notes.append(Note("M940-074", 0, f"{key:02d}"))
            parts.details.append(Detail(f"{key:02d}", bare))
    name = "".join(names).strip(" ")
    if name:
        parts.name = name
    _purpose(parts, purpose)


def _purpose(parts: Parts, pieces: list[str]) -> None:
    values: list[tuple[str, str]] = []
    free: list[str] = []
    word = ""
    run_on = False
    for piece in pieces:
        match = _KEYWORD.match(piece)
        if match is not None:
            word, piece = match[1], piece[match.end() :]
            values.append((word, ""))
        if word and word != "SVWZ":
            # Older files put the next keyword inside a key; after SVWZ+ all is free text.
            while (inner := _INNER.search(piece) or _KEYWORD.match(piece)) is not None:
                values[-1] = (values[-1][0], values[-1][1] + piece[: inner.start()])
                word, piece = inner[1], piece[inner.end() :]
                values.append((word, ""))
                if word == "SVWZ":
                    break
        if word:
            values[-1] = (values[-1][0], values[-1][1] + piece)
        elif run_on:
            free[-1] += piece
        else:
            free.append(piece)
        run_on = len(piece) >= _PIECE
    remittance = [text.strip(" ") for text in free]
    seen: set[str] = set()
    for word, value in values:
        value = value.strip(" ")
        if not value or (word == "EREF" and value == "NOTPROVIDED"):
            continue
        if word in seen:
            parts.notes.append(Note("M940-074", 0, f"{word}+"))
            parts.details.append(Detail(word, value))
            continue
        seen.add(word)
        keyword(parts, word, value, remittance)
    parts.remittance = tuple(text for text in remittance if text)


def keyword(parts: Parts, word: str, value: str, remittance: list[str]) -> None:
    """Put the value of one SEPA keyword where the model has it; what has no member of its own stays a detail."""
    if word == "SVWZ":
        remittance.append(value)
    elif word == "EREF":
        parts.end_to_end_id = value
    elif word == "KREF":
        parts.customer_reference = value
    elif word == "MREF":
        parts.mandate_id = value
    elif word == "CRED":
        parts.creditor_id = value
    elif word == "BREF":
        parts.bank_reference = value
    elif word == "ABWA":
        parts.details.append(Detail("ULTD", value))
    elif word == "ABWE":
        parts.details.append(Detail("ULTC", value))
    elif word == "IBAN" and parts.iban is None and is_iban(value.replace(" ", "")):
        parts.iban = value.replace(" ", "")
    elif word == "BIC" and parts.bic is None and is_bic(value):
        parts.bic = value
    else:
        parts.details.append(Detail(word, value))
