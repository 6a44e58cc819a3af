"""JUnit XML, as continuous integration systems read it: a suite for each file, a case for file, block and payment.

A case fails when it holds a finding at or above ``fail_on``; milder findings are its output. Payments without finding
are not listed one by one: the suite says how many there are.
Source: the JUnit schema of Jenkins and Maven Surefire (testsuites, testsuite, testcase, failure, properties).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from statements.cli.render import CheckedFile, FindingGroup, UnreadFile, groups
from statements.cli.render.text import heading
from statements.cli.texts import Texts
from statements.cli.words import verdict
from statements.findings import Finding
from statements.rules import Language, Severity
from statements.visible import in_xml, one_line

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(
    files: Sequence[CheckedFile],
    lang: Language = "en",
    *,
    unread: Sequence[UnreadFile] = (),
    notes: Sequence[str] = (),
    fail_on: Severity = Severity.ERROR,
) -> str:
    """The whole document. The same files give the same bytes: no time, no host name."""
    texts = Texts(lang)
    suites = [_suite(checked, texts, fail_on, notes) for checked in files]
    tests = sum(tests for tests, _, _ in suites) + len(unread)
    failures = sum(failures for _, failures, _ in suites)
    body = "".join(text for _, _, text in suites) + "".join(_unread(item, texts) for item in unread)
    return in_xml(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="statements validate" tests="{tests}" failures="{failures}" errors="{len(unread)}">\n'
        f"{body}</testsuites>\n"
    )


def _unread(item: UnreadFile, texts: Texts) -> str:
    head = f'  <testsuite name={_a(item.file)} tests="1" failures="0" errors="1" skipped="0">\n'
    case = f"    <testcase classname={_a('unread')} name={_a(texts('file'))}>\n"
    return f"{head}{case}      <error message={_a(item.sentence)}/>\n    </testcase>\n  </testsuite>\n"


def _suite(checked: CheckedFile, texts: Texts, fail_on: Severity, notes: Sequence[str]) -> tuple[int, int, str]:
    report = checked.report
    found = list(groups(report.findings))
    if not found or found[0].block or found[0].payment:
        found.insert(0, FindingGroup(0, 0, ()))
    cases = [_case(checked, group, texts, fail_on) for group in found]
    failures = sum(failed for failed, _ in cases)
    properties = {
        "format": report.format,
        "profile": report.profile,
        "sha256": report.sha256,
        "verdict": verdict(report, texts),
        **{f"hidden {rule}": str(count) for rule, count in sorted(report.hidden.items())},
        **{f"suppressed {item.rule.id}": texts.count(item.severity.value, item.count) for item in report.suppressed},
    }
    if notes:
        properties["options"] = ", ".join(notes)
    if report.summary.payments is not None:
        properties["payments"] = str(report.summary.payments)
    listed = "".join(f"      <property name={_a(name)} value={_a(value)}/>\n" for name, value in properties.items())
    head = f'  <testsuite name={_a(checked.file)} tests="{len(cases)}" failures="{failures}" errors="0" skipped="0">\n'
    body = "".join(text for _, text in cases)
    return len(cases), failures, f"{head}    <properties>\n{listed}    </properties>\n{body}  </testsuite>\n"


def _case(checked: CheckedFile, group: FindingGroup, texts: Texts, fail_on: Severity) -> tuple[bool, str]:
    failing = [finding for finding in group.findings if finding.severity.rank <= fail_on.rank]
    others = [finding for finding in group.findings if finding.severity.rank > fail_on.rank]
    head = f"    <testcase classname={_a(checked.report.format)} name={_a(heading(group, None, texts))}"
    if not group.findings:
        return False, f"{head}/>\n"
    text = f"{head}>\n"
    if failing:
        first = failing[0]
        message = f"{first.id} {first.message(texts.lang)}" + (f" (+{len(failing) - 1})" if len(failing) > 1 else "")
        detail = "\n".join(_detail(checked.file, finding, texts) for finding in failing)
        text += f"      <failure type={_a(first.id)} message={_a(message)}>{_t(detail)}</failure>\n"
    if others:
        detail = "\n".join(_detail(checked.file, finding, texts) for finding in others)
        text += f"      <system-out>{_t(detail)}</system-out>\n"
    return bool(failing), f"{text}    </testcase>\n"


def _detail(file: str, finding: Finding, texts: Texts) -> str:
    location = finding.location
    place = ":".join(str(part) for part in (file, location.line, location.column) if part is not None)
    text = (
        f"{place}: {finding.id} {texts('severity.' + finding.severity.value)}{texts.colon}{finding.message(texts.lang)}"
    )
    if finding.found is not None:
        text += f" [{finding.found}]"
    fix = finding.fix(texts.lang)
    return one_line(f"{text} {fix}" if fix else text)


def _a(text: str) -> str:
    return quoteattr(_NOT_XML.sub("�", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _t(text: str) -> str:
    return escape(_NOT_XML.sub("�", text))
