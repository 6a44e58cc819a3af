"""The records of an MT940 as they stand on the wire: pieces of a file, fields, messages. Raw text is kept on each.

A :class:`Piece` is the text of one message or of what stands between two, its line ends all LF. Fields know their
offset in it; line and column, counted from 1 with the tag included, are worked out when a finding is reported.
"""

from __future__ import annotations

import operator
import re
from itertools import accumulate, count

import msgspec

from statements.model.statement import Balance, Entry

_PHYSICAL = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
ALLOWED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+"
"""The SWIFT set x as bytes: what is left of a text without them is to be looked at."""


_IN_LINES = ALLOWED + b"\r\n"


class Piece:
    """The text of a piece of a file: ``text`` with LF, ``original`` as decoded, ``line`` the number of its first."""

    __slots__ = ("_at", "_line", "encoding", "line", "odd", "original", "regular", "text")

    def __init__(self, original: str, encoding: str = "utf-8", line: int = 1, data: bytes | None = None) -> None:
        self.original, self.line, self.encoding = original, line, encoding
        if data is None:
            data = original.encode(encoding, "surrogatepass")
        odd = data.translate(None, _IN_LINES)
        self.odd = "".join(dict.fromkeys(odd.decode(encoding, "surrogatepass"))) if odd else ""
        """The distinct characters outside the SWIFT set x, in the order of their first places."""
        text = original
        if "\r" in text:
            text = text.replace("\r\n", "\n")
            if "\r" in text:
                text = text.replace("\r", "\n")
        self.text = text
        self.regular = len(original) - len(text) == text.count("\n")
        """Whether every line ends with CR LF."""
        self._at, self._line = 0, line

    def place(self, at: int) -> tuple[int, int]:
        """Line and column of an offset."""
        return self.line_of(at), at - self.text.rfind("\n", 0, at)

    def line_of(self, at: int) -> int:
        """The line of an offset."""
        # Findings come mostly in the order of the text: lines are counted from the place of the one before.
        before = self._at
        if at >= before:
            self._line += self.text.count("\n", before, at)
        elif before - at < at:
            self._line -= self.text.count("\n", at, before)
        else:
            self._line = self.line + self.text.count("\n", 0, at)
        self._at = at
        return self._line

    def raw(self, start: int, end: int) -> str:
        """The lines from one offset to another with their own line ends; both offsets are starts of lines."""
        text, original = self.text, self.original
        if len(text) == len(original):
            return original[start:end]
        if self.regular:
            before = self.line_of(start) - self.line
            return original[start + before : end + before + text.count("\n", start, end)]
        physical = _PHYSICAL.findall(original)
        first = text.count("\n", 0, start)
        count = text.count("\n", start, end) + (text[end - 1 : end] != "\n")
        return "".join(physical[first : first + count])


class RawField(msgspec.Struct, gc=False):
    """A field as read: tag without colons, text with its lines joined by LF, what it is used for, its offset.

    ``role`` is ``entry``, ``narrative``, ``text`` (the last ``:86:``), ``frame`` (a field of the message's frame that
    counts) or ``kept`` (unknown, repeated or out of place: kept verbatim, not used).
    """

    tag: str
    text: str
    role: str
    at: int
    rows: list[int] | None = None
    """The offset of each line of the text, where they do not follow each other."""
    more: list[str] | None = None
    """Lines still to be joined to the text, while the message is open."""

    @property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    @property
    def trimmed(self) -> str:
        """The text with the blanks at the end of each line dropped."""
        text = self.text
        if "\n" not in text:
            return text.rstrip()
        return "\n".join([line.rstrip() for line in text.split("\n")])

    def offset(self, index: int) -> int:
        """The offset in its piece of an index of the text."""
        if self.rows is None:
            return self.at + index
        start = self.text.rfind("\n", 0, index) + 1
        return self.rows[self.text.count("\n", 0, index)] + index - start

    def line_offset(self, number: int) -> int:
        """The offset of a line of the text, counted from 0."""
        if self.rows is not None:
            return self.rows[min(number, len(self.rows) - 1)]
        start = 0
        for _ in range(number):
            start = self.text.find("\n", start) + 1
        return self.at + start

    def grow(self, text: str, offset: int) -> None:
        """Add a line to the field while its message is open."""
        if self.more is None or self.rows is None:
            self.more = []
            self.rows = [self.line_offset(number) for number in range(self.text.count("\n") + 1)]
        self.rows.append(offset)
        self.more.append(text)

    def join(self) -> None:
        """Join the lines that were found one by one."""
        if self.more:
            self.text = "\n".join([self.text, *self.more])
            self.more = None


