"""One trial bank: its store, its keys, its address; made once, opened by every process that serves it."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import Connection, func, insert, select

from statements.ebics.keys import KeyPair, RoleKey, self_signed
from statements_bank import vault
from statements_bank.clock import text
from statements_bank.desk.rights import plans
from statements_bank.store import Store
from statements_bank.store.tables import BANK, BANK_KEYS
from statements_bank.vault import Vault

BankRole = Literal["X", "E"]
_BANK_ROLES: tuple[BankRole, ...] = ("X", "E")
_VERSIONS: Mapping[BankRole, str] = {"X": "X002", "E": "E002"}
# Common Integrative Implementation Guide, 4.1.2: both keys of a bank say both usages.
_USAGES = ("digital_signature", "key_encipherment")
KEY_BITS = 2048
_SESSION = b"session-secret"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a caller may choose when the bank answers requests. Everything has a default."""

    plain_keys: bool = False
    """Take RSA keys without certificates, for tools that have none; a French bank refuses them."""
    keep_messages_days: int = 0
    """How many days the messages themselves are kept beside the journal; 0 keeps none."""
    duplicate_days: int = 30
    """How long the same payment file counts as a duplicate."""


class Keys:
    """The key pairs of the bank by role, the present generation first.

    Another process may make new ones: :meth:`follow` looks whether there is a newer generation, and only then opens it.
    """

    def __init__(self, opened: Vault) -> None:
        self._vault = opened
        self._newest: dict[str, int] = {}
        self._pairs: Mapping[BankRole, tuple[KeyPair, ...]] = {}

    def __getitem__(self, role: BankRole) -> tuple[KeyPair, ...]:
        return self._pairs[role]

    def values(self) -> Iterable[tuple[KeyPair, ...]]:
        """The pairs of each role."""
        return self._pairs.values()

    def follow(self, connection: Connection) -> None:
        """Read the keys again if there are newer ones."""
        newest = {
            row.role: row.newest
            for row in connection.execute(
                select(BANK_KEYS.c.role, func.max(BANK_KEYS.c.generation).label("newest")).group_by(BANK_KEYS.c.role)
            )
        }
        if newest == self._newest:
            return
        self._pairs = {role: self._read(connection, role) for role in _BANK_ROLES}
        self._newest = newest

    def _read(self, connection: Connection, role: BankRole) -> tuple[KeyPair, ...]:
        query = select(BANK_KEYS).where(BANK_KEYS.c.role == role).order_by(BANK_KEYS.c.generation.desc())
        return tuple(
            KeyPair(_private(self._vault.open(row.private_key, _label(role, row.generation))), row.certificate)
            for row in connection.execute(query)
        )


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """An opened trial bank."""

    store: Store
    vault: Vault
    clock: Callable[[], datetime.datetime]
    host_id: str
    name: str
    url: str
    keys: Keys
    session_secret: str
    tls_fingerprint: str = ""
    settings: Settings = Settings()

    def now(self) -> datetime.datetime:
        """The moment, with its time zone."""
        return self.clock()

    def public_keys(self) -> tuple[RoleKey, ...]:
        """The present keys of the bank, authentication first."""
        return tuple(RoleKey(role, _VERSIONS[role], self.keys[role][0].public) for role in _BANK_ROLES)


def make(
    store: Store,
    passphrase: str,
    *,
    host_id: str,
    name: str,
    url: str,
    plan: str,
    now: datetime.datetime,
) -> None:
    """Make the tables, the vault and the two key pairs of a new bank. Raises ``ValueError`` where there is one."""
    if plan not in plans():
        raise ValueError(f"no plan {plan!r}; known: {', '.join(plans())}")
    store.upgrade()
    salt, wrapped = vault.make(passphrase)
    opened = vault.open_vault(passphrase, salt, wrapped)
    with store.begin() as connection:
        if connection.execute(select(BANK.c.id)).one_or_none() is not None:
            raise ValueError("this store holds a bank already")
        connection.execute(
            insert(BANK).values(
                id=1,
                host_id=host_id,
                name=name,
                url=url,
                plan=plan,
                vault_salt=salt,
                vault_key=wrapped,
                session_secret=opened.seal(secrets.token_bytes(32), _SESSION),
                made_at=text(now),
            )
        )
        for role in _BANK_ROLES:
            new_key(connection, opened, role, name, now)


def new_key(connection: Connection, opened: Vault, role: BankRole, name: str, now: datetime.datetime) -> None:
    """A further generation of one of the bank's keys; the one before stays known, so that 091008 can be told."""
    private = _generated()
    begins = now.astimezone(datetime.UTC).replace(microsecond=0)
    certificate = self_signed(
        private,
        _USAGES,
        common_name=f"{name} {_VERSIONS[role]}",
        country="FR",
        serial=secrets.randbits(127) | 1,
        begins=begins,
    )
    held = connection.scalars(select(BANK_KEYS.c.generation).where(BANK_KEYS.c.role == role)).all()
    generation = max(held, default=0) + 1
    der = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    connection.execute(
        insert(BANK_KEYS).values(
            role=role,
            generation=generation,
            certificate=certificate,
            private_key=opened.seal(der, _label(role, generation)),
            made_at=text(now),
        )
    )


def open_bank(
    store: Store,
    passphrase: str,
    *,
    clock: Callable[[], datetime.datetime],
    tls_fingerprint: str = "",
    settings: Settings = Settings(),  # noqa: B008 - frozen
) -> Bank:
    """The bank of a store. Raises ``ValueError`` for a store without one or of another version, and
    :class:`statements_bank.vault.WrongPassphraseError`.
    """
    if not store.ready():
        raise ValueError("the tables are of another version: run `statements bank init` or upgrade them")
    with store.begin() as connection:
        row = connection.execute(select(BANK)).one_or_none()
        if row is None:
            raise ValueError("this store holds no bank")
        opened = vault.open_vault(passphrase, row.vault_salt, row.vault_key)
        keys = Keys(opened)
        keys.follow(connection)
    return Bank(
        store=store,
        vault=opened,
        clock=clock,
        host_id=row.host_id,
        name=row.name,
        url=row.url,
        keys=keys,
        session_secret=opened.open(row.session_secret, _SESSION).hex(),
        tls_fingerprint=tls_fingerprint,
        settings=settings,
    )


def _label(role: str, generation: int) -> bytes:
    return f"bank-key {role} {generation}".encode("ascii")


def _generated() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _private(der: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(der, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a key of the bank is no RSA key")
    return key
