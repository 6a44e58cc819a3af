"""Keys, certificates and their two hashes, by the published rules and by the openssl command."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from statements.ebics import codes
from statements.ebics.keys import (
    KEY_USAGES,
    ROLES,
    KeyPair,
    PublicKey,
    Role,
    faults,
    key_hash,
    letter_rows,
    read_certificate,
    read_certificates,
    same_keys,
)
from tests.ebics.material import HERE, NOW, keyring, pair, private


def openssl(*arguments: str, data: bytes = b"") -> bytes:
    """What the openssl command prints."""
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout


def test_the_hash_of_a_key_is_that_of_exponent_and_modulus() -> None:
    """The worked example: digits are small, without leading zeros, one blank between."""
    digits = "".join(hashlib.sha256(f"example-{number}".encode()).hexdigest() for number in range(8))
    modulus = int("c" + digits[1:], 16)
    assert key_hash(65537, modulus) == "bfc6927fb08bfc4df1f10bda7b79b4c78cec94b975a547d6c447784e741400ca"


@pytest.mark.parametrize("role", ROLES)
def test_openssl_agrees_on_certificate_and_hashes(role: Role, tmp_path: Path) -> None:
    """The openssl command reads our certificate, verifies it, and computes the same two hashes."""
    own = keyring("anna")[role]
    der = tmp_path / "certificate.der"
    der.write_bytes(own.certificate)
    pem = openssl("x509", "-inform", "DER", "-in", str(der))
    (tmp_path / "certificate.pem").write_bytes(pem)
    openssl("verify", "-x509_strict", "-CAfile", str(tmp_path / "certificate.pem"), str(tmp_path / "certificate.pem"))
    printed = openssl("x509", "-noout", "-fingerprint", "-sha256", data=pem).decode().strip().split("=")[1]
    assert own.public.certificate_hash == printed.replace(":", "").lower()
    modulus = openssl("x509", "-noout", "-modulus", data=pem).decode().strip().split("=")[1].lower()
    assert own.public.key_hash == hashlib.sha256(f"10001 {modulus}".encode()).hexdigest()
    text = openssl("x509", "-noout", "-text", data=pem).decode()
    usage = {"A": "Non Repudiation", "X": "Digital Signature", "E": "Key Encipherment"}[role]
    assert f"Key Usage: critical\n                {usage}\n" in text
    assert "Version: 3" in text
    assert "sha256WithRSAEncryption" in text
    assert "Subject Key Identifier" in text
    assert "Authority Key Identifier" in text


def test_certificates_are_read_from_every_kind_of_file() -> None:
    """PEM, several PEM, DER and PKCS #7 in both forms give the same certificates."""
    ders = [keyring("anna")[role].certificate for role in ROLES]
    parsed = [x509.load_der_x509_certificate(der) for der in ders]
    pems = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in parsed)
    expected = tuple(read_certificate(der) for der in ders)
    assert read_certificates(pems) == expected
    assert read_certificates(ders[0]) == expected[:1]
    for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER):
        assert set(map(str, read_certificates(pkcs7.serialize_certificates(parsed, encoding)))) == set(
            map(str, expected)
        )
    assert [one.roles for one in expected] == [("A",), ("X",), ("E",)]


