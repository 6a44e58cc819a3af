"""``statements split``: a payment file as several that can go by themselves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from statements.cli.choices import choose
from statements.cli.console import FINDINGS, OK, USAGE, UsageFault, json_bytes, out, out_bytes, say
from statements.cli.files import HEAD, Bytes, LargeFile, Output, read_source, release, source, staging
from statements.cli.options import LocalCommand, Moment, Word, check_options, option
from statements.cli.render.json_report import finding_members
from statements.cli.render.text import concise_line
from statements.cli.texts import Texts
from statements.cli.validate import now, references
from statements.cli.words import label, sum_of
from statements.findings import PaymentLabel
from statements.formats import register
from statements.formats.pain001.consequences import TOTAL_RULES
from statements.formats.pain001.parts import DOUBLES, PaymentPart, Split
from statements.formats.pain001.sorting import HeldReason, grouping
from statements.services.identify import identify
from statements.services.mend import ACCEPTED
from statements.services.read import not_taken
from statements.services.split import NotSplit, split
from statements.visible import one_line

LISTED = 100
"""So many reasons are printed; the report beside the part has them all."""


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(**options: Any) -> int:
        return _run(options, texts)

    checks = check_options(texts)
    return LocalCommand(
        texts,
        name="split",
        help=texts("split.help"),
        callback=run,
        params=[
            click.Argument(["file"], metavar="FILE"),
            option("-o", "--output", "output", required=True, metavar="DIR", help=texts("opt.output.parts")),
            option(
                "--by",
                type=_Grouping(texts),
                default="verdict",
                metavar="verdict|account|date|count=N",
                help=texts("opt.by"),
            ),
            option("--accept", type=Word(ACCEPTED, texts), default="safe", help=texts("opt.split.accept")),
            checks["profile"],
            checks["set"],
            option("--today", type=Moment(texts), metavar="DATE[THH:MM:SS]", help=texts("opt.today")),
            checks["own"],
            checks["known-ids"],
            option("--format", "form", type=Word(("text", "json"), texts), default="text", help=texts("opt.format")),
            option("--force", is_flag=True, help=texts("opt.split.force")),
        ],
    )


class _Grouping(click.ParamType):  # type: ignore[type-arg]
    """``verdict``, ``account``, ``date`` or ``count=N``."""

    name = "by"

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip().lower()
        try:
            grouping(text)
        except ValueError:
            return self.fail(self._texts("not-grouping", value=value), param, ctx)
        return text


class _Folder:
    """Parts as files of a folder: each is opened for a moment only, so that there may be thousands."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, part: int) -> Path:
        """The file of a part."""
        return self._folder / f"{part}.part"

    def append(self, part: int, data: bytes) -> None:
        """Bytes behind those that the part has already."""
        with self.path(part).open("ab") as stream:
            stream.write(data)

    def stream(self, part: int) -> BinaryIO:
        """The part from its start."""
        return self.path(part).open("rb")


def _run(options: dict[str, Any], texts: Texts) -> int:
    name: str = options["file"]
    data = source(name, texts)
    identity = identify(data[:HEAD] if isinstance(data, LargeFile) else data)
    if identity.kind == "unknown":
        say(concise_line(not_taken(identity), name, texts, remedy=True))
        return USAGE
    row = register.payments()
    if identity.reader.name != row.name:
        kind = identity.name.get(texts.lang)
        raise UsageFault(texts("error") + texts("not-split", path=one_line(name), name=kind))
    chosen = choose([row.name], "reader", texts, names=options["profiles"], settings=options["settings"])
    known = read_source(options["known_ids"], texts) if options["known_ids"] else b""
    folder = Path(options["output"])
    with staging(folder, texts) as place:
        store = _Folder(place)
        try:
            made = _split(
                data,
                by=options["by"],
                accept=options["accept"],
                store=store,
                profile=chosen[row.name],
                today=(options["today"] or now())[0],
                own=options["own"],
                known_ids=references(known),
            )
        except NotSplit as error:
            kind = error.identity.name.get(texts.lang)
            raise UsageFault(texts("error") + texts("not-split", path=one_line(name), name=kind)) from error
        named = _Named(name, folder, made, options["form"])
        outputs = [Output(path, store.path(part)) for part, path in enumerate(named.files)]
        for part, path in named.reports.items():
            content = _report(made, named, part, texts)
            outputs.append(Output(path, content))
        earlier = _EarlierParts(named.manifest, texts)
        removed = earlier.others(outputs, options["force"]) if outputs else []
        if outputs:
            outputs.insert(0, Output(named.manifest, _manifest(made, named, outputs), replace=True))
        release(outputs, [name], options["force"], texts, removed)
    form = options["form"]
    if form == "json":
        out_bytes(json_bytes(document(made, named, removed, texts)))
    else:
        out(lines(made, named, removed if made.parts else earlier.there, texts))
    return OK if made.clean else FINDINGS


