"""One pass over all rows: which are booked, to which account, and whether each can be believed by itself.

:func:`collect` takes a row that has nothing to report as it is; any other is explained by :class:`RowRules`. What only
several rows show, the same transaction given twice, comes after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from statements.findings import Location, Reporter
from statements.formats.qonto.accounts import AccountRows, Accounts
from statements.formats.qonto.decoders import (
    ABSENT_BYTES,
    STATUSES,
    Transaction,
    agrees,
    bytes_of,
    minor_of,
    text_of,
)
from statements.formats.qonto.rows import Document, RowBatch

EARLIEST, LATEST = 1970, 2100
"""Years outside which a settlement date is no date of an account."""

_NOTHING = ("an item that is no transaction", "un élément qui n'est pas une transaction")


class Collected(msgspec.Struct):
    """What :func:`collect` found; ``places`` finds the batch and index of a row by its identity."""

    accounts: Accounts
    replaced: dict[int, tuple[RowBatch, int]]
    batches: list[RowBatch]
    index: dict[int, tuple[RowBatch, int]] | None = None

    def place(self, row: Transaction, field: str | None = None, account: str | None = None) -> Location:
        """The location of a row that was collected; the table of places is built when first needed."""
        if self.index is None:
            self.index = {id(row): (batch, at) for batch in self.batches for at, row in enumerate(batch.rows)}
            self.index.update(self.replaced)
        batch, at = self.index[id(row)]
        return batch.location(at, field, account)


def collect(document: Document, accounts: Accounts, reporter: Reporter) -> Collected:
    """Put every booked row into the group of its account; report what each row says wrong."""
    collected = Collected(accounts, {}, document.batches)
    rules = RowRules(accounts, reporter, collected)
    for batch in document.batches:
        last: str | None = None
        group: AccountRows | None = None
        amounts = bytes_of([row.amount for row in batch.rows])
        for at, (row, amount) in enumerate(zip(batch.rows, amounts, strict=True)):
            if row.status == "completed" and row.settled_at is not None and not row.is_external_transaction:
                account = row.bank_account_id
                if group is None or account != last:
                    group = rules.group(row, batch, at)
                    last = account
                    if group is None:
                        continue
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
                    group.rows.append(row)
                    continue
                rules.booked(row, group, batch, at)
            else:
                rules.unbooked(row, batch, at)
    rules.finish(document)
    return collected


class RowRules:
    """The rules of a single row, in the order in which they are asked."""

    def __init__(self, accounts: Accounts, reporter: Reporter, collected: Collected) -> None:
        self.accounts = accounts
        self.reporter = reporter
        self.collected = collected
        self.skipped: Counter[str] = Counter()
        self.external = 0

    def group(self, row: Transaction, batch: RowBatch, at: int) -> AccountRows | None:
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

    def unbooked(self, row: Transaction, batch: RowBatch, at: int) -> None:
        """External rows, rows of another status, and booked rows without a date."""
        if row.is_external_transaction:
            self.external += 1
            return
        if row.status is None and row.side is None and row.amount_cents is None and text_of(row.amount) is None:
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
        word = row.status if row.status is not None and row.status in STATUSES else "other"
        balance = row.settled_balance_cents is not None or text_of(row.settled_balance) is not None
        if row.settled_at is not None or balance:
            self.reporter.add("QNT-013", batch.location(at, "status", group.key), found=word)
        else:
            self.skipped[word] += 1

    def booked(self, row: Transaction, group: AccountRows, batch: RowBatch, at: int) -> None:
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
        group.rows.append(checked)

    def _amount(self, row: Transaction, group: AccountRows, batch: RowBatch, at: int) -> Transaction | None:
        """Rules 015 to 019: the row with its cents, ``None`` after an error."""
        report = self.reporter.add
        text = text_of(row.amount)
        cents = row.amount_cents
        if text is None and cents is None:
            report("QNT-015", batch.location(at, "amount", group.key))
            return None
        exact = None if text is None else minor_of(text, "EUR")
        if text is not None and (exact is None or exact < 0):
            report("QNT-018", batch.location(at, "amount", group.key), found=text)
            return None
        if cents is not None and cents < 0:
            report("QNT-018", batch.location(at, "amount_cents", group.key), found=str(cents))
            return None
        if cents is None:
            report("QNT-016", batch.location(at, "amount", group.key), found=text)
            row = replace(row, amount_cents=exact)
        elif exact is not None and exact != cents:
            report("QNT-017", batch.location(at, "amount", group.key), found=text, expected=str(cents))
            return None
        if row.amount_cents == 0:
            report("QNT-019", batch.location(at, "amount", group.key))
        return row

    def _rest(self, row: Transaction, group: AccountRows, batch: RowBatch, at: int) -> Transaction | None:
        """Side, currency, date and balance."""
        report = self.reporter.add
        good = True
        if row.side not in ("credit", "debit"):
            report("QNT-020", batch.location(at, "side", group.key), found=row.side or "-")
            good = False
        if row.currency and row.currency != group.currency:
            report(
                "QNT-021", batch.location(at, "currency", group.key), found=row.currency, expected=group.currency or "-"
            )
            good = False
        if row.settled_at is not None and not EARLIEST <= row.settled_at.year < LATEST:
            report("QNT-022", batch.location(at, "settled_at", group.key), found=row.settled_at.isoformat())
            good = False
        if row.settled_balance_cents is None and (text := text_of(row.settled_balance)) is not None:
            balance = minor_of(text, "EUR")
            if balance is None:
                report("QNT-018", batch.location(at, "settled_balance", group.key), found=text)
                good = False
            row = replace(row, settled_balance_cents=balance)
        return row if good else None

    def finish(self, document: Document) -> None:
        """The counts of what was set aside, and the accounts of rows that could not be read."""
        external = self.external + self.accounts.external_accounts
        if external:
            self.reporter.add("QNT-011", found=str(external))
        if self.skipped:
            counts = ", ".join(f"{word} {count}" for word, count in sorted(self.skipped.items()))
            self.reporter.add("QNT-012", found=str(self.skipped.total()), statuses=counts)
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
    """Drop rows whose ``id`` (else ``transaction_id``) was seen before; report each, and stop accounts that differ.

    Pages of a list overlap when a row arrives while they are downloaded; that is harmless. Two rows of one id with
    another amount, side, date or account are not.
    """
    groups = list(groups)
    identities = [row.id or row.transaction_id for group in groups for row in group.rows]
    if len(set(identities)) == len(identities):
        return
    seen: dict[str, tuple[AccountRows, Transaction]] = {}
    for group in groups:
        kept: list[Transaction] = []
        for row in group.rows:
            identity = row.id or row.transaction_id
            before = seen.get(identity) if identity else None
            if identity is None or not identity or before is None:
                kept.append(row)
                if identity:
                    seen[identity] = (group, row)
                continue
            place = collected.place(row, "id", group.key)
            if before[0] is group and _booking(before[1]) == _booking(row):
                reporter.add("QNT-004", place, found=identity)
            else:
                reporter.add("QNT-005", place, found=identity)
                group.failed = before[0].failed = True
        group.rows = kept


def _booking(row: Transaction) -> tuple[object, ...]:
    return row.amount_cents, row.side, row.settled_at
