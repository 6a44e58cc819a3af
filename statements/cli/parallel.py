"""Independent files in several processes; one job is plain and without a pool. The result never depends on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from statements.cli.texts import Texts
from statements.findings import Outcome, Profile
from statements.services.convert import FileGroup, StatementFile, write_group
from statements.services.read import Gathered, ReadOptions, gather_alone, gather_together, merge, split

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_MANY = 200
"""From how many files on a progress bar is worth its import."""


def gather(files: Sequence[tuple[str, bytes]], options: ReadOptions, jobs: int) -> Gathered:
    """As :func:`statements.services.read.gather`, bank files shared among ``jobs`` processes."""
    joint, others = split(files, options)
    parts = [gather_together(joint, options)] if joint else []
    parts.extend(_map(_gather_alone, [(name, data, options) for name, data in others], jobs))
    return merge(parts, options)


def _gather_alone(task: tuple[str, bytes, ReadOptions]) -> Gathered:
    return gather_alone(*task)


def write(
    tasks: Sequence[tuple[FileGroup, Profile]], to: str, jobs: int, texts: Texts
) -> list[Outcome[StatementFile | None]]:
    """The file of each group, in order, with a progress bar on a terminal when there are many."""
    work = [(group, to, profile) for group, profile in tasks]
    with _progress(len(work), texts) as step:
        outcomes = []
        for outcome in _map(_write, work, jobs):
            outcomes.append(outcome)
            step()
        return outcomes


def _write(task: tuple[FileGroup, str, Profile]) -> Outcome[StatementFile | None]:
    return write_group(*task)


def _map(function: Callable[[_Task], _Result], tasks: Sequence[_Task], jobs: int) -> Iterable[_Result]:
    if jobs < 2 or len(tasks) < 2:
        return map(function, tasks)
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(min(jobs, len(tasks))) as executor:
        size = max(1, len(tasks) // (jobs * 4))
        return list(executor.map(function, tasks, chunksize=size))


@contextmanager
def _progress(total: int, texts: Texts) -> Iterator[Callable[[], Any]]:
    if total < _MANY or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(texts.count("file", total), total=total)
        yield lambda: bar.advance(task)
