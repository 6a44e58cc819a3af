"""Where the element of a path stands: line, column and offset, found by a scan of the bytes.

libxml2 knows lines but no columns, and a payment file may be one line of many megabytes. The scan walks the tags once,
jumps over every block and payment that nobody asks for, and stops at the last one asked for; memory stays flat.

    >>> text = b"<Document><M><PmtInf><Dbtr><Nm>Ada</Nm></Dbtr></PmtInf></M></Document>"
    >>> locate([text], ["PmtInf[1]/Dbtr/Nm"])["PmtInf[1]/Dbtr/Nm"].value
    Spot(line=1, column=32, offset=31)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import msgspec

from statements.findings import Finding, Location
from statements.formats.pain001.source import characters


class Spot(msgspec.Struct, frozen=True):
    """A place: line and column (in characters) from 1, offset in bytes of the UTF-8 text from 0."""

    line: int
    column: int
    offset: int


class Place(msgspec.Struct, frozen=True):
    """Where an element stands: its start ``tag``, the ``name`` in it, and the first character of its ``value``.

    ``value`` is the tag when there is none. ``name`` and ``inside``, what follows the tag, are ``None`` for an
    attribute.
    """

    tag: Spot
    value: Spot
    name: Spot | None = None
    inside: Spot | None = None


class _Wanted:
    """A node of the tree of wanted paths."""

    __slots__ = ("attributes", "children", "left", "path")

    def __init__(self) -> None:
        self.children: dict[tuple[str, int], _Wanted] = {}
        self.attributes: dict[str, str] = {}
        self.path: str | None = None
        self.left = 0  # how many paths that end in it are neither found nor missing


_STEP = re.compile(r"([^\[\]/@]+)(?:\[(\d+)\])?")
# Possessive: a start tag of a megabyte is matched without remembering each step.
TAG = re.compile(rb"<(?![!?])(/?)(?:[^\s<>/:]+:)?([^\s<>/]+)((?:[^<>\"'/]++|\"[^\"]*+\"|'[^']*+'|/(?!>))*+)(/?)>")
_CLOSING = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_ASIDE = ((b"<!--", b"-->"), (b"<?", b"?>"))
OPENING = re.compile(rb"<!--|<!\[CDATA\[|<\?")
# The widest a single tag may be: beyond it the scan gives up, as the parsers do.
_WIDEST = 16 << 20


def locate(pieces: Iterable[bytes], paths: Iterable[str]) -> dict[str, Place]:
    """The places of the elements of ``paths`` in a document given as pieces of UTF-8.

    A path is relative to the message element, ``PmtInf[2]/CdtTrfTxInf[7]/Amt/InstdAmt``, with ``/@Ccy`` for an
    attribute; a step without number means the first. ``Document`` is the root, ``Document/NAME`` the message element
    itself. A path that leads nowhere is missing from the answer; nothing is ever raised.
    """
    return PlaceScan(pieces).run(paths)


@lru_cache(maxsize=256)
def _key(step: str) -> tuple[str, int] | None:
    """Name and number of a step of a path; ``None`` when it is none."""
    match = _STEP.fullmatch(step)
    return (match[1], int(match[2] or 1)) if match is not None else None


def _tree(paths: Iterable[str]) -> _Wanted:
    """The tree of the paths."""
    root = _Wanted()
    for path in set(paths):
        steps = path.split("/")
        # `Document` and `Document/NAME` name the two levels above; any other path begins under the message element.
        steps = steps if steps[0] == "Document" else ["Document", "*", *steps]
        node = root
        way = [root]
        for step in steps:
            if step.startswith("@"):
                continue
            key = _key(step)
            if key is None:
                break
            below = node.children.get(key)
            if below is None:
                below = node.children[key] = _Wanted()
            node = below
            way.append(node)
        else:
            if steps[-1].startswith("@"):
                node.attributes[steps[-1][1:]] = path
            else:
                node.path = path
            for node in way:
                node.left += 1
    return root


class PlaceScan:
    """One walk over the tags, with a window of bytes that moves forward.

    ``lines`` are counted unless nobody asks for more than offsets.
    """

    def __init__(self, pieces: Iterable[bytes], *, lines: bool = True) -> None:
        self._pieces = iter(pieces)
        self._lines = lines
        # The elements that are open, with their numbers, how often each name stood in them, and their names as written.
        self._open: list[tuple[str, int, dict[str, int], bytes]] = [("", 1, {}, b"")]
        self._window = b""
        self._base = 0  # offset of the window's first byte
        self._at = 0  # position in the window
        self._mark = (0, 1, 1)  # offset, line, column counted so far
        self._found: dict[str, Place] = {}
        self._missing: set[str] = set()  # paths whose parent has gone by without them

    def run(self, paths: Iterable[str]) -> dict[str, Place]:
        """The places of paths; a further run goes on where the last one stopped."""
        root = _tree(paths)
        self._found, self._missing = {}, set()
        # One node of wanted paths for each open element.
        nodes = [root]
        for level, (name, number, _, _) in enumerate(self._open[1:], 1):
            nodes.append(_child(nodes[-1], level, name, number) or _Wanted())
        while self._open and root.left > 0:
            if nodes[-1].left <= 0:
                # Nothing more is asked for in this element.
                self._skip(self._open.pop()[3])
                nodes.pop()
                continue
            match = self._next_tag()
            if match is None:
                break
            closing, raw, attributes, empty = match.groups()
            known = len(self._found) + len(self._missing)
            if closing:
                self._open.pop()
                self._give_up(nodes.pop())
            else:
                counts = self._open[-1][2]
                name = raw.decode("utf-8", "replace")
                number = counts[name] = counts.get(name, 0) + 1
                child = _child(nodes[-1], len(nodes), name, number)
                written = self._window[match.start() + 1 : match.end(2)]
                if child is None:
                    if not empty:
                        self._skip(written)
                    continue
                self._note(child, match, attributes)
                if empty:
                    self._give_up(child)
                else:
                    nodes.append(child)
                    self._open.append((name, number, {}, written))
            known -= len(self._found) + len(self._missing)
            if known:
                for node in nodes:
                    node.left += known
        return self._found

    def _give_up(self, node: _Wanted) -> None:
        """Nothing of this node can come any more: the scan need not go on for it."""
        if node.left <= 0:
            return
        for path in (node.path, *node.attributes.values()):
            if path is not None and path not in self._found:
                self._missing.add(path)
        for child in node.children.values():
            self._give_up(child)

    def _note(self, node: _Wanted, match: re.Match[bytes], attributes: bytes) -> None:
        if node.path is None and not node.attributes:
            return
        start, end = self._base + match.start(), self._base + match.end()
        label_at, attributes_at = self._base + match.start(2), self._base + match.start(3)
        tag = self._spot(start)
        for name, path in sorted(node.attributes.items()):
            attribute = re.search(rb"(?:^|[\s:])" + re.escape(name.encode()) + rb"\s*=\s*[\"']", attributes)
            if attribute is not None:
                place = self._spot(attributes_at + attribute.end(), keep=True)
                self._found[path] = Place(tag, place)
            else:
                self._missing.add(path)
        if node.path is not None:
            label = self._spot(label_at, keep=True)
            inside = self._spot(end, keep=True)
            value = self._value_at(end) if not match[4] else None
            self._found[node.path] = Place(tag, tag if value is None else self._spot(value), label, inside)

    def _value_at(self, offset: int) -> int | None:
        """The offset of the first character of a text that begins at ``offset``; ``None`` when there is none."""
        while True:
            at = offset - self._base
            while at < len(self._window) and self._window[at] in b" \t\r\n":
                at += 1
            if at + 9 > len(self._window) and self._more():
                continue
            ending = next((end for start, end in _ASIDE if self._window.startswith(start, at)), None)
            if ending is None:
                break
            # A comment or an instruction before the text is no part of it.
            behind = self._window.find(ending, at + 2)
            if behind >= 0:
                offset = self._base + behind + len(ending)
            elif not self._more():
                return None
        if at >= len(self._window):
            return None
        if self._window.startswith(b"<![CDATA[", at):
            return self._base + at + 9
        return None if self._window.startswith(b"<", at) else self._base + at

    def _spot(self, offset: int, *, keep: bool = False) -> Spot:
        """Line and column of an offset at or after the last one; ``keep`` leaves the count where it was."""
        if not self._lines:
            return Spot(0, 0, offset)
        mark, line, column = self._mark
        text = self._window[mark - self._base : offset - self._base]
        lines = text.count(b"\n")
        if lines:
            line += lines
            column = 1
            text = text[text.rindex(b"\n") + 1 :]
        column += characters(text)
        if not keep:
            self._mark = (offset, line, column)
        return Spot(line, column, offset)

    def _next_tag(self) -> re.Match[bytes] | None:
        """The next start or end tag; comments, CDATA sections and instructions are passed over."""
        while True:
            at = self._window.find(b"<", self._at)
            if at < 0:
                self._at = len(self._window)
                if not self._more():
                    return None
                continue
            match = TAG.match(self._window, at)
            if match is not None:
                self._at = match.end()
                return match
            self._at = at
            if len(self._window) - at < 9 and self._more():
                continue
            opening = OPENING.match(self._window, at)
            if opening is not None:
                if not self._pass(opening):
                    return None
                continue
            if self._window.find(b">", self._at) >= 0 and self._window.startswith(b"<!", self._at):
                return None
            if len(self._window) - self._at > _WIDEST or not self._more():
                return None

    def _pass(self, opening: re.Match[bytes]) -> bool:
        """Move behind a comment, CDATA section or instruction."""
        end = _CLOSING[opening[0]]
        self._at = opening.end()
        while True:
            at = self._window.find(end, self._at)
            if at >= 0:
                self._at = at + len(end)
                return True
            self._at = max(self._at, len(self._window) - len(end) + 1)
            if not self._more():
                return False

    def _skip(self, name: bytes) -> None:
        """Move behind the end tag of an element that nobody asks for, or for nothing more, at the speed of a search.

        ``name`` is as it is written, with its prefix.
        """
        window, at = self._window, self._at
        end = window.find(b"</" + name, at)
        behind = end + len(name) + 3
        if end >= 0 and window.startswith(b">", behind - 1):
            # The first end tag is its own, unless there is another of the name in it, or what may hide a tag.
            others = window.find(b"<" + name, at, end), window.find(b"<!", at, end), window.find(b"<?", at, end)
            if max(others) < 0:
                self._at = behind
                return
        pattern = inside(name.rpartition(b":")[2])
        depth = 1
        while depth:
            match = pattern.search(self._window, self._at)
            if match is None:
                # Keep what may be the beginning of a tag.
                last = self._window.rfind(b"<", self._at)
                self._at = last if last >= 0 else len(self._window)
                if len(self._window) - self._at > _WIDEST or not self._more():
                    self._at = len(self._window)
                    return
                continue
            self._at = match.start()
            if match[1] is not None:
                if not self._pass(match):
                    return
                continue
            tag = TAG.match(self._window, self._at)
            if tag is None:
                if len(self._window) - self._at > _WIDEST or not self._more():
                    self._at = len(self._window)
                    return
                continue
            self._at = tag.end()
            depth += -1 if tag[1] else 0 if tag[4] else 1

    def _more(self) -> bool:
        """Read on: drop what lies behind, count its lines, add at least as much as is kept. False at the end."""
        if self._at:
            if self._mark[0] < self._base + self._at:
                self._spot(self._base + self._at)
            self._window = self._window[self._at :]
            self._base += self._at
            self._at = 0
        wanted = max(1, len(self._window))
        got: list[bytes] = []
        size = 0
        for piece in self._pieces:
            got.append(piece)
            size += len(piece)
            if size >= wanted:
                break
        self._window += b"".join(got)
        return size > 0


def after(window: bytes, opening: re.Match[bytes]) -> int:
    """The position behind the comment, CDATA section or instruction that begins at a match of :data:`OPENING`.

    -1 when it does not end in the window.
    """
    ending = _CLOSING[opening[0]]
    at = window.find(ending, opening.end())
    return at + len(ending) if at >= 0 else -1


def _child(node: _Wanted, level: int, name: str, number: int) -> _Wanted | None:
    """The wanted node of an element in one that is ``level`` steps below the document."""
    child = node.children.get((name, number))
    if level > 2:
        return child
    if child is None:
        # The root and the message element may have any name: their rules say so, the places still hold.
        return node.children.get(("Document" if level == 1 else "*", number))
    if level == 2 and ("*", number) in node.children:
        return _joined(child, node.children["*", number])
    return child


def _joined(one: _Wanted | None, other: _Wanted) -> _Wanted:
    if one is None:
        return other
    node = _Wanted()
    node.children = {**one.children, **other.children}
    node.attributes = {**one.attributes, **other.attributes}
    node.path = one.path or other.path
    node.left = one.left + other.left
    return node


def whole_tag(data: bytes, at: int) -> bool:
    """True when a complete start tag stands at ``at``."""
    return TAG.match(data, at) is not None


@lru_cache(maxsize=256)
def inside(name: bytes) -> re.Pattern[bytes]:
    """What matters inside an unwanted element: tags of its own name, and what may hide them."""
    return re.compile(rb"(<!--|<!\[CDATA\[|<\?)|</?(?:[^\s<>/:]+:)?" + re.escape(name) + rb"(?=[\s/>])")


def placed(findings: list[Finding], pieces: Callable[[], Iterable[bytes]]) -> list[Finding]:
    """The findings with line and column of the value they quote; of the nearest element where it should stand."""
    wanted: set[str] = set()
    for finding in findings:
        path = finding.location.path
        if path is not None and finding.location.line is None:
            wanted.update(_upwards(path))
    if not wanted:
        return findings
    places = locate(pieces(), wanted)
    return [_place(finding, places) for finding in findings]


def _upwards(path: str) -> Iterable[str]:
    """The path and the paths of what it stands in."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _place(finding: Finding, places: dict[str, Place]) -> Finding:
    location = finding.location
    if location.path is None or location.line is not None:
        return finding
    for path in _upwards(location.path):
        place = places.get(path)
        if place is not None:
            spot = place.value if path == location.path else place.tag
            column = spot.column
            if path == location.path and finding.found and finding.found.strip(" \t\r\n"):
                # The place of a value is its first letter; what is quoted may begin with blanks before it.
                blanks = len(finding.found) - len(finding.found.lstrip(" \t"))
                column = max(1, column - blanks)
            elif path == location.path and finding.found and place.inside is not None:
                # A value of blanks has no letter: it begins behind the tag.
                spot, column = place.inside, place.inside.column
            return msgspec.structs.replace(finding, location=_at(location, spot.line, column))
    return finding


def _at(location: Location, line: int, column: int) -> Location:
    return msgspec.structs.replace(location, line=line, column=column)
