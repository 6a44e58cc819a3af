"""What a bank answers: return codes, the reasons behind a refusal, and the quirks of clients that are taken.

A reason is finer than a code: 061001 has a dozen. A client is told the code and, except where this would help an
attacker, the sentence; the journal of the bank keeps both.

>>> code("091008").name
'EBICS_BANK_PUBKEY_UPDATE_REQUIRED'
>>> refusal = refuse("host-unknown", host="OTHER")
>>> refusal.code, refusal.symbol
('061002', 'EBICS_INVALID_REQUEST')
>>> refusal.sentence("en")
"The HostID 'OTHER' is not this bank. Take the HostID from the letter."
"""

from __future__ import annotations

from functools import cache

import msgspec

from statements.reference.tables import table
from statements.rules import Language, Text

OK = "000000"
# The same answer whatever is wrong: who asks must not learn whether a subscriber exists or which check failed.
QUIET = frozenset({"061001", "091002"})
_LONGEST = 80


class Code(msgspec.Struct, frozen=True):
    """A return code. ``kind`` says where it stands: ``technical`` (header), ``business`` (body) or ``both``."""

    code: str
    name: str
    kind: str
    meaning: Text


class Quirk(msgspec.Struct, frozen=True):
    """A deviation from the protocol that is taken by name, and the clients known for it."""

    name: str
    clients: str
    meaning: Text


class Refusal(msgspec.Struct, frozen=True):
    """Why a request is refused: a row of the table of reasons with what it speaks of.

    ``values`` fill the sentence; a value may be one text or one for each language.
    """

    reason: str
    values: tuple[tuple[str, str | Text], ...] = ()

    @property
    def code(self) -> str:
        """The return code, six digits."""
        return reasons()[self.reason][0]

    @property
    def symbol(self) -> str:
        """The name of the return code."""
        return code(self.code).name

    @property
    def business(self) -> bool:
        """Whether the code stands in the body; the technical code in the header is then 000000."""
        return code(self.code).kind == "business"

    @property
    def text(self) -> Text:
        """What is wrong and what the side of the customer has to change, in both languages."""
        return Text(self.sentence("en"), self.sentence("fr"))

    def sentence(self, lang: Language) -> str:
        """The text in one language."""
        values = {name: value.get(lang) if isinstance(value, Text) else value for name, value in self.values}
        return reasons()[self.reason][1].get(lang).format_map(values).strip()

    @property
    def report(self) -> str:
        """The ReportText of the answer: the symbol and a text, at most 256 characters."""
        return report(self.code, "" if self.code in QUIET else self.sentence("en"))


class RefusedError(Exception):
    """Carries a :class:`Refusal` out of a check to where the answer is made; it never leaves this room."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.sentence("en"))


def refuse(reason: str, **values: str | int | Text) -> Refusal:
    """A refusal for a reason of the table. Texts of a request are cut to 80 printable characters."""
    return Refusal(
        reason, tuple((name, value if isinstance(value, Text) else clip(str(value))) for name, value in values.items())
    )


def clip(text: str) -> str:
    """A text of a stranger, fit for one line of a journal or an XML answer."""
    line = "".join(letter if letter.isprintable() else "�" for letter in text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def report(number: str, sentence: str = "") -> str:
    """The ReportText for a code: ``[SYMBOL] text``, one line of at most 256 characters."""
    known = code(number)
    text = f"[{known.name}] {sentence or known.meaning.en}"
    return text if len(text) <= 256 else text[:255] + "…"


@cache
def codes() -> dict[str, Code]:
    """All return codes by their number."""
    return {
        row["code"]: Code(row["code"], row["name"], row["kind"], Text(row["en"], row["fr"]))
        for row in table("codes", "statements.ebics")
    }


def code(number: str) -> Code:
    """The return code of this number. Raises ``KeyError`` for one that EBICS does not have."""
    return codes()[number]


@cache
def reasons() -> dict[str, tuple[str, Text]]:
    """The reasons: name, then code and sentence."""
    return {row["reason"]: (row["code"], Text(row["en"], row["fr"])) for row in table("reasons", "statements.ebics")}


@cache
def quirks() -> dict[str, Quirk]:
    """The quirks of clients that are taken, by name."""
    return {
        row["quirk"]: Quirk(row["quirk"], row["clients"], Text(row["en"], row["fr"]))
        for row in table("quirks", "statements.ebics")
    }
