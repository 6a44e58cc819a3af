"""Remedies as values: the bytes of a payment file that a finding would have otherwise.

Whether a rule has a proposal, and of which grade, is a column of the rule table. What is proposed is what the finding
expects, or what the functions below make of the value; it is left out where the bytes are not those that the finding
quotes (a comment stands in the value, another encoding). What must never be proposed is :func:`kept`: check digits, an
amount's value, an account, a name.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from html import escape
from typing import Literal, Protocol

import msgspec

from statements.findings import Finding, Proposal
from statements.formats.pain001.decimals import exact, spelled
from statements.formats.pain001.events import Batch, BlockStart, Event
from statements.formats.pain001.message import Envelope
from statements.formats.pain001.onward import PART, Onward
from statements.formats.pain001.outline import Node, outline, siblings
from statements.formats.pain001.positions import Place
from statements.formats.pain001.rules.texts import FREE_TEXTS
from statements.formats.pain001.scope import leaf, text_of
from statements.wire.charset import SWIFT_X, clean

Pieces = Callable[[], Iterable[bytes]]
Grade = Literal["safe", "review"]
_Made = tuple[str, Grade] | None
_Build = Callable[[bytes, Place], Proposal | None]

_DAY_FIRST = re.compile(r"([0-3]?[0-9])[./-]([01]?[0-9])[./-]([0-9]{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"([0-9]{4})[./-]?([01][0-9])[./-]?([0-3][0-9])", re.ASCII)
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) +([0-9]{2}:[0-9]{2}:[0-9]{2})", re.ASCII)
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?", re.ASCII)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
_CODE = re.compile("[A-Z]{2,3}", re.ASCII)
_MOST = re.compile(r"max\. (\d+)", re.ASCII)
PORTION = 500
"""So many findings are looked for in one go."""
# What the findings quote of a long value.
_QUOTED = 400


def proposed(
    findings: Iterable[Finding], envelope: Envelope, pieces: Pieces, onward: Onward | None = None
) -> list[Finding]:
    """The findings, those with a mechanical remedy with their proposal.

    ``onward`` finds the places of a portion of very many findings.
    """
    found = list(findings)
    builds: dict[int, tuple[str, _Build]] = {}
    if envelope.encoding == "utf-8":
        for number, finding in enumerate(found):
            wanted = _build(finding) if finding.proposal is None and finding.location.path else None
            if wanted is not None:
                builds[number] = wanted
    if not builds:
        return found
    onward = onward or Onward(pieces, lines=False)
    places = onward.locate({path for path, _ in builds.values()})
    starts: dict[int, list[int]] = {}
    for number, (path, _) in builds.items():
        if path in places:
            starts.setdefault(places[path].tag.offset, []).append(number)
    for start, raw in onward.windows(starts):
        for number in starts[start]:
            path, build = builds[number]
            made = build(raw, places[path])
            if made is not None:
                proposal = msgspec.structs.replace(made, offset=made.offset + start + envelope.mark)
                found[number] = msgspec.structs.replace(found[number], proposal=proposal)
    return found


class Beyond:
    """Findings beyond those that a report lists, handed on in portions with their proposals."""

    def __init__(self, told: Collector) -> None:
        self._told = told
        self._waiting: list[Finding] = []
        self._envelope: Envelope | None = None
        self._pieces: Pieces = tuple
        self._onward: Onward | None = None
        self._number = 0
        """Payments of the block that have gone by."""

    def begin(self, envelope: Envelope, pieces: Pieces) -> None:
        """What is known of the document, before the first finding that has no proposal yet."""
        self._envelope, self._pieces = envelope, pieces
        self._onward = Onward(pieces, lines=False)

    def take(self, finding: Finding) -> None:
        """Keep a finding until its place is looked for."""
        if finding.proposal is not None:
            self._told.take(finding)
        else:
            self._waiting.append(finding)

    def passed(self, event: Event) -> None:
        """Hand on what was found in payments that have just gone by: their bytes are at hand."""
        if isinstance(event, BlockStart):
            self._number = 0
        elif isinstance(event, Batch):
            if self._waiting and self._envelope is not None and event.behind is not None:
                self._of_payments(event, self._envelope)
            self._number += event.count

    def _of_payments(self, batch: Batch, envelope: Envelope) -> None:
        if envelope.encoding != "utf-8":
            return
        texts = PaymentTexts(batch, self._number, envelope.mark)
        waiting: list[Finding] = []
        for finding in self._waiting:
            proposal = _at_hand(finding, texts)
            if proposal is None:
                waiting.append(finding)
            else:
                self._told.take(msgspec.structs.replace(finding, proposal=proposal))
        self._waiting = waiting

    def hand_on(self, least: int = 0) -> None:
        """Hand on what waits, if that is not less than ``least``. Payments are in it as a whole."""
        if self._envelope is None or len(self._waiting) < max(1, least):
            return
        for finding in proposed(self._waiting, self._envelope, self._pieces, self._onward):
            if finding.proposal is not None:
                self._told.take(finding)
        self._waiting.clear()


class PaymentTexts:
    """Where the texts of the payments of a batch stand in the file.

    ``before`` payments of their block went by earlier; ``mark`` bytes stand before the document.
    """

    def __init__(self, batch: Batch, before: int, mark: int) -> None:
        self._batch = batch
        self._before = before
        self._rows = {
            position: (shape, row)
            for shape, (positions, columns) in batch.groups.items()
            for position, row in zip(positions, columns.rows, strict=True)
        }
        self._counted = (len(batch.text), mark + (batch.behind or 0))
        """A place in the text, and its offset in the file."""

    def find(self, path: str) -> tuple[int, str] | None:
        """Offset of the text of an element, and the text as it is written.

        ``None`` for what stands in none of these payments, for what is no text between two tags of its own, and for
        one that stands in the payment twice.
        """
        match = PART.match(path)
        if match is None or match[2] is None or int(match[1]) != self._batch.block:
            return None
        batch, position = self._batch, int(match[2]) - self._before - 1
        if position not in self._rows:
            return None
        shape, row = self._rows[position]
        place = shape.places.get(path[match.end() + 1 :])
        if not isinstance(place, int):
            return None
        text, start, old = batch.text, batch.starts[position], row[place]
        end = batch.starts[position + 1] if position + 1 < batch.count else len(text)
        at = text.find(f">{old}</", start, end)
        if at < 0 or text.find(f">{old}</", at + 1, end) >= 0:
            return None
        tag = text[text.rfind("<", start, at) + 1 : at]
        return (self._offset(at + 1), old) if tag == leaf(path) else None

    def _offset(self, at: int) -> int:
        """The offset in the file of a place in the text, counted from the last one."""
        known, offset = self._counted
        part = self._batch.text[min(known, at) : max(known, at)]
        size = len(part) if part.isascii() else len(part.encode())
        offset += size if at > known else -size
        self._counted = (at, offset)
        return offset


def _at_hand(finding: Finding, texts: PaymentTexts) -> Proposal | None:
    """Another value for the text of a payment; ``None`` for any other proposal, and where the text is another one."""
    path = finding.location.path or ""
    if not finding.rule.columns.get("proposal", "") or finding.id in _OF_ELEMENTS or "@" in path:
        return None
    made = value_of(finding)
    place = texts.find(path) if made is not None else None
    if made is None or place is None:
        return None
    return _replaced(finding, *made, *place, text_of(place[1]))


class Collector(Protocol):
    """Who wants every finding that has a proposal."""

    @property
    def size(self) -> int:
        """How many were taken."""

    def take(self, finding: Finding, /) -> None:
        """Keep what is needed of one."""

    def cut(self, size: int, /) -> None:
        """Forget all but the first ``size``."""


def _build(finding: Finding) -> tuple[str, _Build] | None:
    """The path of the element to look at, and what makes the proposal of its bytes, at offsets from its tag."""
    path = finding.location.path or ""
    if not finding.rule.columns.get("proposal", ""):
        return None
    if finding.id == "P001-197" or (finding.id == "P001-140" and leaf(path) in _LEFT_OUT):
        return path, _without_a_text
    if finding.id == "P001-430":
        count = finding.values.get("count", "")
        return path.rpartition("[")[0], partial(_joined, finding.expected or "", int(count)) if count else _nothing
    made = value_of(finding)
    return (path, partial(_value, finding, *made)) if made is not None else None


def _nothing(raw: bytes, place: Place) -> None:
    return None


def _without_a_text(raw: bytes, place: Place) -> Proposal | None:
    """The element goes as a whole: it holds blanks at most."""
    node = outline(raw)
    if node is None or node.children or text_of(node.text).strip(" \t\r\n"):
        return None
    return Proposal(node.start, node.whole.decode("utf-8", "replace"), "", "safe")


def _joined(text: str, count: int, raw: bytes, place: Place) -> Proposal | None:
    """Several elements that follow one another become one with their texts."""
    nodes = siblings(raw, count)
    if not nodes or not text or any(node.children or "<" in node.text for node in nodes):
        return None
    tag = f"{nodes[0].prefix}{nodes[0].name}"
    old = raw[nodes[0].start : nodes[-1].end].decode("utf-8", "replace")
    return Proposal(nodes[0].start, old, f"<{tag}>{escape(text, quote=False)}</{tag}>", "review")


def _value(finding: Finding, new: str, grade: Grade, raw: bytes, place: Place) -> Proposal | None:
    """The value of an element, or of an attribute of it, in the bytes that begin with its tag."""
    if "@" in (finding.location.path or ""):
        begin = place.value.offset - place.tag.offset
        end = raw.find(raw[begin - 1 : begin], begin) if begin > 0 else -1
        old = raw[begin:end].decode("utf-8", "replace") if end >= begin else "<"
        text = text_of(old)
    else:
        node = outline(raw)
        if node is None or node.children:
            return None
        begin, old = node.inner, node.text
        text = _text(node)
    return _replaced(finding, new, grade, begin, old, text)


def _replaced(finding: Finding, new: str, grade: Grade, begin: int, old: str, text: str) -> Proposal | None:
    """Another value for ``old``, which stands for ``text``; ``None`` when that is not what the finding quotes."""
    found = finding.found or ""
    cut = len(found) == _QUOTED + 1 and found.endswith("\u2026") and text.startswith(found[:-1])
    if "<" in text or not (cut or text == found) or text == new:
        return None
    return Proposal(begin, old, escape(new, quote=False), grade)


def _text(node: Node) -> str:
    """The text of an element, of which CDATA sections are a part; ``<`` when a comment or an instruction cuts it."""
    raw = node.text
    if "<" not in raw:
        return text_of(raw)
    text = ""
    for part in _CDATA.split(raw):
        text += part[9:-3] if part.startswith("<![CDATA[") else text_of(part)
    rest = _CDATA.sub("", raw)
    return "<" if "<" in rest else text


_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)


def value_of(finding: Finding) -> tuple[str, Grade] | None:
    """The text that should stand in place of the one that a finding quotes, and the grade of the proposal.

    Decided by the finding alone; where the bytes hold something else there is no proposal all the same.
    """
    grade = finding.rule.columns.get("proposal", "")
    if not grade or (finding.found is None and finding.id != "P001-140"):
        return None
    make = _MADE.get(finding.id)
    made: _Made
    if make is not None:
        made = make(finding)
    else:
        made = (finding.expected, "safe" if grade == "safe" else "review") if finding.expected is not None else None
    # A text of which nothing would be left says nothing: only its owner knows what should stand there.
    # Nor does the text itself say what is to be done.
    if made is None or not made[0].strip() or made[0] == finding.found:
        return None
    return made if kept(finding.location.path or "", finding.found or "", made[0]) else None


def kept(path: str, old: str, new: str) -> bool:
    """The law of what is never proposed: check digits, an account, a name, an amount in any but another spelling.

    >>> kept("PmtInf[1]/DbtrAcct/Id/IBAN", "fr76 1695", "FR761695"), kept("PmtInf[1]/DbtrAcct/Id/IBAN", "FR76", "FR77")
    (True, False)
    >>> kept("Amt/InstdAmt", "12,5", "12.5"), kept("Amt/InstdAmt", "12.505", "12.51"), kept("Cdtr/Nm", "Ann Lee", "Ann")
    (True, False, False)
    """
    name = leaf(path)
    if name in ("IBAN", "Ref", "CdtrRef"):
        # Blanks, signs and case belong to the printed form.
        return _bare(old) == _bare(new)
    if name in ("BBAN", "UPIC") or _ACCOUNT.search(path) is not None:
        return False
    if name in ("InstdAmt", "Amt"):
        before, after = exact(_squeezed(old).replace(",", ".")), exact(new)
        return before is not None and before == after
    return name != "Nm" or new == SWIFT_X.fit(old) or SWIFT_X.fit(new) == SWIFT_X.fit(old)


_ACCOUNT = re.compile(r"Acct/Id/(?:Othr|PrtryAcct)/Id")


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, clean(text).upper()))


_BLANKS = re.compile("[ \t\r\n\u00a0\u2007\u202f]+")


def _squeezed(text: str) -> str:
    """Without blanks of any kind, and without what does not show."""
    return _BLANKS.sub("", clean(text))


def _form(finding: Finding) -> _Made:
    """A value that has not the form of its type, where the form leaves one choice."""
    text, name = finding.found or "", leaf(finding.location.path or "")
    bare = _squeezed(text)
    if name == "IBAN":
        return (bare.upper(), "safe") if _IBAN.fullmatch(bare.upper()) and bare.upper() != text else None
    if name in ("BIC", "BICFI", "AnyBIC", "BICOrBEI"):
        return (bare.upper(), "safe") if _BIC.fullmatch(bare.upper()) else None
    if name in ("InstdAmt", "CtrlSum", "Amt"):
        number = spelled(text)
        return (number, "safe") if number is not None else None
    if name == "NbOfTxs":
        return (bare, "safe") if bare.isascii() and bare.isdigit() else None
    if name in ("Ctry", "CtryOfRes", "Ccy"):
        letters = 3 if name == "Ccy" else 2
        return (bare.upper(), "safe") if _CODE.fullmatch(bare.upper()) and len(bare) == letters else None
    return _day(text.strip()) if name.endswith(("Dt", "DtTm")) else None


def _day(text: str) -> _Made:
    """A date with the day first, or with other signs between year, month and day."""
    moment = _MOMENT.fullmatch(text)
    if moment is not None:
        return f"{moment[1]}T{moment[2]}", "review"
    match = _DAY_FIRST.fullmatch(text)
    parts = (match[3], match[2], match[1]) if match is not None else None
    match = _YEAR_FIRST.fullmatch(text)
    parts = (match[1], match[2], match[3]) if match is not None else parts
    if parts is None:
        return None
    try:
        return datetime.date(*map(int, parts)).isoformat(), "review"
    except ValueError:
        return None


def _shorter(finding: Finding) -> _Made:
    """A free text cut at the length of its type; a reference or a name is not cut."""
    most = _MOST.fullmatch(finding.expected or "")
    if most is None or leaf(finding.location.path or "") not in FREE_TEXTS:
        return None
    return (finding.found or "")[: int(most[1])].rstrip(), "review"


def _word(finding: Finding) -> _Made:
    """A word of a list in other letters, or with blanks around it."""
    word = _squeezed(finding.found or "").upper()
    words = {each.upper(): each for each in (finding.expected or "").split(", ")}
    return (words[word], "safe") if word in words else None


def _next_day(finding: Finding) -> _Made:
    """A day that is over becomes the one that is expected, at the same time."""
    match = _DATE.fullmatch(finding.found or "")
    if match is None or finding.expected is None:
        return None
    return f"{finding.expected}{match[2] or ''}", "review"


def _same_amount(finding: Finding) -> _Made:
    """Another way to write an amount, of the same value to the cent."""
    old, new = exact(finding.found), exact(finding.expected)
    return (finding.expected or "", "safe") if old is not None and old == new else None


def _in_cents(finding: Finding) -> _Made:
    """A total; of amounts that are no whole cents the amounts are to be mended first."""
    total = exact(finding.expected)
    return (finding.expected or "", "review") if total is not None and total.cents is not None else None


def _as_a_code(finding: Finding) -> _Made:
    """Another code; a word of one's own stands in an element of its own."""
    return (finding.expected or "", "review") if leaf(finding.location.path or "") == "Cd" else None


def _filler(finding: Finding) -> _Made:
    """The word of the scheme for a reference that is not given."""
    return ("NOTPROVIDED", "review") if leaf(finding.location.path or "") == "EndToEndId" else None


_OF_ELEMENTS = frozenset({"P001-140", "P001-197", "P001-430"})
"""Rules whose proposals take elements, or look at blanks, which stand among the tags."""
_LEFT_OUT = frozenset({"InstrId", "Ustrd", "AddtlRmtInf", "InstrInf"})
"""Elements that may be left out when they hold blanks."""
_MADE: Mapping[str, Callable[[Finding], _Made]] = {
    "P001-034": _shorter,
    "P001-035": _form,
    "P001-036": _word,
    "P001-101": _in_cents,
    "P001-103": _in_cents,
    "P001-105": _same_amount,
    "P001-140": _filler,
    "P001-304": _same_amount,
    "P001-331": _as_a_code,
    "P001-370": _next_day,
}
