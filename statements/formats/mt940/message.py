"""A message cut into fields becomes a :class:`Message`: values, and a finding for each field that is not as it should.

This is the careful path; :mod:`statements.formats.mt940.fast` reads a canonical message with the same result.
"""

from __future__ import annotations

import datetime
import re

from statements.formats.mt940.balances import UNKNOWN, ReadBalance, currency_of, read_balance
from statements.formats.mt940.entry import Period, read_entry
from statements.formats.mt940.envelope import check_envelope, sender_bic
from statements.formats.mt940.frame import read_account, read_number, read_reference
from statements.formats.mt940.interim import check_interim
from statements.formats.mt940.lines import check_lines
from statements.formats.mt940.records import Message, RawField, RawMessage, StatementLine
from statements.formats.mt940.report import Report
from statements.formats.mt940.scan import check_characters
from statements.model.statement import Balance

_FLOOR = re.compile(r"([A-Z]{3})")


def read_message(raw: RawMessage, report: Report) -> tuple[Message, bool]:
    """The message, and whether its arithmetic may be judged (every mark and amount was read, one currency)."""
    report.message, report.account, report.entry = raw.number, None, None
    check_envelope(raw, report)
    frame = {field.tag: field for field, role in zip(raw.fields, raw.roles, strict=True) if role == "frame"}
    reference = read_reference(frame["20"], report) if "20" in frame else None
    related = read_reference(frame["21"], report) if "21" in frame else None
    account_field = frame.get("25") or frame.get("25P")
    account = read_account(account_field, report) if account_field else None
    report.account = account.text if account else None
    number_field = frame.get("28C") or frame.get("28")
    number_text, number, sequence = read_number(number_field, report) if number_field else (None, None, None)
    opening_field = frame.get("60F") or frame.get("60M")
    closing_field = frame.get("62F") or frame.get("62M")
    _missing(raw, reference, account_field, number_field, opening_field, closing_field, report)

    currency = _currency(raw, frame)
    opened = read_balance(opening_field, currency, report) if opening_field else ReadBalance()
    closed = read_balance(closing_field, currency, report) if closing_field else ReadBalance()
    judged = (not opening_field or (opened.amount is not None and opened.marked)) and (
        not closing_field or (closed.amount is not None and closed.marked)
    )
    available, forward = _available(raw, currency, closed.day or opened.day, report)
    one_currency = _same_currency(raw, frame, report)
    period = Period(opened.day, closed.day, currency or UNKNOWN, raw.kind)
    entries, all_read = _entries(raw, period, report)
    fallback = next((line.booking_date for line in entries), None)
    opening = opened.balance(closed.day or fallback)
    closing = closed.balance(opened.day or fallback)
    check_characters(raw, report)
    check_lines(raw, report)
    text = tuple(
        line.rstrip()
        for field, role in zip(raw.fields, raw.roles, strict=True)
        if role == "text"
        for line in field.lines
    )
    message = Message(
        raw.line,
        raw.kind,
        tuple(text for _, text in raw.header),
        reference,
        related,
        account.text if account else None,
        (account.bic if account else None) or sender_bic("".join(text for _, text in raw.header)),
        number_text,
        number,
        sequence,
        currency,
        opening_field.tag if opening_field else None,
        opening,
        closing_field.tag if closing_field else None,
        closing,
        available,
        forward,
        entries,
        text,
        tuple((field.tag, tuple(field.lines)) for field in raw.fields),
        raw.raw,
        raw.encoding,
    )
    if raw.kind == "942":
        check_interim(raw, message, report)
    return message, judged and one_currency and all_read


def _missing(
    raw: RawMessage,
    reference: str | None,
    account: RawField | None,
    number: RawField | None,
    opening: RawField | None,
    closing: RawField | None,
    report: Report,
) -> None:
    line = raw.line
    if reference is None:
        report.add("M940-011", line, 1, "20")
    if account is None:
        report.add("M940-012", line, 1, "25")
    if number is None:
        report.add("M940-013", line, 1, "28C")
    if raw.kind == "942":
        return
    if opening is None:
        report.add("M940-014", line, 1, "60F")
    if closing is None:
        last = raw.fields[-1]
        report.add("M940-015", (last.numbers or [last.line])[-1], 1, "62F")


def _currency(raw: RawMessage, frame: dict[str, RawField]) -> str | None:
    for tag in ("60F", "60M", "62F", "62M", "64", "65"):
        if tag in frame and (currency := currency_of(frame[tag])):
            return currency
    if "34F" in frame:
        match = _FLOOR.match(frame["34F"].text)
        return match[1] if match is not None else None
    return None


def _available(
    raw: RawMessage, currency: str | None, fallback: datetime.date | None, report: Report
) -> tuple[Balance | None, tuple[Balance, ...]]:
    available: Balance | None = None
    forward: list[Balance] = []
    for field, role in zip(raw.fields, raw.roles, strict=True):
        if role == "frame" and field.tag in ("64", "65"):
            balance = read_balance(field, currency, report).balance(fallback)
            if balance is None:
                continue
            if field.tag == "64":
                available = balance
            else:
                forward.append(balance)
    return available, tuple(forward)


def _same_currency(raw: RawMessage, frame: dict[str, RawField], report: Report) -> bool:
    """C27: 60a, 62a, 64 and 65 agree in two letters of the currency. Says whether the arithmetic can be judged."""
    first: str | None = None
    good = True
    for field, role in zip(raw.fields, raw.roles, strict=True):
        if role != "frame" or field.tag[:2] not in ("60", "62", "64", "65"):
            continue
        currency = currency_of(field)
        if currency is None:
            continue
        if first is None:
            first = currency
        elif currency[:2] != first[:2]:
            report.add("M940-023", field.line, field.column + 7, field.tag, "Currency", found=currency, expected=first)
        if field.tag[:2] in ("60", "62"):
            good = good and currency == first
    return good


def _entries(raw: RawMessage, period: Period, report: Report) -> tuple[tuple[StatementLine, ...], bool]:
    """The statement lines that count, and whether each of them has an exact amount."""
    entries: list[StatementLine] = []
    all_read = True
    fields, roles = raw.fields, raw.roles
    for index, field in enumerate(fields):
        if roles[index] != "entry":
            continue
        if raw.opening_at is not None and index < raw.opening_at:
            report.entry = None
            report.add("M940-016", field.line, 1, "61", found=field.lines[0][:40])
            continue
        follow = index + 1
        while follow < len(fields) and roles[follow] == "kept" and fields[follow].tag in ("NS", "NSF"):
            follow += 1
        narrative = fields[follow] if follow < len(fields) and roles[follow] == "narrative" else None
        report.entry = len(entries) + 1
        entry = read_entry(field, narrative, period, report)
        if entry is None:
            all_read = False
            continue
        if entry.amount is None:
            all_read = False
        entries.append(entry)
    report.entry = None
    return tuple(entries), all_read
