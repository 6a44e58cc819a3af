"""The extent of an element in the bytes of a file: where it begins, its tags, its children, where it ends.

>>> node = outline(b"<p:A>\\n <p:B>x</p:B><!-- no --><C/></p:A>")
>>> node.prefix, node.name, [(child.name, child.text) for child in node.children], node.end
('p:', 'A', [('B', 'x'), ('C', '')], 40)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from statements.formats.pain001.positions import OPENING, TAG, after, inside

WINDOW = 1 << 14
"""So many bytes from the tag of an element on are looked at."""


class Node(msgspec.Struct):
    """An element: offsets of its start tag, the name in it, its content, the end tag, and what follows it."""

    raw: bytes
    start: int
    prefix: str
    name: str
    name_at: int
    inner: int
    """Behind the start tag; of an empty-element tag the same as ``end``."""
    inner_end: int = -1
    end: int = -1
    children: list[Node] = []

    @property
    def text(self) -> str:
        """What stands between the tags, as it is written."""
        return self.raw[self.inner : self.inner_end].decode("utf-8", "replace")

    @property
    def whole(self) -> bytes:
        """The element with its tags."""
        return self.raw[self.start : self.end]


def outline(raw: bytes, at: int = 0) -> Node | None:
    """The element whose start tag is the first thing behind ``at``, comments and instructions passed over.

    ``None`` when something else comes first, or the element does not end in ``raw``.
    """
    stack: list[Node] = []
    while True:
        found = raw.find(b"<", at)
        if found < 0 or (not stack and raw[at:found].strip(b" \t\r\n")):
            return None
        opening = OPENING.match(raw, found)
        if opening is not None:
            at = after(raw, opening)
            if at < 0 or (not stack and opening[0] == b"<![CDATA["):
                return None
            continue
        tag = TAG.match(raw, found)
        if tag is None:
            return None
        at = tag.end()
        if tag[1]:
            if not stack:
                return None
            node = stack.pop()
            node.inner_end, node.end = tag.start(), at
        else:
            name = tag[2].decode("utf-8", "replace")
            prefix = raw[tag.start() + 1 : tag.start(2)].decode("utf-8", "replace")
            node = Node(raw, found, prefix, name, tag.start(2), at, children=[])
            if stack:
                stack[-1].children.append(node)
            if not tag[4]:
                stack.append(node)
                continue
            node.inner_end = node.end = at
        if not stack:
            return node


def siblings(raw: bytes, count: int) -> list[Node]:
    """So many elements that follow one another, the first at the beginning; empty when there are fewer, or text."""
    found: list[Node] = []
    at = 0
    for _ in range(count):
        node = outline(raw, at)
        if node is None:
            return []
        found.append(node)
        at = node.end
    return found


class Windows:
    """The bytes at places asked for in their order: one reading, and one window in memory."""

    def __init__(self, pieces: Iterable[bytes], size: int = WINDOW) -> None:
        self._pieces = iter(pieces)
        self._size = size
        self._window = b""
        self._base = 0

    def at(self, offsets: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Each of these places, in order, with the bytes from it on. None lies before the last one asked for."""
        for offset in sorted(set(offsets)):
            while offset + self._size > self._base + len(self._window):
                piece = next(self._pieces, None)
                if piece is None:
                    break
                keep = max(0, min(len(self._window), offset - self._base))
                self._window, self._base = self._window[keep:] + piece, self._base + keep
            yield offset, self._window[offset - self._base : offset - self._base + self._size]


def closing(pieces: Iterable[bytes], offset: int, name: str) -> int | None:
    """The offset of the end tag of the element of a name that begins at ``offset``, however long it is."""
    pattern = inside(name.encode())
    window, base, at, depth = b"", 0, 0, 0
    for piece in pieces:
        if base + len(window) + len(piece) <= offset:
            base += len(window) + len(piece)
            window = b""
            continue
        window += piece
        at = max(at, offset - base)
        while (match := pattern.search(window, at)) is not None:
            if match[1] is not None:
                behind = after(window, match)
                if behind < 0:
                    break
                at = behind
                continue
            tag = TAG.match(window, match.start())
            if tag is None:
                break
            depth += -1 if tag[1] else 0 if tag[4] else 1
            if not depth:
                return base + tag.start() if tag[1] else None
            at = tag.end()
        last = window.rfind(b"<", at) if match is None else match.start()
        keep = max(at, last if last >= 0 else len(window))
        window, base, at = window[keep:], base + keep, 0
    return None
