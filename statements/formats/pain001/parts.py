"""A payment file in parts: each a file of the same version with totals and a message reference of its own.

Every payment goes into exactly one part, byte for byte as it stands; so does all that its file and its block say of
it, but for the message reference, the numbers and the sums. Parts are written in one pass and then read again: the
payments in each are counted, added up and held against those of the source, and each part is checked as a file.
"""

from __future__ import annotations

import datetime
import io
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, BinaryIO, Literal, Protocol

import msgspec

from statements.findings import Finding, Profile, Report
from statements.formats.pain001.answer import FileVerdict
from statements.formats.pain001.consequences import TOTAL_RULES
from statements.formats.pain001.decimals import ZERO, Exact, exact
from statements.formats.pain001.profiles import DEFAULT, profile_of
from statements.formats.pain001.schema import Schemas, packaged
from statements.formats.pain001.scope import text_of
from statements.formats.pain001.segments import Payments, Skeleton, StatedValue, segments, texts_of, transport
from statements.formats.pain001.sorting import (
    Faults,
    HeldReason,
    PartPlan,
    PaymentLedger,
    SplitFault,
    every_rule,
    grouping,
    in_the_way,
    planned,
    undivided,
)
from statements.formats.pain001.source import Source
from statements.formats.pain001.validation import Wanted, examine, with_switches
from statements.rules import Severity

Accept = Literal["safe", "review"]

DOUBLES = frozenset(("P001-134", "P001-135", "P001-136", "P001-138"))
"""Rules of what is there twice: in two parts nobody would see it any more."""

_BUFFER = 1 << 20


class PartStore(Protocol):
    """Where the bytes of parts go, by the number of the part from 0."""

    def append(self, part: int, data: bytes) -> None:
        """Bytes behind those that the part has already."""

    def stream(self, part: int) -> BinaryIO:
        """The part from its start, as a stream that can be rewound; the caller closes it."""


class MemoryStore:
    """Parts in memory."""

    def __init__(self) -> None:
        self._parts: dict[int, bytearray] = {}

    def append(self, part: int, data: bytes) -> None:
        """Bytes behind those that the part has already."""
        self._parts.setdefault(part, bytearray()).extend(data)

    def stream(self, part: int) -> BinaryIO:
        """The part from its start."""
        return io.BytesIO(self._parts[part])


class PaymentPart(msgspec.Struct, frozen=True, kw_only=True):
    """One part. ``name`` is ``ready``, ``held`` or its number from 1; ``key`` the account or the date that it is of.

    ``sums`` are the exact sums by currency, as decimal texts (``12,00`` counts as what it means); ``unread`` amounts
    are no numbers in any spelling and in no sum.
    ``errors`` counts what the check finds in the part itself, ``held`` its payments that the source has errors for.
    """

    name: str
    key: str = ""
    message_id: str
    payments: int
    sums: tuple[tuple[str, str], ...] = ()
    unread: int = 0
    errors: int = 0
    held: int = 0
    content: bytes | None = None
    """The file, where no store was given."""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. Without ``parts`` nothing could be split, and ``stopped`` names the rules that say why.

    ``report`` is the check of the source. ``totals`` are the rules by which its numbers and sums were wrong.
    """

    report: Report[FileVerdict]
    by: str
    parts: tuple[PaymentPart, ...] = ()
    held: tuple[HeldReason, ...] = ()
    totals: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What stopped the splitting: findings of the source, or of a part."""

    @property
    def clean(self) -> bool:
        """Whether every payment can go."""
        return bool(self.parts) and not self.held and not any(part.errors for part in self.parts)


