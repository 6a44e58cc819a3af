"""IBAN, RIB and BIC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.reference.bic import is_bic
from statements.reference.iban import (
    Rib,
    check_digits,
    iban_fault,
    iban_structures,
    is_iban,
    rib,
    rib_fault,
    rib_iban,
    rib_key,
)

DIGITS = "0123456789"
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("FR7616958000011234567890177", None),
        ("FR1420041010050500013M02606", None),
        ("GB33BUKB20201555555555", None),
        ("NO9386011117947", None),
        ("MT84MALT011000012345MTLCAST001S", None),
        ("", "form"),
        ("FR76", "form"),
        ("FR76 1695 8000 0112 3456 7890 177", "form"),
        ("fr7616958000011234567890177", "form"),
        ("FR7616958000011234567890177\n", "form"),
        ("FR７616958000011234567890177", "form"),
        ("FR761695800001123456789017А", "form"),
        ("ZZ7616958000011234567890177", "country"),
        ("FR761695800001123456789017", "length"),
        ("FR761695800001123456789017A", "structure"),
        ("FR7616958000011234567890178", "check_digits"),
        ("FR6716958000011234567890177", "check_digits"),
    ],
)
def test_fault(text: str, fault: str | None) -> None:
    """The first fault is named; a good IBAN has none."""
    assert iban_fault(text) == fault
    assert is_iban(text) is (fault is None)


def test_check_digits_that_no_formula_gives() -> None:
    """00, 01 and 99 leave the remainder 1 for some BBAN, but are never computed: they are faults."""
    for bban_end in range(97):
        bban = f"169580000112345678901{bban_end:02d}"
        good = check_digits("FR", bban)
        assert 2 <= int(good) <= 98
        for digits in ("00", "01", "99"):
            assert iban_fault(f"FR{digits}{bban}") == "check_digits"


def test_countries_without_a_registered_structure() -> None:
    """For an unofficial layout only the remainder counts: a good IBAN is never refused for its length."""
    bban = "0001" * 3
    assert iban_structures()["DZ"].status == "unofficial"
    assert iban_fault(f"DZ{check_digits('DZ', bban)}{bban}") is None
    assert iban_fault(f"DZ{(int(check_digits('DZ', bban)) % 97) + 1:02d}{bban}") == "check_digits"


def test_territories_have_the_structure_of_their_state() -> None:
    """An IBAN written with the code of a French territory is checked as a French one."""
    bban = "16958000011234567890177"
    assert iban_fault(f"GP{check_digits('GP', bban)}{bban}") is None
    assert iban_fault(f"GP{check_digits('GP', bban)}{bban}1") == "length"


def test_structures_add_up() -> None:
    """Each structure of the table is 4 characters shorter than its IBAN."""
    import re

    assert len(iban_structures()) == 127
    for structure in iban_structures().values():
        parts = re.findall(r"([0-9]+)!([nac])", structure.bban)
        assert "".join(f"{count}!{kind}" for count, kind in parts) == structure.bban
        assert sum(int(count) for count, _ in parts) + 4 == structure.length, structure


@pytest.mark.parametrize(
    ("bank", "branch", "account", "key", "iban"),
    [
        ("20041", "01005", "0500013M026", "06", "FR1420041010050500013M02606"),
        ("16958", "00001", "12345678901", "77", "FR7616958000011234567890177"),
        ("15589", "00000", "98765432100", "88", "FR7615589000009876543210088"),
    ],
)
def test_rib(bank: str, branch: str, account: str, key: str, iban: str) -> None:
    """The printed examples: key and IBAN from the parts, and the parts from the IBAN."""
    assert rib_key(bank, branch, account) == key
    assert rib_iban(bank, branch, account) == iban
    assert rib(iban) == Rib(bank, branch, account, key)
    assert not rib_fault(iban)


accounts = st.text(DIGITS + CAPITALS, min_size=11, max_size=11)
five = st.text(DIGITS, min_size=5, max_size=5)


@given(five, five, accounts, st.sampled_from(["FR", "MC"]))
def test_rib_round_trip(bank: str, branch: str, account: str, country: str) -> None:
    """Every account of 5, 5 and 11 characters becomes a valid IBAN and comes back from it."""
    iban = rib_iban(bank, branch, account, country)
    assert is_iban(iban)
    parts = rib(iban)
    assert parts is not None
    assert (parts.bank, parts.branch, parts.account) == (bank, branch, account)
    assert 1 <= int(parts.key) <= 97
    assert not rib_fault(iban)
    wrong = f"{int(parts.key) % 97 + 1:02d}"
    bban = bank + branch + account + wrong
    forged = country + check_digits(country, bban) + bban
    assert is_iban(forged)
    assert rib_fault(forged)


def test_check_digits_of_an_all_digit_french_account_are_constant() -> None:
    """With a right key an all-digit account has 76 in France and 58 in Monaco."""
    assert rib_iban("16958", "00001", "12345678901")[2:4] == "76"
    assert rib_iban("16958", "00001", "12345678901", "MC")[2:4] == "58"


@pytest.mark.parametrize("text", ["", "DE89370400440532013000", "FR76", "FR761695800001123456789017A"])
def test_no_rib(text: str) -> None:
    """Other countries and broken texts have no RIB, and so no wrong key."""
    assert rib(text) is None
    assert not rib_fault(text)


@pytest.mark.parametrize(
    ("bank", "branch", "account"),
    [("1695", "00001", "12345678901"), ("16958", "000011", "2345678901"), ("16958", "00001", "1234567890a")],
)
def test_rib_key_of_no_account(bank: str, branch: str, account: str) -> None:
    """Parts of the wrong length or alphabet are misuse, never a key for another account."""
    with pytest.raises(ValueError, match="5, 5 and 11"):
        rib_key(bank, branch, account)


def test_check_digits_of_no_bban() -> None:
    """Small letters and blanks are misuse."""
    with pytest.raises(ValueError, match="capitals"):
        check_digits("fr", "1")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("QNTOFRP1", True),
        ("QNTOFRP1XXX", True),
        ("1234FRP1", True),
        ("QNTOFRP1XX", False),
        ("QNTO1RP1", False),
        ("QNTOFRPÉ", False),
        ("QNTOFRP1\n", False),
        ("", False),
    ],
)
def test_bic(text: str, verdict: bool) -> None:
    """Eight or eleven characters in the form of ISO 9362."""
    assert is_bic(text) is verdict
