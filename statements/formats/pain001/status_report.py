"""The bank's answer to a payment file as data: pain.002, the customer payment status report.

The elements that say what became of a payment have the same names in pain.002.001.03 and in the versions after it
(.10 is the usual one beside pain.001.001.09), so one reader takes them all. What a report does not say stays ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec
from lxml import etree

from statements.findings import Location, Outcome, Profile, Reporter
from statements.formats.pain001.message import Envelope, inspect
from statements.formats.pain001.profiles import DEFAULT, PROFILES, rules
from statements.formats.pain001.source import Source
from statements.formats.pain001.syntax import syntax_fault
from statements.reference.external_codes import external_codes
from statements.rules import Language, RuleBook

REFUSED = "RJCT"
_BODY = "CstmrPmtStsRpt"
# What the look at the envelope says of every message that is no pain.001: here it is no fault.
_OTHER_MESSAGE = frozenset({"P001-007", "P001-008", "P001-009"})
BASE = Profile(name="default", base="default")
"""The one profile of the rules on answers."""


def answer_rules() -> RuleBook:
    """The rules P002-001 and following, read once from the table beside this module."""
    return RuleBook.load("statements.formats.pain001", "answer_rules.tsv")


class StatusReason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason: a code of ISO 20022 or of the bank's own, and the words that the bank adds."""

    code: str | None = None
    proprietary: str | None = None
    texts: tuple[str, ...] = ()

    def words(self, lang: Language) -> str:
        """The reason in words: the meaning of its code, or that no code was given.

        >>> StatusReason("AC04").words("en"), StatusReason("ZZ99").words("en"), StatusReason().words("en")
        ('AC04, account closed', 'ZZ99, a code that our list does not hold', 'no code given')
        """
        if self.code:
            known = external_codes("status_reason").get(self.code)
            if known is None:
                unknown = "un code absent de notre liste" if lang == "fr" else "a code that our list does not hold"
                return f"{self.code}, {unknown}"
            return f"{self.code}, {known.french if lang == 'fr' else known.english}"
        if self.proprietary:
            own = "code propre à la banque" if lang == "fr" else "a code of the bank's own"
            return f"{self.proprietary}, {own}"
        return "aucun code donné" if lang == "fr" else "no code given"


class TransactionStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the bank says of one payment: its references, what it repeats of it, status and reasons."""

    status: str | None = None
    status_id: str | None = None
    instruction_id: str | None = None
    end_to_end_id: str | None = None
    uetr: str | None = None
    amount: str | None = None
    currency: str | None = None
    creditor: str | None = None
    iban: str | None = None
    reasons: tuple[StatusReason, ...] = ()
    line: int | None = None


class BatchStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the bank says of one block (``PmtInf``) and of payments in it; a bank may name the refused ones alone."""

    id: str | None = None
    status: str | None = None
    reasons: tuple[StatusReason, ...] = ()
    payments: tuple[TransactionStatus, ...] = ()
    line: int | None = None


class StatusReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A whole answer. ``version`` is its message name; ``original_id`` the ``MsgId`` of the file that it answers."""

    version: str
    message_id: str | None = None
    created: str | None = None
    sender: str | None = None
    original_id: str | None = None
    original_message: str | None = None
    status: str | None = None
    reasons: tuple[StatusReason, ...] = ()
    blocks: tuple[BatchStatus, ...] = ()
    line: int | None = None


def status_words(status: str | None, lang: Language) -> str:
    """A status in words, with its code.

    >>> status_words("RJCT", "en"), status_words("ACTC", "fr"), status_words(None, "en")
    ('refused (RJCT)', 'accepté techniquement (ACTC)', 'no status')
    """
    if not status:
        return "aucun statut" if lang == "fr" else "no status"
    known = external_codes("status").get(status)
    return status if known is None else f"{known.french if lang == 'fr' else known.english} ({status})"


def read_answer(data: bytes | BinaryIO) -> Outcome[StatusReport | None]:
    """The answer in a pain.002 of version .03 or later; ``None`` when it is none that can be read.

    The envelope is looked at as that of a payment file is (P001-001 to P001-012); P002-001 says that an XML document
    is no such report. Bad data never raises.

    >>> read_answer(b"<Document/>").findings[0].id
    'P002-001'
    """
    envelope_rules = Reporter(rules(), PROFILES[DEFAULT])
    source = Source(data)
    envelope = inspect(source, envelope_rules)
    told = tuple(item for item in envelope_rules.findings if item.id not in _OTHER_MESSAGE)
    unreadable = [item for item in told if item.severity.rank == 0]
    if unreadable:
        return Outcome(None, told)
    root = _parsed(source, envelope, envelope_rules)
    if root is None:
        return Outcome(None, tuple(item for item in envelope_rules.findings if item.id not in _OTHER_MESSAGE))
    body = _child(root, _BODY)
    if body is None or _child(body, "OrgnlGrpInfAndSts") is None:
        reporter = Reporter(answer_rules(), BASE)
        reporter.add("P002-001", Location(line=root.sourceline), found=envelope.message)
        return Outcome(None, (*told, *reporter.findings))
    return Outcome(_report(root, body), told)


def _parsed(source: Source, envelope: Envelope, reporter: Reporter) -> Any:
    """The root element; ``None``, and a finding, where the document breaks off."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        for piece in source.pieces(envelope.encoding, envelope.mark):
            parser.feed(piece)
        return parser.close()
    except etree.XMLSyntaxError as error:
        syntax_fault(error, reporter, source.pieces(envelope.encoding, envelope.mark))
        return None


