"""``statements anonymise``: copies for a supplier's support, with other names, texts and accounts."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from statements.cli.console import FINDINGS, OK, UsageFault, say
from statements.cli.files import Output, expand, read_source, release
from statements.cli.options import LocalCommand
from statements.cli.texts import Texts
from statements.services.anonymise import Mask, NotAnonymised, anonymise, changed_findings
from statements.services.identify import identify
from statements.services.validate import CheckOptions
from statements.visible import one_line

_SUFFIXES = frozenset((".sta", ".mt940", ".txt", ".cfo", ".xml", ".json", ".jsonl", ".940"))


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(files: tuple[str, ...], output: str, days: int, force: bool) -> int:
        return _run(files, output, days, force, texts)

    return LocalCommand(
        texts,
        name="anonymise",
        help=texts("anonymise.help"),
        callback=run,
        params=[
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
            click.Option(["-o", "--output", "output"], required=True, metavar="DIR", help=texts("opt.output.folder")),
            click.Option(["--shift-dates", "days"], type=_Days(texts), default=0, metavar="N", help=texts("opt.shift")),
            click.Option(["--force"], is_flag=True, help=texts("opt.force")),
        ],
    )


class _Days(click.ParamType):  # type: ignore[type-arg]
    """A whole number of days, forwards or backwards."""

    name = "n"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if text.lstrip("+-").isdecimal() and text.isascii() and len(text) < 7:
            return int(text)
        return self.fail(self._texts("not-days", value=text), param, ctx)


def _run(files: tuple[str, ...], output: str, days: int, force: bool, texts: Texts) -> int:
    # The key is made for this run and kept nowhere: nobody can ask it for the words again.
    mask = Mask(secrets.token_bytes(32), days=days)
    folder = Path(output)
    outputs, lines, code = [], [], OK
    names = expand(files, texts)
    for number, name in enumerate(names, 1):
        data = read_source(name, texts)
        try:
            copy = anonymise(data, mask)
        except NotAnonymised as error:
            kind = identify(data).name.get(texts.lang)
            raise UsageFault(texts("error") + texts("not-anonymised", path=name, name=kind)) from error
        # A name may say whose file it is, so the copies are numbered.
        suffix = Path(name).suffix.lower()
        target = folder / f"{number:03d}{suffix if suffix in _SUFFIXES else '.txt'}"
        outputs.append(Output(target, copy))
        lines.append(texts("anonymised", path=one_line(name), copy=target))
        rules = changed_findings(data, copy, CheckOptions())
        if rules and not days:
            lines.append(texts("anonymised.other", copy=target, rules=", ".join(rules)))
            code = FINDINGS
    release(outputs, names, force, texts)
    for line in lines:
        say(line)
    return code
