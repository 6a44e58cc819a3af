"""A payment file as parts of an HTML page: amounts by day and account, what to do by whom, each payment's verdict."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from statements.cli.render import CheckedFile
from statements.cli.render.pages import meaning
from statements.cli.texts import Texts
from statements.cli.words import FILLER, accepted, amount, sum_of
from statements.findings import Finding, Report
from statements.formats import register
from statements.formats.pain001.decimals import ZERO, Exact, exact
from statements.model.payment import Amount, CreditTransfer, PaymentInformation, PaymentInitiation
from statements.reference.external_codes import external_codes
from statements.rules import Severity

SHOWN = 500
"""Up to so many payments all stand in the open; of a longer file those with a finding, at most so many of them."""
FOLDED = 500
"""How many of the other payments of a long file are behind a click; the rest is counted."""
_EACH = 10
"""How many payments one thing to do names."""

Sums = dict[str, Exact]
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
    """The parts of one checked file; its payments are read again, for their names and amounts."""
    report = checked.report
    file = _read(checked)
    refused = _refused(report, file) if file is not None else frozenset()
    by_payment: dict[int, list[Finding]] = {}
    whole = []
    for item in report.findings:
        if item.location.payment is not None:
            by_payment.setdefault(item.location.payment.index, []).append(item)
        else:
            whole.append(item)
    whole.sort(key=lambda item: item.severity.rank)
    parts = PaymentSheet(
        headline=_headline(report, file, refused, texts),
        totals=tuple(_totals(file, refused, texts)) if file is not None else (),
        tasks=_tasks(report.findings, report.hidden, texts),
        whole=tuple(fault(item, texts) for item in whole[:SHOWN]),
        more_whole=max(0, len(whole) - SHOWN),
        rows=None,
    )
    if file is None:
        return parts
    payments = [payment for block in file.blocks for payment in block.payments]
    many = len(payments) > SHOWN
    # Refused with the whole file or its block is no fault of its own; findings that were only counted are.
    own = _own(report)
    faulty = by_payment.keys() | own
    open_ones = [item for item in payments if not many or item.index in faulty]
    rest = [item for item in payments if many and item.index not in faulty]
    listed = open_ones
    if many:
        # Where not all can be listed, those that are refused come before those with a warning.
        listed = sorted(sorted(open_ones, key=lambda item: item.index not in own)[:SHOWN], key=lambda item: item.index)
    return msgspec.structs.replace(
        parts,
        rows=tuple(_row(item, refused, item.index in own, by_payment.get(item.index, ()), texts) for item in listed),
        folded=tuple(_row(item, refused, False, (), texts) for item in rest[:FOLDED]),
        quiet=max(0, len(rest) - FOLDED),
        capped=len(open_ones) - len(listed),
    )


def _own(report: Report[Any]) -> frozenset[int]:
    """The payments that an error of their own refuses."""
    blocks = report.details.blocks if report.details is not None else ()
    return frozenset(item.index for block in blocks for item in block.refused)


def _read(checked: CheckedFile) -> PaymentInitiation | None:
    """The payments, where the check and the reading count the same of them."""
    file: PaymentInitiation | None = register.payments().module().read(checked.data[:]).value
    return file if file is not None and file.count == checked.report.summary.payments else None


def _refused(report: Report[Any], file: PaymentInitiation) -> frozenset[int]:
    """The numbers of the payments that do not go, by the verdict of the check."""
    if report.valid:
        return frozenset()
    verdict = report.details
    everything = frozenset(payment.index for block in file.blocks for payment in block.payments)
    if verdict is None or verdict.rules:
        return everything
    lost = set(_own(report))
    for block, judged in zip(file.blocks, verdict.blocks, strict=True):
        if judged.rules:
            lost.update(payment.index for payment in block.payments)
    return frozenset(lost)


def _headline(report: Report[Any], file: PaymentInitiation | None, refused: Collection[int], texts: Texts) -> str:
    """How many payments are ready and refused, and their amounts."""
    total, ready = report.summary.payments or 0, accepted(report)
    parts = [texts.count("of-ready", ready, total=texts.number(total)), texts.count("payments-refused", total - ready)]
    if file is not None:
        payments = [payment for block in file.blocks for payment in block.payments]
        for at, chosen in enumerate(
            (
                [item for item in payments if item.index not in refused],
                [item for item in payments if item.index in refused],
            )
        ):
            if chosen:
                parts[at] += f", {_said(chosen, texts)}"
    left_out = [item for item in report.suppressed if item.severity is Severity.ERROR]
    if left_out:
        names = ", ".join(item.rule.id for item in left_out)
        parts.append(texts.count("ignored", sum(item.count for item in left_out), rules=names))
    return texts.semicolon.join(parts)


def _said(payments: Iterable[CreditTransfer], texts: Texts) -> str:
    """The exact sum of each currency; amounts that are no numbers are counted."""
    sums: Sums = {}
    unread = 0
    for payment in payments:
        value = exact(payment.amount.text) if payment.amount is not None else None
        if value is None or payment.amount is None:
            unread += 1
        else:
            sums[payment.amount.currency] = sums.get(payment.amount.currency, ZERO).plus(value)
    said = [sum_of(total.text, currency, texts).replace(" ", "\u00a0") for currency, total in sorted(sums.items())]
    if unread:
        said.append(texts("unread-amounts", count=texts.number(unread)))
    return " + ".join(said) or "-"


def _totals(file: PaymentInitiation, refused: Collection[int], texts: Texts) -> Iterable[Total]:
    groups: dict[tuple[datetime.date | None, str], list[CreditTransfer]] = {}
    for block in file.blocks:
        groups.setdefault((block.execution_date, _debtor(block)), []).extend(block.payments)
    for (date, account), payments in sorted(
        groups.items(), key=lambda item: (item[0][0] or datetime.date.max, item[0][1])
    ):
        good = [item for item in payments if item.index not in refused]
        bad = [item for item in payments if item.index in refused]
        yield Total(
            date=date,
            account=account,
            ready=len(good),
            ready_sum=_said(good, texts),
            refused=len(bad),
            refused_sum=_said(bad, texts),
        )


def _debtor(block: PaymentInformation) -> str:
    account = block.debtor_account
    return (account.iban or account.other or "") if account is not None else ""


def _row(
    payment: CreditTransfer, refused: Collection[int], own: bool, findings: Sequence[Finding], texts: Texts
) -> PaymentRow:
    worst = min((item.severity for item in findings), key=lambda item: item.rank, default=Severity.INFO)
    verdict = "refused" if payment.index in refused else "looked" if worst is Severity.WARNING else "ready"
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
