"""Causes before consequences: a total that only follows from another fault comes after it, as it will be."""

from __future__ import annotations

import datetime

import pytest

from statements.cli.render import CheckedFile, text
from statements.findings import Finding
from statements.formats import pain001
from tests.rule_cases import PAIN001

TODAY = datetime.date(2026, 11, 30)
COMMA = (">1200.00<", ">1200,00<")
LETTERS = (">1200.00<", ">12OO.00<")
FRACTION = (">50.35<", ">50.351<")
PAYMENT = (
    ("<CdtTrfTxInf>\n        <PmtId><InstrId>LIGNE-2", "<CdtTrfTxInff>\n        <PmtId><InstrId>LIGNE-2"),
    ("        </RmtInf>\n      </CdtTrfTxInf>", "        </RmtInf>\n      </CdtTrfTxInff>"),
)
BLOCK = (
    ("<PmtInf>\n      <PmtInfId>SALAIRES", "<PmtInff>\n      <PmtInfId>SALAIRES"),
    ("</PmtInf>\n  </", "</PmtInff>\n  </"),
)
AMOUNT = (('<InstdAmt Ccy="EUR">1200.00</InstdAmt>', '<InstdAmtt Ccy="EUR">1200.00</InstdAmtt>'),)
WRONG = ("3350.45", "3350.46")
TOTALS = ("P001-100", "P001-101", "P001-102", "P001-103")


def findings(*edits: tuple[str, str], limit: int | None = 100) -> list[Finding]:
    """What is said of the clean file with some edits, but for its version."""
    text = PAIN001.clean("03", "")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    report = pain001.validate(text.encode(), profile="sepa", today=TODAY, limit=limit)
    listed = sum(finding.severity == "error" for finding in report.findings)
    assert report.summary.errors == listed + sum(report.hidden.values())
    return [finding for finding in report.findings if finding.id != "P001-016"]


def totals(*edits: tuple[str, str]) -> list[tuple[str, str, str | None, str | None, bool]]:
    """Rule, severity, what is expected in English and in French, and whether there is a proposal, of each total."""
    found = findings(*edits)
    assert [finding.follows for finding in found] == sorted(finding.follows for finding in found)
    return [
        (finding.id, finding.severity.value, finding.expects(), finding.expects("fr"), finding.proposal is not None)
        for finding in found
        if finding.id in TOTALS
    ]


@pytest.mark.parametrize("edits", [(COMMA,), PAYMENT, BLOCK, AMOUNT, (COMMA, *PAYMENT)])
def test_totals_that_will_be_right_are_no_fault(edits: tuple[tuple[str, str], ...]) -> None:
    """The one cause is told; the totals are those of the file once it is mended, so nothing is said of them."""
    assert totals(*edits) == []


@pytest.mark.parametrize(
    ("edits", "why", "pourquoi"),
    [
        ((COMMA,), "once the amounts are mended", "une fois les montants corrig\u00e9s"),
        (PAYMENT, "once the elements are mended", "une fois les \u00e9l\u00e9ments corrig\u00e9s"),
        (BLOCK, "once the elements are mended", "une fois les \u00e9l\u00e9ments corrig\u00e9s"),
        (AMOUNT, "once the elements are mended", "une fois les \u00e9l\u00e9ments corrig\u00e9s"),
        ((COMMA, *PAYMENT), "once the amounts are mended", "une fois les montants corrig\u00e9s"),
    ],
)
def test_a_total_that_is_wrong_all_the_same(edits: tuple[tuple[str, str], ...], why: str, pourquoi: str) -> None:
    """It comes last, with the sum of the mended file, and that sum is proposed."""
    assert totals(WRONG, *edits) == [("P001-101", "error", f"3350.45 {why}", f"3350.45 {pourquoi}", True)]
    assert findings(WRONG, *edits)[-1].expected == "3350.45"


def test_a_total_of_a_header_that_is_misspelt() -> None:
    """It is told though the header itself has a fault: it is wrong when the header has its name."""
    header = (("<GrpHdr>", "<GrpHdrr>"), ("</GrpHdr>", "</GrpHdrr>"))
    assert totals(*header) == []
    ((rule, severity, expected, _, _),) = totals(WRONG, *header)
    assert (rule, severity, expected) == ("P001-101", "error", "3350.45 once the elements are mended")


