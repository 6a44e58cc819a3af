"""Statements as tables: CSV by RFC 4180, in English and in French; workbooks; rows for data frames."""

from __future__ import annotations

import csv
import datetime
import io
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements import convert, read
from statements.findings import Outcome
from statements.formats import register, table
from statements.formats.table import csv_file, xlsx_file
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import (
    Balance,
    Detail,
    Entry,
    OperationCodes,
    OriginalAmount,
    References,
    Statement,
)
from statements.services.convert import join
from tests import strategies

FIXTURES = Path(__file__).parents[3] / "fixtures"
IBAN = "FR7616958000011234567890177"
DAY = datetime.date(2026, 9, 1)


def statement(*texts: str, cents: int = -1_050, currency: str = "EUR", **more: object) -> Statement:
    """A statement of one entry for each text."""
    entries = tuple(
        Entry(DAY, Money(cents, currency), DAY, remittance=(text,) if text else (), **more)  # type: ignore[arg-type]
        for text in texts
    )
    opening = Balance(Money(10_000, currency), DAY - datetime.timedelta(days=1))
    closing = Balance(Money(10_000 + cents * len(texts), currency), DAY)
    return Statement(Account(IBAN, currency), opening, closing, entries)


FULL = statement(
    "Facture 12",
    codes=OperationCodes("06", "NTRF", "PMNT/ICDT/ESCT"),
    references=References("BANK", "CUST", "E2E", "MANDATE", "CREDITOR"),
    counterparty=Party("Café, « L'Île »", "FR7616958000019999999999931", "QNTOFRP1XXX", "beneficiary"),
    original_amount=OriginalAmount(Money(1_200, "USD"), "1,14"),
    details=(Detail("RTRN", "AC04"),),
    reversal=True,
)


def cells(outcome: Outcome[bytes], *, french: bool = False) -> list[dict[str, str]]:
    """The records of a CSV file as any reader of RFC 4180 sees them."""
    text = outcome.value.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if french else ",", strict=True))


def test_every_member_of_an_entry_has_its_column() -> None:
    """What an entry says stands in the row; the running balance is the opening with the amounts so far."""
    (row,) = cells(csv_file.write([FULL]))
    assert row == {
        "Date": "2026-09-01",
        "Value date": "2026-09-01",
        "Code": "06",
        "Counterparty": "Café, « L'Île »",
        "Text": "Facture 12",
        "Debit": "10.50",
        "Credit": "",
        "Balance": "89.50",
        "Bank reference": "BANK",
        "Customer reference": "CUST",
        "End-to-end reference": "E2E",
        "Mandate": "MANDATE",
        "Creditor identifier": "CREDITOR",
        "Account": IBAN,
        "Currency": "EUR",
        "Counterparty account": "FR7616958000019999999999931",
        "Counterparty bank": "QNTOFRP1XXX",
        "MT940 type": "NTRF",
        "ISO code": "PMNT/ICDT/ESCT",
        "Original amount": "12.00",
        "Original currency": "USD",
        "Details": "reversal; RTRN AC04; EXCH 1,14",
    }


def test_french_spreadsheets_get_what_they_want() -> None:
    """Byte order mark, semicolons, decimal commas, day first, French headers; CRLF in both languages."""
    french, english = csv_file.write([FULL], profile="fr").value, csv_file.write([FULL]).value
    assert french.startswith(b"\xef\xbb\xbfDate;Date de valeur;Code;Contrepartie;")
    assert not english.startswith(b"\xef\xbb\xbf")
    (row,) = cells(csv_file.write([FULL], profile="fr"), french=True)
    assert (row["Date"], row["Débit"], row["Solde"], row["Montant d'origine"]) == (
        "01/09/2026",
        "10,50",
        "89,50",
        "12,00",
    )
    for data in (french, english):
        assert data.count(b"\r\n") == data.count(b"\n") == 2


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "\uff1d1+1", "=cmd|' /C calc'!A0", "-"]


