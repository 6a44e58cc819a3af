"""``statements validate``: everything that is wrong with files, where, and how to mend it."""

from __future__ import annotations

import codecs
import datetime
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from statements.cli import parallel
from statements.cli.choices import choose, ignored
from statements.cli.console import FAULT, FINDINGS, OK, USAGE, UsageFault, out_bytes, out_text, say
from statements.cli.files import HEAD, Bytes, LargeFile, Output, expand, read_source, release, source
from statements.cli.options import LocalCommand, Moment, Whole, Word, check_options, option
from statements.cli.render import RENDERERS, CheckedFile, Look, UnreadFile, load
from statements.cli.texts import Texts
from statements.cli.words import worded
from statements.findings import Report
from statements.formats import register
from statements.rules import Severity
from statements.services.identify import FileIdentity, identify
from statements.services.read import ReadOptions
from statements.services.series import across
from statements.services.validate import CheckOptions, check, declared_format


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(**options: Any) -> int:
        return _run(options, texts)

    checks = check_options(texts)
    return LocalCommand(
        texts,
        name="validate",
        help=texts("validate.help"),
        callback=run,
        params=[
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
            checks["profile"],
            checks["set"],
            option("--repair", "repairs", multiple=True, metavar="NAME", help=texts("opt.repair")),
            option("--format", "form", type=Word(tuple(RENDERERS), texts), default="text", help=texts("opt.format")),
            option("--today", type=Moment(texts), metavar="DATE[THH:MM:SS]", help=texts("opt.today")),
            option("--declared", metavar="NAME", help=texts("opt.declared")),
            checks["own"],
            checks["known-ids"],
            option(
                "--fail-on",
                "fail_on",
                type=Word(("error", "warning"), texts),
                default="error",
                help=texts("opt.failon"),
            ),
            option("--ignore", "ignored", multiple=True, metavar="RULE", help=texts("opt.ignore")),
            option("--exclude", "exclude", multiple=True, metavar="PATTERN", help=texts("opt.exclude")),
            option("--max-findings", "limit", type=Whole(texts, 1), metavar="N", help=texts("opt.max")),
            option("--exit-zero", "exit_zero", is_flag=True, help=texts("opt.zero")),
            option("--original", "original", metavar="FILE", help=texts("opt.original")),
            option("--schema-dir", "schema_dir", metavar="DIR", help=texts("opt.schema")),
            option("-o", "--output", "output", metavar="FILE", help=texts("opt.output.report")),
            option("--force", is_flag=True, help=texts("opt.force")),
            option("--jobs", type=Whole(texts, 1), default=1, metavar="N", help=texts("opt.jobs")),
            option("--statistics", is_flag=True, help=texts("opt.statistics")),
            option("-q", "--quiet", "quiet", is_flag=True, help=texts("opt.quiet")),
            option("-v", "--verbose", "verbose", is_flag=True, help=texts("opt.verbose")),
            option("--color", type=Word(("auto", "always", "never"), texts), default="auto", help=texts("opt.color")),
        ],
    )


def _run(options: dict[str, Any], texts: Texts) -> int:
    declared = options["declared"]
    kind = declared_kind(declared, texts)
    files, unread = _read_all(expand(options["files"], texts, options["exclude"]), texts)
    identities = [identify(data[:HEAD] if isinstance(data, LargeFile) else data) for _, data in files]
    kinds = [kind or item.reader.name for item in identities if item.kind != "unknown"]
    chosen = choose(
        list(dict.fromkeys(kinds)),
        "reader",
        texts,
        names=options["profiles"],
        settings=options["settings"],
        repairs=options["repairs"],
    )
    moment: tuple[datetime.date, datetime.time | None] = options["today"] or now()
    known_ids = read_source(options["known_ids"], texts) if options["known_ids"] else b""
    wanted = CheckOptions(
        profiles=chosen,
        declared=declared,
        ignored=ignored(options["ignored"], texts),
        limit=min(100, options["limit"] or 100),
        today=moment[0],
        own=options["own"],
        known_ids=references(known_ids),
        schemas=schemas(options["schema_dir"], texts),
    )
    if options["original"] is not None:
        wanted = msgspec.structs.replace(wanted, original=_original(options["original"], files, identities, texts))
    checked, failed = _check_all(files, wanted, options, texts)
    checked = _across(checked, wanted, options["limit"])
    form = options["form"]
    renderer = RENDERERS[form]
    further = {
        "unread": (*unread, *failed),
        "fail_on": Severity(options["fail_on"]),
        "created": datetime.datetime.combine(moment[0], moment[1] or datetime.time()),
        "reading": ReadOptions(profiles=chosen, repairs=options["repairs"]),
        "look": _look(options),
        "notes": _notes(options),
    }
    keywords = {name: further[name] for name in renderer.keywords}
    _deliver(load(renderer.place)(checked, texts.lang, **keywords), options, texts)
    return FAULT if any(item.internal for item in failed) else _code(checked, options, bool(unread or failed))


def declared_kind(name: str | None, texts: Texts) -> str | None:
    """The format of ``--declared``."""
    try:
        return declared_format(name) if name is not None else None
    except ValueError as error:
        reason = worded(error, texts)
        raise UsageFault(texts("error") + texts("bad-value", name="--declared", reason=reason)) from error


