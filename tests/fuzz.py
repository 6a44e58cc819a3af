"""``python -m tests.fuzz --minutes 10``: every property for its share of the time, with examples nobody has drawn yet.

A pytest plugin: it keeps the tests that are properties (Hypothesis), gives each an equal slice of the time, runs it in
it again and again with new seeds, and says how many examples each has seen. The smallest failing input of a property is
written to ``fuzz-failures/``: each argument that is bytes as it is, to be made a fixture, and all of them as text.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import secrets
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from hypothesis.strategies import DataObject

FAILURES = Path(__file__).parents[1] / "fuzz-failures"
SECONDS = "FUZZ_SECONDS"
BATCH = 100

# Guards that look at a whole file every time are no use here, and slow ones would take their slice alone.
_HEALTH = list(hypothesis.HealthCheck)


class _Watched:
    """The body of a property: counts its examples, keeps the last failing input, and lets the rest pass at the end."""

    def __init__(self, body: Callable[..., Any], until: float) -> None:
        self.body, self.until = body, until
        self.examples = 0
        self.failing: dict[str, Any] | None = None

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        # Once a fault is found it is made smaller, whatever the time. A body that draws has to draw as before.
        draws = any(isinstance(value, DataObject) for value in (*args, *kwargs.values()))
        if self.failing is None and not draws and time.monotonic() > self.until:
            return None
        self.examples += 1
        try:
            return self.body(*args, **kwargs)
        except (hypothesis.errors.UnsatisfiedAssumption, hypothesis.errors.StopTest):
            raise
        except BaseException:
            self.failing = {**{f"argument {index}": value for index, value in enumerate(args)}, **kwargs}
            raise


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only properties are of use here."""
    if SECONDS not in os.environ:
        return
    items[:] = [item for item in items if getattr(getattr(item, "obj", None), "is_hypothesis_test", False)]
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    config.stash[_SLICE] = float(os.environ[SECONDS]) * workers / max(1, len(items))


_SLICE = pytest.StashKey[float]()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """Run a property until its slice is over, or it fails."""
    if _SLICE not in pyfuncitem.config.stash:
        return None
    test: Any = pyfuncitem.obj
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    until = time.monotonic() + pyfuncitem.config.stash[_SLICE]
    handle = test.hypothesis
    watched = _Watched(handle.inner_test, until)
    handle.inner_test = functools.wraps(watched.body)(lambda *args, **kwargs: watched(*args, **kwargs))
    plain = test.__func__ if hasattr(test, "__func__") else test
    plain._hypothesis_internal_use_settings = hypothesis.settings(
        max_examples=BATCH, database=None, deadline=None, derandomize=False, suppress_health_check=_HEALTH
    )
    try:
        while time.monotonic() < until:
            plain._hypothesis_internal_use_seed = seed = secrets.randbits(64)
            try:
                test(**arguments)
            except BaseException:
                if watched.failing is not None:
                    _keep(pyfuncitem.nodeid, seed, watched.failing)
                raise
    finally:
        handle.inner_test = watched.body
        pyfuncitem.user_properties.append(("examples", watched.examples))
    return True


def _keep(name: str, seed: int, failing: dict[str, Any]) -> None:
    FAILURES.mkdir(exist_ok=True)
    stem = re.sub(r"[^A-Za-z0-9]+", "-", name.rpartition("/")[2]).strip("-")
    lines = [f"{name} (seed {seed})"]
    for argument, value in failing.items():
        lines.append(f"{argument} = {value!r}")
        if isinstance(value, bytes):
            (FAILURES / f"{stem}.{argument}.bin").write_bytes(value)
    (FAILURES / f"{stem}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.hookimpl(hookwrapper=True)
def pytest_terminal_summary(terminalreporter: Any) -> Generator[None, None, None]:
    """The examples of each property, fewest first, and where the failing inputs are."""
    yield
    if SECONDS not in os.environ:
        return
    reports = [
        (dict(report.user_properties).get("examples", 0), report)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.when == "call"
    ]
    terminalreporter.write_sep("=", "examples of each property")
    for examples, report in sorted(reports, key=lambda pair: (pair[0], pair[1].nodeid)):
        terminalreporter.write_line(f"{examples:>9,}  {'' if report.passed else 'FAILED '}{report.nodeid}")
    total = sum(examples for examples, _ in reports)
    terminalreporter.write_line(f"{total:>9,}  examples of {len(reports)} properties")
    if any(report.failed for _, report in reports):
        terminalreporter.write_line(f"failing inputs: {FAILURES}")


def main(arguments: list[str]) -> int:
    """Share the minutes among the properties of the given paths."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--jobs", default="2")
    parser.add_argument("paths", nargs="*", default=["tests"])
    asked = parser.parse_args(arguments)
    os.environ[SECONDS] = str(asked.minutes * 60)
    options = ["-p", "tests.fuzz", "-p", "no:warnings", "-n", asked.jobs, "--dist", "worksteal", "--timeout", "0"]
    return int(pytest.main([*options, *asked.paths]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
