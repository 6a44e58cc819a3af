"""Copies for a supplier's support: nothing of the original's words, and all of its findings."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from statements import convert, read
from statements.findings import Finding
from statements.reference.iban import iban_fault, is_iban, rib, rib_fault
from statements.services.anonymise import Mask, NotAnonymised, OtherAmounts, anonymise, changed_findings, copies
from statements.services.anonymise.amounts import ATTEMPTS, ONE, PAYMENT_LIMITS, Amounts, written
from statements.services.read import gather
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
        assert places(case.table.check(other, profile)) == places(case.findings(profile)), case.id
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
        if masked is not None:
            with suppress(ValueError):
                shifted(head + data)


# -- amounts


def shifted(*files: bytes, attempt: int = 0) -> tuple[bytes, ...]:
    """Files of one run with other amounts and nothing else changed."""
    others = OtherAmounts(b"a key of the tests", attempt)
    for data in files:
        others.learn(data)
    return tuple(map(others.shifted, files))


def test_other_amounts_keep_the_findings_of_every_fixture() -> None:
    """The same rules at the same places, with other words and other amounts: no file must keep its own."""
    made = 0
    for path in FILES:
        try:
            (copied,) = copies([path.read_bytes()], b"a key", amounts=True, options=OPTIONS)
        except NotAnonymised:
            continue
        made += 1
        assert (copied.rules, copied.same_amounts) == ((), False), path
        assert set(copied.unchanged) <= {"0.50", "100000.00"}, path
    assert made > 140


def test_other_amounts_keep_the_findings_of_every_case_of_every_rule() -> None:
    """Zeros, ceilings, wrong sums and closings, broken chains, amounts that cannot be read, and their near misses."""
    made = 0
    for case in CASES:
        files = [case.data, *([case.organization] if case.organization is not None else [])]
        profile = case.profiles[0]
        expected = places(case.findings(profile))
        found = None
        for attempt in range(ATTEMPTS):
            try:
                data, *others = shifted(*files, attempt=attempt)
            except NotAnonymised:
                break
            other = replace(case, data=data, organization=others[0] if others else None)
            found = places(case.table.check(other, profile))
            made += 1
            if found == expected:
                break
        assert found in (None, expected), case.id
    assert made > 1_000


SMALL = [path.read_bytes() for path in FILES if 50 < path.stat().st_size < 3_000]
DIGIT = re.compile(rb"[0-9]")


@given(st.sampled_from(SMALL), st.lists(st.tuples(st.floats(0, 1), st.sampled_from(b"0123456789,.CD")), max_size=3))
def test_other_amounts_keep_the_findings_of_changed_files(data: bytes, changes: list[tuple[float, int]]) -> None:
    """Whatever digits of a file become: the findings of the copy are those of the file, or its amounts stay, told."""
    changed = bytearray(data)
    digits = [match.start() for match in DIGIT.finditer(data)]
    for where, char in changes:
        changed[digits[int(where * (len(digits) - 1))]] = char
    try:
        before = anonymise(bytes(changed), Mask(b"a key"))
        (copied,) = copies([bytes(changed)], b"a key", amounts=True, options=OPTIONS)
    except NotAnonymised:
        return
    assert changed_findings(before, copied.content, OPTIONS) == ()
    assert not copied.same_amounts or copied.content == before


AMOUNTS = ("7654321", "8765432", "9876543")
"""Whole parts of amounts that nothing else has."""


def with_amounts() -> list[tuple[str, bytes]]:
    """One file of each form with amounts that nobody else has in every field that holds one."""
    one, two, three = AMOUNTS
    mt940 = (
        f":20:A\r\n:25:B\r\n:28C:1/1\r\n:60F:C260902EUR{one},21\r\n:61:2609030903C{two},34NTRFA//B\r\n"
        f"/OCMT/USD{three},12//CHGS/EUR{one},21/\r\n:86:166?00A?20OAMT+{three},12?21COAM+EUR{two},34?22COUTS {two}.34"
        f"?23OAMT+USD 7 654 321,21?24COAM+9.876.543,12"
        "\r\n"
        f":62F:C260903EUR16419753,55\r\n:64:C260903EUR{three},99\r\n:65:C260904EUR{three},99\r\n"
        f":86:{two},34 EUR\r\n-\r\n"
    )
    interim = (
        f":20:A\r\n:25:B\r\n:28C:1/1\r\n:34F:EUR{one},\r\n:13D:2609031200+0200\r\n:61:2609030903D{two},34NTRFA//B\r\n"
        f":90D:1EUR{two},34\r\n:90C:0EUR0,\r\n-\r\n"
    )
    records = [
        "01" + "16958" + "    " + "00001" + "EUR2 12345678901  020926".ljust(74) + f"0000{one}21{{".ljust(30),
        "0416958    00001EUR2 1234567890105030926  030926"
        + "A".ljust(31)
        + f"  0000000  0000{two}34{{"
        + "B".ljust(16),
        *(
            f"0516958    00001EUR2 1234567890105030926     {qualifier}" + text.ljust(70) + "  "
            for qualifier, text in (
                ("MMO", f"USD200000{three}120400000010830"),
                ("FEE", f"EUR200000{one}21"),
                ("LIB", f"FRAIS {two},34"),
            )
        ),
        "07" + "16958" + "    " + "00001" + "EUR2 12345678901  030926".ljust(74) + "0000164197535E".ljust(30),
    ]
    payment = (ROOT / "fixtures" / "pain001" / "clean-03.xml").read_text("utf-8")
    payment = re.sub(r"(<InstdAmt[^>]*>)[^<]*", rf"\g<1>{one}.21", payment)
    payment = re.sub(r"<CtrlSum>[^<]*", f"<CtrlSum>{two}.34", payment)
    payment = payment.replace(
        "<RmtInf>", f"<RmtInf><Strd><RfrdDocAmt><RmtdAmt Ccy='EUR'>{three}.12</RmtdAmt></RfrdDocAmt></Strd>"
    )
    row = json.loads((ROOT / "fixtures" / "qonto" / "2026-09" / "transactions-main-page-1.json").read_bytes())
    for item in row["transactions"]:
        for name in list(item):
            if name.endswith("_cents"):
                item[name] = int(two + "34")
            elif "amount" in name or "balance" in name:
                item[name] = float(two + ".34")
        item["vat_details"] = {"items": [{"amount": float(three + ".12"), "amount_cents": int(three + "12")}]}
    accounts = json.loads((ROOT / "fixtures" / "qonto" / "2026-09" / "organization.json").read_bytes())
    for item in accounts["organization"]["bank_accounts"]:
        item |= {"balance": float(one + ".21"), "balance_cents": int(one + "21")}
        item |= {"authorized_balance": float(three + ".12"), "authorized_balance_cents": int(three + "12")}
    ours = statement(entry(int(one + "21")), entry(-int(two + "34")), opening_minor=int(three + "12"))
    return [
        ("mt940", mt940.encode()),
        ("mt942", interim.encode()),
        ("cfonb120", "\r\n".join([*records, ""]).encode()),
        ("pain.001", payment.encode()),
        ("qonto-json", json.dumps(row, indent=1).encode()),
        ("organization", json.dumps(accounts, indent=1).encode()),
        ("json", convert([ours], to="json").value[0].content),
    ]


@pytest.mark.parametrize(("name", "data"), with_amounts(), ids=[name for name, _ in with_amounts()])
def test_nothing_of_the_amounts_is_left(name: str, data: bytes) -> None:
    """No whole part of an amount survives in any field, and without the option they all do."""
    (kept,) = copies([data], b"a key of the tests")
    (copied,) = copies([data], b"a key of the tests", amounts=True)
    found = [amount for amount in AMOUNTS if amount.encode() in data]
    assert found
    assert not copied.same_amounts
    assert copied.unchanged == ()
    assert any(amount.encode() in kept.content for amount in found)
    for amount in found:
        assert amount.encode() not in copied.content, amount


@given(st.lists(st.integers(1, 10**13), min_size=2, max_size=30, unique=True), st.binary(min_size=1, max_size=8))
def test_amounts_are_permuted(cents: list[int], key: bytes) -> None:
    """Different amounts stay different, with their digits, their zeros at the end and their side of each limit."""
    for attempt in (0, ATTEMPTS - 1):
        amounts = Amounts(key, attempt)
        amounts.limits = PAYMENT_LIMITS
        made = [amounts.value(item * ONE // 100) for item in cents]
        assert len(set(made)) == len(cents)
        for old, new in zip((item * ONE // 100 for item in cents), made, strict=True):
            assert len(str(old // ONE)) == len(str(new // ONE))
            assert [old % 10**zeros == 0 for zeros in range(10)] == [new % 10**zeros == 0 for zeros in range(10)]
            assert [old > limit for limit in PAYMENT_LIMITS] == [new > limit for limit in PAYMENT_LIMITS]
        # The cents of a sum are the sum of the cents.
        assert (sum(made) - amounts.value(sum(cents) * ONE // 100)) % ONE == 0


@example("0.", 10, 1)
@given(st.from_regex(r"\A[0-9]{0,9}([ .,'][0-9]{3}){0,3}[.,]?[0-9]{0,6}\Z"), st.integers(0, 10**15), st.integers(0, 6))
def test_an_amount_is_written_in_the_way_of_another(old: str, cents: int, decimals: int) -> None:
    """Whatever the old one looks like: the digits are those of the new one, and its decimals are as many."""
    digits = sum(char.isdigit() for char in old)
    assume(digits and decimals <= digits)
    new = written(old, cents * ONE // 10**decimals, decimals)
    assert int("".join(filter(str.isdigit, new))) == cents
    assert sum(map(str.isdigit, new)) >= decimals


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_balances_lead_from_one_file_to_the_next(order: tuple[int, ...]) -> None:
    """Three days in three formats, in whatever order they come: each opens with the closing of the day before."""
    days, balance = [], 100_000
    for number, name in enumerate(("cfonb120", "mt940", "json")):
        one = statement(entry(1_000 + number), entry(-5), day=datetime.date(2026, 9, 1 + number), opening_minor=balance)
        balance += 995 + number
        days.append((one, convert([one], to=name).value[0].content))
    copied = copies([days[at][1] for at in order], b"key", amounts=True)
    made = {at: read(item.content).value[0] for at, item in zip(order, copied, strict=True)}
    for at, (one, _) in enumerate(days):
        opening, closing, true = made[at].opening, made[at].closing, one.closing
        assert opening is not None
        assert closing is not None
        assert true is not None
        assert opening.amount.minor + sum(item.amount.minor for item in made[at].entries) == closing.amount.minor
        assert closing.amount != true.amount
        following = made[at + 1].opening if at < 2 else None
        assert following is None or following.amount == closing.amount


def test_accounts_and_pages_of_the_api_agree_across_files() -> None:
    """The balance of an account is the balance after its last transaction, in another file, before and after."""
    folder = ROOT / "fixtures" / "qonto" / "2026-09"
    files = [path.read_bytes() for path in sorted(folder.glob("*.json"))]
    before, after = (
        gather([(f"{number}.json", data) for number, data in enumerate(part)])
        for part in (files, [item.content for item in copies(files, b"key", amounts=True)])
    )
    assert Counter(item.id for item in after.findings) == Counter(item.id for item in before.findings)
    assert "QNT-025" not in {item.id for item in after.findings}
    assert len(after.statements) == len(before.statements) > 1


def test_a_file_that_must_keep_its_amounts_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no other amounts leave the findings as they are, those of the original stay, and it is said."""
    monkeypatch.setattr("statements.services.anonymise._File.with_amounts", lambda *_: None)
    data = (ROOT / "fixtures" / "mt940" / "clean.sta").read_bytes()
    (copied,) = copies([data], b"key", amounts=True)
    assert copied.same_amounts
    assert copied.content == anonymise(data, Mask(b"key"))


def test_a_ceiling_is_not_crossed() -> None:
    """100,000.00 is the most of an instant transfer: no other amount of nine digits is, so it stays and is named."""
    data = (ROOT / "fixtures" / "pain001" / "clean-03.xml").read_bytes()
    data = re.sub(rb"(<InstdAmt[^>]*>)[^<]*", rb"\g<1>100000.00", data, count=1)
    (copied,) = copies([data], b"key", amounts=True, options=OPTIONS)
    assert (copied.same_amounts, copied.unchanged) == (False, ("100000.00",))
