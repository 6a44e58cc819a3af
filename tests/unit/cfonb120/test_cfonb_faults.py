"""Faults seen in other readers of this format: one test each, so that none of them is ours."""

from __future__ import annotations

import pytest

from statements.formats.cfonb120 import Chain, outline, read, validate, write
from statements.formats.recognise import FileKind
from statements.formats.recognise import cfonb120 as kind_of
from statements.model.money import Money
from statements.rules import Severity
from tests.cfonb_records import closing, complement, file, movement, opening, statement

OTHER = {"account": "12345678902"}


def errors(data: bytes) -> list[str]:
    """The ids of the errors of a file."""
    return [finding.id for finding in read(data).findings if finding.severity is Severity.ERROR]


def test_two_accounts_are_never_merged() -> None:
    """A missing 07 and 01 between two accounts: the other account's movement and balance stay out."""
    data = file(opening(), movement(), movement(500, "AUTRE", **OTHER), closing(minor=20_000, **OTHER))
    (one,) = read(data).value
    assert errors(data) == ["C120-021", "C120-021"]
    assert [entry.amount.minor for entry in one.entries] == [1_000]
    assert one.closing is None


def test_a_short_record_is_counted_and_shown() -> None:
    """A record under 120 characters is repaired or an error, never dropped."""
    stripped = read(file(opening().rstrip(), movement().rstrip(), closing().rstrip()))
    assert stripped.ok
    assert stripped.value[0].entries[0].amount == Money(1_000, "EUR")
    cut = file(opening(), movement()[:60], closing())
    assert errors(cut) == ["C120-001"]
    assert validate(cut).summary.entries == 1


def test_blank_decimals_are_not_zero() -> None:
    """0.08 stays 0.08: blank decimals of a balance come from its movements, else are 2; of a movement, an error."""
    blank = {"currency": "   ", "decimals": " "}
    (one,) = read(file(opening(minor=8, **blank), closing(minor=8, **blank))).value
    assert one.opening is not None
    assert one.opening.amount == Money(8, "EUR")
    pacific = {"currency": "XPF", "decimals": "0"}
    (two,) = read(file(opening(minor=8, **blank), movement(2, **pacific), closing(minor=10, **blank))).value
    assert two.closing is not None
    assert two.closing.amount == Money(10, "XPF")
    assert errors(statement(movement(decimals=" "))) == ["C120-034"]


def test_strict_takes_no_currency_from_elsewhere() -> None:
    """In `strict` a blank currency is an error and gives no amount."""
    data = file(opening(currency="   ", decimals=" "), movement(), closing())
    outcome = read(data, profile="strict")
    assert [finding.id for finding in outcome.findings] == ["C120-208"]
    assert not outcome.ok
    assert outcome.value[0].opening is None


def test_a_file_without_end_is_an_error_with_its_movements() -> None:
    """No final 07: the finding counts what was read, and `partial` gives it."""
    data = file(opening(), movement(), movement(500, "AUTRE"))
    outcome = read(data, partial=True)
    assert [(finding.id, finding.found) for finding in outcome.findings] == [("C120-014", "2")]
    assert [entry.amount.minor for entry in outcome.value[0].entries] == [1_000, 500]
    assert outcome.value[0].closing is None
    assert read(data).value == ()
    (figures,) = validate(data).details.statements
    assert (figures.complete, figures.entries, figures.credit_sum) == (False, 2, Money(1_500, "EUR"))


def test_statements_of_an_account_stay_apart() -> None:
    """Two days are two statements with their own balances, and a day without movement is one too."""
    data = file(opening(), movement(), closing(), opening("150126", 11_000), closing("160126", 11_000))
    first, second = read(data).value
    assert (len(first.entries), len(second.entries)) == (1, 0)
    assert read(data).ok
    assert second.opening == first.closing


def test_30_february_is_no_date() -> None:
    """A day that is not in the calendar is an error, not the second of March."""
    assert errors(statement(movement(booking_date="300226"))) == ["C120-037"]


def test_a_movement_outside_is_never_given_to_the_next_statement() -> None:
    """A 04 before the 01 is reported; the statement after it has its own movements only."""
    data = file(movement(700, "ORPHELIN"), complement("LIB", "DE PERSONNE"), opening(), movement(), closing())
    assert errors(data) == ["C120-012"]
    assert [entry.amount.minor for entry in read(data).value[0].entries] == [1_000]


