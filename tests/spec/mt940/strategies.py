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


@st.composite
def ibans(draw: st.DrawFn) -> str:
    bban = draw(st.text("0123456789", min_size=18, max_size=18))
    return f"DE{check_digits('DE', bban)}{bban}"


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


@st.composite
def entries(draw: st.DrawFn, currency: str, days: st.SearchStrategy[datetime.date]) -> Entry:
    swift = st.sampled_from([None, "NTRF", "NMSC", "FCHG", "S103", "NZZZ", "N426", "NOV ", "x"])
    return Entry(
        draw(days),
        Money(draw(st.integers(-(10**9), 10**9).filter(bool)), currency),
        draw(maybe(days)),
        draw(st.booleans()),
        OperationCodes(draw(st.sampled_from([None, "05", "28", "B1", "ZZ"])), draw(swift)),
        draw(references()),
        draw(maybe(parties())),
        tuple(draw(st.lists(texts(80), max_size=2))),
        draw(maybe(originals())),
        draw(details()),
    )


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    """One account and period whose balances add up."""
    currency = draw(st.sampled_from(["EUR", "EUR", "JPY", "TND"]))
    opening_day = draw(st.dates(datetime.date(1990, 1, 1), datetime.date(2070, 1, 1)))
    closing_day = opening_day + datetime.timedelta(days=draw(st.sampled_from([1, 7, 30, 31, 365])))
    days = st.dates(opening_day, closing_day)
    chosen = tuple(draw(st.lists(entries(currency, days), max_size=4)))
    opening = draw(st.integers(-(10**9), 10**9))
    closing = opening + sum(entry.amount.minor for entry in chosen)
    account = draw(st.one_of(ibans().map(Account), st.sampled_from([Account(other="12345678/1020304050")])))
    return Statement(
        account,
        Balance(Money(opening, currency), opening_day),
        Balance(Money(closing, currency), closing_day),
        chosen,
        draw(maybe(st.integers(1, 99_999))),
        draw(st.sampled_from([None, 1, 3])),
        draw(maybe(st.just(Balance(Money(closing, currency), closing_day)))),
        (),
    )
