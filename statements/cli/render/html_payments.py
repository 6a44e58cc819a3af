"""A payment file as parts of an HTML page: amounts by day and account, what to do by whom, each payment's verdict."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import msgspec

from statements.cli.render import CheckedFile
from statements.cli.render.pages import meaning
from statements.cli.texts import Texts
from statements.cli.words import FILLER, accepted, amount, sum_of
from statements.findings import Finding, Report
from statements.formats import register
from statements.formats.pain001.decimals import ZERO, Exact, exact
from statements.model.payment import Amount, CreditTransfer, PaymentInformation
from statements.reference.external_codes import external_codes
from statements.rules import Severity

SHOWN = 500
"""Up to so many payments all stand in the open; of a longer file those with a finding, at most so many of them."""
FOLDED = 500
"""How many of the other payments of a long file are behind a click; the rest is counted."""
_EACH = 10
"""How many payments one thing to do names."""

_LEVELS = ("file", "group", "payment", "transaction")
_WHO = ("software", "data", "owner")


class Total(msgspec.Struct, frozen=True, kw_only=True):
    """The payments of one execution date and debtor account: counts, and sums in words."""

    date: datetime.date | None
    account: str
    ready: int
    ready_sum: str
    refused: int
    refused_sum: str


class PaymentRow(msgspec.Struct, frozen=True, kw_only=True):
    """One payment with its verdict and what was found on it."""

    index: int
    verdict: Mapping[str, str]
    name: str
    account: str
    reference: str
    amount: str
    faults: tuple[Mapping[str, Any], ...]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: the remedy of a rule, with the payments that it concerns."""

    fault: Mapping[str, Any]
    count: str
    payments: tuple[int, ...]
    more: int


class PaymentSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says of one payment file. ``rows`` is ``None`` where the payments cannot be read."""

    headline: str
    totals: tuple[Total, ...]
    tasks: tuple[tuple[str, tuple[Task, ...]], ...]
    whole: tuple[Mapping[str, Any], ...]
    rows: tuple[PaymentRow, ...] | None
    folded: tuple[PaymentRow, ...] = ()
    quiet: int = 0
    capped: int = 0
    more_whole: int = 0


def payment_sheet(checked: CheckedFile, texts: Texts) -> PaymentSheet:
    """The parts of one checked file. Its payments are read again, for their names and amounts, one after another: of a
    large file only those are kept that the page lists.
    """
    report = checked.report
    by_payment: dict[int, list[Finding]] = {}
    whole = []
    for item in report.findings:
        if item.location.payment is not None:
            by_payment.setdefault(item.location.payment.index, []).append(item)
        else:
            whole.append(item)
    whole.sort(key=lambda item: item.severity.rank)
    reading = _Reading(report, by_payment, texts)
    complete = reading.take(checked)
    parts = PaymentSheet(
        headline=_headline(report, reading if complete else None, texts),
        totals=tuple(reading.totals()) if complete else (),
        tasks=_tasks(report.findings, report.hidden, texts),
        whole=tuple(fault(item, texts) for item in whole[:SHOWN]),
        more_whole=max(0, len(whole) - SHOWN),
        rows=None,
    )
    if not complete:
        return parts
    rows = reading.listed()
    return msgspec.structs.replace(
        parts,
        rows=tuple(rows),
        folded=tuple(reading.folded),
        quiet=max(0, reading.sound - FOLDED),
        capped=reading.open - len(rows),
    )


class _Sums:
    """Payments added up: their number, the exact sum of each currency, and amounts that are no numbers."""

    __slots__ = ("count", "sums", "unread")

    def __init__(self) -> None:
        self.count = 0
        self.sums: dict[str, Exact] = {}
        self.unread = 0

    def add(self, payment: CreditTransfer) -> None:
        """One more payment."""
        self.count += 1
        value = exact(payment.amount.text) if payment.amount is not None else None
        if value is None or payment.amount is None:
            self.unread += 1
        else:
            self.sums[payment.amount.currency] = self.sums.get(payment.amount.currency, ZERO).plus(value)

    def said(self, texts: Texts) -> str:
        """The sums in words."""
        said = [
            sum_of(total.text, currency, texts).replace(" ", "\u00a0") for currency, total in sorted(self.sums.items())
        ]
        if self.unread:
            said.append(texts("unread-amounts", count=texts.number(self.unread)))
        return " + ".join(said) or "-"


class _Reading:
    """One reading of the payments, with the verdict of the check at hand."""

    def __init__(self, report: Report[Any], by_payment: Mapping[int, list[Finding]], texts: Texts) -> None:
        self._texts = texts
        self._by_payment = by_payment
        self._expected = report.summary.payments
        self._many = (report.summary.payments or 0) > SHOWN
        verdict = report.details
        # Refused with the whole file or its block is no fault of its own; findings that were only counted are.
        blocks = verdict.blocks if verdict is not None else ()
        self._own = frozenset(item.index for block in blocks for item in block.refused)
        self._everything = not report.valid and (verdict is None or bool(verdict.rules))
        self._blocks = frozenset(block.index for block in blocks if block.rules)
        self.ready, self.refused = _Sums(), _Sums()
        self._groups: dict[tuple[datetime.date | None, str], tuple[_Sums, _Sums]] = {}
        # Where not all can be listed, those that are refused come before those with a warning.
        self._rows: tuple[list[PaymentRow], list[PaymentRow]] = ([], [])
        self.folded: list[PaymentRow] = []
        self.sound = 0
        """Payments of a long file without a finding."""
        self.open = 0
        """The others."""

    def take(self, checked: CheckedFile) -> bool:
        """Read the file; True where the check and the reading count the same payments."""
        module = register.payments().module()
        with _opened(checked) as data:
            group, block_refused = (_Sums(), _Sums()), False
            for outcome in module.iter_read(data):
                part = outcome.value
                if any(item.severity is Severity.ERROR for item in outcome.findings):
                    return False
                if isinstance(part, PaymentInformation):
                    group = self._groups.setdefault((part.execution_date, _debtor(part)), (_Sums(), _Sums()))
                    block_refused = self._everything or part.index in self._blocks
                elif isinstance(part, CreditTransfer):
                    self._payment(part, group, block_refused or part.index in self._own)
        return self.ready.count + self.refused.count == self._expected

    def _payment(self, payment: CreditTransfer, group: tuple[_Sums, _Sums], refused: bool) -> None:
        for sums in (self.refused if refused else self.ready, group[refused]):
            sums.add(payment)
        findings = self._by_payment.get(payment.index, ())
        own = payment.index in self._own
        if self._many and not own and payment.index not in self._by_payment:
            self.sound += 1
            rows = self.folded
        else:
            self.open += 1
            rows = self._rows[not own and self._many]
        if not self._many or len(rows) < (FOLDED if rows is self.folded else SHOWN):
            rows.append(_row(payment, refused, own, findings, self._texts))

    def listed(self) -> list[PaymentRow]:
        """The rows in the open, in the order of the file."""
        first, others = self._rows
        rows = first + others
        return sorted(rows[:SHOWN] if self._many else rows, key=lambda item: item.index)

    def totals(self) -> Iterator[Total]:
        """Counts and sums by execution date and debtor account."""
        for (date, account), (ready, refused) in sorted(
            self._groups.items(), key=lambda item: (item[0][0] or datetime.date.max, item[0][1])
        ):
            yield Total(
                date=date,
                account=account,
                ready=ready.count,
                ready_sum=ready.said(self._texts),
                refused=refused.count,
                refused_sum=refused.said(self._texts),
            )


def _opened(checked: CheckedFile) -> AbstractContextManager[Any]:
    """The file as its reader takes it: a large one is opened, never held in memory."""
    data = checked.data
    return nullcontext(data) if isinstance(data, bytes) else data.open()


def _headline(report: Report[Any], reading: _Reading | None, texts: Texts) -> str:
    """How many payments are ready and refused, and their amounts."""
    total, ready = report.summary.payments or 0, accepted(report)
    parts = [texts.count("of-ready", ready, total=texts.number(total)), texts.count("payments-refused", total - ready)]
    if reading is not None:
        for at, sums in enumerate((reading.ready, reading.refused)):
            if sums.count:
                parts[at] += f", {sums.said(texts)}"
    left_out = [item for item in report.suppressed if item.severity is Severity.ERROR]
    if left_out:
        names = ", ".join(item.rule.id for item in left_out)
        parts.append(texts.count("ignored", sum(item.count for item in left_out), rules=names))
    return texts.semicolon.join(parts)


def _debtor(block: PaymentInformation) -> str:
    account = block.debtor_account
    return (account.iban or account.other or "") if account is not None else ""


def _row(payment: CreditTransfer, refused: bool, own: bool, findings: Sequence[Finding], texts: Texts) -> PaymentRow:
    worst = min((item.severity for item in findings), key=lambda item: item.rank, default=Severity.INFO)
    verdict = "refused" if refused else "looked" if worst is Severity.WARNING else "ready"
    said = meaning(verdict, texts)
    if verdict == "refused" and not own:
        said = {**said, "word": texts("html.with-others")}
    account = payment.creditor_account
    reference = payment.end_to_end_id
    return PaymentRow(
        index=payment.index,
        verdict=said,
        name=(payment.creditor.name or "") if payment.creditor is not None else "",
        account=(account.iban or account.other or "") if account is not None else "",
        reference="" if reference in (None, FILLER) else reference or "",
        amount=_amount(payment.amount, texts),
        faults=tuple(fault(item, texts) for item in sorted(findings, key=lambda item: item.severity.rank)),
    )


def _amount(value: Amount | None, texts: Texts) -> str:
    if value is None:
        return "-"
    return amount(value.money, texts, currency=True) if value.money else f"{value.text} {value.currency}"


def fault(finding: Finding, texts: Texts) -> Mapping[str, Any]:
    """One finding: place, sentence, remedy, and what the bank is likely to answer and how sure that is."""
    rule, code = finding.rule, finding.rule.reason_code
    known = external_codes("status_reason").get(code)
    named = (known.french if texts.lang == "fr" else known.english) if known is not None else ""
    answers = finding.severity is Severity.ERROR and code not in ("", "-")
    return {
        **meaning(finding.severity.value, texts),
        "rule": finding.id,
        "where": texts("line", line=finding.location.line) if finding.location.line is not None else "",
        "message": finding.message(texts.lang),
        "fix": finding.fix(texts.lang),
        "found": finding.found or "",
        "expected": finding.expects(texts.lang) or "",
        "answer": texts("html.answer", code=f"{code} ({named})" if named else code) if answers else "",
        "sure": texts(f"html.sure.{'yes' if rule.confirmed else 'no'}"),
        "source": rule.source,
        **proposed(finding),
    }


def proposed(finding: Finding) -> Mapping[str, str]:
    """What stands there and what should: only where the file says the same afterwards."""
    proposal = finding.proposal
    if proposal is None or proposal.grade != "safe":
        return {"before": "", "after": ""}
    if proposal.encoding:
        return {"before": proposal.encoding, "after": "UTF-8"}
    return {"before": proposal.old, "after": proposal.new}


def _tasks(
    findings: Sequence[Finding], hidden: Mapping[str, int], texts: Texts
) -> tuple[tuple[str, tuple[Task, ...]], ...]:
    """Errors first, and of them those of the whole file first: they are the causes. Grouped by who must act."""
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for item in findings:
        if item.severity is not Severity.INFO and item.rule.fix.en:
            by_rule.setdefault((_who(item), item.id), []).append(item)
    ordered = sorted(by_rule.items(), key=lambda pair: _order(pair[1][0]))
    groups: dict[str, list[Task]] = {}
    for (who, rule), items in ordered:
        numbers = sorted({item.location.payment.index for item in items if item.location.payment is not None})
        groups.setdefault(who, []).append(
            Task(
                fault={**fault(items[0], texts), "fix": _fix(items, texts)},
                count=texts.count("place", len(items) + hidden.get(rule, 0)),
                payments=tuple(numbers[:_EACH]),
                more=max(0, len(numbers) - _EACH),
            )
        )
    return tuple((texts(f"html.who.{who}"), tuple(tasks)) for who, tasks in groups.items())


def _fix(items: Sequence[Finding], texts: Texts) -> str:
    """What to do about all of them: that of the rule where it differs from one to the other."""
    fixes = {item.fix(texts.lang) for item in items}
    return fixes.pop() if len(fixes) == 1 else items[0].rule.fix.plain(texts.lang)


def _order(finding: Finding) -> tuple[int, bool, int, str]:
    level = finding.rule.columns.get("level", "file")
    return finding.severity.rank, finding.follows, _LEVELS.index(level) if level in _LEVELS else 0, finding.id


def _who(finding: Finding) -> str:
    """Who can mend it: an account is asked of its owner, names, addresses and banks stand in the master data."""
    code, path = finding.rule.reason_code, finding.location.path or ""
    if code.startswith("AC") and "/CdtrAcct" in path:
        return _WHO[2]
    return _WHO[1] if code.startswith(("AC", "BE", "RC")) and "/Dbtr" not in path else _WHO[0]