@pytest.mark.parametrize("data", [b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----\n"])
def test_what_is_no_certificate_is_said(data: bytes) -> None:
    """A file without a certificate is named as such."""
    with pytest.raises(ValueError, match=r"no X\.509 certificate"):
        read_certificates(data)


def test_a_certificate_of_another_kind_of_key_is_said(tmp_path: Path) -> None:
    """EBICS knows RSA only."""
    made = tmp_path / "ec.der"
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        str(tmp_path / "ec.pem"), "-subj", "/CN=ec", "-outform", "DER", "-out", str(made),
    )  # fmt: skip
    with pytest.raises(ValueError, match="no RSA key"):
        read_certificate(made.read_bytes())


def first(key: PublicKey, role: Role, when: object = NOW, plain: bool = False) -> list[str]:
    """The codes of the faults of a key."""
    return [fault.code for fault in faults(key, role, when, plain=plain)]  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
def test_faults_of_a_key_have_the_code_of_their_role(role: Role) -> None:
    """Length, certificate, dates and usage: each fault alone gives its own code, a good key none."""
    own = keyring("anna")[role].public
    assert first(own, role) == []
    short = KeyPair(private("short"), pair("short", role).certificate).public
    assert first(short, role) == [{"A": "091204", "X": "091205", "E": "091206"}[role]]
    assert first(PublicKey(own.modulus, own.exponent), role) == ["091217"]
    assert first(PublicKey(own.modulus, own.exponent), role, plain=True) == []
    assert first(PublicKey(own.modulus, own.exponent, b"x"), role) == ["091219"]
    assert first(PublicKey(own.modulus, own.exponent, pair("stranger", role).certificate), role) == ["091219"]
    begins, ends = read_certificate(own.certificate).begins, read_certificate(own.certificate).ends
    second = timedelta(seconds=1)
    assert first(own, role, ends) == []
    assert first(own, role, ends + second) == ["091208"]
    assert first(own, role, begins) == []
    assert first(own, role, begins - second) == ["091209"]
    for other in ROLES:
        if other != role:
            assert first(keyring("anna")[other].public, role) == ["091210"]


def test_encryption_takes_key_agreement_too() -> None:
    """One client makes its encryption certificate with keyAgreement."""
    assert first(pair("anna-E", "E", usages=("key_agreement",)).public, "E") == []


def test_a_certificate_without_usage_fits_no_role() -> None:
    """The French profile wants a key usage."""
    plain = pair("anna-A", "A", usages=("crl_sign",))
    assert [first(plain.public, role) for role in ROLES] == [["091210"]] * 3


def test_a_certificate_without_the_extension_fits_no_role(tmp_path: Path) -> None:
    """openssl makes certificates without a key usage."""
    made = tmp_path / "plain.der"
    openssl(
        "req", "-x509", "-key", str(HERE / "anna-A.pem"), "-subj", "/CN=plain", "-days", "3650", "-outform", "DER",
        "-out", str(made), "-config", "/dev/null",
    )  # fmt: skip
    certificate = read_certificate(made.read_bytes())
    assert certificate.usages is None
    assert certificate.roles == ()
    assert first(certificate.key, "A", certificate.begins) == ["091210"]


def test_the_same_key_in_two_roles() -> None:
    """All pairs of roles are compared."""
    a, x, e = (keyring("anna")[role].public for role in ROLES)
    assert list(same_keys({"A": a, "X": x, "E": e})) == []
    found = [
        [str(dict(fault.values)["role"]) for fault in same_keys(keys)]  # type: ignore[arg-type]
        for keys in ({"A": a, "X": a}, {"X": x, "E": x}, {"A": e, "E": e}, {"A": a, "X": a, "E": a})
    ]
    assert [len(roles) for roles in found] == [1, 1, 1, 3]
    assert {fault.code for fault in same_keys({"A": a, "X": a})} == {"091218"}


def test_letters_print_capitals_in_rows() -> None:
    """Rows of 16 bytes as in France, or of 8."""
    digest = "0123456789abcdef" * 4
    assert letter_rows(digest) == ("01 23 45 67 89 AB CD EF 01 23 45 67 89 AB CD EF",) * 2
    assert letter_rows(digest, 8) == ("01 23 45 67 89 AB CD EF",) * 4


def test_a_certificate_is_made_the_same_twice() -> None:
    """The same arguments give the same bytes, five years by default."""
    made = pair("anna-A", "A")
    certificate = read_certificate(made.certificate)
    assert pair.__wrapped__("anna-A", "A").certificate == made.certificate
    assert certificate.ends - certificate.begins == timedelta(days=1826)
    assert certificate.subject == certificate.issuer == "C=FR,CN=anna-A"
    assert set(KEY_USAGES) == set(ROLES)


def test_every_reason_has_a_known_code_and_two_sentences() -> None:
    """The table of reasons names codes that exist, in both languages with the same places to fill."""
    import string

    for reason, (number, text) in codes.reasons().items():
        assert codes.code(number).name.startswith("EBICS_"), reason
        fields = [{field for _, field, _, _ in string.Formatter().parse(one) if field} for one in (text.en, text.fr)]
        assert fields[0] == fields[1], reason
        assert text.en.endswith((".", "}")), reason
        assert text.fr.endswith((".", "}")), reason
        refusal = codes.refuse(reason, **dict.fromkeys(fields[0], "x" * 300))
        assert len(refusal.report) <= 256
        assert refusal.report.startswith(f"[{refusal.symbol}] ")
