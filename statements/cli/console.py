"""How the command speaks and ends: data to stdout, everything else to stderr; one sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from statements.visible import safe

OK, FINDINGS, USAGE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130
"""0 clean · 1 findings · 2 usage, unreadable or unknown input, output refused · 3 internal fault · 130 Ctrl-C."""


class UsageFault(Exception):  # noqa: N818 - it ends the run, it is no error of the program
    """Ends the run. ``sentences`` go to stderr, one a line; ``code`` is the exit code."""

    def __init__(self, *sentences: str, code: int = USAGE) -> None:
        self.sentences = sentences
        self.code = code
        super().__init__(*sentences)


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
