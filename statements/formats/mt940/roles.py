"""What a field is used for in the message that is open: its role, and the state it leaves.

A tag is possible at its place by :data:`statements.formats.mt940.fields.SEQUENCE`; a field that is out of place is kept
with a finding, never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from statements.formats.mt940.fields import NS_TAGS, known_tags, reachable, state_after
from statements.formats.mt940.records import RawField, RawMessage
from statements.formats.mt940.report import PlaceReporter

_BLANK_END = re.compile(r"(?:\n[^\S\n]*)++\Z")
_ODD_START = re.compile(r"\n(?=[:\-])")
_ENTRY = re.compile(r"[0-9]{6}(?:[0-9]{4}| {4})?[A-Z]{1,3}[0-9,]")
_BALANCE = re.compile(r"[A-Z][0-9]{6}")
_ONLY_942 = frozenset(("34F", "13D", "90D", "90C"))
_BALANCES = frozenset(("60F", "60M", "62F", "62M", "64", "65"))
_SLOTS = {"25P": "25", "28C": "28"}
CLOSING = frozenset(("62F", "62M", "90C", "90D"))
"""The fields after which a message is closed."""


def slot(tag: str) -> str:
    """The place of a tag in the frame, which only one field can take."""
    return _SLOTS.get(tag, tag)


def possible(message: RawMessage | None, tag: str, rest: str, next_tag: Callable[[], str]) -> bool:
    """Whether a tag can stand at this place of the message; ``next_tag`` says which comes after it."""
    if message is None or tag == "20":
        return True
    if tag in NS_TAGS:
        return True
    if tag in ("60F", "60M"):
        return message.fields[-1].role not in ("narrative", "text") or _BALANCE.match(rest) is not None
    if tag in ("25", "25P"):
        if message.closed or not message.entered:
            return True
        return next_tag() in ("28", "28C", "60F", "60M", "34F", *NS_TAGS)
    if tag in ("62F", "62M"):
        return _BALANCE.match(rest) is not None or not message.closed
    if tag == "61":
        return not message.closed or _ENTRY.match(rest) is not None
    if tag == "86":
        return True
    return tag in known_tags(message.kind) and tag in reachable(message.kind, message.state)


def add(message: RawMessage, field: RawField, role: str) -> None:
    """Add a field to the message."""
    field.role = role
    message.fields.append(field)
    if role == "kept":
        return
    # Kept up to date here: looking back over the fields would make a long message quadratic.
    message.last_role = role
    message.state = state_after(field.tag, closed=message.closed)
    message.entered = message.entered or role != "frame"


def add_narrative(message: RawMessage, field: RawField, number: int, report: PlaceReporter) -> None:
    """Add a ``:86:``, which stands at a line number."""
    before = message.last_role
    if message.closed:
        if message.last_role == "text":
            report.add("M940-017", number, 1, "86")
        add(message, field, "text")
    elif before == "entry":
        add(message, field, "narrative")
    elif before == "narrative" and message.kind == "942" and message.fields[-1].role == "narrative":
        add(message, field, "text")
    elif before == "narrative":
        previous = message.fields[-1]
        report.add("M940-024", number, 1, "86")
        if previous.role == "narrative":
            previous.grow(field.text, field.at)
        else:
            add(message, field, "kept")
    elif message.kind == "942" and message.fields:
        add(message, field, "text")
    else:
        report.add("M940-022", number, 1, "86", found=field.text[:40])
        add(message, field, "kept")


def add_frame(message: RawMessage, field: RawField, number: int, report: PlaceReporter) -> None:
    """Add a field of the frame, or one that the message does not know."""
    tag, rest = field.tag, field.text
    if tag in _ONLY_942 and message.kind == "940" and message.opening_at is None:
        message.kind = "942"
    state = message.state
    place = slot(tag)
    if tag not in known_tags(message.kind):
        report.add("M940-018", number, 1, tag, found=f":{tag}:")
        add(message, field, "kept")
        return
    if place in message.seen and tag not in ("65", "34F"):
        report.add("M940-017", number, 1, tag, found=rest[:40])
        add(message, field, "kept")
        return
    if message.fields and tag not in reachable(message.kind, state):
        report.add("M940-017", number, 1, tag, found=rest[:40])
        if message.closed or message.entered:
            add(message, field, "frame" if tag in _BALANCES else "kept")
            _mark(message, tag)
            return
    message.seen.add(place)
    add(message, field, "frame")
    _mark(message, tag)


def _mark(message: RawMessage, tag: str) -> None:
    if tag in ("60F", "60M"):
        message.opening_at = len(message.fields) - 1
    elif tag in CLOSING:
        message.closed = True


def local(message: RawMessage, report: PlaceReporter) -> None:
    """What can be said of the lines of a message in order: NS fields, blank lines, ``-`` and ``:`` before text."""
    report.piece = message.piece
    texts = message.texts
    for index in message.of_role("kept"):
        report.put_line("M940-019", message.offset(index, 0), message.tags[index])
    for index in [at for at, text in enumerate(texts[:-1]) if text and text[-1].isspace()]:
        text = texts[index]
        blank = _BLANK_END.search(text) if "\n" in text else None
        if blank is not None:
            report.put_line("M940-026", message.offset(index, blank.start() + 1), message.tags[index])
            texts[index] = text[: blank.start()]
    for index in [at for at, text in enumerate(texts) if "\n-" in text or "\n:" in text]:
        field = message.field(index)
        for match in _ODD_START.finditer(field.text):
            _odd(field, match.end(), report)


def _odd(field: RawField, index: int, report: PlaceReporter) -> None:
    """A line of text that begins as a tag or an end does."""
    narrative = field.role in ("narrative", "text")
    colon = field.text[index] == ":"
    if colon and not narrative:
        return
    number = field.text.count("\n", 0, index)
    rule, tag = ("M940-028", "86") if colon else ("M940-027", field.tag)
    line, _ = report.piece.place(field.line_offset(number))
    report.add(rule, line, 1, tag, found=field.text[index : index + 20].partition("\n")[0])
