"""Payments as data: the same model from .02, .03 and .09, nothing lost, and its JSON."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path
from typing import Any

import pytest

from statements.formats.pain001 import iter_read, read, to_json
from statements.formats.recognise import pain001 as recognise
from statements.model.money import Money
from statements.model.payment import CreditTransfer, PaymentInformation, PaymentInitiation


def file_of(path: Path) -> PaymentInitiation:
    """A fixture that reads without findings."""
    outcome = read(path.read_bytes())
    assert outcome.findings == ()
    assert outcome.value is not None
    return outcome.value


@pytest.mark.parametrize("version", ["02", "03", "09"])
def test_the_versions_say_the_same(fixtures: Path, version: str) -> None:
    """The same payments from every version, whatever its elements are called."""
    file = file_of(fixtures / "pain001" / f"clean-{version}.xml")
    assert file.version == f"pain.001.001.{version}"
    assert (file.message_id, file.declared_count, file.declared_sum, file.count) == (
        "VIR-2026-11-30",
        "3",
        "3350.45",
        3,
    )
    block, salaries = file.blocks
    assert (block.id, block.method, block.execution_date) == ("FOURNISSEURS-11", "TRF", datetime.date(2026, 12, 2))
    assert (block.debtor_iban, block.charge_bearer) == ("FR7616958000011234567890177", "SLEV")
    assert block.debtor is not None
    assert block.debtor.address is not None
    assert (block.debtor.name, block.debtor.address.town, block.debtor.address.country) == (
        "ATELIER DU CANAL",
        "LYON",
        "FR",
    )
    assert block.debtor_bank is not None
    assert block.debtor_bank.bic == "QNTOFRP1XXX"
    assert block.type is not None
    assert block.type.service_levels == ("SEPA",)
    assert salaries.type is not None
    assert salaries.type.category_purpose == "SALA"
    first, second = block.payments
    assert (first.index, first.number, first.path) == (1, 1, "PmtInf[1]/CdtTrfTxInf[1]")
    assert (first.instruction_id, first.end_to_end_id) == ("LIGNE-1", "FACT-8812")
    assert first.amount is not None
    assert (first.amount.text, first.amount.money) == ("1200.00", Money(120_000, "EUR"))
    assert first.creditor is not None
    assert first.creditor.name == "Papierhaus Nord GmbH"
    assert first.creditor_iban == "DE96999900000001234567"
    assert first.remittance == ("Rechnung 8812 vom 3.11.2026",)
    assert (second.references[0].type, second.references[0].reference) == ("SCOR", "RF18539007547034")
    assert salaries.payments[0].index == 3
    assert [payment.not_modelled for block in file.blocks for payment in block.payments] == [(), (), ()]


def test_lines_are_those_of_the_file(fixtures: Path) -> None:
    """Each payment and block knows the line where its element begins."""
    path = fixtures / "pain001" / "clean-03-two-blocks.xml"
    lines = path.read_text("utf-8").split("\n")
    for block in file_of(path).blocks:
        assert block.line is not None
        assert lines[block.line - 1].strip() == "<PmtInf>"
        for payment in block.payments:
            assert payment.line is not None
            assert lines[payment.line - 1].strip() == "<CdtTrfTxInf>"


def changed(fixtures: Path, *edits: tuple[str, str]) -> CreditTransfer:
    """The first payment of the clean file with some texts replaced."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8")
    for find, new in edits:
        assert find in text
        text = text.replace(find, new, 1)
    value = read(text).value
    assert value is not None
    return value.blocks[0].payments[0]


def test_a_third_decimal_stays_visible(fixtures: Path) -> None:
    """An amount that is no whole number of cents has its text and no money."""
    amount = changed(fixtures, ("1200.00", "1200.005")).amount
    assert amount is not None
    assert (amount.text, amount.money) == ("1200.005", None)


def test_what_has_no_member_is_named(fixtures: Path) -> None:
    """Elements without a member are listed by their topmost path."""
    payment = changed(
        fixtures,
        ("</RmtInf>", "</RmtInf><X><Y>1</Y><Z>2</Z></X>"),
        ("</Cdtr>", "<CtctDtls><Nm>Z</Nm></CtctDtls></Cdtr>"),
    )
    assert payment.not_modelled == ("Cdtr/CtctDtls", "X")


