"""The elements that a schema refuses, whether their faults are listed or only counted: nothing else is said of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from itertools import accumulate

from statements.findings import Finding
from statements.formats.pain001.run import Block
from statements.formats.pain001.schema.told import Explained
from statements.formats.pain001.scope import Level

_NONE: frozenset[str] = frozenset()


class Faulty:
    """What an explanation found, asked by the places of other findings. ``blocks`` are those of the file, in order."""

    def __init__(self, explained: Explained, blocks: Sequence[Block]) -> None:
        self._explained = explained
        self._lasts = list(accumulate(block.payments for block in blocks))

    def holds(self, finding: Finding) -> bool:
        """True for a finding about an element that has its fault, or that stands in one."""
        path = finding.location.path or ""
        steps = path.split("/", 2)
        number = _number(steps[0], "PmtInf")
        if not number:
            return self.within(Level.GROUP, 0, path)
        if len(steps) > 1 and _number(steps[1], "CdtTrfTxInf"):
            before = self._lasts[number - 2] if 1 < number <= len(self._lasts) else 0
            index = before + _number(steps[1], "CdtTrfTxInf")
            return self.within(Level.PAYMENT, index, "/".join(steps[2:]))
        return self.within(Level.BLOCK, number, "/".join(steps[1:]))

    def within(self, level: Level, number: int, path: str) -> bool:
        """The same for a path in the file, in a block or in a payment; ``number`` is that of the block or payment."""
        found = self._explained
        if level is Level.PAYMENT:
            if _within(path, found.payments.get(number, _NONE)):
                return True
            block = bisect_left(self._lasts, number)
            own = number - (self._lasts[block - 1] if block else 0)
            level, number, path = Level.BLOCK, block + 1, _below(f"CdtTrfTxInf[{own}]", path)
        if level is Level.BLOCK:
            if _within(path, found.blocks.get(number, _NONE)):
                return True
            path = _below(f"PmtInf[{number}]", path)
        return bool(found.outside) and ("Document" in found.outside or _within(path, found.outside))


def _number(step: str, name: str) -> int:
    """The number of a step such as ``PmtInf[2]``; 0 for another one."""
    return int(step[len(name) + 1 : -1]) if step.startswith(f"{name}[") else 0


def _below(step: str, path: str) -> str:
    return f"{step}/{path}" if path else step


def _within(path: str, faulty: Collection[str]) -> bool:
    """True when the element of a path, or one that holds it, is among the faulty ones; an empty path holds all."""
    if not faulty:
        return False
    if "" in faulty or path in faulty:
        return True
    while "/" in path:
        path = path.rpartition("/")[0]
        if path in faulty:
            return True
    return False
