"""From statements to bytes: 01, the movements with their complements, 07; every record exactly 120 bytes.

A statement that the format cannot say is refused with an error and the others are written. What is cut,
transliterated or has no place is a ``CNV-`` finding. Zones are cut and blank-filled by the templates of the record
table, after the text rule, so no text can start a record or move a column.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from statements.findings import Finding, Location, Outcome, Profile, Reporter
from statements.formats.cfonb120.from_model import Mapper
from statements.formats.cfonb120.overpunch import encode
from statements.formats.cfonb120.profile import eol_of, profile_of, writer_rules
from statements.formats.cfonb120.readback import verify
from statements.formats.cfonb120.records import CLOSING, COMPLEMENT, MOVEMENT, OPENING, WIDTH
from statements.formats.cfonb120.texts import characters_of
from statements.formats.cfonb120.writable import refusals, without_place
from statements.model.money import exponent
from statements.model.statement import Balance, Statement
from statements.rules import Rule, Severity
from statements.wire.dates import to_ddmmyy


def write(statements: Iterable[Statement], *, profile: str | Profile = "sepa", **settings: Any) -> Outcome[bytes]:
    """The bytes of a file with one 01…07 for each statement, in their order.

    ``settings``: ``eol`` (``crlf``, ``lf``, ``none``), ``characters``, ``payer_account``, ``verify`` (read every
    statement back before it is released; a difference is CNV-199 and the statement is left out). A statement that
    cannot be said is left out with an error. Raises ``ValueError`` for an unknown profile or setting.

    >>> write(()).value
    b''
    """
    chosen = profile_of(profile, settings)
    writer = _Writer(chosen, verify=bool(chosen.settings.get("verify", True)))
    pieces = [writer.statement(statement, number) for number, statement in enumerate(statements, start=1)]
    return Outcome(b"".join(pieces), tuple(writer.reporter.findings))


def iter_write(
    statements: Iterable[Statement], *, profile: str | Profile = "sepa", **settings: Any
) -> Iterator[Outcome[bytes]]:
    """As :func:`write`, one outcome for each statement (empty bytes when refused), in flat memory.

    Nothing is read back unless ``verify=True`` is asked for.
    """
    chosen = profile_of(profile, settings)
    verify = bool(settings.get("verify", False))
    for number, statement in enumerate(statements, start=1):
        writer = _Writer(chosen, verify=verify)
        data = writer.statement(statement, number)
        yield Outcome(data, tuple(writer.reporter.findings))


Pieces = tuple[str, ...]
"""The constant text of a record, before, between and after the zones that an entry fills."""


class _Writer:
    """Writes statement after statement with one profile and collects the findings."""

    def __init__(self, profile: Profile, *, verify: bool) -> None:
        self.reporter = Reporter(writer_rules(), profile)
        self._eol = eol_of(profile)
        characters_of(profile)  # an unknown set is refused before anything is written
        self._verify = verify
        self._profile = profile

    def statement(self, statement: Statement, number: int) -> bytes:
        """The bytes of one statement; empty when it is refused."""
        parts = refusals(self.reporter, statement, number)
        opening, closing = statement.opening, statement.closing
        if parts is None or opening is None or closing is None:
            return b""
        currency = opening.amount.currency
        place = Location(statement=number, account=statement.account.iban)
        without_place(self.reporter, statement, place)
        eol = self._eol
        forms = _templates(parts.bank, parts.branch, currency, str(exponent(currency)), parts.account, eol)
        records = [forms[0] % _balance(opening)]
        records += self._movements(statement, forms[1], forms[2], currency, number)
        records.append(forms[3] % _balance(closing))
        data = "".join(records).encode("ascii")
        excess = len(data) % (WIDTH + len(eol))
        if excess:
            self._internal(place, "bytes", str(len(data)), str(len(data) - excess))
            return b""
        if self._verify:
            differences = verify(data, (statement,), profile=self._profile)
            for finding in differences:
                self._internal(place, finding.values["what"], finding.found or "", finding.expected or "")
            if differences:
                return b""
        return data

    def _internal(self, place: Location, what: str, found: str, expected: str) -> None:
        self.reporter.add("CNV-199", place, found=found, expected=expected, what=what)

    def _movements(
        self, statement: Statement, movement: Pieces, complement: Pieces, currency: str, number: int
    ) -> list[str]:
        """The 04 and 05 of all entries, their losses reported."""
        account = statement.account.iban or ""
        wire = Mapper(account, currency, self._profile).wire
        losses = _Losses(self.reporter, number, account)
        lose = losses.add
        start, before_number, before_amount, end = movement
        line, before_qualifier, line_end = complement
        records: list[str] = []
        append = records.append
        day: datetime.date | None = None
        booked = ""
        heads: dict[str, tuple[str, str]] = {}
        for losses.entry, entry in enumerate(statement.entries, start=1):
            operation, reject, label, entry_number, reference, side, complements = wire(entry, lose)
            if entry.booking_date is not day:
                day = entry.booking_date
                booked, heads = to_ddmmyy(day), {}
            value_date = entry.value_date
            value = booked if value_date is None or value_date is day else to_ddmmyy(value_date)
            begin, head = heads.get(operation) or ("", "")
            if not head:
                begin, head = f"{start}{operation}{booked}", f"{line}{operation}{booked}{before_qualifier}"
                heads[operation] = begin, head
            if side.head is not head:
                side.head = head
                side.records = "".join([f"{head}{name}{text.ljust(70)}{line_end}" for name, text in side.complements])
            # Dates, label, number and amount are as wide as their zones; the other texts, cut already, are filled.
            append(
                f"{begin}{reject or '  '}{value}{label}{before_number}{entry_number}"
                f"{before_amount}{encode(entry.amount.minor)}{reference.ljust(16)}{end}{side.records}"
            )
            for name, text in complements:
                append(f"{head}{name}{text.ljust(70)}{line_end}")
        return records


class _Losses:
    """Turns the losses of the mapping into findings that name the entry."""

    __slots__ = ("_account", "_findings", "_kinds", "_replaced", "_reporter", "_statement", "entry")

    def __init__(self, reporter: Reporter, statement: int, account: str | None) -> None:
        self._reporter = reporter
        self._findings = reporter.findings
        self._kinds: dict[str, tuple[Rule, Severity | None]] = {}
        self._statement = statement
        self._account = account
        self._replaced = (0, 0)
        self.entry = 0

    def add(self, rule_id: str, field: str, before: str, after: str) -> None:
        """One loss, of the entry that is being written."""
        kind = self._kinds.get(rule_id)
        if kind is None:
            kind = self._kinds[rule_id] = writer_rules()[rule_id], self._reporter.severity(rule_id)
        rule, severity = kind
        if severity is not None:
            if rule_id == "CNV-113":
                # One finding an entry names all texts with replaced characters.
                entry, at = self._replaced
                if entry == self.entry:
                    self._findings[at] = _joined(self._findings[at], field, before, after)
                    return
                self._replaced = self.entry, len(self._findings)
            # Past Reporter.add: most entries of real data have a loss that is information only.
            place = Location(field=field, statement=self._statement, entry=self.entry, account=self._account)
            self._findings.append(Finding(rule, severity, place, None, None, {"before": before, "after": after}))


def _joined(finding: Finding, field: str, before: str, after: str) -> Finding:
    """The finding with one more text in it."""
    told, location = finding.values, finding.location
    place = msgspec.structs.replace(location, field=f"{location.field}, {field}")
    values = {"before": f"{told['before']} | {before}", "after": f"{told['after']} | {after}"}
    return msgspec.structs.replace(finding, location=place, values=values)


@lru_cache(maxsize=256)
def _templates(
    bank: str, branch: str, currency: str, decimals: str, account: str, eol: str
) -> tuple[str, Pieces, Pieces, str]:
    """The 01 and 07 as templates, the 04 and 05 in pieces: what is the same in all records of one account."""
    head = {"bank": bank, "branch": branch, "currency": currency, "decimals": decimals, "account": account}
    movement = MOVEMENT.around(
        [("operation", "label"), "entry_number", ("amount", "reference")], {**head, "exempt": "0", "unavailable": "0"}
    )
    complement = COMPLEMENT.around([("operation", "booking_date"), ("qualifier", "information")], head)
    return (
        OPENING.template(head) + eol,
        (*movement[:-1], movement[-1] + eol),
        (*complement[:-1], complement[-1] + eol),
        CLOSING.template(head) + eol,
    )


def _balance(balance: Balance) -> tuple[str, str]:
    """The places of a balance record: date and amount."""
    return to_ddmmyy(balance.date), encode(balance.amount.minor)
