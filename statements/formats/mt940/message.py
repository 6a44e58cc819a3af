"""A message cut into fields becomes a :class:`Message`: values, and a finding for each field that is not right."""

from __future__ import annotations

import datetime
import re

from statements.formats.mt940.fields import NS_TAGS
from statements.formats.mt940.message_rules import (
    Said,
    check_characters,
    check_envelope,
    check_interim,
    check_lines,
    check_texts,
    laid_out,
    sender_bic,
)
from statements.formats.mt940.narrative import read_narrative
from statements.formats.mt940.narrative.wrapping import LINES, WIDTH
from statements.formats.mt940.read_entry import EntryContext, read_entry
from statements.formats.mt940.records import Message, RawField, RawMessage
from statements.formats.mt940.report import PlaceReporter
from statements.formats.mt940.to_model import NOTHING
from statements.formats.mt940.values import (
    UNKNOWN,
    ReadBalance,
    clean_account,
    currency_of,
    read_account,
    read_balance,
    read_number,
    read_reference,
)
from statements.model.statement import Balance, Entry
from statements.rules import Severity

_FLOOR_CURRENCY = re.compile(r"[A-Z]{3}")


def read_message(raw: RawMessage, report: PlaceReporter) -> Message:
    """The message with its entries; its findings are in the report."""
    report.piece, report.message, report.account, report.entry = raw.piece, raw.number, None, None
    check_envelope(raw, report)
    frame: dict[str, RawField] = {}
    balances: list[RawField] = []
    places: dict[str, int] = {}
    for index in raw.of_role("frame"):
        field = raw.field(index)
        tag = field.tag
        frame[tag] = field
        if tag[:2] not in places:
            places[tag[:2]] = raw.piece.line_of(field.at)
        if tag[0] == "6":
            balances.append(field)
    reference = read_reference(frame["20"], report) if "20" in frame else None
    related = read_reference(frame["21"], report) if "21" in frame else None
    account_field = frame.get("25") or frame.get("25P")
    account = read_account(account_field, report) if account_field else None
    if account is None and report.unnamed is not None:
        account = clean_account(report.unnamed)
    report.account = (account.iban or account.text) if account else None
    number_field = frame.get("28C") or frame.get("28")
    number_text, number, sequence = read_number(number_field, report) if number_field else (None, None, None)
    opening_field = frame.get("60F") or frame.get("60M")
    closing_field = frame.get("62F") or frame.get("62M")
    _missing(raw, frame, report)

    currency = _currency(frame)
    opened = read_balance(opening_field, currency, report) if opening_field else ReadBalance()
    closed = read_balance(closing_field, currency, report) if closing_field else ReadBalance()
    judged = (not opening_field or (opened.amount is not None and opened.marked)) and (
        not closing_field or (closed.amount is not None and closed.marked)
    )
    available, forward = _available(
        [field for field in balances if field.tag in ("64", "65")], currency, closed.day or opened.day, report
    )
    one_currency = _same_currency(balances, report)
    period = EntryContext(opened.day, closed.day, currency or UNKNOWN, raw.kind, report)
    reader = _Entries(raw, period, report)
    reader.read()
    check_characters(raw, report)
    check_lines(raw, report)
    check_texts(raw, reader.said, report)
    header = "".join([text for _, text in raw.header])
    message = Message(
        line=raw.line,
        kind=raw.kind,
        reference=reference,
        related=related,
        account=account.text if account else None,
        account_shown=report.account,
        account_bic=(account.bic if account else None) or (sender_bic(header) if header else None),
        number_text=number_text,
        number=number,
        sequence=sequence,
        currency=currency,
        opening_tag=opening_field.tag if opening_field else None,
        opening=opened.balance(closed.day or reader.first_day),
        closing_tag=closing_field.tag if closing_field else None,
        closing=closed.balance(opened.day or reader.first_day),
        available=available,
        forward_available=forward,
        entries=tuple(reader.entries),
        lines_read=reader.count,
        judged=judged and one_currency and reader.all_read,
        places=places,
        source=raw,
    )
    if raw.kind == "942":
        check_interim(raw, message, report)
    return message


