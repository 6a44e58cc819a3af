"""The predicted answer: valid by our pain.002 schema, statuses that agree with one another, the worked example."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

import statements
from statements.formats.pain001 import validate
from statements.formats.pain001.answer import NAMESPACE, answer
from tests.rule_cases import FIXTURES, PAIN001, Case, payment_report

ROOT = Path(__file__).parents[3]
NOW = datetime.datetime.fromisoformat("2026-11-30T18:06:00")
NS = {"a": NAMESPACE}
BAD = [case for case in PAIN001.cases(bad=True) if not case.options]


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    """Our schema of the answer."""
    return etree.XMLSchema(etree.parse(ROOT / "schemas" / "pain.002.001.03.xsd"))


def answered(data: bytes, lang: str = "en") -> etree._Element:
    """The answer to a file in the default profile."""
    report = payment_report(data)
    return etree.fromstring(answer(report, created=NOW, lang="fr" if lang == "fr" else "en"))


def texts(answer_: etree._Element, path: str) -> list[str]:
    """The texts of some elements of the answer."""
    return [element.text or "" for element in answer_.iterfind(path, NS)]


def test_the_worked_example_byte_by_byte() -> None:
    """One of two payments has a wrong IBAN: PART above, RJCT with AC01 on that payment."""
    report = validate((FIXTURES / "pain001" / "answered-03.xml").read_bytes(), today=NOW.date())
    assert answer(report, created=NOW) == (FIXTURES / "pain001" / "answered-03.pain.002.xml").read_bytes()


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_every_answer_follows_the_schema_and_itself(case: Case, schema: etree.XMLSchema) -> None:
    """Whatever the fault: the answer is valid, refuses exactly when there is an error, and its counts add up."""
    report = payment_report(case.data)
    for lang in ("en", "fr"):
        found = answered(case.data, lang)
        assert schema.validate(found), schema.error_log
        (status,) = texts(found, ".//a:GrpSts")
        assert (status == "ACTC") == report.valid
        blocks, payments = texts(found, ".//a:PmtInfSts"), texts(found, ".//a:TxSts")
        if status == "RJCT":
            assert set(blocks) <= {"RJCT"}
        if status == "ACTC":
            assert set(blocks) == {"ACTC"}
            assert payments == []
        if status == "PART":
            assert "PART" in blocks or set(blocks) == {"ACTC", "RJCT"}
        assert set(payments) <= {"RJCT"}
        counted = [int(text) for text in texts(found, ".//a:DtldNbOfTxs")]
        assert sum(counted) == (report.summary.payments or 0)
        assert all(len(text) <= 105 for text in texts(found, ".//a:AddtlInf"))
        assert all(text.isascii() for text in texts(found, ".//a:AddtlInf"))
        refused = {finding.id for finding in report.findings if finding.severity.value == "error"}
        named = {text.split(" ")[0] for text in texts(found, ".//a:AddtlInf") if text.startswith("P001-")}
        # A file that is refused whole is answered at its level alone.
        assert named <= refused
        assert bool(named) == bool(refused)


@pytest.mark.parametrize(
    ("edits", "group", "blocks", "payments"),
    [
        ([], "ACTC", ["ACTC", "ACTC"], 0),
        ([("VIR-2026-11-30", "VIR_2026")], "RJCT", [], 0),
        ([("<ChrgBr>SLEV", "<ChrgBr>SHAR")], "PART", ["RJCT", "ACTC"], 0),
        ([("<ChrgBr>SLEV", "<ChrgBr>SHAR"), ("FR0999991", "FR0899991")], "RJCT", ["RJCT", "RJCT"], 1),
        ([("DE96", "DE69")], "PART", ["PART", "ACTC"], 1),
        ([("FR0999991", "FR0899991")], "PART", ["ACTC", "RJCT"], 1),
        ([("DE96", "DE69"), ("BE65", "BE66")], "PART", ["RJCT", "ACTC"], 2),
        ([("DE96", "DE69"), ("BE65", "BE66"), ("FR0999991", "FR0899991")], "RJCT", ["RJCT", "RJCT"], 3),
        ([("SALAIRES-11", "FOURNISSEURS-11")], "ACTC", ["ACTC", "ACTC"], 0),
    ],
    ids=["clean", "header", "block", "block and payment", "one", "only one of block", "all of block", "all", "warning"],
)
def test_status_follows_the_level_of_the_error(
    edits: list[tuple[str, str]], group: str, blocks: list[str], payments: int
) -> None:
    """An error of the header refuses the file, of a block the block, of a payment the payment; warnings nothing."""
    text = PAIN001.clean("03", "")
    for find, replace in edits:
        assert text.count(find) == 1
        text = text.replace(find, replace)
    found = answered(text.encode())
    assert texts(found, ".//a:GrpSts") == [group]
    assert texts(found, ".//a:PmtInfSts") == blocks
    assert len(texts(found, ".//a:TxSts")) == payments


def test_sums_of_what_goes_and_what_is_refused() -> None:
    """Accepted and refused amounts add up to the file, to the cent."""
    found = answered(PAIN001.clean("03", "").replace("DE96", "DE69").encode())
    assert texts(found, ".//a:DtldSts") == ["ACTC", "RJCT"]
    assert [Decimal(text) for text in texts(found, ".//a:DtldCtrlSum")] == [Decimal("2150.45"), Decimal("1200.00")]


def test_what_could_not_be_read_is_not_provided() -> None:
    """A broken file has no reference to answer to: NOTPROVIDED, and no count of payments."""
    found = answered(b"<Document")
    assert texts(found, ".//a:OrgnlMsgId") == ["NOTPROVIDED"]
    assert texts(found, ".//a:OrgnlMsgNmId") == ["NOTPROVIDED"]
    assert texts(found, ".//a:GrpSts") == ["RJCT"]
    assert texts(found, ".//a:DtldNbOfTxs") == []


def test_a_block_without_reference_is_not_provided() -> None:
    """In .02 the block reference is optional; the answer needs one."""
    text = PAIN001.clean("02", "").replace("      <PmtInfId>SALAIRES-11</PmtInfId>\n", "")
    assert texts(answered(text.encode()), ".//a:OrgnlPmtInfId") == ["FOURNISSEURS-11", "NOTPROVIDED"]


def test_a_statement_file_has_no_such_answer() -> None:
    """Only payment files are answered: anything else is a misuse."""
    from statements.formats.mt940 import validate as validate_mt940

    with pytest.raises(ValueError, match="payment file"):
        answer(validate_mt940(b":20:X"), created=NOW)


LEFT_OUT = (FIXTURES / "pain001" / "answered-03.xml").read_bytes()


def left_out(data: bytes, *ignored: str) -> etree._Element:
    """The answer to a file with rules left out of the check."""
    report = statements.validate(data, today=NOW.date(), ignore=ignored)
    return etree.fromstring(answer(report, created=NOW))


def test_a_payment_whose_error_was_left_out_is_never_accepted(schema: etree.XMLSchema) -> None:
    """It is pending, with the reason; the other one is accepted, and the rule is named for the whole file."""
    found = left_out(LEFT_OUT, "P001-222")
    assert schema.validate(found), schema.error_log
    assert (texts(found, ".//a:GrpSts"), texts(found, ".//a:PmtInfSts")) == (["PART"], ["PART"])
    assert (texts(found, ".//a:TxSts"), texts(found, ".//a:TxInfAndSts/a:OrgnlEndToEndId")) == (["PDNG"], ["FACT-77"])
    assert texts(found, ".//a:TxInfAndSts//a:Cd") == ["AC01"]
    counts = zip(*(texts(found, f".//a:{name}") for name in ("DtldSts", "DtldNbOfTxs", "DtldCtrlSum")), strict=True)
    assert list(counts) == [("ACTC", "1", "1500.00"), ("PDNG", "1", "499.99")]
    (told,) = texts(found, ".//a:OrgnlGrpInfAndSts/a:StsRsnInf/a:AddtlInf")
    assert told == "not checked, rule left out P001-222 (1): The check digits of the IBAN are wrong."


def test_nothing_is_accepted_when_every_payment_waits(schema: etree.XMLSchema) -> None:
    """All payments with an error left out, or an error of the whole file: nothing says ACTC."""
    both = LEFT_OUT.replace(b"FR7630006000011234567890189", b"FR7630006000011234567890180")
    total = LEFT_OUT.replace(b"<NbOfTxs>2</NbOfTxs>", b"<NbOfTxs>3</NbOfTxs>", 1)
    for data, ignored in ((both, ("P001-222", "P001-230")), (total, ("P001-100", "P001-222"))):
        found = left_out(data, *ignored)
        assert schema.validate(found), schema.error_log
        assert texts(found, ".//a:GrpSts") == ["PDNG"]
        assert texts(found, ".//a:PmtInfSts") == ["PDNG"]
        assert texts(found, ".//a:DtldSts") == ["PDNG"]


def test_a_warning_left_out_is_named_only(schema: etree.XMLSchema) -> None:
    """A warning never refused anything: the status stays, the rule is named."""
    data = (FIXTURES / "pain001" / "clean-03.xml").read_bytes()
    accents = data.replace(b"<Nm>", "<Nm>É".encode())
    rule = next(item.id for item in validate(accents, today=NOW.date()).findings)
    found = left_out(accents, rule)
    assert schema.validate(found), schema.error_log
    assert texts(found, ".//a:GrpSts") == ["ACTC"]
    assert rule in texts(found, ".//a:OrgnlGrpInfAndSts/a:StsRsnInf/a:AddtlInf")[0]
