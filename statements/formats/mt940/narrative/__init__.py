"""The text ``:86:`` of an entry by dialect: slash words, German keys, or plain lines.

A dialect is one object: how it is told, read and written. A new one is a row of :data:`DIALECTS`.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from statements.formats.mt940.narrative import german, slash, slash_words
from statements.formats.mt940.narrative.parts import NarrativeNote, Parts

__all__ = ["DIALECTS", "Dialect", "NarrativeNote", "Parts", "dialect", "read_narrative"]


class Dialect(msgspec.Struct, frozen=True):
    """One way to write the text of an entry.

    ``opens`` tells it by the first lines, ``read`` gives the values of the text, whose lines are joined by LF, or
    ``None`` where it is none; neither ever raises.
    """

    name: str
    opens: Callable[[str], bool]
    read: Callable[[str], Parts | None]


def read_plain(text: str) -> Parts:
    """The lines as they stand; blanks at their ends and empty ones inside are left out.

    >>> read_plain("INVOICE 12  \\n\\n-suite").remittance
    ('INVOICE 12', '-suite')
    """
    if "\n" not in text:
        text = text.strip()
        # A dash alone is what some write where there is no text.
        return Parts(remittance=(text,)) if text and text != "-" else Parts()
    return Parts(remittance=tuple([bare for line in text.split("\n") if (bare := line.strip())]))


PLAIN = Dialect("plain", lambda _: True, read_plain)
DIALECTS = (
    Dialect("slash", slash_words.opens, slash.read_slash),
    Dialect("german", german.opens, german.read_german),
    PLAIN,
)
"""The dialects in the order in which a text is asked; the last takes every text."""


_OPENINGS = {"/": DIALECTS[0].read, **dict.fromkeys(" 0123456789", DIALECTS[1].read)}
"""How a text is read by its first character; any other text is plain."""


def dialect(text: str) -> Dialect:
    """The way a text is to be read.

    >>> dialect("166?20Miete").name, dialect("/REMI/Miete").name, dialect("/INV/12").name
    ('german', 'slash', 'plain')
    """
    for each in DIALECTS:
        if each.opens(text):
            return each
    return PLAIN


def read_narrative(text: str) -> Parts:
    """The values of a narrative in its dialect. Linear in its length, never raises.

    >>> read_narrative("/EREF/E2E-1/REMI/Facture").end_to_end_id
    'E2E-1'
    """
    read = _OPENINGS.get(text[:1])
    if read is None:
        return read_plain(text)
    if text[3:4] == "\n" and text[4:7] == text[:3] and text[:3].isdigit():
        # Polish banks write the code of the operation in a first :86: of its own.
        text = text[4:]
    return read(text) or read_plain(text)
