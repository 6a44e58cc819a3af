"""A payment file as a person reads it: who pays, from which account, when, and each payment on two lines."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

from statements.cli.errors import FINDINGS, Stop
from statements.cli.render.concise import graded_line
from statements.cli.render.excerpt import plain
from statements.cli.render.words import FILLER, counted, money
from statements.cli.texts import Texts
from statements.findings import Language
from statements.formats.pain001 import read
from statements.formats.pain001.exact import ZERO, exact
from statements.model.payment import (
    Amount,
    CreditTransfer,
    PaymentAccount,
    PaymentBank,
    PaymentInformation,
    PaymentInitiation,
)

_DAYS: Mapping[Language, str] = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}
_MONTHS: Mapping[Language, str] = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}


def show_lines(name: str, data: bytes, texts: Texts) -> list[str]:
    """The lines of one file; ends the run with its findings when it cannot be read as payments at all."""
    outcome = read(data)
    if outcome.value is None:
        raise Stop(*(graded_line(finding, name, texts) for finding in outcome.findings), code=FINDINGS)
    return list(lines(outcome.value, texts.lang))


def lines(initiation: PaymentInitiation, lang: Language = "en") -> Iterator[str]:
    """The whole file, line by line, safe for a terminal."""
    for line in _lines(initiation, lang):
        yield plain(line)


def _lines(initiation: PaymentInitiation, lang: Language) -> Iterator[str]:
    head = [initiation.version]
    if initiation.message_id:
        head.append(f"message {initiation.message_id}")
    party = initiation.initiating_party
    if party is not None and party.name:
        head.append(("from " if lang == "en" else "de ") + party.name)
    if initiation.created:
        head.append(("created " if lang == "en" else "créé le ") + initiation.created)
    yield ", ".join(head)
    blocks = initiation.blocks
    yield f"{_sum(initiation.count, total(blocks), _currency(blocks), lang)}, {_block_count(len(blocks), lang)}"
    for block in blocks:
        yield ""
        yield from _block(block, len(blocks), lang)


def _block(block: PaymentInformation, blocks: int, lang: Language) -> Iterator[str]:
    head = f"Block {block.index} of {blocks}" if lang == "en" else f"Lot {block.index} sur {blocks}"
    parts = [block.id] if block.id else []
    if block.execution_date is not None:
        parts.append(date(block.execution_date, lang) + (f" {block.execution_time}" if block.execution_time else ""))
    kind = block.type
    if kind is not None:
        codes = (kind.local_instrument, kind.category_purpose, kind.priority, kind.clearing_channel)
        parts.append(" ".join([*kind.service_levels, *(code for code in codes if code)]))
    if block.method and block.method != "TRF":
        parts.append(block.method)
    if block.batch_booking:
        parts.append("one debit for the block" if lang == "en" else "un seul débit pour le lot")
    colon = ": " if lang == "en" else " : "
    yield head + (colon + ", ".join(part for part in parts if part) if any(parts) else "")
    debtor = block.debtor.name if block.debtor is not None and block.debtor.name else "?"
    payer = [debtor, _account(block.debtor_account), _bank(block.debtor_bank)]
    yield ("  paid by " if lang == "en" else "  payé par ") + ", ".join(part for part in payer if part)
    yield "  " + _sum(block.count, total([block]), _currency((block,)), lang)
    amounts = [_amount(payment, lang) for payment in block.payments]
    width = max((len(amount) for amount in amounts), default=0)
    digits = len(str(block.payments[-1].index)) if block.payments else 1
    for payment, amount in zip(block.payments, amounts, strict=True):
        yield f"  {payment.index:>{digits}}  {amount:>{width}}  {_creditor(payment)}"
        said = _said(payment)
        if said:
            yield f"  {'':{digits}}  {'':{width}}  {said}"


def _creditor(payment: CreditTransfer) -> str:
    name = payment.creditor.name if payment.creditor is not None and payment.creditor.name else "?"
    parts = [name, _account(payment.creditor_account), _bank(payment.creditor_bank)]
    return ", ".join(part for part in parts if part)


def _said(payment: CreditTransfer) -> str:
    texts = list(payment.remittance)
    texts += [reference.reference for reference in payment.references if reference.reference]
    reference = "" if payment.end_to_end_id == FILLER else payment.end_to_end_id or ""
    parts = [reference, " / ".join(texts), payment.purpose or ""]
    return " · ".join(part for part in parts if part)


def _amount(payment: CreditTransfer, lang: Language) -> str:
    amount = payment.amount or payment.equivalent_amount
    return "?" if amount is None else money(_decimal(amount), amount.currency, lang)


def _decimal(amount: Amount) -> str:
    # A third decimal stays visible; a whole number of cents is written with its decimals.
    return amount.text if amount.money is None else amount.money.text


def total(blocks: Iterable[PaymentInformation]) -> str:
    """The exact sum of the amounts of some blocks, with at least two decimals."""
    found = ZERO
    for block in blocks:
        for payment in block.payments:
            amount = payment.amount or payment.equivalent_amount
            value = None if amount is None else exact(amount.text)
            if value is not None:
                found = found.plus(value)
    return found.text


def _account(account: PaymentAccount | None) -> str:
    if account is None:
        return ""
    if account.iban:
        compact = "".join(account.iban.split())
        return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
    return account.other or ""


def _bank(bank: PaymentBank | None) -> str:
    return "" if bank is None else bank.bic or bank.name or ""


def _sum(count: int, amount: str, currency: str | None, lang: Language) -> str:
    one, many = ("payment", "payments") if lang == "en" else ("paiement", "paiements")
    return f"{counted(count, one, many, lang)}, {money(amount, currency, lang)}"


def _block_count(count: int, lang: Language) -> str:
    if lang == "en":
        return "in " + counted(count, "block", "blocks", lang)
    return "en " + counted(count, "lot", "lots", lang)


def _currency(blocks: tuple[PaymentInformation, ...]) -> str | None:
    found = {
        amount.currency
        for block in blocks
        for payment in block.payments
        if (amount := payment.amount or payment.equivalent_amount) is not None
    }
    return found.pop() if len(found) == 1 else None


def date(day: datetime.date, lang: Language) -> str:
    """A day as people write it.

    >>> date(datetime.date(2026, 12, 2), "en"), date(datetime.date(2026, 12, 1), "fr")
    ('Wednesday 2 December 2026', 'mardi 1er décembre 2026')
    """
    weekday = _DAYS[lang].split()[day.weekday()]
    month = _MONTHS[lang].split()[day.month - 1]
    number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    return f"{weekday} {number} {month} {day.year}"
