"""The bank's answer beside the file that it answers: whole refusals, blocks, payments, references that are no names."""

from __future__ import annotations

import pytest

import statements
from statements.formats import pain001
from statements.formats.pain001.answered import AnswerVerdict, check_answer
from statements.formats.pain001.status_report import read_answer, status_words
from statements.rules import Severity
from tests.rule_cases import FIXTURES

ORIGINAL = (FIXTURES / "pain001" / "answered-03.xml").read_bytes()
TWO_BLOCKS = (FIXTURES / "pain001" / "clean-03-two-blocks.xml").read_bytes()


def answer(
    blocks: str = "", group: str = "<GrpSts>PART</GrpSts>", message: str = "PAIE-2026-11-0042", version: str = "03"
) -> bytes:
    """An answer to the file above."""
    name = f"<OrgnlMsgId>{message}</OrgnlMsgId>" if message else ""
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>\n'
        "<GrpHdr><MsgId>ANS-1</MsgId><CreDtTm>2026-12-01T08:00:00</CreDtTm></GrpHdr>\n"
        f"<OrgnlGrpInfAndSts>{name}<OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>\n"
        f"{blocks}</CstmrPmtStsRpt></Document>"
    ).encode()


def block(payments: str = "", status: str = "", name: str = "PAIE-2026-11-0042-A") -> str:
    """A block of the answer."""
    return f"<OrgnlPmtInfAndSts>\n<OrgnlPmtInfId>{name}</OrgnlPmtInfId>{status}{payments}</OrgnlPmtInfAndSts>\n"


def payment(reference: str, status: str = "RJCT", reason: str = "<Rsn><Cd>AC04</Cd></Rsn>", more: str = "") -> str:
    """A payment of the answer."""
    told = f"<StsRsnInf>{reason}</StsRsnInf>" if reason else ""
    own = f"<TxSts>{status}</TxSts>" if status else ""
    return f"\n<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId>{own}{told}{more}</TxInfAndSts>"


def said(data: bytes, original: bytes = ORIGINAL) -> list[tuple[str, int | None]]:
    """The rules that fire, each with the payment of the file that it names."""
    report = check_answer(data, original)
    label = [item.location.payment for item in report.findings]
    return [(item.id, at.index if at else None) for item, at in zip(report.findings, label, strict=True)]


@pytest.mark.parametrize("version", ["03", "09", "10"])
def test_a_refused_payment_is_named(version: str) -> None:
    """Its number and line in the file, the code in words in both languages, the words of the bank."""
    reason = "<Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed in May</AddtlInf>"
    report = check_answer(answer(block(payment("FACT-77", reason=reason)), version=version), ORIGINAL)
    (finding,) = report.findings
    assert (finding.id, finding.rule.reason_code, finding.severity) == ("P002-012", "AC04", Severity.ERROR)
    assert finding.location.payment is not None
    assert (finding.location.payment.index, finding.location.payment.creditor) == (2, "Papierhaus Nord GmbH")
    assert finding.location.line == 6
    line = ORIGINAL[: ORIGINAL.index(b"0042-2")].count(b"\n")
    assert finding.message() == (
        f'The bank refused this payment (line {line} of the file): AC04, account closed ("closed in May").'
    )
    assert f"(ligne {line} du fichier)" in finding.message("fr")
    assert "AC04, compte cl" in finding.message("fr")
    assert "« closed in May »" in finding.message("fr").replace("\u00a0", " ")
    assert (report.details, report.summary.payments) == (AnswerVerdict(True, 1), 2)
    assert report.summary.control_sum == "1999.99"


def test_a_status_holds_for_everything_below_it() -> None:
    """A refused file or block refuses its payments, but for those that have another status of their own."""
    whole = check_answer(answer(group="<GrpSts>RJCT</GrpSts>"), ORIGINAL)
    assert ([item.id for item in whole.findings], whole.details) == (["P002-010"], AnswerVerdict(True, 2))
    refused = "<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>"
    alone = check_answer(answer(block(status=refused)), ORIGINAL)
    assert ([item.id for item in alone.findings], alone.details) == (["P002-011"], AnswerVerdict(True, 2))
    assert "AM04, " in alone.findings[0].message()
    mixed = check_answer(answer(block(payment("FACT-77", "ACSP", ""), status=refused)), ORIGINAL)
    assert mixed.details == AnswerVerdict(True, 1)
    inherited = answer(block(payment("FACT-77", ""), status="<PmtInfSts>RJCT</PmtInfSts>"))
    assert said(inherited) == [("P002-011", None), ("P002-012", 2)]


def test_nothing_refused_is_valid() -> None:
    """An accepted file has no finding."""
    report = check_answer(answer(block(payment("FACT-77", "ACSC", "")), "<GrpSts>ACSC</GrpSts>"), ORIGINAL)
    assert (report.findings, report.valid, report.details) == ((), True, AnswerVerdict(True, 0))


def test_an_answer_to_another_file_names_no_payment() -> None:
    """References of another file are never taken for those of this one; without a MsgId the caller is believed."""
    assert said(answer(block(payment("FACT-77")), message="OTHER")) == [("P002-002", None)]
    assert said(answer(block(payment("FACT-77")), message="")) == [("P002-012", 2)]
    assert said(answer(block(payment("FACT-77")), message="NOTPROVIDED")) == [("P002-012", 2)]


