"""Settings that stand in a file or in the environment: ``statements.toml``, ``[tool.statements]``, ``STATEMENTS_*``.

What is typed comes before the environment, and the environment before the file. A key is the long name of an option;
at the top it holds for every command that has the option, in a table of a command for that command alone::

    lang = "fr"
    ignore = { "P001-160" = "our bank takes accents" }
    [settings]
    page_limit = 2000
    [convert]
    to = "cfonb120"
"""

from __future__ import annotations

import os

from statements.cli.console import UsageFault
from statements.cli.texts import Texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import click

    Table = Mapping[str, Any]

NAME = "statements.toml"
PROJECT = "pyproject.toml"

KEYS = frozenset(
    "account anonymise by certs color compare completion convert declared eol every exclude exit-zero expect "
    "explain fail-on fetch format from identify ignore jobs known-ids lang ledger mapping max-findings mend "
    "new-only opening original own profile quiet repair report ruler schema schema-dir series settings "
    "shift-amounts shift-dates show since split statistics timezone to today until validate verbose".split()
)
"""Every key of a file: the names of the commands, and of their options."""

_NEVER = frozenset(
    "accept base-url config credentials dask diff dry-run force help isolated lang only output sandbox show-settings "
    "version".split()
)
"""Options that a file or the environment may not set (a folder of somebody else must not choose where a secret goes,
or what is replaced; that somebody has looked is said each time), or that are read before any command is known."""


class Config:
    """A file of settings: its path and content; both empty where there is none."""

    __slots__ = ("path", "table")

    def __init__(self, path: str = "", table: Table | None = None) -> None:
        self.path = path
        self.table: Table = table or {}


def find(args: Sequence[str], folder: str) -> Config:
    """Path and content of the file that holds: ``--config FILE``, else the nearest one upwards; empty without one.

    Raises ``OSError`` or ``ValueError`` when a file cannot be read as TOML.
    """
    named = _named(args)
    if named is not None:
        return Config(named, _section(named)) if named else Config()
    while True:
        for name in (NAME, PROJECT):
            path = os.path.join(folder, name)
            if os.path.isfile(path):
                table = _section(path)
                if table or name == NAME:
                    return Config(path, table)
        above = os.path.dirname(folder)
        if above == folder:
            return Config()
        folder = above


def _named(args: Sequence[str]) -> str | None:
    """The file of ``--config``; an empty text for ``--isolated``; ``None`` when neither is typed."""
    for at, word in enumerate(args):
        if word == "--":
            break
        if word == "--isolated":
            return ""
        if word == "--config" and at + 1 < len(args):
            return args[at + 1]
        if word.startswith("--config="):
            return word.removeprefix("--config=")
    return None


def _section(path: str) -> Table:
    with open(path, "rb") as stream:
        data = stream.read()
    project = os.path.basename(path) == PROJECT
    if project and b"tool.statements" not in data:
        return {}
    import tomllib

    table: Table = tomllib.loads(data.decode("utf-8-sig"))
    found = table.get("tool", {}).get("statements", {}) if project else table
    return found if isinstance(found, dict) else {}


def apply(command: click.Command, name: str, config: Config, texts: Texts) -> None:
    """Give the options of a command their variables, and the defaults of the file."""
    import click

    path, table = config.path, config.table
    options = {long_name(param): param for param in command.params if isinstance(param, click.Option)}
    own = table.get(name, {})
    for key in (*table, *(own if isinstance(own, dict) else ())):
        if key in _NEVER - {"lang"}:
            raise UsageFault(texts("error") + texts("never-key", path=path, key=key))
        if key not in KEYS and key not in options:
            raise UsageFault(texts("error") + texts("bad-key", path=path, key=key) + near(key, sorted(KEYS), texts))
    values = {key: value for key, value in table.items() if not isinstance(value, dict) or key in _TABLES}
    values.update(own if isinstance(own, dict) else {})
    defaults: dict[str, Any] = {}
    for key, option in options.items():
        if key in _NEVER:
            continue
        option.envvar = option.envvar or "STATEMENTS_" + key.upper().replace("-", "_")
        value = values.get("settings" if key == "set" else key)
        if value is not None and option.name is not None:
            defaults[option.name] = _typed(value, option)
    command.context_settings = {**command.context_settings, "default_map": defaults}


_TABLES = frozenset(("settings", "ignore", "profile"))
"""Keys that may hold a table: ``setting = value``, ``rule = reason``, ``format = profile``."""


def _typed(value: Any, option: click.Option) -> Any:
    """A value as it would be typed."""
    if isinstance(value, dict):
        return [f"{key}={_word(item)}" for key, item in value.items()]
    if isinstance(value, list):
        return [_word(item) for item in value] if option.multiple else _word(value)
    if option.is_flag:
        return bool(value)
    return [_word(value)] if option.multiple else _word(value)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def long_name(option: click.Parameter) -> str:
    """The long name of an option, without its dashes."""
    return max(option.opts, key=len).removeprefix("--")


def origin_of(key: str, name: str, config: Config) -> str:
    """Where the file of settings says something of the option ``key`` of the command ``name``: path and table."""
    own = config.table.get(name)
    inside = isinstance(own, dict) and ("settings" if key == "set" else key) in own
    head = ["tool", "statements"] if os.path.basename(config.path) == PROJECT else []
    tables = ".".join([*head, name] if inside else head)
    return f"{config.path} [{tables}]" if tables else config.path


def near(word: str, known: Sequence[str], texts: Texts) -> str:
    """A question after the word that may have been meant; empty when none is near."""
    from difflib import get_close_matches

    names = {name.lower(): name for name in known}
    found = [names[name] for name in get_close_matches(word.lower(), names, n=2, cutoff=0.6)]
    return texts("did-you-mean", names=", ".join(found)) if found else ""


def current_folder() -> str:
    """The folder of the run; the root where it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return os.path.abspath(os.sep)
