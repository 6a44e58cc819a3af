"""What the field found: each kind of fault of files from banks, with the right value, in every variant."""

from __future__ import annotations

import calendar
import datetime
import re

import pytest
from msgspec import structs

import statements as package
from statements.formats import mt940
from statements.formats.mt940.values import booking_day, clean_account, read_amount
from statements.model.account import Account
from statements.model.money import Money
from statements.model.statement import Balance, Detail, Entry, OperationCodes, Statement
from statements.services.read import ReadOptions, gather_alone

IBAN = "FR7616958000011234567890177"
DAY = datetime.date(2026, 10, 27)
BEFORE = DAY - datetime.timedelta(days=1)


def message(*lines: str, account: str | None = IBAN, number: str = "300/1", reference: str = "R1") -> str:
    """A message from an opening of 100,00 to a closing of 110,00 around the lines given."""
    head = [f":20:{reference}"] + ([f":25:{account}"] if account is not None else [])
    head += [f":28C:{number}", ":60F:C261026EUR100,00"]
    return "\r\n".join([*head, *lines, ":62F:C261027EUR110,00", "-", ""])


ENTRY = ":61:2610271027C10,00NTRFNONREF//B1"


def ids(outcome: object) -> list[str]:
    return [finding.id for finding in outcome.findings]  # type: ignore[attr-defined]


# k01: an amount field is read to its end --------------------------------------------------------------------------

AMOUNTS = {
    "10,00": 1000, "10,": 1000, "0,01": 1, "010,00": 1000, "1010,00": 101000, "10,5": 1050,
    "1,010.00": 101000, "1.010,00": 101000, "12'500,00": 1250000, "12\u2019500.00": 1250000, "2 345,60": 234560,
    "2 345.60": 234560, "2\u00a0345,60": 234560, "2\u202f345,60": 234560, "1,234,567.89": 123456789,
    "1.234.567,89": 123456789, "1'234'567,89": 123456789, "1 234 567,89": 123456789, "1.000,5": 100050,
    "1010.00": 101000, "1010.5": 101050, "1010": 101000, ",32": 32, "1 010,": 101000,
    "1,010": 101, "1,011": None, "1.010": None, "1,01,00": None, "1.01.00": None, "10,00,00": None, "1,0100.00": None,
    "10 00,00": None, "1 01,00": None, "1'01,00": None, "1,010.000.00": None, "1 010.000,00": None,
    "1,010,000": None, "1.010.000": None, "1 010": None, "1'010": None, "12,34.56": None, ".": None, ",": None,
    "1010,00 345,60": None, "1010,00-": None, "1010,00+": None, "1010;00": None, "1e3,00": None, "1E3": None,
    "10x5,00": None, "1010_00": None, "10:00": None, "1010,00\u20ac": None, "1010*": None,
}  # fmt: skip


def oracle(text: str) -> int | None:
    """The grammar apart from the reader: digits with one mark, or groups of three with one mark of another sign."""
    text = re.sub("[\u00a0\u202f]", " ", text.replace("\u2019", "'"))
    for group, mark in ((",", "."), (".", ","), (" ", ","), (" ", "."), ("'", ","), ("'", ".")):
        whole, found, fraction = text.rpartition(mark)
        parts = whole.split(group)
        if not found or len(parts) < 2 or not (fraction.isdigit() or not fraction):
            continue
        if all(part.isdigit() for part in parts) and len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]):
            return int("".join(parts) + (fraction + "00")[:2])
    match = re.fullmatch(r"([0-9]*)(?:[.,]([0-9]*))?", text)
    fraction = match[2] or "" if match is not None else ""
    # A comma opens decimals, whatever their number; a point before three digits may as well stand between thousands.
    if match is None or not text.strip(".,") or fraction[2:].strip("0") or ("." in text and len(fraction) == 3):
        return None
    return int((match[1] or "0") + (fraction + "00")[:2])


