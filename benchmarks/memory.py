"""Memory through the streaming calls: a hundred times the entries must not take twice the memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import samples
from benchmarks.measure import python, row, table
from benchmarks.payments import document
from statements.formats import cfonb120, mt940

SMALL, LARGE = 5_000, 500_000

READ = """
import sys
from statements.formats import {name} as codec
with open(sys.argv[1], 'rb') as stream:
    print(sum(len(outcome.value.entries) for outcome in codec.iter_read(stream)))
"""
WRITE = """
import sys
from benchmarks import samples
from statements.formats import {name} as codec
few = samples.statements(1000)
many = (few[index % 10] for index in range(int(sys.argv[1]) // 100))
print(sum(len(outcome.value) for outcome in codec.iter_write(many)))
"""
CHECK = """
import datetime, sys
from statements.formats import pain001
with open(sys.argv[1], 'rb') as stream:
    print(pain001.validate(stream, today=datetime.date(2026, 11, 30)).summary.payments)
"""
SPLIT = """
import sys, tempfile
from statements.cli.main import run
with tempfile.TemporaryDirectory() as folder:
    # Exit code 1: every tenth payment is held.
    assert run(['split', sys.argv[1], '-o', folder, '--today', '2026-11-30', '--format', 'json']) == 1
"""
PAGE = """
import os, sys, tempfile
from statements.cli.main import run
with tempfile.TemporaryDirectory() as folder:
    page = os.path.join(folder, 'page.html')
    assert run(['validate', sys.argv[1], '--format', 'html', '-o', page, '--today', '2026-11-30']) == 1
    assert os.path.getsize(page) <= 2_000_000
"""
MEND = """
import datetime, sys, tempfile
from statements.services.mend import mend_stream
from statements.services.validate import CheckOptions
with open(sys.argv[1], 'rb') as stream:
    made = mend_stream(stream, CheckOptions(today=datetime.date(2026, 11, 30)), scratch=tempfile.TemporaryFile)
    print(sum(change.count for change in made.changes))
"""


def main() -> None:
    """Print the table."""
    table("peak resident memory", "small, MB", "large, MB", "ratio", "goal")
    with tempfile.TemporaryDirectory() as folder:
        for name, codec in (("mt940", mt940), ("cfonb120", cfonb120)):
            part = b"".join(outcome.value for outcome in codec.iter_write(samples.statements(SMALL)))
            path = Path(folder, name)
            used = []
            for times in (1, LARGE // SMALL):
                with path.open("wb") as stream:
                    stream.writelines(_repeated(part, times))
                used.append(python(READ.format(name=name), str(path)).memory)
            path.unlink()
            _row(f"{name} read, {SMALL:,} and {LARGE:,} entries", *used)
            used = [python(WRITE.format(name=name), str(size)).memory for size in (SMALL, LARGE)]
            _row(f"{name} written, {SMALL:,} and {LARGE:,} entries", *used)
        path = Path(folder, "payments.xml")
        used = []
        for count in (SMALL, 20 * SMALL):
            with path.open("w", encoding="utf-8") as stream:
                stream.writelines(document(count, accented=4))
            used.append(python(CHECK, str(path)).memory)
        _row(f"payments checked as a stream, {SMALL:,} and {20 * SMALL:,}", *used)
        used, pages = [], []
        for count in (SMALL, 20 * SMALL):
            with path.open("w", encoding="utf-8") as stream:
                stream.writelines(document(count, accented=4, wrong=10))
            used.append(python(SPLIT, str(path)).memory)
            pages.append(python(PAGE, str(path)).memory)
        _row(f"payments split into ready and held, {SMALL:,} and {20 * SMALL:,}", *used)
        _row(f"payments as an HTML report, {SMALL:,} and {20 * SMALL:,}", *pages)
        mended = [_mended(path, name, accented) for name, accented in KINDS]
        used = []
        for count in (SMALL, 16 * SMALL):
            # A parser stops at the first one.
            with path.open("w", encoding="utf-8") as stream:
                stream.writelines(part.replace("</Nm>", " R&D</Nm>") for part in document(count))
            used.append(python(MEND, str(path)).memory)
        _row(f"payments mended, {SMALL:,} and {16 * SMALL:,}, a bare & in each", *used)
    table("payments mended, CPU of the process", "check, s", "mend, s", "ratio", "goal")
    for name, check, mend in mended:
        row(f"{20 * SMALL:,}, {name}", f"{check:.2f}", f"{mend:.2f}", f"{mend / check:.2f}", "≤ 3")


KINDS = (("nothing to mend", 0), ("a name in four accented", 4), ("every name accented", 1))


def _mended(path: Path, name: str, accented: int) -> tuple[str, float, float]:
    """The row of memory of a kind of file; its name, and seconds of the check and of the mended copy."""
    used = []
    for count in (SMALL, 20 * SMALL):
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(document(count, accented=accented))
        used.append(python(MEND, str(path)))
    _row(f"payments mended, {SMALL:,} and {20 * SMALL:,}, {name}", used[0].memory, used[1].memory)
    return name, python(CHECK, str(path)).seconds, used[1].seconds


def _repeated(part: bytes, times: int) -> Iterator[bytes]:
    for _ in range(times):
        yield part


def _row(name: str, small: float, large: float) -> None:
    row(name, f"{small:.0f}", f"{large:.0f}", f"{large / small:.2f}", "< 2")


if __name__ == "__main__":
    main()
