"""The rows of the table: what stands in which column, and what has to be said about it.

Amounts are exact decimals, dates are dates, everything else is text of one line. ``debit`` and ``credit`` are unsigned;
``balance`` is the running balance after the entry, where the opening balance is known in the currency of the entries.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from statements.findings import Location, Profile, Reporter
from statements.model.money import Money
from statements.model.statement import Entry, Statement
from statements.profiles import SettingError
from statements.rules import RuleBook, Text
from statements.wire.charset import clean


class TableRow(NamedTuple):
    """One entry. ``code`` is the CFONB code, else the type of MT940; ``details`` is what has no column of its own."""

    booking_date: datetime.date
    value_date: datetime.date | None
    code: str
    counterparty: str
    text: str
    debit: Decimal | None
    credit: Decimal | None
    balance: Decimal | None
    bank_reference: str
    customer_reference: str
    end_to_end_id: str
    mandate_id: str
    creditor_id: str
    account: str
    currency: str
    counterparty_account: str
    counterparty_bank: str
    mt940_type: str
    iso_code: str
    original_amount: Decimal | None
    original_currency: str
    details: str


COLUMNS = TableRow._fields
"""The names of the columns, in their order; new ones may come at the end."""

HEADERS: Mapping[str, Text] = {
    "booking_date": Text("Date", "Date"),
    "value_date": Text("Value date", "Date de valeur"),
    "code": Text("Code", "Code"),
    "counterparty": Text("Counterparty", "Contrepartie"),
    "text": Text("Text", "Libellé"),
    "debit": Text("Debit", "Débit"),
    "credit": Text("Credit", "Crédit"),
    "balance": Text("Balance", "Solde"),
    "bank_reference": Text("Bank reference", "Référence de la banque"),
    "customer_reference": Text("Customer reference", "Référence du client"),
    "end_to_end_id": Text("End-to-end reference", "Référence de bout en bout"),
    "mandate_id": Text("Mandate", "Mandat"),
    "creditor_id": Text("Creditor identifier", "Identifiant créancier"),
    "account": Text("Account", "Compte"),
    "currency": Text("Currency", "Devise"),
    "counterparty_account": Text("Counterparty account", "Compte de la contrepartie"),
    "counterparty_bank": Text("Counterparty bank", "Banque de la contrepartie"),
    "mt940_type": Text("MT940 type", "Type MT940"),
    "iso_code": Text("ISO code", "Code ISO"),
    "original_amount": Text("Original amount", "Montant d'origine"),
    "original_currency": Text("Original currency", "Devise d'origine"),
    "details": Text("Details", "Détails"),
}
"""What stands above each column."""

AMOUNTS = frozenset({"debit", "credit", "balance", "original_amount"})
DATES = frozenset({"booking_date", "value_date"})

PROFILES: Mapping[str, Profile] = {
    "en": Profile(name="en", base="default", settings={"language": "en"}),
    "fr": Profile(name="fr", base="default", settings={"language": "fr"}),
}
"""A table as English or as French spreadsheets want it."""


@lru_cache(maxsize=1)
def rules() -> RuleBook:
    """The rules of writing a table: CNV-401 and following."""
    return RuleBook.load("statements.formats.table")


def reporter(profile: str | Profile) -> Reporter:
    """The reporter of one file. Raises ``ValueError`` for a profile or language that is none."""
    if isinstance(profile, str):
        if profile not in PROFILES:
            raise ValueError(f"no profile {profile!r} of a table; known: {', '.join(PROFILES)}")
        profile = PROFILES[profile]
    if profile.settings.get("language", "en") not in PROFILES:
        raise SettingError("language", profile.settings["language"], Text("en or fr", "en ou fr"))
    return Reporter(rules(), profile)


def tell(report: Reporter, rule: str, place: Location, column: str, before: str, after: str) -> None:
    """Report a text that was changed, with the name of its column in both languages."""
    header = HEADERS[column]
    report.add(rule, place, before=before, after=after, column_en=header.en, column_fr=header.fr)


def rows(statements: Iterable[Statement]) -> Iterator[TableRow]:
    """One row for each entry, for a data frame or for a file of your own."""
    return told_rows(statements, Reporter(rules(), PROFILES["en"]))


def told_rows(statements: Iterable[Statement], report: Reporter) -> Iterator[TableRow]:
    """The rows, with a finding for every text that had to be changed and every balance that is not known."""
    for number, statement in enumerate(statements, 1):
        account = statement.account.iban or statement.account.other or ""
        place = Location(statement=number, account=account or None)
        if not statement.entries:
            report.add("CNV-404", place)
        yield from _statement(statement, clean(account), place, report)


def _statement(statement: Statement, account: str, place: Location, report: Reporter) -> Iterator[TableRow]:
    balance = None if statement.opening is None else statement.opening.amount
    said = False
    for number, entry in enumerate(statement.entries, 1):
        if balance is not None and balance.currency == entry.amount.currency:
            balance = balance + entry.amount
        else:
            balance = None
            if not said:
                report.add("CNV-403", place)
                said = True
        at = Location(statement=place.statement, entry=number, account=place.account)
        yield _row(entry, account, balance, at, report)


def _row(entry: Entry, account: str, balance: Money | None, place: Location, report: Reporter) -> TableRow:
    def text(name: str, value: str | None) -> str:
        if not value:
            return ""
        cleaned = clean(value)
        if cleaned != value:
            at = Location(statement=place.statement, entry=place.entry, account=place.account, field=name)
            tell(report, "CNV-402", at, name, value, cleaned)
        return cleaned

    codes, references, other = entry.codes, entry.references, entry.counterparty
    original = entry.original_amount
    amount = entry.amount.decimal
    details = ["reversal"] if entry.reversal else []
    details += [f"{detail.qualifier} {detail.text}" for detail in entry.details]
    if original is not None and original.rate:
        details.append(f"EXCH {original.rate}")
    return TableRow(
        booking_date=entry.booking_date,
        value_date=entry.value_date,
        code=text("code", codes.cfonb or codes.swift),
        counterparty=text("counterparty", other.name if other is not None else None),
        text=text("text", " ".join(entry.remittance)),
        debit=-amount if amount < 0 else None,
        credit=None if amount < 0 else amount,
        balance=None if balance is None else balance.decimal,
        bank_reference=text("bank_reference", references.bank_reference),
        customer_reference=text("customer_reference", references.customer_reference),
        end_to_end_id=text("end_to_end_id", references.end_to_end_id),
        mandate_id=text("mandate_id", references.mandate_id),
        creditor_id=text("creditor_id", references.creditor_id),
        account=account,
        currency=text("currency", entry.amount.currency),
        counterparty_account=text("counterparty_account", other.iban if other is not None else None),
        counterparty_bank=text("counterparty_bank", other.bic if other is not None else None),
        mt940_type=text("mt940_type", codes.swift),
        iso_code=text("iso_code", codes.iso),
        original_amount=None if original is None else original.amount.decimal,
        original_currency=text("original_currency", None if original is None else original.amount.currency),
        details=text("details", "; ".join(details)),
    )
