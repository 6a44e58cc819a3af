"""Writing: a neutral statement to the bytes of one message, or of several pages.

>>> from statements.formats.mt940.reader import read
>>> data = (b":20:R1\\r\\n:25:FR7616958000011234567890177\\r\\n:28C:24002/1\\r\\n:60F:C240101EUR100,00\\r\\n"
...         b":61:2401020102C10,00NTRFREF//B1\\r\\n:62F:C240102EUR110,00\\r\\n-\\r\\n")
>>> outcome = write(read(data).value)
>>> outcome.value.splitlines()[4], outcome.findings
(b':61:2401020102C10,00NTRFREF//B1', ())
"""

from __future__ import annotations

import datetime
import re
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

import msgspec

from statements.findings import Finding, Outcome, Profile, Reporter
from statements.formats.mt940.profile import DEFAULT, get_profile
from statements.formats.mt940.readback import verify as read_back
from statements.formats.mt940.reader import Messages, joined, to_statement
from statements.formats.mt940.report import writer_rules
from statements.formats.mt940.values import amount_text
from statements.formats.mt940.write_entry import AMOUNT_WIDTH, EntryWriter, Refused
from statements.model.account import Account
from statements.model.money import Money
from statements.model.statement import Balance, Statement
from statements.reference.bic import is_bic
from statements.wire.charset import SWIFT_X
from statements.wire.dates import month_end, to_yymmdd

MAX_PAGES = 9_999
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


_ONE_DAY = datetime.timedelta(days=1)


def message_reference(account: str, opening: Balance, closing: Balance, page: int) -> str:
    """The 16 characters of ``:20:``: closing day, six characters for account, currency and period, page.

    >>> opening = Balance(Money(0, "EUR"), datetime.date(2026, 9, 2))
    >>> closing = Balance(Money(0, "EUR"), datetime.date(2026, 9, 3))
    >>> message_reference("FR7616958000011234567890177", opening, closing, 1)
    '260903KR47K70001'
    """
    seed = f"{account}|{opening.date.isoformat()}|{closing.date.isoformat()}"
    if closing.amount.currency != "EUR":
        # Without it in euro, so that the references of the accounts that most people have stay what they were.
        seed += f"|{closing.amount.currency}"
    letters = b32encode(sha256(seed.encode("utf-8", "surrogatepass")).digest()[:5]).decode("ascii")[:6]
    return f"{to_yymmdd(closing.date)}{letters}{page:04d}"


def scheme_number(scheme: str, opening: datetime.date, closing: datetime.date) -> int:
    """The statement number without memory: by day, by month, or by the closing day for any other period.

    >>> day = datetime.date
    >>> scheme_number("yyddd", day(2026, 9, 2), day(2026, 9, 3)), scheme_number("ddd", day(2026, 9, 2), day(2026, 9, 3))
    (26246, 246)
    >>> month = day(2026, 8, 31), day(2026, 9, 30)
    >>> scheme_number("yyddd", *month), scheme_number("ddd", *month)
    (26409, 9)
    """
    first = opening + _ONE_DAY
    monthly = first.day == 1 and closing == month_end(first)
    within = closing.month if monthly else closing.timetuple().tm_yday
    if scheme == "ddd":
        return within
    return closing.year % 100 * 1000 + (400 + within if monthly else within)


def account_text(account: Account, setting: str) -> str:
    """What ``:25:`` says: the IBAN, or the account as written; ``blz`` gives bank code / account of a German IBAN."""
    iban = account.iban
    if iban is None:
        return account.other or ""
    if setting == "blz" and iban.startswith("DE") and len(iban) == 22:
        return f"{iban[4:12]}/{iban[12:]}"
    return iban


def iter_write(
    statements: Iterable[Statement], *, profile: str | Profile = DEFAULT, **settings: Any
) -> Iterator[Outcome[bytes]]:
    """The bytes of each statement, one outcome each; empty bytes for a statement that is refused or left out.

    Not read back: call :func:`statements.formats.mt940.readback.verify` before the bytes are released.
    """
    chosen = get_profile(profile, settings)
    writer = _Writer(chosen)
    for statement in statements:
        yield writer.write(statement)


