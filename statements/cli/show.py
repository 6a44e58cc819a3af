"""``statements show``: a file as a person reads it, or its columns and subfields with ``--ruler``."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import click

from statements.cli.console import FINDINGS, OK, USAGE, UsageFault, escaped, json_bytes, out, out_bytes, say
from statements.cli.files import give_page, read_source
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

    def run(**options: Any) -> int:
        return _run(options, texts)

    return LocalCommand(
        texts,
        name="show",
        help=texts("show.help"),
        callback=run,
        params=[
            click.Argument(["file"], metavar="FILE"),
            click.Option(["--ruler"], is_flag=True, help=texts("opt.ruler")),
            click.Option(["--original"], metavar="FILE", help=texts("opt.original")),
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


def _run(options: dict[str, Any], texts: Texts) -> int:
    from statements.services.read import ReadOptions, gather, not_taken

    name, ruler, form, original = options["file"], options["ruler"], options["form"], options["original"]
    if options["output"] and form != "html":
        raise UsageFault(texts("error") + texts("page-only", name="-o"))
    data = read_source(name, texts)
    identity = identify(data)
    row = identity.reader
    if identity.format == "pain.002" and not ruler and form != "html":
        return _answer(name, data, form, original, texts)
    if original is not None:
        said_name = identity.name.get(texts.lang)
        raise UsageFault(texts("error") + texts("original-one", file=name, name=said_name))
    if form == "html" and (ruler or identity.format == "pain.002" or identity.said or row.holds == "payments"):
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

        digest = sha256(data).hexdigest()
        content = render_statements(gathered.statements, gathered.findings, name, digest, texts.lang)
        give_page(content, options["output"], options["force"], [name], texts)
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


def _answer(name: str, data: bytes, form: str, original: str | None, texts: Texts) -> int:
    """An answer of the bank, beside the file that it answers where that is given."""
    from statements.cli.render.bank_answer import answer_document, answer_lines
    from statements.formats.pain001.answered import is_about, joined
    from statements.formats.pain001.reader import read
    from statements.formats.pain001.status_report import read_answer

    outcome = read_answer(data)
    if outcome.value is not None:
        file = None
        payments = read_source(original, texts) if original is not None else b""
        if original is not None:
            read_file = read(payments)
            file = read_file.value
            if file is None:
                reason = read_file.findings[0].message(texts.lang) if read_file.findings else "-"
                raise UsageFault(texts("error") + texts("no-original", path=original, reason=reason))
        # References of another file name no payment of this one.
        about = file is not None and is_about(outcome.value, file)
        blocks = joined(outcome.value, file if about else None)
        if form == "json":
            out_bytes(json_bytes(answer_document(outcome.value, blocks, texts)))
        else:
            out(answer_lines(outcome.value, blocks, file, (original or "", payments), texts))
    return _findings(outcome.findings, name, texts)


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
