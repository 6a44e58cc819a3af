"""``statements show``: a file as a person reads it, or its columns and subfields with ``--ruler``."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import click

from statements.cli.console import FINDINGS, OK, USAGE, UsageFault, escaped, json_bytes, out, out_bytes, say
from statements.cli.files import Output, read_source, release
from statements.cli.identify import members, said
from statements.cli.options import LocalCommand, Word
from statements.cli.render import load
from statements.cli.render.text import concise_line
from statements.cli.texts import Texts
from statements.findings import Finding
from statements.formats import register
from statements.rules import Severity
from statements.services.identify import FileIdentity, identify
from statements.visible import one_line


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(file: str, ruler: bool, form: str, output: str | None, force: bool) -> int:
        return _run(file, ruler, form, texts, output, force)

    return LocalCommand(
        texts,
        name="show",
        help=texts("show.help"),
        callback=run,
        params=[
            click.Argument(["file"], metavar="FILE"),
            click.Option(["--ruler"], is_flag=True, help=texts("opt.ruler")),
            click.Option(
                ["--format", "form"],
                type=Word(("text", "json", "html"), texts),
                default="text",
                help=texts("opt.format.show"),
            ),
            click.Option(["-o", "--output"], metavar="FILE", help=texts("opt.output.page")),
            click.Option(["--force"], is_flag=True, help=texts("opt.force")),
        ],
    )


def _run(name: str, ruler: bool, form: str, texts: Texts, output: str | None, force: bool) -> int:
    from statements.services.read import ReadOptions, gather, not_taken

    if output and form != "html":
        raise UsageFault(texts("error") + texts("page-only", name="-o"))
    data = read_source(name, texts)
    identity = identify(data)
    row = identity.reader
    if form == "html" and (ruler or identity.said or row.holds == "payments"):
        raise UsageFault(texts("error") + texts("no-page", name=identity.name.get(texts.lang)))
    if identity.said:
        _message(name, identity, form, texts)
        return OK
    if not identity.taken:
        item = not_taken(identity)
        raise UsageFault(f"{name}: {item.id} {item.message(texts.lang)} {item.fix(texts.lang)}")
    if ruler:
        if not row.ruler:
            raise UsageFault(texts("no-ruler", name=identity.name.get(texts.lang)), code=USAGE)
        out(load(row.ruler)(data, texts))
        return OK
    if row.holds == "payments":
        return _payments(name, data, form, texts)
    gathered = gather([(name, data)], ReadOptions())
    if form == "json":
        out_bytes(escaped(register.neutral().write(gathered.statements).value))
    elif form == "html":
        from statements.cli.render.html import render_statements

        content = render_statements(gathered.statements, gathered.findings, name, sha256(data).hexdigest(), texts.lang)
        if output in (None, "-"):
            out_bytes(content.encode())
        else:
            release([Output(Path(output), content.encode())], [name], force, texts)
    else:
        from statements.cli.render.statement import statement_lines

        for number, statement in enumerate(gathered.statements):
            out(([""] if number else []) + statement_lines(statement, texts))
    return _findings(gathered.findings, name, texts)


def _message(name: str, identity: FileIdentity, form: str, texts: Texts) -> None:
    """An EBICS message: what it says, with the meaning of its codes."""
    if form == "json":
        out_bytes(json_bytes(members(name, identity, texts)))
    else:
        out([one_line(identity.name.get(texts.lang)), *said(identity, texts)])


def _payments(name: str, data: bytes, form: str, texts: Texts) -> int:
    if form == "json":
        from statements.services.convert import payment_document

        outcome = payment_document([(name, data)])
        out_bytes(escaped(outcome.value))
        return _findings(outcome.findings, name, texts)
    from statements.cli.render.payments import file_lines

    read = register.payments().module().read(data)
    if read.value is not None:
        out(file_lines(read.value, texts))
    return _findings(read.findings, name, texts)


def _findings(findings: tuple[Finding, ...], name: str, texts: Texts) -> int:
    """Errors and warnings on stderr: ``show`` is for reading, ``validate`` tells the rest."""
    for item in findings:
        if item.severity is not Severity.INFO:
            say(concise_line(item, name, texts, remedy=True))
    return FINDINGS if any(item.severity is Severity.ERROR for item in findings) else OK
