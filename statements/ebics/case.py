"""One request on its way through the checks, and those checks that several orders share.

The order of the checks is that of EBICS 2.5 and 3.0, 5.5.1.2.1: structure, order type, replay, authenticity, keys of
the bank, right to the order; later steps: transaction, authenticity, step, number and size.
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from statements.ebics import authsig
from statements.ebics.codes import RefusedError, refuse
from statements.ebics.keys import KeyPair, PublicKey, Role, read_certificate
from statements.ebics.messages.answer import Sealed
from statements.ebics.messages.order_data import offered, order_of
from statements.ebics.messages.request import EbicsRequest, KeyDigest, time_of
from statements.ebics.names import Order
from statements.ebics.seal import KEY_BYTES, seal, wrap_key
from statements.ebics.state import STATES, Bank, Effect, Event, Random, Record, Subscriber, Transaction, View
from statements.reference.ebics import EbicsName, EbicsNameError, known_names, parse_name
from statements.rules import Text


class Case:
    """A request with what is needed to decide on it, and what was decided so far."""

    def __init__(self, request: EbicsRequest, view: View, now: datetime, random: Random) -> None:
        self.request = request
        self.view = view
        self.now = now
        self.random = random
        self.effects: list[Effect] = []
        self.quirks = list(request.quirks)
        self.transaction: Transaction | None = None

    @property
    def bank(self) -> Bank:
        """The bank."""
        return self.view.bank

    def refuse(self, reason: str, **values: str | int | Text) -> NoReturn:
        """Ends the case with a refusal. What was decided before (a nonce, an attempt counted) stays decided."""
        raise RefusedError(refuse(reason, **values))

    def note(self, quirk: str) -> None:
        """Notes a quirk of the client, once."""
        if quirk not in self.quirks:
            self.quirks.append(quirk)

    def record(self, order: str, action: str, code: str, order_id: str = "", text: str = "") -> None:
        """A line for the customer protocol."""
        partner, user = self.owner
        event = Event(
            partner=partner,
            user=user,
            time=self.now,
            order=order,
            action=action,
            code=code,
            order_id=order_id,
            text=text,
        )
        self.effects.append(Record(event))

    @property
    def owner(self) -> tuple[str, str]:
        """Customer and user, of the request or of its transaction."""
        if self.transaction is not None:
            return self.transaction.partner, self.transaction.user
        return self.request.partner, self.request.user

    def sealed(self, data: bytes, receiver: PublicKey) -> Sealed:
        """Order data for a receiver, with a new transaction key."""
        key = self.random(KEY_BYTES)
        return Sealed(wrap_key(key, receiver, self.random), self.digest(receiver), seal(data, key))

    def digest(self, key: PublicKey) -> bytes:
        """The digest by which a version speaks of a key: of the certificate from 3.0, of the key before."""
        if self.request.version.btf and key.certificate:
            return bytes.fromhex(key.certificate_hash)
        return bytes.fromhex(key.key_hash)


def order_type(case: Case) -> Order:
    """The order type, when it exists in this version, is offered, and travels in this kind of message."""
    request = case.request
    order = request.kind
    if order is None:
        case.refuse("order-unknown", order=request.order, version=request.version.code)
    if not order.offered:
        case.refuse("order-not-offered", order=order.code)
    if order.message != request.message:
        case.refuse("order-message", order=order.code, expected=order.message, message=request.message)
    return order


def parameters(case: Case, order: Order) -> None:
    """Refuses order parameters that do not belong to the order, and a period that ends before it begins."""
    request = case.request
    wanted = f"{order.code}OrderParams" if order.names_a_file else "StandardOrderParams"
    if request.parameters != wanted and (order.names_a_file or request.parameters != "GenericOrderParams"):
        case.refuse("params-wrong", order=order.code, expected=wanted)
    if request.start is not None and request.end is not None and request.start > request.end:
        case.refuse("date-range", start=request.start.isoformat(), end=request.end.isoformat())
    if not request.version.btf and request.attribute != order.attribute:
        if order.code == "FUL" and request.attribute != "DZHNN":
            case.refuse("attribute-wrong", attribute=request.attribute, order=order.code, expected="OZHNN / DZHNN")
        if order.code != "FUL":
            case.note("order-attribute")


def file_names(case: Case, order: Order) -> tuple[EbicsName, ...]:
    """What the declared name may mean: rows of the table that are offered for this order."""
    request = case.request
    known = _known_names(request)
    rows = [row for row in known if row.key in case.bank.offers]
    fitting = tuple(row for row in rows if row.direction == order.direction)
    if not fitting:
        _not_offered(case, order, known, rows)
    return fitting


def _not_offered(case: Case, order: Order, known: tuple[EbicsName, ...], rows: list[EbicsName]) -> NoReturn:
    request = case.request
    if rows:
        expected = order_of(rows[0], request.version)
        case.refuse("name-direction", name=request.declared, expected=expected, order=order.code)
    if any(row.message == "pain.008" for row in known):
        case.refuse("direct-debit", name=request.declared)
    names = [row for row in offered(case.bank) if row.direction == order.direction]
    listed = ", ".join(row.btf if request.version.btf else row.file_format for row in names)
    # As our own text, which is not cut like those of a stranger.
    case.refuse("name-unknown", name=request.declared, order=order.code, offered=Text(listed, listed))


def _known_names(request: EbicsRequest) -> tuple[EbicsName, ...]:
    if request.service is not None:
        return known_names(request.service)
    try:
        return known_names(parse_name(request.file_format))
    except EbicsNameError:
        return ()


def replay(case: Case) -> None:
    """Refuses a message whose time is too far off or whose nonce was remembered."""
    request = case.request
    apart = abs(case.now - time_of(request))
    if apart > case.bank.limits.clock:
        case.refuse("clock", time=request.timestamp, hours=int(apart.total_seconds() // 3600))
    if case.view.nonce_known(request.partner, request.signer, request.nonce.upper()):
        case.refuse("nonce")


def authenticity(case: Case, partner: str, user: str) -> Subscriber:
    """The subscriber that signed the message. Whatever is wrong, the client is told the same: 061001."""
    subscriber = case.view.subscriber(partner, user)
    if subscriber is None:
        case.refuse("auth-user-unknown", partner=partner, user=user)
    authsig.verify(case.request.root, case.request.version, ready_key(case, subscriber, "X").rsa)
    return subscriber


def ready_key(case: Case, subscriber: Subscriber, role: Role) -> PublicKey:
    """The key of a subscriber that is ready; a state without all keys is no such state."""
    key = subscriber.key(role)
    row = STATES[subscriber.state]
    if subscriber.state != "ready" or key is None:
        case.refuse("auth-user-state", user=subscriber.user, state=row.label, next=row.next)
    return key.key


def still_valid(case: Case, subscriber: Subscriber, order: Order) -> None:
    """Refuses a subscriber whose authentication certificate ended, except to change keys or to suspend himself."""
    key = subscriber.key("X")
    if key is None or not key.key.certificate or order.changes_keys or order.code == "SPR":
        return
    ends = read_certificate(key.key.certificate).ends
    if case.now > ends:
        case.refuse("certificate-out-of-date", user=subscriber.user, date=ends.date().isoformat())


def behind(case: Case, signer: Subscriber) -> Subscriber:
    """The user that a message is about: the signer, or the one for whom a technical user signs."""
    request = case.request
    if signer.user == request.user:
        return signer
    subscriber = case.view.subscriber(request.partner, request.user)
    if subscriber is None:
        case.refuse("behind-unknown", user=request.user)
    if subscriber.state != "ready":
        state = STATES[subscriber.state]
        case.refuse("behind-state", user=request.user, state=state.label, next=state.next)
    return subscriber


_PARTS = {
    "authentication": Text("authentication", "d'authentification"),
    "encryption": Text("encryption", "de chiffrement"),
}


def bank_keys(case: Case) -> None:
    """Refuses a client that holds other keys of the bank; both kinds of digest are taken."""
    bank, request = case.bank, case.request
    for part, stated, pair in (
        ("authentication", request.authentication, bank.authentication),
        ("encryption", request.encryption, bank.encryption),
    ):
        if stated is None or not _is_key(case, stated.value, pair) or not _fits(stated, part):
            case.refuse("bank-keys-old", part=_PARTS[part])


def _fits(stated: KeyDigest, part: str) -> bool:
    return stated.version == ("X002" if part == "authentication" else "E002")


def _is_key(case: Case, value: bytes, pair: KeyPair) -> bool:
    public = pair.public
    if value == case.digest(public):
        return True
    if value.hex() in public.hashes:
        case.note("bank-digest-kind")
        return True
    return False


def encryption_key(case: Case, value: bytes) -> None:
    """Refuses an upload that is encrypted with another key than that of the bank."""
    if not _is_key(case, value, case.bank.encryption):
        case.refuse("bank-keys-old", part=_PARTS["encryption"])


def room(case: Case, most: int) -> None:
    """Refuses a customer who has too many transactions open."""
    opened = case.view.open_transactions(case.request.partner)
    if opened >= most:
        case.refuse("transactions-many", count=opened, most=most)


def right(case: Case, subscriber: Subscriber, names: tuple[EbicsName, ...]) -> tuple[EbicsName, ...]:
    """Those of the names that the user may use; none is refused."""
    rights = subscriber.rights
    allowed = tuple(name for name in names if rights is None or name.key in rights)
    if not allowed:
        case.refuse("not-allowed", user=subscriber.user, what=case.request.declared)
    return allowed
