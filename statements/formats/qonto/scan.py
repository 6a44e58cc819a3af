"""JSON that the decoder would take in good faith and should not: a key given twice, NaN, Infinity.

The typed decoder keeps the last of two equal keys, so that the amount booked could be another than the amount a
person reads. The exact test reads every key of a file and costs as much as a plain JSON parser. It is always made
of a file of ordinary size, and of a larger one when the keys that decide a booking are counted more often than there
are rows, or when anything else in it was found wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

import msgspec

EXACT = 256 * 1024
"""Bytes up to which every key of a file is read. A page of the API (100 transactions) is about 130 kB."""

# Amount, side and account of a row are held by the chain of balances: a second value of theirs makes an error by
# itself, and an error makes the exact test. The day is held by nothing else.
_DECISIVE = (b'"settled_at"',)

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
_CONSTANT = re.compile(rb"-?(?:NaN|Infinity|nan|inf(?:inity)?)", re.IGNORECASE)


class Fault(msgspec.Struct, frozen=True):
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


def fault(data: bytes) -> Fault | None:
    """The first fault of a JSON text or of JSON lines; ``None`` when there is none (or when it is no JSON at all).

    >>> fault(b'{"a": 1, "b": {"c": 1, "c": 2}}')
    Fault(offset=23, path='b.c', found='c', duplicate=True)
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


def _place(data: bytes, *, constants_only: bool = False) -> Fault | None:
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
                    return Fault(match.start(), _path(stack), level.key, True)
                level.keys.add(name)
        elif _CONSTANT.fullmatch(token) is not None:
            return Fault(match.start(), _path(stack), token.decode("ascii"), False)
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
