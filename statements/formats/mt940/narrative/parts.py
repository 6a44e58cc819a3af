"""What a narrative ``:86:`` says, whatever its dialect: the common result of the readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from statements.model.account import Role
from statements.model.statement import Detail

Change = Callable[[str, str, str, str], None]
"""Called with rule, word, before and after: what a writer cut, dropped or replaced."""


Known = TypeVar("Known")
Value = tuple[str, str, str]
"""A value to write: the word (``NAME`` and its role are one), the text printed before the value, the value."""


class NarrativeNote(msgspec.Struct, frozen=True, gc=False):
    """Something to report about a narrative: rule, index of its line, the text found."""

    rule: str
    line: int
    found: str


class Parts(msgspec.Struct, gc=False):
    """The values of one narrative. ``original`` is currency and amount as written, ``rate`` exact decimal text."""

    name: str | None = None
    iban: str | None = None
    bic: str | None = None
    role: Role | None = None
    remittance: tuple[str, ...] = ()
    end_to_end_id: str | None = None
    mandate_id: str | None = None
    creditor_id: str | None = None
    customer_reference: str | None = None
    bank_reference: str | None = None
    rate: str | None = None
    original: str | None = None
    role_from_sign: bool = False
    details: list[Detail] | tuple[Detail, ...] = ()
    notes: list[NarrativeNote] | tuple[NarrativeNote, ...] = ()


MOST_KNOWN = 4_096


def remember(known: dict[str, Known], text: str, value: Known) -> Known:
    """Keep what a text says and give it back. All is forgotten when it is very much: texts come from files.

    >>> found = {}
    >>> remember(found, "EREF", 1), found
    (1, {'EREF': 1})
    """
    if len(known) >= MOST_KNOWN:
        known.clear()
    known[text] = value
    return value


def trimmed(lines: list[str]) -> list[str]:
    """The lines without the empty ones at their end.

    >>> trimmed(["a", "", ""])
    ['a']
    """
    count = len(lines)
    while count and not lines[count - 1].strip():
        count -= 1
    return lines[:count] if count < len(lines) else lines
