"""A payment file as consecutive pieces of its own text: what all payments share, each block around them, each payment.

Joined again the pieces are the document, character for character. Nothing is understood but where elements begin and
end, so that a part of a file can be written with every payment exactly as it stood.

    >>> text = "<D><M><GrpHdr><MsgId>A</MsgId></GrpHdr><PmtInf><X/> <CdtTrfTxInf>1</CdtTrfTxInf></PmtInf></M></D>"
    >>> for segment in segments([text]):
    ...     print(segment)
    Skeleton(block=0, parts=('<D><M><GrpHdr><MsgId>', StatedValue(name='MsgId', text='A'), '</MsgId></GrpHdr>'))
    Skeleton(block=1, parts=('<PmtInf><X/>',))
    Payments(block=1, texts=[' <CdtTrfTxInf>1</CdtTrfTxInf>'])
    Skeleton(block=1, parts=('</PmtInf>',))
    Skeleton(block=0, parts=('</M>',))
    Skeleton(block=0, parts=('</D>',))
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

import msgspec

from statements.formats.pain001.scan import PAYMENT, TAG
from statements.formats.pain001.source import Source

SLOTS = frozenset(("MsgId", "NbOfTxs", "CtrlSum"))
"""The elements of header and block that a part of the file says anew."""

_AT_ONCE = 256
_ASIDE = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))
_LONGEST_OPENING = 9


class StatedValue(msgspec.Struct, frozen=True):
    """What stands between the tags of one of :data:`SLOTS`."""

    name: str
    text: str


class Skeleton(msgspec.Struct, frozen=True):
    """Text that is no payment: of the whole file (``block`` 0), or of a block, which counts from 1."""

    block: int
    parts: tuple[str | StatedValue, ...]


class Payments(msgspec.Struct, frozen=True):
    """Payments of a block that follow one another, each with what stands before it (blanks, comments)."""

    block: int
    texts: list[str]


Segment = Skeleton | Payments


def transport(encoding: str) -> str:
    """An encoding in which the bytes of a file can be cut and joined: one character for a byte where markup is ASCII.

    >>> transport("utf-8"), transport("utf-16-le")
    ('latin-1', 'utf-16-le')
    """
    return "latin-1" if "<PmtInf/>".encode(encoding) == b"<PmtInf/>" else encoding


def texts_of(source: Source, encoding: str, size: int = 1 << 18) -> Iterator[str]:
    """The file in pieces of text, every byte of it; ``encoding`` is that of :func:`transport`."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for piece in source.raw(size):
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)


def segments(pieces: Iterable[str]) -> Iterator[Segment]:
    """The pieces of a document that is known to be well-formed, header and blocks where the schema wants them."""
    return _Scan(iter(pieces)).run()


