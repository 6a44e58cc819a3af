"""The check as a caller sees it: arguments, settings, verdicts of blocks and payments, order and caps."""

from __future__ import annotations

import datetime
import io
import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from statements.findings import Finding, Report
from statements.formats.pain001 import PROFILES, validate
from statements.formats.pain001.answer import FileVerdict
from statements.reference.iban import check_digits, rib_iban
from statements.rules import Severity

TODAY = datetime.date(2026, 11, 30)
BAD = b"FR7616958000011234567890178"


@pytest.fixture
def clean(fixtures: Path) -> bytes:
    """Two blocks, three payments, nothing to say in ``sepa`` but the age of the version."""
    return (fixtures / "pain001" / "clean-03-two-blocks.xml").read_bytes()


def check(data: Any, **options: Any) -> Report:
    """CheckedFile in ``sepa`` on the day of the fixtures, unless told otherwise."""
    return validate(data, **{"profile": "sepa", "today": TODAY, **options})


def of(report: Report, rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [finding for finding in report.findings if finding.id == f"P001-{rule}"]


def test_bytes_and_streams_give_the_same_report(clean: bytes) -> None:
    """A stream is read from where it stands; the hash is that of the exact bytes."""
    stream = io.BytesIO(b"xx" + clean)
    stream.seek(2)
    assert check(stream) == check(clean)
    assert check(clean.decode()).findings == check(clean).findings


def test_the_same_input_gives_the_same_report(clean: bytes) -> None:
    """No clock, no random."""
    data = clean.replace(b"M-2", b"M_2").replace(b"M-3", b"M_2")
    assert check(data) == check(data)


def test_summary_and_verdict_of_a_clean_file(clean: bytes) -> None:
    """Counts, exact sum and the status of every part."""
    report = check(clean)
    assert (report.valid, report.format, report.profile) == (True, "pain.001.001.03", "sepa")
    assert (report.summary.payments, report.summary.control_sum, report.summary.currency) == (3, "310.03", "EUR")
    verdict = report.details
    assert isinstance(verdict, FileVerdict)
    assert (verdict.status, verdict.accepted, verdict.message_id) == ("ACTC", 3, "MULTI-2026-11")
    assert [(b.id, b.payments, b.control_sum, b.status) for b in verdict.blocks] == [
        ("MULTI-A", 2, "300.02", "ACTC"),
        ("MULTI-B", 1, "10.01", "ACTC"),
    ]


def test_one_bad_payment(clean: bytes) -> None:
    """An error inside a payment refuses that payment alone."""
    report = check(clean.replace(b"DE96999900000001234567", b"DE97999900000001234567", 1))
    assert (report.details.status, report.details.accepted) == ("PART", 2)
    assert [block.status for block in report.details.blocks] == ["PART", "ACTC"]
    (refused,) = report.details.blocks[0].refused
    assert (refused.index, refused.number, refused.end_to_end_id, refused.amount) == (1, 1, "M-1", "100.01")
    assert refused.rules == ("P001-222",)
    (finding,) = of(report, "222")
    assert finding.location.payment is not None
    assert finding.location.payment.index == 1
    assert finding.location.payment.creditor == "Papierhaus Nord GmbH"
    assert (finding.location.path, finding.location.field) == ("PmtInf[1]/CdtTrfTxInf[1]/CdtrAcct/Id/IBAN", "IBAN")


def test_all_payments_of_a_block_bad(clean: bytes) -> None:
    """A block without a good payment is refused, the file is not."""
    report = check(clean.replace(b"DE96999900000001234567", b"DE97999900000001234567"))
    assert [block.status for block in report.details.blocks] == ["RJCT", "ACTC"]
    assert (report.details.status, report.details.accepted) == ("PART", 1)


def test_a_bad_block(clean: bytes) -> None:
    """An error of the block refuses all of it; of all blocks, the file."""
    report = check(clean.replace(b"FR7616958000011234567890177", BAD))
    assert [(block.status, block.rules) for block in report.details.blocks] == [("RJCT", ("P001-222",)), ("ACTC", ())]
    assert (report.details.status, report.details.accepted) == ("PART", 1)
    report = check(clean.replace(b"FR7616958000011234567890", b"FR7516958000011234567890"))
    assert (report.details.status, report.details.accepted) == ("RJCT", 0)


def test_exclusive_elements_refuse_the_block(clean: bytes) -> None:
    """060 to 063 stand in a payment and refuse its block."""
    data = clean.replace(b"</PmtId><", b"</PmtId><").replace(
        b"200.01</InstdAmt></Amt>", b"200.01</InstdAmt></Amt><ChrgBr>SLEV</ChrgBr>"
    )
    verdict = check(data).details
    assert verdict.blocks[0].rules == ("P001-061",)
    assert verdict.blocks[0].refused == ()


def test_an_error_of_the_header_refuses_the_file(clean: bytes) -> None:
    """A wrong count in the header: nothing can go."""
    verdict = check(clean.replace(b"<NbOfTxs>3<", b"<NbOfTxs>4<")).details
    assert (verdict.status, verdict.rules, verdict.accepted) == ("RJCT", ("P001-100",), 0)


def test_without_today(clean: bytes) -> None:
    """Rules that need the day stay silent; dated rules go by the execution date."""
    old = clean.replace(b"2026-12-01", b"2020-01-02")
    assert of(check(old, today=None), "370") == []
    assert len(of(check(old), "370")) == 1


@pytest.mark.parametrize(
    ("execution", "today", "severity"),
    [
        ("2026-11-14", "2026-11-01", Severity.WARNING),
        ("2026-11-15", "2026-11-01", Severity.ERROR),
        ("2026-11-14", "2026-11-15", Severity.ERROR),
        ("2026-11-14", "2026-11-14", Severity.WARNING),
    ],
)
def test_dated_rules(clean: bytes, execution: str, today: str, severity: Severity) -> None:
    """Unstructured addresses: an error from 15 November 2026 on, a step milder before; a past date counts as today."""
    data = clean.replace(b"2026-12-01", execution.encode()).replace(
        b"<Nm>Papierhaus Nord GmbH</Nm>",
        b"<Nm>Papierhaus Nord GmbH</Nm><PstlAdr><Ctry>DE</Ctry><AdrLine>Weg 1</AdrLine></PstlAdr>",
        1,
    )
    (finding,) = of(check(data, today=datetime.date.fromisoformat(today)), "400")
    assert finding.severity is severity


def test_own_accounts(clean: bytes) -> None:
    """Both debtor accounts must be the caller's; blanks and case do not matter."""
    assert len(of(check(clean, own=("FR76 1695 8000 0112 3456 7890 177",)), "229")) == 1
    own = ("fr7616958000011234567890177", "FR7616958000011234567890274")
    assert of(check(clean, own=own), "229") == []


def test_known_ids(clean: bytes) -> None:
    """A message reference sent before refuses the file."""
    report = check(clean, known_ids={"MULTI-2026-11"})
    assert [finding.severity for finding in of(report, "137")] == [Severity.ERROR]
    assert check(clean, known_ids={"OTHER"}).valid


def test_limit_caps_and_counts(clean: bytes) -> None:
    """Beyond the limit findings are counted; every refused payment stays in the verdict."""
    data = clean.replace(b"DE96999900000001234567", b"DE97999900000001234567")
    report = check(data, limit=1)
    assert (len(of(report, "222")), report.hidden, report.summary.errors) == (1, {"P001-222": 1}, 2)
    assert [payment.index for payment in report.details.blocks[0].refused] == [1, 2]
    assert check(data, limit=None).hidden == {}


def test_findings_are_in_the_order_of_the_file(clean: bytes) -> None:
    """Line by line, with the rules of the end of the file at their place in the header."""
    data = clean.replace(b"<NbOfTxs>3<", b"<NbOfTxs>9<").replace(b"M-1<", b"M_1<").replace(b"EUR", b"USD")
    lines = [(f.location.line, f.location.column) for f in check(data).findings]
    assert None not in [line for line, _ in lines]
    assert lines == sorted(lines)  # type: ignore[type-var]


def test_channel_app_makes_the_limit_an_error(clean: bytes) -> None:
    """The app's limit of payments binds in the app."""
    for channel, severity in (("ebics", Severity.WARNING), ("app", Severity.ERROR)):
        report = check(clean, profile="qonto", max_transactions=2, channel=channel)
        assert [finding.severity for finding in of(report, "110")] == [severity]
    assert of(check(clean, profile="qonto", max_transactions=3), "110") == []


@pytest.mark.parametrize(
    ("rule", "setting", "value", "count"),
    [
        ("113", "max_payment_blocks", 1, 1),
        ("113", "max_payment_blocks", 2, 0),
        ("114", "one_date", "yes", 1),
        ("262", "bic_policy", "required", 0),
        ("268", "reachable_bics", "PAPIDEFF", 1),
        ("268", "reachable_bics", "PAPIDEFF,MONTMCM1", 0),
        ("306", "max_amount", "200", 1),
        ("306", "max_amount", "200.01", 0),
    ],
)
def test_switches(clean: bytes, rule: str, setting: str, value: Any, count: int) -> None:
    """A setting turns its rule on; a switch of other banks warns."""
    found = of(check(clean, **{setting: value}), rule)
    assert [finding.severity for finding in found] == [Severity.WARNING] * count


def test_balance(clean: bytes) -> None:
    """The total against the balance that the caller gives, to the cent."""
    assert len(of(check(clean, profile="qonto", available_balance="310.02"), "307")) == 1
    assert of(check(clean, profile="qonto", available_balance="310.03"), "307") == []


def test_schema_faults_and_payment_errors_together(clean: bytes) -> None:
    """Beside a schema fault the errors of the payments are said, not the advice, and one fault only once."""
    data = clean.replace(b"<PmtMtd>TRF", b"<PmtMtd>VIR", 1).replace(
        b"DE96999900000001234567", b"DE97999900000001234567", 1
    )
    data = data.replace(b">M-3<", b">M-2<").replace(b"<CtrlSum>310.03", b"<CtrlSum>1")
    report = check(data)
    assert {finding.id for finding in report.findings} == {"P001-036", "P001-101", "P001-222"}
    assert (report.summary.errors, report.summary.warnings) == (3, 0)
    assert report.details.accepted == 0


def test_an_amount_that_is_no_number_leaves_the_sums_alone(clean: bytes) -> None:
    """Nobody knows the sum then: the amount has its one finding, the control sums have none."""
    data = clean.replace(b'Ccy="EUR">10.01<', b'Ccy="EUR">10,01<')
    assert data != clean
    assert [finding.id for finding in check(data).findings] == ["P001-035"]


def test_nothing_is_said_inside_an_element_that_has_a_schema_fault(clean: bytes) -> None:
    """A part that is not sound is not judged any further; the payments beside it are."""
    wrong = clean.replace(b'Ccy="EUR"', b'Ccy="USD"').replace(b"<CtrlSum>310.03", b"<CtrlSum>1", 1)
    counts = {rule: len(of(check(wrong), rule)) for rule in ("300", "101")}
    assert counts == {"300": 3, "101": 1}
    loose = wrong.replace(b"<Amt>", b"<Amt>x", 1)
    assert {rule: len(of(check(loose), rule)) for rule in ("030", "300", "101")} == {"030": 1, "300": 2, "101": 1}
    frame = wrong.replace(b"<CstmrCdtTrfInitn>", b"x<CstmrCdtTrfInitn>")
    assert {finding.id for finding in check(frame).findings} == {"P001-030"}


def test_a_territory_in_place_of_its_parent_is_one_fault(clean: bytes) -> None:
    """GP where FR belongs: the bank's country is that of the parent, nothing is wrong with it."""
    iban = rib_iban("16958", "00001", "12345678901")
    territory = "GP" + check_digits("GP", iban[4:]) + iban[4:]
    data = re.sub(rb"\s*<CdtrAgt>.*?</CdtrAgt>", b"", clean, flags=re.DOTALL)
    data = data.replace(b"<Cdtr>", b"<CdtrAgt><FinInstnId><BIC>QNTOFRP1XXX</BIC></FinInstnId></CdtrAgt><Cdtr>")
    data = re.sub(rb"(<CdtrAcct>\s*<Id>\s*<IBAN>)[^<]+", rb"\g<1>" + territory.encode(), data)
    report = check(data, profile="qonto")
    assert of(report, "232") != []
    assert of(report, "264") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("channel", "App"),
        ("bic_policy", "no"),
        ("max_amount", "15 000"),
        ("max_amount", "1,50"),
        ("available_balance", "abc"),
        ("max_transactions", "-1"),
    ],
)
def test_a_setting_that_says_nothing_is_misuse(clean: bytes, name: str, value: str) -> None:
    """A limit that cannot be read is refused, not taken as no limit."""
    with pytest.raises(ValueError, match=r".+"):
        check(clean, **{name: value})


