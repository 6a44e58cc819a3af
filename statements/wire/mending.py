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
from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from heapq import merge
from typing import Literal

from statements.findings import Finding, Proposal


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
    edits = iter(sorted(edit for proposal in chosen for edit in proposal.edits()))
    yield from _coded(_edited(pieces, edits), chosen[0].encoding if chosen else "")


def _coded(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Pieces in an encoding as UTF-8; as they are where it is empty."""
    if not encoding:
        yield from pieces
        return
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    begun = False
    for piece in pieces:
        text = decoder.decode(piece)
        if text and not begun:
            # The byte order mark goes with the encoding that needed it.
            text, begun = text.removeprefix("\ufeff"), True
        yield text.encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _edited(pieces: Iterable[bytes], edits: Iterator[tuple[int, bytes, bytes]]) -> Iterator[bytes]:
    edit = next(edits, None)
    window, base = b"", 0
    for piece in pieces:
        window += piece
        out: list[bytes] = []
        at = 0
        while edit is not None and edit[0] - base + len(edit[1]) <= len(window):
            offset, old, new = edit
            start = offset - base
            if not window.startswith(old, start):
                there = window[start : start + len(old)]
                raise ValueError(f"byte {offset}: {there[:40]!r} where {old[:40]!r} is quoted")
            out += (window[at:start], new)
            at = start + len(old)
            edit = next(edits, None)
        # What an edit may still need stays; everything before it goes on.
        keep = len(window) if edit is None else max(at, min(len(window), edit[0] - base))
        out.append(window[at:keep])
        yield b"".join(out)
        window, base = window[keep:], base + keep
    if edit is not None:
        raise ValueError(f"byte {edit[0]}: the file ends before what is quoted")


_PLACES = 5
"""So many places of each rule are kept to be shown."""

Kind = tuple[str, Literal["safe", "review"]]
"""A rule with the grade of its proposal."""


class Remedies:
    """The proposals of one file, however many, in few bytes each: what they change, and the first places of each rule.

    ``wanted`` says of a finding whether its proposal is to be obeyed. Of two that touch the same bytes the first in the
    file goes; one of several places goes before those of one place, and a change of the encoding alone.
    """

    def __init__(self, wanted: Callable[[Finding], bool] = lambda finding: True) -> None:
        self._wanted = wanted
        self._texts = bytearray()
        self._starts, self._offsets = array("q"), array("q")
        self._olds, self._news = array("L"), array("L")
        self._rules: dict[Kind, int] = {}
        self._kinds = array("H")
        self._whole: dict[int, Finding] = {}
        self._first: dict[Kind, list[tuple[int, int, Finding]]] = {}

    def without(self, rules: Collection[str]) -> Remedies:
        """The same, which takes no proposal of some rules from now on."""
        wanted = self._wanted
        self._wanted = lambda finding: finding.id not in rules and wanted(finding)
        return self

    @property
    def size(self) -> int:
        """How many proposals were taken."""
        return len(self._offsets)

    def take(self, finding: Finding) -> None:
        """Take the proposal of a finding, if it is wanted."""
        proposal = finding.proposal
        if proposal is None or not self._wanted(finding):
            return
        number = self.size
        if proposal.more or proposal.encoding:
            self._whole[number] = finding
        offset, old, new = next(proposal.edits())
        self._starts.append(len(self._texts))
        self._texts += old
        self._texts += new
        self._offsets.append(offset)
        self._olds.append(len(old))
        self._news.append(len(new))
        kind = finding.id, proposal.grade
        self._kinds.append(self._rules.setdefault(kind, len(self._rules)))
        first = self._first.setdefault(kind, [])
        if len(first) < _PLACES or offset < first[-1][0]:
            insort(first, (offset, number, finding), key=lambda each: each[:2])
            del first[_PLACES:]

    def cut(self, size: int) -> None:
        """Forget all but the first ``size`` proposals."""
        if size < self.size:
            del self._texts[self._starts[size] :]
            for column in (self._starts, self._offsets, self._olds, self._news, self._kinds):
                del column[size:]
            self._whole = {number: finding for number, finding in self._whole.items() if number < size}
            self._first = {rule: [each for each in first if each[1] < size] for rule, first in self._first.items()}

    def chosen(self) -> Chosen:
        """Those that can be obeyed at once; what is left out is told again for the mended file."""
        wholes = {finding.proposal: number for number, finding in reversed(self._whole.items())}
        kept = together(proposal for proposal in reversed(wholes) if proposal is not None)
        encoding = kept[0].encoding if kept else ""
        spans = sorted((offset, offset + max(1, len(old))) for each in kept for offset, old, _ in each.edits())
        numbers = array("L")
        end, taken = 0, 0
        for number in [] if encoding else sorted(range(self.size), key=self._offsets.__getitem__):
            start = self._offsets[number]
            behind = start + max(1, self._olds[number])
            while taken < len(spans) and spans[taken][1] <= start:
                taken += 1
            if number in self._whole or start < end or (taken < len(spans) and spans[taken][0] < behind):
                continue
            numbers.append(number)
            end = behind
        return Chosen(self, numbers, [wholes[each] for each in kept], kept)

    def _edit(self, number: int) -> tuple[int, bytes, bytes]:
        start, old = self._starts[number], self._olds[number]
        middle = start + old
        texts = self._texts
        return self._offsets[number], bytes(texts[start:middle]), bytes(texts[middle : middle + self._news[number]])


class Chosen:
    """The proposals of a :class:`Remedies` that are obeyed together."""

    def __init__(
        self, gathered: Remedies, singles: Sequence[int], wholes: list[int], proposals: list[Proposal]
    ) -> None:
        self._gathered = gathered
        self._singles = singles
        self._wholes = wholes
        self._proposals = proposals

    def __len__(self) -> int:
        """How many proposals these are."""
        return len(self._singles) + len(self._wholes)

    def counts(self) -> dict[Kind, int]:
        """How many of each rule and grade."""
        kinds = Counter(self._gathered._kinds[number] for number in (*self._singles, *self._wholes))
        return {kind: kinds[number] for kind, number in self._gathered._rules.items() if kinds[number]}

    def first(self, kind: Kind) -> list[Finding]:
        """The first places of a rule with a grade, a few of them."""
        singles = self._singles
        found = []
        for offset, number, finding in self._gathered._first.get(kind, []):
            at = bisect_left(singles, offset, key=self._gathered._offsets.__getitem__)
            if number in self._wholes or (at < len(singles) and singles[at] == number):
                found.append(finding)
        return found

    def over(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes of the file with these proposals obeyed. Raises ``ValueError`` as :func:`mended` does."""
        edits = sorted(edit for proposal in self._proposals for edit in proposal.edits())
        singles = map(self._gathered._edit, self._singles)
        encoding = self._proposals[0].encoding if self._proposals else ""
        return _coded(_edited(pieces, merge(edits, singles)), encoding)
