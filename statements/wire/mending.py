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
from collections.abc import Iterable, Iterator, Sequence

from statements.findings import Proposal


def together(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Those that can be obeyed at once, in the order of the file.

    Of two that touch the same bytes the one that was told first; a change of the encoding goes alone, because the
    places of all others are those of the bytes before it. What is left out is told again for the mended file.
    """
    told = list(dict.fromkeys(proposals))
    for proposal in told:
        if proposal.encoding:
            return [proposal]
    chosen: list[tuple[int, int, Proposal]] = []
    for number, proposal in sorted(enumerate(told), key=lambda each: (each[1].offset, each[0])):
        end = proposal.offset + max(1, len(_bytes(proposal.old, "utf-8")))
        if not chosen or proposal.offset >= chosen[-1][0]:
            chosen.append((end, number, proposal))
        elif number < chosen[-1][1]:
            chosen[-1] = (end, number, proposal)
    return [proposal for _, _, proposal in chosen]


def mended(pieces: Iterable[bytes], proposals: Iterable[Proposal]) -> Iterator[bytes]:
    """The bytes of a file in ``pieces`` with its ``proposals`` obeyed, as far as they can be obeyed :func:`together`.

    Raises ``ValueError`` when the bytes at a place are not those that a proposal quotes: it is of another file.
    """
    chosen = together(proposals)
    encoding = chosen[0].encoding if chosen else ""
    if not encoding:
        yield from _edited(pieces, chosen, "utf-8")
        return
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    begun = False
    for piece in _edited(pieces, chosen, encoding):
        text = decoder.decode(piece)
        if text and not begun:
            # The byte order mark goes with the encoding that needed it.
            text, begun = text.removeprefix("\ufeff"), True
        yield text.encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _edited(pieces: Iterable[bytes], edits: Sequence[Proposal], encoding: str) -> Iterator[bytes]:
    waiting = list(reversed(edits))
    window, base = b"", 0
    for piece in pieces:
        window += piece
        while waiting:
            edit, old = waiting[-1], _bytes(waiting[-1].old, encoding)
            at = edit.offset - base
            if at + len(old) > len(window):
                break
            if window[at : at + len(old)] != old:
                raise ValueError(
                    f"byte {edit.offset}: {window[at : at + len(old)][:40]!r} where {old[:40]!r} is quoted"
                )
            yield window[:at] + _bytes(edit.new, encoding)
            window, base = window[at + len(old) :], edit.offset + len(old)
            waiting.pop()
        # What an edit may still need stays; everything before it goes on.
        size = min(len(window), max(0, waiting[-1].offset - base)) if waiting else len(window)
        yield window[:size]
        window, base = window[size:], base + size
    if waiting:
        raise ValueError(f"byte {waiting[-1].offset}: the file ends before what is quoted")


def _bytes(text: str, encoding: str) -> bytes:
    return text.encode(encoding)
