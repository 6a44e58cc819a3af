"""``statements mend``: a mended copy of a file, what was changed in it, and what is left for a person."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import click

from statements.cli.choices import choose, ignored
from statements.cli.console import FINDINGS, OK, USAGE, UsageFault, json_bytes, out, out_bytes, out_pieces, say
from statements.cli.files import HEAD, Bytes, LargeFile, Output, read_source, release, source, staging
from statements.cli.options import LocalCommand, Moment, Word, check_options, option
from statements.cli.render.json_report import finding_members, printable
from statements.cli.render.text import arrow, change, concise_line
from statements.cli.render.unified import unified
from statements.cli.texts import Texts
from statements.cli.validate import declared_kind, now, references, schemas
from statements.cli.words import label, verdict
from statements.findings import Finding
from statements.formats import register
from statements.rules import Severity
from statements.services.identify import identify
from statements.services.mend import ACCEPTED, Mended, MendError, RuleChange, mend_stream
from statements.services.read import not_taken
from statements.services.validate import CheckOptions
from statements.visible import blotted, one_line

_SHOWN = 3
"""So many places of a rule are shown."""


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(**options: Any) -> int:
        return _run(options, texts)

    checks = check_options(texts)
    return LocalCommand(
        texts,
        name="mend",
        help=texts("mend.help"),
        callback=run,
        params=[
            click.Argument(["file"], metavar="FILE"),
            option("-o", "--output", "output", metavar="OUT", help=texts("opt.output.mended")),
            option("--accept", type=Word(ACCEPTED, texts), default="safe", show_default=True, help=texts("opt.accept")),
            option("--only", "only", multiple=True, metavar="RULE", help=texts("opt.only")),
            option("--diff", is_flag=True, help=texts("opt.diff")),
            checks["profile"],
            checks["set"],
            option("--repair", "repairs", multiple=True, metavar="NAME", help=texts("opt.repair")),
            option("--today", type=Moment(texts), metavar="DATE", help=texts("opt.today.mend")),
            option("--declared", metavar="NAME", help=texts("opt.declared")),
            checks["own"],
            checks["known-ids"],
            option("--ignore", "ignored", multiple=True, metavar="RULE", help=texts("opt.ignore")),
            option("--schema-dir", "schema_dir", metavar="DIR", help=texts("opt.schema")),
            option("--format", "form", type=Word(("text", "json"), texts), default="text", help=texts("opt.format")),
            option("--force", is_flag=True, help=texts("opt.force")),
        ],
    )


def _run(options: dict[str, Any], texts: Texts) -> int:
    name, target = options["file"], options["output"]
    _check_usage(options, texts)
    declared = declared_kind(options["declared"], texts)
    data = source(name, texts)
    identity = identify(data[:HEAD] if isinstance(data, LargeFile) else data)
    if identity.kind == "unknown":
        say(concise_line(not_taken(identity), name, texts, remedy=True))
        return USAGE
    row = register.get(declared) if declared else identity.reader
    if not row.checks:
        kind = identity.name.get(texts.lang)
        raise UsageFault(texts("error") + texts("not-mended", path=one_line(name), name=kind))
    moment: tuple[datetime.date, datetime.time | None] = options["today"] or now()
    wanted = CheckOptions(
        profiles=choose(
            [row.name],
            "reader",
            texts,
            names=options["profiles"],
            settings=options["settings"],
            repairs=options["repairs"],
        ),
        declared=options["declared"],
        ignored=ignored(options["ignored"], texts),
        today=moment[0],
        own=options["own"],
        known_ids=references(read_source(options["known_ids"], texts) if options["known_ids"] else b""),
        schemas=schemas(options["schema_dir"], texts),
    )

    def made(scratch: Callable[[], BinaryIO]) -> Mended:
        only = tuple(ignored(options["only"], texts))
        try:
            return mend_stream(_opened(data), wanted, accept=options["accept"], only=only, scratch=scratch)
        except MendError as error:
            raise UsageFault(texts("error") + texts("mend.other-bytes", path=one_line(name), reason=error)) from error

    if options["diff"]:
        mended = made(_scratch(data))
        out_pieces(line + "\n" for line in unified(_opened(data), mended.stream, name, f"{name} ({texts('mended')})"))
        _tell(mended, name, None, options, texts)
    elif target == "-":
        mended = made(_scratch(data))
        for piece in iter(lambda: mended.stream.read(1 << 18), b""):
            out_bytes(piece)
        _tell(mended, name, None, options, texts)
    else:
        mended = _written(made, name, Path(target), options, texts)
        _tell(mended, name, target, options, texts)
    return FINDINGS if mended.report.summary.errors or not mended.complete else OK


def _check_usage(options: dict[str, Any], texts: Texts) -> None:
    if options["diff"] and options["output"] is not None:
        raise UsageFault(texts("error") + texts("diff-writes-nothing"))
    if not options["diff"] and options["output"] is None:
        raise UsageFault(texts("error") + texts("no-output"))
    form = options["form"]
    if form == "json" and (options["diff"] or options["output"] == "-"):
        raise UsageFault(texts("error") + texts("json-beside-data"))


def _opened(data: Bytes) -> BinaryIO:
    return BytesIO(data) if isinstance(data, bytes) else data.open()


def _scratch(data: Bytes) -> Callable[[], BinaryIO]:
    """Where a result waits that has no file of its own: what is large on the disk, without a name."""
    return BytesIO if isinstance(data, bytes) else tempfile.TemporaryFile


def _written(
    made: Callable[[Callable[[], BinaryIO]], Mended], name: str, path: Path, options: dict[str, Any], texts: Texts
) -> Mended:
    """The mended file under its name, or nothing."""
    with staging(path.parent, texts) as place:
        waiting: list[Path] = []

        def scratch() -> BinaryIO:
            for earlier in waiting[:-1]:
                # The pass before last is read no more.
                earlier.unlink(missing_ok=True)
            waiting.append(place / f"{len(waiting)}.part")
            return waiting[-1].open("w+b")

        mended = made(scratch)
        if not mended.changed:
            with scratch() as copy:
                shutil.copyfileobj(mended.stream, copy)
        mended.stream.close()
        release([Output(path, waiting[-1])], [name], options["force"], texts)
    return mended


# -- what is told


def _tell(mended: Mended, name: str, target: str | None, options: dict[str, Any], texts: Texts) -> None:
    form = options["form"]
    if form == "json":
        out_bytes(json_bytes(printable(document(mended, name, target, options["accept"], texts))))
        return
    told = lines(mended, name, target, texts)
    if target is not None:
        out(told)
        return
    for line in told:
        say(line)


def lines(mended: Mended, name: str, target: str | None, texts: Texts) -> Iterator[str]:
    """The result first, then what was changed, then what is left and who must look."""
    shown = texts("mend.to", path=name, target=target) if target is not None else name
    yield f"{blotted(shown)}{texts.colon}{verdict(mended.report, texts)}"
    yield "  " + _summary(mended, texts)
    if mended.changed:
        yield "  " + texts("mend.before", verdict=verdict(mended.before, texts))
    for made in mended.changes:
        yield ""
        yield from _changed(made, mended.before.summary.payments, texts)
    left = [item for item in mended.report.findings if item.severity is not Severity.INFO]
    if left:
        yield ""
        yield texts("mend.left")
        yield from _left(left, mended, target or name, texts)
    if mended.waiting:
        yield ""
        rules = ", ".join(f"{rule} ({texts.number(count)})" for rule, count in sorted(mended.waiting.items()))
        yield texts.count("waiting", sum(mended.waiting.values()), rules=rules)
    if not mended.complete:
        yield texts("mend.incomplete")


def _summary(mended: Mended, texts: Texts) -> str:
    if not mended.changed:
        return texts("mend.nothing")
    total = sum(made.count for made in mended.changes)
    looked = sum(made.count for made in mended.changes if made.grade == "review")
    count = texts.count("change", total)
    return texts("mend.review", count=count, n=texts.number(looked)) if looked else texts("mend.safe", count=count)


def _changed(made: RuleChange, payments: int | None, texts: Texts) -> Iterator[str]:
    """A rule with its count, and its first places with what stood there and what stands there now."""
    grade = texts("changed-review") if made.grade == "review" else texts("changed-safe")
    count = texts.count("place", made.count)
    yield f"{grade} {made.rule.id}, {count}{texts.colon}{_message(made.first, texts)}"
    for finding in made.first[:_SHOWN]:
        payment = finding.location.payment
        parts = [blotted(label(payment, payments, texts))] if payment is not None else []
        if finding.location.line is not None:
            parts.insert(0, texts("line", line=texts.number(finding.location.line)))
        yield "  " + ", ".join(parts or [texts("file")])
        if finding.proposal is not None:
            yield f"    {arrow(finding.proposal, texts)}"
    if made.count > min(_SHOWN, len(made.first)):
        yield "  " + texts.count("more", made.count - min(_SHOWN, len(made.first)), lines="")


def _left(left: list[Finding], mended: Mended, name: str, texts: Texts) -> Iterator[str]:
    """Errors with what to do, the first of each rule; warnings counted."""
    counts = Counter(item.id for item in left) + Counter(mended.report.hidden)
    told: Counter[str] = Counter()
    for item in left:
        told[item.id] += 1
        if item.severity is Severity.ERROR and told[item.id] <= _SHOWN:
            yield "  " + concise_line(item, name, texts, remedy=True)
            if item.proposal is not None:
                yield f"    {change(item.proposal, texts)}"
            elif item.found:
                yield f"    {texts('found')}{texts.colon}{blotted(item.found[:200])}"
            if told[item.id] == min(_SHOWN, counts[item.id]) and counts[item.id] > _SHOWN:
                yield "    " + texts.count("more", counts[item.id] - _SHOWN, lines="")
    for rule in dict.fromkeys(item.id for item in left if item.severity is Severity.WARNING):
        grade = texts("severity.warning")
        count = texts.count("place", counts[rule])
        yield f"  {grade} {rule}, {count}{texts.colon}{_message([item for item in left if item.id == rule], texts)}"


def _message(found: Sequence[Finding], texts: Texts) -> str:
    """What the rule says, of its places if that is the same of all."""
    messages = {finding.message(texts.lang) for finding in found}
    return blotted(messages.pop() if len(messages) == 1 else found[0].rule.message.plain(texts.lang))


def document(mended: Mended, name: str, target: str | None, accept: str, texts: Texts) -> dict[str, Any]:
    """The result for a program."""
    report = mended.report
    return {
        "file": name,
        "output": target,
        "accept": accept,
        "changed": mended.changed,
        "complete": mended.complete,
        "changes": [
            {
                "rule": made.rule.id,
                "grade": made.grade,
                "count": made.count,
                "first": [finding_members(finding, texts.lang) for finding in made.first],
            }
            for made in mended.changes
        ],
        "waiting": dict(sorted(mended.waiting.items())),
        "before": _figures(mended.before.valid, mended.before.sha256, mended.before.summary),
        "after": _figures(report.valid, report.sha256, report.summary),
        "left": [finding_members(finding, texts.lang) for finding in report.findings],
        "hidden": dict(report.hidden),
    }


def _figures(valid: bool, sha256: str, summary: Any) -> dict[str, Any]:
    return {"valid": valid, "sha256": sha256, "errors": summary.errors, "warnings": summary.warnings}
