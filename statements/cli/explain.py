"""``statements explain``: the rules in words, one or all; a rule by its id or its name; the codes of ISO 20022."""

from __future__ import annotations

from collections.abc import Iterator

import click

from statements.cli.config import near
from statements.cli.console import OK, UsageFault, out, table
from statements.cli.options import LocalCommand
from statements.cli.texts import Texts
from statements.formats import register
from statements.reference.external_codes import external_codes
from statements.rules import Rule

CODE_LISTS = ("status_reason", "status", "category_purpose", "purpose", "service_level")
"""The lists whose codes are explained, in the order in which a code of several lists is told."""


def command(texts: Texts) -> LocalCommand:
    """The command, with its help in one language."""

    def run(rule: str | None) -> int:
        return _run(rule, texts)

    return LocalCommand(
        texts,
        name="explain",
        help=texts("explain.help"),
        callback=run,
        params=[click.Argument(["rule"], required=False, metavar="[RULE|CODE]")],
    )


def _run(wanted: str | None, texts: Texts) -> int:
    books = {name: book.load() for name, book in register.books().items()}
    if wanted is None:
        for name, book in books.items():
            rows = [(rule.id, _worst(rule, texts), rule.message.plain(texts.lang)) for rule in book]
            out([texts("rules-of", name=name), *table(rows), ""])
        return OK
    rules = [rule for book in books.values() for rule in book]
    asked = wanted.strip()
    by_id = next((rule for rule in rules if rule.id == asked.upper()), None)
    if by_id is not None:
        out(rule_lines(by_id, texts))
        return OK
    # Tables of several formats may use one name for the same fault.
    slug = asked.lower().replace("_", "-").replace(" ", "-")
    named = [rule for rule in rules if rule.slug == slug]
    lines = [rule_lines(rule, texts) for rule in named] or [list(_code_lines(asked.upper(), rules, texts))]
    if not any(lines):
        codes = [code for name in CODE_LISTS for code in external_codes(name)]
        # As it was typed a code or an id may be meant, in small letters a name.
        close = near(asked.upper(), (*codes, *(rule.id for rule in rules)), texts)
        close = close or near(slug, tuple(dict.fromkeys(rule.slug for rule in rules if rule.slug)), texts)
        raise UsageFault(texts("no-explain", name=wanted, near=close))
    for number, part in enumerate(lines):
        out(([""] if number else []) + part)
    return OK


def _code_lines(code: str, rules: list[Rule], texts: Texts) -> Iterator[str]:
    """A code of ISO 20022 in words, for each list that has it, and the rules which expect it as the bank's reason."""
    for name in CODE_LISTS:
        found = external_codes(name).get(code)
        if found is None:
            continue
        words = found.french if texts.lang == "fr" else found.english
        yield f"{code}{texts.colon}{words} ({texts('code-of', list=texts(f'list.{name}'))})"
        if name == "status_reason":
            expected = [(rule.id, rule.message.plain(texts.lang)) for rule in rules if rule.reason_code == code]
            if expected:
                yield f"{texts('rules-of-code')}{texts.colon.rstrip()}"
                yield from (f"  {line}" for line in table(expected))


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
