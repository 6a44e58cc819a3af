"""The SEPA keywords in the purpose of a German narrative: ``EREF+``, ``SVWZ+`` …, each at the start of a key."""

from __future__ import annotations

import re

from statements.formats.mt940.narrative.parts import NarrativeNote, Parts
from statements.model.statement import Detail
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban

KEYWORDS = "EREF KREF MREF CRED DEBT COAM OAMT SVWZ ABWA ABWE IBAN BIC RREF BREF PURP PREF".split()
"""The SEPA keywords, each closed by ``+``; the ones after ABWE have no fixed place."""

KEYWORD = re.compile(f"({'|'.join(KEYWORDS)})\\+")
_INNER = re.compile(f" ({'|'.join(KEYWORDS)})\\+")
_OPENINGS = {f"{word}+": word for word in KEYWORDS}
PIECE = 27
"""The characters of a purpose key."""

_MEMBERS = {
    "EREF": "end_to_end_id",
    "KREF": "customer_reference",
    "MREF": "mandate_id",
    "CRED": "creditor_id",
    "BREF": "bank_reference",
}
_DETAILS = {"ABWA": "ULTD", "ABWE": "ULTC"}


def read_purpose(parts: Parts, pieces: list[str], details: list[Detail], notes: list[NarrativeNote]) -> None:
    """The SEPA keywords and the free text of the purpose keys."""
    values: dict[str, str] = {}
    free: list[str] = []
    word, text = "", ""
    full = False
    for piece in pieces:
        was_full, full = full, len(piece) >= PIECE
        if "+" in piece:
            opened = _OPENINGS.get(piece[:5]) or _OPENINGS.get(piece[:4])
            if opened is not None:
                if word:
                    _keyword(parts, word, text, values, details, notes)
                word, text, piece = opened, "", piece[len(opened) + 1 :]
                was_full = True
            if word and word != "SVWZ" and "+" in piece:
                # Older files put the next keyword inside a key; after SVWZ+ all is free text.
                while (inner := _INNER.search(piece) or KEYWORD.match(piece)) is not None:
                    _keyword(parts, word, text + piece[: inner.start()], values, details, notes)
                    word, text, piece = inner[1], "", piece[inner.end() :]
                    was_full = True
                    if word == "SVWZ":
                        break
        if was_full or piece[:1] == " ":
            pass
        elif word == "SVWZ":
            # A key shorter than its 27 characters ends a word.
            text += " "
        elif word:
            # A reference goes on in the next key only when the one before is full.
            _keyword(parts, word, text, values, details, notes)
            word, text = "", ""
        if word:
            text += piece
        elif was_full and free:
            free[-1] += piece
        else:
            free.append(piece)
    if word:
        _keyword(parts, word, text, values, details, notes)
    if "SVWZ" in values:
        free.append(values["SVWZ"])
    parts.remittance = tuple([bare for line in free if (bare := line.strip(" "))])


def _keyword(
    parts: Parts, word: str, value: str, values: dict[str, str], details: list[Detail], notes: list[NarrativeNote]
) -> None:
    """Put the value of one SEPA keyword where the model has it; what has no member of its own stays a detail."""
    value = value.strip(" ")
    if not value or (word == "EREF" and value == "NOTPROVIDED"):
        return
    if word in values:
        notes.append(NarrativeNote("M940-074", 0, f"{word}+"))
        details.append(Detail(word, value))
        return
    values[word] = value
    member = _MEMBERS.get(word)
    if member is not None:
        setattr(parts, member, value)
    elif word == "IBAN" and parts.iban is None and is_iban(value.replace(" ", "")):
        parts.iban = value.replace(" ", "")
    elif word == "BIC" and parts.bic is None and is_bic(value):
        parts.bic = value
    elif word != "SVWZ":
        details.append(Detail(_DETAILS.get(word, word), value))