def write(
    statements: Iterable[Statement], *, profile: str | Profile = DEFAULT, verify: bool = True, **settings: Any
) -> Outcome[bytes]:
    """All statements as the bytes of one file, read back and compared before they are given (CNV-299).

    A statement that MT940 cannot say has no bytes and an error (CNV-201 to -209). ``settings`` change the profile:
    ``write(statements, profile="qonto", page_limit=2000)``. Raises ``ValueError`` for an unknown profile or setting.
    """
    chosen = get_profile(profile, settings)
    writer = _Writer(chosen)
    parts: list[bytes] = []
    written: list[Statement] = []
    findings: list[Finding] = []
    for statement in statements:
        outcome = writer.write(statement)
        findings += outcome.findings
        if outcome.value:
            parts.append(outcome.value)
            written.append(statement)
    data = b"".join(parts)
    if verify and data:
        different = read_back(written, data)
        if different:
            return Outcome(b"", (*findings, *different))
    return Outcome(data, tuple(findings))


class _Frame(msgspec.Struct):
    """What every page of a statement repeats."""

    account: str
    account_lines: str
    number: int
    opening: Balance
    closing: Balance
    tail: str
    head: str
    end: str


class _Writer:
    """Writes the statements of one file; counts them where the caller numbers them."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.settings: Mapping[str, Any] = profile.settings
        self.eol = "\r\n" if self.settings["eol"] == "crlf" else "\n"
        self.count = 0
        self.numbers: dict[tuple[str, str], int] = {}

    def write(self, statement: Statement) -> Outcome[bytes]:
        """The bytes of one statement; empty when it is refused, or has no entries and the profile leaves those out."""
        self.count += 1
        reporter = Reporter(writer_rules(), self.profile)
        if not statement.entries and not self.settings["empty_periods"]:
            return Outcome(b"", ())
        try:
            text = self._statement(statement, reporter)
        except Refused:
            return Outcome(b"", tuple(reporter.findings))
        return Outcome(text.encode("ascii"), tuple(reporter.findings))

    def _statement(self, statement: Statement, reporter: Reporter) -> str:
        account = statement.account.iban or statement.account.other
        out = EntryWriter(self.settings, reporter, account, self.count)
        frame = self._frame(statement, out)
        currency = frame.opening.amount.currency
        out.begin(frame.opening, frame.closing)
        texts = [out.write(entry, number) for number, entry in enumerate(statement.entries, 1)]
        minors = [entry.amount.minor for entry in statement.entries]
        out.number = 0
        total = frame.opening.amount.minor + sum(minors)
        if total != frame.closing.amount.minor:
            out.add(
                "CNV-206",
                "closing",
                found=frame.closing.amount.text,
                expected=Money(total, currency).text,
            )
            raise Refused
        if not self.settings["page_limit"]:
            first = self._open(frame, 1, "60F", frame.opening)
            return f"{first}{''.join(texts)}{_balance('62F', frame.closing, self.eol)}{frame.tail}{frame.end}"
        return self._pages(frame, texts, minors, out)

    def _pages(self, frame: _Frame, texts: list[str], minors: list[int], out: EntryWriter) -> str:
        """Entries are added while the message, as a last page, stays within the limit."""
        limit, eol, currency = self.settings["page_limit"], self.eol, frame.opening.amount.currency
        pages: list[str] = []
        index, balance = 0, frame.opening
        while True:
            page = len(pages) + 1
            if page > MAX_PAGES:
                out.add("CNV-208", found=str(page), expected=str(MAX_PAGES))
                raise Refused
            head = self._open(frame, page, "60F" if page == 1 else "60M", balance)
            # The last line end is not counted: the message ends with - or -}.
            room = limit - len(head) - len(frame.tail) - len(frame.end) + len(eol)
            body: list[str] = []
            minor, size = balance.amount.minor, 0
            while index < len(texts):
                after = Balance(Money(minor + minors[index], currency), frame.closing.date)
                if size + len(texts[index]) + len(_balance("62F", after, eol)) > room:
                    break
                size += len(texts[index])
                body.append(texts[index])
                minor += minors[index]
                index += 1
            balance = Balance(Money(minor, currency), frame.closing.date)
            if index == len(texts):
                pages.append(f"{head}{''.join(body)}{_balance('62F', frame.closing, eol)}{frame.tail}{frame.end}")
                return "".join(pages)
            if not body:
                out.number = index + 1
                out.add("CNV-208", found=str(len(texts[index])), expected=str(limit))
                raise Refused
            pages.append(f"{head}{''.join(body)}{_balance('62M', balance, eol)}{frame.end}")

    def _open(self, frame: _Frame, page: int, tag: str, opening: Balance) -> str:
        eol = self.eol
        reference = message_reference(frame.account, frame.opening, frame.closing, page)
        return (
            f"{frame.head}:20:{reference}{eol}{frame.account_lines}:28C:{frame.number}/{page}{eol}"
            f"{_balance(tag, opening, eol)}"
        )

    def _frame(self, statement: Statement, out: EntryWriter) -> _Frame:
        opening, closing = statement.opening, statement.closing
        eol = self.eol
        text = account_text(statement.account, self.settings["account"])
        account = SWIFT_X.fit(text).replace(" ", "") if statement.account.iban else out.fit("account", text)
        if not account or len(account) > 35:
            out.add("CNV-201", "account", found=account or None)
            raise Refused
        out.account = statement.account.iban or account
        if out.changes:
            _, before, after = out.changes[0]
            out.add("CNV-212", "account", before=before, after=after)
            out.changes, out.cleaned = [], []
        if opening is None or closing is None:
            out.add("CNV-206", "opening" if opening is None else "closing", expected="a balance")
            raise Refused
        self._balances(statement, opening, closing, out)
        lines = f":25:{account}{eol}"
        bic = statement.account.bic
        if self.settings["account"] == "25p" and bic and is_bic(bic):
            lines = f":25P:{account}{eol}{bic}{eol}"
        head, end = "", f"-{eol}"
        if self.settings["envelope"]:
            if not bic or not is_bic(bic):
                out.add("CNV-209", "account.bic", found=bic)
                raise Refused
            terminal = f"{bic[:8]}X{bic[8:] or 'XXX'}"
            head = f"{{1:F01{terminal}0000000000}}{{2:I940{self.settings['receiver']}N}}{{4:{eol}"
            end = f"-}}{eol}"
        tail = ""
        if self.settings["available_balances"]:
            if statement.available is not None:
                tail += _balance("64", statement.available, eol)
            for balance in statement.forward_available:
                tail += _balance("65", balance, eol)
        number = self._number(statement, account, opening, closing, out)
        if statement.sequence is not None and statement.sequence > 1:
            out.add("CNV-217", "sequence", before=str(statement.sequence), after="1")
        return _Frame(statement.account.iban or account, lines, number, opening, closing, tail, head, end)

    def _balances(self, statement: Statement, opening: Balance, closing: Balance, out: EntryWriter) -> None:
        currency = opening.amount.currency
        balances = [opening, closing]
        if self.settings["available_balances"]:
            balances += [balance for balance in (statement.available,) if balance is not None]
            balances += statement.forward_available
        for balance in balances:
            amount = balance.amount
            if amount.currency != currency or _CURRENCY.fullmatch(amount.currency) is None:
                out.add("CNV-205", "closing", found=amount.currency, expected=currency)
                raise Refused
            if type(amount.minor) is not int:
                out.add("CNV-203", "closing", found=str(amount.minor))
                raise Refused
            if len(amount_text(amount.minor, currency)) > AMOUNT_WIDTH:
                out.add("CNV-202", "closing", found=amount.text)
                raise Refused
            try:
                to_yymmdd(balance.date)
            except ValueError:
                out.add("CNV-204", "closing", found=balance.date.isoformat())
                raise Refused from None

    def _number(self, statement: Statement, account: str, opening: Balance, closing: Balance, out: EntryWriter) -> int:
        scheme = self.settings["statement_number"]
        if scheme.isdigit():
            key = (account, closing.amount.currency)
            number = self.numbers.get(key, int(scheme))
            self.numbers[key] = number + 1
        elif statement.number is not None:
            number = statement.number
        else:
            number = scheme_number(scheme, opening.date, closing.date)
        if not 1 <= number <= 99_999:
            out.add("CNV-207", "number", found=str(number), expected="1 - 99999")
            raise Refused
        return number


def _balance(tag: str, balance: Balance, eol: str) -> str:
    amount = balance.amount
    mark = "D" if amount.minor < 0 else "C"
    return f":{tag}:{mark}{to_yymmdd(balance.date)}{amount.currency}{amount_text(amount.minor, amount.currency)}{eol}"


def project(statement: Statement, profile: str | Profile = DEFAULT, **settings: Any) -> Statement:
    """The statement as it comes back when it is written and read again.

    Raises ``ValueError`` for one that MT940 cannot say, an unknown profile or an unknown setting.
    """
    chosen = get_profile(profile, settings)
    outcome = next(iter_write([statement], profile=chosen))
    groups = joined(Messages(get_profile("swift")).run(outcome.value))
    group = next(groups, None)
    if group is None:
        raise ValueError("the statement cannot be written as MT940")
    return to_statement(group)
