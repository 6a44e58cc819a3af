"""``statements convert``: from any source to files of one format, all of a run or none."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from concurrent.futures import Executor
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from statements.cli import parallel
from statements.cli.choices import choose
from statements.cli.console import FAULT, FINDINGS, OK, USAGE, UsageFault, out_bytes, say
from statements.cli.downloads import read_sources
from statements.cli.files import Output, foreseen, is_folder_target, read_source, release
from statements.cli.options import AmountType, Day, Iban, LocalCommand, Whole, Word, check_options, option
from statements.cli.result import held, say_findings, say_listed, totals
from statements.cli.texts import Texts
from statements.cli.words import day, worded
from statements.findings import Finding, Profile
from statements.formats import register
from statements.rules import Severity
from statements.services.continued import STATE, State, issued_now, read_state, since_last, write_state
from statements.services.convert import StatementFile, faulty, groups, join, ledger_lines, numbered
from statements.services.identify import FileIdentity, identify
from statements.services.read import Gathered, ReadOptions, not_taken

Source = tuple[str, bytes]


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(**options: Any) -> int:
        return _run(options, texts)

    checks = check_options(texts)
    date = Day(texts)
    return LocalCommand(
        texts,
        name="convert",
        help=texts("convert.help"),
        callback=run,
        params=[
            click.Argument(["sources"], nargs=-1, required=True, metavar="SOURCE..."),
            option("--to", required=True, type=Word(register.targets(), texts), help=texts("opt.to")),
            option("--from", "source", type=Word(register.sources(), texts), help=texts("opt.from")),
            option(
                "--account",
                "accounts",
                multiple=True,
                type=Iban(texts, other=True),
                metavar="IBAN",
                help=texts("opt.account"),
            ),
            option("--since", type=date, metavar="DATE", help=texts("opt.since")),
            option("--until", type=date, metavar="DATE", help=texts("opt.until")),
            option("--every", type=Word(("day", "month", "all"), texts), help=texts("opt.every")),
            option("--timezone", default="Europe/Paris", show_default=True, metavar="ZONE", help=texts("opt.timezone")),
            option("--opening", type=AmountType(texts), metavar="AMOUNT", help=texts("opt.opening")),
            option("--mapping", metavar="FILE", help=texts("opt.mapping")),
            checks["profile"],
            checks["set"],
            option("--repair", "repairs", multiple=True, metavar="NAME", help=texts("opt.repair")),
            option("--eol", type=Word(("crlf", "lf", "none"), texts), help=texts("opt.eol")),
            option("-o", "--output", "output", metavar="DIR|FILE|-", help=texts("opt.output")),
            option("--force", is_flag=True, help=texts("opt.force")),
            option("--ledger", metavar="FILE", help=texts("opt.ledger")),
            option(
                "--format", "form", type=Word(("text", "html"), texts), default="text", help=texts("opt.format.convert")
            ),
            option("--report", metavar="FILE", help=texts("opt.report")),
            option("--dry-run", is_flag=True, help=texts("opt.dry-run")),
            option("--new-only", is_flag=True, help=texts("opt.new-only")),
            option("-q", "--quiet", "quiet", is_flag=True, help=texts("opt.convert.quiet")),
            option("-v", "--verbose", is_flag=True, help=texts("opt.convert.verbose")),
            option("--dask", metavar="ADDRESS", help=texts("opt.dask")),
            option("--jobs", type=Whole(texts, 1), default=1, metavar="N", help=texts("opt.jobs")),
        ],
    )


def _run(options: dict[str, Any], texts: Texts) -> int:
    _check_usage(options, texts)
    sources = read_sources(options["sources"], options, texts)
    identities = [identify(data) for _, data in sources]
    rows = [register.get(options["source"]) if options["source"] else item.reader for item in identities]
    if options["source"] is None:
        _check_known(sources, identities, texts)
    known = [options["source"] is not None or item.kind == "known" for item in identities]
    if any(row.holds == "payments" and sure for row, sure in zip(rows, known, strict=True)):
        return _payments(sources, rows, options, texts)
    reading, writer = _choices(rows, options, texts)
    with parallel.cluster(options["dask"] or "", texts) as executor:
        return _statements(sources, reading, writer, executor, options, texts)


def _statements(
    sources: Sequence[Source],
    reading: ReadOptions,
    writer: Profile,
    executor: Executor | None,
    options: dict[str, Any],
    texts: Texts,
) -> int:
    """Statements from the sources to files; whoever does the work, the bytes are the same."""
    gathered = parallel.gather(sources, reading, options["jobs"], texts, executor)
    # Our JSON shows whatever could be read; a bank's format must not make a faulty source look sound.
    neutral = register.get(options["to"]).neutral
    kept, refused = (gathered.statements, ()) if neutral else gathered.sound()
    state = _state_of(options, texts) if options["new_only"] else None
    if state is not None:
        fresh = since_last(kept, state, options["to"], options["every"])
        kept, refused = fresh.value, (*refused, *fresh.findings)
    tasks = numbered(groups(kept), writer)
    outcomes = parallel.write(tasks, options["to"], options["jobs"], texts, executor)
    files = [outcome.value for outcome in outcomes if outcome.value is not None]
    written = [item for outcome in outcomes for item in outcome.findings]
    findings = [*gathered.findings, *refused, *written]
    try:
        if faulty(written):
            return FAULT
        left = [item for outcome in outcomes if outcome.value is None for item in outcome.findings]
        outputs = _outputs(files, gathered, left, writer, options, texts)
        if options["report"]:
            page = _page(sources, files, [*gathered.findings, *refused, *left], options, texts)
            outputs.append(Output(Path(options["report"]), page))
        if state is not None and files:
            outputs.append(_state_output(state, files, options))
        _deliver(files, gathered, outputs, writer, options, texts)
        if options["form"] == "html" and not options["report"]:
            out_bytes(_page(sources, files, [*gathered.findings, *refused, *left], options, texts))
    finally:
        # Whatever became of the files, everything found is said, after the result where there is one.
        label = register.get(options["to"]).label.get(texts.lang)
        _say_all(findings, label, options, texts)
        if gathered.identities and not options["quiet"]:
            # Qonto's days depend on the zone, so it is said.
            say(texts("zone", zone=options["timezone"]))
    errors = [item for item in findings if item.severity is Severity.ERROR]
    lost = len(outcomes) - len(files) + sum(item.id in ("CNV-008", "CNV-024") for item in refused)
    if lost:
        say(texts("refused", count=texts.count("statement", lost)))
    return FINDINGS if errors else OK


def _say_all(findings: Sequence[Finding], label: str, options: dict[str, Any], texts: Texts) -> None:
    """Everything found; with ``--quiet`` the errors and warnings alone."""
    if options["quiet"]:
        findings = [item for item in findings if item.severity is not Severity.INFO]
    say_findings(findings, label, bool(options["ledger"]), texts, everything=options["verbose"])


def _page(
    sources: Sequence[Source],
    files: Sequence[StatementFile],
    others: Sequence[Finding],
    options: dict[str, Any],
    texts: Texts,
) -> bytes:
    """The result as a page for a person: every file with its sums, and what the format changed."""
    from statements.cli.render.html import render_written

    label = register.get(options["to"]).label.get(texts.lang)
    read = [(name, f"SHA-256 {sha256(data).hexdigest()}") for name, data in sources]
    return render_written(files, others, label, read, texts.lang, written=not options["dry_run"]).encode()


def _state_of(options: dict[str, Any], texts: Texts) -> State:
    """How far the statements in the folder go."""
    target = options["output"] or "-"
    if target == "-" or not is_folder_target(target):
        raise UsageFault(texts("error") + texts("new-only-folder"))
    path = Path(target) / STATE
    if not path.exists():
        return State()
    state = read_state(read_source(str(path), texts))
    if state is None:
        raise UsageFault(texts("error") + texts("bad-state", path=path))
    return state


def _state_output(state: State, files: Sequence[StatementFile], options: dict[str, Any]) -> Output:
    written = [statement for file in files for statement in file.statements]
    now = issued_now(state, options["to"], written)
    return Output(Path(options["output"]) / STATE, write_state(now), replace=True)


def _check_usage(options: dict[str, Any], texts: Texts) -> None:
    if options["form"] == "html" and not options["report"] and (options["output"] or "-") == "-":
        raise UsageFault(texts("error") + texts("page-or-data"))
    since, until = options["since"], options["until"]
    if since and until and since > until:
        raise UsageFault(texts("error") + texts("range", since=day(since, texts), until=day(until, texts)))
    if options["eol"]:
        _check_eol(options["eol"], register.get(options["to"]), texts)
    if options["sources"].count("-") > 1:
        raise UsageFault(texts("error") + texts("stdin-twice"))
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(options["timezone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        reason = texts("not-zone", value=options["timezone"])
        raise UsageFault(texts("error") + texts("bad-value", name="--timezone", reason=reason)) from error


def _check_eol(eol: str, to: register.Format, texts: Texts) -> None:
    if eol in to.eols:
        return
    # A format with line ends of its own has this one word against it; one without them has the option.
    takers = [row for row in register.formats() if (eol in row.eols if to.eols else row.eols)]
    name = f"--eol {eol}" if to.eols else "--eol"
    listed = texts("and").join(row.label.get(texts.lang) for row in takers)
    raise UsageFault(texts("error") + texts("eol-only", name=name, formats=listed))


def _check_known(sources: Sequence[Source], identities: Sequence[FileIdentity], texts: Texts) -> None:
    """Files that nobody can read end the run before anything is done: exit code 2."""
    unknown = [
        f"{name}: {item.id} {item.message(texts.lang)} {item.fix(texts.lang)}"
        for (name, _), identity in zip(sources, identities, strict=True)
        if identity.kind == "unknown" or _taken_by_nobody(identity)
        for item in (not_taken(identity),)
    ]
    if unknown:
        raise UsageFault(*unknown, code=USAGE)


def _taken_by_nobody(identity: FileIdentity) -> bool:
    """A foreign file that no reader names either: an archive, another bank's format."""
    return identity.kind == "foreign" and not identity.xml and not identity.taken


