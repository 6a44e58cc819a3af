"""The references and numbers a writer gives: ``:20:`` by formula, ``:28C:`` by scheme, amounts and account text."""

from __future__ import annotations

import datetime
from base64 import b32encode
from functools import lru_cache
from hashlib import sha256

from statements.model.account import Account
from statements.model.money import exponent
from statements.wire.dates import month_end, to_yymmdd

ONE_DAY = datetime.timedelta(days=1)


def message_reference(account: str, opening: datetime.date, closing: datetime.date, page: int) -> str:
    """The 16 characters of ``:20:``: closing day, six characters for account and period, page.

    >>> message_reference("FR7616958000011234567890177", datetime.date(2026, 9, 2), datetime.date(2026, 9, 3), 1)
    '260903KR47K70001'
    """
    seed = f"{account}|{opening.isoformat()}|{closing.isoformat()}"
    letters = b32encode(sha256(seed.encode("utf-8", "surrogatepass")).digest()[:5]).decode("ascii")[:6]
    return f"{to_yymmdd(closing)}{letters}{page:04d}"


def scheme_number(scheme: str, opening: datetime.date, closing: datetime.date) -> int:
    """The statement number without memory: by day, by month, or by the closing day for any other period.

    >>> day = datetime.date
    >>> scheme_number("yyddd", day(2026, 9, 2), day(2026, 9, 3)), scheme_number("ddd", day(2026, 9, 2), day(2026, 9, 3))
    (26246, 246)
    >>> month = day(2026, 8, 31), day(2026, 9, 30)
    >>> scheme_number("yyddd", *month), scheme_number("ddd", *month)
    (26409, 9)
    """
    first = opening + ONE_DAY
    monthly = first.day == 1 and closing == month_end(first)
    within = closing.month if monthly else closing.timetuple().tm_yday
    if scheme == "ddd":
        return within
    return closing.year % 100 * 1000 + (400 + within if monthly else within)


@lru_cache(maxsize=4_096)
def amount_text(minor: int, currency: str) -> str:
    """The unsigned amount with a comma and exactly the decimals of its currency.

    >>> amount_text(-1000, "EUR"), amount_text(10, "JPY")
    ('10,00', '10,')
    """
    places = exponent(currency)
    digits = str(abs(minor)).rjust(places + 1, "0")
    return f"{digits[:-places]},{digits[-places:]}" if places else digits + ","


def account_text(account: Account, setting: str) -> str:
    """What ``:25:`` says: the IBAN, or the account as written; ``blz`` gives bank code / account of a German IBAN."""
    iban = account.iban
    if iban is None:
        return account.other or ""
    if setting == "blz" and iban.startswith("DE") and len(iban) == 22:
        return f"{iban[4:12]}/{iban[12:]}"
    return iban
