"""What a file is: ours by their first lines, foreign ones by name with advice, anything else unknown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.reference.ebics import ebics_names
from statements.services.identify import identify

ISO = 'xmlns="urn:iso:std:iso:20022:tech:xsd:{}"'
RECORD = b"0116958    00001EUR2 12345678901  290926".ljust(90) + b"0000000123456G".ljust(30)
CSV_FR = "Statut;Date de la valeur (UTC);Montant total (TTC);Devise\r\nExécuté;x;1,00;EUR\r\n".encode()


def xml(message: str, root: str = "CstmrCdtTrfInitn") -> bytes:
    """A document of an ISO 20022 message."""
    return f'<?xml version="1.0"?>\n<Document {ISO.format(message)}><{root}/></Document>'.encode()


@pytest.mark.parametrize(
    ("data", "format_", "version"),
    [
        (b":20:X\r\n:25:Y\r\n:28C:1/1\r\n:60F:C260902EUR1,00\r\n", "mt940", None),
        (b"\xef\xbb\xbf:20:X\n:25:Y\n:60M:C260902EUR1,00\n", "mt940", None),
        (b"ABNANL2A\r\n940\r\nABNANL2A\r\n:20:X\r\n:60F:C260902EUR1,00", "mt940", None),
        (b"{1:F01QNTOFRP1XXXX0000000000}{2:I940XXXXXXXXXXXXN}{4:\r\n:20:X", "mt940", None),
        (b"{1:F01QNTOFRP1XXXX0000000000}{2:O9421200260902}{4:\r\n:20:X", "mt942", None),
        (b"{1:F01QNTOFRP1XXXX0000000000}{2:I950XXXXXXXXXXXXN}{4:\r\n:20:X", "mt950", None),
        (b":20:X\r\n:25:Y\r\n:34F:EUR0,\r\n:13D:2609021200+0200\r\n", "mt942", None),
        (b":61:2609030903C1,00NTRFNONREF\r\n", "mt940", None),
        (RECORD + b"\r\n" + RECORD, "cfonb120", None),
        (RECORD + RECORD, "cfonb120", None),
        (RECORD.rstrip() + b"\n", "cfonb120", None),
        (RECORD.decode().encode("cp500"), "cfonb120", None),
        (xml("pain.001.001.02", "pain.001.001.02"), "pain.001", "02"),
        (xml("pain.001.001.03"), "pain.001", "03"),
        (xml("pain.001.001.09"), "pain.001", "09"),
        (xml("pain.001.001.03").decode().encode("utf-16"), "pain.001", "03"),
        (b'{"statements": []}', "json", None),
        (b'{"transactions": [], "meta": {}}', "qonto-json", None),
        (b'[{"transaction_id": "x", "amount_cents": 1}]', "qonto-json", None),
        (b'{"bank_accounts": []}', "qonto-json", None),
        (b'{"type": "v1/transactions", "data": {}}', "qonto-json", None),
        (CSV_FR, "qonto-csv", None),
        (CSV_FR.decode().encode("cp1252"), "qonto-csv", None),
        (b"Status,Settlement date (UTC),Total amount (incl. VAT)\r\n", "qonto-csv", None),
    ],
)
def test_known_formats(data: bytes, format_: str, version: str | None) -> None:
    """Each of our formats is known by its first bytes, whatever its encoding or envelope."""
    identity = identify(data)
    assert (identity.format, identity.version, identity.kind) == (format_, version, "known")


def test_a_text_that_poses_as_a_tag_makes_no_mt940_of_a_csv() -> None:
    """A reference with a line break and ``:61:`` stays a cell of the export."""
    data = CSV_FR + b'"x\r\n:20:FORGED\r\n:60F:C260902EUR1,00";a;b;c\r\n'
    assert identify(data).format == "qonto-csv"


@pytest.mark.parametrize(
    ("data", "format_", "word"),
    [
        (xml("pain.008.001.02", "CstmrDrctDbtInitn"), "pain.008", "direct debit"),
        (xml("pacs.008.001.08", "FIToFICstmrCdtTrf"), "pacs.008", "pacs.008"),
        (xml("camt.053.001.02", "BkToCstmrStmt"), "camt.053", "camt.053"),
        (xml("pain.002.001.03", "CstmrPmtStsRpt"), "pain.002", "status report"),
        (xml("pain.002.001.3", "CstmrPmtStsRpt"), "pain.002", "pain.002.001.03"),
        (xml("PAIN.002.001.10", "CstmrPmtStsRpt"), "pain.002", "pain.002.001.10"),
        (xml("pain02", "CstmrPmtStsRpt"), "pain.002", "status report"),
        (xml("pain.001.003.03"), "pain.001-other", "pain.001.003.03"),
        (b"<html><body/></html>", "html", "HTML"),
        (b"OFXHEADER:100\r\nDATA:OFXSGML\r\n", "ofx", "OFX"),
        (b"<?xml version='1.0'?><OFX/>", "ofx", "OFX"),
        (b"!Type:Bank\r\nD30/09/2026\r\n", "qif", "QIF"),
        (b"PK\x03\x04xxxx[Content_Types].xml", "xlsx", "XLSX"),
        (b"PK\x03\x04aaaa", "zip", "ZIP"),
        (b"%PDF-1.7\n", "pdf", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip", "gzip"),
        (b"-----BEGIN PGP MESSAGE-----\n", "pgp", "PGP"),
        (b"{1:F01BANKFRPPAXXX0000000000}{2:I103BANKDEFFXXXXN}{4:\r\n:20:X\r\n-}", "mt103", "MT103"),
        ((b"0302" + b" " * 156 + b"\n") * 2, "cfonb160", "CFONB-160"),
        ((b"3100000120181220E".ljust(240) + b"\n") * 2, "cfonb240", "CFONB-240"),
        ((b"01PI".ljust(320) + b"\n") * 2, "cfonb320", "CFONB-320"),
        (b'{"invoices": []}', "other-json", "JSON"),
        (b"name;amount;date\r\nx;1;2\r\n", "other-csv", "CSV"),
    ],
)
def test_foreign_files_are_named(data: bytes, format_: str, word: str) -> None:
    """A file of another kind is named in both languages, with advice."""
    identity = identify(data)
    assert (identity.format, identity.kind) == (format_, "foreign")
    assert word in identity.name.en
    assert identity.name.fr
    assert identity.advice.en
    assert identity.advice.fr


def test_a_direct_debit_is_refused_with_its_reason() -> None:
    """The advice says that direct debit is not supported, in both languages."""
    advice = identify(xml("pain.008.001.02", "CstmrDrctDbtInitn")).advice
    assert "direct debit is not supported" in advice.en
    assert "pas pris en charge" in advice.fr


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\x00\x00\x1a", b"\xef\xbb\xbf", bytes(range(256)), b"hello"])
def test_unknown_content(data: bytes) -> None:
    """Empty, binary and shapeless content is unknown."""
    assert identify(data).kind == "unknown"


def test_names_of_ebics_exist() -> None:
    """Each known format that travels by EBICS points at a row of the names table."""
    keys = {name.key for name in ebics_names()}
    for data in (b":20:X\n:60F:C260902EUR1,00", RECORD, xml("pain.001.001.02"), xml("pain.001.001.03")):
        assert identify(data).key in keys


def test_corpus_is_recognised(corpus: Path) -> None:
    """Every statement and payment file of the corpus is known for what it is."""
    folders = {"mt940": {"mt940", "mt942", "mt950"}, "cfonb120": {"cfonb120", "cfonb240"}}
    for folder, formats in folders.items():
        rows = (corpus / folder / "expected.tsv").read_text("utf-8").splitlines()[1:]
        for row in rows:
            cells = row.split("\t")
            if cells[0].endswith("empty.txt") or (folder == "mt940" and cells[1] == "none"):
                continue
            assert identify((corpus / folder / cells[0]).read_bytes()).format in formats, cells[0]
    for path in sorted((corpus / "pain001" / "single-fault").glob("*.xml")):
        assert identify(path.read_bytes()).format.startswith("pain.001"), path.name
    for path in sorted((corpus / "qonto").rglob("*.csv")):
        assert identify(path.read_bytes()).format == "qonto-csv", path.name


@given(st.binary(max_size=500))
def test_any_bytes_have_an_identity(data: bytes) -> None:
    """Identification never raises and always gives a name in both languages."""
    identity = identify(data)
    assert identity.format
    assert identity.name.en
    assert identity.name.fr
