"""From statements to bytes: 01, the movements with their complements, 07; every record exactly 120 bytes.

A statement that the format cannot say is refused with an error and the others are written. What is cut,
transliterated or has no place is a ``CNV-`` finding. Zones are cut and blank-filled by the templates of the record
table, after the text rule, so no text can start a record or move a column.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from typing import Any

from statements.findings import Finding, Location, Outcome, Profile, Reporter
from statements.formats.cfonb120.from_model import SETS, Mapper, Wire
from statements.formats.cfonb120.overpunch import GREATEST, encode
from statements.formats.cfonb120.profile import eol_of, profile_of, writer_rules
from statements.formats.cfonb120.records import CLOSING, COMPLEMENT, MOVEMENT, OPENING, WIDTH
from statements.formats.cfonb120.to_model import Movement, entry_of
from statements.layout.dates import to_ddmmyy
from statements.model.account import Account
from statements.model.money import Money, exponent
from statements.model.statement import Balance, Entry, Statement
from statements.reference.iban import Rib, iban_fault, rib, rib_fault, rib_iban

_CURRENCY = re.compile("[A-Z]{3}", re.ASCII)


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
    movement = Movement(
        wire.operation,
        entry.booking_date,
        wire.reject.ljust(2),
        entry.value_date or entry.booking_date,
        wire.label[:31].ljust(31),
        wire.entry_number,
        entry.amount,
        wire.reference.ljust(16),
    )
    return entry_of(movement, [(qualifier, text.ljust(70)) for qualifier, text in wire.complements])


class _Writer:
    """Writes statement after statement with one profile and collects the findings."""

    def __init__(self, profile: Profile, *, verify: bool) -> None:
        self.reporter = Reporter(writer_rules(), profile)
        self._eol = eol_of(profile)
        self._characters = SETS["strict" if profile.settings.get("characters") == "strict" else "sepa"]
        self._payer_account = bool(profile.settings.get("payer_account", False))
        self._verify = verify
        self._profile = profile

    def mapper(self, iban: str, currency: str) -> Mapper:
        """A mapper for the entries of one statement."""
        return Mapper(iban, currency, self._characters, self._payer_account)

    def statement(self, statement: Statement, number: int) -> bytes:
        """The bytes of one statement; empty when it is refused."""
        parts = self._refusals(statement, number)
        opening, closing = statement.opening, statement.closing
        if parts is None or opening is None or closing is None:
            return b""
        currency = opening.amount.currency
        place = Location(statement=number, account=statement.account.iban)
        self._without_place(statement, place)
        head = {
            "bank": parts.bank,
            "branch": parts.branch,
            "currency": currency,
            "decimals": str(exponent(currency)),
            "account": parts.account,
        }
        eol = self._eol
        records = [OPENING.format({**head, **_balance(opening)}) + eol]
        records += self._movements(statement, head, number)
        records.append(CLOSING.format({**head, **_balance(closing)}) + eol)
        data = "".join(records).encode("ascii")
        wrong = len(data) != len(records) * (WIDTH + len(eol))
        if self._verify or wrong:
            findings = verify(data, (statement,), profile=self._profile)
            if wrong and not findings:
                self.reporter.add(
                    "CNV-199", place, found=str(len(data)), expected=str(len(records) * (WIDTH + len(eol)))
                )
                return b""
            if findings:
                for finding in findings:
                    self.reporter.add(
                        "CNV-199", place, found=finding.found, expected=finding.expected, **finding.values
                    )
                return b""
        return data

    def _movements(self, statement: Statement, head: dict[str, str], number: int) -> Iterator[str]:
        eol = self._eol
        movement = MOVEMENT.template({**head, "internal": "", "exempt": "0", "unavailable": "0"}) + eol
        complement = COMPLEMENT.template({**head, "internal": ""}) + eol
        map_entry = self.mapper(statement.account.iban or "", head["currency"]).wire
        losses = _Losses(self.reporter, number, statement.account.iban)
        lose = losses.add
        for index, entry in enumerate(statement.entries, start=1):
            losses.entry = index
            wire = map_entry(entry, lose)
            operation = wire.operation
            booked = to_ddmmyy(entry.booking_date)
            value_date = entry.value_date
            yield movement % (
                operation,
                booked,
                wire.reject,
                booked if value_date is None else to_ddmmyy(value_date),
                wire.label,
                wire.entry_number,
                encode(entry.amount.minor),
                wire.reference,
            )
            for qualifier, text in wire.complements:
                yield complement % (operation, booked, qualifier, text)

    def _without_place(self, statement: Statement, place: Location) -> None:
        for field, value in (
            ("number", statement.number),
            ("sequence", statement.sequence),
            ("available", statement.available and statement.available.amount.text),
            ("forward_available", ", ".join(one.amount.text for one in statement.forward_available)),
        ):
            if value is not None and value != "":
                where = Location(statement=place.statement, account=place.account, field=field)
                self.reporter.add("CNV-118", where, before=str(value), after="")

    def _refusals(self, statement: Statement, number: int) -> Rib | None:
        """Everything that the format cannot say of a statement; the parts of its account when it can be written."""
        reporter = self.reporter
        errors = reporter.errors
        account = statement.account
        place = Location(statement=number, account=account.iban or account.other)
        iban = account.iban or ""
        parts = rib(iban)
        if parts is None:
            reporter.add("CNV-101", place, found=account.iban or account.other or "")
        elif rib_fault(iban):
            reporter.add(
                "CNV-102", place, found=iban, expected=rib_iban(parts.bank, parts.branch, parts.account, iban[:2])
            )
        elif iban_fault(iban) is not None:
            reporter.add("CNV-101", place, found=iban)
        opening, closing = statement.opening, statement.closing
        if opening is None or closing is None:
            missing = "opening" if opening is None else "closing"
            reporter.add("CNV-108", _at(place, missing), expected=missing, difference="")
        balances = [(name, one) for name, one in (("opening", opening), ("closing", closing)) if one is not None]
        currency = statement.currency or ""
        if _CURRENCY.fullmatch(currency) is None:
            reporter.add("CNV-106", place, found=currency, expected="ISO 4217")
        for name, one in balances:
            self._amount(one.amount, currency, _at(place, name))
            self._day(one.date, _at(place, name))
        total = opening.amount.minor if opening is not None else 0
        amounts_fit = True
        for index, entry in enumerate(statement.entries, start=1):
            amount = entry.amount
            total += amount.minor
            if amount.currency != currency or not -GREATEST <= amount.minor <= GREATEST:
                amounts_fit = False
                self._amount(
                    amount, currency, Location(statement=number, entry=index, account=place.account, field="amount")
                )
            booked, value = entry.booking_date, entry.value_date
            if not 1961 <= booked.year <= 2060 or (value is not None and not 1961 <= value.year <= 2060):
                for name, day in (("booking_date", booked), ("value_date", value)):
                    if day is not None:
                        self._day(day, Location(statement=number, entry=index, account=place.account, field=name))
            elif opening is not None and closing is not None and not opening.date < booked <= closing.date:
                reporter.add(
                    "CNV-110",
                    Location(statement=number, entry=index, account=place.account, field="booking_date"),
                    found=booked.isoformat(),
                    expected=f"{opening.date.isoformat()} / {closing.date.isoformat()}",
                )
        if opening is not None and closing is not None and amounts_fit and reporter.errors == errors:
            if total != closing.amount.minor:
                reporter.add(
                    "CNV-108",
                    _at(place, "closing"),
                    found=closing.amount.text,
                    expected=Money(total, currency).text,
                    difference=Money(closing.amount.minor - total, currency).text,
                )
        return parts if reporter.errors == errors else None

    def _amount(self, amount: Money, currency: str, place: Location) -> None:
        text = f"{amount.text} {amount.currency}"
        if amount.currency != currency:
            excess = exponent(amount.currency) - exponent(currency)
            if excess > 0 and amount.minor % int("1" + "0" * excess):
                self.reporter.add("CNV-104", place, found=text, expected=str(exponent(currency)))
            else:
                self.reporter.add("CNV-106", place, found=amount.currency, expected=currency)
        elif not -GREATEST <= amount.minor <= GREATEST:
            self.reporter.add("CNV-103", place, found=text, expected=Money(GREATEST, currency).text)

    def _day(self, day: datetime.date, place: Location) -> None:
        if not 1961 <= day.year <= 2060:
            self.reporter.add("CNV-105", place, found=day.isoformat(), expected="1961-01-01 / 2060-12-31")


class _Losses:
    """Turns the losses of the mapping into findings that name the entry."""

    __slots__ = ("_account", "_reporter", "_statement", "entry")

    def __init__(self, reporter: Reporter, statement: int, account: str | None) -> None:
        self._reporter = reporter
        self._statement = statement
        self._account = account
        self.entry = 0

    def add(self, rule_id: str, field: str, before: str, after: str) -> None:
        """One loss, of the entry that is being written."""
        place = Location(statement=self._statement, entry=self.entry, account=self._account, field=field)
        self._reporter.add(rule_id, place, before=before, after=after)


def _at(place: Location, field: str) -> Location:
    return Location(statement=place.statement, account=place.account, field=field)


def _balance(balance: Balance) -> dict[str, str]:
    return {"date": to_ddmmyy(balance.date), "amount": encode(balance.amount.minor)}


def verify(data: bytes, statements: Iterable[Statement], *, profile: str | Profile = "sepa") -> tuple[Finding, ...]:
    """Read a written file back and compare it with its statements: CNV-199 for each difference, none when equal.

    Compared are, for each statement, account, both balances with their dates, number of entries, and date and
    amount of each entry; and that the reader itself finds no error.
    """
    from statements.formats.cfonb120.reader import read

    reporter = Reporter(writer_rules(), profile_of(profile))
    outcome = read(data)
    for finding in outcome.findings:
        if finding.severity == "error":
            reporter.add("CNV-199", finding.location, found=finding.found, expected=finding.id, what=finding.id)
    written = tuple(statements)
    if len(outcome.value) != len(written):
        _differ(reporter, 0, "statements", str(len(outcome.value)), str(len(written)))
        return tuple(reporter.findings)
    for number, (back, model) in enumerate(zip(outcome.value, written, strict=True), start=1):
        if len(back.entries) != len(model.entries):
            _differ(reporter, number, "entries", str(len(back.entries)), str(len(model.entries)))
        for name, mine, theirs in (
            ("opening", back.opening, model.opening),
            ("closing", back.closing, model.closing),
        ):
            if mine != theirs:
                _differ(reporter, number, name, _said(mine), _said(theirs))
        one, other = rib(back.account.iban or ""), rib(model.account.iban or "")
        if one != other:
            _differ(reporter, number, "account", back.account.iban or "", model.account.iban or "")
        for index, (mine, theirs) in enumerate(zip(back.entries, model.entries, strict=False), start=1):
            if mine.amount != theirs.amount or mine.booking_date != theirs.booking_date:
                _differ(
                    reporter,
                    number,
                    f"entry {index}",
                    f"{mine.amount.text} {mine.booking_date.isoformat()}",
                    f"{theirs.amount.text} {theirs.booking_date.isoformat()}",
                )
                break
    return tuple(reporter.findings)


def _differ(reporter: Reporter, number: int, what: str, found: str, expected: str) -> None:
    reporter.add("CNV-199", Location(statement=number, field=what), found=found, expected=expected, what=what)


def _said(balance: Balance | None) -> str:
    return "" if balance is None else f"{balance.amount.text} {balance.date.isoformat()}"
