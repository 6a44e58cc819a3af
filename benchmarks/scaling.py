"""Memory and time against size: flat memory through the streaming calls, linear time."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from types import ModuleType

from benchmarks import samples
from benchmarks.measure import peak_memory, show, timed
from statements.formats import cfonb120, mt940

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


def flat(name: str, small: float, large: float) -> None:
    """Print one ratio of peak memory."""
    show(
        f"{name}, memory 1,000,000 / 10,000 entries", f"{large:.0f} / {small:.0f} MB = {large / small:.2f}   (goal < 2)"
    )


def one_format(name: str, codec: ModuleType) -> None:
    """Memory of reading and writing, and the exponent of reading time."""
    small = b"".join(outcome.value for outcome in codec.iter_write(samples.statements(10_000)))
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, "small"), Path(folder, "large")]
        for path, times in zip(paths, (1, 100), strict=True):
            with path.open("wb") as stream:
                for _ in range(times):
                    stream.write(small)
        flat(f"{name} read", *(peak_memory(READ.format(name=name), str(path)) for path in paths))
    flat(f"{name} write", *(peak_memory(WRITE.format(name=name), size) for size in ("10000", "1000000")))
    large = b"".join(outcome.value for outcome in codec.iter_write(samples.statements(160_000)))
    seconds = [
        min(timed(lambda data=data: sum(1 for _ in codec.iter_read(data))) for _ in range(5)) for data in (small, large)
    ]
    show(f"{name} read, exponent of time", f"{math.log(seconds[1] / seconds[0], 16):.3f}   (goal < 1.1)")


def main() -> None:
    """Both formats."""
    one_format("mt940", mt940)
    one_format("cfonb120", cfonb120)


if __name__ == "__main__":
    main()
