"""What an element has too many of: taken out and counted before anybody looks at each.

Both engines take quadratic time over a crowd: libxml2 says the path of every fault by counting siblings, the engine
that explains measures the parent anew for each child. An unknown child is one fault by itself, so its count stays true;
of many children of one name some may be right, so what is said of them is the least there can be.

    >>> part = etree.fromstring("<A><X/><Nm/><X/>y<X/><Nm/></A>")
    >>> crowds = Crowds(part, frozenset({"Nm"}), 1)
    >>> crowds.take_out(), etree.tostring(part)
    (2, b'<A><X/><Nm/><Nm/>y</A>')
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from lxml import etree

from statements.formats.pain001.source import PIECE

_BLANKS = " \t\r\n"
# So many children of one name that the message knows are looked at.
_OF_ONE_NAME = 1_000
# So much of the text that stood between what is taken out is kept: it is one fault, and its beginning is quoted.
_TEXT = 1_000
# So many runs of children are cut out at once; of more each child goes by itself.
_RUNS = 64
_CROWDED: Any = etree.XPath("descendant-or-self::*[count(*) > $most]")
_ELEMENTS: Any = etree.XPath("count(descendant-or-self::*)")


class Crowds:
    """The crowds of one part. ``names`` are the tags that the message knows, of others ``few`` are kept in a parent."""

    def __init__(self, part: Any, names: Collection[str], few: int) -> None:
        self._names = names
        self._few = few
        crowded: list[Any] = _CROWDED(part, most=few)
        self._surplus = [(parent, *self._runs(parent)) for parent in crowded]
        self.known = any(known for _, _, _, known, _ in self._surplus)
        """Children of a known name are among those to take out."""

    def _runs(self, parent: Any) -> tuple[list[list[int]], int, bool, str]:
        """Which children are too many, as runs of positions; how many are unknown; are there known ones; loose text."""
        runs: list[list[int]] = []
        met: dict[str, int] = {}
        unknown, known = 0, False
        loose: list[str] = []
        size = 0
        for position, child in enumerate(parent.iterchildren()):
            tag = child.tag
            if not isinstance(tag, str):
                continue
            name = tag if tag in self._names else ""
            count = met[name] = met.get(name, 0) + 1
            if count <= (max(self._few, _OF_ONE_NAME) if name else self._few):
                continue
            if name:
                known = True
            else:
                unknown += 1
            if runs and runs[-1][1] == position:
                runs[-1][1] += 1
            else:
                runs.append([position, position + 1])
            if size < _TEXT and child.tail is not None and child.tail.strip(_BLANKS):
                loose.append(child.tail)
                size += len(child.tail)
        return runs, unknown, known, "".join(loose)[:_TEXT]

    def take_out(self) -> int:
        """Take them out of the tree. The number of unknown children that went."""
        left_out = 0
        for parent, runs, unknown, _, loose in self._surplus:
            left_out += unknown
            _cut(parent, runs)
            if loose:
                last = parent[-1]
                last.tail = (last.tail or "") + loose
        return left_out


def _cut(parent: Any, runs: list[list[int]]) -> None:
    """Remove runs of children. A long list of them is walked once: lxml finds a position by counting."""
    if len(runs) <= _RUNS:
        for start, stop in reversed(runs):
            del parent[start:stop]
        return
    child: Any = parent[0]
    position = 0
    for start, stop in runs:
        while position < stop:
            following = child.getnext()
            if position >= start:
                parent.remove(child)
            child, position = following, position + 1


def elements(part: Any) -> int:
    """How many elements a part is, itself among them."""
    return int(_ELEMENTS(part))


def accepts(schema: etree.XMLSchema, part: Any) -> bool:
    """The verdict of libxml2 on a part as a document of its own: it says no paths, and stops soon behind a fault."""
    parser = etree.XMLParser(schema=schema, resolve_entities=False, no_network=True, huge_tree=False)
    text = etree.tostring(part, encoding="utf-8", with_tail=False)
    try:
        for start in range(0, len(text), PIECE):
            parser.feed(text[start : start + PIECE])
        parser.close()
    except etree.XMLSyntaxError:
        return False
    return True