def many(data: bytes, count: int) -> bytes:
    """The first payment of a document ``count`` times."""
    payment = re.search(rb"<CdtTrfTxInf>.*?</CdtTrfTxInf>", data, re.DOTALL)
    assert payment is not None
    return data.replace(payment[0], payment[0] * count, 1)


def test_a_count_that_is_no_more_than_a_bound_says_so(clean: bytes) -> None:
    """Behind a stranger libxml2 sees nothing. Payments with the same tags have the same faults and are counted; of many
    that are all different only the first are explained, and the counts of the others are lower bounds, and told so."""
    data = clean.replace(b"<Cdtr>", b"<Foo/><Cdtr>", 1)
    data = re.sub(rb"(<Foo/><Cdtr>\s*<Nm>)[^<]+", rb"\g<1>", data)
    few, lot = check(many(data, 50), limit=10), check(many(data, 1_300), limit=10)
    assert ({rule: few.hidden[rule] for rule in ("P001-031", "P001-033")}) == {"P001-031": 40, "P001-033": 40}
    assert few.at_least == lot.at_least == frozenset()
    assert (lot.hidden["P001-031"], lot.hidden["P001-033"]) == (1_290, 1_290)
    numbers = itertools.count()
    different = check(re.sub(rb"<Foo/>", lambda _: b"<Foo%d/>" % next(numbers), many(data, 1_300)), limit=10)
    assert {"P001-031", "P001-033"} <= different.at_least
    assert (different.hidden["P001-031"], different.hidden["P001-033"] < 1_290) == (1_290, True)
    values = check(many(clean.replace(b'Ccy="EUR">', b'Ccy="euro">', 1), 1_300), limit=10)
    assert (values.hidden["P001-035"], values.at_least) == (1_290, frozenset())


