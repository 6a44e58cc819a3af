"""The text rule: what a free text becomes in the character set of a wire format.

Steps, in this order: Unicode NFC; line breaks, tabs and other controls to a blank, zero-width and direction
characters removed; transliteration by ``reference/data/charset.tsv``; the character set, with a full stop for
what has no place in it; runs of blanks to one, both ends trimmed. After it no text can hold a line break or a
character of more than one byte, so free text can never start a record or shift a column. A text is cut or wrapped
only afterwards, by the writer of the format.

>>> SWIFT_X.fit("Société Générale d'Œuvres – 50 €")
"Societe Generale d'OEuvres - 50 EUR"
>>> CFONB_SEPA.fit("Crêperie « L’Île »"), CFONB_STRICT.fit("l'Île, 5+5")
("CREPERIE ' L'ILE '", 'L ILE. 5.5')
>>> clean(" a\\r\\n:61:  b ")
'a :61: b'
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from statements.reference.tables import table

# C0, DEL and C1 controls, line and paragraph separator: one blank each.
_CONTROLS = "\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029"
# Characters without a width of their own, direction marks and annotation marks (class `invisible` of the table).
_INVISIBLE = (
    "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b-\\u200f\\u202a-\\u202e"
    "\\u2060-\\u2064\\u2066-\\u206f\\ufeff\\ufff9-\\ufffb"
)
_CONTROL = re.compile(f"[{_CONTROLS}]")
_REMOVED = re.compile(f"[{_INVISIBLE}]")
_HIDDEN = re.compile(f"[{_CONTROLS}{_INVISIBLE}]")
_BLANKS = re.compile("  +")

_CONTROL_NAMES = {
    0x00: "NULL",
    0x08: "BACKSPACE",
    0x09: "TAB",
    0x0A: "LINE FEED",
    0x0B: "VERTICAL TAB",
    0x0C: "FORM FEED",
    0x0D: "CARRIAGE RETURN",
    0x1A: "SUBSTITUTE",
    0x1B: "ESCAPE",
    0x7F: "DELETE",
    0x85: "NEXT LINE",
}

_CACHE_ENTRIES = 16_384
_CACHE_LENGTH = 512
"""Longer texts are rare and are not worth the memory."""


def hidden(text: str) -> bool:
    """True when a text has a control, a line break, a zero-width or a direction character."""
    if text.isascii() and text.isprintable():
        return False
    return _HIDDEN.search(text) is not None


def clean(text: str) -> str:
    """Steps 1, 2 and 5 of the rule: the text in clean Unicode, case, accents and signs as they were.

    Gives the same object back when nothing changes.
    """
    if not (text.isascii() and text.isprintable()):
        if _HIDDEN.search(text) is not None:
            text = _REMOVED.sub("", _CONTROL.sub(" ", text))
        # After the removal: a mark that a zero-width character kept apart from its letter is joined to it.
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    return _single_blanks(text)


def _single_blanks(text: str) -> str:
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    return text.strip(" ")


def describe(char: str) -> str:
    """The code point and the name of a character, for a message.

    >>> describe("\\u200b"), describe("\\n")
    ('U+200B ZERO WIDTH SPACE', 'U+000A LINE FEED')
    """
    code = ord(char)
    name = unicodedata.name(char, "") or _CONTROL_NAMES.get(code, "")
    if not name:
        category = unicodedata.category(char)
        name = {"Cc": "CONTROL", "Cs": "SURROGATE", "Co": "PRIVATE USE"}.get(category, "UNASSIGNED")
    return f"U+{code:04X} {name}"


@lru_cache(maxsize=1)
def _proposals() -> dict[str, str]:
    words = {"(space)": " ", "(removed)": ""}
    return {chr(int(row["codepoint"][2:], 16)): words.get(row["proposal"], row["proposal"]) for row in table("charset")}


@lru_cache(maxsize=4_096)
def _in_basic_set(char: str) -> str:
    """What one character becomes in the SEPA set: itself, its proposal, its bare letters, or full stops."""
    if _BASIC.fullmatch(char) is not None:
        return char
    proposal = _proposals().get(char)
    if proposal is not None:
        return proposal
    letters = []
    for part in unicodedata.normalize("NFKD", char):
        if _BASIC.fullmatch(part) is not None:
            letters.append(part)
        elif part == "\u2044":
            # The bar of a compatibility fraction: ⅕ is 1/5, and never 1.5.
            letters.append("/")
        elif unicodedata.category(part) not in ("Mn", "Me", "Cf"):
            letters.append(".")
    return "".join(letters)


_BASIC = re.compile(r"[A-Za-z0-9 /\-?:().,'+]", re.ASCII)
_BASIC_OUTSIDE = re.compile(r"[^A-Za-z0-9 /\-?:().,'+]", re.ASCII)


def _replace(match: re.Match[str]) -> str:
    return _in_basic_set(match[0])


class CharacterSet:
    """One target set of the text rule.

    ``allowed`` is the inside of a regular expression class; ``upper`` writes names and labels in capitals;
    ``substitutes`` says what characters of the SEPA set become that this set lacks.
    """

    __slots__ = ("_cache", "_cache_same_case", "_folded", "_outside", "_substitutes", "name", "upper")

    def __init__(self, name: str, allowed: str, *, upper: bool = False, substitutes: dict[str, str] | None = None):
        self.name = name
        self.upper = upper
        self._outside = re.compile(f"[^{allowed}]", re.ASCII)
        self._substitutes = str.maketrans(substitutes or {})
        # A set without small letters has no other case to keep.
        self._folded = self._outside.search("a") is not None
        self._cache: dict[str, str] = {}
        self._cache_same_case: dict[str, str] = {}

    def fit(self, text: str, *, keep_case: bool = False) -> str:
        """The whole rule, steps 1-5. ``keep_case`` is for identifiers (IBAN, mandate, references).

        The result holds only characters of the set, no two blanks in a row and none at either end; it may be
        empty. The same object comes back when nothing changes. A set without small letters (``strict``)
        writes identifiers in capitals too. Compare with ``keep_case=True`` to tell a change of characters from
        a mere change of case.
        """
        cache = self._cache_same_case if keep_case else self._cache
        result = cache.get(text)
        if result is None:
            result = self._fit(text, keep_case)
            if len(text) <= _CACHE_LENGTH:
                if len(cache) >= _CACHE_ENTRIES:
                    cache.clear()
                cache[text] = result
        return result

    def _fit(self, text: str, keep_case: bool) -> str:
        before = text
        if self._outside.search(text) is not None:
            text = clean(text)
            if not text.isascii() or _BASIC_OUTSIDE.search(text) is not None:
                text = _BASIC_OUTSIDE.sub(_replace, text)
        if self._folded or (self.upper and not keep_case):
            text = text.upper()
        if self._substitutes:
            text = text.translate(self._substitutes)
        text = _single_blanks(text)
        return before if text == before else text

    def outside(self, text: str) -> str:
        """The distinct characters of a text that the set does not hold, in the order of their first place."""
        return "".join(dict.fromkeys(self._outside.findall(text)))


SWIFT_X = CharacterSet("x", r"A-Za-z0-9 /\-?:().,'+")
"""The SWIFT character set x, which is also the SEPA set."""

CFONB_SEPA = CharacterSet("sepa", r"A-Za-z0-9 /\-?:().,'+", upper=True)
"""The same characters, with names, labels and remittance in capitals."""

CFONB_STRICT = CharacterSet(
    "strict",
    r"A-Z0-9 /\-().",
    upper=True,
    substitutes={"'": " ", ",": ".", ":": ".", "?": ".", "+": "."},
)
"""FBF circular 88/327: capitals, digits, blank and ``- . / ( )``."""
