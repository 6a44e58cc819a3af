"""From the rows of one account to entries of the neutral model: codes, counterparty, texts, references.

The loop of :meth:`EntryBuilder.build` looks up what repeats (codes, names, IBANs) and leaves every text, number or code
that needs a second look to a method; the methods report, the loop does not.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from statements.findings import Location, Reporter
from statements.formats.qonto.accounts import AccountRows, compact
from statements.formats.qonto.decoders import (
    SUBJECT_TYPES,
    Counterparty,
    QontoTransaction,
    SteeredTransaction,
    minor_of,
    text_of,
)
from statements.formats.qonto.operations import Facts, OperationTable, role
from statements.formats.qonto.request import Settings
from statements.formats.qonto.row_rules import Collected
from statements.formats.qonto.texts import cleaned, usable
from statements.model.account import Party, Role
from statements.model.money import CURRENCIES, Money
from statements.model.statement import Entry, OperationCodes, OriginalAmount, References
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban
from statements.wire.identity import token, tokens

_CACHE = 65_536
"""Entries after which a cache of names or numbers is emptied: memory stays flat however many there are."""

MOST_WORDS = 10
"""Unknown words that one finding lists."""


class EntryBuilder:
    """Builds the entries of all accounts of one reading; the caches are shared."""

    def __init__(self, table: OperationTable, settings: Settings, collected: Collected, reporter: Reporter) -> None:
        self._table = table
        self._settings = settings
        self._collected = collected
        self._reporter = reporter
        self._seen: dict[Any, tuple[OperationCodes, Party | None]] = {}
        self._unknown: dict[tuple[str, str], tuple[int, Location]] = {}
        self._repeats: dict[str, int] = {}

    def build(self, group: AccountRows, rows: Sequence[QontoTransaction], days: Sequence[datetime.date]) -> list[Entry]:
        """One entry for each row, in the order given. ``days`` are the booking days of the rows."""
        seen = self._seen
        currency = group.currency or "EUR"
        account = group.key
        steered = self._table.steered or self._settings.card_digits
        identities = [row.transaction_id or row.id for row in rows]
        names = tokens("Q", [identity or "" for identity in identities])
        entries: list[Entry] = []
        add = entries.append
        for row, day, identity, bank_reference in zip(rows, days, identities, names, strict=True):
            side = row.side
            local = row.local_currency
            foreign = local != currency and bool(local)
            other = row.transfer or row.income or row.direct_debit or row.direct_debit_collection or row.swift_income
            if other is None:
                mandate = None
                key: Any = (row.label, row.operation_type, row.subject_type, side, foreign)
            else:
                mandate = other.unique_mandate_reference
                key = (
                    row.label,
                    row.operation_type,
                    row.subject_type,
                    side,
                    foreign,
                    other.counterparty_account_number,
                    other.counterparty_account_number_format,
                    other.counterparty_bank_identifier,
                    other.counterparty_bank_identifier_format,
                )
            if steered:
                key = (*key, _steering(row))
            known = seen.get(key)
            if known is None:
                facts = Facts(foreign, *_steering(row)) if steered else Facts(foreign)
                known = self._meet(row, other, facts, key, account)
            codes, party = known

            text = row.reference
            if text and not usable(text):
                text = cleaned(text, "reference", self._place(row, "reference", account), self._reporter)
            if steered and self._settings.card_digits:
                text = _with_card(row, text)

            cents = row.amount_cents or 0
            original = None
            if foreign or (local and (row.local_amount_cents != cents or row.local_amount != row.amount)):
                original = self._original(row, currency, account)
            amount = Money(cents if side == "credit" else -cents, currency)
            number_of_cheque = None if row.check is None else _cheque(row)
            if not identity:
                bank_reference = self._without_id(account, day, amount, party, text)
            add(
                Entry(
                    day,
                    amount,
                    day,
                    False,
                    codes,
                    References(bank_reference, number_of_cheque, None, mandate or None),
                    party,
                    (text,) if text else (),
                    original,
                )
            )
        return entries

    def finish(self) -> None:
        """Report the operation and subject types that the table does not know: one finding with the counts."""
        for rule in ("QNT-028", "QNT-029"):
            words = {word: item for (id_, word), item in self._unknown.items() if id_ == rule}
            if words:
                listed = [f"{_printable(word)} ({count})" for word, (count, _) in words.items()]
                found = ", ".join(listed[:MOST_WORDS]) + (", …" if len(listed) > MOST_WORDS else "")
                count = sum(count for count, _ in words.values())
                self._reporter.add(rule, next(iter(words.values()))[1], found=found, count=str(count))

    # -- what needs a second look --------------------------------------------------------------------------------

    def _place(self, row: QontoTransaction, field: str, account: str) -> Location:
        return self._collected.place(row, field, account)

    def _meet(
        self, row: QontoTransaction, other: Counterparty | None, facts: Facts, key: Any, account: str
    ) -> tuple[OperationCodes, Party | None]:
        """Codes and counterparty of a row; kept for the next row of the same ones, unless there is a finding.

        What has a finding is looked up again each time, so that every row is reported and counted.
        """
        codes, part, strange = self._operation(row, facts, account)
        before = len(self._reporter.findings)
        party = self._party(row, other, part, account)
        if not strange and len(self._reporter.findings) == before:
            if len(self._seen) >= _CACHE:
                self._seen.clear()
            self._seen[key] = codes, party
        return codes, party

    def _operation(self, row: QontoTransaction, facts: Facts, account: str) -> tuple[OperationCodes, Role | None, bool]:
        """Codes, role of the counterparty, and whether the table knows less than it should."""
        operation, subject, side = row.operation_type, row.subject_type, row.side or ""
        codes, known = self._table.codes(operation, subject, side, facts)
        strange = False
        if not known:
            self._count("QNT-028", operation, row, "operation_type", account)
            strange = True
        if subject and subject.lower() not in SUBJECT_TYPES:
            self._count("QNT-029", subject, row, "subject_type", account)
            strange = True
        return codes, role(operation), strange

    def _count(self, rule: str, word: str | None, row: QontoTransaction, field: str, account: str) -> None:
        word = word or "-"
        count, place = self._unknown.get((rule, word), (0, None))
        self._unknown[rule, word] = (count + 1, place or self._place(row, field, account))

    def _party(
        self, row: QontoTransaction, other: Counterparty | None, part: Role | None, account: str
    ) -> Party | None:
        name = row.label
        if name and not usable(name):
            name = cleaned(name, "label", self._place(row, "label", account), self._reporter)
        iban = bic = None
        if other is not None:
            if other.counterparty_account_number:
                iban = self._iban(row, other, account)
            if other.counterparty_bank_identifier:
                bic = self._bic(row, other, account)
        return Party(name or None, iban, bic, part) if name or iban or bic else None

    def _iban(self, row: QontoTransaction, other: Counterparty, account: str) -> str | None:
        number = other.counterparty_account_number or ""
        kind = other.counterparty_account_number_format
        iban = compact(number)
        field = f"{_member(row, other)}.counterparty_account_number"
        if (kind and kind.upper() != "IBAN") or (not kind and not is_iban(iban)):
            self._reporter.add("QNT-033", self._place(row, field, account), found=kind or "-")
            return None
        if not is_iban(iban):
            self._reporter.add("QNT-034", self._place(row, field, account), found=_printable(number))
            return None
        return iban

    def _bic(self, row: QontoTransaction, other: Counterparty, account: str) -> str | None:
        written = other.counterparty_bank_identifier or ""
        kind = other.counterparty_bank_identifier_format
        if kind and kind.upper() != "SWIFT_BIC":
            # A sort code and the like: by its own word no BIC, so nothing is malformed.
            return None
        bic = written.strip().upper()
        if is_bic(bic):
            return bic
        if bic:
            field = f"{_member(row, other)}.counterparty_bank_identifier"
            self._reporter.add("QNT-032", self._place(row, field, account), found=_printable(written))
        return None

    def _original(self, row: QontoTransaction, currency: str, account: str) -> OriginalAmount | None:
        """The amount in the currency of the purchase: ``local_amount`` governs, its cents are a check."""
        local = (row.local_currency or "").strip().upper()
        text = text_of(row.local_amount)
        if text is None and row.local_amount_cents is None and local == currency:
            return None
        minor = None if text is None else minor_of(text, local)
        cents = row.local_amount_cents
        hundredths = None if text is None else minor_of(text, "EUR")
        good = minor is not None and local in CURRENCIES and (cents is None or cents in (minor, hundredths))
        if local == currency:
            good = good and minor == row.amount_cents
        if not good:
            found = f"{text or '-'} {_printable(local)}"
            self._reporter.add("QNT-038", self._place(row, "local_amount", account), found=found)
        if local == currency or local not in CURRENCIES or minor is None:
            return None
        return OriginalAmount(Money(abs(minor), local))

    def _without_id(
        self, account: str, day: datetime.date, amount: Money, party: Party | None, text: str | None
    ) -> str:
        """The token of an entry that has no id: what is known of it, counted when several are equal."""
        name = None if party is None else party.name
        key = f"{account}|{day.isoformat()}|{amount.minor}|{amount.currency}|{name or ''}|{text or ''}"
        count = self._repeats[key] = self._repeats.get(key, 0) + 1
        return token("X", f"{key}|{count}")


def _steering(row: QontoTransaction) -> tuple[str | None, bool]:
    if not isinstance(row, SteeredTransaction):
        return None, False
    return row.category, text_of(row.vat_amount) is not None


def _with_card(row: QontoTransaction, text: str | None) -> str | None:
    digits = row.card_last_digits if isinstance(row, SteeredTransaction) else None
    if not digits or not (digits.isascii() and digits.isdigit()):
        return text
    return f"{text} CARTE {digits}" if text else f"CARTE {digits}"


def _cheque(row: QontoTransaction) -> str | None:
    """The number of a cheque, when it is digits only."""
    number = "" if row.check is None or row.check.check_number is None else str(row.check.check_number).strip()
    return number if number.isascii() and number.isdigit() else None


def _member(row: QontoTransaction, other: Counterparty) -> str:
    for name in ("transfer", "income", "direct_debit", "direct_debit_collection", "swift_income"):
        if getattr(row, name) is other:
            return name
    return "counterparty"


def _printable(text: str) -> str:
    """A value for a message: nothing in it can act on a terminal, and it is short."""
    return "".join(char if char.isprintable() else "." for char in text)[:40]
