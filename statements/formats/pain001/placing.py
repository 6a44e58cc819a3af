"""Findings get their lines and columns: one more reading of the bytes, only when there are findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from statements.findings import Finding, Location
from statements.formats.pain001.places import Place, locate


def placed(findings: list[Finding], pieces: Callable[[], Iterable[bytes]]) -> list[Finding]:
    """The findings with line and column of the value they quote; of the nearest element where it should stand."""
    wanted: set[str] = set()
    for finding in findings:
        path = finding.location.path
        if path is not None and finding.location.line is None:
            wanted.update(_upwards(path))
    if not wanted:
        return findings
    places = locate(pieces(), wanted)
    return [_place(finding, places) for finding in findings]


def _upwards(path: str) -> Iterable[str]:
    """The path and the paths of what it stands in."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _place(finding: Finding, places: dict[str, Place]) -> Finding:
    location = finding.location
    if location.path is None or location.line is not None:
        return finding
    for path in _upwards(location.path):
        place = places.get(path)
        if place is not None:
            spot = place.value if path == location.path else place.tag
            column = spot.column
            if path == location.path and finding.found:
                # The place of a value is its first letter; what is quoted may begin with blanks before it.
                blanks = len(finding.found) - len(finding.found.lstrip(" \t"))
                column = max(1, column - blanks) if finding.found.strip() else column
            return msgspec.structs.replace(finding, location=_at(location, spot.line, column))
    return finding


def _at(location: Location, line: int, column: int) -> Location:
    return msgspec.structs.replace(location, line=line, column=column)
