"""The small files of `fixtures/*/dialects` made long: their entries again and again, running numbers in the texts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

_NUMBER = re.compile(r"(?<![0-9?A-Z])[0-9]{6,9}(?![0-9])")
_BALANCE = re.compile(r"(?m)^:6[02]F:([CD])[0-9]{6}[A-Z]{3}([0-9]+),([0-9]*)")
_SUM = re.compile(r"(?m)^(:90[CD]:)([0-9]+)([A-Z]{3})([0-9]+),([0-9]*)")

_POSITIVE, _NEGATIVE = "{ABCDEFGHI", "}JKLMNOPQR"


def mt940(data: bytes, entries: int) -> bytes:
    """One message of about ``entries`` entries that adds up, from a file of one message."""
    text = data.decode("utf-8")
    start = re.search(r"(?m)^:61:", text)
    end = re.search(r"(?m)^:(62F|90[CD]):", text)
    if start is None or end is None:
        raise ValueError("no entry, or no end")
    body = text[start.start() : end.start()]
    copies = max(1, entries // len(re.findall(r"(?m)^:61:", body)))
    numbers = itertools.count(1)
    rows = "".join(_running(body, numbers) for _ in range(copies))
    return (text[: start.start()] + rows + _ending(text, end.start(), copies)).encode("utf-8")


def _running(body: str, numbers: Iterator[int]) -> str:
    def number(match: re.Match[str]) -> str:
        return str(next(numbers)).rjust(len(match[0]), "7")[-len(match[0]) :]

    lines = body.split("\n")
    return "\n".join(line if line.startswith(":61:") else _NUMBER.sub(number, line) for line in lines)


def _ending(text: str, at: int, copies: int) -> str:
    tail = _SUM.sub(
        lambda found: f"{found[1]}{int(found[2]) * copies}{found[3]}{_comma(_minor(found[4], found[5]) * copies)}",
        text[at:],
    )
    balances = list(_BALANCE.finditer(text))
    if not balances:
        return tail
    first, last = (_minor(found[2], found[3]) * (-1 if found[1] == "D" else 1) for found in (balances[0], balances[-1]))
    closing = first + copies * (last - first)
    stated = balances[-1][0]
    mark = "D" if closing < 0 else "C"
    made = f"{stated[:5]}{mark}{stated[6:15]}{_comma(abs(closing))}"
    return tail.replace(stated, made, 1)


def _minor(whole: str, decimals: str) -> int:
    return int(whole) * 100 + int(decimals.ljust(2, "0"))


def _comma(minor: int) -> str:
    return f"{minor // 100},{minor % 100:02d}"


def cfonb120(data: bytes, entries: int) -> bytes:
    """One statement of about ``entries`` movements that adds up, from a file of one statement."""
    eol = "\r\n" if b"\r\n" in data else "\n"
    opening, *middle, closing = data.decode("latin-1").split(eol)[:-1]
    movements = [line for line in middle if line.startswith("04")]
    copies = max(1, entries // len(movements))
    total = _signed(opening[90:104]) + copies * sum(_signed(line[90:104]) for line in movements)
    numbers = itertools.count(1)
    rows = [_renumbered(line, numbers) for _ in range(copies) for line in middle]
    ending = closing[:90] + _punched(total) + closing[104:]
    return "".join(line + eol for line in (opening, *rows, ending)).encode("latin-1")


def _renumbered(line: str, numbers: Iterator[int]) -> str:
    stop = 79 if line.startswith("04") else 118
    return line[:48] + _running(line[48:stop], numbers) + line[stop:]


def _signed(text: str) -> int:
    sign, letters = (1, _POSITIVE) if text[-1] in _POSITIVE else (-1, _NEGATIVE)
    return sign * (int(text[:-1]) * 10 + letters.index(text[-1]))


def _punched(minor: int) -> str:
    digits = f"{abs(minor):014d}"
    return digits[:-1] + (_NEGATIVE if minor < 0 else _POSITIVE)[int(digits[-1])]
