"""What ``convert`` prints on standard error: the result first, then what is wrong, then what the format changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from statements.cli.console import say
from statements.cli.render.text import concise_line
from statements.cli.texts import Texts
from statements.cli.words import sum_of
from statements.findings import Finding
from statements.model import members
from statements.model.money import Money
from statements.rules import Severity
from statements.services.convert import StatementFile

FILES = 20
"""How many files are named; ``--verbose`` names them all."""
EACH = 100
"""How many errors and warnings of one rule are printed; ``--verbose`` prints them all."""

_KINDS = {
    "no-place": "change.no-place",
    "no-place-for-account": "change.no-place",
    "reference-moved": "change.moved",
    "remittance-joined": "change.joined",
    "characters-replaced": "change.spelled",
    "characters": "change.spelled",
}
"""The remarks of the writers that have a sentence with a count, by the slug of their rules."""
_LAST = ("change.joined", "change.spelled")
"""They lose nothing that a reader of the statement would miss, so they come last."""


def totals(files: Sequence[StatementFile], sentence: str, texts: Texts) -> str:
    """Files, statements, entries, and the sums of each currency."""
    parts = [
        texts.count("file", len(files)),
        texts.count("statement", sum(len(file.statements) for file in files)),
        texts.count("entry", sum(file.entries for file in files)),
    ]
    sums: dict[str, dict[str, int]] = {"credits": {}, "debits": {}}
    for file in files:
        for statement in file.statements:
            for entry in statement.entries:
                side = sums["credits" if entry.amount.minor > 0 else "debits"]
                side[entry.amount.currency] = side.get(entry.amount.currency, 0) + entry.amount.minor
    for name, side in sums.items():
        if side:
            each = (sum_of(Money(minor, currency).text, currency, texts) for currency, minor in sorted(side.items()))
            parts.append(f"{texts(name)} {' + '.join(each)}")
    return texts(sentence, what=", ".join(parts))


def held(files: Sequence[StatementFile], path: Path, state: str, texts: Texts) -> str:
    """One output: what it holds, or that it is there already."""
    if state:
        return texts(state, path=path)
    return texts(
        "written",
        path=path,
        statements=texts.count("statement", sum(len(file.statements) for file in files)),
        entries=texts.count("entry", sum(file.entries for file in files)),
    )


def say_listed(lines: Sequence[str], texts: Texts, *, everything: bool) -> None:
    """The lines of the files, the first of them where there are many."""
    shown = len(lines) if everything or len(lines) <= FILES else FILES
    for line in lines[:shown]:
        say(line)
    if shown < len(lines):
        say(texts("more-files", files=texts.count("file", len(lines) - shown)))


def say_findings(findings: Iterable[Finding], label: str, ledger: bool, texts: Texts, *, everything: bool) -> None:
    """Errors, then warnings, in full; then one line for each kind of remark, with its count.

    ``label`` is the format that was written. Where the whole list is, is said at the end.
    """
    graded: dict[Severity, list[Finding]] = {severity: [] for severity in Severity}
    for item in findings:
        graded[item.severity].append(item)
    for severity in (Severity.ERROR, Severity.WARNING):
        _say_graded(graded[severity], texts, everything=everything)
    remarks = graded[Severity.INFO]
    if everything:
        _say_graded(remarks, texts, everything=True)
        return
    for line in changes(remarks, label, texts):
        say(line)
    if any(item.rule.slug in _KINDS for item in remarks) or len({item.id for item in remarks}) < len(remarks):
        say(texts("whole-list.ledger" if ledger else "whole-list"))


def _say_graded(findings: Sequence[Finding], texts: Texts, *, everything: bool) -> None:
    counts: dict[str, int] = {}
    for item in findings:
        counts[item.id] = counts.get(item.id, 0) + 1
        if everything or counts[item.id] <= EACH:
            say(concise_line(item, item.location.account or "", texts, remedy=True))
    for rule, count in counts.items():
        if not everything and count > EACH:
            say(texts("hidden", n=texts.number(count - EACH), rule=rule))


def changes(remarks: Sequence[Finding], label: str, texts: Texts) -> list[str]:
    """One line for each kind of remark: what has no place first, texts that are spelled otherwise last."""
    kinds: dict[tuple[str, str, str], list[Finding]] = {}
    for item in remarks:
        sentence = _KINDS.get(item.rule.slug, "")
        member = item.location.field or "" if sentence == "change.no-place" else ""
        kinds.setdefault((sentence, item.id if not sentence else "", member), []).append(item)
    lines: list[tuple[int, str]] = []
    for (sentence, _, member), items in kinds.items():
        rank = _LAST.index(sentence) + 2 if sentence in _LAST else (0 if sentence else 1)
        lines.append((rank, _change(sentence, member, items, label, texts)))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def _change(sentence: str, member: str, items: Sequence[Finding], label: str, texts: Texts) -> str:
    rules = ", ".join(sorted({item.id for item in items}))
    if sentence:
        return texts.count(sentence, len(items), member=members.word(member, texts.lang), format=label, rules=rules)
    if len(items) == 1:
        return concise_line(items[0], items[0].location.account or "", texts, remedy=True)
    return texts(
        "change.other", n=texts.number(len(items)), rule=rules, message=items[0].rule.message.plain(texts.lang)
    )
