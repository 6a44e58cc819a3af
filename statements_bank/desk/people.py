"""The people at the desk: their roles and passwords.

Passwords are kept as argon2id hashes. After five wrong ones a login rests for a while, longer each time.
"""

from __future__ import annotations

import datetime

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, insert, select, update

from statements_bank.clock import text
from statements_bank.desk.rights import Role, roles
from statements_bank.store import locked
from statements_bank.store.tables import PEOPLE

_HASHER = PasswordHasher()
_TRIES = 5
SHORTEST = 12
"""The least number of characters of a password."""


class Person(msgspec.Struct, frozen=True):
    """Someone at the desk. ``may_transfer`` is the transfer right that a manager may have."""

    login: str
    name: str
    role: Role
    may_transfer: bool

    @property
    def may_connect(self) -> bool:
        """Whether this person may connect and disconnect tools."""
        return self.role.connect

    @property
    def may_approve(self) -> bool:
        """Whether this person may approve and refuse payments."""
        return self.role.may_approve(transfer_right=self.may_transfer)


def add(
    connection: Connection, *, login: str, name: str, role: str, password: str, may_transfer: bool = False
) -> Person:
    """A new person. Raises ``ValueError`` for an unknown role, a login that exists, or a short password."""
    if role not in roles():
        raise ValueError(f"no role {role!r}; known: {', '.join(roles())}")
    if len(password) < SHORTEST:
        raise ValueError(f"a password has at least {SHORTEST} characters")
    if find(connection, login) is not None:
        raise ValueError(f"{login} exists")
    connection.execute(
        insert(PEOPLE).values(
            login=login, name=name, role=role, may_transfer=may_transfer, password=_HASHER.hash(password)
        )
    )
    return Person(login, name, roles()[role], may_transfer)


def find(connection: Connection, login: str) -> Person | None:
    """The person of a login."""
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.login == login)).one_or_none()
    return None if row is None else Person(row.login, row.name, roles()[row.role], row.may_transfer)


def everyone(connection: Connection) -> list[Person]:
    """All people, by login."""
    rows = connection.execute(select(PEOPLE).order_by(PEOPLE.c.login))
    return [Person(row.login, row.name, roles()[row.role], row.may_transfer) for row in rows]


def sign_in(connection: Connection, login: str, password: str, now: datetime.datetime) -> Person | None:
    """The person, when the password is right and the login does not rest; ``None`` for every other case alike."""
    row = connection.execute(locked(connection, select(PEOPLE).where(PEOPLE.c.login == login))).one_or_none()
    try:
        # The work of a real comparison is done for unknown logins too: an answer's time tells nothing.
        _HASHER.verify(row.password if row is not None else _of_nobody(), password)
        right = row is not None
    except (VerifyMismatchError, InvalidHashError):
        right = False
    if row is None:
        return None
    if row.locked_until is not None and row.locked_until > text(now):
        return None
    if right:
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == row.id).values(failures=0, locked_until=None))
        return Person(row.login, row.name, roles()[row.role], row.may_transfer)
    failures = row.failures + 1
    rest = None
    if failures >= _TRIES:
        rest = text(now + datetime.timedelta(minutes=min(60, 2 ** (failures - _TRIES))))
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == row.id).values(failures=failures, locked_until=rest))
    return None


def _of_nobody() -> str:
    """A hash of the hasher's own parameters that no password is likely to have; nothing is hashed to make it."""
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    salt, digest = ("A" * -(-4 * size // 3) for size in (_HASHER.salt_len, _HASHER.hash_len))
    return f"$argon2id$v=19${cost}${salt}${digest}"
