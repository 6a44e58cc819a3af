"""Places in a JSON text: of what the decoder would take in good faith and should not (a key given twice, NaN,
Infinity), and of the value that the path of a finding names.

The typed decoder keeps the last of two equal keys, so that the amount booked could be another than the amount a
person reads. The exact test reads every key of a file and costs as much as a plain JSON parser. It is always made
of a file of ordinary size, and of a larger one when the keys that decide a booking are counted more often than there
are rows, or when anything else in it was found wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import msgspec
from msgspec.structs import replace

from statements.findings import Finding
from statements.formats.qonto.rows import Lines
from statements.rules import Severity

EXACT = 256 * 1024
"""Bytes up to which every key of a file is read. A page of the API (100 transactions) is about 130 kB."""

# Amount, side and account of a row are held by the chain of balances: a second value of theirs makes an error by
# itself, and an error makes the exact test. The day is held by nothing else.
_DECISIVE = (b'"settled_at"',)

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
_CONSTANT = re.compile(rb"-?(?:NaN|Infinity|nan|inf(?:inity)?)", re.IGNORECASE)


class JsonFault(msgspec.Struct, frozen=True):
    """A key given twice or a number that is none: byte offset, path, and the words of the file."""

    offset: int
    path: str
    found: str
    duplicate: bool


class _FaultFoundError(Exception):
    """Stops the plain parser at the first fault."""


def _pairs(pairs: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _FaultFoundError


def _constant(_word: str) -> NoReturn:
    raise _FaultFoundError


_SCANNER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_float=len, parse_int=len)


def suspect(data: bytes, rows: int) -> bool:
    """Whether the exact test must be made of a file that decodes well."""
    return len(data) <= EXACT or any(data.count(key) > rows for key in _DECISIVE)


def fault(data: bytes) -> JsonFault | None:
    """The first fault of a JSON text or of JSON lines; ``None`` when there is none (or when it is no JSON at all).

    >>> fault(b'{"a": 1, "b": {"c": 1, "c": 2}}')
    JsonFault(offset=23, path='b.c', found='c', duplicate=True)
    >>> fault(b'[0.1, NaN]').path, fault(b'{"a": 1}')
    ('[1]', None)
    """
    try:
        text = data.decode("utf-8")
        end = 0
        while end < len(text):
            _, end = _SCANNER.raw_decode(text, end)
            while end < len(text) and text[end] in " \t\r\n":
                end += 1
    except _FaultFoundError:
        return _place(data)
    except (ValueError, RecursionError):
        # No JSON beyond this point: a word such as nan may be the reason.
        return _place(data, constants_only=True)
    return None


class _Level(msgspec.Struct):
    """One open object or list of the text."""

    keys: set[bytes] | None
    key: str = ""
    index: int = 0
    awaits_key: bool = True


def _place(data: bytes, *, constants_only: bool = False) -> JsonFault | None:
    stack: list[_Level] = []
    for match in _TOKEN.finditer(data):
        token = match[0]
        level = stack[-1] if stack else None
        if token == b"{":
            stack.append(_Level(set()))
        elif token == b"[":
            stack.append(_Level(None))
        elif token in (b"}", b"]"):
            if stack:
                stack.pop()
        elif token == b",":
            if level is not None:
                level.index += 1
                level.awaits_key = True
        elif token == b":":
            if level is not None:
                level.awaits_key = False
        elif token[:1] == b'"':
            if level is not None and level.keys is not None and level.awaits_key:
                name = _name(token)
                level.key = name.decode("utf-8", "replace")
                if name in level.keys and not constants_only:
                    return JsonFault(match.start(), _path(stack), level.key, True)
                level.keys.add(name)
        elif _CONSTANT.fullmatch(token) is not None:
            return JsonFault(match.start(), _path(stack), token.decode("ascii"), False)
    return None


def _name(token: bytes) -> bytes:
    """A key with its escapes resolved: ``"\\u0061"`` is the same key as ``"a"``."""
    if b"\\" not in token:
        return token[1:-1]
    try:
        return str(json.loads(token)).encode("utf-8", "surrogatepass")
    except ValueError:
        return token[1:-1]


def _path(stack: Sequence[_Level]) -> str:
    parts = [f"[{level.index}]" if level.keys is None else f".{level.key}" for level in stack]
    return "".join(parts).lstrip(".")


# -- the value that a path names --------------------------------------------------------------------------------------

MOST = 50
"""Findings that are looked up."""

LARGEST = 16 * 1024 * 1024
"""Bytes beyond which a path has to do."""

_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")
# A byte order mark may stand before the text.
_BLANK = re.compile("[ \t\r\n\ufeff]*")
_DECODER = json.JSONDecoder(parse_float=len, parse_int=len, parse_constant=len)


def placed(findings: Iterable[Finding], files: Mapping[str | None, bytes]) -> tuple[Finding, ...]:
    """The findings, those above INFO with the line and column of the value that their path names.

    A finding that knows its line already (JSON lines) is looked for in that line alone.
    """
    result = []
    texts: dict[tuple[str | None, int | None], _Text | None] = {}
    lines: dict[str | None, Lines] = {}
    looked_up = 0
    for finding in findings:
        place = finding.location
        if place.path and place.column is None and finding.severity is not Severity.INFO and looked_up < MOST:
            looked_up += 1
            data = files.get(place.file, b"")
            if place.file not in lines:
                lines[place.file] = Lines(data)
            key = place.file, place.line
            if key not in texts:
                start, end = (0, len(data)) if place.line is None else lines[place.file].span(place.line)
                texts[key] = _text(data, start, end)
            text = texts[key]
            at = None if text is None else text.offset(place.path)
            if at is not None:
                line, column = lines[place.file].at(at)
                finding = replace(finding, location=replace(place, line=line, column=column, offset=at))
        result.append(finding)
    return tuple(result)


def _text(data: bytes, start: int, end: int) -> _Text | None:
    if end - start > LARGEST:
        return None
    try:
        return _Text(data[start:end].decode("utf-8"), start)
    except UnicodeDecodeError:
        return None


class _Text:
    """One JSON text in which several paths are looked up: the walk along a list goes on where the last one ended."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._start = start
        self._walked: dict[int, tuple[int, int]] = {}

    def offset(self, path: str) -> int | None:
        """Where in the file the value of a path begins; the last object on the way where the member is not there."""
        at = _skip(self._text, 0)
        try:
            for index, name in _STEP.findall(path):
                inner = self._item(at, int(index)) if index else _member(self._text, at, name)
                if inner is None:
                    break
                at = inner
        except (ValueError, IndexError, RecursionError):
            return None
        return self._start + len(self._text[:at].encode("utf-8"))

    def _item(self, start: int, index: int) -> int | None:
        """The beginning of an item of the list at ``start``."""
        text = self._text
        if text[start] != "[":
            return None
        reached, at = self._walked.get(start, (0, 0))
        if not at or reached > index:
            reached, at = 0, _skip(text, start + 1)
        for _ in range(index - reached):
            _, at = _DECODER.raw_decode(text, at)
            at = _skip(text, at)
            if text[at] != ",":
                return None
            at = _skip(text, at + 1)
        self._walked[start] = index, at
        return at


def _skip(text: str, at: int) -> int:
    return _BLANK.match(text, at).end()  # type: ignore[union-attr]  # matches always


def _member(text: str, at: int, name: str) -> int | None:
    """The beginning of the value of a key of the object at ``at``."""
    if text[at] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] == '"':
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        if key == name:
            return at
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != ",":
            return None
        at = _skip(text, at + 1)
    return None
