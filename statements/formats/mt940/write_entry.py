"""Writing one entry: ``:61:``, its supplementary details, its ``:86:``, with a finding for whatever changes.

What an entry says is one list of values. Where they stand in the set x, trimmed and free of code words, as they are,
they are laid out; only otherwise each of them is fitted, guarded and cut, and what changes is reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from statements.findings import Location, Reporter
from statements.formats.mt940.narrative import german, slash
from statements.formats.mt940.narrative.parts import Value
from statements.formats.mt940.narrative.wrapping import LINES, WIDTH, BadStart, by_word
from statements.formats.mt940.records import ALLOWED
from statements.formats.mt940.to_model import FREE_TEXT, POINTERS, original_amount
from statements.formats.mt940.values import amount_text
from statements.model.account import Party
from statements.model.money import Money, exponent
from statements.model.statement import Entry
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
_NAMES = {"payer": "/ORDP//NAME/", "beneficiary": "/BENM//NAME/", None: "/NAME/"}
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
_CACHED = 4_096
_PARTIES: dict[Party, list[Value]] = {}


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
        self.number = number
        references = entry.references
        owner, bank = references.customer_reference, references.bank_reference
        extra = ""
        if entry.codes.cfonb is not None or entry.original_amount is not None or entry.details:
            extra = self._extra(entry)
        values = self._values(entry, extra)
        whole, parts = _whole(values)
        if whole is None or (owner and not reference_fits(owner)) or (bank and not reference_fits(bank)):
            owner, bank, values = self._fitted(owner, bank, values)
            lines = self._lines(entry, values)
            if self._bank is not None:
                # Of the text as it is written, so that a file read and written again keeps its tokens.
                bank, self._bank = token("X", self._bank), None
        elif self.german:
            lines = self._lines(entry, values)
        elif len(whole) <= WIDTH:
            lines = whole
        else:
            lines = self._wrapped(values, parts)
        if not lines and self._empty != "omit":
            lines = self._instead(entry)
        line = self._line(entry, owner or "NONREF", bank)
        if self.changes:
            self._report_changes()
        if len(entry.remittance) > 1:
            before, after = " | ".join(entry.remittance), " ".join(entry.remittance)
            self.add("CNV-220", "remittance", before=before, after=after)
        eol = self.eol
        if extra:
            line = f"{line}{eol}{extra}"
        return f"{line}{eol}:86:{lines}{eol}" if lines else line + eol

    def _wrapped(self, values: list[Value], parts: list[str]) -> str:
        """The lines of values that need no change, given with their words, unless a line would begin badly."""
        try:
            lines = by_word(parts)
        except BadStart:
            lines = []
        if not lines or len(lines) > LINES:
            lines = slash.lay_out(values, self._change)
        return self.eol.join(lines)

    # :61: -------------------------------------------------------------------------------------------------

    def _line(self, entry: Entry, owner: str, bank: str | None) -> str:
        amount = entry.amount
        minor = amount.minor
        written = str(minor if minor >= 0 else -minor)
        written = (
            f"{written[:-2]},{written[-2:]}"
            if len(written) > 2 and exponent(amount.currency) == 2
            else amount_text(minor, amount.currency)
        )
        if len(written) > AMOUNT_WIDTH:
            self.add("CNV-202", "amount", found=amount.text)
            raise Refused
        try:
            booking = to_yymmdd(entry.booking_date)
            value = booking if entry.value_date is None else to_yymmdd(entry.value_date)
        except ValueError:
            self.add("CNV-204", "booking_date", found=str(entry.value_date or entry.booking_date))
            raise Refused from None
        mark = ("RC" if entry.reversal else "D") if minor < 0 else ("RD" if entry.reversal else "C")
        codes = entry.codes
        kind = written_type(codes.swift, codes.cfonb)
        if kind is None:
            self.add("CNV-218", "codes.swift", before=codes.swift or "", after="NMSC")
            kind = "NMSC"
        if bank:
            return f":61:{value}{booking[2:]}{mark}{written}{kind}{owner}//{bank}"
        return f":61:{value}{booking[2:]}{mark}{written}{kind}{owner}"

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
        cfonb = entry.codes.cfonb
        if cfonb is not None:
            if self._operation and cfonb in cfonb_operations():
                text += f"/TRCD/{cfonb}/"
            else:
                self.add("CNV-217", "codes.cfonb", before=cfonb, after="")
        if not text and (free := _free_text(entry)) and SWIFT_X.fit(" ".join(entry.remittance)):
            # Beside another text only: alone it would be read as the remittance.
            fitted = SWIFT_X.fit(free)
            if len(fitted) <= _EXTRA and fitted[:1] not in (":", "-", "/", "") and not is_iban(fitted):
                text = self.fit(f"details.{FREE_TEXT}", free)
        return text

    # :86: -------------------------------------------------------------------------------------------------

    def _values(self, entry: Entry, extra: str) -> list[Value]:
        """What the narrative says, in the order of the slash layout: word, text before the value, value."""
        values: list[Value] = []
        references, party = entry.references, entry.counterparty
        details = self._details(entry) if entry.details else {}
        if "RTRN" in details:
            values.append(("RTRN", "/RTRN/", details["RTRN"]))
        if (text := references.end_to_end_id) and text != "NOTPROVIDED":
            values.append(("EREF", "/EREF/", text))
        if text := references.mandate_id:
            values.append(("MARF", "/MARF/", text))
        if text := references.creditor_id:
            values.append(("CSID", "/CSID/", text))
        if party is not None:
            values += _PARTIES.get(party) or _party(party)
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
        remittance = " ".join(entry.remittance)
        if entry.details and (free := _free_text(entry)) and extra[:1] in ("", "/"):
            # No room in subfield 9, or no other text: it stands in the narrative.
            remittance = f"{remittance} {free}".strip(" ")
        if remittance:
            values.append(("REMI", "/REMI/", remittance))
        return values

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


def _party(party: Party) -> list[Value]:
    """The values of a counterparty; the same few fill most accounts."""
    values: list[Value] = []
    if party.name:
        values.append(("NAME", _NAMES[party.role], party.name))
    if party.iban and (iban := party.iban.replace(" ", "")):
        values.append(("IBAN", "/IBAN/", iban))
    if party.bic and (bic := party.bic.replace(" ", "")):
        values.append(("BIC", "/BIC/", bic))
    if len(_PARTIES) >= _CACHED:
        _PARTIES.clear()
    _PARTIES[party] = values
    return values


def _whole(values: list[Value]) -> tuple[str | None, list[str]]:
    """The text of values that need no change: in the set x, trimmed, single blanks, free of code words; its parts."""
    parts = [prefix + value for _, prefix, value in values]
    text = "".join(parts)
    if not text.isascii() or "  " in text or text.encode("ascii").translate(None, ALLOWED):
        return None, parts
    own, before = text.count("/"), text
    slashes = 2 * len(values)
    for word, prefix, value in values:
        if word == "NAME":
            slashes += 2 * (prefix != "/NAME/")
            if len(value) > slash.NAME_WIDTH:
                return None, parts
    if own != slashes:
        # Only the text may hold slashes of its own: it is the last, so they end no value.
        word, _, value = values[-1]
        if word != "REMI" or value[0] == " " or value[-1] in " /" or slash.poses(value):
            return None, parts
        own -= value.count("/")
        before = text[: -len(value)]
    if own != slashes or " /" in before or "/ " in text or text[-1:] == " ":
        return None, parts
    return (None if text[-5:] == "/USTD" or text[-5:] == "/STRD" else text), parts


def _more(change: tuple[str, str, str]) -> bool:
    """Whether more than hidden characters changed in a text."""
    return bool(SWIFT_X.outside(change[1].translate(_CONTROL_BLANKS)))


_CONTROL_BLANKS = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")
