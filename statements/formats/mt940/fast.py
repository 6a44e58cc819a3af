"""The quick path: a message in regular order, read by a few compiled expressions with the result of the careful path.

What the careful path finds line by line, this one asks of the message as a whole: only the tags of an MT940 in their
order, no blank line, no control. Line ends, characters outside the set x and blanks at line ends are reported as the
careful path does. A field in plain form is one match; any other goes to the careful parser of that field; a message
that is not regular goes the careful way whole. The expressions have no nested repetition without a bound.
"""

from __future__ import annotations

import re

from statements.formats.mt940.balances import currency_of, read_balance
from statements.formats.mt940.entry import Period
from statements.formats.mt940.envelope import check_envelope, sender_bic
from statements.formats.mt940.fast_entries import Entries
from statements.formats.mt940.frame import plain_account, read_account, read_number, read_reference
from statements.formats.mt940.lines import MESSAGE_LIMIT, check_narrative
from statements.formats.mt940.records import Page, RawField, RawMessage
from statements.formats.mt940.report import Report
from statements.formats.mt940.shapes import BLOCK, CONTROLS, END, HEADER, ODD_END, TYPE_LINE
from statements.formats.mt940.tokens import Tokens
from statements.model.money import CURRENCIES, Money, exponent
from statements.model.statement import Balance
from statements.wire.dates import yymmdd

_ALLOWED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+\r\n"
_CONTROL = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_LETTERS = re.compile(r"[^\n -~\u00a1-\u00ac\u00ae-\u017f\u2010-\u2027\u20ac]")
"""Outside these the careful path looks closer: controls, hidden characters, blanks that are none."""

_OUTSIDE = re.compile(r"[^A-Za-z0-9 /\-?:().,'+\n]")
_BLOCK_LINE = re.compile(r"^ *(?:\{[1-5S]:|[^\w\s:]?[äÄ{][1-5]:)", re.MULTILINE)
_HEAD = re.compile(
    r"(\{1:F01[A-Z0-9]{12}[0-9]{10}\}\{2:I940[A-Z0-9]{12}[A-Z]\}\{4:\n)?"
    r":20:([^\n]*+)\n(?::21:([^\n]*+)\n)?:25:([^\n]*+)\n:(28C?):([^\n]*+)\n:60([FM]):([^\n]*+)\n"
)
_TAIL = re.compile(
    r":62([FM]):([^\n]*+)\n((?::64:[^\n]*+\n)?+(?::65:[^\n]*+\n)*+)(:86:[^\n]*+\n(?:[^:\-\n][^\n]*+\n)*+)?+"
    r"(-(?:\}(?:\{5:[^\n]*+)?+|[A-Z]{3})?+\n)?+"
)
_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,12}+),([0-9]{2})", re.ASCII)
_NUMBER = re.compile(r"([0-9]{1,5})(?:/([0-9]{1,5}))?", re.ASCII)
_REFERENCE = re.compile(r"[A-Za-z0-9\-?:().,'+]{1,16}", re.ASCII)
_BLANK = re.compile(r"\n +\n")
_TRAILING = re.compile(r"^([^\n]*[^ \n]) +$", re.MULTILINE)
_TAG = re.compile(r"^:([0-9]{2}[A-Z]?):", re.MULTILINE)


def read_fast(piece: bytes, text: str, tokens: Tokens, report: Report) -> Page | None:
    """The page of a regular message, which is all of a piece; ``None`` sends it the careful way, nothing reported.

    Leaves the state of ``tokens`` as the careful path would.
    """
    odd = piece.translate(None, _ALLOWED)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            text = text.replace("\r", "\n")
    if odd and (_CONTROL.search(odd) is not None or (not text.isascii() and _LETTERS.search(text) is not None)):
        return None
    bare = text.rstrip("\n")
    if "\n\n" in bare or (" \n" in text and _BLANK.search(text) is not None):
        return None
    if tokens.header and any("{" in row or "ä" in row for _, row in tokens.header):
        return None
    head = _HEAD.match(text)
    at = bare.rfind("\n:62")
    if head is None or at < head.end() - 1:
        return None
    bare += "\n"
    tail = _TAIL.match(bare, at + 1)
    if tail is None:
        return None
    if odd and _BLOCK_LINE.search(text, head.end(), tail.end(4) if tail[4] else tail.end(3)) is not None:
        return None
    return _Message(piece, bare, head, tail, tokens, report).page(at + 1, odd)


