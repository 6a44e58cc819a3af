"""From the bytes of Qonto files to statements: the steps in their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from statements.findings import Location, Outcome, Profile, Reporter
from statements.formats.qonto import api, export_csv, json_places
from statements.formats.qonto.accounts import Accounts
from statements.formats.qonto.entries import EntryBuilder
from statements.formats.qonto.request import Plan
from statements.formats.qonto.row_rules import collect, without_repeats
from statements.formats.qonto.rows import Document, check_pages, incomplete
from statements.formats.qonto.statement import AccountWork, TransactionIds
from statements.model.statement import Statement
from statements.rules import RuleBook

PROFILE = Profile(name="qonto", base="default")
"""The rules of the input know one profile."""


@lru_cache(maxsize=1)
def rules() -> RuleBook:
    """The QNT rules, from ``rules.tsv``."""
    return RuleBook.load("statements.formats.qonto")


class StatementsWithIds(msgspec.Struct, frozen=True):
    """Statements and, by the token that stands in them as bank reference, the full ids."""

    statements: tuple[Statement, ...]
    identities: Mapping[str, TransactionIds] = {}


def recognise(data: bytes) -> str | None:
    """``qonto-json`` or ``qonto-csv`` for bytes that look like such data, else ``None``. Reads the beginning only."""
    if api.looks_like(data):
        return "qonto-json"
    return "qonto-csv" if export_csv.looks_like(data) else None


def run(files: Sequence[tuple[str | None, bytes]], wanted: Plan) -> Outcome[StatementsWithIds]:
    """Read the files; see the package for the arguments."""
    reporter = Reporter(rules(), PROFILE)
    outcome = _run(files, wanted, reporter, exact=False)
    if reporter.errors and any(len(data) > json_places.EXACT for _, data in files):
        # An error may have its cause in a key given twice, which is only looked for in large files then.
        exact = Reporter(rules(), PROFILE)
        again = _run(files, wanted, exact, exact=True)
        if any(finding.id == "QNT-002" for finding in exact.findings):
            return Outcome(again, tuple(exact.findings))
    return Outcome(outcome, json_places.placed(reporter.findings, dict(files)))


def _run(
    files: Sequence[tuple[str | None, bytes]], wanted: Plan, reporter: Reporter, *, exact: bool
) -> StatementsWithIds:
    document = Document()
    for name, data in files:
        _load(data, name, document, wanted, reporter, exact=exact)
    if document.broken:
        return StatementsWithIds(())
    check_pages(document, reporter)
    accounts = Accounts(document, wanted.accounts, reporter)
    collected = collect(document, accounts, reporter)
    builder = EntryBuilder(wanted.table, wanted.settings, collected, reporter)
    statements: list[Statement] = []
    identities: dict[str, TransactionIds] = {}
    missing = incomplete(reporter)
    without_repeats(accounts.groups.values(), collected, reporter)
    for group in accounts.groups.values():
        if group.wanted and (group.rows or group.failed or group.key in accounts.asked):
            work = AccountWork(group, collected, wanted, builder, reporter, incomplete=missing)
            statements.extend(work.statements())
            if wanted.identities:
                identities.update(work.identities())
    accounts.report_missing()
    builder.finish()
    return StatementsWithIds(tuple(statements), identities)


def _load(data: bytes, name: str | None, document: Document, wanted: Plan, reporter: Reporter, *, exact: bool) -> None:
    data = data.removeprefix(b"\xef\xbb\xbf")
    foreign = export_csv.foreign(data)
    if foreign is not None:
        reporter.add("QNT-063", Location(file=name), found=foreign)
        document.broken = True
    elif data.lstrip()[:1] in (b"{", b"["):
        api.read(data, name, document, reporter, steered=wanted.steered, exact=exact)
    else:
        export_csv.read(data, name, document, reporter, wanted.zone, wanted.mapping, wanted.accounts)
