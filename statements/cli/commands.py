"""The commands as click knows them: each is loaded when it is run; and what was wrong with arguments, in words."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from statements.cli.config import Config, apply, near
from statements.cli.console import UsageFault
from statements.cli.main import ADDED, COMMANDS, front_page
from statements.cli.options import CONTEXT, LocalCommand, language_option
from statements.cli.texts import Texts


class Commands(click.Group):
    """The group: commands are loaded when they are run, their one-line help is not."""

    def __init__(self, texts: Texts, config: Config) -> None:
        self.texts = texts
        self.config = config
        # The front page is printed before click is asked; the options are declared so that they are no fault.
        version = click.Option(["-V", "--version"], is_flag=True, expose_value=False)
        file = click.Option(["--config"], expose_value=False)
        alone = click.Option(["--isolated"], is_flag=True, expose_value=False)
        params: list[click.Parameter] = [version, file, alone, language_option(texts)]
        super().__init__(name="statements", help=texts("help"), params=params, context_settings=dict(CONTEXT))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *ADDED]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in ADDED:
            return _added(cmd_name, self.texts)
        if cmd_name not in COMMANDS:
            return None
        made: click.Command = import_module(COMMANDS[cmd_name]).command(self.texts)
        apply(made, cmd_name, self.config, self.texts)
        if isinstance(made, LocalCommand):
            made.config = self.config
        return made

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is None:
            sentence = self.texts("no-command", name=args[0], known=", ".join(self.list_commands(ctx)))
            ctx.fail(sentence + near(args[0], self.list_commands(ctx), self.texts))
        return args[0], command, args[1:]

    def get_help(self, ctx: click.Context) -> str:
        return "\n".join(front_page(self.texts, 78))


def _added(name: str, texts: Texts) -> click.Command:
    from importlib.metadata import entry_points

    try:
        (point,) = entry_points(group="statements.commands", name=name)
        made: click.Command = point.load()(texts)
    except (ImportError, ValueError) as error:
        raise UsageFault(texts("error") + texts("no-extra", command=name, extra=name)) from error
    return made


def usage_sentences(error: click.UsageError, texts: Texts) -> list[str]:
    """What was wrong with the arguments, and where to look."""
    sentences = [texts("error") + _usage_reason(error, texts)]
    if error.ctx is not None:
        sentences.append(texts("try", command=error.ctx.command_path))
    return sentences


def _usage_reason(error: click.UsageError, texts: Texts) -> str:
    name = texts.placeholders(_parameter_name(error))
    if isinstance(error, click.NoSuchOption):
        reason = texts("no-option", name=error.option_name)
        known = [name for param in error.ctx.command.params for name in param.opts] if error.ctx else []
        return reason + near(error.option_name, known, texts)
    if isinstance(error, click.MissingParameter):
        kind = "missing-option" if isinstance(error.param, click.Option) else "missing-argument"
        return texts(kind, name=name)
    if isinstance(error, click.BadParameter):
        return texts("bad-value", name=name, reason=error.message) if name else error.message
    if isinstance(error, click.BadOptionUsage):
        kind = "no-value" if "does not take" in error.message else "needs-value"
        return texts(kind, name=error.option_name)
    if error.message.startswith("Got unexpected extra argument"):
        return texts("extra", name=error.message.partition("(")[2].rstrip(")"))
    if error.message == "Missing command.":
        return texts("no-verb", known=", ".join(_verbs(error)))
    return error.message


def _verbs(error: click.UsageError) -> list[str]:
    command = error.ctx.command if error.ctx is not None else None
    return command.list_commands(error.ctx) if isinstance(command, click.Group) and error.ctx is not None else []


def _parameter_name(error: Any) -> str:
    param = getattr(error, "param", None)
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    if param is not None:
        return str(param.make_metavar(error.ctx) if error.ctx is not None else param.name).strip("[].…")
    return ""
