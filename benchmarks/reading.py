"""Statements as banks write them, and as we write them: against `mt-940` and `python-cfonb`."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import mt940 as mt940_peer
from cfonb import StatementReader

from benchmarks import samples, stretch
from benchmarks.measure import row, spread, table, turns
from statements.formats import cfonb120, mt940

ENTRIES = 3_000
FIXTURES = Path(__file__).parents[1] / "fixtures"
MT940_GOAL = "goal: least 3, median 5"
CFONB_GOAL = "goal: least 5, median 8"


def main() -> None:
    """Print the tables."""
    table("MT940 → `Statement`", "ours, k entries/s", "mt-940, k entries/s", "median ratio", "least")
    folder = FIXTURES / "mt940" / "dialects"
    ratios = [_mt940(path.stem, stretch.mt940(path.read_bytes(), ENTRIES)) for path in sorted(folder.glob("*.sta"))]
    own = [
        _mt940(f"ours: {name}", stretch.mt940((FIXTURES / "mt940" / "examples" / file).read_bytes(), ENTRIES))
        for name, file in (("worked example", "worked-example.sta"), ("german example", "german-example.sta"))
    ]
    batch = samples.statements(ENTRIES)
    for name, settings in (("qonto", {}), ("german", {"eol": "lf"})):
        written = b"".join(outcome.value for outcome in mt940.iter_write(batch, profile=name, **settings))  # type: ignore[arg-type]
        own.append(_mt940(f"ours: profile {name}", written))
    own.append(_mt940("ours: plain lines", samples.plain_mt940(batch)))
    spread(f"{len(ratios)} dialects of MT940", ratios, MT940_GOAL)
    spread("our own layouts", own, "goal: 5")

    table("CFONB-120 → `Statement`", "ours, k entries/s", "python-cfonb, k entries/s", "median ratio", "least")
    folder = FIXTURES / "cfonb120" / "dialects"
    ratios = [_cfonb(path.stem, stretch.cfonb120(path.read_bytes(), ENTRIES)) for path in sorted(folder.glob("*.txt"))]
    own = [_cfonb("ours", b"".join(outcome.value for outcome in cfonb120.iter_write(batch, eol="lf")))]
    spread(f"{len(ratios)} shapes of CFONB-120", ratios, CFONB_GOAL)
    spread("our own layout", own, "goal: 8")


def _mt940(name: str, data: bytes) -> float:
    text = data.decode("utf-8")
    return _row(
        name,
        lambda: sum(len(statement.entries) for statement in mt940.read(data).value),
        lambda: sum(len(statement.transactions) for statement in mt940_peer.parse_statements(text)),
    )


def _cfonb(name: str, data: bytes) -> float:
    text = data.decode("latin-1").replace("\r\n", "\n")
    return _row(
        name,
        lambda: sum(len(statement.entries) for statement in cfonb120.read(data).value),
        lambda: sum(len(statement.lines) for statement in StatementReader().parse(io.StringIO(text))),
    )


def _row(name: str, ours: Callable[[], int], theirs: Callable[[], int]) -> float:
    count = ours()
    if count < ENTRIES * 0.9:
        raise SystemExit(f"{name}: only {count} entries were read: nothing to measure")
    other = theirs()
    ratio = turns(ours, theirs)
    note = "" if other == count else f" ({other} of {count} entries)"
    row(
        name,
        f"{count / ratio.ours / 1000:.0f}",
        f"{count / ratio.theirs / 1000:.0f}{note}",
        f"{ratio.median:.2f}",
        f"{ratio.least:.2f}",
    )
    return ratio.median


if __name__ == "__main__":
    main()
