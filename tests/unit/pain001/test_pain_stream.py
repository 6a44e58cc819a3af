"""One pass in flat memory: the same answer for any size of pieces, prefix or company."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from statements.findings import Report
from statements.formats.pain001 import validate
from statements.formats.pain001.events import Batch, BlockEnd, BlockStart, End, Group
from statements.formats.pain001.schema import packaged
from statements.formats.pain001.scope import Level, Scope
from statements.formats.pain001.stream import walk
from statements.formats.pain001.versions import VERSIONS

SPACE = VERSIONS["03"].namespace


def events(data: bytes, size: int, *, schema: bool = True, forms: bool = False) -> list[tuple[object, ...]]:
    """The events of a document read in pieces of ``size`` bytes, as plain values."""

    def pieces() -> Iterator[bytes]:
        return (data[start : start + size] for start in range(0, len(data), size))

    found: list[tuple[object, ...]] = []
    number = 0
    for event in walk(
        pieces, SPACE, packaged().lxml("03") if schema else None, packaged().forms("03") if forms else None
    ):
        match event:
            case Group():
                found.append(("group", event.scope.text("MsgId")))
            case BlockStart():
                number = 0
                found.append(("block", event.scope.text("PmtInfId"), event.line))
            case Batch():
                for (position, shape, row), line in zip(event.payments(), event.lines(), strict=True):
                    scope = Scope(Level.PAYMENT, shape, row)
                    found.append(("payment", number + position + 1, scope.text("PmtId/EndToEndId"), line))
                number += event.count
            case BlockEnd():
                found.append(("end of block", event.scope.text("ChrgBr")))
            case End():
                found.append(("end", event.faulty))
    return found


@pytest.mark.parametrize("size", [1, 7, 64, 1000, 1 << 16])
def test_any_size_of_pieces(fixtures: Path, size: int) -> None:
    """How the bytes arrive changes nothing."""
    data = (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes()
    expected = [
        ("group", "MULTI-2026-11"),
        ("block", "MULTI-A", 11),
        ("payment", 1, "M-1", 22),
        ("payment", 2, "M-2", 30),
        ("end of block", "SLEV"),
        ("block", "MULTI-B", 39),
        ("payment", 1, "M-3", 50),
        ("end of block", "SLEV"),
        ("end", False),
    ]
    assert events(data, size) == expected
    assert events(data, size, forms=True) == expected


@pytest.mark.parametrize("size", [64, 1 << 16])
def test_a_schema_fault_is_told_at_the_end(fixtures: Path, size: int) -> None:
    """The reading goes on behind a schema fault, so that every rule still looks."""
    data = (fixtures / "pain001" / "clean-03.xml").read_bytes().replace(b"<PmtMtd>TRF<", b"<PmtMtd>VIR<", 1)
    assert events(data, size)[-1] == ("end", True)
    assert events(data, size)[:-1] == events(data, size, schema=False)[:-1]


@pytest.mark.parametrize("cut", [10, 200, 900, -20, -1])
@pytest.mark.parametrize("fault", [b"TRF", b"VIR"])
def test_a_cut_file_is_not_well_formed(fixtures: Path, cut: int, fault: bytes) -> None:
    """A cut is told as such, also when the schema had something to say before it."""
    data = (
        (fixtures / "pain001" / "clean-03.xml")
        .read_bytes()
        .rstrip()
        .replace(b"<PmtMtd>TRF<", b"<PmtMtd>" + fault + b"<")
    )
    with pytest.raises(etree.XMLSyntaxError):
        events(data[:cut], 1 << 16)


def said(report: Report) -> list[tuple[str, str | None]]:
    """Rules and paths of a report."""
    return [(finding.id, finding.location.path) for finding in report.findings]


def test_a_namespace_prefix_changes_nothing(fixtures: Path) -> None:
    """``<p:PmtInf>`` is the same element: the same findings, the silences of the rules included."""
    data = (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes().replace(b">M-2<", b">M_2<")
    prefixed = data.replace(b"</", b"</p:").replace(b"<", b"<p:").replace(b"<p:/p:", b"</p:").replace(b"<p:?", b"<?")
    prefixed = prefixed.replace(b"xmlns=", b"xmlns:p=")
    assert etree.fromstring(prefixed).tag == etree.fromstring(data).tag
    assert said(validate(prefixed, profile="sepa")) == said(validate(data, profile="sepa"))


def test_supplementary_data_may_use_any_names() -> None:
    """.09: whatever stands in SplmtryData is not the message, even when it looks like a payment."""
    path = Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-09.xml"
    data = path.read_bytes()
    extra = (
        b"<SplmtryData><Envlp><x xmlns='urn:x'><CdtTrfTxInf><IBAN>XX00</IBAN></CdtTrfTxInf></x></Envlp></SplmtryData>"
    )
    changed = data.replace(b"</CdtTrfTxInf>", extra + b"</CdtTrfTxInf>")
    assert changed != data
    assert said(validate(changed, profile="qonto")) == said(validate(data, profile="qonto"))
    assert validate(changed).summary.payments == validate(data).summary.payments


def test_comments_do_not_hide_a_payment(fixtures: Path) -> None:
    """A commented payment is none, a commented value is read without its comment."""
    data = (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes()
    start = data.index(b"<CdtTrfTxInf>")
    end = data.index(b"</CdtTrfTxInf>") + len(b"</CdtTrfTxInf>")
    hidden = data[:start] + b"<!-- " + data[start:end] + b" -->" + data[start:]
    assert validate(hidden, profile="iso").summary.payments == 3
    assert validate(hidden, profile="iso").valid
