"""Every fault of a JSON document that is not exactly ours, with its path; what is sound is kept.

The walk follows the type hints of the records in :mod:`statements.formats.neutral.wire`, so there is no second list
of members.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from statements.findings import Location, Reporter
from statements.formats.neutral.wire import JsonRecord, StatementRecord

_NOTHING = object()

# What a leaf looks like, in no language.
_FORMS: dict[Any, str] = {str: '"…"', int: "1", bool: "true, false", datetime.date: '"2026-09-30"'}


class Number(NamedTuple):
    """A JSON number with a point or an exponent, kept as its text: no member is one."""

    text: str

    def __str__(self) -> str:
        return self.text


def explain(raw: Any, report: Reporter) -> list[tuple[int, StatementRecord]]:
    """Report the faults of a parsed document; the statements that can be read, each with its position."""
    if not isinstance(raw, dict) or not isinstance(raw.get("statements"), list):
        _missing("$.statements", Location(), report)
        return []
    for name in raw:
        if name != "statements":
            report.add("CNV-305", Location(path=f"$.{name}"), found=name, field=name)
    kept = []
    for at, item in enumerate(raw["statements"]):
        value = _value(item, StatementRecord, f"$.statements[{at}]", Location(statement=at + 1), report)
        if value is not _NOTHING:
            kept.append((at, value))
    return kept


def _missing(path: str, place: Location, report: Reporter) -> None:
    report.add("CNV-304", _at(place, path), field=path.rpartition(".")[2])


def _at(place: Location, path: str) -> Location:
    return msgspec.structs.replace(place, path=path, field=path.rpartition(".")[2])


def _value(raw: Any, kind: Any, path: str, place: Location, report: Reporter) -> Any:
    """The value, or ``_NOTHING`` after a finding."""
    kind = _bare(kind)
    if isinstance(kind, type) and issubclass(kind, JsonRecord):
        return _record(raw, kind, path, place, report)
    if get_origin(kind) is tuple:
        return _list(raw, get_args(kind)[0], path, place, report)
    if isinstance(raw, Number):
        report.add("CNV-303", _at(place, path), found=str(raw), expected='"12.50"')
        return _NOTHING
    if isinstance(raw, str) and not _whole(raw):
        report.add("CNV-312", _at(place, path))
        raw = raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError:
        report.add(
            "CNV-303", _at(place, path), found=str(raw)[:80], expected=_FORMS.get(kind, '"payer", "beneficiary"')
        )
        return _NOTHING


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _bare(kind: Any) -> Any:
    """The type without ``None`` and the mark of an absent member."""
    if get_origin(kind) in (Union, UnionType):
        kinds = [item for item in get_args(kind) if item not in (type(None), msgspec.UnsetType)]
        return kinds[0]
    return kind


@lru_cache(maxsize=16)
def _hints(kind: type[JsonRecord]) -> dict[str, Any]:
    return get_type_hints(kind)


def _record(raw: Any, kind: type[JsonRecord], path: str, place: Location, report: Reporter) -> Any:
    if not isinstance(raw, dict):
        report.add("CNV-303", _at(place, path), found=str(raw)[:80], expected="{…}")
        return _NOTHING
    hints = _hints(kind)
    for name in raw:
        if name not in hints:
            report.add("CNV-305", _at(place, f"{path}.{name}"), found=str(raw[name])[:80])
    values = {}
    complete = True
    for info in msgspec.structs.fields(kind):
        name = info.name
        if raw.get(name) is None:
            if info.required:
                _missing(f"{path}.{name}", place, report)
                complete = False
            continue
        value = _value(raw[name], hints[name], f"{path}.{name}", place, report)
        if value is not _NOTHING:
            values[name] = value
        elif info.required:
            complete = False
    return kind(**values) if complete else _NOTHING


def _list(raw: Any, kind: Any, path: str, place: Location, report: Reporter) -> Any:
    if not isinstance(raw, list):
        report.add("CNV-303", _at(place, path), found=str(raw)[:80], expected="[…]")
        return _NOTHING
    values = []
    for at, item in enumerate(raw):
        spot = msgspec.structs.replace(place, entry=at + 1) if path.endswith(".entries") else place
        value = _value(item, kind, f"{path}[{at}]", spot, report)
        if value is not _NOTHING:
            values.append(value)
    return tuple(values)
