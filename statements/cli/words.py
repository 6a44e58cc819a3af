"""Amounts, dates, places and verdicts as a person writes them, in one language."""

from __future__ import annotations

import datetime
import re
import tomllib
from typing import Any

from statements.cli.texts import Texts
from statements.findings import Finding, Location, PaymentLabel, Report
from statements.model.money import Money, exponent
from statements.profiles import toml_fault
from statements.rules import Severity, WordedError
from statements.visible import one_line

FILLER = "NOTPROVIDED"
"""The accepted word for "no end-to-end reference": a person need not read it."""


def amount(money: Money | None, texts: Texts, *, currency: bool = False) -> str:
    """``1,250.50`` or ``1 250,50`` (no-break blank); empty for ``None``.

    >>> amount(Money(-125050, "EUR"), Texts("en")), amount(Money(125050, "EUR"), Texts("fr"))
    ('-1,250.50', '1\\xa0250,50')
    """
    if money is None:
        return ""
    return sum_of(money.text, money.currency, texts) if currency else texts.number(money.text)


def sum_of(decimal: str, currency: str | None, texts: Texts) -> str:
    """A decimal text with its currency and at least its decimals; a text that is no plain number stays as it is.

    >>> sum_of("5000", "JPY", Texts("en")), sum_of("1.5", "KWD", Texts("fr"))
    ('5,000 JPY', '1,500\\xa0KWD')
    >>> sum_of("3350.4", "EUR", Texts("fr")), sum_of("3350.45", "EUR", Texts("en")), sum_of("1e5", "EUR", Texts("en"))
    ('3\\xa0350,40\\xa0EUR', '3,350.45 EUR', '1e5 EUR')
    """
    whole, _, decimals = decimal.partition(".")
    places = exponent(currency or "")
    if whole.lstrip("-").isdecimal() and whole.isascii() and len(decimals) < places:
        decimal = f"{whole}.{decimals.ljust(places, '0')}"
    return f"{texts.number(decimal)}{texts.space}{currency}" if currency else texts.number(decimal)


def day(date: datetime.date | None, texts: Texts) -> str:
    """``2026-09-30`` in English, ``30/09/2026`` in French."""
    if date is None:
        return ""
    return date.strftime("%d/%m/%Y") if texts.lang == "fr" else date.isoformat()


def moment(text: str, texts: Texts) -> str:
    """A moment of a file as a person reads it: in French its day as a French one; what is no moment as it stands.

    >>> moment("2026-11-30T18:06:00.000+01:00", Texts("fr")).replace("\u00a0", " ")
    '30/11/2026 à 18:06:00+01:00'
    >>> moment("2026-11-30T18:06:00", Texts("en")), moment("yesterday", Texts("fr"))
    ('2026-11-30T18:06:00', 'yesterday')
    """
    found = _MOMENT.fullmatch(text.strip())
    if texts.lang != "fr" or found is None:
        return one_line(text)
    year, month, number, time, zone = found.groups()
    return f"{number}/{month}/{year}" + (f" à {time}{zone}" if time else "")


_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2}|))?"
)


def place(location: Location) -> str:
    """``line:column``, or the path where there is no line, or nothing.

    >>> place(Location(line=3, column=5)), place(Location(path="$.statements[0]"))
    ('3:5', '$.statements[0]')
    """
    if location.line is not None:
        return f"{location.line}:{location.column or 1}"
    return location.path or ""


def spot(finding: Finding, file: str) -> str:
    """``file:line:column`` as editors and log readers know it."""
    where = place(finding.location)
    name = finding.location.file or file
    return f"{name}:{where}" if where else name


def worded(error: Exception, texts: Texts) -> str:
    """Why something cannot be, in the language of the run where the error knows both."""
    if isinstance(error, WordedError):
        return error.sentence(texts.lang)
    if isinstance(error, UnicodeDecodeError | tomllib.TOMLDecodeError):
        return texts("bad-toml", reason=toml_fault(error).get(texts.lang))
    return str(error)


def verdict(report: Report[Any], texts: Texts) -> str:
    """The first sentence of an answer: what of the file can go on.

    For payments the wording is "ready for approval in Qonto": what the bank does then is the bank's own decision.
    """
    sentence = _verdict(report, texts)
    errors = [item for item in report.suppressed if item.severity is Severity.ERROR]
    if not errors:
        return sentence
    count = texts.count("ignored", sum(item.count for item in errors), rules=", ".join(item.rule.id for item in errors))
    return f"{sentence.removesuffix('.')}, {count}."


def _verdict(report: Report[Any], texts: Texts) -> str:
    if report.format == "pain.002":
        return _answer(report, texts)
    if not report.format.startswith("pain"):
        return texts("verdict.valid" if report.valid else "verdict.invalid")
    total = report.summary.payments or 0
    ready = accepted(report)
    if total == 0:
        return texts("verdict.refused")
    count = "one" if total == 1 else "all"
    if ready == 0:
        return texts(f"verdict.none.{count}", total=texts.number(total))
    if ready == total:
        return texts(f"verdict.ready.{count}", total=texts.number(total))
    return texts("verdict.some.one" if ready == 1 else "verdict.some", n=texts.number(ready), total=texts.number(total))


def _answer(report: Report[Any], texts: Texts) -> str:
    """How much of a payment file its bank refused."""
    total, refused = report.summary.payments, int(getattr(report.details, "refused", 0))
    if total is None:
        return texts("answer.unread")
    if refused == 0:
        return texts("answer.none" if report.valid else "answer.unsure")
    return texts.count("refused", refused, total=texts.number(total))


def accepted(report: Report[Any]) -> int:
    """How many payments no error refuses: from the verdict of the check, or none when it could not count them."""
    if report.valid:
        return report.summary.payments or 0
    return int(getattr(report.details, "accepted", 0))


def label(payment: PaymentLabel, total: int | None, texts: Texts) -> str:
    """A payment as a person finds it again: number, reference, creditor, amount."""
    head = texts("payment", n=texts.number(payment.index))
    if total is not None:
        head = texts("payment-of", n=texts.number(payment.index), total=texts.number(total))
    reference = None if payment.end_to_end_id == FILLER else payment.end_to_end_id
    parts = [reference, payment.creditor]
    if payment.amount is not None:
        # An amount of thousands of digits is one of the faults: its beginning is enough to find it.
        figure = payment.amount if len(payment.amount) <= 40 else payment.amount[:40] + "…"
        parts.append(sum_of(figure, payment.currency, texts))
    named = ", ".join(part for part in parts if part and part.strip())
    return f"{head}{texts.colon}{named}" if named else head
