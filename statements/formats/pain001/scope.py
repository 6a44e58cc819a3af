"""What a rule looks at: the header of the file, the header of a block, or one payment, by the paths of its texts.

The tags of an element, without the texts in them, are its *shape*. A file repeats few shapes, so each is compiled once
into a :class:`Shape`: which text goes to which path. A :class:`Scope` is a shape with the texts of one element.

    >>> texts = "<RmtInf><Ustrd>x</Ustrd><Ustrd>y</Ustrd></RmtInf>"
    >>> xml = f"<T><PmtId><EndToEndId>A &amp; B</EndToEndId></PmtId>{texts}</T>"
    >>> scope = scope_of(xml, Level.PAYMENT, block=1, number=3, index=3)
    >>> scope.text("PmtId/EndToEndId"), scope.paths("Ustrd"), "PmtTpInf" in scope
    ('A & B', ['RmtInf/Ustrd', 'RmtInf/Ustrd[2]'], False)
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence

REMOVED = "\x01"
"""Stands for a line end that a comment took away: see :class:`Plain` in plain.py."""
_REFERENCE = re.compile(r"&(?:#x([0-9A-Fa-f]{1,8})|#([0-9]{1,9})|([a-z]{2,4}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}

# A tag without its brackets: is it an end tag, the name without prefix, the attributes, is it empty.
_TOKEN = re.compile(r"""(/?)(?:[^\s/:"'=<>]+:)?([^\s/"'=<>]+)((?:[^"'/<>]|"[^"<>]*"|'[^'<>]*'|/(?!\Z))*+)(/?)""")
_CURRENCY = re.compile(r"""(?:\A|\s)Ccy\s*=\s*(?:"([^"]*)"|'([^']*)')""")
VALUES = re.compile(">([ \t\r\n]*+[^ \t\r\n<][^<]*+)</")
"""Cuts an element into its tags and its texts, in turn; blanks alone stay among the tags."""
MARK = "\0"
"""Stands for a text among tags: the one character that no XML document can hold."""
# No message goes so deep: what stands below has no paths, which would grow with the depth.
_DEEPEST = 20
_TAGS = re.compile(">([^<]*)<")


class Level(enum.Enum):
    """Where a scope stands; the level of the predicted answer that an error there refuses."""

    GROUP = "group"
    BLOCK = "payment"
    PAYMENT = "transaction"


def unresolved(raw: str) -> bool:
    """True when a text may not be what XML means by it: it holds a reference, another line end, the mark of one."""
    return "&" in raw or "\r" in raw or REMOVED in raw


def text_of(raw: str) -> str:
    """A text as XML means it: references and line ends resolved.

    >>> text_of("A &#38; B &lt;\\r\\n"), text_of("plain")
    ('A & B <\\n', 'plain')
    """
    if not unresolved(raw):
        return raw
    raw = raw.replace(REMOVED, "").replace("\r\n", "\n").replace("\r", "\n")
    return _REFERENCE.sub(_character, raw) if "&" in raw else raw


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED.get(match[3], match[0])
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if code < 0x110000 else match[0]


class Shape:
    """What a sequence of tags means. ``places`` tells for each path where its text stands.

    A whole number is a position among the texts; a string is a text that the tags themselves give (an empty element, a
    currency); ``None`` marks an element that holds elements. A second sibling of a name is ``Ustrd[2]``, an attribute
    ``@Ccy``. ``names`` finds the paths of an element name; ``texts`` is the number of texts.
    """

    __slots__ = ("_children", "_found", "names", "places", "texts")

    def __init__(self, places: Mapping[str, int | str | None], names: Mapping[str, list[str]], texts: int = 0) -> None:
        self.places = places
        self.names = names
        self.texts = texts
        self._children: dict[str, list[str]] | None = None
        self._found: dict[tuple[str, ...], list[str]] = {}

    def paths(self, names: tuple[str, ...]) -> list[str]:
        """The paths of every element of these names, wherever it stands."""
        found = self._found.get(names)
        if found is None:
            found = self._found[names] = [path for name in names for path in self.names.get(name, ())]
        return found

    def children(self, path: str) -> list[str]:
        """The paths of the children of an element, in order; empty for an absent or childless one."""
        if self._children is None:
            # Made when first asked for, once: a payment may hold a hundred thousand elements.
            self._children = {}
            for each in self.places:
                if "@" not in each:
                    self._children.setdefault(each.rpartition("/")[0], []).append(each)
        return self._children.get(path, [])


