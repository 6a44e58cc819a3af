"""Line and column of a value in a JSON file, looked up afterwards for the few findings that need a person."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from statements.findings import Finding
from statements.formats.qonto.document import Lines
from statements.rules import Severity

MOST = 50
"""Findings that are looked up; each reads the file up to its place."""

LARGEST = 16 * 1024 * 1024
"""Bytes beyond which a path has to do."""

_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")
# A byte order mark may stand before the text.
_BLANK = re.compile("[ \t\r\n\ufeff]*")
_DECODER = json.JSONDecoder(parse_float=len, parse_int=len, parse_constant=len)


def placed(findings: Iterable[Finding], files: Mapping[str | None, bytes]) -> tuple[Finding, ...]:
    """The findings, those above INFO with the line and column of the value that their path names."""
    result = []
    texts: dict[str | None, tuple[str, Lines] | None] = {}
    looked_up = 0
    for finding in findings:
        place = finding.location
        if place.path and place.line is None and finding.severity is not Severity.INFO and looked_up < MOST:
            if place.file not in texts:
                texts[place.file] = _text(files.get(place.file, b""))
            text = texts[place.file]
            offset = None if text is None else _offset(text[0], place.path)
            if text is not None and offset is not None:
                at = len(text[0][:offset].encode("utf-8"))
                line, column = text[1].at(at)
                finding = replace(finding, location=replace(place, line=line, column=column, offset=at))
            looked_up += 1
        result.append(finding)
    return tuple(result)


def _text(data: bytes) -> tuple[str, Lines] | None:
    if len(data) > LARGEST:
        return None
    try:
        return data.decode("utf-8"), Lines(data)
    except UnicodeDecodeError:
        return None


def _offset(text: str, path: str) -> int | None:
    """Where the value of a path begins; the last object on the way where the member is not there."""
    at = _BLANK.match(text).end()  # type: ignore[union-attr]  # matches always
    try:
        for index, name in _STEP.findall(path):
            inner = _item(text, at, int(index)) if index else _member(text, at, name)
            if inner is None:
                return at
            at = inner
    except (ValueError, IndexError, RecursionError):
        return None
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


def _item(text: str, at: int, index: int) -> int | None:
    """The beginning of an item of the list at ``at``."""
    if text[at] != "[":
        return None
    at = _skip(text, at + 1)
    for _ in range(index):
        _, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != ",":
            return None
        at = _skip(text, at + 1)
    return at