def _choices(rows: Sequence[register.Format], options: dict[str, Any], texts: Texts) -> tuple[ReadOptions, Profile]:
    """How to read, and the profile to write with. A profile is the writer's; with ``--to json`` the reader's."""
    to = options["to"]
    joint = next((row for row in rows if row.together), None)
    joint_settings = joint.module().SETTINGS if joint is not None else ()
    neutral = register.get(to).neutral
    settings = list(options["settings"])
    if options["eol"]:
        settings.append(("eol", options["eol"]))
    readers = choose(
        list(dict.fromkeys(row.name for row in rows)),
        "reader",
        texts,
        names=options["profiles"] if neutral else (),
        settings=[pair for pair in settings if neutral],
        repairs=options["repairs"],
        other_settings=joint_settings,
    )
    if neutral:
        writer = Profile(name="default", base="default")
    else:
        # A format that people read has a profile for each language.
        spoken = (texts.lang,) if texts.lang in register.get(to).writer_profiles() else ()
        names = options["profiles"] or spoken
        writer = choose([to], "writer", texts, names=names, settings=settings, other_settings=joint_settings)[to]
        _check_writer(to, writer, texts)
    reading = ReadOptions(
        source=options["source"],
        accounts=options["accounts"],
        since=options["since"],
        until=options["until"],
        every=options["every"],
        timezone=options["timezone"],
        opening=options["opening"],
        mapping=_mapping(options["mapping"], texts),
        settings={key: value for key, value in settings if key in joint_settings},
        profiles=readers,
        repairs=options["repairs"],
    )
    if joint is not None:
        _check_joint(joint, reading, options, texts)
    else:
        _refuse(("opening", "mapping"), "qonto-only", options, texts)
    return reading, writer


