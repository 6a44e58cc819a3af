"""Independent readers find in our files the counts, sums and balances of the model."""

from __future__ import annotations

import io
from decimal import Decimal

import bankfile
import cfonb
import msgspec
import mt940 as wolph
from hypothesis import given

from statements.formats import cfonb120, mt940
from statements.model.statement import Statement
from tests.strategies import FITTING_ENTRIES, FRENCH_IBANS, WILD_ENTRIES, share, statements

# The peers take milliseconds a file; a quarter of the usual number of examples is enough to meet every kind of entry.
SOME = share(4)


def within_the_year(statement: Statement) -> Statement:
    """The peers read an entry date of 29 February with the year of the value date and fail: here it is the same."""
    entries = tuple(
        msgspec.structs.replace(entry, value_date=None)
        if entry.value_date is not None and entry.value_date.year != entry.booking_date.year
        else entry
        for entry in statement.entries
    )
    return msgspec.structs.replace(statement, entries=entries)


MT940 = statements(FITTING_ENTRIES, accounts=FRENCH_IBANS, max_entries=5).map(within_the_year)
WILD_MT940 = statements(WILD_ENTRIES, accounts=FRENCH_IBANS, max_entries=5).map(within_the_year)


def without_whole_amounts(statement: Statement) -> Statement:
    """python-cfonb divides by zero at a currency without decimals: such original amounts are left out for it."""
    entries = tuple(
        msgspec.structs.replace(entry, original_amount=None)
        if entry.original_amount is not None and entry.original_amount.amount.currency == "KRW"
        else entry
        for entry in statement.entries
    )
    return msgspec.structs.replace(statement, entries=entries)


# For the same reason no statement in yen or Pacific francs.
DECIMAL = ("EUR", "USD", "TND")
CFONB = statements(FITTING_ENTRIES, accounts=FRENCH_IBANS, currencies=DECIMAL, extras=False, max_entries=5).map(
    without_whole_amounts
)
WILD_CFONB = statements(WILD_ENTRIES, accounts=FRENCH_IBANS, currencies=DECIMAL, extras=False, max_entries=5).map(
    without_whole_amounts
)


def amounts(statement: Statement) -> list[Decimal]:
    """The signed amounts of the entries."""
    return [entry.amount.decimal for entry in statement.entries]


def balances(statement: Statement) -> tuple[Decimal, Decimal]:
    """Opening and closing."""
    assert statement.opening is not None
    assert statement.closing is not None
    return statement.opening.amount.decimal, statement.closing.amount.decimal


def check_wolph(data: bytes, statement: Statement) -> None:
    """mt-940: same entries, amounts, dates and balances."""
    parsed = wolph.parse(data.decode("ascii"))
    # The sign of a reversal is a known fault of this peer: its mark is kept, so sizes are compared.
    found = [entry.data for entry in parsed.transactions if "amount" in entry.data]
    assert [abs(one["amount"].amount) for one in found] == [abs(amount) for amount in amounts(statement)]
    # mt-940 takes every year for 20YY, so two digits of it are compared.
    dates = [entry.value_date or entry.booking_date for entry in statement.entries]
    assert [f"{one['date']:%y%m%d}" for one in found] == [f"{day:%y%m%d}" for day in dates]
    opening, closing = balances(statement)
    assert parsed.data["final_opening_balance"].amount.amount == opening
    assert parsed.data["final_closing_balance"].amount.amount == closing


def check_bankfile(data: bytes, statement: Statement) -> None:
    """bankfile: entries, signed amounts, no other account, and balances."""
    parsed = bankfile.parse_bytes(data)
    # A `:61:` in the middle of a text line makes bankfile give no account at all; it never gives another one.
    assert parsed.account in (None, statement.account.iban)
    assert [entry.amount for entry in parsed.transactions] == amounts(statement)
    assert (parsed.opening_balance, parsed.closing_balance) == balances(statement)


def check_python_cfonb(data: bytes, statement: Statement) -> None:
    """python-cfonb: same entries, amounts and balances."""
    (parsed,) = cfonb.StatementReader().parse(io.StringIO(data.decode("ascii").replace("\r\n", "\n")))
    assert [line.amount for line in parsed.lines] == amounts(statement)
    assert (parsed.header.prev_amount, parsed.footer.next_amount) == balances(statement)


@SOME
@given(MT940)
def test_mt940_is_read_by_mt_940(statement: Statement) -> None:
    """mt-940 finds the same count, amounts, value dates and balances."""
    check_wolph(mt940.write([statement]).unwrap(), statement)


@SOME
@given(MT940)
def test_mt940_is_read_by_bankfile(statement: Statement) -> None:
    """bankfile finds the same count, sum and balances."""
    check_bankfile(mt940.write([statement]).unwrap(), statement)


@SOME
@given(WILD_MT940)
def test_wild_mt940_is_read_by_both(statement: Statement) -> None:
    """No text makes a peer see another entry, amount or balance."""
    data = mt940.write([statement]).unwrap()
    check_wolph(data, statement)
    check_bankfile(data, statement)


@SOME
@given(CFONB)
def test_cfonb_is_read_by_python_cfonb(statement: Statement) -> None:
    """python-cfonb finds the same count, amounts and balances."""
    check_python_cfonb(cfonb120.write([statement]).unwrap(), statement)


@SOME
@given(WILD_CFONB)
def test_wild_cfonb_is_read_by_python_cfonb(statement: Statement) -> None:
    """No text makes the peer see another entry, amount or balance."""
    check_python_cfonb(cfonb120.write([statement]).unwrap(), statement)
