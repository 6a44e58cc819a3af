"""The reports of ``validate``, ``show`` and ``convert`` as HTML pages: self-contained, no script, no request."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from statements import __version__
from statements.cli.render import CheckedFile, UnreadFile
from statements.cli.render.html_payments import payment_sheet
from statements.cli.render.html_statements import StatementSheet, continuity, remark, sheet
from statements.cli.render.pages import page
from statements.cli.result import changes
from statements.cli.texts import Texts
from statements.cli.words import verdict
from statements.findings import Finding
from statements.formats import register
from statements.model.figures import Figures
from statements.model.statement import Statement
from statements.rules import Language, Severity
from statements.services.convert import StatementFile
from statements.services.read import ReadOptions, gather
from statements.services.validate import figures_of

SHOWN = 500
"""How many findings of a statement file are listed; the rest is counted."""


def render(
    files: Sequence[CheckedFile],
    lang: Language = "en",
    *,
    unread: Sequence[UnreadFile] = (),
    notes: Sequence[str] = (),
    created: datetime.datetime | None = None,
    reading: ReadOptions | None = None,
) -> str:
    """The page. ``created`` is the moment of the check, of which the day is said; ``reading`` how statements are read.

    The same files, the same day: the same bytes.
    """
    texts = Texts(lang)
    parts = [_part(checked, reading or ReadOptions(), notes, texts) for checked in files]
    if len(parts) == 1 and not unread:
        headline = parts[0]["headline"]
    else:
        bad = sum(not checked.report.valid for checked in files) + len(unread)
        total = len(files) + len(unread)
        headline = (
            texts("html.several", bad=texts.number(bad), n=texts.number(total))
            if bad
            else texts("html.none-bad", n=texts.number(total))
        )
    name = files[0].file if len(files) == 1 else ""
    day = created.date() if created is not None else None
    return _page(parts, headline, name, texts, day=day, unread=[item.sentence for item in unread])


def _page(
    parts: Sequence[Mapping[str, Any]],
    headline: str,
    name: str,
    texts: Texts,
    *,
    day: datetime.date | None = None,
    unread: Sequence[str] = (),
) -> str:
    headline = headline[:1].upper() + headline[1:]
    values = {"headline": headline, "name": name, "parts": parts, "unread": unread, "day": day}
    return page("report.html", texts, version=__version__, **values)


def _empty(name: str, about: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The part of one file, with nothing in it yet."""
    part: dict[str, Any] = dict.fromkeys(("sheets", "findings", "counted", "continuity"), ())
    return {
        **part,
        "name": name,
        "about": about,
        "sentence": "",
        "headline": "",
        "payments": None,
        "changes": None,
        "to_import": False,
    }


def _part(checked: CheckedFile, reading: ReadOptions, notes: Sequence[str], texts: Texts) -> dict[str, Any]:
    """What the page says of one file."""
    report = checked.report
    about = [
        (texts("html.file"), checked.file),
        (texts("html.format"), report.format),
        ("SHA-256", report.sha256),
        (texts("html.profile"), report.profile),
    ]
    left_out = [f"{item.rule.id} ({texts.count(item.severity.value, item.count)})" for item in report.suppressed]
    if left_out:
        about.append((texts("html.left-out"), ", ".join(left_out)))
    if notes:
        about.append((texts("html.asked"), ", ".join(notes)))
    counted = [
        texts.count("not-listed-least" if rule in report.at_least else "not-listed", count, rule=rule)
        for rule, count in sorted(report.hidden.items())
    ]
    part = {**_empty(checked.file, about), "sentence": verdict(report, texts), "counted": counted}
    if report.format.startswith("pain"):
        payments = payment_sheet(checked, texts)
        return {**part, "headline": payments.headline, "payments": payments}
    part["sheets"] = _sheets(checked, reading, texts)
    part["findings"] = [remark(item, texts) for item in report.findings[:SHOWN]]
    if len(report.findings) > SHOWN:
        counted.append(texts.count("more", len(report.findings) - SHOWN))
    part["continuity"] = continuity(part["sheets"], texts)
    words = [verdict(report, texts).removesuffix(".")]
    if part["sheets"]:
        words.append(_headline(part["sheets"], texts))
    return {**part, "headline": texts.semicolon.join(words)}


