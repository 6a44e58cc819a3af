"""The listed words of slash narratives, and their lines: where a line end stands for nothing, and where for a blank."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

import msgspec

from statements.formats.mt940.narrative.parts import NarrativeNote, remember
from statements.formats.mt940.narrative.wrapping import WIDTH
from statements.model.account import Role

WORDS = (
    "TRTP RTRN EREF CREF BREF PREF IREF MARF CSID CNTP NAME IBAN BIC BBAN ACCW ADDR PURP ULTD ULTB ULTC ORDP BENM "
    "EXCH OCMT CHGS NRTX PIND RTYP RREF SWOD ISDT REMI"
).split()
"""The listed words; ``ID`` counts only after ORDP or BENM (or their name), ``USTD`` and ``STRD`` only after REMI."""


def _any_of(words: list[str]) -> str:
    """The words as one expression, by first letter, so that a slash before other text costs one comparison."""
    letters: dict[str, list[str]] = {}
    for word in words:
        letters.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in letters.items())


WORD = re.compile(f"/({_any_of(WORDS)})/")
_START = f"//?(?:{_any_of([*WORDS, 'ID', 'USTD', 'STRD'])})/"
_STARTS = re.compile(_START)
# A line end that stands for more than nothing, or that is to be looked at: after a line that is not full when neither a
# blank nor a word opens the next, after a blank, before an empty line.
_SAYS_MORE = re.compile(rf"\n(?:(?![ :]|{_START})(?<![^\n]{{{WIDTH}}}\n)|(?<= \n)|(?=\n))")

ROLES: dict[str, Role] = {"ORDP": "payer", "BENM": "beneficiary"}
GROUPS = ("ULTD", "ULTC", "ULTB")
PENDING = frozenset((*ROLES, *GROUPS))
_ING = frozenset("RTRN CREF EREF PREF IREF MARF CSID REMI PURP ULTC ULTD EXCH CHGS".split())

_WORD_LENGTH = 5
"""The longest listed word with its first slash."""
LONGEST = _WORD_LENGTH + 1
"""The same with both slashes."""


def opens(text: str) -> bool:
    """Whether a text opens with a listed word, closed by a slash, which a line end may cut.

    >>> opens("/REMI/Miete"), opens("/INV/12"), opens("/RE\\nMI/Miete")
    (True, False, True)
    """
    if text[:1] != "/":
        return False
    if WORD.match(text) is not None:
        return True
    first, line_end, rest = text.partition("\n")
    return bool(line_end) and len(first) < 8 and WORD.match(first + rest.partition("\n")[0]) is not None


def joined(text: str) -> tuple[str, list[NarrativeNote] | tuple[NarrativeNote, ...]]:
    """The text of lines whose ends stand for nothing, else of :func:`join`.

    >>> joined("/EREF/E2E-1\\n/REMI/Facture\\n 12")[0], joined("/REMI/Facture\\n12")
    ('/EREF/E2E-1/REMI/Facture 12', ('/REMI/Facture 12', [NarrativeNote(rule='M940-076', line=1, found='12')]))
    """
    text = text.rstrip()
    if _SAYS_MORE.search(text) is None:
        return text.replace("\n", ""), ()
    return join(text.split("\n"))


def join(lines: list[str]) -> tuple[str, list[NarrativeNote]]:
    """The text of the lines and M940-076 for each place where a blank was put between two of them."""
    before = lines[0].rstrip()
    pieces, notes = [before], []
    for index, line in enumerate(lines[1:], 1):
        line = line.rstrip()
        first = line[:1]
        if len(before) < WIDTH and first and first not in " :" and (first != "/" or _STARTS.match(line) is None):
            tail = before[-_WORD_LENGTH:] if len(before) >= _WORD_LENGTH else "".join(pieces)[-_WORD_LENGTH:]
            if "/" not in tail or not _cut_word(tail, line):
                notes.append(NarrativeNote("M940-076", index, line[:20]))
                pieces.append(" ")
        pieces.append(line)
        before = line
    return "".join(pieces), notes


def _cut_word(tail: str, line: str) -> bool:
    """Whether the line end behind a tail cut a listed word in two."""
    match = WORD.search(tail + line[:_WORD_LENGTH])
    return match is not None and match.start() < len(tail) < match.end()


def is_closed(words: list[str], values: list[str]) -> bool:
    """Whether each value ends with a slash of its own, as ING writes them."""
    for word, value in zip(words, values, strict=True):
        if word == "CNTP" or (word == "REMI" and value.startswith(("USTD//", "STRD/"))):
            return True
    return values[-1].rstrip()[-1:] == "/" and closed_by_chance(words, [*values[:-1], values[-1].rstrip()])


def closed_by_chance(words: list[str], values: list[str]) -> bool:
    """Whether words that ING also writes all have a value with a slash at its end; a writer must avoid it."""
    return len(values) > 1 and _ING.issuperset(words) and all(value[-1:] == "/" for value in values)


class SlashPlan(msgspec.Struct, frozen=True, gc=False):
    """Where the values of a sequence of words go; worked out once for each sequence."""

    take: Callable[[list[str | None]], tuple[str | None, ...]]
    """Name, IBAN, BIC, the references, rate, original amount, text: each by its index, -1 for none."""
    empty: tuple[int, ...]
    """The values that must be empty: the word says what the name behind it is."""
    role: Role | None
    details: tuple[tuple[str, int], ...]
    closed: bool
    """Whether each value ends with a slash of its own."""
    remittance: int
    """The index of the text, else that of the last value."""


TAKEN = "NAME IBAN BIC EREF MARF CSID CREF BREF EXCH OCMT REMI".split()
PLANS: dict[str, SlashPlan | None] = {}
"""The plan of a sequence of words, by the words with slashes between them."""


def plan_of(words: list[str]) -> SlashPlan | None:
    """The plan of a sequence of words; ``None`` when a value decides what another one means."""
    name = "/".join(words)
    if name in PLANS:
        return PLANS[name]
    return remember(PLANS, name, _plan(words))


def _plan(words: list[str]) -> SlashPlan | None:
    places: dict[str, int] = {}
    details: list[tuple[str, int]] = []
    empty: list[int] = []
    seen: set[str] = set()
    role: Role | None = None
    before = ""
    for index, word in enumerate((*words, "")):
        name_follows = word == "NAME" and before in PENDING
        if before in ROLES and not name_follows:
            break
        if name_follows:
            empty.append(index - 1)
            if before in ROLES:
                if role is not None:
                    break
                role = ROLES[before]
            elif details and details[-1] == (before, index - 1):
                details[-1] = (before, index)
                before = word
                continue
        before = word
        if word in seen:
            break
        if word in ROLES:
            continue
        seen.add(word)
        if word in TAKEN:
            places[word] = index
        elif word:
            details.append((word, index))
    else:
        if "CNTP" not in seen or seen.isdisjoint(("NAME", "IBAN", "BIC")):
            take = operator.itemgetter(*[places.get(word, -1) for word in TAKEN])
            return SlashPlan(take, tuple(empty), role, tuple(details), "CNTP" in seen, places.get("REMI", -1))
    return None
