"""The command ``statements``: language, commands, and how every run ends.

Only what the command asked for is imported: ``statements --help`` loads no format.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from statements import __version__
from statements.cli import signals
from statements.cli.console import FAULT, OK, SIGNAL, USAGE, UsageFault
from statements.cli.options import LocalCommand, help_option, language_option, write_options
from statements.cli.texts import Language, Texts

COMMANDS: Mapping[str, str] = {
    "fetch": "statements.cli.fetch",
    "convert": "statements.cli.convert",
    "validate": "statements.cli.validate",
    "show": "statements.cli.show",
    "identify": "statements.cli.identify",
    "explain": "statements.cli.explain",
}
"""Each command and the module that holds its ``command(texts)``."""


class Commands(click.Group):
    """The group: commands are loaded when they are run, their one-line help is not."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        version = click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            help=texts("opt.version"),
            callback=_print_version,
        )
        super().__init__(name="statements", help=texts("help"), params=[version, language_option(texts)])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        made: LocalCommand = import_module(COMMANDS[cmd_name]).command(self.texts)
        return made

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is None:
            ctx.fail(self.texts("no-command", name=args[0], known=", ".join(COMMANDS)))
        return args[0], command, args[1:]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "[OPTIONS] COMMAND …", prefix=self.texts("usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_options(self, self.texts, ctx, formatter)
        with formatter.section(self.texts("commands")):
            formatter.write_dl([(name, self.texts(f"{name}.short")) for name in COMMANDS])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return help_option(self, self.texts, ctx)


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"statements {__version__}")
        ctx.exit()


def language(args: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The last ``--lang`` of the arguments, else the locale of the environment, else English.

    >>> language(["validate", "--lang", "fr", "x"], {}), language([], {"LANG": "fr_FR.UTF-8"})
    ('fr', 'fr')
    """
    chosen = ""
    for at, word in enumerate(args):
        if word == "--":
            break
        if word == "--lang" and at + 1 < len(args):
            chosen = args[at + 1]
        elif word.startswith("--lang="):
            chosen = word.removeprefix("--lang=")
    if not chosen:
        chosen = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return "fr" if chosen[:2].lower() == "fr" else "en"


def entry() -> NoReturn:
    """The console script."""
    for number in range(3):
        # A stream that was closed must not come back as one of our files.
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.exit(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """Run the command; the exit code. Whatever happens, one sentence tells it and no trace is printed."""
    with signals.caught():
        return _run(args, Texts(language(args, os.environ)))


def _run(args: Sequence[str], texts: Texts) -> int:
    try:
        code = Commands(texts).main(args=list(args), prog_name="statements", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.UsageError as error:
        _say(*usage_sentences(error, texts))
        return USAGE
    except UsageFault as stop:
        _say(*stop.sentences)
        return stop.code
    except signals.Interrupted as error:
        _say(texts("interrupted"))
        return SIGNAL + error.number
    except (click.Abort, KeyboardInterrupt):
        _say(texts("interrupted"))
        return SIGNAL + 2
    except MemoryError:
        _say(texts("memory", name="statements"))
        return USAGE
    except BrokenPipeError:
        # The reader of our output went away: stop writing, and keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return USAGE
    except Exception as error:
        from statements.cli.console import PrintError

        if isinstance(error, PrintError):
            from statements.cli.files import reason

            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            _say(texts("error") + texts("cannot-print", reason=reason(error, texts)))
            return USAGE
        from statements.cli.parallel import place_of

        _say(texts("internal", kind=type(error).__name__, place=place_of(error)))
        return FAULT
    return code if isinstance(code, int) else OK


def _say(*sentences: str) -> None:
    from statements.cli.console import say

    for sentence in sentences:
        say(sentence)


def usage_sentences(error: click.UsageError, texts: Texts) -> list[str]:
    """What was wrong with the arguments, and where to look."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return [error.format_message().rstrip()]
    sentences = [texts("error") + _usage_reason(error, texts)]
    if error.ctx is not None:
        sentences.append(texts("try", command=error.ctx.command_path))
    return sentences


def _usage_reason(error: click.UsageError, texts: Texts) -> str:
    name = _parameter_name(error)
    if isinstance(error, click.NoSuchOption):
        reason = texts("no-option", name=error.option_name)
        near = sorted(error.possibilities or ())
        return reason + (texts("did-you-mean", names=", ".join(near)) if near else "")
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
    return error.message


def _parameter_name(error: Any) -> str:
    param = getattr(error, "param", None)
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    if param is not None:
        return str(param.make_metavar(error.ctx) if error.ctx is not None else param.name).rstrip(".…")
    return ""
