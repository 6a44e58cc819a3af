"""Annotations of a GitHub workflow: one ``::error file=…,line=…::message`` line for each finding.

Source: GitHub, "Workflow commands for GitHub Actions" (error, warning, notice; ``%``, CR and LF escaped in data, also
``:`` and ``,`` in properties).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from statements.cli.render import CheckedFile, UnreadFile
from statements.cli.render.excerpt import SourceLines
from statements.cli.texts import Texts
from statements.cli.words import label, verdict
from statements.findings import Finding
from statements.rules import Language, Severity
from statements.visible import blotted

_LEVELS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(
    files: Sequence[CheckedFile],
    lang: Language = "en",
    *,
    unread: Sequence[UnreadFile] = (),
    notes: Sequence[str] = (),
) -> str:
    """Every finding of every file, and the verdict of each file as a notice when nothing was found.

    ``notes`` are options that change what is said here.
    """
    texts = Texts(lang)
    out: list[str] = []
    if notes:
        out.append(f"::notice::{_data(blotted(texts('switched', options=', '.join(notes))))}")
    for checked in files:
        lines = SourceLines(checked.data)
        out.extend(_line(checked.file, finding, lines, texts) for finding in checked.report.findings)
        if not checked.report.findings:
            out.append(f"::notice file={_property(checked.file)}::{_data(verdict(checked.report, texts))}")
        for rule, count in sorted(checked.report.hidden.items()):
            key = "hidden-least" if rule in checked.report.at_least else "hidden"
            more = texts(key, n=texts.number(count), rule=rule)
            out.append(f"::notice file={_property(checked.file)}::{_data(more)}")
        for item in checked.report.suppressed:
            words = texts("left-out", rules=f"{item.rule.id} ({texts.count(item.severity.value, item.count)})")
            out.append(f"::notice file={_property(checked.file)}::{_data(words)}")
    out.extend(f"::error file={_property(item.file)}::{_data(blotted(item.sentence))}" for item in unread)
    return "".join(f"{line}\n" for line in out)


def _line(file: str, finding: Finding, lines: SourceLines, texts: Texts) -> str:
    location = finding.location
    properties = [f"file={_property(file)}"]
    if location.line is not None:
        properties.append(f"line={location.line}")
        if location.column is not None:
            properties.append(f"col={location.column}")
            extent = lines.extent(location, finding.found)
            if extent:
                properties.append(f"endColumn={location.column + extent}")
    properties.append(f"title={_property(finding.id)}")
    parts = [label(location.payment, None, texts)] if location.payment is not None else []
    parts.append(finding.message(texts.lang))
    parts.append(finding.fix(texts.lang))
    text = "\n".join(blotted(part) for part in parts if part)
    return f"::{_LEVELS[finding.severity]} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