def split(
    data: bytes | str | BinaryIO,
    *,
    by: str = "verdict",
    accept: Accept = "safe",
    store: PartStore | None = None,
    profile: str | Profile = DEFAULT,
    today: datetime.date | None = None,
    own: Iterable[str] = (),
    known_ids: Iterable[str] = (),
    schemas: Schemas | Mapping[str, bytes] | None = None,
    **settings: Any,
) -> Split:
    """Split a payment file; see :func:`statements.services.split.split` for what it means.

    Bad data never raises; ``ValueError`` for an unknown ``by``, ``accept``, profile or setting. :class:`SplitFault`
    when what was written is not what stands in the source.
    """
    kind, size = grouping(by)
    if accept not in ("safe", "review"):
        raise ValueError(f"accept is 'safe' or 'review', not {accept!r}")
    if not isinstance(schemas, Schemas):
        schemas = Schemas(schemas) if schemas else packaged()
    wanted = Wanted(
        profile=with_switches(profile_of(profile), settings),
        today=today,
        own=frozenset(own),
        known_ids=frozenset(known_ids),
        schemas=schemas,
    )
    source = Source(data)
    found = examine(source, wanted, PaymentLedger)
    ledger = found.run
    if not isinstance(ledger, PaymentLedger):
        return _stopped(Split(report=found.report, by=by), tuple(dict.fromkeys(_errors_of(found.report))))
    totals = TOTAL_RULES & every_rule(ledger)
    start = Split(report=found.report, by=by, totals=tuple(sorted(totals)))
    errors = in_the_way(found, ledger, set(TOTAL_RULES) if accept == "review" else set()) or undivided(kind, found)
    if errors or not ledger.file.count:
        return _stopped(start, errors)
    faults = Faults(found, ledger)
    plan = planned(kind, size, ledger, faults, wanted.known_ids)
    target = store if store is not None else MemoryStore()
    encoding = transport(found.envelope.encoding)
    hashes = _write(source, found.envelope.encoding, plan, target)
    return _checked(start, plan, ledger, faults, hashes, target, wanted, encoding, keep=store is None)


def _errors_of(report: Report[FileVerdict]) -> Iterator[str]:
    return (item.id for item in report.findings if item.severity is Severity.ERROR)


def _stopped(result: Split, rules: Sequence[str], part: Report[FileVerdict] | None = None) -> Split:
    """No parts. ``part`` is the check of the one whose errors stop, else they are those of the source."""
    errors = [item for item in (part or result.report).findings if item.id in rules and item.severity is Severity.ERROR]
    why = tuple(item for item in errors if part is not None or item.location.payment is None)
    return msgspec.structs.replace(result, parts=(), held=(), stopped=tuple(rules), findings=why)


class _Writer:
    """Text for parts, kept together until there is enough of it to be given away."""

    def __init__(self, store: PartStore, encoding: str) -> None:
        self._store = store
        self._encoding = encoding
        self._waiting: dict[int, list[str]] = {}
        self._size = 0

    def add(self, part: int, text: str) -> None:
        """A text behind those that the part has."""
        self._waiting.setdefault(part, []).append(text)
        self._size += len(text)
        if self._size > _BUFFER:
            self.flush()

    def flush(self) -> None:
        """Give everything away."""
        for part, texts in self._waiting.items():
            self._store.append(part, "".join(texts).encode(self._encoding))
        self._waiting.clear()
        self._size = 0


def _write(source: Source, name: str, plan: PartPlan, store: PartStore) -> list[array[int]]:
    """Write the parts; the marks of the payments that each of them was given, in order. ``name`` is the encoding."""
    encoding = transport(name)
    # What the file cannot spell it refers to by number.
    ids = [escape(each, quote=False).encode(name, "xmlcharrefreplace").decode(encoding) for each in plan.ids]
    writer = _Writer(store, encoding)
    hashes = [array("q") for _ in plan.ids]
    everywhere = range(len(plan.ids))
    of_block: dict[int, list[int]] = {}
    for block, part in plan.counts:
        if block:
            of_block.setdefault(block, []).append(part)
    position = 0
    for segment in segments(texts_of(source, encoding)):
        if isinstance(segment, Skeleton):
            for part in of_block.get(segment.block, ()) if segment.block else everywhere:
                for piece in segment.parts:
                    text = piece if isinstance(piece, str) else _said_anew(piece, segment.block, part, plan, ids)
                    writer.add(part, text)
            continue
        for part, text in zip(plan.parts[position : position + len(segment.texts)], segment.texts, strict=False):
            writer.add(part, text)
            hashes[part].append(hash(text))
        position += len(segment.texts)
    writer.flush()
    if position != len(plan.parts):
        raise SplitFault(f"{position} payments were found where the check counted {len(plan.parts)}")
    return hashes


