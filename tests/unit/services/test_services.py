"""The library: read, convert, validate, and the ledger."""

from __future__ import annotations

import datetime
import io
import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import statements
from statements.findings import InvalidFile
from statements.formats import register
from statements.reference.iban import is_iban
from statements.rules import Severity
from statements.services.convert import FileGroup, file_name, groups, join, ledger_lines, numbered, writer_profile
from statements.services.read import ReadOptions, gather
from statements.services.rules import rules
from statements.services.validate import declared_format
from tests.unit.cli.conftest import GERMAN, IBAN, JSON, MT940, OTHER_IBAN, WRONG_CLOSING

PAYMENTS = Path(__file__).parents[3] / "fixtures" / "pain001" / "clean-03.xml"


def test_the_three_calls_of_the_documentation() -> None:
    """read identifies the format, convert gives one file per IBAN and period, validate gives the report."""
    outcome = statements.read(MT940)
    assert outcome.ok
    files = statements.convert(outcome.value, to="cfonb120").unwrap()
    assert [file.name for file in files] == [f"{IBAN}_2026-09-03_2026-09-03.cfonb120.txt"]
    assert statements.validate(files[0].content).valid
    assert statements.read(files[0].content).value[0].entries[0].amount.text == "12.34"


def test_text_is_taken_as_bytes_are() -> None:
    """A str is text, never a path: one that looks like a path is refused with a hint."""
    assert statements.read(MT940.decode()).value == statements.read(MT940).value
    assert statements.validate("good").findings[0].id == "CNV-001"
    for path in ("good.sta", "/tmp/a b/good.xml", r"C:\files\good.sta", "../good.json", "~/good.csv"):
        for verb in (statements.read, statements.validate, statements.identify):
            with pytest.raises(ValueError, match=r"pathlib\.Path"):
                verb(path)


def test_a_path_and_a_stream_are_read(tmp_path: Path) -> None:
    """Bytes, a binary stream and a path object give the same; anything else is misuse."""
    path = tmp_path / "good.sta"
    path.write_bytes(MT940)
    with path.open("rb") as stream:
        assert statements.read(stream).value == statements.read(path).value == statements.read(MT940).value
    assert statements.validate(path).sha256 == statements.validate(bytearray(MT940)).sha256
    assert statements.identify(io.BytesIO(MT940)).format == "mt940"
    for wrong in (3, None, io.StringIO("x")):
        with pytest.raises(TypeError, match="binary stream"):
            statements.read(wrong)  # type: ignore[arg-type]


def test_payments_are_checked_from_the_top() -> None:
    """Settings, day and own accounts of the payment check are keywords of the one verb; a wrong setting is named."""
    data = PAYMENTS.read_bytes()
    assert not statements.validate(data, max_bytes="100").valid
    assert statements.validate(data, today=datetime.date(2026, 11, 26)).format == "pain.001.001.03"
    with pytest.raises(ValueError, match="max_amounts"):
        statements.validate(data, max_amounts="1")


def test_a_prompt_shows_one_line() -> None:
    """repr and str of everything the verbs give are short and say what it is."""
    outcome = statements.read(MT940)
    files = statements.convert(outcome.value, to="mt940")
    report = statements.validate(WRONG_CLOSING)
    shown = [outcome, outcome.value[0], files, files.value[0], report, report.findings[0], report.findings[0].rule]
    for text in (write(item) for item in shown for write in (repr, str)):
        assert len(text) <= 200, text
        assert "\n" not in text
    assert str(report) == "mt940: not valid, 1 errors, 0 warnings"
    assert re.match(r"\d+:\d+: M940-\d+ error: ", str(report.findings[0]))


def test_unwrap_raises_for_those_who_prefer_it() -> None:
    """The one exception names the first error."""
    with pytest.raises(InvalidFile, match="CNV-001"):
        statements.read(b"").unwrap()


