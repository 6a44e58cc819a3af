"""The records of an MT940 as they stand on the wire: fields, statement lines, messages. Raw text is kept on each.

``Message`` is one message (page); :mod:`statements.formats.mt940.mapping` makes the neutral statement of it.
Columns and lines are counted from 1, the tag included.
"""

from __future__ import annotations

import datetime

import msgspec

from statements.formats.mt940.narrative.parts import Parts
from statements.model.money import Money
from statements.model.statement import Balance


class RawField(msgspec.Struct):
    """A field as read: tag without colons (empty for text that has none), its lines, the place of its first line."""

    tag: str
    lines: list[str]
    line: int
    column: int = 1
    """The column where the text of the first line begins."""
    numbers: list[int] = []
    """The line number of each line of the text."""
    parts: Parts | None = None
    """What the text of an entry says, once it has been read."""

    @property
    def text(self) -> str:
        """The lines joined by a line feed, trailing blanks dropped."""
        return "\n".join(line.rstrip() for line in self.lines)


class RawMessage(msgspec.Struct):
    """A message cut into fields; ``roles`` names what each field is used for (see :mod:`…mt940.tokens`)."""

    line: int
    kind: str = "940"
    header: list[tuple[int, str]] = []
    fields: list[RawField] = []
    roles: list[str] = []
    end: str | None = None
    end_line: int = 0
    raw: str = ""
    number: int = 1
    opening_at: int | None = None
    closed: bool = False
    state: str = "start"
    """The state of :data:`…fields.SEQUENCE` that the last field in use left."""
    last_role: str = ""
    """The role of that field."""
    entered: bool = False
    """Whether an entry or a text has come."""
    encoding: str = "utf-8"


class StatementLine(msgspec.Struct, frozen=True):
    """One ``:61:`` with its ``:86:``. ``amount`` is signed and ``None`` when it cannot be read exactly.

    ``mark``, ``type``, references and ``details`` stand as written (blanks at their ends dropped); ``narrative`` are
    the lines of the ``:86:``, ``None`` when there is none.
    """

    line: int
    value_date: datetime.date
    booking_date: datetime.date
    mark: str
    funds: str
    amount: Money | None
    type: str
    owner_reference: str
    bank_reference: str
    details: tuple[str, ...]
    narrative: tuple[str, ...] | None
    narrative_line: int
    text: str

    @property
    def reversal(self) -> bool:
        """RC and RD cancel an earlier entry."""
        return self.mark[0] == "R"


class Message(msgspec.Struct, frozen=True):
    """One message as read. ``raw`` and ``encoding`` give its bytes back: ``message.raw.encode(message.encoding)``.

    ``kind`` is ``940``, ``942`` or ``950``. ``account``, ``number_text`` and ``reference`` stand as written;
    ``number`` and ``sequence`` are ``None`` when they are 0 or missing. ``text`` is the last ``:86:``, which speaks
    of the statement as a whole. ``expected`` are the EC and ED entries of an MT942.
    """

    line: int
    kind: str
    header: tuple[str, ...]
    reference: str | None
    related: str | None
    account: str | None
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
    entries: tuple[StatementLine, ...]
    text: tuple[str, ...]
    fields: tuple[tuple[str, tuple[str, ...]], ...]
    raw: str
    encoding: str


class Page(msgspec.Struct):
    """What the checks across messages and the joining of pages need of one message, read by either path."""

    line: int
    kind: str
    reference: str | None
    account: str | None
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
    entries: tuple[object, ...]
    lines_read: int
    """The ``:61:`` lines inside the message, the ones whose amount cannot be said exactly included."""
    judged: bool
    """Whether every amount was read, so that the arithmetic may be judged."""
    tags: dict[str, int] = {}
    """The line of each field of the frame: ``20 25 28 60 62``."""
    doubtful: tuple[tuple[int, int, int], ...] = ()
    """Entries directly below a text: line, entry number, minor units (the candidates of M940-086)."""
