"""A download from the loopback bank: memory against size, and calls."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measure import python, row, table

FETCH = """
import sys
from statements.cli.main import run
code = run(["fetch", "-o", sys.argv[2], "--base-url", sys.argv[1]])
if code:
    raise SystemExit(code)
"""
KEY = "import os; os.environ.update(QONTO_LOGIN='atelier-du-canal-4821', "
KEY += "QONTO_SECRET_KEY='s3cret-key-that-must-appear-nowhere')\n"


@contextmanager
def bank(rows: int, step: int) -> Iterator[str]:
    """The address of a bank with one account of that many transactions, ``step`` seconds apart."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fetch.bank", str(rows), str(step)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        if process.stdout is None:
            raise SystemExit("the bank has no voice")
        yield process.stdout.readline().strip()
        process.communicate("")


def peak(rows: int, step: int) -> float:
    """Peak memory in MB of a process that downloads that many transactions into a new folder."""
    with bank(rows, step) as address, tempfile.TemporaryDirectory() as folder:
        return python(KEY + FETCH, address, folder + "/qonto").memory


def main() -> None:
    """Print the table."""
    table("peak resident memory", "small, MB", "large, MB", "ratio", "goal")
    few, many = peak(10_000, 3_000), peak(100_000, 300)
    row("fetch, 10,000 and 100,000 transactions of a year", f"{few:.0f}", f"{many:.0f}", f"{many / few:.2f}", "< 1.5")


if __name__ == "__main__":
    main()
