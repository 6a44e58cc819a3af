"""Where a field goes: messages opened and closed, and the role of each field in the one that is open.

A tag is possible at its place by :data:`statements.formats.mt940.fields.SEQUENCE`; a field that is out of place is kept
with a finding, never dropped.
"""

from __future__ import annotations

import re

from statements.formats.mt940.fields import ALL_TAGS, NS_TAGS, known_tags, reachable, state_after
from statements.formats.mt940.records import RawField, RawMessage
from statements.formats.mt940.report import Report
from statements.formats.mt940.shapes import BALANCE, BALANCES, CONTROLS, ENTRY, FRAME_OF, ONLY_942, TAG

_KIND = re.compile(r"[{ä]2:[IO]([0-9]{3})")


class Places:
    """The message that is open, and what was left for the next one: header lines, line numbers."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.line = 1
        self.header: list[tuple[int, str]] = []
        self.messages = 0
        self.seen_tag = False
        self.after_end = False
        self._message: RawMessage | None = None
        self._done: list[RawMessage] = []
        self._junk = False
        self._blank: list[int] = []
        self._seen: set[str] = set()
        # Of the piece being cut: its lines without and with their ends, the number of the first, the encoding.
        self._texts: list[str] = []
        self._physical: list[str] = []
        self._first = 1
        self._encoding = "utf-8"
        self._start = 0

    def _open(self, index: int) -> RawMessage:
        self._close(index)
        self.messages += 1
        line = self._first + index
        message = RawMessage(line, header=self.header, fields=[], roles=[], number=self.messages)
        self.header = []
        self._seen = set()
        self.after_end = False
        joined = "".join(text for _, text in message.header)
        block = _KIND.search(joined)
        message.kind = block[1] if block is not None and block[1] in ("940", "942", "950") else "940"
        self._message = message
        self._place(message)
        return message

    def _close(self, index: int) -> None:
        """The message that stands open is complete; ``index`` is the first line that is not its own."""
        self._blank.clear()
        message = self._message
        self._junk = False
        if message is None:
            return
        self._message = None
        start = min(self._start, index)
        message.raw = "".join(self._physical[start:index])
        message.encoding = self._encoding
        self._done.append(message)
        self._start = index
        if message.end is None:
            last = message.fields[-1]
            self._place(message)
            self.report.add("M940-008", (last.numbers or [last.line])[-1], 1, last.tag)

    def _next_tag(self, index: int) -> str:
        """The next tag in this piece after a line, or an empty text."""
        for text in self._texts[index + 1 :]:
            match = TAG.match(text.lstrip(CONTROLS))
            if match is not None and (match[1] in ALL_TAGS or match[1] in NS_TAGS):
                return match[1]
        return ""

    def _possible(self, tag: str, rest: str, index: int) -> bool:
        """Whether a tag can stand at this place of the message that is open."""
        message = self._message
        if message is None or tag == "20":
            return True
        if tag in NS_TAGS:
            return True
        if tag in ("60F", "60M"):
            return message.roles[-1] not in ("narrative", "text") or BALANCE.match(rest) is not None
        if tag in ("25", "25P"):
            if message.closed or not message.entered:
                return True
            return self._next_tag(index) in ("28", "28C", "60F", "60M", "34F", *NS_TAGS)
        if tag in ("62F", "62M"):
            return BALANCE.match(rest) is not None or not message.closed
        if tag == "61":
            return not message.closed or ENTRY.match(rest) is not None
        if tag == "86":
            return True
        return tag in known_tags(message.kind) and tag in reachable(message.kind, message.state)

    def _add(self, message: RawMessage, field: RawField, role: str) -> None:
        message.fields.append(field)
        message.roles.append(role)
        if role == "kept":
            return
        # Kept up to date here: looking back over the fields would make a long message quadratic.
        message.last_role = role
        message.state = state_after(field.tag, closed=message.closed)
        message.entered = message.entered or role != "frame"

    def _known(self, message: RawMessage, field: RawField, rest: str, index: int) -> None:
        tag, number = field.tag, field.line
        if tag == "61":
            if message.closed:
                self.report.add("M940-016", number, 1, tag, found=rest[:40])
                self._add(message, field, "kept")
            else:
                self._add(message, field, "entry")
        elif tag == "86":
            self._narrative(message, field)
        elif tag in ("60F", "60M") and message.opening_at is not None:
            message = self._open(index)
            message.opening_at = 0
            self._add(message, field, "frame")
        elif tag in ("25", "25P") and "25" in self._seen and message.closed:
            message = self._open(index)
            self._seen.add("25")
            self._add(message, field, "frame")
        elif tag in ("25", "25P") and message.entered and not self._possible(tag, rest, index):
            # A mis-tagged :86:, seen where a converter mixed up its fields.
            self.report.add("M940-017", number, 1, tag, found=rest[:40])
            last_entry = message.roles[-1] == "entry"
            self._add(message, field, "narrative" if last_entry else "kept")
        elif tag in ("25", "25P") and message.entered:
            message = self._open(index)
            self._seen.add("25")
            self._add(message, field, "frame")
        elif tag in ("62F", "62M") and message.closed:
            self.report.add("M940-046", number, 1, tag, found=rest[:40])
            self._add(message, field, "kept")
        else:
            self._frame(message, field, rest)

    def _narrative(self, message: RawMessage, field: RawField) -> None:
        number = field.line
        before = message.last_role
        if message.closed:
            if message.last_role == "text":
                self.report.add("M940-017", number, 1, "86")
            self._add(message, field, "text")
        elif before == "entry":
            self._add(message, field, "narrative")
        elif before == "narrative" and message.kind == "942" and message.roles[-1] == "narrative":
            self._add(message, field, "text")
        elif before == "narrative":
            previous = message.fields[-1]
            self.report.add("M940-024", number, 1, "86")
            if message.roles[-1] == "narrative":
                previous.lines.extend(field.lines)
                previous.numbers.extend(field.numbers)
            else:
                self._add(message, field, "kept")
        elif message.kind == "942" and message.fields:
            self._add(message, field, "text")
        else:
            self.report.add("M940-022", number, 1, "86", found=field.lines[0][:40])
            self._add(message, field, "kept")

    def _frame(self, message: RawMessage, field: RawField, rest: str) -> None:
        tag, number = field.tag, field.line
        if tag in ONLY_942 and message.kind == "940" and message.opening_at is None:
            message.kind = "942"
        state = message.state
        slot = FRAME_OF.get(tag, tag)
        repeats = tag in ("65", "34F")
        if tag not in known_tags(message.kind):
            self.report.add("M940-018", number, 1, tag, found=f":{tag}:")
            self._add(message, field, "kept")
            return
        if slot in self._seen and not repeats:
            self.report.add("M940-017", number, 1, tag, found=rest[:40])
            self._add(message, field, "kept")
            return
        if message.fields and tag not in reachable(message.kind, state):
            self.report.add("M940-017", number, 1, tag, found=rest[:40])
            if message.closed or message.entered:
                self._add(message, field, "frame" if tag in BALANCES else "kept")
                self._mark(message, tag)
                return
        self._seen.add(slot)
        self._add(message, field, "frame")
        self._mark(message, tag)

    def _mark(self, message: RawMessage, tag: str) -> None:
        if tag in ("60F", "60M"):
            message.opening_at = len(message.fields) - 1
        elif tag in ("62F", "62M", "90C", "90D"):
            message.closed = True

    def _place(self, message: RawMessage) -> None:
        self.report.message = message.number
