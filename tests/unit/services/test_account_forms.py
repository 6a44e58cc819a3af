"""All forms of an account in all readers: one account, found by its IBAN, written under it, and one in a calendar."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import IBAN, JSON, MT940, Run
from tests.unit.cli.conftest import command as command
from tests.unit.cli.conftest import folder as folder

PRINTED = " ".join(IBAN[at : at + 4] for at in range(0, len(IBAN), 4))
PLAIN = [IBAN, PRINTED, IBAN.lower()]
DECORATED = [
    *PLAIN, f"{IBAN}EUR", f"{IBAN} EUR", f"{IBAN}/EUR", f"{PRINTED} EUR", f"/{IBAN}", f"QNTOFRP1/{IBAN}",
    f"/QNTOFRP1/{IBAN}",
]  # fmt: skip
"""What stands in field 25 of files of banks; data of programs have no more than the printed form."""

ENTRY = ":61:2609030903C12,34NTRFNONREF//Q1\r\n:86:/REMI/ACOMPTE\r\n"
MT942 = f":20:R1\r\n:25:{IBAN}\r\n:28C:1/1\r\n:34F:EUR0,\r\n:13D:2609031200+0100\r\n{ENTRY}-\r\n"
MT950 = "{1:F01QNTOFRP1AXXX0000000000}{2:I950QNTOFRP1XXXXN}{4:\r\n" + (
    f":20:R1\r\n:25:{IBAN}\r\n:28C:246/1\r\n:60F:C260902EUR100,00\r\n:61:2609030903C12,34NTRFNONREF//Q1\r\n"
    ":62F:C260903EUR112,34\r\n-}\r\n"
)
ROW = {
    "transaction_id": "x-1", "amount_cents": 1234, "side": "credit", "status": "completed", "currency": "EUR",
    "settled_at": "2026-09-03T10:00:00.000Z", "settled_balance_cents": 11234, "operation_type": "income",
    "label": "CREPERIE", "bank_account_id": "a-1", "id": "x-1", "reference": "ACOMPTE",
}  # fmt: skip
QONTO = json.dumps(
    {
        "organization": {"bank_accounts": [{"id": "a-1", "iban": IBAN, "currency": "EUR", "balance_cents": 11234}]},
        "transactions": [ROW],
        "meta": {"total_count": 1, "total_pages": 1, "current_page": 1},
    }
)
CSV = (
    "Statut;Date de la valeur (local);Nom de la contrepartie;Montant total (TTC);Solde;Devise;IBAN du compte\n"
    f"Exécuté;03-09-2026 10:00:00;CREPERIE;12,34;112,34;EUR;{IBAN}\n"
)
READERS = {
    "mt940.sta": (MT940.decode(), DECORATED),
    "mt942.sta": (MT942, DECORATED),
    "mt950.sta": (MT950, DECORATED),
    "own.json": (JSON.decode(), PLAIN),
    "qonto.json": (QONTO, PLAIN),
    "qonto.csv": (CSV, PLAIN),
}


@pytest.mark.parametrize(("name", "form"), [(name, form) for name, (_, forms) in READERS.items() for form in forms])
def test_one_account_in_every_form(command: Run, folder: Path, name: str, form: str) -> None:
    """Found by its IBAN; nothing is lost; a format of a bank takes it, in a file of its name."""
    (folder / name).write_text(READERS[name][0].replace(IBAN, form), "utf-8", newline="")
    read = command("convert", name, "--account", IBAN, "--to", "json")
    assert read.code == 0, read.err
    (statement,) = json.loads(read.out)["statements"]
    assert statement["account"]["iban"] == IBAN
    assert "other" not in statement["account"]
    assert "M940-034" not in read.err
    if name == "mt942.sta":
        return  # an interim report has no balances: no other format takes it
    written = command("convert", name, "--account", IBAN, "--to", "cfonb120", "-o", "out")
    assert written.code == 0, written.err
    assert [path.name.split("_")[0] for path in (folder / "out").iterdir()] == [IBAN]


def test_all_forms_are_one_account_in_a_calendar(command: Run, folder: Path) -> None:
    """A day written in every form by every reader is one account, given many times; two sets of them are the same."""
    for number, form in enumerate(DECORATED):
        (folder / f"{number}.sta").write_text(MT940.decode().replace(IBAN, form), "utf-8", newline="")
    names = [f"{number}.sta" for number in range(len(DECORATED))]
    found = json.loads(command("series", *names, "--format", "json").out)["series"]
    assert [(item["account"], item["currency"]) for item in found] == [(IBAN, "EUR")]
    for name in names[1:]:
        assert command("compare", names[0], name).code == 0
