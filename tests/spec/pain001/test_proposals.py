"""Remedies as values: each proposal quotes the bytes that stand there, and mends its finding."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from statements.findings import Finding, Proposal
from statements.formats import pain001
from statements.formats.pain001.profiles import rules
from statements.wire import mending
from tests.rule_cases import PAIN001, Case, payment_report

BAD = list(PAIN001.cases(bad=True))
# Check digits, an amount's value, an account, a name, a party: nobody but their owner mends them.
NEVER = frozenset(f"P001-{n}" for n in (190, 191, 192, 193, 220, 221, 222, 223, 225, 226, 230, 231, 232, 302, 433, 434))


def mended(data: bytes, proposals: list[Proposal]) -> bytes:
    """The bytes with the proposals obeyed."""
    return b"".join(mending.mended([data], proposals))


def with_proposal(case: Case) -> list[Finding]:
    """The findings of a bad case that carry a proposal, in any profile."""
    found = {}
    for profile in ("iso", "sepa", "qonto"):
        for finding in payment_report(case.data, profile).findings:
            if finding.proposal is not None:
                found[finding.id, finding.proposal.offset] = finding
    return list(found.values())


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_a_proposal_quotes_the_bytes_and_mends(case: Case) -> None:
    """Applied alone it touches only its bytes, and the finding at that place is gone."""
    for finding in with_proposal(case):
        proposal = finding.proposal
        assert proposal is not None
        assert finding.id not in NEVER
        grade = finding.rule.columns["proposal"]
        assert proposal.grade in grade.split(", ")
        data = mended(case.data, [proposal])
        profile = next(name for name in ("qonto", "sepa", "iso") if finding.rule.severity(name) is not None)
        left = [f.location.path for f in payment_report(data, profile).findings if f.id == finding.id]
        assert finding.location.path is None or finding.location.path not in left


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_all_safe_proposals_together(case: Case) -> None:
    """Nothing safe is left to mend afterwards, and nothing is wrong that was not wrong before."""
    before = payment_report(case.data)
    data, after = case.data, before
    for _ in range(4):
        # What stood behind a break, in another encoding or around an empty element is told only then.
        safe = [f.proposal for f in after.findings if f.proposal is not None and f.proposal.grade == "safe"]
        data = mended(data, safe)
        after = payment_report(data)
    assert not [f for f in after.findings if f.proposal is not None and f.proposal.grade == "safe"]
    if before.details.blocks and not any(f.id < "P001-060" for f in before.findings):
        assert {f.id for f in after.findings} <= {f.id for f in before.findings} | {"P001-197"}


def test_every_rule_that_promises_a_proposal_has_one() -> None:
    """The column of the table says it, some bad case shows it, and no other rule has one."""
    shown = {finding.id for case in BAD for finding in with_proposal(case)}
    assert shown == {rule.id for rule in rules() if rule.columns["proposal"]}


@pytest.mark.parametrize(
    ("old", "new", "made", "grade"),
    [
        ("DE96999900000001234567", "DE96 9999 0000 0001 2345 67", "DE96999900000001234567", "safe"),
        ("PAPIDEFFXXX", "papideffxxx", "PAPIDEFFXXX", "safe"),
        (">1200.00<", ">1200,00<", "1200.00", "safe"),
        ("<ReqdExctnDt>2026-12-02", "<ReqdExctnDt>02/12/2026", "2026-12-02", "review"),
        (">1200.00<", ">1.200,00<", None, ""),
        (">1200.00<", ">1 200,00<", "1200.00", "safe"),
        ("DE96999900000001234567", "DE96O999900000001234567", None, ""),
        ("<ReqdExctnDt>2026-12-02", "<ReqdExctnDt>31/02/2026", None, ""),
    ],
)
def test_a_value_in_another_form(fixtures: Path, old: str, new: str, made: str | None, grade: str) -> None:
    """Where the form leaves one choice it is proposed; where a person must know it is not."""
    data = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8").replace(old, new, 1).encode()
    proposals = [f.proposal for f in payment_report(data).findings if f.severity == "error"]
    assert {(each.new, each.grade) if each else (None, "") for each in proposals} == {(made, grade)}


def test_places_count_the_bytes_of_the_file(fixtures: Path) -> None:
    """Behind a byte order mark, letters of several bytes and references the offset is that of the file."""
    data = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    data = b"\xef\xbb\xbf" + data.replace(b"Papierhaus Nord GmbH", "\u4e2d\u6587 Dupont &amp; Fils".encode())
    data = re.sub(rb"Rechnung 8812", "Prêt &#38; café".encode(), data)
    safe = [f.proposal for f in payment_report(data).findings if f.proposal is not None]
    assert len(safe) == 3
    text = mended(data, safe)
    assert b"<Ustrd>Pret + cafe vom 3.11.2026</Ustrd>" in text
    assert text.startswith(b"<?xml")
    assert not [f for f in payment_report(text).findings if f.severity != "info"]


def test_no_proposal_where_the_bytes_are_not_those_quoted(fixtures: Path) -> None:
    """A comment in the value, or another encoding: the finding stands, the proposal does not."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8").replace("Rechnung", "Prêt")
    commented = text.replace("Prêt", "Pr<!-- x -->êt").encode()
    latin = text.replace("UTF-8", "ISO-8859-1", 1).encode("iso8859-1")
    for data in (commented, latin):
        assert [f.proposal for f in payment_report(data).findings if f.id == "P001-160"] == [None]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("written", "old", "new"),
    [
        ("Papier & Nord", "&", "&amp;"),
        ("Papier &Nord", "&", "&amp;"),
        ("P&N", "&", "&amp;"),
        ("Pr\u00eat &amp; &", "&", "&amp;"),
        ("Caf&eacute; Nord", "&eacute;", "\u00e9"),
        ("Papier&nbsp;Nord", "&nbsp;", "\u00a0"),
        ("Papier &unheardof; Nord", "&", "&amp;"),
    ],
)
def test_a_bare_ampersand(fixtures: Path, mark: str, written: str, old: str, new: str) -> None:
    """It stands where the finding says, and the file can be read once the proposal is obeyed."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8").replace("Papierhaus Nord", written, 1)
    for whole in (text, text.replace("\n", "")):
        data = (mark + whole).encode()
        finding = next(f for f in payment_report(data).findings if f.id == "P001-002")
        assert (finding.found, finding.expected) == (old, new)
        line = whole.split("\n")[(finding.location.line or 0) - 1]
        assert line[(finding.location.column or 0) - 1 :].startswith(old)
        assert finding.proposal is not None
        assert (finding.proposal.old, finding.proposal.new) == (old, new)
        assert payment_report(mended(data, [finding.proposal])).valid


def test_a_file_that_ends_in_the_middle_says_so(fixtures: Path) -> None:
    """Cut at an element, in a text or in a tag: the finding says what the file lacks, in both languages."""
    data = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    for size in (len(data) // 2, len(data) - 4, data.index(b"<Ustrd>") + 10, data.index(b"<PmtMtd>"), -30):
        finding = payment_report(data[:size]).findings[-1]
        assert finding.id == "P001-002"
        assert "the file ends in the middle" in (finding.expects() or "")
        assert "le fichier s'arr\u00eate au milieu" in (finding.expects("fr") or "")


DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'


@pytest.mark.parametrize(
    ("declared", "encoding", "letter", "grade"),
    [
        ("ISO-8859-1", "iso8859-1", "\u00e9", "safe"),
        ("windows-1252", "cp1252", "\u20ac", "safe"),
        ("ISO-8859-15", "iso8859-15", "\u20ac", "safe"),
        ("UTF-16", "utf-16", "\u0141", "safe"),
        ("UTF-16LE", "utf-16-le", "\u0141", "safe"),
        (None, "utf-16", "\u0141", "safe"),
        (None, "utf-16-be", "\u0141", "safe"),
        ("UTF-8", "utf-16", "\u0141", "safe"),
        ("UTF-8", "iso8859-1", "Caf\u00e9", "safe"),
        (None, "iso8859-1", "Caf\u00e9 M\u00fcller", "safe"),
        ("US-ASCII", "iso8859-1", "Caf\u00e9", "safe"),
        ("UTF-8", "cp1252", "5 \u20ac", "safe"),
        # A small letter in the alphabet of old Macintoshes, a sign of ours.
        (None, "cp1252", "l\u2019eau", "review"),
        # What a Czech file says otherwise, and a Hungarian, a Greek, a Bulgarian and an old one.
        ("UTF-8", "iso8859-1", "Gen\u00e8ve", "review"),
        ("no-such-encoding", "iso8859-1", "Caf\u00e9", "safe"),
        ("no-such-encoding", "utf-8", "\u0141", "safe"),
        ("UTF-16", "utf-8", "\u0141", "safe"),
        ("ISO-8859-1", "cp1252", "\u20ac", "review"),
    ],
)
def test_a_file_becomes_utf8(fixtures: Path, declared: str | None, encoding: str, letter: str, grade: str) -> None:
    """Whatever it is in and whatever it declares, the bytes are those of the same text in UTF-8 that says so."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8").replace("Rechnung", f"Rechnung {letter}")
    line = DECLARED if declared is None else DECLARED.replace("UTF-8", declared)
    data = text.replace(DECLARED, "" if declared is None else line).encode(encoding)
    first = payment_report(data).findings[0]
    assert first.id in ("P001-004", "P001-005")
    assert first.proposal is not None
    assert first.proposal.grade == grade
    assert mended(data, [first.proposal]) == text.replace(DECLARED, "" if declared is None else DECLARED).encode()


