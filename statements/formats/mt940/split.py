"""A piece of a file into messages and fields: tags, ends, headers, and every tolerance about them.

A tag is a line that begins with ``:``, two digits, at most one letter, ``:`` (also ``NS``, ``NSF``), known to the
message and possible at its place by :data:`statements.formats.mt940.fields.SEQUENCE`. Inside a ``:86:`` an impossible
tag is text. A message whose tags stand in order is cut at all of them at once; any other is cut line by line, to the
same fields. A field that is out of place is kept with a finding, never dropped.
"""

from __future__ import annotations

import re

from statements.formats.mt940.cut import CONTROLS, cut_at_tags, kind_of
from statements.formats.mt940.fields import (
    ALL_TAGS,
    NS_TAGS,
    TAG_NUMBERS,
    state_after,
)
from statements.formats.mt940.records import Piece, RawField, RawMessage
from statements.formats.mt940.report import PlaceReporter
from statements.formats.mt940.roles import CLOSING, add, add_frame, add_narrative, local, possible, slot

TAG = re.compile(r":([0-9]{2}[A-Z]?|NSF?):", re.ASCII)
_BROKEN = re.compile(r": *([0-9]{2}[A-Z]?) *:", re.ASCII)
_CUT = re.compile(r"([0-9]{2}[A-Z]?|NSF?):", re.ASCII)
_TYPE_LINE = re.compile(r":9[0-9]{2}:\s*$")
_BLOCK = re.compile(r"\s*\{[1-5S]:|\s*[^\w\s:]?[äÄ{][1-5]:")
_HEADER = re.compile(
    r"[0-9]{4} [0-9]{2}[A-Z0-9]{8,}\s*$|9[0-9]{2}(?: [0-9]{2})?\s*$|[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\s*$"
)
_END = re.compile(r"\s*-(?:[}å].*|[A-Z]{3})?\s*$")
_ODD_END = re.compile(r"-?[A-Z]{3}\s*$|\$\s*$")


