"""One EBICS exchange: the message is decided by the protocol core, its effects are written, the answer goes back.

Everything of one exchange happens in one transaction of the store: the core reads through :class:`StoreView`, its
effects are carried out in their order, the journal gets its row, and only after the commit is the answer sent. Two
processes that decide at once about the same nonce or transaction meet in a uniqueness fault: the second decides again
and sees what the first one changed.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from statements import Report
from statements.ebics import state as core
from statements.ebics.bank import decide
from statements.ebics.state import Answer, Effect, Event, File, Partner, Subscriber, Transaction
from statements.rules import Text
from statements_bank import payments
from statements_bank.bank import Bank
from statements_bank.clock import moment, text
from statements_bank.journal import Note, append
from statements_bank.pages.security import Limiter
from statements_bank.store import locked, user_keys
from statements_bank.store.tables import (
    ACCOUNTS,
    CONNECTIONS,
    EVENTS,
    MESSAGES,
    NONCES,
    ORDERS,
    RECEIPTS,
    SEGMENTS,
    STATEMENT_FILES,
    SUBSCRIBERS,
    TRANSACTIONS,
)

OFFERS = ("statement-mt940", "statement-cfonb120", "status-pain002", "transfer-pain001-02", "transfer-pain001-03")
"""What this bank gives and takes, by the keys of the table of EBICS names."""
_KINDS = {"statement-mt940": "mt940", "statement-cfonb120": "cfonb120"}
_STATUS = "status-pain002"
_TRIES = 5


def answer(bank: Bank, message: bytes, caller: str, limiter: Limiter) -> bytes | None:
    """The answer to one message, as the bytes to send; ``None`` when this caller asks too often.

    Only what nobody signed well counts against the caller: INI, HIA, HEV, and every message that was not authentic.
    """
    unsigned = b"ebicsRequest" not in message[:2000] and b"ebicsNoPubKeyDigestsRequest" not in message[:2000]
    if not limiter.allows(caller) if unsigned else limiter.exhausted(caller):
        return None
    for attempt in range(_TRIES):
        try:
            done = _once(bank, message)
        except (IntegrityError, OperationalError):
            # Somebody else was quicker (a nonce, a step, a lock): what they did is seen the next time.
            if attempt == _TRIES - 1:
                raise
            continue
        if not unsigned and done.technical in _NOT_AUTHENTIC:
            limiter.allows(caller)
        return done.body
    raise AssertionError("unreachable")


_NOT_AUTHENTIC = frozenset({"061001", "061002", "091002", "091010", "091103"})


def _once(bank: Bank, message: bytes) -> Answer:
    now = bank.now()
    with bank.store.begin() as connection:
        view = StoreView(bank, connection, now)
        answer, effects = decide(message, view, now, secrets.token_bytes)
        for effect in effects:
            _carry_out(bank, connection, view, effect, now)
        view.keep_refused()
        append(
            connection,
            _note(answer, now),
            request=message,
            answer=answer.body,
            keep=bank.settings.keep_messages_days > 0,
        )
    return answer


class StoreView:
    """The state of the bank as the protocol core reads it, within one transaction of the store."""

    def __init__(self, bank: Bank, connection: Connection, now: datetime.datetime) -> None:
        self._bank, self._connection, self._now = bank, connection, now
        self._judged: tuple[core.Upload, Report[Any]] | None = None
        self._taken = False

    @property
    def bank(self) -> core.Bank:
        """The bank with its present keys; encryption keys of before stay readable for open uploads."""
        keys = self._bank.keys
        keys.follow(self._connection)
        name = self._bank.name
        return core.Bank(
            host=self._bank.host_id,
            # Whoever asks for the parameters (HPD) reads what this is.
            name=name if "trial bank" in name.lower() else f"{name} (trial bank)",
            url=self._bank.url,
            authentication=keys["X"][0],
            encryption=keys["E"][0],
            former=keys["E"][1:],
            offers=OFFERS,
            plain_keys=self._bank.settings.plain_keys,
        )

    def subscriber(self, partner: str, user: str) -> Subscriber | None:
        """A user with his keys. The customer's row is locked: what is decided for it is decided one by one."""
        self._connection.execute(
            locked(self._connection, select(CONNECTIONS.c.id).where(CONNECTIONS.c.partner_id == partner))
        )
        row = self._connection.execute(
            select(SUBSCRIBERS).where(SUBSCRIBERS.c.partner_id == partner, SUBSCRIBERS.c.user_id == user)
        ).one_or_none()
        return None if row is None else self._subscriber(row)

    def partner(self, partner: str) -> Partner:
        """A customer with its accounts and all its users."""
        rows = self._connection.execute(
            select(SUBSCRIBERS).where(SUBSCRIBERS.c.partner_id == partner).order_by(SUBSCRIBERS.c.user_id)
        ).all()
        accounts = self._connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.iban)).all()
        tool = self._connection.scalar(select(CONNECTIONS.c.tool).where(CONNECTIONS.c.partner_id == partner)) or ""
        return Partner(
            partner=partner,
            name=tool,
            accounts=tuple(
                core.EbicsAccount(
                    id=f"A{number:03d}", iban=row.iban, bic=row.bic, currency=row.currency, holder=row.name
                )
                for number, row in enumerate(accounts, 1)
            ),
            users=tuple(self._subscriber(row) for row in rows),
        )

    def nonce_known(self, partner: str, user: str, nonce: str) -> bool:
        """Whether this nonce was remembered."""
        found = select(NONCES.c.nonce).where(
            NONCES.c.partner_id == partner, NONCES.c.user_id == user, NONCES.c.nonce == nonce
        )
        return self._connection.execute(found).one_or_none() is not None

    def transaction(self, id_: str) -> Transaction | None:
        """An open transaction, its row locked."""
        query = select(TRANSACTIONS.c.record).where(TRANSACTIONS.c.id == id_)
        record = self._connection.scalar(locked(self._connection, query))
        return None if record is None else msgspec.json.decode(record, type=Transaction)

    def open_transactions(self, partner: str) -> int:
        """How many transactions a customer has open."""
        query = select(func.count()).select_from(TRANSACTIONS).where(TRANSACTIONS.c.partner_id == partner)
        return self._connection.scalar(query) or 0

    def segment(self, transaction: str, number: int) -> bytes:
        """A segment of an open transaction."""
        content: bytes = self._connection.execute(
            select(SEGMENTS.c.content).where(SEGMENTS.c.transaction_id == transaction, SEGMENTS.c.number == number)
        ).scalar_one()
        return content

    def files(
        self, partner: str, user: str, name: str, start: datetime.date | None, end: datetime.date | None
    ) -> Sequence[File]:
        """Statement files or status reports: those not confirmed, or all of a period."""
        if name == _STATUS:
            return self._status_reports(partner, user, start, end)
        query = select(STATEMENT_FILES.c.id, STATEMENT_FILES.c.content).where(
            STATEMENT_FILES.c.partner_id == partner, STATEMENT_FILES.c.kind == _KINDS[name]
        )
        if start is None and end is None:
            query = query.where(STATEMENT_FILES.c.id.not_in(self._confirmed(partner, user, "statement")))
        if start is not None:
            query = query.where(STATEMENT_FILES.c.day >= start.isoformat())
        if end is not None:
            query = query.where(STATEMENT_FILES.c.day <= end.isoformat())
        rows = self._connection.execute(query.order_by(STATEMENT_FILES.c.day, STATEMENT_FILES.c.iban))
        return [File(f"statement/{row.id}", row.content) for row in rows]

    def events(
        self, partner: str, user: str, start: datetime.date | None, end: datetime.date | None
    ) -> Sequence[Event]:
        """The steps of the orders of a customer: those this user has not confirmed, or all of a period."""
        query = select(EVENTS).where(EVENTS.c.partner_id == partner)
        if start is None and end is None:
            query = query.where(EVENTS.c.id.not_in(self._confirmed(partner, user, "events")))
        if start is not None:
            query = query.where(EVENTS.c.at >= start.isoformat())
        if end is not None:
            query = query.where(EVENTS.c.at < (end + datetime.timedelta(1)).isoformat())
        return [
            Event(
                partner=row.partner_id,
                user=row.user_id,
                time=moment(row.at),
                order=row.order_type,
                action=row.action,
                code=row.code,
                order_id=row.order_id,
                text=row.text,
                id=f"events/{row.id}",
            )
            for row in self._connection.execute(query.order_by(EVENTS.c.id))
        ]

    def orders_so_far(self, partner: str) -> int:
        """How many order numbers this customer has got."""
        query = select(CONNECTIONS.c.orders_opened).where(CONNECTIONS.c.partner_id == partner)
        return self._connection.scalar(query) or 0

    def sent_before(self, partner: str, digest: str) -> core.Sent | None:
        """The order under which the same bytes came lately."""
        since = self._now - datetime.timedelta(days=self._bank.settings.duplicate_days)
        found = payments.seen(self._connection, partner, digest, since)
        return None if found is None else core.Sent(*found)

    def judge(self, upload: core.Upload) -> Text | None:
        """Our payment check, with the EBICS name that was declared."""
        report = payments.check(upload.data, upload.declared, self._now.date())
        self._judged = upload, report
        return None if report.valid else payments.verdict(report)

    def take(self, upload: core.Upload) -> None:
        """The order was accepted: it awaits a person."""
        report = (
            self._judged[1]
            if self._judged is not None
            else payments.check(upload.data, upload.declared, self._now.date())
        )
        self._taken = True
        payments.receive(self._connection, upload, report, self._now)

    def keep_refused(self) -> None:
        """A payment file that the check refused leaves its report, so that the desk and the client can read why."""
        if self._judged is not None and not self._taken:
            upload, report = self._judged
            payments.receive(self._connection, upload, report, self._now)

    def _subscriber(self, row: Any) -> Subscriber:
        return Subscriber(
            partner=row.partner_id,
            user=row.user_id,
            state=row.state,
            name=row.name,
            level=row.signature_class,
            keys=user_keys.held(self._connection, row.partner_id, row.user_id),
        )

    def _confirmed(self, partner: str, user: str, what: str) -> Any:
        return select(RECEIPTS.c.item).where(
            RECEIPTS.c.partner_id == partner, RECEIPTS.c.user_id == user, RECEIPTS.c.what == what
        )

    def _status_reports(
        self, partner: str, user: str, start: datetime.date | None, end: datetime.date | None
    ) -> list[File]:
        query = select(ORDERS.c.id, ORDERS.c.status_report).where(ORDERS.c.partner_id == partner)
        if start is None and end is None:
            query = query.where(ORDERS.c.id.not_in(self._confirmed(partner, user, "status")))
        if start is not None:
            query = query.where(ORDERS.c.received_at >= start.isoformat())
        if end is not None:
            query = query.where(ORDERS.c.received_at < (end + datetime.timedelta(1)).isoformat())
        rows = self._connection.execute(query.order_by(ORDERS.c.id))
        return [File(f"status/{row.id}", row.status_report, joins=False) for row in rows]


