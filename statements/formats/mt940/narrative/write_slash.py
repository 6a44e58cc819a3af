"""Writing the slash narrative: parts in a fixed order, guarded, wrapped, cut where they do not fit.

References come first and short so that they stay whole on a line; the text comes last, so that it alone can be cut.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from statements.formats.mt940.narrative.slash import WORDS, closed_by_chance
from statements.formats.mt940.wrapping import LINES, WIDTH, wrap

# No text can pose as a part: a slash before a listed word and a slash, or before a listed word at the end.
_GUARD = re.compile(f"/(?=(?:{'|'.join(WORDS)})(?:/|$))")
_ID = re.compile("/(?=ID(?:/|$))")
_OPENING = re.compile(r"(?:USTD|STRD)(?=/|$)")

NAME = "NAME"
NAME_WIDTH = 70
SHORT_NAME = 35
SHORT_REFERENCE = 35

REFERENCES = ("EREF", "CREF", "BREF", "MARF", "CSID")
_DROPPED = ("ULTC", "ULTD", "PURP", "EXCH", "ACCW")

Value = tuple[str, str, str]
"""A value to write: the word (``NAME`` and its role are one), the text printed before the value, the value."""

Change = Callable[[str, str, str, str], None]
"""Called with rule, word, before and after."""


def guard(word: str, value: str) -> str:
    """The value with its false code words defused.

    >>> guard("REMI", "Don /IBAN/FR76 /EREF"), guard("REMI", "a/b")
    ('Don .IBAN/FR76 .EREF', 'a/b')
    """
    if "/" not in value and value not in ("USTD", "STRD"):
        return value
    value = _GUARD.sub(".", value)
    if word == NAME:
        value = _ID.sub(".", value)
    elif word == "REMI" and _OPENING.match(value) is not None:
        # After /REMI/ these are words of ING.
        value = f"{value[:4]}.{value[5:]}"
    return value


def lay_out(values: list[Value], change: Change) -> list[str]:
    """The lines of ``:86:`` for values in the order of the layout. ``change`` hears of everything cut or replaced."""
    if values[0][2][-1] == "/" and closed_by_chance([(word, value) for word, _, value in values]):
        # A narrative whose every value ends with a slash is read as ING's.
        index = next(at for at, (word, _, _) in enumerate(values) if word != "CREF")
        word, prefix, value = values[index]
        change("CNV-214", word, value, value[:-1] + ".")
        values[index] = (word, prefix, value[:-1] + ".")
    fitted = wrap([prefix + value for _, prefix, value in values])
    if fitted is None:
        values = _shorten(values, change)
        fitted = wrap([prefix + value for _, prefix, value in values])
        if fitted is None:
            return []
    if fitted.parts is not None:
        for (word, prefix, value), part in zip(values, fitted.parts, strict=True):
            if part != prefix + value:
                change("CNV-215", word, value, part[len(prefix) :])
    return fitted.lines


def _fits(values: list[Value]) -> bool:
    return not values or wrap([prefix + value for _, prefix, value in values]) is not None


def _shorten(values: list[Value], change: Change) -> list[Value]:
    """The values that fit: the text cut from its end, parts dropped, the name cut, BIC and references dropped."""
    text = values[-1] if values[-1][0] == "REMI" else None
    others = values[:-1] if text is not None else list(values)
    for step in ("", *_DROPPED, NAME, "BIC", "references"):
        if step:
            others = _step(others, step, change)
        if _fits(others):
            break
    if text is None:
        return others
    word, prefix, value = text
    room = LINES * WIDTH - sum(len(other[1]) + len(other[2]) for other in others) - len(prefix)
    for length in range(min(len(value), max(room, 0)), 0, -1):
        short = value[:length].rstrip(" ")
        # A cut that ends in a code word would pose as one.
        kept = guard(word, short)
        if short and _fits([*others, (word, prefix, kept)]):
            if short != value:
                change("CNV-210", word, value, short)
            if kept != short:
                change("CNV-214", word, short, kept)
            return [*others, (word, prefix, kept)]
    change("CNV-210", word, value, "")
    return others


def _step(values: list[Value], step: str, change: Change) -> list[Value]:
    kept: list[Value] = []
    for word, prefix, value in values:
        if word == step == NAME:
            if len(value) > SHORT_NAME:
                short = guard(NAME, value[:SHORT_NAME].rstrip(" "))
                change("CNV-211", word, value, short)
                value = short
        elif word == step or (step == "references" and word in REFERENCES and len(value) > SHORT_REFERENCE):
            change("CNV-211", word, value, "")
            continue
        kept.append((word, prefix, value))
    return kept
