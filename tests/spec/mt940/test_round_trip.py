"""The round-trip laws of MT940 as properties."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statements.formats import mt940
from statements.formats.mt940 import reader
from statements.formats.mt940.fast import read_fast
from statements.model.statement import Statement
from tests.spec.mt940.bank_files import bank_files
from tests.spec.mt940.strategies import statements

FEWER = settings(max_examples=max(20, settings().max_examples // 10))
"""The statements are large; the laws over both formats take the full number."""

LOSSES = {"CNV-210", "CNV-211", "CNV-214", "CNV-215"}
"""What a writer cut, dropped or defused: the only differences that the projection does not declare."""


@pytest.mark.parametrize("profile", list(mt940.PROFILES))
@FEWER
@given(statement=statements())
def test_what_is_written_reads_back_as_its_projection(profile: str, statement: Statement) -> None:
    """read(write(s)) == project(s), unless a finding names a part that was cut or defused."""
    if profile == "blocks":
        account = statement.account
        statement = with_bic(statement) if account.iban else statement
    written = mt940.write([statement], profile=profile)
    if not written.value:
        assert any(finding.severity == "error" for finding in written.findings)
        return
    read = mt940.read(written.value)
    assert not [finding for finding in read.findings if finding.severity == "error"]
    (again,) = read.value
    expected = mt940.project(statement, profile)
    assert again.opening == expected.opening
    assert again.closing == expected.closing
    assert [entry.amount for entry in again.entries] == [entry.amount for entry in expected.entries]
    touched = {finding.location.entry for finding in written.findings if finding.id in LOSSES}
    for number, (found, wanted) in enumerate(zip(again.entries, expected.entries, strict=True), 1):
        if number not in touched:
            assert found == wanted
    if not touched:
        assert again == expected


@pytest.mark.parametrize("profile", list(mt940.PROFILES))
@FEWER
@given(statement=statements())
def test_writing_what_was_read_gives_the_same_bytes(profile: str, statement: Statement) -> None:
    """write(read(b)) == b for every file we wrote, whatever was cut on the way."""
    written = mt940.write([with_bic(statement)], profile=profile)
    again = mt940.write(mt940.read(written.value).value, profile=profile) if written.value else written
    assert again.value == written.value


@FEWER
@given(statement=statements(), profile=st.sampled_from(["qonto", "german", "swift"]))
def test_written_lines_keep_their_form(statement: Statement, profile: str) -> None:
    """Only the set x; at most 65 columns and six lines a text; no line begins badly, ends with a blank or is empty."""
    data = mt940.write([statement], profile=profile, eol="crlf").value
    lines = data.decode("ascii").split("\r\n")[:-1]
    assert set(data.decode("ascii")) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+\r\n"
    )
    text_lines = 0
    for line in lines:
        if line == "-":
            continue
        assert line.rstrip() == line
        assert line
        if line[0] == ":" and line[1:3].isdigit() and ":" in line[3:5]:
            text_lines = 1 if line.startswith(":86:") else 0
            width = 65 + 4 if line.startswith(":86:") else 74
        else:
            assert line.lstrip()[0] not in ":-"
            text_lines += 1 if text_lines else 0
            width = 65 if text_lines else 35
        assert len(line) <= width
        assert text_lines <= 6
    entry_lines = sum(line.startswith(":61:") for line in lines)
    assert not data or entry_lines == len(statement.entries)


@FEWER
@given(statement=statements(), profile=st.sampled_from(list(mt940.PROFILES)))
def test_the_quick_path_reads_what_the_careful_path_reads(statement: Statement, profile: str) -> None:
    """Statements and findings are the same with and without the quick path."""
    data = mt940.write([with_bic(statement), with_bic(statement)], profile=profile).value
    for reading in ("qonto", "swift", "blocks"):
        quick = mt940.read(data, profile=reading)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(reader, "read_fast", lambda *_: None)
            careful = mt940.read(data, profile=reading)
        assert quick == careful


@given(
    data=bank_files(), profile=st.sampled_from(["qonto", "german", "swift", "blocks"]), limit=st.sampled_from([None, 1])
)
def test_the_quick_path_reads_the_files_of_banks_as_the_careful_path(
    data: bytes, profile: str, limit: int | None
) -> None:
    """Statements, findings and verdict of files in any dialect are the same with and without the quick path."""
    quick = mt940.read(data, profile=profile), mt940.validate(data, profile=profile, limit=limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "read_fast", lambda *_: None)
        careful = mt940.read(data, profile=profile), mt940.validate(data, profile=profile, limit=limit)
    assert quick == careful


def test_the_quick_path_is_used_for_what_we_write() -> None:
    """The property above compares two paths: the quick one must not decline the plainest message."""
    data = (
        b":20:R1\r\n:25:FR7616958000011234567890177\r\n:28C:1/1\r\n:60F:C260101EUR100,00\r\n"
        b":61:2601020102C10,00NTRFREF//B1\r\n:86:/REMI/Facture 2026/08\r\n:62F:C260102EUR110,00\r\n-\r\n"
    )
    pages = reader.Pages(mt940.PROFILES["qonto"])
    page = read_fast(data, data.decode(), pages.tokens, pages.report)
    assert page is not None
    assert page.entries == mt940.read(data).value[0].entries


def with_bic(statement: Statement) -> Statement:
    """The statement with a bank, which profile blocks needs."""
    from msgspec import structs

    return structs.replace(statement, account=structs.replace(statement.account, bic="QNTOFRP1XXX"))
