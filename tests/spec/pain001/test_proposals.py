"""Remedies as values: each proposal quotes the bytes that stand there, and mends its finding."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from statements.findings import Finding, Proposal, Report
from statements.formats import pain001
from statements.formats.pain001.answer import FileVerdict
from statements.formats.pain001.profiles import rules
from statements.wire import mending
from tests.rule_cases import PAIN001, Case

BAD = list(PAIN001.cases(bad=True))
TODAY = datetime.date(2026, 11, 30)
# Check digits, an amount's value, an account, a name, a party: nobody but their owner mends them.
NEVER = frozenset(f"P001-{n}" for n in (190, 191, 192, 193, 220, 221, 222, 223, 225, 226, 230, 231, 232, 302, 433, 434))


def check(data: bytes, profile: str = "qonto") -> Report[FileVerdict]:
    """The answer of a profile without the options of a case."""
    return pain001.validate(data, profile=profile, today=TODAY)


def mended(data: bytes, proposals: list[Proposal]) -> bytes:
    """The bytes with the proposals obeyed."""
    return b"".join(mending.mended([data], proposals))


def with_proposal(case: Case) -> list[Finding]:
    """The findings of a bad case that carry a proposal, in any profile."""
    found = {}
    for profile in ("iso", "sepa", "qonto"):
        for finding in check(case.data, profile).findings:
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
        left = [f.location.path for f in check(data, profile).findings if f.id == finding.id]
        assert finding.location.path is None or finding.location.path not in left


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_all_safe_proposals_together(case: Case) -> None:
    """Nothing safe is left to mend afterwards, and nothing is wrong that was not wrong before."""
    before = check(case.data)
    data, after = case.data, before
    for _ in range(4):
        # What stood behind a break, in another encoding or around an empty element is told only then.
        safe = [f.proposal for f in after.findings if f.proposal is not None and f.proposal.grade == "safe"]
        data = mended(data, safe)
        after = check(data)
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
    proposals = [f.proposal for f in check(data).findings if f.severity == "error"]
    assert {(each.new, each.grade) if each else (None, "") for each in proposals} == {(made, grade)}


def test_places_count_the_bytes_of_the_file(fixtures: Path) -> None:
    """Behind a byte order mark, letters of several bytes and references the offset is that of the file."""
    data = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    data = b"\xef\xbb\xbf" + data.replace(b"Papierhaus Nord GmbH", "\u4e2d\u6587 Dupont &amp; Fils".encode())
    data = re.sub(rb"Rechnung 8812", "Prêt &#38; café".encode(), data)
    safe = [f.proposal for f in check(data).findings if f.proposal is not None]
    assert len(safe) == 3
    text = mended(data, safe)
    assert b"<Ustrd>Pret + cafe vom 3.11.2026</Ustrd>" in text
    assert text.startswith(b"<?xml")
    assert not [f for f in check(text).findings if f.severity != "info"]


def test_no_proposal_where_the_bytes_are_not_those_quoted(fixtures: Path) -> None:
    """A comment in the value, or another encoding: the finding stands, the proposal does not."""
    text = (fixtures / "pain001" / "clean-03.xml").read_text("utf-8").replace("Rechnung", "Prêt")
    commented = text.replace("Prêt", "Pr<!-- x -->êt").encode()
    latin = text.replace("UTF-8", "ISO-8859-1", 1).encode("iso8859-1")
    for data in (commented, latin):
        assert [f.proposal for f in check(data).findings if f.id == "P001-160"] == [None]


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
        finding = next(f for f in check(data).findings if f.id == "P001-002")
        assert (finding.found, finding.expected) == (old, new)
        line = whole.split("\n")[(finding.location.line or 0) - 1]
        assert line[(finding.location.column or 0) - 1 :].startswith(old)
        assert finding.proposal is not None
        assert (finding.proposal.old, finding.proposal.new) == (old, new)
        assert check(mended(data, [finding.proposal])).valid


def test_a_file_that_ends_in_the_middle_says_so(fixtures: Path) -> None:
    """Cut at an element, in a text or in a tag: the finding says what the file lacks, in both languages."""
    data = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    for size in (len(data) // 2, len(data) - 4, data.index(b"<Ustrd>") + 10, data.index(b"<PmtMtd>"), -30):
        finding = check(data[:size]).findings[-1]
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
        ("UTF-8", "iso8859-1", "\u00e9", "safe"),
        (None, "iso8859-1", "\u00e9", "safe"),
        ("US-ASCII", "iso8859-1", "\u00e9", "safe"),
        ("UTF-8", "cp1252", "\u20ac", "safe"),
        (None, "cp1252", "\u2019", "safe"),
        ("no-such-encoding", "iso8859-1", "\u00e9", "safe"),
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
    first = check(data).findings[0]
    assert first.id in ("P001-004", "P001-005")
    assert first.proposal is not None
    assert first.proposal.grade == grade
    assert mended(data, [first.proposal]) == text.replace(DECLARED, "" if declared is None else DECLARED).encode()


@pytest.mark.parametrize(
    ("letters", "grade"),
    [
        (b"\xe9\xa4", "review"),  # the euro of ISO-8859-15, or a sign of no currency
        (b"\xb3\xbf", "review"),  # two letters of Polish, or a three and a question mark
        (b"\xe9 \xc3\xa9", None),  # one in ISO-8859-1, the other in UTF-8
        (b"\xe9\x81", None),  # a byte that stands for nothing
    ],
)
def test_an_encoding_is_not_guessed(fixtures: Path, letters: bytes, grade: str | None) -> None:
    """Where bytes may be other letters a person must look; where they are none, nothing is proposed."""
    data = (fixtures / "pain001" / "clean-03.xml").read_bytes().replace(b"Rechnung", b"Rechnung " + letters)
    (finding,) = check(data).findings
    assert finding.id == "P001-004"
    assert (finding.proposal.grade if finding.proposal is not None else None) == grade