def _original(name: str, files: Sequence[tuple[str, Bytes]], identities: Sequence[FileIdentity], texts: Texts) -> bytes:
    """The payment file that the one answer given is about."""
    if len(files) != 1:
        raise UsageFault(texts("error") + texts("original-many", n=len(files)))
    for (file, _), identity in zip(files, identities, strict=True):
        if identity.format != "pain.002":
            raise UsageFault(texts("error") + texts("original-one", file=file, name=identity.name.get(texts.lang)))
    return read_source(name, texts)


def _read_all(names: Sequence[str], texts: Texts) -> tuple[list[tuple[str, Bytes]], list[UnreadFile]]:
    """The files that can be read, and those that cannot, each with its sentence, which is said at once."""
    if list(names).count("-") > 1:
        raise UsageFault(texts("error") + texts("stdin-twice"))
    files: list[tuple[str, Bytes]] = []
    unread = []
    for name in names:
        try:
            files.append((name, source(name, texts)))
        except UsageFault as fault:
            say(fault.sentences[0])
            unread.append(UnreadFile(name, fault.sentences[0]))
    return files, unread


def _check_all(
    files: Sequence[tuple[str, Bytes]], wanted: CheckOptions, options: dict[str, Any], texts: Texts
) -> tuple[list[CheckedFile], list[UnreadFile]]:
    """The report of every file whose check ended. What happens to one of them happens to no other."""
    checked: list[CheckedFile] = []
    failed: list[UnreadFile] = []
    tasks = [(data, wanted) for _, data in files]
    with parallel.progress(len(files), texts) as step:
        for (name, data), tried in zip(files, parallel.each(_check_one, tasks, options["jobs"]), strict=True):
            if tried.result is not None:
                checked.append(CheckedFile(name, data, _capped(tried.result, options["limit"])))
            else:
                fault = tried.fault or parallel.TaskFault("none")
                sentence = parallel.fault_sentence(fault, name, texts, "internal-check")
                say(f"{name}{texts.colon}{sentence}")
                failed.append(UnreadFile(name, sentence, internal=fault.internal))
            step()
    return checked, failed


def _across(checked: Sequence[CheckedFile], wanted: CheckOptions, limit: int | None) -> list[CheckedFile]:
    """The files with what is missing between them."""
    told = across([(item.file, item.report) for item in checked], wanted.ignored)
    return [
        item if report is item.report else CheckedFile(item.file, item.data, _capped(report, limit))
        for item, report in zip(checked, told, strict=True)
    ]


def _check_one(task: tuple[Bytes, CheckOptions]) -> Report[Any]:
    """The report of one file. A large payment file is streamed from the disk, any other is taken whole."""
    data, wanted = task
    if isinstance(data, bytes):
        return check(data, wanted)
    head = data[:HEAD]
    row = register.get(declared_format(wanted.declared)) if wanted.declared else identify(head).reader
    if row.holds != "payments":
        return check(data[:], wanted)
    with data.open() as stream:
        return check(head, wanted, stream)


def _look(options: dict[str, Any]) -> Look:
    """As wide as the terminal where there is one."""
    terminal = sys.stdout is not None and sys.stdout.isatty() and options["output"] in (None, "-")
    return Look(
        width=shutil.get_terminal_size().columns if terminal else 0,
        full=options["verbose"],
        quiet=options["quiet"],
        statistics=options["statistics"],
        notes=_notes(options),
    )


def _notes(options: dict[str, Any]) -> tuple[str, ...]:
    """What was asked for that changes what the answer says of the same files, as it would be typed."""
    told = [f"{name} {value}" for name, key in _TOLD.items() for value in options[key]]
    told += [f"--set {name}={value}" for name, value in options["settings"]]
    if options["schema_dir"] is not None:
        told.append(f"--schema-dir {options['schema_dir']}")
    if options["limit"] is not None:
        told.append(f"--max-findings {options['limit']}")
    if options["fail_on"] != "error":
        told.append(f"--fail-on {options['fail_on']}")
    return (*told, "--exit-zero") if options["exit_zero"] else tuple(told)


_TOLD = {"--repair": "repairs", "--exclude": "exclude"}


def now() -> tuple[datetime.date, datetime.time | None]:
    """The day in Paris, where Qonto's payments are executed; the one look at the clock."""
    from zoneinfo import ZoneInfo

    now = datetime.datetime.now(ZoneInfo("Europe/Paris"))
    return now.date(), now.time().replace(microsecond=0)


def references(data: bytes) -> frozenset[str]:
    """References one a line, as a text editor or a spreadsheet saves them; of a table every cell counts.

    No reference in the SEPA set holds the marks between cells, and blanks inside one belong to it.
    """
    wide = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = data.decode("utf-16" if wide else "utf-8-sig", "replace")
    cells = (cell.strip().strip('"') for line in text.splitlines() for cell in re.split("[;\t]", line))
    return frozenset(cell for cell in cells if cell)


def schemas(folder: str | None, texts: Texts) -> dict[str, bytes]:
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
    content = text.encode("utf-8", "backslashreplace")
    if target not in (None, "-"):
        release([Output(Path(target), content)], options["files"], options["force"], texts)
    elif RENDERERS[options["form"]].machine:
        out_bytes(content)
    else:
        out_text(text, options["color"])


def _code(checked: Sequence[CheckedFile], options: dict[str, Any], unread: bool) -> int:
    refused = any(finding.id in ("CNV-001", "CNV-002") for item in checked for finding in item.report.findings)
    if unread or refused:
        return USAGE
    summaries = [item.report.summary for item in checked]
    bad = any(summary.errors or (options["fail_on"] == "warning" and summary.warnings) for summary in summaries)
    return FINDINGS if bad and not options["exit_zero"] else OK
