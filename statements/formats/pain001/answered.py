"""An answer of the bank beside the file that it answers: which payments were refused, and why.

A bank names payments by the references that the file gave them, and often the refused ones alone; a status of the
file or of a block holds for every payment of it that has none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import BinaryIO

import msgspec

from statements.findings import Location, PaymentLabel, Report, Reporter, Summary
from statements.formats.pain001.decimals import ZERO, exact
from statements.formats.pain001.reader import read
from statements.formats.pain001.status_report import (
    BASE,
    REFUSED,
    BatchStatus,
    StatusReason,
    StatusReport,
    TransactionStatus,
    answer_rules,
    read_answer,
)
from statements.model.payment import CreditTransfer, PaymentInformation, PaymentInitiation
from statements.rules import Severity

_NO_REFERENCE = frozenset({None, "NOTPROVIDED"})


class AnsweredPayment(msgspec.Struct, frozen=True):
    """What the answer says of one payment: ``payment`` is that of the file, ``None`` where the file has no such."""

    said: TransactionStatus
    payment: CreditTransfer | None
    status: str | None
    """Its own status, or that of its block or file where it has none."""


class AnsweredBlock(msgspec.Struct, frozen=True):
    """What the answer says of one block; ``block`` is that of the file, ``None`` where the file has no such."""

    said: BatchStatus
    block: PaymentInformation | None
    status: str | None
    payments: tuple[AnsweredPayment, ...]


class AnswerVerdict(msgspec.Struct, frozen=True):
    """How many payments of the file were refused. ``about`` is false for an answer to another file."""

    about: bool = False
    refused: int = 0


def label(payment: CreditTransfer) -> PaymentLabel:
    """What a person needs to find the payment in the file again."""
    amount = payment.amount
    return PaymentLabel(
        index=payment.index,
        end_to_end_id=payment.end_to_end_id,
        creditor=payment.creditor.name if payment.creditor else None,
        iban=payment.creditor_iban,
        amount=amount.text if amount else None,
        currency=amount.currency if amount else None,
    )


def is_about(answer: StatusReport, file: PaymentInitiation) -> bool:
    """Whether the answer is to this file: by its ``MsgId``; one that names no file is taken at its caller's word."""
    return answer.original_id in _NO_REFERENCE or answer.original_id == file.message_id


def joined(answer: StatusReport, file: PaymentInitiation | None) -> tuple[AnsweredBlock, ...]:
    """Every block and payment of the answer with that of the file which it means.

    A reference that stands twice in a file means the first payment not yet named, then the next.
    """
    taken: set[int] = set()
    return tuple(_joined_block(said, answer, file, taken) for said in answer.blocks)


def _joined_block(
    said: BatchStatus, answer: StatusReport, file: PaymentInitiation | None, taken: set[int]
) -> AnsweredBlock:
    blocks = file.blocks if file is not None else ()
    block = next((item for item in blocks if item.id == said.id), None)
    if block is None and said.id in _NO_REFERENCE and len(blocks) == 1:
        block = blocks[0]
    # Without a block that is known, the references of the payments decide.
    among = block.payments if block is not None else tuple(item for each in blocks for item in each.payments)
    status = said.status or answer.status
    payments = []
    by_reference = _by_reference(among) if said.payments else {}
    for payment in said.payments:
        found = _meant(payment, by_reference, taken)
        if found is not None:
            taken.add(found.index)
        payments.append(AnsweredPayment(payment, found, payment.status or status))
    return AnsweredBlock(said, block, status, tuple(payments))


def _by_reference(payments: Iterable[CreditTransfer]) -> dict[str, list[CreditTransfer]]:
    found: dict[str, list[CreditTransfer]] = {}
    for payment in payments:
        for reference in {payment.end_to_end_id, payment.instruction_id, payment.uetr} - _NO_REFERENCE:
            if reference is not None:
                found.setdefault(reference, []).append(payment)
    return found


def _meant(
    said: TransactionStatus, by_reference: dict[str, list[CreditTransfer]], taken: set[int]
) -> CreditTransfer | None:
    pairs = (("end_to_end_id", said.end_to_end_id), ("instruction_id", said.instruction_id), ("uetr", said.uetr))
    named = [(name, value) for name, value in pairs if value is not None and value not in _NO_REFERENCE]
    if not named:
        return None
    found = [
        payment
        for payment in by_reference.get(named[0][1], ())
        if payment.index not in taken and all(getattr(payment, name) in (None, value) for name, value in named)
    ]
    # Two payments of one reference: the amount that the bank repeats tells them apart.
    wanted = exact(said.amount) if said.amount else None
    same = [item for item in found if wanted and item.amount and exact(item.amount.text) == wanted]
    return next(iter(same or found), None)


