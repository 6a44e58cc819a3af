"""The keys of an EBICS user in the store, as the protocol core holds them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from statements.ebics.keys import ROLES, PublicKey, RoleKey
from statements_bank.clock import text
from statements_bank.store.tables import SUBSCRIBER_KEYS


def held(connection: Connection, partner_id: str, user_id: str) -> tuple[RoleKey, ...]:
    """The registered keys, in the order signature, authentication, encryption."""
    rows = connection.execute(select(SUBSCRIBER_KEYS).filter_by(partner_id=partner_id, user_id=user_id))
    keys = [
        RoleKey(row.role, row.version, PublicKey(int(row.modulus, 16), int(row.exponent, 16), row.certificate))
        for row in rows
    ]
    return tuple(sorted(keys, key=lambda key: ROLES.index(key.role)))


def replace(
    connection: Connection, partner_id: str, user_id: str, keys: Iterable[RoleKey], now: datetime.datetime
) -> None:
    """The keys of a user are these from now on; what is not among them is gone."""
    forget(connection, partner_id, user_id)
    for key in keys:
        connection.execute(
            insert(SUBSCRIBER_KEYS).values(
                partner_id=partner_id,
                user_id=user_id,
                role=key.role,
                version=key.version,
                modulus=f"{key.key.modulus:x}",
                exponent=f"{key.key.exponent:x}",
                certificate=key.key.certificate,
                registered_at=text(now),
            )
        )


def forget(connection: Connection, partner_id: str, user_id: str) -> None:
    """The keys of a user are dead."""
    own = (SUBSCRIBER_KEYS.c.partner_id == partner_id, SUBSCRIBER_KEYS.c.user_id == user_id)
    connection.execute(delete(SUBSCRIBER_KEYS).where(*own))
