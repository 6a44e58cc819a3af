"""Parameter types and shared options. Every sentence comes from :mod:`statements.cli.texts`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from statements.cli import in_force
from statements.cli.config import Config, near
from statements.cli.console import OK, out
from statements.cli.texts import Texts

CONTEXT: Mapping[str, Any] = {"help_option_names": ["-h", "--help"]}
"""What click is told about every command."""


def _bare(word: str) -> str:
    return re.sub(r"[-_. ]", "", word).casefold()


class Word(click.Choice[str]):
    """One word of a list, in any spelling: ``CFONB-120`` is ``cfonb120``."""

    def __init__(self, words: Sequence[str], texts: Texts) -> None:
        super().__init__(words)
        self._texts = texts

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = next((word for word in self.choices if value == word or _bare(value) == _bare(word)), None)
        if found is not None:
            return found
        sentence = self._texts("not-choice", value=value, known=", ".join(self.choices))
        return self.fail(sentence + near(value, self.choices, self._texts), param, ctx)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A date as ISO 8601 writes it, or as people do in France: ``2026-10-01``, ``01/10/2026``."""

    name = "date"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        if isinstance(value, datetime.date):
            return value
        found = _date(value)
        return found if found is not None else self.fail(self._texts("not-date", value=value), param, ctx)


