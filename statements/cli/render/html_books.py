"""The pages of ``series`` and ``compare``: calendars and what is missing, two sides and what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypeVar

import msgspec

from statements import __version__
from statements.cli.compare import member_word, value_of
from statements.cli.render.html_statements import remark
from statements.cli.render.pages import meaning, page
from statements.cli.series import month_name, result, sentence, span
from statements.cli.texts import Texts
from statements.cli.words import amount
from statements.findings import Finding
from statements.rules import Language, Severity
from statements.services.compare import AccountComparison, Comparison, MemberDifference, PlacedEntry
from statements.services.series import Calendar, Mark, Month, Series, SeriesStatement
from statements.services.sources import ReadSource

SHOWN = 500
"""How many rows each table of a page lists; the rest is counted."""

SIGNS: Mapping[Mark, str] = {"covered": "■", "twice": "2", "quiet": "–", "missing": "✗", "outside": ""}
"""One sign for each day; the words stand under the calendar."""
_GRADES: Mapping[Mark, str] = {
    "covered": "ready",
    "twice": "warning",
    "quiet": "info",
    "missing": "error",
    "outside": "info",
}

Item = TypeVar("Item")
Row = TypeVar("Row")


class Rows(msgspec.Struct, frozen=True):
    """The rows of one table, and how many are not in it, in words; empty where all are."""

    items: tuple[Any, ...]
    more: str = ""


def render_series(made: Series, sources: Sequence[ReadSource], lang: Language) -> str:
    """The page of ``series``: for each account what is missing or does not agree, the calendar, the statements."""
    texts = Texts(lang)
    return page(
        "series.html",
        texts,
        version=__version__,
        name="",
        day=None,
        headline=result(made, texts),
        calendars=[_calendar(calendar, texts) for calendar in made.calendars],
        repeated=[texts("series.same-file", file=name, first=first) for name, first in made.repeated],
        **_read(sources, texts),
    )


def render_compare(made: Comparison, left: str, right: str, sources: Sequence[ReadSource], lang: Language) -> str:
    """The page of ``compare``: for each account what only one side has, and what the two say differently."""
    texts = Texts(lang)
    if not made.accounts:
        headline = texts("series.none")
    else:
        headline = texts("compare.same" if made.same else "compare.different")
    return page(
        "compare.html",
        texts,
        version=__version__,
        name="",
        day=None,
        headline=headline,
        left=left,
        right=right,
        accounts=[_account(account, left, right, texts) for account in made.accounts],
        **_read(sources, texts),
    )


def _read(sources: Sequence[ReadSource], texts: Texts) -> dict[str, Any]:
    """What was read, and what the reading found."""
    files = [(name, digest) for source in sources for name, digest in zip_longest(source.files, source.sha256)]
    found: list[tuple[str, Finding]] = [
        (source.name, item) for source in sources for item in source.findings if item.severity is not Severity.INFO
    ]
    found.sort(key=lambda pair: pair[1].severity.rank)
    listed = _rows(found, lambda pair: _told(*pair, texts), texts)
    return {
        "files": _rows(files, lambda pair: pair, texts),
        "findings_listed": listed.items,
        "findings_more": [listed.more] if listed.more else [],
    }


def _told(name: str, item: Finding, texts: Texts) -> Mapping[str, Any]:
    row = remark(item, texts)
    return {**row, "where": f"{name}, {row['where']}" if row["where"] else name}


def _rows(items: Iterable[Item], make: Callable[[Item], Row], texts: Texts) -> Rows:
    every = list(items)
    more = texts.count("more", len(every) - SHOWN) if len(every) > SHOWN else ""
    return Rows(tuple(make(item) for item in every[:SHOWN]), more)


def _outcome(word: str, good: bool, texts: Texts) -> Mapping[str, str]:
    return {**meaning("ready" if good else "error", texts), "word": word}


# -- series


def _calendar(calendar: Calendar, texts: Texts) -> Mapping[str, Any]:
    counts = [texts.count("statement", len(calendar.pieces))]
    if calendar.days is not None:
        counts.append(span(calendar.days, texts))
    if calendar.interim:
        counts.append(texts.count("interim", calendar.interim))
    months = list(calendar.months())
    used = {mark for month in months for mark in month.marks} - {"outside"}
    return {
        "account": calendar.account,
        "currency": calendar.currency,
        "counts": ", ".join(counts),
        "outcome": _outcome(
            texts("html.incomplete" if calendar.issues else "html.complete"), not calendar.issues, texts
        ),
        "issues": _rows(calendar.issues, lambda issue: sentence(issue, texts), texts),
        "also": _rows(calendar.also, lambda pair: _also(*pair, texts), texts),
        "months": _rows(months, lambda month: _month(month, texts), texts),
        "legend": [
            {"sign": sign, "grade": _GRADES[mark], "word": texts("series.mark." + mark)}
            for mark, sign in SIGNS.items()
            if mark in used
        ],
        "pieces": _rows(calendar.pieces, lambda piece: _piece(piece, texts), texts),
    }


def _also(first: SeriesStatement, second: SeriesStatement, texts: Texts) -> str:
    return texts(
        "series.also",
        before=f"{first.file} ({span(first.days, texts)})",
        after=f"{second.file} ({span(second.days, texts)})",
    )


def _month(month: Month, texts: Texts) -> Mapping[str, Any]:
    covered = month.count("covered", "twice")
    return {
        "name": month_name(month, texts),
        "days": [{"sign": SIGNS[mark], "grade": _GRADES[mark]} for mark in month.marks]
        + [None] * (31 - len(month.marks)),
        "covered": texts.count("covered", covered, total=len(month.marks)),
    }


def _piece(piece: SeriesStatement, texts: Texts) -> Mapping[str, Any]:
    return {
        "file": piece.file,
        "days": span(piece.days, texts),
        "number": piece.number or "",
        "entries": texts.number(piece.entries),
        "opening": piece.opening,
        "closing": piece.closing,
    }


# -- compare


def _account(account: AccountComparison, left: str, right: str, texts: Texts) -> Mapping[str, Any]:
    counts = [texts.count("matched", account.matched)]
    if account.pairs:
        counts.append(texts.count("differing", len(account.pairs)))
    absent = [name for here, name in ((account.left, left), (account.right, right)) if not here]
    only = []
    for items, name in ((account.only_left, left), (account.only_right, right)):
        if items:
            title = texts("compare.only", name=name, entries=texts.count("entry", len(items)))
            only.append(
                {"title": title[:1].upper() + title[1:], "rows": _rows(items, lambda item: _entry(item, texts), texts)}
            )
    return {
        "account": account.account,
        "currency": account.currency,
        "counts": ", ".join(counts),
        "outcome": _outcome(texts("html.agrees" if account.same else "html.differs"), account.same, texts),
        "absent": [texts("compare.no-account", name=name) for name in absent],
        "only": only,
        "balances": _rows(account.balances, lambda item: _difference(item, texts), texts),
        "pairs": _rows(
            account.pairs,
            lambda pair: {
                "entry": _entry(pair.left, texts),
                "other": _place(pair.right, texts),
                "differences": [_difference(item, texts) for item in pair.differences],
            },
            texts,
        ),
    }


def _difference(item: MemberDifference, texts: Texts) -> Mapping[str, str]:
    return {
        "member": member_word(item, texts),
        "left": value_of(item.left, texts),
        "right": value_of(item.right, texts),
    }


def _entry(placed: PlacedEntry, texts: Texts) -> Mapping[str, Any]:
    entry = placed.value
    party = entry.counterparty.name if entry.counterparty is not None else None
    return {
        "date": entry.booking_date,
        "amount": amount(entry.amount, texts, currency=True),
        "who": party or "",
        "text": " ".join(entry.remittance),
        "place": _place(placed, texts),
    }


def _place(placed: PlacedEntry, texts: Texts) -> str:
    return texts("compare.place", file=placed.file, n=texts.number(placed.entry))