EMPTY = Shape({}, {})
LARGE = Shape({}, {})
"""Stands for the shape of a very large element where nobody asks for it."""


def compiled(key: str) -> Shape | None:
    """The shape of an element from its tags: its text between its first bracket and the name in its end tag, with a
    :data:`MARK` in place of each text. ``None`` when that is not whole: it ends in between, or cannot be read.
    """
    text_of_tags = key.replace(MARK, f">{MARK}</")
    parts = _TAGS.split(text_of_tags[:-1])
    tags, gaps = parts[:-1:2], parts[1::2]
    if parts[-1] or not text_of_tags.endswith("</"):
        return None
    places: dict[str, int | str | None] = {}
    names: dict[str, list[str]] = {}
    # For each open element: the prefix of its children, how often each name stood in it, is it kept from sight.
    frames: list[tuple[str, dict[str, int], bool]] = [("", {}, False)]
    last = len(tags) - 1
    count_of_texts = 0
    for index, token in enumerate(tags):
        text: int | str = gaps[index]
        if text == MARK:
            text, count_of_texts = count_of_texts, count_of_texts + 1
        elif MARK in gaps[index]:
            return None
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        closing, name, attributes, empty = match.groups()
        if not index:
            continue
        if closing:
            if len(frames) == 1:
                return None
            frames.pop()
            continue
        prefix, counts, hidden = frames[-1]
        path = ""
        childless = bool(empty) or (index < last and tags[index + 1].startswith("/"))
        if not hidden:
            count = counts[name] = counts.get(name, 0) + 1
            path = prefix + name if count == 1 else f"{prefix}{name}[{count}]"
            if name in names:
                names[name].append(path)
            else:
                names[name] = [path]
            if childless:
                places[path] = "" if empty else text if isinstance(text, int) else text_of(text)
                if attributes and (currency := _CURRENCY.search(attributes)) is not None:
                    places[path + "/@Ccy"] = _attribute(currency[1] or currency[2] or "")
            else:
                places[path] = None
        if not empty:
            # Whatever stands in SplmtryData is no part of the message and may use its names.
            frames.append((path + "/", {}, hidden or name == "SplmtryData" or len(frames) > _DEEPEST))
    return Shape(places, names, count_of_texts) if len(frames) == 1 else None


_ITS_NAME = re.compile(r"""\s([^\s<>="'/:]+)\s*=\s*\Z""")


def idle(key: str) -> str:
    """The tags of an element without the values of attributes that no message has: a number in each of them makes no
    shape of its own. The currency, namespaces and what has a prefix mean something.

    >>> idle('A n="1"><B Ccy="EUR" x="2"></')
    'A n=""><B Ccy="EUR" x=""></'
    """
    parts = key.split('"')
    for at in range(1, len(parts) - 1, 2):
        if ">" in parts[at] or MARK in parts[at]:
            return key
        name = _ITS_NAME.search(parts[at - 1][-_LONGEST_NAME:])
        if name is not None and name[1] not in ("Ccy", "xmlns"):
            parts[at] = ""
    return '"'.join(parts)


# Longer names are left as they are.
_LONGEST_NAME = 64


def _attribute(raw: str) -> str:
    return text_of(re.sub(r"\r\n|[\r\n\t]", " ", raw))


