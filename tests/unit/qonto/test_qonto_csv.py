"""The CSV export: headers, numbers, dates, words, accounts, and the mapping file."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.findings import Outcome
from statements.formats import qonto
from statements.formats.qonto.csv_tables import (
    column_of,
    decimal_text,
    header_columns,
    method_of,
    method_words,
    moment_of,
)

CHECKS = Path(__file__).parents[3] / "fixtures" / "qonto" / "checks"
EXPORT = (CHECKS / "csv-french.csv").read_text("utf-8")
IBAN, OTHER = "FR7616958000011234567890177", "FR7616958000019999999999931"


def read(text: str | bytes, **arguments: Any) -> Outcome[Any]:
    """Read one export."""
    data = text.encode() if isinstance(text, str) else text
    return qonto.read([("export.csv", data)], **arguments)


def two_accounts() -> str:
    """The export with the same rows for another account below."""
    others = EXPORT.partition("\n")[2].replace(IBAN, OTHER).replace("transaction-0", "transaction-9")
    return EXPORT + others


def ids(outcome: Outcome[Any]) -> list[str]:
    """The rules that fired, in order."""
    return [finding.id for finding in outcome.findings]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("1250", "1250"),
        ("-15,03", "-15.03"),
        ("+15.3", "15.3"),
        ("1 250,50", "1250.50"),
        ("1\u00a0250,50", "1250.50"),
        ("1\u202f250\u202f000,50", "1250000.50"),
        ("1,250.50", "1250.50"),
        ("1.250,50", "1250.50"),
        ("\u221212,30", "-12.30"),
        ("1,250", None),
        ("12,345", None),
        ("1,2,3", None),
        ("1e3", None),
        ("NaN", None),
        ("12,3 €", None),
        ("--1", None),
        ("", None),
        ("١٢", None),
    ],
)
def test_amounts_as_the_exports_write_them(cell: str, text: str | None) -> None:
    """Comma or point, groups of thousands by blank, point or comma; what is doubtful is no amount."""
    assert decimal_text(cell) == text


@given(st.integers(-(10**13), 10**13), st.booleans())
def test_amounts_of_any_size_are_exact(cents: int, french: bool) -> None:
    """Every amount written in French or English with its groups is read back to the cent."""
    written = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    if french:
        written = written.replace(",", "\u202f").replace(".", ",")
    text = decimal_text(("-" if cents < 0 else "") + written)
    assert text is not None
    assert int(text.replace(".", "")) == cents


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("30-09-2026 08:05:09", (2026, 9, 30, 8, 5, 9)),
        ("2026-09-30 08:05:09", (2026, 9, 30, 8, 5, 9)),
        ("2026-09-30T08:05:09.123Z", (2026, 9, 30, 8, 5, 9)),
        ("30/09/2026 08:05", (2026, 9, 30, 8, 5)),
        ("30-09-2026", (2026, 9, 30)),
        ("2026-09-30", (2026, 9, 30)),
        ("31-09-2026", None),
        ("30-09-26", None),
        ("30-09-2026 25:00:00", None),
        ("46295", None),
    ],
)
def test_dates_as_the_exports_write_them(cell: str, moment: tuple[int, ...] | None) -> None:
    """Day first or year first, with or without a time; anything else is no date."""
    expected = None if moment is None else datetime.datetime(*moment)  # type: ignore[arg-type]  # noqa: DTZ001
    assert moment_of(cell) == expected


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Date de l’opération (UTC)", "private"),
        ("DATE DE LA VALEUR (utc)", "settled_utc"),
        ("Date de règlement (local)", "settled_local"),
        ("Montant total (TTC)", "amount"),
        ("Montant total (TTC) (local)", "local_amount"),
        ("Montant de la TVA (5.5 %)", "private"),
        ("Montant (10.0 % HT)", "private"),
        ("Montant total (HT)", "private"),
        ("Label 12", "private"),
        ("Adresse email de l'initiateur", "private"),
        ("settlement_date_local", "settled_local"),
        ("Unheard of", None),
    ],
)
def test_headers_are_found_by_name(header: str, column: str | None) -> None:
    """Accents, case, blanks and apostrophes do not matter; columns of VAT and labels are known by their pattern."""
    assert column_of(header, header_columns({})) == column


def test_order_of_columns_does_not_matter() -> None:
    """The same export with its columns turned round gives the same statements."""
    turned = "\n".join(";".join(reversed(line.split(";"))) for line in EXPORT.splitlines())
    assert read(turned).value == read(EXPORT).value


def test_every_cell_of_a_bad_value_is_placed() -> None:
    """A finding names file, line, column of the export and account."""
    outcome = read(EXPORT.replace("0,50;;0,50", "0,5O;;0,50"))
    (finding,) = outcome.findings
    place = finding.location
    assert (place.file, place.line, place.field, place.account) == ("export.csv", 3, "amount", IBAN)
    assert finding.found == "0,5O"


def test_line_numbers_count_line_breaks_inside_quotes() -> None:
    """A cell with a line break moves the rows after it down."""
    text = EXPORT.replace("REF 4", '"REF\n4"').replace("0,50;;0,50", "x;;0,50")
    assert [(finding.id, finding.location.line) for finding in read(text).findings] == [("QNT-053", 4)]


def test_formula_guard_is_taken_off_texts() -> None:
    """An apostrophe in front of a sign of formulas is not part of the text; another apostrophe is."""
    text = EXPORT.replace("REF 4", "'=1+1").replace("REF 3", "'t Huis")
    entries = read(text).value[0].entries
    assert [entry.remittance for entry in entries[2:]] == [("'t Huis",), ("=1+1",)]


def test_balances_put_rows_of_one_second_in_order() -> None:
    """The running balance orders equal times; without it the order of the file stays, oldest first."""
    text = EXPORT.replace("10-03-2026 09", "05-03-2026 09").replace("10-03-2026 10", "05-03-2026 10")
    lines = text.splitlines()
    swapped = "\n".join([lines[0], lines[1], lines[3], lines[2], lines[4]])
    assert ids(read(swapped)) == ["QNT-026"]
    assert read(swapped).value == read(text).value


def test_two_accounts_in_one_export_give_two_statements() -> None:
    """Rows are parted by the IBAN of their account, and one can be chosen."""
    both = EXPORT + "".join(
        line.replace(IBAN, OTHER).replace("transaction-0", "transaction-9") + "\n" for line in EXPORT.splitlines()[1:]
    )
    assert [statement.account.iban for statement in read(both).value] == [IBAN, OTHER]
    assert [statement.account.iban for statement in read(both, accounts=[OTHER]).value] == [OTHER]


def test_error_in_one_account_leaves_the_other() -> None:
    """A bad amount stops the account of its row only."""
    both = EXPORT + "".join(
        line.replace(IBAN, OTHER).replace("transaction-0", "transaction-9") + "\n" for line in EXPORT.splitlines()[1:]
    )
    outcome = read(both.replace("-0,29;-0,29", "-0,2x;-0,29", 1))
    assert (ids(outcome), [statement.account.iban for statement in outcome.value]) == (["QNT-053"], [OTHER])


def test_mapping_file_adds_headers_statuses_and_methods() -> None:
    """An export in a language nobody has shown us is read with the words of a mapping file."""
    mapping = tomllib.loads(
        """
        [csv.headers]
        "Buchungsstatus" = "status"
        "Wertstellung (UTC)" = "settled_utc"
        "Betrag" = "amount"
        "Kontonummer" = "account_iban"
        "Saldo" = "balance"
        "Zahlungsart" = "method"
        [csv.statuses]
        "Ausgeführt" = "completed"
        "Offen" = "pending"
        [csv.methods]
        "Überweisung" = "transfer"
        "Lastschrift" = "direct_debit"
        """
    )
    text = (
        "Buchungsstatus;Wertstellung (UTC);Betrag;Kontonummer;Saldo;Zahlungsart\n"
        f"Offen;;-5,00;{IBAN};;Überweisung\n"
        f"Ausgeführt;02-03-2026 08:00:00;-5,00;{IBAN};95,00;Lastschrift\n"
        f"Ausgeführt;01-03-2026 08:00:00;10,00;{IBAN};100,00;Überweisung\n"
    )
    assert set(ids(read(text))) == {"QNT-001"}
    outcome = read(text, mapping=mapping)
    assert ids(outcome) == ["QNT-012"]
    assert [(entry.amount.minor, entry.codes.cfonb) for entry in outcome.value[0].entries] == [
        (1000, "05"),
        (-500, "B1"),
    ]


def test_methods_are_known_by_side_and_first_word() -> None:
    """A method gives one operation for money out and one for money in; ``Frais`` and ``Fee`` go on as they like."""
    words = method_words({})
    assert method_of("PRELEVEMENT", words) == ("direct_debit", "direct_debit_collection")
    assert method_of("Frais de carte", words) == method_of("Fee: card", words) == ("qonto_fee", "qonto_fee")
    assert method_of("Troc", words) is None


def test_simplified_export_lacks_what_is_needed() -> None:
    """Settlement date, counterparty and amount alone are no booked rows: the missing column is named."""
    outcome = read("Settlement date (UTC),Counterparty name,Total amount (incl. VAT)\n", accounts=[IBAN])
    assert ids(outcome) == ["QNT-051"]
    assert "status" in outcome.findings[0].message()
    assert "statut" in outcome.findings[0].message("fr")


def test_local_dates_alone_are_days_of_the_zone() -> None:
    """Without the column in UTC the local date is the booking day, just before midnight too."""
    text = (
        "Status,Settlement date (local),Total amount (incl. VAT),Currency\n"
        "Executed,30-09-2026 23:59:59,1.00,EUR\nExecuted,30-09-2026,2.00,EUR\n"
    )
    for zone in ("Europe/Paris", "UTC", "America/New_York"):
        outcome = read(text, accounts=[IBAN], opening="0", timezone=zone)
        assert {str(entry.booking_date) for entry in outcome.value[0].entries} == {"2026-09-30"}


def test_broken_quotes_are_refused_with_their_line() -> None:
    """A quote that never closes would swallow rows: it is an error, with the line it opens on."""
    outcome = read(EXPORT.replace("REF 3", '"REF 3'))
    assert [(finding.id, finding.location.line) for finding in outcome.findings] == [("QNT-001", 3)]
    assert outcome.value == ()


@given(st.integers(0, len(EXPORT) - 1), st.text(max_size=3), st.booleans())
def test_damaged_exports_are_read_without_an_exception(at: int, text: str, cut: bool) -> None:
    """An export cut or changed anywhere never raises, and every statement adds up."""
    damaged = EXPORT[:at] if cut else EXPORT[:at] + text + EXPORT[at + len(text) :]
    outcome = read(damaged.encode("utf-8", "surrogatepass"), accounts=[IBAN])
    for statement in outcome.value:
        total = sum(entry.amount.minor for entry in statement.entries)
        assert statement.opening.amount.minor + total == statement.closing.amount.minor
