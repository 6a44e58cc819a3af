"""The rules of one record: every zone read with its findings, on the careful path.

A record that was cut short has no zones beyond its length: they are absent, and only C120-001 speaks of them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from statements.findings import Location, Profile
from statements.formats.cfonb120.complements import INFORMATION_START, read_foreign, rescale
from statements.formats.cfonb120.overpunch import FRENCH, decode, fault, is_negative_zero
from statements.formats.cfonb120.physical import UNUSUAL, Record
from statements.formats.cfonb120.records import MOVEMENT, QUALIFIERS, TABLES
from statements.formats.cfonb120.repairs import Repairs
from statements.model.money import CURRENCIES, Money, exponent
from statements.reference.operations import cfonb_operations, reject_reasons
from statements.rules import Severity
from statements.wire.charset import describe
from statements.wire.dates import ddmmyy, month_end
from statements.wire.fixed import RecordTable, Zone

REJECTS = frozenset("03 10 12 26 27 33 34 38 98 A3 A4 A5 A6 B3 B4 B5 B6 C3 C4 C5".split())
"""Operations that are rejects or returns and have a reject reason."""

FAR = datetime.timedelta(days=370)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_ACCOUNT = re.compile("[A-Z0-9]{11}", re.ASCII)
_FIVE_DIGITS = re.compile("[0-9]{5}", re.ASCII)
_ENTRY_NUMBER = re.compile("[0-9 ]{7}", re.ASCII)
_SIX_DIGITS = re.compile("[0-9]{6}", re.ASCII)
_SIGN = MOVEMENT.zone("amount").end - 1
_ZONES = {code: {zone.key: zone for zone in table.zones} for code, table in TABLES.items()}


def _reserved(table: RecordTable) -> tuple[Callable[[str], tuple[str, ...]], tuple[str, ...]]:
    """A cutter of the reserved zones of a record, and what it gives when they are blank."""
    zones = [zone for zone in table.zones if zone.kind == "-"]
    return table.cutter(*(zone.key for zone in zones)), tuple(" " * zone.length for zone in zones)


_RESERVED = {code: _reserved(table) for code, table in TABLES.items()}


class Checker:
    """Reads the zones of one record after another and reports what is wrong with them."""

    def __init__(self, repairs: Repairs, profile: Profile) -> None:
        self.repairs = repairs
        self.add = repairs.reporter.add
        self.statement: int | None = None
        self.entry: int | None = None
        self.account: str | None = None
        self._unusual = UNUSUAL["strict" if profile.base == "strict" else "standard"]
        self._record = Record("", 0, 0, 0)
        self._zones: dict[str, Zone] = {}
        self.code = ""

    def take(self, record: Record) -> None:
        """Begin with a record of a known code."""
        self._record = record
        self.code = record.text[:2]
        self._zones = _ZONES[self.code]

    @property
    def record_text(self) -> str:
        """The whole record."""
        return self._record.text

    def raw(self, key: str) -> str:
        """A zone as it stands."""
        return self._record.text[self._zones[key].slice]

    def present(self, key: str) -> bool:
        """False for a zone that a cut record does not reach whole."""
        return self._zones[key].end <= self._record.length

    def at(self, key: str, offset: int = 0) -> Location:
        """The place of a zone, or of a character in it."""
        zone = self._zones[key]
        return self.place(zone.start + offset, zone.name)

    def place(self, position: int, field: str | None) -> Location:
        """A position of the record."""
        record = self._record
        return Location(
            line=record.line,
            column=record.column + position,
            record=self.code,
            field=field,
            statement=self.statement,
            entry=self.entry,
            account=self.account,
        )

    # --- rules of any record -----------------------------------------------------------------------------------

    def characters(self, *, signed: bool | None = None) -> None:
        """C120-045 and C120-047, one finding each; the sign character of an amount has its own rule.

        ``signed`` says whether there is an amount, where the table of the record does not.
        """
        text = self._record.text
        if signed if signed is not None else "amount" in self._zones:
            text = text[:_SIGN] + "0" + text[_SIGN + 1 :]
        control = _CONTROL.search(text)
        if control is not None:
            self.add(
                "C120-047", self.place(control.start() + 1, self._name(control.start())), found=describe(control[0])
            )
        unusual = [match for match in self._unusual.finditer(text) if _CONTROL.match(match[0]) is None]
        if unusual:
            named = "".join(dict.fromkeys(match[0] for match in unusual))
            start = unusual[0].start()
            self.add("C120-045", self.place(start + 1, self._name(start)), found=named)

    def _name(self, index: int) -> str:
        return next(zone.name for zone in self._zones.values() if zone.start <= index + 1 <= zone.end)

    def reserved(self) -> None:
        """C120-213 for each reserved zone that holds anything."""
        cut, blanks = _RESERVED[self.code]
        if cut(self._record.text) == blanks:
            return
        for zone in self._zones.values():
            if zone.kind == "-":
                text = self._record.text[zone.slice]
                if text.strip(" "):
                    offset = len(text) - len(text.lstrip(" "))
                    self.repairs.report("C120-213", self.at(zone.key, offset), found=text.strip(" "))

    def account_form(self) -> bool:
        """C120-042: whether bank, branch and account have their forms."""
        good = True
        for key, form in (("bank", _FIVE_DIGITS), ("branch", _FIVE_DIGITS), ("account", _ACCOUNT)):
            if form.fullmatch(self.raw(key)) is None:
                good = False
                if self.present(key):
                    self.add("C120-042", self.at(key), found=self.raw(key))
        return good

    def decimals(self, *, balance: bool) -> int | None:
        """The number of decimals; ``None`` when unknown (C120-034, or blank on a balance)."""
        text = self.raw("decimals")
        if text.isascii() and text.isdigit():
            return int(text)
        if self.present("decimals") and not (balance and text == " "):
            self.add("C120-034", self.at("decimals"), found=text)
        return None

    def currency_known(self, currency: str, decimals: int | None) -> None:
        """C120-035 and C120-036 for a currency and its stated decimals."""
        if currency not in CURRENCIES:
            self.add("C120-036", self.at("currency"), found=currency)
        elif decimals is not None and decimals != exponent(currency):
            self.add(
                "C120-035",
                self.at("decimals"),
                found=str(decimals),
                expected=str(exponent(currency)),
                currency=currency,
            )

    def date(self, key: str, rule_id: str) -> datetime.date | None:
        """A date of the calendar, or ``None`` with the finding."""
        text = self.raw(key)
        day = ddmmyy(text)
        if day is not None or not self.present(key):
            return day
        if self.repairs.applied("C120-223") and _SIX_DIGITS.fullmatch(text) is not None and 28 < int(text[:2]) < 32:
            first = ddmmyy("01" + text[2:])
            if first is not None:
                day = month_end(first)
                self.repairs.report("C120-223", self.at(key), found=text, expected=day.isoformat())
                return day
        self.add(rule_id, self.at(key), found=text, expected="DDMMYY")
        return None

    def signed(self) -> int | None:
        """The amount as written, in units of its decimals; ``None`` when it cannot be read."""
        text = self.raw("amount")
        if not self.present("amount"):
            return None
        repaired = FRENCH.get(text[13])
        if repaired is not None and self.repairs.applied("C120-221"):
            self.repairs.report("C120-221", self.at("amount", 13), found=text[13], expected=repaired)
            text = text[:13] + repaired
        wrong = fault(text)
        if wrong == "digits":
            self.add("C120-031", self.at("amount"), found=text)
            return None
        if wrong == "sign":
            self.add("C120-032", self.at("amount", 13), found=text[13])
            return None
        if is_negative_zero(text):
            self.add("C120-033", self.at("amount"), found=text)
        return decode(text)

    def money(self, signed: int | None, decimals: int | None, currency: str) -> Money | None:
        """An amount in minor units of its currency; C120-035 as an error when it does not fit exactly."""
        if signed is None or decimals is None:
            return None
        minor = rescale(signed, decimals, currency)
        if minor is None:
            self.add(
                "C120-035",
                self.at("amount"),
                found=str(decimals),
                expected=str(exponent(currency)),
                severity=Severity.ERROR,
                currency=currency,
            )
            return None
        return Money(minor, currency)

    # --- rules of a movement -----------------------------------------------------------------------------------

    def value_date(self, booked: datetime.date | None) -> datetime.date | None:
        """The value date, ``None`` when there is none: C120-212, C120-038, C120-040."""
        text = self.raw("value_date")
        if not self.present("value_date"):
            return None
        if text in ("000000", "      "):
            self.repairs.report("C120-212", self.at("value_date"), found=text)
            return None
        day = self.date("value_date", "C120-038")
        if day is not None and booked is not None and abs(day - booked) > FAR:
            self.add("C120-040", self.at("value_date"), found=day.isoformat(), expected=booked.isoformat())
        return day

    def operation(self, amount: Money | None) -> None:
        """C120-051 to C120-054: operation code, its direction, the reject reason."""
        code, reject = self.raw("operation"), self.raw("reject")
        row = cfonb_operations().get(code)
        if row is None:
            self.add("C120-051", self.at("operation"), found=code)
        elif amount is not None and not row.allows(amount.minor):
            # Codes of the older list and 91 are used both ways.
            soft = Severity.INFO if not row.current or code == "91" else None
            way, way_fr = ("credit", "crédit") if row.direction == "C" else ("debit", "débit")
            self.add("C120-052", self.at("operation"), found=code, expected=way, severity=soft, expected_fr=way_fr)
        if reject.strip():
            if reject not in reject_reasons():
                self.add("C120-053", self.at("reject"), found=reject)
            if row is not None and code not in REJECTS:
                reason = (f"reject reason {reject.strip()}", f"le motif de rejet {reject.strip()}")
                self.add(
                    "C120-054", self.at("reject"), found=reject, operation=code, reason=reason[0], reason_fr=reason[1]
                )
        elif code in REJECTS:
            reason = ("no reject reason", "aucun motif de rejet")
            self.add("C120-054", self.at("reject"), operation=code, reason=reason[0], reason_fr=reason[1])

    def entry_number(self) -> None:
        """C120-043, C120-044 and C120-211 for the entry number and the two indicators."""
        number = self.raw("entry_number")
        blank = [self._zones["entry_number"]] if not number.strip(" ") else []
        if not blank and _ENTRY_NUMBER.fullmatch(number) is None:
            self.add("C120-043", self.at("entry_number"), found=number)
        for key in ("exempt", "unavailable"):
            text = self.raw(key)
            if text == " ":
                blank.append(self._zones[key])
            elif text not in "01":
                self.add("C120-044", self.at(key), found=text)
        blank = [zone for zone in blank if zone.end <= self._record.length]
        if blank:
            names = ", ".join(zone.name for zone in blank)
            self.repairs.report("C120-211", self.at(blank[0].key), found=names)

    # --- rules of a complement ---------------------------------------------------------------------------------

    def complement(self, seen: dict[str, str]) -> None:
        """C120-061 to C120-065, C120-210 and the inner reserved zones; ``seen`` are the earlier qualifiers."""
        name, information = self.raw("qualifier"), self.raw("information")
        if not name.strip():
            self.add("C120-062", self.at("qualifier"), found=name)
            return
        qualifier = QUALIFIERS.get(name)
        if qualifier is None:
            self.add("C120-061", self.at("qualifier"), found=name)
            return
        if name in seen and not qualifier.repeatable:
            self.add("C120-065", self.at("qualifier"), found=name)
        if name == "LC2" and "LCC" not in seen:
            self.add("C120-064", self.at("qualifier"), found=name)
        if name in ("MMO", "FEE"):
            foreign = read_foreign(information, rate=name == "MMO")
            if foreign is None:
                self.add("C120-063", self.at("information"), found=information.rstrip(), qualifier=name)
                return
            if foreign.one_digit_rate:
                rate = qualifier.zones[3]
                self.repairs.report("C120-210", self.place(rate.start, rate.name), found=information[18:31])
        for zone in qualifier.zones:
            if zone.kind == "-":
                start = zone.start - INFORMATION_START
                text = information[start : zone.end - INFORMATION_START + 1]
                if text.strip(" "):
                    offset = len(text) - len(text.lstrip(" "))
                    self.repairs.report("C120-213", self.place(zone.start + offset, zone.name), found=text.strip(" "))
