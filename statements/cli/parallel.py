"""Independent files in several processes; one job is plain and without a pool. The result never depends on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from statements.cli.console import FAULT, USAGE, UsageFault
from statements.cli.texts import Texts
from statements.findings import Outcome, Profile
from statements.plugins import load_plugins
from statements.services.convert import FileGroup, StatementFile, write_group
from statements.services.read import Gathered, ReadOptions, gather_alone, gather_together, merge, split

if TYPE_CHECKING:
    from concurrent.futures import Executor, ProcessPoolExecutor

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")

_MANY = 200
"""From how many files on a progress bar is worth its import."""


class TaskFault(msgspec.Struct, frozen=True):
    """What became of one task instead of its result.

    ``kind`` is ``memory``, ``killed`` (its process was ended by the system), or the name of an exception, a fault of
    ours in ``place``.
    """

    kind: str
    place: str = ""

    @property
    def internal(self) -> bool:
        """True for a fault of ours."""
        return self.kind not in ("memory", "killed")


class Tried(msgspec.Struct, Generic[_Result], frozen=True):
    """The result of one task, or its fault."""

    result: _Result | None = None
    fault: TaskFault | None = None


def each(function: Callable[[_Task], _Result], tasks: Sequence[_Task], jobs: int) -> Iterator[Tried[_Result]]:
    """The result of every task, in order: a task that fails, or whose process dies, takes none of the others along."""
    if jobs < 2 or len(tasks) < 2:
        yield from (_try(function, task) for task in tasks)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    at = 0
    with ProcessPoolExecutor(min(jobs, len(tasks)), initializer=_deaf) as executor:
        futures = [executor.submit(_try, function, task) for task in tasks]
        try:
            for future in futures:
                yield future.result()
                at += 1
        except BrokenProcessPool:
            pass
        except BaseException:
            _end(executor)
            raise
    # Nobody says whose process it was: each of the rest has one of its own.
    for task in tasks[at:]:
        with ProcessPoolExecutor(1, initializer=_deaf) as executor:
            try:
                yield executor.submit(_try, function, task).result()
            except BrokenProcessPool:
                yield Tried(fault=TaskFault("killed"))


@contextmanager
def cluster(address: str, texts: Texts) -> Iterator[Executor | None]:
    """The executor of an existing Dask cluster; ``None`` without an address."""
    if not address:
        yield None
        return
    try:
        import distributed
    except ImportError as error:
        raise UsageFault(texts("error") + texts("no-extra", command="--dask", extra="dask")) from error
    # The library has no types of its own.
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=10)
    except (OSError, ValueError) as error:
        raise UsageFault(texts("error") + texts("no-cluster", address=address)) from error
    with client:
        yield client.get_executor(pure=False)


def shared(
    function: Callable[[_Task], _Result], tasks: Sequence[_Task], jobs: int, executor: Executor | None
) -> Iterator[Tried[_Result]]:
    """As :func:`each`, on an executor where there is one."""
    if executor is None:
        yield from each(function, tasks, jobs)
        return
    for future in [executor.submit(_try, function, task) for task in tasks]:
        yield future.result()


def _end(executor: ProcessPoolExecutor) -> None:
    """End the processes at once: nobody waits for their work any more."""
    import multiprocessing

    executor.shutdown(wait=False, cancel_futures=True)
    for child in multiprocessing.active_children():
        child.terminate()


def _try(function: Callable[[_Task], _Result], task: _Task) -> Tried[_Result]:
    try:
        return Tried(function(task))
    except MemoryError:
        return Tried(fault=TaskFault("memory"))
    except UsageFault:
        raise
    except Exception as error:
        return Tried(fault=TaskFault(type(error).__name__, place_of(error)))


def _deaf() -> None:
    # Ctrl-C goes to every process of a terminal: the one that was started ends the others.
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Where processes do not begin as copies, what was registered is registered again.
    load_plugins()


def place_of(error: BaseException) -> str:
    """Module and line of our own code where it broke: no text of the data can stand in it."""
    trace, place = error.__traceback__, "statements"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith("statements"):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def fault_sentence(fault: TaskFault, name: str, texts: Texts, key: str = "internal") -> str:
    """What happened to the work on one file, in words; ``key`` is the sentence for a fault of ours."""
    if fault.kind == "memory":
        return texts("memory", name=name)
    if fault.kind == "killed":
        return texts("killed", name=name)
    return texts(key, kind=fault.kind, place=fault.place)


def gather(
    files: Sequence[tuple[str, bytes]], options: ReadOptions, jobs: int, texts: Texts, executor: Executor | None = None
) -> Gathered:
    """As :func:`statements.services.read.gather`, bank files shared among ``jobs`` processes or by an executor."""
    joint, others = split(files, options)
    parts = [gather_together(joint, options)] if joint else []
    tasks = [(name, data, options) for name, data in others]
    for (name, _, _), tried in zip(tasks, shared(_gather_alone, tasks, jobs, executor), strict=True):
        parts.append(_whole(tried, name, texts))
    return merge(parts, options)


def _gather_alone(task: tuple[str, bytes, ReadOptions]) -> Gathered:
    return gather_alone(*task)


def write(
    tasks: Sequence[tuple[FileGroup, Profile]], to: str, jobs: int, texts: Texts, executor: Executor | None = None
) -> list[Outcome[StatementFile | None]]:
    """The file of each group, in order, with a progress bar on a terminal when there are many."""
    work = [(group, to, profile) for group, profile in tasks]
    outcomes = []
    with progress(len(work), texts) as step:
        for (group, _, _), tried in zip(work, shared(_write, work, jobs, executor), strict=True):
            outcomes.append(_whole(tried, group.account, texts))
            step()
    return outcomes


def _write(task: tuple[FileGroup, str, Profile]) -> Outcome[StatementFile | None]:
    return write_group(*task)


def _whole(tried: Tried[_Result], name: str, texts: Texts) -> _Result:
    """The result; a conversion is all or nothing, so that a fault ends it."""
    if tried.fault is not None or tried.result is None:
        fault = tried.fault or TaskFault("None")
        raise UsageFault(fault_sentence(fault, name, texts), code=FAULT if fault.internal else USAGE)
    return tried.result


@contextmanager
def progress(total: int, texts: Texts) -> Iterator[Callable[[], Any]]:
    """A bar on a terminal when there are many files; its step is called after each."""
    if total < _MANY or sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(texts.count("file", total), total=total)
        yield lambda: bar.advance(task)
