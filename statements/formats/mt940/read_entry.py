"""The statement line ``:61:``, ``6!n[4!n]2a[1!a]15d1!a3!c16x[//16x]`` CRLF ``[34x]``, and how banks write it.

One expression reads the line; what its dates, its amount, its type say is worked out once for each distinct text and
remembered with whatever is to be reported about it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import msgspec

from statements.formats.mt940.narrative.parts import Parts, remember
from statements.formats.mt940.records import RawField, RawMessage
from statements.formats.mt940.report import NO_VALUES, PlaceReporter
from statements.formats.mt940.to_model import entry_of
from statements.formats.mt940.values import AMOUNT, UNKNOWN, booking_day, read_amount, read_date
from statements.model.money import Money, exponent
from statements.model.statement import Entry
from statements.reference.operations import swift_types
from statements.rules import Severity

# The form of the standard, but for the set of characters: possessive, so that nothing is tried twice.
_STRICT = re.compile(
    r"([0-9]{6}(?:[0-9]{4}| {4})?+)(R?+[CD][A-Z]?+)([0-9]{1,12}+),([0-9]{0,2}+)([SNF][A-Z0-9 ]{3})([^\n/]++)(?://([^\n]*+))?+"
    r"(?:\n([^\n]*+))?+",
    re.ASCII,
)
# Longest mark first: `CR10,00` is a credit with funds code R, `RC10,00` the reversal of a credit.
_LOOSE = re.compile(
    rf"([0-9]{{6}}(?:[0-9]{{4}}| {{4}})?)(R[CD]|E[CD]|[CD]|[A-Z]{{1,2}})([A-Z])?({AMOUNT})([^\n]*)"
    r"(?:\n(.*))?",
    re.ASCII | re.DOTALL,
)
_CUT = re.compile(
    r"(?:[0-9]{6})(?:[0-9]{4}| {4})?[A-Z]{1,3}$|(?:[0-9]{6})(?:[0-9]{4}| {4})?[A-Z]{1,3}[0-9]+,?$", re.ASCII
)
# More of an amount: a sign, or an exponent and other letters before digits.
_GOES_ON = re.compile(r"[^A-Za-z0-9/\s][^/\n]{0,8}|[eE][+-]?[0-9][^/\n]{0,8}|[A-Za-z][0-9]*[.,][0-9][^/\n]{0,8}")
_TYPE = re.compile(r"[SNF][A-Z0-9 ]{3}", re.ASCII)
_GOOD_TYPE = re.compile(r"S[1-9][0-9]{2}|[NF][A-Z0-9]{3}", re.ASCII)
_MARKS = {"C": 1, "D": -1, "RC": -1, "RD": 1, "EC": 1, "ED": -1}
_POINTERS = ("NONREF", "EREF", "PREF", "MARF", "KREF")
_NONREF = "NONR"
"""No type, when EF follows: then the type is missing."""
_REFERENCE, _DETAILS = 16, 34
_OWNER, _BANK = "Reference for the Account Owner", "Account Servicing Institution's Reference"


class Remark(msgspec.Struct, frozen=True, gc=False):
    """Something to report about a part of a statement line: rule, index in the text, subfield, what was found."""

    rule: str
    index: int
    name: str | None = None
    found: str | None = None
    expected: str | None = None
    severity: Severity | None = None
    values: dict[str, str] | None = None


class _Line(NamedTuple):
    """A ``:61:`` that was explained. ``amount`` is signed and ``None`` when it cannot be read exactly.

    ``kind`` is the type as written. References and ``extra``, the supplementary details, stand as written, blanks at
    their ends dropped; lines of ``extra`` are joined by a blank. ``None``: there is no
    such line.
    """

    booking: datetime.date
    amount: Money | None
    value: datetime.date
    reversal: bool
    kind: str
    owner: str
    bank: str
    extra: str | None


class _Days(msgspec.Struct, frozen=True, gc=False):
    """What the dates of an entry say, once for each text and message."""

    value: datetime.date
    booking: datetime.date
    remarks: tuple[Remark, ...]
    outside: Remark | None
    silent: bool
    """Whether nothing is to be reported."""


class EntryContext:
    """What an entry needs of its message: opening and closing day, currency, type of message."""

    __slots__ = ("closing", "currency", "days", "inexact", "kind", "opening", "places", "signs", "strict")

    def __init__(
        self,
        opening: datetime.date | None,
        closing: datetime.date | None,
        currency: str,
        kind: str,
        report: PlaceReporter,
    ) -> None:
        self.opening, self.closing, self.currency, self.kind = opening, closing, currency, kind
        self.places, signs = _marks(currency)
        # Where the usage rules are on, every line is looked at.
        self.signs = {} if report.on("M940-066") or report.on("M940-067") else signs
        self.strict = report.strict
        self.days = _known_days(opening, closing)
        self.inexact: list[tuple[int | None, datetime.date]] = []
        """Number and booking date of each entry that is counted, though its amount cannot be said exactly."""


@lru_cache(maxsize=64)
def _known_days(opening: datetime.date | None, closing: datetime.date | None) -> dict[str, _Days]:
    """What the dates of entries say in a message between two days, as far as they were read."""
    return {}


@lru_cache(maxsize=256)
def _marks(currency: str) -> tuple[int, Mapping[str, int]]:
    """The decimals of a currency, and the sign of each mark of which nothing is to be told, funds code included."""
    places, funds = exponent(currency), currency[2:]
    signs = {mark: sign for mark, sign in _MARKS.items() if mark[0] != "E"}
    return places, {**signs, **{mark + funds: sign for mark, sign in signs.items()}} if places == 2 else {}


_UNKNOWN = Remark("", 0)
_KINDS: dict[str, Remark | None] = {}
"""What is to be reported about a type, by its four characters; its index counts from that of the type."""


def read_entry(
    text: str, told: Parts, period: EntryContext, raw: RawMessage, index: int, report: PlaceReporter
) -> Entry | None:
    """One entry: its line, the text of the field at an index of the message, and what its ``:86:`` says.

    ``None`` when date, mark or amount cannot be made out (M940-050), and when the amount cannot be said exactly.
    """
    match = _STRICT.fullmatch(text)
    if match is not None:
        dates, mark, whole, cents, kind, owner, bank, extra = match.groups()
        said = period.days.get(dates) or _days(dates, period)
        sign = period.signs.get(mark)
        about = _KINDS.get(kind, _UNKNOWN)
        owner = owner.strip()
        bank = bank.strip() if bank else ""
        if (
            sign
            and owner
            and len(owner) <= _REFERENCE
            and ((short := len(bank) <= _REFERENCE) or bank == match[7])
            and (extra is None or len(extra) <= _DETAILS)
            and about is not _UNKNOWN
        ):
            minor = int(whole + cents) if len(cents) == 2 else int(whole + cents.ljust(2, "0"))
            if about is not None or not minor or not short or not said.silent:
                _remarks(said, about, match, raw, index, report)
            return entry_of(
                said.booking,
                Money(sign * minor, period.currency),
                said.value,
                mark[0] == "R",
                kind,
                owner,
                bank,
                extra.rstrip() if extra else extra,
                told,
            )
    line = _explained(raw.field(index), period, report)
    if line is None:
        return None
    if line.amount is None:
        period.inexact.append((report.entry, line.booking))
        return None
    return entry_of(
        line.booking, line.amount, line.value, line.reversal, line.kind, line.owner, line.bank, line.extra, told
    )


def _remarks(
    said: _Days, about: Remark | None, match: re.Match[str], raw: RawMessage, index: int, report: PlaceReporter
) -> None:
    """What is to be reported of the dates, the type and the amount of a line in the strict form."""
    at = raw.offset(index, 0)
    for remark in said.remarks:
        report.put(remark.rule, at + remark.index, "61", remark.name, remark.found, remark.expected)
    if about is not None:
        report.put(about.rule, at + match.start(5) + about.index, "61", about.name, about.found)
    if len(match[7] or "") > _REFERENCE < len((match[7] or "").strip()):
        report.put("M940-064", at + match.start(7), "61", _BANK, match[7])
    outside = said.outside
    if outside is not None:
        report.put(
            outside.rule,
            at + outside.index,
            "61",
            outside.name,
            outside.found,
            outside.expected,
            None,
            outside.values or NO_VALUES,
        )
    if not match[3].strip("0") and not match[4].strip("0"):
        report.put("M940-058", at + match.start(3), "61", "Amount", f"{match[3]},{match[4]}")


def _explained(field: RawField, period: EntryContext, report: PlaceReporter) -> _Line | None:
    """The same of a line about which something is to be reported, or that is written in another way."""
    text = field.trimmed
    text, cut = _mended(text, field, report)
    match = _LOOSE.match(text)
    if match is None:
        report.at("M940-050", field, found=text.partition("\n")[0][:60] or None)
        return None
    dates, mark, _, written, rest, extra = match.groups()
    said = period.days.get(dates) or _days(dates, period)
    remarks: list[Remark] = []
    sign = _sign(match, period, remarks)
    amount = _amount(match, period, remarks)
    remarks += said.remarks
    _funds(match, period, remarks)
    kind, owner, bank = _references(rest, match.start(5), remarks)
    if extra is not None:
        extra = _details(field, extra, report)
    _usage(mark, kind, owner, extra, remarks)
    if said.outside is not None:
        remarks.append(said.outside)
    money = None
    if amount is not None and sign:
        money = Money(sign * amount, period.currency)
        if not amount:
            remarks.append(Remark("M940-058", match.start(4), "Amount", written))
    for remark in remarks:
        report.at(
            remark.rule,
            field,
            remark.index + (0 < cut <= remark.index),
            remark.name,
            found=remark.found,
            expected=remark.expected,
            severity=remark.severity,
            values=remark.values,
        )
    return _Line(said.booking, money, said.value, mark[0] == "R", kind, owner, bank, extra)


def _mended(text: str, field: RawField, report: PlaceReporter) -> tuple[str, int]:
    """The text, its first two lines joined when the amount was cut by a line end, and the index of that cut, or 0."""
    first, _, more = text.partition("\n")
    if more[:1] in tuple("0123456789,") and _CUT.fullmatch(first) is not None:
        joined = _LOOSE.match(first + more)
        if joined is not None and "," in joined[4]:
            report.at("M940-056", field, 0, "Amount", found=first)
            return first + more, len(first)
    return text, 0


def _sign(match: re.Match[str], period: EntryContext, remarks: list[Remark]) -> int:
    mark = match[2]
    if mark not in _MARKS or (mark[0] == "E" and period.kind != "942"):
        expected = "C, D, RC, RD, EC, ED" if period.kind == "942" else "C, D, RC, RD"
        remarks.append(Remark("M940-054", match.start(2), "Debit/Credit Mark", mark, expected))
    return _MARKS.get(mark, 0)


def _amount(match: re.Match[str], period: EntryContext, remarks: list[Remark]) -> int | None:
    """The unsigned minor units, as far as they can be read."""
    written, at = match[4], match.start(4)
    further = _GOES_ON.match(match[5])
    if further is not None:
        # No type begins like this: the amount does not end here, and what it says is not known.
        remarks.append(Remark("M940-050", at, "Amount", written + further[0]))
        return None
    amount = read_amount(written, period.places)
    if amount.minor is None and amount.rule == "form":
        remarks.append(Remark("M940-050", at, "Amount", written))
    elif amount.reason == "grouped":
        remarks.append(Remark("M940-069", at, "Amount", written))
    elif amount.rule == "form" or amount.reason:
        remarks.append(Remark("M940-056", at, "Amount", written))
    if amount.rule in ("decimals", "zeros"):
        severity = Severity.WARNING if amount.rule == "zeros" and not period.strict else None
        values = {"currency": period.currency}
        remarks.append(Remark("M940-057", at, "Amount", written, severity=severity, values=values))
    return amount.minor


def _funds(match: re.Match[str], period: EntryContext, remarks: list[Remark]) -> None:
    funds = match[3]
    if funds and period.currency != UNKNOWN and funds != period.currency[2:3]:
        remarks.append(Remark("M940-055", match.start(3), "Funds Code", funds, period.currency[2:3]))


def _days(dates: str, period: EntryContext) -> _Days:
    """Value and booking date of six digits, or of ten characters; remembered for the message."""
    opening, closing = period.opening, period.closing
    text, entry = dates[:6], dates[6:]
    remarks = []
    value, good = read_date(text)
    if not good:
        expected = value.isoformat() if value else None
        remarks.append(Remark("M940-051", 0, "Value Date", text, expected))
    if value is None:
        # No day at all: the booking date decides, else the closing date.
        anchor = closing or opening or datetime.date(2000, 1, 1)
        value = (booking_day(anchor, entry, opening, closing)[0] if entry.strip() else None) or anchor
    booking = value
    if entry == "    ":
        remarks.append(Remark("M940-053", 6, "Entry Date", entry))
    elif entry:
        day, good = booking_day(value, entry, opening, closing)
        booking = day or value
        if not good:
            remarks.append(Remark("M940-052", 6, "Entry Date", entry, booking.isoformat()))
    outside = None
    if opening and closing and not opening <= booking <= closing:
        dated = bool(entry.strip())
        outside = Remark(
            "M940-068",
            6 if dated else 0,
            "Entry Date" if dated else "Value Date",
            entry if dated else text,
            f"{opening.isoformat()} - {closing.isoformat()}",
            values={"booking": booking.isoformat()},
        )
    found = _Days(value, booking, tuple(remarks), outside, not remarks and outside is None)
    return remember(period.days, dates, found)


def _type(rest: str, at: int, remarks: list[Remark]) -> tuple[str, str]:
    """The type and what stands behind it; ``at`` is the index of what follows the amount."""
    bare = rest.lstrip(" ")
    at += len(rest) - len(bare)
    kind = bare[:4]
    if bare.startswith(_POINTERS):
        remarks.append(Remark("M940-059", at, "Transaction Type", kind))
        return "", bare
    if _TYPE.fullmatch(kind) is None:
        remarks.append(Remark("M940-059", at, "Transaction Type", kind))
        if bare[:1] in ("N", "S", "F") and (len(bare) == 1 or bare[1:3] == "//"):
            bare = bare[1:]
        return "", bare
    about = None
    if _GOOD_TYPE.fullmatch(kind) is None:
        odd_number = kind[0] == "S" and " " not in kind
        about = Remark("M940-060" if odd_number else "M940-059", 0, "Transaction Type", kind)
    elif kind[0] in "NF" and kind[1:] not in swift_types() and not kind[1:].isdigit():
        about = Remark("M940-061", 1, "Identification Code", kind[1:])
    if kind != _NONREF:
        remember(_KINDS, kind, about)
    if about is not None:
        remarks.append(Remark(about.rule, at + about.index, about.name, about.found))
    return kind, bare[4:]


def _references(rest: str, at: int, remarks: list[Remark]) -> tuple[str, str, str]:
    """Type, reference of the owner, reference of the bank."""
    end = at + len(rest)
    kind, rest = _type(rest, at, remarks)
    owner, slashes, bank = rest.partition("//")
    at = end - len(rest)
    if not owner.strip():
        remarks.append(Remark("M940-062", at, _OWNER, expected="NONREF"))
    if len(owner) > _REFERENCE:
        remarks.append(Remark("M940-063", at, _OWNER, owner))
    if slashes and len(bank) > _REFERENCE:
        remarks.append(Remark("M940-064", at + len(owner) + 2, _BANK, bank))
    return kind, owner.strip(), bank.strip()


def _details(field: RawField, extra: str, report: PlaceReporter) -> str:
    """Supplementary details of more than one line or 34 characters."""
    lines = [line.rstrip() for line in extra.split("\n")]
    if len(lines) > 1 or len(lines[0]) > _DETAILS:
        number = field.text.count("\n") + 1 - len(lines)
        line, _ = report.piece.place(field.line_offset(number))
        report.add("M940-065", line, 1, "61", "Supplementary Details", found=lines[0][:60])
    return " ".join(lines)


def _usage(mark: str, kind: str, owner: str, extra: str | None, remarks: list[Remark]) -> None:
    """The usage rules of the handbook: NONREF wants details, the first advice of a charge is FCHG."""
    if owner == "NONREF" and not (extra and extra.strip()):
        remarks.append(Remark("M940-066", 0, "Supplementary Details"))
    if kind in ("NCHG", "NCOM") and mark == "D":
        remarks.append(Remark("M940-067", 0, "Transaction Type", kind, "FCHG"))