@pytest.mark.parametrize(
    "call",
    [
        lambda: statements.convert((), to="mt9"),
        lambda: statements.convert((), to="mt940", profile="sepa"),
        lambda: statements.convert((), to="mt940", settings={"pages": "1"}),
        lambda: statements.convert((), to="json", profile="x"),
        lambda: statements.validate(b"", profile="x"),
        lambda: statements.validate(MT940, declared="nothing"),
    ],
)
def test_misuse_raises(call: object) -> None:
    """A wrong argument is a ``ValueError`` with words."""
    with pytest.raises(ValueError, match=r"\S"):
        call()  # type: ignore[operator]


def test_one_refused_statement_loses_no_other() -> None:
    """The German account has no CFONB-120, the French one is written."""
    both = statements.read(GERMAN).value + statements.read(JSON).value
    outcome = statements.convert(both, to="cfonb120")
    assert [file.account for file in outcome.value] == [IBAN]
    assert [finding.id for finding in outcome.findings] == ["CNV-101"]


def test_two_accounts_are_two_files() -> None:
    """One file per IBAN, in the order of the source; joined they hold both."""
    second = MT940.replace(IBAN.encode(), OTHER_IBAN.encode())
    files = statements.convert(statements.read(MT940 + second).value, to="mt940").unwrap()
    assert [file.account for file in files] == [IBAN, OTHER_IBAN]
    assert join(files, "mt940").count(b":62F:") == 2
    as_json = statements.convert(statements.read(MT940 + second).value, to="json").unwrap()
    assert len(json.loads(join(as_json, "json"))["statements"]) == 2


def test_statements_of_one_period_share_a_file() -> None:
    """Nothing is written over: two statements of one account and period stand in one file."""
    twice = statements.read(JSON).value * 2
    (file,) = statements.convert(twice, to="mt940").unwrap()
    assert file.content.count(b":62F:") == 2
    assert (len(file.statements), file.entries) == (2, 2)


def test_statement_numbers_are_counted_for_each_account() -> None:
    """A number as setting is that of the first statement of an account; schemes stay."""
    profile = writer_profile("mt940", settings={"statement_number": "7"})
    months = [FileGroup(account, None, None, ()) for account in ("A", "B")]
    twice = [msgspec.structs.replace(group, statements=statements.read(JSON).value) for group in months * 2]
    found = [own.settings["statement_number"] for _, own in numbered(twice, profile)]
    assert found == ["7", "7", "8", "8"]
    assert numbered(months, writer_profile("mt940"))[0][1].settings["statement_number"] == "yyddd"


@given(st.text(max_size=60))
def test_names_are_safe_whatever_the_account(account: str) -> None:
    """A file name is a checked IBAN or a hash: no separator, no dots at its start, nothing of the text."""
    name = file_name(FileGroup(account, None, None, ()), "mt940")
    assert name.endswith("_undated.mt940.sta")
    assert name.split("_")[0].isalnum()
    assert is_iban(account) or len(name.split("_")[0]) == 16


def test_groups_keep_the_order_of_the_source() -> None:
    """The first statement of each account and period decides."""
    found = groups(statements.read(GERMAN).value + statements.read(JSON).value + statements.read(GERMAN).value)
    assert [(group.account[:2], len(group.statements)) for group in found] == [("DE", 2), ("FR", 1)]


def test_a_faulty_bank_file_taints_its_account_alone() -> None:
    """The statements of the account with an error are left out of a bank format, the others stay."""
    second = MT940.replace(IBAN.encode(), OTHER_IBAN.encode())
    gathered = gather([("a.sta", WRONG_CLOSING), ("b.sta", second)], ReadOptions())
    kept, findings = gathered.sound()
    assert [item.account.iban for item in kept] == [OTHER_IBAN]
    assert [(item.id, item.location.account) for item in findings] == [("CNV-008", IBAN)]
    assert len(gathered.statements) == 2


def test_findings_name_their_file() -> None:
    """With several sources each finding says which one it is of."""
    gathered = gather([("a.sta", WRONG_CLOSING), ("b.bin", b"\x00\x01")], ReadOptions())
    assert {item.location.file for item in gathered.findings} == {"a.sta", "b.bin"}


