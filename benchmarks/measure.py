"""Fair timing: the candidates take turns (A B A B …), the median counts, and ratios are formed turn by turn."""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

Job = Callable[[], Any]


def timed(job: Job) -> float:
    """Seconds of one call, with the garbage of earlier calls collected first."""
    gc.collect()
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def turns(ours: Job, theirs: Job, rounds: int = 5) -> tuple[float, float, float]:
    """Median seconds of both, and the median of theirs/ours turn by turn, after one warm-up each."""
    ours()
    theirs()
    pairs = [(timed(ours), timed(theirs)) for _ in range(rounds)]
    return (
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] for pair in pairs),
        statistics.median(pair[1] / pair[0] for pair in pairs),
    )


# VmHWM starts anew with each program; ru_maxrss is inherited from the process that started it.
_REPORT = """
import pathlib, re, resource
status = pathlib.Path("/proc/self/status")
if status.exists():
    print(int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def peak_memory(code: str, *arguments: str) -> float:
    """Peak resident memory in MB of a fresh Python process that runs ``code``."""
    done = subprocess.run(
        [sys.executable, "-c", code + _REPORT, *arguments], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def show(name: str, text: str) -> None:
    """One result line."""
    print(f"  {name:<52} {text}", flush=True)


def versus(name: str, ours: Job, theirs: Job, *, unit: str, count: int, goal: str, rounds: int = 5) -> None:
    """Time both and print their rates, the ratio and the goal."""
    mine, other, ratio = turns(ours, theirs, rounds)
    rates = f"{count / mine / 1000:8.0f} against {count / other / 1000:6.0f} k {unit}/s"
    show(name, f"{rates}   ratio {ratio:5.2f}   ({goal})")
