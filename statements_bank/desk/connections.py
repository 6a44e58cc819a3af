"""The life of a connection: asked for, letter, three certificates, compared, released, ended, begun anew.

A connection is one ERP or treasury tool: a partner id with its EBICS user. Its state at the desk follows from that of
the user in the protocol:

=============  ==============================  ============================================================
state          user                            next
=============  ==============================  ============================================================
requested      new, ini-only, hia-only         the letter is out; INI and HIA, or three files
registered     initialised                     a person compares the three hashes and releases
ready          ready                           statements and payments flow; either side may end it
disconnected   suspended (by whom ever)        all keys are dead; ``reconnect`` begins anew
=============  ==============================  ============================================================
"""

from __future__ import annotations

import datetime
import hmac
import re
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from statements.ebics.keys import ROLES, Role, RoleKey
from statements.ebics.state import State
from statements_bank.clock import text
from statements_bank.desk.people import Person
from statements_bank.desk.rights import Plan, plans
from statements_bank.errors import DeskError, NotAllowedError
from statements_bank.store import locked, user_keys
from statements_bank.store.tables import BANK, CONNECTIONS, SUBSCRIBERS

REQUESTED, REGISTERED, READY, DISCONNECTED = "requested", "registered", "ready", "disconnected"
_OF_USER: dict[State, str] = {
    "new": REQUESTED,
    "ini-only": REQUESTED,
    "hia-only": REQUESTED,
    "initialised": REGISTERED,
    "ready": READY,
}


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A connection as the desk sees it; ``subscriber`` is the state of its user in the protocol."""

    partner_id: str
    user_id: str
    tool: str
    state: str
    subscriber: str
    made_by: str
    made_at: str
    ended_by: str | None = None
    ended_at: str | None = None
    ended_why: str | None = None

    @property
    def alive(self) -> bool:
        """Whether it takes one of the places of the plan."""
        return self.state != DISCONNECTED


def plan(connection: Connection) -> Plan:
    """The plan of this bank's customer."""
    return plans()[connection.execute(select(BANK.c.plan)).scalar_one()]


def every(connection: Connection) -> list[Link]:
    """All connections, in the order in which they were asked for."""
    query = select(CONNECTIONS, SUBSCRIBERS.c.user_id, SUBSCRIBERS.c.state).join(
        SUBSCRIBERS, SUBSCRIBERS.c.partner_id == CONNECTIONS.c.partner_id
    )
    return [_link(row) for row in connection.execute(query.order_by(CONNECTIONS.c.id, SUBSCRIBERS.c.user_id))]


def find(connection: Connection, partner_id: str) -> Link:
    """The connection of a partner id. Raises :class:`DeskError` where there is none."""
    for link in every(connection):
        if link.partner_id == partner_id:
            return link
    raise DeskError(f"There is no connection {partner_id}.", f"Il n'y a pas de connexion {partner_id}.")


def connect(connection: Connection, person: Person, tool: str, now: datetime.datetime) -> Link:
    """Ask for a connection of a tool. Raises :class:`DeskError` for the wrong role, or when the plan is full."""
    demand_role(person)
    connection.execute(locked(connection, select(BANK.c.id)))
    _demand_place(connection)
    number = (connection.scalar(select(func.max(CONNECTIONS.c.id))) or 0) + 1
    partner, user = f"TRIAL{number:03d}", f"USER{number:03d}"
    connection.execute(
        insert(CONNECTIONS).values(partner_id=partner, tool=tool, made_by=person.login, made_at=text(now))
    )
    connection.execute(
        insert(SUBSCRIBERS).values(partner_id=partner, user_id=user, name=tool, state="new", signature_class="T")
    )
    return find(connection, partner)


def keys(connection: Connection, link: Link) -> tuple[RoleKey, ...]:
    """The keys that a connection has registered, in the order signature, authentication, encryption."""
    return user_keys.held(connection, link.partner_id, link.user_id)


def register(connection: Connection, partner_id: str, keys: Sequence[RoleKey], now: datetime.datetime) -> Link:
    """Keep the three keys that came as files; their faults were told before (:mod:`.certificates`)."""
    link = _locked(connection, partner_id)
    if link.state != REQUESTED:
        raise DeskError(f"{partner_id} does not wait for certificates.", f"{partner_id} n'attend pas de certificats.")
    if sorted(key.role for key in keys) != sorted(ROLES):
        raise DeskError(
            "Three certificates are needed: signature, authentication, encryption.",
            "Trois certificats sont nécessaires\u00a0: signature, authentification, chiffrement.",
        )
    user_keys.replace(connection, partner_id, link.user_id, keys, now)
    _set_state(connection, partner_id, "initialised")
    return find(connection, partner_id)


def release(
    connection: Connection, person: Person, partner_id: str, keys: Sequence[RoleKey], written: Mapping[Role, str]
) -> Link:
    """A person compared the hashes of the customer's letter: ``written`` maps each role to the hash read there.

    Either kind of hash is good, in any grouping. Raises :class:`DeskError` that names the role whose hash differs.
    """
    demand_role(person)
    link = _locked(connection, partner_id)
    if link.state != REGISTERED:
        raise DeskError(f"{partner_id} has no keys to release.", f"{partner_id} n'a pas de clés à valider.")
    _demand_place(connection, apart_from=partner_id)
    for key in keys:
        given = re.sub(r"[^0-9a-f]", "", written.get(key.role, "").lower())
        if not any(hmac.compare_digest(given, kind) for kind in key.key.hashes):
            name_en, name_fr = _ROLE_NAMES[key.role]
            raise DeskError(
                f"The hash of the {name_en} key is not the one that was registered. Nothing was released.",
                f"L'empreinte de la clé {name_fr} n'est pas celle qui a été enregistrée. Rien n'a été validé.",
            )
    _set_state(connection, partner_id, "ready")
    return find(connection, partner_id)


