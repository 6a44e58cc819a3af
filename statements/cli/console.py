"""How the command speaks and ends: data to stdout, everything else to stderr; one sentence and an exit code."""

from __future__ import annotations

import errno
import os
import re
import select
import sys

from statements.visible import in_json, one_line, safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TextIO

OK, FINDINGS, USAGE, FAULT, SIGNAL = 0, 1, 2, 3, 128
"""0 clean · 1 findings · 2 usage, unreadable or unknown input, output refused · 3 internal fault · 128 + n signal n."""


COMPLETE = "_STATEMENTS_COMPLETE"
"""The variable by which a shell asks for the words that may come next."""


class UsageFault(Exception):  # noqa: N818 - it ends the run, it is no error of the program
    """Ends the run. ``sentences`` go to stderr, one a line; ``code`` is the exit code."""

    def __init__(self, *sentences: str, code: int = USAGE) -> None:
        self.sentences = sentences
        self.code = code
        super().__init__(*sentences)


class PrintError(OSError):
    """Standard output took no more: a full disk behind a redirection."""


def say(sentence: str) -> None:
    """A sentence on stderr, if anybody listens there: always one line."""
    if sys.stderr is not None:
        try:
            _write(sys.stderr, _encoded(one_line(sentence) + "\n", sys.stderr))
        except OSError:
            # Nobody can be told any more.
            return


def out(lines: Iterable[str]) -> None:
    """Lines for a person on stdout. Each stays one line, and nothing in it acts on the terminal."""
    _out("".join(f"{one_line(line)}\n" for line in lines))


def out_pieces(pieces: Iterable[str]) -> None:
    """A long text of safe lines, piece by piece."""
    for piece in pieces:
        _out(safe(piece))


def out_text(text: str, color: str = "auto") -> None:
    """A text of safe lines, in the character set of the terminal; severities in colour where a person looks.

    ``color`` is ``auto`` (a terminal, and no ``NO_COLOR`` in the environment), ``always`` or ``never``.
    """
    wanted = color == "always" or (color == "auto" and _shows_colors())
    _out(_GRADE.sub(_painted, safe(text)) if wanted else safe(text))


_GRADE = re.compile(
    r"^( *|[^\n]*: [A-Z][A-Z0-9]{2,3}-\d{3} )(error|erreur|warning|avertissement|info)(?=[ \u00a0:])", re.MULTILINE
)
_PAINT = {"error": "31;1", "erreur": "31;1", "warning": "33", "avertissement": "33", "info": "36"}


def _painted(match: re.Match[str]) -> str:
    return f"{match[1]}\x1b[{_PAINT[match[2]]}m{match[2]}\x1b[0m"


def _shows_colors() -> bool:
    terminal = sys.stdout is not None and sys.stdout.isatty()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def out_bytes(data: bytes) -> None:
    """Bytes on stdout, untouched: files, and reports for machines, which are UTF-8 wherever they go."""
    _out(data)


def json_bytes(document: Any) -> bytes:
    """A document for programs: JSON in UTF-8, hidden characters as escapes."""
    import msgspec

    return escaped(msgspec.json.format(msgspec.json.encode(document), indent=1)) + b"\n"


def escaped(document: bytes) -> bytes:
    """JSON with hidden characters as escapes: the same data, and nothing that acts on a terminal."""
    return in_json(document.decode()).encode()


def _out(data: str | bytes) -> None:
    if sys.stdout is None:
        raise PrintError(errno.EBADF, "")
    try:
        _write(sys.stdout, _encoded(data, sys.stdout) if isinstance(data, str) else data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PrintError(error.errno, "") from error


def _encoded(text: str, stream: TextIO) -> bytes:
    # A terminal of another character set shows what it cannot print as codes, it never fails.
    return text.encode(stream.encoding or "utf-8", "backslashreplace")


def _write(stream: TextIO, data: bytes) -> None:
    """Write all of it. A raw stream may take a part only, a full pipe nothing for a while: both are asked again."""
    buffer = getattr(stream, "buffer", None)
    if buffer is None:
        stream.write(data.decode("utf-8", "replace"))
        return
    _flush(stream.flush, stream)
    rest = memoryview(data)
    while rest:
        try:
            taken = buffer.write(rest[:_PIECE])
        except BlockingIOError as error:
            taken = error.characters_written
        if taken:
            rest = rest[taken:]
        else:
            _wait(stream)
    _flush(buffer.flush, stream)


_PIECE = 1 << 16


def _flush(flush: Callable[[], None], stream: TextIO) -> None:
    while True:
        try:
            flush()
        except BlockingIOError:
            _wait(stream)
        else:
            return


def _wait(stream: TextIO) -> None:
    """Until a full pipe takes something again."""
    select.select([], [stream.fileno()], [])


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "  ") -> list[str]:
    """Rows as lines of aligned columns, two blanks apart; the columns in ``right`` are right-aligned."""
    widths = [max(len(row[at]) for row in rows if at < len(row)) for at in range(max(map(len, rows), default=0))]
    lines = []
    for row in rows:
        cells = [cell.rjust(widths[at]) if at in right else cell.ljust(widths[at]) for at, cell in enumerate(row)]
        lines.append((indent + "  ".join(cells)).rstrip())
    return lines
