"""What the field found: texts that must reach the model, files that a host or an editor changed, accounts in two
currencies, numbers without end. Each kind is a table of its variants."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats import mt940
from statements.formats.cfonb120 import outline, project, read, validate, write
from statements.formats.recognise import FileKind
from statements.formats.recognise import cfonb120 as kind_of
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import Detail, Entry, OriginalAmount, References
from statements.rules import Severity
from tests.cfonb_records import IBAN, closing, complement, file, movement, opening, statement
from tests.unit.cfonb120.test_cfonb_writer import entry
from tests.unit.cfonb120.test_cfonb_writer import statement as whole

RF = "RF18539007547034"


def entry_of(*complements: tuple[str, str]) -> Entry:
    """The one entry of a statement with these complements."""
    outcome = read(statement(movement(reference="Q1"), *(complement(*one) for one in complements)))
    assert outcome.ok
    return outcome.value[0].entries[0]


# Complements, remittance, and what the detail STRD says.
TEXTS: list[tuple[list[tuple[str, str]], tuple[str, ...], str | None]] = [
    ([("   ", "FACTURE 4711")], ("FACTURE 4711",), None),
    ([("   ", "FACTURE 4711"), ("   ", "DU 12 OCTOBRE")], ("FACTURE 4711", "DU 12 OCTOBRE"), None),
    ([("LIB", "FACTURE 4711"), ("   ", "DU 12 OCTOBRE")], ("FACTURE 4711", "DU 12 OCTOBRE"), None),
    ([("NPY", "DUPONT"), ("   ", "FACTURE 4711"), ("RCN", "E2E-1")], ("FACTURE 4711",), None),
    ([("LC2", "SUITE DU LIBELLE")], ("SUITE DU LIBELLE",), None),
    ([("NPY", "DUPONT"), ("LC2", "SUITE DU LIBELLE")], ("SUITE DU LIBELLE",), None),
    ([("LCS", RF)], (RF,), "ISO"),
    ([("LCS", "RF19539007547034")], ("RF19539007547034",), "SCOR"),
    ([("LCS", "123456789012")], ("123456789012",), "SCOR"),
    ([("LCC", "FACTURE 4711"), ("LCS", RF)], ("FACTURE 4711", RF), "ISO"),
    ([("LIB", "FACTURE 4711"), ("LCS", RF)], ("FACTURE 4711", RF), "ISO"),
    ([("LCS", RF), ("LCC", "FACTURE 4711")], ("FACTURE 4711", RF), "ISO"),
    ([("LCC", RF), ("LCS", RF)], (RF,), "ISO"),
    ([("LCC", "X" * 70), ("LC2", "Y"), ("LCS", RF)], ("X" * 70 + "Y", RF), "ISO"),
]


@pytest.mark.parametrize(("complements", "remittance", "kind"), TEXTS)
def test_every_text_of_the_payer_is_the_remittance(
    complements: list[tuple[str, str]], remittance: tuple[str, ...], kind: str | None
) -> None:
    """A complement without a qualifier, a second half alone, a structured label: texts, whatever is beside them."""
    read_entry = entry_of(*complements)
    assert read_entry.remittance == remittance
    assert [one.text for one in read_entry.details if one.qualifier == "STRD"] == ([] if kind is None else [kind])


@pytest.mark.parametrize(("complements", "remittance", "kind"), TEXTS)
def test_the_texts_reach_mt940_and_come_back(
    complements: list[tuple[str, str]], remittance: tuple[str, ...], kind: str | None
) -> None:
    """Each text stands in the MT940, and a written CFONB-120 says the same again, byte for byte."""
    read_statement = read(statement(movement(reference="Q1"), *(complement(*one) for one in complements))).value
    narrative = mt940.write(read_statement).unwrap().decode().replace("\r\n", "")
    for text in remittance:
        assert text.replace(" ", "") in narrative.replace(" ", "")
    written = write(read_statement).unwrap()
    assert (f"LCS{RF}".encode() in written) == (kind == "ISO")
    again = read(written).value
    assert again == tuple(map(project, read_statement))
    assert write(again).value == written


@pytest.mark.parametrize(
    ("remittance", "details", "lines"),
    [
        ((), ("61.9", "CASHBACK OCTOBER 2026"), ["LCCCASHBACK OCTOBER 2026"]),
        ((), ("   ", "SANS QUALIFIANT"), ["LCCSANS QUALIFIANT"]),
        ((), ("LC2", "SUITE"), ["LCCSUITE"]),
        (("FACTURE 1",), ("61.9", "CASHBACK OCTOBER 2026"), ["LCCFACTURE 1", "LIBCASHBACK OCTOBER 2026"]),
        (("FACTURE 1",), ("LC2", "SUITE"), ["LCCFACTURE 1", "LIBSUITE"]),
        (("FACTURE 1", RF), ("STRD", "ISO"), ["LCCFACTURE 1", f"LCS{RF}"]),
        ((RF,), ("STRD", "ISO"), [f"LCS{RF}"]),
        (("9001123412341234",), ("STRD", "CUR"), ["LCS9001123412341234"]),
        (("X" * 36,), ("STRD", "SCOR"), ["LCC" + "X" * 36]),
        (("FACTURE 1",), ("LCS", RF), ["LCCFACTURE 1", f"LCS{RF}"]),
    ],
)
def test_a_free_text_beside_or_instead_of_another(
    remittance: tuple[str, ...], details: tuple[str, str], lines: list[str]
) -> None:
    """The only text of an entry is its text; a second one is a free label, and comes back as a text of its own."""
    one = entry(counterparty=None, references=References("Q1"), remittance=remittance, details=(Detail(*details),))
    written = write([whole(one)])
    assert [row[45:].rstrip() for row in written.value.decode().split("\r\n") if row.startswith("05")] == lines
    lost = [finding.location.field for finding in written.findings]
    assert lost == (["details.STRD"] if details[1] in ("CUR", "SCOR") else [])
    again = read(written.value).value
    assert again == (project(whole(one)),)
    assert write(again).value == written.value


@pytest.mark.parametrize("extra", [1, 8, 40, 80, 120, 240])
@pytest.mark.parametrize("eol", ["\r\n", "\n"])
def test_records_filled_with_blanks(extra: int, eol: str) -> None:
    """Blanks beyond the 120 characters are left out under their name; the same statement is read."""
    records = [opening(), movement(), complement("LCC", "FACTURE"), closing()]
    filled = file(*(record + " " * extra for record in records), eol=eol)
    outcome = read(filled)
    assert [finding.id for finding in outcome.findings] == ["C120-216"] * 4
    assert outcome.value == read(file(*records)).value
    assert not read(filled, profile="strict").ok
    assert kind_of(filled) == FileKind("cfonb120")
    text = file(*(record + " " * extra + "X" for record in records), eol=eol)
    assert "C120-001" in {finding.id for finding in read(text).findings}


ENCODED = {
    "utf-16": ("utf-16", "\r\n", "C120-217", "UTF-16"),
    "utf-16 without mark": ("utf-16-le", "\n", "C120-217", "UTF-16"),
    "utf-16, other order": ("utf-16-be", "\r\n", "C120-217", "UTF-16"),
    "utf-16, no line ends": ("utf-16", "", "C120-217", "UTF-16"),
    "ebcdic, no line ends": ("cp500", "", "C120-207", "EBCDIC"),
    "ebcdic, new line": ("cp500", "\x85", "C120-207", "EBCDIC"),
    "ebcdic, line feed": ("cp500", "\n", "C120-207", "EBCDIC"),
    "ebcdic, both": ("cp500", "\r\n", "C120-207", "EBCDIC"),
    "ebcdic, line feed of ascii": ("cp500", "\x8e", "C120-207", "EBCDIC"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_an_encoding_is_named_once(name: str) -> None:
    """UTF-16 and EBCDIC, with whatever line ends: one finding that names it, and the statement of the plain file."""
    encoding, eol, rule, said = ENCODED[name]
    records = [opening(), *[movement(label=f"CLIENT {number}") for number in range(3)], closing(minor=13_000)]
    data = file(*records, eol=eol).decode("latin-1").encode(encoding)
    outcome = read(data)
    assert [(finding.id, finding.found) for finding in outcome.findings] == [(rule, said)]
    assert outcome.value == read(file(*records)).value
    assert len(outline(data)) == 5
    assert kind_of(data) == FileKind("cfonb120")


@pytest.mark.parametrize("encoding", ["utf-16", "cp500"])
def test_a_long_file_of_another_encoding_is_read_whole(encoding: str) -> None:
    """More than a block: no line is cut in two."""
    records = [opening(), *[movement(label=f"CLIENT {number}") for number in range(5_000)], closing(minor=5_010_000)]
    outcome = read(file(*records, eol="\n").decode().encode(encoding))
    assert len(outcome.findings) == 1
    assert len(outcome.value[0].entries) == 5_000


def test_two_currencies_of_an_account_are_two_chains() -> None:
    """Balances of different currencies follow nothing of each other, in one file and over files."""
    euro, dollar = {"currency": "EUR"}, {"currency": "USD"}
    data = b"".join(
        file(opening(first, minor, **one), closing(last, minor, **one))
        for first, last, minor, one in (
            ("140126", "150126", 10_000, euro),
            ("140126", "150126", 77_700, dollar),
            ("150126", "160126", 10_000, euro),
            ("150126", "160126", 77_700, dollar),
        )
    )
    report = validate(data)
    assert report.findings == ()
    assert report.summary.statements == 4
    late = validate(
        file(opening("160126", 10_000, **dollar), closing("170126", 10_000, **dollar)), chain=report.details.chain
    )
    assert [finding.id for finding in late.findings] == ["C120-072"]


def test_a_french_iban_with_a_bic_is_written() -> None:
    """The BIC of the account has no zone; the account is written by its IBAN."""
    named = msgspec.structs.replace(whole(entry()), account=Account(IBAN, "EUR", bic="QNTOFRP1XXX", name="ATELIER"))
    written = write([named])
    assert written.ok
    assert read(written.value).value[0].account.iban == IBAN


@given(st.integers(100, 6_000), st.sampled_from("09"))
def test_numbers_without_end_are_refused_at_their_place(count: int, digit: str) -> None:
    """No run of digits, however long, is more than a record that is too long."""
    for record in (opening(), movement(), complement("MMO", "EUR2"), closing()):
        outcome = read(file(opening(), record[:90] + digit * count, closing()), partial=True)
        assert any(finding.severity is Severity.ERROR for finding in outcome.findings)


@given(st.text("0123456789.", min_size=1, max_size=6_000))
def test_a_rate_without_end_is_left_out(rate: str) -> None:
    """A rate that does not fit its zone is named, whatever its length."""
    one = entry(references=References("Q1"), counterparty=Party("X"))
    amount = OriginalAmount(Money(100, "USD"), rate)
    written = write([whole(msgspec.structs.replace(one, original_amount=amount))])
    assert written.ok
