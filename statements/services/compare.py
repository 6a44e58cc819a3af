"""Two sets of statements, entry by entry: what only one side has, and what differs, member by member.

What a format cannot say is no difference. Where two values differ, both are looked at again as the other side's
format would say them (the declared projections): only what differs then as well is told.

>>> compare((), ()).same
True
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from statements.formats import register
from statements.model.money import Money
from statements.model.statement import Entry, Statement
from statements.services.sources import ReadSource, account_key


class PlacedEntry(msgspec.Struct, frozen=True):
    """One entry with its file, the statement in it and its place there (both from 1)."""

    file: str
    format: str
    statement: int
    entry: int
    value: Entry


class MemberDifference(msgspec.Struct, frozen=True):
    """One member that the two sides say differently; ``None`` where a side does not say it."""

    member: str
    left: str | None
    right: str | None


class EntryPair(msgspec.Struct, frozen=True):
    """Two entries that belong together and differ."""

    left: PlacedEntry
    right: PlacedEntry
    differences: tuple[MemberDifference, ...]


class AccountComparison(msgspec.Struct, frozen=True, kw_only=True):
    """One account and currency. ``left`` and ``right`` say on which sides it is."""

    account: str
    currency: str
    left: bool
    right: bool
    matched: int = 0
    """Entries that are on both sides, those that differ included."""
    only_left: tuple[PlacedEntry, ...] = ()
    only_right: tuple[PlacedEntry, ...] = ()
    pairs: tuple[EntryPair, ...] = ()
    balances: tuple[MemberDifference, ...] = ()
    """Balances of one day that differ; the member is ``opening`` or ``closing`` and the day."""

    @property
    def same(self) -> bool:
        """Whether both sides say the same of it."""
        both = self.left and self.right
        return both and not (self.only_left or self.only_right or self.pairs or self.balances)


class Comparison(msgspec.Struct, frozen=True):
    """Every account of either side."""

    accounts: tuple[AccountComparison, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return all(account.same for account in self.accounts)


class _Side:
    """The statements of one side, and each as another format would say it, worked out once."""

    def __init__(self, sources: Sequence[ReadSource]) -> None:
        self.accounts: dict[tuple[str, str], list[PlacedEntry]] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.balances: dict[tuple[str, str], dict[tuple[str, datetime.date], Money]] = {}
        self._statements: dict[tuple[str, int], Statement] = {}
        self._said: dict[tuple[str, int, str], Statement | None] = {}
        for source in sources:
            for number, statement in enumerate(source.statements, 1):
                account = statement.account.iban or statement.account.other or ""
                key = (account_key(account), statement.currency or "")
                self.names.setdefault(key, account)
                self._statements[source.name, number] = statement
                self.accounts.setdefault(key, []).extend(
                    PlacedEntry(source.name, source.format, number, at, entry)
                    for at, entry in enumerate(statement.entries, 1)
                )
                held = self.balances.setdefault(key, {})
                if statement.opening is not None:
                    held.setdefault(("opening", statement.opening.date), statement.opening.amount)
                if statement.closing is not None:
                    # The balance at the end of a day is what the last statement of that day says.
                    held["closing", statement.closing.date] = statement.closing.amount

    def said(self, placed: PlacedEntry, name: str) -> Entry | None:
        """The entry as it comes back from a format; ``None`` where that format cannot say its statement."""
        key = (placed.file, placed.statement, name)
        if key not in self._said:
            self._said[key] = _said(self._statements[placed.file, placed.statement], name)
        statement = self._said[key]
        own = self._statements[placed.file, placed.statement]
        if statement is None or len(statement.entries) != len(own.entries):
            return None
        return statement.entries[placed.entry - 1]


def _said(statement: Statement, name: str) -> Statement | None:
    try:
        return register.get(name).project(statement)
    except ValueError:
        return None


def compare(left: Sequence[ReadSource], right: Sequence[ReadSource]) -> Comparison:
    """The differences of two sides, by account and currency.

    Entries are matched by day, amount, references and text; what is left then by day and amount; and what is left of
    those by a reference that stands once on each side, so that a changed day or amount is a difference and no loss.
    """
    one, two = _Side(left), _Side(right)
    names = {**two.names, **one.names}
    made = []
    for key in sorted(names, key=lambda key: (names[key], key[1])):
        matches, only_left, only_right = _match(one.accounts.get(key, []), two.accounts.get(key, []))
        pairs = []
        for mine, theirs in matches:
            differences = tuple(_differences(mine, theirs, one, two))
            if differences:
                pairs.append(EntryPair(mine, theirs, differences))
        made.append(
            AccountComparison(
                account=names[key],
                currency=key[1],
                left=key in one.names,
                right=key in two.names,
                matched=len(matches),
                only_left=tuple(only_left),
                only_right=tuple(only_right),
                pairs=tuple(pairs),
                balances=tuple(_balances(one.balances.get(key, {}), two.balances.get(key, {}))),
            )
        )
    return Comparison(tuple(made))


Matches = list[tuple[PlacedEntry, PlacedEntry]]


def _match(left: list[PlacedEntry], right: list[PlacedEntry]) -> tuple[Matches, list[PlacedEntry], list[PlacedEntry]]:
    """Pairs in the order of the left side, and what is left of either. Linear: every step looks up keys."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    for key in _KEYS:
        waiting: dict[Hashable, list[int]] = {}
        for at in range(len(right) - 1, -1, -1):
            if at not in taken:
                for name in key(right[at].value):
                    waiting.setdefault(name, []).append(at)
        counts = _counts(left, found, key) if key is _by_reference else {}
        for at, placed in enumerate(left):
            if at in found:
                continue
            for name in key(placed.value):
                places = waiting.get(name, [])
                if key is _by_reference and (counts[name] != 1 or len(places) != 1):
                    continue
                while places and places[-1] in taken:
                    places.pop()
                if places:
                    found[at] = places.pop()
                    taken.add(found[at])
                    break
    pairs = [(left[at], right[found[at]]) for at in sorted(found)]
    rest = [placed for at, placed in enumerate(left) if at not in found]
    return pairs, rest, [placed for at, placed in enumerate(right) if at not in taken]


