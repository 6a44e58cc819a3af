"""Record 07: a statement is closed with its arithmetic, its place in the chain and its figures."""

from __future__ import annotations

import datetime
from zlib import crc32

from statements.findings import Location
from statements.formats.cfonb120.balances import EARLIEST, Opened, same_account
from statements.formats.cfonb120.chain import Link, Links
from statements.formats.cfonb120.checks import Checker
from statements.formats.cfonb120.complements import rescale
from statements.formats.cfonb120.figures import Figures
from statements.formats.cfonb120.physical import Record
from statements.formats.cfonb120.records import MOVEMENT
from statements.model.account import Account
from statements.model.money import Money, exponent
from statements.model.statement import Balance, Statement

_BOOKED = MOVEMENT.zone("booking_date")


def close(
    checker: Checker, opened: Opened, record: Record | None, links: Links, last_line: int
) -> tuple[Statement, Figures]:
    """The end of a statement, with its record 07 or without: balances, arithmetic, chain, figures."""
    closing: Money | None = None
    closing_date: datetime.date | None = None
    judged = record is not None and opened.readable and not opened.excluded
    _currency_from_movements(checker, opened)
    if record is not None:
        checker.characters()
        checker.reserved()
        same = same_account(checker, opened, record.text)
        closing, closing_date = _closing_balance(checker, opened)
        if not same:
            closing, judged = None, False
        if closing_date is not None and opened.date is not None and closing_date < opened.date:
            checker.add(
                "C120-041", checker.at("date"), found=closing_date.isoformat(), expected=opened.date.isoformat()
            )
        elif closing_date is not None and opened.latest > closing_date:
            _after_the_end(checker, opened, closing_date)
    currency = opened.currency or opened.movement_currency
    if opened.mixed:
        judged = False
    amounts = [entry.amount.minor for entry in opened.entries]
    total = sum(amounts)
    debits = [minor for minor in amounts if minor < 0]
    debit_sum = sum(debits)
    computed = difference = None
    opening = opened.opening
    if opening is not None and closing is not None and judged and opening.currency == closing.currency:
        computed = Money(opening.minor + total, opening.currency)
        difference = closing - computed
        if difference.minor:
            checker.add(
                "C120-071",
                checker.at("amount"),
                found=closing.text,
                expected=computed.text,
                opening=opening.text,
                movements=(computed - opening).text,
                difference=difference.text,
            )
    if closing is not None and closing_date is not None:
        _chain(checker, opened, Link(closing_date, closing, ""), links)
    figures = Figures(
        account=opened.name,
        currency=currency,
        complete=record is not None,
        line=opened.line,
        last_line=last_line,
        opening=opening,
        opening_date=opened.date,
        closing=closing,
        closing_date=closing_date,
        credits=len(amounts) - len(debits),
        credit_sum=Money(total - debit_sum, currency) if currency and not opened.mixed else None,
        debits=len(debits),
        debit_sum=Money(debit_sum, currency) if currency and not opened.mixed else None,
        computed=computed,
        difference=difference,
        balanced=None if difference is None else not difference.minor,
        entries=opened.count,
        complements=opened.complements,
    )
    return _statement(opened, opening, closing, closing_date), figures


def _statement(
    opened: Opened, opening: Money | None, closing: Money | None, closing_date: datetime.date | None
) -> Statement:
    first = opened.entries[0].booking_date if opened.entries else None
    start = opened.date or closing_date or first or EARLIEST
    end = closing_date or (opened.entries and opened.latest) or start
    return Statement(
        opened.account,
        None if opening is None else Balance(opening, start),
        None if closing is None else Balance(closing, end),
        tuple(opened.entries),
    )


def _currency_from_movements(checker: Checker, opened: Opened) -> None:
    """C120-208 for the 01, once the movements are known: their currency and decimals, else EUR and 2."""
    if not opened.blank:
        return
    place = Location(
        line=opened.line,
        column=(opened.place.column or 1) + 16,
        record="01",
        field="E",
        statement=opened.number,
        account=opened.name,
    )
    currency, decimals = _taken(opened)
    words = ("from its movements", "des mouvements") if opened.movement_currency else ("by default", "par défaut")
    checker.repairs.report(
        "C120-208",
        place,
        found=opened.text[16:20],
        expected=f"{currency} {decimals}",
        source=words[0],
        source_fr=words[1],
    )
    if checker.repairs.applied("C120-208"):
        opened.currency = currency
        opened.decimals = decimals if opened.decimals is None else opened.decimals
        minor = None if opened.signed is None else rescale(opened.signed, opened.decimals, currency)
        opened.opening = None if minor is None else Money(minor, currency)
        opened.account = Account(opened.account.iban, currency, opened.account.other)