def test_a_hint_is_counted_under_its_own_rule(fixtures: Path) -> None:
    """.09 with the BIC of .03 in very many payments: every count is one of P001-044, whichever engine counts."""
    data = (fixtures / "pain001" / "clean-09.xml").read_bytes()
    data = re.sub(rb"\s*<CdtrAgt>.*?</CdtrAgt>", b"", data, flags=re.DOTALL)
    bank = b"<CdtrAgt><FinInstnId><BIC>BNPAFRPPXXX</BIC></FinInstnId></CdtrAgt><Cdtr>"
    report = check(many(data.replace(b"<Cdtr>", bank, 1), 1_300), limit=10)
    schema = {finding.id for finding in report.findings if "P001-030" <= finding.id <= "P001-046"}
    assert schema == {"P001-044"}
    assert report.hidden["P001-044"] == 1_290


def test_reason_codes(clean: bytes) -> None:
    """The debtor's address has its own code; totals are exact on demand."""
    data = clean.replace(b"<TwnNm>LYON</TwnNm><Ctry>FR</Ctry>", b"<Ctry>FR</Ctry><AdrLine>x</AdrLine>")
    (finding,) = of(check(data), "400")
    assert finding.rule.reason_code == "BE07"
    wrong = clean.replace(b"<NbOfTxs>3<", b"<NbOfTxs>9<").replace(b"<CtrlSum>10.01", b"<CtrlSum>10.02")
    codes = {f.id[5:]: f.rule.reason_code for f in check(wrong).findings if f.rule.reason_code}
    exact = {f.id[5:]: f.rule.reason_code for f in check(wrong, exact_codes="yes").findings if f.rule.reason_code}
    assert (codes, exact) == ({"100": "AM18", "103": "AM10"}, {"100": "AM19", "103": "AM17"})


