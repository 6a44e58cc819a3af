"""What the check spares itself changes nothing: rules that are not asked, payments that libxml2 need not read."""

from __future__ import annotations

import datetime
import random
import re
from functools import partial
from typing import Any
from unittest import mock
from xml.sax.saxutils import escape

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from statements.findings import Report
from statements.formats.pain001 import run, validate, validation
from statements.formats.pain001.rules import RULES
from statements.formats.pain001.schema import packaged
from statements.formats.pain001.stream import walk
from statements.formats.pain001.versions import VERSIONS

TODAY = datetime.date(2026, 11, 30)

IBANS = st.sampled_from(
    [
        "FR7616958000011234567890177",
        "FR1420041010050500013M02606",
        "FR7616958000011234567890178",  # check digits
        "FR7116958000011234567890112",  # right check digits, wrong RIB key
        "DE89370400440532013000",
        "DE8937040044053201300",
        "BE68539007547034",
        "NL91ABNA0417164300",
        "CH9300762011623852957",
        "GB29NWBK60161331926819",
        "RS35260005601001611379",
        "TR330006100519786457841326",
        "GP7616958000011234567890177",
        "ZZ6812345678901234",
        "FR9916958000011234567890177",
    ]
)
BICS = st.sampled_from([None, "QNTOFRP1XXX", "COBADEFF", "NOTPROVIDED", "BNPAZZPP", "QNTOGPP1", "POFICHBEXXX"])
REFERENCES = st.sampled_from(
    [
        "NOTPROVIDED",
        "INV-1",
        "INV-2",
        "A/B",
        "/A",
        "A/",
        "A//B",
        " A",
        "A ",
        "A_1",
        "É1",
        "REF (2)",
        "A B",
        "A&B",
        "A\tB",
    ]
)
NAMES = st.sampled_from(
    [
        "Ada Byron",
        "Müller & Söhne",
        "X",
        "123456",
        " Ada",
        "Ada ",
        "A" * 70,
        "A" * 71,
        "FR7616958000011234567890177",
        "FR 76 Conseil",
        "A/B//C",
        "Zoé\u200b",
        "1-2-3 A.B",
        "   ",
    ]
)
TEXTS = st.sampled_from([None, "Facture 12", "Facture 13", "Prêt", "a\nb", "x" * 140, "O'Neil (3), +4?", "  ", "<tag>"])
RF = st.sampled_from(["RF18539007547034", "RF19539007547034", "INV-1", "/1", "RF", "123456789012"])
_LARGE = "999999999.99 1000000000.00"
AMOUNTS = st.sampled_from(
    ("0.00 0.01 10.50 10.5 10 10.505 10.500 +1.00 .50 5. 29999.99 30000.00 30000.01 100000.01 " + _LARGE).split()
)
ADDRESSES = st.sampled_from(
    [
        "",
        "<PstlAdr><TwnNm>Lyon</TwnNm><Ctry>FR</Ctry></PstlAdr>",
        "<PstlAdr><StrtNm>rue</StrtNm><PstCd>69001</PstCd><TwnNm>Lyon</TwnNm><Ctry>UK</Ctry></PstlAdr>",
        "<PstlAdr><Ctry>FR</Ctry></PstlAdr>",
        "<PstlAdr><Ctry>FR</Ctry><AdrLine>1 rue</AdrLine></PstlAdr>",
        "<PstlAdr><TwnNm> </TwnNm><Ctry>FR</Ctry></PstlAdr>",
    ]
)
PURPOSES = st.sampled_from(
    ["", "<Purp><Cd>SALA</Cd></Purp>", "<Purp><Cd>XXXX</Cd></Purp>", "<Purp><Prtry>A</Prtry></Purp>"]
)
SEPA_LEVEL = "<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>"
SALARY = "<PmtTpInf><CtgyPurp><Cd>SALA</Cd></CtgyPurp></PmtTpInf>"
TYPES = st.sampled_from(["", "", SEPA_LEVEL, SALARY])