def _carry_out(bank: Bank, connection: Connection, view: StoreView, effect: Effect, now: datetime.datetime) -> None:
    match effect:
        case core.RememberNonce():
            connection.execute(
                insert(NONCES).values(
                    partner_id=effect.partner, user_id=effect.user, nonce=effect.nonce, seen_at=text(effect.time)
                )
            )
        case core.SetSubscriber():
            _set_subscriber(connection, effect, now)
        case core.OpenTransaction():
            _open(connection, effect)
        case core.MoveTransaction():
            moved = update(TRANSACTIONS).where(TRANSACTIONS.c.id == effect.transaction.id)
            connection.execute(moved.values(record=msgspec.json.encode(effect.transaction)))
        case core.StoreSegment():
            place = (SEGMENTS.c.transaction_id == effect.transaction, SEGMENTS.c.number == effect.number)
            connection.execute(delete(SEGMENTS).where(*place))
            connection.execute(
                insert(SEGMENTS).values(transaction_id=effect.transaction, number=effect.number, content=effect.data)
            )
        case core.CloseTransaction():
            _close(connection, effect.transaction)
        case core.Deliver():
            _deliver(connection, effect, now)
        case core.TakeOrder():
            view.take(effect.upload)
        case core.Record():
            payments.record(connection, effect.event)


