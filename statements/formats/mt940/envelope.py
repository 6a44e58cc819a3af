"""The envelope ``{1:…}{2:…}{4:`` around a message, and other headers that banks put before it."""

from __future__ import annotations

import re

from statements.formats.mt940.records import RawMessage
from statements.formats.mt940.report import Report
from statements.reference.bic import is_bic

_GOOD = re.compile(
    r"\{1:F01[A-Z0-9]{12}[0-9]{10}\}"
    r"\{2:(?:I9[0-9]{2}[A-Z0-9]{12}[A-Z](?:[0-9]{1,4})?|O9[0-9]{2}[0-9]{10}[A-Z0-9]{12}[0-9]{20}[A-Z])\}"
    r"(?:\{3:(?:\{[^{}]*\})*\})?\{4:"
)
_SENDER = re.compile(r"\{1:F01([A-Z0-9]{8})[A-Z0-9]([A-Z0-9]{3})[0-9]{10}\}\{2:I9")
_ANY = re.compile(r"\s*\{[1-5S]:|\s*[^\w\s:]?[äÄ][1-5]:")


def check_envelope(raw: RawMessage, report: Report) -> None:
    """M940-005 for lines that are neither block nor field, M940-006 and -007 for the blocks."""
    blocks: list[tuple[int, str]] = []
    for number, text in raw.header:
        if _ANY.match(text) is not None:
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
    if len(own) != 1 or _GOOD.fullmatch(header) is None:
        report.add("M940-007", own[0][0] if own else blocks[0][0], 1, found=(own or blocks)[0][1][:60])


def sender_bic(header: str) -> str | None:
    """The BIC of the bank that sends a message, 11 characters, from its block 1; ``None`` for any other header.

    >>> sender_bic("{1:F01QNTOFRP1XXXX0000000000}{2:I940XXXXXXXXXXXXN}{4:")
    'QNTOFRP1XXX'
    """
    match = _SENDER.search(header)
    if match is None or not is_bic(match[1] + match[2]):
        return None
    return match[1] + match[2]
