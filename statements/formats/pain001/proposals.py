"""Remedies as values: the bytes of a payment file that a finding would have otherwise.

Whether a rule has a proposal, and of which grade, is a column of the rule table. What is proposed is what the finding
expects, or what the functions below make of the value; it is left out where the bytes are not those that the finding
quotes (a comment stands in the value, another encoding). Never for check digits, an amount's value, an account, a name.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Protocol

import msgspec

from statements.findings import Finding, Proposal
from statements.formats.pain001.decimals import exact
from statements.formats.pain001.message import Envelope
from statements.formats.pain001.positions import Onward, locate
from statements.formats.pain001.scope import leaf, text_of
from statements.reference.target import is_target_day, next_target_day

Pieces = Callable[[], Iterable[bytes]]
_BLANKS = re.compile("[ \t\r\n\u00a0\u202f]+")
_DAY_FIRST = re.compile(r"([0-3]?[0-9])[./-]([01]?[0-9])[./-]([0-9]{4})", re.ASCII)
_ONE_COMMA = re.compile(r"[0-9]{1,15},[0-9]{1,2}", re.ASCII)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)
# An element that holds nothing goes as a whole.
_EMPTY = "P001-197"
_EMPTY_ELEMENT = re.compile(rb"<[^<>/]+(?:/>|>[ \t\r\n]*</[^<>]+>)")
# A value longer than this is no value of a payment.
LONGEST = 4_096
PORTION = 500
"""So many findings are looked for in one go."""


def proposed(
    findings: Iterable[Finding], envelope: Envelope, pieces: Pieces, onward: Onward | None = None
) -> list[Finding]:
    """The findings, those with a mechanical remedy with their proposal.

    ``onward`` finds the places of a portion of very many findings.
    """
    found = list(findings)
    wanted: dict[int, tuple[str, str]] = {}
    if envelope.encoding == "utf-8":
        for number, finding in enumerate(found):
            quoted = finding.found or finding.id == _EMPTY
            made = _new(finding) if finding.proposal is None and quoted and finding.location.path else None
            if made is not None:
                wanted[number] = made
    if not wanted:
        return found
    paths = {found[number].location.path or "" for number in wanted}
    places = onward.locate(paths) if onward is not None else locate(pieces(), paths, LONGEST)
    for number, (new, grade) in wanted.items():
        place = places.get(found[number].location.path or "")
        if place is None:
            continue
        start, value = place.tag.offset, place.value.offset
        proposal = _proposal(place.raw, value - start, start + envelope.mark, found[number], new, grade)
        if proposal is not None:
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

    def begin(self, envelope: Envelope, pieces: Pieces) -> None:
        """What is known of the document, before the first finding that has no proposal yet."""
        self._envelope, self._pieces = envelope, pieces
        self._onward = Onward(pieces, LONGEST)

    def take(self, finding: Finding) -> None:
        """Keep a finding until its place is looked for."""
        if finding.proposal is not None:
            self._told.take(finding)
        else:
            self._waiting.append(finding)

    def hand_on(self, least: int = 0) -> None:
        """Hand on what waits, if that is not less than ``least``. Payments are in it as a whole."""
        if self._envelope is None or len(self._waiting) < max(1, least):
            return
        for finding in proposed(self._waiting, self._envelope, self._pieces, self._onward):
            if finding.proposal is not None:
                self._told.take(finding)
        self._waiting.clear()


class Collector(Protocol):
    """Who wants every finding that has a proposal."""

    @property
    def size(self) -> int:
        """How many were taken."""

    def take(self, finding: Finding, /) -> None:
        """Keep what is needed of one."""

    def cut(self, size: int, /) -> None:
        """Forget all but the first ``size``."""


def _proposal(raw: bytes, behind: int, offset: int, finding: Finding, new: str, grade: str) -> Proposal | None:
    """``raw`` begins at the tag of the element, whose value begins ``behind`` bytes later or before, with blanks."""
    if finding.id == _EMPTY:
        empty = _EMPTY_ELEMENT.match(raw)
        return Proposal(offset, empty[0].decode("utf-8", "replace"), "", "safe") if empty is not None else None
    # The tag ends with the last bracket before the first letter of the value.
    begin = raw.rfind(b">", 0, behind) + 1 if behind else 0
    end = raw.find(b"<", begin)
    if finding.location.path and "@" in finding.location.path:
        begin, end = behind, raw.find(raw[behind - 1 : behind], behind) if behind else -1
    if end < begin:
        return None
    old = raw[begin:end].decode("utf-8", "replace")
    if text_of(old) != finding.found or text_of(old) == new:
        return None
    return Proposal(offset + begin, old, escape(new, quote=False), "safe" if grade == "safe" else "review")


def _new(finding: Finding) -> tuple[str, str] | None:
    """The text that should stand there, and the grade of the proposal."""
    grade = finding.rule.columns.get("proposal", "")
    if finding.id == _EMPTY:
        return "", grade
    if not grade:
        return None
    make = _MADE.get(finding.id)
    if make is not None:
        return make(finding)
    if leaf(finding.location.path or "") == "Nm" and finding.id in _NO_NAME:
        return None
    return None if finding.expected is None else (finding.expected, grade)


def _form(finding: Finding) -> tuple[str, str] | None:
    """A value that has not the form of its type, where the form leaves one choice."""
    text, name = finding.found or "", leaf(finding.location.path or "")
    bare = _BLANKS.sub("", text)
    if name == "IBAN":
        return (bare.upper(), "safe") if _IBAN.fullmatch(bare.upper()) and bare.upper() != text else None
    if name in ("BIC", "BICFI", "AnyBIC"):
        return (bare.upper(), "safe") if _BIC.fullmatch(bare.upper()) else None
    if name in ("InstdAmt", "CtrlSum", "Amt"):
        return (bare.replace(",", "."), "safe") if _ONE_COMMA.fullmatch(bare) else None
    if name in ("Ctry", "CtryOfRes", "Ccy"):
        return (bare.upper(), "safe") if re.fullmatch("[A-Za-z]{2,3}", bare, re.ASCII) else None
    return _day(finding) if name in ("ReqdExctnDt", "Dt") else None


def _day(finding: Finding) -> tuple[str, str] | None:
    """A date with the day first."""
    match = _DAY_FIRST.fullmatch((finding.found or "").strip())
    if match is None:
        return None
    try:
        return datetime.date(int(match[3]), int(match[2]), int(match[1])).isoformat(), "review"
    except ValueError:
        return None


def _next_day(finding: Finding) -> tuple[str, str] | None:
    """A day that is over becomes the next one on which banks work; its time of day stays away."""
    today = finding.expected or ""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", finding.found or ""):
        return None
    day = datetime.date.fromisoformat(today)
    return (day if is_target_day(day) else next_target_day(day)).isoformat(), "review"


def _same_amount(finding: Finding) -> tuple[str, str] | None:
    """Another way to write an amount, of the same value to the cent."""
    old, new = exact(finding.found), exact(finding.expected)
    return (finding.expected or "", "safe") if old is not None and old == new else None


def _in_cents(finding: Finding) -> tuple[str, str] | None:
    """A total; of amounts that are no whole cents the amounts are to be mended first."""
    total = exact(finding.expected)
    return (finding.expected or "", "review") if total is not None and total.cents is not None else None


def _as_a_code(finding: Finding) -> tuple[str, str] | None:
    """Another code; a word of one's own stands in an element of its own."""
    return (finding.expected or "", "review") if leaf(finding.location.path or "") == "Cd" else None


_MADE: Mapping[str, Callable[[Finding], tuple[str, str] | None]] = {
    "P001-035": _form,
    "P001-101": _in_cents,
    "P001-103": _in_cents,
    "P001-304": _same_amount,
    "P001-331": _as_a_code,
    "P001-105": _same_amount,
    "P001-370": _next_day,
}
# A name is never cut.
_NO_NAME = frozenset({"P001-034", "P001-190"})
