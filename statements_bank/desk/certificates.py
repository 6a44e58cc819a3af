"""Certificates that came as files instead of INI and HIA: read, put in their roles, and judged in words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from statements.ebics import keys as ebics
from statements.ebics.keys import ROLES, Certificate, PublicKey, Role, RoleKey
from statements.rules import Text

MOST_BYTES = 100_000
"""A file with three certificates has about 5,000 bytes."""


def read(
    files: Sequence[tuple[str, bytes]], now: datetime.datetime, *, signature_version: str = "A005"
) -> tuple[tuple[RoleKey, ...], tuple[Text, ...]]:
    """The three keys of PEM, DER or P7 files, each in the role of its key usage, and every fault that was found.

    Where one certificate fits several roles the ones that fit only one are placed first. With a fault there are no
    keys: a connection has all three or none.
    """
    found: list[Certificate] = []
    faults: list[Text] = []
    for name, data in files:
        try:
            found += ebics.read_certificates(data[:MOST_BYTES])
        except ValueError:
            faults.append(Text(f"{name}: this is no certificate.", f"{name}\u00a0: ce n'est pas un certificat."))
    placed: dict[Role, Certificate] = {}
    for certificate in sorted(found, key=lambda one: len(one.roles)):
        role = next((role for role in certificate.roles if role not in placed), None)
        if role is None:
            faults.append(_homeless(certificate))
        else:
            placed[role] = certificate
    faults += [
        Text(
            f"The certificate for {ebics.ROLE_NAMES[role].en} is missing.",
            f"Le certificat de {ebics.ROLE_NAMES[role].fr} manque.",
        )
        for role in ROLES
        if role not in placed
    ]
    for role, certificate in placed.items():
        faults += [refusal.text for refusal in ebics.faults(certificate.key, role, now)]
    own: dict[Role, PublicKey] = {role: certificate.key for role, certificate in placed.items()}
    faults += [refusal.text for refusal in ebics.same_keys(own)]
    if faults:
        return (), tuple(faults)
    versions = {"A": signature_version, "X": "X002", "E": "E002"}
    return tuple(RoleKey(role, versions[role], placed[role].key) for role in ROLES), ()


def _homeless(certificate: Certificate) -> Text:
    usages = ", ".join(certificate.usages or ()) or "-"
    return Text(
        f"{certificate.subject}: the key usage ({usages}) fits no role that is still free. Signature needs "
        "nonRepudiation, authentication digitalSignature, encryption keyEncipherment.",
        f"{certificate.subject}\u00a0: l'usage de la clé ({usages}) ne convient à aucun rôle encore libre. La "
        "signature exige nonRepudiation, l'authentification digitalSignature, le chiffrement keyEncipherment.",
    )
