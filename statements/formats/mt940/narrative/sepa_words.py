"""The SEPA keywords in the purpose of a German narrative: ``EREF+``, ``SVWZ+`` …, each at the start of a key."""

from __future__ import annotations

import re

import msgspec

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


class PurposePlan(msgspec.Struct, frozen=True, gc=False):
    """Which pieces of the purpose belong together, told by the keywords that open them alone."""

    pieces: tuple[int, ...]
    free: tuple[int, ...]
    """The pieces before the first keyword."""
    words: tuple[tuple[str, str, tuple[int, ...]], ...]
    """Each keyword, the member of :class:`Parts` that takes its value or ``""``, and its pieces."""
    again: bool
    """Whether a keyword comes twice."""


def purpose_plan(heads: list[str], pieces: list[int]) -> PurposePlan:
    """The plan for pieces of the purpose, ``heads`` being key and keyword of every piece.

    >>> purpose_plan(["00", "20EREF+", "21", "22SVWZ+"], [1, 2, 3]).words
    (('EREF', 'end_to_end_id', (1, 2)), ('SVWZ', '', (3,)))
    """
    free: list[int] = []
    words: list[tuple[str, list[int]]] = []
    for index in pieces:
        word = heads[index][2:-1]
        if word:
            words.append((word, [index]))
        elif words:
            words[-1][1].append(index)
        else:
            free.append(index)
    return PurposePlan(
        tuple(pieces),
        tuple(free),
        tuple([(word, _MEMBERS.get(word, ""), tuple(indexes)) for word, indexes in words]),
        len({word for word, _ in words}) < len(words),
    )


def read_purpose(
    plan: PurposePlan,
    heads: list[str],
    values: list[str],
    parts: Parts,
    details: list[Detail],
    notes: list[NarrativeNote],
) -> None:
    """The SEPA keywords and the free text of the purpose: of each piece its head (key, keyword) and its text."""
    found: list[str] = []
    full = False
    for index in plan.free:
        piece = values[index]
        if full and found:
            found[-1] += piece
        else:
            found.append(piece)
        full = len(piece) >= PIECE
    if found:
        found = [bare for line in found if (bare := line.strip(" "))]
    before = parts.iban, parts.bic, len(details)
    for word, member, indexes in plan.words:
        text: str | None = values[indexes[0]]
        if len(indexes) > 1 or "+" in values[indexes[0]]:
            text = _run(heads, values, indexes)
        if text is None or plan.again:
            parts.iban, parts.bic = before[:2]
            del details[before[2] :]
            return _explained(parts, [heads[index][2:] + values[index] for index in plan.pieces], details, notes)
        text = text.strip(" ")
        if not text:
            continue
        if member:
            if text != "NOTPROVIDED" or word != "EREF":
                setattr(parts, member, text)
        elif word == "SVWZ":
            found.append(text)
        else:
            _other(parts, word, text, details)
    parts.remittance = tuple(found)
    return None


def _run(heads: list[str], values: list[str], indexes: tuple[int, ...]) -> str | None:
    """The pieces of one keyword as one text, or ``None`` where they may be more than that."""
    first = indexes[0]
    text = values[first]
    free = heads[first][2:] == "SVWZ+"
    if not free and "+" in text:
        # Older files put the next keyword inside a key; after SVWZ+ all is free text.
        return None
    full = len(heads[first]) - 2 + len(text) >= PIECE
    for index in indexes[1:]:
        piece = values[index]
        if not full and piece[:1] != " ":
            # A key shorter than its 27 characters ends a word.
            if not free:
                return None
            text += " "
        if not free and "+" in piece:
            return None
        text += piece
        full = len(piece) >= PIECE
    return text


def _explained(parts: Parts, pieces: list[str], details: list[Detail], notes: list[NarrativeNote]) -> None:
    """The same, piece by piece: a keyword inside a key, or twice, and text behind a key that ends a reference."""
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
    elif word != "SVWZ":
        _other(parts, word, value, details)


def _other(parts: Parts, word: str, value: str, details: list[Detail]) -> None:
    """A keyword whose value is the counterparty's where it is of the right form, else a detail."""
    if word == "IBAN" and parts.iban is None and is_iban(value.replace(" ", "")):
        parts.iban = value.replace(" ", "")
    elif word == "BIC" and parts.bic is None and is_bic(value):
        parts.bic = value
    else:
        details.append(Detail(_DETAILS.get(word, word), value))
