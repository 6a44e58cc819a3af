"""The quick way out: all records of a plain entry in one go, the same bytes as by the long way.

Entries of one day, operation and counterparty differ in amount, reference and text only. What they share is put
together once and kept for the day. An entry that has anything else to say (several lines of text, characters outside
the set, further references, details, another currency, a reversal) is left to :meth:`Mapper.wire`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

from statements.findings import Finding, Location, Reporter
from statements.formats.cfonb120.from_model import Mapper
from statements.formats.cfonb120.overpunch import encode
from statements.formats.cfonb120.profile import writer_rules
from statements.formats.cfonb120.to_model import NO_NUMBER
from statements.model.account import Party
from statements.model.statement import Entry
from statements.rules import Rule, Severity
from statements.wire.dates import to_ddmmyy

Pieces = tuple[str, ...]
"""The constant text of a record, before, between and after the zones that an entry fills."""

LongWay = Callable[[list[str], Entry, int], None]
"""Adds the records of one entry, whose number is given, to a list."""

_Shared = tuple[str, str, str, str, tuple[tuple[Rule, Severity, str, dict[str, str]], ...]]
"""Record 04 up to the value date, from there to the amount, from the reference to the end of the complements of the
counterparty, the 05 that holds the text up to that text; and the losses."""


class QuickOut:
    """The quick way for the entries of one statement."""

    __slots__ = (
        "_account",
        "_complement",
        "_findings",
        "_is_token",
        "_mapper",
        "_movement",
        "_reporter",
        "_safe",
        "_statement",
        "_text_end",
    )

    def __init__(
        self,
        mapper: Mapper,
        movement: Pieces,
        complement: Pieces,
        reporter: Reporter,
        statement: int,
        account: str | None,
    ) -> None:
        self._mapper = mapper
        self._safe = mapper.texts.safe
        self._is_token = mapper.texts.is_token
        self._movement = movement
        self._complement = complement
        self._text_end = complement[-1]
        self._reporter = reporter
        self._findings = reporter.findings
        self._statement = statement
        self._account = account

    def records(self, entries: Iterable[Entry], long_way: LongWay) -> list[str]:
        """The 04 and 05 of all entries, their losses reported; ``long_way`` adds those of an entry that needs it."""
        result: list[str] = []
        append = result.append
        report = self._findings.append
        is_token, safe, text_end = self._is_token, self._safe, self._text_end
        statement, account = self._statement, self._account
        known: dict[tuple[str | None, Party], _Shared | None] = {}
        day: datetime.date | None = None
        booked = ""
        for index, entry in enumerate(entries, start=1):
            party = entry.counterparty
            references = entry.references
            reference = references.bank_reference
            remittance = entry.remittance
            text = remittance[0] if remittance else ""
            if (
                party is None
                or reference is None
                or len(text) > 70
                or len(remittance) > 1
                or entry.original_amount is not None
                or entry.details
                or entry.reversal
                or references.mandate_id
                or references.customer_reference
                or references.end_to_end_id
                or references.creditor_id
                or not is_token(reference)
                # As Texts.inside, written out.
                or not text.isascii()
                or text.encode().translate(None, safe)
                or "  " in text
                or text != text.strip()
            ):
                long_way(result, entry, index)
                continue
            if entry.booking_date is not day:
                day = entry.booking_date
                booked = to_ddmmyy(day)
                known = {}
            operation = entry.codes.cfonb
            try:
                shared = known[operation, party]
            except KeyError:
                shared = known[operation, party] = self._learn(operation, party, booked)
            if shared is None:
                long_way(result, entry, index)
                continue
            start, middle, end, text_start, losses = shared
            for rule, severity, field, values in losses:
                # Positional and past Reporter.add: most entries of real data have a loss that is information only.
                place = Location(None, None, None, field, None, statement, index, account)
                report(Finding(rule, severity, place, None, None, values))
            value_date = entry.value_date
            value = booked if value_date is None or value_date is day else to_ddmmyy(value_date)
            head = f"{start}{value}{middle}{encode(entry.amount.minor)}{reference.ljust(16)}{end}"
            append(f"{head}{text_start}{text.upper().ljust(70)}{text_end}" if text else head)
        return result

    def _learn(self, operation: str | None, party: Party, booked: str) -> _Shared | None:
        """What the entries of the day share that have this operation and counterparty; ``None`` if not enough."""
        if operation is None or party.role is None or not self._mapper.knows(operation):
            return None
        name, complements, losses = self._mapper.form(party, operation)
        if not name:
            return None
        start, before_number, before_amount, end = self._movement
        line, before_qualifier, line_end = self._complement
        opened = f"{line}{operation}{booked}{before_qualifier}"
        lines = "".join([f"{opened}{qualifier}{text.ljust(70)}{line_end}" for qualifier, text in complements])
        reports = []
        for rule_id, field, before, after in losses:
            severity = self._reporter.severity(rule_id)
            if severity is not None:
                reports.append((writer_rules()[rule_id], severity, field, {"before": before, "after": after}))
        return (
            f"{start}{operation}{booked}  ",
            f"{name[:31].ljust(31)}{before_number}{NO_NUMBER}{before_amount}",
            end + lines,
            f"{opened}LCC",
            tuple(reports),
        )
