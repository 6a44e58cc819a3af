"""From the bytes of Qonto files to statements: the steps in their order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec

from statements.findings import Location, Outcome, Profile, Reporter
from statements.formats.qonto import api, export_csv, json_places
from statements.formats.qonto.accounts import Accounts
from statements.formats.qonto.entries import EntryBuilder
from statements.formats.qonto.request import CheckedRequest
from statements.formats.qonto.row_rules import collect, without_repeats
from statements.formats.qonto.rows import Document, MissingRows, missing_rows
from statements.formats.qonto.statement import AccountWork, TransactionIds
from statements.model.statement import Statement
from statements.rules import RuleBook, Text
from statements.wire.encodings import encoding_of

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


def run(files: Sequence[tuple[str | None, bytes]], wanted: CheckedRequest) -> Outcome[StatementsWithIds]:
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
    files: Sequence[tuple[str | None, bytes]], wanted: CheckedRequest, reporter: Reporter, *, exact: bool
) -> StatementsWithIds:
    document = Document()
    for name, data in files:
        _load(data, name, document, wanted, reporter, exact=exact)
    if document.broken:
        return StatementsWithIds(())
    accounts = Accounts(document, wanted.accounts, reporter)
    collected = collect(document, accounts, reporter)
    builder = EntryBuilder(wanted.table, wanted.settings, collected, reporter)
    statements: list[Statement] = []
    identities: dict[str, TransactionIds] = {}
    missing = missing_rows(document)
    told: list[MissingRows] = []
    without_repeats(accounts.groups.values(), collected, reporter)
    for group in accounts.groups.values():
        if not group.wanted:
            continue
        lists = [item for item in missing if accounts.known(item.account) in (group, None)]
        work = AccountWork(group, collected, wanted, builder, reporter, missing=lists)
        statements.extend(work.statements())
        if work.needs_missing:
            told.extend(lists)
        if wanted.identities:
            identities.update(work.identities())
    for item in missing:
        if item not in told:
            item.report(reporter)
    accounts.report_missing()
    builder.finish()
    return StatementsWithIds(tuple(statements), identities)


def _load(
    data: bytes, name: str | None, document: Document, wanted: CheckedRequest, reporter: Reporter, *, exact: bool
) -> None:
    data = data.removeprefix(b"\xef\xbb\xbf")
    foreign = export_csv.foreign(data)
    if foreign is not None:
        reporter.add("QNT-063", Location(file=name), found=foreign)
        document.broken = True
    elif (words := _unreadable(data)) is not None:
        reporter.add("QNT-001", Location(file=name, line=1), what_en=words.en, what_fr=words.fr)
        document.broken = True
    elif data.lstrip()[:1] in (b"{", b"["):
        api.read(data, name, document, reporter, steered=wanted.steered, exact=exact)
    else:
        export_csv.read(data, name, document, reporter, wanted.zone, wanted.mapping, wanted.accounts)


_UTF16 = Text(
    "the text is UTF-16, as Windows PowerShell writes it with “>”; save it as UTF-8",
    "le texte est en UTF-16, comme l'écrit Windows PowerShell avec « > » ; enregistrez-le en UTF-8",
)
_EBCDIC = Text(
    "the text is EBCDIC, as a mainframe writes it; save it as UTF-8",
    "le texte est en EBCDIC, comme l'écrit un grand système ; enregistrez-le en UTF-8",
)
_HTTP = Text(
    "it begins with the headers of an HTTP answer (curl -i); keep the body only, as curl gives it without -i",
    "il commence par les en-têtes d'une réponse HTTP (curl -i) ; ne gardez que le corps, tel que curl le donne sans -i",
)


_EMPTY = Text("the file is empty", "le fichier est vide")
_HTML = Text(
    "it is a web page (HTML), as a sign-in or an error page; download the data again",
    "c'est une page web (HTML), comme une page de connexion ou d'erreur ; téléchargez de nouveau les données",
)
_PAGE = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def _unreadable(data: bytes) -> Text | None:
    """What stands in the way of a text that is data otherwise."""
    other = encoding_of(data)
    if other is not None:
        return _EBCDIC if other == "EBCDIC" else _UTF16
    if not data.strip():
        return _EMPTY
    if _PAGE.match(data):
        return _HTML
    return _HTTP if re.match(rb"HTTP/[0-9.]+ [0-9]{3}\b", data) else None
