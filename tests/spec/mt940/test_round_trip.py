"""The round-trip laws of MT940 as properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from statements.formats import mt940
from statements.model.statement import Statement
from tests.spec.mt940.bank_files import bank_files
from tests.spec.mt940.projection import project
from tests.spec.mt940.strategies import statements
from tests.strategies import share

FEWER = share(4)
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
    expected = project(statement, profile)
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


@pytest.mark.parametrize("profile", list(mt940.PROFILES))
@FEWER
@given(statement=statements())
def test_the_projection_of_the_codec_is_reading_after_writing(profile: str, statement: Statement) -> None:
    """What the codec says comes back is what the oracle of these tests says, where nothing is cut or defused."""
    statement = with_bic(statement)
    written = mt940.write([statement], profile=profile)
    if written.value and not LOSSES & {finding.id for finding in written.findings}:
        assert mt940.project(statement, profile) == project(statement, profile)


@given(data=bank_files(), profile=st.sampled_from(["qonto", "german", "swift", "blocks"]))
def test_line_by_line_gives_what_the_message_as_a_whole_gives(data: bytes, profile: str) -> None:
    """CR alone sends a file line by line; LF and CR LF let a message in order be cut at once: the same is read."""
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    readings = []
    for eol in (b"\n", b"\r\n", b"\r"):
        outcome = mt940.read(text.replace(b"\n", eol), profile=profile)
        # Their own rule aside, line ends count two characters in the length of a message.
        # The account is known once the field has been read, which comes later when a file is one piece.
        findings = [
            structs.replace(finding, location=structs.replace(finding.location, account=None))
            for finding in outcome.findings
            if finding.id not in ("M940-004", "M940-025")
        ]
        readings.append((outcome.value, findings))
    assert readings[0] == readings[1] == readings[2]


@pytest.mark.parametrize("eol", [b"\n", b"\r\n", b"\r"])
def test_another_encoding_is_told_of_its_message(eol: bytes) -> None:
    """Whatever the line ends: the message, the line and the column of the first such letter."""
    message = b":20:A\n:25:DE89370400440532013000\n:28C:%d\n:60F:C240101EUR1,00\n%s:62F:C240101EUR1,00\n-\n"
    data = b"".join((message % (1, b""), message % (2, b""), message % (3, b":86:\xe9\n")))
    (found,) = [each for each in mt940.read(data.replace(b"\n", eol)).findings if each.id == "M940-002"]
    place = found.location
    assert (place.statement, place.line, place.column, found.found) == (3, 17, 5, "cp1252")


def with_bic(statement: Statement) -> Statement:
    """The statement with a bank, which profile blocks needs."""
    return structs.replace(statement, account=structs.replace(statement.account, bic="QNTOFRP1XXX"))
