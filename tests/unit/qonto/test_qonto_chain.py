"""The order of rows by their balances, and the check of the chain."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from statements.formats.qonto.chain import euler_path, joined, order, verify
from statements.formats.qonto.decoders import QontoTransaction

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def row(signed: int, after: int | None, minute: int = 0, name: str = "") -> QontoTransaction:
    """A booked row with the members that the chain reads."""
    return QontoTransaction(
        transaction_id=name,
        amount_cents=abs(signed),
        side="credit" if signed >= 0 else "debit",
        settled_balance_cents=after,
        settled_at=NOON.replace(minute=minute),
    )


def paths(edges: list[tuple[int, int]], start: int | None) -> list[tuple[int, ...]]:
    """Every order of the edges that is a path, by trying them all."""
    found = []
    for candidate in permutations(range(len(edges))):
        at = edges[candidate[0]][0] if start is None else start
        for index in candidate:
            if edges[index][0] != at:
                break
            at = edges[index][1]
        else:
            found.append(candidate)
    return found


@given(st.lists(st.integers(-2, 2), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_path_is_found_and_its_uniqueness_known(amounts: list[int], chance: random.Random) -> None:
    """For every small group: a path is found when one exists, and called the only one exactly when it is."""
    edges = []
    balance = 0
    for amount in amounts:
        edges.append((balance, balance + amount))
        balance += amount
    chance.shuffle(edges)
    every = paths(edges, 0)
    path, unique = euler_path(edges, 0)
    assert path is not None
    assert tuple(path) in every
    assert unique == (len(every) == 1)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=5))
def test_edges_without_a_path_have_none(edges: list[tuple[int, int]]) -> None:
    """Edges that form no path from the start give none, whatever they are."""
    path, unique = euler_path(edges, 0)
    every = paths(edges, 0)
    assert (path is not None) == bool(every)
    assert unique == (len(every) == 1)


def test_large_group_takes_linear_time() -> None:
    """Twenty thousand rows of one instant are put in order without going through their permutations."""
    edges = [(balance, balance + 7) for balance in range(0, 140_000, 7)]
    random.Random(3).shuffle(edges)
    path, unique = euler_path(edges, 0)
    assert unique
    assert path is not None
    assert [edges[index][0] for index in path] == list(range(0, 140_000, 7))


def test_feed_newest_first_is_turned_round() -> None:
    """Rows of one instant without balances keep the order of the input, oldest first."""
    feed = [row(1, None, 5, "late"), row(1, None, 3, "second"), row(1, None, 3, "first"), row(1, None, 1, "early")]
    ordered = order(joined([feed]))
    assert [item.transaction_id for item in ordered.rows] == ["early", "first", "second", "late"]
    assert (ordered.moved, ordered.unclear) == ([], [])


def test_ties_follow_the_balance_before_them() -> None:
    """A group is ordered from the balance of the row before it."""
    feed = [row(10, 10, 0, "a"), row(-3, 12, 1, "c"), row(5, 15, 1, "b"), row(1, 13, 2, "d")]
    ordered = order(feed)
    assert [item.transaction_id for item in ordered.rows] == ["a", "b", "c", "d"]
    assert ordered.moved == [(1, 2)]
    assert verify(ordered.rows).broken is None


def test_unclear_ties_keep_the_input_and_break_nothing() -> None:
    """Two loops at one balance can come in either order: the input order stays and the chain still holds."""
    feed = [row(10, 10, 0), row(5, 15, 1, "x"), row(3, 13, 1, "y"), row(-5, 10, 1), row(-3, 10, 1), row(1, 11, 2)]
    ordered = order(feed)
    assert ordered.unclear == [(1, 4)]
    assert [item.transaction_id for item in ordered.rows][1:3] == ["x", "y"]
    verdict = verify(ordered.rows, ordered.unclear)
    assert (verdict.broken, verdict.opening, verdict.closing) == (None, 0, 11)


def test_unclear_ties_at_the_head_of_the_chain() -> None:
    """The opening is known also when the first rows are a group of unclear order."""
    feed = [row(3, 13, 1), row(5, 15, 1), row(-5, 10, 1), row(-3, 10, 1), row(1, 11, 2)]
    ordered = order(feed)
    assert ordered.unclear == [(0, 4)]
    assert verify(ordered.rows, ordered.unclear).opening == 10


def test_break_names_the_row_and_both_figures() -> None:
    """The first row whose balance does not follow is reported with the balance stated and the one due."""
    verdict = verify([row(10, 10), row(5, 15, 1), row(5, 21, 2), row(5, 99, 3)])
    assert verdict.broken is not None
    assert (verdict.broken.index, verdict.broken.stated, verdict.broken.due) == (2, 21, 20)


def test_rows_without_a_balance_are_bridged() -> None:
    """Rows without a balance are counted; the balances around them must still fit."""
    good = verify([row(1, None), row(2, 8, 1), row(3, None, 2), row(4, 15, 3)])
    assert (good.opening, good.closing, good.missing, good.broken) == (5, 15, 2, None)
    bad = verify([row(2, 8, 1), row(3, None, 2), row(4, 16, 3)])
    assert bad.broken is not None


def test_shuffled_month_comes_out_in_order() -> None:
    """Whatever the order of the input, rows with distinct balances come out in the order they were booked."""
    chance = random.Random(5)
    balance = 0
    booked = []
    for number in range(200):
        amount = chance.randrange(1, 10_000)
        balance += amount
        booked.append(row(amount, balance, number // 5 % 60, str(number)))
    shuffled = booked[:]
    chance.shuffle(shuffled)
    assert [item.transaction_id for item in order(shuffled).rows] == [item.transaction_id for item in booked]
