"""Qonto's pages with every operation type, through the library, against `json.loads` of the same bytes alone."""

from __future__ import annotations

import json
from collections.abc import Callable

from benchmarks import samples
from benchmarks.measure import row, table, turns
from statements.formats import cfonb120, mt940, qonto
from statements.model.statement import Statement

ROWS = 20_000


def main() -> None:
    """Print the table."""
    organization, page = samples.qonto_json(ROWS)
    sources = [("organization.json", organization), ("transactions.json", page)]

    def read() -> tuple[Statement, ...]:
        return qonto.read(sources).value

    jobs: dict[str, Callable[[], object]] = {
        "→ `Statement`": read,
        "→ CFONB-120": lambda: b"".join(outcome.value for outcome in cfonb120.iter_write(read())),
        "→ MT940": lambda: b"".join(outcome.value for outcome in mt940.iter_write(read())),
    }
    if sum(len(statement.entries) for statement in read()) != ROWS:
        raise SystemExit("the conversion lost entries: nothing to measure")
    table(
        f"{ROWS:,} transactions of {len(samples.OPERATIONS)} kinds",
        "ours, k/s",
        "json.loads, k/s",
        "median ratio",
        "least",
        "goal",
    )
    for name, job in jobs.items():
        ratio = turns(job, lambda: json.loads(page), rounds=3)
        rates = (f"{ROWS / seconds / 1000:.0f}" for seconds in (ratio.ours, ratio.theirs))
        row(name, *rates, f"{ratio.median:.2f}", f"{ratio.least:.2f}", "1" if "CFONB" in name else "")


if __name__ == "__main__":
    main()
