"""What is to be said of a message as a whole: envelope, length, characters, lines of its texts, sums of an MT942."""

from __future__ import annotations

import re
from functools import lru_cache

from statements.formats.mt940.narrative import Parts
from statements.formats.mt940.narrative.wrapping import LINES, WIDTH
from statements.formats.mt940.records import Message, RawField, RawMessage
from statements.formats.mt940.report import PlaceReporter
from statements.formats.mt940.values import AMOUNT, read_amount
from statements.model.money import Money, exponent
from statements.reference.bic import is_bic
from statements.wire.charset import describe

MESSAGE_LIMIT = 2_000
"""Characters of a message, CR and LF counted one each, from ``:20:`` (or ``{1:``) to ``-`` or ``-}``."""

Said = tuple[int, RawField, Parts, bool]
"""A text of which something may be said: number of its entry, field, what it says, whether its lines are good."""

_GOOD_BLOCKS = re.compile(
    r"\{1:F01[A-Z0-9]{12}[0-9]{10}\}"
    r"\{2:(?:I9[0-9]{2}[A-Z0-9]{12}[A-Z](?:[0-9]{1,4})?|O9[0-9]{2}[0-9]{10}[A-Z0-9]{12}[0-9]{20}[A-Z])\}"
    r"(?:\{3:(?:\{[^{}]*\})*\})?\{4:"
)
_SENDER = re.compile(r"\{1:F01([A-Z0-9]{8})[A-Z0-9]([A-Z0-9]{3})[0-9]{10}\}\{2:I9")
_BLOCK = re.compile(r"\s*\{[1-5S]:|\s*[^\w\s:]?[äÄ][1-5]:")
_FLOOR = re.compile(rf"([A-Z]{{3}})([A-Z])? *({AMOUNT}) *", re.ASCII)
_COUNT = re.compile(rf"([0-9]{{1,5}})([A-Z]{{3}}) *({AMOUNT}) *", re.ASCII)
_LAID_OUT = re.compile(rf"[^\n]{{0,{WIDTH}}}+(?:\n[^\n]{{0,{WIDTH}}}+){{0,{LINES - 1}}}+\Z")
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u00ad]")
_HIDDEN = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def check_envelope(raw: RawMessage, report: PlaceReporter) -> None:
    """M940-005 for lines that are neither block nor field, M940-006 and -007 for the blocks."""
    blocks: list[tuple[int, str]] = []
    for number, text in raw.header:
        if _BLOCK.match(text) is not None:
            blocks.append((number, text))
        elif text.strip():
            report.add("M940-005", number, 1, found=text[:40])
    if not blocks:
        report.add("M940-006", raw.line, 1, expected="{1:…}{2:…}{4:")
        return
    # The trailer of the message before may share the line of a header.
    texts = [text for _, text in blocks]
    header = texts[-1][texts[-1].find("{1:") :] if "{1:" in texts[-1] else texts[-1]
    own = [(number, text) for number, text in blocks if not text.startswith(("{5:", "{S:"))]
    if len(own) != 1 or not _good_blocks(header):
        report.add("M940-007", own[0][0] if own else blocks[0][0], 1, found=(own or blocks)[0][1][:60])


@lru_cache(maxsize=256)
def _good_blocks(header: str) -> bool:
    return _GOOD_BLOCKS.fullmatch(header) is not None


@lru_cache(maxsize=256)
def sender_bic(header: str) -> str | None:
    """The BIC of the bank that sends a message, 11 characters, from its block 1; ``None`` for any other header.

    >>> sender_bic("{1:F01QNTOFRP1XXXX0000000000}{2:I940XXXXXXXXXXXXN}{4:")
    'QNTOFRP1XXX'
    """
    match = _SENDER.search(header)
    if match is None or not is_bic(match[1] + match[2]):
        return None
    return match[1] + match[2]


def check_characters(raw: RawMessage, report: PlaceReporter) -> None:
    """M940-010, -077 and -078, each once a message, at the first place, with all characters concerned."""
    groups: dict[str, list[tuple[int, int, str]]] = {}
    for char in raw.piece.odd:
        if raw.piece.text.find(char, raw.start, raw.end) < 0:
            # It stands in the header alone.
            continue
        number = next((at for at, text in enumerate(raw.texts) if char in text), None)
        if number is None:
            continue
        if _CONTROL.match(char) is not None:
            rule = "M940-010"
        elif _HIDDEN.match(char) is not None:
            rule = "M940-078"
        else:
            rule = "M940-077"
        groups.setdefault(rule, []).append((number, raw.texts[number].index(char), char))
    for rule in ("M940-010", "M940-077", "M940-078"):
        if rule not in groups:
            continue
        group = sorted(groups[rule])
        chars = [char for _, _, char in group]
        shown = "".join(chars) if rule == "M940-077" else ", ".join(describe(char) for char in chars[:8])
        report.at(rule, raw.field(group[0][0]), group[0][1], found=shown[:60])


