"""One pass over a payment file in flat memory: header, blocks, payments in batches, each forgotten when it was used.

libxml2 reads the same bytes first: it says whether they are XML and, given a schema, whether they follow it. Its tree
is thrown away as it grows. The texts are taken from the bytes themselves: each payment is cut by one expression into
its tags and its texts, and equal tags are understood once (:mod:`statements.formats.pain001.scope`).

Tags can be cut so only where no comment, instruction, CDATA section or bracket hides among them; :class:`Plain` writes
such a document as a plain one before it is cut.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from lxml import etree

from statements.formats.pain001.schema.forms import Forms
from statements.formats.pain001.scope import EMPTY, MARK, REMOVED, VALUES, Level, Scope, Shape, compiled, cut
from statements.formats.pain001.silence import Columns

if TYPE_CHECKING:
    from lxml.etree import _Element

PAYMENT = "CdtTrfTxInf"
Row = Sequence[str]
_ATTRIBUTES = r"""(?:[^<>"'/]++|"[^"<]*+"|'[^'<]*+'|/(?!>))*+"""
# Is it an end tag, the name as it is written, the name without prefix, is it empty.
TAG = re.compile(rf"""<(/?)((?:[^\s<>/:"']+:)?([^\s<>/"']+)){_ATTRIBUTES}(/?)>""")
_TAG_AND_TEXT = re.compile(rf"""<(/?[^\s<>/"']+{_ATTRIBUTES}/?)>([^<]*)""")
_HIDING = re.compile(r"<!--|<!\[CDATA\[|<\?|<!?\[?[CDAT]{0,5}\Z|<!-\Z")
# The one character that no XML holds and no form sees: it is taken out of texts as the mark of :class:`Plain`.
_UNSEEN = REMOVED.encode()
_ENDS = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}
_MOST_SHAPES = 1_024
_LONGEST_SHAPE = 1 << 16


class Group(msgspec.Struct, frozen=True):
    """The header of the file, complete."""

    scope: Scope


class BlockStart(msgspec.Struct, frozen=True):
    """A block begins: the elements before its first payment."""

    scope: Scope
    line: int


class Batch(msgspec.Struct, frozen=True):
    """Finished payments of a block: those of one shape together, each with its position in the batch from 0."""

    block: int
    groups: dict[Shape, tuple[list[int], Columns]]
    count: int
    text: str
    starts: list[int]
    line: int

    def payments(self) -> Iterator[tuple[int, Shape, Row]]:
        """Position, shape and texts of each payment, in the order of the file."""
        found = [
            (position, shape, row)
            for shape, (positions, columns) in self.groups.items()
            for position, row in zip(positions, columns.rows, strict=True)
        ]
        return iter(sorted(found, key=lambda each: each[0]))

    def lines(self) -> Iterator[int]:
        """The line of each payment."""
        line, at = self.line, 0
        for start in self.starts:
            line += _lines(self.text, at, start)
            at = start
            yield line


class BlockEnd(msgspec.Struct, frozen=True):
    """A block ends: all its elements that are no payments."""

    scope: Scope


class End(msgspec.Struct, frozen=True):
    """The document ends. ``faulty`` when the schema found a fault."""

    faulty: bool


Event = Group | BlockStart | Batch | BlockEnd | End


def walk(
    pieces: Callable[[], Iterable[bytes]],
    namespace: str,
    schema: etree.XMLSchema | None = None,
    forms: Forms | None = None,
) -> Iterator[Event]:
    """The events of a document; ``pieces`` gives its UTF-8 anew each time it is called.

    With ``forms`` (of that schema, and only for a document without comments, instructions and CDATA sections) libxml2
    reads everything but the payments that are right like one that it has read. Raises ``XMLSyntaxError`` when the
    document is not well-formed. A schema fault raises nothing: :class:`End` says it.
    """
    scan = Scan(forms)
    faulty = False
    verdict = _Verdict(namespace, schema)
    try:
        for piece in pieces():
            if forms is None:
                verdict.feed(piece)
            elif _UNSEEN in piece:
                _well_formed(pieces, namespace)
            yield from scan.feed(piece)
            if forms is not None and not faulty:
                faulty = _fails(verdict, scan.unread(), pieces, namespace)
        yield from scan.close()
        if forms is not None and not faulty:
            faulty = _fails(verdict, scan.unread(), pieces, namespace)
        if not faulty:
            verdict.close()
    except etree.XMLSyntaxError:
        if schema is None:
            raise
        _well_formed(pieces, namespace)
        faulty = True
    yield End(faulty)


def _fails(verdict: _Verdict, text: str, pieces: Callable[[], Iterable[bytes]], namespace: str) -> bool:
    try:
        verdict.feed(text.encode("utf-8", "surrogatepass"))
    except etree.XMLSyntaxError:
        _well_formed(pieces, namespace)
        return True
    return False


def _well_formed(pieces: Callable[[], Iterable[bytes]], namespace: str) -> None:
    """Raise what makes a document no XML. Where a schema was at work an error may speak of either, and the logs of
    libxml2 mix them; a reading without tells them apart."""
    etree.clear_error_log()
    plain = _Verdict(namespace, None)
    for piece in pieces():
        plain.feed(piece)
    plain.close()


def texts(pieces: Iterable[bytes]) -> Iterator[Event]:
    """The events of a document that is known to be well-formed, without :class:`End`."""
    scan = Scan()
    for piece in pieces:
        yield from scan.feed(piece)
    yield from scan.close()


class _Verdict:
    """libxml2 over a document whose tree is cut off as it grows."""

    __slots__ = ("_parser", "_root")

    def __init__(self, namespace: str, schema: etree.XMLSchema | None) -> None:
        self._root: _Element | None = None
        # A parser with a target of its own would validate nothing, so there is none here.
        self._parser: Any = etree.XMLPullParser(
            events=("start",),
            tag=f"{{{namespace}}}Document",
            schema=schema,
            remove_comments=True,
            remove_pis=True,
            # Not False: with a schema attached lxml then takes a broken or cut document for a whole one. There is
            # nothing to resolve anyway: a DOCTYPE is refused before any parser sees the file.
            resolve_entities="internal",  # type: ignore[arg-type]  # the stubs know bool only
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )

    def feed(self, piece: bytes) -> None:
        self._parser.feed(piece)
        if self._root is None:
            self._root = next((element for _, element in self._parser.read_events()), None)
        element = self._root
        # The last child of each open element stays: libxml2 builds on it.
        while element is not None and (count := len(element)):
            if count > 1:
                del element[:-1]
            element = element[0]

    def close(self) -> None:
        self._parser.close()


class Plain:
    """Text in pieces, written without what could hide among tags: comments, instructions, CDATA sections.

    >>> plain = Plain()
    >>> plain.feed("<a>1<!-- <b> -->2<![CDATA[<c>]]></a>").replace(REMOVED, "")
    '<a>12&lt;c&gt;</a>'
    """

    __slots__ = ("_end", "_rest")

    def __init__(self) -> None:
        self._end = ""  # what ends the thing that is open
        self._rest = ""  # the beginning of a mark that the next piece may complete

    def feed(self, piece: str) -> str:
        """The next piece, as far as it can be told; line ends that go leave a mark, so that lines can be counted."""
        if not self._end and not self._rest and "<!" not in piece and "<?" not in piece and not piece.endswith("<"):
            return piece
        text = self._rest + piece
        self._rest = ""
        out: list[str] = []
        at = 0
        while at < len(text):
            if self._end:
                close = text.find(self._end, at)
                keep = max(at, len(text) - 2) if close < 0 else close
                inside = text[at:keep]
                if self._end == "]]>":
                    out.append(inside.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
                else:
                    out.append(REMOVED * inside.count("\n"))
                if close < 0:
                    self._rest = text[keep:]
                    break
                at, self._end = close + len(self._end), ""
                continue
            match = _HIDING.search(text, at)
            if match is None:
                out.append(text[at:])
                break
            out.append(text[at : match.start()])
            if match[0] not in _ENDS:
                self._rest = match[0]
                break
            self._end = _ENDS[match[0]]
            at = match.end()
        return "".join(out)


class Scan:
    """Finds header, blocks and payments in the text of a document that is well-formed as far as it was fed.

    Of anything else it makes something or nothing, without raising: libxml2 has refused it.
    """

    def __init__(self, forms: Forms | None = None) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._plain = Plain() if forms is None else None
        self._forms = forms
        self._read: set[Shape] = set()  # the shapes of which libxml2 has a payment
        self._unread: list[str] = []
        self._passed = 0  # how much of the text libxml2 has, or need not have
        self._waiting: list[str] = []
        self._size = 0
        self._wanted = 0  # how much must be there before another look is worth it
        self._text = ""
        self._at = 0
        self._line = 1
        self._counted = (0, 1)  # a place in the text, and its line
        self._depth = 0  # 0 before the root, 1 in it, 2 in the message, 3 in a block, 4 behind the message
        self._shapes: dict[str, Shape] = {}
        self._block = 0
        self._block_name = ""
        self._block_line = 0
        self._header: list[str] = []
        self._started = False

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that a piece completes."""
        text = self._decode(piece)
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
        if self._forms is not None:
            self._unread.append(self._text)

    def unread(self) -> str:
        """What libxml2 has to read next: see :func:`walk`."""
        text = "".join(self._unread)
        self._unread.clear()
        return text

    def _look(self) -> Iterator[Event]:
        rest = self._text
        self._text = rest + "".join(self._waiting) if rest else "".join(self._waiting)
        self._waiting.clear()
        self._at = self._passed = 0
        self._counted = (0, self._line)
        yield from self._advance()
        if self._forms is not None:
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
                self._header, self._started = [], False
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
                end = self._end_of(at)
                if end is None:
                    return
                self._at = end
                if self._depth == 3:
                    self._header.append(self._text[at:end])
                elif name == "GrpHdr":
                    yield Group(Scope(Level.GROUP, *self._understood(self._text[at:end])))

    def _line_of(self, at: int) -> int:
        """The line of a place at or behind the last one that was asked for."""
        start, line = self._counted
        self._counted = (at, line + _lines(self._text, start, at))
        return self._counted[1]

    def _end_of_block(self) -> Iterator[Event]:
        scope = self._header_scope()
        if not self._started:
            yield BlockStart(scope, self._block_line)
        yield BlockEnd(scope)

    def _header_scope(self) -> Scope:
        return Scope(Level.BLOCK, *self._understood(f"<x>{''.join(self._header)}</x>"), block=self._block)

    def _payments(self, raw: str, at: int) -> Batch:
        """The finished payments from here on, as far as only blanks stand between them."""
        text, shapes = self._text, self._shapes
        find, split = text.find, VALUES.split
        start, end_tag = f"<{raw}>", f"</{raw}>"
        stop = find(f"</{self._block_name}", at)
        stop = stop if stop >= 0 else len(text)
        rows: dict[Shape, tuple[list[int], list[Row]]] = {}
        starts: list[int] = []
        count = 0
        behind, row = at, list[str]()
        while True:
            end = find(end_tag, at, stop)
            shape: Shape | None = None
            if end >= 0:
                parts = split(text[at + 1 : end + 2])
                key = MARK.join(parts[::2])
                row = parts[1::2]
                shape = shapes.get(key) or self._shape(key)
                behind = end + len(end_tag)
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
            if at < 0 or not text.startswith(start, at) or text[behind:at].strip(" \t\r\n"):
                break
        groups = {shape: (positions, Columns(found)) for shape, (positions, found) in rows.items()}
        if self._forms is not None and count:
            self._pass(groups, starts)
        return Batch(self._block, groups, count, text, starts, self._line)

    def _pass(self, groups: dict[Shape, tuple[list[int], Columns]], starts: list[int]) -> None:
        """Keep for libxml2 what it has to read of these payments."""
        # Some payment of each block: the schema wants one.
        wanted: list[int] = [] if self._started else [0]
        for shape, (positions, columns) in groups.items():
            odd = set(self._forms.odd(shape, columns)) if self._forms is not None else set()
            if shape not in self._read:
                odd.add(0)
                if len(self._read) >= _MOST_SHAPES:
                    self._read.clear()
                self._read.add(shape)
            wanted += [positions[each] for each in odd]
        text = self._text
        unread = [text[self._passed : starts[0]]]
        for position in sorted(set(wanted)):
            end = starts[position + 1] if position + 1 < len(starts) else self._at
            unread.append(text[starts[position] : end])
        self._unread.extend(unread)
        self._passed = self._at

    def _end_of(self, at: int) -> int | None:
        """Where the element that begins here ends; ``None`` when that has not come yet."""
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
        for each in (text, _TAG_AND_TEXT.sub(_without_brackets, text)):
            key, row = cut(each)
            shape = self._shape(key)
            if shape is not None:
                return shape, row
        return EMPTY, []

    def _shape(self, key: str) -> Shape | None:
        shape = self._shapes.get(key)
        if shape is None:
            shape = compiled(key)
            if shape is not None and len(key) < _LONGEST_SHAPE:
                if len(self._shapes) >= _MOST_SHAPES:
                    self._shapes.clear()
                self._shapes[key] = shape
        return shape


def _without_brackets(match: re.Match[str]) -> str:
    return f"<{match[1].replace('>', '&gt;')}>{match[2].replace('>', '&gt;')}"


def _lines(text: str, start: int, end: int) -> int:
    return text.count("\n", start, end) + text.count(REMOVED, start, end)
