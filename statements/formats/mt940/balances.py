"""The balances 60a, 62a, 64, 65: ``1!a6!n3!a15d``, read as far as one reading is possible."""

from __future__ import annotations

import datetime
import re

import msgspec

from statements.formats.mt940.amounts import read_amount, read_date
from statements.formats.mt940.records import RawField
from statements.formats.mt940.report import Report
from statements.model.money import CURRENCIES, Money, exponent
from statements.model.statement import Balance
from statements.rules import Severity

_LOOSE = re.compile(r"([A-Za-z])?([0-9]{6})([A-Za-z]{3})?([0-9., \n]*)(.*)", re.ASCII | re.DOTALL)
UNKNOWN = "XXX"
"""ISO 4217: no currency involved; stands where a message names none."""


def currency_of(field: RawField) -> str | None:
    """The currency of a balance field, without judging it."""
    match = _LOOSE.match(field.text)
    return match[3].upper() if match is not None and match[3] else None


class ReadBalance(msgspec.Struct, frozen=True):
    """A balance as far as it was read: exact amount, day, and whether the mark was one (else the sign is a guess)."""

    amount: Money | None = None
    day: datetime.date | None = None
    marked: bool = False

    def balance(self, day: datetime.date | None) -> Balance | None:
        """The balance, dated ``day`` where its own date is none."""
        day = self.day or day
        return None if self.amount is None or day is None else Balance(self.amount, day)


def read_balance(field: RawField, currency: str | None, report: Report) -> ReadBalance:
    """Read a balance field; ``currency`` is that of the message's other balances, for one that names none."""
    text, line, tag = field.text, field.line, field.tag
    match = _LOOSE.match(text)
    if match is None:
        if text[:1] not in ("C", "D"):
            report.add("M940-040", line, field.column, tag, "D/C Mark", found=text[:1], expected="C, D")
        report.add("M940-043", line, field.column, tag, found=text[:25], severity=Severity.ERROR)
        return ReadBalance()
    mark, date_text, code, amount_text, rest = match.groups()
    column = field.column + match.start(2)
    sign = -1 if mark == "D" else 1
    if mark not in ("C", "D"):
        report.add("M940-040", line, field.column, tag, "D/C Mark", found=mark or text[:1], expected="C, D")
    day, good = read_date(date_text)
    if not good:
        report.add("M940-041", line, column, tag, "Date", found=date_text, expected=day.isoformat() if day else None)
    if code is None or code.upper() not in CURRENCIES:
        report.add("M940-042", line, column + 6, tag, "Currency", found=code or "", expected=currency)
    currency = (code or currency or UNKNOWN).upper()
    start = match.start(4)
    if start != match.end(2):
        column += 6 + (len(code) if code else 0)
    amount = read_amount(amount_text.strip(" \n") if not rest.strip() else "", exponent(currency))
    written = (amount_text + rest).strip()
    if amount.rule == "form" or (amount.reason and amount.minor is not None):
        report.add(
            "M940-043",
            line,
            column,
            tag,
            "Amount",
            found=written[:40],
            severity=None if amount.minor is not None else Severity.ERROR,
        )
    if amount.rule in ("decimals", "zeros"):
        strict = report.reporter.profile.base in ("swift", "blocks")
        report.add(
            "M940-044",
            line,
            column,
            tag,
            "Amount",
            found=written,
            severity=Severity.WARNING if amount.rule == "zeros" and not strict else None,
            currency=currency,
        )
    marked = mark in ("C", "D")
    if amount.minor is None:
        return ReadBalance(None, day, marked)
    if amount.minor == 0 and mark == "D":
        report.add("M940-045", line, field.column, tag, "D/C Mark", found="D", expected="C")
    return ReadBalance(Money(sign * amount.minor, currency), day, marked)
