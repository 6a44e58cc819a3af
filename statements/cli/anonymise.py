"""``statements anonymise``: copies for a supplier's support, with other names, texts and accounts."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from statements.cli.console import FINDINGS, OK, UsageFault, say
from statements.cli.files import Output, expand, read_source, release
from statements.cli.options import LocalCommand
from statements.cli.texts import Texts
from statements.cli.words import sum_of
from statements.services.anonymise import copies, formats
from statements.services.identify import identify
from statements.visible import one_line

_SUFFIXES = frozenset((".sta", ".mt940", ".txt", ".cfo", ".xml", ".json", ".jsonl", ".940"))


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(files: tuple[str, ...], output: str, days: int, amounts: bool, force: bool) -> int:
        return _run(files, output, days, amounts, force, texts)

    return LocalCommand(
        texts,
        name="anonymise",
        help=texts("anonymise.help"),
        callback=run,
        params=[
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
            click.Option(["-o", "--output", "output"], required=True, metavar="DIR", help=texts("opt.output.folder")),
            click.Option(["--shift-dates", "days"], type=_Days(texts), default=0, metavar="N", help=texts("opt.shift")),
            click.Option(["--shift-amounts", "amounts"], is_flag=True, help=texts("opt.shift-amounts")),
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


def _run(files: tuple[str, ...], output: str, days: int, amounts: bool, force: bool, texts: Texts) -> int:
    folder = Path(output)
    outputs, lines, code = [], [], OK
    names = expand(files, texts)
    originals = [_known(name, texts) for name in names]
    # The key is made for this run and kept nowhere: nobody can ask it for the words again.
    made = copies(originals, secrets.token_bytes(32), days=days, amounts=amounts)
    for number, (name, copy) in enumerate(zip(names, made, strict=True), 1):
        # A name may say whose file it is, so the copies are numbered.
        suffix = Path(name).suffix.lower()
        target = folder / f"{number:03d}{suffix if suffix in _SUFFIXES else '.txt'}"
        outputs.append(Output(target, copy.content))
        lines.append(texts("anonymised", path=one_line(name), copy=target))
        if copy.rules:
            lines.append(texts("anonymised.other", copy=target, rules=", ".join(copy.rules)))
            code = FINDINGS
        if amounts and copy.same_amounts:
            lines.append(texts("anonymised.same-amounts", copy=target))
            code = FINDINGS
        elif copy.unchanged:
            stayed = "; ".join(sum_of(text, None, texts) for text in copy.unchanged)
            lines.append(texts("anonymised.unchanged", copy=target, amounts=stayed))
    release(outputs, names, force, texts)
    for line in lines:
        say(line)
    return code


def _known(name: str, texts: Texts) -> bytes:
    """The bytes of a file whose fields are known."""
    data = read_source(name, texts)
    identity = identify(data)
    if identity.kind != "known" or identity.reader.name not in formats():
        raise UsageFault(texts("error") + texts("not-anonymised", path=name, name=identity.name.get(texts.lang)))
    return data
