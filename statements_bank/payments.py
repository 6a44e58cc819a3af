"""What becomes of an upload: checked, awaiting approval, then approved or refused by a person with the right role.

A trial bank pays nothing: an approved order is one that a person approved here, no more. Every step is told in the
customer protocol (HAC) and as pain.002, because some clients never look at the code of the last upload step.
"""

from __future__ import annotations

import datetime
import hashlib
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from statements import Report, Severity, validate
from statements.formats.pain001 import iter_read
from statements.formats.pain001.status import NAMESPACE, answer
from statements.model.payment import CreditTransfer
from statements.rules import Language
from statements_bank.clock import text
from statements_bank.desk.people import Person
from statements_bank.errors import DeskError, NotAllowedError
from statements_bank.store import locked
from statements_bank.store.tables import CONNECTIONS, EVENTS, ORDERS

KEPT_FINDINGS = 100
"""How many findings of one rule a check lists; the others are counted."""

AWAITING, APPROVED, REFUSED, FAULTY = "awaiting", "approved", "refused", "faulty"
"""The states of an order. ``faulty`` was refused by the check and waits for nobody."""


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A payment file whose envelope and signature were good. ``declared`` is the EBICS name that came with it."""

    partner_id: str
    user_id: str
    order_id: str
    order_type: str
    declared: str
    content: bytes
    file_name: str | None = None
    test: bool = False


def check(content: bytes, declared: str, today: datetime.date) -> Report[Any]:
    """Our payment check, with the name under which the file came: a pain.008 or a wrong version is told in words."""
    return validate(content, declared=declared, today=today, limit=KEPT_FINDINGS)


def seen(connection: Connection, partner_id: str, content: bytes, since: datetime.datetime) -> str | None:
    """The order id under which the same bytes came since then; tests and refused orders do not count."""
    found: str | None = connection.scalar(
        select(ORDERS.c.order_id)
        .where(
            ORDERS.c.partner_id == partner_id,
            ORDERS.c.sha256 == hashlib.sha256(content).hexdigest(),
            ORDERS.c.test.is_(False),
            ORDERS.c.state.in_((AWAITING, APPROVED)),
            ORDERS.c.received_at >= text(since),
        )
        .order_by(ORDERS.c.id.desc())
        .limit(1)
    )
    return found


def receive(connection: Connection, upload: Upload, report: Report[Any], now: datetime.datetime) -> int:
    """Keep an upload: awaiting approval when the check found no error, else faulty; its number."""
    good = report.valid
    status = pending(upload, report, now) if good else answer(report, created=_whole(now))
    number: int = connection.execute(
        insert(ORDERS)
        .values(
            partner_id=upload.partner_id,
            user_id=upload.user_id,
            order_id=upload.order_id,
            declared=upload.declared,
            file_name=upload.file_name,
            sha256=report.sha256,
            content=upload.content,
            test=upload.test,
            received_at=text(now),
            state=AWAITING if good else FAULTY,
            payments=report.summary.payments,
            control_sum=report.summary.control_sum,
            report=_kept(report),
            status_report=status,
            reason=None if good else _first_error(report),
        )
        .returning(ORDERS.c.id)
    ).scalar_one()
    return number


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
    connection.execute(
        insert(EVENTS).values(
            partner_id=row.partner_id,
            user_id=row.user_id,
            at=text(now),
            action="ORDER_HAC_FINAL",
            code=None,
            order_type="BTU" if "/" in row.declared else "FUL",
            order_id=row.order_id,
            text=f"{'Approved' if approve else 'Refused'} at the trial bank: {words}"[:105],
        )
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
    languages: tuple[Language, ...] = ("en", "fr")
    findings = [
        {
            "rule": finding.id,
            "severity": str(finding.severity),
            "line": finding.location.line,
            "column": finding.location.column,
            "path": finding.location.path,
            **{f"message_{lang}": finding.message(lang) for lang in languages},
            **{f"fix_{lang}": finding.fix(lang) for lang in languages},
        }
        for finding in report.findings
    ]
    return msgspec.json.encode(
        {
            "message_id": identifier,
            "message_name": name,
            "valid": report.valid,
            "sha256": report.sha256,
            "summary": report.summary,
            "findings": findings,
            "hidden": dict(report.hidden),
        }
    )


def _first_error(report: Report[Any]) -> str:
    error = next(finding for finding in report.findings if finding.severity is Severity.ERROR)
    return f"{error.id} {error.message()}"


def _whole(now: datetime.datetime) -> datetime.datetime:
    return now.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None)
