"""A statement as a person reads it: head, entries, balances; and the accountant's table of its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statements.cli.console import table
from statements.cli.texts import Texts
from statements.cli.words import amount, day
from statements.model.figures import Figures, figures
from statements.model.statement import Entry, Statement
from statements.visible import one_line

_WIDTH = 60


def statement_lines(statement: Statement, texts: Texts) -> list[str]:
    """The lines of one statement."""
    sums = figures(statement)
    lines = [title(sums, texts)]
    opening, closing = statement.opening, statement.closing
    stated = texts("none-stated")
    lines.append(
        _row(
            texts("opening") + (" " + texts("of", day=day(opening.date, texts)) if opening else ""),
            amount(sums.opening, texts) or stated,
        )
    )
    for entry in statement.entries:
        lines.extend(_entry(entry, texts))
    lines.append(_row(texts("credits") + f" ({sums.credits})", amount(sums.credit_sum, texts)))
    lines.append(_row(texts("debits") + f" ({sums.debits})", amount(sums.debit_sum, texts)))
    lines.append(
        _row(
            texts("closing") + (" " + texts("of", day=day(closing.date, texts)) if closing else ""),
            amount(sums.closing, texts) or stated,
        )
    )
    if sums.difference is not None and sums.difference.minor:
        lines.append(_row(texts("difference"), amount(sums.difference, texts)))
    if statement.available is not None:
        lines.append(_row(texts("available"), amount(statement.available.amount, texts)))
    for balance in statement.forward_available:
        words = f"{texts('forward')} {texts('of', day=day(balance.date, texts))}"
        lines.append(_row(words, amount(balance.amount, texts)))
    return lines


def _row(words: str, figure: str) -> str:
    return f"  {words.ljust(_WIDTH)}{figure.rjust(18)}"


def _entry(entry: Entry, texts: Texts) -> list[str]:
    codes = " ".join(filter(None, (entry.codes.cfonb, entry.codes.swift)))
    party = entry.counterparty
    who = ""
    if party is not None and (party.name or party.iban):
        who = f"{texts('role.' + (party.role or 'none'))} {party.name or party.iban}"
    head = f"{day(entry.booking_date, texts)}  {codes.ljust(7)}  {one_line(who)}".rstrip()
    figure = amount(entry.amount, texts)
    # A long name never pushes the amounts out of their column.
    lines = [_row(head[:_WIDTH], figure)]
    if len(head) > _WIDTH:
        lines.append("      " + head[_WIDTH:].strip())
    facts = []
    if entry.reversal:
        facts.append(texts("reversal"))
    if entry.value_date is not None and entry.value_date != entry.booking_date:
        facts.append(texts("value", day=day(entry.value_date, texts)))
    if entry.original_amount is not None:
        original = entry.original_amount
        facts.append(texts("original", amount=amount(original.amount, texts, currency=True)))
        if original.rate:
            facts.append(texts("rate", rate=original.rate))
    if party is not None and party.name and party.iban:
        facts.append(f"IBAN {party.iban}")
    if party is not None and party.bic:
        facts.append(f"BIC {party.bic}")
    references = entry.references
    for name in ("end_to_end_id", "mandate_id", "creditor_id", "customer_reference", "bank_reference"):
        value = getattr(references, name)
        if value:
            facts.append(f"{texts('ref.' + name)} {value}")
    facts.extend(f"{detail.qualifier} {detail.text}" for detail in entry.details)
    for text in entry.remittance:
        lines.append("      " + one_line(text))
    if facts:
        lines.append("      " + one_line("; ".join(facts)))
    return lines


def figures_lines(all_sums: Iterable[Figures], texts: Texts) -> Iterator[str]:
    """The tables, each after a blank line."""
    for sums in all_sums:
        yield ""
        yield f"  {title(sums, texts)}"
        yield from table(_rows(sums, texts), (1, 2), "    ")


def title(sums: Figures, texts: Texts) -> str:
    """Account, currency, number and days of a statement."""
    title = f"{texts('statement')} {one_line(sums.account)}"
    if sums.currency:
        title += f" {sums.currency}"
    if sums.number:
        title += f", {texts('number')} {sums.number}"
    # The pages of an MT940 are no periods.
    if sums.days is not None and not sums.kind:
        since, until = sums.days
        title += ", " + texts("period", since=day(since, texts), until=day(until, texts))
    return title


def _rows(sums: Figures, texts: Texts) -> list[tuple[str, str, str]]:
    stated = texts("none-stated")
    return [
        (texts("opening"), "", amount(sums.opening, texts) or stated),
        (texts("credits"), str(sums.credits), amount(sums.credit_sum, texts)),
        (texts("debits"), str(sums.debits), amount(sums.debit_sum, texts)),
        (texts("computed"), "", amount(sums.computed, texts) or "-"),
        (texts("closing"), "", amount(sums.closing, texts) or stated),
        (texts("difference"), "", amount(sums.difference, texts) or "-"),
    ]
