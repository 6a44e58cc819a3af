"""Every schema fault gets one finding: rule, indexed path, exact place, what was found and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from lxml import etree

from statements.findings import Finding, Reporter
from statements.formats.pain001.message import inspect
from statements.formats.pain001.profiles import PROFILES, rules
from statements.formats.pain001.schema import packaged
from statements.formats.pain001.schema.content import Slot, diagnose
from statements.formats.pain001.schema.explain import explain
from statements.formats.pain001.source import Source
from statements.formats.pain001.validation import validate
from statements.formats.pain001.versions import VERSIONS

HEADER = {
    "02": "<MsgId>M-1</MsgId><CreDtTm>2026-11-30T18:05:00</CreDtTm><NbOfTxs>2</NbOfTxs><CtrlSum>3.00</CtrlSum>"
    "<Grpg>MIXD</Grpg><InitgPty><Nm>Atelier Martin</Nm></InitgPty>",
    "03": "<MsgId>M-1</MsgId><CreDtTm>2026-11-30T18:05:00</CreDtTm><NbOfTxs>2</NbOfTxs><CtrlSum>3.00</CtrlSum>"
    "<InitgPty><Nm>Atelier Martin</Nm></InitgPty>",
}
PAYMENT = """
      <CdtTrfTxInf>
        <PmtId><EndToEndId>E-{n}</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">1.50</InstdAmt></Amt>
        <CdtrAgt><FinInstnId><BIC>QNTOFRP1XXX</BIC></FinInstnId></CdtrAgt>
        <Cdtr><Nm>Café Durand</Nm><PstlAdr>{address}<Ctry>FR</Ctry></PstlAdr></Cdtr>
        <CdtrAcct><Id><IBAN>FR7616958000011234567890177</IBAN></Id></CdtrAcct>
        <RmtInf><Strd><CdtrRefInf>{reference}</CdtrRefInf></Strd></RmtInf>
      </CdtTrfTxInf>"""
REFERENCE = {
    "02": "<CdtrRefTp><Cd>SCOR</Cd></CdtrRefTp><CdtrRef>RF18539007547034</CdtrRef>",
    "03": "<Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF18539007547034</Ref>",
}


def document(version: str, payments: int = 2) -> str:
    """A clean file of one block."""
    short = "02" if version == "02" else "03"
    date = "<Dt>2026-12-02</Dt>" if version == "09" else "2026-12-02"
    body = "".join(PAYMENT.format(n=n + 1, address="", reference=REFERENCE[short]) for n in range(payments))
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{VERSIONS[version].namespace}">
  <{VERSIONS[version].element}>
    <GrpHdr>{HEADER[short]}</GrpHdr>
    <PmtInf>
      <PmtInfId>B-1</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      <ReqdExctnDt>{date}</ReqdExctnDt>
      <Dbtr><Nm>Atelier Martin</Nm></Dbtr>
      <DbtrAcct><Id><IBAN>FR7616958000011234567890177</IBAN></Id></DbtrAcct>
      <DbtrAgt><FinInstnId><BIC>QNTOFRP1XXX</BIC></FinInstnId></DbtrAgt>{body}
    </PmtInf>
  </{VERSIONS[version].element}>
</Document>
"""
    return text.replace("BIC>", "BICFI>") if version == "09" else text


def explained(text: str, limit: int | None = None, size: int = 1 << 16) -> Reporter:
    """What the explanation reports about a document, read in pieces of ``size`` bytes."""
    source = Source(text)
    envelope = inspect(source, Reporter(rules(), PROFILES["iso"]))
    reporter = Reporter(rules(), PROFILES["iso"], limit=limit)

    def pieces() -> Iterable[bytes]:
        return source.pieces(envelope.encoding, envelope.mark, size)

    explain(pieces, envelope, packaged(), reporter)
    return reporter


def told(finding: Finding) -> tuple[str, str | None, str | None, str | None]:
    """Rule, path, found, expected."""
    return finding.id, finding.location.path, finding.found, finding.expected


@pytest.mark.parametrize("version", ["02", "03", "09"])
def test_a_valid_document_has_nothing_to_explain(version: str) -> None:
    """The clean file of each version is accepted by the schema and gives no finding, however it is cut."""
    text = document(version)
    assert packaged().lxml(version).validate(etree.fromstring(text.encode()))
    for size in (1, 7, 1 << 16):
        assert explained(text, size=size).findings == []


