"""What is secret at rest: private keys of the bank and keys of open transfers, sealed under a passphrase.

The passphrase opens one random key (scrypt, then AES-256-GCM); that key seals everything else. A hook to a key
service replaces :class:`Vault` by anything with its two verbs.

    >>> salt, wrapped = make("correct horse", salt=bytes(16), key=bytes(32), nonce=bytes(12))
    >>> vault = open_vault("correct horse", salt, wrapped)
    >>> vault.open(vault.seal(b"secret", b"label", nonce=bytes(12)), b"label")
    b'secret'
"""

from __future__ import annotations

import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_COST = 2**15
"""How often scrypt mixes: about a third of a second and 32 MB for each try of a passphrase."""


class WrongPassphraseError(ValueError):
    """The passphrase does not open this bank."""


class Vault(Protocol):
    """Seals and opens secrets. ``label`` binds a secret to its place: it opens nowhere else."""

    def seal(self, secret: bytes, label: bytes, *, nonce: bytes | None = None) -> bytes:
        """The secret as it may be stored."""

    def open(self, sealed: bytes, label: bytes) -> bytes:
        """The secret again; raises ``ValueError`` for anything that this vault did not seal for this place."""


class LocalVault:
    """A vault whose key is held in this process."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, secret: bytes, label: bytes, *, nonce: bytes | None = None) -> bytes:
        """Nonce (12 bytes), ciphertext, tag (16 bytes)."""
        chosen = nonce or os.urandom(12)
        return chosen + self._cipher.encrypt(chosen, secret, label)

    def open(self, sealed: bytes, label: bytes) -> bytes:
        """The secret; ``ValueError`` when key, label or bytes are not those of the sealing."""
        try:
            return self._cipher.decrypt(sealed[:12], sealed[12:], label)
        except InvalidTag:
            raise ValueError("this was not sealed here") from None


def make(
    passphrase: str, *, salt: bytes | None = None, key: bytes | None = None, nonce: bytes | None = None
) -> tuple[bytes, bytes]:
    """A new vault: its salt, and its key sealed by the passphrase. Random unless a test says otherwise."""
    salt = salt or os.urandom(16)
    wrapped = LocalVault(_derived(passphrase, salt)).seal(key or os.urandom(32), b"vault", nonce=nonce)
    return salt, wrapped


def open_vault(passphrase: str, salt: bytes, wrapped: bytes) -> LocalVault:
    """The vault that the passphrase opens; raises :class:`WrongPassphraseError`."""
    try:
        return LocalVault(LocalVault(_derived(passphrase, salt)).open(wrapped, b"vault"))
    except ValueError:
        raise WrongPassphraseError("the passphrase does not open this bank") from None


def _derived(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_COST, r=8, p=1).derive(passphrase.encode("utf-8"))
