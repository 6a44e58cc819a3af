"""What a bank answers to a request, and what must change: a pure function of request, view, time and randomness.

Nothing is read but through the view, nothing is written but by the caller who carries out the effects; see
:mod:`statements.ebics.state` for how. A refusal is an answer too, with its reason in words for the journal.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from statements.ebics import case as checks
from statements.ebics import downloads, keyorders, uploads
from statements.ebics.case import Case
from statements.ebics.codes import OK, Refusal, RefusedError, refuse
from statements.ebics.messages import answer, request
from statements.ebics.messages.answer import Reply
from statements.ebics.names import Order, Version
from statements.ebics.names import order as known_order
from statements.ebics.state import Answer, Bank, Decision, Random, RememberNonce, Transaction, View


def decide(data: bytes, view: View, now: datetime, random: Random) -> Decision:
    """The answer to a request as it came, and the effects to carry out before it is sent.

    ``now`` is aware. Never raises for any bytes; what the view raises passes through, and is answered with
    :func:`failed`.
    """
    bank = view.bank
    try:
        read = request.read(data, bank.limits.request)
    except RefusedError as refused:
        body = _refusal(request.version_of(data), request.message_of(data), refused.refusal, bank, Reply())
        return Decision(_answer(body, refused.refusal), ())
    case = Case(read, view, now, random)
    refusal = None
    try:
        reply = _decide(case)
    except RefusedError as refused:
        refusal = refused.refusal
        reply = _refused_reply(case, refusal)
    body = _write(read.version, read.message, reply, bank)
    known = case.transaction
    return Decision(
        replace(
            _answer(body, refusal, reply),
            version=read.version.code,
            order=known.order if known else read.order or ("HEV" if read.version.code == "H000" else ""),
            declared=known.declared if known else read.declared,
            phase=read.phase,
            partner=case.owner[0],
            user=case.owner[1],
            transaction=known.id if known else read.transaction,
            order_id=known.order_id if known else "",
            quirks=tuple(case.quirks),
        ),
        tuple(case.effects),
    )


def failed(data: bytes, bank: Bank) -> Answer:
    """The answer for a fault of the bank itself (a database that does not answer): 061099, nothing changed."""
    refusal = refuse("internal")
    return _answer(_refusal(request.version_of(data), request.message_of(data), refusal, bank, Reply()), refusal)


def _decide(case: Case) -> Reply:
    read, bank = case.request, case.bank
    hev = read.version.code == "H000"
    if read.host != bank.host:
        case.refuse("hev-host-unknown" if hev else "host-unknown", host=read.host)
    if hev:
        return Reply()
    if read.message == "ebicsRequest" and read.transaction:
        return _later(case)
    if read.message == "ebicsRequest" and read.phase != "Initialisation":
        case.refuse("step-content", phase=read.phase, expected="TransactionID")
    order = checks.order_type(case)
    if order.code == "HPB":
        return keyorders.bank_keys(case, order)
    if order.message == "ebicsUnsecuredRequest":
        return keyorders.first_keys(case, order)
    return _first(case, order)


def _first(case: Case, order: Order) -> Reply:
    """The first step of everything that is signed and has the keys of the bank."""
    read = case.request
    checks.parameters(case, order)
    names = checks.file_names(case, order) if order.names_a_file else ()
    checks.replay(case)
    signer = checks.authenticity(case, read.partner, read.signer)
    # Only now, so that an outsider cannot burn a nonce.
    made = request.time_of(read)
    case.effects.append(RememberNonce(read.partner, read.signer, read.nonce.upper(), made))
    subscriber = checks.behind(case, signer)
    checks.still_valid(case, signer, order)
    checks.bank_keys(case)
    if order.direction == "upload":
        return uploads.begin(case, order, names, subscriber)
    return downloads.begin(case, order, names, subscriber, signer)


def _later(case: Case) -> Reply:
    """A further step of a transaction."""
    read = case.request
    transaction = case.view.transaction(read.transaction.upper())
    order = None if transaction is None else known_order(transaction.order, transaction.version)
    if transaction is None or order is None or not _open(case, transaction):
        case.refuse("transaction-unknown", transaction=read.transaction)
    case.transaction = transaction
    checks.authenticity(case, transaction.partner, transaction.signer)
    if read.phase == "Initialisation":
        case.refuse("step-content", phase=read.phase, expected="Nonce, Timestamp, PartnerID, UserID, OrderDetails")
    if transaction.direction == "download":
        step = downloads.go_on if read.phase == "Transfer" else downloads.receive
        return step(case, transaction)
    if read.phase == "Receipt":
        uploads.out_of_step(case, transaction)
    return uploads.go_on(case, transaction, order)


def _open(case: Case, transaction: Transaction) -> bool:
    lifetime = case.bank.limits.lifetime
    return transaction.version == case.request.version.code and case.now - transaction.opened <= lifetime


def _refused_reply(case: Case, refusal: Refusal) -> Reply:
    """The members of a refusal: code and text, the transaction, and where it can go on."""
    read, known = case.request, case.transaction
    segment = None
    if refusal.reason == "step-order" and known is not None and known.last:
        segment = (known.last, known.last == known.segments)
    return Reply(
        technical=OK if refusal.business else refusal.code,
        business=refusal.code if refusal.business else OK,
        report=refusal.report if not refusal.business else "",
        phase=read.phase or "Initialisation",
        transaction=known.id if known is not None and read.transaction else "",
        segment=segment,
    )


def _refusal(version: Version, message: str, refusal: Refusal, bank: Bank, reply: Reply) -> bytes:
    return _write(version, message, replace(reply, technical=refusal.code, report=refusal.report), bank)


def _write(version: Version, message: str, reply: Reply, bank: Bank) -> bytes:
    """The answer in the version and the kind of the request."""
    if version.code == "H000":
        return answer.hev(reply.technical)
    if message in ("ebicsUnsecuredRequest", "ebicsNoPubKeyDigestsRequest"):
        return answer.key_management(version, reply)
    return answer.response(version, reply, bank.authentication.private)


def _answer(body: bytes, refusal: Refusal | None, reply: Reply | None = None) -> Answer:
    if reply is not None:
        return Answer(body=body, technical=reply.technical, business=reply.business, refusal=refusal)
    return Answer(body=body, technical=refusal.code if refusal else OK, refusal=refusal)