@pytest.mark.parametrize(("text", "minor"), AMOUNTS.items())
def test_an_amount_is_read_to_its_end(text: str, minor: int | None) -> None:
    """One reading is possible, or none is made: in entries and in balances alike, never the first digits alone."""
    assert oracle(text) == minor
    assert read_amount(text, 2).minor == minor
    entry = f":61:2610271027C{text}NTRFNONREF//B1"
    read = mt940.read(message(entry))
    amounts = [each.amount.minor for each in read.value[0].entries]
    if minor is None:
        assert amounts == []
        assert {"M940-050", "M940-057"} & set(ids(read))
        assert not read.ok
    else:
        assert amounts == [minor]
        grouped = read_amount(text, 2).reason == "grouped"
        assert ("M940-069" in ids(read)) == grouped
    balance = mt940.read(message(ENTRY).replace("EUR100,00", f"EUR{text}"))
    opening = balance.value[0].opening
    if minor is None and re.fullmatch("[0-9]+,[0-9]*", text.replace(" ", "")):
        # Balances are written in columns by some: blanks anywhere leave one reading, which is reported.
        assert (opening is None) == ("M940-044" in ids(balance))
        assert {"M940-043", "M940-044"} & set(ids(balance))
        return
    assert (opening.amount.minor if opening is not None else None) == minor
    assert balance.ok == (minor is not None) or "M940-080" in ids(balance)


@pytest.mark.parametrize("profile", ["swift", "blocks"])
def test_grouping_is_an_error_where_the_standard_is_asked_for(profile: str) -> None:
    """The repair is named: strict profiles refuse it, unless the caller asks for it."""
    data = message(":61:2610271027C1,010.00NTRFNONREF//B1")
    found = {finding.id: finding.severity for finding in mt940.read(data, profile=profile).findings}
    assert found["M940-069"] == "error"
    asked = structs.replace(mt940.PROFILES[profile], repairs=frozenset({"grouped-amount"}))
    found = {finding.id: finding.severity for finding in mt940.read(data, profile=asked).findings}
    assert found["M940-069"] == "warning"


def test_sums_and_floor_limits_are_read_to_their_end() -> None:
    """A grouped floor limit and a grouped sum are read with M940-047; others are reported, not cut."""
    lines = [
        ":20:R1", f":25:{IBAN}", ":28C:1/1", ":34F:EURD1,000.00", ":34F:EURC1,00,0", ":13D:2610271200+0100",
        ":61:2610271027C1010,00NTRFNONREF//B1", ":90C:1EUR1'010,00", "-", "",
    ]  # fmt: skip
    found = ids(mt940.read("\r\n".join(lines)))
    assert found.count("M940-047") == 2
    assert "M940-090" in found
    assert "M940-092" not in found


def test_a_number_of_many_digits_is_no_amount() -> None:
    """Five thousand digits are a finding at their place, in every field that holds a number."""
    digits = "9" * 5_000
    for old, new in (("C10,00", f"C{digits},00"), ("EUR100,00", f"EUR{digits},00"), ("300/1", f"{digits}/{digits}")):
        outcome = mt940.read(message(ENTRY).replace(old, new))
        assert outcome.findings


# k02: days that a month does not have ------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026, 2100])
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_a_day_too_many_is_the_last_of_its_month(year: int, month: int, day: int) -> None:
    """An entry date in a short month is booked on its last day, never in another year, with or without a period."""
    last = calendar.monthrange(year, month)[1]
    right = datetime.date(year, month, min(day, last))
    mmdd = f"{month:02d}{day:02d}"
    assert booking_day(right, mmdd, None, None) == (right, day <= last)
    opening = right - datetime.timedelta(days=3)
    assert booking_day(right, mmdd, opening, right) == (right, day <= last)


