"""Writing one entry: ``:61:``, its supplementary details, its ``:86:``, with a finding for whatever changes.

What an entry says is one list of values. Where they stand in the set x, trimmed and free of code words, as they are,
they are laid out; only otherwise each of them is fitted, guarded and cut, and what changes is reported.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from statements.findings import Location, Reporter
from statements.formats.mt940.narrative import german, slash
from statements.formats.mt940.narrative.parts import Value
from statements.formats.mt940.narrative.wrapping import WIDTH
from statements.formats.mt940.to_model import FREE_TEXT, POINTERS, original_amount
from statements.formats.mt940.values import amount_text
from statements.formats.mt940.write_values import PARTIES, Said, all_of, said_of, stands_as_text, with_text
from statements.model.money import Money, exponent
from statements.model.statement import Balance, Entry, OperationCodes
from statements.reference.iban import is_iban
from statements.reference.operations import cfonb_operations, swift_types
from statements.wire.charset import SWIFT_X, hidden
from statements.wire.dates import to_yymmdd
from statements.wire.identity import token

AMOUNT_WIDTH = 15
_EXTRA = 34
DETAILS = ("RTRN", "ACCW", "PURP", "ULTD", "ULTC")
"""The details that have a word of their own in the text of an entry."""

_CUT_AT_70 = ("NAME", "ULTD", "ULTC")
_FITS = re.compile(r"[A-Za-z0-9\-?:().,'+](?:[A-Za-z0-9 /\-?:().,'+]{0,14}[A-Za-z0-9\-?:().,'+])?", re.ASCII)
_TYPE = re.compile(r"[SNF][A-Z0-9]{3}", re.ASCII)
_RATE = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)
FIELDS: Mapping[str, str] = {
    "RTRN": "details.RTRN",
    "EREF": "references.end_to_end_id",
    "CREF": "references.customer_reference",
    "BREF": "references.bank_reference",
    "MARF": "references.mandate_id",
    "CSID": "references.creditor_id",
    "NAME": "counterparty.name",
    "IBAN": "counterparty.iban",
    "BIC": "counterparty.bic",
    "ACCW": "details.ACCW",
    "PURP": "details.PURP",
    "ULTD": "details.ULTD",
    "ULTC": "details.ULTC",
    "EXCH": "original_amount.rate",
    "REMI": "remittance",
}
"""The member of the model behind each word."""


_GVC = re.compile("[0-9]{3}")
_TWO_DIGITS = [f"{number:02d}" for number in range(100)]
_CACHED = 4_096


class Refused(Exception):  # noqa: N818 - inside the writer only: the statement cannot be said
    """A statement that the format cannot say; the finding is in the report already."""


def reference_fits(text: str) -> bool:
    """Whether a reference can stand in ``:61:``: 1 to 16 of x, no blank or slash at the ends, no ``//``, no pointer.

    >>> reference_fits("CLI-0042"), reference_fits("A//B"), reference_fits("NONREF"), reference_fits("/1")
    (True, False, False, False)
    """
    if text in POINTERS:
        return False
    if text.isalnum() and text.isascii():
        return len(text) <= 16
    return _FITS.fullmatch(text) is not None and "//" not in text


@lru_cache(maxsize=1_024)
def written_type(swift: str | None, cfonb: str | None) -> str | None:
    """The four characters of subfield 6; ``None`` when neither code says one, or its form is unknown."""
    if swift is not None:
        # NONR and a reference EF would read as NONREF.
        return swift if _TYPE.fullmatch(swift) is not None and swift != "NONR" else None
    operation = cfonb_operations().get(cfonb or "")
    return f"N{operation.swift_type}" if operation is not None else None


def rate_text(rate: str) -> str | None:
    """A rate with its decimal comma, or ``None`` when it is no plain decimal."""
    return rate.replace(".", ",") if _RATE.fullmatch(rate) is not None else None


def original_text(amount: Money) -> str | None:
    """Currency and amount of ``/OCMT/``, or ``None`` when they cannot be said there."""
    text = f"{amount.currency}{amount_text(amount.minor, amount.currency)}"
    return text if len(text) <= 3 + AMOUNT_WIDTH and original_amount(text) is not None else None


class EntryWriter:
    """Writes the entries of one statement. ``account`` and ``statement`` place its findings."""

    def __init__(
        self, settings: Mapping[str, Any], reporter: Reporter, account: str | None, statement: int | None
    ) -> None:
        self.reporter, self.account, self.statement = reporter, account, statement
        self.eol: str = "\r\n" if settings["eol"] == "crlf" else "\n"
        self.german: bool = settings["narrative"] == "german"
        self.number = 0
        self.changes: list[tuple[str, str, str]] = []
        self.cleaned: list[tuple[str, str, str]] = []
        self._operation: bool = settings["operation_code"]
        self._original: bool = settings["original_amount"]
        self._empty: str = settings["empty_narrative"]
        self._bank: str | None = None
        """The bank reference that moves to ``:86:``, as it is written there."""
        self._codes: dict[OperationCodes, tuple[str, str, str]] = {}
        """What codes that can be said become: the type of ``:61:``, the text of subfield 9, the end of the line."""
        self._days: dict[tuple[datetime.date, datetime.date | None], tuple[str, bool]] = {}

    def begin(self, opening: Balance, closing: Balance) -> None:
        """The balances between which the entries stand."""
        self._currency = opening.amount.currency
        self._hundredths = exponent(self._currency) == 2
        self._period = opening.date, closing.date

    def add(self, rule: str, field: str | None = None, **values: Any) -> None:
        """Report a rule of the writer at the entry being written."""
        place = Location(account=self.account, statement=self.statement, entry=self.number or None, field=field)
        self.reporter.add(rule, place, **values)

    def fit(self, field: str, text: str) -> str:
        """The text in the set x; what changes is remembered for one finding an entry."""
        fitted = SWIFT_X.fit(text)
        if fitted != text:
            if hidden(text):
                self.cleaned.append((field, text, fitted))
            self.changes.append((field, text, fitted))
        return fitted

    def write(self, entry: Entry, number: int) -> str:
        """The lines of an entry, each with its end. Raises :class:`Refused` after reporting."""
        self.number, eol = number, self.eol
        amount, references, codes = entry.amount, entry.references, entry.codes
        if amount.currency != self._currency or type(amount.minor) is not int:
            self._refuse(amount)
        owner, bank = references.customer_reference, references.bank_reference
        text = " ".join(entry.remittance)
        kind, extra, end = self._codes.get(codes) or self._type(codes)
        said = PARTIES.get(entry.counterparty)
        if (
            said is None
            or extra is None
            or entry.details
            or entry.original_amount is not None
            or references.end_to_end_id
            or references.mandate_id
            or references.creditor_id
        ):
            if extra is None or entry.details or entry.original_amount is not None:
                extra = self._extra(entry)
                end = f"{eol}{extra}{eol}" if extra else eol
            said, text = self._said(entry, extra, text)
        values, lead, stand = said
        if (
            stand
            and (not text or stands_as_text(text))
            and (not bank or reference_fits(bank))
            and (not owner or reference_fits(owner))
        ):
            room = WIDTH - (len(text) + 6 if text else 0)
            if self.german:
                lines = self._lines(entry, with_text(values, text))
            elif len(lead) <= room:
                lines = f"{lead}/REMI/{text}" if text else lead
            elif room >= 0 and len(lead) <= WIDTH:
                lines = f"{lead}{eol}/REMI/{text}"
            else:
                lines = eol.join(slash.lay_out(with_text(values, text), self._change))
        else:
            owner, bank, values = self._fitted(owner, bank, with_text(values, text))
            lines = self._lines(entry, values)
            if self._bank is not None:
                # Of the text as it is written, so that a file read and written again keeps its tokens.
                bank, self._bank = token("X", self._bank), None
        if not lines and self._empty != "omit":
            lines = self._instead(entry)
        minor, booked, value = amount.minor, entry.booking_date, entry.value_date
        unsigned = minor if minor >= 0 else -minor
        written = (
            f"{unsigned // 100},{_TWO_DIGITS[unsigned % 100]}"
            if self._hundredths
            else amount_text(minor, amount.currency)
        )
        if len(written) > AMOUNT_WIDTH:
            self.add("CNV-202", "amount", found=amount.text)
            raise Refused
        days, inside = self._days.get((booked, value)) or self._dates(booked, value)
        mark = ("RC" if entry.reversal else "D") if minor < 0 else ("RD" if entry.reversal else "C")
        if kind is None:
            self.add("CNV-218", "codes.swift", before=codes.swift or "", after="NMSC")
            kind = "NMSC"
        if self.changes:
            self._report_changes()
        if len(entry.remittance) > 1:
            before, after = " | ".join(entry.remittance), " ".join(entry.remittance)
            self.add("CNV-220", "remittance", before=before, after=after)
        if not inside:
            self.add("CNV-219", "booking_date", found=booked.isoformat())
        reference = f"{owner or 'NONREF'}//{bank}" if bank else owner or "NONREF"
        if lines:
            return f":61:{days}{mark}{written}{kind}{reference}{end}:86:{lines}{eol}"
        return f":61:{days}{mark}{written}{kind}{reference}{end}"

    # :61: -------------------------------------------------------------------------------------------------

    def _type(self, codes: OperationCodes) -> tuple[str | None, str | None, str]:
        """The type of ``:61:``, the text of subfield 9 (``None``: the code cannot be said), the end of the line."""
        kind, cfonb = written_type(codes.swift, codes.cfonb), codes.cfonb
        if cfonb is not None and not (self._operation and cfonb in cfonb_operations()):
            return kind, None, self.eol
        extra = "" if cfonb is None else f"/TRCD/{cfonb}/"
        end = f"{self.eol}{extra}{self.eol}" if extra else self.eol
        if kind is not None:
            if len(self._codes) >= _CACHED:
                self._codes.clear()
            self._codes[codes] = kind, extra, end
        return kind, extra, end

    def _dates(self, booked: datetime.date, value: datetime.date | None) -> tuple[str, bool]:
        """Value date and booking date of ``:61:``, and whether that is in the period of the statement."""
        try:
            booking = to_yymmdd(booked)
            days = f"{booking if value is None else to_yymmdd(value)}{booking[2:]}"
        except ValueError:
            self.add("CNV-204", "booking_date", found=str(value or booked))
            raise Refused from None
        if len(self._days) >= _CACHED:
            self._days.clear()
        first, last = self._period
        self._days[booked, value] = said = days, first <= booked <= last
        return said

    def _refuse(self, amount: Money) -> None:
        """An amount of another currency than its statement, or of no whole minor units."""
        if amount.currency != self._currency:
            self.add("CNV-205", "amount", found=amount.currency, expected=self._currency)
        else:
            self.add("CNV-203", "amount", found=str(amount.minor))
        raise Refused

    def _extra(self, entry: Entry) -> str:
        """Subfield 9: the original amount and the operation code."""
        text = ""
        if entry.original_amount is not None:
            amount = entry.original_amount.amount
            written = original_text(amount) if self._original else None
            if written is None:
                self.add("CNV-217", "original_amount", before=f"{amount.currency} {amount.text}", after="")
            else:
                text = f"/OCMT/{written}/"
        _, of_code, _ = self._type(entry.codes)
        if of_code is None:
            self.add("CNV-217", "codes.cfonb", before=entry.codes.cfonb or "", after="")
        else:
            text += of_code
        if not text and (free := _free_text(entry)) and SWIFT_X.fit(" ".join(entry.remittance)):
            # Beside another text only: alone it would be read as the remittance.
            fitted = SWIFT_X.fit(free)
            if len(fitted) <= _EXTRA and fitted[:1] not in (":", "-", "/", "") and not is_iban(fitted):
                text = self.fit(f"details.{FREE_TEXT}", free)
        return text

    # :86: -------------------------------------------------------------------------------------------------

    def _said(self, entry: Entry, extra: str, text: str) -> tuple[Said, str]:
        """What stands before the remittance, in the order of the slash layout, and the remittance itself."""
        values: list[Value] = []
        references, party = entry.references, entry.counterparty
        details = self._details(entry) if entry.details else {}
        if "RTRN" in details:
            values.append(("RTRN", "/RTRN/", details["RTRN"]))
        if (value := references.end_to_end_id) and value != "NOTPROVIDED":
            values.append(("EREF", "/EREF/", value))
        if value := references.mandate_id:
            values.append(("MARF", "/MARF/", value))
        if value := references.creditor_id:
            values.append(("CSID", "/CSID/", value))
        if party is not None:
            values += (PARTIES.get(party) or said_of(party))[0]
            if party.role is not None and not party.name:
                self.add("CNV-217", "counterparty.role", before=party.role, after="")
        if details:
            values += [(word, f"/{word}/", details[word]) for word in DETAILS[1:] if word in details]
        if entry.original_amount is not None and (rate := entry.original_amount.rate) is not None:
            written = rate_text(rate) if extra[:6] == "/OCMT/" and not self.german else None
            if written is None:
                self.add("CNV-217", "original_amount.rate", before=rate, after="")
            else:
                values.append(("EXCH", "/EXCH/", written))
        if entry.details and (free := _free_text(entry)) and extra[:1] in ("", "/"):
            # No room in subfield 9, or no other text: it stands in the narrative.
            text = f"{text} {free}".strip(" ")
        return all_of(values), text

    def _details(self, entry: Entry) -> dict[str, str]:
        """The details that have a word, each once; the others are reported."""
        details: dict[str, str] = {}
        for detail in entry.details:
            word = detail.qualifier
            if (self.german and word == "GVC") or (word == FREE_TEXT and detail.text == _free_text(entry)):
                continue
            if word in DETAILS and word not in details and not (self.german and word == "RTRN"):
                details[word] = detail.text
            else:
                self.add("CNV-217", f"details.{word}", before=detail.text, after="")
        return {word: text for word, text in details.items() if text}

    def _fitted(
        self, owner: str | None, bank: str | None, values: list[Value]
    ) -> tuple[str | None, str | None, list[Value]]:
        """References and values in the set x, cut to their widths; a reference that does not fit moves to the text."""
        owner, moved = self._reference("CREF", owner) if owner is not None else (None, None)
        bank, self._bank = self._reference("BREF", bank) if bank is not None else (None, None)
        fitted: list[Value] = []
        for word, prefix, text in values:
            value = SWIFT_X.fit(text)
            if value != text:
                value = self.fit(FIELDS[word], text)
            if len(value) > slash.NAME_WIDTH and word in _CUT_AT_70:
                short = value[: slash.NAME_WIDTH].rstrip(" ")
                self.add("CNV-211", FIELDS[word], before=value, after=short)
                value = short
            if value and not (word == "EREF" and value == "NOTPROVIDED"):
                fitted.append((word, prefix, value))
        at = next((at for at, value in enumerate(fitted) if value[0] not in ("RTRN", "EREF")), len(fitted))
        if self._bank is not None:
            fitted.insert(at, ("BREF", "/BREF/", self._bank))
        if moved is not None:
            fitted.insert(at, ("CREF", "/CREF/", moved))
        return owner, bank, fitted

    def _reference(self, word: str, text: str) -> tuple[str | None, str | None]:
        """What stands in ``:61:`` and what moves to ``:86:``: the text in the set, guarded where it does not fit."""
        if reference_fits(text):
            # As it is, two blanks in a row included, whatever else of the entry has to be fitted.
            return text, None
        fitted = SWIFT_X.fit(text)
        if fitted != text:
            fitted = self.fit(FIELDS[word], text)
        if not fitted:
            return None, None
        if reference_fits(fitted):
            return fitted, None
        safe = german.guard(fitted) if self.german else slash.guard(word, fitted)
        if safe != fitted:
            self._change("CNV-214", word, fitted, safe)
            if reference_fits(safe):
                return safe, None
        self.add("CNV-216", FIELDS[word], before=fitted, after=german.WRITTEN[word] if self.german else f"/{word}/")
        return None, safe

    def _change(self, rule: str, word: str, before: str, after: str) -> None:
        if word == "BREF" and after:
            self._bank = after
        self.add(rule, FIELDS.get(word, word), before=before, after=after)

    def _lines(self, entry: Entry, values: list[Value]) -> str:
        """The lines of the narrative in the dialect of the profile, empty when it says nothing."""
        if self.german:
            own = next((d.text for d in entry.details if d.qualifier == "GVC" and _GVC.fullmatch(d.text)), None)
            if not values and own is None:
                return ""
            codes = entry.codes
            swift = written_type(codes.swift, codes.cfonb) or "NMSC"
            gvc = own or german.business_code("N" + swift[1:], entry.amount.minor >= 0, codes.cfonb)
            return self.eol.join(german.write_german(gvc, values, self._change))
        return self.eol.join(slash.write_slash(values, self._change)) if values else ""

    def _instead(self, entry: Entry) -> str:
        """What the narrative says of an entry without a text, for readers that want one behind each ``:61:``."""
        if self._empty == "dash":
            return "-"
        operation = cfonb_operations().get(entry.codes.cfonb or "")
        kind = written_type(entry.codes.swift, entry.codes.cfonb) or "NMSC"
        swift = swift_types().get(kind[1:])
        words = operation.french if operation is not None else swift.meaning if swift is not None else kind
        return self._lines(entry, [("REMI", "/REMI/", SWIFT_X.fit(words)[: slash.NAME_WIDTH].rstrip(" "))])

    def _report_changes(self) -> None:
        for rule, found in (("CNV-213", self.cleaned), ("CNV-212", self.changes)):
            changes = [change for change in found if rule == "CNV-213" or change not in self.cleaned or _more(change)]
            if changes:
                self.add(
                    rule,
                    ", ".join(field for field, _, _ in changes),
                    before=" | ".join(before for _, before, _ in changes),
                    after=" | ".join(after for _, _, after in changes),
                )
        self.changes, self.cleaned = [], []


def _free_text(entry: Entry) -> str:
    """The free text of a subfield 9 that an entry carries as a detail; the first of several."""
    return next((detail.text for detail in entry.details if detail.qualifier == FREE_TEXT), "")


def _more(change: tuple[str, str, str]) -> bool:
    """Whether more than hidden characters changed in a text."""
    return bool(SWIFT_X.outside(change[1].translate(_CONTROL_BLANKS)))


_CONTROL_BLANKS = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")
