"""The frame of a message: references, account, statement number. Everything is kept as written beside its reading."""

from __future__ import annotations

import re

import msgspec

from statements.formats.mt940.records import RawField
from statements.formats.mt940.report import Report
from statements.model.account import Account
from statements.model.money import CURRENCIES
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban

_NUMBER = re.compile(r"([0-9]{1,5})(?:/([0-9]{1,5}))?", re.ASCII)
_OUTSIDE = re.compile(r"[^A-Za-z0-9 /\-?:().,'+]")


class ReadAccount(msgspec.Struct, frozen=True):
    """An account field: as written, the IBAN in it if there is one, its currency if one is written, its bank."""

    text: str
    iban: str | None = None
    currency: str | None = None
    bic: str | None = None

    def account(self, currency: str | None) -> Account:
        """The account of the neutral statement."""
        if self.iban is not None:
            return Account(self.iban, currency, None, self.bic)
        return Account(None, currency, self.text or None, self.bic)


def read_reference(field: RawField, report: Report) -> str:
    """The text of ``:20:`` or ``:21:``, with M940-030 and -031."""
    text = field.text
    if not text.strip() or len(text) > 16 or _OUTSIDE.search(text) is not None:
        report.add("M940-030", field.line, field.column, field.tag, found=text[:60])
    if text.startswith("/") or text.endswith("/") or "//" in text:
        report.add("M940-031", field.line, field.column, field.tag, found=text[:60])
    return text


def read_account(field: RawField, report: Report) -> ReadAccount:
    """The account of ``:25:`` or ``:25P:``, with M940-033 to -036."""
    first, *more = [line.rstrip() for line in field.lines]
    bic = None
    if field.tag == "25P":
        bic = more[0].strip() if more else ""
        if not is_bic(bic):
            line = field.numbers[1] if len(field.numbers) > 1 else field.line
            report.add("M940-036", line, 1, "25P", "BIC", found=bic)
            bic = bic or None
    if not first.strip() or len(first) > 35:
        report.add("M940-033", field.line, field.column, field.tag, "Account", found=first[:60])
    account = plain_account(first.strip(), bic)
    if account.iban is None:
        report.add("M940-034", field.line, field.column, field.tag, "Account", found=first)
    if account.iban != first.strip() and _decorated(first.strip(), account):
        report.add("M940-035", field.line, field.column, field.tag, "Account", found=first, expected=account.iban)
    return account


def plain_account(text: str, bic: str | None = None) -> ReadAccount:
    """The account in a text: blanks, dots and a currency around an IBAN are put aside.

    >>> plain_account("NL92 KNAB 0123 4567 89").iban is None, plain_account("FR7616958000011234567890177/EUR").currency
    (True, 'EUR')
    """
    if is_iban(text):
        return ReadAccount(text, text, None, bic)
    bare = text.replace(" ", "").replace(".", "").upper()
    if is_iban(bare):
        return ReadAccount(text, bare, None, bic)
    if bare[-3:] in CURRENCIES and is_iban(bare[:-3].rstrip("/")):
        return ReadAccount(text, bare[:-3].rstrip("/"), bare[-3:], bic)
    currency = text[-3:] if text[-3:] in CURRENCIES and text[:-3].strip(" /")[-1:].isdigit() else None
    return ReadAccount(text, None, currency, bic)


def _decorated(text: str, account: ReadAccount) -> bool:
    return account.iban is not None or account.currency is not None or any(char in text for char in " ./")


def read_number(field: RawField, report: Report) -> tuple[str, int | None, int | None]:
    """Text, number and sequence of ``:28C:``; both ``None`` when they are 0, missing or unreadable."""
    text = field.text.strip()
    if field.tag == "28":
        report.add("M940-020", field.line, 1, "28")
    match = _NUMBER.fullmatch(text)
    if match is not None:
        number, sequence = int(match[1]), int(match[2] or 0)
        if not number:
            report.add("M940-038", field.line, field.column, field.tag, found=text)
        return text, number or None, sequence or None
    head, _, tail = text.partition("/")
    sequence = int(tail) if tail.isascii() and tail.isdigit() and len(tail) <= 5 else 0
    if not head.strip():
        report.add("M940-038", field.line, field.column, field.tag, found=text)
        return text, None, sequence or None
    report.add("M940-037", field.line, field.column, field.tag, found=text)
    digits = re.match(r"[0-9]{1,5}", text)
    number = int(digits[0]) if digits is not None else 0
    return text, number or None, sequence or None
