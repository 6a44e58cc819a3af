"""A series of statements: for each account and currency which days are covered, what is missing, what does not agree.

Statements come from any number of files in any mix of formats. Nothing is compared but what every format says: days,
balances, sums, numbers.

>>> series(()).ok
True
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal

import msgspec

from statements.findings import Finding, Location, Report
from statements.formats import register
from statements.model.figures import Figures, figures
from statements.model.money import Money
from statements.reference.target import is_target_day
from statements.rules import Severity
from statements.services.rules import finding
from statements.services.sources import ReadSource, account_key
from statements.services.validate import figures_of

Expect = Literal["day", "month"]
Kind = Literal["gap", "chain", "overlap", "repeated", "number", "sum", "expected"]
Mark = Literal["covered", "twice", "quiet", "missing", "outside"]

_DAY = datetime.timedelta(days=1)


class Days(msgspec.Struct, frozen=True):
    """A stretch of days, both ends within it."""

    first: datetime.date
    last: datetime.date

    @property
    def count(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


class SeriesStatement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement of the series, by its figures, with the file that holds it and its place there (from 1)."""

    file: str
    format: str = ""
    statement: int
    days: Days
    opening: Money | None = None
    closing: Money | None = None
    number: str | None = None
    entries: int = 0
    sums: tuple[int, int] = (0, 0)
    """Credits and debits in minor units."""
    difference: Money | None = None
    """Stated minus computed closing balance, where that is not nothing."""

    @property
    def content(self) -> tuple[object, ...]:
        """What is the same in every format that says the same: days, balances, counts and sums."""
        return self.days, self.opening, self.closing, self.entries, self.sums


