"""Doubles in flat memory: eight bytes for each value, looked at again only where two agree.

The first pass keeps a 64-bit hash of each value in 256 arrays. When the file has ended, values whose hash occurred
twice are candidates; a second look compares the texts themselves, so a collision of hashes is never reported. Python
keys its hash anew in each process: nobody can prepare a file of collisions, and the answer does not depend on the key.

    >>> seen = Doubles()
    >>> for text in ("A", "B", "A"): seen.add(text)
    >>> seen.candidates() == {hash("A")}
    True
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable

_BUCKETS = 256


class Doubles:
    """The hashes of one kind of value: references, or whole payments."""

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets: list[array[int]] | None = None

    def add(self, value: Hashable) -> None:
        """Note a value."""
        mark = hash(value)
        self.buckets[mark & 0xFF].append(mark)

    @property
    def buckets(self) -> list[array[int]]:
        """The arrays, by the lowest byte of the hash; the fast path appends to them itself."""
        if self._buckets is None:
            self._buckets = [array("q") for _ in range(_BUCKETS)]
        return self._buckets

    def candidates(self) -> frozenset[int]:
        """The hashes that occurred more than once. One bucket at a time, so that memory stays flat."""
        twice: set[int] = set()
        for bucket in self._buckets or ():
            once = set(bucket)
            if len(once) == len(bucket):
                continue
            seen: set[int] = set()
            for mark in bucket:
                if mark in seen:
                    twice.add(mark)
                seen.add(mark)
        return frozenset(twice)
