"""Three certificates as files: each fault in words and with its code, in any form of file."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from statements.ebics.certificates import check
from statements.ebics.keys import KEY_USAGES, ROLES, Role, self_signed
from tests.ebics.material import NOW, keyring, private

Files = list[tuple[str, bytes]]


def three() -> Files:
    """The files of a good tool, DER."""
    return [(f"{role}.der", keyring("anna")[role].certificate) for role in ROLES]


def made(role: Role, usages: Sequence[str], begins: datetime.datetime = NOW, years: int = 5) -> bytes:
    """A certificate of one of the keys with other usages or dates."""
    return self_signed(private(f"anna-{role}"), usages, common_name="ERP", serial=1, begins=begins, years=years)


def test_three_good_certificates_take_their_roles_in_any_order() -> None:
    """The key usage says the role; the names and the order of the files say nothing."""
    checked = check(list(reversed(three())), NOW)
    assert checked.good
    assert [(key.role, key.version) for key in checked.role_keys("A006")] == [
        ("A", "A006"),
        ("X", "X002"),
        ("E", "E002"),
    ]
    assert [key.key.certificate for key in checked.role_keys()] == [data for _, data in three()]


@pytest.mark.parametrize("form", ["pem", "pem-bundle", "p7b", "p7b-pem"])
def test_every_form_of_file_is_read(form: str) -> None:
    """PEM, several PEM in one file, PKCS #7 in DER and in PEM."""
    parsed = [x509.load_der_x509_certificate(data) for _, data in three()]
    pems = [certificate.public_bytes(Encoding.PEM) for certificate in parsed]
    files: dict[str, Files] = {
        "pem": [(f"{n}.pem", pem) for n, pem in enumerate(pems)],
        "pem-bundle": [("all.pem", b"".join(pems))],
        "p7b": [("all.p7b", pkcs7.serialize_certificates(parsed, Encoding.DER))],
        "p7b-pem": [("all.p7b", pkcs7.serialize_certificates(parsed, Encoding.PEM))],
    }
    assert check(files[form], NOW).good


def faulty() -> list[tuple[str, Files, str, str, str]]:
    """Name, files, code, words in English, words in French."""
    good = three()
    long_ago = NOW - datetime.timedelta(4000)
    return [
        ("missing", good[:2], "", "certificate for encryption is missing", "Le certificat (chiffrement) manque"),
        ("twice", [*good[:2], good[0]], "091210", "fits no role that is still free", "aucun rôle libre"),
        ("one more", [*good, ("more.der", good[0][1])], "091210", "more.der: the key usage", "more.der"),
        (
            "no certificate",
            [*good[:2], ("photo.png", b"\x89PNG")],
            "",
            "no X.509 certificate",
            "n'est pas un certificat",
        ),
        ("empty", [*good[:2], ("empty", b"")], "", "empty: this is no", "empty"),
        (
            "expired",
            [("A.der", made("A", KEY_USAGES["A"], long_ago)), *good[1:]],
            "091208",
            "signature certificate ended on",
            "a expiré le",
        ),
        (
            "early",
            [("A.der", made("A", KEY_USAGES["A"], NOW + datetime.timedelta(3))), *good[1:]],
            "091209",
            "signature",
            "signature",
        ),
        (
            "no usage",
            [("A.der", made("A", ())), *good[1:]],
            "091210",
            "Needed: signature nonRepudiation",
            "signature nonRepudiation",
        ),
        (
            "same key",
            [*good[:2], ("E.der", made("A", KEY_USAGES["E"][:1]))],
            "091218",
            "three different keys",
            "trois clés différentes",
        ),
    ]


@pytest.mark.parametrize(
    ("files", "code", "english", "french"), [case[1:] for case in faulty()], ids=[case[0] for case in faulty()]
)
def test_each_fault_is_told(files: Files, code: str, english: str, french: str) -> None:
    """A fault gives its words in both languages and its code, and no key."""
    checked = check(files, NOW)
    assert not checked.good
    assert checked.role_keys() == ()
    assert any(english in fault.text.en and fault.code == code for fault in checked.faults), checked.faults
    assert any(french in fault.text.fr for fault in checked.faults), checked.faults


def test_a_short_key_is_told() -> None:
    """A key of 1,024 bits is too short for every role."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    short = self_signed(rsa.generate_private_key(65537, 1024), KEY_USAGES["X"], common_name="ERP", serial=1, begins=NOW)
    assert [fault.code for fault in check([("X.der", short)], NOW, "X").faults] == ["091205"]


def test_one_certificate_can_be_checked_for_its_role() -> None:
    """With a role asked for the others need not be there."""
    files = [("X.der", keyring("anna")["X"].certificate)]
    assert check(files, NOW, "X").good
    assert not check(files, NOW, "E").good
