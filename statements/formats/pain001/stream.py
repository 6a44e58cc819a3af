"""One pass over a payment file in flat memory: header, blocks, payments in batches, each forgotten when it was used.

libxml2 reads the same bytes first: it says whether they are XML and, given a schema, whether they follow it. Its tree
is thrown away as it grows. The texts are taken from the bytes themselves (:mod:`statements.formats.pain001.scan`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from lxml import etree

from statements.formats.pain001.events import End, Event
from statements.formats.pain001.scan import Scan
from statements.formats.pain001.schema.forms import Forms
from statements.formats.pain001.scope import REMOVED

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

    __slots__ = ("_ended", "_idle", "_last", "_parser", "_root")

    def __init__(self, namespace: str, schema: etree.XMLSchema | None) -> None:
        self._root: _Element | None = None
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