@pytest.mark.parametrize(
    ("letters", "grade"),
    [
        (b"\xe9\xa4", "review"),  # the euro of ISO-8859-15, or a sign of no currency
        (b"\xb3\xbf", "review"),  # two letters of Polish, or a three and a question mark
        ("Dvo\u0159\u00e1k".encode("iso8859-2"), "review"),
        ("Sz\u0151ke".encode("iso8859-2"), "review"),
        ("K\u0142osowski".encode("iso8859-2"), "review"),
        ("\u0391\u03b8\u03ae\u03bd\u03b1".encode("iso8859-7"), "review"),
        ("\u0421\u043e\u0444\u0438\u044f".encode("cp1251"), "review"),
        ("PER\u00da".encode("cp850"), "review"),
        (b"\xe9 \xc3\xa9", None),  # one in ISO-8859-1, the other in UTF-8
        (b"\xe9\x81", None),  # a byte that stands for nothing
    ],
)
def test_an_encoding_is_not_guessed(fixtures: Path, letters: bytes, grade: str | None) -> None:
    """Where bytes may be other letters a person must look; where they are none, nothing is proposed."""
    data = (fixtures / "pain001" / "clean-03.xml").read_bytes().replace(b"Rechnung", b"Rechnung " + letters)
    (finding,) = payment_report(data).findings
    assert finding.id == "P001-004"
    assert (finding.proposal.grade if finding.proposal is not None else None) == grade


