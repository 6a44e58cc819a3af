"""EBICS names: FileFormat and BTF, parsed, matched and spelled as Qonto spells them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.reference.ebics import (
    Btf,
    EbicsNameError,
    FileFormat,
    contents,
    ebics_names,
    known_names,
    names_of,
    nature_codes,
    parse_name,
)


@pytest.mark.parametrize(
    ("text", "area", "syntax", "message", "nature", "suffix", "keys"),
    [
        ("pain.001.001.03.sct", "pain", "iso", "001.001.03", "sct", "", ["transfer-pain001-03"]),
        ("PAIN.001.001.02.sct", "pain", "iso", "001.001.02", "sct", "", ["transfer-pain001-02"]),
        ("camt.fin.mt940.stm.0w1", "camt", "fin", "mt940", "stm", "0w1", ["statement-mt940"]),
        ("camt.xxx.cfonb120.stm.Oby", "camt", "other", "cfonb120", "stm", "Oby", ["statement-cfonb120"]),
        ("camt.xxx.cfonb120.rep", "camt", "other", "cfonb120", "rep", "", ["intraday"]),
        ("pain.008.001.02.sdd", "pain", "iso", "008.001.02", "sdd", "", ["debit-core"]),
        ("camt.053.001.02", "camt", "iso", "053.001.02", "", "", ["statement-camt053"]),
        ("camt.xxx.cfonb120", "camt", "other", "cfonb120", "", "", ["statement-cfonb120", "intraday"]),
        ("pain.xxx.cfonb240.dct.vmo", "pain", "other", "cfonb240", "dct", "vmo", []),
        ("camt.fin.mt9xx.stm", "camt", "fin", "mt9xx", "stm", "", []),
        ("camt.fin.mt940.0w1", "camt", "fin", "mt940", "", "0w1", ["statement-mt940"]),
    ],
)
def test_file_format(
    text: str, area: str, syntax: str, message: str, nature: str, suffix: str, keys: list[str]
) -> None:
    """A FileFormat is taken apart by its grammar and found in the table without regard to case or suffix."""
    name = parse_name(f" {text}\n")
    assert name == FileFormat(area, syntax, message, nature, suffix, text)
    assert [known.key for known in known_names(name)] == keys


@pytest.mark.parametrize(
    ("text", "name", "keys"),
    [
        ("EOP/mt940", Btf("EOP", "mt940"), ["statement-mt940"]),
        ("eop/CFONB120", Btf("EOP", "cfonb120"), ["statement-cfonb120"]),
        ("SCT/pain.001:03", Btf("SCT", "pain.001", version="03"), ["transfer-pain001-03"]),
        (
            "SCT/pain.001",
            Btf("SCT", "pain.001"),
            ["transfer-pain001-02", "transfer-pain001-03", "transfer-pain001-09"],
        ),
        (
            "EOP/DE//camt.053:02:ZIP",
            Btf("EOP", "camt.053", scope="DE", version="02", container="ZIP"),
            ["statement-camt053"],
        ),
        ("EOP//mt940", Btf("EOP", "mt940"), ["statement-mt940"]),
        ("EOP///mt940", Btf("EOP", "mt940"), ["statement-mt940"]),
        ("SCT/GLB/pain.001", Btf("SCT", "pain.001", scope="GLB"), None),
        ("EOP/FR/DREX/mt940:zip", Btf("EOP", "mt940", scope="FR", option="DREX", container="ZIP"), None),
        ("XCT/pain.001:09", Btf("XCT", "pain.001", version="09"), []),
    ],
)
def test_btf(text: str, name: Btf, keys: list[str] | None) -> None:
    """A BTF matches on service and message, and on the version when there is one; the rest is the bank's."""
    assert parse_name(text) == name
    if keys is not None:
        assert [known.key for known in known_names(name)] == keys


