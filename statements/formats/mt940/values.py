"""The values of the wire: references, accounts, numbers, amounts, dates, balances, and every way banks write them.

Each is read by one function: the strict form first, and where a text is none, as far as one reading is possible, with
a finding at its place.

>>> read_amount("1250,00", 2)
AmountText(minor=125000, rule='', reason='')
>>> read_amount("000000001000.12", 2).rule, read_amount("10,001", 2).minor
('form', None)
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

import msgspec

from statements.formats.mt940.records import RawField
from statements.formats.mt940.report import PlaceReporter
from statements.model.account import Account
from statements.model.money import CURRENCIES, Money, exponent
from statements.model.statement import Balance
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban
from statements.rules import Severity
from statements.wire.charset import SWIFT_X
from statements.wire.dates import month_end, yymmdd

UNKNOWN = "XXX"
"""ISO 4217: no currency involved; stands where a message names none."""

_STRICT = re.compile(r"([0-9]+),([0-9]*)", re.ASCII)
_NUMBER = re.compile(r"([0-9]{1,5})(?:/([0-9]{1,5}))?", re.ASCII)
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,12}),([0-9]{2})", re.ASCII)
_LOOSE = re.compile(r"([A-Za-z])?([0-9]{6})([A-Za-z]{3})?([0-9., \n'\u2019\u00a0\u202f]*)(.*)", re.ASCII | re.DOTALL)


class AmountText(msgspec.Struct, frozen=True):
    """What an amount text says: minor units (``None``: not exactly), the fault, a reason beside it."""

    minor: int | None
    rule: str = ""
    reason: str = ""


AMOUNT = (
    r"(?:[0-9]++(?:[ '\u2019\u00a0\u202f]++[0-9]++)*+|(?=[.,]))(?:[.,]++[0-9]*+)*+"
    r"(?:['\u2019][0-9.,'\u2019]*+|[ \u00a0\u202f]++[0-9]*+[.,][0-9.,]*+)*+"
)
"""An amount field to its end, as an expression: digits and whatever stands between them. Behind a decimal mark blanks
belong to it only before more of an amount: what else stands there opens the next subfield."""

_BLANKS = str.maketrans("\u2019\u00a0\u202f", "'  ")
_GROUPS = (
    re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]*", re.ASCII),
    re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]*", re.ASCII),
    re.compile(r"[0-9]{1,3}(?: [0-9]{3})+[.,][0-9]*", re.ASCII),
    re.compile(r"[0-9]{1,3}(?:'[0-9]{3})+[.,][0-9]*", re.ASCII),
)
_LONGEST = 64
"""Characters of an amount: what is longer is none, and is never made a number."""


def ungrouped(text: str) -> str | None:
    """Digits, comma, decimals of an amount in groups of three with one decimal mark; ``None`` for any other text."""
    text = text.translate(_BLANKS)
    if not any(form.fullmatch(text) for form in _GROUPS):
        return None
    whole, fraction = re.split(r"[.,](?=[0-9]*$)", text)
    return f"{re.sub('[^0-9]', '', whole)},{fraction}"


@lru_cache(maxsize=4_096)
def read_amount(text: str, places: int) -> AmountText:
    """The unsigned amount in minor units of a currency with ``places`` decimals.

    ``form``: no comma, a decimal point, no digit before the comma or more than 15 characters, read when one reading is
    possible. ``grouped``: groups of three between points, commas, blanks or apostrophes, and one decimal mark that is
    another sign. ``zeros``: more decimals than the currency has, all zero. ``decimals``: others, so that the value
    cannot be said in the currency.
    """
    grouped = None
    match = _STRICT.fullmatch(text)
    if len(text) > _LONGEST:
        return AmountText(None, "form", "length")
    if match is not None:
        whole, fraction = match[1], match[2]
        reason = "length" if len(text) > 15 else ""
    elif (grouped := ungrouped(text)) is not None:
        whole, fraction = grouped.split(",")
        reason = "grouped"
    else:
        reason = ""
        if "," not in text and text.count(".") == 1:
            # 1.000 may be one thousand or one: only a point before another number of digits has one reading.
            whole, fraction = text.split(".")
            if len(fraction) == 3 and places != 3:
                return AmountText(None, "form", "point")
            reason = "point"
        elif text.count(",") == 1:
            whole, fraction = text.split(",")
            reason = "digits"
        else:
            whole, fraction = text, ""
            reason = "comma"
        whole = whole or "0"
        if not (whole + fraction).isascii() or not (whole + fraction).isdigit() or not text.strip(",."):
            return AmountText(None, "form", "digits")
    excess = fraction[places:]
    if excess.strip("0"):
        return AmountText(None, "decimals", reason)
    minor = int(whole + fraction[:places].ljust(places, "0"))
    if excess:
        return AmountText(minor, "zeros", reason)
    return AmountText(minor, "grouped" if reason == "grouped" else "form" if reason else "", reason)


@lru_cache(maxsize=4_096)
def read_date(text: str) -> tuple[datetime.date | None, bool]:
    """The day of YYMMDD and whether it is one of the calendar; the last of the month for a day 29 to 31 too many.

    >>> read_date("240230")
    (datetime.date(2024, 2, 29), False)
    >>> read_date("362268")
    (None, False)
    """
    day = yymmdd(text)
    if day is not None:
        return day, True
    if len(text) == 6 and text.isdigit() and text[4:] in ("29", "30", "31"):
        first = yymmdd(text[:4] + "01")
        if first is not None:
            return month_end(first), False
    return None, False


@lru_cache(maxsize=16_384)
def booking_day(
    value: datetime.date, mmdd: str, opening: datetime.date | None, closing: datetime.date | None
) -> tuple[datetime.date | None, bool]:
    """The booking date of MMDD beside a value date, in a statement from ``opening`` to ``closing``; is it a day?

    Candidates are MMDD in the year of the value date, the year before and the year after; a day 29 to 31 that a month
    does not have is its last, as for value dates. A period of at most 366 days decides when it leaves one of them;
    otherwise the nearest to the value date, of two equally near the later. ``None`` when MMDD is no day of any year.

        >>> day = datetime.date
        >>> booking_day(day(2026, 7, 15), "0105", day(2026, 1, 4), day(2026, 1, 5))
        (datetime.date(2026, 1, 5), True)
        >>> booking_day(day(2026, 1, 1), "1230", None, None)
        (datetime.date(2025, 12, 30), True)
        >>> booking_day(day(2023, 2, 28), "0229", None, None)
        (datetime.date(2023, 2, 28), False)
    """
    if len(mmdd) != 4 or not (mmdd.isascii() and mmdd.isdigit()):
        return None, False
    month, number = int(mmdd[:2]), int(mmdd[2:])
    if not (1 <= month <= 12 and 1 <= number <= 31):
        return None, False
    candidates = []
    for year in (value.year - 1, value.year, value.year + 1):
        try:
            last = month_end(datetime.date(year, month, 1))
        except (ValueError, OverflowError):
            continue
        candidates.append((last, False) if number > last.day else (last.replace(day=number), True))
    if opening is not None and closing is not None and 0 <= (closing - opening).days <= 366:
        inside = [each for each in candidates if opening <= each[0] <= closing]
        if len(inside) == 1:
            return inside[0]
        if inside:
            candidates = inside
    return min(candidates, key=lambda each: (abs((each[0] - value).days), -each[0].toordinal()))


@lru_cache(maxsize=4_096)
def amount_text(minor: int, currency: str) -> str:
    """The unsigned amount with a comma and exactly the decimals of its currency.

    >>> amount_text(-1000, "EUR"), amount_text(10, "JPY")
    ('10,00', '10,')
    """
    places = exponent(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    return f"{digits[:-places]},{digits[-places:]}" if places else digits + ","


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


def read_reference(field: RawField, report: PlaceReporter) -> str:
    """The text of ``:20:`` or ``:21:``, with M940-030 and -031."""
    text = field.trimmed
    if not text.strip() or len(text) > 16 or SWIFT_X.outside(text):
        report.at("M940-030", field, found=text[:60])
    if "/" in text and (text[0] == "/" or text[-1] == "/" or "//" in text):
        report.at("M940-031", field, found=text[:60])
    return text


def read_account(field: RawField, report: PlaceReporter) -> ReadAccount:
    """The account of ``:25:`` or ``:25P:``, with M940-033 to -036."""
    first, *more = field.trimmed.split("\n")
    bic = None
    if field.tag == "25P":
        bic = more[0].strip() if more else ""
        if not is_bic(bic):
            line, _ = report.piece.place(field.line_offset(1) if more else field.at)
            report.add("M940-036", line, 1, "25P", "BIC", found=bic)
            bic = bic or None
    elif more:
        # Some write the bank below, as 25P has it, or the account below its bank.
        bic = next((line.strip() for line in (first, *more) if is_bic(line.strip())), None)
        first = next((line for line in (first, *more) if clean_account(line.strip()).iban is not None), first)
    if not first.strip() or len(first) > 35:
        report.at("M940-033", field, 0, "Account", found=first[:60])
    account = clean_account(first.strip(), bic)
    if account.iban is None:
        report.at("M940-034", field, 0, "Account", found=first)
    if account.iban != first.strip() and _decorated(first.strip(), account):
        report.at("M940-035", field, 0, "Account", found=first, expected=account.iban)
    elif more and field.tag == "25":
        report.at("M940-035", field, 0, "Account", found=field.trimmed.replace("\n", " "), expected=account.iban)
    return account


@lru_cache(maxsize=1_024)
def clean_account(text: str, bic: str | None = None) -> ReadAccount:
    """The account in a text: blanks, dots, hyphens, a currency, a BIC, the word IBAN around one are put aside.

    >>> clean_account("NL92 KNAB 0123 4567 89").iban is None, clean_account("FR7616958000011234567890177/EUR").currency
    (True, 'EUR')
    >>> clean_account("IBAN: DE96-9999-0000-0001-2345-67 (EUR)").iban
    'DE96999900000001234567'
    >>> found = clean_account("BANKDEFFXXX/DE96 9999 0000 0001 2345 67")
    >>> found.iban, found.bic
    ('DE96999900000001234567', 'BANKDEFFXXX')
    """
    if is_iban(text):
        return ReadAccount(text, text, None, bic)
    parts = [part.translate(_PADDING).upper().removeprefix("IBAN") for part in _BESIDE.split(text)]
    for part in parts:
        for bare in (part, part[:-3]):
            if not is_iban(bare):
                continue
            others = [other for other in (part[len(bare) :], *parts) if other not in (part, "")]
            currency = next((other for other in others if other in CURRENCIES), None)
            bank = next((other for other in others if is_bic(other)), None)
            if part is bare or part[-3:] in CURRENCIES:
                return ReadAccount(text, bare, currency, bic or bank)
    currency = text[-3:] if text[-3:] in CURRENCIES and text[:-3].strip(" /")[-1:].isdigit() else None
    return ReadAccount(text, None, currency, bic)


_AROUND = frozenset(" ./")
_BESIDE = re.compile("[/,;()]")
"""What parts the account from the currency or the bank beside it."""
_PADDING = str.maketrans("", "", " .-:")
"""What stands between the groups of an account, or behind the word IBAN."""


def _decorated(text: str, account: ReadAccount) -> bool:
    return account.iban is not None or account.currency is not None or not _AROUND.isdisjoint(text)


_NO_NUMBER = {"what": "it has no number", "what_fr": "aucun numéro n'est retenu"}


def read_number(field: RawField, report: PlaceReporter) -> tuple[str, int | None, int | None]:
    """Text, number and sequence of ``:28C:``; both ``None`` when they are 0, missing or unreadable."""
    text = field.trimmed.strip()
    if field.tag == "28":
        report.on_line("M940-020", field)
    match = _NUMBER.fullmatch(text)
    if match is not None:
        number, sequence = int(match[1]), int(match[2] or 0)
        if not number:
            report.at("M940-038", field, found=text)
        return text, number or None, sequence or None
    head, _, tail = text.partition("/")
    sequence = int(tail) if tail.isascii() and tail.isdigit() and len(tail) <= 5 else 0
    if not head.strip():
        report.at("M940-038", field, found=text)
        return text, None, sequence or None
    # Of a longer number the last digits tell one statement from the next.
    digits = re.match(r"[0-9]+", text)
    number = int(digits[0][-5:]) if digits is not None else 0
    taken = {"what": f"{number} counts", "what_fr": f"{number} est retenu"} if number else _NO_NUMBER
    report.at("M940-037", field, found=text, values=taken)
    return text, number or None, sequence or None


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


def read_balance(field: RawField, currency: str | None, report: PlaceReporter) -> ReadBalance:
    """Read a balance field; ``currency`` is that of the message's other balances, for one that names none."""
    match = _BALANCE.fullmatch(field.text)
    if match is not None and match[3] in CURRENCIES and exponent(match[3]) == 2:
        day = yymmdd(match[2])
        minor = int(match[4] + match[5])
        if day is not None and (minor or match[1] == "C"):
            return ReadBalance(Money(-minor if match[1] == "D" else minor, match[3]), day, True)
    text = field.trimmed
    match = _LOOSE.match(text)
    if match is None:
        if text[:1] not in ("C", "D"):
            report.at("M940-040", field, 0, "D/C Mark", found=text[:1], expected="C, D")
        report.at("M940-043", field, found=text[:25], severity=Severity.ERROR)
        return ReadBalance()
    mark, date_text, code, amount_text, rest = match.groups()
    sign = -1 if mark == "D" else 1
    marked = mark in ("C", "D")
    if not marked:
        report.at("M940-040", field, 0, "D/C Mark", found=mark or text[:1], expected="C, D")
    start = match.start(2)
    day, good = read_date(date_text)
    if not good:
        report.at("M940-041", field, start, "Date", found=date_text, expected=day.isoformat() if day else None)
    if code is None or code.upper() not in CURRENCIES:
        report.at("M940-042", field, start + 6, "Currency", found=code or "", expected=currency)
    currency = (code or currency or UNKNOWN).upper()
    start = match.start(4)
    amount = read_amount(amount_text.replace("\n", "").strip(" ") if not rest.strip() else "", exponent(currency))
    written = (amount_text + rest).strip()
    spaced = amount.minor is None and " " in written and _STRICT.fullmatch(written.replace(" ", "")) is not None
    if spaced:
        # Blanks where a form was filled in columns: without them the text is that of the standard.
        amount = read_amount(written.replace(" ", ""), exponent(currency))
    if amount.reason == "grouped":
        report.at("M940-047", field, start, "Amount", found=written[:40])
    elif (
        amount.rule == "form"
        or spaced
        or amount_text[:1] == " "
        or "\n" in amount_text.strip()
        or (amount.reason and amount.minor is not None)
    ):
        severity = None if amount.minor is not None else Severity.ERROR
        report.at("M940-043", field, start, "Amount", found=written[:40], severity=severity)
    if amount.rule in ("decimals", "zeros"):
        severity = Severity.WARNING if amount.rule == "zeros" and not report.strict else None
        report.at("M940-044", field, start, "Amount", found=written, severity=severity, values={"currency": currency})
    if amount.minor is None:
        return ReadBalance(None, day, marked)
    if amount.minor == 0 and mark == "D":
        report.at("M940-045", field, 0, "D/C Mark", found="D", expected="C")
    return ReadBalance(Money(sign * amount.minor, currency), day, marked)
