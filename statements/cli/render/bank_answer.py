"""An answer of the bank (pain.002) as a person reads it: what became of file, blocks and payments, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from statements.cli.texts import Texts
from statements.cli.words import label, moment, sum_of
from statements.findings import Finding
from statements.formats.pain001.answered import AnsweredBlock, AnsweredPayment, is_about
from statements.formats.pain001.answered import label as payment_label
from statements.formats.pain001.status_report import REFUSED, StatusReason, StatusReport, status_words
from statements.model.payment import PaymentInitiation
from statements.rules import Severity
from statements.visible import blotted, one_line


def answer_lines(
    answer: StatusReport,
    blocks: Sequence[AnsweredBlock],
    file: PaymentInitiation | None,
    original: tuple[str, bytes],
    texts: Texts,
) -> Iterator[str]:
    """The lines of one answer. ``original`` is name and bytes of ``file``, the payment file that it answers."""
    head = [texts("answer-title", version=answer.version)]
    if answer.message_id:
        head.append(f"{texts('reference')} {answer.message_id}")
    if answer.created:
        head.append(texts("answer-made", moment=moment(answer.created, texts)))
    if answer.sender:
        head.append(texts("answer-from", name=answer.sender))
    yield blotted(", ".join(head))
    about = file is None or is_about(answer, file)
    if file is not None and not about:
        yield "  " + blotted(texts("answer-other", file=original[0], own=file.message_id or "-"))
    message = f" ({answer.original_message})" if answer.original_message else ""
    title = texts("answer-to", id=(answer.original_id or "-") + message)
    yield "  " + blotted(f"{title}{texts.colon}{status_words(answer.status, texts.lang)}")
    yield from _reasons(answer.reasons, "    ", texts)
    checks = _own_findings(original[1]) if file is not None and about else {}
    total = file.count if file is not None and about else None
    for block in blocks:
        title = texts("answer-block", id=block.said.id or "-")
        missing = file is not None and about and block.block is None
        if missing:
            title += ", " + texts("answer-missing", file=original[0])
        yield "  " + blotted(f"{title}{texts.colon}{status_words(block.status, texts.lang)}")
        yield from _reasons(block.said.reasons, "    ", texts)
        for item in block.payments:
            yield "    " + blotted(
                f"{_name(item, total, original[0] if about else '', texts)}{texts.colon}"
                f"{status_words(item.status, texts.lang)}"
            )
            yield from _reasons(item.said.reasons, "      ", texts)
            if item.payment is not None and item.status == REFUSED and about:
                for finding in checks.get(item.payment.index, ()):
                    yield from _check(finding, texts)


def _name(item: AnsweredPayment, total: int | None, original: str, texts: Texts) -> str:
    """The payment of the file with its line; what the answer repeats of it where the file is not at hand."""
    if item.payment is not None:
        name = label(payment_label(item.payment), total, texts)
        line = item.payment.line
        return f"{name} ({texts('answer-line', line=line, file=original)})" if line is not None else name
    said = item.said
    name = texts("answer-payment", id=said.end_to_end_id or said.instruction_id or said.status_id or "-")
    amount = sum_of(said.amount[:40], said.currency, texts) if said.amount else None
    name = ", ".join(part for part in (name, said.creditor, amount) if part)
    return f"{name} ({texts('answer-missing', file=original)})" if total is not None else name


def _reasons(reasons: Sequence[StatusReason], indent: str, texts: Texts) -> Iterator[str]:
    for reason in reasons:
        if reason.code or reason.proprietary or not reason.texts:
            yield indent + one_line(f"{texts('answer-reason')}{texts.colon}{reason.words(texts.lang)}")
        if reason.texts:
            yield indent + one_line(f"{texts('answer-says')}{texts.colon}{' '.join(reason.texts)}")


def _own_findings(data: bytes) -> dict[int, list[Finding]]:
    """What our own check says of each payment of the file: its errors, by the number of the payment."""
    from statements.formats.pain001.validation import validate

    found: dict[int, list[Finding]] = {}
    for finding in validate(data, limit=None).findings:
        if finding.location.payment is not None and finding.severity is Severity.ERROR:
            found.setdefault(finding.location.payment.index, []).append(finding)
    return found


def _check(finding: Finding, texts: Texts) -> Iterator[str]:
    at = f", {texts('line', line=finding.location.line)}" if finding.location.line is not None else ""
    message = blotted(finding.message(texts.lang))
    yield f"      {texts('our-check')}{texts.colon}{finding.id}{at}{texts.colon}{message}"
    fix = finding.fix(texts.lang)
    if fix:
        yield f"        → {blotted(fix)}"


def answer_document(answer: StatusReport, blocks: Sequence[AnsweredBlock], texts: Texts) -> dict[str, Any]:
    """The answer as JSON: its members, words for each code, and the number of each payment in the file."""
    document: dict[str, Any] = {"status_report": _members(answer, texts)}
    document["status_report"]["blocks"] = [
        {
            **_members(block.said, texts),
            "payments": [
                {**_members(item.said, texts), **({"index": item.payment.index} if item.payment is not None else {})}
                for item in block.payments
            ],
        }
        for block in blocks
    ]
    return document


def _members(part: Any, texts: Texts) -> dict[str, Any]:
    members: dict[str, Any] = msgspec.to_builtins(part)
    if part.reasons:
        members["reasons"] = [
            {**msgspec.to_builtins(reason), "words": reason.words(texts.lang)} for reason in part.reasons
        ]
    return members
