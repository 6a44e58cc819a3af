"""The forms of a report. One explicit table: name -> ``module:function``, loaded when asked for.

Every renderer is a function ``render(files: Sequence[Checked], options: Options) -> str`` that gives the whole text of
the report with its last line end; nothing is printed or opened in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

import msgspec

from statements.cli.texts import Texts
from statements.findings import Report, Severity

RENDERERS: Mapping[str, str] = {
    "text": "statements.cli.render.text:render",
    "concise": "statements.cli.render.concise:render",
    "json": "statements.cli.render.json_report:render",
    "jsonl": "statements.cli.render.json_report:render_lines",
}
"""The words of ``validate --format``."""

PAYMENT_TEXT = "statements.cli.render.payments:report_lines"
"""``report_lines(checked, options) -> list[str]``: the text report of a payment file."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One file and its report. ``file`` is the name as given; ``data`` its bytes, for excerpts."""

    file: str
    data: bytes
    report: Report


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a renderer may need beside the reports."""

    texts: Texts
    fail_on: Severity = Severity.ERROR
    today: datetime.date | None = None
    time: datetime.time | None = None
    max_findings: int | None = None


Render = Callable[[Sequence[Checked], Options], str]


def renderer(name: str) -> Render:
    """The function behind a name of :data:`RENDERERS`."""
    return load(RENDERERS[name])


def load(address: str) -> Callable[..., object]:  # type: ignore[misc]
    """The function at ``module:function``."""
    place, _, function = address.partition(":")
    found: Callable[..., object] = getattr(import_module(place), function)
    return found