@pytest.mark.parametrize("profile", ["en", "fr"])
@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_are_made_harmless_and_said(text: str, profile: str) -> None:
    """In every text column an apostrophe stands before what a spreadsheet would run; amounts stay as they are."""
    hostile = statement(
        text,
        codes=OperationCodes(text, text, text),
        references=References(text, text, text, text, text),
        counterparty=Party(text, text, text),
        details=(Detail(text, ""),),
    )
    hostile = Statement(Account(None, "EUR", text), hostile.opening, hostile.closing, hostile.entries)
    outcome = csv_file.write([hostile], profile=profile)
    (row,) = cells(outcome, french=profile == "fr")
    values = list(row.values())
    assert not [value for value in values if value[:1] in "=+-@\uff1d" and value]
    assert values.count(f"'{text}") >= 12
    told = {finding.location.field for finding in outcome.findings if finding.id == "CNV-401"}
    assert {"text", "counterparty", "account", "bank_reference", "code", "details"} <= told
    assert all(finding.location.entry == 1 for finding in outcome.findings)
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file.write([hostile], profile=profile).value))
    assert all(cell.data_type != "f" for line in book.worksheets[0].iter_rows() for cell in line)
    assert book.worksheets[0]["E2"].value == text


def test_a_negative_balance_is_no_formula() -> None:
    """An amount with its sign is an amount."""
    (row,) = cells(csv_file.write([statement("x", cents=-1_000_000)]))
    assert (row["Debit"], row["Balance"]) == ("10000.00", "-9900.00")


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\u202eb", "a  b", "a\u2028b"])
def test_a_cell_is_one_line_of_visible_text(text: str) -> None:
    """Line breaks and hidden characters become what they are in statements, and the change is said."""
    outcome = csv_file.write([statement(text)])
    (row,) = cells(outcome)
    assert row["Text"].isprintable()
    (finding,) = outcome.findings
    assert (finding.id, finding.values["before"], finding.values["after"]) == ("CNV-402", text, row["Text"])


@pytest.mark.parametrize("text", ['a,b;c"d"', '"', ",;,", "a;b", "'quoted'", "tab\u00a0here"])
@pytest.mark.parametrize("profile", ["en", "fr"])
def test_delimiters_and_quotes_stay_text(text: str, profile: str) -> None:
    """RFC 4180 quoting: whatever a stranger types stays in its cell."""
    (row,) = cells(csv_file.write([statement(text)], profile=profile), french=profile == "fr")
    assert row["Text" if profile == "en" else "Libellé"] == text


@given(st.lists(strategies.statements(strategies.WILD_ENTRIES), max_size=3), st.sampled_from(["en", "fr"]))
def test_any_statement_is_written_and_adds_up(statements: list[Statement], profile: str) -> None:
    """One record an entry, the same bytes each time; credits less debits are the sum of the entries."""
    outcome = csv_file.write(statements, profile=profile)
    assert outcome.ok
    assert outcome.value == csv_file.write(statements, profile=profile).value
    records = cells(outcome, french=profile == "fr")
    assert len(records) == sum(len(item.entries) for item in statements)
    debit, credit = ("Debit", "Credit") if profile == "en" else ("Débit", "Crédit")

    def total(name: str) -> Decimal:
        return sum((Decimal(record[name].replace(",", ".")) for record in records if record[name]), Decimal(0))

    assert total(credit) - total(debit) == sum(entry.amount.decimal for item in statements for entry in item.entries)


def test_balance_runs_only_where_it_is_known() -> None:
    """Without an opening, or in another currency, the column is empty and that is said; an empty month too."""
    bare = Statement(Account(IBAN), None, None, FULL.entries)
    outcome = csv_file.write([bare])
    assert [finding.id for finding in outcome.findings] == ["CNV-403"]
    assert cells(outcome)[0]["Balance"] == ""
    empty = Statement(Account(IBAN), FULL.opening, FULL.opening)
    assert [finding.id for finding in csv_file.write([empty]).findings] == ["CNV-404"]