@pytest.mark.parametrize("kind", ["940", "942"])
def test_the_29th_of_february_of_a_common_year(kind: str) -> None:
    """It is booked on the 28th with M940-052, in MT940 and MT942."""
    entry = ":61:2302280229C10,00NTRFNONREF//B1"
    if kind == "940":
        data = message(entry).replace("C261026", "C230201").replace("C261027", "C230228")
    else:
        data = "\r\n".join([":20:R", f":25:{IBAN}", ":28C:1/1", ":34F:EUR0,", ":13D:2302281200+0100", entry, "-", ""])
    outcome = mt940.read(data)
    (booked,) = outcome.value[0].entries
    assert (booked.booking_date, booked.value_date) == (datetime.date(2023, 2, 28), datetime.date(2023, 2, 28))
    assert [(f.found, f.expected) for f in outcome.findings if f.id == "M940-052"] == [("0229", "2023-02-28")]


# k03 k04 k05: dashes -----------------------------------------------------------------------------------------------

LINES = message(ENTRY, ":86:/REMI/Facture", ENTRY.replace("10,00", "0,01"), ":86:Text", "more").split("\r\n")[:-2]
PLAIN = mt940.read("\r\n".join([*LINES, "-", ""])).value[0]


@pytest.mark.parametrize("index", range(1, len(LINES)))
@pytest.mark.parametrize("form", ["alone", "glued"])
def test_a_dash_before_a_field_is_no_text(index: int, form: str) -> None:
    """Whatever field it stands before, nothing is lost and nothing is added; the dash is named."""
    if not LINES[index].startswith(":"):
        return
    lines = list(LINES)
    if form == "alone":
        lines.insert(index, "-")
    else:
        lines[index] = "-" + lines[index]
    outcome = mt940.read("\r\n".join([*lines, "-", ""]))
    assert outcome.value == (PLAIN,)
    assert [(f.id, f.location.line) for f in outcome.findings if f.id == "M940-027"] == [("M940-027", index + 1)]


@pytest.mark.parametrize("join", ["-", "-\r\n", " -"])
def test_joined_files_stay_two(join: str) -> None:
    """The dash that ends the first file may stand on the line that opens the second."""
    first, second = message(ENTRY), message(ENTRY, reference="R2", number="301/1")
    whole = first.removesuffix("-\r\n") + join + second
    outcome = mt940.read(whole)
    assert [len(statement.entries) for statement in outcome.value] == [1, 1]
    assert [figure.reference for figure in mt940.validate(whole).details] == ["R1", "R2"]


def test_a_dash_line_in_a_text_stays_text() -> None:
    """Only before a field is it nothing: between two lines of a text it belongs to it."""
    outcome = mt940.read(message(ENTRY, ":86:Liste", "-", "suite"))
    assert outcome.value[0].entries[0].remittance == ("Liste", "-", "suite")


@pytest.mark.parametrize("join", ["-\r\n", "-"])
def test_a_dash_after_the_closing_balance_ends_the_message(join: str) -> None:
    """Alone or before another field: what stands behind it belongs to no message, and is named."""
    text = message(ENTRY).removesuffix("-\r\n") + join + ":64:C261027EUR110,00\r\n"
    outcome = mt940.read(text)
    assert [item.closing is not None and item.available is None for item in outcome.value] == [True]
    assert [item.id for item in outcome.findings] == ["M940-009"]
    assert "C261027EUR110,00" in (outcome.findings[0].found or "")


# k06: accounts -----------------------------------------------------------------------------------------------------

