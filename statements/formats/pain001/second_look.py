"""A second look at the payments whose hashes agree: only equal texts are doubles."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from statements.formats.pain001.run import Run, keys_of
from statements.formats.pain001.scope import Level, Scope, scope_of
from statements.formats.pain001.stream import Batch, BlockEnd, BlockStart, walk
from statements.rules import Severity

_RULES = {
    "end_to_end": ("P001-134", "PmtId/EndToEndId"),
    "instructions": ("P001-135", "PmtId/InstrId"),
    "payments": ("P001-136", ""),
    "uetrs": ("P001-138", "PmtId/UETR"),
}


def report_doubles(run: Run, pieces: Callable[[], Iterable[bytes]], namespace: str) -> None:
    """Report every value that was used before (P001-132, 134, 135, 136, 138), at its later places."""
    wanted = {kind: getattr(run, kind).candidates() for kind, (rule_id, _) in _RULES.items() if run.check.on(rule_id)}
    blocks = run.block_ids.candidates() if run.check.on("P001-132") else frozenset()
    if any(wanted.values()) or blocks:
        _Look(run, wanted, blocks).over(pieces, namespace)


class _Look:
    """One reading without schema."""

    def __init__(self, run: Run, wanted: dict[str, frozenset[int]], blocks: frozenset[int]) -> None:
        self._run = run
        self._wanted = {kind: marks for kind, marks in wanted.items() if marks}
        self._blocks = blocks
        self._first: dict[tuple[str, Hashable], int] = {}
        self._strict = Severity.ERROR if run.check.settings["strict_duplicates"] else None

    def over(self, pieces: Callable[[], Iterable[bytes]], namespace: str) -> None:
        block = number = index = 0
        for event in walk(pieces, namespace):
            if isinstance(event, BlockStart):
                block, number = block + 1, 0
            elif isinstance(event, Batch) and self._wanted:
                for position in range(event.count):
                    self._payment(event.scope(position, block, number + position + 1, index + position + 1))
                number += event.count
                index += event.count
            elif isinstance(event, BlockEnd) and self._blocks:
                self._block(scope_of(event.header, Level.BLOCK, f"PmtInf[{block}]", block=block))

    def _payment(self, payment: Scope) -> None:
        check = self._run.check
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
                self._run.check.add("P001-132", block, "PmtInfId", found=reference, first=str(first))
