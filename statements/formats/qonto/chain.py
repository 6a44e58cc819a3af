"""The order of rows and the chain of their balances.

Each row with a ``settled_balance`` is an edge from the balance before it to the balance after it. Rows of one instant
are put in the order of a path that uses every edge once (an Euler path); when several such paths exist nothing tells
the order, and that of the input is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter, eq

import msgspec

from statements.formats.qonto.decoders import QontoTransaction

_INSTANT = attrgetter("settled_at")


class Ordered(msgspec.Struct, frozen=True):
    """Rows in booking order; ``moved`` and ``unclear`` are the first rows of groups of one instant."""

    rows: list[QontoTransaction]
    moved: list[tuple[int, int]]
    """Start and length of each group put in the order of the chain."""
    unclear: list[tuple[int, int]]
    """Start and length of each group whose order stays that of the input."""


def signed(row: QontoTransaction) -> int:
    """The cents of a checked row with the sign of the account owner's view."""
    cents = row.amount_cents or 0
    return cents if row.side == "credit" else -cents


def joined(parts: Sequence[list[QontoTransaction]]) -> list[QontoTransaction]:
    """The rows of several lists of one account as one, oldest first as far as the input tells.

    A list that is newest first is turned round, so that equal instants come out oldest first; lists come in the order
    of their instants, so that the order in which they were given says nothing.
    """
    turned = [part[::-1] if len(part) > 1 and _newest_first(part) else part for part in parts if part]
    if len(turned) > 1:
        turned.sort(key=_place_of)
    return [row for part in turned for row in part]


def _place_of(part: Sequence[QontoTransaction]) -> tuple[object, ...]:
    first = part[0]
    return first.settled_at, part[-1].settled_at, first.id or "", first.transaction_id or "", msgspec.json.encode(first)


def order(rows: Sequence[QontoTransaction]) -> Ordered:
    """Rows of one account by ``settled_at``, then by the chain, then as given (oldest first)."""
    ordered = sorted(rows, key=_INSTANT)
    instants = list(map(_INSTANT, ordered))
    moved: list[tuple[int, int]] = []
    unclear: list[tuple[int, int]] = []
    if any(map(eq, instants, instants[1:])):
        start = 0
        while start < len(ordered):
            end = start + 1
            while end < len(ordered) and instants[end] == instants[start]:
                end += 1
            if end - start > 1:
                _order_group(ordered, start, end, moved, unclear)
            start = end
    return Ordered(ordered, moved, unclear)


def _newest_first(rows: Sequence[QontoTransaction]) -> bool:
    first, last = rows[0].settled_at, rows[-1].settled_at
    if first != last:
        return first > last  # type: ignore[operator]  # only booked rows get here
    falls = [1 for a, b in pairwise(map(_INSTANT, rows)) if a > b]
    return len(falls) * 2 > len(rows)


def _order_group(
    rows: list[QontoTransaction], start: int, end: int, moved: list[tuple[int, int]], unclear: list[tuple[int, int]]
) -> None:
    group = rows[start:end]
    edges = []
    for row in group:
        balance = row.settled_balance_cents
        if balance is None:
            return
        edges.append((balance - signed(row), balance))
    before = rows[start - 1].settled_balance_cents if start else None
    after = None
    if end < len(rows) and (balance := rows[end].settled_balance_cents) is not None:
        after = balance - signed(rows[end])
    path, unique = euler_path(edges, before, after)
    if path is None:
        return
    if not unique:
        unclear.append((start, end - start))
        return
    rows[start:end] = [group[index] for index in path]
    moved.append((start, end - start))


def euler_path(
    edges: Sequence[tuple[int, int]], start: int | None = None, end: int | None = None
) -> tuple[list[int] | None, bool]:
    """The order in which edges form one path, as indexes, and whether it is the only such order.

    ``start`` is the vertex the path must begin at and ``end`` the one it should end at, where known. Gives ``None``
    when the edges form no path from there. Linear in the number of edges.

    >>> euler_path([(9, 7), (10, 9), (7, 8)], start=10)
    ([1, 0, 2], True)
    >>> euler_path([(1, 2), (2, 1), (1, 3), (3, 1)], start=1)[1]
    False
    """
    leaving: dict[int, list[int]] = {}
    surplus: dict[int, int] = {}
    for index, (source, target) in enumerate(edges):
        leaving.setdefault(source, []).append(index)
        surplus[source] = surplus.get(source, 0) + 1
        surplus[target] = surplus.get(target, 0) - 1
    uneven = [vertex for vertex, count in surplus.items() if count > 0]
    if len(uneven) > 1 or (uneven and surplus[uneven[0]] != 1):
        return None, False
    certain = True
    if uneven:
        begin = uneven[0]
        if start is not None and start != begin:
            return None, False
    else:
        # A closed path ends where it starts; with neither end known any of its vertices may be the first.
        known = start if start is not None else end
        certain = known is not None or len(leaving) == 1
        begin = known if known is not None else edges[0][0]
    path = _walk(edges, leaving, begin)
    if len(path) != len(edges):
        return None, False
    return path, certain and _only(edges, path, begin)


