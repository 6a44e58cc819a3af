"""The forms of a report. One explicit table: name -> where its function is, loaded when asked for.

Every renderer is ``render(files: Sequence[Checked], lang) -> str``, some with further keywords; it gives the whole text
of the report and prints and opens nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

RENDERERS: Mapping[str, str] = {
    "text": "statements.cli.render.text:render",
    "concise": "statements.cli.render.concise:render",
    "json": "statements.cli.render.json_report:render",
    "jsonl": "statements.cli.render.json_report:render_lines",
    "sarif": "statements.cli.render.sarif:render",
    "junit": "statements.cli.render.junit:render",
    "github": "statements.cli.render.github:render",
    "pain.002": "statements.cli.render.pain002:render",
}
"""The words of ``validate --format``."""

KEYWORDS: Mapping[str, tuple[str, ...]] = {"junit": ("fail_on",), "pain.002": ("created",)}
"""The further keywords of a renderer: ``fail_on`` (a severity), ``created`` (the moment that ``--today`` gives)."""


def load(address: str) -> Callable[..., Any]:
    """The function at ``module:function``."""
    place, _, function = address.partition(":")
    found: Callable[..., Any] = getattr(import_module(place), function)
    return found