def _date(text: str) -> datetime.date | None:
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text, re.ASCII)
    french = re.fullmatch(r"(\d\d?)[/.](\d\d?)[/.](\d{4})", text, re.ASCII)
    parts = iso.groups() if iso else french.groups()[::-1] if french else None
    try:
        return datetime.date(*map(int, parts)) if parts else None
    except ValueError:
        return None


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A date, or a date with a time of day: the time is ``None`` when it is not given."""

    name = "date[Thh:mm:ss]"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[datetime.date, datetime.time | None]:
        if isinstance(value, tuple):
            return value
        days, _, hours = value.partition("T")
        day = _date(days)
        try:
            if day is not None and (not hours or re.fullmatch(r"\d\d:\d\d:\d\d", hours, re.ASCII)):
                return day, datetime.time.fromisoformat(hours) if hours else None
        except ValueError:
            pass
        return self.fail(self._texts("not-moment", value=value), param, ctx)


class Whole(click.ParamType):  # type: ignore[type-arg]
    """A whole number from ``least`` on."""

    name = "n"

    def __init__(self, texts: Texts, least: int) -> None:
        self._texts = texts
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) and int(value) >= self._least:
            return int(value)
        return self.fail(self._texts("not-number", value=value, least=self._least), param, ctx)


class AmountType(click.ParamType):  # type: ignore[type-arg]
    """An exact amount, given back as a plain decimal text. A point or a comma marks the decimals, blanks group.

    ``12345.67``, ``12345,67``, ``12 345,67`` and ``12,345.67`` are the same; ``1,250`` could mean two and is refused.
    """

    name = "amount"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        plain = re.sub(r"(?<=\d)[ \u00a0\u202f'](?=\d{3}(?!\d))", "", value.strip())
        for mark, group in ((".", ","), (",", ".")):
            grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(?:\{group}\d{{3}})+\{mark}\d{{1,2}}", plain, re.ASCII)
            if grouped:
                plain = plain.replace(group, "").replace(mark, ".")
        plain = re.sub(r"^([+-]?\d+),(\d{1,2})$", r"\1.\2", plain)
        if re.fullmatch(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,4})?", plain, re.ASCII):
            return plain
        return self.fail(self._texts("not-amount", value=value), param, ctx)


class Pair(click.ParamType):  # type: ignore[type-arg]
    """``KEY=VALUE``."""

    name = "key=value"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        key, mark, text = value.partition("=")
        if mark and key.strip():
            return key.strip(), text.strip()
        return self.fail(self._texts("not-pair", value=value), param, ctx)


class Iban(click.ParamType):  # type: ignore[type-arg]
    """An IBAN, blanks allowed, upper-cased; a text that is none is taken as an account of another kind if ``other``."""

    name = "iban"

    def __init__(self, texts: Texts, *, other: bool = False) -> None:
        self._texts = texts
        self._other = other

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from statements.reference.iban import is_iban

        text = re.sub(r"\s", "", value).upper()
        if is_iban(text):
            return text
        # Old accounts of MT940 files are no IBANs; what looks like one must be right.
        if self._other and value.strip() and not re.match(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10}", text):
            return str(value).strip()
        return self.fail(self._texts("not-iban", value=value), param, ctx)


def option(*names: str, **settings: Any) -> click.Option:
    """An option as decorators write it."""
    return click.Option(list(names), **settings)


def check_options(texts: Texts) -> dict[str, click.Option]:
    """The options that decide what a check tells, by name: a verb takes those it has, in its own order."""
    return {
        "profile": option("--profile", "profiles", multiple=True, metavar="NAME", help=texts("opt.profile")),
        "set": option("--set", "settings", multiple=True, type=Pair(texts), metavar="KEY=VALUE", help=texts("opt.set")),
        "own": option("--own", multiple=True, type=Iban(texts), metavar="IBAN", help=texts("opt.own")),
        "known-ids": option("--known-ids", "known_ids", metavar="FILE", help=texts("opt.known")),
    }


def language_option(texts: Texts) -> click.Option:
    """``--lang``: read before the command is built, so here it is only declared."""
    return click.Option(["--lang"], type=Word(("en", "fr"), texts), help=texts("opt.lang"), expose_value=False)


class LocalCommand(click.Command):
    """A command whose help frame is in the language of its texts."""

    def __init__(self, texts: Texts, **settings: Any) -> None:
        self.texts = texts
        settings.setdefault("params", []).extend((in_force.flag(texts), language_option(texts)))
        settings.setdefault("context_settings", dict(CONTEXT))
        super().__init__(**settings)
        self.config = Config()

    def invoke(self, ctx: click.Context) -> Any:
        if in_force.FLAG in ctx.meta:
            out(in_force.lines(ctx, self.config, self.texts))
            return OK
        return super().invoke(ctx)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        words = self.texts.placeholders(" ".join(pieces))
        formatter.write_usage(ctx.command_path, words, prefix=self.texts("usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_options(self, self.texts, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return help_option(self, self.texts, ctx)


class LocalGroup(click.Group):
    """A command of several verbs: each is made when it is called, its one-line help is not."""

    def __init__(
        self, texts: Texts, name: str, about: str, verbs: Mapping[str, str], make: Callable[[str], click.Command]
    ) -> None:
        self.texts = texts
        self._verbs, self._make = verbs, make
        super().__init__(
            name=name,
            help=about,
            params=[language_option(texts)],
            no_args_is_help=False,
            context_settings=dict(CONTEXT),
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._make(cmd_name) if cmd_name in self._verbs else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        command = self.get_command(ctx, args[0])
        if command is None:
            ctx.fail(self.texts("no-command", name=args[0], known=", ".join(self._verbs)))
        return args[0], command, args[1:]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        words = self.texts.placeholders("[OPTIONS] COMMAND …")
        formatter.write_usage(ctx.command_path, words, prefix=self.texts("usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_options(self, self.texts, ctx, formatter)
        with formatter.section(self.texts("commands")):
            formatter.write_dl(list(self._verbs.items()))

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return help_option(self, self.texts, ctx)


def write_options(command: click.Command, texts: Texts, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The list of options under a heading in the right language."""
    rows = []
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None:
            words = record[1].replace("[required]", f"[{texts('required')}]")
            rows.append((texts.placeholders(record[0]), words.replace("[default: ", f"[{texts('default')}")))
    with formatter.section(texts("options")):
        formatter.write_dl(rows)


def help_option(command: click.Command, texts: Texts, ctx: click.Context) -> click.Option | None:
    """click's own option ``--help`` with our words."""
    option = click.Command.get_help_option(command, ctx)
    if option is not None:
        option.help = texts("opt.help")
    return option