def _taken(opened: Opened) -> tuple[str, int]:
    """Currency and decimals for a balance that leaves them blank."""
    if opened.movement_currency is not None:
        currency = opened.currency or opened.movement_currency
        return currency, exponent(currency) if opened.movement_decimals is None else opened.movement_decimals
    currency = opened.currency or "EUR"
    return currency, exponent(currency) if opened.decimals is None else opened.decimals


def _closing_balance(checker: Checker, opened: Opened) -> tuple[Money | None, datetime.date | None]:
    currency = checker.raw("currency").strip()
    decimals = checker.decimals(balance=True)
    if checker.present("decimals") and (not currency or checker.raw("decimals") == " "):
        taken, places = _taken(opened)
        words = ("from its statement", "du relevé")
        checker.repairs.report(
            "C120-208",
            checker.at("currency"),
            found=checker.raw("currency") + checker.raw("decimals"),
            expected=f"{taken} {places}",
            source=words[0],
            source_fr=words[1],
        )
        if checker.repairs.applied("C120-208"):
            currency = currency or taken
            decimals = places if decimals is None else decimals
    elif checker.present("decimals"):
        expected = opened.currency or opened.movement_currency
        if expected is not None and currency != expected:
            checker.add("C120-022", checker.at("currency"), found=currency, expected=expected)
            checker.currency_known(currency, decimals)
        if decimals is not None and opened.decimals is not None and decimals != opened.decimals:
            checker.add("C120-023", checker.at("decimals"), found=str(decimals), expected=str(opened.decimals))
    day = checker.date("date", "C120-037")
    signed = checker.signed()
    return (checker.money(signed, decimals, currency) if currency else None), day


def _after_the_end(checker: Checker, opened: Opened, closing_date: datetime.date) -> None:
    """C120-039 for movements booked after the 07; those booked before the period were named as they came."""
    start = opened.date.isoformat() if opened.date is not None else ""
    for index, entry in enumerate(opened.entries):
        if entry.booking_date > closing_date:
            place = Location(
                line=opened.lines[index],
                column=opened.columns.get(index, 0) + _BOOKED.start,
                record="04",
                field=_BOOKED.name,
                statement=opened.number,
                entry=index + 1,
                account=opened.name,
            )
            checker.add(
                "C120-039",
                place,
                found=entry.booking_date.isoformat(),
                expected=f"{start} / {closing_date.isoformat()}",
            )


def _chain(checker: Checker, opened: Opened, link: Link, links: Links) -> None:
    """C120-072 to C120-075."""
    opening, start = opened.opening, opened.date
    key = (opened.name, link.amount.currency)
    movements = crc32("".join(opened.seen).encode("utf-8", "replace"))
    print_ = f"{key[0]} {start} {opening} {link.date} {link.amount} {opened.count} {movements:08x}"
    place = Location(
        line=opened.line, column=opened.place.column, record="01", statement=opened.number, account=opened.name
    )
    previous = links.last(key)
    if links.knows(print_):
        checker.add("C120-075", place)
    elif previous is not None and start is not None:
        offset = (opened.place.column or 1) - 1
        if start != previous.date:
            where = Location(
                line=opened.line,
                column=offset + 35,
                record="01",
                field="J",
                statement=opened.number,
                account=opened.name,
            )
            checker.add(
                "C120-073" if start > previous.date else "C120-074",
                where,
                found=start.isoformat(),
                expected=previous.date.isoformat(),
            )
        elif opening is not None and opening != previous.amount:
            where = Location(
                line=opened.line,
                column=offset + 91,
                record="01",
                field="L",
                statement=opened.number,
                account=opened.name,
            )
            checker.add("C120-072", where, found=opening.text, expected=previous.amount.text)
    links.add(key, Link(link.date, link.amount, print_))
