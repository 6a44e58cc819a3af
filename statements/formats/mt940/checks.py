"""Rules of sums and chains: inside a message, across the pages of a statement, across the statements of a file."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import structs

from statements.formats.mt940.fields import NS_TAGS
from statements.formats.mt940.records import Message, RawField
from statements.formats.mt940.report import PlaceReporter
from statements.formats.mt940.values import amount_text
from statements.model.money import Money
from statements.model.statement import Balance


def check_arithmetic(page: Message, report: PlaceReporter) -> None:
    """M940-080: opening + entries is closing; M940-086: it is without one entry that stands directly below a text."""
    opening, closing = page.opening, page.closing
    if not page.judged or opening is None or closing is None:
        return
    moved = sum([entry.amount.minor for entry in page.entries])
    computed = opening.amount.minor + moved
    difference = computed - closing.amount.minor
    if not difference:
        return
    currency = closing.amount.currency
    report.add(
        "M940-080",
        page.places.get("62", page.line),
        16,
        page.closing_tag,
        "Amount",
        found=amount_text(closing.amount.minor, currency),
        expected=amount_text(computed, currency),
        closing=closing.amount.text,
        computed=Money(computed, currency).text,
        difference=Money(-difference, currency).text,
        currency=currency,
        opening=opening.amount.text,
        entries=Money(moved, currency).text,
    )
    suspects = [entry for entry in _below_texts(page) if page.entries[entry[0] - 1].amount.minor == difference]
    if len(suspects) == 1:
        report.entry, field = suspects[0]
        line, _ = report.piece.place(field.at)
        report.add("M940-086", line, 1, "61", found=Money(difference, currency).text)
        report.entry = None


def _below_texts(page: Message) -> Iterator[tuple[int, RawField]]:
    """The entries directly below the text of another, by number: a line of that text may have posed as them."""
    source = page.source
    if source is None:
        return
    number, before = 0, ""
    told = False
    for field in source.fields[source.opening_at or 0 :]:
        if field.role == "entry":
            number += 1
            if told:
                yield number, field
            told = False
        elif field.role == "narrative" and before == "entry":
            told = True
        if field.tag not in NS_TAGS:
            before = field.role


class _Link(msgspec.Struct, frozen=True):
    """What a chain keeps of a message: members of :class:`Message`."""

    line: int
    account_shown: str | None
    number_text: str | None
    number: int | None
    sequence: int | None
    opening_tag: str | None
    closing_tag: str | None
    closing: Balance | None
    places: dict[str, int]


class Chains:
    """The checks that look at several messages of a file. Memory: a few values for each account and message."""

    def __init__(self, report: PlaceReporter) -> None:
        self.report = report
        self._references: dict[str, int] = {}
        self._last: dict[tuple[str, str | None], _Link] = {}
        self._known: dict[tuple[object, ...], int] = {}

    def paged(self, page: Message) -> Message:
        """The message; without its page where ``:28C:`` is year/number, as some banks write it.

        ``2026/10`` is page 10 of statement 2026 only when page 9 came before.
        """
        sequence, closing = page.sequence, page.closing
        if sequence is None or sequence == 1 or closing is None or page.number != closing.date.year:
            return page
        previous = self._last.get((page.account or "", page.currency))
        if previous is not None and previous.number == page.number and previous.sequence == sequence - 1:
            return page
        return structs.replace(page, number=sequence, sequence=None)

    def add(self, page: Message) -> None:
        """Check one message against the ones before it."""
        if page.reference:
            first = self._references.setdefault(page.reference, page.line)
            if first != page.line:
                self.report.add(
                    "M940-032", page.places.get("20", page.line), 5, "20", found=page.reference, expected=str(first)
                )
        if page.kind == "942" or page.account is None:
            return
        # One IBAN may hold an account for each of several currencies, each with balances and numbers of its own.
        key = (page.account, page.currency)
        previous = self._last.get(key)
        continues = previous is not None and self._is_next_page(previous, page)
        if continues and previous is not None:
            self._pages(previous, page)
        else:
            self._first_page(previous, page)
            if not self._twice(page) and previous is not None:
                self._statements(previous, page)
        # Without its entries: what a chain keeps must not grow with the file.
        self._last[key] = _Link(
            page.line,
            page.account_shown,
            page.number_text,
            page.number,
            page.sequence,
            page.opening_tag,
            page.closing_tag,
            page.closing,
            page.places,
        )

    def finish(self) -> None:
        """Check what no further message can complete: a last page without 62F."""
        for page in self._last.values():
            self._unfinished(page)

    def _is_next_page(self, previous: _Link, page: Message) -> bool:
        """Whether a message goes on with the statement of the one before: same number, or 62M then 60M."""
        if previous.closing_tag == "62M" and page.opening_tag == "60M":
            return page.number_text is None or _number(previous) == _number(page)
        return (
            page.number is not None
            and previous.number == page.number
            and page.sequence is not None
            and previous.sequence is not None
            and page.sequence == previous.sequence + 1
        )

    def _place(self, page: Message | _Link) -> None:
        self.report.account = page.account_shown

    def _pages(self, previous: _Link, page: Message) -> None:
        self._place(page)
        if page.sequence is not None and previous.sequence is not None:
            step = page.sequence - previous.sequence
            if step > 1:
                self.report.add(
                    "M940-088",
                    page.places.get("28", page.line),
                    6,
                    "28C",
                    found=str(page.sequence),
                    expected=str(previous.sequence + 1),
                )
            elif step != 1:
                self.report.add(
                    "M940-039",
                    page.places.get("28", page.line),
                    6,
                    "28C",
                    found=str(page.sequence),
                    expected=str(previous.sequence + 1),
                )
        if previous.closing_tag == "62F" or page.opening_tag == "60F":
            self.report.add(
                "M940-085",
                page.places.get("60", page.line),
                1,
                page.opening_tag,
                found=f"{previous.closing_tag} {page.opening_tag}",
                expected="62M 60M",
            )
        if not _same(previous.closing, page.opening):
            self._chain("M940-081", previous.closing, page)

    def _first_page(self, previous: _Link | None, page: Message) -> None:
        self._place(page)
        if previous is not None:
            self._unfinished(previous)
            self._place(page)
        sequence = page.sequence or 1
        if sequence > 1:
            self.report.add("M940-088", page.places.get("28", page.line), 6, "28C", found=str(sequence), expected="1")
        elif page.opening_tag == "60M":
            self.report.add("M940-085", page.places.get("60", page.line), 1, "60M", found="60M", expected="60F")

    def _unfinished(self, page: _Link) -> None:
        self._place(page)
        if page.closing_tag == "62M":
            self.report.add("M940-085", page.places.get("62", page.line), 1, "62M", found="62M", expected="62F")

    def _twice(self, page: Message) -> bool:
        if page.opening is None or page.closing is None:
            return False
        first = self._known.setdefault((page.account, page.number_text, page.opening, page.closing), page.line)
        if first == page.line:
            return False
        self.report.add("M940-087", page.line, 1, "20", expected=str(first))
        return True

    def _statements(self, previous: _Link, page: Message) -> None:
        if page.opening_tag == "60F" and not _same(previous.closing, page.opening):
            self._chain("M940-082", previous.closing, page)
        closing, last = page.closing, previous.closing
        if page.number is None or previous.number is None or closing is None or last is None:
            return
        if closing.date.year != last.date.year:
            return
        line = page.places.get("28", page.line)
        if page.number <= previous.number:
            self.report.add("M940-083", line, 6, "28C", found=str(page.number), expected=f"> {previous.number}")
        elif page.number != previous.number + 1:
            self.report.add("M940-084", line, 6, "28C", found=str(page.number), expected=str(previous.number + 1))

    def _chain(self, rule: str, before: Balance | None, page: Message) -> None:
        self.report.add(
            rule,
            page.places.get("60", page.line),
            6,
            page.opening_tag,
            found=_words(page.opening),
            expected=_words(before),
        )


def _number(page: Message | _Link) -> str:
    return (page.number_text or "").partition("/")[0].lstrip("0")


def _same(first: Balance | None, second: Balance | None) -> bool:
    return first is None or second is None or first == second


def _words(balance: Balance | None) -> str:
    if balance is None:
        return "-"
    return f"{balance.amount.text} {balance.amount.currency} {balance.date.isoformat()}"
