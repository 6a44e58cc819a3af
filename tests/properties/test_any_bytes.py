"""Law 3: reading and judging any bytes ends in bounded time and never raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.formats import cfonb120, mt940, recognise
from statements.formats.cfonb120.overpunch import encode
from tests.strategies import HOSTILE_WORDS

MT940_PIECES = (
    "{1:F01QNTOFRP1XXXX0000000000}{2:I940XXXXXXXXXXXXN}{4:",
    ":20:REF",
    ":25:FR7616958000011234567890177",
    ":25P:FR7616958000011234567890177\r\nQNTOFRP1",
    ":28C:1/1",
    ":28C:",
    ":60F:C260902EUR12450,75",
    ":60M:D260902EUR0,",
    ":60F:C260230EURxx",
    ":61:2609030903C1250,00NTRFNONREF//Q7ZMDRXMAMTSWR2Z",
    ":61:2609030903RD1,NTRFA",
    ":61:260903C1,5S103",
    ":61:",
    "/TRCD/05/",
    "/OCMT/USD1,/",
    ":86:/EREF/A/REMI/B",
    ":86:166?00X?20EREF+A?21SVWZ+B?30C?31D?32E",
    ":86:",
    ":62F:C260903EUR13700,75",
    ":62M:C260903EUR1,",
    ":64:C260903EUR1,",
    ":65:C260904EUR1,",
    ":90D:1EUR1,",
    ":13D:2609031200+0100",
    ":34F:EURD0,",
    "-",
    "-}",
    "-}{5:{CHK:1}}",
    "\x1a",
    "\ufeff",
    "",
)


def _record(kind: str, middle: str = "", amount: str = "0000000000000{") -> str:
    head = f"{kind}16958    00001EUR2 12345678901"
    return f"{(head + middle):<90}{amount:<14}".ljust(120)


CFONB_PIECES = (
    _record("01", "  290926"),
    _record("04", "06300926  300926LABEL", "0000000012505}"),
    _record("04", "05300926  000000LABEL", "0000000012505é"),
    _record("05", "06300926     LCCTEXT"),
    _record("05", "06300926     MMOUSD200000000004501"),
    _record("05", "06300926     ZZZ").rstrip(),
    _record("07", "  300926", encode(-12505)),
    _record("07", "  310226", "xxxxxxxxxxxxxx"),
    _record("01").replace("EUR2", "    "),
    _record("07").rstrip(),
    _record("09"),
    _record("31"),
    "01",
    "",
    "\x1a",
)


def soup(pieces: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """Files made of pieces of the format in any order, with foreign words between, in any encoding and line end."""
    piece = st.sampled_from(pieces) | st.sampled_from(pieces) | st.sampled_from(HOSTILE_WORDS) | st.text(max_size=8)
    return st.tuples(
        st.lists(piece, max_size=14),
        st.sampled_from(["\r\n", "\n", "\r", ""]),
        st.sampled_from(["utf-8", "cp1252", "utf-16"]),
    ).map(lambda parts: parts[1].join(parts[0]).encode(parts[2], "replace"))


def check_mt940(data: bytes) -> None:
    """Every verb of the format on these bytes."""
    outcome = mt940.read(data)
    list(mt940.iter_read(data))
    report = mt940.validate(data)
    strict = mt940.validate(data, profile="swift")
    assert (report.summary.statements or 0) >= 0
    assert strict.summary.errors >= 0
    for finding in (*outcome.findings, *report.findings, *strict.findings):
        assert finding.message("en")
        assert finding.message("fr")


def check_cfonb(data: bytes) -> None:
    """Every verb of the format on these bytes."""
    outcome = cfonb120.read(data)
    list(cfonb120.iter_read(data))
    report = cfonb120.validate(data)
    strict = cfonb120.validate(data, profile="strict")
    for finding in (*outcome.findings, *report.findings, *strict.findings):
        assert finding.message("en")
        assert finding.message("fr")


@given(soup(MT940_PIECES) | st.binary(max_size=200))
def test_mt940_reads_anything(data: bytes) -> None:
    """No bytes make the MT940 reader or validator raise; the messages of all findings can be said."""
    recognise.mt940(data)
    check_mt940(data)


@given(soup(CFONB_PIECES) | st.binary(max_size=200))
def test_cfonb_reads_anything(data: bytes) -> None:
    """No bytes make the CFONB reader or validator raise; the messages of all findings can be said."""
    recognise.cfonb120(data)
    check_cfonb(data)


@given(st.text(max_size=200))
def test_text_is_read_as_text(text: str) -> None:
    """A string is the text of a file, never the name of one."""
    mt940.read(text)
    cfonb120.read(text)
    mt940.validate(text)
    cfonb120.validate(text)


@pytest.mark.parametrize("value", [None, 1, ["a"]])
def test_misuse_raises(value: object) -> None:
    """What is neither bytes nor text is misuse of the library."""
    for read in (mt940.read, cfonb120.read, mt940.validate, cfonb120.validate):
        with pytest.raises(TypeError):
            read(value)
