"""Formats and rules of other packages, found by their entry points.

A package names them in its ``pyproject.toml``::

    [project.entry-points."statements.formats"]
    camt053 = "our_package:ROW"            # a statements.formats.register.Format

    [project.entry-points."statements.rules"]
    ours = "our_package:RULES"             # pairs of a statements.rules.Rule and a RuleFunction of the payment check

The command loads them at its start (not with ``--isolated``); a program that uses the library says so itself::

    >>> load_plugins()
    ()
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from statements.formats import register

FORMATS, RULES = "statements.formats", "statements.rules"

_loaded: dict[tuple[str, str], str] = {}


class PluginError(Exception):
    """An entry point that cannot be used: ``name`` and the reason."""

    def __init__(self, name: str, reason: Exception) -> None:
        self.name = name
        super().__init__(f"{name}: {reason}")


def load_plugins() -> tuple[str, ...]:
    """Make the formats and rules of all installed packages known; their names. A second call changes nothing.

    Raises :class:`PluginError` for one that cannot be used.
    """
    # Asked once: it reads the names of every package there is.
    installed = entry_points()
    for group in (FORMATS, RULES):
        for point in installed.select(group=group):
            if (group, point.name) in _loaded:
                continue
            try:
                _take(group, point)
            except Exception as error:
                raise PluginError(point.name, error) from error
            _loaded[group, point.name] = point.value
    return tuple(name for _, name in _loaded)


def _take(group: str, point: EntryPoint) -> None:
    found = point.load()
    if group == FORMATS:
        register.register(found)
        return
    from statements.formats.pain001.rules import add_rule

    for row, function in found:
        add_rule(row, function)
