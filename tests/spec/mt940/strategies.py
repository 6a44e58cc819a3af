"""Statements that an MT940 can say, for the round-trip properties."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import (
    Balance,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
    Statement,
)
from statements.reference.iban import check_digits

X = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+"
ODD = X + "éÀœ€&@%;<>\n\r\t\u200b\u2019–😀{}"
PIECES = [
    "/EREF/", "/REMI/", "/NAME/", "/ID/", "USTD//", "STRD/", "EREF+", "SVWZ+", "?20", "//", ":61:", "-", " - ", ":",
    "NONREF", "/ORDP/", "Facture", " ",
]  # fmt: skip


def texts(size: int = 60) -> st.SearchStrategy[str]:
    """Free text: plain words, odd characters, and everything a text may pose as."""
    words = st.one_of(st.text(X, min_size=1, max_size=12), st.sampled_from(PIECES), st.text(ODD, max_size=8))
    return st.lists(words, min_size=1, max_size=max(1, size // 6)).map("".join)


def ibans() -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=18, max_size=18).map(lambda bban: f"DE{check_digits('DE', bban)}{bban}")


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def references() -> st.SearchStrategy[References]:
    return st.builds(
        References, maybe(texts(30)), maybe(texts(20)), maybe(texts(30)), maybe(texts(30)), maybe(texts(30))
    )


def parties() -> st.SearchStrategy[Party]:
    return st.builds(
        Party,
        maybe(texts(80)),
        maybe(ibans()),
        maybe(st.sampled_from(["QNTOFRP1XXX", "QNTOFRP1", "DEUTDEFF500"])),
        st.sampled_from([None, "payer", "beneficiary"]),
    )


def details() -> st.SearchStrategy[tuple[Detail, ...]]:
    names = st.sampled_from(["RTRN", "ACCW", "PURP", "ULTD", "ULTC", "GVC", "TRTP", "61.9"])
    return st.lists(st.builds(Detail, names, texts(20)), max_size=4).map(tuple)


def originals() -> st.SearchStrategy[OriginalAmount]:
    amount = st.builds(Money, st.integers(0, 10**11), st.sampled_from(["USD", "JPY", "TND"]))
    return st.builds(OriginalAmount, amount, maybe(st.sampled_from(["1.0834", "0.9", "12"])))


# Strategies are made once: making one in a draw costs more than the draw.
_OFFSETS = st.integers(0, 365)
_ENTRIES = st.tuples(
    _OFFSETS,
    st.integers(-(10**9), 10**9).filter(bool),
    maybe(_OFFSETS),
    st.booleans(),
    st.builds(
        OperationCodes,
        st.sampled_from([None, "05", "28", "B1", "ZZ"]),
        st.sampled_from([None, "NTRF", "NMSC", "FCHG", "S103", "NZZZ", "N426", "NOV ", "x"]),
    ),
    references(),
    maybe(parties()),
    st.lists(texts(80), max_size=2).map(tuple),
    maybe(originals()),
    details(),
)


def _statement(
    currency: str,
    opening_day: datetime.date,
    length: int,
    drawn: list[tuple[Any, ...]],
    opening: int,
    account: Account,
    number: int | None,
    sequence: int | None,
    available: bool,
) -> Statement:
    def day(offset: int | None) -> datetime.date | None:
        return None if offset is None else opening_day + datetime.timedelta(days=offset % (length + 1))

    entries = tuple(
        Entry(day(booked) or opening_day, Money(minor, currency), day(value), *rest)
        for booked, minor, value, *rest in drawn
    )
    closing_day = opening_day + datetime.timedelta(days=length)
    closing = Balance(Money(opening + sum(entry.amount.minor for entry in entries), currency), closing_day)
    balances = Balance(Money(opening, currency), opening_day), closing
    return Statement(account, *balances, entries, number, sequence, closing if available else None, ())


_STATEMENTS = st.builds(
    _statement,
    st.sampled_from(["EUR", "EUR", "JPY", "TND"]),
    st.dates(datetime.date(1990, 1, 1), datetime.date(2070, 1, 1)),
    st.sampled_from([1, 7, 30, 31, 365]),
    st.lists(_ENTRIES, max_size=4),
    st.integers(-(10**9), 10**9),
    st.one_of(ibans().map(Account), st.just(Account(other="12345678/1020304050"))),
    maybe(st.integers(1, 99_999)),
    st.sampled_from([None, 1, 3]),
    st.booleans(),
)


def statements() -> st.SearchStrategy[Statement]:
    """One account and period whose balances add up."""
    return _STATEMENTS
