"""Kinds of faults of payment files as people make them: what is said of each variant, and that it is said once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from statements.findings import Finding
from statements.formats.pain001 import validate

FIXTURE = Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-03.xml"
REFERENCE = "RF18539007547034"


def found(change: Callable[[str], str], profile: str = "qonto") -> list[Finding]:
    """The findings of the clean file after a change."""
    text = FIXTURE.read_text("utf-8")
    changed = change(text)
    assert changed != text
    return list(validate(changed.encode(), profile=profile, today=datetime.date(2026, 11, 30)).findings)


def swapped(old: str, new: str, times: int = 1) -> Callable[[str], str]:
    """A change of one text for another."""
    return lambda text: text.replace(old, new, times)


@pytest.mark.parametrize(
    ("attribute", "grade"), [("ccy", "safe"), ("CCY", "safe"), ("Currency", "review"), ("Devise", "review")]
)
def test_a_currency_under_a_wrong_name_is_one_fault(attribute: str, grade: str) -> None:
    """The attribute is named with its right name, and nothing is said of its wrong one beside it."""
    (finding,) = found(swapped('Ccy="EUR"', f'{attribute}="EUR"'))
    assert finding.id == "P001-047"
    assert finding.fix() == f"Write the attribute Ccy in place of {attribute}."
    assert finding.proposal is not None
    assert (finding.proposal.old, finding.proposal.new, finding.proposal.grade) == (attribute, "Ccy", grade)


@pytest.mark.parametrize("attributes", ['x="EUR" y="USD"', 'note="to pay"'])
def test_an_attribute_that_is_no_currency_is_not_taken_for_one(attributes: str) -> None:
    """Two of them, or another text: the currency is missing, and they are too many."""
    assert {finding.id for finding in found(swapped('Ccy="EUR"', attributes))} == {"P001-030", "P001-047"}


@pytest.mark.parametrize("blanks", [" ", "   ", "\t", "\u00a0", "\u2003 ", "\u3000"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("EndToEndId", "FACT-8812"),
        ("InstrId", "LIGNE-1"),
        ("MsgId", "VIR-2026-11-30"),
        ("PmtInfId", "FOURNISSEURS-11"),
        ("Ustrd", "Rechnung 8812 vom 3.11.2026"),
        ("Ref", REFERENCE),
    ],
)
def test_blanks_alone_are_a_warning_once(name: str, text: str, blanks: str) -> None:
    """A reference or a text of blanks, of whatever kind they are: that is said, and no rule of characters beside it."""
    (finding,) = [each for each in found(swapped(f"<{name}>{text}", f"<{name}>{blanks}")) if each.id != "P001-165"]
    assert (finding.id, finding.severity, finding.location.field) == ("P001-140", "warning", name)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: re.sub("<RmtInf>.*?</RmtInf>", "<RmtInf/>", text, count=1),
        lambda text: re.sub("<Strd>.*?</Strd>", "<Strd></Strd>", text, count=1),
        lambda text: re.sub("<PstlAdr>.*?</PstlAdr>", "<PstlAdr> </PstlAdr>", text, count=1),
        swapped("<CdtrAgt>", "<UltmtDbtr/><CdtrAgt>"),
        swapped("<RmtInf><Ustrd>Rechnung", "<UltmtCdtr>\n</UltmtCdtr><RmtInf><Ustrd>Rechnung"),
    ],
)
def test_an_element_that_holds_nothing_is_one_warning(change: Callable[[str], str]) -> None:
    """What only holds others and holds none can go."""
    (finding,) = found(change)
    assert (finding.id, finding.severity) == ("P001-197", "warning")
    assert finding.proposal is not None
    assert (finding.proposal.new, finding.proposal.grade) == ("", "safe")


@pytest.mark.parametrize(
    "printed",
    [
        "RF18 5390 0754 7034",
        "rf18539007547034",
        "RF18-5390-0754-7034",
        "RF18.5390.0754.7034",
        "RF18\u00a05390 07547034",
    ],
)
def test_a_creditor_reference_in_print_has_its_electronic_form(printed: str) -> None:
    """Blanks, signs and small letters are those of paper: the check digits are right."""
    (finding,) = found(swapped(REFERENCE, printed))
    assert (finding.id, finding.expected) == ("P001-435", REFERENCE)


@pytest.mark.parametrize(
    "printed",
    ["+++090/9337/55493+++", "***090/9337/55493***", "090/9337/55493", "090-9337-55493", "+++ 090 / 9337 / 55493 +++"],
)
def test_a_belgian_message_in_print_has_its_digits(printed: str) -> None:
    """However the signs stand around them."""
    scor = "<Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>"
    (finding,) = found(swapped(f"{scor}{REFERENCE}", f"<Cd>SCOR</Cd></CdOrPrtry><Issr>BBA</Issr></Tp><Ref>{printed}"))
    assert (finding.id, finding.expected) == ("P001-436", "090933755493")


@pytest.mark.parametrize("text", ["a < b", "<", "<= 5", "Papier <3"])
def test_a_bracket_that_begins_no_tag_is_written_out(text: str) -> None:
    """It is no file that ends in the middle: one character is to be written otherwise."""
    (finding,) = found(swapped("Papierhaus Nord GmbH", text))
    assert (finding.id, finding.fix()) == ("P001-002", "Write &lt; in place of <.")
    assert finding.proposal is not None
    assert (finding.proposal.old, finding.proposal.new) == ("<", "&lt;")


@pytest.mark.parametrize(
    ("right", "whole"),
    [
        ("CdtrAcct", "CreditorAccount"),
        ("RmtInf", "RemittanceInformation"),
        ("Nm", "Name"),
        ("Ustrd", "Unstructured"),
        ("PmtId", "PaymentIdentification"),
        ("Amt", "Amount"),
        ("DbtrAcct", "DebtorAccount"),
        ("Ctry", "Country"),
        ("InstdAmt", "InstructedAmount"),
    ],
)
def test_a_name_written_out_is_the_one_that_abbreviates_it(right: str, whole: str) -> None:
    """The words of ISO 20022 instead of its tags: the tag is named, and nothing is missing beside it."""
    findings = found(lambda text: re.sub(rf"(</?){right}([ >])", rf"\g<1>{whole}\g<2>", text))
    assert {(each.id, each.fix()) for each in findings if each.severity == "error" and not each.follows} == {
        ("P001-031", f"Write {right} in place of {whole}.")
    }


@pytest.mark.parametrize("wrong", ["CDTRACCT", "cdtracct", "Cdtracct", "CreditorAcct", "creditorAccount"])
def test_a_name_in_other_letters_is_not_taken_for_a_shorter_one(wrong: str) -> None:
    """The account of the creditor, however it is spelled, is not the creditor."""
    findings = found(lambda text: re.sub(r"(</?)CdtrAcct>", rf"\g<1>{wrong}>", text))
    assert {each.fix() for each in findings if each.id == "P001-031"} == {f"Write CdtrAcct in place of {wrong}."}


def test_nobody_is_told_to_write_what_stands_there() -> None:
    """A code of three letters where two belong has its form as remedy, and no proposal."""
    (finding,) = found(swapped("<Ctry>DE</Ctry>", "<Ctry>DEU</Ctry>"))
    assert finding.fix() == "Write Ctry in this form: two capital letters."
    assert finding.proposal is None


def test_every_date_has_its_form_as_proposal() -> None:
    """The day of an invoice, too."""
    dated = "<Strd><RfrdDocInf><Nb>12</Nb><RltdDt>02/12/2026</RltdDt></RfrdDocInf></Strd>"
    findings = found(lambda text: re.sub("<Strd>.*?</Strd>", dated, text, count=1, flags=re.DOTALL), "iso")
    assert [(each.id, each.proposal.new) for each in findings if each.proposal is not None] == [
        ("P001-035", "2026-12-02")
    ]


NAMES = sorted(set(re.findall(r"<([A-Z]\w+)", FIXTURE.read_text("utf-8"))) - {"Document"})
MISSPELT = [
    (name, spelled)
    for name in NAMES
    for spelled in (name.upper(), name.lower(), name + name[-1], name[:2] + name[1:])
    if spelled != name
]


@pytest.mark.parametrize(("name", "spelled"), MISSPELT)
def test_a_misspelt_name_is_the_one_cause(name: str, spelled: str) -> None:
    """Every element, in capitals, small, or with a letter twice: its name is told, and nothing beside it."""
    findings = found(lambda text: re.sub(rf"(</?){name}(?=[ >])", rf"\g<1>{spelled}", text))
    assert {finding.expected for finding in findings} == {name}
