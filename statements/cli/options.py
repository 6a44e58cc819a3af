"""Parameter types and shared options. Every sentence comes from :mod:`statements.cli.texts`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

import click

from statements.cli.texts import Texts


class Word(click.Choice[str]):
    """One word of a list."""

    def __init__(self, words: Sequence[str], texts: Texts) -> None:
        super().__init__(words)
        self._texts = texts

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.choices:
            return str(value)
        return self.fail(self._texts("not-choice", value=value, known=", ".join(self.choices)), param, ctx)


class Day(click.ParamType):  # type: ignore[type-arg]
    """An ISO 8601 date."""

    name = "date"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime.date:
        if isinstance(value, datetime.date):
            return value
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
                return datetime.date.fromisoformat(value)
            # As the French write it; in English 02/10 could be either month.
            french = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", value, re.ASCII)
            if french is not None and self._texts.lang == "fr":
                return datetime.date(int(french[3]), int(french[2]), int(french[1]))
        except ValueError:
            pass
        return self.fail(self._texts("not-date", value=value), param, ctx)


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
        match = re.fullmatch(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d))?", value, re.ASCII)
        try:
            if match is not None:
                time = datetime.time.fromisoformat(match[2]) if match[2] else None
                return datetime.date.fromisoformat(match[1]), time
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


class Amount(click.ParamType):  # type: ignore[type-arg]
    """An exact amount with at most two decimals, kept as its text."""

    name = "amount"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        plain = str(value)
        if self._texts.lang == "fr" and re.fullmatch(r"[+-]?\d{1,3}(?:[ \u00a0\u202f]?\d{3})*(?:,\d{1,4})?", plain):
            plain = re.sub(r"[ \u00a0\u202f]", "", plain).replace(",", ".")
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


def language_option(texts: Texts) -> click.Option:
    """``--lang``: read before the command is built, so here it is only declared."""
    return click.Option(["--lang"], type=Word(("en", "fr"), texts), help=texts("opt.lang"), expose_value=False)


class LocalCommand(click.Command):
    """A command whose help frame is in the language of its texts."""

    def __init__(self, texts: Texts, **settings: Any) -> None:
        self.texts = texts
        settings.setdefault("params", []).append(language_option(texts))
        super().__init__(**settings)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=self.texts("usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        write_options(self, self.texts, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return help_option(self, self.texts, ctx)


def write_options(command: click.Command, texts: Texts, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """The list of options under a heading in the right language."""
    rows = []
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None:
            words = record[1].replace("[required]", f"[{texts('required')}]")
            rows.append((record[0], words.replace("[default: ", f"[{texts('default')}")))
    with formatter.section(texts("options")):
        formatter.write_dl(rows)


def help_option(command: click.Command, texts: Texts, ctx: click.Context) -> click.Option | None:
    """click's own option ``--help`` with our words."""
    option = click.Command.get_help_option(command, ctx)
    if option is not None:
        option.help = texts("opt.help")
    return option