def _split(data: Bytes, **options: Any) -> Split:
    if isinstance(data, bytes):
        return split(data, **options)
    with data.open() as stream:
        return split(stream, **options)


class _Named:
    """The files that parts and their reports become."""

    def __init__(self, name: str, folder: Path, made: Split, form: str) -> None:
        self.name = name
        stem = Path(name).stem if name != "-" else "payments"
        width = len(str(len(made.parts)))
        words = [part.name.rjust(width, "0") if part.name.isdecimal() else part.name for part in made.parts]
        self.files = [folder / f"{stem}.{word}.xml" for word in words]
        self.manifest = folder / f"{stem}.split.json"
        suffix = "json" if form == "json" else "txt"
        self.reports = {
            number: folder / f"{stem}.{word}.{suffix}"
            for number, (word, part) in enumerate(zip(words, made.parts, strict=True))
            if part.held
        }


def _manifest(made: Split, named: _Named, outputs: Sequence[Output]) -> bytes:
    """Which files a split wrote, and from what: by it a later one knows the parts that it replaces."""
    files = {output.path.name: _digest(output.content) for output in outputs}
    return json_bytes({"file": Path(named.name).name, "sha256": made.report.sha256, "by": made.by, "files": files})


def _digest(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _EarlierParts:
    """The files that an earlier split of a file of this name left in the folder, by its manifest.

    Payments in them may be those of the new parts: two sets beside one another would be paid twice.
    """

    def __init__(self, manifest: Path, texts: Texts) -> None:
        self._manifest = manifest
        self._texts = texts
        self._files = self._read()

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._manifest.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            found = None
        files = found.get("files") if isinstance(found, dict) else None
        if not isinstance(files, dict) or any(Path(name).name != name for name in files):
            # Not one of ours: it stays.
            raise UsageFault(self._texts("exists", path=self._manifest))
        return files

    @property
    def there(self) -> list[Path]:
        """Those that are still in the folder."""
        paths = (self._manifest.parent / name for name in self._files)
        return [path for path in paths if path.is_file()]

    def others(self, outputs: Sequence[Output], force: bool) -> list[Path]:
        """Those that the new split does not write. Stops without ``force``, and at one that was changed since."""
        own = {output.path.name.casefold() for output in outputs}
        others = [path for path in self.there if path.name.casefold() not in own]
        changed = [path for path in others if _digest(path) != self._files[path.name]]
        if others and (changed or not force):
            names = ", ".join(one_line(str(path)) for path in changed or others)
            raise UsageFault(self._texts("split.changed" if changed else "split.earlier", paths=names))
        return others


def _report(made: Split, named: _Named, part: int, texts: Texts) -> bytes:
    """The reasons beside a part: for people, or for programs."""
    reasons = [reason for reason in made.held if reason.part == part]
    file = named.files[part].name
    if named.reports[part].suffix == ".json":
        return json_bytes(
            {"file": Path(named.name).name, "part": file, "held": [_reason_members(item, texts) for item in reasons]}
        )
    source_name = one_line(Path(named.name).name)
    text = [texts("split.report", path=source_name), texts("split.report.part", part=file, path=source_name), ""]
    text += _reasons(reasons, made, source_name, texts)
    return "".join(f"{one_line(line)}\n" for line in text).encode("utf-8", "backslashreplace")


def lines(made: Split, named: _Named, earlier: Sequence[Path], texts: Texts) -> Iterator[str]:
    """The result for people: the parts first, then what is held and why.

    ``earlier`` are files of an earlier split: those that were replaced, or those that stay where nothing was written.
    """
    path = one_line(named.name)
    names = ", ".join(one_line(str(each)) for each in earlier)
    if not made.parts:
        yield _stopped(made, path, texts)
        if names:
            yield texts("split.still", paths=names)
        for item in made.findings:
            yield "  " + concise_line(item, path, texts, remedy=True)
        yield from _unlisted(made, texts)
        return
    report = made.report
    whole = sum_of(report.summary.control_sum or "0.00", report.summary.currency, texts)
    count = texts.count("payment", report.summary.payments or 0)
    yield texts("split.whole", path=path, payments=count, sum=whole)
    for number, part in enumerate(made.parts):
        yield "  " + _part(part, named, number, texts)
    if names:
        yield texts("split.removed", paths=names)
    empty = sum(not block.payments for block in report.details.blocks) if report.details is not None else 0
    if empty:
        yield texts.count("empty-block", empty)
    if made.totals:
        yield texts("split.totals", rules=", ".join(made.totals))
    doubles = _doubles(made)
    if doubles:
        yield texts("split.doubles", count=texts.count("double", doubles))
    yield from _reasons(made.held[:LISTED], made, path, texts)
    if len(made.held) > LISTED:
        yield texts.count("more", len(made.held) - LISTED)
    yield texts("split.once")


def _stopped(made: Split, path: str, texts: Texts) -> str:
    if not made.stopped:
        return texts("split.stopped.empty", path=path)
    if set(made.stopped) <= TOTAL_RULES:
        return texts("split.stopped.totals", path=path)
    own = {item.id for item in made.report.findings} | made.report.hidden.keys()
    return texts("split.stopped" if set(made.stopped) <= own else "split.stopped.together", path=path)


def _unlisted(made: Split, texts: Texts) -> Iterator[str]:
    """Rules that stop the splitting without a finding of theirs in the list."""
    told = {item.id for item in made.findings}
    for rule in made.stopped:
        if rule not in told:
            yield "  " + _of_rule(rule, texts)


def _of_rule(rule: str, texts: Texts) -> str:
    row = register.rule(rule)
    return f"{rule} {texts('severity.error')}{texts.colon}{row.message.plain(texts.lang) if row is not None else ''}"


def _part(part: PaymentPart, named: _Named, number: int, texts: Texts) -> str:
    sums = " + ".join(sum_of(total, currency, texts) for currency, total in part.sums)
    words = {"ready": texts("split.ready"), "held": texts("split.held")}
    said = [
        words.get(part.name, part.key),
        texts.count("payment", part.payments),
        sums,
        texts("split.unread", n=texts.number(part.unread)) if part.unread else "",
        texts.count("in-error", part.held) if part.held and part.name != "held" else "",
        texts("split.message", id=part.message_id),
        texts("split.why", path=named.reports[number].name) if number in named.reports else "",
    ]
    return one_line(f"{named.files[number]}{texts.colon}{', '.join(filter(None, said))}")


def _doubles(made: Split) -> int:
    listed = sum(item.id in DOUBLES for item in made.report.findings)
    return listed + sum(count for rule, count in made.report.hidden.items() if rule in DOUBLES)


def _reasons(reasons: Sequence[HeldReason], made: Split, path: str, texts: Texts) -> Iterator[str]:
    for reason in reasons:
        yield _headline(reason, made, texts)
        for item in reason.findings:
            yield "  " + concise_line(item, path, texts, remedy=True)
        told = {item.id for item in reason.findings}
        for rule in reason.rules:
            if rule not in told:
                yield "  " + _of_rule(rule, texts)


def _headline(reason: HeldReason, made: Split, texts: Texts) -> str:
    if reason.payment is None:
        payments = texts.count("payment", reason.payments)
        return texts(
            "split.block", n=texts.number(reason.block), id=one_line(reason.block_id or "-"), payments=payments
        )
    found = _label(reason) or PaymentLabel(index=reason.payment)
    return one_line(label(found, made.report.summary.payments, texts))


def _label(reason: HeldReason) -> PaymentLabel | None:
    """What a person needs to find the payment again."""
    named = next((item.location.payment for item in reason.findings if item.location.payment is not None), None)
    verdict = reason.verdict
    if named is not None or verdict is None:
        return named
    return PaymentLabel(
        index=verdict.index, end_to_end_id=verdict.end_to_end_id, amount=verdict.amount, currency=verdict.currency
    )


def document(made: Split, named: _Named, removed: Sequence[Path], texts: Texts) -> dict[str, Any]:
    """The result for a program: amounts as decimal texts."""
    members: dict[str, Any] = {
        "file": named.name,
        "sha256": made.report.sha256,
        "by": made.by,
        "split": bool(made.parts),
        "payments": made.report.summary.payments or 0,
        "wrong_totals": list(made.totals),
        "doubles": _doubles(made),
        "parts": [_part_members(part, named, number) for number, part in enumerate(made.parts)],
        "removed": [str(path) for path in removed],
        "held": [_reason_members(reason, texts) for reason in made.held],
    }
    if not made.parts:
        members["stopped"] = list(made.stopped)
        members["findings"] = [finding_members(item, texts.lang) for item in made.findings]
    return members


def _part_members(part: PaymentPart, named: _Named, number: int) -> dict[str, Any]:
    members = {
        "file": str(named.files[number]),
        "name": part.name,
        "key": part.key or None,
        "message_id": part.message_id,
        "payments": part.payments,
        "sums": [{"currency": currency, "sum": total} for currency, total in part.sums],
        "unread_amounts": part.unread,
        "payments_in_error": part.held,
        "report": str(named.reports[number]) if number in named.reports else None,
    }
    return {key: value for key, value in members.items() if value is not None}


def _reason_members(reason: HeldReason, texts: Texts) -> dict[str, Any]:
    found = _label(reason)
    members = {
        "part": reason.part + 1,
        "block": reason.block,
        "block_id": reason.block_id,
        "payment": reason.payment,
        "end_to_end_id": found.end_to_end_id if found is not None else None,
        "payments": reason.payments,
        "rules": list(reason.rules),
        "findings": [finding_members(item, texts.lang) for item in reason.findings],
    }
    return {key: value for key, value in members.items() if value is not None}