P1, P2 = "PmtInf[1]/CdtTrfTxInf[1]", "PmtInf[1]/CdtTrfTxInf[2]"
DECIMAL = "a number with digits and a point, no thousands separator, no exponent"
PARTY = "Nm, PstlAdr, Id, CtryOfRes, CtctDtls"
AMOUNT = "a number with a point, not negative, 18 digits at most, 5 of them after the point"
IBAN = "two capital letters, two digits, then letters and digits, without blanks"
# before, after, which occurrence is changed (from the end), rule, path, found, expected, text at the place
CASES = [
    ("<EndToEndId>E-2</EndToEndId>", "", "P001-032", f"{P2}/PmtId/EndToEndId", None, "EndToEndId", "<PmtId>"),
    ("<EndToEndId>E-2<", "<EndToEndId><", "P001-033", f"{P2}/PmtId/EndToEndId", None, None, "<EndToEndId>"),
    (">E-2<", ">" + "E" * 36 + "<", "P001-034", f"{P2}/PmtId/EndToEndId", "E" * 36, "max. 35", "E" * 36),
    (">1.50<", ">1,50<", "P001-035", f"{P1}/Amt/InstdAmt", "1,50", DECIMAL, "1,50"),
    (">1.50<", ">1.1234567<", "P001-035", f"{P1}/Amt/InstdAmt", "1.1234567", AMOUNT, "1.1234567"),
    (">1.50<", "><", "P001-033", f"{P1}/Amt/InstdAmt", None, None, "<InstdAmt"),
    (">1.50<", ">\u00a01.50<", "P001-035", f"{P1}/Amt/InstdAmt", "\u00a01.50", DECIMAL, "\u00a01.50"),
    ('Ccy="EUR"', 'Ccy="eur"', "P001-035", f"{P1}/Amt/InstdAmt/@Ccy", "eur", "three capital letters", "eur"),
    (' Ccy="EUR"', "", "P001-047", f"{P1}/Amt/InstdAmt/@Ccy", None, 'Ccy="EUR"', "<InstdAmt>"),
    (' Ccy="EUR"', ' Ccy="EUR" x="1"', "P001-030", f"{P1}/Amt/InstdAmt/@x", "1", None, "1\""),
    ("<PmtMtd>TRF<", "<PmtMtd>VIR<", "P001-036", "PmtInf[1]/PmtMtd", "VIR", "CHK, TRF, TRA", "VIR"),
    ("<Nm>Café", "<Foo/><Nm>Café", "P001-031", f"{P1}/Cdtr/Foo", "Foo", PARTY, "Foo/>"),
    ("<Nm>Café", "loose<Nm>Café", "P001-030", f"{P1}/Cdtr", "loose", None, "loose"),
    ("<Nm>Café", "\u00a0<Nm>Café", "P001-030", f"{P1}/Cdtr", "U+00A0 NO-BREAK SPACE", None, "\u00a0"),
    ("<MsgId>M-1</MsgId>", "", "P001-032", "GrpHdr/MsgId", None, "MsgId", "<GrpHdr>"),
    ("<PmtInfId>B-1</PmtInfId>", "<PmtInfId/>", "P001-033", "PmtInf[1]/PmtInfId", None, None, "<PmtInfId/>"),
    ("<Dbtr><Nm>Atelier Martin</Nm></Dbtr>", "", "P001-032", "PmtInf[1]/Dbtr", None, "Dbtr", "<PmtInf>"),
    ("\n    <PmtInf>", "\n    <Extra/><PmtInf>", "P001-031", "Extra", "Extra", "PmtInf", "Extra/>"),
    ("\n    </PmtInf>", "<Dbtr/>\n    </PmtInf>", "P001-031", "PmtInf[1]/Dbtr[2]", "Dbtr", "max. 1", "Dbtr/>"),
    ("<IBAN>FR76", "<IBAN>FR76 ", "P001-035", "PmtInf[1]/DbtrAcct/Id/IBAN", "FR76 16958000011234567890177", IBAN,
     "FR76 "),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[2]}-{case[1][:12]}")
