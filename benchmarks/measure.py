"""Fair timing: candidates take turns in one process, CPU time counts (not the wall), ratios are formed turn by turn.

Rows are printed as lines of a Markdown table, as they stand in ``RESULTS.md``.
"""

from __future__ import annotations

import gc
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Job = Callable[[], Any]


def timed(job: Job) -> float:
    """Seconds of CPU of one call, with the garbage of earlier calls collected first."""
    gc.collect()
    start = time.process_time()
    job()
    return time.process_time() - start


class Ratio(NamedTuple):
    """Seconds of both (medians), and peer / ours turn by turn: median and least."""

    ours: float
    theirs: float
    median: float
    least: float


def turns(ours: Job, theirs: Job, rounds: int = 5) -> Ratio:
    """Both take turns after one warm-up each; a ratio above 1 says how many times faster ours is."""
    ours()
    theirs()
    pairs = [(timed(ours), timed(theirs)) for _ in range(rounds)]
    ratios = [theirs / ours for ours, theirs in pairs]
    return Ratio(
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        statistics.median(ratios),
        min(ratios),
    )


class Used(NamedTuple):
    """What a whole process used: seconds of CPU, peak resident memory in MB, and its exit code."""

    seconds: float
    memory: float
    code: int


# A small process of its own starts the measured one: what it inherits of our peak memory would else be counted.
_LAUNCHER = """
import os, sys
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=[
    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])
_, status, used = os.wait4(child, 0)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""


def process(*command: str) -> Used:
    """Run a command to its end, its output thrown away."""
    done = subprocess.run([sys.executable, "-S", "-c", _LAUNCHER, *command], capture_output=True, text=True, check=True)
    seconds, memory, code = done.stdout.split()
    return Used(float(seconds), float(memory), int(code))


def python(code: str, *arguments: str) -> Used:
    """Run Python code in a process of its own."""
    used = process(sys.executable, "-c", code, *arguments)
    if used.code != 0:
        raise SystemExit(f"a measured process ended with {used.code}: nothing to measure")
    return used


class Growth(NamedTuple):
    """Time against size: the largest size tried, its seconds, and the exponent over the last two doublings."""

    size: int
    seconds: float
    exponent: float


def doubled(make: Callable[[int], Job], first: int, last: int, budget: float = 2.5) -> Growth:
    """Double the size from ``first`` to ``last``; stop early when the next size would take more than ``budget``."""
    measured: list[tuple[int, float]] = []
    size = first
    while True:
        job = make(size)
        seconds = min(timed(job) for _ in range(3 if not measured or measured[-1][1] < budget / 20 else 1))
        measured.append((size, seconds))
        if size >= last or (len(measured) > 1 and seconds * 4 > budget):
            break
        size = min(size * 2, last)
    (small, short), (large, long) = measured[max(0, len(measured) - 3)], measured[-1]
    return Growth(large, long, math.log(long / short) / math.log(large / small))


def table(*columns: str) -> None:
    """The head of a table."""
    print()
    row(*columns)
    row(*["---"] * len(columns))


def row(*cells: str) -> None:
    """One line of a table."""
    print("| " + " | ".join(cells) + " |", flush=True)


def spread(name: str, values: Sequence[float], goal: str) -> None:
    """The least and the median of the rows above."""
    print(f"\n{name}: least {min(values):.2f}, median {statistics.median(values):.2f} ({goal})", flush=True)
