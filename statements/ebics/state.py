"""What a bank knows and what a request changes in it, as values: the view that ``decide`` reads, and the effects.

The bank keeps its state wherever it likes. For each request it opens one transaction of its database, gives
``statements.ebics.bank.decide`` a :class:`View` of it, carries out every effect of the decision, in their order
and within that transaction, and then sends the answer::

    with database.begin() as connection:              # serialises writers: BEGIN IMMEDIATE, or row locks
        answer, effects = decide(request, view(connection), now, secrets.token_bytes)
        for effect in effects:
            match effect:
                case RememberNonce(): ...              # unique over (partner, user, nonce)
                case OpenTransaction(): ...
                ...
    return answer.body

Where two processes may decide at once, a uniqueness fault (of a nonce, a transaction moved by somebody else) means:
roll back and decide again; the second decision sees what the first one changed. An answer is sent only after the
commit, so nothing acknowledged is lost. A refusal may have effects too: a nonce is remembered, a transaction ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, Protocol

import msgspec

from statements.ebics.codes import Refusal
from statements.ebics.keys import KeyPair, Role, RoleKey
from statements.ebics.names import Direction
from statements.rules import Text

State = Literal[
    "new", "ini-only", "hia-only", "initialised", "ready", "suspended", "suspended-after-faults", "suspended-by-bank"
]


class StateRow(msgspec.Struct, frozen=True):
    """A state of a subscriber: its number in HTD, its name, what comes next, and where INI and HIA lead from it."""

    number: int
    label: Text
    next: Text
    ini: State | None = None
    hia: State | None = None


_KEYS_AGAIN = Text(
    "Make new keys and send them by INI and HIA.", "Créez de nouvelles clés et envoyez-les par INI et HIA."
)
# The numbers: EBICS 3.0, 9.3. Who suspended himself begins anew; who was suspended by the bank waits for it.
STATES: dict[State, StateRow] = {
    "new": StateRow(
        2, Text("new", "nouveau"), Text("Send INI and HIA.", "Envoyez INI et HIA."), "ini-only", "hia-only"
    ),
    "ini-only": StateRow(
        3, Text("known by INI only", "connu par INI seulement"), Text("Send HIA.", "Envoyez HIA."), hia="initialised"
    ),
    "hia-only": StateRow(
        4, Text("known by HIA only", "connu par HIA seulement"), Text("Send INI.", "Envoyez INI."), ini="initialised"
    ),
    "initialised": StateRow(
        5,
        Text("initialised", "initialisé"),
        Text(
            "The bank has to compare the hashes of the letter first.",
            "La banque doit d'abord comparer les empreintes de la lettre.",
        ),
    ),
    "ready": StateRow(1, Text("ready", "activé"), Text("Nothing is missing.", "Il ne manque rien.")),
    "suspended": StateRow(
        8, Text("suspended by himself", "suspendu par lui-même"), _KEYS_AGAIN, "ini-only", "hia-only"
    ),
    "suspended-after-faults": StateRow(
        6, Text("suspended after failed attempts", "suspendu après des échecs"), _KEYS_AGAIN, "ini-only", "hia-only"
    ),
    "suspended-by-bank": StateRow(
        9,
        Text("suspended by the bank", "suspendu par la banque"),
        Text("The bank has to lift this first.", "La banque doit d'abord lever cette suspension."),
    ),
}


class Limits(msgspec.Struct, frozen=True):
    """How much a bank takes. Sizes of base64 are in characters without blanks, others in bytes."""

    request: int = 2_000_000
    segment: int = 1_048_576
    segments: int = 1_000
    order: int = 50_000_000
    """Order data after inflating."""
    small: int = 1_000_000
    """Keys and signatures after inflating."""
    transactions: int = 50
    """Open ones of one customer, when an upload begins."""
    downloads: int = 500
    """Open ones of one customer, when a download begins: clients that send no receipt leave many behind."""
    attempts: int = 3
    clock: timedelta = timedelta(hours=6)
    lifetime: timedelta = timedelta(hours=24)
    """Of an open transaction."""
    answer_segment: int = 1_048_576


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """The bank itself. ``offers`` are keys of the table of EBICS names (``statements.reference.ebics``)."""

    host: str
    name: str
    url: str
    authentication: KeyPair
    encryption: KeyPair
    former: tuple[KeyPair, ...] = ()
    """Encryption keys replaced lately: uploads that were open then are still read."""
    offers: tuple[str, ...] = (
        "statement-mt940",
        "statement-cfonb120",
        "transfer-pain001-02",
        "transfer-pain001-03",
    )
    plain_keys: bool = False
    """Take keys without certificates, which the French profile does not."""
    country: str = "FR"
    limits: Limits = Limits()


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """A user of a customer. ``rights`` are keys of the table of EBICS names; None is everything that is offered.

    ``level`` is E (the signature authorises) or T (it only transports); both may send.
    """

    partner: str
    user: str
    state: State = "new"
    keys: tuple[RoleKey, ...] = ()
    name: str = ""
    rights: frozenset[str] | None = None
    level: Literal["E", "T"] = "T"

    def key(self, role: Role) -> RoleKey | None:
        """The registered key of a role."""
        return next((key for key in self.keys if key.role == role), None)


class EbicsAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account as HTD and HKD show it."""

    id: str
    iban: str
    bic: str
    currency: str = "EUR"
    holder: str = ""


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A customer: its accounts and all its users."""

    partner: str
    name: str
    accounts: tuple[EbicsAccount, ...] = ()
    users: tuple[Subscriber, ...] = ()


class File(msgspec.Struct, frozen=True):
    """A file that waits to be fetched. ``joins`` says that several of its kind may follow each other in one answer."""

    id: str
    data: bytes
    joins: bool = True


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A step of an order for the customer protocol (HAC). ``id`` is given by who stores it.

    ``action`` and ``code`` are those of EBICS, chapter 10: ``FILE_UPLOAD``, ``TS01`` and so on; ``code`` may be empty.
    """

    partner: str
    user: str
    time: datetime
    order: str
    action: str
    code: str
    order_id: str = ""
    text: str = ""
    id: str = ""


