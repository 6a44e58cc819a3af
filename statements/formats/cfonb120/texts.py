"""The text rule of the writer: what becomes of names, texts, references and details, and what is lost.

Names and texts are fitted into the set, written in capitals and cut hard; references keep their case and are left out
whole when they do not fit; details keep their inner columns, character by character.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from statements.findings import Profile
from statements.profiles import SettingError
from statements.rules import Text
from statements.wire.charset import CFONB_SEPA, CFONB_STRICT, CharacterSet, hidden

Loss = Callable[[str, str, str, str], None]
"""Called with rule id, field, before and after (empty when nothing is written)."""

_SETS = {"sepa": CFONB_SEPA, "strict": CFONB_STRICT}

# References without a blank, and texts, that are inside the set as they stand (capitals come after).
_TOKENS = {
    "sepa": re.compile("[A-Za-z0-9/\\-?:().,'+]{1,16}", re.ASCII),
    "strict": re.compile("[A-Z0-9/\\-().]{1,16}", re.ASCII),
}
_SAFE = {
    "sepa": b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+",
    "strict": b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-().",
}


def characters_of(profile: Profile) -> CharacterSet:
    """The character set of a profile. Raises ``ValueError`` for a setting ``characters`` that is none of the two."""
    name = str(profile.settings.get("characters", "sepa"))
    if name not in _SETS:
        raise SettingError("characters", name, Text(" or ".join(_SETS), " ou ".join(_SETS)))
    return _SETS[name]


class TextRule:
    """The text rule for one character set."""

    def __init__(self, characters: CharacterSet) -> None:
        self.set = characters
        self._fit = characters.fit
        self._token = _TOKENS[characters.name].fullmatch
        self._any_case = characters is CFONB_SEPA
        self.safe = _SAFE[characters.name]

    def inside(self, text: str) -> bool:
        """Whether capitals are all that the text rule asks of a text; cheap, and never true wrongly."""
        return (
            text.isascii()
            and not text.encode().translate(None, self.safe)
            and "  " not in text
            and text.strip() == text
        )

    def is_token(self, text: str) -> bool:
        """Whether a reference of at most 16 characters without a blank is inside the set as it stands."""
        if self._any_case and text.isalnum() and text.isascii():
            return len(text) <= 16
        return self._token(text) is not None

    def keeps(self, text: str) -> bool:
        """Whether an identifier is inside the set as it stands."""
        return self._fit(text, keep_case=True) == text

    def text(self, text: str, length: int, field: str, rule_id: str, lose: Loss) -> str:
        """A name or a text by the text rule, capitals, cut hard; what changed is reported."""
        fitted = self._fit(text)
        if fitted is not text and not (text.isascii() and fitted == text.upper()):
            self._changed(text, fitted, field, lose)
        return self.cut(fitted, length, field, rule_id, lose) if len(fitted) > length else fitted

    def cut(self, text: str, length: int, field: str, rule_id: str, lose: Loss) -> str:
        cut = text[:length].rstrip()
        lose(rule_id, field, text, cut)
        return cut

    def _changed(self, text: str, fitted: str, field: str, lose: Loss) -> None:
        if hidden(text):
            lose("CNV-114", field, text, fitted)
            return
        lose("CNV-113", field, text, fitted)

    def identifier(self, text: str | None, field: str, lose: Loss, length: int = 35) -> str:
        """A reference, case kept; left out whole when it does not fit its zone."""
        if not text:
            return ""
        fitted = self._fit(text, keep_case=True)
        if len(fitted) > length:
            lose("CNV-116", field, text, "")
            return ""
        if fitted != text and not (text.isascii() and fitted == text.upper()):
            self._changed(text, fitted, field, lose)
        return fitted

    def verbatim(self, text: str, length: int, field: str, lose: Loss) -> str:
        """A detail that has inner columns: each character outside the set becomes one other character."""
        fitted = text
        if self.set.outside(text):
            fitted = "".join(map(self._one, text))
        if fitted != text and fitted != text.upper():
            self._changed(text, fitted, field, lose)
        if len(fitted) > length:
            lose("CNV-111", field, fitted, fitted[:length])
            fitted = fitted[:length]
        return fitted.rstrip()

    def _one(self, char: str) -> str:
        if char.isspace() or not char.isprintable():
            return " "
        fitted = self._fit(char, keep_case=True)
        return fitted if len(fitted) == 1 else "."