def test_what_the_file_does_not_hold_is_said() -> None:
    """An error where it was refused, a warning where nothing was lost."""
    report = check_answer(answer(block(payment("FACT-78"))), ORIGINAL)
    assert [(item.id, item.severity, item.found) for item in report.findings] == [
        ("P002-004", Severity.ERROR, "FACT-78")
    ]
    assert not report.valid
    report = check_answer(answer(block(payment("FACT-78", "ACSC", ""))), ORIGINAL)
    assert [(item.id, item.severity) for item in report.findings] == [("P002-004", Severity.WARNING)]
    # A block of another name: the references still tell the payments.
    assert said(answer(block(payment("FACT-77"), name="ELSE"))) == [("P002-004", None), ("P002-012", 2)]


def test_one_reference_in_two_payments() -> None:
    """Each mention means the next payment of that reference; the amount that the bank repeats decides first."""
    twice = ORIGINAL.replace(b"FACT-8812<", b"FACT-77<").replace(b"<InstrId>0042-1</InstrId>", b"")
    twice = twice.replace(b"<InstrId>0042-2</InstrId>", b"")
    assert said(answer(block(payment("FACT-77") + payment("FACT-77"))), twice) == [("P002-012", 1), ("P002-012", 2)]
    amount = '<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">499.990</InstdAmt></Amt></OrgnlTxRef>'
    assert said(answer(block(payment("FACT-77", more=amount))), twice) == [("P002-012", 2)]


def test_references_of_nothing() -> None:
    """NOTPROVIDED names no payment; the instruction does, and a contradiction between the two names none."""
    by_instruction = payment("NOTPROVIDED").replace(
        "<OrgnlEndToEndId>", "<OrgnlInstrId>0042-2</OrgnlInstrId><OrgnlEndToEndId>"
    )
    assert said(answer(block(by_instruction))) == [("P002-012", 2)]
    assert said(answer(block(payment("NOTPROVIDED")))) == [("P002-004", None)]
    wrong = payment("FACT-77").replace("<OrgnlEndToEndId>", "<OrgnlInstrId>0042-1</OrgnlInstrId><OrgnlEndToEndId>")
    assert said(answer(block(wrong))) == [("P002-004", None)]


def test_blocks_are_told_apart() -> None:
    """A refused block refuses its own payments only."""
    file = pain001.read(TWO_BLOCKS).value
    assert file is not None
    first = file.blocks[0]
    data = answer(block(status="<PmtInfSts>RJCT</PmtInfSts>", name=first.id or ""), message=file.message_id or "")
    assert check_answer(data, TWO_BLOCKS).details == AnswerVerdict(True, first.count)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "P001-001"),
        (answer()[:-12], "P001-002"),
        (b"<!DOCTYPE a>" + answer(), "P001-003"),
        (ORIGINAL, "P002-001"),
        (b"<Document/>", "P002-001"),
        (answer().replace(b"OrgnlGrpInfAndSts", b"Other"), "P002-001"),
    ],
)
def test_what_is_no_answer_says_so(data: bytes, rule: str) -> None:
    """One finding, of the envelope or of the answer; nothing is said of payments."""
    report = check_answer(data, ORIGINAL)
    assert ([item.id for item in report.findings], report.details) == ([rule], AnswerVerdict())
    assert read_answer(data).value is None


def test_an_original_that_cannot_be_read() -> None:
    """It is named as the cause."""
    assert said(answer(), b"<Document/>") == [("P002-003", None)]
    assert said(answer(), answer()) == [("P002-003", None)]


def test_a_bank_that_forgets_the_namespace() -> None:
    """Elements are known by their local names, with a prefix or without any namespace."""
    bare = answer(block(payment("FACT-77"))).replace(b" xmlns=", b" Xmlns=")
    assert said(bare) == [("P002-012", 2)]
    prefixed = answer(block(payment("FACT-77"))).replace(b"<", b"<p:").replace(b"<p:/", b"</p:")
    assert said(prefixed.replace(b" xmlns=", b" xmlns:p=")) == [("P002-012", 2)]


def test_reasons_without_a_code() -> None:
    """A code of the bank's own, a code that nobody knows, words alone, nothing at all."""
    told = {
        "<Rsn><Prtry>X7</Prtry></Rsn>": "X7, a code of the bank's own",
        "<Rsn><Cd>ZZ01</Cd></Rsn>": "ZZ01, a code that our list does not hold",
        "<AddtlInf>too late</AddtlInf>": 'no code given ("too late")',
        "": "no code given",
    }
    for reason, words in told.items():
        (finding,) = check_answer(answer(block(payment("FACT-77", reason=reason))), ORIGINAL).findings
        assert finding.message().endswith(f"{words}."), reason


def test_the_library_takes_the_original() -> None:
    """``statements.validate`` with ``original``; without it the message is named as another one."""
    data = answer(block(payment("FACT-77")))
    assert [item.id for item in statements.validate(data, original=ORIGINAL).findings] == ["P002-012"]
    assert [item.id for item in statements.validate(data).findings] == ["P001-009"]


def test_status_in_words() -> None:
    """Known, unknown and missing."""
    assert status_words("RJCT", "fr") == "rejeté (RJCT)"
    assert (status_words("XXXX", "en"), status_words(None, "fr")) == ("XXXX", "aucun statut")
