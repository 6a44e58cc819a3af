"""What becomes of an upload: checked, awaiting approval, then approved or refused by a person with the right role.

A trial bank pays nothing: an approved order is one that a person approved here, no more. Every step is told in the
customer protocol (HAC) and as pain.002, because some clients never look at the code of the last upload step.
"""

from __future__ import annotations

import datetime
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from statements import Report, Severity, validate
from statements.ebics.state import Event, Upload
from statements.formats.pain001 import iter_read
from statements.formats.pain001.answer import NAMESPACE, answer
from statements.model.payment import CreditTransfer
from statements.rules import Text
from statements_bank.clock import moment, text
from statements_bank.desk.people import Person
from statements_bank.errors import DeskError, NotAllowedError
from statements_bank.store import locked
from statements_bank.store.tables import CONNECTIONS, EVENTS, ORDERS
from statements_bank.words import shown

KEPT_FINDINGS = 100
"""How many findings of one rule a check lists; the others are counted."""

AWAITING, APPROVED, REFUSED, FAULTY = "awaiting", "approved", "refused", "faulty"
"""The states of an order. ``faulty`` was refused by the check and waits for nobody."""


def check(content: bytes, declared: str, today: datetime.date) -> Report[Any]:
    """Our payment check, with the name under which the file came: a pain.008 or a wrong version is told in words."""
    return validate(content, declared=declared, today=today, limit=KEPT_FINDINGS)


def verdict(report: Report[Any]) -> Text:
    """The first error of a report and how many more there are, in both languages."""
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    more = report.summary.errors - 1
    first = errors[0]
    return Text(
        f"{first.id} {first.message('en')}" + (f" (and {more} more)" if more else ""),
        f"{first.id} {first.message('fr')}" + (f" (et {more} autres)" if more else ""),
    )


