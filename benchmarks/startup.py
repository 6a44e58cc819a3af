"""The start of the command: `statements --help` against a bare `python -c pass`, CPU of the whole process."""

from __future__ import annotations

import statistics
import sys

from benchmarks.measure import process, row, table

ROUNDS = 15


def main() -> None:
    """Print the table."""
    commands = {
        "statements --help": ("-m", "statements", "--help"),
        "statements --version": ("-m", "statements", "--version"),
    }
    table("start", "ms of CPU", "× `python -c pass`", "goal")
    for name, arguments in commands.items():
        pairs = [
            (process(sys.executable, *arguments).seconds, process(sys.executable, "-c", "pass").seconds)
            for _ in range(ROUNDS)
        ]
        ours = statistics.median(pair[0] for pair in pairs)
        bare = statistics.median(pair[1] for pair in pairs)
        row(name, f"{ours * 1000:.0f} / {bare * 1000:.0f}", f"{ours / bare:.2f}", "≤ 4" if "help" in name else "")


if __name__ == "__main__":
    main()