class MessageSplitter:
    """Cuts the pieces of one file; holds what one piece leaves for the next (header lines, line numbers)."""

    def __init__(self, report: PlaceReporter) -> None:
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
        # Of the piece being cut: the lines that are read one by one, the number and offset of each.
        self._piece = Piece("")
        self._texts: list[str] = []
        self._offsets: list[int] = []
        self._first = 1
        self._start = 0
        self._ahead: dict[bool, tuple[int, bool]] = {}
        self._after: tuple[int, bool] = (-1, False)

    def feed(self, piece: Piece) -> list[RawMessage]:
        """The messages of one piece. A piece never ends inside a message."""
        self._piece = piece
        text = piece.text
        self._done = []
        self._start = 0
        self._ahead, self._after = {}, (-1, False)
        at = self._whole(piece)
        self._first = self.line + text.count("\n", 0, at)
        self._texts = text[at:].split("\n") if at < len(text) else []
        if self._texts and not self._texts[-1]:
            self._texts.pop()
        self._offsets = []
        for line in self._texts:
            self._offsets.append(at)
            at += len(line) + 1
        self._offsets.append(len(text))
        index = 0
        while index < len(self._texts):
            index = self._one(index)
        self._close(len(self._texts))
        self.line = self._first + len(self._texts)
        return self._done

    def finish(self) -> None:
        """Report what stands after the last message, and a file without any field."""
        left = [(number, text) for number, text in self.header if text.strip(CONTROLS + " ")]
        if not self.seen_tag:
            self.report.message = None
            self.report.add("M940-001", left[0][0] if left else 1, 1)
        elif left:
            self.report.add("M940-009", left[0][0], 1, found=left[0][1][:40])

    # A message in order --------------------------------------------------------------------------------------

    def _whole(self, piece: Piece) -> int:
        """Take a message whose tags stand in order; the offset from which the lines are read one by one."""
        cut = cut_at_tags(piece, self.header)
        if cut is None:
            return 0
        if cut.header:
            self._add_header(piece.line, cut.header)
        message = self._open_at(cut.first, piece.line + bool(cut.header), cut.kind)
        self.seen_tag, self._junk = True, False
        message.tags, message.texts, message.roles = tags, _, roles = cut.tags, cut.texts, cut.roles
        message.first, message.made = message.start, None
        message.opening_at = next((at for at, tag in enumerate(tags) if tag[:2] == "60"), None)
        message.closed = not CLOSING.isdisjoint(tags)
        if cut.end < len(piece.text):
            # Lines follow: what they may be depends on the fields before them.
            message.seen = {slot(tag) for tag in set(tags)}
            used = next(at for at in range(len(tags) - 1, -1, -1) if roles[at] != "kept")
            message.last_role = roles[used]
            message.state = state_after(tags[used], closed=message.closed and roles[used] == "text")
            message.entered = "61" in tags or "86" in tags
        if cut.odd:
            local(message, self.report)
        return cut.end

    # One line ---------------------------------------------------------------------------------------------

    def _one(self, index: int) -> int:
        text = self._texts[index]
        number = self._first + index
        message = self._message
        offset = self._offsets[index]
        if text and text[0] in CONTROLS:
            bare = text.lstrip(CONTROLS)
            if bare[:1] in (":", "{", "-", "") or bare in ("XXX",):
                if bare or message is None:
                    self._control(number, text)
                offset += len(text) - len(bare)
                text = bare
                if not text:
                    return index + 1
        if not text.strip():
            if message is not None:
                self._blank.append(index)
            return index + 1
        follow = index + 1
        tag, rest = "", ""
        if "-" in text[:2] and self._dash(text, number, index):
            if text.strip(" ") == "-":
                return follow
            # The dash is glued to a tag.
            offset += text.index("-") + 1
            text = text[text.index("-") + 1 :].lstrip(" ")
        match = TAG.match(text)
        if match is not None:
            tag, rest, offset = match[1], text[match.end() :], offset + match.end()
        elif text[0] == ":":
            match = _BROKEN.match(text)
            if match is not None and match[1] in ALL_TAGS and self._possible(match[1], text[match.end() :], index):
                tag, rest, offset = match[1], text[match.end() :], offset + match.end()
                self.report.add("M940-021", number, 1, tag, found=match[0])
            elif text.strip() == ":" and follow < len(self._texts):
                match = _CUT.match(self._texts[follow])
                if match is not None and match[1] in ALL_TAGS and self._possible(match[1], "", follow):
                    tag, rest = match[1], self._texts[follow][match.end() :]
                    offset = self._offsets[follow] + match.end()
                    self.report.add("M940-021", number, 1, tag, found=":")
                    number, follow = number + 1, follow + 1
            if not tag and _TYPE_LINE.match(text) is not None:
                self._close(index)
                self._add_header(number, text)
                return follow
        if tag:
            # Blank lines between two messages are nobody's.
            self._flush_blank(text_follows=False, drop=tag == "20")
            self._tag(RawField(tag, rest, "", offset), number, index)
            return follow
        if _BLOCK.match(text) is not None:
            self._flush_blank(text_follows=False, drop=True)
            self._close(index)
            self._add_header(number, text)
            return follow
        if message is not None and self._ends(text, index):
            self._blank.clear()
            self._end(text, number, index)
            return follow
        self._text(text, offset, number, index)
        return follow

    def _dash(self, text: str, number: int, index: int) -> bool:
        """Whether a ``-`` glued to a tag, or alone before one, is to be left out (M940-027, or the end if closed)."""
        message = self._message
        bare = text.lstrip(" ")
        if message is None or bare[0] != "-":
            return False
        rest = bare[1:].strip(" ")
        if rest:
            match = TAG.match(rest)
        else:
            after = self._next_text(index).lstrip(CONTROLS + " ")
            match = TAG.match(after.lstrip("- "))
        if match is None or not (match[1] in ALL_TAGS or match[1] in NS_TAGS):
            return False
        if not message.closed and match[1] != "20":
            self._flush_blank(text_follows=False)
            self.report.add("M940-027", number, 1, message.fields[-1].tag if message.fields else None, found=text[:20])
            return True
        if not rest:
            # Alone: the end of the message, as ever.
            return False
        message.ended = True
        self._close(index)
        self.after_end = True
        return True

    def _next_text(self, index: int) -> str:
        """The next line of this piece that is not blank, or an empty text."""
        texts = self._texts
        # By its number: a slice would copy what is left of the file for every dash in it.
        return next((texts[at] for at in range(index + 1, len(texts)) if texts[at].strip()), "")

    def _control(self, number: int, text: str) -> None:
        self.report.add("M940-010", number, 1, found=f"U+{ord(text[0]):04X}")

    def _text(self, text: str, offset: int, number: int, index: int) -> None:
        """A line that is neither tag nor end: goes on with the field before, or is a header."""
        message = self._message
        if message is None or not message.fields:
            if not self._junk:
                self._add_header(number, text)
            return
        field = message.fields[-1]
        if message.closed and self._heads_next(index, any_text=field.tag != "86"):
            self._blank.clear()
            self._close(index)
            self._add_header(number, text)
            return
        narrative = field.role in ("narrative", "text")
        self._flush_blank(text_follows=narrative)
        if narrative and text[0] == ":":
            self.report.add("M940-028", number, 1, "86", found=text[:20])
        elif text[0] == "-":
            self.report.add("M940-027", number, 1, field.tag, found=text[:20])
        field.grow(text, offset)

    # Ends and headers -------------------------------------------------------------------------------------

    def _ends(self, text: str, index: int) -> bool:
        """Whether a line ends the message: always after the closing balance, else only when nothing follows."""
        message = self._message
        if message is None:
            return False
        bare = text.strip(CONTROLS)
        plain = _END.match(bare) is not None
        if not plain and _ODD_END.match(bare) is None:
            return False
        if message.closed:
            return plain or self._last(index)
        return plain and bare.strip(" ")[:2] in ("-", "-}") and self._last(index)

    def _last(self, index: int) -> bool:
        """Whether only blank lines, headers and the next message follow in this piece."""
        decisive, answer = self._after
        if index < decisive:
            # An earlier look ahead passed this line: long junk stays linear.
            return answer
        decisive, answer = len(self._texts), True
        for at in range(index + 1, len(self._texts)):
            bare = self._texts[at].lstrip(CONTROLS)
            if bare.strip() and not _HEADER.match(bare) and not _TYPE_LINE.match(bare):
                decisive, answer = at, bare.startswith(":20:") or _BLOCK.match(bare) is not None
                break
        self._after = (decisive, answer)
        return answer

    def _heads_next(self, index: int, *, any_text: bool) -> bool:
        """Whether this line and those after it are the header of the next message: nothing else follows."""
        until, answer = self._ahead.get(any_text, (-1, False))
        if index < until:
            # The line was passed by an earlier look ahead: long junk stays linear.
            return answer
        at, answer = index, True
        for at in range(index, len(self._texts)):
            bare = self._texts[at].lstrip(CONTROLS)
            if not bare.strip():
                continue
            if bare.startswith(":20:") or _BLOCK.match(bare) is not None or _TYPE_LINE.match(bare):
                break
            if bare[0] == ":" or (not any_text and _HEADER.match(bare) is None):
                answer = False
                break
        self._ahead[any_text] = (at + (0 if not answer else 1), answer)
        return answer

    def _end(self, text: str, number: int, index: int) -> None:
        message = self._message
        if message is None:
            return
        message.ended = True
        # PostFinance puts trailer and next header on the line of the end.
        at = text.find("{1:")
        self._close(index + 1)
        self.after_end = True
        if at > 0:
            self._add_header(number, text[at:])

    def _add_header(self, number: int, text: str) -> None:
        self._junk = False
        self.header.append((number, text))

    def _flush_blank(self, *, text_follows: bool, drop: bool = False) -> None:
        if not self._blank:
            return
        message = self._message
        if message is not None and not drop:
            number = self._first + self._blank[0]
            self.report.add("M940-026", number, 1, message.fields[-1].tag if message.fields else None)
            if text_follows:
                for index in self._blank:
                    message.fields[-1].grow("", self._offsets[index])
        self._blank.clear()

    # Messages ---------------------------------------------------------------------------------------------

    def _open(self, index: int) -> RawMessage:
        self._close(index)
        return self._open_at(self._start, self._first + index)

    def _open_at(self, start: int, line: int, kind: str | None = None) -> RawMessage:
        self.messages += 1
        message = RawMessage(self._piece, line, start, header=self.header, number=self.messages, made=[])
        self.header = []
        self.after_end = False
        message.kind = kind or kind_of(message.header)
        self._message = message
        self.report.message = message.number
        return message

    def _close(self, index: int) -> None:
        """The message that stands open is complete; ``index`` is the first line that is not its own."""
        self._blank.clear()
        message = self._message
        self._junk = False
        if message is None:
            return
        self._message = None
        message.end = self._offsets[index]
        message.start = min(self._start, message.end)
        fields = message.made
        if fields is not None:
            for field in fields:
                if field.more:
                    field.join()
            message.take(fields)
        self._done.append(message)
        self._start = message.end
        if not message.ended:
            last = message.field(-1)
            self.report.message, self.report.piece = message.number, message.piece
            self.report.put_line("M940-008", last.line_offset(last.text.count("\n")), last.tag)

    # Tags -------------------------------------------------------------------------------------------------

    def _tag(self, field: RawField, number: int, index: int) -> None:
        self.seen_tag = True
        message = self._message
        tag, rest = field.tag, field.text
        if message is None:
            if self.after_end and tag not in ("20", "25", "25P", "60F", "60M"):
                rule = "M940-016" if tag == "61" else "M940-009"
                self.report.add(rule, number, 1, tag, found=rest[:40])
                self._junk = True
                return
            message = self._open(index)
        elif tag == "20":
            message = self._open(index)
        in_text = bool(message.fields) and message.fields[-1].role in ("narrative", "text")
        start = field.at - len(tag) - 2
        if tag in NS_TAGS:
            self.report.add("M940-019", number, 1, tag)
            add(message, field, "kept")
        elif tag not in ALL_TAGS:
            if in_text and not (tag[:2] in TAG_NUMBERS and len(tag) == 3):
                self._text(f":{tag}:{rest}", start, number, index)
            else:
                self.report.add("M940-018", number, 1, tag, found=f":{tag}:")
                add(message, field, "kept")
        elif in_text and not self._possible(tag, rest, index):
            self._text(f":{tag}:{rest}", start, number, index)
        else:
            self._known(message, field, number, index)

    def _possible(self, tag: str, rest: str, index: int) -> bool:
        return possible(self._message, tag, rest, lambda: self._next_tag(index))

    def _next_tag(self, index: int) -> str:
        """The next tag in this piece after a line, or an empty text."""
        for at in range(index + 1, len(self._texts)):
            match = TAG.match(self._texts[at].lstrip(CONTROLS))
            if match is not None and (match[1] in ALL_TAGS or match[1] in NS_TAGS):
                return match[1]
        return ""

    def _known(self, message: RawMessage, field: RawField, number: int, index: int) -> None:
        tag, rest = field.tag, field.text
        if tag == "61":
            if message.closed:
                self.report.add("M940-016", number, 1, tag, found=rest[:40])
                add(message, field, "kept")
            else:
                add(message, field, "entry")
        elif tag == "86":
            add_narrative(message, field, number, self.report)
        elif tag in ("60F", "60M") and message.opening_at is not None:
            message = self._open(index)
            message.opening_at = 0
            add(message, field, "frame")
        elif tag in ("25", "25P") and "25" in message.seen and message.closed:
            message = self._open(index)
            message.seen.add("25")
            add(message, field, "frame")
        elif tag in ("25", "25P") and message.entered and not self._possible(tag, rest, index):
            # A mis-tagged :86:, seen where a converter mixed up its fields.
            self.report.add("M940-017", number, 1, tag, found=rest[:40])
            last_entry = message.fields[-1].role == "entry"
            add(message, field, "narrative" if last_entry else "kept")
        elif tag in ("25", "25P") and message.entered:
            message = self._open(index)
            message.seen.add("25")
            add(message, field, "frame")
        elif tag in ("62F", "62M") and message.closed:
            self.report.add("M940-046", number, 1, tag, found=rest[:40])
            add(message, field, "kept")
        else:
            add_frame(message, field, number, self.report)
