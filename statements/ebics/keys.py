"""Keys and certificates of EBICS: three roles, two hashes, and what the French profile asks of a certificate.

The signature key (A005 or A006) signs orders, the authentication key (X002) signs messages, the encryption key
(E002) decrypts. Two hashes are in use and often confused: hash 1 is that of the key (exponent and modulus), hash 2
that of the certificate. French letters carry hash 2, the key digests of EBICS 2.x carry hash 1.

Making a key pair is left to the caller, because it needs randomness; everything here is a function of its
arguments.

>>> key_hash(65537, int("c" + "0" * 510 + "1", 16))[:16]
'5a8381e3d13451ab'
>>> letter_rows("00" * 16 + "ab" * 16)
('00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00', 'AB AB AB AB AB AB AB AB AB AB AB AB AB AB AB AB')
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from statements.ebics.codes import Refusal, RefusedError, refuse
from statements.rules import Text

Role = Literal["A", "X", "E"]
ROLES: tuple[Role, ...] = ("A", "X", "E")
ROLE_NAMES: dict[Role, Text] = {
    "A": Text("signature", "signature"),
    "X": Text("authentication", "authentification"),
    "E": Text("encryption", "chiffrement"),
}
KEY_VERSIONS: dict[Role, tuple[str, ...]] = {"A": ("A005", "A006"), "X": ("X002",), "E": ("E002",)}
# French profile, section 4.1.1 of the Common Integrative Implementation Guide; one of them is enough.
KEY_USAGES: dict[Role, tuple[str, ...]] = {
    "A": ("content_commitment",),
    "X": ("digital_signature",),
    "E": ("key_encipherment", "key_agreement"),
}
# The names that certificates and tools print.
USAGE_NAMES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}
SHORTEST, LONGEST = 2048, 16_384

_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


class PublicKey(msgspec.Struct, frozen=True):
    """An RSA key that somebody else owns, with its certificate (DER) or without."""

    modulus: int
    exponent: int
    certificate: bytes = b""

    @property
    def bits(self) -> int:
        """The length of the modulus."""
        return self.modulus.bit_length()

    @property
    def key_hash(self) -> str:
        """Hash 1, in small hexadecimal digits."""
        return key_hash(self.exponent, self.modulus)

    @property
    def certificate_hash(self) -> str:
        """Hash 2, in small hexadecimal digits; empty without a certificate."""
        return hashlib.sha256(self.certificate).hexdigest() if self.certificate else ""

    @property
    def rsa(self) -> rsa.RSAPublicKey:
        """The key for the cryptographic functions. Raises ``ValueError`` for numbers that are no RSA key."""
        return _rsa(self.modulus, self.exponent)

    @property
    def hashes(self) -> tuple[str, ...]:
        """Both hashes, as far as there are."""
        return (self.key_hash, self.certificate_hash) if self.certificate else (self.key_hash,)


@lru_cache(maxsize=256)
def _rsa(modulus: int, exponent: int) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(exponent, modulus).public_key()


class RoleKey(msgspec.Struct, frozen=True):
    """A key in its role: ``RoleKey("A", "A005", key)``."""

    role: Role
    version: str
    key: PublicKey


class KeyPair(msgspec.Struct, frozen=True):
    """An own key: the private half and the certificate made for it (DER), or none."""

    private: rsa.RSAPrivateKey
    certificate: bytes = b""

    @property
    def public(self) -> PublicKey:
        """What others may see."""
        numbers = self.private.public_key().public_numbers()
        return PublicKey(numbers.n, numbers.e, self.certificate)


class Certificate(msgspec.Struct, frozen=True):
    """What a certificate says. Times are aware; ``usages`` are the names that tools print, None where it has none."""

    key: PublicKey
    subject: str
    issuer: str
    serial: int
    begins: datetime
    ends: datetime
    usages: tuple[str, ...] | None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that its key usage fits; more than one when it says more than one thing."""
        fitting: list[Role] = []
        for role in ROLES:
            if any(USAGE_NAMES[usage] in (self.usages or ()) for usage in KEY_USAGES[role]):
                fitting.append(role)
        return tuple(fitting)


def key_hash(exponent: int, modulus: int) -> str:
    """Hash 1: SHA-256 of exponent and modulus in small hexadecimal digits without leading zeros, a blank between.

    Source: EBICS 2.5, 4.6.3 and 11.1; the same in all versions.
    """
    return hashlib.sha256(f"{exponent:x} {modulus:x}".encode("ascii")).hexdigest()


def letter_rows(digest: str, width: int = 16) -> tuple[str, ...]:
    """A hash as letters print it: capital pairs, ``width`` bytes a row."""
    pairs = [digest[at : at + 2].upper() for at in range(0, len(digest), 2)]
    return tuple(" ".join(pairs[at : at + width]) for at in range(0, len(pairs), width))


