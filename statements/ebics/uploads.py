"""Uploads: initialisation, segments, and what happens when the last one is there."""

from __future__ import annotations

import hashlib
from typing import NoReturn

from msgspec.structs import replace

from statements.ebics import keyorders, sign
from statements.ebics.case import Case, encryption_key, right, room
from statements.ebics.codes import OK, Refusal, RefusedError, refuse
from statements.ebics.downloads import count_attempt
from statements.ebics.keys import RoleKey
from statements.ebics.messages import order_data
from statements.ebics.messages.answer import Reply
from statements.ebics.messages.order_data import OrderSignature
from statements.ebics.names import Order
from statements.ebics.packing import SealError
from statements.ebics.seal import unseal, unwrap_key
from statements.ebics.state import (
    STATES,
    CloseTransaction,
    MoveTransaction,
    OpenTransaction,
    SetSubscriber,
    StoreSegment,
    Subscriber,
    TakeOrder,
    Transaction,
    Upload,
)
from statements.reference.ebics import EbicsName
from statements.rules import Text

UNDERRUN = "011101"
# What SPR signs instead of order data.
BLANK = b" "
_SIGNED = "ES_VERIFICATION"
# How a refusal stands in the customer protocol: the action that failed and the code of EBICS 3.0, chapter 10.
_EVENTS = {
    "signature-file": (_SIGNED, "TD03"),
    "signature-partner": (_SIGNED, "DS0B"),
    "signer-unknown": (_SIGNED, "DS14"),
    "signer-state": ("FILE_UPLOAD", "DS0C"),
    "signer-other": (_SIGNED, "DS19"),
    "signature-twice": (_SIGNED, "DS0B"),
    "signature-version": (_SIGNED, "DS16"),
    "order-signature": (_SIGNED, "DS0B"),
    "order-data": ("FILE_UPLOAD", "DS08"),
    "duplicate": ("FILE_UPLOAD", "AM05"),
    "payment": (_SIGNED, "TD03"),
}


def begin(case: Case, order: Order, names: tuple[EbicsName, ...], subscriber: Subscriber) -> Reply:
    """The first step: key and signature come, the order data will follow. SPR has none, so it is done at once."""
    request, limits = case.request, case.bank.limits
    if not request.key or not request.signature or request.order_data is not None:
        case.refuse("upload-without-data")
    if order.names_a_file:
        names = right(case, subscriber, names)
    encryption_key(case, request.key_digest)
    count = request.count
    if order.code == "SPR":
        count = 0
    elif count is None:
        case.note("no-segment-count")
        count = 1
    elif count == 0:
        case.refuse("segments-none", count=count)
    if count > limits.segments:
        case.refuse("segments-many", count=count, most=limits.segments)
    room(case, limits.transactions)
    transaction = Transaction(
        id=case.random(16).hex().upper(),
        version=request.version.code,
        direction="upload",
        order=order.code,
        partner=request.partner,
        user=request.user,
        signer=request.signer,
        opened=case.now,
        segments=count,
        last=0,
        order_id=order_number(case.view.orders_so_far(request.partner)),
        name=names[0].key if len(names) == 1 else "",
        declared=request.declared,
        key=request.key,
        key_digest=request.key_digest,
        signature=request.signature,
        authorises=request.authorises,
        test=request.test,
        file_name=request.file_name,
        data_digest=request.data_digest,
    )
    case.transaction = transaction
    case.effects.append(OpenTransaction(transaction))
    if order.code == "SPR":
        case.effects.append(CloseTransaction(transaction.id))
        _finish(case, transaction, order, b"")
    return Reply(transaction=transaction.id, order_id=transaction.order_id)


