"""A payment file in parts: each a file of the same version with totals and a message reference of its own.

Every payment goes into exactly one part, byte for byte as it stands; so does all that its file and its block say of
it, but for the message reference, the numbers and the sums. Parts are written in one pass and then read again: the
payments in each are counted, added up and held against those of the source, and each part is checked as a file.
"""

from __future__ import annotations

import datetime
import io
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any, BinaryIO, Literal, Protocol

import msgspec

from statements.findings import Finding, Profile, Report
from statements.formats.pain001.answer import FileVerdict, PaymentVerdict
from statements.formats.pain001.context import ALWAYS_BLOCK, CheckContext
from statements.formats.pain001.decimals import ZERO, Exact, exact
from statements.formats.pain001.profiles import DEFAULT, profile_of
from statements.formats.pain001.rules.dates import day_of, execution_path
from statements.formats.pain001.run import Run
from statements.formats.pain001.schema import Schemas, packaged
from statements.formats.pain001.scope import Scope, text_of
from statements.formats.pain001.segments import Payments, Skeleton, Slot, segments, texts_of, transport
from statements.formats.pain001.source import Source
from statements.formats.pain001.stream import Batch, BlockStart
from statements.formats.pain001.validation import Examination, Wanted, examine, with_switches
from statements.rules import Severity

Kind = Literal["verdict", "account", "date", "count"]
Accept = Literal["safe", "review"]

TOTALS = frozenset(("P001-100", "P001-101", "P001-102", "P001-103"))
"""The rules of wrong numbers and sums: payments may be missing, so a person looks before parts get right ones."""

TOGETHER = frozenset(("P001-110", "P001-113", "P001-114", "P001-307"))
"""Rules of how many payments, blocks, days and euros stand together: of each part they are asked again."""

DOUBLES = frozenset(("P001-134", "P001-135", "P001-136", "P001-138"))
"""Rules of what is there twice: in two parts nobody would see it any more."""

_LONGEST_ID = 35
_BUFFER = 1 << 20
_BY = re.compile(r"(verdict|account|date)|count=([1-9][0-9]{0,8})", re.ASCII)


class Store(Protocol):
    """Where the bytes of parts go, by the number of the part from 0."""

    def append(self, part: int, data: bytes) -> None:
        """Bytes behind those that the part has already."""

    def open(self, part: int) -> BinaryIO:
        """The part from its start, as a stream that can be rewound; the caller closes it."""


class MemoryStore:
    """Parts in memory."""

    def __init__(self) -> None:
        self._parts: dict[int, bytearray] = {}

    def append(self, part: int, data: bytes) -> None:
        """Bytes behind those that the part has already."""
        self._parts.setdefault(part, bytearray()).extend(data)

    def open(self, part: int) -> BinaryIO:
        """The part from its start."""
        return io.BytesIO(self._parts[part])


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part. ``name`` is ``ready``, ``held`` or its number from 1; ``key`` the account or the date that it is of.

    ``sums`` are the exact sums by currency, as decimal texts; ``unread`` amounts are no numbers and in no sum.
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


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why payments cannot go: a whole block, or one payment by its number in the file; ``part`` counts from 0."""

    part: int
    block: int
    block_id: str | None = None
    payment: int | None = None
    payments: int = 1
    verdict: PaymentVerdict | None = None
    rules: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Those of the findings that are listed; of a rule with very many the others are counted only."""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file. Without ``parts`` nothing could be split, and ``stopped`` names the rules that say why.

    ``report`` is the check of the source. ``totals`` are the rules by which its numbers and sums were wrong.
    """

    report: Report[FileVerdict]
    by: str
    parts: tuple[Part, ...] = ()
    held: tuple[Reason, ...] = ()
    totals: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    """What stopped the splitting: findings of the source, or of a part."""

    @property
    def clean(self) -> bool:
        """Whether every payment can go."""
        return bool(self.parts) and not self.held and not any(part.errors for part in self.parts)


class SplitFault(RuntimeError):  # noqa: N818 - a fault of the program, never of a file
    """The parts do not hold what the source holds: nothing of them may be kept."""


def grouping(by: str) -> tuple[Kind, int]:
    """What ``by`` asks for; the size of the parts with ``count``. Raises ``ValueError`` for anything else.

    >>> grouping("date"), grouping("count=400")
    (('date', 0), ('count', 400))
    """
    match = _BY.fullmatch(by)
    if match is None:
        raise ValueError(f"no way to split: {by!r}; known: verdict, account, date, count=N")
    if match[2]:
        return "count", int(match[2])
    kinds: dict[str, Kind] = {"verdict": "verdict", "account": "account", "date": "date"}
    return kinds[match[1]], 0


def split(
    data: bytes | str | BinaryIO,
    *,
    by: str = "verdict",
    accept: Accept = "safe",
    store: Store | None = None,
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
    found = examine(source, wanted, _Ledger)
    ledger = found.run
    if not isinstance(ledger, _Ledger):
        rules = tuple(dict.fromkeys(item.id for item in found.report.findings if item.severity is Severity.ERROR))
        return _stopped(Split(report=found.report, by=by), rules)
    totals = TOTALS & _every_rule(ledger)
    start = Split(report=found.report, by=by, totals=tuple(sorted(totals)))
    in_the_way = _in_the_way(found, ledger, set(TOTALS) if accept == "review" else set())
    if in_the_way or not ledger.file.count:
        return _stopped(start, in_the_way)
    faults = _Faults(found, ledger)
    plan = _planned(kind, size, ledger, faults, wanted.known_ids)
    target = store if store is not None else MemoryStore()
    encoding = transport(found.envelope.encoding)
    hashes = _write(source, found.envelope.encoding, plan, target)
    return _checked(start, plan, ledger, faults, hashes, target, wanted, encoding, keep=store is None)


def _stopped(result: Split, rules: Sequence[str], findings: Sequence[Finding] | None = None) -> Split:
    listed = result.report.findings if findings is None else findings
    why = tuple(item for item in listed if item.id in rules and item.severity is Severity.ERROR)
    return msgspec.structs.replace(result, parts=(), held=(), stopped=tuple(rules), findings=why)


class _Ledger(Run):
    """A check that also notes the amount of each payment, and account and day of each block."""

    def __init__(self, check: CheckContext) -> None:
        super().__init__(check)
        self.cents = array("q")
        self.odd: dict[int, Exact | None] = {}
        """Amounts that are no whole cents, by the position of the payment in the file; ``None`` is no number."""
        self.currency = array("H")
        self.names: dict[str, int] = {}
        self.accounts: list[str] = []
        self.days: list[str] = []

    def _block_start(self, event: BlockStart) -> None:
        super()._block_start(event)
        self.accounts.append(_account(event.scope))
        written = event.scope.word(execution_path(event.scope))
        day = day_of(written)
        self.days.append(day.isoformat() if day is not None else written)

    def _batch(self, batch: Batch) -> None:
        start = len(self.cents)
        self.cents.frombytes(bytes(batch.count * self.cents.itemsize))
        self.currency.frombytes(bytes(batch.count * self.currency.itemsize))
        for shape, (positions, columns) in batch.groups.items():
            path = "Amt/InstdAmt" if "Amt/InstdAmt" in shape.places else "Amt/EqvtAmt/Amt"
            place = shape.places.get(path)
            cents = columns.cents(place) if isinstance(place, int) else None
            if cents is None:
                values = [exact(text) for text in columns.texts(place)]
                cents = []
                for position, value in zip(positions, values, strict=True):
                    whole = value.cents if value is not None else None
                    cents.append(whole if whole is not None and abs(whole) < _LARGEST else 0)
                    if whole is None or abs(whole) >= _LARGEST:
                        self.odd[start + position] = value
            currencies = columns.texts(shape.places.get(f"{path}/@Ccy"))
            for position, cent, currency in zip(positions, cents, currencies, strict=True):
                self.cents[start + position] = cent
                self.currency[start + position] = self._number(currency)
        super()._batch(batch)

    def _number(self, currency: str) -> int:
        number = self.names.get(currency)
        if number is None:
            # A file of thousands of currencies is no file of payments: the rest counts as one without a name.
            currency = currency if len(self.names) < _MOST_CURRENCIES else ""
            number = self.names.setdefault(currency, len(self.names))
        return number

    def amount(self, position: int) -> Exact | None:
        """The amount of a payment."""
        return self.odd[position] if position in self.odd else Exact.of(self.cents[position], 2)


_LARGEST = 1 << 62
_MOST_CURRENCIES = 60_000


def _account(block: Scope) -> str:
    """The debtor account of a block, an IBAN without blanks and in capitals."""
    iban = re.sub(r"\s", "", block.text("DbtrAcct/Id/IBAN") or "").upper()
    other = (block.word(f"DbtrAcct/Id/{path}") for path in ("Othr/Id", "BBAN", "UPIC", "PrtryAcct/Id"))
    return iban or next(filter(None, other), "")


def _every_rule(ledger: Run) -> frozenset[str]:
    return frozenset((*ledger.check.file_rules, *(rule for block in ledger.blocks for rule in block.rules)))


def _in_the_way(found: Examination, ledger: Run, accepted: set[str]) -> tuple[str, ...]:
    """The errors that every part would have, and wrong totals that nobody has looked at."""
    rules = [*found.errors, *(rule for rule in ledger.check.file_rules if rule not in TOGETHER)]
    rules += [rule for block in ledger.blocks for rule in block.rules if rule in TOTALS]
    if found.refused.whole:
        # Which of them stand in the header is told by their places.
        rules += [item.id for item in found.report.findings if _of_the_frame(item)]
        rules += [] if rules else ["P001-030"]
    return tuple(dict.fromkeys(rule for rule in rules if rule not in accepted))


def _of_the_frame(item: Finding) -> bool:
    path = item.location.path or ""
    return item.severity is Severity.ERROR and item.location.payment is None and not path.startswith("PmtInf[")


class _Faults:
    """What is wrong with blocks and payments of the source, but for wrong totals."""

    def __init__(self, found: Examination, ledger: Run) -> None:
        self._found = found
        self.blocks: dict[int, tuple[str, ...]] = {}
        """The errors of a block that concern all its payments, by the number of the block."""
        self.payments: dict[int, tuple[str, ...]] = {}
        """The errors of a payment, by its number in the file."""
        self.verdicts: dict[int, PaymentVerdict] = {}
        self._of_block: dict[int, list[Finding]] = {}
        self._of_payment: dict[int, list[Finding]] = {}
        for item in found.report.findings:
            if item.severity is Severity.ERROR and item.id not in TOTALS:
                self._note(item)
        for block in ledger.blocks:
            rules = [rule for rule in block.rules if rule not in TOTALS]
            if block.index in found.refused.blocks:
                rules += _ids(self._of_block.get(block.index, ())) or ["P001-030"]
            if rules:
                self.blocks[block.index] = tuple(dict.fromkeys(rules))
            for index, verdict in block.refused.items():
                self.payments[index] = verdict.rules
                self.verdicts[index] = verdict
        for index in found.refused.payments:
            schema = _ids(self._of_payment.get(index, ())) or ["P001-030"]
            self.payments[index] = tuple(dict.fromkeys((*schema, *self.payments.get(index, ()))))

    def _note(self, item: Finding) -> None:
        payment = item.location.payment
        block = re.match(r"PmtInf\[(\d+)\]", item.location.path or "")
        if payment is not None and item.id not in ALWAYS_BLOCK:
            self._of_payment.setdefault(payment.index, []).append(item)
        elif block is not None:
            self._of_block.setdefault(int(block[1]), []).append(item)

    def holds(self, block: int, index: int) -> bool:
        """Whether a payment cannot go, by the number of its block and its own in the file."""
        return block in self.blocks or index in self.payments

    def reasons(self, plan: _Plan, ledger: Run) -> Iterator[Reason]:
        """Why payments cannot go, in the order of the file."""
        first = 0
        for block in ledger.blocks:
            of_block = range(first, first + block.payments)
            first += block.payments
            if block.index in self.blocks:
                for part in dict.fromkeys(plan.parts[position] for position in of_block):
                    yield Reason(
                        part=part,
                        block=block.index,
                        block_id=block.id,
                        payments=plan.counts[block.index, part],
                        rules=self.blocks[block.index],
                        findings=tuple(self._of_block.get(block.index, ())),
                    )
            for position in of_block:
                if position + 1 in self.payments:
                    yield Reason(
                        part=plan.parts[position],
                        block=block.index,
                        block_id=block.id,
                        payment=position + 1,
                        verdict=self.verdicts.get(position + 1),
                        rules=self.payments[position + 1],
                        findings=tuple(self._of_payment.get(position + 1, ())),
                    )


def _ids(findings: Iterable[Finding]) -> list[str]:
    return [item.id for item in findings]


class _Plan(msgspec.Struct):
    """Which part each payment goes to, and what the parts say of themselves."""

    parts: array[int]
    """The number of the part of each payment, from 0, in the order of the file."""
    named: list[tuple[str, str]]
    """Name and key of each part."""
    ids: list[str]
    counts: dict[tuple[int, int], int]
    """Payments by block (0 is the whole file) and part."""
    sums: dict[tuple[int, int], Exact]
    currencies: list[dict[str, Exact]]
    unread: list[int]


def _planned(kind: Kind, size: int, ledger: _Ledger, faults: _Faults, known: frozenset[str]) -> _Plan:
    parts = array("l")
    numbers: dict[str, int] = {}
    index = 0
    for block, account, day in zip(ledger.blocks, ledger.accounts, ledger.days, strict=True):
        if kind in ("account", "date"):
            key = account if kind == "account" else day
            if block.payments:
                parts.extend([numbers.setdefault(key, len(numbers))] * block.payments)
            index += block.payments
            continue
        for _ in range(block.payments):
            parts.append(index // size if size else int(faults.holds(block.index, index + 1)))
            index += 1
    if kind == "verdict":
        # A part without payments is no file: the one that is there comes first.
        named = [("ready", ""), ("held", "")]
        if all(parts):
            parts, named = array("l", bytes(len(parts) * parts.itemsize)), [("held", "")]
        elif not any(parts):
            named = [("ready", "")]
    elif kind == "count":
        named = [(str(number + 1), "") for number in range(parts[-1] + 1)]
    else:
        named = [(str(number + 1), key) for key, number in numbers.items()]
    original = ledger.group.text("MsgId") or ""
    plan = _Plan(
        parts=parts,
        named=named,
        ids=_message_ids(original, [name.upper() for name, _ in named], known),
        counts={},
        sums={},
        currencies=[{} for _ in named],
        unread=[0] * len(named),
    )
    _add_up(plan, ledger)
    return plan


def _add_up(plan: _Plan, ledger: _Ledger) -> None:
    """Counts and sums of the parts, and of each block in them."""
    names = list(ledger.names)
    cents: dict[tuple[int, int, int], int] = {}
    position = 0
    for block in ledger.blocks:
        for _ in range(block.payments):
            part = plan.parts[position]
            plan.counts[block.index, part] = plan.counts.get((block.index, part), 0) + 1
            key = (block.index, part, ledger.currency[position])
            cents[key] = cents.get(key, 0) + ledger.cents[position]
            position += 1
    for position, value in ledger.odd.items():
        part = plan.parts[position]
        if value is None:
            plan.unread[part] += 1
        else:
            _plus(plan, _block_of(ledger, position), part, names[ledger.currency[position]], value)
    for (block_index, part, currency), total in cents.items():
        _plus(plan, block_index, part, names[currency], Exact.of(total, 2))
    for (block_index, part), count in tuple(plan.counts.items()):
        if block_index:
            plan.counts[0, part] = plan.counts.get((0, part), 0) + count


def _block_of(ledger: Run, position: int) -> int:
    for block in ledger.blocks:
        if position < block.payments:
            return block.index
        position -= block.payments
    raise SplitFault(f"no block holds payment {position}")


def _plus(plan: _Plan, block: int, part: int, currency: str, amount: Exact) -> None:
    for key in ((block, part), (0, part)):
        plan.sums[key] = plan.sums.get(key, ZERO).plus(amount)
    sums = plan.currencies[part]
    sums[currency] = sums.get(currency, ZERO).plus(amount)


def _message_ids(original: str, endings: Sequence[str], known: frozenset[str]) -> list[str]:
    """A reference for each part: the original with an ending, none of them known, taken twice or too long.

    >>> _message_ids("SALARIES-2026-11-OF-THE-WHOLE-GROUP", ["READY", "HELD"], frozenset())
    ['SALARIES-2026-11-OF-THE-WHOLE-READY', 'SALARIES-2026-11-OF-THE-WHOLE--HELD']
    """
    taken = {original, *known}
    made = []
    for ending in endings:
        number = 1
        while True:
            tail = ending if number == 1 else f"{ending}-{number}"
            # A reference must not end, nor hold two, of some signs: what is cut ends with a letter or a figure.
            begin = original.strip()[: _LONGEST_ID - len(tail) - 1].rstrip(" /")
            candidate = f"{begin}-{tail}" if begin else tail
            if candidate not in taken:
                break
            number += 1
        taken.add(candidate)
        made.append(candidate)
    return made


class _Writer:
    """Text for parts, kept together until there is enough of it to be given away."""

    def __init__(self, store: Store, encoding: str) -> None:
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


def _write(source: Source, name: str, plan: _Plan, store: Store) -> list[array[int]]:
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


def _said_anew(slot: Slot, block: int, part: int, plan: _Plan, ids: Sequence[str]) -> str:
    """What a part says in place of its source; a number or a sum that is right already stays as it is written."""
    if slot.name == "MsgId":
        new = ids[part] if not block else slot.text
    elif slot.name == "NbOfTxs":
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
    plan: _Plan,
    ledger: _Ledger,
    faults: _Faults,
    hashes: Sequence[array[int]],
    store: Store,
    wanted: Wanted,
    encoding: str,
    *,
    keep: bool,
) -> Split:
    """The parts as they were written, read again and held against the source."""
    reasons = tuple(faults.reasons(plan, ledger))
    if sum(map(len, hashes)) != ledger.file.count:
        raise SplitFault("a payment is in no part, or in two")
    parts = []
    for number, (name, key) in enumerate(plan.named):
        with store.open(number) as stream:
            report = _read_again(stream, number, plan, hashes[number], wanted, encoding)
            stream.seek(0)
            content = stream.read() if keep else None
        if name == "ready" and report.summary.errors:
            # Together these payments have an error that none of them has alone.
            errors = [item.id for item in report.findings if item.severity is Severity.ERROR]
            return _stopped(result, tuple(dict.fromkeys(errors)), report.findings)
        parts.append(
            Part(
                name=name,
                key=key,
                message_id=plan.ids[number],
                payments=plan.counts[0, number],
                sums=tuple((currency, total.text) for currency, total in sorted(plan.currencies[number].items())),
                unread=plan.unread[number],
                errors=report.summary.errors,
                held=_held_in(number, reasons),
                content=content,
            )
        )
    return msgspec.structs.replace(result, parts=tuple(parts), held=reasons)


def _held_in(part: int, reasons: Iterable[Reason]) -> int:
    blocks = {reason.block for reason in reasons if reason.payment is None}
    return sum(
        reason.payments
        for reason in reasons
        if reason.part == part and (reason.payment is None or reason.block not in blocks)
    )


def _read_again(
    stream: BinaryIO, number: int, plan: _Plan, hashes: array[int], wanted: Wanted, encoding: str
) -> Report[FileVerdict]:
    source = Source(stream)
    report = examine(source, wanted).report
    verdict = report.details
    if verdict is None or verdict.version is None:
        raise SplitFault(f"part {number + 1} cannot be read")
    count, total = plan.counts[0, number], plan.sums.get((0, number), ZERO)
    if report.summary.payments != count or exact(report.summary.control_sum) != total:
        raise SplitFault(f"part {number + 1} has other payments than the source has for it")
    rules = {*verdict.rules, *(rule for block in verdict.blocks for rule in block.rules)}
    if TOTALS & rules or verdict.message_id != plan.ids[number]:
        raise SplitFault(f"part {number + 1} has a wrong reference or wrong totals")
    found = array("q")
    for segment in segments(texts_of(source, encoding)):
        if isinstance(segment, Payments):
            found.extend(map(hash, segment.texts))
    if found != hashes:
        raise SplitFault(f"a payment in part {number + 1} is not as it stands in the source")
    return report
