"""Files of banks and of payments as the field has them: what the command says, with which exit code, what it writes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.unit.cli.conftest import IBAN, Result, Run

CLEAN = (Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-03.xml").read_text("utf-8")
GERMAN = "DE96999900000001234567"
ENTRY = ":61:2610271027C10,00NTRFNONREF//B1"
TEXT = ":86:/ORDP//NAME/VERRIER/REMI/ACOMPTE"


def message(
    *lines: str, account: str | None = IBAN, number: str = "300/1", reference: str = "R1", opening: str = "100,00"
) -> str:
    """From an opening of ``opening`` to one of 10,00 more, a line for each text given between them."""
    closing = f"{int(opening.split(',')[0]) + 10},00"
    head = [f":20:{reference}", *([f":25:{account}"] if account else []), f":28C:{number}"]
    body = [f":60F:C261026EUR{opening}", *(lines or (ENTRY, TEXT)), f":62F:C261027EUR{closing}", "-", ""]
    return "\r\n".join([*head, *body])


@pytest.fixture
def put(folder: Path) -> Path:
    """A folder to write inputs into."""
    return folder


def statements_of(result: Result) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(result.out)["statements"]
    return found


def as_json(command: Run, folder: Path, text: str, *options: str) -> tuple[Result, list[dict[str, object]]]:
    """The result and the statements of a file."""
    (folder / "in.sta").write_text(text, "utf-8", newline="")
    result = command("convert", "in.sta", "--to", "json", *options)
    return result, statements_of(result)


def booked(statement: dict[str, object]) -> list[str]:
    """Opening, entries and closing."""
    entries = statement["entries"]
    assert isinstance(entries, list)
    opening, closing = statement["opening"], statement["closing"]
    assert isinstance(opening, dict)
    assert isinstance(closing, dict)
    return [opening["amount"], *(entry["amount"] for entry in entries), closing["amount"]]


# -- statements


def test_an_amount_with_grouping(command: Run, put: Path) -> None:
    """Read whole with a warning, and written whole; never the digits before the first sign."""
    up, down = ENTRY.replace("C10,00", "C1,010.00"), ENTRY.replace("C10,00", "D1,000.00")
    result, (statement,) = as_json(command, put, message(up, down))
    assert booked(statement) == ["100.00", "1010.00", "-1000.00", "110.00"]
    assert result.err.count("M940-069 warning") == 2
    assert command("validate", "in.sta").code == 0
    written = command("convert", "in.sta", "--to", "cfonb120").out
    assert re.findall(r"\d{13}[{A-R}]", written) == [
        "0000000001000{", "0000000010100{", "0000000010000}", "0000000001100{",
    ]  # fmt: skip


def test_an_amount_of_two_readings(command: Run, put: Path) -> None:
    """The entry is told at its column and not counted; no format of a bank gets the statement."""
    (put / "in.sta").write_text(message(ENTRY.replace("10,00", "1,01,00")), newline="")
    result = command("convert", "in.sta", "--to", "cfonb120")
    assert (result.code, result.out) == (1, "")
    assert "in.sta:5:16: M940-050 error" in result.err


def test_the_29th_of_february_of_a_common_year(command: Run, put: Path) -> None:
    """The last of February, named; never a year off."""
    text = message(":61:2302280229C10,00NTRFNONREF").replace("C261026", "C230201").replace("C261027", "C230228")
    result, (statement,) = as_json(command, put, text)
    (entry,) = statement["entries"]  # type: ignore[misc]
    assert (entry["booking_date"], entry["value_date"]) == ("2023-02-28", "2023-02-28")  # type: ignore[index]
    assert "M940-052 warning" in result.err
    assert "2023-02-28" in result.err


@pytest.mark.parametrize(
    ("mark", "found"), [(":60F:", ENTRY), (":61:", TEXT), (":86:", ":62F:"), (":28C:", ":60F:"), (":62F:", "-\r\n")]
)
@pytest.mark.parametrize("dash", ["-\r\n", "-"])
def test_a_dash_between_two_fields(command: Run, put: Path, mark: str, found: str, dash: str) -> None:
    """Alone or glued to the next field: everything is there, and the dash is named (at the end it is the end)."""
    text = message()
    at = text.index(found, text.index(mark))
    result, (statement,) = as_json(command, put, text[:at] + dash + text[at:])
    assert result.code == 0
    assert booked(statement) == ["100.00", "10.00", "110.00"]
    (entry,) = statement["entries"]  # type: ignore[misc]
    assert entry["counterparty"]["name"] == "VERRIER"  # type: ignore[index]
    assert ("M940-027" in result.err) == (mark != ":62F:")


def test_joined_files(command: Run, put: Path) -> None:
    """Two statements, though the last line of the first file has no end."""
    text = message().removesuffix("\r\n") + message(reference="R2", number="301/1", opening="110,00")
    result, found = as_json(command, put, text)
    assert (result.code, [booked(item) for item in found]) == (
        0,
        [["100.00", "10.00", "110.00"], ["110.00", "10.00", "120.00"]],
    )


def test_a_bank_before_the_iban(command: Run, put: Path) -> None:
    """IBAN and BIC are told apart; a French one goes to CFONB-120 in a file of its name."""
    result, (statement,) = as_json(command, put, message(account=f"BANKDEFFXXX/{GERMAN}"))
    assert statement["account"] == {"iban": GERMAN, "bic": "BANKDEFFXXX", "currency": "EUR"}
    assert ("M940-035" in result.err, "M940-034" in result.err) == (True, False)
    (put / "french.sta").write_text(message(account=f"QNTOFRP1XXX/{IBAN}"), newline="")
    assert command("convert", "french.sta", "--account", IBAN, "--to", "cfonb120", "-o", "out").code == 0
    assert [path.name[: len(IBAN)] for path in (put / "out").iterdir()] == [IBAN]


def test_two_currencies_of_one_account(command: Run, put: Path) -> None:
    """Each has its chain, its numbers and its references, read and written."""
    (put / "in.sta").write_text(message() + message(reference="R2").replace("EUR", "USD"), newline="")
    checked = command("validate", "in.sta", "--profile", "swift", "--format", "concise")
    assert (checked.code, "M940-082" in checked.out, "M940-083" in checked.out) == (0, False, False)
    assert command("convert", "in.sta", "--to", "mt940", "-o", "out.sta").code == 0
    written = command("validate", "out.sta", "--profile", "swift", "--format", "concise")
    assert (written.code, "M940-032" in written.out) == (0, False)
    assert len(set(re.findall(r"^:20:(.*)$", (put / "out.sta").read_text(), re.MULTILINE))) == 2


def test_numbers_of_six_digits(command: Run, put: Path) -> None:
    """Two statements keep two numbers, read and written."""
    text = message(number="167618/1") + message(reference="R2", number="167619/1", opening="110,00")
    result, found = as_json(command, put, text)
    assert [item["number"] for item in found] == [67618, 67619]
    assert (result.err.count("M940-037"), "M940-083" in result.err) == (2, False)
    assert "; 67618 counts." in result.err
    assert re.findall(r"^:28C:(\S+)", command("convert", "in.sta", "--to", "mt940").out, re.MULTILINE) == [
        "67618/1",
        "67619/1",
    ]


def test_a_text_in_subfield_9_alone(command: Run, put: Path) -> None:
    """It reaches both formats."""
    (put / "in.sta").write_text(message(ENTRY, "CASHBACK OCTOBRE"), newline="")
    for form in ("mt940", "cfonb120"):
        result = command("convert", "in.sta", "--to", form)
        assert "CASHBACK OCTOBRE" in result.out
        assert "CNV-217" not in result.err


def test_short_keys(command: Run, put: Path) -> None:
    """A key that is not full ends a word."""
    text = message(ENTRY, ":86:166?00GUTSCHRIFT?20SVWZ+Rechnung 4711 vom?2112.10.2026 Kundennr?22998877")
    _, (statement,) = as_json(command, put, text)
    (entry,) = statement["entries"]  # type: ignore[misc]
    assert entry["remittance"] == ["Rechnung 4711 vom 12.10.2026 Kundennr 998877"]  # type: ignore[index]


@pytest.mark.parametrize("complement", ["   ", "LCS", "LC2"])
def test_a_complement_that_stands_alone(command: Run, put: Path, complement: str) -> None:
    """Without a qualifier, structured, or a second line: it is what the payer wrote, and reaches MT940."""
    account = "16958    00001EUR2 12345678901  "
    records = [
        f"01{account}261026".ljust(90) + "0000000001000{",
        f"04{account.replace('EUR2 12345678901  ', 'EUR2 1234567890105')}271026  271026VIR VERRERIE".ljust(90)
        + "0000000000100{",
        f"05{account.replace('EUR2 12345678901  ', 'EUR2 1234567890105')}271026     {complement}FACTURE 4711",
        f"07{account}271026".ljust(90) + "0000000001100{",
    ]
    (put / "in.txt").write_text("".join(record.ljust(120) + "\r\n" for record in records), newline="")
    result = command("convert", "in.txt", "--to", "mt940")
    assert result.code == 0, result.err
    assert "FACTURE 4711" in "".join(result.out.split(":86:")[1].split("\r\n:")[0].splitlines())


def test_a_message_without_an_account(command: Run, put: Path) -> None:
    """The account given is theirs, with a warning; without one the reason is told."""
    (put / "in.sta").write_text(message(account=None), newline="")
    given = command("convert", "in.sta", "--account", IBAN, "--to", "cfonb120")
    assert given.code == 0
    assert "M940-012 warning" in given.err
    assert given.out.startswith("0116958    00001EUR2 12345678901")
    missing = command("convert", "in.sta", "--to", "cfonb120")
    assert (missing.code, missing.out, "M940-012 error" in missing.err) == (1, "", True)


@pytest.mark.parametrize(("choice", "texts"), [("omit", 0), ("operation", 2), ("dash", 2)])
def test_a_text_behind_every_entry(command: Run, put: Path, choice: str, texts: int) -> None:
    """A setting gives each entry a text."""
    entries = [
        {"booking_date": "2026-10-27", "amount": amount, "codes": {"cfonb": "62"}} for amount in ("-7.00", "7.00")
    ]
    statement = {
        "account": {"iban": IBAN, "currency": "EUR"}, "entries": entries,
        "opening": {"amount": "0.00", "date": "2026-10-26"}, "closing": {"amount": "0.00", "date": "2026-10-27"},
    }  # fmt: skip
    (put / "in.json").write_text(json.dumps({"statements": [statement]}))
    result = command("convert", "in.json", "--to", "mt940", "--set", f"empty_narrative={choice}")
    assert (result.code, result.out.count(":86:")) == (0, texts)


# -- payments

PAYMENTS = {
    "blank reference": (
        "<EndToEndId>FACT-8812<", "<EndToEndId>   <", "warning", "P001-140", "holds blanks only", ("qonto", "sepa"),
    ),
    "empty remittance": (
        "<RmtInf><Ustrd>Rechnung 8812 vom 3.11.2026</Ustrd></RmtInf>", "<RmtInf></RmtInf>", "warning", "P001-197",
        "The element holds nothing", ("qonto", "sepa"),
    ),
    "printed reference": (
        "<Ref>RF18539007547034<", "<Ref>RF18 5390 0754 7034<", "warning", "P001-435", "RF18539007547034",
        ("qonto", "sepa"),
    ),
    "bank by its name": (
        "<BIC>PAPIDEFFXXX</BIC>", "<Nm>Papierbank</Nm>", "warning", "P001-269", "only the BIC says it",
        ("qonto", "sepa"),
    ),
    "Belgian reference with its signs": (
        "<Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF18539007547034<",
        "<Cd>SCOR</Cd></CdOrPrtry><Issr>BBA</Issr></Tp><Ref>+++090/9337/55493+++<", "warning", "P001-436",
        "090933755493", ("qonto", "sepa"),
    ),
    "currency missing": (
        '<InstdAmt Ccy="EUR">1200.00', "<InstdAmt>1200.00", "error", "P001-047", "the attribute Ccy is missing",
        ("qonto", "sepa", "iso"),
    ),
    "namespace mistyped": (
        "pain.001.001.03", "pain.001.001.3", "error", "P001-018", "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03",
        ("qonto", "sepa", "iso"),
    ),
    "debtor at another bank": (
        "FR7616958000011234567890177", "FR7699991000010000000010236", "warning", "P001-233", "at another bank",
        ("qonto",),
    ),
}  # fmt: skip
"""What is changed in a clean file, and the one finding that says so, in which profiles."""


@pytest.mark.parametrize("name", PAYMENTS)
@pytest.mark.parametrize("profile", ["qonto", "sepa", "iso"])
def test_one_fault_of_a_payment_file(command: Run, put: Path, name: str, profile: str) -> None:
    """One finding at its place, of its grade; in the profiles that do not care, none."""
    old, new, grade, rule, words, profiles = PAYMENTS[name]
    assert old in CLEAN
    (put / "in.xml").write_text(CLEAN.replace(old, new, 1), "utf-8")
    options = ("--profile", profile, "--today", "2026-11-30")
    result = command("validate", "in.xml", *options, "--format", "concise")
    told = [line for line in result.out.splitlines() if ": P001-016 info" not in line]
    if profile not in profiles:
        assert (result.code, told) == (0, [])
        return
    assert result.code == (1 if grade == "error" else 0)
    (line,) = told
    assert f"{rule} {grade}: " in line
    assert line.split(":")[1] != "1", "the place is that of the value"
    assert words in command("validate", "in.xml", *options).out
