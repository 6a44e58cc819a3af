"""Dates (P001-370 … 375). Without a checking date the rules that need one stay silent."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.scope import Scope
from statements.formats.pain001.silence import BLOCK, GROUP, RuleFunction
from statements.reference.target import is_target_day, next_target_day

_DAY = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?(T.*)?\s*", re.ASCII)


@lru_cache(maxsize=1_024)
def day_of(text: str | None) -> date | None:
    """The calendar day of an xs:date or xs:dateTime as it is written; ``None`` for anything else.

    >>> day_of("2026-12-01"), day_of("2026-12-01T10:00:00+01:00"), day_of("2026-02-30")
    (datetime.date(2026, 12, 1), datetime.date(2026, 12, 1), None)
    """
    match = _DAY.fullmatch(text) if text is not None else None
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None


def execution_path(block: Scope) -> str:
    """Where the execution date stands: a plain date in .02 and .03, ``Dt`` or ``DtTm`` in .09."""
    for path in ("ReqdExctnDt/Dt", "ReqdExctnDt/DtTm"):
        if path in block:
            return path
    return "ReqdExctnDt"


def execution_date(block: Scope, check: CheckContext) -> None:
    """Not in the past (then nothing else is said of it), not a year ahead, on an open day."""
    path = execution_path(block)
    text = block.text(path)
    day = day_of(text)
    if day is None:
        return
    if check.today is not None:
        if day < check.today:
            first = check.today if check.instant or is_target_day(check.today) else next_target_day(check.today)
            check.add("P001-370", block, path, found=text, expected=first.isoformat())
            return
        limit = check.settings["max_days_ahead"]
        if limit and (day - check.today).days > limit:
            check.add("P001-371", block, path, found=text, expected=_latest(check.today, limit))
    if not check.instant and not is_target_day(day) and day.year < date.max.year:
        check.add("P001-372", block, path, found=text, expected=next_target_day(day).isoformat())


def _latest(today: date, limit: int) -> str:
    return (today + timedelta(days=limit)).isoformat()


def time_zone(block: Scope, check: CheckContext) -> None:
    """.02 and .03: a date with a time zone is read differently by banks."""
    text = block.text("ReqdExctnDt")
    match = _DAY.fullmatch(text) if text is not None else None
    if match is not None and match[2] and check.version != "09":
        check.add("P001-373", block, "ReqdExctnDt", found=text, expected=match[1])


def creation_time(group: Scope, check: CheckContext) -> None:
    """Made neither tomorrow nor long ago."""
    text = group.text("CreDtTm")
    day = day_of(text)
    if day is None or check.today is None:
        return
    age = (check.today - day).days
    if age < 0 or age > check.settings["max_age_days"]:
        check.add("P001-374", group, "CreDtTm", found=text, days=str(abs(age)))


def execution_time(block: Scope, check: CheckContext) -> None:
    """.09: a time of execution is for instant transfers only, where agreed."""
    path = "ReqdExctnDt/DtTm"
    if path in block and check.version == "09":
        check.add("P001-375", block, path, found=block.text(path))


DATES: tuple[RuleFunction, ...] = (
    RuleFunction(execution_date, ("P001-370", "P001-371", "P001-372"), BLOCK),
    RuleFunction(time_zone, ("P001-373",), BLOCK),
    RuleFunction(creation_time, ("P001-374",), GROUP),
    RuleFunction(execution_time, ("P001-375",), BLOCK),
)