def _set_subscriber(connection: Connection, effect: core.SetSubscriber, now: datetime.datetime) -> None:
    own = (SUBSCRIBERS.c.partner_id == effect.partner, SUBSCRIBERS.c.user_id == effect.user)
    connection.execute(update(SUBSCRIBERS).where(*own).values(state=effect.state))
    user_keys.replace(connection, effect.partner, effect.user, effect.keys, now)
    if effect.state.startswith("suspended"):
        ended = {"ended_by": f"{effect.partner}/{effect.user}", "ended_at": text(now), "ended_why": effect.state}
        connection.execute(update(CONNECTIONS).where(CONNECTIONS.c.partner_id == effect.partner).values(**ended))


def _open(connection: Connection, effect: core.OpenTransaction) -> None:
    opened = effect.transaction
    connection.execute(
        insert(TRANSACTIONS).values(
            id=opened.id,
            partner_id=opened.partner,
            user_id=opened.user,
            record=msgspec.json.encode(opened),
            opened_at=text(opened.opened),
        )
    )
    for number, content in enumerate(effect.segments, 1):
        connection.execute(insert(SEGMENTS).values(transaction_id=opened.id, number=number, content=content))
    if opened.order_id:
        given = CONNECTIONS.c.orders_opened + 1
        mine = update(CONNECTIONS).where(CONNECTIONS.c.partner_id == opened.partner)
        connection.execute(mine.values(orders_opened=given))


