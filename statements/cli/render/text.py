"""The report for a person: verdict first, then the findings of the file, of each block and of each payment.

Each finding shows its place, what the rule says, the line of the source with a caret, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from statements.cli.render import CheckedFile, FindingGroup, groups
from statements.cli.render.excerpt import Source
from statements.cli.render.statement import figures_lines, of_report
from statements.cli.texts import Texts
from statements.cli.words import label, spot, sum_of, verdict
from statements.findings import Finding, Report
from statements.rules import Language, Severity
from statements.visible import blotted, one_line


def render(files: Sequence[CheckedFile], lang: Language = "en") -> str:
    """The whole answer; files follow one another with a blank line between them."""
    texts = Texts(lang)
    return "\n".join("".join(f"{one_line(line)}\n" for line in lines(checked, texts)) for checked in files)


def lines(checked: CheckedFile, texts: Texts) -> Iterator[str]:
    """The answer for one file, line by line."""
    report = checked.report
    yield f"{blotted(checked.file)}{texts.colon}{verdict(report, texts)}"
    yield "  " + _summary(report, texts)
    yield from figures_lines(of_report(report), texts)
    source = Source(checked.data)
    for group in groups(report.findings):
        yield ""
        yield heading(group, report.summary.payments, texts)
        for finding in group.findings:
            yield from _finding(finding, source, texts)
    if report.hidden:
        yield ""
        for rule, count in sorted(report.hidden.items()):
            key = "not-listed-least" if rule in report.at_least else "not-listed"
            yield texts.count(key, count, rule=rule)


def _summary(report: Report[Any], texts: Texts) -> str:
    summary = report.summary
    parts = [report.format, texts("profile", name=report.profile)]
    if summary.control_sum is not None and summary.payments:
        parts.append(texts("total", sum=sum_of(summary.control_sum, summary.currency, texts)))
    if summary.statements is not None:
        parts.append(texts.count("statement", summary.statements))
    if summary.entries is not None:
        parts.append(texts.count("entry", summary.entries))
    parts.append(texts.count("error", summary.errors))
    parts.append(texts.count("warning", summary.warnings))
    parts.append(f"SHA-256 {report.sha256}")
    return ", ".join(parts)


def heading(group: FindingGroup, total: int | None, texts: Texts) -> str:
    """What a group of findings belongs to: a payment, a block, or the file."""
    payment = next((f.location.payment for f in group.findings if f.location.payment is not None), None)
    if payment is not None:
        return blotted(label(payment, total, texts))
    return texts("payment-block", n=group.block) if group.block else texts("file")


def _finding(finding: Finding, source: Source, texts: Texts) -> Iterator[str]:
    location = finding.location
    place = ""
    if location.line is not None:
        place = ", " + texts("line", line=location.line)
        if location.column is not None:
            place += ", " + texts("column", column=location.column)
    grade = texts("severity." + finding.severity.value)
    yield f"  {grade} {finding.id}{place}{texts.colon}{blotted(finding.message(texts.lang))}"
    # A line of Qonto data holds notes, labels and categories beside the fault: it is never shown.
    private = finding.id.startswith("QNT-")
    excerpt = None if private else source.excerpt(location.line, location.column, finding.found)
    if excerpt is not None:
        margin = f"{location.line}"
        yield f"    {margin} | {excerpt[0]}"
        if excerpt[1]:
            yield f"    {' ' * len(margin)} | {excerpt[1]}"
    facts = _facts(finding, excerpt is not None, texts)
    if facts:
        yield f"    {facts}"
    fix = finding.fix(texts.lang)
    if fix:
        yield f"    → {blotted(fix)}"


def _facts(finding: Finding, shown: bool, texts: Texts) -> str:
    # What the caret shows need not be said again.
    parts = []
    if finding.found and not shown:
        parts.append(f"{texts('found')}{texts.colon}{_short(finding.found)}")
    wanted = finding.expects(texts.lang)
    if wanted:
        parts.append(f"{texts('expected')}{texts.colon}{_short(wanted)}")
    return texts.semicolon.join(parts)


def _short(text: str) -> str:
    shown = blotted(text)
    return shown if len(shown) <= 200 else shown[:199] + "…"


# -- one line a finding, ``file:line:col: ID message``, as editors and log readers take it


def render_concise(files: Sequence[CheckedFile], lang: Language = "en") -> str:
    """All findings of all files; a clean file has no line."""
    texts = Texts(lang)
    found: list[str] = []
    for checked in files:
        found.extend(concise_line(finding, checked.file, texts) for finding in checked.report.findings)
        for rule, count in checked.report.hidden.items():
            key = "hidden-least" if rule in checked.report.at_least else "hidden"
            found.append(one_line(f"{checked.file}: {texts(key, n=count, rule=rule)}"))
    return "".join(item + "\n" for item in found)


def graded_line(finding: Finding, file: str, texts: Texts) -> str:
    """As :func:`concise_line`, with the severity, and for an error what to do: for findings beside a conversion."""
    grade = texts("severity." + finding.severity.value)
    remedy = finding.fix(texts.lang) if finding.severity is Severity.ERROR else ""
    text = f"{spot(finding, file)}: {finding.id} {grade}{texts.colon}{finding.message(texts.lang)} {remedy}"
    return one_line(text.rstrip()).removeprefix(": ")


def concise_line(finding: Finding, file: str, texts: Texts) -> str:
    """The line of one finding. It is always one line, whatever the texts of the file hold."""
    return one_line(f"{spot(finding, file)}: {finding.id} {finding.message(texts.lang)}")
