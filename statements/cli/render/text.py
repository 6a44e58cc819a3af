"""The report for a person: verdict first, then the findings of the file, of each block and of each payment.

Each finding shows its place, what the rule says, the line of the source with a caret, and how to mend it.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from statements.cli.console import table
from statements.cli.render import CheckedFile, FindingGroup, Look, UnreadFile, groups
from statements.cli.render.excerpt import SourceLines
from statements.cli.render.statement import figures_lines
from statements.cli.texts import Texts
from statements.cli.words import label, spot, sum_of, verdict
from statements.findings import Finding, Proposal, Report
from statements.rules import Language, Severity
from statements.services.validate import figures_of
from statements.visible import blotted, one_line

_MANY = 3
"""A rule that fires more often than this is told once, with its first places and a count."""


class _Whole(str):
    """A line that is never wrapped: an excerpt and its carets."""

    __slots__ = ()


def render(
    files: Sequence[CheckedFile],
    lang: Language = "en",
    *,
    unread: Sequence[UnreadFile] = (),
    look: Look = Look(),  # noqa: B008 - frozen
) -> str:
    """The whole answer; files follow one another with a blank line between them."""
    texts = Texts(lang)
    if look.quiet:
        parts = ["".join(_document([_verdict_line(checked, texts) for checked in files], look))]
    else:
        parts = ["".join(_document(lines(checked, texts, look), look)) for checked in files]
    if unread:
        parts.append("".join(_document([texts("not-checked"), *(f"  {item.sentence}" for item in unread)], look)))
    return "\n".join(part for part in parts if part)


def _document(shown: Iterable[str], look: Look) -> Iterator[str]:
    for line in shown:
        for piece in [line] if isinstance(line, _Whole) or not look.width else _wrapped(line, look.width):
            yield f"{one_line(piece)}\n"


def _wrapped(line: str, width: int) -> list[str]:
    """A line in pieces that fit, the further ones indented; an amount and its currency are never parted."""
    if len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    whole = _AMOUNT.sub("\\1\0\\2", line)
    pieces = textwrap.wrap(
        whole, width, subsequent_indent=indent + "  ", break_long_words=False, break_on_hyphens=False
    )
    return [piece.replace("\0", " ") for piece in pieces] or [line]


_AMOUNT = re.compile(r"(\d) ([A-Z]{3})\b")


def lines(checked: CheckedFile, texts: Texts, look: Look = Look()) -> Iterator[str]:  # noqa: B008 - frozen
    """The answer for one file, line by line: verdict, figures, errors, warnings, and the verdict again."""
    report = checked.report
    yield _verdict_line(checked, texts)
    yield "  " + _summary(report, texts)
    if report.suppressed:
        yield "  " + texts("left-out", rules=_suppressed(report, texts))
    if look.notes and (report.findings or report.suppressed):
        yield "  " + texts("switched", options=", ".join(look.notes))
    yield from figures_lines(figures_of(report), texts)
    source = SourceLines(checked.data, look.width)
    counts = Counter(finding.id for finding in report.findings) + Counter(report.hidden)
    often = set() if look.full else {rule for rule, count in counts.items() if count > _MANY}
    for severity in Severity:
        graded = [finding for finding in report.findings if finding.severity is severity]
        for rule in dict.fromkeys(finding.id for finding in graded if finding.id in often):
            yield ""
            yield from _rule_block([finding for finding in graded if finding.id == rule], report, source, texts)
        single = [finding for finding in graded if finding.id not in often]
        for group in groups([finding for finding in single if not finding.follows]):
            yield ""
            yield heading(group, report.summary.payments, texts)
            for finding in group.findings:
                yield from _finding(finding, source, texts)
        following = [finding for finding in single if finding.follows]
        if following:
            yield ""
            yield texts("following")
            for finding in following:
                yield from _finding(finding, source, texts)
    told = often & {finding.id for finding in report.findings}
    hidden = {rule: count for rule, count in report.hidden.items() if rule not in told}
    if hidden:
        yield ""
        yield from (_hidden(rule, count, report, texts) for rule, count in sorted(hidden.items()))
    if report.findings:
        yield ""
        yield _closing(report, texts)
    if look.statistics and report.findings:
        yield ""
        yield from _statistics(report, counts, texts)


def _verdict_line(checked: CheckedFile, texts: Texts) -> str:
    return f"{blotted(checked.file)}{texts.colon}{verdict(checked.report, texts)}"


def _suppressed(report: Report[Any], texts: Texts) -> str:
    return ", ".join(f"{item.rule.id} ({texts.count(item.severity.value, item.count)})" for item in report.suppressed)


def _hidden(rule: str, count: int, report: Report[Any], texts: Texts) -> str:
    return texts.count("not-listed-least" if rule in report.at_least else "not-listed", count, rule=rule)


def _rule_block(found: Sequence[Finding], report: Report[Any], source: SourceLines, texts: Texts) -> Iterator[str]:
    """A rule that fires often: how many times, its first places, and once what to do."""
    first = found[0]
    rule, hidden = first.rule, report.hidden.get(first.id, 0)
    messages = {finding.message(texts.lang) for finding in found}
    message = first.message(texts.lang) if len(messages) == 1 else rule.message.plain(texts.lang)
    grade = texts("severity." + first.severity.value)
    count = texts.count("place", len(found) + hidden)
    yield f"{grade} {rule.id}, {count}{texts.colon}{blotted(message)}"
    for finding in found[:_MANY]:
        payment = finding.location.payment
        where = [blotted(label(payment, report.summary.payments, texts))] if payment is not None else []
        yield "  " + ", ".join([*where, *_place(finding, texts)] or [texts("file")])
        yield from _details(finding, source, texts)
    rest = len(found) - _MANY
    if rest > 0:
        places = [finding.location.line for finding in found[_MANY:] if finding.location.line is not None]
        shown = ", ".join(map(str, places[:10])) + (" …" if len(places) > 10 else "")
        yield "  " + texts.count("more-at" if shown else "more", rest, lines=shown)
    if hidden:
        yield "  " + _hidden(rule.id, hidden, report, texts)
    # What is to be done for one of them is said of all only when it is the same.
    fixes = {finding.fix(texts.lang) for finding in found}
    fix = rule.fix.plain(texts.lang) if len(fixes) > 1 else first.fix(texts.lang)
    if fix:
        yield f"    → {blotted(fix)}"


def _closing(report: Report[Any], texts: Texts) -> str:
    """The verdict once more, with the counts of each severity: the last line that a person sees."""
    parts = []
    for severity in Severity:
        found = [finding for finding in report.findings if finding.severity is severity]
        rules = {finding.id for finding in found}
        count = len(found) + sum(number for rule, number in report.hidden.items() if rule in rules)
        if not found:
            continue
        location = found[0].location
        if count > 1:
            where = texts("in-rules", n=len(rules)) if len(rules) > 1 else texts("of-rule", rule=found[0].id)
        elif location.payment is not None:
            where = texts("in-payment", n=texts.number(location.payment.index))
        else:
            where = (
                texts("in-line", n=location.line) if location.line is not None else texts("of-rule", rule=found[0].id)
            )
        parts.append(f"{texts.count(severity.value, count)} {where}")
    return f"{verdict(report, texts)} {' · '.join(parts)}."


def _statistics(report: Report[Any], counts: Mapping[str, int], texts: Texts) -> Iterator[str]:
    """How often each rule fired, as linters count."""
    rules = {finding.id: finding for finding in report.findings}
    ordered = sorted(counts, key=lambda rule: (-counts[rule], rule))
    rows = [
        (
            texts.number(counts[rule]),
            rule,
            texts("severity." + rules[rule].severity.value),
            rules[rule].rule.message.plain(texts.lang),
        )
        for rule in ordered
        if rule in rules
    ]
    yield from table(rows, (0,))


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


def _finding(finding: Finding, source: SourceLines, texts: Texts) -> Iterator[str]:
    grade = texts("severity." + finding.severity.value)
    place = "".join(f", {part}" for part in _place(finding, texts))
    yield f"  {grade} {finding.id}{place}{texts.colon}{blotted(finding.message(texts.lang))}"
    yield from _details(finding, source, texts)
    fix = finding.fix(texts.lang)
    if fix:
        yield f"    → {blotted(fix)}"


def _place(finding: Finding, texts: Texts) -> list[str]:
    location = finding.location
    if location.line is None:
        return []
    line = texts("line", line=location.line)
    return [line] if location.column is None else [line, texts("column", column=location.column)]


def _details(finding: Finding, source: SourceLines, texts: Texts) -> Iterator[str]:
    """The line of the source with its carets, and what the finding knows beside its sentence."""
    location = finding.location
    # A line of Qonto data holds notes, labels and categories beside the fault: it is never shown.
    private = finding.id.startswith("QNT-")
    excerpt = None if private else source.excerpt(location.line, location.column, finding.found)
    if excerpt is not None:
        margin = f"{location.line}"
        yield _Whole(f"    {margin} | {excerpt[0]}")
        if excerpt[1]:
            yield _Whole(f"    {' ' * len(margin)} | {excerpt[1]}")
    if finding.proposal is not None:
        yield _Whole(f"    {change(finding.proposal, texts)}")
    facts = _facts(finding, excerpt is not None, texts)
    if facts:
        yield f"    {facts}"


def change(proposal: Proposal, texts: Texts) -> str:
    """A proposal in one line: its grade, what stands there and what should."""
    return f"{texts('proposal-' + proposal.grade)}{texts.colon}{arrow(proposal, texts)}"


def arrow(proposal: Proposal, texts: Texts) -> str:
    """What stands there and what should."""
    parts = (proposal.encoding, "UTF-8") if proposal.encoding else (proposal.old, proposal.new)
    old, new = (_visible(part) or texts("proposal-nothing") for part in parts)
    also = f" ({texts.count('further-place', len(proposal.more))})" if proposal.more else ""
    return f"{old} → {new}{also}"


def _visible(part: str) -> str:
    """A text that a person can see: line ends by their names, nothing but blanks as points."""
    if part == "\ufeff":
        return "BOM"
    if part and not part.strip("\r\n-"):
        return _LINE_END.sub(lambda match: f" {_ENDS[match[0]]} ", part).strip()
    return _short(part) if part.strip(" ") else "\u00b7" * len(part)


_LINE_END = re.compile("\r\n|\n|\r")
_ENDS = {"\n": "LF", "\r": "CR", "\r\n": "CR LF"}


def _facts(finding: Finding, shown: bool, texts: Texts) -> str:
    # What the caret shows need not be said again.
    parts = []
    if finding.found and not shown:
        parts.append(f"{texts('found')}{texts.colon}{_short(finding.found)}")
    wanted = finding.expects(texts.lang)
    if wanted:
        parts.append(f"{texts('expected')}{texts.colon}{_short(wanted)}")
    if finding.rule.reason_code not in ("", "-"):
        parts.append(texts("reason", code=finding.rule.reason_code))
    if not finding.rule.confirmed:
        parts.append(texts("inferred"))
    return texts.semicolon.join(parts)


def _short(text: str) -> str:
    shown = blotted(text)
    return shown if len(shown) <= 200 else shown[:199] + "…"


# -- one line a finding, ``file:line:col: ID message``, as editors and log readers take it


def render_concise(files: Sequence[CheckedFile], lang: Language = "en", *, unread: Sequence[UnreadFile] = ()) -> str:
    """All findings of all files; a clean file has no line."""
    texts = Texts(lang)
    found: list[str] = []
    for checked in files:
        report = checked.report
        found.extend(concise_line(finding, checked.file, texts) for finding in report.findings)
        for rule, count in report.hidden.items():
            key = "hidden-least" if rule in report.at_least else "hidden"
            found.append(f"{checked.file}: {texts(key, n=texts.number(count), rule=rule)}")
        if report.suppressed:
            found.append(f"{checked.file}: {texts('left-out', rules=_suppressed(report, texts))}")
    found.extend(item.sentence for item in unread)
    return "".join(one_line(line) + "\n" for line in found)


def concise_line(finding: Finding, file: str, texts: Texts, *, remedy: bool = False) -> str:
    """``file:line:column: ID severity: message``: always one line, whatever the texts of the file hold.

    ``remedy``: for an error, also what to do.
    """
    fix = finding.fix(texts.lang) if remedy and finding.severity is Severity.ERROR else ""
    grade = texts("severity." + finding.severity.value)
    text = f"{spot(finding, file)}: {finding.id} {grade}{texts.colon}{finding.message(texts.lang)} {fix}"
    return one_line(text.rstrip()).removeprefix(": ")
