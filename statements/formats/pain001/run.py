"""The rules along the stream: header, blocks and payments in turn, with the counts that the end needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from statements.formats.pain001.check import Check, Tally
from statements.formats.pain001.doubles import Doubles
from statements.formats.pain001.exact import exact
from statements.formats.pain001.gate import Gate
from statements.formats.pain001.plain import TEXT_RULES, plain_payment, unescaped
from statements.formats.pain001.registry import Stage, registered
from statements.formats.pain001.rules.banks import outside_the_eea
from statements.formats.pain001.rules.dates import day_of, execution_path
from statements.formats.pain001.rules.types import is_salary
from statements.formats.pain001.scope import Level, Scope, scope_of
from statements.formats.pain001.stream import PAYMENT, Batch, BlockEnd, BlockStart, End, Event, Group
from statements.formats.pain001.verdict import BlockVerdict, FileVerdict, PaymentVerdict

FILLER = "NOTPROVIDED"
_STAGES: tuple[Stage, ...] = ("group", "block", "payment", "block_end", "file_end")
_MAX_SHAPES = 1_024
# Where the texts stand in a payment of the plain shape; its references are right already.
_NAMES = {"Nm": ["Cdtr/Nm"]}
_NAMES_WITH_TEXT = {"Nm": ["Cdtr/Nm"], "Ustrd": ["RmtInf/Ustrd"]}
EMPTY_GROUP = Scope(Level.GROUP, "GrpHdr", {}, {})


class Block(msgspec.Struct):
    """What is kept of a block when it has gone by."""

    index: int
    id: str | None
    payments: int = 0
    control_sum: str = "0.00"
    rules: list[str] = []
    refused: dict[int, PaymentVerdict] = {}


class Run:
    """One pass. :meth:`take` the events of the stream, :meth:`finish`, then read counts, doubles and verdicts."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.group = EMPTY_GROUP
        self.file = Tally()
        self.blocks: list[Block] = []
        self.currencies: set[str] = set()
        self.faulty = False
        # Doubles of: end-to-end ids, instruction ids, whole payments, UETRs, block ids.
        self.end_to_end, self.instructions, self.payments = Doubles(), Doubles(), Doubles()
        self.uetrs, self.block_ids = Doubles(), Doubles()
        self._gate = Gate(check)
        self._match = plain_payment(check.version).match
        wanted = [each for each in registered() if any(map(check.on, each.ids))]
        self._rules: dict[Stage, list[Callable[..., None]]] = {
            stage: [each.function for each in wanted if stage in each.stages] for stage in _STAGES
        }
        self._of_payments = [each for each in wanted if "payment" in each.stages]
        self._of_texts = [each.function for each in self._of_payments if not TEXT_RULES.isdisjoint(each.ids)]
        self._shapes: dict[tuple[str, ...], list[Callable[..., None]]] = {}
        self._tally = Tally()
        self._block: Block | None = None
        self._take: dict[type, Callable[[Any], None]] = {
            Batch: self._batch,
            BlockStart: self._block_start,
            BlockEnd: self._block_end,
            Group: self._group,
            End: self._end,
        }

    def take(self, event: Event) -> None:
        """Use one event of the stream."""
        self._take[type(event)](event)

    def finish(self) -> None:
        """The rules that need the whole file."""
        for rule in self._rules["file_end"]:
            rule(self.group, self.file, self.check)

    def verdict(self, message: str, refused_by: tuple[str, ...]) -> FileVerdict:
        """The verdict of every part, once every rule has spoken; ``refused_by`` are envelope and schema."""
        group = self.group
        return FileVerdict(
            version=message,
            message_id=group.text("MsgId"),
            created=group.text("CreDtTm"),
            declared_count=group.text("NbOfTxs"),
            declared_sum=group.text("CtrlSum"),
            payments=self.file.count,
            control_sum=self.file.total.text,
            rules=(*refused_by, *self.check.file_rules),
            blocks=tuple(
                BlockVerdict(
                    block.index,
                    block.id,
                    block.payments,
                    block.control_sum,
                    tuple(block.rules),
                    tuple(block.refused[index] for index in sorted(block.refused)),
                )
                for block in self.blocks
            ),
        )

    def refuse(self, payment: Scope) -> None:
        """Keep the errors that the rules found in a payment, if any."""
        check = self.check
        block = self.blocks[payment.block - 1]
        if check.block_rules:
            block.rules.extend(rule for rule in check.block_rules if rule not in block.rules)
            check.block_rules.clear()
        if check.payment_rules:
            before = block.refused[payment.index].rules if payment.index in block.refused else ()
            block.refused[payment.index] = PaymentVerdict(
                payment.index,
                payment.number,
                payment.text("PmtId/InstrId"),
                payment.text("PmtId/EndToEndId"),
                payment.text("Amt/InstdAmt") or payment.text("Amt/EqvtAmt/Amt"),
                payment.text("Amt/InstdAmt/@Ccy") or payment.text("Amt/EqvtAmt/Amt/@Ccy"),
                (*before, *check.payment_rules),
            )
            check.payment_rules.clear()

    def _group(self, event: Group) -> None:
        self.group = scope_of(event.element, Level.GROUP, "GrpHdr")
        for rule in self._rules["group"]:
            rule(self.group, self.check)

    def _end(self, event: End) -> None:
        self.faulty = event.faulty

    def _block_start(self, event: BlockStart) -> None:
        index = len(self.blocks) + 1
        scope = scope_of(event.header, Level.BLOCK, f"PmtInf[{index}]", block=index)
        self._block = Block(index, scope.text("PmtInfId"), rules=[], refused={})
        self.blocks.append(self._block)
        self._tally = Tally()
        check = self.check
        check.block = scope
        check.block_day = day_of(scope.text(execution_path(scope)))
        check.instant = scope.word("PmtTpInf/LclInstrm/Cd") == "INST"
        self._gate.enter(scope)

    def _block_end(self, event: BlockEnd) -> None:
        check, block, tally = self.check, self._block, self._tally
        if block is None or check.block is None:
            return
        scope = scope_of(event.header, Level.BLOCK, f"PmtInf[{block.index}]", block=block.index)
        for rule in self._rules["block"]:
            rule(scope, check)
        for rule in self._rules["block_end"]:
            rule(scope, tally, check)
        block.rules.extend(rule for rule in check.block_rules if rule not in block.rules)
        check.block_rules.clear()
        block.payments, block.control_sum = tally.count, tally.total.text
        file = self.file
        file.count += tally.count
        file.cents += tally.cents
        file.rest = file.rest.plus(tally.rest)
        file.blocks += 1
        file.mixed = file.mixed or tally.count != 1
        file.unread = file.unread or tally.unread
        if check.settings["one_date"]:
            file.dates.setdefault(scope.word(execution_path(scope)), scope)
        if scope.text("PmtInfId"):
            self.block_ids.add(scope.text("PmtInfId"))
        check.block = check.block_day = None
        check.instant = False

    def _batch(self, batch: Batch) -> None:
        text, match, gate, tally, block = batch.text, self._match, self._gate, self._tally, self._block
        if block is None:
            return
        number, index = tally.count, self.file.count + tally.count
        ids, instructions, payments = self.end_to_end.buckets, self.instructions.buckets, self.payments.buckets
        plain = bool(text) and gate.open
        passes = gate.passes
        at = cents = count = 0
        for position in range(batch.count):
            number += 1
            index += 1
            found = match(text, at) if plain else None
            if found is None:
                if text:
                    at = text.find("<CdtTrfTxInf>", at + 1)
            else:
                at = found.end()
                (
                    instruction,
                    end_to_end,
                    whole,
                    part,
                    bic,
                    name,
                    free_name,
                    country,
                    iban,
                    purpose,
                    note,
                    free_note,
                    reference,
                ) = found.groups()
                amount = int(whole + part)
                if passes(amount, iban, bic, country, purpose, reference):
                    cents += amount
                    count += 1
                    if end_to_end != FILLER:
                        mark = hash(end_to_end)
                        ids[mark & 255].append(mark)
                    if instruction is not None and instruction != FILLER:
                        mark = hash(instruction)
                        instructions[mark & 255].append(mark)
                    if free_name is not None or free_note is not None:
                        name = unescaped(free_name) if free_name is not None else name
                        note = unescaped(free_note) if free_note is not None else note
                        values = {
                            "PmtId/InstrId": instruction,
                            "PmtId/EndToEndId": end_to_end,
                            "Amt/InstdAmt": f"{whole}.{part}",
                            "Amt/InstdAmt/@Ccy": "EUR",
                            "Cdtr/Nm": name,
                            "CdtrAcct/Id/IBAN": iban,
                            "RmtInf/Ustrd": note,
                        }
                        self._texts(values, block.index, number, index)
                    mark = hash((iban, amount, "EUR", note or reference or ""))
                    payments[mark & 255].append(mark)
                    continue
            # The counts of the plain payments so far, before a rule may look at them.
            tally.count += count
            tally.cents += cents
            tally.untyped = tally.untyped or count > 0
            count = cents = 0
            self._payment(batch.scope(position, block.index, number, index))
        if count:
            tally.count += count
            tally.cents += cents
            tally.untyped = True
            self.currencies.add("EUR")

    def _texts(self, values: dict[str, str | None], block: int, number: int, index: int) -> None:
        """A plain payment whose name or remittance text is not plain: only the rules of texts can fire."""
        prefix = f"PmtInf[{block}]/{PAYMENT}[{number}]"
        names = _NAMES_WITH_TEXT if values["RmtInf/Ustrd"] is not None else _NAMES
        payment = Scope(Level.PAYMENT, prefix, values, names, block, number, index)
        check = self.check
        for rule in self._of_texts:
            rule(payment, check)
        if check.payment_rules or check.block_rules:
            self.refuse(payment)

    def _payment(self, payment: Scope) -> None:
        check, tally = self.check, self._tally
        for kind, value in keys_of(payment).items():
            getattr(self, kind).add(value)
        amount = "Amt/InstdAmt" if "Amt/InstdAmt" in payment else "Amt/EqvtAmt/Amt"
        tally.add(exact(payment.text(amount)))
        currency = payment.text(f"{amount}/@Ccy")
        if currency:
            self.currencies.add(currency)
        typed = payment.has_content("PmtTpInf/SvcLvl") or payment.has_content("PmtTpInf/ClrChanl")
        tally.untyped = tally.untyped or not typed
        tally.salaries += is_salary(payment)
        if tally.outside_eea is None and outside_the_eea(payment):
            tally.outside_eea = (payment.text("CdtrAcct/Id/IBAN") or "")[:2].upper()
        for rule in self._for_shape(tuple(payment.names)):
            rule(payment, check)
        if check.payment_rules or check.block_rules:
            self.refuse(payment)

    def _for_shape(self, shape: tuple[str, ...]) -> list[Callable[..., None]]:
        """The rules that can have a word to say about a payment of these element names; files repeat few shapes."""
        if shape not in self._shapes:
            if len(self._shapes) >= _MAX_SHAPES:
                self._shapes.clear()
            names = frozenset(shape)
            self._shapes[shape] = [
                each.function for each in self._of_payments if not each.needs or not names.isdisjoint(each.needs)
            ]
        return self._shapes[shape]


def keys_of(payment: Scope) -> dict[str, Any]:
    """What must not occur twice, by the name of its :class:`Doubles` in a :class:`Run`; fillers are left out.

    A whole payment is creditor IBAN, amount, currency and remittance: ``150.3`` is ``150.30``, case does not matter.
    """
    keys: dict[str, Any] = {}
    for kind, path in (("end_to_end", "EndToEndId"), ("instructions", "InstrId"), ("uetrs", "UETR")):
        text = payment.text(f"PmtId/{path}")
        if text and text != FILLER:
            keys[kind] = text
    iban, amount = payment.word("CdtrAcct/Id/IBAN").upper(), exact(payment.text("Amt/InstdAmt"))
    if iban and amount is not None:
        texts = [payment.values[path] or "" for path in payment.paths("Ustrd", "CdtrRef", "Ref")]
        value = amount if amount.cents is None else amount.cents
        keys["payments"] = (iban, value, payment.word("Amt/InstdAmt/@Ccy"), "\n".join(texts))
    return keys