class Issue(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is missing or does not agree. ``before`` and ``after`` are the statements on both sides."""

    kind: Kind
    days: Days | None = None
    before: SeriesStatement | None = None
    after: SeriesStatement | None = None
    found: str | None = None
    expected: str | None = None
    difference: Money | None = None
    """What the days of a gap moved, or by how much two balances differ."""


class Month(msgspec.Struct, frozen=True):
    """One line of the calendar: a mark for each day of the month."""

    first: datetime.date
    marks: tuple[Mark, ...]

    def count(self, *marks: Mark) -> int:
        """How many days have one of the marks."""
        return sum(mark in marks for mark in self.marks)


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """The series of one account and currency. ``days`` go from the first statement to the last.

    ``pieces`` are in the order of their days, statements given twice left out. ``quiet`` are days without a statement
    over which the balance stayed the same: nothing moved, as far as the balances can tell. ``interim`` counts reports
    without balances (MT942), which belong to no series.
    """

    account: str
    currency: str
    days: Days | None
    pieces: tuple[SeriesStatement, ...]
    quiet: tuple[Days, ...] = ()
    issues: tuple[Issue, ...] = ()
    also: tuple[tuple[SeriesStatement, SeriesStatement], ...] = ()
    """Statements that say in another format what one before them says."""
    interim: int = 0

    def months(self) -> Iterator[Month]:
        """A line for each month from the first day to the last."""
        if self.days is None:
            return
        marks: dict[datetime.date, Mark] = {}
        for piece in self.pieces:
            for day in _each(piece.days):
                marks[day] = "covered"
        for issue in self.issues:
            if issue.days is not None:
                word: Mark = "twice" if issue.kind == "overlap" else "missing"
                marks.update((day, word) for day in _each(issue.days) if word == "twice" or day not in marks)
        for days in self.quiet:
            for day in _each(days):
                marks.setdefault(day, "quiet")
        for first in _months(self.days):
            yield Month(first, tuple(marks.get(day, "outside") for day in _each(_month(first))))


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """All calendars, the files given twice (each with the one before it), and what reading found."""

    calendars: tuple[Calendar, ...] = ()
    repeated: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing is missing, all agrees, and every file could be read without an error."""
        errors = any(item.severity is Severity.ERROR for item in self.findings)
        return not self.repeated and not errors and not any(calendar.issues for calendar in self.calendars)


def series(sources: Sequence[ReadSource], expect: Expect | None = None) -> Series:
    """The calendars of the statements of many files.

    ``expect`` says what should be there: ``day``, a statement that covers each day on which the banks work; ``month``,
    one that goes to the last such day of each month. Either way up to the last day of the whole series.
    """
    first_with: dict[str, str] = {}
    repeated: list[tuple[str, str]] = []
    pieces: list[tuple[Figures, tuple[str, str], int]] = []
    for source in sources:
        known = []
        for name, digest in zip(source.files, source.sha256, strict=True):
            if digest in first_with:
                repeated.append((name, first_with[digest]))
            known.append(digest in first_with)
            first_with.setdefault(digest, name)
        if not all(known):
            pieces += [
                (figures(item), (source.name, source.format), at) for at, item in enumerate(source.statements, 1)
            ]
    findings = tuple(item for source in sources for item in source.findings)
    return Series(calendars=calendars(pieces, expect), repeated=tuple(repeated), findings=findings)


def calendars(
    pieces: Iterable[tuple[Figures, tuple[str, str], int]], expect: Expect | None = None
) -> tuple[Calendar, ...]:
    """The calendar of each account and currency, from figures with their file, its format, and their place in it."""
    groups: dict[tuple[str, str], list[SeriesStatement]] = {}
    names: dict[tuple[str, str], str] = {}
    interim: dict[tuple[str, str], int] = {}
    for sums, file, at in pieces:
        key = (account_key(sums.account), sums.currency or "")
        names.setdefault(key, sums.account)
        made = _piece(sums, file, at)
        if made is None:
            interim[key] = interim.get(key, 0) + 1
        else:
            groups.setdefault(key, []).append(made)
    last = max((piece.days.last for group in groups.values() for piece in group), default=None)
    return tuple(
        _calendar(names[key], key[1], groups.get(key, []), interim.get(key, 0), expect, last)
        for key in sorted(names, key=lambda key: (names[key], key[1]))
    )


def _piece(sums: Figures, file: tuple[str, str], at: int) -> SeriesStatement | None:
    days = sums.days
    if days is None or (sums.opening is None and sums.closing is None):
        return None
    return SeriesStatement(
        file=file[0],
        format=file[1],
        statement=at,
        days=Days(*days),
        opening=sums.opening,
        closing=sums.closing,
        number=sums.number,
        entries=sums.entries,
        sums=(
            sums.credit_sum.minor if sums.credit_sum is not None else 0,
            sums.debit_sum.minor if sums.debit_sum is not None else 0,
        ),
        difference=sums.difference if sums.difference is not None and sums.difference.minor else None,
    )


def _calendar(
    account: str,
    currency: str,
    group: list[SeriesStatement],
    interim: int,
    expect: Expect | None,
    last: datetime.date | None,
) -> Calendar:
    issues: list[Issue] = []
    quiet: list[Days] = []
    also: list[tuple[SeriesStatement, SeriesStatement]] = []
    kept: list[SeriesStatement] = []
    seen: dict[tuple[object, ...], SeriesStatement] = {}
    for piece in _ordered(group):
        twin = seen.setdefault(piece.content, piece)
        if twin is not piece:
            if twin.format == piece.format:
                issues.append(Issue(kind="repeated", before=twin, after=piece))
            else:
                also.append((twin, piece))
            continue
        if piece.difference is not None:
            issues.append(Issue(kind="sum", after=piece, difference=piece.difference))
        if kept:
            # What reaches furthest, so that a long statement is not forgotten behind a short one.
            before = max(kept[-2:], key=lambda item: item.days.last)
            issues.extend(_between(before, piece, quiet))
        kept.append(piece)
    days = None
    if kept:
        days = Days(kept[0].days.first, max(piece.days.last for piece in kept))
        if expect is not None and last is not None:
            days = Days(days.first, max(days.last, last))
            issues.extend(_expected(kept, days, expect))
    return Calendar(
        account=account,
        currency=currency,
        days=days,
        pieces=tuple(kept),
        quiet=tuple(quiet),
        issues=tuple(issues),
        also=tuple(also),
        interim=interim,
    )


def _ordered(group: Iterable[SeriesStatement]) -> list[SeriesStatement]:
    """By days; several of one day by number, and where that does not tell, so that the balances follow one another."""
    ordered: list[SeriesStatement] = []
    by_days = sorted(group, key=lambda item: (item.days.last, item.days.first, _number(item) or (0, 0)))
    for _, same in groupby(by_days, key=lambda item: (item.days, _number(item))):
        ordered.extend(_linked(list(same), ordered[-1].closing if ordered else None))
    return ordered


def _linked(same: list[SeriesStatement], balance: Money | None) -> Iterator[SeriesStatement]:
    """Statements of the same days, each followed by one that opens with what it closed with, as far as there is one."""
    if len(same) == 1:
        yield from same
        return
    closings = {item.closing for item in same if item.closing != item.opening}
    # First those that no other leads to.
    waiting = dict(enumerate(sorted(same, key=lambda item: item.opening in closings)))
    by_opening: dict[Money | None, list[int]] = {}
    for at in reversed(waiting):
        by_opening.setdefault(waiting[at].opening, []).append(at)
    while waiting:
        follows = by_opening.get(balance)
        at = follows.pop() if follows else next(iter(waiting))
        piece = waiting.pop(at, None)
        if piece is not None:
            yield piece
            balance = piece.closing


def _number(piece: SeriesStatement) -> tuple[int, int] | None:
    """Statement number and page; ``None`` for a text that is none."""
    number, _, page = (piece.number or "").partition("/")
    if not (number.isdecimal() and number.isascii() and len(number) < 10):
        return None
    return int(number), int(page) if page.isdecimal() and page.isascii() and len(page) < 10 else 0


def _between(before: SeriesStatement, after: SeriesStatement, quiet: list[Days]) -> Iterator[Issue]:
    """What lies between two statements that follow one another; days without movement go to ``quiet``."""
    closing, opening = before.closing, after.opening
    difference = None
    if closing is not None and opening is not None and closing.currency == opening.currency:
        difference = opening - closing
    agree = difference is not None and difference.minor == 0
    moved = None if agree else difference
    if after.days.first > before.days.last + _DAY:
        hole = Days(before.days.last + _DAY, after.days.first - _DAY)
        if agree and not _skipped(before, after):
            quiet.append(hole)
        else:
            numbers = {"found": after.number, "expected": before.number} if agree else {}
            yield Issue(kind="gap", days=hole, before=before, after=after, difference=difference, **numbers)
    elif after.days.first <= before.days.last and not (agree and after.days.first >= before.days.last):
        # One shared day whose balances follow one another is a day of several statements.
        shared = Days(max(after.days.first, before.days.first), min(before.days.last, after.days.last))
        yield Issue(kind="overlap", days=shared, before=before, after=after)
    elif moved is not None:
        yield Issue(
            kind="chain",
            before=before,
            after=after,
            found=None if opening is None else opening.text,
            expected=None if closing is None else closing.text,
            difference=moved,
        )
    mine, theirs = _number(before), _number(after)
    if mine is not None and theirs is not None and before.days.last.year == after.days.last.year and theirs <= mine:
        yield Issue(kind="number", before=before, after=after, found=after.number, expected=before.number)


def _skipped(before: SeriesStatement, after: SeriesStatement) -> bool:
    """Whether a statement number is left out between two statements of a year. Numbers that are days say nothing."""
    mine, theirs = _number(before), _number(after)
    if mine is None or theirs is None or before.days.last.year != after.days.last.year:
        return False
    of_days = all(
        number % 1000 == piece.days.last.timetuple().tm_yday for (number, _), piece in ((mine, before), (theirs, after))
    )
    return theirs[0] > mine[0] + 1 and not of_days


def _expected(pieces: Sequence[SeriesStatement], days: Days, expect: Expect) -> Iterator[Issue]:
    """The bank days, or the months by their last bank day, that no statement covers; each stretch is told once."""
    covered = {day for piece in pieces for day in _each(piece.days)}
    if expect == "month":
        for first in _months(days):
            month = _month(first)
            working = [day for day in _each(month) if is_target_day(day)]
            if working and working[-1] not in covered:
                rest = [day for day in _each(month) if day not in covered and day >= days.first]
                yield Issue(kind="expected", days=Days(rest[0], rest[-1]), expected=month.first.strftime("%Y-%m"))
        return
    run: list[datetime.date] = []
    for day in _each(days):
        if day in covered:
            if run:
                yield Issue(kind="expected", days=Days(run[0], run[-1]))
            run = []
        elif is_target_day(day):
            run.append(day)
    if run:
        yield Issue(kind="expected", days=Days(run[0], run[-1]))


def _each(days: Days) -> Iterator[datetime.date]:
    return (datetime.date.fromordinal(at) for at in range(days.first.toordinal(), days.last.toordinal() + 1))


def _months(days: Days) -> Iterator[datetime.date]:
    """The first day of each month that the days touch."""
    first = days.first.replace(day=1)
    while first <= days.last:
        yield first
        last = _month(first).last
        if last == datetime.date.max:
            return
        first = last + _DAY


def _month(first: datetime.date) -> Days:
    if first.month == 12:
        return Days(first, first.replace(day=31))
    return Days(first, first.replace(month=first.month + 1) - _DAY)


def across(reports: Sequence[tuple[str, Report[Any]]], ignored: Iterable[str] = ()) -> list[Report[Any]]:
    """The reports of many files, each with what is missing between it and the file before it of the same account.

    What stands inside one file is told by the rules of its format; here only what no single file can show.
    """
    left_out = frozenset(ignored)
    told = [report for _, report in reports]
    names = [name for name, _ in reports]
    if len(told) < 2:
        return told
    pieces = [
        (sums, (str(at), report.format), number) for at, report in enumerate(told) for number, sums in _listed(report)
    ]
    for calendar in calendars(pieces):
        for issue in calendar.issues:
            before, after = issue.before, issue.after
            if issue.kind not in ("gap", "chain") or before is None or after is None or before.file == after.file:
                continue
            at = int(after.file)
            item = _told(issue, before, after, calendar.account, names[int(before.file)])
            if item.id not in left_out:
                told[at] = _with(told[at], item)
    return told


def _listed(report: Report[Any]) -> Iterator[tuple[int, Figures]]:
    """The figures of a file that is complete by itself; a page of Qonto data is not."""
    row = next((row for row in register.formats() if row.name == report.format), None)
    if row is None or row.holds != "statements" or row.together:
        return iter(())
    return enumerate(figures_of(report), 1)


def _told(issue: Issue, before: SeriesStatement, after: SeriesStatement, account: str, name: str) -> Finding:
    return finding(
        "CNV-030" if issue.kind == "gap" else "CNV-031",
        Location(account=account, statement=after.statement),
        file=name,
        account=account,
        until=before.days.last.isoformat(),
        since=after.days.first.isoformat(),
        days=str(issue.days.count) if issue.days is not None else "0",
        found=after.opening.text if after.opening is not None else "-",
        expected=before.closing.text if before.closing is not None else "-",
    )


def _with(report: Report[Any], item: Finding) -> Report[Any]:
    summary = msgspec.structs.replace(report.summary, warnings=report.summary.warnings + 1)
    return msgspec.structs.replace(report, findings=(*report.findings, item), summary=summary)
