"""Statements in an encoding of another system: each format is recognised, and the encoding is named in one finding."""

from __future__ import annotations

import json

import pytest

import statements
from statements.services.identify import identify
from tests.unit.cli.conftest import JSON, MT940
from tests.unit.cli.test_validate import CFONB

QONTO = json.dumps({"transactions": [{"id": "1", "side": "credit"}], "meta": {"total_count": 1}}, indent=1)
CSV = "Date de la valeur (local);Nom de la contrepartie;Montant total (TTC)\n15-05-2026 00:30:00;Librairie;-25,99\n"
MT942 = ":20:R1\r\n:25:FR7616958000011234567890177\r\n:28C:1/1\r\n:34F:EUR0,\r\n:13D:2610271200+0100\r\n-\r\n"
BLOCKS = "{1:F01QNTOFRP1AXXX0000000000}{2:I940QNTOFRP1XXXXN}{4:\r\n" + MT940.decode().rstrip("\r\n") + "}\r\n"

FILES = {
    "mt940": (MT940.decode(), "mt940", {"M940-093"}),
    "mt940 in blocks": (BLOCKS, "mt940", {"M940-093"}),
    "mt942": (MT942, "mt942", {"M940-093"}),
    "cfonb120": (CFONB.decode(), "cfonb120", {"C120-217", "C120-207"}),
    "our json": (JSON.decode(), "json", {"CNV-311"}),
    "qonto json": (QONTO, "qonto-json", {"QNT-001"}),
    "qonto csv": (CSV, "qonto-csv", {"QNT-001"}),
}
"""The text, the format, and the rules that name an encoding."""

ENCODINGS = {"utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp500": "EBCDIC"}


def cases() -> list[tuple[str, str, str]]:
    """Each file in each encoding, with the line ends of three systems; no app writes a table in EBCDIC."""
    ends = ("\r\n", "\n", "\x85")
    return [
        (name, encoding, end)
        for name in FILES
        for encoding in ENCODINGS
        for end in ends
        if (end != "\x85" or encoding == "cp500") and not (name == "qonto csv" and encoding == "cp500")
    ]


@pytest.mark.parametrize(("name", "encoding", "end"), cases())
def test_the_encoding_is_named_once(name: str, encoding: str, end: str) -> None:
    """Whatever the line ends; nothing else is said of the text, but for CFONB-120, which is decoded and read."""
    text, form, rules = FILES[name]
    data = text.replace("\r\n", "\n").replace("\n", end).encode(encoding)
    assert identify(data).format == form
    findings = [item for item in statements.validate(data).findings if item.severity != "info"]
    said = [item for item in findings if item.id in rules]
    assert len(said) == 1
    assert ENCODINGS[encoding] in said[0].message("en")
    assert ENCODINGS[encoding] in said[0].message("fr")
    if form != "cfonb120":
        assert findings == said
