"""One line a finding, ``file:line:col: ID message``, as editors and log readers take it."""

from __future__ import annotations

from collections.abc import Sequence

from statements.cli.render.checked import Checked
from statements.cli.texts import Texts
from statements.cli.words import spot
from statements.findings import Finding
from statements.rules import Language, Severity
from statements.visible import one_line


def render(files: Sequence[Checked], lang: Language = "en") -> str:
    """All findings of all files; a clean file has no line."""
    texts = Texts(lang)
    lines: list[str] = []
    for checked in files:
        lines.extend(line(finding, checked.file, texts) for finding in checked.report.findings)
        for rule, count in checked.report.hidden.items():
            key = "hidden-least" if rule in checked.report.at_least else "hidden"
            lines.append(one_line(f"{checked.file}: {texts(key, n=count, rule=rule)}"))
    return "".join(item + "\n" for item in lines)


def graded_line(finding: Finding, file: str, texts: Texts) -> str:
    """As :func:`line`, with the severity, and for an error what to do: for findings that accompany a conversion."""
    grade = texts("severity." + finding.severity.value)
    remedy = finding.fix(texts.lang) if finding.severity is Severity.ERROR else ""
    text = f"{spot(finding, file)}: {finding.id} {grade}{texts.colon}{finding.message(texts.lang)} {remedy}"
    return one_line(text.rstrip()).removeprefix(": ")


def line(finding: Finding, file: str, texts: Texts) -> str:
    """The line of one finding. It is always one line, whatever the texts of the file hold."""
    return one_line(f"{spot(finding, file)}: {finding.id} {finding.message(texts.lang)}")
