"""Narratives about which nothing is to be reported: our own slash words, German keys, plain lines."""

from __future__ import annotations

import re

from statements.formats.mt940.narrative.german import BOOKING_TEXTS, KEYWORDS, RETURN_REASONS, is_german, keyword
from statements.formats.mt940.narrative.parts import Parts
from statements.formats.mt940.narrative.slash import STARTS, WORDS, is_slash
from statements.model.statement import Detail
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban

_WORDS = frozenset(WORDS)
_VALUE = r"([^/\n ][^/\n]*+)(?<! )"
_OWN = re.compile(
    "".join(rf"(?:\n?+/{word}/{_VALUE})?+" for word in "RTRN EREF CREF BREF MARF CSID".split())
    + rf"(?:\n?+/(ORDP|BENM)/(?=/NAME/))?+(?:\n?+/NAME/{_VALUE})?+"
    + r"(?:\n?+/IBAN/([^/\n ]++))?+(?:\n?+/BIC/([^/\n ]++))?+"
    + "".join(rf"(?:\n?+/{word}/{_VALUE})?+" for word in "ACCW PURP ULTD ULTC".split())
    + r"(?:\n?+/REMI/([^\n ][^\n]*+)(?<! ))?+"
)
"""The words of our own layout, in its order; EXCH goes the careful way."""

_WIDTH = 65


def is_plain(lines: list[str]) -> bool:
    """Whether lines of 1 to 65 characters are of no dialect."""
    first = lines[0]
    if first[:1] == "/":
        return not (is_slash(first) or (len(first) < 8 and is_slash("".join(lines[:2]))))
    return not is_german("".join([line.rstrip() for line in lines[:2]]))


def own_words(text: str) -> tuple[str | None, ...] | None:
    """The values of a narrative in our own layout, one for each group of the expression; ``None`` for any other.

    Only the last value, the text, may hold slashes, so that the pieces between them are words and values in turn.
    """
    match = _OWN.fullmatch(text)
    if match is None:
        # A line may also end inside a value: in the last column, or before a blank.
        joined = _joined(text) if "\n" in text else None
        match = _OWN.fullmatch(joined) if joined is not None else None
        if match is None:
            return None
    values = match.groups()
    remittance = values[-1]
    if remittance is not None:
        if "/" in remittance:
            first, *inner, _ = remittance.split("/")
            if not _WORDS.isdisjoint(inner) or first == "USTD" or first == "STRD":
                return None
        elif remittance == "USTD":
            return None
    return values


def _joined(text: str) -> str | None:
    """The lines joined with nothing; ``None`` where a blank is to be put between two of them."""
    lines = text.split("\n")
    before = lines[0]
    for line in lines[1:]:
        if before[-1:] == " " or (line[0] != " " and len(before) != _WIDTH and STARTS.match(line) is None):
            return None
        before = line
    return "".join(lines)


_SEPA = frozenset(word for word in KEYWORDS if len(word) == 4)
_PURPOSE = frozenset(f"{key:02d}" for key in (*range(20, 30), *range(60, 66)))
_KNOWN = frozenset("00 10 30 31 32 33 34 35 36 38".split())
_GERMAN = re.compile(r"([0-9]{3})([^A-Za-z0-9 ])(?=[0-9]{2})", re.ASCII)
_PIECE = 27


def german_values(text: str) -> Parts | None:
    """The values of a German narrative with each key once, in a regular form; ``None`` for any other."""
    if "\n" in text:
        if " \n" in text:
            return None
        text = text.replace("\n", "")
    head = _GERMAN.match(text)
    if head is None or text[-1] == " ":
        return None
    gvc = head[1]
    parts = Parts("german", details=[Detail("GVC", gvc)])
    details = parts.details
    purpose: list[str] = []
    name = ""
    seen = set()
    for piece in text[4:].split(head[2]):
        key, value = piece[:2], piece[2:]
        if key in _PURPOSE:
            purpose.append(value)
            continue
        if key not in _KNOWN or key in seen:
            return None
        seen.add(key)
        if key == "32" or key == "33":
            name += value
            continue
        bare = value.strip(" ")
        if not bare:
            continue
        if key == "00":
            if BOOKING_TEXTS.get(gvc) != bare:
                details.append(Detail("00", bare))
        elif key == "30" and is_bic(bare):
            parts.bic = bare
        elif (key == "31" or key == "38") and parts.iban is None and is_iban(bare.replace(" ", "")):
            parts.iban = bare.replace(" ", "")
        elif key == "31":
            details.append(Detail("ACCW", bare))
        elif key == "34" and bare in RETURN_REASONS:
            details.append(Detail("RTRN", RETURN_REASONS[bare]))
        else:
            details.append(Detail(key, bare))
    name = name.strip(" ")
    if name:
        parts.name = name
    return parts if not purpose or _purpose(parts, purpose) else None


def _purpose(parts: Parts, pieces: list[str]) -> bool:
    """Put the SEPA keywords and the text of the purpose keys in place; ``False`` when a keyword is not regular."""
    values: dict[str, str] = {}
    free: list[str] = []
    word = ""
    run_on = False
    for piece in pieces:
        if piece[4:5] == "+" and piece[:4] in _SEPA:
            word = piece[:4]
            if word in values:
                return False
            values[word] = piece = piece[5:]
            if "+" in piece and word != "SVWZ":
                return False
        elif piece[:4] == "BIC+" or (word and word != "SVWZ" and "+" in piece):
            return False
        elif word:
            values[word] += piece
        elif run_on:
            free[-1] += piece
        else:
            free.append(piece)
        run_on = len(piece) >= _PIECE
    remittance = [bare for text in free if (bare := text.strip(" "))]
    for word, value in values.items():
        value = value.strip(" ")
        if not value or (word == "EREF" and value == "NOTPROVIDED"):
            continue
        keyword(parts, word, value, remittance)
    parts.remittance = tuple(remittance)
    return True