class Sent(msgspec.Struct, frozen=True):
    """An order with the same bytes that was taken before."""

    time: datetime
    order_id: str


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """Order data that came whole, with every signature good.

    ``name`` is the key of the table of EBICS names, or empty when the declared name may mean several; ``declared`` is
    the FileFormat or the BTF as the client wrote it; ``digest`` is the SHA-256 of the bytes as they came.
    """

    partner: str
    user: str
    version: str
    order: str
    order_id: str
    name: str
    declared: str
    data: bytes
    digest: str
    signers: tuple[str, ...]
    authorises: bool
    """Whether the client meant its signature to authorise the order (class E), not only to transport it."""
    test: bool
    time: datetime
    file_name: str = ""


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """An open transaction. No secret stands in it: ``key`` is the transaction key as the client encrypted it."""

    id: str
    version: str
    direction: Direction
    order: str
    partner: str
    user: str
    signer: str
    """Who signs the messages: the user, or the technical user that acts for it."""
    opened: datetime
    segments: int
    last: int
    """The last segment received, or the highest one given."""
    attempts: int = 0
    order_id: str = ""
    name: str = ""
    declared: str = ""
    files: tuple[str, ...] = ()
    """Downloads: what the receipt confirms."""
    size: int = 0
    """Uploads: characters of base64 so far."""
    last_digest: str = ""
    """Uploads: SHA-256 of the last segment, to know it when it comes again."""
    key: bytes = b""
    key_digest: bytes = b""
    signature: bytes = b""
    authorises: bool = False
    test: bool = False
    file_name: str = ""
    data_digest: bytes = b""


