"""A bank in memory for the tests: the view that ``decide`` reads, and the effects carried out on dictionaries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from statements.ebics.bank import decide
from statements.ebics.client import Client, DownloadExchange, Exchange, UploadExchange
from statements.ebics.keys import RoleKey
from statements.ebics.state import (
    Answer,
    Bank,
    CloseTransaction,
    Deliver,
    EbicsAccount,
    Effect,
    Event,
    File,
    MoveTransaction,
    OpenTransaction,
    Partner,
    Record,
    RememberNonce,
    Sent,
    SetSubscriber,
    State,
    StoreSegment,
    Subscriber,
    TakeOrder,
    Transaction,
)
from statements.ebics.state import Upload as Taken
from statements.rules import Text
from tests.ebics.material import NOW, keyring, pair

HOST, PARTNER = "TRIALBANK", "PARTNER1"
MT940 = b":20:STMT\r\n:25:FR7630001007941234567890185\r\n:28C:1/1\r\n:60F:C261125EUR100,00\r\n:62F:C261125EUR100,00\r\n"
CFONB = b"".join(f"{code}{'30001':0<118}".encode() + b"\r\n" for code in ("01", "07"))
ORDERS = {  # how the same thing is called in each version
    "H003": ("FDL", "camt.fin.mt940.stm", "FUL", "pain.001.001.03.sct"),
    "H004": ("FDL", "camt.fin.mt940.stm", "FUL", "pain.001.001.03.sct"),
    "H005": ("BTD", "EOP/mt940", "BTU", "SCT/pain.001:03"),
}


def counter(seed: str = "") -> Callable[[int], bytes]:
    """Bytes that differ from call to call and are the same in each run."""
    calls = 0

    def random(count: int) -> bytes:
        nonlocal calls
        calls += 1
        found = b""
        while len(found) < count:
            found += hashlib.sha256(f"{seed} {calls} {len(found)}".encode()).digest()
        return found[:count]

    return random


class World:
    """The bank's store and clock. ``send`` decides, carries out the effects and gives the answer's bytes."""

    def __init__(self, bank: Bank | None = None) -> None:
        self.bank = bank or Bank(
            host=HOST,
            name="Trial bank",
            url="https://127.0.0.1/ebics",
            authentication=pair("bank-X", "X"),
            encryption=pair("bank-E", "E"),
        )
        self.now = NOW
        self.random = counter("bank")
        self.subscribers: dict[tuple[str, str], Subscriber] = {}
        self.nonces: set[tuple[str, str, str]] = set()
        self.open: dict[str, Transaction] = {}
        self.segments: dict[tuple[str, int], bytes] = {}
        self.waiting: dict[str, list[tuple[date, File]]] = {}
        self.confirmed: set[tuple[str, str, str]] = set()
        self.taken: list[Taken] = []
        self.log: list[Event] = []
        self.numbers: dict[str, int] = {}
        self.fault: Text | None = None
        self.answers: list[Answer] = []
        self.clients = 0

    # the view

    def subscriber(self, partner: str, user: str) -> Subscriber | None:
        return self.subscribers.get((partner, user))

    def partner(self, partner: str) -> Partner:
        users = tuple(one for (owner, _), one in sorted(self.subscribers.items()) if owner == partner)
        account = EbicsAccount(id="1", iban="FR7630001007941234567890185", bic="QNTOFRP1XXX", holder="Société & Fils")
        return Partner(partner=partner, name="Société & Fils", accounts=(account,), users=users)

    def nonce_known(self, partner: str, user: str, nonce: str) -> bool:
        return (partner, user, nonce) in self.nonces

    def transaction(self, id_: str) -> Transaction | None:
        return self.open.get(id_)

    def open_transactions(self, partner: str) -> int:
        return sum(one.partner == partner for one in self.open.values())

    def segment(self, transaction: str, number: int) -> bytes:
        return self.segments[transaction, number]

    def files(self, partner: str, user: str, name: str, start: date | None, end: date | None) -> Sequence[File]:
        found = self.waiting.get(name, [])
        if start is not None and end is not None:
            return [file for day, file in found if start <= day <= end]
        return [file for _, file in found if (partner, user, file.id) not in self.confirmed]

    def events(self, partner: str, user: str, start: date | None, end: date | None) -> Sequence[Event]:
        mine = [event for event in self.log if event.partner == partner]
        if start is not None and end is not None:
            return [event for event in mine if start <= event.time.date() <= end]
        return [event for event in mine if (partner, user, event.id) not in self.confirmed]

    def orders_so_far(self, partner: str) -> int:
        return self.numbers.get(partner, 0)

    def sent_before(self, partner: str, digest: str) -> Sent | None:
        for one in self.taken:
            if one.partner == partner and one.digest == digest and not one.test:
                return Sent(one.time, one.order_id)
        return None

    def judge(self, upload: Taken) -> Text | None:
        return self.fault

    # the effects

    def carry_out(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            match effect:
                case RememberNonce(partner, user, nonce, _):
                    assert (partner, user, nonce) not in self.nonces
                    self.nonces.add((partner, user, nonce))
                case SetSubscriber(partner, user, state, keys):
                    self.subscribers[partner, user] = replace(self.subscribers[partner, user], state=state, keys=keys)
                case OpenTransaction(transaction, segments):
                    assert transaction.id not in self.open
                    self.open[transaction.id] = transaction
                    for number, data in enumerate(segments, start=1):
                        self.segments[transaction.id, number] = data
                    if transaction.order_id:
                        self.numbers[transaction.partner] = self.numbers.get(transaction.partner, 0) + 1
                case MoveTransaction(transaction):
                    assert transaction.id in self.open
                    self.open[transaction.id] = transaction
                case StoreSegment(transaction_id, number, data):
                    self.segments[transaction_id, number] = data
                case CloseTransaction(transaction_id):
                    del self.open[transaction_id]
                    for key in [key for key in self.segments if key[0] == transaction_id]:
                        del self.segments[key]
                case Deliver(partner, user, _, files):
                    self.confirmed |= {(partner, user, file) for file in files}
                case TakeOrder(upload):
                    self.taken.append(upload)
                case Record(event):
                    self.log.append(replace(event, id=f"event-{len(self.log)}"))

    def decide(self, data: bytes) -> Answer:
        """Decides, carries out, answers; the time goes on a second."""
        answer, effects = decide(data, self, self.now, self.random)
        self.carry_out(effects)
        self.answers.append(answer)
        self.now += timedelta(seconds=1)
        return answer

    def send(self, data: bytes) -> bytes:
        """As :meth:`decide`, the bytes alone."""
        return self.decide(data).body

    @property
    def last(self) -> Answer:
        """The last answer."""
        return self.answers[-1]

    def snapshot(self) -> tuple[object, ...]:
        """Everything that a request could change."""
        return (
            dict(self.subscribers), set(self.nonces), dict(self.open), dict(self.segments), set(self.confirmed),
            list(self.taken), list(self.log), dict(self.numbers),
        )  # fmt: skip

    # what the bank itself does

    def register(
        self, user: str, state: State = "new", owner: str = "", partner: str = PARTNER, **more: Any
    ) -> Subscriber:
        """A subscriber; with an owner of test keys, with all three keys."""
        keys = ()
        if owner:
            own = keyring(owner)
            keys = (
                RoleKey("A", "A005", own["A"].public),
                RoleKey("X", "X002", own["X"].public),
                RoleKey("E", "E002", own["E"].public),
            )
        subscriber = Subscriber(partner=partner, user=user, state=state, keys=keys, **more)
        self.subscribers[partner, user] = subscriber
        return subscriber

    def release(self, user: str) -> None:
        """The letter was compared."""
        self.subscribers[PARTNER, user] = replace(self.subscribers[PARTNER, user], state="ready")

    def queue(self, name: str, file: str, data: bytes, day: date = date(2026, 11, 25), joins: bool = True) -> None:
        """A file waits to be fetched."""
        self.waiting.setdefault(name, []).append((day, File(file, data, joins)))

    # clients

    def client(self, version: str, user: str = "ANNA", owner: str = "anna", **more: Any) -> Client:
        """A client of ours that knows the keys of the bank."""
        return Client(
            version=version,
            host=HOST,
            partner=PARTNER,
            user=user,
            keys=keyring(owner),
            bank={"X": self.bank.authentication.public, "E": self.bank.encryption.public},
            **more,
        )

    def fresh(self) -> Callable[[int], bytes]:
        """Bytes for a client that no other exchange has."""
        self.clients += 1
        return counter(f"client {self.clients}")

    def download(self, client: Client, name: str = "", order: str = "", **more: Any) -> DownloadExchange:
        """A download of a client, not yet begun."""
        code, usual, _, _ = ORDERS[client.version]
        return DownloadExchange(client, order or code, name or usual, self.now, self.fresh(), **more)

    def upload(
        self, client: Client, data: bytes = b"<Document/>", name: str = "", order: str = "", **more: Any
    ) -> UploadExchange:
        """An upload of a client, not yet begun."""
        _, _, code, usual = ORDERS[client.version]
        return UploadExchange(
            client, order or code, name or usual, data, self.now, counter(f"client {len(self.answers)}"), **more
        )

    def fetch(self, client: Client, name: str = "", order: str = "", **more: Any) -> bytes:
        """A whole download."""
        exchange = self.download(client, name, order, **more)
        exchange.run(self.send)
        return exchange.data

    def run(self, exchange: Exchange) -> Exchange:
        """A whole exchange."""
        return exchange.run(self.send)


def ready_world(*versions: str, bank: Bank | None = None) -> World:
    """A bank with Anna and Boris ready, and two statements waiting."""
    world = World(bank)
    world.register("ANNA", "ready", "anna", name="Anna")
    world.register("BORIS", "ready", "boris", name="Boris")
    world.queue("statement-mt940", "mt940-1", MT940)
    world.queue("statement-cfonb120", "cfonb-1", CFONB)
    return world
