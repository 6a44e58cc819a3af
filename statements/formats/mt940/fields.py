"""THE table of the MT940, MT942 and MT950 fields, and what may follow what.

The order of fields in which a message is taken as a whole is compiled from it, as are outline, ruler and the generated
page; each ``format`` is spelled as the standard prints it and is compiled by :mod:`statements.wire.swift`. The strict
expressions of the reader are written for speed; a test holds that they and the formats accept the same texts.

    >>> field("940", "28C").notation.parse("26246/1")
    ('26246', '1')
    >>> field("940", "61").notation.parse("2609030903RC1250,00NTRFNONREF//Q7ZM\\r\\n/TRCD/05/")
    ('260903', '0903', 'RC', None, '1250,00', 'N', 'TRF', 'NONREF', 'Q7ZM', '/TRCD/05/')
    >>> may_follow("940", "62F", "64"), may_follow("940", "62F", "61")
    (True, False)
    >>> in_order("940", "20 25 28C 60F 61 86 61 62F".split()), in_order("940", "20 25 28C 61 62F".split())
    (True, False)

Source: SWIFT user handbook, category 9 (releases 2006 and 2015), field and message classes of SR 2025.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from statements.wire.swift import Notation, compile_notation


class SubfieldName(msgspec.Struct, frozen=True):
    """The name of one subfield in English and French, its closed list if it has one, the network's error codes."""

    name: str
    name_fr: str
    codes: tuple[str, ...] = ()
    errors: str = ""


class Field(msgspec.Struct, frozen=True):
    """One row of the table. ``status`` is ``M`` or ``O``; ``repeats`` says whether a message may hold several."""

    tag: str
    name: str
    name_fr: str
    format: str
    status: str
    subfields: tuple[SubfieldName, ...]
    repeats: bool = False
    note: str = ""

    @property
    def notation(self) -> Notation:
        """The compiled format, its closed lists applied."""
        codes = tuple((number, part.codes) for number, part in enumerate(self.subfields, 1) if part.codes)
        return compile_notation(self.format, codes)


# fmt: off
_MARK = SubfieldName("D/C Mark", "Sens", ("C", "D"), "T51")
_DATE = SubfieldName("Date", "Date", errors="T50")
_CURRENCY = SubfieldName("Currency", "Devise", errors="T52")
_AMOUNT = SubfieldName("Amount", "Montant", errors="C03 T40 T43")
_BALANCE = (_MARK, _DATE, _CURRENCY, _AMOUNT)
_BALANCE_FORMAT = "1!a6!n3!a15d"


def _entry(marks: tuple[str, ...]) -> tuple[SubfieldName, ...]:
    return (
        SubfieldName("Value Date", "Date de valeur", errors="T50"),
        SubfieldName("Entry Date", "Date de comptabilisation", errors="T50"),
        SubfieldName("Debit/Credit Mark", "Sens", marks, "T51"),
        SubfieldName("Funds Code", "Code fonds"),
        SubfieldName("Amount", "Montant", errors="T40 T43"),
        SubfieldName("Transaction Type", "Nature", ("S", "N", "F"), "T53"),
        SubfieldName("Identification Code", "Code opération", errors="T53 T18"),
        SubfieldName("Reference for the Account Owner", "Référence du client"),
        SubfieldName("Account Servicing Institution's Reference", "Référence de la banque"),
        SubfieldName("Supplementary Details", "Complément"),
    )


_ENTRY_FORMAT = "6!n[4!n]2a[1!a]15d1!a3!c16x[//16x] CRLF [34x]"
_ACCOUNT = (SubfieldName("Account", "Compte"),)
_BIC = (SubfieldName("BIC, bank", "BIC, banque"), SubfieldName("BIC, country", "BIC, pays"),
        SubfieldName("BIC, place", "BIC, place"), SubfieldName("BIC, branch", "BIC, agence"))
_NUMBER = (SubfieldName("Statement Number", "Numéro de relevé"), SubfieldName("Sequence Number", "Numéro de page"))
_TEXT = (SubfieldName("Narrative", "Texte"),)
_COUNT = (SubfieldName("Number", "Nombre"), _CURRENCY, _AMOUNT)

_20 = Field("20", "Transaction Reference Number", "Référence du message", "16x", "M",
            (SubfieldName("Reference", "Référence", errors="T26"),), note="no / at either end, no //")
_21 = Field("21", "Related Reference", "Référence liée", "16x", "O",
            (SubfieldName("Reference", "Référence", errors="T26"),), note="of the MT920 that asked for the statement")