FORMS = [
    "{0}", "{0}EUR", "{0} EUR", "{0}/EUR", "/{0}", "QNTOFRP1XXX/{0}", "QNTOFRP1/{0}/EUR", "{0}/QNTOFRP1XXX",
    "{1}", "{1} EUR", "QNTOFRP1XXX/{1}", "IBAN {0}", "IBAN: {1}", "IBAN{0}", "{0}-EUR", "{0},EUR", "{0}(EUR)",
    "{0}\r\nQNTOFRP1XXX", "QNTOFRP1XXX\r\n{0}", "{0}\r\nMUSTERBANK",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("iban", [IBAN, "DE96999900000001234567"])
def test_the_iban_is_found_in_every_form(form: str, iban: str) -> None:
    """IBAN, bank and currency are told apart, the account is found by its IBAN, and what is read can be written."""
    grouped = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    text = form.format(iban, grouped)
    outcome = mt940.read(message(ENTRY, account=text), account=iban)
    assert [statement.account.iban for statement in outcome.value] == [iban]
    assert outcome.value[0].account.bic == (re.search("QNTOFRP1(?:XXX)?", text) or [None])[0]
    if len(text.partition("\r")[0]) > 35:
        return
    assert "M940-034" not in ids(outcome)
    assert ("M940-035" in ids(outcome)) == (text != iban)
    files = package.convert(outcome.value, to="cfonb120")
    assert bool(files.value) == iban.startswith("FR")


def test_a_german_account_without_a_printed_iban_has_none() -> None:
    """Bank code and account are kept as written: nothing is computed."""
    assert clean_account("37040044/0532013000").iban is None


def test_an_error_of_a_decorated_account_refuses_its_statement() -> None:
    """Findings name the IBAN, so that a statement with an error is not passed on, whatever stands around it."""
    data = message(":61:2610271027C1,01,00NTRFNONREF//B1", account=f"/{IBAN}").encode()
    assert gather_alone("", data, ReadOptions()).faulty == frozenset({0})


# k07 k08 k09 -------------------------------------------------------------------------------------------------------


def test_each_currency_of_an_account_has_its_chain() -> None:
    """Balances, numbers and references of two currencies of one IBAN are not compared."""
    data = message(ENTRY) + message(ENTRY, reference="R2").replace("EUR", "USD")
    assert mt940.validate(data, profile="swift").summary.errors == 0
    again = mt940.write(mt940.read(data).value)
    references = re.findall(rb":20:([^\r]*)", again.value)
    assert len(set(references)) == 2
    numbered = mt940.write(mt940.read(data).value, statement_number="7").value
    assert re.findall(rb":28C:([^\r]*)", numbered) == [b"7/1", b"7/1"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("167618/1", 67618), ("261027", 61027), ("1810118101", 18101), ("12345", 12345), ("100000", None)],
)
def test_of_a_long_number_the_last_five_digits_count(text: str, number: int | None) -> None:
    """Numbers that follow each other stay different."""
    assert mt940.read(message(ENTRY, number=text)).value[0].number == number


@pytest.mark.parametrize(("text", "sequence"), [("2026/10", None), ("300/10", 10), ("2025/10", 10)])
def test_year_and_number_is_no_page(text: str, sequence: int | None) -> None:
    """``2026/10`` is number 10 of the year 2026 unless page 9 came before."""
    outcome = mt940.read(message(ENTRY, number=text))
    assert outcome.value[0].sequence == sequence
    assert ("M940-088" in ids(outcome)) == (sequence is not None)


# k10 k11 -----------------------------------------------------------------------------------------------------------


def test_the_text_of_subfield_9_is_kept() -> None:
    """It is the remittance when there is no other, else a detail that goes back to subfield 9."""
    alone = mt940.read(message(ENTRY, "CASHBACK OCTOBRE")).value
    assert alone[0].entries[0].remittance == ("CASHBACK OCTOBRE",)
    beside = mt940.read(message(ENTRY, "CASHBACK OCTOBRE", ":86:/REMI/Facture")).value
    assert beside[0].entries[0].details == (Detail("61.9", "CASHBACK OCTOBRE"),)
    for read in (alone, beside):
        for profile in mt940.PROFILES:
            bank = (structs.replace(read[0], account=structs.replace(read[0].account, bic="QNTOFRP1XXX")),)
            written = mt940.write(bank, profile=profile)
            assert b"CASHBACK OCTOBRE" in written.value
            assert "CNV-217" not in ids(written)
            assert mt940.write(mt940.read(written.value).value, profile=profile).value == written.value


KEYS = {
    "166?20SVWZ+Rechnung 4711 vom?2112.10.2026 Kundennr?22998877": ("Rechnung 4711 vom 12.10.2026 Kundennr 998877",),
    "166?20SVWZ+0123456789012345678901?2123": ("012345678901234567890123",),
    "166?20SVWZ+Facture n. F-2026?21 du 15/08": ("Facture n. F-2026 du 15/08",),
    "166?20KREF+4711?21MTLG: Miete": ("MTLG: Miete",),
}