def order_number(count: int) -> str:
    """The order number of the n-th order of a customer: a letter and three of 36 signs.

    >>> order_number(0), order_number(36), order_number(26 * 36**3)
    ('A000', 'A010', 'A000')
    """
    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    letter, rest = divmod(count % (26 * 36**3), 36**3)
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[letter] + signs[rest // 1296] + signs[rest // 36 % 36] + signs[rest % 36]


def go_on(case: Case, transaction: Transaction, order: Order) -> Reply:
    """A segment: the next one, or the last one once more. With the last one the order is complete."""
    request, limits = case.request, case.bank.limits
    number, data = request.segment, request.order_data
    if number is None or data is None:
        case.refuse("step-content", phase="Transfer", expected="SegmentNumber, OrderData")
    if len(data) > limits.segment:
        case.refuse("segment-size", size=len(data), most=limits.segment)
    digest = hashlib.sha256(data).hexdigest()
    reply = Reply(
        phase="Transfer",
        transaction=transaction.id,
        order_id=transaction.order_id,
        segment=(number, request.is_last),
    )
    if number == transaction.last and digest == transaction.last_digest:
        return reply
    if number > transaction.segments:
        _end(case, transaction, refuse("segment-beyond", number=number, count=transaction.segments))
    if number != transaction.last + 1:
        out_of_step(case, transaction)
    if number == transaction.segments and not request.is_last:
        _end(case, transaction, refuse("segment-not-last", number=number))
    size = transaction.size + len(data)
    if size > (limits.order + 2) // 3 * 4:
        _end(case, transaction, refuse("order-size", most=limits.order))
    if not request.is_last:
        case.effects.append(StoreSegment(transaction.id, number, data))
        case.effects.append(MoveTransaction(replace(transaction, last=number, size=size, last_digest=digest)))
        return reply
    before = [case.view.segment(transaction.id, at) for at in range(1, number)]
    case.effects.append(CloseTransaction(transaction.id))
    _finish(case, transaction, order, b"".join([*before, data]))
    return replace(reply, technical=OK if number == transaction.segments else UNDERRUN)


def out_of_step(case: Case, transaction: Transaction) -> NoReturn:
    """Refuses a step that does not fit, with the segment that is due."""
    count_attempt(case, transaction)
    number = transaction.last + 1
    case.refuse("step-order", expected=Text(f"segment {number}", f"le segment {number}"), number=number)


def _end(case: Case, transaction: Transaction, refusal: Refusal) -> NoReturn:
    """Refuses a step and ends the transaction."""
    case.effects.append(CloseTransaction(transaction.id))
    case.record(transaction.order, "FILE_UPLOAD", "TA01", transaction.order_id, refusal.sentence("en"))
    raise RefusedError(refusal)


def _finish(case: Case, transaction: Transaction, order: Order, text: bytes) -> None:
    """The order is complete: read, verify, take. A refusal stands in the customer protocol too."""
    try:
        _take(case, transaction, order, text)
    except RefusedError as refused:
        action, code = _EVENTS.get(refused.refusal.reason, ("FILE_UPLOAD", "TA01"))
        case.record(order.code, action, code, transaction.order_id, refused.refusal.sentence("en"))
        raise


def _take(case: Case, transaction: Transaction, order: Order, text: bytes) -> None:
    key = _transaction_key(case, transaction)
    signatures = _signatures(case, transaction, key)
    signers = [(one, *_signer(case, transaction, one)) for one in signatures]
    if not order.names_a_file and [one.user for one in signatures] != [transaction.user]:
        case.refuse("signer-other", order=order.code, user=transaction.user)
    data = BLANK if order.code == "SPR" else _order_data(case, transaction, text, key)
    for signature, _, key_of in signers:
        hashed = sign.signed_hash(signature.value, data, key_of.key.rsa, key_of.version)
        if hashed is None:
            case.refuse("order-signature", user=signature.user)
        if hashed == "raw":
            case.note("raw-order-hash")
    if transaction.data_digest and transaction.data_digest != sign.order_hash(data):
        case.note("data-digest")
    if order.code == "SPR":
        case.effects.append(SetSubscriber(transaction.partner, transaction.user, "suspended", ()))
    elif order.changes_keys:
        keyorders.change_keys(case, order, signers[0][1], data)
    else:
        _payment(case, transaction, order, data, tuple(one.user for one in signatures))
        return
    case.record(order.code, "FILE_UPLOAD", "TS01", transaction.order_id)
    case.record(order.code, _SIGNED, "DS01", transaction.order_id)
    case.record(order.code, "ORDER_HAC_FINAL", "", transaction.order_id, "accepted")


def _transaction_key(case: Case, transaction: Transaction) -> bytes:
    bank = case.bank
    wanted = transaction.key_digest.hex()
    pair = next((pair for pair in bank.former if wanted in pair.public.hashes), bank.encryption)
    return unwrap_key(transaction.key, pair.private, case.random)


def _signatures(case: Case, transaction: Transaction, key: bytes) -> tuple[OrderSignature, ...]:
    try:
        data = unseal(transaction.signature, key, case.bank.limits.small)
        signatures = order_data.read_signatures(data, case.request.version)
    except SealError as fault:
        case.refuse("signature-file", fault=fault.text)
    except RefusedError as refused:
        case.refuse("signature-file", fault=refused.refusal.text)
    if not signatures:
        case.refuse("signature-file", fault=_NO_SIGNATURE)
    seen: set[str] = set()
    for one in signatures:
        if one.partner != transaction.partner:
            case.refuse("signature-partner", partner=one.partner)
        if one.user in seen:
            case.refuse("signature-twice", user=one.user)
        seen.add(one.user)
    return signatures


_NO_SIGNATURE = Text("no signature stands in them", "aucune signature n'y figure")


def _signer(case: Case, transaction: Transaction, signature: OrderSignature) -> tuple[Subscriber, RoleKey]:
    """A signer and the signature key, whose version the signature must have."""
    subscriber = case.view.subscriber(transaction.partner, signature.user)
    if subscriber is None:
        case.refuse("signer-unknown", user=signature.user)
    key = subscriber.key("A")
    row = STATES[subscriber.state]
    if subscriber.state != "ready" or key is None:
        case.refuse("signer-state", user=signature.user, state=row.label, next=row.next)
    if signature.version != key.version:
        case.refuse("signature-version", found=signature.version, expected=key.version)
    return subscriber, key


def _order_data(case: Case, transaction: Transaction, text: bytes, key: bytes) -> bytes:
    try:
        return unseal(text, key, case.bank.limits.order)
    except SealError as fault:
        if fault.too_big:
            case.refuse("order-size", most=case.bank.limits.order)
        case.refuse("order-data", fault=fault.text)


def _payment(case: Case, transaction: Transaction, order: Order, data: bytes, signers: tuple[str, ...]) -> None:
    digest = sign.raw_hash(data).hex()
    before = case.view.sent_before(transaction.partner, digest)
    if before is not None:
        case.refuse("duplicate", time=before.time.isoformat(timespec="seconds"), order=before.order_id)
    upload = Upload(
        partner=transaction.partner,
        user=transaction.user,
        version=transaction.version,
        order=order.code,
        order_id=transaction.order_id,
        name=transaction.name,
        declared=transaction.declared,
        data=data,
        digest=digest,
        signers=signers,
        authorises=transaction.authorises,
        test=transaction.test,
        time=case.now,
        file_name=transaction.file_name,
    )
    fault = case.view.judge(upload)
    if fault is not None:
        case.refuse("payment", fault=fault)
    case.effects.append(TakeOrder(upload))
    case.record(order.code, "FILE_UPLOAD", "TS01", transaction.order_id, transaction.declared)
    # Profile T: the order is carried here and approved elsewhere, whatever the signature was meant to do.
    case.record(order.code, _SIGNED, "TS04", transaction.order_id, "to be approved by a person")
