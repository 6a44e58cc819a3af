"""``--show-settings``: which settings hold for a command, and where each of them comes from."""

from __future__ import annotations

import datetime
import os
import re
from typing import Any

import click
from click.core import ParameterSource

from statements.cli.config import Config, long_name, origin_of
from statements.cli.console import table
from statements.cli.main import language_and_origin
from statements.cli.texts import Texts

FLAG = "--show-settings"

_ITSELF = frozenset(("show-settings", "help", "lang"))


def flag(texts: Texts) -> click.Option:
    """The option. When it is given nothing else is asked for: the command only says what it would work with."""

    def asked(ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            ctx.meta[FLAG] = True
            for param in ctx.command.params:
                param.required = False

    return click.Option(
        [FLAG], is_flag=True, is_eager=True, expose_value=False, callback=asked, help=texts("opt.show-settings")
    )


def lines(ctx: click.Context, config: Config, texts: Texts) -> list[str]:
    """The file of settings, then a line for each option: its value as it would be typed, and where it was said."""
    rows: list[tuple[str, str, str]] = [("lang", texts.lang, _origin_of_language(ctx, config, texts))]
    for option in ctx.command.params:
        key = long_name(option)
        if isinstance(option, click.Option) and option.name is not None and key not in _ITSELF:
            rows.append((key, _shown(option, ctx.params.get(option.name)), _origin(ctx, option, config, texts)))
    file = texts("settings.file", path=config.path) if config.path else texts("settings.no-file")
    return [file, *table(rows)]


def _origin(ctx: click.Context, option: click.Option, config: Config, texts: Texts) -> str:
    source = ctx.get_parameter_source(option.name or "")
    if source is ParameterSource.COMMANDLINE:
        return texts("settings.typed")
    if source is ParameterSource.ENVIRONMENT:
        names = [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or ())
        return next((name for name in names if os.environ.get(name)), "")
    if source is ParameterSource.DEFAULT_MAP:
        return origin_of(long_name(option), ctx.command.name or "", config)
    return texts("settings.default")


def _origin_of_language(ctx: click.Context, config: Config, texts: Texts) -> str:
    place: click.Context | None = ctx
    while place is not None:
        if place.get_parameter_source("lang") is ParameterSource.COMMANDLINE:
            return texts("settings.typed")
        place = place.parent
    configured = str(config.table.get("lang", ""))
    _, origin = language_and_origin((), os.environ, configured)
    return origin_of("lang", "", config) if origin == "lang" else origin or texts("settings.default")


def _shown(option: click.Option, value: Any) -> str:
    """A value as it would be typed; ``-`` for none."""
    values = value if option.multiple else () if value is None else (value,)
    return ", ".join(map(_word, values)) or "-"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple) and isinstance(value[0], str):
        return "=".join(value)
    if isinstance(value, tuple):
        return "T".join(item.isoformat() for item in value if item is not None)
    # No secret is an option; an address that somebody wrote one into is shown without it.
    return re.sub(r"//[^/@]*@", "//***@", value.isoformat() if isinstance(value, datetime.date) else str(value))