class _Scan:
    """One walk over the elements, with a window of text that moves forward."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._given = 0  # what lies before it was given away
        self._kept = 0  # where the last element ended that is no payment: blanks behind it go with what follows
        self._at = 0
        self._block = 0
        self._waiting: list[str] = []

    def run(self) -> Iterator[Segment]:
        depth = 0  # 0 before the root, 1 in it, 2 in the message, 3 in a block
        while (tag := self._next_tag()) is not None:
            closing, raw, name, empty = tag.groups()
            if closing or depth < 2:
                self._at = self._kept = tag.end()
                depth += -1 if closing else 1
                if closing and depth == 2:
                    yield from self._skeleton(self._block)
                elif closing:
                    break
            elif depth == 2 and name == "PmtInf":
                yield from self._skeleton(0)
                self._block += 1
                self._at = self._kept = tag.end()
                depth = 2 if empty else 3
                if empty:
                    yield from self._skeleton(self._block)
            else:
                end = tag.end() if empty else self._end_of(raw)
                if depth == 3 and name == PAYMENT:
                    if self._kept > self._given:
                        yield from self._skeleton(self._block)
                    self._waiting.append(self._text[self._given : end])
                    self._given = end
                    if len(self._waiting) >= _AT_ONCE:
                        yield from self._payments()
                self._at = self._kept = end
        yield from self._skeleton(0)
        # Behind the message nothing is looked at any more.
        for piece in (self._text[self._given :], *self._pieces):
            if piece:
                yield Skeleton(0, (piece,))

    def _payments(self) -> Iterator[Segment]:
        if self._waiting:
            yield Payments(self._block, self._waiting)
            self._waiting = []

    def _skeleton(self, block: int) -> Iterator[Segment]:
        yield from self._payments()
        if self._kept > self._given:
            yield Skeleton(block, tuple(_slotted(self._text[self._given : self._kept], block)))
        self._given = self._kept

    def _next_tag(self) -> re.Match[str] | None:
        """The next tag, behind comments and the like."""
        while True:
            at = self._text.find("<", self._at)
            self._at = at if at >= 0 else len(self._text)
            if at >= 0 and len(self._text) - at >= _LONGEST_OPENING:
                end = next((end for start, end in _ASIDE if self._text.startswith(start, at)), None)
                found = TAG.match(self._text, at) if end is None else None
                if found is not None:
                    return found
                close = self._text.find(end, at) if end is not None else -1
                if end is not None and close >= 0:
                    self._at = close + len(end)
                    continue
            if not self._more():
                return TAG.match(self._text, self._at)

    def _end_of(self, raw: str) -> int:
        """Where the element ends that begins here."""
        start, end_tag = f"<{raw}", f"</{raw}>"
        while True:
            end = self._text.find(end_tag, self._at)
            if end >= 0:
                inside = self._text[self._at + 1 : end]
                if "<!" not in inside and "<?" not in inside and start not in inside:
                    return end + len(end_tag)
            found = self._nested(raw)
            if found is not None:
                return found
            if not self._more():
                return len(self._text)

    def _nested(self, raw: str) -> int | None:
        """The same, where tags of its own name may stand inside, or be hidden there."""
        depth, at = 0, self._at
        pattern = re.compile(rf"<!--|<!\[CDATA\[|<\?|</?{re.escape(raw)}(?=[\s/>])")
        while (mark := pattern.search(self._text, at)) is not None:
            aside = next((end for start, end in _ASIDE if mark[0] == start), None)
            if aside is not None:
                close = self._text.find(aside, mark.start())
                if close < 0:
                    return None
                at = close + len(aside)
                continue
            tag = TAG.match(self._text, mark.start())
            if tag is None:
                return None
            at = tag.end()
            depth += -1 if tag[1] else 0 if tag[4] else 1
            if depth <= 0:
                return at
        return None

    def _more(self) -> bool:
        """Read on, at least as much as is kept. False at the end."""
        self._text = self._text[self._given :]
        self._kept -= self._given
        self._at -= self._given
        self._given = 0
        got: list[str] = []
        size = 0
        for piece in self._pieces:
            got.append(piece)
            size += len(piece)
            if size >= max(1, len(self._text)):
                break
        self._text += "".join(got)
        return size > 0


_MARKUP = re.compile(rf"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|{TAG.pattern}", re.DOTALL)


def _slotted(text: str, block: int) -> Iterator[str | StatedValue]:
    """A text of whole tags, with the values of :data:`SLOTS` apart. A text within a block may begin inside of it."""
    at = 0
    open_names = ["PmtInf"] if block else []
    begun: tuple[str, int, int] | None = None
    for tag in _MARKUP.finditer(text):
        closing, _, name, empty = tag.groups()
        if name is None:
            continue
        if closing:
            if begun is not None and begun[2] == len(open_names):
                yield text[at : begun[1]]
                yield StatedValue(begun[0], text[begun[1] : tag.start()])
                at, begun = tag.start(), None
            del open_names[-1:]
        elif not empty:
            # Whatever stands in SplmtryData is no part of the message and may use its names.
            inside = open_names[-1:] in (["GrpHdr"], ["PmtInf"]) and "SplmtryData" not in open_names
            open_names.append(name)
            if begun is None and name in SLOTS and inside:
                begun = (name, tag.end(), len(open_names))
    if text[at:]:
        yield text[at:]
