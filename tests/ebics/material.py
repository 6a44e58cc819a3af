"""The keys and certificates of the tests: one bank, two users of one customer, new keys, a stranger's key."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from statements.ebics.keys import KEY_USAGES, KeyPair, Role, self_signed

HERE = Path(__file__).parent / "testkeys"
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
BANK_USAGES = ("digital_signature", "key_encipherment")


@cache
def private(name: str) -> rsa.RSAPrivateKey:
    """The private key of a file."""
    key = load_pem_private_key((HERE / f"{name}.pem").read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@cache
def pair(name: str, role: Role, begins: datetime = BEGINS, usages: tuple[str, ...] = (), years: int = 5) -> KeyPair:
    """A key with a certificate for a role; bank keys get the usages of a bank."""
    wanted = usages or (BANK_USAGES if name.startswith("bank") else KEY_USAGES[role][:1])
    certificate = self_signed(
        private(name), wanted, common_name=name, country="FR", serial=1, begins=begins, years=years
    )
    return KeyPair(private(name), certificate)


@cache
def keyring(owner: str) -> dict[Role, KeyPair]:
    """The three keys of a user."""
    return {role: pair(f"{owner}-{role}", role) for role in ("A", "X", "E")}