_25 = Field("25", "Account Identification", "Compte", "35x", "M", _ACCOUNT, note="exactly one of 25 and 25P")
_25P = Field("25P", "Account Identification", "Compte et banque", "35x CRLF 4!a2!a2!c[3!c]", "M", _ACCOUNT + _BIC,
             note="the BIC of the servicing bank on a second line")
_28C = Field("28C", "Statement Number/Sequence Number", "Numéro de relevé et de page", "5n[/5n]", "M", _NUMBER,
             note="number back to 1 on 1 January; the sequence counts the messages of one statement")
_28 = Field("28", "Statement Number (old option)", "Numéro de relevé (ancienne option)", "5n[/2n]", "O", _NUMBER,
            note="read as 28C")
_60F = Field("60F", "Opening Balance", "Solde initial", _BALANCE_FORMAT, "M", _BALANCE,
             note="first or only message of the statement; equal to 62a of the message before")
_60M = Field("60M", "Opening Balance (intermediate)", "Solde initial (intermédiaire)", _BALANCE_FORMAT, "M", _BALANCE,
             note="every further message of the statement")
_61 = Field("61", "Statement Line", "Écriture", _ENTRY_FORMAT, "O", _entry(("C", "D", "RC", "RD")), True)
_61_942 = Field("61", "Statement Line", "Écriture", _ENTRY_FORMAT, "O",
                _entry(("C", "D", "RC", "RD", "EC", "ED")), True, "EC and ED are expected entries")
_86 = Field("86", "Information to Account Owner", "Information au titulaire", "6*65x", "O", _TEXT, True,
            "directly after its 61 on the same page (C24); after 62a, 64, 65 it speaks of the statement")
_62F = Field("62F", "Closing Balance (Booked Funds)", "Solde final", _BALANCE_FORMAT, "M", _BALANCE,
             note="last or only message of the statement")
_62M = Field("62M", "Closing Balance (intermediate)", "Solde final (intermédiaire)", _BALANCE_FORMAT, "M", _BALANCE,
             note="every message but the last")
_64 = Field("64", "Closing Available Balance", "Solde disponible", _BALANCE_FORMAT, "O", _BALANCE)
_65 = Field("65", "Forward Available Balance", "Solde disponible à terme", _BALANCE_FORMAT, "O", _BALANCE, True)
_34F = Field("34F", "Floor Limit Indicator", "Montant plancher", "3!a[1!a]15d", "M",
             (_CURRENCY, SubfieldName("D/C Mark", "Sens", ("C", "D"), "T51"), _AMOUNT), True,
             "once without mark, or twice, D then C (C23)")
_13D = Field("13D", "Date/Time Indication", "Date et heure", "6!n4!n1!x4!n", "M",
             (_DATE, SubfieldName("Time", "Heure", errors="T38"), SubfieldName("Sign", "Signe", ("+", "-"), "T15"),
              SubfieldName("Offset", "Décalage", errors="T16")))
_90D = Field("90D", "Number and Sum of Debit Entries", "Nombre et somme des débits", "5n3!a15d", "O", _COUNT)
_90C = Field("90C", "Number and Sum of Credit Entries", "Nombre et somme des crédits", "5n3!a15d", "O", _COUNT)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    "940": (_20, _21, _25, _25P, _28C, _28, _60F, _60M, _61, _86, _62F, _62M, _64, _65),
    "942": (_20, _21, _25, _25P, _28C, _28, _34F, _13D, _61_942, _86, _90D, _90C),
    "950": (_20, _25, _28C, _28, _60F, _60M, _61, _62F, _62M, _64),
}
"""The fields of each message type, in the order of the message."""

START, END = "start", "end"

SEQUENCE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "940": {
        START: ("20",),
        "20": ("21", "25", "25P"),
        "21": ("25", "25P"),
        "25": ("28C",),
        "28C": ("60F", "60M"),
        "60": ("61", "62F", "62M"),
        "61": ("61", "86", "62F", "62M"),
        "86": ("61", "62F", "62M"),
        "62": ("64", "65", "86", END),
        "64": ("65", "86", END),
        "65": ("65", "86", END),
        "86 last": (END,),
        END: ("20",),
    },
    "942": {
        START: ("20",),
        "20": ("21", "25", "25P"),
        "21": ("25", "25P"),
        "25": ("28C",),
        "28C": ("34F",),
        "34F": ("34F", "13D"),
        "13D": ("61", "90D", "90C", "86", END),
        "61": ("61", "86", "90D", "90C", END),
        "86": ("61", "90D", "90C", "86", END),
        "90D": ("90C", "86", END),
        "90C": ("86", END),
        "86 last": (END,),
        END: ("20",),
    },
    "950": {
        START: ("20",),
        "20": ("25",),
        "25": ("28C",),
        "28C": ("60F", "60M"),
        "60": ("61", "62F", "62M"),
        "61": ("61", "62F", "62M"),
        "62": ("64", END),
        "64": (END,),
        END: ("20",),
    },
}
"""What may follow what: state -> tags. ``:28:`` counts as 28C; NS may stand after 28C and 61 outside the standard.
The state of a balance is its number; ``86`` is the text of an entry, ``86 last`` that of the statement."""
# fmt: on

