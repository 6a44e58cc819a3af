"""Hostile input ends at once: the slowest of the hostile documents, and linear time on texts made to be slow."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from benchmarks.measure import show, timed
from statements.formats import mt940
from statements.formats.pain001.positions import locate

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "hostile"))

ODD_LINES = (b"-\r\n", b":44:\r\n", b"x" * 60 + b"\r\n", b"940\r\n", b"\r\n", b":25:x\r\n", b"?20SVWZ+\r\n", b"$\r\n")
OPENINGS = (b"<!--", b"<a b='", b"<", b"<a>", b"<M><![CDATA[")
MT940_HEAD = b":20:R\r\n:25:FR76\r\n:28C:1/1\r\n:60F:C260101EUR100,00\r\n:86:x\r\n"


def exponent(small: float, large: float, factor: int) -> float:
    """The power of the size with which time grows."""
    return math.log(large / small, factor)


def main() -> None:
    """Print the slowest hostile document and the worst exponents."""
    from test_hostile_xml import DOCUMENTS, check

    check(b"<a/>")
    slowest = max(
        (timed(lambda make=make: check(make("http://127.0.0.1:9/"))), name) for name, (make, _) in DOCUMENTS.items()
    )
    show(f"slowest of {len(DOCUMENTS)} hostile XML documents", f"{slowest[0]:.3f} s, {slowest[1]}   (goal < 1)")

    def lines(line: bytes, count: int) -> float:
        return min(timed(lambda: mt940.validate(MT940_HEAD + line * count)) for _ in range(3))

    worst = max(exponent(lines(line, 8_000), lines(line, 64_000), 8) for line in ODD_LINES)
    show("MT940 texts made to be slow, worst exponent", f"{worst:.3f}   (linear)")

    def openings(text: bytes, count: int) -> float:
        return min(timed(lambda: locate([b"<Document><M>" + text * count], ["PmtInf[1]/Nm"])) for _ in range(3))

    worst = max(exponent(openings(text, 50_000), openings(text, 400_000), 8) for text in OPENINGS)
    show("XML openings that never close, worst exponent", f"{worst:.3f}   (linear)")


if __name__ == "__main__":
    main()
