"""Printing: data to stdout, everything else to stderr, control characters made visible."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

# Controls, line and paragraph separators, zero-width and bidirectional marks: a name must not steer the terminal.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def safe(text: str) -> str:
    r"""The text with every control and hidden character written as its code.

    >>> safe("a\x1b[31m")
    'a\\x1b[31m'
    """
    return _HIDDEN.sub(lambda match: _code(match[0]), text)


def one_line(text: str) -> str:
    r"""As :func:`safe`, with line breaks and tabs written out too.

    >>> one_line("a\nb")
    'a\\nb'
    """
    return safe(text).replace("\n", "\\n").replace("\t", "\\t")


def _code(char: str) -> str:
    number = ord(char)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


class PrintError(OSError):
    """Standard output took no more: a full disk behind a redirection."""


def say(sentence: str) -> None:
    """A sentence on stderr."""
    _write(sys.stderr, safe(sentence) + "\n")


def out(text: str) -> None:
    """Text on stdout, as it is: the caller has made it safe."""
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PrintError(error.errno, "") from error


def out_bytes(data: bytes) -> None:
    """Bytes on stdout, untouched."""
    buffer = getattr(sys.stdout, "buffer", None)
    try:
        if buffer is None:
            sys.stdout.write(data.decode("utf-8", "replace"))
        else:
            sys.stdout.flush()
            buffer.write(data)
            buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PrintError(error.errno, "") from error


def _write(stream: object, text: str) -> None:
    # A terminal of another character set shows what it cannot print as codes, it never fails.
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))  # type: ignore[attr-defined]
    stream.flush()  # type: ignore[attr-defined]


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "  ") -> list[str]:
    """Rows as lines of aligned columns, two blanks apart; the columns in ``right`` are right-aligned."""
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows), default=0))]
    lines = []
    for row in rows:
        cells = [cell.rjust(widths[at]) if at in right else cell.ljust(widths[at]) for at, cell in enumerate(row)]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines
