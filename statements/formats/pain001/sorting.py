"""Which part of a split file each payment goes to, and what every part then says: counts, sums, message references.

The check of the source is asked for it: its pass notes amounts, accounts and days as they go by, so nothing is read
twice; its verdict says which payments are held, and what would be wrong with every part.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from statements.findings import Finding
from statements.formats.pain001.answer import PaymentVerdict
from statements.formats.pain001.consequences import TOTAL_RULES
from statements.formats.pain001.context import ALWAYS_BLOCK, CheckContext
from statements.formats.pain001.decimals import ZERO, Exact, exact, spelled
from statements.formats.pain001.events import Batch, BlockStart
from statements.formats.pain001.rules.dates import day_of, execution_path
from statements.formats.pain001.run import Run
from statements.formats.pain001.scope import Scope
from statements.formats.pain001.validation import Examination
from statements.rules import Severity

Kind = Literal["verdict", "account", "date", "count"]

TOGETHER = frozenset(("P001-110", "P001-113", "P001-114", "P001-307"))
"""Rules of how many payments, blocks, days and euros stand together: of each part they are asked again."""

_LONGEST_ID = 35
_BY = re.compile(r"(verdict|account|date)|count=([1-9][0-9]{0,8})", re.ASCII)


class HeldReason(msgspec.Struct, frozen=True, kw_only=True):
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


class PaymentLedger(Run):
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
                values = [_meant(text) for text in columns.texts(place)]
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


def _meant(text: str) -> Exact | None:
    """An amount as the totals count it: also one that is a number once it is spelled right."""
    amount = exact(text)
    if amount is not None:
        return amount
    meant = exact(spelled(text))
    return meant if meant is not None and meant.cents is not None else None


_LARGEST = 1 << 62
_MOST_CURRENCIES = 60_000


def _account(block: Scope) -> str:
    """The debtor account of a block, an IBAN without blanks and in capitals."""
    iban = re.sub(r"\s", "", block.text("DbtrAcct/Id/IBAN") or "").upper()
    other = (block.word(f"DbtrAcct/Id/{path}") for path in ("Othr/Id", "BBAN", "UPIC", "PrtryAcct/Id"))
    return iban or next(filter(None, other), "")


def every_rule(ledger: Run) -> frozenset[str]:
    return frozenset((*ledger.check.file_rules, *(rule for block in ledger.blocks for rule in block.rules)))


def in_the_way(found: Examination, ledger: Run, accepted: set[str]) -> tuple[str, ...]:
    """The errors that every part would have, and wrong totals that nobody has looked at."""
    rules = [*found.errors, *(rule for rule in ledger.check.file_rules if rule not in TOGETHER)]
    rules += [rule for block in ledger.blocks for rule in block.rules if rule in TOTAL_RULES]
    if found.refused.whole:
        # Which of them stand in the header is told by their places.
        rules += [item.id for item in found.report.findings if of_the_frame(item)]
        rules += [] if rules else ["P001-030"]
    return tuple(dict.fromkeys(rule for rule in rules if rule not in accepted))


def undivided(kind: Kind, found: Examination) -> tuple[str, ...]:
    """The errors of a block that must not be cut by a count: a payment under a wrong name would go into each part."""
    blocks = {f"PmtInf[{number}]" for number in found.refused.blocks} if kind == "count" else frozenset[str]()
    rules = [
        item.id
        for item in found.report.findings
        if item.severity is Severity.ERROR
        and item.location.payment is None
        and (item.location.path or "").partition("/")[0] in blocks
    ]
    return tuple(dict.fromkeys(rules)) or (("P001-030",) if blocks else ())


def of_the_frame(item: Finding) -> bool:
    """Whether a finding is an error of the header, or of what stands around header and blocks."""
    path = item.location.path or ""
    return item.severity is Severity.ERROR and item.location.payment is None and not path.startswith("PmtInf[")


class Faults:
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
            if item.severity is Severity.ERROR and item.id not in TOTAL_RULES:
                self._note(item)
        for block in ledger.blocks:
            rules = [rule for rule in block.rules if rule not in TOTAL_RULES]
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

    def reasons(self, plan: PartPlan, ledger: Run) -> Iterator[HeldReason]:
        """Why payments cannot go, in the order of the file."""
        first = 0
        for block in ledger.blocks:
            of_block = range(first, first + block.payments)
            first += block.payments
            if block.index in self.blocks:
                for part in dict.fromkeys(plan.parts[position] for position in of_block):
                    yield HeldReason(
                        part=part,
                        block=block.index,
                        block_id=block.id,
                        payments=plan.counts[block.index, part],
                        rules=self.blocks[block.index],
                        findings=tuple(self._of_block.get(block.index, ())),
                    )
            for position in of_block:
                if position + 1 in self.payments:
                    yield HeldReason(
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


class PartPlan(msgspec.Struct):
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


def planned(kind: Kind, size: int, ledger: PaymentLedger, faults: Faults, known: frozenset[str]) -> PartPlan:
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
    plan = PartPlan(
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


def _add_up(plan: PartPlan, ledger: PaymentLedger) -> None:
    """Counts and sums of the parts, and of each block in them."""
    names = list(ledger.names)
    cents: dict[tuple[int, int, int], int] = {}
    position = 0
    starts = []
    for block in ledger.blocks:
        starts.append(position)
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
            block_index = bisect_right(starts, position)
            _plus(plan, block_index, part, names[ledger.currency[position]], value)
    for (block_index, part, currency), total in cents.items():
        _plus(plan, block_index, part, names[currency], Exact.of(total, 2))
    for (block_index, part), count in tuple(plan.counts.items()):
        if block_index:
            plan.counts[0, part] = plan.counts.get((0, part), 0) + count


def _plus(plan: PartPlan, block: int, part: int, currency: str, amount: Exact) -> None:
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
