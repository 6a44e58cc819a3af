"""A format of statements that exists in the tests only: what a package and its row in the register need, and no more.

One line ``TOY;account;day;opening``, then one line ``day;amount;text`` for each movement; amounts in euro.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from hashlib import sha256

from statements.findings import Location, Outcome, Profile, Report, Reporter, Summary
from statements.formats.recognise import FileKind
from statements.formats.register import Book, Format, FormatSide
from statements.model.account import Account
from statements.model.figures import Figures, figures
from statements.model.money import Money
from statements.model.statement import Balance, Entry, Statement
from statements.rules import RuleBook, Severity, Text

PROFILES = {
    "plain": Profile(name="plain", base="default"),
    "mild": Profile(name="mild", base="default", severities={"TOY-001": Severity.WARNING}),
}


def looks_like(data: bytes) -> FileKind | None:
    """Whether the file begins as ours do."""
    return FileKind("toy") if data.startswith(b"TOY;") else None


def read(data: bytes, profile: str | Profile = "plain", limit: int | None = None) -> Outcome[tuple[Statement, ...]]:
    """The one statement of a file."""
    reporter = _reporter(profile, limit)
    return Outcome(_read(data, reporter), tuple(reporter.findings))


def validate(data: bytes, *, profile: str | Profile = "plain", limit: int | None = 100) -> Report[tuple[Figures, ...]]:
    """The report of one file, with the figures of its statement."""
    reporter = _reporter(profile, limit)
    statements = _read(data, reporter)
    return Report(
        format="toy",
        profile=reporter.profile.name,
        sha256=sha256(data).hexdigest(),
        summary=Summary(statements=1, errors=reporter.errors, warnings=reporter.warnings),
        findings=tuple(reporter.findings),
        details=tuple(map(figures, statements)),
    )


def write(statements: Iterable[Statement], profile: str | Profile = "plain") -> Outcome[bytes]:
    """Statements as one file."""
    lines = []
    for item in statements:
        opening = item.opening or Balance(Money(0, "EUR"), datetime.date(2026, 1, 1))
        lines.append(f"TOY;{item.account.iban};{opening.date};{opening.amount.text}")
        lines += [f"{entry.booking_date};{entry.amount.text};{' '.join(entry.remittance)}" for entry in item.entries]
    return Outcome("".join(f"{line}\n" for line in lines).encode())


def _reporter(profile: str | Profile, limit: int | None) -> Reporter:
    chosen = PROFILES[profile] if isinstance(profile, str) else profile
    return Reporter(RuleBook.load(__name__), chosen, limit=limit)


def _read(data: bytes, reporter: Reporter) -> tuple[Statement, ...]:
    head, *lines = data.decode().splitlines()
    _, iban, day, amount = head.split(";")
    opening = Balance(Money.parse(amount, "EUR"), datetime.date.fromisoformat(day))
    entries = []
    for number, line in enumerate(lines, 2):
        try:
            booked, figure, text = line.split(";")
            entries.append(
                Entry(
                    datetime.date.fromisoformat(booked), Money.parse(figure, "EUR"), remittance=(text,) if text else ()
                )
            )
        except ValueError:
            reporter.add("TOY-001", Location(line=number, account=iban), found=line)
    total = Money(opening.amount.minor + sum(entry.amount.minor for entry in entries), "EUR")
    last = max((entry.booking_date for entry in entries), default=opening.date)
    return (Statement(Account(iban, currency="EUR"), opening, Balance(total, last), tuple(entries)),)


ROW = Format(
    name="toy",
    label=Text("toy", "jouet"),
    title=Text("toy statement", "relevé jouet"),
    package=__name__,
    looks_like=looks_like,
    reader=FormatSide("plain"),
    writer=FormatSide("plain"),
    suffix=".toy",
    books=(Book("toy", __name__, Text("Toys", "Jouets")),),
    ruler=f"{__name__}.ruler:lines",
)
