"""What comes back: the table of the round trip, member by member, and the laws on arbitrary statements."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats.cfonb120 import project, read, write
from statements.model.account import Account, Party
from statements.model.money import Money
from statements.model.statement import Detail, Entry, OperationCodes, OriginalAmount, References, Statement
from statements.wire.identity import token
from tests import strategies
from tests.cfonb_records import IBAN
from tests.unit.cfonb120.test_cfonb_writer import DAY, entry, statement


def back(one: Entry) -> Entry:
    """The entry after writing and reading, which must be its declared projection."""
    whole = statement(one)
    (again,) = read(write([whole]).value).value
    assert again == project(whole)
    return again.entries[0]


def lines(one: Entry) -> list[str]:
    """Qualifier and information of the 05 records of an entry."""
    data = write([statement(one)], eol="lf").value.decode("ascii")
    return [line[45:118].rstrip() for line in data.split("\n") if line.startswith("05")]


def zone(one: Entry, first: int, last: int) -> str:
    """Positions of the 04."""
    return write([statement(one)], eol="lf").value.decode("ascii").split("\n")[1][first - 1 : last]


def test_plain_members() -> None:
    """Dates, amount, code, reference and names are equal; types, BIC and reversal do not come back."""
    one = entry(
        -125_050,
        codes=OperationCodes("06", "NTRF", "PMNT/ICDT/ESCT"),
        counterparty=Party("Menuiserie Dufour", "FR7699991000010000000010139", "QNTOFRP1XXX", "beneficiary"),
        remittance=("Facture FA-2026-0912", "lot 3"),
        reversal=True,
    )
    again = back(one)
    assert (again.booking_date, again.value_date, again.amount) == (DAY, DAY, Money(-125_050, "EUR"))
    assert again.codes == OperationCodes("06")
    assert again.counterparty == Party("MENUISERIE DUFOUR", "FR7699991000010000000010139", None, "beneficiary")
    assert again.remittance == ("FACTURE FA-2026-0912 LOT 3",)
    assert again.reversal is False
    assert lines(one) == [
        "NBEMENUISERIE DUFOUR", "CBEFR7699991000010000000010139", "LCCFACTURE FA-2026-0912 LOT 3",
    ]  # fmt: skip


def test_no_value_date_is_the_booking_date() -> None:
    """A missing value date comes back as the booking date."""
    assert back(entry(value_date=None)).value_date == DAY


@pytest.mark.parametrize(
    ("swift", "minor", "mandate", "reversal", "code"),
    [
        ("NTRF", 100, None, False, "05"),
        ("NTRF", -100, None, False, "06"),
        ("NRTI", 100, None, False, "12"),
        ("NRTI", -100, None, False, "99"),
        ("NRTI", -100, "M-1", False, "B3"),
        ("NDDT", 100, None, True, "B1"),
        ("NTRF", -100, None, True, "05"),
        ("S103", 100, None, False, "91"),
        ("NGT ", 100, None, False, "91"),
        (None, 100, None, False, "91"),
    ],
)
def test_operation_from_the_type(swift: str | None, minor: int, mandate: str | None, reversal: bool, code: str) -> None:
    """Without a CFONB code the MT940 type and the sign give it; a reversal keeps the code of its kind."""
    one = entry(
        minor, codes=OperationCodes(None, swift), references=References("Q", mandate_id=mandate), reversal=reversal
    )
    assert zone(one, 33, 34) == code
    assert back(one).codes.cfonb == code


@pytest.mark.parametrize(
    ("name", "role", "remittance", "label", "written"),
    [
        ("DUPONT", "payer", (), "DUPONT", ["NPYDUPONT"]),
        ("DUPONT", "beneficiary", (), "DUPONT", ["NBEDUPONT"]),
        ("DUPONT", None, (), "DUPONT", []),
        ("D" * 40, None, (), "D" * 31, ["LIB" + "D" * 40]),
        ("FRAIS", None, ("FRAIS",), "FRAIS", ["LIBFRAIS", "LCCFRAIS"]),
        ("FRAIS", None, ("TENUE",), "FRAIS", ["LCCTENUE"]),
        (None, None, ("TENUE DE COMPTE",), "TENUE DE COMPTE", ["LCCTENUE DE COMPTE"]),
        ("D" * 70, "payer", ("T" * 140,), "D" * 31, ["NPY" + "D" * 70, "LCC" + "T" * 70, "LC2" + "T" * 70]),
        (None, None, (), "", []),
    ],
)
def test_names_and_texts(
    name: str | None, role: Any, remittance: tuple[str, ...], label: str, written: list[str]
) -> None:
    """Which zone and which 05 carries a name of each role and length, and that it comes back."""
    one = entry(counterparty=Party(name, role=role) if name else None, remittance=remittance)
    assert zone(one, 49, 79).rstrip() == label
    assert lines(one) == written
    again = back(one)
    assert again.counterparty == (Party(name, role=role) if name else None)
    assert again.remittance == remittance


@pytest.mark.parametrize("text", ["A" * 70, "A" * 69 + " B", "A" * 70 + " B", "MOT " * 35, "A" * 69 + " " + "B" * 70])
def test_the_seam_at_seventy_is_hard(text: str) -> None:
    """A blank on character 70 or 71 is kept, words are not moved, 70 characters write LCC alone."""
    one = entry(remittance=(text,))
    written = [line for line in lines(one) if line.startswith("LC")]
    assert written[0] == "LCC" + text[:70].rstrip()
    assert len(written) == 1 + (len(text.rstrip()) > 70)
    assert back(one).remittance == (text.rstrip(),)


def test_references_and_details() -> None:
    """Mandate, end-to-end, creditor, customer reference, purpose, ultimate parties, reject reason."""
    references = References("Q", "REF-1", "E2E-1", "RUM-1", "FR72ZZZ123456")
    details = (
        Detail("RTRN", "AC04"),
        Detail("PURP", "SALA"),
        Detail("ULTD", "DEBITEUR"),
        Detail("ULTC", "CREANCIER"),
        Detail("AAA", "KEPT AS IT IS"),
        Detail("N Y", "ODD"),
    )
    one = entry(codes=OperationCodes("12"), references=references, details=details)
    assert back(one).references == references
    assert back(one).details == details
    assert zone(one, 41, 42) == "14"
    assert lines(one)[1:] == [
        "RUMRUM-1",
        "RCNE2E-1" + " " * 30 + "SALA",
        "REF" + " " * 35 + "REF-1",
        "IBEFR72ZZZ123456",
        "NPODEBITEUR",
        "NBUCREANCIER",
        "AAAKEPT AS IT IS",
        "N YODD",
    ]


def test_details_without_a_zone() -> None:
    """Neutral details of MT940 that have no zone are named and left out."""
    one = entry(details=(Detail("GVC", "166"), Detail("ACCW", "1"), Detail("CHGS", "2"), Detail("RTRN", "ZZ99")))
    outcome = write([statement(one)])
    assert [(found.id, found.location.field) for found in outcome.findings] == [
        ("CNV-118", f"details.{name}") for name in ("RTRN", "GVC", "ACCW", "CHGS")
    ]
    assert back(one).details == ()


def test_lines_that_say_more_than_the_model() -> None:
    """A 05 with a sequence, a kind or a remittance reference is kept, and stands in place of ours."""
    details = (
        Detail("RUM", "RUM-1".ljust(35) + "RCUR"),
        Detail("REF", "REMISE 1234567".ljust(35) + "REF-1"),
        Detail("IBE", "FR72ZZZ123456".ljust(35) + "SEPA"),
    )
    one = entry(references=References("Q", "REF-1", None, "RUM-1", "FR72ZZZ123456"), details=details)
    assert lines(one)[1:] == [detail.qualifier + detail.text for detail in details]
    assert zone(one, 82, 88) == "1234567"
    again = back(one)
    assert again.details == details
    assert again.references == one.references


@pytest.mark.parametrize(
    ("operation", "reference", "number", "customer"),
    [
        ("02", "1234", "0001234", "0001234"),
        ("02", "12345678", "0000000", "12345678"),
        ("02", "CHEQUE 7", "0000000", "CHEQUE 7"),
        ("05", "1234", "0000000", "1234"),
    ],
)
def test_cheque_numbers(operation: str, reference: str, number: str, customer: str) -> None:
    """A cheque number of up to 7 digits stands in the entry number and comes back with its 7 digits."""
    one = entry(codes=OperationCodes(operation), references=References("Q", reference))
    assert zone(one, 82, 88) == number
    assert back(one).references.customer_reference == customer


def test_entry_number_as_a_detail() -> None:
    """Another entry number is the detail 2-O, both ways."""
    one = entry(details=(Detail("2-O", "0001692"),))
    assert zone(one, 82, 88) == "0001692"
    assert back(one).details == one.details


@pytest.mark.parametrize(
    ("amount", "rate", "information", "comes_back"),
    [
        (Money(4_501, "USD"), None, "USD200000000004501", None),
        (Money(1_083, "USD"), "1.0830", "USD2000000000010830400000010830", "1.0830"),
        (Money(8_358, "JPY"), "158", "JPY0000000000083580000000000158", "158"),
        (Money(5, "TND"), "0.000000000001", "TND300000000000005", None),
    ],
)
def test_original_amounts(amount: Money, rate: str | None, information: str, comes_back: str | None) -> None:
    """Currency, decimals of ISO 4217, unsigned amount; a rate only when one was stated and fits."""
    one = entry(original_amount=OriginalAmount(amount, rate))
    assert lines(one)[-1] == "MMO" + information
    assert back(one).original_amount == OriginalAmount(amount, comes_back)


def test_identity_of_entries_without_a_reference() -> None:
    """The X token, which counts equal entries in their order; a reference that does not fit has one of its own."""
    one = entry(references=References(), remittance=("Facture",), counterparty=Party("Dupont", role="payer"))
    outcome = write([statement(one, one)])
    again = read(outcome.value).value[0].entries
    key = f"{IBAN}|2026-01-15|1000|EUR|Dupont|Facture"
    assert [e.references.bank_reference for e in again] == [token("X", f"{key}|1"), token("X", f"{key}|2")]
    long = entry(references=References("A" * 17))
    assert back(long).references.bank_reference == token("X", "A" * 17)


def test_monaco_comes_back_as_france_unless_named() -> None:
    """From the file alone MC cannot be told from FR; the caller's account decides."""
    monaco = "MC5816958000011234567890177"
    one = statement(entry(), account=Account(monaco, "EUR"))
    data = write([one]).value
    assert read(data).value[0].account.iban == IBAN
    assert project(one).account.iban == IBAN
    named = read(data, account=monaco)
    assert (named.value[0].account.iban, named.findings) == (monaco, ())


def test_members_of_the_statement() -> None:
    """Account and currency come back without BIC, holder, number or available balances."""
    one = statement(entry(), account=Account(IBAN, "EUR", None, "QNTOFRP1XXX", "Holder"), number=3, sequence=1)
    expected = Statement(Account(IBAN, "EUR"), one.opening, one.closing, (back(entry()),))
    assert project(one) == expected


WRITABLE = strategies.statements(
    strategies.FITTING_ENTRIES | strategies.WILD_ENTRIES,
    accounts=strategies.FRENCH_IBANS | strategies.MONEGASQUE_IBANS,
    max_entries=3,
)


@strategies.share(5)
@given(WRITABLE, st.sampled_from(["sepa", "strict"]), st.sampled_from(["crlf", "lf", "none"]))
def test_laws(one: Statement, profile: str, eol: str) -> None:
    """read(write(s)) == project(s), and write(read(b)) == b for every file we wrote."""
    data = write([one], profile=profile, eol=eol).value
    again = read(data).value
    assert again == (project(one, profile),)
    assert project(again[0], profile) == again[0]
    assert write(again, profile=profile, eol=eol).value == data