STATES: Mapping[str, str] = {"60F": "60", "60M": "60", "62F": "62", "62M": "62", "25P": "25", "28": "28C"}
"""The state after a tag, where it is not the tag itself."""

NS_TAGS = ("NS", "NSF")


_TYPE_LETTER = 6


@cache
def field(kind: str, tag: str) -> Field:
    """The row of a tag in a message type. Raises ``KeyError`` when the type has no such field."""
    for row in FIELDS[kind]:
        if row.tag == tag:
            return row
    raise KeyError(tag)


def subfield_number(tag: str, part: int) -> int:
    """The number that the handbook gives to a part: in :61: the letter and the code of the type are both subfield 6.

    >>> [subfield_number("61", part) for part in (5, 6, 7, 8)], subfield_number("60F", 4)
    ([5, 6, 6, 7], 4)
    """
    return part - 1 if tag == "61" and part > _TYPE_LETTER else part


@cache
def known_tags(kind: str) -> frozenset[str]:
    """The tags of a message type, the old ``:28:`` included."""
    return frozenset(row.tag for row in FIELDS[kind])


ALL_TAGS = frozenset(row.tag for rows in FIELDS.values() for row in rows)
TAG_NUMBERS = frozenset(tag[:2] for tag in ALL_TAGS)


def state_after(tag: str, *, closed: bool = False) -> str:
    """The state a field leaves; ``closed`` when the closing balance of the message has come."""
    if tag == "86" and closed:
        return "86 last"
    return STATES.get(tag, tag)


@cache
def may_follow(kind: str, state: str, tag: str) -> bool:
    """Whether the standard allows a tag after a state (a tag, or one of the states of :data:`SEQUENCE`)."""
    return ("28C" if tag == "28" else tag) in SEQUENCE[kind].get(STATES.get(state, state), ())


_CLOSED = ("62", "64", "65", "90D", "90C")


@cache
def reachable(kind: str, state: str) -> frozenset[str]:
    """The tags that may come later in the same message, fields in between left out or not.

    A field that is not among them is out of order (M940-017); one that is missing has a rule of its own.

        >>> sorted(reachable("940", "62F"))
        ['64', '65', '86']
    """
    table = SEQUENCE[kind]
    found: set[str] = set()
    todo = [STATES.get(state, state)]
    seen = set(todo)
    while todo:
        current = todo.pop()
        for tag in table.get(current, ()):
            if tag == END:
                continue
            found.add(tag)
            follower = state_after(tag, closed=current in _CLOSED)
            if follower not in seen:
                seen.add(follower)
                todo.append(follower)
    if "28C" in found:
        found.add("28")
    return frozenset(found)


@cache
def _order(kind: str) -> re.Pattern[str]:
    """The order of the fields of a message type as one expression over its tags, each followed by a blank."""
    ns = "" if kind == "942" else "(?:NSF? )*+"
    branches = []
    for state, followers in SEQUENCE[kind].items():
        if state in (START, END):
            continue
        # The text of the statement is told from that of an entry by its place, the last.
        may = [
            r"\Z" if tag == END else "86 last " if tag == "86" and state in _CLOSED else f"{tag} " for tag in followers
        ]
        if "28C " in may:
            may.append("28 ")
        tags = [tag for tag in known_tags(kind) if state_after(tag) == state] or [state]
        # A message that is cut short is in order as far as it goes.
        branches.append(f"(?:{'|'.join(tags)}) {ns}(?={'|'.join(may)}|\\Z)")
    return re.compile(f"(?=20 )(?:{'|'.join(branches)})++")


def in_order(kind: str, tags: Sequence[str]) -> bool:
    """Whether the tags of a whole message stand in the order of :data:`SEQUENCE`, NS fields between them left aside."""
    word = " ".join(tags) + " "
    if tags[-1] == "86" and len(tags) > 1 and state_after(tags[-2]) in _CLOSED:
        word += "last "
    match = _order(kind).match(word)
    return match is not None and match.end() == len(word)
