"""Cut, changed and hostile MT940: no exception, bounded time, no amount changed in silence."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats import mt940, recognise

EXAMPLE = "worked-example.sta"


def _example(fixtures: Path) -> bytes:
    return (fixtures / "mt940" / "examples" / EXAMPLE).read_bytes()


def test_a_file_cut_at_any_byte_is_read_without_an_exception(fixtures: Path) -> None:
    """Every prefix gives findings, never an exception; a cut before the closing balance is an error."""
    data = _example(fixtures)
    closing = data.index(b":62F:C260903EUR136")
    for end in range(len(data)):
        report = mt940.validate(data[:end])
        if end < closing:
            assert not report.valid


def test_a_changed_digit_of_an_amount_is_noticed(fixtures: Path) -> None:
    """Each single digit of each amount, changed to another digit, breaks the arithmetic (M940-080)."""
    data = _example(fixtures)
    lines = data.split(b"\r\n")
    at = 0
    checked = 0
    for line in lines:
        if line.startswith((b":61:", b":60F:", b":62F:")):
            start = 11 if line.startswith(b":61:") else 15
            for index in range(start, len(line)):
                if line[index : index + 1] == b"N" and line.startswith(b":61:"):
                    break
                digit = line[index : index + 1]
                if not digit.isdigit() or (line.startswith(b":61:") and index < 14):
                    continue
                changed = bytes([(digit[0] - 48 + 1) % 10 + 48])
                report = mt940.validate(data[: at + index] + changed + data[at + index + 1 :])
                assert not report.valid, (line, index)
                checked += 1
        at += len(line) + 2
    assert checked > 30


def test_random_single_byte_changes_never_raise(fixtures: Path) -> None:
    """Two thousand changed bytes: reading, validating and writing what was read never raise."""
    data = _example(fixtures)
    chance = random.Random(940)
    for _ in range(2_000):
        at = chance.randrange(len(data))
        changed = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
        outcome = mt940.read(changed)
        mt940.write(outcome.value)


@given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8"))))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    """read, validate, outline and recognise take anything."""
    mt940.read(data)
    mt940.validate(data, profile="swift")
    mt940.outline(data)
    recognise.mt940(data)


FRAGMENTS = [
    b":20:R\r\n", b":25:FR76\r\n", b":28C:1/1\r\n", b":60F:C260101EUR1,\r\n", b":61:260101C1,NTRFX\r\n", b":86:x\r\n",
    b"-\r\n", b"-}\r\n", b"{1:F01", b"{4:\r\n", b":62F:C260101EUR1,\r\n", b":62M:", b"\r", b"\n", b":NS:22x\r\n",
    b":34F:EUR1,\r\n", b":13D:", b":90C:1EUR1,\r\n", b"940\r\n", b"XXX\r\n", b":86 :", b":\r\n86:", b"/EREF/", b"\xff",
    b":65:", b":64:C260101EUR1,\r\n", b"    ", b":86:166?20", b"\x1a",
]  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map(b"".join))
def test_any_order_of_fields_is_read_without_an_exception(data: bytes) -> None:
    """Fields in any order, cut and joined, give statements that can be written or are refused with a finding."""
    outcome = mt940.read(data)
    for statement in outcome.value:
        written = mt940.write([statement])
        assert written.value or written.findings


@pytest.mark.parametrize(
    "line",
    [
        b"-\r\n",
        b":44:\r\n",
        b"x" * 60 + b"\r\n",
        b"940\r\n",
        b"\r\n",
        b":25:x\r\n",
        b"?20SVWZ+\r\n",
        b"/EREF/\r\n",
        b"$\r\n",
    ],
)
@pytest.mark.parametrize("tail", [b"", b":62F:C260102EUR100,00\r\n"])
def test_thousands_of_odd_lines_are_read(line: bytes, tail: bytes) -> None:
    """In a text and after the closing balance: all are read (the benchmarks show the time), none becomes an entry."""
    head = b":20:R\r\n:25:FR76\r\n:28C:1/1\r\n:60F:C260101EUR100,00\r\n" + tail + b":86:x\r\n"
    report = mt940.validate(head + line * 4_000 + b":64:C260102EUR100,00\r\n")
    assert report.findings
    assert report.summary.statements in (1, 2), "a :25: after a closing balance opens a message"
    assert report.summary.entries == 0


def test_a_stream_is_read_statement_by_statement(fixtures: Path) -> None:
    """A binary stream gives the same statements as the bytes, whatever the size of its chunks."""
    data = _example(fixtures) + (fixtures / "mt940" / "examples" / "pages-example.sta").read_bytes()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(7)

    streamed = [outcome.value for outcome in mt940.iter_read(Slow(data)) if outcome.value is not None]
    assert tuple(streamed) == mt940.read(data).value
    assert len(streamed) == 2
