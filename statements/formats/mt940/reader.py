"""Reading: bytes to messages, messages to pages, pages joined to statements.

>>> data = (b":20:R1\\r\\n:25:FR7616958000011234567890177\\r\\n:28C:1/1\\r\\n:60F:C240101EUR100,00\\r\\n"
...         b":61:2401020102C10,00NTRFREF//B1\\r\\n:62F:C240102EUR110,00\\r\\n-\\r\\n")
>>> outcome = read(data)
>>> outcome.findings, outcome.value[0].entries[0].amount.text
((), '10.00')
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import BinaryIO

from statements import findings as f
from statements.formats.mt940.checks import Chains, check_arithmetic
from statements.formats.mt940.message import read_message
from statements.formats.mt940.profile import DEFAULT, get_profile
from statements.formats.mt940.records import Message, Piece, RawMessage
from statements.formats.mt940.report import reader_report
from statements.formats.mt940.split import MessageSplitter
from statements.formats.mt940.text import BOM, decode, foreign, lines, pieces
from statements.formats.mt940.values import UNKNOWN, clean_account
from statements.model.account import Account
from statements.model.statement import Statement

Source = bytes | str | BinaryIO

_BEGINS = re.compile(r"^:20:|(?<=[\r\n]):20:")


class Messages:
    """Reads one file message by message. ``report`` collects findings; :meth:`run` yields the messages."""

    def __init__(self, profile: f.Profile, limit: int | None = None, unnamed: str | None = None) -> None:
        self.report = reader_report(profile, limit, unnamed)
        self.splitter = MessageSplitter(self.report)
        self.chains = Chains(self.report)
        self._line_ends = False
        self._encoding = False

    def run(self, source: Source) -> Iterator[Message]:
        """The messages of a source, in order; the findings of each are in the report when it is yielded."""
        report = self.report
        for raw in self.split(source):
            message = self.chains.paged(read_message(raw, report))
            check_arithmetic(message, report)
            self.chains.add(message)
            yield message
        self.chains.finish()

    def split(self, source: Source) -> Iterator[RawMessage]:
        """The messages of a source cut into fields."""
        splitter, report = self.splitter, self.report
        first = True
        for piece in pieces(_bytes(source)):
            if first:
                first = False
                if piece.startswith(BOM):
                    report.add("M940-003", 1, 1)
                    piece = piece[len(BOM) :]
                if (encoding := foreign(piece)) is not None:
                    report.message = None
                    report.add("M940-093", 1, 1, found=encoding)
                    return
            if not splitter.header:
                report.message = splitter.messages + 1
            text = Piece(*decode(piece), splitter.line, piece)
            self._file(text)
            yield from splitter.feed(text)
        splitter.finish()

    def _file(self, piece: Piece) -> None:
        """M940-002 and -004, each once a file at its first place: encoding and line ends."""
        if piece.encoding != "utf-8" and not self._encoding:
            self._encoding = True
            at = next((at for at, char in enumerate(piece.text) if ord(char) > 127), 0)
            # A file whose lines end in CR alone is one piece of many messages.
            begun = len(_BEGINS.findall(piece.text, 0, at))
            if begun > 1:
                self.report.message = self.splitter.messages + begun
            self.report.add("M940-002", *piece.place(at), found=piece.encoding)
        if not self._line_ends and not piece.regular:
            self._line_ends = True
            for number, part in enumerate(lines(piece.original), piece.line):
                if not part.endswith("\r\n") and part[-1:] in ("\r", "\n"):
                    found = "CR" if part[-1] == "\r" else "LF"
                    self.report.add("M940-004", number, len(part), found=found, expected="CR LF")
                    break


def _bytes(source: Source) -> bytes | BinaryIO:
    if isinstance(source, str):
        return source.encode("utf-8", "surrogatepass")
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if not hasattr(source, "read"):
        raise TypeError(f"bytes, str or a binary stream expected, not {type(source).__name__}")
    return source


# Pages to statements ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1_024)
def _account(text: str | None, bic: str | None, currency: str | None) -> Account:
    return clean_account(text or "", bic).account(None if currency == UNKNOWN else currency)


def to_statement(pages: list[Message]) -> Statement:
    """The statement of one page, or of the pages of one statement."""
    first, last = pages[0], pages[-1]
    entries = first.entries if len(pages) == 1 else tuple(entry for page in pages for entry in page.entries)
    return Statement(
        account=_account(first.account, first.account_bic, first.currency),
        opening=first.opening,
        closing=last.closing,
        entries=entries,
        number=first.number,
        sequence=first.sequence,
        available=last.available,
        forward_available=last.forward_available,
    )


def _goes_on(page: Message, follower: Message) -> bool:
    return (
        page.account == follower.account
        and page.number == follower.number
        and page.currency == follower.currency
        and page.closing_tag == "62M"
        and follower.opening_tag == "60M"
        and follower.sequence == (page.sequence or 1) + 1
        and page.closing == follower.opening
    )


def joined(pages: Iterator[Message], *, join: bool = True) -> Iterator[list[Message]]:
    """Groups of pages that are one statement; an incomplete chain stays separate messages."""
    chain: list[Message] = []
    for page in pages:
        if chain and _goes_on(chain[-1], page):
            chain.append(page)
            if page.closing_tag == "62F":
                yield chain
                chain = []
            elif page.closing_tag != "62M":
                yield from ([each] for each in chain)
                chain = []
            continue
        yield from ([each] for each in chain)
        chain = []
        if join and page.opening_tag == "60F" and page.closing_tag == "62M":
            chain = [page]
        else:
            yield [page]
    yield from ([each] for each in chain)


def wanted_account(statement: Statement, account: str | None) -> bool:
    if account is None:
        return True
    wanted = account.replace(" ", "").upper()
    own = statement.account
    return wanted in ((own.iban or "").upper(), (own.other or "").replace(" ", "").upper())


def by_place(findings: list[f.Finding]) -> tuple[f.Finding, ...]:
    """Findings in the order of their lines and columns; those of one place as they were found."""
    # Line and column as one number: comparing pairs is dear, and a file may have a finding an entry.
    places = [((place := each.location).line or 0) << 32 | (place.column or 0) for each in findings]
    if all(map(operator.le, places, islice(places, 1, None))):
        return tuple(findings)
    return tuple([findings[at] for at in sorted(range(len(findings)), key=places.__getitem__)])


def read(
    data: bytes | str,
    *,
    profile: str | f.Profile = DEFAULT,
    account: str | None = None,
    unnamed: str | None = None,
    join_pages: bool = True,
) -> f.Outcome[tuple[Statement, ...]]:
    """The statements of MT940, MT942 or MT950 bytes (a ``str`` is text, never a path), and every finding.

    ``account`` keeps the statements of one IBAN (or account as written). A message that names no account is of
    ``unnamed``, without it of ``account`` (M940-012 is a warning then). ``join_pages=False`` gives one statement
    a message. Never raises for bad data; ``ValueError`` for an unknown profile.
    """
    pages = Messages(get_profile(profile), unnamed=unnamed or account)
    statements = tuple(to_statement(group) for group in joined(pages.run(data), join=join_pages))
    found = by_place(pages.report.reporter.findings)
    return f.Outcome(tuple(s for s in statements if wanted_account(s, account)), found)


def iter_read(
    source: Source,
    *,
    profile: str | f.Profile = DEFAULT,
    account: str | None = None,
    unnamed: str | None = None,
    join_pages: bool = True,
) -> Iterator[f.Outcome[Statement | None]]:
    """The statements of a source one by one, memory flat across messages: bytes, text, or a binary stream.

    Each outcome holds the findings up to its statement; what is found after the last statement comes in a last
    outcome without one.
    """
    pages = Messages(get_profile(profile), unnamed=unnamed or account)
    findings = pages.report.reporter.findings
    for group in joined(pages.run(source), join=join_pages):
        statement = to_statement(group)
        if wanted_account(statement, account):
            found = by_place(findings)
            findings.clear()
            yield f.Outcome(statement, found)
    if findings:
        yield f.Outcome(None, by_place(findings))


def read_messages(data: bytes | str, *, profile: str | f.Profile = DEFAULT) -> f.Outcome[tuple[Message, ...]]:
    """One record a message, as it stands: pages not joined, every field kept with its raw text."""
    messages = Messages(get_profile(profile))
    report = messages.report
    found = tuple([read_message(raw, report) for raw in messages.split(data)])
    return f.Outcome(found, by_place(report.reporter.findings))