@pytest.mark.parametrize(
    ("markup", "ids"),
    [
        ("<OrgId><BICOrBEI>QNTOFRP1</BICOrBEI></OrgId>", [("BICOrBEI", "QNTOFRP1", None, None)]),
        (
            "<OrgId><Othr><Id>123</Id><SchmeNm><Cd>CUST</Cd></SchmeNm><Issr>I</Issr></Othr></OrgId>",
            [("Othr", "123", "CUST", "I")],
        ),
        (
            "<PrvtId><DtAndPlcOfBirth><BirthDt>1990-01-02</BirthDt><CityOfBirth>Lyon</CityOfBirth>"
            "<CtryOfBirth>FR</CtryOfBirth></DtAndPlcOfBirth></PrvtId>",
            [("DtAndPlcOfBirth", "1990-01-02, Lyon, FR", None, None)],
        ),
        ("<PrvtId><PsptNb>9</PsptNb><Issr>FR</Issr></PrvtId><PrvtId><TaxIdNb>8</TaxIdNb></PrvtId>",
         [("PsptNb", "9", None, "FR"), ("TaxIdNb", "8", None, None)]),
    ],
)  # fmt: skip
def test_identifications(fixtures: Path, markup: str, ids: list[tuple[Any, ...]]) -> None:
    """Every way to identify a party, of .02 and of the later versions."""
    creditor = changed(fixtures, ("</Cdtr>", f"<Id>{markup}</Id></Cdtr>")).creditor
    assert creditor is not None
    assert [(each.kind, each.value, each.scheme, each.issuer) for each in creditor.ids] == ids


def test_iter_read_gives_the_same_parts(fixtures: Path) -> None:
    """Part by part in flat memory: the file, its blocks, their payments, in order."""
    path = fixtures / "pain001" / "clean-09.xml"
    file = file_of(path)
    parts = [outcome.value for outcome in iter_read(io.BytesIO(path.read_bytes()))]
    expected: list[Any] = [PaymentInitiation]
    for block in file.blocks:
        expected += [PaymentInformation, *([CreditTransfer] * block.count)]
    assert [type(part) for part in parts] == expected
    assert [p for p in parts if isinstance(p, CreditTransfer)] == [p for block in file.blocks for p in block.payments]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "P001-001"),
        (b"<!DOCTYPE a><a/>", "P001-003"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"><CstmrCdtTrfInitn>', "P001-002"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.008.001.02"/>', "P001-010"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, rule: str) -> None:
    """No value, and the rule that says why; in parts as well."""
    outcome = read(data)
    assert outcome.value is None
    assert [finding.id for finding in outcome.findings] == [rule]
    assert [finding.id for finding in list(iter_read(data))[-1].findings] == [rule]


def test_json_of_a_file(fixtures: Path) -> None:
    """The members are named by the words of the model; what has no value is left out."""
    file = file_of(fixtures / "pain001" / "clean-03.xml")
    document = json.loads(to_json(file))
    assert list(document) == ["payment_files"]
    (first,) = document["payment_files"]
    assert (first["version"], first["message_id"], first["declared_sum"]) == (
        "pain.001.001.03",
        "VIR-2026-11-30",
        "3350.45",
    )
    block = first["blocks"][0]
    assert (block["execution_date"], block["debtor_iban"]) == ("2026-12-02", "FR7616958000011234567890177")
    payment = block["payments"][0]
    assert (payment["end_to_end_id"], payment["amount"], payment["currency"]) == ("FACT-8812", "1200.00", "EUR")
    assert payment["creditor"]["name"] == "Papierhaus Nord GmbH"
    assert payment["creditor_iban"] == "DE96999900000001234567"
    assert None not in payment.values()
    assert to_json([file, file]).count(b'"VIR-2026-11-30"') == 2


def test_recognise() -> None:
    """A cheap look at the head."""
    head = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">'
    assert recognise(head.encode())
    assert recognise(head.encode("utf-16"))
    assert not recognise(head.replace(".001.001", ".002.001").encode())
    assert not recognise(b":20:")