class _Entries:
    """The entries of one message with their texts."""

    def __init__(self, raw: RawMessage, period: EntryContext, report: PlaceReporter) -> None:
        self.raw, self.period, self.report = raw, period, report
        self.entries: list[Entry] = []
        self.said: list[Said] = []
        self.count = 0
        self.all_read = True
        self.first_day: datetime.date | None = None

    def read(self) -> None:
        """Read them all: what the line says, what the text says, and the entry made of both."""
        raw, report, period = self.raw, self.report, self.period
        texts, roles, said, append = raw.texts, raw.roles, self.said, self.entries.append
        opening_at = raw.opening_at or 0
        last = len(roles) - 1
        count = number = told = 0
        for index, role in enumerate(roles):
            if role != "entry":
                if role == "narrative" and index != told:
                    # The text of an entry that is not counted, or that another field stands before.
                    words = texts[index]
                    said.append((number, raw.field(index), read_narrative(words), laid_out(words)))
                continue
            number += 1
            if index < opening_at:
                report.entry = None
                field = raw.field(index)
                report.on_line("M940-016", field, found=field.lines[0][:40])
                continue
            report.entry = count + 1
            told = index + 1 if index < last else index
            role = roles[told]
            if role == "kept":
                told = _after_ns(raw, told)
                role = roles[told]
            parts, good = NOTHING, True
            if role == "narrative":
                words = texts[told]
                parts = read_narrative(words)
                good = (len(words) <= WIDTH and words[:1] > " " and words.count("\n") < LINES) or laid_out(words)
            entry = read_entry(texts[index], parts, period, raw, index, report)
            if entry is not None:
                count += 1
                append(entry)
            else:
                self.all_read = False
                before, count = count, len(self.entries) + len(period.inexact)
                if count == before:
                    # No line at all: its text is nobody's.
                    told = 0
                    continue
            if parts.notes or not good:
                said.append((number, raw.field(told), parts, good))
        self.count = count
        report.entry = None
        first = period.inexact[0] if period.inexact else (0, None)
        if first[0] == 1:
            self.first_day = first[1]
        elif self.entries:
            self.first_day = self.entries[0].booking_date


def _after_ns(raw: RawMessage, index: int) -> int:
    """The index of the first field from ``index`` on that is no NS field, or of the last one."""
    while index < len(raw.tags) - 1 and raw.tags[index] in NS_TAGS and raw.roles[index] == "kept":
        index += 1
    return index


def _missing(raw: RawMessage, frame: dict[str, RawField], report: PlaceReporter) -> None:
    """M940-011 to -015: a field of the frame that is not there."""
    tags = frame.keys()
    if "20" not in tags:
        report.add("M940-011", raw.line, 1, "20")
    if tags.isdisjoint(("25", "25P")):
        # The account that the caller names is theirs: then nothing is missing that anybody needs.
        report.add("M940-012", raw.line, 1, "25", severity=Severity.WARNING if report.unnamed else None)
    if tags.isdisjoint(("28C", "28")):
        report.add("M940-013", raw.line, 1, "28C")
    if raw.kind == "942":
        return
    if tags.isdisjoint(("60F", "60M")):
        report.add("M940-014", raw.line, 1, "60F")
    if tags.isdisjoint(("62F", "62M")):
        last = raw.field(-1)
        report.put_line("M940-015", last.line_offset(last.text.count("\n")), "62F")


def _currency(frame: dict[str, RawField]) -> str | None:
    for tag in ("60F", "60M", "62F", "62M", "64", "65"):
        if tag in frame and (currency := currency_of(frame[tag])):
            return currency
    if "34F" in frame:
        match = _FLOOR_CURRENCY.match(frame["34F"].text)
        return match[0] if match is not None else None
    return None


def _available(
    fields: list[RawField], currency: str | None, fallback: datetime.date | None, report: PlaceReporter
) -> tuple[Balance | None, tuple[Balance, ...]]:
    available: Balance | None = None
    forward: list[Balance] = []
    for field in fields:
        balance = read_balance(field, currency, report).balance(fallback)
        if balance is None:
            continue
        if field.tag == "64":
            available = balance
        else:
            forward.append(balance)
    return available, tuple(forward)


def _same_currency(balances: list[RawField], report: PlaceReporter) -> bool:
    """C27: 60a, 62a, 64 and 65 agree in two letters of the currency. Says whether the arithmetic can be judged."""
    first: str | None = None
    good = True
    for field in balances:
        currency = currency_of(field)
        if currency is None:
            continue
        if first is None:
            first = currency
        elif currency[:2] != first[:2]:
            report.at("M940-023", field, 7, "Currency", found=currency, expected=first)
        if field.tag[:2] in ("60", "62"):
            good = good and currency == first
    return good