@pytest.mark.parametrize("size", [5, 1 << 16])
def test_one_fault_gives_one_finding(case: tuple[str, ...], size: int) -> None:
    """Each fault is one finding with rule, path, found and expected, and the found text stands at line and column."""
    before, after, rule, path, found, expected, at_place = case
    text = document("03").replace(before, after, 1)
    assert not packaged().lxml("03").validate(etree.fromstring(text.encode()))
    findings = explained(text, size=size).findings
    assert [told(finding) for finding in findings] == [(rule, path, found, expected)]
    where = findings[0].location
    line = text.split("\n")[(where.line or 0) - 1]
    assert line[(where.column or 0) - 1 :].startswith(at_place)
    if "CdtTrfTxInf" in path:
        assert where.payment is not None
        assert where.payment.index == (1 if path.startswith(P1) else 2)
        assert where.payment.creditor == "Café Durand"
    else:
        assert where.payment is None


VERSION_CASES = [
    ("02", "pain.001.001.02>", "CstmrCdtTrfInitn>", "P001-040", "Document/CstmrCdtTrfInitn"),
    ("02", "<Grpg>MIXD</Grpg>", "", "P001-041", "GrpHdr/Grpg"),
    ("03", "<CtrlSum>3.00</CtrlSum>", "<CtrlSum>3.00</CtrlSum><Grpg>MIXD</Grpg>", "P001-041", "GrpHdr/Grpg"),
    ("02", "<PmtMtd>TRF</PmtMtd>", "<PmtMtd>TRF</PmtMtd><NbOfTxs>2</NbOfTxs>", "P001-042", "PmtInf[1]/NbOfTxs"),
    (
        "02",
        "<PmtMtd>TRF</PmtMtd>",
        "<PmtMtd>TRF</PmtMtd><BtchBookg>true</BtchBookg>",
        "P001-042",
        "PmtInf[1]/BtchBookg",
    ),
    ("09", "<Dt>2026-12-02</Dt>", "2026-12-02", "P001-043", "PmtInf[1]/ReqdExctnDt"),
    ("03", ">2026-12-02<", "><Dt>2026-12-02</Dt><", "P001-043", "PmtInf[1]/ReqdExctnDt"),
    ("02", ">2026-12-02<", "><Dt>2026-12-02</Dt><", "P001-043", "PmtInf[1]/ReqdExctnDt"),
    ("09", "BICFI>", "BIC>", "P001-044", "PmtInf[1]/DbtrAgt/FinInstnId/BIC"),
    ("03", "BIC>", "BICFI>", "P001-044", "PmtInf[1]/DbtrAgt/FinInstnId/BICFI"),
    ("02", "<Ctry>FR</Ctry>", "<Ctry>FR</Ctry><AdrLine>1 rue A</AdrLine>", "P001-045", f"{P1}/Cdtr/PstlAdr"),
    ("02", "<Ctry>FR</Ctry>", "<AdrLine>1 rue A</AdrLine>", "P001-045", f"{P1}/Cdtr/PstlAdr"),
    ("02", REFERENCE["02"], REFERENCE["03"], "P001-046", f"{P1}/RmtInf/Strd/CdtrRefInf"),
    ("03", REFERENCE["03"], REFERENCE["02"], "P001-046", f"{P1}/RmtInf/Strd/CdtrRefInf"),
    ("09", REFERENCE["03"], REFERENCE["02"], "P001-046", f"{P1}/RmtInf/Strd/CdtrRefInf"),
]


@pytest.mark.parametrize(("version", "before", "after", "rule", "path"), VERSION_CASES)
def test_mixed_up_versions_are_named(version: str, before: str, after: str, rule: str, path: str) -> None:
    """A form that belongs to another version gives its hint, alone."""
    text = document(version).replace(before, after, 2 if before.endswith((".02>", "BIC>", "BICFI>")) else 1)
    assert not packaged().lxml(version).validate(etree.fromstring(text.encode()))
    findings = explained(text).findings
    assert [(finding.id, finding.location.path) for finding in findings] == [(rule, path)]


def test_every_fault_is_told_after_a_content_fault() -> None:
    """libxml2 stops at the first content fault of a payment and misses the amount; the explanation does not."""
    text = document("03").replace("<PmtId>", "<Foo/><PmtId>", 1).replace(">1.50<", ">1.1234567890<", 1)
    text = text.replace("<MsgId>M-1<", "<MsgId><")
    found = [(finding.id, finding.location.path) for finding in explained(text).findings]
    expected = [("P001-033", "GrpHdr/MsgId"), ("P001-031", f"{P1}/Foo"), ("P001-035", f"{P1}/Amt/InstdAmt")]
    assert sorted(found) == sorted(expected)


