"""One account from its rows to its statements: order, chain of balances, range, entries, periods."""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from statements.findings import Location, Reporter
from statements.formats.qonto import chain
from statements.formats.qonto.accounts import AccountRows
from statements.formats.qonto.decoders import QontoTransaction, SteeredTransaction, instant_of
from statements.formats.qonto.entries import EntryBuilder
from statements.formats.qonto.request import CheckedRequest
from statements.formats.qonto.row_rules import Collected
from statements.formats.qonto.rows import MissingRows
from statements.model.money import Money
from statements.model.periods import period, slices
from statements.model.statement import Statement
from statements.wire.identity import token

JUST_BEFORE = datetime.timedelta(minutes=1)
"""How long before the moment of a balance the transaction that made it may be booked: one event, noted twice."""


class TransactionIds(msgspec.Struct, frozen=True):
    """The ids of the transaction behind an entry, for the ledger of a conversion only."""

    token: str
    id: str | None
    transaction_id: str | None
    account: str


class AccountWork:
    """One account: order, chain, range, entries, periods."""

    def __init__(
        self,
        group: AccountRows,
        collected: Collected,
        wanted: CheckedRequest,
        builder: EntryBuilder,
        reporter: Reporter,
        *,
        missing: Sequence[MissingRows],
    ) -> None:
        self.group = group
        self.collected = collected
        self.wanted = wanted
        self.builder = builder
        self.reporter = reporter
        self.missing = missing
        """The lists that hold rows of this account and are not complete."""
        self.needs_missing = False
        self.ordered = chain.Ordered([], [], [])
        self.rows: list[QontoTransaction] = []
        self.days: list[datetime.date] = []

    def statements(self) -> list[Statement]:
        """The statements of the account; none when anything stops it."""
        group, wanted = self.group, self.wanted
        if group.failed or (not group.rows and not self._written_empty()):
            return []
        # Every Qonto account is in euros; some exports do not say so.
        group.currency = group.currency or "EUR"
        account = self.collected.accounts.identify(group)
        if account is None:
            group.failed = True
            return []
        self.ordered = ordered = chain.order(group.rows)
        self.rows = ordered.rows
        self.days = _days(self.rows, wanted.zone)
        bounds = self._bounds()
        if bounds is None:
            return []
        first, last = bounds
        begin = _count_before(self.days, first)
        end = bisect_right(self.days, last)
        before = self._opening(begin, first, last)
        if before is None:
            group.failed = True
            return []
        self._report_order(ordered, begin, end)
        self._report_range(first, last)
        self._report_issued(begin, end)
        entries = self.builder.build(group, self.rows[begin:end], self.days[begin:end])
        opening = Money(before, group.currency or "EUR")
        made = slices(account, entries, opening, first, last, wanted.every, empty=wanted.settings.empty_periods)
        return self._within(list(made)) if self.missing else list(made)

    def _written_empty(self) -> bool:
        """Whether an account without a booked row may still get statements; says so when it gets none.

        Nothing shows how far the account list's balance reaches without a row: the balance must be given.
        """
        wanted, group = self.wanted, self.group
        asked = group.key in self.collected.accounts.asked or len(self.collected.accounts.own()) == 1
        ranged = wanted.since is not None and wanted.until is not None
        if asked and ranged and wanted.opening is not None:
            return True
        if not self.collected.accounts.unattributed:
            place = msgspec.structs.replace(group.place, account=group.key)
            self.reporter.add("QNT-043", place, found=group.key)
        return False

    def _within(self, made: list[Statement]) -> list[Statement]:
        """The statements that lie within the days of the rows given; the others need the rows that were not given."""
        kept = []
        left: list[tuple[datetime.date, datetime.date]] = []
        for statement in made:
            first, last = period(statement) or (datetime.date.min, datetime.date.max)
            if self.days and first >= self.days[0] and last <= self.days[-1]:
                kept.append(statement)
            elif left and left[-1][1] + datetime.timedelta(days=1) == first:
                left[-1] = left[-1][0], last
            else:
                left.append((first, last))
        if left:
            self._report_missing(left)
        return kept

    def _report_missing(self, ranges: Sequence[tuple[datetime.date, datetime.date]]) -> None:
        self.needs_missing = True
        words = ", ".join(f"{first.isoformat()} – {last.isoformat()}" for first, last in ranges[:5])
        for item in self.missing:
            item.report(self.reporter, self.group.key, words)

    def identities(self) -> dict[str, TransactionIds]:
        """Token to full ids, for every row of the account."""
        return {
            name: TransactionIds(name, row.id, row.transaction_id, self.group.key)
            for row in self.rows
            if (identity := row.transaction_id or row.id)
            for name in (token("Q", identity),)
        }

    def _bounds(self) -> tuple[datetime.date, datetime.date] | None:
        since, until = self.wanted.since, self.wanted.until
        if not self.days and (since is None or until is None):
            return None
        first = since if since is not None else self.days[0]
        last = until if until is not None else self.days[-1]
        if first > last:
            # One bound was given, and the data lie wholly on its other side.
            given = f"{self.days[0].isoformat()} – {self.days[-1].isoformat()}"
            asked = f"{since or '…'} – {until or '…'}"
            self.reporter.add("QNT-042", Location(account=self.group.key), found=given, expected=asked)
            return None
        return first, last

    # -- balances ------------------------------------------------------------------------------------------------

    def _opening(self, begin: int, first: datetime.date, last: datetime.date) -> int | None:
        """The balance in cents before the row at ``begin``; ``None``, with a finding, when it cannot be known."""
        group, rows = self.group, self.rows
        given = self._given_opening()
        verdict = chain.verify(rows, self.ordered.unclear)
        if verdict.broken is not None:
            self._break(rows[verdict.broken.index], verdict.broken.stated, verdict.broken.due)
            return None
        if verdict.opening is not None:
            known = verdict.opening + sum(map(chain.signed, rows[:begin]))
            if given is not None and given != known:
                row = rows[min(begin, len(rows) - 1)]
                self._break(row, known, given)
                return None
        if verdict.missing and rows:
            place = self.collected.place(rows[0], "settled_balance", group.key)
            self.reporter.add("QNT-024", place, found=str(verdict.missing))
        if self.missing and (verdict.missing or verdict.opening is None) and not self.collected.accounts.unattributed:
            # Without a chain of balances nothing shows where the missing rows are.
            self._report_missing([(first, last)])
            return None
        if verdict.opening is not None:
            self._compare_with_account(verdict.closing)
            return known
        if self.collected.accounts.unattributed:
            # A row whose account is unknown may belong here, and nothing tells.
            return None
        if given is not None:
            return given
        before = self._from_account(begin)
        if before is None:
            self.reporter.add("QNT-030", Location(account=group.key))
        return before

    def _given_opening(self) -> int | None:
        if self.wanted.opening is None:
            return None
        return Money.parse(f"{self.wanted.opening:f}", self.group.currency or "EUR").minor

    def _break(self, row: QontoTransaction, stated: int, due: int) -> None:
        if self.collected.accounts.unattributed:
            # The row that is missing here is one of those without an account: said already.
            return
        currency = self.group.currency or "EUR"
        self.reporter.add(
            "QNT-023",
            self.collected.place(row, "settled_balance_cents", self.group.key),
            found=Money(stated, currency).text,
            expected=Money(due, currency).text,
        )

    def _compare_with_account(self, closing: int | None) -> None:
        wire = self.group.wire
        if wire is None or wire.balance_cents is None or closing is None:
            return
        if closing != wire.balance_cents:
            currency = self.group.currency or "EUR"
            self.reporter.add(
                "QNT-025",
                msgspec.structs.replace(self.group.place, account=self.group.key),
                found=Money(closing, currency).text,
                expected=Money(wire.balance_cents, currency).text,
            )

    def _from_account(self, begin: int) -> int | None:
        """The balance of the account less the rows from ``begin`` to the moment of that balance.

        Only when the rows are shown to reach that moment: one of them was booked after it, or just before it. Else
        the rows between the last one given and that moment are not known, and may be many.
        """
        wire = self.group.wire
        if wire is None or wire.balance_cents is None or wire.updated_at is None or not self.rows:
            return None
        updated = wire.updated_at
        last = self.rows[-1].settled_at
        if last is None or last < updated - JUST_BEFORE:
            return None
        until_then = [row for row in self.rows if row.settled_at is not None and row.settled_at <= updated]
        total = sum(map(chain.signed, until_then))
        self.reporter.add(
            "QNT-048",
            msgspec.structs.replace(self.group.place, account=self.group.key),
            found=Money(wire.balance_cents, self.group.currency or "EUR").text,
            moment=updated.isoformat(),
        )
        return wire.balance_cents - total + sum(map(chain.signed, self.rows[:begin]))

    # -- findings about the account ------------------------------------------------------------------------------

    def _report_order(self, ordered: chain.Ordered, begin: int, end: int) -> None:
        for rule, groups in (("QNT-026", ordered.moved), ("QNT-027", ordered.unclear)):
            for start, length in groups:
                if start < end and start + length > begin:
                    place = self.collected.place(ordered.rows[start], "settled_at", self.group.key)
                    self.reporter.add(rule, place, found=str(length))

    def _report_range(self, first: datetime.date, last: datetime.date) -> None:
        if not self.days or first < self.days[0] or last > self.days[-1]:
            given = f"{self.days[0].isoformat()} – {self.days[-1].isoformat()}" if self.days else "-"
            asked = f"{first.isoformat()} – {last.isoformat()}"
            self.reporter.add("QNT-042", Location(account=self.group.key), found=given, expected=asked)

    def _report_issued(self, begin: int, end: int) -> None:
        issued = self.wanted.settings.issued
        if issued is None:
            return
        for row, day in zip(self.rows, self.days, strict=True):
            if day > issued:
                break
            changed = instant_of(row.updated_at)
            if changed is None and isinstance(row, SteeredTransaction):
                changed = instant_of(row.created_at)
            if changed is not None and changed.astimezone(self.wanted.zone).date() > issued:
                place = self.collected.place(row, "settled_at", self.group.key)
                self.reporter.add("QNT-031", place, found=day.isoformat(), expected=issued.isoformat())


def _days(rows: Sequence[QontoTransaction], zone: ZoneInfo) -> list[datetime.date]:
    """The local day of each row; rows are in the order of their instants, so a day is worked out once."""
    days: list[datetime.date] = []
    midnight: datetime.datetime | None = None
    day = datetime.date.min
    for row in rows:
        instant = row.settled_at
        if instant is None:
            continue
        if midnight is None or instant >= midnight:
            day = instant.astimezone(zone).date()
            following = datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time(), zone)
            midnight = following.astimezone(datetime.UTC)
        days.append(day)
    return days


def _count_before(days: Sequence[datetime.date], day: datetime.date) -> int:
    return bisect_left(days, day)
