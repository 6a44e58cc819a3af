"""Physical lines into messages and fields: tags, ends, headers, and every tolerance about them.

A tag is a line that begins with ``:``, two digits, at most one letter, ``:`` (also ``NS``, ``NSF``), known to the
message and possible at its place by :data:`statements.formats.mt940.fields.SEQUENCE`. Inside a ``:86:`` an impossible
tag is text. Each field of a message gets a role: ``entry``, ``narrative``, ``text`` (the last ``:86:``), ``frame`` (a
field of the message's frame that counts), ``kept`` (unknown, repeated or out of place: kept verbatim, not used).
"""

from __future__ import annotations

from statements.formats.mt940.fields import ALL_TAGS, NS_TAGS, TAG_NUMBERS
from statements.formats.mt940.places import Places
from statements.formats.mt940.records import RawField, RawMessage
from statements.formats.mt940.shapes import (
    BLOCK,
    BROKEN,
    CONTROLS,
    CUT,
    END,
    HEADER,
    ODD_END,
    TAG,
    TYPE_LINE,
)


class Tokens(Places):
    """Cuts the pieces of one file; holds what one piece leaves for the next (header lines, line numbers)."""

    def feed(self, physical: list[str], encoding: str) -> list[RawMessage]:
        """The messages of one piece, given as its physical lines with their ends. A piece never ends inside one."""
        self._done = []
        self._texts = [line.rstrip("\r\n") for line in physical]
        self._physical = physical
        self._first = self.line
        self._encoding = encoding
        self._start = 0
        self._ahead: dict[bool, tuple[int, bool]] = {}
        self._after: tuple[int, bool] = (-1, False)
        index = 0
        while index < len(self._texts):
            index = self._one(index)
        self._close(len(self._texts))
        self.line += len(physical)
        return self._done

    def finish(self) -> None:
        """Report what stands after the last message, and a file without any field."""
        left = [(number, text) for number, text in self.header if text.strip(CONTROLS + " ")]
        if not self.seen_tag:
            self.report.message = None
            self.report.add("M940-001", left[0][0] if left else 1, 1)
        elif left:
            self.report.add("M940-009", left[0][0], 1, found=left[0][1][:40])

    # One line ---------------------------------------------------------------------------------------------

    def _one(self, index: int) -> int:
        text = self._texts[index]
        number = self._first + index
        message = self._message
        if text and text[0] in CONTROLS:
            bare = text.lstrip(CONTROLS)
            if bare[:1] in (":", "{", "-", "") or bare in ("XXX",):
                if bare or message is None:
                    self._control(number, text)
                text = bare
                if not text:
                    return index + 1
        if not text.strip():
            if message is not None:
                self._blank.append(number)
            return index + 1
        follow = index + 1
        tag, rest, column = "", "", 1
        match = TAG.match(text)
        if match is not None:
            tag, rest, column = match[1], text[match.end() :], match.end() + 1
        elif text[0] == ":":
            match = BROKEN.match(text)
            if match is not None and match[1] in ALL_TAGS and self._possible(match[1], text[match.end() :], index):
                tag, rest, column = match[1], text[match.end() :], match.end() + 1
                self.report.add("M940-021", number, 1, tag, found=match[0])
            elif text.strip() == ":" and follow < len(self._texts):
                match = CUT.match(self._texts[follow])
                if match is not None and match[1] in ALL_TAGS and self._possible(match[1], "", follow):
                    tag, rest, column = match[1], self._texts[follow][match.end() :], match.end() + 1
                    self.report.add("M940-021", number, 1, tag, found=":")
                    number, follow = number + 1, follow + 1
            if not tag and TYPE_LINE.match(text) is not None:
                self._close(index)
                self._add_header(number, text)
                return follow
        if tag:
            self._flush_blank(text_follows=False)
            self._tag(tag, rest, number, column, index)
            return follow
        if BLOCK.match(text) is not None:
            self._flush_blank(text_follows=False, drop=True)
            self._close(index)
            self._add_header(number, text)
            return follow
        if message is not None and self._ends(text, index):
            self._blank.clear()
            self._end(text, number, index)
            return follow
        self._text(text, number, index)
        return follow

    def _control(self, number: int, text: str) -> None:
        self.report.add("M940-010", number, 1, found=f"U+{ord(text[0]):04X}")

    def _text(self, text: str, number: int, index: int) -> None:
        """A line that is neither tag nor end: goes on with the field before, or is a header."""
        message = self._message
        if message is None or not message.fields:
            if not self._junk:
                self._add_header(number, text)
            return
        field, role = message.fields[-1], message.roles[-1]
        if message.closed and self._heads_next(index, any_text=field.tag != "86"):
            self._blank.clear()
            self._close(index)
            self._add_header(number, text)
            return
        narrative = role in ("narrative", "text")
        self._flush_blank(text_follows=narrative)
        if narrative and text[0] == ":":
            self.report.add("M940-028", number, 1, "86", found=text[:20])
        elif text[0] == "-":
            self.report.add("M940-027", number, 1, field.tag, found=text[:20])
        field.lines.append(text)
        field.numbers.append(number)

    # Ends and headers -------------------------------------------------------------------------------------

    def _ends(self, text: str, index: int) -> bool:
        """Whether a line ends the message: always after the closing balance, else only when nothing follows."""
        message = self._message
        if message is None:
            return False
        bare = text.strip(CONTROLS)
        plain = END.match(bare) is not None
        if not plain and ODD_END.match(bare) is None:
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
            if bare.strip() and not HEADER.match(bare) and not TYPE_LINE.match(bare):
                decisive, answer = at, bare.startswith(":20:") or BLOCK.match(bare) is not None
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
            if bare.startswith(":20:") or BLOCK.match(bare) is not None or TYPE_LINE.match(bare):
                break
            if bare[0] == ":" or (not any_text and HEADER.match(bare) is None):
                answer = False
                break
        self._ahead[any_text] = (at + (0 if not answer else 1), answer)
        return answer

    def _end(self, text: str, number: int, index: int) -> None:
        message = self._message
        if message is None:
            return
        bare = text.strip(CONTROLS + " ")
        message.end, message.end_line = bare, number
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
            self.report.add("M940-026", self._blank[0], 1, message.fields[-1].tag if message.fields else None)
            if text_follows:
                for number in self._blank:
                    message.fields[-1].lines.append("")
                    message.fields[-1].numbers.append(number)
        self._blank.clear()

    # Tags -------------------------------------------------------------------------------------------------

    def _tag(self, tag: str, rest: str, number: int, column: int, index: int) -> None:
        self.seen_tag = True
        message = self._message
        field = RawField(tag, [rest], number, column, [number])
        if message is None:
            if self.after_end and tag not in ("20", "25", "25P", "60F", "60M"):
                rule = "M940-016" if tag == "61" else "M940-009"
                self.report.add(rule, number, 1, tag, found=rest[:40])
                self._junk = True
                return
            message = self._open(index)
        elif tag == "20":
            message = self._open(index)
        known = tag in ALL_TAGS
        in_text = bool(message.roles) and message.roles[-1] in ("narrative", "text")
        if tag in NS_TAGS:
            self.report.add("M940-019", number, 1, tag)
            self._add(message, field, "kept")
        elif not known:
            if in_text and not (tag[:2] in TAG_NUMBERS and len(tag) == 3):
                self._text(f":{tag}:{rest}", number, index)
            else:
                self.report.add("M940-018", number, 1, tag, found=f":{tag}:")
                self._add(message, field, "kept")
        elif in_text and not self._possible(tag, rest, index):
            self._text(f":{tag}:{rest}", number, index)
        else:
            self._known(message, field, rest, index)