class _Message:
    """One regular message between its head and its tail."""

    __slots__ = ("_head", "_kept", "_piece", "_report", "_tail", "_text", "_tokens")

    def __init__(
        self, piece: bytes, text: str, head: re.Match[str], tail: re.Match[str], tokens: Tokens, report: Report
    ) -> None:
        self._piece, self._text, self._head, self._tail = piece, text, head, tail
        self._tokens, self._report = tokens, report
        self._kept = report.reporter.mark(), report.account

    def _give_up(self) -> None:
        """Take back what was reported: the careful path will report it again."""
        self._report.reporter.rewind(self._kept[0])
        self._report.account, self._report.entry = self._kept[1], None

    def page(self, closing_at: int, odd: bytes) -> Page | None:
        """The page, or ``None`` with nothing reported."""
        head, tail, text, report, tokens = self._head, self._tail, self._text, self._report, self._tokens
        after = self._after(tail.end())
        if after is None:
            return None
        first = tokens.line + (head[1] is not None)
        body = first + 4 + (head[3] is not None)
        closing_line = body + text.count("\n", head.end(), closing_at)
        forward_line = closing_line + 1
        end_line = closing_line + text.count("\n", closing_at, tail.start(5) if tail[5] else tail.end())
        if not tail[5]:
            line, tag = self._last_field(closing_line, end_line)
            report.add("M940-008", line, 1, tag)
        report.account = None
        header = tokens.header + ([(tokens.line, head[1][:-1])] if head[1] is not None else [])
        if (header and (head[1] is None or len(header) > 1)) or (
            head[1] is None and report.reporter.severity("M940-006") is not None
        ):
            check_envelope(RawMessage(first, header=header), report)
        reference = head[2]
        if _REFERENCE.fullmatch(reference) is None:
            reference = read_reference(RawField("20", [reference], first, 5, [first]), report)
        if head[3] is not None:
            read_reference(RawField("21", [head[3]], first + 1, 5, [first + 1]), report)
        account = head[4]
        if plain_account(account).iban != account:
            account = read_account(RawField("25", [account], body - 3, 5, [body - 3]), report).text
        report.account = account
        number_text, number, sequence = self._number(head[5], head[6], body - 2)
        opening = self._balance("60" + head[7], head[8], body - 1, None)
        if opening is None:
            self._give_up()
            return None
        currency = opening.amount.currency
        closing = self._balance("62" + tail[1], tail[2], closing_line, currency)
        available: Balance | None = None
        forward: list[Balance] = []
        for number_at, row in enumerate(tail[3].split("\n")[:-1], forward_line):
            balance = self._balance(row[1:3], row[4:], number_at, currency)
            if balance is None:
                closing = None
            elif row[1:3] == "64":
                available = balance
            else:
                forward.append(balance)
        if closing is None:
            self._give_up()
            return None
        period = Period(opening.date, closing.date, currency, "940")
        entries = Entries(text, head.end(), closing_at, body, period, report)
        if not entries.run() or entries.minor != closing.amount.minor - opening.amount.minor:
            self._give_up()
            return None
        if not self._lines(first, closing_at, odd):
            self._give_up()
            return None
        for entry, field in entries.texts:
            report.entry = entry
            check_narrative(field, "narrative", report)
        report.entry = None
        if tail[4]:
            rows = tail[4][4:-1].split("\n")
            line = forward_line + tail[3].count("\n")
            check_narrative(RawField("86", rows, line, 5, list(range(line, line + len(rows)))), "text", report)
        tokens.header = after
        tokens.messages += 1
        tokens.seen_tag, tokens.after_end = True, bool(tail[5])
        tokens.line += self._piece.count(b"\n") or self._piece.count(b"\r")
        return Page(
            first,
            "940",
            reference,
            account,
            None if head[1] is None else sender_bic(head[1]),
            number_text,
            number,
            sequence,
            currency,
            "60" + head[7],
            opening,
            "62" + tail[1],
            closing,
            available,
            tuple(forward),
            tuple(entries.entries),
            len(entries.entries),
            True,
            {"20": first, "25": body - 3, "28": body - 2, "60": body - 1, "62": closing_line},
        )

    def _after(self, end: int) -> list[tuple[int, str]] | None:
        """What stands behind the end of the message: nothing, or header lines of the next; ``None`` for all else."""
        text, tail = self._text, self._tail
        if tail[4]:
            rows = tail[4].split("\n")[1:-1]
            if any(HEADER.match(row) or END.match(row) or ODD_END.match(row) for row in rows):
                return None
        if end == len(text):
            return [] if "{1:" not in (tail[5] or "") else None
        if not tail[5] or "{1:" in tail[5]:
            return None
        found = []
        line = self._tokens.line + text.count("\n", 0, end)
        for number, row in enumerate(text[end:-1].split("\n"), line):
            if HEADER.match(row) is None or BLOCK.match(row) or TYPE_LINE.match(row) or row[0] in CONTROLS:
                return None
            found.append((number, row))
        return found

    def _last_field(self, closing_line: int, end_line: int) -> tuple[int, str]:
        """Line and tag of the last field."""
        tail = self._tail
        if tail[4]:
            return end_line - 1, "86"
        if tail[3]:
            return end_line - 1, tail[3][:-1].rpartition("\n")[2][1:3]
        return closing_line, "62" + tail[1]

    def _number(self, tag: str, text: str, line: int) -> tuple[str, int | None, int | None]:
        match = _NUMBER.fullmatch(text)
        if match is not None and tag == "28C":
            number = int(match[1])
            if number:
                return text, number, int(match[2] or 0) or None
        return read_number(RawField(tag, [text], line, 6 if tag == "28C" else 5, [line]), self._report)

    def _balance(self, tag: str, text: str, line: int, currency: str | None) -> Balance | None:
        """A balance in the currency of the message, ``None`` for one that cannot be read or judged."""
        match = _BALANCE.fullmatch(text)
        if match is not None:
            mark, day, code, whole, cents = match.groups()
            date = yymmdd(day)
            minor = int(whole + cents)
            good = code in CURRENCIES and exponent(code) == 2 and (minor or mark == "C")
            if date is not None and good and currency in (None, code):
                return Balance(Money(-minor if mark == "D" else minor, code), date)
        field = RawField(tag, [text], line, 3 + len(tag), [line])
        code = currency_of(field) or ""
        if not code or currency not in (None, code):
            return None
        read = read_balance(field, currency or code, self._report)
        return Balance(read.amount, read.day) if read.amount is not None and read.day and read.marked else None

    def _lines(self, first: int, closing_at: int, odd: bytes) -> bool:
        """M940-077, -025 and -029; ``False`` when the length cannot be said here."""
        head, tail, text, report, piece = self._head, self._tail, self._text, self._report, self._piece
        start, end = head.end(1) if head[1] else 0, tail.start(5) if tail[5] else len(text)
        if odd:
            outside = _OUTSIDE.findall(text, start, end)
            if outside:
                self._place("M940-077", text.index(outside[0], start), "".join(dict.fromkeys(outside))[:60])
        if report.reporter.severity("M940-025") is not None:
            width = 2 if b"\r\n" in piece else 1
            count = text.count("\n")
            if piece.count(b"\n") + piece.count(b"\r") != width * (piece.count(b"\n") or piece.count(b"\r")):
                return False
            until = tail.end() - 1
            length = until + (width - 1) * text.count("\n", 0, until)
            if count and length > MESSAGE_LIMIT:
                report.add("M940-025", first, 1, found=str(length), expected=str(MESSAGE_LIMIT))
        if " \n" in text:
            for match in _TRAILING.finditer(text, start, end):
                at = match.end(1)
                if match[1] and _TAG.fullmatch(match[1]) is None:
                    self._place("M940-029", at, None)
                    break
        return True

    def _place(self, rule: str, at: int, found: str | None) -> None:
        """Report a rule at an offset of the text, with the tag of its field."""
        text = self._text
        tag = ""
        for match in _TAG.finditer(text, 0, at + 1):
            tag = match[1]
        line = self._tokens.line + text.count("\n", 0, at)
        self._report.add(rule, line, at - text.rfind("\n", 0, at), tag, found=found)
