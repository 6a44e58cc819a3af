"""Many conversions shared among processes or machines: any ``concurrent.futures.Executor`` does the work.

>>> from concurrent.futures import ThreadPoolExecutor
>>> job = ConversionJob(files=(("a.sta", b""),), to="json")
>>> with ThreadPoolExecutor(2) as pool:
...     convert_many([job], executor=pool)[0].findings[0].id
'CNV-001'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import Any

import msgspec

from statements.findings import Outcome, Profile
from statements.services.convert import StatementFile, convert
from statements.services.read import ReadOptions, gather


class ConversionJob(msgspec.Struct, frozen=True, kw_only=True):
    """One conversion: names and bytes of its files, how they are read, and what they become."""

    files: tuple[tuple[str, bytes], ...]
    to: str
    options: ReadOptions = ReadOptions()
    profile: str | Profile | None = None
    settings: Mapping[str, Any] | None = None


def run_job(job: ConversionJob) -> Outcome[tuple[StatementFile, ...]]:
    """One conversion, as the command does it: a faulty source is not passed on to a bank's format."""
    gathered = gather(job.files, job.options)
    kept, refused = gathered.sound()
    written = convert(kept, to=job.to, profile=job.profile, settings=job.settings)
    return Outcome(written.value, (*gathered.findings, *refused, *written.findings))


def convert_many(
    jobs: Iterable[ConversionJob], *, executor: Executor | None = None
) -> list[Outcome[tuple[StatementFile, ...]]]:
    """The outcome of each job, in order; the same bytes whoever does the work.

    Without an executor the jobs are done here, one after the other. A job is a value and may be done twice, so an
    executor that repeats the work of a lost process (a Dask cluster does) needs no care. Raises what the executor
    raises when it cannot go on, and ``ValueError`` for a job that cannot be meant.
    """
    if executor is None:
        return [run_job(job) for job in jobs]
    futures = [executor.submit(run_job, job) for job in jobs]
    return [future.result() for future in futures]
