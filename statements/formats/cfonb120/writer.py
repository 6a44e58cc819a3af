"""From statements to bytes: 01, the movements with their complements, 07; every record exactly 120 bytes.

A statement that the format cannot say is refused with an error and the others are written. What is cut,
transliterated or has no place is a ``CNV-`` finding. Zones are cut and blank-filled by the templates of the record
table, after the text rule, so no text can start a record or move a column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import msgspec

from statements.findings import Finding, Location, Outcome, Profile, Reporter
from statements.formats.cfonb120.from_model import Mapper, Wire
from statements.formats.cfonb120.overpunch import encode
from statements.formats.cfonb120.profile import eol_of, profile_of, writer_rules
from statements.formats.cfonb120.quick_out import Pieces, QuickOut
from statements.formats.cfonb120.readback import verify
from statements.formats.cfonb120.records import CLOSING, COMPLEMENT, MOVEMENT, OPENING, WIDTH
from statements.formats.cfonb120.refusals import refusals, without_place
from statements.formats.cfonb120.texts import SETS
from statements.formats.cfonb120.to_model import Movement, entry_of
from statements.model.account import Account
from statements.model.money import exponent
from statements.model.statement import Balance, Entry, Statement
from statements.reference.iban import rib, rib_fault, rib_iban
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


def project(statement: Statement, profile: str | Profile = "sepa") -> Statement:
    """What comes back of a statement when it is written and read again: the declared projection of the format.

    Texts after the text rule in capitals, labels 70, remittance 140 in one line; no BIC, holder, number, sequence
    or available balances; ``reversal`` false; an X token where the bank gave no reference. MC comes back as FR.
    The account is left as it is when the format cannot say it.
    """
    writer = _Writer(profile_of(profile), verify=False)
    iban = statement.account.iban or ""
    account = Account(statement.account.iban, statement.currency, statement.account.other)
    parts = rib(iban)
    if parts is not None and not rib_fault(iban):
        account = Account(rib_iban(parts.bank, parts.branch, parts.account), statement.currency)
    mapper = writer.mapper(iban, statement.currency or "")
    entries = tuple(_come_back(entry, mapper.wire(entry, _silent)) for entry in statement.entries)
    return Statement(account, statement.opening, statement.closing, entries)


def _silent(rule_id: str, field: str, before: str, after: str) -> None:
    """Losses that nobody asks for."""


def _come_back(entry: Entry, wire: Wire) -> Entry:
    operation, reject, label, number, reference, complements = wire
    movement = Movement(
        operation,
        entry.booking_date,
        reject.ljust(2),
        entry.value_date or entry.booking_date,
        label[:31].ljust(31),
        number,
        entry.amount,
        reference.ljust(16),
    )
    return entry_of(movement, [(qualifier, text.ljust(70)) for qualifier, text in complements])


class _Writer:
    """Writes statement after statement with one profile and collects the findings."""

    def __init__(self, profile: Profile, *, verify: bool) -> None:
        self.reporter = Reporter(writer_rules(), profile)
        self._eol = eol_of(profile)
        characters = str(profile.settings.get("characters", "sepa"))
        if characters not in SETS:
            raise ValueError(f"characters is {' or '.join(SETS)}, not {characters!r}")
        self._characters = SETS[characters]
        self._payer_account = bool(profile.settings.get("payer_account", False))
        self._verify = verify
        self._profile = profile

    def mapper(self, iban: str, currency: str) -> Mapper:
        """A mapper for the entries of one statement."""
        return Mapper(iban, currency, self._characters, self._payer_account)

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
        account = statement.account.iban
        mapper = self.mapper(account or "", currency)
        map_entry = mapper.wire
        losses = _Losses(self.reporter, number, account)
        lose = losses.add
        start, before_number, before_amount, end = movement
        line, before_qualifier, line_end = complement

        def long_way(records: list[str], entry: Entry, index: int) -> None:
            losses.entry = index
            operation, reject, label, entry_number, reference, complements = map_entry(entry, lose)
            booked = to_ddmmyy(entry.booking_date)
            value = booked if entry.value_date is None else to_ddmmyy(entry.value_date)
            # Operation, dates, number and amount are as wide as their zones; texts, cut already, are filled.
            records.append(
                f"{start}{operation}{booked}{reject or '  '}{value}{label.ljust(31)}{before_number}{entry_number}"
                f"{before_amount}{encode(entry.amount.minor)}{reference.ljust(16)}{end}"
            )
            opened = f"{line}{operation}{booked}{before_qualifier}"
            for qualifier, text in complements:
                records.append(f"{opened}{qualifier}{text.ljust(70)}{line_end}")

        return QuickOut(mapper, movement, complement, self.reporter, number, account).records(
            statement.entries, long_way
        )


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
            # Positional and past Reporter.add: most entries of real data have a loss that is information only.
            place = Location(None, None, None, field, None, self._statement, self.entry, self._account)
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
