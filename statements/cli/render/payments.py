"""A payment file as a person reads it: the file, its blocks, and each payment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statements.cli.texts import Texts
from statements.cli.words import amount, day, moment, sum_of
from statements.formats.pain001.decimals import ZERO, Exact, exact
from statements.model.payment import CreditTransfer, PaymentInformation, PaymentInitiation
from statements.visible import one_line

_WIDTH = 60


def file_lines(file: PaymentInitiation, texts: Texts) -> Iterator[str]:
    """The lines of one file."""
    title = f"{texts('payment-file')} {file.version}"
    if file.message_id:
        title += f", {texts('reference')} {one_line(file.message_id)}"
    if file.created:
        title += f", {texts('created', moment=moment(file.created, texts))}"
    yield title
    everything = [payment for block in file.blocks for payment in block.payments]
    stated = texts(
        "stated", count=file.declared_count or "-", sum=texts.number(file.declared_sum) if file.declared_sum else "-"
    )
    yield one_line(f"  {texts.count('payment', file.count)}, {_totals(everything, texts)} ({stated})")
    if file.initiating_party is not None and file.initiating_party.name:
        yield one_line(f"  {texts('initiator')} {file.initiating_party.name}")
    for block in file.blocks:
        yield ""
        yield from _block(block, texts)


def _block(block: PaymentInformation, texts: Texts) -> Iterator[str]:
    head = f"{texts('block')} {block.index}"
    if block.id:
        head += f" {block.id}"
    if block.execution_date is not None:
        head += f", {texts('execution', day=day(block.execution_date, texts))}"
    if block.type is not None and block.type.service_levels:
        head += f", {' '.join(block.type.service_levels)}"
    yield one_line(head)
    debtor = " ".join(filter(None, (block.debtor.name if block.debtor else None, block.debtor_iban)))
    bank = block.debtor_bank.bic if block.debtor_bank is not None else None
    yield one_line(f"  {texts('role.payer')} {debtor}" + (f" ({bank})" if bank else ""))
    for payment in block.payments:
        yield from _payment(payment, texts)
    yield f"  {_row(texts.count('payment', block.count), _totals(block.payments, texts))}"


def _payment(payment: CreditTransfer, texts: Texts) -> Iterator[str]:
    name = payment.creditor.name if payment.creditor is not None and payment.creditor.name else "-"
    figure = "-"
    if payment.amount is not None:
        money = payment.amount.money
        figure = amount(money, texts, currency=True) if money else f"{payment.amount.text} {payment.amount.currency}"
    yield "  " + _row(one_line(f"{payment.index:>4}  {name}")[:_WIDTH], one_line(figure))
    account = payment.creditor_account
    facts = [account.iban or account.other or ""] if account is not None else []
    if payment.creditor_bank is not None and payment.creditor_bank.bic:
        facts.append(payment.creditor_bank.bic)
    if payment.end_to_end_id:
        facts.append(f"{texts('ref.end_to_end_id')} {payment.end_to_end_id}")
    facts.extend(reference.reference for reference in payment.references if reference.reference)
    facts.extend(payment.remittance)
    if any(facts):
        yield "        " + one_line("; ".join(filter(None, facts)))


def _row(words: str, figure: str) -> str:
    return f"{words.ljust(_WIDTH)}{figure.rjust(20)}".rstrip()


def _totals(payments: Iterable[CreditTransfer], texts: Texts) -> str:
    """The exact sum of each currency, with every decimal that is written; amounts that are no numbers are counted."""
    sums: dict[str, Exact] = {}
    unread = 0
    for payment in payments:
        value = exact(payment.amount.text) if payment.amount is not None else None
        if value is not None and payment.amount is not None:
            sums[payment.amount.currency] = sums.get(payment.amount.currency, ZERO).plus(value)
        elif payment.amount is not None:
            unread += 1
    known = [sum_of(total.text, currency, texts) for currency, total in sums.items()]
    if unread:
        known.append(texts("unread-amounts", count=unread))
    return " + ".join(known) if known else "-"