def test_the_words_are_ours_in_both_languages() -> None:
    """The expected form comes in English and French, and no text of an engine shows through."""
    finding = explained(document("03").replace(">2026-12-02<", ">2026-02-30<")).findings[0]
    assert finding.expected == "a day that exists, as YYYY-MM-DD"
    assert finding.values["expected_fr"] == "un jour qui existe, sous la forme AAAA-MM-JJ"
    assert "urn:" not in f"{finding.message('en')}{finding.message('fr')}{finding.fix('en')}"


@pytest.mark.parametrize("attribute", ['xsi:type="Foo"', 'xsi:nil="true"', 'xsi:type="p:Max35Text"'])
def test_schema_instance_attributes_are_faults(attribute: str) -> None:
    """``xsi:type`` and ``xsi:nil`` would lead an engine astray: they are told as faults, and nothing raises."""
    space = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    text = document("03").replace("<Cdtr>", f"<Cdtr {space} {attribute}>", 1)
    findings = explained(text).findings
    assert [finding.id for finding in findings] == ["P001-030"]
    assert (findings[0].location.path or "").startswith(f"{P1}/Cdtr/@")


def test_prefixes_and_several_blocks() -> None:
    """Paths name blocks and payments by number, whatever prefix the elements carry."""
    block = document("03").split("<PmtInf>")[1].split("</PmtInf>")[0]
    text = document("03").replace("</PmtInf>", f"</PmtInf><PmtInf>{block}</PmtInf>")
    text = text.replace("<", "<p:").replace("<p:/", "</p:").replace("<p:?", "<?").replace("xmlns=", "xmlns:p=")
    head, _, tail = text.rpartition("<p:Nm>Café Durand")
    findings = explained(f"{head}<p:Nm>{'x' * 141}{tail}").findings
    assert [told(finding) for finding in findings] == [
        ("P001-034", "PmtInf[2]/CdtTrfTxInf[2]/Cdtr/Nm", "x" * 141, "max. 140")
    ]
    assert findings[0].location.payment is not None
    assert findings[0].location.payment.index == 4


def test_the_list_is_capped_and_the_count_is_exact() -> None:
    """Beyond the limit faults are counted, each exactly once, and the first ones are listed."""
    text = document("03", 40).replace("FR7616958000011234567890177</IBAN></Id></CdtrAcct>", "x</IBAN></Id></CdtrAcct>")
    text = text.replace("<EndToEndId>E-9<", "<EndToEndId><")
    reporter = explained(text, limit=10)
    assert [finding.id for finding in reporter.findings].count("P001-035") == 10
    assert [finding.id for finding in reporter.findings].count("P001-033") == 1
    assert reporter.hidden == {"P001-035": 30}
    assert reporter.errors == 41


def test_every_one_of_many_faults_is_counted() -> None:
    """Thousands of value faults and of content faults are each counted once (the benchmarks show the time)."""
    for before, after in ((">1.50<", ">x<"), ("<Amt>", "<Foo/><Amt>")):
        text = document("03", 2_000).replace(before, after)
        assert explained(text, limit=100).errors == 2_000


def test_a_document_of_junk_ends_with_findings() -> None:
    """Elements that are no payments, however many, are refused in bounded time and memory."""
    namespace = VERSIONS["03"].namespace
    for body in ("<x/>" * 60_000, "<PmtInf/>" * 5_000, f"<PmtInf>{'<y/>' * 60_000}</PmtInf>", "<GrpHdr/>" * 3_000, ""):
        text = f'<Document xmlns="{namespace}"><CstmrCdtTrfInitn>{body}</CstmrCdtTrfInitn></Document>'
        assert explained(text, limit=20).errors > 0


SLOTS = (Slot({"A": 1}, 1), Slot({"B": None}, 0), Slot({"C": 1, "D": 2}, 1), Slot({"E": 1}, 0))


@pytest.mark.parametrize(
    ("children", "faults"),
    [
        ("A C", []),
        ("A B B C E", []),
        ("A D D", []),
        ("", [("missing", "A"), ("missing", "C")]),
        ("C", [("missing", "A")]),
        ("C A", [("misplaced", "C")]),
        ("A E C", [("misplaced", "E")]),
        ("A A C", [("repeated", "A")]),
        ("A C D", [("unexpected", "D")]),
        ("A D D D D", [("repeated", "D")]),
        ("A X C", [("unexpected", "X")]),
        ("A X C Y", [("unexpected", "X"), ("unexpected", "Y")]),
    ],
)
def test_children_beside_the_content_model(children: str, faults: list[tuple[str, str]]) -> None:
    """Missing, repeated, misplaced and unknown children are one fault each."""
    assert [(fault.kind, fault.name) for fault in diagnose(SLOTS, children.split())] == faults


