"""The first look at a payment file: emptiness, packing, encoding, DOCTYPE, dialect, limits, declared name."""

from __future__ import annotations

import gzip
import io

import pytest

from statements.findings import Finding, Profile, Reporter
from statements.formats.pain001.message import Envelope, inspect, report_version
from statements.formats.pain001.profiles import PROFILES, SETTINGS, rules
from statements.formats.pain001.validation import validate

SPACE = "urn:iso:std:iso:20022:tech:xsd:"


def document(namespace: str = SPACE + "pain.001.001.03", element: str = "CstmrCdtTrfInitn", head: str = "") -> str:
    """A minimal document with the given root namespace and message element."""
    return f'{head}<Document xmlns="{namespace}"><{element}><GrpHdr/></{element}></Document>'


def look(data: bytes | str, *, declared: str | None = None, **settings: object) -> tuple[Envelope, list[Finding]]:
    """The envelope and the findings of the qonto profile with some settings changed."""
    profile = Profile(name="qonto", base="qonto", settings={**SETTINGS, **settings})
    reporter = Reporter(rules(), profile)
    return inspect(data, reporter, declared=declared), reporter.findings


def ids(findings: list[Finding]) -> list[str]:
    """The rule ids in order."""
    return [finding.id for finding in findings]


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_file_is_called_empty(data: bytes) -> None:
    """Nothing, blanks only, or a byte order mark only: P001-001 and nothing else."""
    envelope, findings = look(data)
    assert ids(findings) == ["P001-001"]
    assert envelope.version is None


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"PK\x03\x04" + bytes(30), "ZIP"),
        (gzip.compress(document().encode(), mtime=0), "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"-----BEGIN PGP MESSAGE-----\n", "PGP"),
        (b"-----BEGIN PKCS7-----\n", "PEM"),
        (bytes.fromhex("30820102") + bytes.fromhex("06092a864886f70d010702"), "PKCS#7"),
        (bytes.fromhex("308006092a864886f70d010703"), "PKCS#7"),
        (b"\x85\x01\x0c\x03\xff\xfe\xfd", "PGP"),
        (b"PD94bWwgdmVyc2lvbj0i", "Base64"),
        (b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>', "XML signature or encryption"),
    ],
)
def test_packed_content_is_named(data: bytes, name: str) -> None:
    """Packed, signed and encrypted files are refused as such (P001-011) and the packing is named."""
    _, findings = look(data)
    assert ids(findings) == ["P001-011"]
    assert findings[0].found == name


@pytest.mark.parametrize("data", [b"hello", b"20261130;100,00", "é".encode(), b"\xc4<"])
def test_text_that_is_no_xml_is_not_packed(data: bytes) -> None:
    """Plain text is no XML (or not decodable), never packed."""
    assert ids(look(data)[1])[0] in ("P001-002", "P001-004")


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE Document>",
        '<?xml version="1.0"?>\n<!-- <a> --><!DOCTYPE Document [<!ENTITY x SYSTEM "file:///x">]>',
        "<?pi <!DOCTYPE?><!DOCTYPE x>",
        "<!doctype html>",
        "\n\n  <!DOCTYPE Document PUBLIC '-//x' 'http://127.0.0.1/x.dtd'>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_doctype_is_refused_in_any_encoding(prolog: str, encoding: str) -> None:
    """P001-003 wherever the DOCTYPE stands in the prolog, and nothing behind it is looked at."""
    envelope, findings = look(document(head=prolog).encode(encoding))
    assert "P001-003" in ids(findings)
    assert set(ids(findings)) <= {"P001-003", "P001-005", "P001-006"}
    assert envelope.version is None


def test_the_place_of_a_doctype() -> None:
    """The finding points at the DOCTYPE and quotes it."""
    finding = look('<?xml version="1.0"?>\n<!-- a\nb --> <!DOCTYPE x>' + document())[1][0]
    assert (finding.location.line, finding.location.column) == (3, 7)
    assert (finding.found or "").startswith("<!DOCTYPE x>")


@pytest.mark.parametrize("text", ["<!-- <!DOCTYPE x> -->", "<?x <!DOCTYPE y>?>"])
def test_a_doctype_in_a_comment_is_none(text: str) -> None:
    """What only looks like a DOCTYPE inside a comment or instruction is no fault."""
    assert ids(look(document(head=text))[1]) == []