IBAN = "DE96999900000001234567"
CREDITOR = (
    "<Cdtr><Nm>Camille Roussel</Nm></Cdtr>\n        "
    "<CdtrAcct><Id><IBAN>FR0999991000010001234567M54</IBAN></Id></CdtrAcct>"
)
CHARGES = "      <ChrgBr>SLEV</ChrgBr>\n"
# What stands there, what is written instead, rule, what the proposal makes of it, and its grade.
KINDS = [
    (IBAN, "<![CDATA[DE96 9999 0000 0001 2345 67]]>", "P001-035", IBAN, "safe"),
    (IBAN, "DE96 <![CDATA[9999]]> 0000 0001 2345 67", "P001-035", IBAN, "safe"),
    (IBAN, "DE96&#160;999900000001234567", "P001-035", IBAN, "safe"),
    (IBAN, f"\n  {IBAN}\n  ", "P001-035", IBAN, "safe"),
    (IBAN, "DE96\u200b999900000001234567", "P001-035", IBAN, "safe"),
    ("PAPIDEFFXXX", "<![CDATA[papideffxxx]]>", "P001-035", "PAPIDEFFXXX", "safe"),
    (">1200.00<", ">1200&#44;00<", "P001-035", ">1200.00<", "safe"),
    (">1200.00<", ">\t+1200.0\n<", "P001-304", ">1200.00<", "safe"),
    ("<CtrlSum>3350.45", "<CtrlSum>3350,45", "P001-035", "<CtrlSum>3350.45", "safe"),
    ("<NbOfTxs>3<", "<NbOfTxs> 3 <", "P001-035", "<NbOfTxs>3<", "safe"),
    ("<Ctry>DE", "<Ctry>de", "P001-035", "<Ctry>DE", "safe"),
    ('Ccy="EUR">1200', "Ccy='eur'>1200", "P001-035", "Ccy='EUR'>1200", "safe"),
    ("Papierhaus Nord GmbH", "M&#252;ller &amp; S&#xF6;hne", "P001-160", "Muller + Sohne", "safe"),
    ("Papierhaus Nord GmbH", "<![CDATA[M\u00fcller & S\u00f6hne]]>", "P001-160", "Muller + Sohne", "safe"),
    ("Rechnung 8812", "Rechnung\n8812", "P001-161", "Rechnung 8812", "safe"),
    ("Papierhaus", "Papier<!-- a > b -->haus", "P001-014", "Papierhaus", "safe"),
    ("Papierhaus", f"Papier<!-- {'x' * 70} > {'y' * 30} -->haus", "P001-014", "Papierhaus", "safe"),
    ("<ReqdExctnDt>2026-12-02", "<ReqdExctnDt>02.12.2026", "P001-035", "<ReqdExctnDt>2026-12-02", "review"),
    ("<ReqdExctnDt>2026-12-02", "<ReqdExctnDt>20261202", "P001-035", "<ReqdExctnDt>2026-12-02", "review"),
    ("2026-11-30T09:15:00", "2026-11-30 09:15:00", "P001-035", "2026-11-30T09:15:00", "review"),
    ("3350.45</CtrlSum>", "3350.45</CtrlSum><Grpg>MIXD</Grpg>", "P001-041", "3350.45</CtrlSum>", "safe"),
    (
        "<PstCd>28195</PstCd><TwnNm>BREMEN</TwnNm><Ctry>DE</Ctry>",
        "<AdrLine>A</AdrLine><AdrLine>B</AdrLine><PstCd>28195</PstCd><TwnNm>BREMEN</TwnNm><Ctry>DE</Ctry>",
        "P001-031",
        "<PstCd>28195</PstCd><TwnNm>BREMEN</TwnNm><Ctry>DE</Ctry><AdrLine>A</AdrLine><AdrLine>B</AdrLine>",
        "safe",
    ),
    (
        CREDITOR,
        "<CdtrAcct><Id><IBAN>FR0999991000010001234567M54</IBAN></Id></CdtrAcct>\n        "
        "<!-- odd --><Cdtr><Nm>Camille Roussel</Nm></Cdtr>",
        "P001-031",
        CREDITOR.replace("        <CdtrAcct>", "        <!-- odd --><CdtrAcct>"),
        "safe",
    ),
    ("<Cdtr><Nm>Camille Roussel</Nm></Cdtr>", "<Cdrt><Nm>Camille Roussel</Nm></Cdrt>", "P001-031",
     "<Cdtr><Nm>Camille Roussel</Nm></Cdtr>", "review"),
]  # fmt: skip


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(("old", "written", "rule", "made", "grade"), KINDS)
def test_each_kind_in_bytes(
    fixtures: Path, mark: bytes, eol: str, old: str, written: str, rule: str, made: str, grade: str
) -> None:
    """Behind a mark, with other line ends, references, CDATA and comments: obeyed alone, and nothing else changes."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8")
    before, after = text.split(old, 1)
    data = mark + f"{before}{written}{after}".replace("\n", eol).encode()
    found = [f for f in payment_report(data).findings if f.id == rule]
    assert {f.proposal.grade if f.proposal is not None else None for f in found} == {grade}
    for finding in found:
        assert finding.proposal is not None
        wanted = f"{before}{made}{after}".replace("\n", eol)
        assert mended(data, [finding.proposal]) == mark + wanted.encode()


@pytest.mark.parametrize(
    ("old", "written"),
    [
        ("<PstlAdr><TwnNm>LYON", "<PstlAdr/><PstlAdr><TwnNm>LYON"),
        ("<CdtrAgt>", "<Comment>hello</Comment><CdtrAgt>"),
        ("<InstrId>LIGNE-1</InstrId>", "stray<InstrId>LIGNE-1</InstrId>"),
        ("<MsgId>VIR-2026-11-30", "<MsgId>"),
        ("<PmtMtd>TRF", "<PmtMtd>VIR"),
    ],
)
def test_nothing_is_proposed_where_a_choice_is_left(fixtures: Path, old: str, written: str) -> None:
    """Which of two elements goes, what a strange one should be, what a mandatory one should say: not for a machine."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8").replace(old, written, 1)
    (finding,) = [f for f in payment_report(text.encode()).findings if f.severity == "error"]
    assert finding.proposal is None