ODD = st.sampled_from(
    [
        [b"</Nm>", b"\x01</Nm>"],
        [b"</Nm>", b"</Nm >"],
        [b"</Nm>", b"&x;</Nm>"],
        [b"</Nm>", b"]]></Nm>"],
        [b"</Nm>", b"</Nm><Nm>A</Nm>"],
        [b"</Nm>", b"A" * 140 + b"</Nm>"],
        [b"</CdtTrfTxInf>", b"</CdtTrfTxInf>text"],
        [b"</CdtTrfTxInf>", b"</CdtTrfTxInf><X/>"],
        [b"</IBAN>", b" </IBAN>"],
        [b"<IBAN>", b"<IBAN>1"],
        [b'Ccy="', b'Ccy="E'],
        [b"</InstdAmt>", b"1.5</InstdAmt>"],
        [b"<EndToEndId>", b"<EndToEndId x='1'>"],
        [b"<CdtTrfTxInf>", b"<CdtTrfTxInf >"],
        [b"A", b"A"],
    ]
)


def _payment(
    gap: str, instruction: str | None, reference: str, kind: str, currency: str, amount: str, charges: str,
    bic: str | None, name: str, address: str, iban: str, purpose: str, text: str | None, structured: str | None,
) -> str:  # fmt: skip
    parts = [
        "<PmtId>" + (f"<InstrId>{escape(instruction)}</InstrId>" if instruction else ""),
        f"<EndToEndId>{escape(reference)}</EndToEndId></PmtId>",
        kind,
        f'<Amt><InstdAmt Ccy="{currency}">{amount}</InstdAmt></Amt>',
        charges,
        f"<CdtrAgt><FinInstnId><BIC>{bic}</BIC></FinInstnId></CdtrAgt>" if bic else "",
        f"<Cdtr><Nm>{escape(name)}</Nm>{address}</Cdtr>",
        f"<CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct>",
        purpose,
    ]
    if text is not None:
        parts.append(f"<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf>")
    elif structured is not None:
        scheme = "<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>"
        parts.append(f"<RmtInf><Strd><CdtrRefInf>{scheme}<Ref>{structured}</Ref></CdtrRefInf></Strd></RmtInf>")
    return f"<CdtTrfTxInf>{gap}{gap.join(parts)}{gap}</CdtTrfTxInf>"


PAYMENTS = st.builds(
    _payment,
    st.sampled_from(["", "\n    "]),
    st.none() | REFERENCES,
    REFERENCES,
    TYPES,
    st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
    AMOUNTS,
    st.sampled_from(["", "", "<ChrgBr>SLEV</ChrgBr>"]),
    BICS,
    NAMES,
    ADDRESSES,
    IBANS,
    PURPOSES,
    TEXTS,
    st.none() | RF,
)
"""One payment, plain more often than not."""

BLOCKS = st.tuples(
    st.sampled_from(["", "<SvcLvl><Cd>SEPA</Cd></SvcLvl>", "<LclInstrm><Cd>INST</Cd></LclInstrm>"]),
    st.sampled_from(["", "<PstlAdr><TwnNm>Lyon</TwnNm><Ctry>FR</Ctry></PstlAdr>"]),
    st.sampled_from(["TRF", "TRF", "CHK"]),
    st.sampled_from(["2026-12-01", "2025-06-01", "2026-04-01"]),
    st.lists(PAYMENTS, min_size=1, max_size=5),
)


def _file(drawn: list[tuple[str, str, str, str, list[str]]]) -> bytes:
    blocks = [
        f"<PmtInf><PmtInfId>LOT-{number}</PmtInfId><PmtMtd>{method}</PmtMtd>"
        f"<PmtTpInf>{kind}</PmtTpInf>"
        f"<ReqdExctnDt>{day}</ReqdExctnDt>"
        f"<Dbtr><Nm>LES TROIS QUAIS</Nm>{address}</Dbtr>"
        "<DbtrAcct><Id><IBAN>FR7616958000011234567890177</IBAN></Id></DbtrAcct>"
        "<DbtrAgt><FinInstnId><BIC>QNTOFRP1XXX</BIC></FinInstnId></DbtrAgt>" + "\n".join(payments) + "</PmtInf>"
        for number, (kind, address, method, day, payments) in enumerate(drawn)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03">'
        "<CstmrCdtTrfInitn><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-30T09:15:00</CreDtTm><NbOfTxs>2</NbOfTxs>"
        f"<CtrlSum>21.00</CtrlSum><InitgPty/></GrpHdr>{''.join(blocks)}</CstmrCdtTrfInitn></Document>"
    ).encode()


