"""The command ``statements``: language, settings, the front page of the help, and how every run ends.

Only what the command asked for is imported: ``statements --help`` loads neither click nor any format.
"""

from __future__ import annotations

import os
import sys

from statements import __version__
from statements.cli.config import Config, current_folder, find
from statements.cli.console import COMPLETE, FAULT, OK, SIGNAL, USAGE, PrintError, UsageFault, out, say
from statements.cli.texts import Texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import NoReturn

    from statements.cli.texts import Language

COMMANDS: Mapping[str, str] = {
    "fetch": "statements.cli.fetch",
    "convert": "statements.cli.convert",
    "validate": "statements.cli.validate",
    "show": "statements.cli.show",
    "identify": "statements.cli.identify",
    "explain": "statements.cli.explain",
    "mend": "statements.cli.mend",
    "split": "statements.cli.split",
    "series": "statements.cli.series",
    "compare": "statements.cli.compare",
    "anonymise": "statements.cli.anonymise",
    "certs": "statements.cli.certs",
    "schema": "statements.cli.schema",
    "completion": "statements.cli.completion",
}
"""Each command and the module that holds its ``command(texts)``."""

ADDED = ("bank",)
"""Commands outside this package, found as entry points ``statements.commands``; each needs an extra of its name."""


def language(args: Sequence[str], environment: Mapping[str, str], configured: str = "") -> Language:
    """The last ``--lang`` of the arguments, else ``STATEMENTS_LANG``, the file of settings, the locale, or English.

    >>> language(["validate", "--lang", "fr", "x"], {}), language([], {"LANG": "fr_FR.UTF-8"})
    ('fr', 'fr')
    """
    return language_and_origin(args, environment, configured)[0]


def language_and_origin(
    args: Sequence[str], environment: Mapping[str, str], configured: str = ""
) -> tuple[Language, str]:
    """The language and what chose it: ``--lang``, a variable, ``lang`` of the file of settings, or nothing.

    >>> language_and_origin([], {"LANG": "fr_FR.UTF-8"}, "en"), language_and_origin([], {})
    (('en', 'lang'), ('en', ''))
    """
    typed = ""
    for at, word in enumerate(args):
        if word == "--":
            break
        if word == "--lang" and at + 1 < len(args):
            typed = args[at + 1]
        elif word.startswith("--lang="):
            typed = word.removeprefix("--lang=")
    asked = [("--lang", typed), ("STATEMENTS_LANG", environment.get("STATEMENTS_LANG", "")), ("lang", configured)]
    asked += [(name, environment.get(name, "")) for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    origin, chosen = next((pair for pair in asked if pair[1]), ("", ""))
    return "fr" if chosen[:2].lower() == "fr" else "en", origin


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
    texts = Texts(language(args, os.environ))
    try:
        config = find(args, current_folder())
    except (OSError, ValueError) as error:
        say(texts("error") + texts("bad-config", reason=_why_unread(error, texts)))
        return USAGE
    texts = Texts(language(args, os.environ, str(config.table.get("lang", ""))))
    front = [word for word in args if not word.startswith("--lang=")]
    while "--lang" in front[:-1]:
        at = front.index("--lang")
        del front[at : at + 2]
    try:
        if COMPLETE in os.environ:
            return _run(args, texts, config)
        if not front:
            _say(*front_page(texts, _columns()))
        elif front in (["-h"], ["--help"]):
            out(front_page(texts, _columns()))
        elif front in (["-V"], ["--version"]):
            out([f"statements {__version__}"])
        else:
            return _run(args, texts, config)
    except (BrokenPipeError, PrintError) as error:
        return _not_printed(error, texts)
    return OK if front else USAGE


def _why_unread(error: OSError | ValueError, texts: Texts) -> str:
    if isinstance(error, OSError):
        from statements.cli.files import reason

        return texts("reason.missing") if isinstance(error, FileNotFoundError) else reason(error, texts)
    from statements.cli.words import worded

    return worded(error, texts)


def front_page(texts: Texts, width: int) -> list[str]:
    """The help of the command itself: usage, options, and what each command does."""
    from textwrap import wrap

    options = [
        ("-V, --version", texts("opt.version")),
        (texts.placeholders("--config FILE"), texts("opt.config")),
        ("--isolated", texts("opt.isolated")),
        ("--lang [en|fr]", texts("opt.lang")),
        ("-h, --help", texts("opt.help")),
    ]
    commands = [(name, texts(f"{name}.short")) for name in (*COMMANDS, *ADDED)]
    lines = [texts("usage") + texts.placeholders("statements [OPTIONS] COMMAND …"), ""]
    lines += wrap(texts("help"), width, initial_indent="  ", subsequent_indent="  ")
    for title, rows in ((texts("options"), options), (texts("commands"), commands)):
        lines += ["", f"{title}:"]
        start = max(len(name) for name, _ in rows) + 2
        for name, words in rows:
            first, *others = wrap(words, width - start - 2)
            lines.append(f"  {name.ljust(start)}{first}")
            lines += [" " * (start + 2) + line for line in others]
    return lines


def _columns() -> int:
    """The width of the help: that of the terminal, at most 78."""
    try:
        wide = int(os.environ.get("COLUMNS", "")) or os.get_terminal_size(1).columns
    except (ValueError, OSError):
        wide = 80
    return max(40, min(wide, 80) - 2)


def _run(args: Sequence[str], texts: Texts, config: Config) -> int:
    from statements.cli import signals

    with signals.caught():
        return _run_command(args, texts, config)


def _run_command(args: Sequence[str], texts: Texts, config: Config) -> int:
    import click

    from statements.cli.commands import Commands, usage_sentences
    from statements.cli.signals import Interrupted
    from statements.plugins import PluginError, load_plugins

    try:
        if "--isolated" not in args:
            load_plugins()
        code = Commands(texts, config).main(args=list(args), prog_name="statements", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except click.UsageError as error:
        _say(*usage_sentences(error, texts))
        return USAGE
    except PluginError as error:
        _say(texts("error") + texts("bad-plugin", name=error.name, reason=error.__cause__))
        return USAGE
    except UsageFault as stop:
        _say(*stop.sentences)
        return stop.code
    except Interrupted as error:
        _say(texts("interrupted"))
        return SIGNAL + error.number
    except (click.Abort, KeyboardInterrupt):
        _say(texts("interrupted"))
        return SIGNAL + 2
    except MemoryError:
        _say(texts("memory", name="statements"))
        return USAGE
    except (BrokenPipeError, PrintError) as error:
        return _not_printed(error, texts)
    except Exception as error:
        from statements.cli.parallel import place_of

        _say(texts("internal", kind=type(error).__name__, place=place_of(error)))
        return FAULT
    return code if isinstance(code, int) else OK


def _not_printed(error: OSError, texts: Texts) -> int:
    """The reader of our output went away, or the disk is full: keep Python from complaining at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if isinstance(error, PrintError):
        from statements.cli.files import reason

        say(texts("error") + texts("cannot-print", reason=reason(error, texts)))
    return USAGE


def _say(*sentences: str) -> None:
    for sentence in sentences:
        say(sentence)