@pytest.mark.parametrize("prefix", ["", "p:"])
def test_an_element_behind_the_payments(fixtures: Path, prefix: str) -> None:
    """It is carried before the first of them, however many there are; the payments stay where they are."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8")
    payment = text[text.index("      <CdtTrfTxInf>") : text.index("</CdtTrfTxInf>\n") + len("</CdtTrfTxInf>\n")]
    many = (
        text.replace(CHARGES, "")
        .replace(payment, payment * 30)
        .replace("    </PmtInf>\n    <PmtInf>", f"{CHARGES}    </PmtInf>\n    <PmtInf>")
    )
    if prefix:
        many = re.sub(r"<(/?)(?=[A-Z])", rf"<\1{prefix}", many).replace("xmlns=", "xmlns:p=")
    (finding,) = [f for f in payment_report(many.encode()).findings if f.id == "P001-031"]
    assert finding.fix() == "Move ChrgBr before the first CdtTrfTxInf."
    assert finding.proposal is not None
    assert finding.proposal.grade == "safe"
    data = mended(many.encode(), [finding.proposal]).decode()
    charges = f"<{prefix}ChrgBr>SLEV</{prefix}ChrgBr>"
    assert data == many.replace(charges, "").replace(f"<{prefix}CdtTrfTxInf>", f"{charges}<{prefix}CdtTrfTxInf>", 1)
    assert not [f for f in payment_report(data.encode()).findings if f.id == "P001-031"]


def test_a_long_element_under_nearly_its_name(fixtures: Path) -> None:
    """Both tags of a block are named right although its end stands far behind; so are those of a message."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8")
    payment = text[text.index("      <CdtTrfTxInf>") : text.index("</CdtTrfTxInf>\n") + len("</CdtTrfTxInf>\n")]
    many = text.replace(payment, payment * 60, 1)
    odd = many.replace("<PmtInf>", "<PmtInff>", 1).replace("</PmtInf>", "</PmtInff>", 1)
    (finding,) = [f for f in payment_report(odd.encode()).findings if f.id == "P001-031"]
    assert finding.proposal is not None
    assert len(finding.proposal.more) == 1
    assert mended(odd.encode(), [finding.proposal]) == many.encode()