def _check_writer(to: str, profile: Profile, texts: Texts) -> None:
    """A setting may have the right type and still not be one of its words: the writer knows."""
    try:
        register.get(to).write((), profile)
    except ValueError as error:
        raise UsageFault(texts("error") + worded(error, texts)) from error


def _refuse(names: Sequence[str], sentence: str, options: dict[str, Any], texts: Texts) -> None:
    """Options that nothing in this run would heed are misuse, not silence."""
    for name in names:
        if options[name]:
            option = "--" + name.removesuffix("s").replace("_", "-")
            raise UsageFault(texts("error") + texts(sentence, name=option))


def _check_joint(joint: register.Format, reading: ReadOptions, options: dict[str, Any], texts: Texts) -> None:
    try:
        joint.module().Settings.of(dict(reading.settings))
    except ValueError as error:
        raise UsageFault(texts("error") + worded(error, texts)) from error
    try:
        joint.module().read((), mapping=reading.mapping)
    except (ValueError, TypeError) as error:
        raise UsageFault(
            texts("error") + texts("bad-mapping", path=options["mapping"], reason=worded(error, texts))
        ) from error


def _mapping(path: str | None, texts: Texts) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        return tomllib.loads(read_source(path, texts).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageFault(texts("error") + texts("bad-mapping", path=path, reason=worded(error, texts))) from error


def _outputs(
    files: Sequence[StatementFile],
    gathered: Gathered,
    refused: Sequence[Finding],
    writer: Profile,
    options: dict[str, Any],
    texts: Texts,
) -> list[Output]:
    """The statements as files, then the ledger if one is wanted. Nothing of it is written yet."""
    target = options["output"] or "-"
    outputs: list[Output] = []
    if target != "-" and is_folder_target(target):
        outputs = [Output(Path(target) / file.name, file.content) for file in files]
    elif target != "-" and (files or _may_be_empty(gathered, options)):
        outputs = [Output(Path(target), join(files, options["to"], writer))]
    if options["ledger"]:
        zone = options["timezone"] if gathered.identities else None
        sources = [item for item in gathered.findings if "before" in item.values or item.severity is Severity.ERROR]
        lines = ledger_lines(files, gathered.identities, timezone=zone, findings=[*sources, *refused], lang=texts.lang)
        outputs.append(Output(Path(options["ledger"]), b"".join(lines)))
    return outputs


def _may_be_empty(gathered: Gathered, options: dict[str, Any]) -> bool:
    """Whether a file without statements is an answer: our JSON of sources without a fault."""
    return register.get(options["to"]).neutral and not any(f.severity is Severity.ERROR for f in gathered.findings)


def _deliver(
    files: Sequence[StatementFile],
    gathered: Gathered,
    outputs: list[Output],
    writer: Profile,
    options: dict[str, Any],
    texts: Texts,
) -> None:
    """Write everything or nothing, or with ``--dry-run`` say what would be; the result comes first."""
    target = options["output"] or "-"
    states = _states(outputs, options, texts)
    if not options["quiet"]:
        _say_result(files, outputs, states, options, texts)
    if target == "-" and not options["dry_run"] and (files or _may_be_empty(gathered, options)):
        out_bytes(join(files, options["to"], writer))
    hindered = any(finding.severity is Severity.ERROR for finding in gathered.findings)
    if not files and not (options["quiet"] and options["new_only"] and not hindered):
        # Where errors are in the way nobody knows whether there was anything to write, or anything new.
        say(texts("nothing-errors" if hindered else "nothing-new" if options["new_only"] else "nothing"))


def _states(outputs: list[Output], options: dict[str, Any], texts: Texts) -> list[str]:
    """Write the outputs, or with ``--dry-run`` look at what is there: a word of each that is not simply new."""
    if options["dry_run"]:
        return foreseen(outputs, options["sources"], options["force"], texts)
    done = release(outputs, options["sources"], options["force"], texts)
    return ["unchanged" if item.unchanged else "" for item in done]


def _say_result(
    files: Sequence[StatementFile],
    outputs: Sequence[Output],
    states: Sequence[str],
    options: dict[str, Any],
    texts: Texts,
) -> None:
    """The sums, then each file with what it holds, then the ledger and the page."""
    target = options["output"] or "-"
    # Of data on standard output nothing more is said: they are the result.
    if files and (target != "-" or options["dry_run"]):
        say(totals(files, "result.dry" if options["dry_run"] else "result", texts))
    lines = []
    said = []
    for output, state in zip(outputs, states, strict=True):
        if output.replace:
            continue
        own = [file for file in files if file.name == output.path.name] if is_folder_target(target) else list(files)
        if str(output.path) in (options["ledger"], options["report"]):
            said.append(texts(state, path=output.path) if state else str(output.path))
        else:
            lines.append(held(own, output.path, state, texts))
    say_listed(lines, texts, everything=options["verbose"])
    for line in said:
        say(line)


def _payments(sources: Sequence[Source], rows: Sequence[register.Format], options: dict[str, Any], texts: Texts) -> int:
    """Payment files as data: ``--to json`` only."""
    from statements.services.convert import payment_document

    held = [row.holds == "payments" for row in rows]
    if not register.get(options["to"]).neutral:
        name = next(name for (name, _), payments in zip(sources, held, strict=True) if payments)
        raise UsageFault(texts("pain-only-json", path=name))
    if not all(held):
        raise UsageFault(texts("pain-mixed"))
    idle = ("accounts", "since", "until", "every", "opening", "mapping", "repairs", "ledger", "new_only", "report")
    _refuse(idle, "statements-only", options, texts)
    if options["form"] == "html":
        raise UsageFault(texts("error") + texts("statements-only", name="--format html"))
    row = register.payments()
    readers = choose([row.name], "reader", texts, names=options["profiles"], settings=options["settings"])
    outcome = payment_document(sources, readers[row.name])
    target = options["output"] or "-"
    path = Path(target) / (Path(sources[0][0]).stem + ".json") if is_folder_target(target) else Path(target)
    outputs = [Output(path, outcome.value)] if target != "-" else []
    if target == "-" and not options["dry_run"]:
        out_bytes(outcome.value)
    for state in _states(outputs, options, texts):
        if not options["quiet"]:
            say(texts(state, path=path) if state else str(path))
    _say_all(outcome.findings, register.get(options["to"]).label.get(texts.lang), options, texts)
    return OK if outcome.ok else FINDINGS