def check_lines(raw: RawMessage, report: PlaceReporter) -> None:
    """M940-025 and -029 of one message: its length, and the first blanks at the end of a line."""
    if report.on("M940-025"):
        length = len(raw.raw.rstrip("\r\n"))
        if length > MESSAGE_LIMIT:
            report.add("M940-025", raw.line, 1, found=str(length), expected=str(MESSAGE_LIMIT))
    # In its own lines: a piece that is cut line by line may hold very many messages.
    whole = raw.piece.text
    if whole.find(" \n", raw.start, raw.end) < 0 and whole[raw.end - 1 : raw.end] != " ":
        return
    for at, text in enumerate(raw.texts):
        if " \n" not in text and text[-1:] != " ":
            continue
        field, index = raw.field(at), 0
        for line in field.lines:
            if line[-1:] == " " and line.strip():
                report.at("M940-029", field, index + len(line.rstrip()))
                return
            index += len(line) + 1


def laid_out(text: str) -> bool:
    """Whether a text says something, in at most six lines of at most 65 characters."""
    return _LAID_OUT.match(text) is not None and bool(text.strip())


def check_texts(raw: RawMessage, said: list[Said], report: PlaceReporter) -> None:
    """M940-070 to -076: the lines of each text, and what was noted when it was read."""
    for entry, field, parts, good in said:
        report.entry = entry
        if not good:
            _check_text(field, report)
        for note in parts.notes:
            report.on_line(note.rule, field, note.line, tag="86", found=note.found)
    report.entry = None
    for index in raw.of_role("text"):
        _check_text(raw.field(index), report)


def _check_text(field: RawField, report: PlaceReporter) -> None:
    """M940-070 to -072: the number and width of the lines of one ``:86:``."""
    texts = [line.rstrip() for line in field.lines]
    place = report.piece.place
    if not any(texts):
        line, column = place(field.at)
        report.add("M940-072", line, column, "86")
        return
    while not texts[-1]:
        texts.pop()
    if len(texts) > LINES:
        line, _ = place(field.line_offset(LINES))
        report.add("M940-070", line, 1, "86", found=str(len(texts)), expected=str(LINES))
    for number, text in enumerate(texts):
        if len(text) > WIDTH:
            line, column = place(field.line_offset(number) + WIDTH)
            report.add("M940-071", line, column, "86", found=str(len(text)), expected=str(WIDTH))
            break


def check_interim(raw: RawMessage, message: Message, report: PlaceReporter) -> None:
    """M940-090 floor limits, -091 one currency, -092 counts and sums against the entries."""
    frame = [field for field in raw.fields if field.role == "frame"]
    floors = [field for field in frame if field.tag == "34F"]
    marks = []
    currencies: list[tuple[str, RawField, int]] = []
    for field in floors:
        match = _FLOOR.fullmatch(field.trimmed)
        if match is not None and _sum(field, match, match[1], report) is None:
            match = None
        marks.append(match[2] or "" if match is not None else "?")
        if match is not None:
            currencies.append((match[1], field, 0))
    if marks not in ([""], ["D", "C"]):
        field = floors[0] if floors else raw.fields[-1]
        line, column = report.piece.place(field.at)
        report.add("M940-090", line, column, "34F", found=", ".join(mark or "-" for mark in marks))
    for field in frame:
        if field.tag not in ("90D", "90C"):
            continue
        match = _COUNT.fullmatch(field.trimmed)
        if match is None:
            report.at("M940-092", field, found=field.trimmed[:40])
            continue
        currencies.append((match[2], field, match.start(2)))
        _compare(field, match, message, report)
    for currency, field, index in currencies[1:]:
        if currency[:2] != currencies[0][0][:2]:
            report.at("M940-091", field, index, "Currency", found=currency, expected=currencies[0][0])


def _compare(field: RawField, match: re.Match[str], message: Message, report: PlaceReporter) -> None:
    amounts = [entry.amount.minor for entry in message.entries]
    credit = field.tag == "90C"
    chosen = [minor for minor in amounts if (minor >= 0) == credit]
    stated = _sum(field, match, match[2], report)
    total = abs(sum(chosen))
    if int(match[1]) != len(chosen) or stated != total:
        expected = f"{len(chosen)} {Money(total, match[2]).text}"
        report.at("M940-092", field, found=field.trimmed, expected=expected)


def _sum(field: RawField, match: re.Match[str], currency: str, report: PlaceReporter) -> int | None:
    """The amount of a floor limit or a sum, with M940-047."""
    amount = read_amount(match[3].strip(), exponent(currency))
    if amount.reason == "grouped":
        report.at("M940-047", field, match.start(3), "Amount", found=match[3])
    return amount.minor
