"""The text ``:86:`` of an entry, by dialect: slash words, German keys, or plain lines."""

from __future__ import annotations

from statements.formats.mt940.narrative import german, slash
from statements.formats.mt940.narrative.parts import Note, Parts
from statements.formats.mt940.narrative.plain import read_plain

__all__ = ["Note", "Parts", "dialect", "read_narrative"]


def dialect(lines: list[str]) -> str:
    """``german``, ``slash`` or ``plain``: the way this text is to be read.

    >>> dialect(["166?20Miete"]), dialect(["/REMI/Miete"]), dialect(["/INV/12"])
    ('german', 'slash', 'plain')
    """
    if not lines:
        return "plain"
    first = lines[0]
    if first[:1].isdigit() or first[:1] == " ":
        # The key may be cut by the line end: two lines are enough to see it.
        if german.is_german("".join(line.rstrip() for line in lines[:2])):
            return "german"
    elif slash.is_slash(first) or (first[:1] == "/" and len(first) < 8 and slash.is_slash("".join(lines[:2]))):
        return "slash"
    return "plain"


def read_narrative(lines: list[str]) -> Parts:
    """The values of a narrative in its dialect. Linear in its length, never raises."""
    kind = dialect(lines)
    if kind == "german":
        return german.read_german(lines)
    if kind == "slash":
        return slash.read_slash(lines)
    return read_plain(lines)