@pytest.mark.parametrize(
    ("data", "found", "place"),
    [
        (document().encode() + b"\n \xe9", "E9", (2, 2)),
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<a>caf\xe9</a>', "E9 = é (ISO-8859-1)", (2, 7)),
        (b'<?xml version="1.0" encoding="UTF-16"?><Document/>', "UTF-8", (1, 1)),
        ('<?xml version="1.0" encoding="UTF-8"?><Document/>'.encode("utf-16"), "UTF-16-LE", (1, 1)),
        (b'<?xml version="1.0" encoding="x-unheard-of"?><Document/>', "UTF-8", (1, 1)),
        (b'<?xml version="1.0" encoding="rot13"?><Document/>', "UTF-8", (1, 1)),
        (b'<?xml version="1.0" encoding="idna"?><Document/>', "UTF-8", (1, 1)),
        (document().encode("utf-16")[:-1], "3E", (1, len(document()))),
        (b"<a>\xed\xa0\x80</a>", "ED A0", (1, 4)),
        (b"<a>\xe9t\xe9</a><b>5 \x80</b>", "E9 = é (Windows-1252)", (1, 4)),
        (b"<a>\xc3\xa9 \x9cuf</a>", "9C = œ (Windows-1252)", (1, 6)),
        (b"<a>\x90x</a>", "90 78", (1, 4)),
    ],
)
def test_bytes_that_do_not_decode(data: bytes, found: str, place: tuple[int, int]) -> None:
    """P001-004 at the first bad byte, or at the declaration that is not true."""
    finding = look(data)[1][0]
    assert finding.id == "P001-004"
    assert finding.found == found
    assert (finding.location.line, finding.location.column) == place


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("iso8859-1", "ISO-8859-1"), ("cp1252", "windows-1252"), ("utf-16", "UTF-16"),
     ("utf-32", "UTF-32"), ("utf-16-be", None), ("cp037", "IBM037")],
)  # fmt: skip
def test_another_encoding_is_read_and_named(encoding: str, declared: str | None) -> None:
    """P001-005 names the encoding; the document is recognised all the same."""
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    envelope, findings = look((declaration + document().replace("<GrpHdr/>", "é")).encode(encoding))
    assert ids(findings) == ["P001-005"]
    assert findings[0].found == (declared or "UTF-16-BE")
    assert envelope.version == "03"


@pytest.mark.parametrize(
    ("head", "found", "column"),
    [('<?xml version="1.1" encoding="UTF-8"?>', "1.1", 16), ('<?xml version="1.0" encoding="UTF-7"?>', "UTF-7", 31)],
)
def test_a_declaration_of_something_else_is_refused(head: str, found: str, column: int) -> None:
    """ISO 20022 files are XML 1.0 in UTF-8: XML 1.1 and UTF-7 are errors, at the word that says so."""
    envelope, findings = look(document(head=head).encode())
    assert ids(findings) == ["P001-019"]
    assert (findings[0].found, findings[0].location.line, findings[0].location.column) == (found, 1, column)
    assert envelope.version is None


@pytest.mark.parametrize("declared", ["UTF-8", "utf-8", "US-ASCII"])
def test_utf_8_is_no_finding(declared: str) -> None:
    """UTF-8 in any spelling, and plain ASCII which is the same bytes, pass without a word."""
    envelope, findings = look(document(head=f"<?xml version='1.0' encoding='{declared}'?>").encode())
    assert ids(findings) == []
    assert (envelope.version, envelope.message) == ("03", "pain.001.001.03")


def test_a_byte_order_mark_is_told() -> None:
    """P001-006, an info, for the three bytes EF BB BF; the document is recognised behind them."""
    envelope, findings = look(document().encode("utf-8-sig"))
    assert [(finding.id, finding.severity.value) for finding in findings] == [("P001-006", "info")]
    assert (envelope.version, envelope.mark) == ("03", 3)


