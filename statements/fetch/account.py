"""One account of a run: which stretches to ask for, the reading of them, and the proof that nothing is missing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

import msgspec

from statements.fetch.answers import (
    LONG,
    RESTARTS,
    FetchedAccount,
    Incomplete,
    balances,
    booked,
    one_page,
    question,
    read_list,
)
from statements.fetch.errors import FetchError
from statements.fetch.store import Progress, Store, same
from statements.fetch.transport import HttpAnswer, Transport
from statements.fetch.windows import Span, gaps, joined, months, stamp, years
from statements.formats.qonto.decoders import QontoTransaction
from statements.model.money import Money
from statements.services.downloads import DownloadedAccount, DownloadedPiece, Reason, Window, rows_of

OVERLAP = datetime.timedelta(days=7)
"""So far before the newest transaction everything is asked for again."""
CHANGES_OVERLAP = datetime.timedelta(days=1)
_AHEAD = datetime.timedelta(minutes=1)
"""A booking may bear a time that this machine's clock has not reached."""
_MILLISECOND = datetime.timedelta(milliseconds=1)
_SECOND = datetime.timedelta(seconds=1)

MONEY = ("amount_cents", "side", "settled_at", "bank_account_id", "currency")
"""Members that a booked transaction never changes."""
STATED = frozenset(QontoTransaction.__struct_fields__) - {"updated_at", "created_at"}
"""Members that a statement is made of; the others (notes, labels, receipts) change without changing one."""
_BALANCES = frozenset({"settled_balance", "settled_balance_cents"})
"""They follow from the rows before, as the chain proves: a row that came late moves them all."""


class Change(msgspec.Struct, frozen=True):
    """A transaction that replaced its older version, or that came late: then ``members`` is empty."""

    id: str
    day: datetime.date
    members: tuple[str, ...] = ()


