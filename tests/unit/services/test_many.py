"""Many conversions give the same bytes, whoever does the work."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

import statements
from statements.services.many import ConversionJob

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "fixtures" / "mt940").rglob("*.sta"))[:40]


def jobs(times: int = 1) -> list[ConversionJob]:
    """A conversion of each sample to another format."""
    return [
        ConversionJob(files=((path.name, path.read_bytes()),), to=to)
        for _ in range(times)
        for path in FILES
        for to in ("cfonb120", "json")
    ]


def plain(outcomes: list[statements.Outcome[tuple[object, ...]]]) -> list[str]:
    """Everything that an outcome says."""
    return [repr([file.content for file in item.value]) + repr([str(f) for f in item.findings]) for item in outcomes]  # type: ignore[attr-defined]


@pytest.mark.parametrize("pool", ["threads", "processes"])
def test_an_executor_changes_nothing(pool: str) -> None:
    """Threads and processes give what one process gives, in the same order."""
    alone = plain(statements.convert_many(jobs()))
    made = ThreadPoolExecutor(2) if pool == "threads" else ProcessPoolExecutor(2, mp_context=get_context("spawn"))
    with made as executor:
        assert plain(statements.convert_many(jobs(), executor=executor)) == alone
    assert any("b'" in item for item in alone)


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler and two workers as processes on the loopback."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    log = folder / "scheduler.log"
    started: list[subprocess.Popen[bytes]] = []
    try:
        with log.open("wb") as stream:
            started.append(
                subprocess.Popen(
                    [*command, "--no-dashboard"], stdout=stream, stderr=stream, cwd=folder, env=environment
                )
            )
        limit, found = time.monotonic() + 60, None
        while found is None:
            assert time.monotonic() < limit, log.read_text("utf-8")
            time.sleep(0.1)
            found = re.search(r"tcp://127\.0\.0\.1:[0-9]+", log.read_text("utf-8"))
        for _ in range(2):
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "distributed.cli.dask_worker", found[0], "--no-dashboard", "--no-nanny",
                     "--nthreads", "1", "--host", "127.0.0.1"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, env=environment,
                )
            )  # fmt: skip
        yield found[0], started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.long
def test_a_cluster_of_which_a_worker_is_killed(tmp_path: Path) -> None:
    """Two workers, one killed in the middle: the same bytes, nothing lost, nothing twice."""
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    alone = plain(statements.convert_many(jobs(5)))
    with cluster(tmp_path) as (address, workers), distributed.Client(address, timeout=60) as client:
        client.wait_for_workers(2, timeout=60)
        executor = client.get_executor(pure=False)
        first = executor.submit(pow, 2, 3)
        assert first.result() == 8
        with ThreadPoolExecutor(1) as beside:
            running = beside.submit(statements.convert_many, jobs(5), executor=executor)
            limit = time.monotonic() + 60
            while not all(client.processing().values()):
                assert time.monotonic() < limit
                assert not running.done()
                time.sleep(0.01)
            workers[0].send_signal(signal.SIGKILL)
            outcomes = running.result(timeout=240)
        assert plain(outcomes) == alone
        assert len(client.scheduler_info()["workers"]) == 1


@pytest.mark.long
def test_the_command_on_a_cluster(tmp_path: Path) -> None:
    """``--dask ADDRESS`` writes the bytes that one process writes; an address where nobody listens is said."""
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    from statements.cli.main import run

    given = ["convert", *map(str, FILES[:6]), "--to", "json", "--every", "day"]
    code = run([*given, "-o", str(tmp_path / "alone")])
    with cluster(tmp_path) as (address, _):
        assert run([*given, "-o", str(tmp_path / "shared"), "--dask", address]) == code
    alone, shared = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("alone", "shared")
    )
    assert alone == shared != {}
    assert run([*given, "-o", str(tmp_path / "none"), "--dask", "tcp://127.0.0.1:1"]) == 2
