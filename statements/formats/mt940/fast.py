"""The quick path: a message in canonical form, read by a few compiled expressions with the result of the careful path.

Three steps, each handing over to the next when something is not as we write it: an entry in canonical form is one
match; an entry that is merely clean (no stray line, no odd character) goes to the careful parser of entries; anything
else makes the whole message go the careful path. The expressions have no nested repetition without a bound.
"""

from __future__ import annotations

import datetime
import re

from statements.formats.mt940.amounts import booking_day
from statements.formats.mt940.entry import Period, read_entry
from statements.formats.mt940.envelope import sender_bic
from statements.formats.mt940.lines import MESSAGE_LIMIT, check_narrative
from statements.formats.mt940.mapping import POINTERS, to_entry
from statements.formats.mt940.narrative.slash import STARTS, WORD
from statements.formats.mt940.records import Page, RawField
from statements.formats.mt940.report import Report
from statements.formats.mt940.wire_out import DETAILS
from statements.layout.dates import yymmdd
from statements.model.account import Party, Role
from statements.model.money import CURRENCIES, Money, exponent
from statements.model.statement import (
    NO_REFERENCES,
    Balance,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
)
from statements.reference.iban import is_iban
from statements.reference.operations import cfonb_operations, swift_types

_ALLOWED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+\r\n"
_BRACES = b"{}{}{}"
_BALANCE = r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,12}),([0-9]{2})\r\n"
_HEAD = re.compile(
    r"(\{1:F01[A-Z0-9]{12}[0-9]{10}\}\{2:I940[A-Z0-9]{12}[A-Z]\}\{4:\r\n)?"
    r":20:([^\r\n/ ]{1,16})\r\n"
    r":25:([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30})\r\n"
    r":28C:([0-9]{1,5})(?:/([0-9]{1,5}))?\r\n"
    r":60([FM]):" + _BALANCE,
    re.ASCII,
)
# Possessive throughout: no part can give back a character that the next could take, so nothing is tried twice.
_ENTRY = re.compile(
    r":61:([0-9]{10})(R?+[CD])([0-9]{1,12}+),([0-9]{2})([NFS][A-Z0-9]{3})"
    r"([^/\r\n ]{1,16}+)(?://([^/\r\n ]{1,16}+))?+\r\n"
    r"(?:(?=/)(?:/OCMT/([A-Z]{3})([0-9]{1,12}+),([0-9]{2})/)?+(?:/TRCD/([A-Z0-9]{2})/)?+\r\n)?+"
    r"(?::86:(/[^\r\n]{1,64}+(?:\r\n[^:\-\r\n][^\r\n]{0,64}+){0,5}+)\r\n)?+(?=:6)"
)
_LOOSE = re.compile(
    r":61:([^\r\n]*(?:\r\n[^:\-\r\n$X][^\r\n]*)*)\r\n(?::86:([^\r\n]*(?:\r\n[^:\-\r\n][^\r\n]*)*)\r\n)?(?=:6[12])"
)
_TAIL = re.compile(
    r":62([FM]):" + _BALANCE + r"((?::64:[CD][^\r\n]*\r\n)?(?::65:[CD][^\r\n]*\r\n)*)-(\}?)\r\n", re.ASCII
)
_AVAILABLE = re.compile(r":(6[45]):" + _BALANCE, re.ASCII)
_ORDER = {
    word: place
    for place, word in enumerate(
        "RTRN EREF CREF BREF MARF CSID ORDP BENM NAME IBAN BIC ACCW PURP ULTD ULTC REMI".split()
    )
}
"""The words of our own layout, in its order; EXCH goes the careful way."""
_DETAILS = frozenset(DETAILS)
_MARKS = {"C": (1, False), "D": (-1, False), "RC": (-1, True), "RD": (1, True)}
_ROLES: dict[str, Role] = {"ORDP": "payer", "BENM": "beneficiary"}
_STRICT = ("swift", "blocks")
_CODES: dict[tuple[str, str | None], OperationCodes | None] = {}
_CODES_LIMIT = 4_096

Days = tuple[datetime.date, datetime.date]


