"""The bytes of a payment file, whatever they come in, given as UTF-8 piece by piece."""

from __future__ import annotations

import io
from typing import Any

import pytest

from statements.formats.pain001.source import Source

TEXT = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<A>é' + "x" * 50 + "</A>"
BLANK = " " * TEXT.index("\n") + "\n"


class Pipe(io.BytesIO):
    """A stream that cannot be read twice."""

    def seekable(self) -> bool:
        return False


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO, Pipe])
@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_every_kind_of_source(kind: Any, size: int) -> None:
    """Bytes in any dress, streams that can be read again and streams that cannot: the same pieces, twice."""
    data = TEXT.encode()
    source = Source(kind(data))
    for _ in range(2):
        assert b"".join(source.raw(size)) == data
        assert max(map(len, source.raw(size))) <= size
    assert source.head(5) == b"<?xml"
    assert not source.is_text


def test_text_is_text() -> None:
    """A text is taken as UTF-8, half characters included."""
    source = Source("é\ud800")
    assert source.is_text
    assert b"".join(source.raw()) == "é\ud800".encode("utf-8", "surrogatepass")


def test_what_is_no_source() -> None:
    """A number or a list is a mistake of the program that calls."""
    with pytest.raises(TypeError, match="not list"):
        Source([1])  # type: ignore[arg-type]


def test_a_stream_begins_where_it_stands() -> None:
    """What was read before belongs to the caller, and two readings may interleave."""
    stream = io.BytesIO(b"before|" + TEXT.encode())
    stream.seek(7)
    source = Source(stream)
    one, other = source.raw(5), source.raw(9)
    assert next(one) == b"<?xml"
    assert next(other) == b"<?xml ver"
    assert next(one) == b" vers"
    assert b"<?xml" + b" vers" + b"".join(one) == TEXT.encode()
    assert b"<?xml ver" + b"".join(other) == TEXT.encode()


@pytest.mark.parametrize(
    ("encoding", "mark"), [("iso-8859-1", b""), ("utf-16-le", b"\xff\xfe"), ("utf-8", b"\xef\xbb\xbf")]
)
@pytest.mark.parametrize("size", [1, 8, 1_000])
def test_another_encoding_becomes_utf_8(encoding: str, mark: bytes, size: int) -> None:
    """Without the byte order mark; a declaration that is no longer true is blanked, so that no place moves."""
    source = Source(mark + TEXT.encode(encoding))
    whole = source.pieces(encoding, len(mark), max(size, len(mark) + 1))
    expected = TEXT if encoding == "utf-8" else BLANK + TEXT.partition("\n")[2]
    text = b"".join(whole).decode()
    if size == 1_000 or encoding == "utf-8":
        assert text == expected
    assert text.partition("\n")[2] == expected.partition("\n")[2]


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize("stream", [False, True])
def test_as_a_readable_object(encoding: str, stream: bool) -> None:
    """In parts of the size that is asked for, or as a whole; nothing after the end."""
    data = b"  " + "é<A/>".encode(encoding)
    expected = "é<A/>".encode()
    source = Source(io.BytesIO(data) if stream else data)
    assert source.open(encoding, 2).read() == expected
    parts = source.open(encoding, 2)
    assert [parts.read(3), parts.read(2), parts.read(100), parts.read(3)] == [
        expected[:3],
        expected[3:5],
        expected[5:],
        b"",
    ]
    rest = source.open(encoding, 2)
    assert rest.read(1) + rest.read(-1) == expected
