"""Statements cut to other periods: chains joined, balances exact, nothing lost."""

from __future__ import annotations

import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from statements.model.account import Account
from statements.model.money import Money
from statements.model.periods import period
from statements.model.statement import Balance, Entry, Statement
from statements.services.periods import cut

IBAN = "FR7616958000011234567890177"
START = datetime.date(2026, 8, 31)
DAY = datetime.timedelta(1)

Entries = list[tuple[int, int]]


def eur(minor: int) -> Money:
    """An amount in euro cents."""
    return Money(minor, "EUR")


def statement(
    first: int, last: int, opening: int, entries: list[tuple[int, int]], number: int | None = None
) -> Statement:
    """A statement of the days ``first`` to ``last`` of the range, with entries (day, amount)."""
    return Statement(
        Account(IBAN, "EUR"),
        Balance(eur(opening), START + (first - 1) * DAY),
        Balance(eur(opening + sum(minor for _, minor in entries)), START + last * DAY),
        tuple(Entry(START + day * DAY, eur(minor)) for day, minor in entries),
        number,
    )


A = statement(1, 5, 100, [(1, 10), (3, -5), (5, 7)], 1)
B = statement(6, 9, 112, [(7, 20)], 2)


def test_days_chain_without_a_gap() -> None:
    """Every day has its statement, the empty ones too; each opens with the closing of the one before."""
    outcome = cut([A, B], since=None, until=None, every="day")
    assert [item.id for item in outcome.findings] == ["CNV-007"]
    days = outcome.value
    assert len(days) == 9
    assert [len(item.entries) for item in days] == [1, 0, 1, 0, 1, 0, 1, 0, 0]
    assert days[0].opening == A.opening
    assert days[-1].closing == B.closing
    for before, after in pairwise(days):
        assert before.closing == after.opening


def test_all_joins_a_chain() -> None:
    """Two statements that follow one another become one, whatever their order in the source."""
    for order in ([A, B], [B, A]):
        (whole,) = cut(order, since=None, until=None, every="all").value
        assert (whole.opening, whole.closing) == (A.opening, B.closing)
        assert whole.entries == A.entries + B.entries
        assert whole.number is None


def test_a_period_that_is_already_so_stays_itself() -> None:
    """A statement of exactly the period asked for keeps its number."""
    assert cut([A], since=None, until=None, every="all").value == (A,)
    assert cut([A], since=None, until=None, every="all").findings == ()


def test_since_and_until_move_the_balances() -> None:
    """Entries before the range move its opening balance; those after it are left out."""
    (part,) = cut([A, B], since=START + 2 * DAY, until=START + 6 * DAY, every="all").value
    assert part.opening == Balance(eur(110), START + 1 * DAY)
    assert part.closing == Balance(eur(112), START + 6 * DAY)
    assert [entry.amount.minor for entry in part.entries] == [-5, 7]


def test_a_gap_is_told_and_kept_apart() -> None:
    """Statements that do not follow one another are not joined."""
    later = statement(20, 21, 500, [(20, 1)])
    outcome = cut([A, later], since=None, until=None, every="all")
    assert [item.id for item in outcome.findings] == ["CNV-006"]
    assert outcome.value == (A, later)


def test_without_balances_nothing_can_be_cut() -> None:
    """An MT942 or a cut message has no balances: an error, no statement."""
    bare = Statement(Account(IBAN, "EUR"), None, None, A.entries)
    outcome = cut([bare], since=None, until=None, every="day")
    assert [item.id for item in outcome.findings] == ["CNV-005"]
    assert outcome.value == ()


def test_an_entry_dated_outside_its_statement_stays_with_it() -> None:
    """Banks date entries before the period: it then counts on the first day."""
    odd = statement(5, 6, 100, [(1, 3), (9, 4)])
    days = cut([odd], since=None, until=None, every="day").value
    assert [[entry.amount.minor for entry in day.entries] for day in days] == [[3], [4]]


def test_period() -> None:
    """First and last day, from the balances or the entries."""
    assert period(A) == (START + DAY, START + 5 * DAY)
    assert period(Statement(Account(IBAN))) is None
    assert period(Statement(Account(IBAN), entries=A.entries)) == (START + DAY, START + 5 * DAY)
    only = Statement(Account(IBAN), opening=A.opening)
    assert period(only) == (START, START)
    same_day = Statement(Account(IBAN), Balance(eur(1), START), Balance(eur(1), START))
    assert period(same_day) == (START, START)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(-500, 500)), max_size=12),
    st.sampled_from(["day", "month", "all"]),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_nothing_is_lost(entries: list[tuple[int, int]], every: str, since: int, until: int) -> None:
    """The entries of the range are all there, once, in order of their day, and every balance adds up."""
    whole = statement(1, 40, 1_000, sorted(entries, key=lambda item: item[0]))
    parts = cut([whole], since=START + since * DAY, until=START + until * DAY, every=every).value
    inside = [entry for entry in whole.entries if START + since * DAY <= entry.booking_date <= START + until * DAY]
    assert [entry for part in parts for entry in part.entries] == inside
    for part in parts:
        assert part.opening is not None
        assert part.closing is not None
        assert part.opening.amount.minor + sum(e.amount.minor for e in part.entries) == part.closing.amount.minor
    for before, after in pairwise(parts):
        assert before.closing == after.opening