class Scope:
    """The texts of one element by relative path. ``block``, ``number`` and ``index`` count from 1: the block, the
    payment in its block, the payment in the file; 0 = none. ``prefix`` is its own path from the message element on.
    """

    __slots__ = ("_prefix", "block", "index", "level", "number", "shape", "texts")

    def __init__(
        self,
        level: Level,
        shape: Shape = EMPTY,
        texts: Sequence[str] = (),
        *,
        block: int = 0,
        number: int = 0,
        index: int = 0,
        prefix: str = "",
    ) -> None:
        self.level = level
        self.shape = shape
        self.texts = texts
        self.block = block
        self.number = number
        self.index = index
        self._prefix = prefix

    @property
    def prefix(self) -> str:
        """The path of the element: ``GrpHdr``, ``PmtInf[1]``, ``PmtInf[1]/CdtTrfTxInf[3]``."""
        if self._prefix:
            return self._prefix
        if self.level is Level.GROUP:
            return "GrpHdr"
        block = f"PmtInf[{self.block}]"
        return block if self.level is Level.BLOCK else f"{block}/CdtTrfTxInf[{self.number}]"

    def __contains__(self, path: object) -> bool:
        return path in self.shape.places

    def text(self, path: str) -> str | None:
        """The text of an element; ``None`` when it is absent or holds elements."""
        place = self.shape.places.get(path)
        return text_of(self.texts[place]) if isinstance(place, int) else place

    def word(self, path: str) -> str:
        """The text without blanks around it; empty when it is absent."""
        return (self.text(path) or "").strip()

    def items(self) -> Iterator[tuple[str, str | None]]:
        """Every path with its text, in the order of the file."""
        texts = self.texts
        for path, place in self.shape.places.items():
            yield path, text_of(texts[place]) if isinstance(place, int) else place

    def paths(self, *names: str) -> list[str]:
        """The paths of every element of these names, wherever it stands."""
        return self.shape.paths(names)

    def repeated(self, path: str) -> Iterator[str]:
        """The paths of an element that may occur several times: ``Ustrd``, ``Ustrd[2]`` …"""
        number, each = 1, path
        while each in self.shape.places:
            yield each
            number += 1
            each = f"{path}[{number}]"

    def children(self, path: str) -> list[str]:
        """The paths of the children of an element, in order; empty for an absent or childless one."""
        return self.shape.children(path)

    def has_content(self, path: str) -> bool:
        """True when the element is there and is not empty (``<PmtTpInf/>`` counts as absent)."""
        places = self.shape.places
        return path in places and (places[path] is None or bool(self.word(path)))

    def full(self, path: str) -> str:
        """The path from the message element on."""
        return f"{self.prefix}/{path}" if path else self.prefix


def leaf(path: str) -> str:
    """The last name of a path, without number or attribute mark.

    >>> leaf("RmtInf/Ustrd[2]"), leaf("Amt/InstdAmt/@Ccy")
    ('Ustrd', 'Ccy')
    """
    return path.rpartition("/")[2].partition("[")[0].lstrip("@")


def cut(xml: str) -> tuple[str, list[str]]:
    """The tags of an element, as :func:`compiled` wants them, and its texts.

    >>> tags, texts = cut('<A><B x="1">b</B></A>')
    >>> tags.split(MARK), texts
    (['A><B x="1"', 'B></'], ['b'])
    """
    parts = VALUES.split(xml[xml.find("<") + 1 : xml.rfind("</") + 2])
    return MARK.join(parts[::2]), parts[1::2]


def scope_of(xml: str, level: Level, *, block: int = 0, number: int = 0, index: int = 0, prefix: str = "") -> Scope:
    """The scope of an element as text without comments and the like; an empty one when its tags are not whole."""
    tags, texts = cut(xml)
    shape = compiled(tags)
    if shape is None:
        shape, texts = EMPTY, []
    return Scope(level, shape, texts, block=block, number=number, index=index, prefix=prefix)
