"""Copies for a supplier's support: nothing of the original's words, and all of its findings."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements import convert, read
from statements.findings import Finding
from statements.reference.iban import iban_fault, is_iban, rib, rib_fault
from statements.services.anonymise import Mask, NotAnonymised, anonymise, changed_findings
from statements.services.validate import CheckOptions
from tests.build import entry, statement
from tests.rule_cases import TABLES, Case
from tests.strategies import IBANS

ROOT = Path(__file__).parents[3]
OPTIONS = CheckOptions(today=datetime.date(2026, 11, 30), limit=None)
MASK = Mask(b"a key of the tests")
FILES = sorted(
    path for path in (ROOT / "fixtures").rglob("*") if path.is_file() and path.suffix not in (".toml", ".md")
)
CASES = [case for table in TABLES for bad in (True, False) for case in table.cases(bad=bad)]

CANNOT_HOLD = {
    # An account cut in two by a processing instruction: each half is replaced by itself, so the check digits go wrong.
    "a_processing_instruction_inside_an_IBAN",
}


def copy(data: bytes) -> bytes | None:
    """The copy; ``None`` for a file that is refused."""
    try:
        return anonymise(data, MASK)
    except NotAnonymised:
        return None


def places(findings: tuple[Finding, ...]) -> Counter[tuple[str, int | None, int | None]]:
    """The rules and their places."""
    return Counter((item.id, item.location.line, item.location.column) for item in findings)


def test_the_findings_of_every_fixture_are_the_same() -> None:
    """The same rules at the same lines and columns, in files of the same length."""
    made = 0
    for path in FILES:
        data = path.read_bytes()
        masked = copy(data)
        if masked is None:
            continue
        made += 1
        assert len(masked) == len(data), path
        assert changed_findings(data, masked, OPTIONS) == (), path
    assert made > 140


def test_the_findings_of_every_case_of_every_rule_are_the_same() -> None:
    """Every rule keeps its fault: the bad files of all rules, and their near misses."""
    made = 0
    for case in CASES:
        if any(case.id.endswith(name) for name in CANNOT_HOLD):
            continue
        masked = copy(case.data)
        if masked is None:
            continue
        made += 1
        other = replace(case, data=masked, organization=_organization(case), options=_options(case))
        profile = case.profiles[0]
        assert places(case.table.check(other, profile)) == places(case.table.check(case, profile)), case.id
    assert made > 1_000


def _organization(case: Case) -> bytes | None:
    return None if case.organization is None else anonymise(case.organization, MASK)


def _options(case: Case) -> dict[str, object]:
    options = dict(case.options)
    if options.get("account"):
        options["account"] = MASK.account(str(options["account"]))
    return options


MARKS = ("ZYXWVUTSRQ", "Kolibrifeder", "QUOKKAMOND")


def marked() -> list[tuple[str, bytes]]:
    """One file of each form with words that nobody else has in every field that holds words."""
    one, two, three = MARKS
    mt940 = (
        f":20:{one}\r\n:25:{two}\r\n:28C:1/1\r\n:60F:C260902EUR100,00\r\n:61:2609030903C12,34NTRF{three}//{one}\r\n"
        f"{two}\r\n:86:166?00{one}?20EREF+{two}?21SVWZ+{three}?32{one}?33{two}\r\n:62F:C260903EUR112,34\r\n:86:{three}\r\n-\r\n"
    )
    slash = mt940.replace(f"166?00{one}?20EREF+{two}", f"/ORDP//NAME/{one}/REMI/{two}/EREF/{three}/UNKN/{one}")
    records = [
        "01" + "16958" + "    " + "00001" + "EUR2 12345678901  020926".ljust(74) + "0000000010000{".ljust(30),
        "0416958    00001EUR2 1234567890105030926  030926"
        + one.ljust(31)
        + "  0000000  0000000001234{"
        + two.ljust(16),
        *(
            f"0516958    00001EUR2 1234567890105030926     {qualifier}" + three.ljust(70) + "  "
            for qualifier in ("NPY", "LIB", "LCC", "RCN", "XXX")
        ),
        "07" + "16958" + "    " + "00001" + "EUR2 12345678901  030926".ljust(74) + "0000000011234{".ljust(30),
    ]
    payment = (ROOT / "fixtures" / "pain001" / "clean-03.xml").read_text("utf-8")
    payment = re.sub(
        r">[^<>\n]+</(Nm|Ustrd|EndToEndId|MsgId|PmtInfId|AdrLine|Id|InstrId|IBAN|BIC)>", rf">{one}</\1>", payment
    )
    payment = payment.replace("<GrpHdr>", f"<!-- {two} --><GrpHdr>").replace("<PmtInf>", f'<PmtInf note="{three}">')
    row = json.loads((ROOT / "fixtures" / "qonto" / "2026-09" / "transactions-main-page-1.json").read_bytes())
    for name in ("id", "transaction_id", "label", "note", "reference", "status", "operation_type", "card_last_digits"):
        row["transactions"][0][name] = one
    row["transactions"][0]["transfer"] = {"counterparty_account_number": two, "counterparty_bank_identifier": three}
    return [
        ("mt940", mt940.encode()),
        ("slash", slash.encode()),
        ("cfonb120", "\r\n".join([*records, ""]).encode()),
        ("pain.001", payment.encode()),
        ("qonto-json", json.dumps(row, indent=1).encode()),
        ("json", convert([statement(entry(1, remittance=MARKS))], to="json").value[0].content),
    ]


@pytest.mark.parametrize(("name", "data"), marked(), ids=[name for name, _ in marked()])
def test_nothing_of_the_words_is_left(name: str, data: bytes) -> None:
    """No mark survives in any field, whatever its case."""
    found = [mark for mark in MARKS if mark.encode() in data]
    masked = anonymise(data, MASK)
    assert found
    assert len(masked) == len(data)
    for mark in MARKS:
        assert mark.lower().encode() not in masked.lower(), mark


@pytest.mark.parametrize("name", ["mt940", "cfonb120", "json"])
def test_the_same_account_becomes_the_same_account_in_every_format(name: str) -> None:
    """One account in three formats is one account in the three copies: another one, with right check digits."""
    data = convert([statement(entry(1_000, remittance=("Loyer Dupont",)))], to=name).value[0].content
    (made,) = read(anonymise(data, MASK)).value
    assert made.account.iban == MASK.account("FR7616958000011234567890177")
    assert is_iban(made.account.iban)
    assert not rib_fault(made.account.iban)
    words = " ".join(made.entries[0].remittance).upper()
    assert words == MASK.text("LOYER DUPONT")


def test_a_run_has_its_own_replacements() -> None:
    """Another key, other words; the same key, the same bytes."""
    data = (ROOT / "fixtures" / "mt940" / "clean.sta").read_bytes()
    assert anonymise(data, Mask(b"one")) == anonymise(data, Mask(b"one"))
    assert anonymise(data, Mask(b"one")) != anonymise(data, Mask(b"two"))
    for key in (b"", b"x" * 65):
        with pytest.raises(ValueError, match="1 to 64 bytes"):
            Mask(key)


def test_dates_are_shifted_everywhere() -> None:
    """Four weeks later, every day is four weeks later, and all balances still lead to one another."""
    for name in ("mt940", "cfonb120", "json"):
        before = statement(entry(1_000), entry(-5))
        data = convert([before], to=name).value[0].content
        (after,) = read(anonymise(data, Mask(b"key", days=28))).value
        moved = datetime.timedelta(days=28)
        assert after.closing is not None
        assert before.closing is not None
        assert after.closing.date == before.closing.date + moved
        assert {item.booking_date for item in after.entries} == {before.entries[0].booking_date + moved}
        assert {item.value_date for item in after.entries} == {before.entries[0].booking_date + moved}
    payment = (ROOT / "fixtures" / "pain001" / "clean-03.xml").read_bytes()
    days = re.findall(rb"<ReqdExctnDt>([^<]*)<", payment)
    later = re.findall(rb"<ReqdExctnDt>([^<]*)<", anonymise(payment, Mask(b"key", days=1)))
    assert [datetime.date.fromisoformat(day.decode()) + datetime.timedelta(1) for day in days] == [
        datetime.date.fromisoformat(day.decode()) for day in later
    ]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04", b"Date;Montant\r\n"])
def test_what_is_not_known_is_refused(data: bytes) -> None:
    """A file whose fields nobody knows is never copied."""
    with pytest.raises(NotAnonymised):
        anonymise(data, MASK)


@given(IBANS)
def test_accounts_stay_as_right_as_they_were(iban: str) -> None:
    """A right IBAN becomes another right one of the same country and bank; a wrong one a wrong one."""
    made = MASK.account(iban)
    assert (made[:2], len(made), is_iban(made)) == (iban[:2], len(iban), True)
    assert made != iban
    assert rib_fault(made) == rib_fault(iban)
    parts, other = rib(iban), rib(made)
    assert (parts is None) == (other is None)
    if parts is not None and other is not None:
        assert parts.bank == other.bank
    wrong = f"{iban[:2]}{(int(iban[2:4]) - 2 + 1) % 97 + 2:02d}{iban[4:]}"
    assert iban_fault(MASK.account(wrong)) == iban_fault(wrong) == "check_digits"


WORDS = st.text(st.sampled_from("abcxyzABCXYZ0123456789éèçÀÉñßЖд"), min_size=1, max_size=12)


@given(st.lists(WORDS, min_size=2, max_size=30, unique=True), st.binary(min_size=1, max_size=8))
def test_words_are_permuted(words: list[str], key: bytes) -> None:
    """Every word becomes another of its shape, and no two words become one."""
    mask = Mask(key)
    made = [mask.word(word) for word in words]
    assert len(set(made)) == len(words)
    for word, other in zip(words, made, strict=True):
        if not {*word} <= {"ß"}:
            assert word != other
        assert (len(word), len(word.encode())) == (len(other), len(other.encode()))
        for old, new in zip(word, other, strict=True):
            assert (old.isdigit(), old.isalpha(), old.isascii()) == (new.isdigit(), new.isalpha(), new.isascii())
            if old.isascii():
                assert old.isupper() == new.isupper()


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_copied_or_refused(data: bytes) -> None:
    """Whatever the bytes: a copy of the same length, or a refusal, never another exception."""
    for head in (
        b"",
        b":20:A\r\n:25:B\r\n:60F:C260902EUR1,00\r\n",
        b"<Document>",
        b'{"statements": [',
        b'{"transactions": [',
    ):
        masked = copy(head + data)
        assert masked is None or len(masked) == len(head + data)