def disconnect(connection: Connection, person: Person, partner_id: str, why: str, now: datetime.datetime) -> Link:
    """End a connection from the desk: its keys are dead at once, nothing more is made for it."""
    demand_role(person)
    link = _locked(connection, partner_id)
    if not link.alive:
        raise DeskError(f"{partner_id} is disconnected.", f"{partner_id} est déjà déconnectée.")
    _end(connection, link, person.login, why, now)
    return find(connection, partner_id)


def reconnect(connection: Connection, person: Person, partner_id: str, now: datetime.datetime) -> Link:
    """Begin anew: the same ids, new keys only. Raises :class:`DeskError` where the plan has no place left."""
    demand_role(person)
    connection.execute(locked(connection, select(BANK.c.id)))
    link = _locked(connection, partner_id)
    if link.alive:
        raise DeskError(f"{partner_id} is connected.", f"{partner_id} est déjà connectée.")
    _demand_place(connection)
    user_keys.forget(connection, partner_id, link.user_id)
    _set_state(connection, partner_id, "new")
    fresh = {"made_by": person.login, "made_at": text(now), "ended_by": None, "ended_at": None, "ended_why": None}
    connection.execute(update(CONNECTIONS).where(CONNECTIONS.c.partner_id == partner_id).values(**fresh))
    return find(connection, partner_id)


def change_plan(
    connection: Connection, person: Person, wanted: str, keep: Collection[str], now: datetime.datetime
) -> list[Link]:
    """Change the plan; a smaller one asks which connections stay: ``keep`` names them. The ended ones are returned."""
    demand_role(person)
    if wanted not in plans():
        known = ", ".join(plans())
        raise DeskError(
            f"There is no plan {wanted}; known: {known}.",
            f"Il n'y a pas d'offre {wanted}\u00a0; connues\u00a0: {known}.",
        )
    connection.execute(locked(connection, select(BANK.c.id)))
    places = plans()[wanted].connections
    living = [link for link in every(connection) if link.alive]
    staying = [link for link in living if link.partner_id in keep] if len(living) > places else living
    if len(staying) > places or (len(living) > places and len(staying) < places):
        names = ", ".join(f"{link.partner_id} ({link.tool})" for link in living)
        raise DeskError(
            f"This plan has {places} connections. Say which {places} stay: {names}.",
            f"Cette offre comporte {places} connexions. Choisissez les {places} qui restent\u00a0: {names}.",
        )
    ended = [link for link in living if link not in staying]
    for link in ended:
        _end(connection, link, person.login, f"plan {wanted}", now)
    connection.execute(update(BANK).values(plan=wanted))
    return ended


_ROLE_NAMES: dict[Role, tuple[str, str]] = {
    "A": ("signature", "de signature"),
    "X": ("authentication", "d'authentification"),
    "E": ("encryption", "de chiffrement"),
}


def _link(row: Row[tuple[object, ...]]) -> Link:
    return Link(
        partner_id=row.partner_id,
        user_id=row.user_id,
        tool=row.tool,
        state=_OF_USER.get(row.state, DISCONNECTED),
        subscriber=row.state,
        made_by=row.made_by,
        made_at=row.made_at,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
    )


def demand_role(person: Person) -> None:
    if not person.may_connect:
        raise NotAllowedError(
            f"The role {person.role.name.en} may not manage connections; owner, admin and accountant may.",
            f"Le rôle «\u00a0{person.role.name.fr}\u00a0» ne gère pas les connexions\u00a0; propriétaire, "
            "administrateur et comptable le peuvent.",
        )


def _demand_place(connection: Connection, *, apart_from: str = "") -> None:
    # A tool that suspended itself may send new keys at any time: its place is looked for again at the release.
    places = plan(connection).connections
    if sum(link.alive and link.partner_id != apart_from for link in every(connection)) >= places:
        raise DeskError(
            f"The plan {plan(connection).name.en} has {places} connections, and all are taken.",
            f"L'offre {plan(connection).name.fr} comporte {places} connexions, toutes sont prises.",
        )


def _locked(connection: Connection, partner_id: str) -> Link:
    connection.execute(locked(connection, select(SUBSCRIBERS.c.user_id).where(SUBSCRIBERS.c.partner_id == partner_id)))
    return find(connection, partner_id)


def _set_state(connection: Connection, partner_id: str, state: State) -> None:
    connection.execute(update(SUBSCRIBERS).where(SUBSCRIBERS.c.partner_id == partner_id).values(state=state))


def _end(connection: Connection, link: Link, login: str, why: str, now: datetime.datetime) -> None:
    _set_state(connection, link.partner_id, "suspended-by-bank")
    user_keys.forget(connection, link.partner_id, link.user_id)
    ended = {"ended_by": login, "ended_at": text(now), "ended_why": why}
    connection.execute(update(CONNECTIONS).where(CONNECTIONS.c.partner_id == link.partner_id).values(**ended))
