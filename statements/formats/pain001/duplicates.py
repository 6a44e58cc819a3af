"""What must not be there twice, in flat memory: eight bytes for each value, looked at again only where two agree.

The first pass keeps a 64-bit hash of each value. When the file has ended, values whose hash occurred twice are
candidates; another reading compares the texts themselves, so a collision of hashes is never reported. Python keys its
hash anew in each process: nobody can prepare a file of collisions, and the answer does not depend on the key.

    >>> seen = Duplicates()
    >>> seen.add(["A", "B", "A"])
    >>> seen.candidates() == {hash("A")}
    True
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING, Any

from statements.formats.pain001.context import CheckContext
from statements.formats.pain001.decimals import exact
from statements.formats.pain001.events import Batch, BlockEnd, BlockStart
from statements.formats.pain001.scope import Level, Scope, Shape
from statements.formats.pain001.silence import Columns
from statements.formats.pain001.stream import texts
from statements.rules import Severity

if TYPE_CHECKING:
    from statements.formats.pain001.run import Run

FILLER = "NOTPROVIDED"
_BUCKETS = 256
_AT_ONCE = 1 << 16

# What is compared, the rule that says so, and where the value stands (a whole payment stands nowhere).
_RULES = {
    "end_to_end": ("P001-134", "PmtId/EndToEndId"),
    "instructions": ("P001-135", "PmtId/InstrId"),
    "payments": ("P001-136", ""),
    "uetrs": ("P001-138", "PmtId/UETR"),
}


class Duplicates:
    """The hashes of one kind of value: references, or whole payments."""

    __slots__ = ("_buckets", "_latest")

    def __init__(self) -> None:
        self._latest = array("q")
        self._buckets: list[array[int]] = []

    def add(self, values: Iterable[Hashable]) -> None:
        """Note values."""
        self._latest.extend(map(hash, values))
        if len(self._latest) > _AT_ONCE:
            self._sort()

    def _sort(self) -> None:
        """Put the latest hashes into arrays by their lowest byte, of which one at a time is looked at in the end."""
        if not self._buckets:
            self._buckets = [array("q") for _ in range(_BUCKETS)]
        buckets = self._buckets
        for mark in self._latest:
            buckets[mark & 0xFF].append(mark)
        self._latest = array("q")

    def candidates(self) -> frozenset[int]:
        """The hashes that occurred more than once."""
        if self._buckets:
            self._sort()
        twice: set[int] = set()
        for bucket in self._buckets or (self._latest,):
            if len(set(bucket)) == len(bucket):
                continue
            seen: set[int] = set()
            for mark in bucket:
                if mark in seen:
                    twice.add(mark)
                seen.add(mark)
        return frozenset(twice)


def keys_of(payment: Scope) -> dict[str, Any]:
    """What must not occur twice, by the name of its :class:`Duplicates` in a :class:`Run`; fillers are left out.

    A whole payment is creditor IBAN, amount, currency and remittance: ``150.3`` is ``150.30``, case does not matter.
    """
    return {kind: values[0] for kind, values in keys(payment.shape, Columns([payment.texts])).items() if values}


def keys(shape: Shape, columns: Columns) -> dict[str, list[Any]]:
    """The same of many payments of one shape."""
    found: dict[str, list[Any]] = {}
    for kind, path in (("end_to_end", "EndToEndId"), ("instructions", "InstrId"), ("uetrs", "UETR")):
        place = shape.places.get(f"PmtId/{path}")
        if isinstance(place, int):
            found[kind] = [text for text in columns.texts(place) if text and text != FILLER]
    places = shape.places
    account, amount = places.get("CdtrAcct/Id/IBAN"), places.get("Amt/InstdAmt")
    if not isinstance(account, int) or not isinstance(amount, int):
        return found
    ibans = columns.joined(account)
    if ibans.isascii() and ibans.replace("\0", "").isalnum():
        accounts: list[str] = ibans.upper()[:-1].split("\0")
    else:
        accounts = [text.strip().upper() for text in columns.texts(account)]
    values: list[Any] | None = columns.cents(amount)
    if values is None:
        values = [_value(text) for text in columns.texts(amount)]
    currencies = [text.strip() for text in columns.texts(places.get("Amt/InstdAmt/@Ccy"))]
    remittance = [
        columns.texts(places[path]) for name in ("Ustrd", "CdtrRef", "Ref") for path in shape.names.get(name, ())
    ]
    notes: Iterable[str] = remittance[0] if len(remittance) == 1 else map("\n".join, zip(*remittance, strict=True))
    whole = zip(accounts, values, currencies, notes if remittance else ("",) * columns.size, strict=True)
    found["payments"] = [key for key in whole if key[0] and key[1] is not None]
    return found


def _value(text: str) -> Any:
    amount = exact(text)
    return amount if amount is None or amount.cents is None else amount.cents


def report_duplicates(run: Run, pieces: Callable[[], Iterable[bytes]]) -> None:
    """Report every value that was used before (P001-132, 134, 135, 136, 138), at its later places."""
    wanted = {kind: getattr(run, kind).candidates() for kind, (rule_id, _) in _RULES.items() if run.check.on(rule_id)}
    blocks = run.block_ids.candidates() if run.check.on("P001-132") else frozenset()
    if any(wanted.values()) or blocks:
        _Look(run, wanted, blocks).over(pieces())


class _Look:
    """One more reading."""

    def __init__(self, run: Run, wanted: dict[str, frozenset[int]], blocks: frozenset[int]) -> None:
        self._run = run
        self._check: CheckContext = run.check
        self._wanted = {kind: marks for kind, marks in wanted.items() if marks}
        self._blocks = blocks
        self._first: dict[tuple[str, Hashable], int] = {}
        self._strict = Severity.ERROR if run.check.settings["strict_duplicates"] else None

    def over(self, pieces: Iterable[bytes]) -> None:
        block = number = index = 0
        for event in texts(pieces):
            if isinstance(event, BlockStart):
                block, number = block + 1, 0
            elif isinstance(event, Batch) and self._wanted:
                for position, shape, row in event.payments():
                    at, after = number + position + 1, index + position + 1
                    self._payment(Scope(Level.PAYMENT, shape, row, block=block, number=at, index=after))
                number += event.count
                index += event.count
            elif isinstance(event, BlockEnd) and self._blocks:
                self._block(event.scope)

    def _payment(self, payment: Scope) -> None:
        check = self._check
        for kind, value in keys_of(payment).items():
            if hash(value) not in self._wanted.get(kind, ()):
                continue
            first = self._first.setdefault((kind, value), payment.index)
            if first != payment.index:
                rule_id, path = _RULES[kind]
                severity = self._strict if rule_id == "P001-134" else None
                check.add(rule_id, payment, path, found=payment.text(path), severity=severity, first=str(first))
        if check.payment_rules:
            self._run.refuse(payment)

    def _block(self, block: Scope) -> None:
        reference = block.text("PmtInfId")
        if reference and hash(reference) in self._blocks:
            first = self._first.setdefault(("block_ids", reference), block.block)
            if first != block.block:
                self._check.add("P001-132", block, "PmtInfId", found=reference, first=str(first))
                self._run.refuse_block(block.block)
