"""Three certificates that came as files: read, put in their roles by their key usage, and judged in words.

>>> checked = check([("photo.png", b"no certificate")], datetime.datetime(2026, 11, 26, tzinfo=datetime.UTC))
>>> checked.good, checked.faults[0].text.en
(False, 'photo.png: this is no X.509 certificate of an RSA key.')
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from statements.ebics import keys as ebics
from statements.ebics.keys import KEY_USAGES, ROLE_NAMES, ROLES, USAGE_NAMES, Certificate, PublicKey, Role, RoleKey
from statements.rules import Text

LARGEST = 1_000_000
"""Bytes of a file that are looked at; three certificates have about 5,000."""
VERSIONS: dict[Role, str] = {"A": "A005", "X": "X002", "E": "E002"}


class CertificateFault(msgspec.Struct, frozen=True):
    """What is wrong, in both languages; ``code`` is the EBICS return code that a bank would give, or empty."""

    text: Text
    code: str = ""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the files: every certificate with its file, the role that each took, and the faults."""

    certificates: tuple[tuple[str, Certificate], ...] = ()
    placed: tuple[tuple[Role, Certificate], ...] = ()
    faults: tuple[CertificateFault, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def role_keys(self, signature_version: str = "A005") -> tuple[RoleKey, ...]:
        """The keys in their roles, in the order signature, authentication, encryption; none when something is wrong."""
        if self.faults:
            return ()
        versions = {**VERSIONS, "A": signature_version}
        return tuple(RoleKey(role, versions[role], certificate.key) for role, certificate in self.placed)


def check(files: Sequence[tuple[str, bytes]], now: datetime.datetime, role: Role | None = None) -> Checked:
    """Judge the certificates of some files (PEM, DER or P7): all three roles must be there, or the one of ``role``.

    Where one certificate fits several roles, those that fit only one are placed first.
    """
    found: list[tuple[str, Certificate]] = []
    faults: list[CertificateFault] = []
    for name, data in files:
        try:
            found += [(name, certificate) for certificate in ebics.read_certificates(data[:LARGEST])]
        except ValueError:
            faults.append(
                CertificateFault(
                    Text(
                        f"{name}: this is no X.509 certificate of an RSA key.",
                        f"{name}\u00a0: ce n'est pas un certificat X.509 d'une clé RSA.",
                    )
                )
            )
    wanted = (role,) if role is not None else ROLES
    placed: dict[Role, Certificate] = {}
    for name, certificate in sorted(found, key=lambda pair: len(pair[1].roles)):
        fitting = next((one for one in certificate.roles if one in wanted and one not in placed), None)
        if fitting is None:
            faults.append(_homeless(name, certificate, wanted))
        else:
            placed[fitting] = certificate
    faults += [_missing(one) for one in wanted if one not in placed]
    faults += _of_keys(placed, now)
    return Checked(
        certificates=tuple(found),
        placed=tuple((one, placed[one]) for one in wanted if one in placed),
        faults=tuple(faults),
    )


def _of_keys(placed: dict[Role, Certificate], now: datetime.datetime) -> Iterator[CertificateFault]:
    keys: dict[Role, PublicKey] = {role: certificate.key for role, certificate in placed.items()}
    for role, key in keys.items():
        for refusal in ebics.faults(key, role, now):
            yield CertificateFault(refusal.text, refusal.code)
    for refusal in ebics.same_keys(keys):
        yield CertificateFault(refusal.text, refusal.code)


def _missing(role: Role) -> CertificateFault:
    name = ROLE_NAMES[role]
    return CertificateFault(Text(f"The certificate for {name.en} is missing.", f"Le certificat ({name.fr}) manque."))


def _homeless(name: str, certificate: Certificate, wanted: Sequence[Role]) -> CertificateFault:
    usages = ", ".join(certificate.usages or ()) or "-"
    needed_en = ", ".join(f"{ROLE_NAMES[role].en} {USAGE_NAMES[KEY_USAGES[role][0]]}" for role in wanted)
    needed_fr = ", ".join(f"{ROLE_NAMES[role].fr} {USAGE_NAMES[KEY_USAGES[role][0]]}" for role in wanted)
    return CertificateFault(
        Text(
            f"{name}: the key usage ({usages}) fits no role that is still free. Needed: {needed_en}.",
            f"{name}\u00a0: l'usage de la clé ({usages}) ne convient à aucun rôle libre. Il faut\u00a0: {needed_fr}.",
        ),
        "091210",
    )