def _report(root: Any, body: Any) -> StatusReport:
    head, group = _child(body, "GrpHdr"), _child(body, "OrgnlGrpInfAndSts")
    version = re.search(r"pain\.002\.\d{3}\.\d\d", str(root.tag))
    return StatusReport(
        version=version[0] if version else "pain.002",
        message_id=_text(head, "MsgId"),
        created=_text(head, "CreDtTm"),
        sender=_text(head, "InitgPty", "Nm") or _text(head, "DbtrAgt", "FinInstnId", "BIC"),
        original_id=_text(group, "OrgnlMsgId"),
        original_message=_text(group, "OrgnlMsgNmId"),
        status=_text(group, "GrpSts"),
        reasons=tuple(_reasons(group)),
        blocks=tuple(_block(item) for item in _children(body, "OrgnlPmtInfAndSts")),
        line=group.sourceline,
    )


def _block(item: Any) -> BatchStatus:
    return BatchStatus(
        id=_text(item, "OrgnlPmtInfId"),
        status=_text(item, "PmtInfSts"),
        reasons=tuple(_reasons(item)),
        payments=tuple(_payment(payment) for payment in _children(item, "TxInfAndSts")),
        line=item.sourceline,
    )


def _payment(item: Any) -> TransactionStatus:
    sent = _child(item, "OrgnlTxRef")
    amount = _child(_child(sent, "Amt"), "InstdAmt")
    return TransactionStatus(
        status=_text(item, "TxSts"),
        status_id=_text(item, "StsId"),
        instruction_id=_text(item, "OrgnlInstrId"),
        end_to_end_id=_text(item, "OrgnlEndToEndId"),
        uetr=_text(item, "OrgnlUETR"),
        amount=_own_text(amount),
        currency=amount.get("Ccy") if amount is not None else None,
        # A party stands in an element of its own from .10 on.
        creditor=_text(sent, "Cdtr", "Nm") or _text(sent, "Cdtr", "Pty", "Nm"),
        iban=_text(sent, "CdtrAcct", "Id", "IBAN"),
        reasons=tuple(_reasons(item)),
        line=item.sourceline,
    )


def _reasons(item: Any) -> Iterator[StatusReason]:
    for reason in _children(item, "StsRsnInf"):
        texts = (_own_text(text) for text in _children(reason, "AddtlInf"))
        yield StatusReason(
            code=_text(reason, "Rsn", "Cd"),
            proprietary=_text(reason, "Rsn", "Prtry"),
            texts=tuple(text for text in texts if text),
        )


def _children(item: Any, name: str) -> Iterator[Any]:
    """The children of one local name: a bank may forget the namespace, or use a prefix."""
    for child in item if item is not None else ():
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name:
            yield child


def _child(item: Any, name: str) -> Any:
    return next(_children(item, name), None)


def _text(item: Any, *names: str) -> str | None:
    for name in names:
        item = _child(item, name)
    return _own_text(item)


def _own_text(item: Any) -> str | None:
    return ((item.text or "").strip() or None) if item is not None else None
