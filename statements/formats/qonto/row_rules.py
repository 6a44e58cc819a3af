"""One pass over all rows: which are booked, to which account, and whether each can be believed by itself.

:func:`collect` takes a row that has nothing to report as it is; any other is explained by :class:`RowRules`. What only
several rows show, the same transaction given twice, comes after.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from statements.findings import Location, Reporter
from statements.formats.qonto.accounts import AccountRows, Accounts
from statements.formats.qonto.chain import joined
from statements.formats.qonto.decoders import (
    ABSENT_BYTES,
    STATUSES,
    QontoTransaction,
    agrees,
    bytes_of,
    instant_of,
    is_hollow,
    minor_of,
    text_of,
)
from statements.formats.qonto.rows import Document, RowBatch
from statements.visible import french_value

EARLIEST, LATEST = 1970, 2100
"""Years outside which a settlement date is no date of an account."""

_NOTHING = ("an item that is no transaction", "un élément qui n'est pas une transaction")


class Collected(msgspec.Struct):
    """What :func:`collect` found, and where each row of it stands."""

    accounts: Accounts
    replaced: dict[int, tuple[RowBatch, int]]
    batches: list[RowBatch]
    unbooked: dict[str, QontoTransaction] = {}
    """The latest row that is not booked for each id: another state of a booked one may be among them."""
    index: dict[int, tuple[RowBatch, int]] | None = None
    numbers: dict[int, int] = {}

    def place(self, row: QontoTransaction, field: str | None = None, account: str | None = None) -> Location:
        """The location of a row that was collected."""
        batch, at = self._of(row)
        return batch.location(at, field, account)

    def position(self, row: QontoTransaction) -> tuple[int, int]:
        """Where a row stands in the input: the number of its list, and its own in the list."""
        batch, at = self._of(row)
        return self.numbers[id(batch)], at

    def _of(self, row: QontoTransaction) -> tuple[RowBatch, int]:
        if self.index is None:
            # The table of places is built when it is first needed.
            self.index = {id(row): (batch, at) for batch in self.batches for at, row in enumerate(batch.rows)}
            self.index.update(self.replaced)
            self.numbers = {id(batch): number for number, batch in enumerate(self.batches)}
        return self.index[id(row)]


def collect(document: Document, accounts: Accounts, reporter: Reporter) -> Collected:
    """Put every booked row into the group of its account; report what each row says wrong."""
    collected = Collected(accounts, {}, document.batches)
    rules = RowRules(accounts, reporter, collected)
    for batch in document.batches:
        last: str | None = None
        group: AccountRows | None = None
        rows: list[QontoTransaction] = []
        amounts = bytes_of([row.amount for row in batch.rows])
        for at, (row, amount) in enumerate(zip(batch.rows, amounts, strict=True)):
            if row.status == "completed" and row.settled_at is not None and not row.is_external_transaction:
                account = row.bank_account_id
                if group is None or account != last:
                    group = rules.group(row, batch, at)
                    last = account
                    if group is None:
                        continue
                    rows = group.part(batch)
                cents = row.amount_cents
                side = row.side
                if (
                    cents is not None
                    and cents > 0
                    and (agrees(amount, cents) or not amount)
                    and (side == "credit" or side == "debit")
                    and row.currency == group.currency
                    and (row.settled_balance_cents is not None or bytes(row.settled_balance) in ABSENT_BYTES)
                    and EARLIEST <= row.settled_at.year < LATEST
                ):
                    rows.append(row)
                    continue
                rules.booked(row, group, batch, at)
            else:
                rules.unbooked(row, batch, at)
    rules.finish(document)
    for found in accounts.groups.values():
        found.rows = joined(found.parts)
    return collected


class RowRules:
    """The rules of a single row, in the order in which they are asked."""

    def __init__(self, accounts: Accounts, reporter: Reporter, collected: Collected) -> None:
        self.accounts = accounts
        self.reporter = reporter
        self.collected = collected
        self.skipped: Counter[str] = Counter()
        self.external = 0

    def group(self, row: QontoTransaction, batch: RowBatch, at: int) -> AccountRows | None:
        """The group of a booked row; ``None`` when the row is set aside."""
        if batch.kind == "csv":
            holder = batch.holders.get(row.bank_account_id or "")
            group = self.accounts.csv_group(row.bank_account_id, holder)
        else:
            group = self.accounts.group(row.bank_account_id, batch.location(at, "bank_account_id"))
        if group is None:
            return None
        if group.external:
            self.external += 1
            return None
        return group if group.wanted else None

    def unbooked(self, row: QontoTransaction, batch: RowBatch, at: int) -> None:
        """External rows, rows of another status, and booked rows without a date."""
        if row.is_external_transaction:
            self.external += 1
            return
        if is_hollow(row):
            self.reporter.add("QNT-001", batch.location(at), what_en=_NOTHING[0], what_fr=_NOTHING[1])
            self.accounts.unattributed = True
            return
        group = self.group(row, batch, at)
        if group is None:
            return
        if row.status == "completed":
            group.failed = True
            self.reporter.add("QNT-014", batch.location(at, "settled_at", group.key))
            return
        for identity in {row.id, row.transaction_id} - {None, ""}:
            before = self.collected.unbooked.get(identity or "")
            if before is None or _rank(row) > _rank(before):
                self.collected.unbooked[identity or ""] = row
        word = row.status if row.status is not None and row.status in STATUSES else "other"
        balance = row.settled_balance_cents is not None or text_of(row.settled_balance) is not None
        if row.settled_at is not None or balance:
            place = batch.location(at, "status", group.key)
            self.reporter.add("QNT-013", place, found=word, found_fr=_STATUSES_FR[word])
        else:
            self.skipped[word] += 1

    def booked(self, row: QontoTransaction, group: AccountRows, batch: RowBatch, at: int) -> None:
        """A booked row that has something to report or to complete."""
        if group.currency is None and row.currency:
            group.currency = row.currency
        counted = self._amount(row, group, batch, at)
        checked = self._rest(counted or row, group, batch, at)
        if counted is None or checked is None:
            group.failed = True
            return
        if checked is not row:
            self.collected.replaced[id(checked)] = (batch, at)
        group.part(batch).append(checked)

    def _amount(self, row: QontoTransaction, group: AccountRows, batch: RowBatch, at: int) -> QontoTransaction | None:
        """Rules 015 to 019: the row with its cents, ``None`` after an error."""
        report = self.reporter.add
        text = text_of(row.amount)
        shown = None if text is None else _printable(text)
        cents = row.amount_cents
        if text is None and cents is None:
            report("QNT-015", batch.location(at, "amount", group.key))
            return None
        exact = None if text is None else minor_of(text, "EUR")
        if text is not None and (exact is None or exact < 0):
            report("QNT-018", batch.location(at, "amount", group.key), found=shown)
            return None
        if cents is not None and cents < 0:
            report("QNT-018", batch.location(at, "amount_cents", group.key), found=str(cents))
            return None
        if cents is None:
            report("QNT-016", batch.location(at, "amount", group.key), found=shown)
            row = replace(row, amount_cents=exact)
        elif exact is not None and exact != cents:
            report("QNT-017", batch.location(at, "amount", group.key), found=shown, expected=str(cents))
            return None
        if row.amount_cents == 0:
            report("QNT-019", batch.location(at, "amount", group.key))
        return row

    def _rest(self, row: QontoTransaction, group: AccountRows, batch: RowBatch, at: int) -> QontoTransaction | None:
        """Side, currency, date and balance."""
        report = self.reporter.add
        good = True
        if row.side not in ("credit", "debit"):
            report("QNT-020", batch.location(at, "side", group.key), found=_printable(row.side or "-"))
            good = False
        if row.currency and row.currency != group.currency:
            report(
                "QNT-021",
                batch.location(at, "currency", group.key),
                found=_printable(row.currency),
                expected=group.currency or "-",
            )
            good = False
        if row.settled_at is not None and not EARLIEST <= row.settled_at.year < LATEST:
            report("QNT-022", batch.location(at, "settled_at", group.key), found=row.settled_at.isoformat())
            good = False
        if row.settled_balance_cents is None and (text := text_of(row.settled_balance)) is not None:
            balance = minor_of(text, "EUR")
            if balance is None:
                report("QNT-018", batch.location(at, "settled_balance", group.key), found=_printable(text))
                good = False
            row = replace(row, settled_balance_cents=balance)
        return row if good else None

    def finish(self, document: Document) -> None:
        """The counts of what was set aside, and the accounts of rows that could not be read."""
        external = self.external + self.accounts.external_accounts
        if external:
            self.reporter.add("QNT-011", found=str(external))
        if document.foreign_events:
            kinds = sorted(document.foreign_events)
            words = ", ".join(kinds[:5]) + (", …" if len(kinds) > 5 else "")
            self.reporter.add("QNT-046", found=str(sum(document.foreign_events.values())), types=words)
        if self.skipped:
            skipped = sorted(self.skipped.items())
            self.reporter.add(
                "QNT-012",
                found=str(self.skipped.total()),
                statuses=", ".join(f"{word} {count}" for word, count in skipped),
                statuses_fr=", ".join(f"{_STATUSES_FR[word]} {count}" for word, count in skipped),
            )
        for key in document.faulty_accounts:
            if key is None:
                self.accounts.unattributed = True
                continue
            group = self.accounts.group(key, Location())
            if group is not None:
                group.failed = True
        for iban in document.faulty_csv:
            group = self.accounts.csv_group(iban or None, None)
            if group is not None:
                group.failed = True


# -- several rows -----------------------------------------------------------------------------------------------------


def without_repeats(groups: Iterable[AccountRows], collected: Collected, reporter: Reporter) -> None:
    """Keep one state of each transaction, and stop the accounts whose states contradict one another.

    Pages of a list overlap when a row arrives while they are downloaded, and events are delivered more than once: the
    state with the latest ``updated_at`` is that of the bank. Two booked states with another amount, side, date or
    account are no two states of one transaction; and a booked one whose later state is not booked cannot stay booked.
    """
    groups = list(groups)
    identities = [row.id or row.transaction_id for group in groups for row in group.rows]
    if len(set(identities)) != len(identities):
        _keep_latest(groups, collected, reporter)
    if collected.unbooked:
        for group in groups:
            for row in group.rows:
                _compare_with_unbooked(row, group, collected, reporter)


def _keep_latest(groups: list[AccountRows], collected: Collected, reporter: Reporter) -> None:
    given: dict[str, list[tuple[AccountRows, QontoTransaction]]] = {}
    for group in groups:
        for row in group.rows:
            if identity := row.id or row.transaction_id:
                given.setdefault(identity, []).append((group, row))
    kept = {
        identity: _latest(identity, states, collected, reporter)
        for identity, states in given.items()
        if len(states) > 1
    }
    placed: set[str] = set()
    for group in groups:
        rows = []
        for row in group.rows:
            identity = row.id or row.transaction_id
            if identity in kept:
                if identity in placed:
                    continue
                # The first place stays, so that the order of the input does.
                placed.add(identity)
                row = kept[identity]
            rows.append(row)
        group.rows = rows


def _latest(
    identity: str, states: list[tuple[AccountRows, QontoTransaction]], collected: Collected, reporter: Reporter
) -> QontoTransaction:
    """The latest of several booked states of one transaction; the others are reported."""
    states = sorted(states, key=lambda state: collected.position(state[1]))
    group, kept = max(states, key=_state)
    contradict = any(other is not group or _booking(row) != _booking(kept) for other, row in states)
    for other, row in states[1:] if contradict else states:
        if contradict:
            reporter.add("QNT-005", collected.place(row, "id", other.key), found=identity)
        elif row is not kept:
            what = _difference(row, kept)
            place = collected.place(row, "id", other.key)
            reporter.add("QNT-004", place, found=identity, what_en=what[0], what_fr=what[1])
    if contradict:
        for other, _ in states:
            other.failed = True
    return kept


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def _state(state: tuple[AccountRows, QontoTransaction]) -> tuple[datetime.datetime, int, bytes]:
    """What makes a state the latest; the fuller content decides between equals, so that the order of input does not."""
    content = msgspec.json.encode(state[1])
    return instant_of(state[1].updated_at) or _EPOCH, len(content), content


def _booking(row: QontoTransaction) -> tuple[object, ...]:
    return row.amount_cents, row.side, row.settled_at


def _difference(row: QontoTransaction, kept: QontoTransaction) -> tuple[str, str]:
    """In which texts a state that is not kept differs from the one that is, in both languages."""
    told = []
    for name, word in _TEXTS_FR.items():
        old, new = getattr(row, name) or "", getattr(kept, name) or ""
        if old != new:
            told.append((name, word, _printable(new), _printable(old)))
    if not told:
        return "it is kept once", "elle n'est retenue qu'une fois"
    moment = instant_of(kept.updated_at)
    since = moment.isoformat() if moment is not None and moment != instant_of(row.updated_at) else "-"
    english = "; ".join(f"{name} “{new}”, not “{old}”" for name, _, new, old in told)
    french = " ; ".join(f"{word} « {new} » et non « {old} »" for _, word, new, old in told)
    changed = f", modifié le {french_value(since)}," if since != "-" else ""
    return f"its latest state is kept (updated_at {since}): {english}", (
        f"son dernier état{changed} est retenu : {french}"
    )


_TEXTS_FR = {
    "reference": "référence",
    "label": "nom de la contrepartie",
    "operation_type": "type d'opération",
    "subject_type": "type d'objet",
}
"""The texts of a transaction, in words of French."""
_STATUSES_FR = {
    "completed": "exécutée",
    "pending": "en attente",
    "processing": "en cours",
    "declined": "refusée",
    "canceled": "annulée",
    "reversed": "retournée",
    "other": "autre",
}


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "." for char in text)[:40]


def _waits(row: QontoTransaction) -> bool:
    """Whether a row may still be booked; what was refused or taken back is not."""
    return row.status in ("pending", "processing")


def _rank(row: QontoTransaction) -> tuple[bool, datetime.datetime, bool]:
    """Orders the states that are not booked: the one that contradicts a booked one most comes last."""
    moment = instant_of(row.updated_at)
    return moment is None and not _waits(row), moment or _EPOCH, not _waits(row)


def _compare_with_unbooked(row: QontoTransaction, group: AccountRows, collected: Collected, reporter: Reporter) -> None:
    """A booked transaction that is given in another state as well, which is the later one or may be."""
    booked = instant_of(row.updated_at)
    for identity in (row.id, row.transaction_id):
        other = collected.unbooked.get(identity) if identity else None
        if other is None:
            continue
        moment = instant_of(other.updated_at)
        # A transaction that waits is booked afterwards.
        later = moment > booked if booked and moment and booked != moment else not _waits(other)
        if later:
            word = other.status if other.status is not None and other.status in STATUSES else "other"
            place = collected.place(other, "status", group.key)
            reporter.add("QNT-047", place, found=identity, status=word, status_fr=_STATUSES_FR[word])
            group.failed = True
            return
