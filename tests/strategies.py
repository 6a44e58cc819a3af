"""Hypothesis strategies for statements, derived from the model, the code tables and the layout tables.

Two families: *fitting* statements, in which every text has a place in both formats, so that a round trip must
give them back exactly; and *wild* ones, whose texts are anything that a stranger may type.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from statements.model.account import Account, Party, Role
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
from statements.reference.iban import check_digits, iban_structures, rib_iban
from statements.reference.operations import cfonb_operations, reject_reasons, swift_types

DIGITS = string.digits
CAPITALS = string.ascii_uppercase
LETTERS = string.ascii_letters
SET_X = LETTERS + DIGITS + "/-?:().,'+"
STRICT = CAPITALS + DIGITS + "/-()."
LIMIT = 99_999_999_999_999
"""Fourteen digits of minor units: the ceiling of MT940's 15d and of CFONB's amount zone."""

# Exponents 2, 0, 3 and 4 of ISO 4217.
CURRENCIES = ("EUR", "EUR", "EUR", "USD", "JPY", "XPF", "TND", "CLF")


def words(alphabet: str, *, max_size: int) -> SearchStrategy[str]:
    """Tidy texts of an alphabet: one to ``max_size`` characters, single blanks, none at the ends."""
    return st.text(alphabet + "    ", min_size=1, max_size=max_size).map(lambda text: " ".join(text.split()) or "A")


def references(max_size: int) -> SearchStrategy[str]:
    """Identifiers of letters, digits and the signs that occur in real ones."""
    return st.text(LETTERS + DIGITS + ".+-", min_size=1, max_size=max_size)


def _digits(size: int) -> SearchStrategy[str]:
    return st.integers(0, 10**size - 1).map(lambda number: f"{number:0{size}d}")


def _french(parts: tuple[str, str, str, str]) -> str:
    bank, branch, account, country = parts
    return rib_iban(bank, branch, account, country)


_RIB_ACCOUNTS = _digits(11) | st.text(DIGITS + CAPITALS, min_size=11, max_size=11)
FRENCH_IBANS = st.tuples(_digits(5), _digits(5), _RIB_ACCOUNTS, st.just("FR")).map(_french)
"""IBANs with a right RIB key."""

MONEGASQUE_IBANS = st.tuples(_digits(5), _digits(5), _RIB_ACCOUNTS, st.just("MC")).map(_french)
REGISTERED = sorted(code for code, row in iban_structures().items() if row.status == "registry")


def _of_structure(seed: tuple[str, str, str]) -> str:
    country, digits, capitals = seed
    sources = {"n": digits, "a": capitals, "c": capitals + digits}
    bban = ""
    for count, kind in re.findall(r"([0-9]+)!([nac])", iban_structures()[country].bban):
        pool = sources[kind]
        bban += "".join(pool[(len(bban) + place) % len(pool)] for place in range(int(count)))
    return country + check_digits(country, bban) + bban


IBANS = FRENCH_IBANS | st.tuples(
    st.sampled_from(REGISTERED), _digits(11), st.text(CAPITALS, min_size=7, max_size=7)
).map(_of_structure)
"""IBANs of every registered country, made from its structure."""

BICS = st.sampled_from(["QNTOFRP1XXX", "QNTOFRP1", "BNPAFRPPXXX", "DEUTDEFF500", "ABCDMCM2"])
# The window that both formats can write; value dates may lie almost a year away.
OPENING_DAYS = st.integers(date(1982, 1, 1).toordinal(), date(2058, 12, 31).toordinal()).map(
    date.fromordinal
) | st.sampled_from(
    [
        date(2000, 2, 28),
        date(2024, 2, 28),
        date(2024, 12, 30),
        date(2027, 2, 27),
        date(2026, 12, 31),
        date(1999, 12, 31),
    ]
)
AMOUNTS = (
    st.integers(-500_000, 500_000)
    | st.integers(-(10**13), 10**13)
    | st.sampled_from([0, 1, -1, 10, -10, 99, 100, -100])
)
RATES = st.tuples(st.integers(0, 9999), st.integers(1, 99_999)).map(lambda pair: f"{pair[0]}.{pair[1]}")
ISO_REASONS = sorted({row.iso_reason for row in reject_reasons().values() if row.iso_reason})
SWIFT_TYPES = st.sampled_from(
    ["N" + code for code in sorted(swift_types()) if code.isalnum()] + ["S103", "S940", "FCHG"]
)
CREDITS = sorted(code for code, row in cfonb_operations().items() if row.allows(1))
DEBITS = sorted(code for code, row in cfonb_operations().items() if row.allows(-1))
FOREIGN = st.tuples(st.integers(1, 10**9), st.sampled_from(["GBP", "KRW", "KWD"]))


class EntryParts(NamedTuple):
    """What is drawn for an entry, before its period and currency are known."""

    minor: int
    day: int
    value: int | None
    reversal: bool
    operation: int | None
    swift: str | None
    iso: str | None
    bank_reference: str | None
    customer_reference: str | None
    end_to_end_id: str | None
    mandate_id: str | None
    creditor_id: str | None
    name: str
    has_name: bool
    role: Role | None
    iban: str | None
    bic: str | None
    remittance: list[str]
    original: tuple[int, str] | None
    rate: str | None
    details: list[Detail]

    def entry(self, first: date, last: date, currency: str) -> Entry:
        """The entry of a period and a currency."""
        booking = first + timedelta(days=self.day % ((last - first).days + 1))
        codes = CREDITS if self.minor >= 0 else DEBITS
        cfonb = None if self.operation is None else codes[self.operation % len(codes)]
        return Entry(
            booking,
            Money(self.minor, currency),
            None if self.value is None else booking + timedelta(days=self.value),
            self.reversal,
            OperationCodes(cfonb, self.swift, self.iso),
            References(
                self.bank_reference, self.customer_reference, self.end_to_end_id, self.mandate_id, self.creditor_id
            ),
            # A role is the role of a name.
            Party(self.name, self.iban, self.bic, self.role) if self.has_name else None,
            tuple(self.remittance),
            None if self.original is None else OriginalAmount(Money(*self.original), self.rate),
            tuple(sorted(self.details, key=lambda detail: detail.qualifier)),
        )


def _details(texts: SearchStrategy[str]) -> SearchStrategy[list[Detail]]:
    one = (
        st.sampled_from(ISO_REASONS).map(lambda code: Detail("RTRN", code))
        | st.sampled_from(["SALA", "SUPP", "TAXS"]).map(lambda code: Detail("PURP", code))
        | st.tuples(st.sampled_from(["ULTD", "ULTC"]), texts).map(lambda pair: Detail(*pair))
    )
    return st.lists(one, max_size=2, unique_by=lambda detail: detail.qualifier)


def entry_parts(
    *, name: SearchStrategy[str], line: SearchStrategy[str], reference: SearchStrategy[str]
) -> SearchStrategy[EntryParts]:
    """The parts of entries whose texts come from the three strategies."""
    some = st.none() | reference
    return st.tuples(
        AMOUNTS,
        st.integers(0, 366),
        st.none() | st.just(0) | st.integers(-300, 300),
        st.sampled_from([False, False, False, True]),
        st.none() | st.integers(0, 114),
        st.none() | SWIFT_TYPES,
        st.sampled_from([None, "PMNT/ICDT/ESCT"]),
        st.none() | references(16),
        st.none() | references(16) | reference,
        some,
        some,
        some,
        name,
        st.booleans(),
        st.sampled_from([None, "payer", "beneficiary"]),
        st.none() | FRENCH_IBANS | MONEGASQUE_IBANS,
        st.none() | BICS,
        st.lists(line, max_size=2),
        st.none() | FOREIGN,
        st.none() | RATES,
        _details(name),
    ).map(lambda parts: EntryParts(*parts))


class StatementParts(NamedTuple):
    """What is drawn for a statement."""

    iban: str
    bic: str | None
    currency: str
    opening_date: date
    days: int
    opening: int
    entries: list[EntryParts]
    number: int | None
    sequence: int | None
    available: int | None
    forward: list[int]

    def statement(self) -> Statement:
        """A statement that adds up: one currency, entries inside the period, opening on the day before it."""
        first = self.opening_date + timedelta(days=1)
        last = first + timedelta(days=self.days)
        money = partial(Money, currency=self.currency)
        total = sum(parts.minor for parts in self.entries)
        return Statement(
            Account(self.iban, self.currency, None, self.bic, "Atelier Bréval"),
            Balance(money(self.opening), self.opening_date),
            Balance(money(self.opening + total), last),
            tuple(parts.entry(first, last, self.currency) for parts in self.entries),
            self.number,
            self.sequence,
            None if self.available is None else Balance(money(self.available), last),
            tuple(Balance(money(minor), last + timedelta(days=day)) for day, minor in enumerate(self.forward, start=1)),
        )


def statements(
    entries: SearchStrategy[EntryParts],
    *,
    accounts: SearchStrategy[str] = IBANS,
    currencies: Sequence[str] = CURRENCIES,
    extras: bool = True,
    max_entries: int = 4,
) -> SearchStrategy[Statement]:
    """Statements that add up. ``extras`` draws what only MT940 can say: number, page, available balances."""
    return st.tuples(
        accounts,
        BICS,
        st.sampled_from(currencies),
        OPENING_DAYS,
        st.sampled_from([0, 0, 30, 90]),
        AMOUNTS,
        st.lists(entries, max_size=max_entries),
        st.none() | st.integers(1, 99_999) if extras else st.none(),
        st.sampled_from([None, 1]) if extras else st.none(),
        st.none() | AMOUNTS if extras else st.none(),
        st.lists(AMOUNTS, max_size=2) if extras else st.just([]),
    ).map(lambda parts: StatementParts(*parts).statement())


# What a stranger may type: anything at all, words of the formats, and long texts.
HOSTILE_WORDS = (
    ":61:2609030903C999999,99NTRFFORGED//X",
    ":62F:C260903EUR999999,99",
    ":86:",
    "\r\n",
    "\n-\n",
    "\r\n-}{4:",
    "/EREF/",
    "/REMI/",
    "//",
    "/",
    "?20",
    "?32",
    "SVWZ+",
    "EREF+",
    "-",
    ":",
    " ",
    "  ",
    "NONREF",
    "NOTPROVIDED",
    "07" + "16958    00001EUR2 12345678901  300926",
    "é",
    "€",
    "ß",
    "\u200b",
    "\u2028",
    "\x00",
    "😀",
    "株式",
)
WILD = (
    st.lists(st.sampled_from(HOSTILE_WORDS) | st.text(max_size=12), max_size=14).map("".join)
    | st.text(max_size=60)
    | words(SET_X, max_size=400)
)

FITTING_ENTRIES = entry_parts(name=words(SET_X, max_size=50), line=words(SET_X, max_size=50), reference=references(35))
"""Entries whose texts have a place in both formats."""

WILD_ENTRIES = entry_parts(name=WILD, line=WILD, reference=WILD | references(35))
"""Entries with anything in their texts and references."""


def share(part: int) -> settings:
    """One in ``part`` of the examples, for laws that others test too, or whose examples are large.

    Continuous integration draws them all.
    """
    count = settings.default.max_examples
    return settings(max_examples=count if count >= 1_000 else max(20, count // part))
