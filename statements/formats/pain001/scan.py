"""The scan of the text: each payment is cut by one expression into its tags and its texts.

Equal tags are understood once (:mod:`statements.formats.pain001.scope`), so a file of payments that look alike costs
little more than to find where each ends. Memory is that of one piece and of what is not yet finished in it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from statements.formats.pain001.events import Batch, BlockEnd, BlockStart, Event, Group, Row, lines_in
from statements.formats.pain001.plain import Plain
from statements.formats.pain001.scope import EMPTY, LARGE, MARK, VALUES, Level, Scope, Shape, compiled, cut, idle
from statements.formats.pain001.silence import Columns

PAYMENT = "CdtTrfTxInf"
_ATTRIBUTES = r"""(?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+'|/(?!>))*+"""
# Is it an end tag, the name as it is written, the name without prefix, is it empty.
TAG = re.compile(rf"""<(/?)((?:[^\s<>/:"']+:)?([^\s<>/"']+)){_ATTRIBUTES}(/?)>""")
_TAG_AND_TEXT = re.compile(rf"""<(/?[^\s<>/"']+{_ATTRIBUTES}/?)>([^<]*)""")
_NAME = re.compile(r"<[^\s<>/\"']+")
_LEAF = re.compile(r"<([^\s<>/\"']+)>[^<]*</\1>")
_BEHIND_A_NAME = frozenset("> /\t\r\n")
_MOST_SHAPES = 1_024
_LONGEST_SHAPE = 1 << 16
# So far an end tag is looked for at the speed of a search: most elements are shorter.
_USUAL = 1 << 13
# More children of one name are no part of the header of a block.
_OF_ONE_NAME = 16

Groups = Mapping[Shape, tuple[Sequence[int], Columns]]


class Passing(Protocol):
    """What decides which payments are handed on, of those that go by."""

    def unread(self, text: str, groups: Groups, starts: Sequence[int], end: int, *, first: bool) -> Iterable[str]:
        """The text to hand on of finished payments, which begin at ``starts``; ``first`` in their block or not."""


class Scan:
    """Finds header, blocks and payments in the text of a document that is well-formed as far as it was fed.

    Of anything else it makes something or nothing, without raising: libxml2 has refused it. ``passing`` says which
    payments stay in the text that :meth:`unread` gives; without it there is none. ``plain`` documents are known to have
    no comments, instructions and CDATA sections. Unless ``large``, very large elements are not understood.
    """

    def __init__(self, passing: Passing | None = None, *, plain: bool = False, large: bool = True) -> None:
        self._large = large
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._fed = 0  # bytes of the document so far
        self._plain = None if plain else Plain()
        self._passing = passing
        self._unread: list[str] = []
        self._passed = 0  # how much of the text libxml2 has, or need not have
        self._waiting: list[str] = []
        self._size = 0
        self._wanted = 0  # how much must be there before another look is worth it
        self._text = ""
        self._at = 0
        self._line = 1
        self._counted = (0, 1)  # a place in the text, and its line
        self._grouped = False
        self._depth = 0  # 0 before the root, 1 in it, 2 in the message, 3 in a block, 4 behind the message
        self._shapes: dict[str, Shape] = {}
        self._plain_shapes: dict[str, Shape] = {}  # by their tags without idle values
        self._block = 0
        self._block_name = ""
        self._block_line = 0
        self._header: list[str] = []
        self._names: dict[str, int] = {}  # how often each name stood in it
        self._scope: Scope | None = None  # that of the header, as far as it is known
        self._started = False

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that a piece completes."""
        text = self._decoder.decode(piece)
        self._fed += len(piece)
        if self._plain is not None:
            text = self._plain.feed(text)
        if MARK in text:
            text = text.replace(MARK, "\ufffd")
        self._waiting.append(text)
        self._size += len(text)
        if self._size >= self._wanted:
            yield from self._look()

    def close(self) -> Iterator[Event]:
        """The events at the end."""
        yield from self._look()
        if self._passing is not None:
            self._unread.append(self._text)

    def unread(self) -> str:
        """What was handed on since the last call: all but the payments that need not be read."""
        text = "".join(self._unread)
        self._unread.clear()
        return text

    def hand_on_nothing(self) -> None:
        """Nobody asks for the text any more."""
        self._passing = None
        self._unread.clear()

    def _look(self) -> Iterator[Event]:
        rest = self._text
        self._text = rest + "".join(self._waiting) if rest else "".join(self._waiting)
        self._waiting.clear()
        self._at = self._passed = 0
        self._counted = (0, self._line)
        yield from self._advance()
        if self._passing is not None:
            self._unread.append(self._text[self._passed : self._at])
        self._line = self._line_of(self._at)
        self._text = self._text[self._at :]
        self._size = len(self._text)
        # An element that is longer than a piece is looked at again when twice as much has come.
        self._wanted = 2 * self._size

    def _advance(self) -> Iterator[Event]:
        while (at := self._text.find("<", self._at)) >= 0:
            self._at = at
            if not self._depth and self._text.startswith("<?", at):
                # The declaration, where nothing else hides.
                at = self._text.find("?>", at)
                if at < 0:
                    return
                self._at = at + 2
                continue
            tag = TAG.match(self._text, at)
            if tag is None:
                return
            closing, raw, name, empty = tag.groups()
            if self._depth >= 4:
                self._at = len(self._text)
                return
            if closing:
                self._at = tag.end()
                if self._depth == 3:
                    yield from self._end_of_block()
                self._depth = 2 if self._depth == 3 else 4
            elif self._depth < 2:
                self._at = tag.end()
                if not empty:
                    self._depth += 1
            elif self._depth == 2 and name == "PmtInf":
                self._at = tag.end()
                self._block += 1
                self._block_name, self._block_line = raw, self._line_of(at)
                self._header, self._scope, self._started = [], None, False
                self._names.clear()
                if empty:
                    yield from self._end_of_block()
                else:
                    self._depth = 3
            elif self._depth == 3 and name == PAYMENT:
                batch = self._payments(raw, at)
                if not batch.count:
                    return
                if not self._started:
                    self._started = True
                    yield BlockStart(self._header_scope(), self._block_line)
                yield batch
            else:
                end = tag.end() if empty else self._end_of(at)
                if end is None:
                    return
                self._at = end
                if self._depth == 3:
                    count = self._names[name] = self._names.get(name, 0) + 1
                    if count <= _OF_ONE_NAME:
                        self._header.append(self._text[at:end])
                        self._scope = None
                elif name == "GrpHdr" and not self._grouped:
                    # A second header is too many.
                    self._grouped = True
                    yield Group(Scope(Level.GROUP, *self._understood(self._text[at:end])))

    def _line_of(self, at: int) -> int:
        """The line of a place at or behind the last one that was asked for."""
        start, line = self._counted
        self._counted = (at, line + lines_in(self._text, start, at))
        return self._counted[1]

    def _end_of_block(self) -> Iterator[Event]:
        scope = self._header_scope()
        if not self._started:
            yield BlockStart(scope, self._block_line)
        yield BlockEnd(scope)

    def _header_scope(self) -> Scope:
        if self._scope is None and not self._header:
            self._scope = Scope(Level.BLOCK, block=self._block)
        elif self._scope is None:
            understood = self._understood(f"<x>{''.join(self._header)}</x>")
            self._scope = Scope(Level.BLOCK, *understood, block=self._block)
        return self._scope

    def _payments(self, raw: str, at: int) -> Batch:
        """The finished payments from here on, as far as only blanks stand between them."""
        text, shapes = self._text, self._shapes
        find, split = text.find, VALUES.split
        opening, start, end_tag, childless = f"<{raw}", f"<{raw}>", f"</{raw}>", f"<{raw}/>"
        stop = find(f"</{self._block_name}", at)
        stop = stop if stop >= 0 else len(text)
        rows: dict[Shape, tuple[list[int], list[Row]]] = {}
        starts: list[int] = []
        count = 0
        behind, row = at, list[str]()
        while True:
            # An empty one has no end tag: it is not looked for behind others.
            whole_tag = text.startswith(start, at) or text[find(">", at) - 1] != "/"
            end = find(end_tag, at, min(stop, at + _USUAL)) if whole_tag else -1
            shape: Shape | None = None
            if end >= 0:
                parts = split(text[at + 1 : end + 2])
                key = MARK.join(parts[::2])
                row = parts[1::2]
                shape = shapes.get(key) or self._shape(key)
                behind = end + len(end_tag)
            elif text.startswith(childless, at):
                shape, row, behind = EMPTY, [], at + len(childless)
            if shape is None:
                # Not in one piece: cut by the end of the text, empty, or with something of its own name inside.
                whole = self._end_of(at)
                if whole is None:
                    break
                shape, row = self._understood(text[at:whole])
                behind = whole
                stop = max(stop, whole)
            group = rows.get(shape)
            if group is None:
                rows[shape] = ([count], [row])
            else:
                group[0].append(count)
                group[1].append(row)
            starts.append(at)
            count += 1
            self._at = behind
            at = find("<", behind)
            if at < 0 or not text.startswith(opening, at) or text[behind:at].strip(" \t\r\n"):
                break
            if text[at + len(opening) : at + len(start)] not in _BEHIND_A_NAME:
                break
        groups = {shape: (positions, Columns(found)) for shape, (positions, found) in rows.items()}
        if self._passing is not None and count:
            self._unread.append(text[self._passed : starts[0]])
            self._unread += self._passing.unread(text, groups, starts, self._at, first=not self._started)
            self._passed = self._at
        # A character that the end of a piece cuts is not in the text yet.
        offset = self._fed - len(self._decoder.getstate()[0]) if self._plain is None else None
        return Batch(self._block, groups, count, text, starts, self._line, offset)

    def _end_of(self, at: int) -> int | None:
        """Where the element that begins here ends; ``None`` when that has not come yet."""
        leaf = _LEAF.match(self._text, at)
        if leaf is not None:
            return leaf.end()
        name = _NAME.match(self._text, at)
        if name is not None:
            end = self._text.find(f"</{name[0][1:]}>", at, at + _USUAL)
            if end >= 0 and self._text.find(name[0], at + 1, end) < 0:
                return end + len(name[0]) + 2
        depth = 0
        for tag in TAG.finditer(self._text, at):
            depth += -1 if tag[1] else 0 if tag[4] else 1
            if depth <= 0:
                return tag.end()
        return None

    def _understood(self, text: str) -> tuple[Shape, list[str]]:
        """Shape and texts of a whole element."""
        if text.endswith("/>"):
            text = f"{text[:-2]}></x>"
        key, row = cut(text)
        shape = self._shape(key)
        if shape is None:
            key, row = cut(_TAG_AND_TEXT.sub(_without_brackets, text))
            shape = self._shape(key)
        return (shape, row) if shape is not None else (EMPTY, [])

    def _shape(self, key: str) -> Shape | None:
        shape = self._shapes.get(key)
        if shape is None and not self._large and len(key) >= _LONGEST_SHAPE:
            return LARGE
        if shape is None:
            plain = idle(key)
            shape = self._plain_shapes.get(plain) or compiled(plain)
            if shape is not None and len(key) < _LONGEST_SHAPE:
                _keep(self._plain_shapes, plain, shape)
                _keep(self._shapes, key, shape)
        return shape


def _keep(shapes: dict[str, Shape], key: str, shape: Shape) -> None:
    if len(shapes) >= _MOST_SHAPES:
        shapes.clear()
    shapes[key] = shape


def _without_brackets(match: re.Match[str]) -> str:
    return f"<{match[1].replace('>', '&gt;')}>{match[2].replace('>', '&gt;')}"