def test_repeated_and_foreign_qualifiers_keep_their_own_places() -> None:
    """MMO does not touch the currency of the movement; every LIB is kept; unknown ones stay in order."""
    data = statement(
        movement(),
        complement("LIB", "LIGNE UN"),
        complement("MMO", "USD200000000001083" + "0400000010830"),
        complement("ZZ9", "TEL QUEL"),
        complement("LIB", "LIGNE DEUX"),
        complement("ZZ8", "AUSSI"),
    )
    (entry,) = read(data).value[0].entries
    assert entry.amount == Money(1_000, "EUR")
    assert entry.remittance == ("LIGNE UN", "LIGNE DEUX")
    assert [(one.qualifier, one.text) for one in entry.details] == [("ZZ9", "TEL QUEL"), ("ZZ8", "AUSSI")]


@pytest.mark.parametrize(
    ("information", "minor", "currency", "rate"),
    [
        ("USD200000000001083" + "0400000010830", 1_083, "USD", "1.0830"),
        ("USD000000000008358" + "300000001077 ", 835_800, "USD", "1.077"),
        ("EUR200000001875625" + " " * 13 + "04", 1_875_625, "EUR", None),
        ("JPY000000000008358" + "0000000000158", 8_358, "JPY", "158"),
    ],
)
def test_foreign_amounts_in_each_layout(information: str, minor: int, currency: str, rate: str | None) -> None:
    """Amount and rate by powers of ten, with the rate in two digits of scale, in one, or absent."""
    original = read(statement(movement(), complement("MMO", information))).value[0].entries[0].original_amount
    assert original is not None
    assert (original.amount, original.rate) == (Money(minor, currency), rate)


@pytest.mark.parametrize("rest", ["12" + "0" * 11, "x" * 13, "1" * 5 + " " * 8])
def test_a_rate_that_cannot_be_decoded_is_kept(rest: str) -> None:
    """A scale above 11 or a third layout: the line stays a detail, nothing is guessed."""
    outcome = read(statement(movement(), complement("MMO", "USD200000000001083" + rest)))
    assert "C120-063" in {finding.id for finding in outcome.findings}
    (entry,) = outcome.value[0].entries
    assert entry.original_amount is None
    assert entry.details[0].qualifier == "MMO"


@pytest.mark.parametrize(
    ("currency", "decimals", "minor", "text"),
    [("XPF", "0", 5, "5"), ("TND", "3", 5_000, "5.000"), ("EUR", "3", 5_000, "5.00"), ("EUR", "0", 5, "5.00")],
)
def test_decimals_of_the_record_scale_the_amount(currency: str, decimals: str, minor: int, text: str) -> None:
    """The decimals stated in the record count, not those of the currency, and never a fixed two."""
    zones = {"currency": currency, "decimals": decimals}
    data = file(opening(minor=0, **zones), movement(minor, **zones), closing(minor=minor, **zones))
    assert read(data).value[0].entries[0].amount.text == text
    assert errors(data) == []


def test_an_amount_that_its_currency_cannot_hold() -> None:
    """Excess digits that are not zeros are an error, never rounded."""
    zones = {"currency": "EUR", "decimals": "3"}
    data = file(opening(minor=0, **zones), movement(5_005, **zones), closing(minor=5_005, **zones))
    assert errors(data) == ["C120-035", "C120-035"]


@pytest.mark.parametrize("eol", ["\r\n", "\n", "\r", ""])
def test_line_ends_are_no_characters(eol: str) -> None:
    """CRLF makes no record of 121 characters."""
    assert read(file(opening(), movement(), closing(), eol=eol)).findings == ()


def test_a_broken_file_without_line_ends_resumes() -> None:
    """A lost character is located at its record, and the records after it are read."""
    data = opening() + movement()[:70] + movement()[71:] + movement(500, "AUTRE") + closing(minor=11_500)
    outcome = read(data)
    assert ("C120-003", 2, "119") in [(one.id, one.location.line, one.found) for one in outcome.findings]
    assert not outcome.ok
    assert outcome.value[0].entries[1].amount == Money(500, "EUR")


def test_utf8_is_decoded_before_slicing() -> None:
    """An accent of two bytes does not move the columns; EBCDIC reads as ASCII does."""
    text = "\r\n".join([opening(), movement(label="SOCIÉTÉ GÉNÉRALE"), closing(), ""])
    values = [read(text.encode(code)).value for code in ("utf-8", "latin-1")]
    assert values[0] == values[1]
    assert values[0][0].entries[0].amount == Money(1_000, "EUR")
    joined = opening() + movement() + closing()
    assert read(joined.encode("cp500")).value == read(joined).value


