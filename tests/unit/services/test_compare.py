"""Two sets of statements: what only one side has, what differs, and what is no difference."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from statements import convert
from statements.model.account import Party
from statements.model.money import Money
from statements.model.statement import Entry, References, Statement
from statements.services.compare import AccountComparison, compare, members
from statements.services.sources import ReadSource, sources
from tests.build import DAY, entry, statement
from tests.strategies import FITTING_ENTRIES, FRENCH_IBANS, statements

FITTING = statements(FITTING_ENTRIES, accounts=FRENCH_IBANS)
RICH = entry(
    -12_345,
    counterparty=Party("Crêperie de l'Île", "FR7616958000019999999999931", None, "beneficiary"),
    remittance=("Facture 12 du 3 septembre",),
    references=References(bank_reference="QABCDEFGHIJKLMNO", end_to_end_id="E2E-1"),
)


def of(*statements: Statement, name: str = "json") -> ReadSource:
    """A file of our own form that holds these statements."""
    return ReadSource((name,), "json", (name,), statements)


def only(left: Statement, right: Statement) -> AccountComparison:
    """The one account of two statements."""
    (made,) = compare([of(left, name="a")], [of(right, name="b")]).accounts
    return made


@pytest.mark.parametrize("first", ["mt940", "cfonb120", "json"])
@pytest.mark.parametrize("second", ["mt940", "cfonb120", "json"])
def test_what_a_format_cannot_say_is_no_difference(first: str, second: str) -> None:
    """One statement written in two formats is the same on both sides, though CFONB-120 has no accents and no BIC."""
    one = statement(RICH, entry(5_000, remittance=("Loyer",)), number=7, sequence=1)
    left, right = (sources([(name, convert([one], to=name).value[0].content)]) for name in (first, second))
    made = compare(left, right)
    assert [account.pairs for account in made.accounts] == [()]
    assert made.same
    assert made.accounts[0].matched == 2


@pytest.mark.parametrize("target", ["mt940", "cfonb120"])
@pytest.mark.parametrize(
    ("member", "changed"),
    [
        ("remittance", {"remittance": ("Facture 13 du 3 septembre",)}),
        ("value_date", {"value_date": DAY + timedelta(days=1)}),
        ("counterparty.name", {"counterparty": Party("Menuiserie Dufour", None, None, "beneficiary")}),
        ("references.end_to_end_id", {"references": References("QABCDEFGHIJKLMNO", None, "E2E-2")}),
    ],
)
def test_what_both_can_say_is_told(target: str, member: str, changed: dict[str, object]) -> None:
    """A difference is seen through a format, and it alone."""
    one, other = statement(RICH), statement(msgspec.structs.replace(RICH, **changed))
    made = compare([of(one)], sources([("b", convert([other], to=target).value[0].content)]))
    (pair,) = made.accounts[0].pairs
    assert member in {item.member for item in pair.differences}
    assert {item.member.partition(".")[0] for item in pair.differences} == {member.partition(".")[0]}


def test_what_only_one_side_has() -> None:
    """An entry that is missing is told on the side that has it, and balances of the same day differ."""
    made = only(statement(entry(100), RICH), statement(entry(100)))
    assert ([item.value for item in made.only_left], made.only_right, made.matched) == ([RICH], (), 1)
    assert [item.member for item in made.balances] == ["closing 2026-09-03"]
    assert made.left
    assert not made.same


def test_a_changed_amount_is_a_difference_when_the_reference_is_the_same() -> None:
    """Neither lost nor new: the same entry, with another amount or on another day."""
    changed = msgspec.structs.replace(RICH, amount=Money(-12_354, "EUR"), booking_date=DAY - timedelta(days=1))
    (pair,) = only(statement(RICH), statement(changed)).pairs
    assert {item.member for item in pair.differences} == {"amount", "booking_date"}


def test_accounts_of_one_side_only() -> None:
    """An account that the other side does not have is told, even without entries."""
    made = compare([of(statement())], [])
    assert [(account.left, account.right, account.same) for account in made.accounts] == [(True, False, False)]


def test_twins_are_matched_by_their_texts() -> None:
    """Several entries of one day and amount: each finds its own, in whatever order."""
    twins = [entry(500, remittance=(f"Loyer {number}",)) for number in range(6)]
    made = only(statement(*twins), statement(*reversed(twins)))
    assert made.same
    assert made.matched == 6


def test_periods_may_be_cut_differently() -> None:
    """Two days against the statement of both: the same."""
    first, second = (
        statement(entry(100, DAY)),
        statement(entry(50, DAY + timedelta(days=1)), day=DAY + timedelta(days=1), opening_minor=100_100),
    )
    both = msgspec.structs.replace(first, entries=(*first.entries, *second.entries), closing=second.closing)
    assert compare([of(first, second)], [of(both)]).same


def test_many_entries_of_one_day_and_amount_take_linear_time() -> None:
    """4,000 equal entries against 4,000 others are matched by looking up, not by trying all pairs."""
    left = [entry(1, remittance=(f"a{number}",)) for number in range(4_000)]
    right = [entry(1, remittance=(f"b{number}",)) for number in range(4_000)]
    assert only(statement(*left), statement(*right)).matched == 4_000


def test_members_are_told_by_name() -> None:
    """Every member that is there, none that is not."""
    assert members(RICH)["counterparty.iban"] == "FR7616958000019999999999931"
    assert members(Entry(date(2026, 9, 3), Money(1, "EUR"))) == {"booking_date": "2026-09-03", "amount": "0.01"}


@given(FITTING, st.data())
def test_a_statement_is_the_same_as_itself_in_another_format(one: Statement, data: st.DataObject) -> None:
    """Whatever fits both formats: written in two of them, nothing differs; without one entry, that entry does."""
    # MT940 respells the slash that opens a name; the reference that CFONB-120 makes of the entry is then another one.
    assume(not any(each.counterparty and (each.counterparty.name or "").startswith("/") for each in one.entries))
    names = data.draw(st.permutations(["mt940", "cfonb120", "json"]))[:2]
    left, right = (convert([one], to=name).value for name in names)
    if not left or not right:
        return
    read = [sources([(name, made[0].content)]) for name, made in zip(names, (left, right), strict=True)]
    assert compare(*read).same
    if one.entries:
        at = data.draw(st.integers(0, len(one.entries) - 1))
        kept = tuple(item for place, item in enumerate(read[0][0].statements[0].entries) if place != at)
        cut = msgspec.structs.replace(read[0][0].statements[0], entries=kept)
        made = compare([msgspec.structs.replace(read[0][0], statements=(cut,))], read[1])
        assert sum(len(account.only_right) for account in made.accounts) == 1
