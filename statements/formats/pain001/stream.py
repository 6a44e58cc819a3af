"""One pass over a payment file in flat memory: header, blocks, payments in batches, each forgotten when it was used.

libxml2 parses and, when a schema is given, validates while it is fed. Between two pieces the finished payments are
taken from its tree and cut off. A parser with a target of its own would validate nothing, so there is none here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
from lxml import etree

from statements.formats.pain001.scope import Level, Scope, local_name, scope_of

if TYPE_CHECKING:
    from lxml.etree import _Element

PAYMENT = "CdtTrfTxInf"
_START = f"<{PAYMENT}>"
_EMPTY = f"<{PAYMENT}/>"


class Group(msgspec.Struct, frozen=True):
    """The header of the file, complete."""

    element: Any


class BlockStart(msgspec.Struct, frozen=True):
    """A block begins: the elements before its first payment."""

    header: list[Any]
    line: int | None


class Batch(msgspec.Struct, frozen=True):
    """Finished payments of a block, as elements and as the text that libxml2 writes of them.

    ``text`` is empty when the elements and the text cannot be counted side by side (a payment in strange company).
    """

    elements: list[Any] | None
    parent: Any
    first: int
    count: int
    text: str

    def element(self, position: int) -> _Element:
        """The payment at a position from 0."""
        found: _Element = self.parent[self.first + position] if self.elements is None else self.elements[position]
        return found

    def scope(self, position: int, block: int, number: int, index: int) -> Scope:
        """The texts of the payment at a position; block, number and index are as in :class:`Scope`."""
        prefix = f"PmtInf[{block}]/{PAYMENT}[{number}]"
        return scope_of(self.element(position), Level.PAYMENT, prefix, block=block, number=number, index=index)


class BlockEnd(msgspec.Struct, frozen=True):
    """A block ends: all its elements that are no payments."""

    header: list[Any]


class End(msgspec.Struct, frozen=True):
    """The document ends. ``faulty`` when the schema found a fault."""

    faulty: bool


Event = Group | BlockStart | Batch | BlockEnd | End


def walk(
    pieces: Callable[[], Iterable[bytes]], namespace: str, schema: etree.XMLSchema | None = None
) -> Iterator[Event]:
    """The events of a document; ``pieces`` gives its UTF-8 anew each time it is called.

    Raises ``XMLSyntaxError`` when the document is not well-formed. A schema fault raises nothing: :class:`End` says it.
    """
    parser = etree.XMLPullParser(
        events=("start",),
        tag=f"{{{namespace}}}Document",
        schema=schema,
        remove_comments=True,
        remove_pis=True,
        # Not False: with a schema attached lxml then takes a broken or cut document for a whole one. There is nothing
        # to resolve anyway: a DOCTYPE is refused before any parser sees the file.
        resolve_entities="internal",  # type: ignore[arg-type]  # the stubs know bool only
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    root: Any = None
    blocks = _Blocks()
    faulty = False
    try:
        for piece in pieces():
            parser.feed(piece)
            if root is None:
                root = next((element for _, element in parser.read_events()), None)
            if root is not None:
                yield from _advance(root, blocks, final=False)
        parser.close()
    except etree.XMLSyntaxError:
        if schema is None:
            raise
        # With a schema the error may speak of either; the logs of libxml2 mix them. A reading without tells them apart.
        etree.clear_error_log()
        for _ in walk(pieces, namespace):
            pass
        faulty = True
    if root is not None:
        yield from _advance(root, blocks, final=True)
    yield End(faulty)


def _advance(root: _Element, blocks: _Blocks, *, final: bool) -> Iterator[Event]:
    """Everything that is finished: an element is when another follows it, or the document has ended."""
    if not len(root):
        return
    message = root[0]
    while len(message):
        part = message[0]
        complete = final or len(message) > 1
        name = local_name(part.tag)
        if name == "PmtInf":
            yield from blocks.advance(part, complete)
        elif name == "GrpHdr" and complete:
            yield Group(part)
        if not complete:
            return
        del message[0]


class _Blocks:
    """The block at hand."""

    __slots__ = ("_started",)

    def __init__(self) -> None:
        self._started = False

    def advance(self, block: Any, complete: bool) -> Iterator[Event]:
        first = next((place for place, part in enumerate(block) if local_name(part.tag) == PAYMENT), None)
        if first is not None:
            count = len(block) - first - (0 if complete else 1)
            if count > 0:
                if not self._started:
                    self._started = True
                    yield BlockStart(list(block[:first]), block.sourceline)
                yield from self._payments(block, first, count)
        if complete:
            if not self._started:
                yield BlockStart([part for part in block if local_name(part.tag) != PAYMENT], block.sourceline)
            yield BlockEnd([part for part in block if local_name(part.tag) != PAYMENT])
            self._started = False

    def _payments(self, block: Any, first: int, count: int) -> Iterator[Event]:
        text = etree.tostring(block, encoding="unicode", with_tail=False)
        if block.prefix:
            # Text holds no "<" of its own, so a prefix can be dropped wherever a tag begins.
            text = text.replace(f"<{block.prefix}:", "<").replace(f"</{block.prefix}:", "</")
        # The payment that is still being read may be an empty tag as yet.
        if text.count(_START) + text.count(_EMPTY) == len(block) - first and _START in text:
            yield Batch(None, block, first, count, text[text.index(_START) :])
            del block[first : first + count]
            return
        elements = [part for part in block[first : first + count] if local_name(part.tag) == PAYMENT]
        yield Batch(elements, block, first, len(elements), "")
        for element in elements:
            block.remove(element)
