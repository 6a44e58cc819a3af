"""The report as a person reads it: the verdict first, then the table of each statement, then what to mend."""

from __future__ import annotations

from collections.abc import Sequence

from statements.cli.console import one_line, table
from statements.cli.render import PAYMENT_TEXT, Checked, Options, load
from statements.cli.texts import Texts
from statements.cli.words import amount, day, place
from statements.findings import Finding, Report
from statements.services.figures import Figures


def render(files: Sequence[Checked], options: Options) -> str:
    """All files, one after another."""
    parts = []
    for checked in files:
        if checked.report.format.startswith("pain.001") and checked.report.details is not None:
            lines = load(PAYMENT_TEXT)(checked, options)
        else:
            lines = report_lines(checked, options)
        parts.append("".join(line + "\n" for line in lines))  # type: ignore[attr-defined]
    return "\n".join(parts)


def report_lines(checked: Checked, options: Options) -> list[str]:
    """The lines of one file that holds statements, or of one that was not taken."""
    texts, report = options.texts, checked.report
    lines = [verdict(checked, texts)]
    lines.append("  " + ", ".join(counts(report, texts)))
    for figures in _figures(report):
        lines.append("")
        lines.extend(figure_lines(figures, texts))
    if report.findings:
        lines.append("")
    for finding in report.findings:
        lines.extend(finding_lines(finding, texts))
    lines.extend("  " + texts("hidden", n=count, rule=rule) for rule, count in report.hidden.items())
    return lines


def verdict(checked: Checked, texts: Texts) -> str:
    """``file: FORMAT, valid``."""
    word = texts("verdict.valid" if checked.report.valid else "verdict.invalid")
    return f"{one_line(checked.file)}: {checked.report.format}, {word}"


def counts(report: Report, texts: Texts) -> list[str]:
    """The counts of the summary, in words, and the profile."""
    summary = report.summary
    parts = []
    if summary.statements is not None:
        parts.append(texts.count("statement", summary.statements))
    if summary.entries is not None:
        parts.append(texts.count("entry", summary.entries))
    parts.append(texts.count("error", summary.errors))
    parts.append(texts.count("warning", summary.warnings))
    if report.profile != "default":
        parts.append(texts("profile", name=report.profile))
    return parts


def _figures(report: Report) -> Sequence[Figures]:
    details = report.details
    if isinstance(details, tuple) and all(isinstance(item, Figures) for item in details):
        return details
    return ()


def figure_lines(figures: Figures, texts: Texts) -> list[str]:
    """The accountant's table of one statement."""
    title = f"{texts('statement')} {one_line(figures.account)}"
    if figures.number:
        title += f", {texts('number')} {figures.number}"
    if figures.since and figures.until:
        title += ", " + texts("period", since=day(figures.since, texts), until=day(figures.until, texts))
    stated = texts("none-stated")
    rows = [
        (texts("opening"), "", amount(figures.opening, texts) or stated),
        (texts("credits"), str(figures.credits), amount(figures.credit_sum, texts)),
        (texts("debits"), str(figures.debits), amount(figures.debit_sum, texts)),
        (texts("computed"), "", amount(figures.computed, texts) or "-"),
        (texts("closing"), "", amount(figures.closing, texts) or stated),
        (texts("difference"), "", amount(figures.difference, texts) or "-"),
    ]
    return [f"  {title} ({figures.currency})" if figures.currency else f"  {title}", *table(rows, (1, 2), "    ")]


def finding_lines(finding: Finding, texts: Texts) -> list[str]:
    """Place, severity, rule and sentence; then what was found and expected, and what to do."""
    where = place(finding.location)
    head = f"{finding.id} {texts('severity.' + finding.severity.value)}: {finding.message(texts.lang)}"
    lines = ["  " + one_line(f"{where} {head}" if where else head)]
    facts = []
    if finding.found:
        facts.append(f"{texts('found')}: {finding.found}")
    if finding.expected:
        facts.append(f"{texts('expected')}: {finding.expected}")
    if facts:
        lines.append("      " + one_line("; ".join(facts)))
    fix = finding.fix(texts.lang)
    if fix:
        lines.append("      " + one_line(f"{texts('fix')}: {fix}"))
    return lines