@pytest.mark.parametrize(("currency", "cents", "shown"), [("JPY", 1_250, "1250"), ("TND", 1_250, "1.250")])
def test_amounts_have_the_decimals_of_their_currency(currency: str, cents: int, shown: str) -> None:
    """Exact, with no decimal more or less, in both kinds of file."""
    made = statement("x", cents=cents, currency=currency)
    assert cells(csv_file.write([made]))[0]["Credit"] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file.write([made]).value)).worksheets[0]
    assert Decimal(str(sheet["G2"].value)) == Decimal(shown)
    assert sheet["G2"].number_format == ("#,##0" if currency == "JPY" else "#,##0.000")


def test_workbook_holds_dates_and_numbers() -> None:
    """Dates are dates, amounts are numbers, texts are texts; the header is frozen and in the language asked for."""
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_file.write([FULL], profile="fr").value)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["Date", "Date de valeur", "Code"]
    assert (sheet["A2"].value, sheet["A2"].number_format) == (datetime.datetime(2026, 9, 1), "dd/mm/yyyy")  # noqa: DTZ001
    assert (sheet["C2"].value, sheet["F2"].value, sheet["H2"].value) == ("06", 10.5, 89.5)
    assert sheet.freeze_panes == "A2"


def test_workbook_says_nothing_of_the_moment_or_the_machine() -> None:
    """The same statements give the same bytes in another process; no date but the fixed one stands in the archive."""
    data = xlsx_file.write([FULL]).value
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2000-01-01T00:00:00Z") == 2
    code = (
        "import sys; sys.path.insert(0, '.'); from tests.unit.table.test_table import FULL; "
        "from statements.formats.table import xlsx_file; sys.stdout.buffer.write(xlsx_file.write([FULL]).value)"
    )
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=FIXTURES.parent)
    assert again.stdout == data


def test_openpyxl_is_imported_only_when_a_workbook_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """CSV needs nothing; without the extra a workbook is refused with the way to get it."""
    code = (
        "import sys, statements; from statements.formats.table import csv_file, xlsx_file; csv_file.write(()); "
        "sys.exit('openpyxl' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=FIXTURES.parent)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ValueError, match=r"statements\[xlsx\]"):
        xlsx_file.write([FULL])


def test_a_sheet_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """More entries than a sheet has rows are refused before anything is written."""
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 2)
    outcome = xlsx_file.write([statement("a", "b", "c")])
    assert [(finding.id, finding.found, finding.expected) for finding in outcome.findings] == [("CNV-405", "3", "2")]
    assert not outcome.ok


SOURCES = {
    "mt940": "mt940/clean.sta",
    "cfonb120": "cfonb120/clean.txt",
    "qonto-csv": "qonto/checks/csv-french.csv",
}


@pytest.mark.parametrize("to", ["csv", "xlsx"])
@pytest.mark.parametrize("source", SOURCES)
def test_from_every_statement_format(source: str, to: str) -> None:
    """Whatever is read can be written as a table, with one row an entry."""
    statements = read((FIXTURES / SOURCES[source]).read_bytes()).unwrap()
    files = convert(statements, to=to, profile="fr").unwrap()
    entries = sum(len(item.entries) for item in statements)
    assert entries
    assert sum(file.entries for file in files) == entries
    assert all(file.name.endswith(register.get(to).suffix) for file in files)
    whole = join(files, to, csv_file.PROFILES["fr"])
    if to == "csv":
        assert len(cells(Outcome(whole), french=True)) == entries
        assert whole.count(b"\xef\xbb\xbf") == 1
    else:
        assert openpyxl.load_workbook(io.BytesIO(whole)).worksheets[0].max_row == entries + 1


def test_rows_are_typed() -> None:
    """The rows for a data frame: dates, exact decimals and texts, under names that stay."""
    (row,) = table.rows([FULL])
    assert (row.booking_date, row.debit, row.credit, row.balance) == (DAY, Decimal("10.50"), None, Decimal("89.50"))
    assert tuple(row._asdict()) == table.COLUMNS


def test_unknown_profiles_and_languages_are_refused() -> None:
    """Misuse raises at once."""
    with pytest.raises(ValueError, match="known: en, fr"):
        csv_file.write((), profile="de")
    with pytest.raises(ValueError, match="en or fr"):
        convert([FULL], to="csv", settings={"language": "de"})
