"""The chain of statements: each old balance is the new balance of the statement before, amount and date.

A :class:`Chain` is a value. Give the one that a check returns to the check of the next file, and the chain holds
across files; files are to be given in the order of their dates.

    >>> from datetime import date
    >>> from statements.model.money import Money
    >>> chain = Chain().after(("FR76…", "EUR"), Link(date(2026, 1, 15), Money(11000, "EUR"), "a"))
    >>> chain.last(("FR76…", "EUR")).amount
    Money(minor=11000, currency='EUR')
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec

from statements.model.money import Money

REMEMBERED = 4_096
"""Statements whose fingerprint is kept: memory stays flat, and a repeated statement is found near its twin."""

Key = tuple[str, str]
"""Account (IBAN, or the account as it was written) and currency."""


class Link(msgspec.Struct, frozen=True):
    """The end of one statement: date and amount of its new balance, and what tells an equal statement."""

    date: datetime.date
    amount: Money
    fingerprint: str


class Chain(msgspec.Struct, frozen=True):
    """The last link of every account, and the fingerprints of the latest statements."""

    links: Mapping[Key, Link] = {}
    fingerprints: tuple[str, ...] = ()

    def last(self, key: Key) -> Link | None:
        """The end of the last statement of an account and currency."""
        return self.links.get(key)

    def after(self, key: Key, link: Link) -> Chain:
        """The chain after one more statement."""
        links = Links(self)
        links.add(key, link)
        return links.freeze()


class Links:
    """A chain while it grows, statement by statement."""

    def __init__(self, chain: Chain) -> None:
        self._links = dict(chain.links)
        self._fingerprints = dict.fromkeys(chain.fingerprints)

    def knows(self, fingerprint: str) -> bool:
        """Whether an equal statement was met before."""
        return fingerprint in self._fingerprints

    def last(self, key: Key) -> Link | None:
        """The end of the last statement of an account and currency."""
        return self._links.get(key)

    def add(self, key: Key, link: Link) -> None:
        """One more statement."""
        self._links[key] = link
        fingerprints = self._fingerprints
        fingerprints[link.fingerprint] = None
        if len(fingerprints) > REMEMBERED:
            del fingerprints[next(iter(fingerprints))]

    def freeze(self) -> Chain:
        """The chain as a value, to carry over to the next file."""
        return Chain(self._links.copy(), tuple(self._fingerprints))
