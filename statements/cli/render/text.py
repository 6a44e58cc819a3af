"""The report for a person: verdict first, then the findings of the file, of each block and of each payment.

Each finding shows its place, what the rule says, the line of the source with a caret, and how to mend it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from statements.cli.render import figures
from statements.cli.render.checked import Checked, FindingGroup, groups
from statements.cli.render.excerpt import Source
from statements.cli.render.words import SEVERITIES, counted, label, money, number, verdict
from statements.findings import Finding
from statements.rules import Language
from statements.visible import blotted


def render(files: Sequence[Checked], lang: Language = "en") -> str:
    """The whole answer; files follow one another with a blank line between them."""
    return "\n".join("".join(f"{line}\n" for line in lines(checked, lang)) for checked in files)


def lines(checked: Checked, lang: Language = "en") -> Iterator[str]:
    """The answer for one file, line by line."""
    report = checked.report
    colon = ": " if lang == "en" else " : "
    yield f"{blotted(checked.file)}{colon}{verdict(report, lang)}"
    yield "  " + _summary(checked, lang)
    yield from figures.lines(figures.of_report(report), lang)
    source = Source(checked.data)
    for group in groups(report.findings):
        yield ""
        yield _heading(group, report.summary.payments, lang)
        for finding in group.findings:
            yield from _finding(finding, source, lang)
    if report.hidden:
        yield ""
        for rule, count in sorted(report.hidden.items()):
            yield _hidden(rule, count, lang, rule in report.at_least)


def _summary(checked: Checked, lang: Language) -> str:
    report = checked.report
    summary = report.summary
    parts = [report.format, f"profile {report.profile}" if lang == "en" else f"profil {report.profile}"]
    if summary.control_sum is not None and summary.payments:
        total = money(summary.control_sum, summary.currency, lang)
        parts.append(f"total {total}")
    if summary.statements is not None:
        parts.append(counted(summary.statements, "statement", "statements", lang) if lang == "en" else "")
        parts[-1] = parts[-1] or counted(summary.statements, "relevé", "relevés", lang)
    if summary.entries is not None:
        one, many = ("entry", "entries") if lang == "en" else ("écriture", "écritures")
        parts.append(counted(summary.entries, one, many, lang))
    if lang == "en":
        parts.append(counted(summary.errors, "error", "errors", lang))
        parts.append(counted(summary.warnings, "warning", "warnings", lang))
    else:
        parts.append(counted(summary.errors, "erreur", "erreurs", lang))
        parts.append(counted(summary.warnings, "avertissement", "avertissements", lang))
    parts.append(f"SHA-256 {report.sha256}")
    return ", ".join(parts)


def _heading(group: FindingGroup, total: int | None, lang: Language) -> str:
    payment = next((f.location.payment for f in group.findings if f.location.payment is not None), None)
    if payment is not None:
        return blotted(label(payment, total, lang))
    if group.block:
        return f"Payment block {group.block}" if lang == "en" else f"Lot {group.block}"
    return "File" if lang == "en" else "Fichier"


def _finding(finding: Finding, source: Source, lang: Language) -> Iterator[str]:
    location = finding.location
    place = ""
    if location.line is not None:
        line, column = ("line", "column") if lang == "en" else ("ligne", "colonne")
        place = f", {line} {location.line}"
        if location.column is not None:
            place += f", {column} {location.column}"
    colon = ": " if lang == "en" else " : "
    yield f"  {SEVERITIES[lang][finding.severity]} {finding.id}{place}{colon}{blotted(finding.message(lang))}"
    # A line of Qonto data holds notes, labels and categories beside the fault: it is never shown.
    private = finding.id.startswith("QNT-")
    excerpt = None if private else source.excerpt(location.line, location.column, finding.found)
    if excerpt is not None:
        margin = f"{location.line}"
        yield f"    {margin} | {excerpt[0]}"
        if excerpt[1]:
            yield f"    {' ' * len(margin)} | {excerpt[1]}"
    said = _said(finding, excerpt is not None, lang)
    if said:
        yield f"    {said}"
    fix = finding.fix(lang)
    if fix:
        yield f"    → {blotted(fix)}"


def _said(finding: Finding, shown: bool, lang: Language) -> str:
    # What the caret shows need not be said again.
    found, expected = ("found", "expected") if lang == "en" else ("trouvé", "attendu")
    colon = ": " if lang == "en" else " : "
    parts = []
    if finding.found and not shown:
        parts.append(f"{found}{colon}{_short(finding.found)}")
    wanted = finding.expects(lang)
    if wanted:
        parts.append(f"{expected}{colon}{_short(wanted)}")
    return "; ".join(parts) if lang == "en" else " ; ".join(parts)


def _short(text: str) -> str:
    shown = blotted(text)
    return shown if len(shown) <= 200 else shown[:199] + "…"


def _hidden(rule: str, count: int, lang: Language, least: bool) -> str:
    if lang == "en":
        noun = "finding" if count == 1 else "findings"
        return (
            f"… and {'at least ' if least else ''}{number(count, lang)} more {noun} of {rule}, counted but not listed."
        )
    noun = "autre constat" if count == 1 else "autres constats"
    counts = "compté mais non listé" if count == 1 else "comptés mais non listés"
    return f"… et {'au moins ' if least else ''}{number(count, lang)} {noun} {rule}, {counts}."