def test_misuse_raises(clean: bytes) -> None:
    """An unknown profile, setting, or declared name is the caller's mistake."""
    with pytest.raises(ValueError, match="known: iso"):
        check(clean, profile="german")
    with pytest.raises(ValueError, match="no setting"):
        check(clean, colour="red")
    with pytest.raises(ValueError, match="no such name"):
        check(clean, declared="no such name")
    with pytest.raises(TypeError):
        check(7)


@pytest.mark.parametrize("data", [b"", b"   ", b"hello", b"<a", b"\x00\xff", b"PK\x03\x04", b"<Document/>", "\ud800"])
def test_anything_is_answered(data: bytes | str) -> None:
    """Whatever the bytes are: a report with an error, never an exception."""
    for profile in PROFILES:
        report = check(data, profile=profile)
        assert not report.valid
        assert report.details.status == "RJCT"


@pytest.mark.parametrize(
    ("where", "crowd"),
    [
        (b"<InitgPty>", b"<X/>"),
        (b"<RmtInf>", b"<X/>"),
        (b"<RmtInf>", b"x<X/>"),
        (b"<ReqdExctnDt>", b"<X/>"),
        (b"<PmtInf>", b"<X/>"),
        (b"</Document>", b"<X/>"),
    ],
)
def test_a_crowd_of_unknown_elements_is_counted_exactly(clean: bytes, where: bytes, crowd: bytes) -> None:
    """Wherever it stands: the first are listed at their places, the others are counted, each once."""
    assert where in clean
    report = check(clean.replace(where, crowd * 5_000 + where, 1), limit=10)
    listed = [finding for finding in report.findings if finding.id == "P001-031"]
    assert len(listed) == 10
    assert all(finding.location.line is not None for finding in listed)
    assert len(listed) + report.hidden["P001-031"] == 5_000


def test_a_crowd_of_one_known_name_is_a_bound(clean: bytes) -> None:
    """Of thousands of structured texts with a fault each the first thousand are looked at; the count says so."""
    report = check(clean.replace(b"<RmtInf>", b"<RmtInf>" + b"<Strd><X/></Strd>" * 3_000, 1), limit=10)
    assert report.hidden["P001-031"] >= 900
    assert "P001-031" in report.at_least