def read_fast(piece: bytes, line: int, report: Report) -> Page | None:
    """The page of a canonical message that begins at ``line``; ``None`` sends it the careful way, nothing reported."""
    left = piece.translate(None, _ALLOWED)
    if (left and left != _BRACES) or b" \r" in piece or piece.count(b"\r") != piece.count(b"\r\n"):
        return None
    text = piece.decode("ascii")
    head = _HEAD.match(text)
    if head is None or (head[1] is None) != (not left):
        return None
    base = report.reporter.profile.base
    if base == "blocks" and head[1] is None:
        return None
    account, number, sequence = head[3], int(head[4]), int(head[5] or 0)
    opening = _balance(head[7], head[8], head[9], head[10], head[11])
    at = text.rfind("\r\n:62")
    tail = _TAIL.fullmatch(text, at + 2) if at > 0 else None
    if opening is None or tail is None or not number or not is_iban(account):
        return None
    closing = _balance(tail[2], tail[3], tail[4], tail[5], tail[6])
    currency = head[9]
    if closing is None or tail[4] != currency or (tail[8] == "}") != bool(left):
        return None
    available, forward = None, []
    if tail[7]:
        for match in _AVAILABLE.finditer(tail[7]):
            balance = _balance(match[2], match[3], match[4], match[5], match[6])
            if balance is None or match[4] != currency:
                return None
            if match[1] == "64":
                available = balance
            else:
                forward.append(balance)
        if len(forward) + (available is not None) != tail[7].count("\r\n"):
            return None
    first = line + (head[1] is not None)
    entries = _Entries(text, head.end(), tail.start(), first + 4, opening, closing, report)
    kept = len(report.reporter.findings), report.reporter.errors, report.reporter.warnings
    if not entries.run(account) or entries.minor != closing.amount.minor - opening.amount.minor:
        _forget(report, kept)
        return None
    closing_line = first + 4 + text.count("\n", head.end(), tail.start())
    if base in _STRICT and len(text) - 2 > MESSAGE_LIMIT:
        report.add("M940-025", line if head[1] is None else first, 1, found=str(len(text) - 2), expected="2000")
    return Page(
        first,
        "940",
        head[2],
        account,
        None if head[1] is None else sender_bic(head[1]),
        head[4] if head[5] is None else f"{head[4]}/{head[5]}",
        number,
        sequence or None,
        currency,
        "60" + head[6],
        opening,
        "62" + tail[1],
        closing,
        available,
        tuple(forward),
        tuple(entries.entries),
        len(entries.entries),
        True,
        {"20": first, "25": first + 1, "28": first + 2, "60": first + 3, "62": closing_line},
    )


def _forget(report: Report, kept: tuple[int, int, int]) -> None:
    """Take back what was reported: the careful path will report it again."""
    reporter = report.reporter
    del reporter.findings[kept[0] :]
    reporter.errors, reporter.warnings = kept[1], kept[2]


def _balance(mark: str, day: str, currency: str, whole: str, cents: str) -> Balance | None:
    date = yymmdd(day)
    minor = int(whole + cents)
    if date is None or currency not in CURRENCIES or exponent(currency) != 2 or (mark == "D" and not minor):
        return None
    return Balance(Money(-minor if mark == "D" else minor, currency), date)


def _codes(kind: str, cfonb: str | None) -> OperationCodes | None:
    """The codes of an entry whose type raises no finding, shared among entries; ``None`` for any other."""
    code = kind[1:]
    known = (kind[0] in "NF" and (code in swift_types() or code.isdigit())) or (
        kind[0] == "S" and code.isdigit() and code >= "100"
    )
    codes = OperationCodes(cfonb, kind) if known and (cfonb is None or cfonb in cfonb_operations()) else None
    if len(_CODES) >= _CODES_LIMIT:
        _CODES.clear()
    _CODES[kind, cfonb] = codes
    return codes


def _words(narrative: str) -> tuple[Role | None, str | None, dict[str, str]] | None:
    """Role, text and the other values of a narrative in our own layout; ``None`` for any other.

    Only the last value, the text, may hold slashes, so that the pieces between them are words and values in turn.
    """
    pieces = narrative.split("/")
    count = len(pieces)
    found: dict[str, str] = {}
    role: Role | None = None
    text: str | None = None
    last, at = -1, 1
    while at + 1 < count:
        word, value = pieces[at], pieces[at + 1]
        place = _ORDER.get(word, -1)
        if place <= last:
            return None
        last = place
        at += 2
        if word == "REMI":
            text = value if at == count else "/".join(pieces[at - 1 :])
            if at != count and (WORD.search(text) is not None or text.startswith(("USTD/", "STRD/"))):
                return None
            at = count
            value = text
        elif word in _ROLES:
            if value or at + 1 >= count or pieces[at] != "NAME":
                return None
            role = _ROLES[word]
            last = _ORDER["BENM"]
            continue
        else:
            found[word] = value
        if not value or value[0] == " " or value[-1] == " " or (" " in value and word in ("IBAN", "BIC")):
            return None
    return (role, text, found) if at == count else None


