"""``statements explain``: the rules in words, one or all."""

from __future__ import annotations

import click

from statements.cli.console import OK, UsageFault, out, table
from statements.cli.options import LocalCommand
from statements.cli.texts import Texts
from statements.formats import register
from statements.rules import Rule


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(rule: str | None) -> int:
        return _run(rule, texts)

    return LocalCommand(
        texts,
        name="explain",
        help=texts("explain.short"),
        callback=run,
        params=[click.Argument(["rule"], required=False, metavar="[RULE]")],
    )


def _run(wanted: str | None, texts: Texts) -> int:
    books = {name: book.load() for name, book in register.books().items()}
    if wanted is None:
        for name, book in books.items():
            rows = [(rule.id, _worst(rule, texts), rule.message.plain(texts.lang)) for rule in book]
            out([texts("rules-of", name=name), *table(rows), ""])
        return OK
    for book in books.values():
        if wanted.upper() in book:
            out(rule_lines(book[wanted.upper()], texts))
            return OK
    raise UsageFault(texts("no-rule", name=wanted))


def _worst(rule: Rule, texts: Texts) -> str:
    known = [severity for severity in rule.severities.values() if severity is not None]
    return texts("severity." + min(known, key=lambda item: item.rank).value if known else "severity.off")


def rule_lines(rule: Rule, texts: Texts) -> list[str]:
    """What the rule says, why, its severity in each profile, an example, how to mend it, and where it comes from."""
    lang = texts.lang
    grades = ", ".join(
        (f"{profile} " if profile != "default" else "") + texts(f"severity.{severity.value if severity else 'off'}")
        for profile, severity in rule.severities.items()
    )
    rows = [
        (texts("why"), rule.why.plain(lang)),
        (texts("mend"), rule.fix.plain(lang)),
        (texts("severities"), grades),
        (texts("certainty"), texts("certainty.yes" if rule.confirmed else "inferred")),
        (texts("example"), rule.sample(lang)),
        (texts("repair"), rule.repair if rule.repair != "-" else ""),
        (texts("reason-code"), rule.reason_code if rule.reason_code != "-" else ""),
        (texts("source"), rule.source),
    ]
    return [f"{rule.id}{texts.colon}{rule.message.plain(lang)}", *table([row for row in rows if row[1]])]
