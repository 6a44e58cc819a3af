"""The CSV export: headers, numbers, dates, words, accounts, and the mapping file."""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.findings import Outcome
from statements.formats import qonto
from statements.formats.qonto.csv_tables import (
    amount_of,
    column_of,
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
    amount = amount_of(cell)
    assert (None if amount is None else amount.text) == text


@given(st.integers(-(10**13), 10**13), st.booleans())
def test_amounts_of_any_size_are_exact(cents: int, french: bool) -> None:
    """Every amount written in French or English with its groups is read back to the cent."""
    written = f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
    if french:
        written = written.replace(",", "\u202f").replace(".", ",")
    amount = amount_of(("-" if cents < 0 else "") + written)
    assert amount is not None
    assert int(amount.text.replace(".", "")) == cents
    assert amount.grouped == ("," in written and not french)


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
    assert set(ids(read(text))) == {"QNT-066"}
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


SIMPLIFIED = (
    "Date de la valeur (local);Nom de la contrepartie;Montant total (TTC)\n"
    "15-05-2026 00:30:00;Librairie;-25,99\n12-05-2026 10:00:00;Client;1200,00\n"
)


def test_export_without_a_status_holds_executed_rows() -> None:
    """The simplified export has no status: its rows are booked, and the missing column is named in both languages."""
    outcome = read(SIMPLIFIED, accounts=[IBAN], opening="10000")
    assert ids(outcome) == ["QNT-051", "QNT-061", "QNT-024"]
    assert outcome.ok
    (statement,) = outcome.value
    assert (len(statement.entries), statement.closing.amount.text) == (2, "11174.01")
    assert "status" in outcome.findings[0].message()
    assert "statut" in outcome.findings[0].message("fr")
    assert ids(read(SIMPLIFIED, accounts=[IBAN])) == ["QNT-051", "QNT-061", "QNT-024", "QNT-030"]
    assert ids(read(SIMPLIFIED)) == ["QNT-051", "QNT-059"]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Date de la valeur (UTC);Débit;Crédit", "12-05-2026 10:00:00;;1200,00"),
        ("Date de la valeur (UTC);Débit;Crédit;Devise", "12-05-2026 10:00:00;-0,00;1200,00;EUR"),
        ("Settlement date (UTC);Total amount (incl. VAT);Note", "12-05-2026 10:00:00;1200.00;private"),
    ],
)
def test_templates_without_a_status_are_read(header: str, row: str) -> None:
    """A template of the user that leaves the status out is read as executed rows too."""
    outcome = read(f"{header}\n{row}\n", accounts=[IBAN], opening="0")
    assert outcome.ok, ids(outcome)
    assert [entry.amount.text for entry in outcome.value[0].entries] == ["1200.00"]


def test_a_status_under_an_unknown_header_is_not_guessed() -> None:
    """With a column that nobody knows the status may stand there: nothing is read as executed."""
    outcome = read(SIMPLIFIED.replace("contrepartie;", "contrepartie;Estado;"), accounts=[IBAN], opening="0")
    assert ids(outcome) == ["QNT-052", "QNT-051"]
    assert outcome.value == ()


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


# -- amounts against the grammar, columns that stand twice ------------------------------------------------------------

BLANKS = (" ", "\u00a0", "\u202f", "\u2009")
MARKS = (",", ".", "'", "\u2019")


def grammar(cell: str) -> tuple[str, bool] | None:
    """What a cell means, by the words of the rule: one reading, or none. ``True`` for marks between the thousands."""
    text = cell.replace("\u2212", "-").replace("\u2019", "'")
    sign, text = (text[0], text[1:]) if text[:1] in ("+", "-") else ("", text)
    # One blank may stand before the figures, as spreadsheets leave it, behind a sign or without one.
    if text[:1] in BLANKS:
        text = text[1:]
    separators = {char for char in text if not ("0" <= char <= "9")}
    if not separators <= set(BLANKS) | {",", ".", "'"}:
        return None
    mark = next((char for char in reversed(text) if char in ",."), "")
    whole, fraction = text, ""
    grouping = separators
    if mark and text.count(mark) == 1 and re.fullmatch("[0-9]{1,2}", text[text.index(mark) + 1 :]):
        whole, fraction = text.split(mark)
        grouping = separators - {mark}
    if len(grouping) > 1 or not whole or not (whole[0].isdigit() and whole[-1].isdigit()):
        return None
    parts = [whole]
    if grouping:
        (separator,) = grouping
        if separator not in BLANKS and not fraction:
            return None
        parts = whole.split(separator)
        if not 1 <= len(parts[0]) <= 3 or any(len(part) != 3 for part in parts[1:]):
            return None
    value = "".join(parts) + (f".{fraction}" if fraction else "")
    return ("-" if sign == "-" else "") + value, bool(grouping - set(BLANKS))


SPELLINGS = [
    "1250", "1250.5", "1250,50", "1 250,50", "1 250.50", "1 250", "12 50,00", "1 2 3,45", "1  250,50", "1,250.50",
    "1.250,50", "1'250.50", "1\u2019250,50", "1,250", "1.250", "1,250,000", "1.250.000", "1,250,000.00", "1.250.000,00",
    "1'250'000,5", "1 250 000,00", "1 250\u00a0000,00", "1,250.000,00", "1 250.000,00", "1,2500.00", "12,50.00",
    "1250,505", "1250.", ",50", "-1 250,50", "- 1 250,50", "+1.250,50", "1,010.00", "2 345,60", "12'500,00",
    "12'500", "1'25.00", "1..250,00", "1.250,50 EUR", "1,250.50-", "(1,250.50)", "0,123.45", "1 250,5", "1\u2009250,50",
]  # fmt: skip


