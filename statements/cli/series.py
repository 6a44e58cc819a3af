"""``statements series``: whether the statements of each account follow one another without a gap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from statements.cli.console import FINDINGS, OK, USAGE, UsageFault, json_bytes, out, out_bytes, say
from statements.cli.downloads import read_sources
from statements.cli.files import give_page
from statements.cli.options import LocalCommand, Word
from statements.cli.render.text import concise_line
from statements.cli.texts import Texts
from statements.cli.words import amount, day
from statements.rules import Severity
from statements.services.series import Calendar, Days, Issue, Mark, Month, Series, SeriesStatement, series
from statements.services.sources import ReadSource, sources, unread
from statements.visible import one_line

MARKS: Mapping[Mark, str] = {"covered": "#", "twice": "2", "quiet": "-", "missing": ".", "outside": " "}
"""One sign for each day of a month."""


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(files: tuple[str, ...], expect: str | None, form: str, output: str | None, force: bool) -> int:
        page_only(form, output, texts)
        return _run(files, expect, form, (output, force), texts)

    return LocalCommand(
        texts,
        name="series",
        help=texts("series.help"),
        callback=run,
        params=[
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
            click.Option(["--expect"], type=Word(("day", "month"), texts), help=texts("opt.expect")),
            *page_options(texts),
        ],
    )


def page_options(texts: Texts) -> list[click.Parameter]:
    """How the answer is told; a page may go to a file."""
    forms = Word(("text", "json", "html"), texts)
    return [
        click.Option(["--format", "form"], type=forms, default="text", help=texts("opt.format.show")),
        click.Option(["-o", "--output", "output"], metavar="FILE", help=texts("opt.output.page")),
        click.Option(["--force"], is_flag=True, help=texts("opt.force")),
    ]


def page_only(form: str, output: str | None, texts: Texts) -> None:
    """Raises :class:`UsageFault` when a file is named for something that is no page."""
    if output is not None and form != "html":
        raise UsageFault(texts("error") + texts("page-only", name="-o"))


def _run(files: tuple[str, ...], expect: Any, form: str, target: tuple[str | None, bool], texts: Texts) -> int:
    read = read_statements(files, texts)
    made = series(read, expect)
    if form == "json":
        out_bytes(json_bytes(document(made)))
    elif form == "html":
        from statements.cli.render.html_books import render_series

        give_page(render_series(made, read, texts.lang), *target, files, texts)
    else:
        out(lines(made, texts))
    if any(map(unread, read)):
        return USAGE
    return OK if made.ok else FINDINGS


def read_statements(names: tuple[str, ...], texts: Texts) -> tuple[ReadSource, ...]:
    """The statements of files and folders; what is wrong with a file is said at once."""
    read = sources(read_sources(names, {"accounts": (), "timezone": "Europe/Paris", "until": None}, texts))
    for source in read:
        for item in source.findings:
            if item.severity is not Severity.INFO:
                say(concise_line(item, source.name, texts, remedy=True))
    return read


def lines(made: Series, texts: Texts) -> Iterator[str]:
    """The calendars as a person reads them, one line a month, then what is missing or does not agree."""
    for calendar in made.calendars:
        yield from _calendar(calendar, texts)
        yield ""
    for name, first in made.repeated:
        yield texts("series.same-file", file=one_line(name), first=one_line(first))
    yield result(made, texts)


def result(made: Series, texts: Texts) -> str:
    """All of it in a sentence."""
    count = sum(len(calendar.issues) for calendar in made.calendars) + len(made.repeated)
    if not made.calendars:
        return texts("series.none")
    if count:
        return texts("series.result", issues=texts.count("issue", count))
    return texts("series.complete" if made.ok else "series.unsound")


def _calendar(calendar: Calendar, texts: Texts) -> Iterator[str]:
    head = one_line(f"{calendar.account} {calendar.currency}".strip()) or texts("series.no-account")
    counts = [texts.count("statement", len(calendar.pieces))]
    if calendar.days is not None:
        counts.append(span(calendar.days, texts))
    if calendar.interim:
        counts.append(texts.count("interim", calendar.interim))
    yield head + texts.colon + ", ".join(counts)
    used: dict[Mark, None] = {}
    for month in calendar.months():
        used.update(dict.fromkeys(month.marks))
        marks = "".join(MARKS[mark] for mark in month.marks)
        yield f"  {month_name(month, texts)}  {marks.ljust(31)}  {_held(month, texts)}"
    if used.keys() - {"covered", "outside"}:
        shown = [mark for mark in MARKS if mark in used and mark != "outside"]
        yield "  " + ", ".join(f"{MARKS[mark]} {texts('series.mark.' + mark)}" for mark in shown)
    for issue in calendar.issues:
        yield "  " + sentence(issue, texts)
    for first, second in calendar.also:
        yield "  " + texts("series.also", before=_where(first, texts), after=_where(second, texts))


def month_name(month: Month, texts: Texts) -> str:
    """``2026-09``, in French ``09/2026``."""
    return month.first.strftime("%m/%Y") if texts.lang == "fr" else month.first.strftime("%Y-%m")


def _held(month: Month, texts: Texts) -> str:
    return texts.count("covered", month.count("covered", "twice"), total=len(month.marks))


def span(days: Days, texts: Texts) -> str:
    """``2026-10-16 to 2026-10-19``, or the one day."""
    if days.first == days.last:
        return day(days.first, texts)
    return texts("period", since=day(days.first, texts), until=day(days.last, texts))


def sentence(issue: Issue, texts: Texts) -> str:
    """What an issue says to a person."""
    values: dict[str, Any] = {
        "before": _where(issue.before, texts),
        "after": _where(issue.after, texts),
        "found": texts.number(issue.found or "-"),
        "expected": texts.number(issue.expected or "-"),
        "difference": amount(issue.difference, texts, currency=True),
    }
    if issue.days is not None:
        values["span"] = span(issue.days, texts)
        values["days"] = texts.count("day", issue.days.count)
    key: str = issue.kind
    if issue.kind == "gap":
        key += ".unknown" if issue.difference is None else "" if issue.difference.minor else ".number"
    if issue.kind == "number" or key == "gap.number":
        values.update(found=issue.found, expected=issue.expected)
    return texts("series." + key, **values)


def _where(piece: SeriesStatement | None, texts: Texts) -> str:
    """A statement by its file and its days."""
    return "-" if piece is None else f"{one_line(piece.file)} ({span(piece.days, texts)})"


def document(made: Series) -> dict[str, Any]:
    """The series for a program: amounts as decimal texts, days as ISO 8601."""
    return {
        "ok": made.ok,
        "series": [_calendar_members(calendar) for calendar in made.calendars],
        "repeated_files": [{"file": name, "first": first} for name, first in made.repeated],
    }


def _calendar_members(calendar: Calendar) -> dict[str, Any]:
    return _some(
        {
            "account": calendar.account,
            "currency": calendar.currency,
            **(_days(calendar.days) if calendar.days is not None else {}),
            "statements": [_piece_members(piece) for piece in calendar.pieces],
            "months": [
                {
                    "month": month.first.strftime("%Y-%m"),
                    "days": len(month.marks),
                    "covered": month.count("covered", "twice"),
                    "missing": month.count("missing"),
                    "quiet": month.count("quiet"),
                }
                for month in calendar.months()
            ],
            "quiet": [_days(days) for days in calendar.quiet],
            "also": [{"before": _place(first), "after": _place(second)} for first, second in calendar.also],
            "interim": calendar.interim,
            "issues": [
                _some(
                    {
                        "kind": issue.kind,
                        **(_days(issue.days) if issue.days is not None else {}),
                        "before": _place(issue.before),
                        "after": _place(issue.after),
                        "found": issue.found,
                        "expected": issue.expected,
                        "difference": issue.difference.text if issue.difference is not None else None,
                    }
                )
                for issue in calendar.issues
            ],
        }
    )


def _piece_members(piece: SeriesStatement) -> dict[str, Any]:
    return _some(
        {
            "file": piece.file,
            "statement": piece.statement,
            **_days(piece.days),
            "number": piece.number,
            "opening": piece.opening.text if piece.opening is not None else None,
            "closing": piece.closing.text if piece.closing is not None else None,
            "entries": piece.entries,
        }
    )


def _place(piece: SeriesStatement | None) -> dict[str, Any] | None:
    return None if piece is None else {"file": piece.file, "statement": piece.statement}


def _days(days: Days) -> dict[str, str]:
    return {"first": days.first.isoformat(), "last": days.last.isoformat()}


def _some(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