def _close(connection: Connection, id_: str) -> None:
    connection.execute(delete(SEGMENTS).where(SEGMENTS.c.transaction_id == id_))
    connection.execute(delete(TRANSACTIONS).where(TRANSACTIONS.c.id == id_))


def _deliver(connection: Connection, effect: core.Deliver, now: datetime.datetime) -> None:
    own = {"partner_id": effect.partner, "user_id": effect.user}
    for id_ in effect.files:
        what, _, number = id_.partition("/")
        row = {**own, "what": what, "item": int(number)}
        if connection.execute(select(RECEIPTS.c.item).filter_by(**row)).one_or_none() is None:
            connection.execute(insert(RECEIPTS).values(**row, at=text(now)))


def _note(answer: Answer, now: datetime.datetime) -> Note:
    refusal = answer.refusal
    words = " ".join(word for word in (answer.order or "?", answer.declared, answer.phase, answer.version) if word)
    actor = f"{answer.partner}/{answer.user}" if answer.partner or answer.user else "?"
    return Note(
        at=text(now),
        actor=actor[:80],
        what=words[:60],
        order_id=answer.order_id or None,
        code=answer.technical if answer.technical != "000000" else answer.business,
        symbol=refusal.symbol if refusal is not None else None,
        reason_en=refusal.text.en if refusal is not None else None,
        reason_fr=refusal.text.fr if refusal is not None else None,
        quirks=", ".join(answer.quirks) or None,
    )


def tidy(bank: Bank, connection: Connection) -> None:
    """Forget what no longer counts: nonces older than twice the tolerance, lapsed transactions, old messages."""
    now = bank.now()
    limits = core.Limits()
    connection.execute(delete(NONCES).where(NONCES.c.seen_at < text(now - 2 * limits.clock)))
    lapsed = select(TRANSACTIONS.c.id).where(TRANSACTIONS.c.opened_at < text(now - limits.lifetime))
    for id_ in connection.scalars(lapsed).all():
        _close(connection, id_)
    kept = datetime.timedelta(days=bank.settings.keep_messages_days)
    connection.execute(delete(MESSAGES).where(MESSAGES.c.at < text(now - kept)))
