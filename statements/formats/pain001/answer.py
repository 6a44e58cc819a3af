"""The predicted answer to a payment file: verdict and reason code of each part, and the pain.002.001.03 that says them.

A finding of severity error refuses a payment, a block or the whole file; warnings and infos refuse nothing.

A local report, not a bank's word: its initiating party is ``PRE-UPLOAD CHECK``, and nothing beyond ACTC (technically
accepted) is ever said. Only errors are written; warnings change no status. A rule that was left out on purpose is
named, and a payment that it would have refused is pending (PDNG), never accepted.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any, Literal

import msgspec

from statements.findings import Finding, Report
from statements.formats.pain001.context import ALWAYS_BLOCK
from statements.formats.pain001.decimals import ZERO, Exact, exact
from statements.formats.pain001.profiles import rules
from statements.rules import Language, Severity
from statements.wire.charset import SWIFT_X

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"
NOT_PROVIDED = "NOTPROVIDED"
NARRATIVE = "NARR"
_WIDTH = 105

_BLOCK = re.compile(r"PmtInf\[(\d+)\]")
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_SUM = re.compile(r"[0-9]{1,16}(?:\.[0-9]{1,2})?", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?", re.ASCII)


Status = Literal["ACTC", "PART", "RJCT"]


class PaymentVerdict(msgspec.Struct, frozen=True):
    """A refused payment: its number in the file and in its block, its references, and the rules that refuse it."""

    index: int
    number: int
    instruction_id: str | None
    end_to_end_id: str | None
    amount: str | None
    currency: str | None
    rules: tuple[str, ...]


class BlockVerdict(msgspec.Struct, frozen=True):
    """A block: its count and exact sum, the rules that refuse it whole, and its refused payments."""

    index: int
    id: str | None
    payments: int
    control_sum: str
    rules: tuple[str, ...] = ()
    refused: tuple[PaymentVerdict, ...] = ()

    @property
    def status(self) -> Status:
        """``RJCT`` when nothing of it can go, ``PART`` when some payments can."""
        if self.rules or (self.refused and len(self.refused) >= self.payments):
            return "RJCT"
        return "PART" if self.refused else "ACTC"

    @property
    def accepted(self) -> int:
        """How many payments of the block can go."""
        return 0 if self.rules else self.payments - len(self.refused)


class FileVerdict(msgspec.Struct, frozen=True):
    """The whole file. ``rules`` are those of level file or group: any of them refuses everything."""

    version: str | None = None
    message_id: str | None = None
    created: str | None = None
    declared_count: str | None = None
    declared_sum: str | None = None
    payments: int = 0
    control_sum: str = "0.00"
    rules: tuple[str, ...] = ()
    blocks: tuple[BlockVerdict, ...] = ()

    @property
    def accepted(self) -> int:
        """How many payments can go: "1,998 of 2,000"."""
        return 0 if self.rules else sum(block.accepted for block in self.blocks)

    @property
    def status(self) -> Status:
        """The group status of the predicted answer."""
        if self.rules or (self.blocks and all(block.status == "RJCT" for block in self.blocks)):
            return "RJCT"
        return "ACTC" if all(block.status == "ACTC" for block in self.blocks) else "PART"


# The lists know a code for the debtor's address (BE07) beside that of the creditor (BE04, in the table).
_DEBTOR_ADDRESS = frozenset({"P001-400", "P001-401", "P001-402", "P001-403"})
# Known peers write the general codes AM18 and AM10; the setting ``exact_codes`` tells file and block apart.
_EXACT: Mapping[str, str] = {"P001-100": "AM19", "P001-102": "AM20", "P001-101": "AM16", "P001-103": "AM17"}


def reason_code(finding: Finding, settings: Mapping[str, Any]) -> str:
    """The code for this finding; empty when the rule has none."""
    if finding.id in _DEBTOR_ADDRESS and "/Dbtr/" in f"{finding.location.path}/":
        return "BE07"
    if settings.get("exact_codes") and finding.id in _EXACT:
        return _EXACT[finding.id]
    return finding.rule.reason_code


def coded(findings: list[Finding], settings: Mapping[str, Any]) -> list[Finding]:
    """The findings, each with a rule that bears its own code."""
    return [_coded(finding, reason_code(finding, settings)) for finding in findings]


def _coded(finding: Finding, code: str) -> Finding:
    if code == finding.rule.reason_code:
        return finding
    return msgspec.structs.replace(finding, rule=msgspec.structs.replace(finding.rule, reason_code=code))


def answer(report: Report[FileVerdict], *, created: datetime.datetime, lang: Language = "en") -> bytes:
    """The status report for one checked payment file, as UTF-8. ``created`` is the moment that it bears.

    Raises ``ValueError`` when the report is not that of a payment file.

    >>> from statements.formats.pain001 import validate
    >>> b"<GrpSts>RJCT</GrpSts>" in answer(validate(b"<Document/>"), created=datetime.datetime(2026, 11, 30, 18, 6))
    True
    """
    verdict = report.details
    if not isinstance(verdict, FileVerdict):
        raise ValueError(f"a status report answers a payment file, not {report.format}")
    waiting = _waiting(report)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<Document xmlns="{NAMESPACE}">',
        "  <CstmrPmtStsRpt>",
        "    <GrpHdr>",
        f"      <MsgId>CHK-{report.sha256[:24]}</MsgId>",
        f"      <CreDtTm>{created.replace(microsecond=0).isoformat()}</CreDtTm>",
        "      <InitgPty><Nm>PRE-UPLOAD CHECK</Nm></InitgPty>",
        "    </GrpHdr>",
        *_group(report, verdict, waiting, lang),
    ]
    if not verdict.rules:
        for block in verdict.blocks:
            lines += _block(report, block, waiting, lang)
    lines += ["  </CstmrPmtStsRpt>", "</Document>", ""]
    return "\n".join(lines).encode("utf-8", "replace")


class _Waiting(msgspec.Struct):
    """The payments whose errors were left out of the check on purpose: neither accepted nor refused here.

    ``blocks`` holds the errors by block and payment; ``everything`` is set where it cannot be said which they are.
    """

    blocks: dict[int, dict[int, list[Finding]]]
    everything: bool = False

    def count(self, block: BlockVerdict) -> int:
        """How many payments of a block wait, of those that no error refuses."""
        return block.accepted if self.everything else len(self.payments(block))

    def payments(self, block: BlockVerdict) -> dict[int, list[Finding]]:
        """The errors left out, by payment, of those that no other error refuses."""
        refused = {payment.index for payment in block.refused}
        found = self.blocks.get(block.index, {}) if block.accepted else {}
        return {index: errors for index, errors in found.items() if index not in refused}


def _waiting(report: Report[FileVerdict]) -> _Waiting:
    waiting = _Waiting({})
    for item in report.suppressed:
        if item.severity is not Severity.ERROR:
            continue
        waiting.everything = waiting.everything or item.count > len(item.findings)
        for finding in _errors(item.findings):
            block, payment = _BLOCK.match(finding.location.path or ""), finding.location.payment
            # An error of the envelope, the header or a block concerns more than one payment.
            whole = finding.rule.columns["level"] == "file" or finding.id in ALWAYS_BLOCK
            if block is None or payment is None or whole:
                waiting.everything = True
            else:
                waiting.blocks.setdefault(int(block[1]), {}).setdefault(payment.index, []).append(finding)
    return waiting


def _status(status: Status, accepted: int, waiting: int) -> str:
    """A status that says nothing of payments whose errors were left out: ``PDNG`` when no other can go."""
    if not waiting or status == "RJCT":
        return status
    return "PDNG" if waiting >= accepted else "PART"


def _left_out(report: Report[FileVerdict], lang: Language) -> Iterator[str]:
    """What was left out of the check, as reasons in words."""
    for item in report.suppressed:
        said = f"{item.rule.id} ({item.count}): {item.rule.message.plain(lang)}"
        words = f"non contrôlé, règle écartée {said}" if lang == "fr" else f"not checked, rule left out {said}"
        yield from _reason("", words, 6)


def _group(report: Report[FileVerdict], verdict: FileVerdict, waiting: _Waiting, lang: Language) -> Iterator[str]:
    yield "    <OrgnlGrpInfAndSts>"
    yield from _element("OrgnlMsgId", _short(verdict.message_id) or NOT_PROVIDED)
    yield from _element("OrgnlMsgNmId", verdict.version or NOT_PROVIDED)
    yield from _element("OrgnlCreDtTm", _moment(verdict.created))
    yield from _element("OrgnlNbOfTxs", _like(_NUMBER, verdict.declared_count))
    yield from _element("OrgnlCtrlSum", _like(_SUM, verdict.declared_sum))
    held = 0 if verdict.rules else sum(waiting.count(block) for block in verdict.blocks)
    yield from _element("GrpSts", _status(verdict.status, verdict.accepted, held))
    if verdict.rules:
        yield from _reasons(_of_group(report.findings), verdict.rules, lang, 6)
    yield from _left_out(report, lang)
    yield from _counts(verdict, waiting)
    yield "    </OrgnlGrpInfAndSts>"


def _counts(verdict: FileVerdict, waiting: _Waiting) -> Iterator[str]:
    blocks = () if verdict.rules else verdict.blocks
    good = _added(_accepted(block) for block in blocks)
    held = _added(_held(block, waiting) for block in blocks)
    total = exact(verdict.control_sum) or ZERO
    held_count = sum(waiting.count(block) for block in blocks)
    for count, status, amount in (
        (verdict.accepted - held_count, "ACTC", _minus(good, held)),
        (held_count, "PDNG", held),
        (verdict.payments - verdict.accepted, "RJCT", _minus(total, good)),
    ):
        if count:
            body = f"<DtldNbOfTxs>{count}</DtldNbOfTxs><DtldSts>{status}</DtldSts>"
            if _SUM.fullmatch(amount.text):
                body += f"<DtldCtrlSum>{amount.text}</DtldCtrlSum>"
            yield f"      <NbOfTxsPerSts>{body}</NbOfTxsPerSts>"


def _accepted(block: BlockVerdict) -> Exact:
    """The sum of what can go of the block: its sum, less the refused payments."""
    if block.rules:
        return ZERO
    lost = _added(exact(payment.amount) or ZERO for payment in block.refused)
    return _minus(exact(block.control_sum) or ZERO, lost)


def _held(block: BlockVerdict, waiting: _Waiting) -> Exact:
    """The sum of what waits of the block."""
    if waiting.everything:
        return _accepted(block)
    labels = (errors[0].location.payment for errors in waiting.payments(block).values())
    return _added(exact(label.amount if label and label.amount else "") or ZERO for label in labels)


def _added(amounts: Iterable[Exact]) -> Exact:
    total = ZERO
    for amount in amounts:
        total = total.plus(amount)
    return total


def _minus(one: Exact, other: Exact) -> Exact:
    return one.plus(Exact.of(-other.units, other.scale))


def _block(report: Report[FileVerdict], block: BlockVerdict, waiting: _Waiting, lang: Language) -> Iterator[str]:
    yield "    <OrgnlPmtInfAndSts>"
    yield from _element("OrgnlPmtInfId", _short(block.id) or NOT_PROVIDED)
    yield from _element("OrgnlNbOfTxs", str(block.payments))
    yield from _element("OrgnlCtrlSum", _like(_SUM, block.control_sum))
    yield from _element("PmtInfSts", _status(block.status, block.accepted, waiting.count(block)))
    yield from _reasons(_of_block(report.findings, block.index), block.rules, lang, 6)
    by_payment: dict[int, list[Finding]] = {}
    for finding in _errors(report.findings):
        if finding.location.payment is not None and finding.id not in ALWAYS_BLOCK:
            by_payment.setdefault(finding.location.payment.index, []).append(finding)
    for payment in block.refused:
        yield from _payment(payment, by_payment.get(payment.index, []), lang)
    for errors in waiting.payments(block).values():
        label = errors[0].location.payment
        yield "      <TxInfAndSts>"
        yield from _element("OrgnlEndToEndId", _short(label.end_to_end_id if label else None), 8)
        yield from _element("TxSts", "PDNG", 8)
        yield from _reasons(errors, (), lang, 8)
        yield "      </TxInfAndSts>"
    yield "    </OrgnlPmtInfAndSts>"


def _payment(payment: PaymentVerdict, findings: list[Finding], lang: Language) -> Iterator[str]:
    yield "      <TxInfAndSts>"
    yield from _element("OrgnlInstrId", _short(payment.instruction_id), 8)
    yield from _element("OrgnlEndToEndId", _short(payment.end_to_end_id), 8)
    yield from _element("TxSts", "RJCT", 8)
    yield from _reasons(findings, payment.rules, lang, 8)
    yield "      </TxInfAndSts>"


def _reasons(findings: Sequence[Finding], refusing: Sequence[str], lang: Language, indent: int) -> Iterator[str]:
    """One reason for each finding; a rule whose findings were only counted gives one from the rule book."""
    told = {finding.id for finding in findings}
    reasons = [(finding.id, finding.rule.reason_code, finding.message(lang)) for finding in findings]
    for rule_id in refusing:
        if rule_id not in told:
            rule = rules()[rule_id]
            reasons.append((rule_id, rule.reason_code, rule.message.plain(lang)))
    for rule_id, code, message in reasons:
        yield from _reason(code, f"{rule_id} {message}", indent)


def _reason(code: str, text: str, indent: int) -> Iterator[str]:
    blank = " " * indent
    yield f"{blank}<StsRsnInf>"
    yield f"{blank}  <Rsn><Cd>{code or NARRATIVE}</Cd></Rsn>"
    for line in wrap(SWIFT_X.fit(text), _WIDTH, break_on_hyphens=False):
        yield f"{blank}  <AddtlInf>{escape(line, quote=False)}</AddtlInf>"
    yield f"{blank}</StsRsnInf>"


def _errors(findings: Iterable[Finding]) -> Iterator[Finding]:
    return (finding for finding in findings if finding.severity is Severity.ERROR)


def _of_group(findings: Iterable[Finding]) -> list[Finding]:
    """The errors that refuse the whole file: of the envelope and the schema wherever they stand, and of the header."""
    return [
        finding
        for finding in _errors(findings)
        if finding.rule.columns["level"] == "file"
        or (finding.location.payment is None and not _BLOCK.match(finding.location.path or ""))
    ]


def _of_block(findings: Iterable[Finding], index: int) -> list[Finding]:
    found = []
    for finding in _errors(findings):
        match = _BLOCK.match(finding.location.path or "")
        own = finding.location.payment is None or finding.id in ALWAYS_BLOCK
        if match and int(match[1]) == index and own:
            found.append(finding)
    return found


def _element(name: str, value: str | None, indent: int = 6) -> Iterator[str]:
    if value is not None:
        yield f"{' ' * indent}<{name}>{escape(value, quote=False)}</{name}>"


def _short(text: str | None) -> str | None:
    return text if text and len(text) <= 35 else None


def _like(form: re.Pattern[str], text: str | None) -> str | None:
    plain = (text or "").strip()
    return plain if form.fullmatch(plain) else None


def _moment(text: str | None) -> str | None:
    plain = (text or "").strip()
    if not _MOMENT.fullmatch(plain):
        return None
    try:
        datetime.datetime.fromisoformat(plain)
    except ValueError:
        return None
    return plain