def test_accounts_are_chosen() -> None:
    """Only the account asked for comes back; one that is not there is an error."""
    both = MT940 + MT940.replace(IBAN.encode(), OTHER_IBAN.encode())
    gathered = gather([("x", both)], ReadOptions(accounts=(OTHER_IBAN,)))
    assert [item.account.iban for item in gathered.statements] == [OTHER_IBAN]
    assert all(item.severity is not Severity.ERROR for item in gathered.findings)
    gathered = gather([("x", MT940)], ReadOptions(accounts=(OTHER_IBAN,)))
    assert [item.id for item in gathered.findings] == ["CNV-004"]
    assert gathered.findings[0].expected == IBAN


def test_a_monegasque_account_is_known_by_its_rib() -> None:
    """CFONB-120 reads it as French; the caller's IBAN decides."""
    monaco = "MC5816958000011234567890177"
    assert is_iban(monaco)
    data = statements.convert(statements.read(JSON.replace(IBAN.encode(), monaco.encode())).value, to="cfonb120")
    content = data.unwrap()[0].content
    assert statements.read(content).value[0].account.iban == IBAN
    gathered = gather([("x", content)], ReadOptions(accounts=(monaco,)))
    assert [item.account.iban for item in gathered.statements] == [monaco]


def test_foreign_files_are_named_not_read() -> None:
    """A camt.053 or a payment file gives no statement, and says why."""
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
    (finding,) = statements.read(f'<Document xmlns="{space}"><BkToCstmrStmt/></Document>').findings
    assert finding.id == "CNV-002"
    assert "camt.053 bank statement" in finding.message("en")
    assert "relevé bancaire camt.053" in finding.message("fr")
    payment = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"
    assert statements.read(f'<Document xmlns="{payment}"/>').findings[0].id == "CNV-003"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mt940", "mt940"),
        ("CFONB120", "cfonb120"),
        ("pain.001", "pain.001"),
        ("camt.fin.mt940.stm.0w1", "mt940"),
        ("camt.xxx.cfonb120.rep", "cfonb120"),
        ("EOP/cfonb120", "cfonb120"),
        ("pain.001.001.02.SCT", "pain.001"),
        ("SCT/pain.001:03", "pain.001"),
    ],
)
def test_declared_names(name: str, expected: str) -> None:
    """EBICS names of both versions and our own words."""
    assert declared_format(name) == expected


def test_the_ledger_of_a_plain_file_is_one_line_an_entry() -> None:
    """What needed no change has no change line; ids are those behind the token."""
    files = statements.convert(statements.read(MT940).value, to="mt940").unwrap()
    ids = {"QABCDEFGHIJKLMNO": ("id-1", "slug-1-transaction")}
    lines = [json.loads(line) for line in ledger_lines(files, ids, timezone="Europe/Paris")]
    assert [line["entry"] for line in lines] == [1, 2]
    assert (lines[0]["id"], lines[0]["transaction_id"]) == ("id-1", "slug-1-transaction")
    assert lines[0]["timezone"] == "Europe/Paris"
    assert "id" not in lines[1]


def test_every_rule_of_the_services_speaks_both_languages() -> None:
    """Messages, mending and reason exist in English and French."""
    for book in (rules(), register.get("json").books[0].load()):
        for rule in book:
            for text in (rule.message, rule.fix, rule.why):
                assert text.en.endswith((".", "?")), rule.id
                assert text.fr.endswith((".", "?")), rule.id
            assert rule.source
            assert rule.example


def test_ids_are_unique_over_all_books() -> None:
    """A rule id means one thing in the whole project."""
    listed = [rule.id for book in register.books().values() for rule in book.load()]
    assert len(listed) == len(set(listed))


@given(st.binary(max_size=400))
@example(b'{"statements":[]}')
def test_any_bytes_end_in_an_answer(data: bytes) -> None:
    """read and validate never raise; what nobody knows is an error."""
    report = statements.validate(data)
    outcome = statements.read(data)
    assert report.valid == (report.summary.errors == 0)
    assert report.valid or any(item.severity is Severity.ERROR for item in report.findings)
    # The files that say nothing and are right: an empty list of statements, or of transactions.
    assert outcome.value or outcome.findings or json.loads(data) in ({"statements": []}, {"transactions": []}, [])
