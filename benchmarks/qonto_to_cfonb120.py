"""Qonto JSON to CFONB-120 through the library, read-back excluded, against `json.loads` of the same bytes alone."""

from __future__ import annotations

import json

from benchmarks import samples
from benchmarks.measure import versus
from statements.formats import cfonb120, qonto

ROWS = 50_000


def main() -> None:
    """Print the ratio."""
    organization, page = samples.qonto_json(ROWS)
    sources = [("organization.json", organization), ("transactions.json", page)]

    def convert() -> bytes:
        outcome = qonto.read(sources)
        return b"".join(written.value for written in cfonb120.iter_write(outcome.value))

    if convert().count(b"\r\n04") != ROWS:
        raise SystemExit("the conversion lost entries: nothing to measure")
    versus(
        "Qonto JSON -> CFONB-120, against json.loads alone",
        convert,
        lambda: json.loads(page),
        unit="transactions",
        count=ROWS,
        goal="goal 1",
        rounds=3,
    )


if __name__ == "__main__":
    main()
