"""``statements validate``: everything that is wrong with files, where, and how to mend it."""

from __future__ import annotations

import codecs
import datetime
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from statements.cli.choices import choose
from statements.cli.console import FINDINGS, OK, USAGE, UsageFault, out, say
from statements.cli.files import Output, map_source, read_source, release
from statements.cli.options import Iban, LocalCommand, Moment, Pair, Whole, Word
from statements.cli.render import KEYWORDS, RENDERERS, CheckedFile, load
from statements.cli.texts import Texts
from statements.findings import Report
from statements.formats import register
from statements.rules import Severity
from statements.services.identify import identify
from statements.services.validate import CheckOptions, check, declared_format


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(**options: Any) -> int:
        return _run(options, texts)

    def option(*names: str, **settings: Any) -> click.Option:
        return click.Option(list(names), **settings)

    return LocalCommand(
        texts,
        name="validate",
        help=texts("validate.help"),
        callback=run,
        params=[
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
            option("--profile", "profiles", multiple=True, metavar="NAME", help=texts("opt.profile")),
            option("--set", "settings", multiple=True, type=Pair(texts), metavar="KEY=VALUE", help=texts("opt.set")),
            option("--repair", "repairs", multiple=True, metavar="NAME", help=texts("opt.repair")),
            option("--format", "form", type=Word(tuple(RENDERERS), texts), default="text", help=texts("opt.format")),
            option("--today", type=Moment(texts), metavar="DATE[THH:MM:SS]", help=texts("opt.today")),
            option("--declared", metavar="NAME", help=texts("opt.declared")),
            option("--own", multiple=True, type=Iban(texts), metavar="IBAN", help=texts("opt.own")),
            option("--known-ids", "known_ids", metavar="FILE", help=texts("opt.known")),
            option(
                "--fail-on",
                "fail_on",
                type=Word(("error", "warning"), texts),
                default="error",
                help=texts("opt.failon"),
            ),
            option("--ignore", "ignored", multiple=True, metavar="RULE", help=texts("opt.ignore")),
            option("--max-findings", "limit", type=Whole(texts, 1), metavar="N", help=texts("opt.max")),
            option("--exit-zero", "exit_zero", is_flag=True, help=texts("opt.zero")),
            option("--schema-dir", "schema_dir", metavar="DIR", help=texts("opt.schema")),
            option("-o", "--output", "output", metavar="FILE", help=texts("opt.output.report")),
        ],
    )


def _run(options: dict[str, Any], texts: Texts) -> int:
    declared = options["declared"]
    try:
        declared_kind = declared_format(declared) if declared is not None else None
    except ValueError as error:
        sentence = getattr(error, "sentence", None)
        reason = sentence(texts.lang) if sentence else str(error)
        raise UsageFault(texts("error") + texts("bad-value", name="--declared", reason=reason)) from error
    files, unread = _read_all(options["files"], texts)
    identities = [identify(_head(data)) for _, data in files]
    kinds = [declared_kind or item.reader.name for item in identities if item.kind != "unknown"]
    ignored = [rule.upper() for rule in options["ignored"]]
    chosen = choose(
        list(dict.fromkeys(kinds)),
        "reader",
        texts,
        names=options["profiles"],
        settings=options["settings"],
        repairs=options["repairs"],
        ignored=ignored,
    )
    moment: tuple[datetime.date, datetime.time | None] = options["today"] or _now()
    known_ids = read_source(options["known_ids"], texts) if options["known_ids"] else b""
    checking = CheckOptions(
        profiles=chosen,
        declared=declared,
        limit=min(100, options["limit"] or 100),
        today=moment[0],
        own=options["own"],
        known_ids=_references(known_ids),
        schemas=_schemas(options["schema_dir"], texts),
    )
    checked = []
    for name, data in files:
        report = _without(_checked(name, data, checking), ignored)
        checked.append(CheckedFile(file=name, data=data, report=_capped(report, options["limit"])))
    further = {
        "fail_on": Severity(options["fail_on"]),
        "created": datetime.datetime.combine(moment[0], moment[1] or datetime.time()),
    }
    form = options["form"]
    keywords = {name: further[name] for name in KEYWORDS.get(form, ())}
    _deliver(load(RENDERERS[form])(checked, texts.lang, **keywords), options, texts)
    return _code(checked, options, unread)