class _Entries:
    """The entries between opening and closing balance of one message."""

    __slots__ = (
        "_days",
        "_end",
        "_line",
        "_line_at",
        "_period",
        "_start",
        "_text",
        "entries",
        "minor",
        "report",
    )

    def __init__(
        self, text: str, start: int, end: int, line: int, opening: Balance, closing: Balance, report: Report
    ) -> None:
        self._text, self._start, self._end = text, start, end
        self._line, self._line_at = line, start
        self._period = Period(opening.date, closing.date, opening.amount.currency, "940")
        self._days: dict[str, Days | None] = {}
        self.entries: list[Entry] = []
        self.minor = 0
        self.report = report

    def run(self, account: str) -> bool:
        """Read them all; ``False`` when a block is not even clean."""
        text, at, end = self._text, self._start, self._end
        match_entry, canonical, append = _ENTRY.match, self._canonical, self.entries.append
        strict = self.report.reporter.profile.base in _STRICT
        self.report.account = account
        while at < end:
            match = match_entry(text, at)
            entry = canonical(match, strict) if match is not None else None
            if entry is None:
                match = _LOOSE.match(text, at)
                if match is None:
                    return False
                entry = self._careful(match)
                if entry is None:
                    return False
            self.minor += entry.amount.minor
            append(entry)
            at = match.end()  # type: ignore[union-attr]
        return at == end

    def _canonical(self, match: re.Match[str], strict: bool) -> Entry | None:
        dates, mark, whole, cents, kind, owner, bank, currency, units, hundredths, cfonb, narrative = match.groups()
        known = self._days
        days = known[dates] if dates in known else self._day(dates)
        key = (kind, cfonb)
        codes = _CODES[key] if key in _CODES else _codes(kind, cfonb)
        minor = int(whole + cents)
        if days is None or codes is None or not minor:
            return None
        if strict and ((owner == "NONREF" and currency is None and cfonb is None) or kind in ("NCHG", "NCOM")):
            return None
        sign, reversal = _MARKS[mark]
        customer = None if owner in POINTERS else owner
        if bank == "NONREF":
            bank = None
        original = None
        if currency is not None:
            if currency not in CURRENCIES or exponent(currency) != 2:
                return None
            original = OriginalAmount(Money(int(units + hundredths), currency))
        amount = Money(-minor if sign < 0 else minor, self._period.currency)
        if narrative is None:
            references = References(bank, customer) if bank or customer else NO_REFERENCES
            return Entry(days[1], amount, days[0], reversal, codes, references, None, (), original)
        if "\r" in narrative:
            lines = narrative.split("\r\n")
            for index in range(1, len(lines)):
                line = lines[index]
                if line[0] != " " and len(lines[index - 1]) != 65 and STARTS.match(line) is None:
                    return None
            narrative = "".join(lines)
        said = _words(narrative)
        if said is None:
            return None
        role, text, found = said
        get = found.get
        moved = get("CREF")
        if moved is not None:
            if customer is not None:
                return None
            customer = moved
        end_to_end = get("EREF")
        if end_to_end == "NOTPROVIDED":
            end_to_end = None
        bank = get("BREF") or bank
        mandate, creditor = get("MARF"), get("CSID")
        if bank or customer or end_to_end or mandate or creditor:
            references = References(bank, customer, end_to_end, mandate, creditor)
        else:
            references = NO_REFERENCES
        name, iban, bic = get("NAME"), get("IBAN"), get("BIC")
        party = Party(name, iban, bic, role) if name or iban or bic else None
        details: tuple[Detail, ...] = ()
        if not _DETAILS.isdisjoint(found):
            details = tuple([Detail(word, found[word]) for word in DETAILS if word in found])
        return Entry(
            days[1],
            amount,
            days[0],
            reversal,
            codes,
            references,
            party,
            (text,) if text is not None else (),
            original,
            details,
        )

    def _day(self, dates: str) -> Days | None:
        """Value and booking date of ten digits, once a message; ``None`` when something is to be reported."""
        period = self._period
        value = yymmdd(dates[:6])
        booking = booking_day(value, dates[6:], period.opening, period.closing) if value is not None else None
        days: Days | None = None
        if value is not None and booking is not None and period.opening and period.closing:
            days = (value, booking) if period.opening <= booking <= period.closing else None
        self._days[dates] = days
        return days

    def _careful(self, match: re.Match[str]) -> Entry | None:
        """One clean block by the careful parser of entries; ``None`` when its amount cannot be read."""
        start = match.start()
        self._line += self._text.count("\n", self._line_at, start)
        self._line_at = start
        report = self.report
        report.entry = len(self.entries) + 1
        lines = match[1].split("\r\n")
        field = RawField("61", lines, self._line, 5, list(range(self._line, self._line + len(lines))))
        narrative = None
        if match[2] is not None:
            texts = match[2].split("\r\n")
            number = self._line + len(lines)
            narrative = RawField("86", texts, number, 5, list(range(number, number + len(texts))))
        line = read_entry(field, narrative, self._period, report)
        if narrative is not None:
            check_narrative(narrative, "narrative", report)
        report.entry = None
        if line is None or line.amount is None:
            return None
        return to_entry(line, line.amount)