class RawMessage(msgspec.Struct):
    """A message cut into fields: ``start`` and ``end`` are offsets in its piece, ``line`` that of its first field."""

    piece: Piece
    line: int
    start: int = 0
    end: int = 0
    kind: str = "940"
    header: list[tuple[int, str]] = []
    number: int = 1
    opening_at: int | None = None
    closed: bool = False
    ended: bool = False
    state: str = "start"
    """The state of :data:`…fields.SEQUENCE` that the last field in use left."""
    last_role: str = ""
    """The role of that field."""
    entered: bool = False
    """Whether an entry or a text has come."""
    seen: set[str] = set()
    """The places of the frame that are taken."""
    tags: list[str] = []
    """The tag of each field: with texts and roles what a reader of very many fields goes by."""
    texts: list[str] = []
    roles: list[str] = []
    made: list[RawField] | None = None
    """The fields, once all of them were asked for."""
    first: int = 0
    """The offset of the first field."""
    offsets: list[int] | None = None
    """The offset of each text, once one was asked for."""

    @property
    def fields(self) -> list[RawField]:
        """The fields with their offsets."""
        if self.made is None:
            self.made = list(map(RawField, self.tags, self.texts, self.roles, self._where()))
        return self.made

    def field(self, index: int) -> RawField:
        """One of the fields: a finding of a long message does not make them all."""
        if self.made is not None:
            return self.made[index]
        return RawField(self.tags[index], self.texts[index], self.roles[index], self._where()[index])

    def of_role(self, role: str) -> list[int]:
        """The indexes of the fields of a role, which are few among many."""
        found: list[int] = []
        at = -1
        while True:
            try:
                at = self.roles.index(role, at + 1)
            except ValueError:
                return found
            found.append(at)

    def offset(self, number: int, index: int) -> int:
        """The offset in the piece of an index of the text of a field."""
        if self.made is None:
            return self._where()[number] + index
        return self.made[number].offset(index)

    def _where(self) -> list[int]:
        """The offset of each text of a message that was cut at all its tags at once."""
        if self.offsets is None:
            # It begins behind those before it, their tags, and three more signs each: two colons, a LF.
            offset = accumulate(map(operator.add, map(len, self.texts), map(len, self.tags[1:])), initial=0)
            self.offsets = list(map(operator.add, offset, count(self.first + 4, 3)))
        return self.offsets

    def take(self, fields: list[RawField]) -> None:
        """Take the fields that were found line by line, complete."""
        self.made = fields
        self.tags = [field.tag for field in fields]
        self.texts = [field.text for field in fields]
        self.roles = [field.role for field in fields]

    @property
    def raw(self) -> str:
        """The text of the message with its own line ends."""
        return self.piece.raw(self.start, self.end)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message as read. ``raw`` and ``encoding`` give its bytes back: ``message.raw.encode(message.encoding)``.

    ``kind`` is ``940``, ``942`` or ``950``. ``account``, ``number_text`` and ``reference`` stand as written;
    ``number`` and ``sequence`` are ``None`` when they are 0 or missing. ``entries`` are those whose amount can be said
    exactly, in the neutral model; ``fields`` is everything, as it stands.
    """

    line: int
    kind: str
    reference: str | None
    related: str | None
    account: str | None
    account_shown: str | None
    """The IBAN in it, else the account as written: what findings name."""
    account_bic: str | None
    number_text: str | None
    number: int | None
    sequence: int | None
    currency: str | None
    opening_tag: str | None
    opening: Balance | None
    closing_tag: str | None
    closing: Balance | None
    available: Balance | None
    forward_available: tuple[Balance, ...]
    entries: tuple[Entry, ...]
    lines_read: int
    """The ``:61:`` lines inside the message, the ones whose amount cannot be said exactly included."""
    judged: bool
    """Whether every mark and amount was read in one currency, so that the arithmetic may be judged."""
    places: dict[str, int] = {}
    """The line of each field of the frame: ``20 25 28 60 62``."""
    source: RawMessage | None = None
    """The fields it was read from; a chain of messages forgets them."""

    @property
    def header(self) -> tuple[str, ...]:
        """The lines above the first field."""
        return tuple(text for _, text in self.source.header) if self.source else ()

    @property
    def fields(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Every field with its lines, kept ones included."""
        return tuple((field.tag, tuple(field.lines)) for field in self.source.fields) if self.source else ()

    @property
    def text(self) -> tuple[str, ...]:
        """The lines of the last ``:86:``, which speaks of the statement as a whole."""
        fields = self.source.fields if self.source else []
        return tuple(line.rstrip() for field in fields if field.role == "text" for line in field.lines)

    @property
    def raw(self) -> str:
        """The text of the message with its own line ends."""
        return self.source.raw if self.source else ""

    @property
    def encoding(self) -> str:
        """The encoding the text was read as."""
        return self.source.piece.encoding if self.source else "utf-8"
