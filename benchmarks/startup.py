"""The start of the command: `statements --help` against a bare `python -c pass`."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import show, turns


def main() -> None:
    """Print the ratio of whole-process times."""

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)

    ours, bare, ratio = turns(lambda: run("-m", "statements", "--help"), lambda: run("-c", "pass"), rounds=15)
    show(
        "statements --help / python -c pass", f"{ours * 1000:.0f} / {bare * 1000:.0f} ms = {1 / ratio:.2f}   (goal < 5)"
    )


if __name__ == "__main__":
    main()