def _counts(
    left: Sequence[PlacedEntry], found: Mapping[int, int], key: Callable[[Entry], Iterator[Hashable]]
) -> dict[Hashable, int]:
    counts: dict[Hashable, int] = {}
    for at, placed in enumerate(left):
        if at not in found:
            for name in key(placed.value):
                counts[name] = counts.get(name, 0) + 1
    return counts


def _head(entry: Entry) -> tuple[datetime.date, int]:
    return entry.booking_date, entry.amount.minor


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _references(entry: Entry) -> Iterator[str]:
    references = entry.references
    for value in (references.end_to_end_id, references.bank_reference, references.customer_reference):
        if value and _plain(value) not in ("notprovided", "nonref"):
            yield _plain(value)


def _exactly(entry: Entry) -> Iterator[Hashable]:
    yield entry


def _by_all(entry: Entry) -> Iterator[Hashable]:
    yield _head(entry), tuple(_references(entry)), _plain("".join(entry.remittance))


def _by_head_and_reference(entry: Entry) -> Iterator[Hashable]:
    for reference in _references(entry):
        yield _head(entry), reference


def _by_head_and_text(entry: Entry) -> Iterator[Hashable]:
    text = _plain("".join(entry.remittance))
    if text:
        yield _head(entry), text
    if entry.counterparty is not None and entry.counterparty.name:
        yield _head(entry), _plain(entry.counterparty.name)[:20]


def _by_head(entry: Entry) -> Iterator[Hashable]:
    yield _head(entry)


def _by_reference(entry: Entry) -> Iterator[Hashable]:
    yield from _references(entry)


_KEYS: tuple[Callable[[Entry], Iterator[Hashable]], ...] = (
    _exactly,
    _by_all,
    _by_head_and_reference,
    _by_head_and_text,
    _by_head,
    _by_reference,
)
"""From the closest likeness to the loosest."""


def _differences(left: PlacedEntry, right: PlacedEntry, one: _Side, two: _Side) -> Iterator[MemberDifference]:
    if left.value == right.value:
        return
    mine, theirs = members(left.value), members(right.value)
    names = [name for name in dict.fromkeys((*mine, *theirs)) if mine.get(name) != theirs.get(name)]
    if not names:
        return
    also: list[tuple[Mapping[str, str], Mapping[str, str]]] = []
    if left.format != right.format:
        mine_there, theirs_here = one.said(left, right.format), two.said(right, left.format)
        if mine_there is not None:
            also.append((members(mine_there), theirs))
        if theirs_here is not None:
            also.append((mine, members(theirs_here)))
        if mine_there is not None and theirs_here is not None:
            also.append((members(mine_there), members(theirs_here)))
    for name in names:
        if not any(_agree(name, mine, theirs, *pair) for pair in also):
            yield MemberDifference(name, mine.get(name), theirs.get(name))


def _agree(
    name: str,
    mine: Mapping[str, str],
    theirs: Mapping[str, str],
    mine_said: Mapping[str, str],
    theirs_said: Mapping[str, str],
) -> bool:
    """Whether a member is the same as the formats say it. Two values never agree by being lost both."""
    if mine_said.get(name) != theirs_said.get(name):
        return False
    return name in mine_said or name not in mine or name not in theirs


def members(entry: Entry) -> dict[str, str]:
    """Every member of an entry that is there, as text, by its dotted name.

    >>> from datetime import date
    >>> members(Entry(date(2026, 9, 3), Money(-250, "EUR")))
    {'booking_date': '2026-09-03', 'amount': '-2.50'}
    """
    return dict(_members(entry))


def _members(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "booking_date", entry.booking_date.isoformat()
    yield "amount", entry.amount.text
    if entry.value_date is not None:
        yield "value_date", entry.value_date.isoformat()
    if entry.reversal:
        yield "reversal", "true"
    for group, record in (
        ("codes", entry.codes),
        ("references", entry.references),
        ("counterparty", entry.counterparty),
    ):
        yield from _texts(group, record)
    if entry.remittance:
        yield "remittance", " ".join(entry.remittance)
    if entry.original_amount is not None:
        original = entry.original_amount
        yield "original_amount", f"{original.amount.text} {original.amount.currency}"
        if original.rate is not None:
            yield "original_amount.rate", original.rate
    details: dict[str, list[str]] = {}
    for detail in entry.details:
        details.setdefault(detail.qualifier, []).append(detail.text)
    for qualifier, texts in details.items():
        yield f"details.{qualifier}", " / ".join(texts)


def _texts(group: str, record: Any) -> Iterable[tuple[str, str]]:
    if record is None:
        return
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if value is not None:
            yield f"{group}.{name}", value


def _balances(
    left: Mapping[tuple[str, datetime.date], Money], right: Mapping[tuple[str, datetime.date], Money]
) -> Iterator[MemberDifference]:
    """Balances that both sides state for one day. What only one side states depends on how the periods are cut."""
    for side, day in sorted(left.keys() & right.keys(), key=lambda key: (key[1], key[0])):
        mine, theirs = left[side, day], right[side, day]
        if mine != theirs:
            yield MemberDifference(f"{side} {day.isoformat()}", mine.text, theirs.text)