def read_certificate(der: bytes) -> Certificate:
    """The certificate in DER. Raises ``ValueError``, with a word on the fault, for what is none of an RSA key."""
    try:
        with warnings.catch_warnings():
            # Old certificates with odd serial numbers are read all the same.
            warnings.simplefilter("ignore")
            parsed = x509.load_der_x509_certificate(der)
            public = parsed.public_key()
            if not isinstance(public, rsa.RSAPublicKey):
                raise ValueError("no RSA key")
            numbers = public.public_numbers()
            return Certificate(
                PublicKey(numbers.n, numbers.e, der),
                parsed.subject.rfc4514_string(),
                parsed.issuer.rfc4514_string(),
                parsed.serial_number,
                parsed.not_valid_before_utc,
                parsed.not_valid_after_utc,
                _usages(parsed),
            )
    except _UNREADABLE as fault:
        raise ValueError("no RSA key" if str(fault) == "no RSA key" else "no X.509 certificate") from fault


def _usages(certificate: x509.Certificate) -> tuple[str, ...] | None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
    return tuple(printed for name, printed in USAGE_NAMES.items() if getattr(usage, name))


def read_certificates(data: bytes) -> tuple[Certificate, ...]:
    """All certificates of a file: PEM (several may follow each other), DER, or PKCS #7 in either.

    Raises ``ValueError`` for a file that holds none.
    """
    loaders = (
        (pkcs7.load_pem_pkcs7_certificates, x509.load_pem_x509_certificates)
        if b"-----BEGIN" in data
        else (pkcs7.load_der_pkcs7_certificates, _one_der)
    )
    for load in loaders:
        try:
            found = load(data)
        except _UNREADABLE:
            continue
        if found:
            return tuple(read_certificate(one.public_bytes(serialization.Encoding.DER)) for one in found)
    raise ValueError("no X.509 certificate")


def _one_der(data: bytes) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(data)]


def faults(key: PublicKey, role: Role, now: datetime, *, plain: bool = False) -> Iterator[Refusal]:
    """What is wrong with a key in a role, each with its code: length, certificate missing or unreadable, dates, usage.

    Lifetime, issuer and names are not looked at: self-signed certificates of real clients differ in all of them.
    ``plain`` takes keys without a certificate.
    """
    name = ROLE_NAMES[role]
    if not SHORTEST <= key.bits <= LONGEST:
        yield refuse(f"key-length-{role}", bits=key.bits)
    if not key.certificate:
        if not plain:
            yield refuse("certificate-missing", role=name)
        elif not _usable(key):
            yield refuse("key-unusable", role=name)
        return
    try:
        certificate = read_certificate(key.certificate)
    except ValueError as fault:
        yield refuse("certificate-unreadable", role=name, fault=str(fault))
        return
    if certificate.key != key:
        yield refuse("certificate-other-key", role=name)
    yield from certificate_faults(certificate, role, now)


def _usable(key: PublicKey) -> bool:
    try:
        key.rsa.public_numbers()
    except ValueError:
        return False
    return True


def certificate_faults(certificate: Certificate, role: Role, now: datetime) -> Iterator[Refusal]:
    """What is wrong with the dates and the key usage of a certificate in a role."""
    name = ROLE_NAMES[role]
    if now > certificate.ends:
        yield refuse("certificate-expired", role=name, date=certificate.ends.date().isoformat())
    if now < certificate.begins:
        yield refuse("certificate-early", role=name, date=certificate.begins.date().isoformat())
    if role not in certificate.roles:
        found = ", ".join(certificate.usages) if certificate.usages else "-"
        expected = [USAGE_NAMES[usage] for usage in KEY_USAGES[role]]
        yield refuse(
            "certificate-usage", role=name, found=found, expected=Text(" or ".join(expected), " ou ".join(expected))
        )


def same_keys(keys: Mapping[Role, PublicKey]) -> Iterator[Refusal]:
    """A refusal for each key that stands in two roles."""
    roles = [role for role in ROLES if role in keys]
    for at, role in enumerate(roles):
        for other in roles[:at]:
            if keys[role].modulus == keys[other].modulus:
                yield refuse("key-twice", role=ROLE_NAMES[role], other=ROLE_NAMES[other])


def from_certificate(der: bytes, role: Role) -> PublicKey:
    """The key of a certificate. Raises :class:`RefusedError` for what is no certificate of an RSA key."""
    try:
        return read_certificate(der).key
    except ValueError as fault:
        raise RefusedError(refuse("certificate-unreadable", role=ROLE_NAMES[role], fault=str(fault))) from fault


def self_signed(
    private: rsa.RSAPrivateKey,
    usages: Sequence[str],
    *,
    common_name: str,
    organization: str = "",
    country: str = "",
    serial: int,
    begins: datetime,
    years: int = 5,
) -> bytes:
    """A self-signed certificate (DER) as the French profile wants it: version 3, SHA-256 with RSA, subject and
    authority key identifier, the key usages given by their names here (``KEY_USAGES[role][:1]``, or for a bank
    ``("digital_signature", "key_encipherment")``), five years.

    The same arguments give the same bytes. Source: Common Integrative Implementation Guide, 4.1.1 and 4.1.2.
    """
    names = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    if country:
        names.append(x509.NameAttribute(NameOID.COUNTRY_NAME, country))
    public = private.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(x509.Name(names))
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=years * 1461 // 4))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(usages), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(identifier.digest, None, None), critical=False)
    )
    return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _key_usage(usages: Sequence[str]) -> x509.KeyUsage:
    return x509.KeyUsage(
        **{name: name in usages for name in USAGE_NAMES},
        encipher_only=False,
        decipher_only=False,
    )