def _read_all(names: Sequence[str], texts: Texts) -> tuple[list[tuple[str, bytes]], bool]:
    """The files that can be read; of the others the sentence is said and the run ends with exit code 2."""
    if list(names).count("-") > 1:
        raise UsageFault(texts("error") + texts("stdin-twice"))
    files, unread = [], False
    for name in names:
        try:
            files.append((name, map_source(name, texts)))
        except UsageFault as stop:
            say(stop.sentences[0])
            unread = True
    return files, unread


def _head(data: bytes) -> bytes:
    """What is needed to recognise a file: of one that is only mapped, the beginning."""
    return data if isinstance(data, bytes) else data[: 1 << 20]


def _checked(name: str, data: bytes, checking: CheckOptions) -> Report[Any]:
    """The report of one file. A large payment file is streamed from the disk, any other is taken whole."""
    if isinstance(data, bytes):
        return check(data, checking)
    declared = declared_format(checking.declared) if checking.declared else None
    head = _head(data)
    row = register.get(declared) if declared else identify(head).reader
    if row.holds == "payments":
        with open(name, "rb") as stream:
            return check(head, checking, stream)
    return check(data[:], checking)


def _now() -> tuple[datetime.date, datetime.time | None]:
    """The day in Paris, where Qonto's payments are executed; the one look at the clock."""
    from zoneinfo import ZoneInfo

    now = datetime.datetime.now(ZoneInfo("Europe/Paris"))
    return now.date(), now.time().replace(microsecond=0)


def _references(data: bytes) -> frozenset[str]:
    """References one a line, as a text editor or a spreadsheet saves them; of a table every cell counts.

    No reference in the SEPA set holds the marks between cells, and blanks inside one belong to it.
    """
    wide = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = data.decode("utf-16" if wide else "utf-8-sig", "replace")
    cells = (cell.strip().strip('"') for line in text.splitlines() for cell in re.split("[;\t]", line))
    return frozenset(cell for cell in cells if cell)


def _schemas(folder: str | None, texts: Texts) -> dict[str, bytes]:
    """The XSD files of a folder by message name (``pain.001.001.03``); those of other messages are left alone."""
    from statements.formats.pain001.schema import MESSAGES, Schemas

    if folder is None:
        return {}
    if not Path(folder).is_dir():
        raise UsageFault(texts("not-found", path=folder))
    found: dict[str, bytes] = {}
    for message in MESSAGES:
        path = Path(folder) / f"{message}.xsd"
        if not path.is_file():
            continue
        found[message] = read_source(str(path), texts)
        try:
            Schemas({message: found[message]})
        except ValueError as error:
            raise UsageFault(texts("bad-schema", path=path, message=message), f"  {error}") from error
    if not found:
        raise UsageFault(texts("no-schema", path=folder, names=", ".join(f"{message}.xsd" for message in MESSAGES)))
    return found


def _without(report: Report[Any], ignored: Sequence[str]) -> Report[Any]:
    """A report without rules that are ignored but belong to no profile (those of files that are not taken)."""
    kept = tuple(finding for finding in report.findings if finding.id not in ignored)
    if len(kept) == len(report.findings):
        return report
    dropped = [finding for finding in report.findings if finding.id in ignored]
    summary = msgspec.structs.replace(
        report.summary,
        errors=report.summary.errors - sum(item.severity is Severity.ERROR for item in dropped),
        warnings=report.summary.warnings - sum(item.severity is Severity.WARNING for item in dropped),
    )
    return msgspec.structs.replace(report, findings=kept, summary=summary)


def _capped(report: Report[Any], limit: int | None) -> Report[Any]:
    """At most ``limit`` findings in all; the others are counted for each rule."""
    if limit is None or len(report.findings) <= limit:
        return report
    hidden = dict(report.hidden)
    for finding in report.findings[limit:]:
        hidden[finding.id] = hidden.get(finding.id, 0) + 1
    return msgspec.structs.replace(report, findings=report.findings[:limit], hidden=hidden)


def _deliver(text: str, options: dict[str, Any], texts: Texts) -> None:
    target = options["output"]
    if target is None or target == "-":
        out(text)
        return
    # A report is made anew at each run: the file named for it is replaced.
    content = text.encode("utf-8", "backslashreplace")
    release([Output(Path(target), content)], options["files"], True, texts)


def _code(checked: Sequence[CheckedFile], options: dict[str, Any], unread: bool) -> int:
    refused = any(finding.id in ("CNV-001", "CNV-002") for item in checked for finding in item.report.findings)
    if unread or refused:
        return USAGE
    summaries = [item.report.summary for item in checked]
    bad = any(summary.errors or (options["fail_on"] == "warning" and summary.warnings) for summary in summaries)
    return FINDINGS if bad and not options["exit_zero"] else OK