def _walk(edges: Sequence[tuple[int, int]], leaving: dict[int, list[int]], begin: int) -> list[int]:
    """Hierholzer's walk: go on until stuck, then fill in the loops on the way back."""
    left = {vertex: list(reversed(indexes)) for vertex, indexes in leaving.items()}
    trail: list[tuple[int, int]] = [(begin, -1)]
    path: list[int] = []
    while trail:
        vertex, by = trail[-1]
        if left.get(vertex):
            edge = left[vertex].pop()
            trail.append((edges[edge][1], edge))
        else:
            trail.pop()
            if by >= 0:
                path.append(by)
    path.reverse()
    return path


def _only(edges: Sequence[tuple[int, int]], path: Sequence[int], begin: int) -> bool:
    """True when no second path exists: no vertex is met three times, and no two pairs of visits cross.

    Where two visits of one vertex enclose one visit of another whose second visit comes later, the parts between
    them can be exchanged.
    """
    visits: dict[int, int] = {}
    closed: set[int] = set()
    open_vertices: list[int] = []
    for vertex in [begin, *(edges[index][1] for index in path)]:
        count = visits.get(vertex, 0) + 1
        if count > 2 or vertex in closed:
            return False
        visits[vertex] = count
        if count == 2:
            while open_vertices[-1] != vertex:
                closed.add(open_vertices.pop())
        else:
            open_vertices.append(vertex)
    return True


class Break(msgspec.Struct, frozen=True):
    """A row whose balance does not follow from the one before: its index, the balance it states and the one due."""

    index: int
    stated: int
    due: int


class ChainVerdict(msgspec.Struct, frozen=True):
    """The balances before the first and after the last row; ``None`` when no row states one."""

    opening: int | None
    closing: int | None
    missing: int
    """How many rows state no balance."""
    broken: Break | None = None


def verify(rows: Sequence[QontoTransaction], unclear: Sequence[tuple[int, int]] = ()) -> ChainVerdict:
    """Check every link of rows in booking order; the first break ends the check.

    ``unclear`` are groups that stand in the order of the input: their balances form a path, in another order
    perhaps, so that only the balance after the whole group follows from the one before it.
    """
    blocks = dict(unclear)
    balance: int | None = None
    opening: int | None = None
    total = 0
    missing = 0
    inside = 0
    for index, row in enumerate(rows):
        if blocks:
            inside = blocks.get(index, inside)
        cents = row.amount_cents or 0
        amount = cents if row.side == "credit" else -cents
        stated = row.settled_balance_cents
        if inside:
            inside -= 1
            if balance is None:
                # The chain begins with the group: the balance before it is the start of its path.
                balance = opening = _begin(rows, index, blocks)
                opening -= total
            balance += amount
        elif balance is not None:
            balance += amount
            if stated == balance:
                continue
            if stated is not None:
                return ChainVerdict(opening, None, missing, Break(index, stated, balance))
            missing += 1
        else:
            total += amount
            if stated is None:
                missing += 1
            else:
                balance = stated
                opening = stated - total
    return ChainVerdict(opening, balance, missing)


def _begin(rows: Sequence[QontoTransaction], start: int, blocks: dict[int, int]) -> int:
    """The balance before a group of unclear order at the head of the chain."""
    end = start + blocks[start]
    group = rows[start:end]
    if end < len(rows) and (after := rows[end].settled_balance_cents) is not None:
        return after - signed(rows[end]) - sum(map(signed, group))
    surplus: dict[int, int] = {}
    first = 0
    for row in group:
        balance = row.settled_balance_cents or 0
        surplus[balance - signed(row)] = surplus.get(balance - signed(row), 0) + 1
        surplus[balance] = surplus.get(balance, 0) - 1
        first = first or balance - signed(row)
    return next((vertex for vertex, count in surplus.items() if count > 0), first)
