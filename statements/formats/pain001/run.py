"""The rules along the stream: header, blocks and payments in turn, with the counts that the end needs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import msgspec

from statements.formats.pain001.answer import BlockVerdict, FileVerdict, PaymentVerdict
from statements.formats.pain001.context import CheckContext, Tally
from statements.formats.pain001.duplicates import Duplicates, keys
from statements.formats.pain001.events import Batch, BlockEnd, BlockStart, End, Event, Group, SchemaRefuses
from statements.formats.pain001.rules import all_rules
from statements.formats.pain001.rules.banks import outside_the_eea
from statements.formats.pain001.rules.dates import day_of, execution_path
from statements.formats.pain001.rules.types import is_salary
from statements.formats.pain001.scope import Level, Scope, Shape
from statements.formats.pain001.silence import Columns, Function, RuleFunction, Stage

_STAGES: tuple[Stage, ...] = ("group", "block", "payment", "block_end", "file_end")
_MOST_PLANS = 1_024
# So many payments of a shape go by before its doubts are worked out: a file may have a shape for each payment.
_FEW = 4
EMPTY_GROUP = Scope(Level.GROUP)


class Block(msgspec.Struct):
    """What is kept of a block when it has gone by."""

    index: int
    id: str | None
    payments: int = 0
    control_sum: str = "0.00"
    rules: list[str] = []
    refused: dict[int, PaymentVerdict] = {}


_Doubting = tuple[int, Callable[[Columns, int], bool] | None]
"""A rule by its number, and what spares it a payment that is odd in the eyes of others."""


class _Plan(msgspec.Struct):
    """What a run knows of a shape: the rules that may speak of it, and of which payments they must be asked."""

    rules: tuple[int, ...]
    met: int = 0
    asked: tuple[int, ...] = ()
    doubts: list[tuple[Callable[[Columns], Iterable[int]], tuple[_Doubting, ...]]] | None = None


class Run:
    """One pass. :meth:`take` the events of the stream, :meth:`finish`, then read counts, duplicates and verdicts."""

    def __init__(self, check: CheckContext, rules: tuple[RuleFunction, ...] | None = None) -> None:
        self.check = check
        self.group = EMPTY_GROUP
        self.file = Tally()
        self.blocks: list[Block] = []
        self.currencies: set[str] = set()
        self.faulty = False
        # Duplicates of: end-to-end ids, instruction ids, whole payments, UETRs, block ids.
        self.end_to_end, self.instructions, self.payments = Duplicates(), Duplicates(), Duplicates()
        self.uetrs, self.block_ids = Duplicates(), Duplicates()
        wanted = [each for each in (all_rules() if rules is None else rules) if any(map(check.on, each.ids))]
        self._rules: dict[Stage, list[RuleFunction]] = {
            stage: [each for each in wanted if stage in each.stages] for stage in _STAGES
        }
        self._functions: dict[tuple[Stage, Shape], list[Function]] = {}
        self._of_payments = [each for each in wanted if "payment" in each.stages]
        self._asked: Sequence[int] = range(len(self._of_payments))
        self._plans: dict[Shape, _Plan] = {}
        self._tally = Tally()
        self._block: Block | None = None
        self._take: dict[type, Callable[[Any], None]] = {
            Batch: self._batch,
            BlockStart: self._block_start,
            BlockEnd: self._block_end,
            Group: self._group,
            SchemaRefuses: self._refused,
            End: self._end,
        }

    def take(self, event: Event) -> None:
        """Use one event of the stream."""
        self._take[type(event)](event)

    def finish(self) -> None:
        """The rules that need the whole file."""
        for rule in self._rules["file_end"]:
            rule.function(self.group, self.file, self.check)

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

    def refuse_block(self, number: int) -> Block:
        """Keep the errors that the rules found in a block, if any; ``number`` counts from 1."""
        block = self.blocks[number - 1]
        block.rules.extend(rule for rule in self.check.block_rules if rule not in block.rules)
        self.check.block_rules.clear()
        return block

    def refuse(self, payment: Scope) -> None:
        """Keep the errors that the rules found in a payment, if any."""
        check = self.check
        block = self.refuse_block(payment.block)
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
        self.group = event.scope
        self._ask("group", event.scope)

    def _ask(self, stage: Stage, scope: Scope) -> None:
        """The rules of a header, of a file or a block, that may have something to say."""
        key = (stage, scope.shape)
        functions = self._functions.get(key)
        if functions is None:
            names = scope.shape.names.keys()
            functions = [
                rule.function for rule in self._rules[stage] if not rule.needs or not names.isdisjoint(rule.needs)
            ]
            if len(self._functions) >= _MOST_PLANS:
                self._functions.clear()
            self._functions[key] = functions
        for function in functions:
            function(scope, self.check)

    def _refused(self, event: SchemaRefuses) -> None:
        refuses = self.check.refuses
        self._asked = [number for number, each in enumerate(self._of_payments) if any(map(refuses, each.ids))]
        self._plans.clear()
        self._rules = {
            stage: [each for each in rules if any(map(refuses, each.ids))] for stage, rules in self._rules.items()
        }
        self._functions.clear()

    def _end(self, event: End) -> None:
        self.faulty = event.faulty

    def _block_start(self, event: BlockStart) -> None:
        scope = event.scope
        self._block = Block(scope.block, scope.text("PmtInfId"), rules=[], refused={})
        self.blocks.append(self._block)
        if self._tally.count:
            self._tally = Tally()
        check = self.check
        check.block = scope
        if not scope.shape.places:
            check.block_day, check.instant = None, False
            return
        check.block_day = day_of(scope.text(execution_path(scope)))
        check.instant = scope.word("PmtTpInf/LclInstrm/Cd") == "INST"

    def _block_end(self, event: BlockEnd) -> None:
        check, block, tally = self.check, self._block, self._tally
        if block is None or check.block is None:
            return
        scope = event.scope
        if not scope.shape.places and not tally.count:
            # Of a block that holds nothing the schema says all that there is to say.
            self.file.blocks += 1
            self.file.mixed = True
            check.block = None
            return
        self._ask("block", scope)
        for rule in self._rules["block_end"]:
            rule.function(scope, tally, check)
        self.refuse_block(block.index)
        block.payments, block.control_sum = tally.count, tally.total.text
        self.file.take(tally)
        if check.settings["one_date"]:
            self.file.dates.setdefault(scope.word(execution_path(scope)), scope)
        if scope.text("PmtInfId"):
            self.block_ids.add([scope.text("PmtInfId")])
        check.block = check.block_day = None
        check.instant = False

    def _batch(self, batch: Batch) -> None:
        before, index = self._tally.count, self.file.count + self._tally.count
        asked: dict[int, tuple[Shape, Sequence[str], list[int]]] = {}
        outside: list[tuple[int, str]] = []
        for shape, (positions, columns) in batch.groups.items():
            rows = columns.rows
            self._count(shape, columns, positions, index)
            for kind, values in keys(shape, columns).items():
                getattr(self, kind).add(values)
            if self._tally.outside_eea is None:
                outside += self._outside(shape, columns, positions)
            if not shape.places:
                # As of an empty block.
                continue
            plan = self._plan(shape, columns.size)
            if plan.doubts is None or plan.asked:
                rules = plan.rules if plan.doubts is None else plan.asked
                for position, row in zip(positions, rows, strict=True):
                    asked[position] = (shape, row, list(rules))
            for odd, doubting in plan.doubts or ():
                for place in odd(columns):
                    numbers = [number for number, spares in doubting if spares is None or not spares(columns, place)]
                    position = positions[place]
                    if position in asked:
                        asked[position][2].extend(numbers)
                    elif numbers:
                        asked[position] = (shape, rows[place], numbers)
        if outside:
            self._tally.outside_eea = min(outside)[1]
        functions = [each.function for each in self._of_payments]
        for position in sorted(asked):
            shape, row, numbers = asked[position]
            payment = Scope(
                Level.PAYMENT,
                shape,
                row,
                block=batch.block,
                number=before + position + 1,
                index=index + position + 1,
            )
            for number in numbers if len(numbers) == 1 else sorted(set(numbers)):
                functions[number](payment, self.check)
            if self.check.payment_rules or self.check.block_rules:
                self.refuse(payment)

    def _count(self, shape: Shape, columns: Columns, positions: Sequence[int], before: int) -> None:
        """Number and sum of the payments, their currencies, and what the rules at the end want to know of them."""
        tally = self._tally
        path = "Amt/InstdAmt" if "Amt/InstdAmt" in shape.places else "Amt/EqvtAmt/Amt"
        place = shape.places.get(path)
        cents = columns.cents(place) if isinstance(place, int) else None
        if cents is not None:
            tally.count += columns.size
            tally.cents += sum(cents)
        else:
            for position, text in zip(positions, columns.texts(place), strict=True):
                tally.add(text, before + position + 1)
        self.currencies.update(filter(None, columns.texts(shape.places.get(f"{path}/@Ccy"))[:1]))
        if not {"SvcLvl", "ClrChanl", "CtgyPurp"}.isdisjoint(shape.names):
            for row in columns.rows:
                payment = Scope(Level.PAYMENT, shape, row)
                typed = payment.has_content("PmtTpInf/SvcLvl") or payment.has_content("PmtTpInf/ClrChanl")
                tally.untyped = tally.untyped or not typed
                tally.salaries += is_salary(payment)
        else:
            tally.untyped = True

    def _outside(self, shape: Shape, columns: Columns, positions: list[int]) -> list[tuple[int, str]]:
        """The first payment to a SEPA country outside the European Economic Area, if there is one."""
        place = shape.places.get("CdtrAcct/Id/IBAN")
        if not isinstance(place, int):
            return []
        ibans = columns.texts(place)
        countries = {prefix for prefix in {iban[:2].upper() for iban in ibans} if outside_the_eea(prefix)}
        return (
            [
                (position, iban[:2].upper())
                for position, iban in zip(positions, ibans, strict=True)
                if iban[:2].upper() in countries and outside_the_eea(iban)
            ][:1]
            if countries
            else []
        )

    def _plan(self, shape: Shape, size: int) -> _Plan:
        plan = self._plans.get(shape)
        if plan is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            rules = tuple(
                number
                for number in self._asked
                if not (needs := self._of_payments[number].needs) or not shape.names.keys().isdisjoint(needs)
            )
            plan = self._plans[shape] = _Plan(rules)
        if plan.doubts is None:
            plan.met += size
            if plan.met > _FEW:
                self._work_out(plan, shape)
        return plan

    def _work_out(self, plan: _Plan, shape: Shape) -> None:
        asked: list[int] = []
        doubts: dict[Hashable, tuple[Callable[[Columns], Iterable[int]], list[_Doubting]]] = {}
        for number in plan.rules:
            silent = self._of_payments[number].silent
            found = silent(shape, self.check) if silent is not None else None
            if found is None:
                asked.append(number)
                continue
            for doubt in found:
                doubts.setdefault(doubt.key, (doubt.odd, []))[1].append((number, doubt.spares))
        plan.asked = tuple(asked)
        plan.doubts = [(odd, tuple(doubting)) for odd, doubting in doubts.values()]
