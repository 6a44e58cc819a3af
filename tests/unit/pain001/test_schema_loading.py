"""Packaged and given schemas: what is accepted, what is refused, and which call of lxml validates nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from lxml import etree

from statements.formats.pain001.schema import MESSAGES, Schemas, packaged, schema_path

SCHEMAS = Path(__file__).parents[3] / "schemas"
SPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
BROKEN = f'<Document xmlns="{SPACE}"><CstmrCdtTrfInitn><Nonsense/></CstmrCdtTrfInitn></Document>'.encode()


@pytest.mark.parametrize("message", MESSAGES)
def test_the_packaged_schemas_compile_in_both_engines(message: str) -> None:
    """Every message has a schema for the verdict and one for the explanation, compiled once."""
    schemas = packaged()
    assert schemas.lxml(message) is schemas.lxml(message)
    assert schemas.xmlschema(message).target_namespace.endswith(message)
    assert schema_path(message) == f"{message}.xsd"


def test_a_version_key_stands_for_its_message() -> None:
    """``03`` and ``pain.001.001.03`` are the same schema; an unknown name is misuse."""
    assert packaged().lxml("03") is packaged().lxml("pain.001.001.03")
    with pytest.raises(ValueError, match=r"no schema for 'pain\.001\.001\.04'"):
        packaged().lxml("pain.001.001.04")


def test_given_schemas_replace_the_packaged_ones() -> None:
    """A stricter file put in the place of ours decides; the other messages keep the packaged schema."""
    text = (
        (SCHEMAS / "pain.001.001.03.xsd")
        .read_bytes()
        .replace(b'<xs:maxLength value="35"/>', b'<xs:maxLength value="3"/>')
    )
    schemas = Schemas({"pain.001.001.03": text})
    head = f'<GrpHdr-part xmlns="{SPACE}"><MsgId>FOUR</MsgId><CreDtTm>2026-11-30T18:05:00</CreDtTm><NbOfTxs>1</NbOfTxs>'
    header = etree.fromstring(head + "<InitgPty/></GrpHdr-part>")
    assert packaged().lxml_parts("03").validate(header)
    assert not schemas.lxml_parts("03").validate(header)
    assert not schemas.xmlschema_parts("03").is_valid(header)
    assert schemas.lxml("09") is not None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((b"<xs:schema", b"<xs:schem"), "not well-formed"),
        ((b'<?xml version="1.0" encoding="UTF-8"?>', b"<!DOCTYPE x>"), "DOCTYPE"),
        ((b"pain.001.001.03", b"pain.001.001.04"), "no schema of"),
        ((b"<xs:element name", b'<xs:include schemaLocation="http://127.0.0.1:9/x"/><xs:element name'), "another file"),
        ((b'type="Max35Text"', b'type="Nowhere"'), "cannot be compiled"),
    ],
)  # fmt: skip
def test_bytes_that_are_no_schema_of_the_message_are_misuse(change: tuple[bytes, bytes], reason: str) -> None:
    """Broken, foreign and pointing schemas are refused with a reason, before any document is read."""
    text = (SCHEMAS / "pain.001.001.03.xsd").read_bytes().replace(*change)
    with pytest.raises(ValueError, match=reason):
        Schemas({"pain.001.001.03": text})


def test_schemas_with_other_prefixes_give_parts_too() -> None:
    """The published files may call the schema namespace by another prefix; parts are judged all the same."""
    text = (SCHEMAS / "pain.001.001.03.xsd").read_bytes().replace(b"xs:", b"xsd:").replace(b"xmlns:xs=", b"xmlns:xsd=")
    schemas = Schemas({"pain.001.001.03": text})
    assert schemas.lxml_parts("03").validate(etree.fromstring(f'<PmtInf-part xmlns="{SPACE}"/>')) is False
    assert schemas.xmlschema_parts("03").is_valid(etree.fromstring(f'<GrpHdr-part xmlns="{SPACE}"/>')) is False


def test_the_trap_a_target_parser_validates_nothing() -> None:
    """``XMLParser(target=…, schema=…)`` lets a broken document pass: it is never used here."""

    class Target:
        def close(self) -> str:
            return "no verdict"

    parser = etree.XMLParser(target=Target(), schema=packaged().lxml("03"))
    assert etree.fromstring(BROKEN, parser) == "no verdict"


def test_the_streaming_pass_does_validate() -> None:
    """``iterparse(schema=…)`` refuses the same document."""
    with pytest.raises(etree.XMLSyntaxError):
        list(etree.iterparse(io.BytesIO(BROKEN), schema=packaged().lxml("03")))


def test_no_target_parser_in_the_code() -> None:
    """Nowhere in the package is a parser built with both a target and a schema, or with recovery or huge trees."""
    package = Path(__file__).parents[3] / "statements"
    for file in package.rglob("*.py"):
        text = file.read_text("utf-8")
        assert "XMLParser(target" not in text, file
        assert "recover=True" not in text, file
        assert "huge_tree=True" not in text, file