@pytest.mark.parametrize(
    ("namespace", "element", "rule", "found"),
    [
        (SPACE + "pain.001.001.01", "CstmrCdtTrfInitn", "P001-007", SPACE + "pain.001.001.01"),
        (SPACE + "pain.001.001.11", "CstmrCdtTrfInitn", "P001-007", SPACE + "pain.001.001.11"),
        (SPACE + "pain", "CstmrCdtTrfInitn", "P001-007", SPACE + "pain"),
        ("", "CstmrCdtTrfInitn", "P001-007", "Document"),
        ("urn:x", "a", "P001-007", "urn:x"),
        (SPACE + "pain.001.002.02", "pain.001.001.02", "P001-008", SPACE + "pain.001.002.02"),
        (SPACE + "pain.001.002.03", "CstmrCdtTrfInitn", "P001-008", SPACE + "pain.001.002.03"),
        (SPACE + "pain.001.003.03", "CstmrCdtTrfInitn", "P001-008", SPACE + "pain.001.003.03"),
        ("urn:sepade:xsd:pain.001.001.02", "pain.001.001.02", "P001-008", "urn:sepade:xsd:pain.001.001.02"),
        (SPACE + "pain.001.001.03.ch.02", "CstmrCdtTrfInitn", "P001-008", SPACE + "pain.001.001.03.ch.02"),
        ("urn:swift:xsd:$pain.001.001.03", "CstmrCdtTrfInitn", "P001-008", "urn:swift:xsd:$pain.001.001.03"),
        (SPACE + "pain.002.001.03", "CstmrPmtStsRpt", "P001-009", "pain.002.001.03"),
        (SPACE + "camt.053.001.02", "BkToCstmrStmt", "P001-009", "camt.053.001.02"),
        (SPACE + "pacs.008.001.02", "FIToFICstmrCdtTrf", "P001-009", "pacs.008.001.02"),
        (SPACE + "pain.001.001.03", "CstmrDrctDbtInitn", "P001-009", "pain.008 (CstmrDrctDbtInitn)"),
        (SPACE + "pain.008.001.02", "CstmrDrctDbtInitn", "P001-010", SPACE + "pain.008.001.02"),
        (SPACE + "pain.008.003.02", "CstmrDrctDbtInitn", "P001-010", SPACE + "pain.008.003.02"),
    ],
)
def test_other_messages_and_dialects_are_named(namespace: str, element: str, rule: str, found: str) -> None:
    """Each dialect of the table gets its own rule, alone, with what was found; nothing further is checked."""
    envelope, findings = look(document(namespace, element))
    assert ids(findings) == [rule]
    assert findings[0].found == found
    assert envelope.version is None


def test_the_nearest_supported_namespace_is_shown() -> None:
    """An unknown version shows the namespace to ask for; a wrong root shows the right one."""
    assert look(document(SPACE + "pain.001.001.01"))[1][0].expected == SPACE + "pain.001.001.02"
    assert look(document(SPACE + "pain.001.001.10"))[1][0].expected == SPACE + "pain.001.001.09"
    finding = look(f'<CstmrCdtTrfInitn xmlns="{SPACE}pain.001.001.03"/>')[1][0]
    assert (finding.id, finding.found, finding.expected) == ("P001-007", "CstmrCdtTrfInitn", "Document")


@pytest.mark.parametrize("version", ["02", "03", "09"])
def test_the_three_versions_are_recognised(version: str) -> None:
    """The supported versions pass without a finding, with any prefix and any element below the root."""
    namespace = f"{SPACE}pain.001.001.{version}"
    assert look(document(namespace))[0].version == version
    assert look(f'<p:Document xmlns:p="{namespace}"/>')[0].version == version


def test_what_is_to_know_about_the_version() -> None:
    """.02 and .03 are old (an info in sepa), .09 is not listed (a warning in qonto)."""
    old, unlisted = ["P001-016"], ["P001-017"]
    cases = [
        ("03", "sepa", old),
        ("02", "sepa", old),
        ("03", "qonto", []),
        ("09", "qonto", unlisted),
        ("09", "iso", []),
    ]
    for version, profile, expected in cases:
        reporter = Reporter(rules(), PROFILES[profile])
        report_version(inspect(document(f"{SPACE}pain.001.001.{version}"), reporter), reporter)
        assert ids(reporter.findings) == expected