@pytest.mark.parametrize(("text", "remittance"), KEYS.items())
def test_a_short_key_ends_a_word(text: str, remittance: tuple[str, ...]) -> None:
    """A key under 27 characters ends a word of a text, and a reference; a full one goes on in the next."""
    (entry,) = mt940.read(message(ENTRY, f":86:{text}")).value[0].entries
    assert entry.remittance == remittance
    assert entry.references.customer_reference in (None, "4711")


def test_no_key_is_cut_by_a_line_end() -> None:
    """``?20`` stands whole on its line, whatever lengths come before it."""
    for length in range(1, 60):
        entry = Entry(DAY, Money(1_000, "EUR"), DAY, remittance=("x" * 90,), references=package_references(length))
        data = mt940.write([statement(entry)], profile="german").value
        for line in data.split(b"\r\n"):
            assert not re.search(rb"\?[0-9]?$", line), line


def package_references(length: int) -> object:
    """References of a given length."""
    from statements.model.statement import References

    return References(end_to_end_id="E" * length)


def test_a_polish_code_of_its_own_opens_one_text() -> None:
    """A first ``:86:`` with the code alone and the one behind it are one text."""
    (entry,) = mt940.read(message(ENTRY, ":86:073", ":86:073^00PRZELEW^20FAKTURA 12^32ANNA")).value[0].entries
    assert entry.remittance == ("FAKTURA 12",)
    assert entry.counterparty is not None
    assert entry.counterparty.name == "ANNA"


# k13 k14 and encodings ---------------------------------------------------------------------------------------------


def test_the_account_of_a_message_without_one_is_the_given_one() -> None:
    """``account`` is theirs: a warning, and the statement can be written."""
    data = message(ENTRY, account=None)
    outcome = mt940.read(data, account=IBAN)
    assert outcome.ok
    assert "M940-012" in ids(outcome)
    assert [statement.account.iban for statement in outcome.value] == [IBAN]
    assert package.convert(package.read(data.encode(), account=IBAN).value, to="cfonb120").value
    assert not mt940.read(data).ok


def statement(*entries: Entry) -> Statement:
    """A statement of one day whose balances add up."""
    closing = Money(sum(entry.amount.minor for entry in entries), "EUR")
    return Statement(Account(IBAN, "EUR"), Balance(Money(0, "EUR"), BEFORE), Balance(closing, DAY), entries, 300, 1)


@pytest.mark.parametrize("profile", ["qonto", "german", "swift"])
@pytest.mark.parametrize(("choice", "texts"), [("omit", 0), ("operation", 2), ("dash", 2)])
def test_a_text_for_every_entry_can_be_asked_for(profile: str, choice: str, texts: int) -> None:
    """With ``empty_narrative`` each ``:61:`` is followed by a ``:86:``; what is written is stable."""
    entries = [Entry(DAY, Money(1_000, "EUR"), DAY, codes=OperationCodes(cfonb)) for cfonb in ("05", None)]
    written = mt940.write([statement(*entries)], profile=profile, empty_narrative=choice)
    assert written.value.count(b":86:") == texts
    again = mt940.write(mt940.read(written.value).value, profile=profile, empty_narrative=choice)
    assert again.value == written.value


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("cp500", "EBCDIC")]
)
@pytest.mark.parametrize("mark", [b"", b"\r\n"])
def test_a_foreign_encoding_is_one_finding(encoding: str, name: str, mark: bytes) -> None:
    """The encoding is named, and nothing else is said."""
    data = message(ENTRY).encode(encoding)
    if encoding == "cp500":
        data = data.replace("\r\n".encode(encoding), mark or b"\x25")
    outcome = mt940.read(data)
    assert [(finding.id, finding.found) for finding in outcome.findings] == [("M940-093", name)]
