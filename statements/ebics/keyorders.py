"""Orders about keys: INI, HIA and HPB of a new subscriber, HCA, PUB and HCS of one that is ready."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from statements.ebics import authsig
from statements.ebics.case import Case, replay
from statements.ebics.codes import RefusedError
from statements.ebics.keys import Role, RoleKey, faults, same_keys
from statements.ebics.messages import order_data
from statements.ebics.messages.answer import Reply
from statements.ebics.messages.request import time_of
from statements.ebics.names import Order
from statements.ebics.packing import SealError, unpack
from statements.ebics.state import STATES, RememberNonce, SetSubscriber, State, Subscriber


def first_keys(case: Case, order: Order) -> Reply:
    """INI and HIA: keys of a subscriber that has none yet. Nobody signs; the letter is what counts."""
    subscriber = _known(case)
    row = STATES[subscriber.state]
    following = row.ini if order.code == "INI" else row.hia
    if following is None:
        _wrong_state(case, subscriber, order)
    # Who begins anew keeps nothing of what he had.
    kept = subscriber.keys if subscriber.state in ("ini-only", "hia-only") else ()
    try:
        data = unpack(case.request.order_data or b"", case.bank.limits.small)
    except SealError as fault:
        case.refuse("key-data", order=order.code, fault=fault.text)
    keys = read_new_keys(case, order, data)
    set_keys(case, subscriber, following, kept, keys)
    return Reply()


def bank_keys(case: Case, order: Order) -> Reply:
    """HPB: the keys of the bank, for a subscriber that is ready."""
    replay(case)
    subscriber = _known(case)
    signing, receiving = subscriber.key("X"), subscriber.key("E")
    if subscriber.state != "ready" or signing is None or receiving is None:
        _wrong_state(case, subscriber, order)
    request, bank = case.request, case.bank
    authsig.verify(request.root, request.version, signing.key.rsa)
    case.effects.append(RememberNonce(request.partner, request.signer, request.nonce.upper(), time_of(request)))
    keys = (RoleKey("X", "X002", bank.authentication.public), RoleKey("E", "E002", bank.encryption.public))
    data = order_data.write_keys(order.code, order.data, order_data.KeyData(keys, host=bank.host), request.version)
    return Reply(sealed=case.sealed(data, receiving.key))


def _known(case: Case) -> Subscriber:
    request = case.request
    subscriber = case.view.subscriber(request.partner, request.signer)
    if subscriber is None:
        case.refuse("user-unknown", partner=request.partner, user=request.signer)
    return subscriber


def _wrong_state(case: Case, subscriber: Subscriber, order: Order) -> NoReturn:
    row = STATES[subscriber.state]
    case.refuse("user-state", user=subscriber.user, state=row.label, order=order.code, next=row.next)


def read_new_keys(case: Case, order: Order, data: bytes) -> tuple[RoleKey, ...]:
    """The keys in order data, each good for its role, and of the subscriber who sends them."""
    try:
        found = order_data.read_keys(data, case.request.version, order)
    except RefusedError as refused:
        if refused.refusal.code != "091010":
            raise
        case.refuse("key-data", order=order.code, fault=refused.refusal.text)
    if (found.partner, found.user) != case.owner:
        case.refuse("key-data-ids", order=order.code, partner=found.partner, user=found.user)
    plain = case.bank.plain_keys
    for key in found.keys:
        for fault in faults(key.key, key.role, case.now, plain=plain):
            raise RefusedError(fault)
        if not key.key.certificate:
            case.note("plain-key")
    return found.keys


def set_keys(
    case: Case, subscriber: Subscriber, state: State, kept: Iterable[RoleKey], new: tuple[RoleKey, ...]
) -> None:
    """The new keys in force, none of them standing in two roles."""
    roles: set[Role] = {key.role for key in new}
    keys = (*(key for key in kept if key.role not in roles), *new)
    for fault in same_keys({key.role: key.key for key in keys}):
        raise RefusedError(fault)
    case.effects.append(SetSubscriber(subscriber.partner, subscriber.user, state, keys))


def change_keys(case: Case, order: Order, subscriber: Subscriber, data: bytes) -> None:
    """HCA, PUB and HCS: the new keys are in force at once. The order signature was made with the old key."""
    new = read_new_keys(case, order, data)
    set_keys(case, subscriber, "ready", subscriber.keys, new)