def test_a_writer_with_more_than_one_code_and_exact_amounts() -> None:
    """1234.5 and 100 come out exact, with code, decimals and value date of the entry."""
    data = statement(movement(123_450, operation="18", value_date="160126"), minor=123_450)
    assert write(read(data).value).value[122:244].startswith(b"0416958    00001EUR2 1234567890118150126  160126")
    assert write(read(data).value).value[122 + 90 : 122 + 104] == b"0000000012345{"


def test_one_bad_statement_does_not_lose_the_others() -> None:
    """The statements before and after a broken one are read whole."""
    data = file(opening(), movement(), closing(), "xx", opening("150126", 11_000), closing("160126", 11_000))
    assert len(read(data).value) == 2
    assert errors(data) == ["C120-002"]


def test_chain_across_files() -> None:
    """The chain of one file is carried to the next one as a value."""
    first = validate(statement(movement()))
    assert isinstance(first.details.chain, Chain)
    good = validate(file(opening("150126", 11_000), closing("160126", 11_000)), chain=first.details.chain)
    assert good.findings == ()
    bad = validate(file(opening("150126", 12_000), closing("160126", 12_000)), chain=first.details.chain)
    assert [finding.id for finding in bad.findings] == ["C120-072"]
    again = validate(statement(movement()), chain=first.details.chain)
    assert [finding.id for finding in again.findings] == ["C120-075"]


def test_figures_of_a_statement() -> None:
    """Opening, credits and debits with number and sum, computed and stated closing, difference."""
    report = validate(file(opening(), movement(), movement(-300, "ACHAT"), closing(minor=10_800)))
    (figures,) = report.details.statements
    assert (figures.credits, figures.credit_sum) == (1, Money(1_000, "EUR"))
    assert (figures.debits, figures.debit_sum) == (1, Money(-300, "EUR"))
    assert (figures.computed, figures.closing) == (Money(10_700, "EUR"), Money(10_800, "EUR"))
    assert (figures.difference, figures.balanced) == (Money(100, "EUR"), False)


def test_findings_are_capped_for_each_rule_and_counted() -> None:
    """At most `limit` findings of a rule are listed; the others are counted, in the verdict too."""
    movements = [movement(1, f"N {number}", operation="ZZ") for number in range(30)]
    report = validate(file(opening(), *movements, closing(minor=10_030)), limit=10)
    assert len(report.findings) == 10
    assert report.hidden == {"C120-051": 20}
    assert report.summary.warnings == 30


def test_outline_shows_every_record() -> None:
    """Every record has its zones with meaning and value, damaged and unknown ones too."""
    records = outline(file(opening(), "06" + movement()[2:], movement()[:60], complement("RUM", "M-1"), closing()))
    assert [(record.line, record.code, record.length) for record in records] == [
        (1, "01", 120), (2, "06", 120), (3, "04", 60), (4, "05", 120), (5, "07", 120),
    ]  # fmt: skip
    for record in records:
        outer = [zone for zone in record.zones if not zone.inner]
        assert "".join(zone.raw for zone in outer) == record.text
    inner = [zone for zone in records[3].zones if zone.inner]
    assert [zone.name for zone in inner] == ["RUM-1", "RUM-2", "RUM-3"]
    assert outline(b"") == outline(b"<Document/>") == ()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"03" + b"02".ljust(158) + b"\n06" + b" " * 158, "CFONB-160"),
        (b"0302".ljust(160) + b"0602".ljust(160) + b"0802".ljust(160), "CFONB-160"),
        (b"31".ljust(240) + b"\r\n" + b"34".ljust(240), "CFONB-240"),
        (b"03PI".ljust(320) + b"\r\n" + b"04PI".ljust(320), "CFONB-320"),
        (b":20:REF\r\n:25:X\r\n", "an MT940 statement"),
        (b"{1:F01X}{4:\r\n:20:A", "an MT940 statement"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Document/>", "XML"),
        (b'{"transactions": []}', "JSON"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_other_formats_by_name(data: bytes, name: str) -> None:
    """A file of another format is named and not read."""
    (finding,) = read(data).findings
    assert (finding.id, finding.found) == ("C120-005", name)
    assert kind_of(data) != FileKind("cfonb120")


@pytest.mark.parametrize("data", [b"", b"\r\n\r\n", b"\x00" * 300, b"hello world", b"\xff\xfe\x00"])
def test_no_record_at_all(data: bytes) -> None:
    """No data, blanks, binary: one error."""
    assert [finding.id for finding in read(data).findings] == ["C120-004"]
    assert kind_of(data) != FileKind("cfonb120")
