"""The statement line ``:61:``, ``6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]`` CRLF ``[34x]``, and how banks write it."""

from __future__ import annotations

import datetime
import re

import msgspec

from statements.formats.mt940.amounts import booking_day, read_amount, read_date
from statements.formats.mt940.balances import UNKNOWN
from statements.formats.mt940.records import RawField, StatementLine
from statements.formats.mt940.report import Report
from statements.model.money import Money, exponent
from statements.reference.operations import swift_types
from statements.rules import Severity

# Longest mark first: `CR10,00` is a credit with funds code R, `RC10,00` the reversal of a credit.
_HEAD = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4}| {4})?(?P<mark>R[CD]|E[CD]|[CD]|[A-Z]{1,2})(?P<funds>[A-Z])?"
    r"(?P<amount>[0-9][0-9.]*(?:,[0-9]*)?|,[0-9]+)",
    re.ASCII,
)
_CUT = re.compile(
    r"(?:[0-9]{6})(?:[0-9]{4}| {4})?[A-Z]{1,3}$|(?:[0-9]{6})(?:[0-9]{4}| {4})?[A-Z]{1,3}[0-9]+,?$", re.ASCII
)
_TYPE = re.compile(r"[SNF][A-Z0-9 ]{3}", re.ASCII)
_GOOD_TYPE = re.compile(r"S[1-9][0-9]{2}|[NF][A-Z0-9]{3}", re.ASCII)
_MARKS = {"C": 1, "D": -1, "RC": -1, "RD": 1, "EC": 1, "ED": -1}
_POINTERS = ("NONREF", "EREF", "PREF", "MARF", "KREF")
_WIDTHS = (16, 16, 34)


class Period(msgspec.Struct, frozen=True):
    """What an entry needs of its message: opening and closing day, currency, type of message."""

    opening: datetime.date | None
    closing: datetime.date | None
    currency: str
    kind: str


def read_entry(field: RawField, narrative: RawField | None, period: Period, report: Report) -> StatementLine | None:
    """One statement line with its text, or ``None`` (M940-050) when date, mark or amount cannot be made out."""
    text, extra = _joined(field, report)
    line = field.line
    match = _HEAD.match(text)
    if match is None:
        report.add("M940-050", line, field.column, "61", found=text[:60] or None)
        return None
    sign = _mark(match, field, period, report)
    amount, written = _amount(match, field, period, report)
    value, booking = _dates(match, field, period, report)
    if match["funds"] and period.currency != UNKNOWN and match["funds"] != period.currency[2:3]:
        report.add(
            "M940-055",
            line,
            field.column + match.start("funds"),
            "61",
            "Funds Code",
            found=match["funds"],
            expected=period.currency[2:3],
        )
    start = match.end()
    kind, owner, bank = _references(text, start, match, field, report)
    details = _details(field, extra, report)
    _usage(match["mark"], kind, owner, details, field, report)
    dated = bool(match["entry"] and match["entry"].strip())
    if period.opening and period.closing and not period.opening <= booking <= period.closing:
        report.add(
            "M940-068",
            line,
            field.column + (match.start("entry") if dated else 0),
            "61",
            "Entry Date" if dated else "Value Date",
            found=match["entry"] if dated else match["value"],
            expected=f"{period.opening.isoformat()} - {period.closing.isoformat()}",
            booking=booking.isoformat(),
        )
    money = None
    if amount is not None and sign:
        money = Money(sign * amount, period.currency)
        if not amount:
            report.add("M940-058", line, field.column + match.start("amount"), "61", "Amount", found=written)
    return StatementLine(
        line,
        value,
        booking,
        match["mark"],
        match["funds"] or "",
        money,
        kind,
        owner,
        bank,
        details,
        None if narrative is None else tuple(narrative.lines),
        0 if narrative is None else narrative.line,
        field.lines[0],
    )


def _joined(field: RawField, report: Report) -> tuple[str, list[str]]:
    """The line of the entry, mended when the amount was cut by a line end, and the lines of its details."""
    lines = [line.rstrip() for line in field.lines]
    text, extra = lines[0], lines[1:]
    if extra and _CUT.fullmatch(text) is not None and extra[0][:1] in tuple("0123456789,"):
        joined = text + extra[0]
        match = _HEAD.match(joined)
        if match is not None and "," in match["amount"]:
            report.add("M940-056", field.line, field.column, "61", "Amount", found=text)
            return joined, extra[1:]
    return text, extra


def _mark(match: re.Match[str], field: RawField, period: Period, report: Report) -> int:
    mark = match["mark"]
    sign = _MARKS.get(mark, 0)
    if not sign or (mark[0] == "E" and period.kind != "942"):
        expected = "C, D, RC, RD, EC, ED" if period.kind == "942" else "C, D, RC, RD"
        report.add(
            "M940-054",
            field.line,
            field.column + match.start("mark"),
            "61",
            "Debit/Credit Mark",
            found=mark,
            expected=expected,
        )
    return sign


