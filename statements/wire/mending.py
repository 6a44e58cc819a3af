"""Obeying proposals: the bytes of a file with some of its remedies applied, everything else byte for byte as it was.

>>> from statements.findings import Proposal
>>> blanks = Proposal(3, "BE68 5390", "BE685390", "safe")
>>> b"".join(mended([b"<I>BE68", b" 5390</I>"], [blanks]))
b'<I>BE685390</I>'
>>> b"".join(mended([b"<N>Caf\\xe9</N>"], [Proposal(0, "", "", "safe", encoding="iso8859-1")])).decode()
'<N>Café</N>'
"""

from __future__ import annotations

import codecs
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence

from statements.findings import Proposal


def together(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that can be obeyed at once, in the order they were told.

    Of two that touch the same bytes the one that was told first; a change of the encoding goes alone, because the
    places of all others are those of the bytes before it. What is left out is told again for the mended file.
    """
    told = list(dict.fromkeys(proposals))
    for proposal in told:
        if proposal.encoding:
            return [proposal]
    chosen: list[Proposal] = []
    taken: list[tuple[int, int]] = []
    for proposal in told:
        # An insertion takes its place like a byte: two at one place would have no order.
        spans = [(offset, offset + max(1, len(old))) for offset, old, _ in proposal.edits()]
        if not any(map(_overlaps, [taken] * len(spans), spans)):
            chosen.append(proposal)
            for span in spans:
                insort(taken, span)
    return chosen


def _overlaps(taken: Sequence[tuple[int, int]], span: tuple[int, int]) -> bool:
    at = bisect_left(taken, span)
    return (at < len(taken) and taken[at][0] < span[1]) or (at > 0 and taken[at - 1][1] > span[0])


def mended(pieces: Iterable[bytes], proposals: Iterable[Proposal]) -> Iterator[bytes]:
    """The bytes of a file in ``pieces`` with its ``proposals`` obeyed, as far as they can be obeyed :func:`together`.

    Raises ``ValueError`` when the bytes at a place are not those that a proposal quotes: it is of another file.
    """
    chosen = together(proposals)
    edited = _edited(pieces, sorted(edit for proposal in chosen for edit in proposal.edits()))
    encoding = chosen[0].encoding if chosen else ""
    if not encoding:
        yield from edited
        return
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    begun = False
    for piece in edited:
        text = decoder.decode(piece)
        if text and not begun:
            # The byte order mark goes with the encoding that needed it.
            text, begun = text.removeprefix("\ufeff"), True
        yield text.encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _edited(pieces: Iterable[bytes], edits: Sequence[tuple[int, bytes, bytes]]) -> Iterator[bytes]:
    waiting = list(reversed(edits))
    window, base = b"", 0
    for piece in pieces:
        window += piece
        while waiting:
            offset, old, new = waiting[-1]
            at = offset - base
            if at + len(old) > len(window):
                break
            if window[at : at + len(old)] != old:
                raise ValueError(f"byte {offset}: {window[at : at + len(old)][:40]!r} where {old[:40]!r} is quoted")
            yield window[:at] + new
            window, base = window[at + len(old) :], offset + len(old)
            waiting.pop()
        # What an edit may still need stays; everything before it goes on.
        size = min(len(window), max(0, waiting[-1][0] - base)) if waiting else len(window)
        yield window[:size]
        window, base = window[size:], base + size
    if waiting:
        raise ValueError(f"byte {waiting[-1][0]}: the file ends before what is quoted")
