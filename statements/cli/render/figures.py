"""The accountant's table of each statement: opening, credits, debits, computed and stated closing, difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from statements.cli.console import table
from statements.cli.texts import Texts
from statements.cli.words import amount, day
from statements.findings import Report
from statements.model.figures import Figures
from statements.model.money import Money
from statements.rules import Language
from statements.visible import one_line


def lines(all_figures: Iterable[Figures], lang: Language) -> Iterator[str]:
    """The tables, each after a blank line."""
    texts = Texts(lang)
    for figures in all_figures:
        yield ""
        yield f"  {_title(figures, texts)}"
        yield from table(_rows(figures, texts), (1, 2), "    ")


def _title(figures: Figures, texts: Texts) -> str:
    title = f"{texts('statement')} {one_line(figures.account)}"
    if figures.currency:
        title += f" {figures.currency}"
    if figures.number:
        title += f", {texts('number')} {figures.number}"
    if figures.days is not None:
        since, until = figures.days
        title += ", " + texts("period", since=day(since, texts), until=day(until, texts))
    return title


def _rows(figures: Figures, texts: Texts) -> list[tuple[str, str, str]]:
    stated = texts("none-stated")
    return [
        (texts("opening"), "", amount(figures.opening, texts) or stated),
        (texts("credits"), str(figures.credits), amount(figures.credit_sum, texts)),
        (texts("debits"), str(figures.debits), amount(figures.debit_sum, texts)),
        (texts("computed"), "", amount(figures.computed, texts) or "-"),
        (texts("closing"), "", amount(figures.closing, texts) or stated),
        (texts("difference"), "", amount(figures.difference, texts) or "-"),
    ]


def of_report(report: Report[Any]) -> tuple[Figures, ...]:
    """The figures that a format's own check found; empty where it found none."""
    items = getattr(report.details, "statements", report.details)
    return tuple(map(_figures, items)) if isinstance(items, tuple) else ()


def _figures(item: Any) -> Figures:
    if isinstance(item, Figures):
        return item
    currency = item.currency or ""

    def money(text: str | None) -> Money | None:
        return None if text is None else Money.parse(text, currency)

    return Figures(
        account=item.account or "",
        currency=currency,
        number=item.number,
        complete=True,
        opening=money(item.opening),
        credits=item.credits,
        credit_sum=money(item.credit_sum),
        debits=item.debits,
        debit_sum=money(item.debit_sum),
        computed=money(item.computed_closing),
        closing=money(item.closing),
        difference=money(item.difference),
    )