def _sheets(checked: CheckedFile, reading: ReadOptions, texts: Texts) -> list[Any]:
    """The statements of a file, with the figures of its check where they speak of the same statements."""
    report = checked.report
    if report.format not in register.sources() or register.get(report.format).holds != "statements":
        return []
    statements = gather([(checked.file, checked.data[:])], reading).statements
    found = figures_of(report)
    same = len(found) == len(statements) and all(map(_same, found, statements))
    sheets = []
    for number, statement in enumerate(statements, 1):
        sums = found[number - 1] if same else None
        own: Sequence[Finding] = [item for item in report.findings if item.location.statement == number] if same else ()
        sheets.append(sheet(statement, texts, own, sums))
    return sheets


def _same(sums: Figures, statement: Statement) -> bool:
    """Whether the check counted the very entries that were read: else its numbers would mark another row."""
    account = statement.account.iban or statement.account.other or ""
    return sums.account == account and sums.credits + sums.debits == len(statement.entries)


def render_statements(
    statements: Sequence[Statement], findings: Sequence[Finding], name: str, sha: str, lang: Language
) -> str:
    """The page of ``show``: statements as they were read from one file, and what the reading found."""
    texts = Texts(lang)
    sheets = [sheet(statement, texts) for statement in statements]
    part = _empty(name, [(texts("html.file"), name), ("SHA-256", sha)])
    part["sheets"] = sheets
    part["continuity"] = continuity(sheets, texts)
    graded = sorted(findings, key=lambda item: item.severity.rank)
    part["findings"] = [remark(item, texts) for item in graded[:SHOWN]]
    if len(findings) > SHOWN:
        part["counted"] = [texts.count("more", len(findings) - SHOWN)]
    part["headline"] = _headline(sheets, texts)
    return _page([part], part["headline"], name, texts)


def render_written(
    files: Sequence[StatementFile],
    findings: Sequence[Finding],
    label: str,
    sources: Sequence[tuple[str, str]],
    lang: Language,
    *,
    written: bool = True,
) -> str:
    """The page of ``convert``: each file that was written, with what the format changed on its rows.

    ``findings`` are those of no file: of the sources, and of what was refused. ``sources`` are names with SHA-256.
    """
    texts = Texts(lang)
    parts = []
    for file in files:
        about = [
            (texts("html.to-import"), file.name),
            (texts("html.format"), label),
            ("SHA-256", sha256(file.content).hexdigest()),
        ]
        part = _empty(file.name, about)
        part["to_import"] = not register.get(file.format).neutral
        part["sheets"] = [
            sheet(statement, texts, [item for item in file.findings if (item.location.statement or 1) == number])
            for number, statement in enumerate(file.statements, 1)
        ]
        part["continuity"] = continuity(part["sheets"], texts)
        part["changes"] = changes([item for item in file.findings if item.severity is Severity.INFO], label, texts)
        graver = [item for item in file.findings if item.severity is not Severity.INFO]
        part["findings"] = [remark(item, texts) for item in graver[:SHOWN]]
        part["headline"] = _headline(part["sheets"], texts)
        parts.append(part)
    others = sorted(findings, key=lambda item: item.severity.rank)
    origin = _empty(texts("html.sources"), list(sources))
    origin["findings"] = [remark(item, texts) for item in others[:SHOWN]]
    if len(others) > SHOWN:
        origin["counted"] = [texts.count("more", len(others) - SHOWN)]
    errors = sum(item.severity is Severity.ERROR for item in others)
    origin["headline"] = texts.count("error", errors)
    sheets = [one for part in parts for one in part["sheets"]]
    headline = texts.semicolon.join(
        [
            texts.count("written" if written else "foreseen", len(files)),
            texts.count("entry", sum(file.entries for file in files)),
        ]
        + ([texts.count("error", errors)] if errors else [])
        + [_headline(sheets, texts)]
    )
    return _page([*parts, origin], headline, "", texts)


def _headline(sheets: Sequence[StatementSheet], texts: Texts) -> str:
    """Whether the balances of all statements agree."""
    wrong = sum(one.outcome is not None and one.outcome["grade"] == "error" for one in sheets)
    if wrong:
        return texts("html.unbalanced", n=texts.number(wrong), total=texts.number(len(sheets)))
    if not sheets or any(one.outcome is None for one in sheets):
        return texts("html.unjudged")
    return texts("html.balanced")