class AccountRun:
    """The work on one account."""

    def __init__(
        self,
        account: FetchedAccount,
        stored: DownloadedAccount | None,
        *,
        transport: Transport,
        store: Store,
        progress: Progress,
        since: datetime.datetime | None,
        until: datetime.datetime | None,
        zone: ZoneInfo,
        step: Callable[[str, int, int], None],
    ) -> None:
        self.account = account
        self.id = account.id or ""
        self.name = account.iban or self.id
        self.currency = account.currency or "EUR"
        # Where nothing is stored yet, nothing is known of the account either.
        self.stored = stored = stored if stored is not None and stored.windows else None
        self.transport, self.store, self.progress, self.zone, self.step = transport, store, progress, zone, step
        self.asked_since, self.asked_until = since, until
        self.started = transport.now()
        self.since = self.started
        self.now = self.started
        self.windows: list[Window] = list(stored.windows) if stored is not None else []
        self.reason: Reason | None = None
        self.may_read_again = False
        """Whether what was wrong may have been a movement during the reading."""
        self.changed: list[Change] = []
        self.late: list[Change] = []
        self.unseen = 0
        self._from_the_first = False
        self._spans: list[Span] = []
        self._read: list[Span] = []
        self._resumed: list[Span] = []

    # -- reading -------------------------------------------------------------------------------------------------

    def read(self, *, again: bool = False) -> None:
        """Read what must be read; ``again`` after a first reading only what is in doubt. Sets ``reason`` on a fault."""
        self.reason = None
        self.may_read_again = False
        self.now = self.transport.now()
        try:
            if again:
                self._spans = joined([*self._doubtful(), *self._resumed, *self._recent()])
                self._read_spans([])
            else:
                self.since = self._start()
                self._spans = self._plan()
                done = self._done()
                self._resumed = [Span(window.since, window.until) for window in done]
                self._read_spans(done)
            self.may_read_again = True
            self._chain_of_windows(repair=again)
            self._compare()
        except Incomplete as fault:
            self.reason = fault.reason

    def _start(self) -> datetime.datetime:
        """The instant with which the folder begins for this account."""
        if self.stored is not None:
            return min(self.stored.since, self.asked_since or self.stored.since)
        if self.asked_since is not None:
            return self.asked_since
        self._from_the_first = True
        listing = self._some({})
        first = listing[0].settled_at if listing else None
        return self.now if first is None else first.replace(hour=0, minute=0, second=0, microsecond=0)

    def _some(self, bounds: dict[str, datetime.datetime | str], *, rows: int = 1) -> list[QontoTransaction]:
        """The booked rows of the first page of a list, which is not kept: to look at an end of it."""
        found = one_page(self.transport, {**question(self.id, **bounds), "per_page": str(rows)})
        wires = [booked(row, self.id) for row in found]
        return [row for row in wires if row is not None]

    def _end(self) -> datetime.datetime:
        end = self.now + _AHEAD
        if self.asked_until is not None and self.asked_until < end:
            end = self.asked_until
        if self.windows:
            end = max(end, self.windows[-1].until)
        return end

    @property
    def to_now(self) -> bool:
        """Whether the download reaches the present, so that the account's balance proves its end."""
        return self._end() > self.now

    def _recent(self) -> list[Span]:
        """The stretch that every run reads again: what is new, and the last days before the newest transaction."""
        newest = max((window.newest for window in self.windows if window.newest is not None), default=None)
        if not self.windows:
            return [Span(self.since, self._end())] if self.since < self._end() else []
        border = (newest or self.windows[-1].until) - OVERLAP
        again = [window for window in self.windows if window.until > border] or self.windows[-1:]
        return [Span(min(window.since for window in again), self._end())]

    def _plan(self) -> list[Span]:
        spans = self._recent()
        if self.stored is not None:
            if self.since < self.stored.since:
                spans.append(Span(self.since, self.stored.since))
            kept = [window for window in self.windows if window.since < spans[0].since]
            if kept:
                spans.extend(self._changed_windows(kept))
        return joined(spans)

    def _changed_windows(self, kept: Sequence[Window]) -> Iterator[Span]:
        """The windows in which a transaction was changed since the last run."""
        since = (self.stored.changes_from if self.stored is not None else self.now) - CHANGES_OVERLAP
        found: dict[int, list[tuple[str, bytes]]] = {}
        for year in years(since, self.now + _AHEAD):
            low, high = year.asked()
            asked = {**question(self.id, updated_at_from=low, updated_at_to=high), "sort_by": "updated_at:asc"}
            listing = read_list(self.transport, asked, raw=True)
            if listing is None:
                continue
            for row, raw in zip(listing.rows, listing.raws, strict=True):
                instant = row.settled_at
                at = next((n for n, item in enumerate(kept) if instant and item.since <= instant < item.until), None)
                if at is not None:
                    found.setdefault(at, []).append((row.id or row.transaction_id or "", raw))
        for at, rows in found.items():
            before = self._rows_in([kept[at]])
            for name, raw in rows:
                if name not in before or _members(before[name]) != _members(raw):
                    yield Span(kept[at].since, kept[at].until)
                    break

    def _done(self) -> list[Window]:
        """The windows of a run that was cut: those that are whole, inside what is asked for now."""
        return [
            window
            for window in self.progress.windows.get(self.id, [])
            if any(span.since <= window.since and window.until <= span.until for span in self._spans)
            and self.store.whole(window)
        ]

    def _read_spans(self, done: list[Window]) -> None:
        self._read.extend(self._spans)
        kept = [window for window in self.windows if not _overlaps(window, self._spans)]
        new = list(done)
        self.progress.windows[self.id] = new
        for span in self._spans:
            for month in months(span.since, span.until):
                for gap in gaps(month, [Span(window.since, window.until) for window in done]):
                    for window in self._window(gap, [*kept, *new]):
                        new.append(window)
                        self.store.note(self.progress)
        self.windows = sorted([*kept, *new], key=lambda window: (window.since, window.until))

    def _window(self, span: Span, known: Sequence[Window]) -> Iterator[Window]:
        """The window of a span; several where it is long."""
        low, high = span.asked()
        asked = question(self.id, settled_at_from=low, settled_at_to=high)
        halves = span.halves()
        before = next((item.closing for item in known if item.until == span.since), None)

        def keep(answer: HttpAnswer, page: int, rows: int) -> DownloadedPiece:
            stem = self.store.stem(self.id, self.account.iban, span.since, page)
            return self.store.keep(answer, stem, rows=rows)

        fault = None
        for _ in range(RESTARTS):
            fault = None
            listing = read_list(
                self.transport,
                asked,
                keep=keep,
                long=None if halves is None else LONG,
                step=lambda page, pages: self.step(self.name, page, pages),
            )
            if listing is None and halves is not None:
                for half in halves:
                    made = list(self._window(half, known))
                    known = [*known, *made]
                    yield from made
                return
            if listing is None:
                return
            rows: list[QontoTransaction] = []
            skip: set[int] = set()
            for at, row in enumerate(listing.rows):
                wire = booked(row, self.id)
                if wire is not None and wire.settled_at is not None:
                    if span.holds(wire.settled_at):
                        rows.append(wire)
                    else:
                        skip.add(at)
            try:
                opening, closing = balances(rows, self.currency, before)
            except Incomplete as caught:
                # A row may have moved while its page was read: the counts cannot always tell, the chain can.
                fault = caught
                continue
            newest = max((row.settled_at for row in rows if row.settled_at is not None), default=None)
            yield Window(
                since=span.since,
                until=span.until,
                rows=len(rows),
                pages=_skipping(listing.pages, skip),
                opening=opening,
                closing=closing,
                newest=newest,
                asked={name: value for name, value in asked.items() if name != "bank_account_id"},
            )
            return
        if fault is not None:
            raise fault

    # -- proof ---------------------------------------------------------------------------------------------------

    def _break(self) -> tuple[int, int] | None:
        """The first window that does not open with the balance before it, and the window of that balance."""
        last = None
        for at, window in enumerate(self.windows):
            if window.opening is None:
                continue
            if last is not None and self.windows[last].closing != window.opening:
                return last, at
            last = at
        return None

    def _doubtful(self) -> list[Span]:
        found = self._break()
        return [] if found is None else [Span(self.windows[at].since, self.windows[at].until) for at in found]

    def _chain_of_windows(self, *, repair: bool) -> None:
        found = self._break()
        if found is not None and repair:
            for edge in self._new_years(*found):
                self._ask_over(edge)
            found = self._break()
        if found is None:
            return
        due, window = self.windows[found[0]].closing or 0, self.windows[found[1]]
        values = {
            "at": stamp(window.since),
            "found": Money(window.opening or 0, self.currency).text,
            "expected": Money(due, self.currency).text,
        }
        raise Incomplete(Reason("chain", values))

    def _new_years(self, before: int, after: int) -> list[datetime.datetime]:
        low, high = self.windows[before].until, self.windows[after].since
        edges = [datetime.datetime(year, 1, 1, tzinfo=datetime.UTC) for year in range(low.year, high.year + 1)]
        return [edge for edge in edges if low <= edge <= high]

    def _ask_over(self, edge: datetime.datetime) -> None:
        """Ask over a new year, where windows only touch: a row on the very edge could have fallen between them."""
        asked = question(self.id, settled_at_from=edge - _SECOND, settled_at_to=edge + _SECOND)
        stem = self.store.stem(self.id, self.account.iban, edge - _MILLISECOND, 0)
        try:
            listing = read_list(
                self.transport, asked, keep=lambda answer, page, rows: self.store.keep(answer, stem, rows=rows)
            )
        except FetchError as error:
            if error.kind != "bad-question":
                raise
            return
        beside = [at for at, window in enumerate(self.windows) if window.since <= edge <= window.until]
        known = self._rows_in([self.windows[at] for at in beside])
        rows: list[QontoTransaction] = []
        skip: set[int] = set()
        for at, row in enumerate(listing.rows if listing is not None else ()):
            wire = booked(row, self.id)
            if wire is not None and wire.id not in known:
                rows.append(wire)
            else:
                skip.add(at)
        if not rows or listing is None:
            return
        earlier = [window for window in self.windows if window.rows and window.until <= edge]
        before = earlier[-1].closing if earlier else None
        opening, closing = balances(rows, self.currency, before)
        window = Window(
            since=edge - _MILLISECOND,
            until=edge + _MILLISECOND,
            rows=len(rows),
            pages=_skipping(listing.pages, skip),
            opening=opening,
            closing=closing,
            newest=edge,
        )
        self.windows = sorted([*self.windows, window], key=lambda item: (item.since, item.until))

    def check(self, before: int | None, after: int | None) -> None:
        """Compare the end of the chain with the account's balance, or with the rows behind it. Sets ``reason``."""
        if self.reason is not None:
            return
        try:
            self.reason = self._end_fault(before, after)
            self.may_read_again = before is not None and after is not None
        except Incomplete as fault:
            self.reason = fault.reason

    def _end_fault(self, before: int | None, after: int | None) -> Reason | None:
        if before is None or after is None:
            return Reason("hidden")
        if not self.to_now:
            end = self._end()
            rows = [
                row
                for row in self._some({"settled_at_from": end - _SECOND}, rows=100)
                if row.settled_at is not None and row.settled_at >= end
            ]
            due = balances(rows, self.currency, None)[0] if rows else after
            return self._differs("balance", self._closing(), due if due is not None else after)
        if before != after:
            return self._differs("moved", before, after)
        return self._differs("balance", self._closing(), after)

    def _differs(self, kind: str, found: int, expected: int) -> Reason | None:
        if found == expected:
            return None
        texts = {"found": Money(found, self.currency).text, "expected": Money(expected, self.currency).text}
        return Reason(kind, texts)

    def _closing(self) -> int:
        """The balance that the rows end with; of an account that was still all the while, that of its last row."""
        last = next((window.closing for window in reversed(self.windows) if window.closing is not None), None)
        if last is not None:
            return last
        if self._from_the_first:
            return 0
        rows = self._some({"sort_by": "settled_at:desc"}, rows=100)
        if not rows or any(row.settled_at is not None and row.settled_at >= self.since for row in rows):
            return 0
        newest = max(row.settled_at for row in rows if row.settled_at is not None)
        closing = balances([row for row in rows if row.settled_at == newest], self.currency, None)[1]
        return closing or 0

    # -- what is new ---------------------------------------------------------------------------------------------

    def _rows_in(self, windows: Sequence[Window]) -> dict[str, bytes]:
        """The rows of windows by their id, as they were received."""
        found: dict[str, bytes] = {}
        for window in windows:
            for piece in window.pages:
                data = self.store.read(piece.file)
                for at, raw in enumerate(rows_of(data) if data is not None else ()):
                    if at not in piece.skip:
                        found[_id(raw)] = raw
        return found

    def _compare(self) -> None:
        """Name what changed since the last run. Raises :class:`Incomplete` where what changed must not change."""
        self.changed, self.late, self.unseen = [], [], 0
        if self.stored is None:
            return
        before = self._rows_in([window for window in self.stored.windows if _overlaps(window, self._read)])
        closed = self.stored.complete_to.astimezone(self.zone).date()
        for window in self.windows:
            if not _overlaps(window, self._read):
                continue
            for name, raw in self._rows_in([window]).items():
                new = _members(raw)
                old = before.pop(name, None)
                if old is None:
                    day = self._day(new)
                    # Whatever settles into a day whose statement may be out already is said.
                    if day is not None and day < closed and self.stored.since <= _instant(new):
                        self.late.append(Change(name, day))
                elif old != raw:
                    self._changed(name, _members(old), new)
        for name, raw in before.items():
            if _members(raw).get("status") == "completed":
                at = str(_members(raw).get("settled_at"))
                raise Incomplete(Reason("gone", {"id": name, "at": at}))

    def _changed(self, name: str, old: dict[str, object], new: dict[str, object]) -> None:
        members = same(old, new)
        if any(member in MONEY for member in members):
            raise Incomplete(Reason("contradiction", {"id": name, "members": ", ".join(members)}))
        seen = tuple(member for member in members if member in STATED)
        day = self._day(new)
        seen = tuple(member for member in seen if member not in _BALANCES)
        if seen and day is not None:
            self.changed.append(Change(name, day, seen))
        elif not _BALANCES.issuperset(members):
            self.unseen += 1

    def _day(self, row: dict[str, object]) -> datetime.date | None:
        return _instant(row).astimezone(self.zone).date() if row.get("settled_at") else None

    def result(self, balance: int | None) -> DownloadedAccount:
        """What the manifest says of the account. A faulty run leaves the older windows and says what is missing."""
        if self.reason is not None:
            old = self.stored or DownloadedAccount(self.id, self.account.iban, self.since, self.since, self.started)
            return msgspec.structs.replace(old, missing=(self.reason,))
        return DownloadedAccount(
            id=self.id,
            iban=self.account.iban,
            since=self.since,
            complete_to=min(self._end(), self.now),
            changes_from=self.started,
            windows=tuple(self.windows),
            balance_cents=balance,
        )


def _overlaps(window: Window, spans: Sequence[Span]) -> bool:
    return any(span.since < window.until and window.since < span.until for span in spans)


def _skipping(pages: Sequence[DownloadedPiece], skip: set[int]) -> tuple[DownloadedPiece, ...]:
    found = []
    start = 0
    for piece in pages:
        own = tuple(sorted(at - start for at in skip if start <= at < start + piece.rows))
        found.append(msgspec.structs.replace(piece, skip=own) if own else piece)
        start += piece.rows
    return tuple(found)


def _members(raw: bytes) -> dict[str, object]:
    found: dict[str, object] = msgspec.json.decode(raw, type=dict[str, object])
    return found


def _id(raw: bytes) -> str:
    members = _members(raw)
    return str(members.get("id") or members.get("transaction_id"))


def _instant(row: dict[str, object]) -> datetime.datetime:
    return msgspec.convert(row["settled_at"], datetime.datetime)
