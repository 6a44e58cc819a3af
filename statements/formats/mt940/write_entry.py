"""Writing one entry: ``:61:``, its supplementary details, its ``:86:``, with a finding for whatever changes.

What a value becomes is decided here once, by :func:`values_of` and its helpers; the writer prints it and the projection
(:mod:`statements.formats.mt940.project`) says what comes back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from statements.findings import Location, Reporter
from statements.formats.mt940.narrative import german as write_german, slash as write_slash
from statements.formats.mt940.numbers import amount_text
from statements.formats.mt940.quick_out import quick_entry
from statements.formats.mt940.wire_out import (
    AMOUNT_WIDTH,
    CUT_AT_70,
    DETAILS,
    NAMES,
    original_text,
    rate_text,
    reference_fits,
    written_type,
)
from statements.model.statement import Entry
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban
from statements.reference.operations import cfonb_operations
from statements.wire.charset import SWIFT_X, hidden
from statements.wire.dates import to_yymmdd
from statements.wire.identity import token

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

_KEYWORDS = {
    "EREF": "EREF+",
    "CREF": "KREF+",
    "BREF": "BREF+",
    "MARF": "MREF+",
    "CSID": "CRED+",
    "REMI": "SVWZ+",
    "ULTD": "ABWA+",
    "ULTC": "ABWE+",
    "PURP": "PURP+",
}
_GERMAN_ORDER = ("EREF", "CREF", "BREF", "MARF", "CSID", "REMI", "ULTD", "ULTC", "PURP")


class Refused(Exception):  # noqa: N818 - inside the writer only: the statement cannot be said
    """A statement that the format cannot say; the finding is in the report already."""


class EntryWriter(msgspec.Struct):
    """Writes the entries of one statement. ``account`` and ``statement`` place its findings."""

    settings: Mapping[str, Any]
    reporter: Reporter
    account: str | None = None
    statement: int | None = None
    number: int = 0
    plain: bool = False
    """Whether the layout is slash and amounts have two decimals: then entries that need no change are quick."""
    bank: str | None = None
    """The bank reference that moves to ``:86:``, as it is written there."""
    changes: list[tuple[str, str, str]] = []
    cleaned: list[tuple[str, str, str]] = []

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

    def write(self, entry: Entry, number: int, eol: str) -> str:
        """The lines of an entry, each with its end. Raises :class:`Refused` after reporting."""
        self.number = number
        if self.plain:
            text = quick_entry(entry, self.settings, eol)
            if text is not None:
                return text
        references = entry.references
        german = self.settings["narrative"] == "german"
        owner = moved = None
        if references.customer_reference is not None:
            owner, moved = self._reference("CREF", references.customer_reference, german)
        bank, self.bank = None, None
        if references.bank_reference is not None:
            bank, self.bank = self._reference("BREF", references.bank_reference, german)
        details, original = self._details(entry)
        values = self._values(entry, original, moved)
        lines = self._german(entry, values) if german else self._slash(values)
        if self.bank is not None:
            # Of the text as it is written, so that a file read and written again keeps its tokens.
            bank = token("X", self.bank)
        text = self._line(entry, owner or "NONREF", bank) + eol
        if details:
            text += details + eol
        if lines:
            text += ":86:" + eol.join(lines) + eol
        if self.changes:
            self._report_changes()
        if len(entry.remittance) > 1:
            self.add(
                "CNV-220",
                "remittance",
                before=" | ".join(entry.remittance),
                after=" ".join(entry.remittance),
            )
        return text

    # :61: -------------------------------------------------------------------------------------------------

    def _line(self, entry: Entry, owner: str, bank: str | None) -> str:
        amount = entry.amount
        written = amount_text(amount.minor, amount.currency)
        if len(written) > AMOUNT_WIDTH:
            self.add("CNV-202", "amount", found=amount.text)
            raise Refused
        try:
            booking = to_yymmdd(entry.booking_date)
            value = booking if entry.value_date is None else to_yymmdd(entry.value_date)
        except ValueError:
            self.add("CNV-204", "booking_date", found=str(entry.value_date or entry.booking_date))
            raise Refused from None
        mark = ("RC" if entry.reversal else "D") if amount.minor < 0 else ("RD" if entry.reversal else "C")
        codes = entry.codes
        kind = written_type(codes.swift, codes.cfonb)
        if kind is None:
            self.add("CNV-218", "codes.swift", before=codes.swift or "", after="NMSC")
            kind = "NMSC"
        if bank is None:
            return f":61:{value}{booking[2:]}{mark}{written}{kind}{owner}"
        return f":61:{value}{booking[2:]}{mark}{written}{kind}{owner}//{bank}"

    def _reference(self, word: str, text: str, german: bool) -> tuple[str | None, str | None]:
        """What stands in ``:61:`` and what moves to ``:86:``: the text in the set, guarded where it does not fit."""
        fitted = SWIFT_X.fit(text)
        if fitted != text:
            fitted = self.fit(FIELDS[word], text)
        if not fitted:
            return None, None
        if reference_fits(fitted):
            return fitted, None
        safe = write_german.guard(fitted) if german else write_slash.guard(word, fitted)
        if safe != fitted:
            self._change("CNV-214", word, fitted, safe)
            if reference_fits(safe):
                return safe, None
        self.add("CNV-216", FIELDS[word], before=fitted, after=_KEYWORDS[word] if german else f"/{word}/")
        return None, safe

    def _details(self, entry: Entry) -> tuple[str, bool]:
        """Subfield 9, and whether the original amount stands in it."""
        text, original = "", False
        if entry.original_amount is not None:
            written = original_text(entry.original_amount.amount) if self.settings["original_amount"] else None
            if written is None:
                amount = entry.original_amount.amount
                self.add("CNV-217", "original_amount", before=f"{amount.currency} {amount.text}", after="")
            else:
                text, original = f"/OCMT/{written}/", True
        cfonb = entry.codes.cfonb
        if cfonb is not None:
            if self.settings["operation_code"] and cfonb in cfonb_operations():
                text += f"/TRCD/{cfonb}/"
            else:
                self.add("CNV-217", "codes.cfonb", before=cfonb, after="")
        return text, original

    # :86: -------------------------------------------------------------------------------------------------

    def _values(self, entry: Entry, original: bool, moved: str | None) -> list[write_slash.Value]:
        """The values of the narrative in the order of the slash layout, fitted to the set, not yet guarded."""
        values: list[write_slash.Value] = []
        references = entry.references
        details: dict[str, str] = {}
        if entry.details:
            details = self._detail_values(entry)
            if "RTRN" in details:
                self._put(values, "RTRN", details["RTRN"])
        if (text := references.end_to_end_id) is not None and text != "NOTPROVIDED":
            self._put(values, "EREF", text)
        if moved is not None:
            values.append(("CREF", "/CREF/", moved))
        if self.bank is not None:
            values.append(("BREF", "/BREF/", self.bank))
        if (text := references.mandate_id) is not None:
            self._put(values, "MARF", text)
        if (text := references.creditor_id) is not None:
            self._put(values, "CSID", text)
        party = entry.counterparty
        if party is not None:
            if party.name is not None:
                self._put(values, "NAME", party.name, NAMES[party.role])
            if party.role is not None and not party.name:
                self.add("CNV-217", "counterparty.role", before=party.role, after="")
            if party.iban is not None:
                self._put(values, "IBAN", party.iban.replace(" ", ""))
            if party.bic is not None:
                self._put(values, "BIC", party.bic.replace(" ", ""))
        if details:
            for word in ("ACCW", "PURP", "ULTD", "ULTC"):
                if word in details:
                    self._put(values, word, details[word])
        if entry.original_amount is not None and (rate := entry.original_amount.rate) is not None:
            written = rate_text(rate) if original else None
            if written is None or self.settings["narrative"] == "german":
                self.add("CNV-217", "original_amount.rate", before=rate, after="")
            else:
                values.append(("EXCH", "/EXCH/", written))
        if entry.remittance:
            remittance = entry.remittance
            self._put(values, "REMI", remittance[0] if len(remittance) == 1 else " ".join(remittance))
        return values

    def _put(self, values: list[write_slash.Value], word: str, text: str, prefix: str = "") -> None:
        fitted = SWIFT_X.fit(text)
        if fitted != text:
            fitted = self.fit(FIELDS[word], text)
        if len(fitted) > write_slash.NAME_WIDTH and word in CUT_AT_70:
            short = fitted[: write_slash.NAME_WIDTH].rstrip(" ")
            self.add("CNV-211", FIELDS[word], before=fitted, after=short)
            fitted = short
        if fitted and not (word == "EREF" and fitted == "NOTPROVIDED"):
            values.append((word, prefix or f"/{word}/", fitted))

    def _detail_values(self, entry: Entry) -> dict[str, str]:
        details: dict[str, str] = {}
        german = self.settings["narrative"] == "german"
        for detail in entry.details:
            word = detail.qualifier
            if german and word == "GVC":
                continue
            if word in DETAILS and word not in details and not (german and word == "RTRN"):
                details[word] = detail.text
            else:
                self.add("CNV-217", f"details.{word}", before=detail.text, after="")
        return details

    def _change(self, rule: str, word: str, before: str, after: str) -> None:
        if word == "BREF" and after:
            self.bank = after
        self.add(rule, FIELDS.get(word, word), before=before, after=after)

    def _slash(self, values: list[write_slash.Value]) -> list[str]:
        if not values:
            return []
        for index, (word, prefix, value) in enumerate(values):
            if "/" in value or word == "REMI":
                safe = write_slash.guard(word, value)
                if safe is not value and safe != value:
                    self._change("CNV-214", word, value, safe)
                    values[index] = (word, prefix, safe)
        return write_slash.lay_out(values, self._change)

    def _german(self, entry: Entry, values: list[write_slash.Value]) -> list[str]:
        own = next((d.text for d in entry.details if d.qualifier == "GVC" and re.fullmatch("[0-9]{3}", d.text)), None)
        if not values and own is None:
            return []
        codes = entry.codes
        swift = written_type(codes.swift, codes.cfonb) or "NMSC"
        gvc = own or write_german.business_code("N" + swift[1:], entry.amount.minor >= 0, codes.cfonb)
        words: dict[str, str] = {}
        for word, _, value in values:
            safe = write_german.guard(value)
            if safe != value:
                self._change("CNV-214", word, value, safe)
            words[word] = safe
        name = words.get("NAME")
        if name is not None:
            short = write_german.short_name(name)
            if short != name:
                self._change("CNV-211", "NAME", name, short)
            name = short
        account = words.get("IBAN")
        if account is not None and not is_iban(account):
            # Key 31 holds either; a reader tells an IBAN by its check digits.
            self._change("CNV-217", "IBAN", account, "ACCW")
        bic = words.get("BIC")
        if bic is not None and not is_bic(bic):
            self._change("CNV-217", "BIC", bic, "")
            bic = None
        if "ACCW" in words and account is not None:
            self._change("CNV-217", "ACCW", words["ACCW"], "")
        account = account or words.get("ACCW")
        pairs = [(_KEYWORDS[word], words[word]) for word in _GERMAN_ORDER if word in words]
        return write_german.lay_out(gvc, pairs, bic, account, name, self._change)

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


def _more(change: tuple[str, str, str]) -> bool:
    """Whether more than hidden characters changed in a text."""
    return bool(SWIFT_X.outside(change[1].translate(_CONTROL_BLANKS)))


_CONTROL_BLANKS = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")
