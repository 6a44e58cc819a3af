"""The entries of a regular message: one match each, values from caches, and a finding only by the careful parsers."""

from __future__ import annotations

import datetime
import re

from statements.formats.mt940.amounts import booking_day
from statements.formats.mt940.entry import Period, read_entry
from statements.formats.mt940.fast_texts import german_values, is_plain, own_words
from statements.formats.mt940.mapping import FREE_TEXT, POINTERS, original_amount, supplementary, to_entry
from statements.formats.mt940.narrative import Parts, read_narrative
from statements.formats.mt940.records import RawField
from statements.formats.mt940.report import Report
from statements.model.account import Party, Role
from statements.model.money import Money, exponent
from statements.model.statement import NO_REFERENCES, Detail, Entry, OperationCodes, OriginalAmount, References
from statements.reference.iban import is_iban
from statements.reference.operations import swift_types
from statements.wire.dates import yymmdd

# Possessive throughout: no part can give back a character that the next could take, so nothing is tried twice.
_ENTRY = re.compile(
    r":61:([0-9]{6}(?:[0-9]{4})?+)(R?+[CD])([A-Z]?+)([0-9]{1,12}+),([0-9]{0,2}+)([NFS][A-Z0-9]{3})([^\n]++)\n"
    r"(?:([^:\-\n][^\n]{0,33}+)\n)?+(?::86:([^\n]{0,65}+(?:\n[^:\-\n][^\n]{0,64}+){0,5}+)\n)?+(?=:6[12])"
)
_LOOSE = re.compile(r":61:([^\n]*+(?:\n[^:\-\n][^\n]*+)*+)\n(?::86:([^\n]*+(?:\n[^:\-\n][^\n]*+)*+)\n)?+(?=:6[12])")
_MARKS = {"C": (1, False), "D": (-1, False), "RC": (-1, True), "RD": (1, True)}
_ROLES: dict[str, Role] = {"ORDP": "payer", "BENM": "beneficiary"}
_MORE = ("ACCW", "PURP", "ULTD", "ULTC")
_REFERENCE = 16
_CACHED = 4_096

Days = tuple[datetime.date, datetime.date]


class _Kind:
    """What a type and the supplementary details below it say: seldom more than a few different ones in a file."""

    __slots__ = ("account", "codes", "details", "original")

    def __init__(
        self, codes: OperationCodes, original: OriginalAmount | None, details: tuple[Detail, ...], account: bool
    ) -> None:
        self.codes, self.original, self.details, self.account = codes, original, details, account


_KINDS: dict[tuple[str, str | None], _Kind | None] = {}


def _kind(kind: str, extra: str | None) -> _Kind | None:
    """Codes, original amount and details; ``None`` when something about them is to be reported."""
    code = kind[1:]
    known = (kind[0] in "NF" and (code in swift_types() or code.isdigit())) or (
        kind[0] == "S" and code.isdigit() and code >= "100"
    )
    found: _Kind | None = None
    if known:
        written, cfonb, details = supplementary((extra or "").rstrip())
        account = bool(details) and details[0].qualifier == FREE_TEXT and is_iban(details[0].text)
        original = original_amount(written) if written else None
        found = _Kind(OperationCodes(cfonb, kind), original, tuple(details), account)
    if len(_KINDS) >= _CACHED:
        _KINDS.clear()
    _KINDS[kind, extra] = found
    return found