def check_answer(
    data: bytes | BinaryIO, original: bytes | BinaryIO, *, limit: int | None = 100
) -> Report[AnswerVerdict]:
    """The report on an answer: a finding (P002-010 to 012) for the file, block or payment that was refused.

    Findings stand at their lines of the answer and name the payment of ``original``, the file that it answers. Bad
    data never raises: a file that cannot be read, or that the answer is not about, is an error itself.

    >>> check_answer(b"<Document/>", b"<Document/>").findings[0].id
    'P002-001'
    """
    raw = data if isinstance(data, bytes) else data.read()
    outcome = read_answer(raw)
    reporter = Reporter(answer_rules(), BASE, limit=limit)
    verdict, total, amount = AnswerVerdict(), None, None
    if outcome.value is not None:
        file = read(original).value
        if file is None:
            reporter.add("P002-003")
        elif not is_about(outcome.value, file):
            at = Location(line=outcome.value.line)
            reporter.add("P002-002", at, found=outcome.value.original_id, expected=file.message_id or "-")
        else:
            verdict = _verdict(outcome.value, file, reporter)
            total, amount = file.count, _sum(file)
    errors = sum(item.severity is Severity.ERROR for item in outcome.findings) + reporter.errors
    warnings = sum(item.severity is Severity.WARNING for item in outcome.findings) + reporter.warnings
    return Report(
        format="pain.002",
        profile="default",
        sha256=sha256(raw).hexdigest(),
        summary=Summary(
            payments=total, control_sum=amount, currency="EUR" if amount else None, errors=errors, warnings=warnings
        ),
        findings=(*outcome.findings, *reporter.findings),
        hidden=reporter.hidden,
        details=verdict,
    )


def _sum(file: PaymentInitiation) -> str | None:
    """The sum of the payments where all are in euro; sums of several currencies say nothing."""
    total = ZERO
    for block in file.blocks:
        for payment in block.payments:
            amount = exact(payment.amount.text) if payment.amount and payment.amount.currency == "EUR" else None
            if amount is None:
                return None
            total = total.plus(amount)
    return total.text


def _verdict(answer: StatusReport, file: PaymentInitiation, reporter: Reporter) -> AnswerVerdict:
    blocks = joined(answer, file)
    refused: set[int] = set()
    if answer.status == REFUSED:
        _tell(reporter, "P002-010", Location(line=answer.line), answer.reasons, count=str(file.count))
        refused.update(payment.index for block in file.blocks for payment in block.payments)
    for block in blocks:
        if block.block is None and block.said.id not in _NO_REFERENCE:
            _missing(reporter, block.said.line, block.said.id, block.status)
        if block.block is not None and block.status == REFUSED:
            refused.update(payment.index for payment in block.block.payments)
        if block.said.status == REFUSED:
            count = str(block.block.count) if block.block is not None else "?"
            at = Location(line=block.said.line)
            _tell(reporter, "P002-011", at, block.said.reasons, block=block.said.id or "-", count=count)
        for item in block.payments:
            if item.payment is None:
                _missing(reporter, item.said.line, item.said.end_to_end_id or item.said.instruction_id, item.status)
            elif item.status == REFUSED:
                refused.add(item.payment.index)
                at = Location(line=item.said.line, payment=label(item.payment))
                line = str(item.payment.line or "-")
                _tell(reporter, "P002-012", at, item.said.reasons, original_line=line)
            else:
                # A payment with a status of its own goes on although its block or file is called refused.
                refused.discard(item.payment.index)
    return AnswerVerdict(True, len(refused))


def _missing(reporter: Reporter, line: int | None, reference: str | None, status: str | None) -> None:
    """The answer names what the file does not hold: grave where it was refused, since nobody knows what was."""
    grade = Severity.ERROR if status == REFUSED else Severity.WARNING
    reporter.add("P002-004", Location(line=line), found=reference or "-", severity=grade)


def _tell(
    reporter: Reporter,
    rule: str,
    at: Location,
    reasons: Iterable[StatusReason],
    *,
    count: str = "",
    block: str = "",
    original_line: str = "",
) -> None:
    """A refusal with its reasons in words; the finding bears the code that the bank gave."""
    given = tuple(reasons) or (StatusReason(),)
    texts = " ".join(text for reason in given for text in reason.texts)
    before = len(reporter.findings)
    reporter.add(
        rule,
        at,
        found=texts or None,
        reason="; ".join(reason.words("en") for reason in given) + (f' ("{texts}")' if texts else ""),
        reason_fr=" ; ".join(reason.words("fr") for reason in given) + (f" (« {texts} »)" if texts else ""),
        count=count,
        block=block,
        original_line=original_line,
    )
    code = next((reason.code for reason in given if reason.code), "")
    if code and len(reporter.findings) > before:
        last = reporter.findings[-1]
        reporter.findings[-1] = msgspec.structs.replace(last, rule=msgspec.structs.replace(last.rule, reason_code=code))
