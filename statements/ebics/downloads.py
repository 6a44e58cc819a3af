"""Downloads: initialisation, further segments, receipt."""

from __future__ import annotations

from typing import NoReturn

from msgspec.structs import replace

from statements.ebics.case import Case, ready_key, right, room
from statements.ebics.codes import OK
from statements.ebics.messages import hac, order_data
from statements.ebics.messages.answer import Reply, Sealed
from statements.ebics.names import Order
from statements.ebics.seal import cut
from statements.ebics.state import CloseTransaction, Deliver, MoveTransaction, OpenTransaction, Subscriber, Transaction
from statements.reference.ebics import EbicsName
from statements.rules import Text

DONE, SKIPPED = "011000", "011001"


def begin(case: Case, order: Order, names: tuple[EbicsName, ...], subscriber: Subscriber, signer: Subscriber) -> Reply:
    """The first step: everything is made, the first segment is given."""
    request = case.request
    if request.has_data:
        case.refuse("upload-data-unexpected")
    if order.names_a_file:
        names = right(case, subscriber, names)
    room(case, case.bank.limits.downloads)
    transaction_id = case.random(16).hex().upper()
    data, files = _content(case, order, names, subscriber, transaction_id)
    sealed = case.sealed(data, ready_key(case, signer, "E"))
    segments = cut(sealed.data, case.bank.limits.answer_segment)
    transaction = Transaction(
        id=transaction_id,
        version=request.version.code,
        direction="download",
        order=order.code,
        partner=request.partner,
        user=request.user,
        signer=request.signer,
        opened=case.now,
        segments=len(segments),
        last=1,
        name=names[0].key if names else "",
        declared=request.declared,
        files=files,
    )
    case.transaction = transaction
    case.effects.append(OpenTransaction(transaction, segments))
    return Reply(
        transaction=transaction.id,
        segments=len(segments),
        segment=(1, len(segments) == 1),
        sealed=Sealed(sealed.key, sealed.key_digest, segments[0]),
    )


def _content(
    case: Case, order: Order, names: tuple[EbicsName, ...], subscriber: Subscriber, transaction: str
) -> tuple[bytes, tuple[str, ...]]:
    """The order data, and what the receipt will confirm."""
    request, bank, view = case.request, case.bank, case.view
    version = request.version
    if order.names_a_file:
        files = view.files(request.partner, request.user, names[0].key, request.start, request.end)
        if not files:
            case.refuse("no-data", what=request.declared)
        if all(file.joins for file in files):
            return b"".join(file.data for file in files), tuple(file.id for file in files)
        return files[0].data, (files[0].id,)
    if order.code == "HAC":
        events = view.events(request.partner, request.user, request.start, request.end)
        if not events:
            case.refuse("no-data", what=order.code)
        message = f"HAC-{transaction[:24]}"
        return hac.write(bank.host, events, case.now, message), tuple(event.id for event in events)
    if order.code == "HPD":
        return order_data.hpd(bank, version), ()
    if order.code == "HAA":
        return order_data.haa(bank, subscriber, version), ()
    partner = view.partner(request.partner)
    if order.code == "HTD":
        return order_data.htd(bank, partner, subscriber, version), ()
    return order_data.hkd(bank, partner, version), ()


def go_on(case: Case, transaction: Transaction) -> Reply:
    """A further segment: the next one, or one given before, which counts as an attempt to recover."""
    request = case.request
    if request.has_data or request.segment is None:
        case.refuse("step-content", phase="Transfer", expected="SegmentNumber")
    number = request.segment
    following = transaction.last + 1
    if number > min(following, transaction.segments):
        out_of_step(case, transaction)
    if number == following:
        transaction = replace(transaction, last=number)
        case.effects.append(MoveTransaction(transaction))
    else:
        count_attempt(case, transaction)
    return Reply(
        phase="Transfer",
        transaction=transaction.id,
        segment=(number, number == transaction.segments),
        data=case.view.segment(transaction.id, number),
    )


def receive(case: Case, transaction: Transaction) -> Reply:
    """The receipt: 0 confirms, 1 leaves everything as it was."""
    request = case.request
    if request.receipt is None:
        case.refuse("step-content", phase="Receipt", expected="TransferReceipt")
    if transaction.last < transaction.segments:
        out_of_step(case, transaction)
    case.effects.append(CloseTransaction(transaction.id))
    positive = request.receipt == 0
    if positive and transaction.files:
        case.effects.append(Deliver(transaction.partner, transaction.user, transaction.order, transaction.files))
        if transaction.order != "HAC":
            case.record(transaction.order, "FILE_DOWNLOAD", "TS01", text=transaction.declared)
    return Reply(technical=DONE if positive else SKIPPED, business=OK, phase="Receipt", transaction=transaction.id)


def count_attempt(case: Case, transaction: Transaction) -> None:
    """Counts a step that does not fit; one too many ends the transaction."""
    attempts = transaction.attempts + 1
    if attempts > case.bank.limits.attempts:
        case.effects.append(CloseTransaction(transaction.id))
        case.refuse("step-abort", count=attempts)
    case.effects.append(MoveTransaction(replace(transaction, attempts=attempts)))


def out_of_step(case: Case, transaction: Transaction) -> NoReturn:
    """Refuses a step that does not fit, with the point to go on from."""
    count_attempt(case, transaction)
    number = transaction.last + 1
    whole = number > transaction.segments
    expected = (
        Text("the receipt", "l'accusé de réception") if whole else Text(f"segment {number}", f"le segment {number}")
    )
    case.refuse("step-order", expected=expected, number=min(number, transaction.segments))