def test_a_schema_location_of_another_version() -> None:
    """P001-013 at the attribute; the same version, a bare file name and blanks are fine."""
    text = document().replace("<Document", '<Document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\n {}', 1)
    for location in (f"{SPACE}pain.001.001.03 pain.001.001.03.xsd", f"{SPACE}pain.001.001.03\n  any.xsd"):
        assert ids(look(text.format(f'xsi:schemaLocation="{location}"'))[1]) == []
    finding = look(text.format(f'xsi:schemaLocation="{SPACE}pain.001.001.09 x.xsd"'))[1][0]
    assert finding.id == "P001-013"
    assert (finding.location.line, finding.location.column) == (2, 22)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("<Nm>Dur<!-- x -->and</Nm>", 1),
        ("<Nm>Dur<?x y?>and</Nm>", 1),
        ("<Nm><!-- x -->Durand</Nm>", 1),
        ("<Nm>Dur<!-- x -->and<!-- y --></Nm>", 2),
        ("<Nm>A<![CDATA[ <!-- z --> ]]>B</Nm>", 0),
        ("<Nm><![CDATA[A]]><!-- z --></Nm>", 1),
        ("<Nm a='b'>A<!-- z --></Nm>", 1),
        ("<!-- a --><Nm>A</Nm><!-- b -->", 0),
        ("<Nm><!-- nothing --></Nm>", 0),
        ("\n <!-- a -->\n <Nm>A</Nm>", 0),
    ],
)
def test_a_comment_inside_a_value(value: str, count: int) -> None:
    """P001-014 for each comment or instruction that cuts a value, at its place; comments elsewhere are fine."""
    text = document().replace("<GrpHdr/>", f"<GrpHdr>\n{value}</GrpHdr>")
    findings = look(text)[1]
    assert ids(findings) == ["P001-014"] * count
    for finding in findings:
        line = text.split("\n")[(finding.location.line or 0) - 1]
        assert line[(finding.location.column or 0) - 1 :].startswith(finding.found or "-")
        assert finding.location.field == "Nm"


def test_limits_are_settings() -> None:
    """Bytes and elements over the configured limits are P001-012; the limit is in the finding."""
    text = document()
    assert ids(look(text, max_bytes=len(text))[1]) == []
    finding = look(text, max_bytes=len(text) - 1)[1][0]
    assert (finding.id, finding.found, finding.expected) == ("P001-012", f"{len(text)} bytes", str(len(text) - 1))
    assert ids(look(text, max_elements=3)[1]) == []
    assert ids(look(text, max_elements=2)[1]) == ["P001-012"]


@pytest.mark.parametrize(
    ("declared", "good"),
    [
        ("pain.001.001.03.SCT", True),
        ("pain.001.001.03", True),
        ("SCT/pain.001", True),
        ("pain.001", True),
        ("pain.001.001.02.SCT", False),
        ("mt940", False),
        ("cfonb120", False),
        ("camt.xxx.cfonb120.stm", False),
    ],
)
def test_the_declared_name_must_fit(declared: str, good: bool) -> None:
    """P001-015 when the name of the transfer stands for something else than the content."""
    findings = look(document(), declared=declared)[1]
    assert ids(findings) == ([] if good else ["P001-015"])
    assert all((finding.found, finding.expected) == ("pain.001.001.03", declared) for finding in findings)


def test_a_declared_name_that_is_none_is_misuse() -> None:
    """A name outside the grammar is the caller's mistake, not a fault of the file."""
    with pytest.raises(ValueError, match="nonsense"):
        look(document(), declared="nonsense")


def test_a_stream_is_read_like_bytes() -> None:
    """A binary stream gives the same answer, from where it stands, and can be read again."""
    data = document().encode()
    stream = io.BytesIO(b"skip" + data)
    stream.seek(4)
    reporter = Reporter(rules(), PROFILES["qonto"])
    assert inspect(stream, reporter) == look(data)[0]


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("<Document", (1, 10), None),
        ("not xml", (1, 1), "not xml"),
        ("\n<a b=c/>", (2, 6), "c/>"),
        ("<a>\x01", None, None),
    ],
)
def test_a_document_broken_before_its_root(text: str, place: tuple[int, int] | None, found: str | None) -> None:
    """P001-002 at the break, quoting what stands there; a root that could be read says what the file is."""
    findings = look(text)[1]
    if place is None:
        assert ids(findings) == ["P001-007"]
        return
    broken = [(f.id, (f.location.line, f.location.column), f.found) for f in findings]
    assert broken == [("P001-002", place, found)]


def test_a_message_element_whose_prefix_nothing_declares() -> None:
    """It is no XML with namespaces, and nothing breaks over its name."""
    text = f'<Document xmlns="{SPACE}pain.001.001.03"><x:CstmrCdtTrfInitn><GrpHdr/></x:CstmrCdtTrfInitn></Document>'
    assert [finding.id for finding in validate(text).findings] == ["P001-002"]
    assert [finding.id for finding in validate("<x:Document><a/></x:Document>").findings] == ["P001-007"]