@pytest.mark.parametrize("cell", SPELLINGS)
def test_amount_is_read_to_its_end(cell: str) -> None:
    """An amount has one reading or none; what would be read up to a sign is no amount."""
    amount = amount_of(cell)
    assert (None if amount is None else tuple(amount)) == grammar(cell)


@given(st.text("0123456789 \u00a0\u202f,.'\u2019+-", max_size=12))
def test_any_spelling_is_read_as_the_grammar_says(cell: str) -> None:
    """Whatever stands in a cell: the reading of the grammar, or none."""
    amount = amount_of(cell)
    assert (None if amount is None else tuple(amount)) == grammar(cell)


@pytest.mark.parametrize("written", ["-50.50", "-50,50"])
@pytest.mark.parametrize(("grouped", "rule"), [("1,199.50", "QNT-064"), ("1'199,50", "QNT-064"), ("1 199.50", None)])
def test_grouped_amounts_are_said(written: str, grouped: str, rule: str | None) -> None:
    """Marks between the thousands are read where one reading is possible, and said once with the rows concerned."""
    text = EXPORT.replace("1 199,50", grouped).replace("-50,50", written)
    outcome = read(text)
    assert ids(outcome) == ([rule] if rule else [])
    assert outcome.value[0].closing.amount.text == "1199.71"
    if rule:
        assert "1199.50" in outcome.findings[0].message()
        assert outcome.findings[0].location.line == 4


@pytest.mark.parametrize("ambiguous", ["1,199", "1.199", "1,199,500", "11 99,50", "1 199.500,00"])
def test_an_amount_of_two_readings_writes_nothing(ambiguous: str) -> None:
    """A balance that could mean two amounts stops its account, at its line."""
    outcome = read(EXPORT.replace("1 199,50", ambiguous))
    assert ids(outcome) == ["QNT-053"]
    assert outcome.findings[0].location.line == 4
    assert outcome.value == ()


def doubled(column: str, value: str | None, header: str | None = None) -> str:
    """The export with a column repeated at its end, holding its own values or ``value``."""
    head, *rows = EXPORT.strip("\n").split("\n")
    at = head.split(";").index(column)
    lines = [f"{head};{header or column}"]
    lines += [f"{row};{row.split(';')[at] if value is None else value}" for row in rows]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("value", [None, "99,00"])
@pytest.mark.parametrize("column", ["Montant total (TTC)", "Débit", "Crédit", "Solde", "Statut", "IBAN du compte"])
def test_a_decisive_column_that_stands_twice_is_refused(column: str, value: str | None) -> None:
    """Two columns of one name: nobody can tell which is meant, as with a key that is given twice in JSON."""
    outcome = read(doubled(column, value))
    assert "QNT-065" in ids(outcome)
    assert outcome.value == ()
    assert column in outcome.findings[0].message()


def test_a_text_that_stands_twice_is_said() -> None:
    """Of a text the first column is read, with a warning."""
    outcome = read(doubled("Référence", "other"))
    assert ids(outcome) == ["QNT-065"]
    assert outcome.value[0].entries[-1].remittance == ("REF 4",)


@pytest.mark.parametrize(("value", "good"), [(None, True), ("", True), ("99,00", False)])
def test_two_headers_of_one_meaning_must_agree(value: str | None, good: bool) -> None:
    """Two headers may mean the amount; where both hold a value it must be the same one."""
    outcome = read(doubled("Montant total (TTC)", value, "Total amount (incl. VAT)"))
    assert outcome.ok is good
    assert ids(outcome) == ([] if good else ["QNT-065"] * 4)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("Estado;Fecha valor (UTC);Importe total;Saldo", "Estado, Fecha valor (UTC), Importe total, Saldo"),
        ("Wort,Tag,Betrag", "Wort, Tag, Betrag"),
        ("a\tb\tc", "a, b, c"),
        ('"x";"y";"z"', "x, y, z"),
        (";".join("abcdefghijk"), "a, b, c, d, e, f, g, h, …"),
    ],
)
def test_headers_nobody_knows_lead_to_the_mapping_file(header: str, named: str) -> None:
    """A table whose column names are unknown is told so, with the names found and the way to name them."""
    outcome = read(f"{header}\n1,2\n")
    assert ids(outcome) == ["QNT-066"]
    for language in ("en", "fr"):
        assert named in outcome.findings[0].message(language)
        assert "--mapping" in outcome.findings[0].fix(language)
        assert "[csv.headers]" in outcome.findings[0].fix(language)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_named(encoding: str) -> None:
    """An export in UTF-16, with or without its mark, is named as such in both languages."""
    outcome = read(EXPORT.encode(encoding))
    assert ids(outcome) == ["QNT-001"]
    assert "UTF-16" in outcome.findings[0].message()
    assert "UTF-16" in outcome.findings[0].message("fr")
