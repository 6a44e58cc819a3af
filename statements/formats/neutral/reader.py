"""Our JSON as statements: typed, every fault with its path such as ``$.statements[0].entries[3].amount``.

What was written by :mod:`statements.formats.neutral.writer` takes the short way: one typed conversion. Anything
else goes through :mod:`statements.formats.neutral.faults`, which names every fault and keeps what is sound.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from typing import Any

import msgspec

from statements.findings import Location, Outcome, Profile, Reporter
from statements.formats.neutral import faults
from statements.formats.neutral.wire import BalanceRecord, EntryRecord, FileRecord, PartyRecord, StatementRecord
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import (
    NO_CODES,
    NO_REFERENCES,
    Balance,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
    Statement,
)
from statements.reference.iban import is_iban
from statements.rules import RuleBook
from statements.wire.encodings import encoding_of

PROFILE = Profile(name="default", base="default")


@lru_cache(maxsize=1)
def rules() -> RuleBook:
    """The rule book of our JSON (CNV-301 and following)."""
    return RuleBook.load("statements.formats.neutral")


def read(data: bytes | str) -> Outcome[tuple[Statement, ...]]:
    """Statements of our JSON. Never raises for bad data: see ``rules.tsv`` for what is found.

    >>> read(b'{"statements": [{"account": {"iban": "FR7616958000011234567890177"}}]}').value[0].account.iban
    'FR7616958000011234567890177'
    """
    report = Reporter(rules(), PROFILE)
    text = _text(data, report)
    raw = None if text is None else _parse(text, report)
    if text is None or raw is None:
        return Outcome((), tuple(report.findings))
    # Half a surrogate pair passes the typed conversion; the slow way mends it with a finding.
    document = None if report.findings or _HALF.search(text) else _exact(raw)
    if document is None:
        document = faults.explain(raw, report)
    statements = [_statement(item, f"$.statements[{at}]", at + 1, report) for at, item in document]
    return Outcome(tuple(item for item in statements if item is not None), tuple(report.findings))


def _exact(raw: Any) -> list[tuple[int, StatementRecord]] | None:
    """The statements of a document without any fault; ``None`` when there is one."""
    try:
        return list(enumerate(msgspec.convert(raw, FileRecord).statements))
    except msgspec.ValidationError:
        return None


_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


def _text(data: bytes | str, report: Reporter) -> str | None:
    if isinstance(data, str):
        return data
    other = encoding_of(data)
    if other is not None:
        report.add("CNV-311", Location(line=1), found=other, what=f"it is {other}", what_fr=f"il est en {other}")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, at = data.count(b"\n", 0, error.start) + 1, str(error.start + 1)
        place = Location(line=line, offset=error.start)
        report.add("CNV-311", place, found=at, what=f"byte {at} of the file", what_fr=f"octet {at} du fichier")
        return None


def _parse(data: str, report: Reporter) -> Any:
    duplicates: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(name for name, _ in pairs)
            duplicates.extend(sorted(name for name, count in counts.items() if count > 1))
        return found

    def constant(text: str) -> Any:
        raise ValueError(text)

    try:
        # Numbers with a point stay text: nothing passes through a binary float.
        raw = json.loads(data, object_pairs_hook=members, parse_float=faults.Number, parse_constant=constant)
    except json.JSONDecodeError as error:
        found = data[error.pos : error.pos + 20].split("\n")[0]
        report.add("CNV-301", Location(line=error.lineno, column=error.colno), found=found or None)
        return None
    except (RecursionError, ValueError) as error:
        # Too deep, a number of thousands of digits, NaN or Infinity.
        report.add("CNV-301", found=str(error)[:60])
        return None
    for name in duplicates:
        report.add("CNV-302", Location(field=name), found=name)
    return raw


class _InexactError(Exception):
    """A value that cannot be taken exactly: reported already, its record is left out."""


def _money(text: str, currency: str | None, path: str, place: Location, report: Reporter) -> Money:
    if not currency:
        report.add("CNV-307", msgspec.structs.replace(place, path=path), found=text)
        raise _InexactError
    if _CURRENCY.fullmatch(currency) is None:
        report.add(
            "CNV-313", msgspec.structs.replace(place, path=path.rpartition(".")[0] + ".currency"), found=currency
        )
        raise _InexactError
    try:
        return Money.parse(text, currency)
    except ValueError as error:
        report.add("CNV-306", msgspec.structs.replace(place, path=path), found=text, expected=currency)
        raise _InexactError from error


def _balance(
    item: BalanceRecord | None, currency: str | None, path: str, place: Location, report: Reporter
) -> Balance | None:
    if item is None:
        return None
    try:
        return Balance(_money(item.amount, item.currency or currency, path + ".amount", place, report), item.date)
    except _InexactError:
        return None


_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def _statement(item: StatementRecord, path: str, index: int, report: Reporter) -> Statement | None:
    account = item.account
    iban = _iban(account.iban)
    place = Location(statement=index, account=iban or account.other)
    if not (account.iban or account.other):
        # A message without :25: is shown as JSON all the same; no bank format takes it.
        report.add("CNV-308", msgspec.structs.replace(place, path=path + ".account"))
    if iban != account.iban:
        where = msgspec.structs.replace(place, path=path + ".account.iban")
        report.add("CNV-314", where, found=account.iban, expected=iban)
    elif iban and not is_iban(iban):
        report.add("CNV-309", msgspec.structs.replace(place, path=path + ".account.iban"), found=iban)
    currency = account.currency
    if currency and _CURRENCY.fullmatch(currency) is None:
        # Every amount of the statement hangs on it.
        report.add("CNV-313", msgspec.structs.replace(place, path=path + ".account.currency"), found=currency)
        return None
    records = () if isinstance(item.entries, msgspec.UnsetType) else item.entries
    entries = []
    complete = True
    for number, record in enumerate(records, 1):
        at = f"{path}.entries[{number - 1}]"
        try:
            entries.append(_entry(record, currency, at, place, number, report))
        except _InexactError:
            complete = False
    opening = _balance(item.opening, currency, path + ".opening", place, report)
    closing = _balance(item.closing, currency, path + ".closing", place, report)
    available = _balance(item.available, currency, path + ".available", place, report)
    forward = [
        _balance(value, currency, f"{path}.forward_available[{at}]", place, report)
        for at, value in enumerate(item.forward_available)
    ]
    statement = Statement(
        Account(iban, currency, account.other, account.bic, account.name),
        opening,
        closing,
        tuple(entries),
        item.number,
        item.sequence,
        available,
        tuple(value for value in forward if value is not None),
    )
    if complete:
        _arithmetic(statement, path, place, report)
    return statement


def _iban(text: str | None) -> str | None:
    """The electronic form of an IBAN that a person wrote in its printed form; any other text as it is."""
    bare = re.sub(r"[ \u00a0\u202f]", "", text or "").upper()
    return bare if bare != text and is_iban(bare) else text


def _arithmetic(statement: Statement, path: str, place: Location, report: Reporter) -> None:
    opening, closing = statement.opening, statement.closing
    if opening is None or closing is None:
        return
    currency = opening.amount.currency
    if closing.amount.currency != currency or any(e.amount.currency != currency for e in statement.entries):
        return
    computed = Money(opening.amount.minor + sum(e.amount.minor for e in statement.entries), currency)
    if computed != closing.amount:
        report.add(
            "CNV-310",
            msgspec.structs.replace(place, path=path + ".closing.amount"),
            found=closing.amount.text,
            expected=computed.text,
            difference=(closing.amount - computed).text,
        )


def _entry(
    item: EntryRecord, currency: str | None, path: str, statement: Location, number: int, report: Reporter
) -> Entry:
    place = msgspec.structs.replace(statement, entry=number)
    codes, party, references, original = item.codes, item.counterparty, item.references, item.original_amount
    foreign = None
    if original is not None:
        amount = _money(original.amount, original.currency, path + ".original_amount.amount", place, report)
        if original.amount[:1] in "+-":
            report.add(
                "CNV-306",
                msgspec.structs.replace(place, path=path + ".original_amount.amount"),
                found=original.amount,
                expected=original.currency,
            )
            raise _InexactError
        foreign = OriginalAmount(amount, original.rate)
    return Entry(
        item.booking_date,
        _money(item.amount, item.currency or currency, path + ".amount", place, report),
        item.value_date,
        item.reversal is True,
        OperationCodes(codes.cfonb, codes.swift, codes.iso) if codes is not None else NO_CODES,
        References(
            references.bank_reference,
            references.customer_reference,
            references.end_to_end_id,
            references.mandate_id,
            references.creditor_id,
        )
        if references is not None
        else NO_REFERENCES,
        # A counterparty of which nothing is said is none.
        None if party is None or party == PartyRecord() else Party(party.name, party.iban, party.bic, party.role),
        item.remittance,
        foreign,
        tuple(Detail(detail.qualifier, detail.text) for detail in item.details),
    )
