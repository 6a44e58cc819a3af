"""``statements convert``: from any source to files of one format, all of a run or none."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from statements.cli import parallel
from statements.cli.choices import choose
from statements.cli.console import FAULT, FINDINGS, OK, USAGE, UsageFault, out_bytes, say
from statements.cli.downloads import read_sources
from statements.cli.files import Output, is_folder_target, read_source, release
from statements.cli.options import Amount, Day, Iban, LocalCommand, Pair, Whole, Word
from statements.cli.texts import Texts
from statements.findings import Finding, Profile
from statements.formats import register
from statements.rules import Severity
from statements.services.convert import StatementFile, faulty, groups, join, ledger_lines, numbered
from statements.services.identify import FileIdentity, identify
from statements.services.read import Gathered, ReadOptions, not_taken

Source = tuple[str, bytes]


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(**options: Any) -> int:
        return _run(options, texts)

    def option(*names: str, **settings: Any) -> click.Option:
        return click.Option(list(names), **settings)

    day = Day(texts)
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
            option("--since", type=day, metavar="DATE", help=texts("opt.since")),
            option("--until", type=day, metavar="DATE", help=texts("opt.until")),
            option("--every", type=Word(("day", "month", "all"), texts), help=texts("opt.every")),
            option("--timezone", default="Europe/Paris", show_default=True, metavar="ZONE", help=texts("opt.timezone")),
            option("--opening", type=Amount(texts), metavar="AMOUNT", help=texts("opt.opening")),
            option("--mapping", metavar="FILE", help=texts("opt.mapping")),
            option("--profile", "profiles", multiple=True, metavar="NAME", help=texts("opt.profile")),
            option("--set", "settings", multiple=True, type=Pair(texts), metavar="KEY=VALUE", help=texts("opt.set")),
            option("--repair", "repairs", multiple=True, metavar="NAME", help=texts("opt.repair")),
            option("--eol", type=Word(("crlf", "lf", "none"), texts), help=texts("opt.eol")),
            option("-o", "--output", "output", metavar="DIR|FILE|-", help=texts("opt.output")),
            option("--force", is_flag=True, help=texts("opt.force")),
            option("--ledger", metavar="FILE", help=texts("opt.ledger")),
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
    gathered = parallel.gather(sources, reading, options["jobs"], texts)
    # Our JSON shows whatever could be read; a bank's format must not make a faulty source look sound.
    neutral = register.get(options["to"]).neutral
    kept, refused = (gathered.statements, ()) if neutral else gathered.sound()
    tasks = numbered(groups(kept), writer)
    outcomes = parallel.write(tasks, options["to"], options["jobs"], texts)
    files = [outcome.value for outcome in outcomes if outcome.value is not None]
    written = [item for outcome in outcomes for item in outcome.findings]
    _report([*gathered.findings, *refused, *written], texts)
    if faulty(written):
        return FAULT
    errors = any(item.severity is Severity.ERROR for item in (*gathered.findings, *refused, *written))
    lost = len(outcomes) - len(files) + len(refused)
    _deliver(files, gathered, [item for o in outcomes if o.value is None for item in o.findings], options, texts)
    if lost:
        say(texts("refused", count=texts.count("statement", lost)))
    return FINDINGS if errors else OK


def _check_usage(options: dict[str, Any], texts: Texts) -> None:
    since, until = options["since"], options["until"]
    if since and until and since > until:
        raise UsageFault(texts("error") + texts("range", since=since, until=until))
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
        writer = choose(
            [to], "writer", texts, names=options["profiles"], settings=settings, other_settings=joint_settings
        )[to]
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
        raise UsageFault(texts("error") + str(error)) from error


def _refuse(names: Sequence[str], sentence: str, options: dict[str, Any], texts: Texts) -> None:
    """Options that nothing in this run would heed are misuse, not silence."""
    for name in names:
        if options[name]:
            option = "--" + name.removesuffix("s")
            raise UsageFault(texts("error") + texts(sentence, name=option))


def _check_joint(joint: register.Format, reading: ReadOptions, options: dict[str, Any], texts: Texts) -> None:
    try:
        joint.module().Settings.of(dict(reading.settings))
    except ValueError as error:
        raise UsageFault(texts("error") + str(error)) from error
    try:
        joint.module().read((), mapping=reading.mapping)
    except (ValueError, TypeError) as error:
        raise UsageFault(texts("error") + texts("bad-mapping", path=options["mapping"], reason=error)) from error


def _mapping(path: str | None, texts: Texts) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        return tomllib.loads(read_source(path, texts).decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageFault(texts("error") + texts("bad-mapping", path=path, reason=error)) from error


def _report(findings: Sequence[Finding], texts: Texts) -> None:
    """The findings on stderr: at most 100 for each rule, of mere remarks 3; the ledger has every change."""
    from statements.cli.render.text import concise_line

    counts: dict[str, int] = {}
    hidden: dict[str, int] = {}
    for item in findings:
        counts[item.id] = counts.get(item.id, 0) + 1
        if counts[item.id] <= (3 if item.severity is Severity.INFO else 100):
            say(concise_line(item, item.location.account or "", texts, remedy=True))
        else:
            hidden[item.id] = hidden.get(item.id, 0) + 1
    for rule, count in hidden.items():
        say(texts("hidden", n=count, rule=rule))


def _deliver(
    files: Sequence[StatementFile],
    gathered: Gathered,
    refused: Sequence[Finding],
    options: dict[str, Any],
    texts: Texts,
) -> None:
    target = options["output"] or "-"
    outputs: list[Output] = []
    holders: list[Sequence[StatementFile]] = []
    empty = register.get(options["to"]).neutral and not any(f.severity is Severity.ERROR for f in gathered.findings)
    if target != "-" and is_folder_target(target):
        outputs = [Output(Path(target) / file.name, file.content) for file in files]
        holders = [[file] for file in files]
    elif target != "-" and (files or empty):
        outputs, holders = [Output(Path(target), _joined(files, options["to"]))], [files]
    if options["ledger"]:
        zone = options["timezone"] if gathered.identities else None
        sources = [item for item in gathered.findings if "before" in item.values or item.severity is Severity.ERROR]
        lines = ledger_lines(files, gathered.identities, timezone=zone, findings=[*sources, *refused], lang=texts.lang)
        outputs.append(Output(Path(options["ledger"]), b"".join(lines)))
    if gathered.identities:
        # Qonto's days depend on the zone, so it is said.
        say(texts("zone", zone=options["timezone"]))
    results = release(outputs, options["sources"], options["force"], texts)
    for result, held in zip(results, holders, strict=False):
        say(_result(result.path, result.unchanged, held, texts))
    for result in results[len(holders) :]:
        say(texts("unchanged", path=result.path) if result.unchanged else str(result.path))
    if target == "-" and (files or empty):
        out_bytes(_joined(files, options["to"]))
    elif not files:
        say(texts("nothing"))


def _joined(files: Sequence[StatementFile], to: str) -> bytes:
    if files:
        return join(files)
    return register.get(to).write(()).value


def _result(path: Path, unchanged: bool, held: Sequence[StatementFile], texts: Texts) -> str:
    if unchanged:
        return texts("unchanged", path=path)
    return texts(
        "written",
        path=path,
        statements=texts.count("statement", sum(len(file.statements) for file in held)),
        entries=texts.count("entry", sum(file.entries for file in held)),
    )


def _payments(sources: Sequence[Source], rows: Sequence[register.Format], options: dict[str, Any], texts: Texts) -> int:
    """Payment files as data: ``--to json`` only."""
    from statements.services.convert import payment_document

    held = [row.holds == "payments" for row in rows]
    if not register.get(options["to"]).neutral:
        name = next(name for (name, _), payments in zip(sources, held, strict=True) if payments)
        raise UsageFault(texts("pain-only-json", path=name))
    if not all(held):
        raise UsageFault(texts("pain-mixed"))
    idle = ("accounts", "since", "until", "every", "opening", "mapping", "repairs", "ledger")
    _refuse(idle, "statements-only", options, texts)
    row = register.payments()
    readers = choose([row.name], "reader", texts, names=options["profiles"], settings=options["settings"])
    outcome = payment_document(sources, readers[row.name])
    _report(outcome.findings, texts)
    target = options["output"] or "-"
    if target == "-":
        out_bytes(outcome.value)
    else:
        path = Path(target) / (Path(sources[0][0]).stem + ".json") if is_folder_target(target) else Path(target)
        (result,) = release([Output(path, outcome.value)], options["sources"], options["force"], texts)
        say(texts("unchanged", path=path) if result.unchanged else str(path))
    return OK if outcome.ok else FINDINGS
