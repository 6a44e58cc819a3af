"""The calendar of an account: what is covered, what is missing, what does not agree."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements import convert
from statements.model.account import Account
from statements.model.money import Money
from statements.model.statement import Balance, Statement
from statements.services.series import Calendar, Days, Expect, series
from statements.services.sources import ReadSource, sources
from tests.build import IBAN, entry, statement

FIRST = date(2026, 10, 1)


def of(*statements: Statement, name: str = "a") -> ReadSource:
    """A file that holds these statements."""
    return ReadSource((name,), "json", (name,), statements)


def calendar(*statements: Statement, expect: Expect | None = None) -> Calendar:
    """The one calendar of these statements, each in a file of its own, named a, b, c …"""
    files = [of(item, name=chr(ord("a") + at)) for at, item in enumerate(statements)]
    (made,) = series(files, expect).calendars
    return made


def chain(*minors: int, first: date = FIRST) -> list[Statement]:
    """Statements of one day each that follow one another; 0 stands for a day without an entry."""
    made, balance = [], 100_000
    for at, minor in enumerate(minors):
        day = first + timedelta(days=at)
        made.append(statement(*([entry(minor, day)] if minor else []), day=day, opening_minor=balance))
        balance += minor
    return made


def kinds(made: Calendar) -> list[str]:
    """The kinds of all issues, in order."""
    return [issue.kind for issue in made.issues]


def test_days_that_follow_one_another_are_complete() -> None:
    """In whatever order the files are given."""
    days = chain(100, -50, 0, 70)
    made = calendar(*reversed(days))
    assert (made.issues, made.quiet, made.days) == ((), (), Days(FIRST, FIRST + timedelta(days=3)))
    assert [piece.file for piece in made.pieces] == ["d", "c", "b", "a"]
    assert series([of(*days)]).ok


def test_a_gap_says_its_days_and_what_moved() -> None:
    """From 1 to 5 October with two days left out: those two days, and the sum of what they moved."""
    days = chain(100, -50, 700, 30, 20)
    made = calendar(days[0], *days[3:])
    (issue,) = made.issues
    assert (issue.kind, issue.days, issue.difference) == (
        "gap",
        Days(date(2026, 10, 2), date(2026, 10, 3)),
        Money(650, "EUR"),
    )
    assert issue.before is not None
    assert issue.after is not None
    assert (issue.before.file, issue.after.file) == ("a", "b")
    (month,) = made.months()
    assert "".join(mark[0] for mark in month.marks[:6]) == "cmmcco"


def test_days_without_movement_are_no_gap() -> None:
    """Where the balance stayed the same, a bank may well have sent nothing; ``expect`` says that it should have."""
    days = chain(100, 0, 0, 30)
    made = calendar(days[0], days[3])
    assert (made.issues, made.quiet) == ((), (Days(date(2026, 10, 2), date(2026, 10, 3)),))
    expected = calendar(days[0], days[3], expect="day")
    # 3 October 2026 is a Saturday.
    assert [(issue.kind, issue.days) for issue in expected.issues] == [
        ("expected", Days(date(2026, 10, 2), date(2026, 10, 2)))
    ]


@pytest.mark.parametrize(("numbers", "missing"), [((7, 8), False), ((7, 9), True), ((26274, 26276), False)])
def test_a_number_left_out_makes_a_gap(numbers: tuple[int, int], missing: bool) -> None:
    """The same balance, but a number is skipped: a statement is missing. Numbers made of the day say nothing."""
    days = chain(100, 0, 30)
    ends = [
        msgspec.structs.replace(item, number=number) for item, number in zip((days[0], days[2]), numbers, strict=True)
    ]
    assert kinds(calendar(*ends)) == (["gap"] if missing else [])


def test_balances_that_do_not_follow_one_another() -> None:
    """The next day opens with something else."""
    first, second = chain(100, 50)
    assert second.opening is not None
    assert second.closing is not None
    moved = msgspec.structs.replace(
        second,
        opening=Balance(second.opening.amount + Money(5, "EUR"), second.opening.date),
        closing=Balance(second.closing.amount + Money(5, "EUR"), second.closing.date),
    )
    (issue,) = calendar(first, moved).issues
    assert (issue.kind, issue.found, issue.expected, issue.difference) == (
        "chain",
        "1001.05",
        "1001.00",
        Money(5, "EUR"),
    )


def test_the_same_content_in_another_format_is_no_fault() -> None:
    """An MT940 and a CFONB-120 of one month say the same: one of them counts, and the other is named."""
    one = statement(entry(1_000), entry(-250))
    files = [(name, convert([one], to=name).value[0].content) for name in ("mt940", "cfonb120", "json")]
    made = series(sources(files))
    (calendar,) = made.calendars
    assert made.ok
    files_named = {piece.file for pair in calendar.also for piece in pair}
    assert (len(calendar.pieces), len(calendar.also), files_named) == (1, 2, {"mt940", "cfonb120", "json"})


def test_the_same_content_in_the_same_format_is_given_twice() -> None:
    """Other bytes, the same statement: it would be booked twice."""
    data = convert([statement(entry(1_000))], to="mt940").value[0].content
    made = series(sources([("a", data), ("b", data.replace(b"\r\n", b"\n"))]))
    assert kinds(made.calendars[0]) == ["repeated"]
    assert len(made.calendars[0].pieces) == 1


def test_the_same_bytes_are_told_as_a_file() -> None:
    """Two names for one file: told once, counted once."""
    data = convert([statement(entry(1_000))], to="json").value[0].content
    made = series(sources([("a", data), ("b", data)]))
    assert made.repeated == (("b", "a"),)
    assert not made.ok
    assert len(made.calendars[0].pieces) == 1
    assert not made.calendars[0].issues


def test_overlaps_are_told_but_not_two_statements_of_one_day() -> None:
    """Several statements of one day are usual; days that two statements claim are not."""
    morning, evening = chain(100, 50)
    assert evening.closing is not None
    assert evening.opening is not None
    same_day = msgspec.structs.replace(
        evening,
        opening=Balance(evening.opening.amount, FIRST - timedelta(days=1)),
        closing=Balance(evening.closing.amount, FIRST),
    )
    assert calendar(same_day, morning).issues == ()
    week = statement(entry(10), day=FIRST + timedelta(days=6), opening_minor=100_100)
    week = msgspec.structs.replace(week, opening=Balance(Money(100_100, "EUR"), FIRST - timedelta(days=1)))
    days = chain(100, 0, 0, first=FIRST)
    made = calendar(days[1], days[2], week)
    assert "overlap" in kinds(made)
    (month,) = made.months()
    assert "twice" in month.marks


def test_numbers_out_of_order() -> None:
    """A number goes down within a year; at the turn of the year it may."""
    days = [msgspec.structs.replace(item, number=number) for item, number in zip(chain(1, 2), (5, 4), strict=True)]
    assert kinds(calendar(*days)) == ["number"]
    turn = chain(1, 2, first=date(2026, 12, 31))
    assert (
        kinds(calendar(*(msgspec.structs.replace(item, number=n) for item, n in zip(turn, (5, 1), strict=True)))) == []
    )


def test_a_statement_that_does_not_add_up() -> None:
    """Its own difference is told as well."""
    one = statement(entry(100))
    assert one.closing is not None
    wrong = msgspec.structs.replace(one, closing=Balance(one.closing.amount + Money(1, "EUR"), one.closing.date))
    (issue,) = calendar(wrong).issues
    assert (issue.kind, issue.difference) == ("sum", Money(1, "EUR"))


def test_currencies_of_one_account_are_two_series() -> None:
    """And accounts are told apart; a Monegasque IBAN is the French one of the same RIB."""
    euros, dollars = statement(entry(1)), statement(day=date(2026, 9, 9), account=Account(IBAN, "USD"))
    dollars = msgspec.structs.replace(
        dollars, opening=Balance(Money(5, "USD"), date(2026, 9, 8)), closing=Balance(Money(5, "USD"), date(2026, 9, 9))
    )
    made = series([of(euros, dollars)])
    assert [(item.account, item.currency) for item in made.calendars] == [(IBAN, "EUR"), (IBAN, "USD")]
    assert made.ok


def test_months_are_expected_by_their_last_bank_day() -> None:
    """September and November are there; October, and the end of the account that stopped, are told."""

    def month(first: date, last: date) -> Statement:
        one = statement(day=last, opening_minor=1)
        return msgspec.structs.replace(one, opening=Balance(Money(1, "EUR"), first - timedelta(days=1)))

    september = month(date(2026, 9, 1), date(2026, 9, 30))
    november = month(date(2026, 11, 1), date(2026, 11, 30))
    made = calendar(september, november, expect="month")
    assert [(issue.kind, issue.expected, issue.days) for issue in made.issues] == [
        ("expected", "2026-10", Days(date(2026, 10, 1), date(2026, 10, 31)))
    ]
    other = msgspec.structs.replace(september, account=Account("DE89370400440532013000", "EUR"))
    both = series([of(september, november, other)], "month").calendars
    assert [[issue.expected for issue in item.issues] for item in both] == [["2026-10", "2026-11"], ["2026-10"]]


def test_reports_without_balances_belong_to_no_series() -> None:
    """An MT942 is counted and takes part in nothing."""
    interim = statement(entry(1), opening=None, closing=None)
    made = calendar(interim)
    assert (made.interim, made.pieces, made.issues, list(made.months())) == (1, (), (), [])


@given(st.lists(st.integers(-9_999, 9_999), min_size=2, max_size=40), st.data())
def test_what_is_left_out_is_what_is_missing(minors: list[int], data: st.DataObject) -> None:
    """Of a sound chain of days any are left out: covered, quiet and missing days are those of the truth."""
    days = chain(*minors)
    kept = sorted(data.draw(st.sets(st.integers(0, len(days) - 1), min_size=1)))
    made = calendar_of([days[at] for at in data.draw(st.permutations(kept))])
    missing: set[date] = set()
    quiet: set[date] = set()
    for at, following in pairwise(kept):
        hole = {FIRST + timedelta(days=number) for number in range(at + 1, following)}
        (missing if sum(minors[at + 1 : following]) else quiet).update(hole)
    found = {"missing": set[date](), "quiet": set[date](), "covered": set[date]()}
    for month in made.months():
        for number, mark in enumerate(month.marks):
            if mark != "outside":
                found[mark].add(month.first + timedelta(days=number))
    assert found == {"missing": missing, "quiet": quiet, "covered": {FIRST + timedelta(days=at) for at in kept}}
    moved = sum(issue.difference.minor for issue in made.issues if issue.difference is not None)
    assert moved == sum(sum(minors[at + 1 : following]) for at, following in pairwise(kept))


def calendar_of(statements: list[Statement]) -> Calendar:
    """The calendar of statements in one file."""
    (made,) = series([of(*statements)]).calendars
    return made
