"""Memory does not grow with the number of transactions."""

from __future__ import annotations

from benchmarks.fetch import peak


def test_ten_times_the_transactions_need_no_more_memory() -> None:
    """Two downloads of a year in processes of their own; the benchmark does the same with 100,000 transactions."""
    few, many = peak(500, 60_000), peak(5_000, 6_000)
    assert many < 1.2 * few