def _said_anew(slot: StatedValue, block: int, part: int, plan: PartPlan, ids: Sequence[str]) -> str:
    """What a part says in place of its source; a number or a sum that is right already stays as it is written."""
    if slot.name == "MsgId":
        return slot.text if block else ids[part]
    if slot.name == "NbOfTxs":
        count = plan.counts[block, part]
        said = exact(slot.text)
        new = slot.text if said == Exact(count) else str(count)
    else:
        total = plan.sums.get((block, part), ZERO)
        new = slot.text if exact(text_of(slot.text)) == total else total.text
    plain = slot.text.strip()
    if new == slot.text or not plain or "<" in plain:
        return new
    lead = slot.text[: slot.text.index(plain)]
    return lead + new + slot.text[len(lead) + len(plain) :]


def _checked(
    result: Split,
    plan: PartPlan,
    ledger: PaymentLedger,
    faults: Faults,
    hashes: Sequence[array[int]],
    store: PartStore,
    wanted: Wanted,
    encoding: str,
    *,
    keep: bool,
) -> Split:
    """The parts as they were written, read again and held against the source."""
    reasons = tuple(faults.reasons(plan, ledger))
    if sum(map(len, hashes)) != ledger.file.count:
        raise SplitFault("a payment is in no part, or in two")
    held = _held_in(reasons)
    parts = []
    for number, (name, key) in enumerate(plan.named):
        with store.stream(number) as stream:
            errors = _read_again(stream, number, plan, hashes[number], wanted, encoding)
            stream.seek(0)
            content = stream.read() if keep else None
        if name == "ready" and errors:
            # Together these payments have an error that none of them has alone.
            with store.stream(number) as stream:
                report = examine(Source(stream), wanted).report
            return _stopped(result, tuple(dict.fromkeys(_errors_of(report))), report)
        parts.append(
            PaymentPart(
                name=name,
                key=key,
                message_id=plan.ids[number],
                payments=plan.counts[0, number],
                sums=tuple((currency, total.text) for currency, total in sorted(plan.currencies[number].items())),
                unread=plan.unread[number],
                errors=errors,
                held=held[number],
                content=content,
            )
        )
    return msgspec.structs.replace(result, parts=tuple(parts), held=reasons)


def _held_in(reasons: Iterable[HeldReason]) -> Counter[int]:
    """How many payments of each part cannot go."""
    blocks = {reason.block for reason in reasons if reason.payment is None}
    held: Counter[int] = Counter()
    for reason in reasons:
        if reason.payment is None or reason.block not in blocks:
            held[reason.part] += reason.payments
    return held


def _read_again(
    stream: BinaryIO, number: int, plan: PartPlan, hashes: array[int], wanted: Wanted, encoding: str
) -> int:
    """How many errors a part has as a file; raises :class:`SplitFault` when it is not what was meant."""
    source = Source(stream)
    # Counted only: where they stand was said of the source.
    found_again = examine(source, msgspec.structs.replace(wanted, limit=0))
    report = found_again.report
    verdict = report.details
    if verdict is None or found_again.run is None:
        raise SplitFault(f"part {number + 1} cannot be read")
    count, total = plan.counts[0, number], plan.sums.get((0, number), ZERO)
    tally = found_again.run.file
    if tally.count != count or tally.total.plus(tally.meant or ZERO) != total:
        raise SplitFault(f"part {number + 1} has other payments than the source has for it")
    rules = {*verdict.rules, *(rule for block in verdict.blocks for rule in block.rules)}
    if TOTAL_RULES & rules or verdict.message_id != plan.ids[number]:
        raise SplitFault(f"part {number + 1} has a wrong reference or wrong totals")
    found = array("q")
    for segment in segments(texts_of(source, encoding)):
        if isinstance(segment, Payments):
            found.extend(map(hash, segment.texts))
    if found != hashes:
        raise SplitFault(f"a payment in part {number + 1} is not as it stands in the source")
    return report.summary.errors
