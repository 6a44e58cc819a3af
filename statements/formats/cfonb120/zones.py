"""The zones of one record: each is read here, and what is wrong with it is noted with its position in the record.

A note knows neither its line nor its entry; these are added when it is told. So what is noted on a text that comes
again and again (the head of the movements of a day, the qualifiers of a kind of operation) is worked out once.

A record that was cut short has no zones beyond its length: they are absent, and only C120-001 speaks of them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping

import msgspec

from statements.findings import Finding, Location, Profile
from statements.formats.cfonb120.foreign import FOREIGN, read_foreign, rescale
from statements.formats.cfonb120.overpunch import FRENCH, decode, fault, is_negative_zero
from statements.formats.cfonb120.profile import Repairs, rules
from statements.formats.cfonb120.records import MOVEMENT, QUALIFIERS, TABLES, WIDTH
from statements.formats.cfonb120.split import UNUSUAL, Place
from statements.model.money import CURRENCIES, Money, exponent
from statements.reference.operations import cfonb_operations, reject_reasons
from statements.rules import Rule, Severity
from statements.wire.charset import describe
from statements.wire.dates import ddmmyy, month_end
from statements.wire.fixed import Zone

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


class ZoneNote(msgspec.Struct, frozen=True, gc=False):
    """A finding of a record, wherever that stands: its rule and severity, the position and name of the zone."""

    rule: Rule
    severity: Severity
    record: str
    position: int
    field: str | None
    found: str | None
    expected: str | None
    values: Mapping[str, str]


Notes = tuple[ZoneNote, ...]

_NO_VALUES: Mapping[str, str] = {}


class Zones:
    """Reads the zones of one record after another. What is wrong is noted, and told where the record stands."""

    def __init__(self, repairs: Repairs, profile: Profile) -> None:
        self.repairs = repairs
        self.statement: int | None = None
        self.entry: int | None = None
        self.account: str | None = None
        self.text = ""
        self.code = ""
        self._reporter = repairs.reporter
        self._count = repairs.reporter.count
        self._findings = repairs.reporter.findings
        self._unusual = UNUSUAL["strict" if profile.base == "strict" else "standard"]
        self._length = WIDTH
        self._notes: list[ZoneNote] = []
        self._zones: dict[str, Zone] = {}

    def take(self, text: str, length: int = WIDTH) -> None:
        """Begin with a record of a known code; ``length`` is what it had before it was padded."""
        self.text = text
        self.code = text[:2]
        self._length = length
        self._zones = _ZONES[self.code]

    def notes(self) -> Notes:
        """What was noted since the last call."""
        notes = tuple(self._notes)
        self._notes.clear()
        return notes

    def tell(self, notes: Iterable[ZoneNote], place: Place) -> None:
        """Report what was noted of a record that stands here, under the current statement and entry."""
        for note in notes:
            rule, severity = note.rule, note.severity
            if self._count(rule.id, severity):
                where = Location(
                    place[0],
                    place[1] + note.position,
                    note.record,
                    note.field,
                    None,
                    self.statement,
                    self.entry,
                    self.account,
                )
                self._findings.append(Finding(rule, severity, where, note.found, note.expected, note.values))

    @property
    def whole(self) -> bool:
        """Whether the record came with all its characters."""
        return self._length == WIDTH

    def raw(self, key: str) -> str:
        """A zone as it stands."""
        return self.text[self._zones[key].slice]

    def present(self, key: str) -> bool:
        """False for a zone that a cut record does not reach whole."""
        return self._zones[key].end <= self._length

    def note(
        self,
        rule_id: str,
        key: str,
        offset: int = 0,
        *,
        found: str | None = None,
        expected: str | None = None,
        severity: Severity | None = None,
        **values: str,
    ) -> None:
        """Note what a rule says of a zone, or of a character in it, unless the profile turns it off.

        ``severity`` overrides the profile where a rule is graded.
        """
        zone = self._zones[key]
        self.note_at(
            rule_id,
            zone.start + offset,
            zone.name,
            found=found,
            expected=expected,
            severity=severity,
            values=values,
        )

    def note_at(
        self,
        rule_id: str,
        position: int,
        field: str | None,
        *,
        found: str | None = None,
        expected: str | None = None,
        severity: Severity | None = None,
        values: Mapping[str, str] = _NO_VALUES,
    ) -> None:
        """Note what a rule says of a position that is no zone of the record's own table."""
        grade = self._reporter.severity(rule_id)
        if grade is None:
            return
        self._notes.append(
            ZoneNote(
                rule=rules()[rule_id],
                severity=severity or self.repairs.severity(rule_id) or grade,
                record=self.code,
                position=position,
                field=field,
                found=found,
                expected=expected,
                values=values,
            )
        )

    def repaired(
        self,
        rule_id: str,
        key: str,
        offset: int = 0,
        *,
        found: str | None = None,
        expected: str | None = None,
        **values: str,
    ) -> None:
        """Note that a named repair was needed."""
        self.note(rule_id, key, offset, found=found, expected=expected, severity=None, **values)

    # --- rules of any record -----------------------------------------------------------------------------------

    def characters(self, *, signed: bool | None = None) -> None:
        """C120-045 and C120-047, one note each; the sign character of an amount has its own rule.

        ``signed`` says whether there is an amount, where the table of the record does not.
        """
        text = self.text
        if signed if signed is not None else "amount" in self._zones:
            text = text[:_SIGN] + "0" + text[_SIGN + 1 :]
        if self._unusual.search(text) is None:
            return
        control = _CONTROL.search(text)
        if control is not None:
            start = control.start()
            self.note_at("C120-047", start + 1, self._name(start), found=describe(control[0]))
        unusual = [match for match in self._unusual.finditer(text) if _CONTROL.match(match[0]) is None]
        if unusual:
            start = unusual[0].start()
            named = "".join(dict.fromkeys(match[0] for match in unusual))
            self.note_at("C120-045", start + 1, self._name(start), found=named)

    def _name(self, index: int) -> str:
        return next(zone.name for zone in self._zones.values() if zone.start <= index + 1 <= zone.end)

    def reserved(self, *keys: str) -> None:
        """C120-213 for each of these reserved zones, or of all, that holds anything."""
        for zone in self._zones.values():
            if zone.kind == "-" and (not keys or zone.key in keys):
                text = self.text[zone.slice]
                if text.strip(" "):
                    offset = len(text) - len(text.lstrip(" "))
                    self.repaired("C120-213", zone.key, offset, found=text.strip(" "))

    def account_form(self) -> bool:
        """C120-042: whether bank, branch and account have their forms."""
        good = True
        for key, form in (("bank", _FIVE_DIGITS), ("branch", _FIVE_DIGITS), ("account", _ACCOUNT)):
            if form.fullmatch(self.raw(key)) is None:
                good = False
                if self.present(key):
                    self.note("C120-042", key, found=self.raw(key))
        return good

    def decimals(self, *, balance: bool) -> int | None:
        """The number of decimals; ``None`` when unknown (C120-034, or blank on a balance)."""
        text = self.raw("decimals")
        if text.isascii() and text.isdigit():
            return int(text)
        if self.present("decimals") and not (balance and text == " "):
            self.note("C120-034", "decimals", found=text)
        return None

    def currency_known(self, currency: str, decimals: int | None) -> None:
        """C120-035 and C120-036 for a currency and its stated decimals."""
        if currency not in CURRENCIES:
            self.note("C120-036", "currency", found=currency)
        elif decimals is not None and decimals != exponent(currency):
            self.note(
                "C120-035",
                "decimals",
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
                self.repaired("C120-223", key, found=text, expected=day.isoformat())
                return day
        self.note(rule_id, key, found=text, expected="DDMMYY")
        return None

    def signed(self) -> int | None:
        """The amount as written, in units of its decimals; ``None`` when it cannot be read."""
        text = self.raw("amount")
        if not self.present("amount"):
            return None
        repaired = FRENCH.get(text[13])
        if repaired is not None and self.repairs.applied("C120-221"):
            self.repaired("C120-221", "amount", 13, found=text[13], expected=repaired)
            text = text[:13] + repaired
        wrong = fault(text)
        if wrong == "digits":
            self.note("C120-031", "amount", found=text)
            return None
        if wrong == "sign":
            self.note("C120-032", "amount", 13, found=text[13])
            return None
        if is_negative_zero(text):
            self.note("C120-033", "amount", found=text)
        return decode(text)

    def money(self, signed: int | None, decimals: int | None, currency: str) -> Money | None:
        """An amount in minor units of its currency; C120-035 as an error when it does not fit exactly."""
        if signed is None or decimals is None:
            return None
        minor = rescale(signed, decimals, currency)
        if minor is None:
            self.note(
                "C120-035",
                "amount",
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
            self.repaired("C120-212", "value_date", found=text)
            return None
        day = self.date("value_date", "C120-038")
        if day is not None and booked is not None and abs(day - booked) > FAR:
            self.note("C120-040", "value_date", found=day.isoformat(), expected=booked.isoformat())
        return day

    def operation(self, minor: int | None) -> None:
        """C120-051 to C120-054: operation code, its direction (that of any amount of this sign), the reject reason."""
        code, reject = self.raw("operation"), self.raw("reject")
        row = cfonb_operations().get(code)
        if row is None:
            self.note("C120-051", "operation", found=code)
        elif minor is not None and not row.allows(minor):
            # Codes of the older list and 91 are used both ways.
            soft = Severity.INFO if not row.current or code == "91" else None
            way, way_fr = ("credit", "crédit") if row.direction == "C" else ("debit", "débit")
            self.note("C120-052", "operation", found=code, expected=way, severity=soft, expected_fr=way_fr)
        if reject.strip():
            if reject not in reject_reasons():
                self.note("C120-053", "reject", found=reject)
            if row is not None and code not in REJECTS:
                reason = (f"reject reason {reject.strip()}", f"le motif de rejet {reject.strip()}")
                self.note("C120-054", "reject", found=reject, operation=code, reason=reason[0], reason_fr=reason[1])
        elif code in REJECTS:
            reason = ("no reject reason", "aucun motif de rejet")
            self.note("C120-054", "reject", operation=code, reason=reason[0], reason_fr=reason[1])

    def entry_number(self) -> None:
        """C120-043, C120-044 and C120-211 for the entry number and the two indicators."""
        number = self.raw("entry_number")
        blank = [self._zones["entry_number"]] if not number.strip(" ") else []
        if not blank and _ENTRY_NUMBER.fullmatch(number) is None:
            self.note("C120-043", "entry_number", found=number)
        for key in ("exempt", "unavailable"):
            text = self.raw(key)
            if text == " ":
                blank.append(self._zones[key])
            elif text not in "01":
                self.note("C120-044", key, found=text)
        blank = [zone for zone in blank if zone.end <= self._length]
        if blank:
            names = ", ".join(zone.name for zone in blank)
            self.repaired("C120-211", blank[0].key, found=names)

    # --- rules of a complement ---------------------------------------------------------------------------------

    def information(self, name: str) -> None:
        """C120-063, C120-210 and C120-213: what the inner zones of a known qualifier hold."""
        information = self.raw("information")
        qualifier = QUALIFIERS[name]
        if name in FOREIGN:
            foreign = read_foreign(information, rate=name == "MMO")
            if foreign is None:
                self.note("C120-063", "information", found=information.rstrip(), qualifier=name)
                return
            if foreign.one_digit_rate:
                rate = qualifier.zones[3]
                self.note_at("C120-210", rate.start, rate.name, found=information[18:31])
        for zone in qualifier.zones:
            if zone.kind == "-":
                text = self.text[zone.slice]
                if text.strip(" "):
                    offset = len(text) - len(text.lstrip(" "))
                    self.note_at("C120-213", zone.start + offset, zone.name, found=text.strip(" "))
