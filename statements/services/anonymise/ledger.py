"""Balances reckoned again from other amounts, statement after statement: closings are openings of what follows.

A balance is never replaced by itself: it is the balance before it, and the other amounts of what was booked between
the two. Where a balance was wrong, its difference is an amount as well and replaced as one, so it stays wrong, and
equals an entry when it did.

>>> ledger = Ledger(Amounts(b"secret"))
>>> first = Course(("A", "EUR"), "260901", 100 * ONE, (50 * ONE, -20 * ONE), 130 * ONE)
>>> second = Course(("A", "EUR"), "260902", 130 * ONE, (), 131 * ONE)
>>> ledger.learn([second])
>>> ledger.learn([first])
>>> closing = ledger.opening(first) + ledger.amounts.value(50 * ONE) - ledger.amounts.value(20 * ONE)
>>> ledger.closing(first) == closing == ledger.opening(second), ledger.closing(second) == closing
(True, False)
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from statements.services.anonymise.amounts import ONE, Amounts

__all__ = ["ONE", "Amounts", "Course", "Ledger"]


class Course(msgspec.Struct, frozen=True):
    """The figures of one statement or page in units of ``Amounts``: entries with their sign, balances where they are.

    ``account``: its IBAN, or another number of it, and the currency. ``date`` is that of the opening, in an order of
    texts. ``pinned``: the closing is a zero that is marked as a debit, which only a zero can be.
    """

    account: tuple[str, str]
    date: str
    opening: int | None
    entries: tuple[int, ...]
    closing: int | None
    pinned: bool = False


class Ledger:
    """The other balances of all statements of a run, whatever the order in which their files come."""

    def __init__(self, amounts: Amounts) -> None:
        self.amounts = amounts
        self._new: list[list[Course]] = []
        self._openings: dict[Course, int] = {}
        self._closings: dict[Course, int] = {}
        self._known: dict[tuple[tuple[str, str], int], int] = {}
        self._begun: dict[tuple[tuple[str, str], int], int] = {}
        self._anywhere: dict[tuple[str, int], int] = {}
        self._last: dict[tuple[str, str], tuple[int, int]] = {}

    def learn(self, courses: Iterable[Course]) -> None:
        """Statements of a further file, in their order."""
        self._new.append(list(courses))

    def opening(self, course: Course) -> int:
        """The other opening balance of a statement that was learnt."""
        self._reckon()
        return self._openings[course]

    def closing(self, course: Course) -> int:
        """Its other closing balance."""
        self._reckon()
        return self._closings[course]

    def beside(self, course: Course, units: int) -> int:
        """Another balance of the same statement, an available one for example: by its distance from the closing."""
        return self.closing(course) + self.amounts.value(units - _closing(course))

    def _reckon(self) -> None:
        if not self._new:
            return
        # Files in the order of their days, however they were given; what stands in one file follows as it stands there.
        for file in sorted(self._new, key=lambda file: min((course.date for course in file), default="")):
            for course in file:
                if course not in self._openings:
                    self._add(course)
        self._new = []

    def _add(self, course: Course) -> None:
        amounts = self.amounts
        opening = course.opening if course.opening is not None else _closing(course) - sum(course.entries)
        moved = sum(map(amounts.value, course.entries))
        wrong = amounts.value(_closing(course) - opening - sum(course.entries))
        made = self._before(course, opening, moved + wrong)
        closing = made + moved + wrong
        self._openings[course], self._closings[course] = made, closing
        self._known[course.account, opening] = self._begun[course.account, opening] = made
        self._known[course.account, _closing(course)] = closing
        for balance, new in ((opening, made), (_closing(course), closing)):
            self._anywhere.setdefault((course.account[1], balance), new)
        self._last[course.account] = (_closing(course), closing)

    def _before(self, course: Course, opening: int, moved: int) -> int:
        """The other opening balance: that of what it follows, or leads to, else any."""
        account = course.account
        made = self._known.get((account, opening))
        if made is not None:
            return made
        later = self._begun.get((account, _closing(course)))
        if later is not None:
            return later - moved
        if course.pinned:
            return -moved
        # Two accounts with one balance may be one whose number is damaged.
        made = self._anywhere.get((account[1], opening))
        if made is not None:
            return made
        last = self._last.get(account)
        return self.amounts.value(opening) if last is None else last[1] + self.amounts.value(opening - last[0])


def _closing(course: Course) -> int:
    """The closing balance, or what it would be."""
    if course.closing is not None:
        return course.closing
    return (course.opening or 0) + sum(course.entries)
