"""``statements completion``: the script that completes commands, options and their words in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from statements.cli.console import COMPLETE, OK, out_text
from statements.cli.options import LocalCommand, Word
from statements.cli.texts import Texts

SHELLS = ("bash", "zsh", "fish")


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(shell: str) -> int:
        out_text(script(shell))
        return OK

    return LocalCommand(
        texts,
        name="completion",
        help=texts("completion.help"),
        callback=run,
        params=[click.Argument(["shell"], type=Word(SHELLS, texts), metavar="|".join(SHELLS))],
    )


def script(shell: str) -> str:
    """The script for one shell; it asks the command itself for the words."""
    kind = get_completion_class(shell)
    if kind is None:
        raise ValueError(f"no completion for {shell!r}; known: {', '.join(SHELLS)}")
    made = kind(click.Group(), {}, "statements", COMPLETE)
    return (made.source_template % made.source_vars()).strip("\n") + "\n"