class Entries:
    """The entries between opening and closing balance of one message."""

    __slots__ = (
        "_codes_known",
        "_currency",
        "_days",
        "_end",
        "_line",
        "_line_at",
        "_period",
        "_start",
        "_strict",
        "_text",
        "entries",
        "minor",
        "report",
        "texts",
    )

    def __init__(self, text: str, start: int, end: int, line: int, period: Period, report: Report) -> None:
        self._text, self._start, self._end = text, start, end
        self._line, self._line_at = line, start
        self._period, self._currency = period, period.currency
        self._days: dict[str, Days | None] = {}
        severity = report.reporter.severity
        self._strict = severity("M940-066") is not None or severity("M940-067") is not None
        self.entries: list[Entry] = []
        self.texts: list[tuple[int, RawField]] = []
        """The narratives that are still to be checked, with the number of their entry."""
        self.minor = 0
        self.report = report

    def run(self) -> bool:
        """Read them all; ``False`` when a block is not even regular."""
        text, at, end = self._text, self._start, self._end
        match_entry, plain, append = _ENTRY.match, self._plain, self.entries.append
        hundredths = exponent(self._currency) == 2
        minor = 0
        while at < end:
            match = match_entry(text, at) if hundredths else None
            entry = plain(match) if match is not None else None
            if entry is None:
                match = _LOOSE.match(text, at)
                if match is None:
                    return False
                entry = self._careful(match)
                if entry is None:
                    return False
            minor += entry.amount.minor
            append(entry)
            at = match.end()  # type: ignore[union-attr]
        self.minor = minor
        return at == end

    def _plain(self, match: re.Match[str]) -> Entry | None:
        """An entry about which nothing is to be reported; ``None`` for any other."""
        dates, mark, funds, whole, cents, kind, rest, extra, narrative = match.groups()
        days = self._days.get(dates) or self._day(dates)
        sort = _KINDS.get((kind, extra)) or _kind(kind, extra)
        minor = int(whole + cents) if len(cents) == 2 else int(whole + cents.ljust(2, "0"))
        currency = self._currency
        if days is None or sort is None or not minor or (funds and funds != currency[2]):
            return None
        owner, _, bank = rest.partition("//")
        if " " in rest:
            bank = bank.rstrip() if bank else bank
            owner = owner if bank else owner.rstrip()
        if len(owner) > _REFERENCE or len(bank) > _REFERENCE:
            return None
        if " " in rest:
            owner, bank = owner.strip(), bank.strip()
        if not owner or (
            self._strict and ((owner == "NONREF" and extra is None) or (mark == "D" and kind in ("NCHG", "NCOM")))
        ):
            return None
        customer = None if owner in POINTERS else owner
        bank_reference: str | None = bank if bank and bank != "NONREF" else None
        sign, reversal = _MARKS[mark]
        amount = Money(-minor if sign < 0 else minor, currency)
        details = sort.details
        iban: str | None = None
        name: str | None = None
        bic: str | None = None
        role: Role | None = None
        remittance: tuple[str, ...] = ()
        end_to_end: str | None = None
        mandate: str | None = None
        creditor: str | None = None
        if narrative is not None:
            if not narrative:
                return None
            first = narrative[0]
            if first == "/":
                found = own_words(narrative)
                if found is not None:
                    (
                        returned, end_to_end, moved, whole_bank, mandate, creditor, side, name, iban, bic,
                        account, purpose, debtor, payee, text,
                    ) = found  # fmt: skip
                    if moved is not None:
                        if customer is not None:
                            return None
                        customer = moved
                    if end_to_end == "NOTPROVIDED":
                        end_to_end = None
                    if whole_bank is not None:
                        bank_reference = whole_bank
                    if side is not None:
                        role = _ROLES[side]
                    if text is not None:
                        remittance = (text,)
                    if returned is not None:
                        details = (*details, Detail("RTRN", returned))
                    if account or purpose or debtor or payee:
                        more = zip(_MORE, (account, purpose, debtor, payee), strict=True)
                        details += tuple([Detail(word, said) for word, said in more if said])
                else:
                    lines = narrative.split("\n")
                    if not is_plain(lines):
                        return None
                    remittance = tuple([line.strip() for line in lines])
            elif first.isdigit() or first == " ":
                parts = german_values(narrative)
                if parts is not None:
                    return self._german(days, amount, reversal, sort, customer, bank_reference, parts)
                lines = narrative.split("\n")
                if not is_plain(lines):
                    return None
                remittance = tuple([line for each in lines if (line := each.strip())])
                if not remittance:
                    return None
            elif first == "\n":
                remittance = tuple([line.strip() for line in narrative.split("\n")[1:]])
            elif "\n" in narrative:
                remittance = tuple([line.strip() for line in narrative.split("\n")])
            else:
                remittance = (narrative.strip(),)
        if sort.account and iban is None:
            # Rabobank: the account of the counterparty.
            iban, details = details[0].text, details[1:]
        if bank_reference or customer or end_to_end or mandate or creditor:
            references = References(bank_reference, customer, end_to_end, mandate, creditor)
        else:
            references = NO_REFERENCES
        return Entry(
            days[1],
            amount,
            days[0],
            reversal,
            sort.codes,
            references,
            Party(name, iban, bic, role) if name or iban or bic or role else None,
            remittance,
            sort.original,
            details,
        )

    def _german(
        self,
        days: Days,
        amount: Money,
        reversal: bool,
        sort: _Kind,
        customer: str | None,
        bank: str | None,
        parts: Parts,
    ) -> Entry | None:
        """An entry with a German narrative."""
        own = parts.customer_reference
        if customer is None:
            customer = own
        elif own and own != customer:
            return None
        bank = parts.bank_reference or bank
        name, iban, bic, details = parts.name, parts.iban, parts.bic, sort.details
        if sort.account and iban is None:
            iban, details = details[0].text, details[1:]
        end_to_end, mandate, creditor = parts.end_to_end_id, parts.mandate_id, parts.creditor_id
        if bank or customer or end_to_end or mandate or creditor:
            references = References(bank, customer, end_to_end, mandate, creditor)
        else:
            references = NO_REFERENCES
        party: Party | None = None
        if name or iban or bic:
            party = Party(name, iban, bic, "payer" if amount.minor >= 0 else "beneficiary")
        return Entry(
            days[1],
            amount,
            days[0],
            reversal,
            sort.codes,
            references,
            party,
            parts.remittance,
            sort.original,
            (*details, *parts.details),
        )

    def _day(self, dates: str) -> Days | None:
        """Value and booking date of six or ten digits, once a message; ``None`` when something is to be reported."""
        opening, closing = self._period.opening, self._period.closing
        value = yymmdd(dates[:6])
        booking = value
        if value is not None and len(dates) > 6:
            booking = booking_day(value, dates[6:], opening, closing)
        days: Days | None = None
        if value is not None and booking is not None and opening and closing and opening <= booking <= closing:
            days = (value, booking)
        self._days[dates] = days
        return days

    def _careful(self, match: re.Match[str]) -> Entry | None:
        """One regular block by the careful parser of entries; ``None`` when its amount cannot be read."""
        start = match.start()
        self._line += self._text.count("\n", self._line_at, start)
        self._line_at = start
        report = self.report
        report.entry = len(self.entries) + 1
        lines = match[1].split("\n")
        field = RawField("61", lines, self._line, 5, list(range(self._line, self._line + len(lines))))
        narrative = None
        if match[2] is not None:
            texts = match[2].split("\n")
            number = self._line + len(lines)
            narrative = RawField("86", texts, number, 5, list(range(number, number + len(texts))))
            self.texts.append((report.entry, narrative))
        line = read_entry(field, narrative, self._period, report)
        report.entry = None
        if line is None or line.amount is None:
            return None
        if narrative is not None:
            narrative.parts = read_narrative(narrative.lines)
            return to_entry(line, line.amount, narrative.parts)
        return to_entry(line, line.amount)