def test_an_amount_that_only_its_owner_can_mend() -> None:
    """Nobody knows whether the sums are wrong: what is missing from them is a thing to know."""
    assert totals(LETTERS) == [
        ("P001-101", "info", "2150.45 without payment 1", "2150.45 sans le paiement 1", False),
        ("P001-103", "info", "50.35 without payment 1", "50.35 sans le paiement 1", False),
    ]


def test_a_sum_that_is_wrong_whatever_the_amount() -> None:
    """The other amounts alone are more than is declared."""
    found = totals(LETTERS, ("3350.45", "350.45"))
    assert found[0] == ("P001-101", "error", "2150.45 without payment 1", "2150.45 sans le paiement 1", False)


def test_an_amount_that_is_no_whole_cents() -> None:
    """The sums differ from the declared ones for certain, and are told after it, without the payment."""
    assert totals(FRACTION) == [
        ("P001-101", "error", "3300.10 without payment 2", "3300.10 sans le paiement 2", False),
        ("P001-103", "error", "1200.00 without payment 2", "1200.00 sans le paiement 2", False),
    ]
    declared = [("3350.45", "3350.451"), ("1250.35", "1250.351")]
    assert totals(FRACTION, *declared) == []


def test_both_kinds_of_amounts() -> None:
    """One that can be spelled right is in the sum, one that cannot is not."""
    assert totals(COMMA, FRACTION)[0][2] == "3300.10 without payment 2"


def test_a_total_of_its_own_stands_in_its_place() -> None:
    """A wrong sum beside a fault that has nothing to do with it is told where it stands."""
    order = ("<Dbtr><Nm>ATELIER DU CANAL, PAIE</Nm></Dbtr>", "<Dbtrr><Nm>ATELIER DU CANAL, PAIE</Nm></Dbtrr>")
    assert [finding.id for finding in findings(WRONG, order)] == ["P001-101", "P001-031"]
    assert findings(WRONG, order)[0].expects() == "3350.45"


def test_a_crowd_of_faults_of_which_not_all_are_listed() -> None:
    """Nobody knows yet what the totals will be, nor whether they are wrong: no figure is given."""
    found = [finding for finding in findings(WRONG, *PAYMENT, *BLOCK, limit=1) if finding.id in TOTALS]
    assert found
    assert all(finding.expected is None and finding.proposal is None and finding.follows for finding in found)
    assert {finding.severity.value for finding in found} == {"info"}


def test_the_verdict_of_the_parts_knows_the_totals_that_are_left() -> None:
    """A block is not refused for a total that is right once the file is mended."""
    text = PAIN001.clean("03", "")
    for old, new in PAYMENT:
        text = text.replace(old, new)
    details = pain001.validate(text.encode(), profile="sepa", today=TODAY).details
    assert details.rules == ("P001-031",)
    assert [block.rules for block in details.blocks] == [(), ()]


def test_a_person_reads_causes_first() -> None:
    """The text report has a part of its own for what follows, behind all that is to be mended first."""
    document = PAIN001.clean("03", "")
    for old, new in (WRONG, COMMA):
        document = document.replace(old, new)
    report = pain001.validate(document.encode(), profile="sepa", today=TODAY)
    lines = text.render([CheckedFile("payments.xml", document.encode(), report)]).splitlines()
    following = lines.index("What follows from the above")
    assert [line.split(",")[0].strip() for line in lines[:following] if " error " in line] == ["error P001-035"]
    assert lines[following + 1].startswith("  error P001-101, line 8, column 16: ")
    assert "    \u2192 First mend what is told above; then write 3350.45." in lines[following:]


def test_a_group_says_what_is_to_be_done_for_all() -> None:
    """Where the remedy of each differs, that of the rule stands at the end; where it is the same, it is said."""
    start = PAIN001.clean("03", "").replace("Papierhaus", "Papierh\u00e4us").replace("Imprimerie", "Imprim\u00e9rie")
    document = start.replace("Camille", "Camill\u00e9").replace("Salaire", "Sal\u00e4ire").encode()
    report = pain001.validate(document, profile="sepa", today=TODAY)
    lines = text.render([CheckedFile("payments.xml", document, report)]).splitlines()
    assert "    \u2192 Replace them; a proposal is shown. Do not delete letters." in lines
    same = PAIN001.clean("03", "").replace(' Ccy="EUR">', ">").replace("<Ccy>EUR</Ccy>", "")
    report = pain001.validate(same.encode(), profile="sepa", today=TODAY)
    lines = text.render([CheckedFile("payments.xml", same.encode(), report)]).splitlines()
    assert sum("Add Ccy=" in line for line in lines) == 3
