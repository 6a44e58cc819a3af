"""``statements compare``: what only one of two sides has, and what they say differently."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import click

from statements.cli.console import FINDINGS, OK, USAGE, UsageFault, json_bytes, out, out_bytes
from statements.cli.files import give_page
from statements.cli.options import LocalCommand
from statements.cli.series import page_only, page_options, read_statements
from statements.cli.texts import Texts
from statements.cli.words import amount, day
from statements.model.members import word
from statements.services.compare import AccountComparison, Comparison, EntryPair, MemberDifference, PlacedEntry, compare
from statements.services.sources import unread
from statements.visible import one_line


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(left: str, right: str, form: str, output: str | None, force: bool) -> int:
        page_only(form, output, texts)
        return _run(left, right, form, (output, force), texts)

    return LocalCommand(
        texts,
        name="compare",
        help=texts("compare.help"),
        callback=run,
        params=[
            click.Argument(["left"], metavar="A"),
            click.Argument(["right"], metavar="B"),
            *page_options(texts),
        ],
    )


def _run(left: str, right: str, form: str, target: tuple[str | None, bool], texts: Texts) -> int:
    if left == right == "-":
        raise UsageFault(texts("error") + texts("stdin-twice"))
    one, two = read_statements((left,), texts), read_statements((right,), texts)
    made = compare(one, two)
    if form == "json":
        out_bytes(json_bytes(document(made)))
    elif form == "html":
        from statements.cli.render.html_books import render_compare

        content = render_compare(made, left, right, (*one, *two), texts.lang)
        give_page(content, *target, (left, right), texts)
    else:
        out(lines(made, one_line(left), one_line(right), texts))
    if any(map(unread, (*one, *two))):
        return USAGE
    faulty = any(source.faulty for source in (*one, *two))
    return OK if made.same and not faulty else FINDINGS


def lines(made: Comparison, left: str, right: str, texts: Texts) -> Iterator[str]:
    """The differences as a person reads them: for each account what is missing, then what differs."""
    for account in made.accounts:
        yield from _account(account, left, right, texts)
        yield ""
    if not made.accounts:
        yield texts("series.none")
    else:
        yield texts("compare.same" if made.same else "compare.different")


def _account(account: AccountComparison, left: str, right: str, texts: Texts) -> Iterator[str]:
    head = one_line(f"{account.account} {account.currency}".strip()) or texts("series.no-account")
    counts = [texts.count("matched", account.matched)]
    if account.pairs:
        counts.append(texts.count("differing", len(account.pairs)))
    yield head + texts.colon + ", ".join(counts)
    for here, name in ((account.left, left), (account.right, right)):
        if not here:
            yield "  " + texts("compare.no-account", name=name)
    for items, name in ((account.only_left, left), (account.only_right, right)):
        if items:
            yield "  " + texts("compare.only", name=name, entries=texts.count("entry", len(items)))
            yield from ("    " + _entry(item, texts) for item in items)
    for balance in account.balances:
        yield "  " + texts("compare.member", member=member_word(balance, texts), **_values(balance, texts))
    for pair in account.pairs:
        yield "  " + _entry(pair.left, texts)
        for difference in pair.differences:
            yield "    " + texts("compare.member", member=member_word(difference, texts), **_values(difference, texts))


def member_word(difference: MemberDifference, texts: Texts) -> str:
    """What differs, in words; of a balance also its day."""
    name, _, date = difference.member.partition(" ")
    named = word(name, texts.lang)
    return f"{named} {texts('of', day=day(datetime.date.fromisoformat(date), texts))}" if date else named


def _values(difference: MemberDifference, texts: Texts) -> dict[str, str]:
    return {
        "left": value_of(difference.left, texts),
        "right": value_of(difference.right, texts),
    }


def value_of(value: str | None, texts: Texts) -> str:
    """What one side says, figures as the language writes them."""
    return texts("compare.nothing") if value is None else one_line(texts.number(value))


def _entry(placed: PlacedEntry, texts: Texts) -> str:
    entry = placed.value
    party = entry.counterparty.name if entry.counterparty is not None else None
    words = party or " ".join(entry.remittance)
    parts = [day(entry.booking_date, texts), amount(entry.amount, texts, currency=True), one_line(words)[:60]]
    place = texts("compare.place", file=one_line(placed.file), n=placed.entry)
    return "  ".join(part for part in parts if part) + f"  ({place})"


def document(made: Comparison) -> dict[str, Any]:
    """The comparison for a program."""
    return {
        "same": made.same,
        "accounts": [
            {
                "account": account.account,
                "currency": account.currency,
                "left": account.left,
                "right": account.right,
                "matched": account.matched,
                "only_left": [_placed(item) for item in account.only_left],
                "only_right": [_placed(item) for item in account.only_right],
                "balances": [_difference(item) for item in account.balances],
                "pairs": [_pair(pair) for pair in account.pairs],
            }
            for account in made.accounts
        ],
    }


def _pair(pair: EntryPair) -> dict[str, Any]:
    return {
        "left": _placed(pair.left),
        "right": _placed(pair.right),
        "differences": [_difference(item) for item in pair.differences],
    }


def _difference(item: MemberDifference) -> dict[str, str]:
    members = {"member": item.member, "left": item.left, "right": item.right}
    return {name: value for name, value in members.items() if value is not None}


def _placed(placed: PlacedEntry) -> dict[str, Any]:
    entry = placed.value
    return {
        "file": placed.file,
        "statement": placed.statement,
        "entry": placed.entry,
        "booking_date": entry.booking_date.isoformat(),
        "amount": entry.amount.text,
    }