@pytest.mark.parametrize(
    ("today", "written", "made"),
    [
        (datetime.date(2026, 11, 30), "2026-11-27", "2026-11-30"),
        (datetime.date(2026, 11, 29), "2026-11-27", "2026-11-30"),
        (datetime.date(2026, 12, 25), "2026-12-24", "2026-12-28"),
        (datetime.date(2027, 3, 26), "2027-03-25", "2027-03-30"),
    ],
)
def test_a_day_that_is_over(fixtures: Path, today: datetime.date, written: str, made: str) -> None:
    """The next day on which banks work, from the day of the check on, is what is expected and proposed."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8").replace("2026-12-02", written, 1)
    report = pain001.validate(text.encode(), profile="qonto", today=today)
    found = [finding for finding in report.findings if finding.id == "P001-370" and finding.found == written]
    assert [(f.expected, f.proposal and (f.proposal.new, f.proposal.grade)) for f in found] == [
        (made, (made, "review"))
    ]
    instant = text.replace("<SvcLvl><Cd>SEPA</Cd></SvcLvl>", "<LclInstrm><Cd>INST</Cd></LclInstrm>", 1)
    report = pain001.validate(instant.encode(), profile="qonto", today=today)
    found = [finding for finding in report.findings if finding.id == "P001-370" and finding.found == written]
    assert [(f.expected, f.proposal and f.proposal.new) for f in found] == [(today.isoformat(), today.isoformat())]