def seen(
    connection: Connection, partner_id: str, sha256: str, since: datetime.datetime
) -> tuple[datetime.datetime, str] | None:
    """When and under which order id the same bytes came since then; tests and refused orders do not count."""
    row = connection.execute(
        select(ORDERS.c.received_at, ORDERS.c.order_id)
        .where(
            ORDERS.c.partner_id == partner_id,
            ORDERS.c.sha256 == sha256,
            ORDERS.c.test.is_(False),
            ORDERS.c.state.in_((AWAITING, APPROVED)),
            ORDERS.c.received_at >= text(since),
        )
        .order_by(ORDERS.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (moment(row.received_at), row.order_id)


def receive(connection: Connection, upload: Upload, report: Report[Any], now: datetime.datetime) -> int:
    """Keep an upload and return its number: awaiting approval when the check found no error, else faulty.

    Of a faulty file only the report is kept, not the file.
    """
    good = report.valid
    status = pending(upload, report, now) if good else answer(report, created=_whole(now))
    number: int = connection.execute(
        insert(ORDERS)
        .values(
            partner_id=upload.partner,
            user_id=upload.user,
            order_id=upload.order_id,
            order_type=upload.order,
            declared=upload.declared,
            file_name=upload.file_name or None,
            sha256=upload.digest,
            content=upload.data if good else b"",
            test=upload.test,
            received_at=text(now),
            state=AWAITING if good else FAULTY,
            payments=report.summary.payments,
            control_sum=report.summary.control_sum,
            report=_kept(report),
            status_report=status,
            reason=None if good else verdict(report).en,
        )
        .returning(ORDERS.c.id)
    ).scalar_one()
    return number


def record(connection: Connection, event: Event) -> None:
    """A line of the customer protocol."""
    connection.execute(
        insert(EVENTS).values(
            partner_id=event.partner,
            user_id=event.user,
            at=text(event.time),
            action=event.action,
            code=event.code,
            order_type=event.order,
            order_id=event.order_id,
            text=event.text,
        )
    )


def decide(
    connection: Connection, number: int, person: Person, *, approve: bool, reason: str, now: datetime.datetime
) -> None:
    """A person approves or refuses an order that awaits it.

    Raises :class:`NotAllowedError` for a role without the right, :class:`DeskError` for an order that is unknown or
    decided.
    """
    if not person.may_approve:
        raise _without_right(person)
    row = connection.execute(locked(connection, select(ORDERS).where(ORDERS.c.id == number))).one_or_none()
    if row is None or row.state != AWAITING:
        raise DeskError(f"No order {number} awaits approval.", f"Aucun ordre {number} n'attend d'approbation.")
    state = APPROVED if approve else REFUSED
    words = reason or ("Approved by a person" if approve else "Refused by a person")
    connection.execute(
        update(ORDERS)
        .where(ORDERS.c.id == number)
        .values(
            state=state,
            decided_by=person.login,
            decided_at=text(now),
            reason=words,
            status_report=_status(row, "ACCP" if approve else "RJCT", words, now),
        )
    )
    record(
        connection,
        Event(
            partner=row.partner_id,
            user=row.user_id,
            time=now,
            order=row.order_type,
            action="ORDER_HAC_FINAL",
            code="",
            order_id=row.order_id,
            text=f"{'Approved' if approve else 'Refused'} at the trial bank: {words}"[:105],
        ),
    )


def _without_right(person: Person) -> NotAllowedError:
    by_right = person.role.approve == "with-transfer-right"
    return NotAllowedError(
        f"The role {person.role.name.en} may not approve payments"
        + (": the transfer right is missing." if by_right else "."),
        f"Le rôle «\u00a0{person.role.name.fr}\u00a0» ne peut pas approuver de virements"
        + ("\u00a0: le droit d'effectuer des virements manque." if by_right else "."),
    )


def pending(upload: Upload, report: Report[Any], now: datetime.datetime) -> bytes:
    """The status report at arrival: PDNG, a person has to approve."""
    return _document(upload.order_id, _message(report), "PDNG", "Awaiting approval by a person at the trial bank", now)


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One payment of a file, for the eye of the person who decides. ``amount`` is an exact decimal text."""

    creditor: str
    iban: str
    amount: str
    reference: str


SHOWN = 100
"""How many payments of a file the page lists."""


def transfers(content: bytes) -> tuple[list[Transfer], int]:
    """The first payments of a file and how many more there are; nothing for a file that is no payment file."""
    found: list[Transfer] = []
    more = 0
    for outcome in iter_read(content):
        part = outcome.value
        if not isinstance(part, CreditTransfer):
            continue
        if len(found) == SHOWN:
            more += 1
            continue
        found.append(
            Transfer(
                creditor=(part.creditor.name if part.creditor is not None else None) or "–",
                iban=part.creditor_iban or "",
                amount=part.amount.text if part.amount is not None else "",
                reference=part.end_to_end_id or "",
            )
        )
    return found, more


def orders(
    connection: Connection, state: str | None = None, *, limit: int | None = None, offset: int = 0
) -> list[Row[Any]]:
    """The orders with the tool of their connection, newest first, without their content."""
    columns = [column for column in ORDERS.c if column.name not in ("content", "report", "status_report")]
    query = (
        select(*columns, CONNECTIONS.c.tool)
        .join(CONNECTIONS, CONNECTIONS.c.partner_id == ORDERS.c.partner_id)
        .order_by(ORDERS.c.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(connection.execute(query if state is None else query.where(ORDERS.c.state == state)))


def order(connection: Connection, number: int) -> Row[Any] | None:
    """One order whole."""
    return connection.execute(select(ORDERS).where(ORDERS.c.id == number)).one_or_none()


def _status(row: Row[Any], status: str, words: str, now: datetime.datetime) -> bytes:
    kept = msgspec.json.decode(row.report)
    message = (kept.get("message_id") or "NOTPROVIDED", kept.get("message_name") or "NOTPROVIDED")
    return _document(row.order_id, message, status, words, now)


def _document(order_id: str, message: tuple[str, str], status: str, words: str, now: datetime.datetime) -> bytes:
    """A pain.002.001.03 for the whole file: the bank's word of its state, never that anything was paid."""
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<Document xmlns="{NAMESPACE}">',
        "  <CstmrPmtStsRpt>",
        "    <GrpHdr>",
        f"      <MsgId>TRIAL-{order_id}-{status}</MsgId>",
        f"      <CreDtTm>{_whole(now).isoformat()}</CreDtTm>",
        "      <InitgPty><Nm>TRIAL BANK</Nm></InitgPty>",
        "    </GrpHdr>",
        "    <OrgnlGrpInfAndSts>",
        f"      <OrgnlMsgId>{escape(message[0])}</OrgnlMsgId>",
        f"      <OrgnlMsgNmId>{escape(message[1])}</OrgnlMsgNmId>",
        f"      <GrpSts>{status}</GrpSts>",
        f"      <StsRsnInf><AddtlInf>{escape(words[:105])}</AddtlInf></StsRsnInf>",
        "    </OrgnlGrpInfAndSts>",
        "  </CstmrPmtStsRpt>",
        "</Document>",
        "",
    )
    return "\n".join(lines).encode("utf-8")


def _message(report: Report[Any]) -> tuple[str, str]:
    identifier = getattr(report.details, "message_id", None) or ""
    return identifier if 0 < len(identifier) <= 35 else "NOTPROVIDED", getattr(
        report.details, "version", None
    ) or "NOTPROVIDED"


def _kept(report: Report[Any]) -> bytes:
    """The report as JSON for the pages: what a person must see to decide, in both languages."""
    identifier, name = _message(report)
    return msgspec.json.encode(
        {
            "message_id": identifier,
            "message_name": name,
            "valid": report.valid,
            "sha256": report.sha256,
            "summary": report.summary,
            "findings": [shown(finding) for finding in report.findings],
            "hidden": dict(report.hidden),
        }
    )


def _whole(now: datetime.datetime) -> datetime.datetime:
    return now.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None)
