"""The accountant's table of each statement: opening, credits, debits, computed and stated closing, difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from statements.cli.console import one_line, table
from statements.cli.texts import Texts
from statements.cli.words import amount, day
from statements.rules import Language
from statements.services.figures import Figures


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
    if figures.since and figures.until:
        title += ", " + texts("period", since=day(figures.since, texts), until=day(figures.until, texts))
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
