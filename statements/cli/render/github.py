"""Annotations of a GitHub workflow: one ``::error file=…,line=…::message`` line for each finding.

Source: GitHub, "Workflow commands for GitHub Actions" (error, warning, notice; ``%``, CR and LF escaped in data, also
``:`` and ``,`` in properties).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from statements.cli.render.checked import Checked
from statements.cli.render.words import label, verdict
from statements.findings import Finding
from statements.rules import Language, Severity
from statements.visible import blotted

_LEVELS: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(files: Sequence[Checked], lang: Language = "en") -> str:
    """Every finding of every file, and the verdict of each file as a notice when nothing was found."""
    out: list[str] = []
    for checked in files:
        out.extend(_line(checked.file, finding, lang) for finding in checked.report.findings)
        if not checked.report.findings:
            out.append(f"::notice file={_property(checked.file)}::{_data(verdict(checked.report, lang))}")
        for rule, count in sorted(checked.report.hidden.items()):
            least = rule in checked.report.at_least
            more = f"{rule}: {'at least ' if least else ''}{count} more"
            if lang == "fr":
                more = f"{rule} : {'au moins ' if least else ''}{count} de plus"
            out.append(f"::notice file={_property(checked.file)}::{_data(more)}")
    return "".join(f"{line}\n" for line in out)


def _line(file: str, finding: Finding, lang: Language) -> str:
    location = finding.location
    properties = [f"file={_property(file)}"]
    if location.line is not None:
        properties.append(f"line={location.line}")
        if location.column is not None:
            properties.append(f"col={location.column}")
            if finding.found and "\n" not in finding.found:
                properties.append(f"endColumn={location.column + len(finding.found)}")
    properties.append(f"title={_property(finding.id)}")
    parts = [label(location.payment, None, lang)] if location.payment is not None else []
    parts.append(finding.message(lang))
    parts.append(finding.fix(lang))
    text = "\n".join(blotted(part) for part in parts if part)
    return f"::{_LEVELS[finding.severity]} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
