"""A message whose tags stand in order, cut at all of them at once, to the fields that the cut line by line gives.

What may be more than tags and text (a blank line, a control, a colon or a dash that opens a line) is looked for first;
where it is found, the message is left to :mod:`statements.formats.mt940.split`.
"""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from statements.formats.mt940.fields import ALL_TAGS, NS_TAGS, in_order
from statements.formats.mt940.records import Piece
from statements.formats.mt940.roles import CLOSING

CONTROLS = "".join(map(chr, range(32))) + "\x7f\u00ad\ufeff"
"""What may stand before a tag by mistake: C0 controls, DEL, soft hyphen, byte order mark."""

_KIND = re.compile(r"[{ä]2:[IO]([0-9]{3})")
_OPENING = re.compile(r"(\{1:[^\n]*\n)?:20:")
_FIELDS = re.compile(r"\n:([0-9]{2}[A-Z]?|NSF?):", re.ASCII)
# The same, and a line end before what may be more than text, as an empty part: a blank line, a colon, a block, a dash.
_CLEAN = re.compile(r"\n(?::([0-9]{2}[A-Z]?|NSF?):|(?=[^\S\n]*[\n:{\-]))")
# A line that may be more than text: a control, a block header, a tag that is broken, cut or unknown, a blank line
# before text, a dash alone or glued to a tag.
_DOUBTFUL = re.compile(
    rf"\n(?:[{CONTROLS[:10]}{CONTROLS[11:]}]|[^\S\n]*[^\w\s:]?[äÄ{{][1-5S]:|: *[0-9]{{2}}[A-Z]? *:(?<!\n:[0-9]{{2}}:)"
    rf"(?<!\n:[0-9]{{2}}[A-Z]:)|:[^\S\n]*\n|:9[0-9]{{2}}:[^\S\n]*\n|[^\S\n]*\n(?![^\S\n]*\n|:(?:[0-9]{{2}}[A-Z]?|NSF?):)"
    rf"| *-[^\S\n]*(?:\n|:(?:[0-9]{{2}}[A-Z]?|NSF?):))"
)
# What such a line may begin with, but for what stands in any message; and what a header may hold in place of a brace.
_OPENINGS = frozenset(CONTROLS)
_BRACES = frozenset("äÄ")
_BLANK = re.compile(r"\n[^\S\n]*\n")
# Below the last field of a message that is cut short: lines that can be nothing but more of its text.
_MORE_TEXT = re.compile(r"(?:\n[A-Za-z0-9][^\n]*+)*+\n?", re.ASCII)
_ROLES = {**dict.fromkeys(ALL_TAGS, "frame"), "61": "entry", "86": "narrative", "NS": "kept", "NSF": "kept"}


class CutMessage(msgspec.Struct, gc=False):
    """The fields of a message in order, and the offset at which its last one ends."""

    header: str
    """The line of a block header directly above the first field, or an empty text."""
    kind: str
    first: int
    tags: list[str]
    texts: list[str]
    roles: list[str]
    end: int
    odd: bool
    """Whether something is to be said of its lines."""


def kind_of(header: list[tuple[int, str]]) -> str:
    """The message type that a block header names; 940 where none does."""
    block = _KIND.search("".join([text for _, text in header])) if header else None
    return block[1] if block is not None and block[1] in ("940", "942", "950") else "940"


def cut_at_tags(piece: Piece, header: list[tuple[int, str]]) -> CutMessage | None:
    """The message that a piece opens with, when its tags stand in order; ``header`` are the lines before the piece."""
    text = piece.text
    opening = _OPENING.match(text)
    if opening is None:
        return None
    first = opening.end() - 4
    # What stands below the line of the last field is read line by line, but for more text of a message cut short.
    end = text.find("\n", text.rfind("\n:") + 1)
    body = text if end < 0 else text[:end]
    parts = _CLEAN.split(body)
    clean = None not in parts
    if not clean:
        parts = _FIELDS.split(body)
    if first:
        tags, texts = parts[1::2], parts[2::2]
    else:
        tags, texts = ["20", *parts[1::2]], parts[::2]
        texts[0] = texts[0][4:]
    above = text[: first - 1] if first else ""
    kind = kind_of([*header, (0, above)] if above else header)
    if not in_order(kind, tags):
        if kind != "940" or not in_order("942", tags):
            return None
        kind = "942"
    last = len(body) - len(texts[-1])
    blank = colons = dash = False
    if not clean:
        ascii_only = piece.odd.isascii() and piece.odd.isprintable()
        blank = "\n\n" in text or ((" \n" in text or not ascii_only) and _BLANK.search(text, 0, last) is not None)
        colons = text.count("\n:", 0, last) != len(tags) - (first == 0)
        dash = text.find("\n-", first, last) >= 0 or text.find("\n -", first, last) >= 0
    doubtful = blank or colons or dash or not _BRACES.isdisjoint(piece.odd)
    doubtful = doubtful or any(f"\n{char}" in text for char in _OPENINGS.intersection(piece.odd))
    doubtful = doubtful or ("{" in piece.odd and text.find("{", first, last) >= 0)
    if doubtful and _DOUBTFUL.search(text, first, last) is not None:
        return None
    closed = not CLOSING.isdisjoint(tags)
    if closed:
        closing = next(at for at in range(len(tags) - 1, -1, -1) if tags[at] in CLOSING)
        while tags[closing - 1] in CLOSING:
            closing -= 1
        if any("\n" in part for part in texts[closing:-1]):
            return None
    texts[-1] = own = texts[-1].partition("\n")[0]
    stop = last + len(own)
    if not closed and stop == end and _MORE_TEXT.fullmatch(text, end) is not None:
        stop = len(text) - (text[-1] == "\n")
        texts[-1] = text[last:stop]
    roles = list(map(_ROLES.__getitem__, tags))
    if kind == "942":
        for at, (before, role) in enumerate(pairwise(roles), 1):
            if role == "narrative" and before != "entry":
                roles[at] = "text"
    elif closed and tags[-1] == "86":
        roles[-1] = "text"
    odd = blank or colons or dash or not set(NS_TAGS).isdisjoint(tags)
    return CutMessage(above, kind, first, tags, texts, roles, min(stop + 1, len(text)), odd)