FILES = st.lists(BLOCKS, min_size=1, max_size=2).map(_file)
"""A file of one or two blocks; the totals need not agree."""


def answer(report: Report) -> Any:
    """All that a report says."""
    found = [(f.id, f.severity, f.location, f.found, f.expected, dict(f.values)) for f in report.findings]
    return found, report.hidden, report.summary, report.details


ASKED = tuple(msgspec.structs.replace(each, silent=None, needs=()) for each in RULES)


@given(
    data=FILES,
    profile=st.sampled_from(["iso", "sepa", "qonto"]),
    settings=st.sampled_from([{}, {"max_amount": "10.50"}, {"bic_policy": "required"}, {"reachable_bics": "COBADEFF"}]),
    limit=st.sampled_from([None, 1]),
)
def test_a_silent_rule_has_nothing_to_say(
    data: bytes, profile: str, settings: dict[str, str], limit: int | None
) -> None:
    """With every rule asked about every payment nothing changes."""
    with mock.patch.object(run, "_FEW", 0):
        silent = validate(data, profile=profile, today=TODAY, limit=limit, **settings)
    with mock.patch.object(validation, "Run", partial(run.Run, rules=ASKED)):
        asked = validate(data, profile=profile, today=TODAY, limit=limit, **settings)
    assert answer(silent) == answer(asked)


@given(data=FILES, size=st.sampled_from([1 << 6, 1 << 18]), twice=st.booleans(), odd=ODD)
def test_libxml2_gives_the_same_verdict_on_what_it_reads(data: bytes, size: int, twice: bool, odd: list[bytes]) -> None:
    """A payment that is like one which was read need not be read: valid, invalid or no XML, it is the same."""
    if twice:
        payment = re.search(rb"<CdtTrfTxInf>.*?</CdtTrfTxInf>", data, re.DOTALL)
        assert payment is not None
        data = data.replace(payment[0], payment[0] + payment[0].replace(odd[0], odd[1], 1), 1)
    answers = []
    for forms in (packaged().forms("03"), None):
        pieces = partial(_pieces, data, size)
        try:
            events = list(walk(pieces, VERSIONS["03"].namespace, packaged().lxml("03"), forms))
        except etree.XMLSyntaxError:
            answers.append("not well-formed")
        else:
            answers.append(str(events[-1]))
    assert answers[0] == answers[1]


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(data=FILES, source=st.integers(0, 1 << 32))
def test_other_words_of_xml_for_the_same_document(data: bytes, source: int) -> None:
    """Comments, CDATA sections, references and brackets in attributes hide no payment and change no value."""
    draw = random.Random(source)
    changed = re.sub(
        rb">([^<>&\s][^<>&]*)</(\w+)>", lambda match: b">" + _otherwise(match[1], draw) + b"</" + match[2] + b">", data
    )
    changed = changed.replace(b'Ccy="EUR"', draw.choice([b"Ccy='EUR'", b'Ccy = "EUR" ', b'Ccy="&#69;UR"']))
    plain, other = validate(data, profile="sepa", today=TODAY), validate(changed, profile="sepa", today=TODAY)
    kept = [[f.id, f.location.path, f.found, f.expected] for f in other.findings if f.id != "P001-014"]
    assert kept == [[f.id, f.location.path, f.found, f.expected] for f in plain.findings]
    assert other.details == plain.details


def _otherwise(text: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(text) + 1)
    while at < len(text) and text[at] & 0xC0 == 0x80:
        at += 1
    before, behind = text[:at], text[at:]
    match draw.randrange(6):
        case 0:
            return before + b"<!-- </CdtTrfTxInf> -->" + behind
        case 1:
            return b"<![CDATA[" + text + b"]]>"
        case 2:
            return before + b"<![CDATA[" + behind + b"]]>"
        case 3:
            return before + b"<?x <Nm> ?>" + behind
        case 4:
            return b"".join(b"&#x%X;" % ord(char) for char in before.decode()) + behind
        case _:
            return text