@pytest.mark.parametrize(
    ("text", "problem", "suggestion"),
    [
        ("", "empty", ""),
        ("cfonb120", "area", "camt.xxx.cfonb120.stm"),
        ("MT940", "area", "camt.fin.mt940.stm"),
        ("nonsense", "area", ""),
        ("camt", "syntax", "camt.fin.mt940.stm"),
        ("camt.fin.940.stm", "syntax", ""),
        ("pain.001.03.sct", "syntax", ""),
        ("camt.xxx.", "syntax", ""),
        ("camt.fin.mt940.stm.a.b", "tail", ""),
        ("camt.fin.mt940.stm.", "tail", ""),
        ("camt.fin.mt940.one.two", "tail", ""),
        ("/mt940", "service", "EOP/mt940"),
        ("EOPX/mt940", "service", ""),
        ("EOP/a/b/c/mt940", "parts", ""),
        ("EOP/FRANCE/mt940", "scope", ""),
        ("EOP/FR/ab/mt940", "option", ""),
        ("EOP//MARKET/mt940", "option", ""),
        ("SCT/", "message", "SCT/pain.001:02"),
        ("SCT/pain.001.001.03", "message", ""),
        ("SCT/pain.001:3", "version", ""),
        ("SCT/pain.001:03:TAR", "version", ""),
        ("SCT/pain.001:ZIP:03", "version", ""),
    ],
)
def test_no_name(text: str, problem: str, suggestion: str) -> None:
    """What is no name is refused in words, in both languages, with what was probably meant."""
    with pytest.raises(EbicsNameError) as caught:
        parse_name(text)
    error = caught.value
    assert error.problem == problem
    assert error.suggestion == suggestion
    assert suggestion in error.sentence("en")
    assert suggestion in error.sentence("fr")
    assert error.sentence("en") != error.sentence("fr")
    assert str(error) == error.sentence("en")


def test_the_names_that_qonto_uses() -> None:
    """We emit Qonto's spelling: capitals in the one name that has them."""
    offered = [(name.file_format, name.btf) for name in ebics_names() if name.offered == "yes"]
    assert offered == [
        ("camt.fin.mt940.stm", "EOP/mt940"),
        ("camt.xxx.cfonb120.stm", "EOP/cfonb120"),
        ("pain.001.001.02.SCT", "SCT/pain.001:02"),
        ("pain.001.001.03.sct", "SCT/pain.001:03"),
    ]


def test_every_name_of_the_table_finds_itself() -> None:
    """Both spellings of a row lead back to it and to its content."""
    for name in ebics_names():
        assert name in known_names(parse_name(name.file_format))
        assert name.content in contents(parse_name(name.file_format.upper()))
        if name.btf:
            assert name in known_names(parse_name(name.btf))
            assert name.content in contents(parse_name(name.btf))
        assert name in names_of(name.content)


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("camt.fin.mt940.stm", {"MT940"}),
        ("camt.xxx.cfonb120.stm", {"CFONB-120"}),
        ("SCT/pain.001", {"pain.001.001.02", "pain.001.001.03", "pain.001.001.09"}),
        ("SCT/pain.001:03", {"pain.001.001.03"}),
        ("pain.008.001.02", {"pain.008.001.02"}),
        ("camt.052.001.08", {"camt.052.001.08"}),
        ("pain.xxx.cfonb240.dct", {"CFONB-240"}),
        ("camt.fin.mt942.rep", {"MT942"}),
        ("camt.fin.mtxxx", {"mtxxx"}),
        ("XCT/pain.001:09", {"pain.001.001.09"}),
        ("XXX/mt942", {"MT942"}),
        ("XXX/vcom400", {"vcom400"}),
    ],
)
def test_contents(text: str, content: set[str]) -> None:
    """A name says what its file may hold, by the table or else by the grammar."""
    assert contents(parse_name(text)) == content


def test_direct_debits_carry_their_reason() -> None:
    """Direct debit is in the table so that it can be refused with a reason, not offered."""
    assert all(name.offered.startswith("no: ") for name in ebics_names() if name.message == "pain.008")
    assert "psr" in nature_codes()
    assert "stm" in nature_codes()


capitals = st.sampled_from("ABZ019")
btfs = st.builds(
    Btf,
    service=st.text(capitals, min_size=3, max_size=3),
    message=st.text(st.sampled_from("abz019."), min_size=1, max_size=10),
    scope=st.sampled_from(["", "FR", "BIL", "GLB"]),
    option=st.sampled_from(["", "XML", "DRX"]),
    version=st.sampled_from(["", "03"]),
    container=st.sampled_from(["", "XML", "ZIP", "SVC"]),
)


@given(btfs)
def test_btf_text_round_trip(name: Btf) -> None:
    """The text form is read back as the same BTF."""
    assert parse_name(name.text) == name


@given(st.text(st.sampled_from("acmtpinfx.0139/:SCTEOP é")) | st.text())
def test_any_text_is_a_name_or_a_clear_refusal(text: str) -> None:
    """No text makes anything but a name or the one error."""
    try:
        name = parse_name(text)
    except EbicsNameError:
        return
    assert contents(name)
