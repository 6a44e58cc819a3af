"""Small sound files, and a way to run the command in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from statements.cli.main import run

IBAN = "FR7616958000011234567890177"
OTHER_IBAN = "FR7616958000019999999999931"

MT940 = (
    b":20:260903KR47K70001\r\n:25:FR7616958000011234567890177\r\n:28C:26246/1\r\n:60F:C260902EUR100,00\r\n"
    b":61:2609030903C12,34NTRFNONREF//QABCDEFGHIJKLMNO\r\n/TRCD/05/\r\n"
    b":86:/ORDP//NAME/CREPERIE DE L'ILE/REMI/ACOMPTE DEVIS 2026-117\r\n"
    b":61:2609030903D2,34NTRFNONREF//QABCDEFGHIJKLMNP\r\n/TRCD/06/\r\n"
    b":86:/BENM//NAME/MENUISERIE DUFOUR/REMI/FACTURE 12\r\n"
    b":62F:C260903EUR110,00\r\n-\r\n"
)
WRONG_CLOSING = MT940.replace(b":62F:C260903EUR110,00", b":62F:C260903EUR111,00")
JSON = (
    b'{"statements": [{"account": {"iban": "FR7616958000011234567890177", "currency": "EUR"}, '
    b'"opening": {"amount": "100.00", "date": "2026-09-02"}, "closing": {"amount": "112.34", "date": "2026-09-03"}, '
    b'"entries": [{"booking_date": "2026-09-03", "amount": "12.34", "currency": "EUR", "reversal": false, '
    b'"codes": {"cfonb": "05"}, "counterparty": {"name": "CREPERIE DE L\'ILE", "role": "payer"}}]}]}'
)
GERMAN = JSON.replace(b"FR7616958000011234567890177", b"DE89370400440532013000")


class Result(NamedTuple):
    """How a run ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def command(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process, in English unless the arguments say otherwise."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def start(*args: object) -> Result:
        code = run([str(arg) for arg in args])
        captured = capsysbinary.readouterr()
        return Result(code, captured.out.decode(), captured.err.decode())

    return start


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with the sample files in it."""
    monkeypatch.chdir(tmp_path)
    samples = {
        "good.sta": MT940,
        "wrong.sta": WRONG_CLOSING,
        "good.json": JSON,
        "german.json": GERMAN,
        "empty.sta": b"",
        "binary.bin": bytes(range(256)) * 4,
        "cut.sta": MT940[: MT940.index(b":62F:")],
        "broken.json": b'{"statements": [{"account": {',
        "broken-qonto.json": b'{"transactions": [{"id": ',
    }
    for name, data in samples.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def left_over(folder: Path) -> list[str]:
    """Everything in a folder that is no sample, at any depth."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    return sorted(
        names
        - {"good.sta", "wrong.sta", "good.json", "german.json", "empty.sta", "binary.bin", "cut.sta"}
        - {"broken.json", "broken-qonto.json"}
    )