ORDER_CASES = [
    # element, the one behind it with which it changes places, what is said of which
    ("Dbtr", "DbtrAcct", "DbtrAcct", "DbtrAcct after Dbtr, before DbtrAgt", "DbtrAcct après Dbtr, avant DbtrAgt"),
    ("PmtId", "Amt", "Amt", "Amt after PmtId, before CdtrAgt", "Amt après PmtId, avant CdtrAgt"),
    ("Cdtr", "CdtrAcct", "CdtrAcct", "CdtrAcct after Cdtr, before RmtInf", "CdtrAcct après Cdtr, avant RmtInf"),
    ("PmtInfId", "PmtMtd", "PmtMtd", "PmtMtd after PmtInfId, before ReqdExctnDt",
     "PmtMtd après PmtInfId, avant ReqdExctnDt"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "told_of", "english", "french"), ORDER_CASES)
def test_a_misplaced_element_names_its_neighbours(
    one: str, other: str, told_of: str, english: str, french: str
) -> None:
    """What stands before what, in both languages, as one finding."""
    text = re.sub(rf"(<{one}>.*?</{one}>)(\s*)(<{other}>.*?</{other}>)", r"\3\2\1", document("03"), count=1, flags=re.S)
    findings = explained(text).findings
    assert [(f.id, f.found, f.expected, f.expects("fr")) for f in findings] == [("P001-031", told_of, english, french)]


@pytest.mark.parametrize("version", ["02", "03", "09"])
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Dbtr", "Debtr"),
        ("DbtrAcct", "DbtrAct"),
        ("PmtMtd", "pmtMtd"),
        ("CdtrAcct", "CdtrAcount"),
        ("RmtInf", "RmtInfo"),
    ],
)
def test_a_misspelt_element_names_the_right_one_alone(version: str, right: str, wrong: str) -> None:
    """The nearest name is what is expected; that it is missing is not said beside it, by no rule."""
    text = re.sub(rf"(</?){right}>", rf"\g<1>{wrong}>", document(version))
    findings = validate(text, profile="qonto").findings
    errors = [finding for finding in findings if finding.severity == "error" and finding.location.field != "IBAN"]
    assert {(f.id, f.found, f.expected) for f in errors} == {("P001-031", wrong, right)}


@pytest.mark.parametrize("extra", ["", "<X/>"])
def test_amounts_that_are_no_numbers_are_counted_as_they_would_be_listed(extra: str) -> None:
    """Payments with a comma, with words and with wrong numbers in turn: a short list counts what a whole one holds."""
    amounts = [
        "1,50",
        "12,30",
        "one euro",
        "1.50",
        "1.505",
        "-1.00",
        "1e3",
        "1&#44;50",
        "1 000.00",
        "1.50",
        "1.50",
        "1.50",
    ]
    text = document("03", payments=60)
    parts = text.split(">1.50<")
    assert len(parts) == 61
    made = "".join(
        part + (f">{amounts[number % len(amounts)]}<" if number < 60 else "") for number, part in enumerate(parts)
    )
    made = made.replace("<Cdtr>", f"{extra}<Cdtr>")
    schema = [f"P001-{number:03d}" for number in range(30, 50)]
    whole, short = validate(made, limit=None), validate(made, limit=2)

    def counts(report: object) -> dict[str, int]:
        found = [finding.id for finding in report.findings]  # type: ignore[attr-defined]
        hidden = report.hidden  # type: ignore[attr-defined]
        return {rule: found.count(rule) + hidden.get(rule, 0) for rule in schema}

    assert counts(short) == counts(whole)
    assert counts(whole)["P001-035"] == 35


@pytest.mark.parametrize("times", [2, 3, 9])
def test_a_header_too_many_is_named(times: int) -> None:
    """The second header is the fault, however many follow it; what the first says is compared with the file."""
    text = (Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-03.xml").read_text("utf-8")
    (header,) = re.findall(r" *<GrpHdr>.*?</GrpHdr>\n", text, re.DOTALL)
    found = validate(text.replace(header, header * times).encode(), profile="sepa").findings
    assert [(item.id, item.location.path, item.expected) for item in found] == [("P001-031", "GrpHdr[2]", "max. 1")]
