"""What goes by when a payment file is read: header, blocks, payments in batches, each to be used and forgotten.

Payments of one shape come together, so that a rule looks at one value of many payments at once; a batch knows the order
in which they stand in the file, and their lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from statements.formats.pain001.scope import REMOVED, Scope, Shape
from statements.formats.pain001.silence import Columns

Row = Sequence[str]


class Group(msgspec.Struct, frozen=True):
    """The header of the file, complete."""

    scope: Scope


class BlockStart(msgspec.Struct, frozen=True):
    """A block begins: the elements before its first payment."""

    scope: Scope
    line: int


class Batch(msgspec.Struct, frozen=True):
    """Finished payments of a block: those of one shape together, each with its position in the batch from 0."""

    block: int
    groups: dict[Shape, tuple[list[int], Columns]]
    count: int
    text: str
    starts: list[int]
    line: int
    behind: int | None = None
    """The offset in the document of what follows ``text``; ``None`` where the text is not that of the document."""

    def payments(self) -> Iterator[tuple[int, Shape, Row]]:
        """Position, shape and texts of each payment, in the order of the file."""
        found = [
            (position, shape, row)
            for shape, (positions, columns) in self.groups.items()
            for position, row in zip(positions, columns.rows, strict=True)
        ]
        return iter(sorted(found, key=lambda each: each[0]))

    def lines(self) -> Iterator[int]:
        """The line of each payment."""
        line, at = self.line, 0
        for start in self.starts:
            line += lines_in(self.text, at, start)
            at = start
            yield line


class BlockEnd(msgspec.Struct, frozen=True):
    """A block ends: all its elements that are no payments."""

    scope: Scope


class SchemaRefuses(msgspec.Struct, frozen=True):
    """The schema is not followed: beside that only what refuses a payment is of interest from here on."""


class End(msgspec.Struct, frozen=True):
    """The document ends. ``faulty`` when the schema found a fault."""

    faulty: bool


Event = Group | BlockStart | Batch | BlockEnd | SchemaRefuses | End


def lines_in(text: str, start: int, end: int) -> int:
    """How many lines end in a part of a text, those among them that a comment took away."""
    return text.count("\n", start, end) + text.count(REMOVED, start, end)
