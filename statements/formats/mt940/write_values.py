"""The values of a narrative ``:86:`` before they are laid out, and whether each can stand there as it is.

A value that stands needs no change in any dialect: it is in the set x, trimmed, with single blanks, and nothing in it
can be read as a word of the layout. What does not stand is fitted by the writer of the entry, with a finding.

>>> stands("Boulangerie Petit"), stands("a/b"), stands(" a"), stands("Café")
(True, False, False, False)
>>> stands_as_text("Facture du 12/09/2026"), stands_as_text("Don /IBAN/FR76")
(True, False)
"""

from __future__ import annotations

import re

from statements.formats.mt940.narrative import slash
from statements.formats.mt940.narrative.parts import Value
from statements.formats.mt940.records import ALLOWED
from statements.model.account import Party

_NAMES = {"payer": "/ORDP//NAME/", "beneficiary": "/BENM//NAME/", None: "/NAME/"}
_STANDS = re.compile(r"[A-Za-z0-9\-?:().,'+]+(?: [A-Za-z0-9\-?:().,'+]+)*", re.ASCII)
_CACHED = 4_096

Said = tuple[list[Value], str, bool]
"""What stands before the remittance: its values, their text, and whether each can stand there as it is."""

_NOBODY: Said = ([], "", True)
PARTIES: dict[Party | None, Said] = {None: _NOBODY}
"""What an entry says that names its counterparty alone; the same few fill most accounts."""


def said_of(party: Party) -> Said:
    """What an entry says of its counterparty; kept for the next one of the same."""
    values: list[Value] = []
    if party.name:
        values.append(("NAME", _NAMES[party.role], party.name))
    if party.iban and (iban := party.iban.replace(" ", "")):
        values.append(("IBAN", "/IBAN/", iban))
    if party.bic and (bic := party.bic.replace(" ", "")):
        values.append(("BIC", "/BIC/", bic))
    said = all_of(values)
    if party.name or party.role is None:
        # A role without a name is reported for each entry.
        if len(PARTIES) >= _CACHED:
            PARTIES.clear()
            PARTIES[None] = _NOBODY
        PARTIES[party] = said
    return said


def all_of(values: list[Value]) -> Said:
    """The values with their text, and whether all of them stand."""
    stand = all(stands(value) for _, _, value in values)
    return values, "".join([prefix + value for _, prefix, value in values]), stand


def stands(value: str) -> bool:
    """Whether a value stands before others as it is: at most 70 of the set x, trimmed, single blanks, no slash."""
    if value.isalnum() and value.isascii():
        return len(value) <= slash.NAME_WIDTH
    return len(value) <= slash.NAME_WIDTH and _STANDS.fullmatch(value) is not None


def stands_as_text(text: str) -> bool:
    """Whether a text stands after the others as it is: in the set x, trimmed, single blanks, free of code words."""
    return (
        text.isascii()
        and not text.encode().translate(None, ALLOWED)
        and "  " not in text
        and text.strip(" /") == text
        and slash.CODE_WORDS.isdisjoint(text.split("/"))
    )


def with_text(values: list[Value], text: str) -> list[Value]:
    """The values of a narrative with its remittance, which is the last."""
    return [*values, ("REMI", "/REMI/", text)] if text else [*values]
