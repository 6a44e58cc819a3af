"""One pass over a payment file in flat memory: header, blocks, payments in batches, each forgotten when it was used.

libxml2 reads the same bytes first: it says whether they are XML and, given a schema, whether they follow it. Its tree
is thrown away as it grows. The texts are taken from the bytes themselves (:mod:`statements.formats.pain001.scan`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from lxml import etree

from statements.formats.pain001.events import End, Event, SchemaRefuses
from statements.formats.pain001.scan import Groups, Scan
from statements.formats.pain001.schema.forms import Forms
from statements.formats.pain001.scope import REMOVED, Shape

if TYPE_CHECKING:
    from lxml.etree import _Element

_STOPPED = 12_000_000
"""Bytes without a further element: more than libxml2 takes as one text, comment or tag."""
# The one character that no XML holds and no form sees: it is taken out of texts as the mark of what a comment hid.
_UNSEEN = REMOVED.encode()


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
    scan = Scan(Unlike(forms), plain=True) if forms is not None else Scan()
    verdict = _Verdict(namespace, schema)

    def judge(step: Callable[[], None]) -> Iterator[SchemaRefuses]:
        """A step of libxml2, unless the schema was found not to be followed: then nothing is asked any more."""
        if verdict.refused:
            return
        try:
            step()
        except etree.XMLSyntaxError:
            if schema is None:
                raise
            verdict.refused = True
        if verdict.refused:
            scan.hand_on_nothing()
            _well_formed(pieces, namespace)
            yield SchemaRefuses()

    for piece in pieces():
        if forms is None:
            yield from judge(partial(verdict.feed, piece))
        elif _UNSEEN in piece:
            _well_formed(pieces, namespace)
        # The verdict comes first: it decides what is asked of the payments.
        events = list(scan.feed(piece))
        if forms is not None:
            yield from judge(lambda: verdict.feed(_encoded(scan.unread())))
        yield from events
    events = list(scan.close())
    if forms is not None:
        yield from judge(lambda: verdict.feed(_encoded(scan.unread())))
    yield from events
    yield from judge(verdict.close)
    yield End(verdict.refused)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


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


class Unlike:
    """The payments that libxml2 has to read: one of each shape, and those with a value that has not its form."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._read: set[Shape] = set()

    def unread(self, text: str, groups: Groups, starts: Sequence[int], end: int, *, first: bool) -> Iterable[str]:
        """See :class:`~.scan.Passing`."""
        # Some payment of each block: the schema wants one.
        wanted = {0} if first else set()
        for shape, (positions, columns) in groups.items():
            wanted.update(positions[odd] for odd in self._forms.odd(shape, columns))
            if shape not in self._read:
                wanted.add(positions[0])
                if len(self._read) >= _MOST_SHAPES:
                    self._read.clear()
                self._read.add(shape)
        ends = (*starts[1:], end)
        return [text[starts[position] : ends[position]] for position in sorted(wanted)]


_MOST_SHAPES = 1_024


class _Verdict:
    """libxml2 over a document whose tree is cut off as it grows. ``refused`` once it does not follow the schema."""

    __slots__ = ("_ended", "_idle", "_last", "_parser", "_root", "_schema", "refused")

    def __init__(self, namespace: str, schema: etree.XMLSchema | None) -> None:
        self._root: _Element | None = None
        self._schema = schema
        self.refused = False
        self._ended = False
        self._last: _Element | None = None
        self._idle = 0  # bytes since the tree grew
        # A parser with a target of its own would validate nothing, so there is none here.
        self._parser: Any = etree.XMLPullParser(
            events=("start", "end"),
            tag=f"{{{namespace}}}Document",
            schema=schema,
            # They show that the parser goes on, and are cut off like everything else.
            remove_comments=False,
            remove_pis=False,
            # Not False: with a schema attached lxml then takes a broken or cut document for a whole one. There is
            # nothing to resolve anyway: a DOCTYPE is refused before any parser sees the file.
            resolve_entities="internal",  # type: ignore[arg-type]  # the stubs know bool only
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )

    def feed(self, piece: bytes) -> None:
        self._parser.feed(piece)
        if self._schema is not None:
            # A fault of the schema raises nothing before the end: all that follow would be noted, too.
            self.refused = any(entry.domain_name == "SCHEMASV" for entry in self._parser.feed_error_log)
        for event, element in self._parser.read_events():
            if self._root is None:
                self._root = element
            self._ended = event == "end" and element is self._root
        element, grown = self._root, False
        # The last child of each open element stays: libxml2 builds on it.
        while element is not None and (count := len(element)):
            if count > 1:
                grown = True
                del element[:-1]
            element = element[0]
        self._idle = 0 if grown or element is not self._last else self._idle + len(piece)
        self._last = element
        if self._idle > _STOPPED and self._root is not None and not self._ended:
            # A parser that has met a fault takes whatever comes and keeps it: it has to be asked.
            self._parser.close()

    def close(self) -> None:
        self._parser.close()