class View(Protocol):
    """What ``decide`` asks of the state of a bank. Every method only reads."""

    @property
    def bank(self) -> Bank:
        """The bank."""

    def subscriber(self, partner: str, user: str) -> Subscriber | None:
        """A user of a customer, or None where either is unknown."""

    def partner(self, partner: str) -> Partner:
        """A customer; asked only for one that has a subscriber."""

    def nonce_known(self, partner: str, user: str, nonce: str) -> bool:
        """Whether a nonce was remembered. Those older than twice the clock's tolerance may be forgotten."""

    def transaction(self, id_: str) -> Transaction | None:
        """An open transaction."""

    def open_transactions(self, partner: str) -> int:
        """How many a customer has open. Lapsed ones need not be counted."""

    def segment(self, transaction: str, number: int) -> bytes:
        """A stored segment of an open transaction, counted from 1."""

    def files(self, partner: str, user: str, name: str, start: date | None, end: date | None) -> Sequence[File]:
        """What waits for a user under a key of the table of names: without dates what he has not confirmed, with dates
        (both included) everything of the period.
        """

    def events(self, partner: str, user: str, start: date | None, end: date | None) -> Sequence[Event]:
        """The steps of the orders of all users of a customer: without dates what this user has not confirmed."""

    def orders_so_far(self, partner: str) -> int:
        """How many orders got an order number; the next number is made from it."""

    def sent_before(self, partner: str, digest: str) -> Sent | None:
        """An order of a customer with this digest (:attr:`Upload.digest`) taken lately, not a test and not refused."""

    def judge(self, upload: Upload) -> Text | None:
        """What is wrong with a payment file, in words, or None for one to be taken. EBICS itself knows no format."""


class RememberNonce(msgspec.Struct, frozen=True):
    """The message was authentic: its nonce must never pass again. Unique over partner, user and nonce."""

    partner: str
    user: str
    nonce: str
    time: datetime


class SetSubscriber(msgspec.Struct, frozen=True):
    """State and keys of a subscriber, whole: what is not in ``keys`` is gone."""

    partner: str
    user: str
    state: State
    keys: tuple[RoleKey, ...]


class OpenTransaction(msgspec.Struct, frozen=True):
    """A new transaction; ``segments`` are those of a download, to be stored with it.

    One with an ``order_id`` counts for :meth:`View.orders_so_far`.
    """

    transaction: Transaction
    segments: tuple[bytes, ...] = ()


class MoveTransaction(msgspec.Struct, frozen=True):
    """The transaction as it is now."""

    transaction: Transaction


class StoreSegment(msgspec.Struct, frozen=True):
    """A segment of an upload came; it may replace the same number."""

    transaction: str
    number: int
    data: bytes


class CloseTransaction(msgspec.Struct, frozen=True):
    """The transaction is over; it and its segments may be deleted."""

    transaction: str


class Deliver(msgspec.Struct, frozen=True):
    """A user confirmed files (or, for the order ``HAC``, events): they are new to him no more."""

    partner: str
    user: str
    order: str
    files: tuple[str, ...]


class TakeOrder(msgspec.Struct, frozen=True):
    """Order data are accepted; from now on they wait for a person to approve them."""

    upload: Upload


class Record(msgspec.Struct, frozen=True):
    """A line for the customer protocol."""

    event: Event


Effect = (
    RememberNonce
    | SetSubscriber
    | OpenTransaction
    | MoveTransaction
    | StoreSegment
    | CloseTransaction
    | Deliver
    | TakeOrder
    | Record
)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back, and for the journal: what it was about.

    ``body`` is the XML to send with HTTP status 200. ``refusal`` says why, in words for people, more than the client is
    told. ``quirks`` are names of ``statements.ebics.codes.quirks``. Members of a request that could not be read are
    empty.
    """

    body: bytes
    technical: str = "000000"
    business: str = "000000"
    refusal: Refusal | None = None
    version: str = ""
    order: str = ""
    declared: str = ""
    phase: str = ""
    partner: str = ""
    user: str = ""
    transaction: str = ""
    order_id: str = ""
    quirks: tuple[str, ...] = ()


class Decision(NamedTuple):
    """The answer to send, and the effects to carry out before, in their order."""

    answer: Answer
    effects: tuple[Effect, ...]


Random = Callable[[int], bytes]
"""Gives that many random bytes; ``secrets.token_bytes`` outside of tests."""