def _amount(match: re.Match[str], field: RawField, period: Period, report: Report) -> tuple[int | None, str]:
    written = match["amount"]
    column = field.column + match.start("amount")
    amount = read_amount(written, exponent(period.currency))
    if amount.minor is None and amount.rule == "form":
        report.add("M940-050", field.line, column, "61", "Amount", found=written)
    elif amount.rule == "form" or amount.reason:
        report.add("M940-056", field.line, column, "61", "Amount", found=written)
    if amount.rule in ("decimals", "zeros"):
        strict = report.reporter.profile.base in ("swift", "blocks")
        report.add(
            "M940-057",
            field.line,
            column,
            "61",
            "Amount",
            found=written,
            severity=Severity.WARNING if amount.rule == "zeros" and not strict else None,
            currency=period.currency,
        )
    return amount.minor, written


def _dates(
    match: re.Match[str], field: RawField, period: Period, report: Report
) -> tuple[datetime.date, datetime.date]:
    value, good = read_date(match["value"])
    entry = match["entry"]
    if not good:
        report.add(
            "M940-051",
            field.line,
            field.column,
            "61",
            "Value Date",
            found=match["value"],
            expected=value.isoformat() if value else None,
        )
    if value is None:
        # No day at all: the booking date decides, else the closing date.
        anchor = period.closing or period.opening or datetime.date(2000, 1, 1)
        booking = booking_day(anchor, entry, period.opening, period.closing) if entry and entry.strip() else None
        value = booking or anchor
    if entry is None:
        return value, value
    column = field.column + 6
    if entry == "    ":
        report.add("M940-053", field.line, column, "61", "Entry Date", found=entry)
        return value, value
    booking = booking_day(value, entry, period.opening, period.closing)
    if booking is None:
        report.add("M940-052", field.line, column, "61", "Entry Date", found=entry)
        return value, value
    return value, booking


def _references(text: str, start: int, match: re.Match[str], field: RawField, report: Report) -> tuple[str, str, str]:
    """Type, reference of the owner, reference of the bank."""
    line = field.line
    rest = text[start:]
    while rest.startswith(" "):
        rest, start = rest[1:], start + 1
    column = field.column + start
    kind = rest[:4]
    if rest.startswith(_POINTERS):
        report.add("M940-059", line, column, "61", "Transaction Type", found=rest[:4])
        kind = ""
    elif _TYPE.fullmatch(kind) is None:
        report.add("M940-059", line, column, "61", "Transaction Type", found=kind)
        if rest[:1] in ("N", "S", "F") and (len(rest) == 1 or rest[1:3] == "//"):
            rest, start = rest[1:], start + 1
        kind = ""
    else:
        if _GOOD_TYPE.fullmatch(kind) is None:
            odd_number = kind[0] == "S" and " " not in kind
            report.add("M940-060" if odd_number else "M940-059", line, column, "61", "Transaction Type", found=kind)
        if kind[0] in "NF" and kind[1:] not in swift_types() and " " not in kind and not kind[1:].isdigit():
            report.add("M940-061", line, column + 1, "61", "Identification Code", found=kind[1:])
        rest, start = rest[4:], start + 4
    owner, slashes, bank = rest.partition("//")
    owner_column, bank_column = field.column + start, field.column + start + len(owner) + 2
    if not owner.strip():
        report.add("M940-062", line, owner_column, "61", "Reference for the Account Owner", expected="NONREF")
    if len(owner) > 16:
        report.add("M940-063", line, owner_column, "61", "Reference for the Account Owner", found=owner)
    if slashes and len(bank) > 16:
        report.add("M940-064", line, bank_column, "61", "Account Servicing Institution's Reference", found=bank)
    return kind, owner.strip(), bank.strip()


def _details(field: RawField, extra: list[str], report: Report) -> tuple[str, ...]:
    if len(extra) > 1 or (extra and len(extra[0]) > 34):
        report.add(
            "M940-065",
            field.numbers[len(field.numbers) - len(extra)],
            1,
            "61",
            "Supplementary Details",
            found=extra[0][:60],
        )
    return tuple(extra)


def _usage(mark: str, kind: str, owner: str, details: tuple[str, ...], field: RawField, report: Report) -> None:
    """The usage rules of the handbook: NONREF wants details, the first advice of a charge is FCHG."""
    if owner == "NONREF" and not any(details):
        report.add("M940-066", field.line, field.column, "61", "Supplementary Details")
    if kind in ("NCHG", "NCOM") and mark == "D":
        report.add("M940-067", field.line, field.column, "61", "Transaction Type", found=kind, expected="FCHG")
