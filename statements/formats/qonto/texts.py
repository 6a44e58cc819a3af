"""Labels and references: cleaned for the model, with a finding for what a stranger may have hidden in them."""

from __future__ import annotations

import re

from statements.findings import Location, Reporter
from statements.wire.charset import clean, describe, hidden

LONGEST_REFERENCE = 140
"""Characters of the remittance text of a SEPA transfer."""

# Anything but letters and signs of western and central Europe, all of them visible and in normal form C.
_ODD = re.compile("[^ -z|}~\u00a1-\u00ac\u00ae-\u017f\u2010-\u2015\u2018-\u201f\u2026\u20ac]")
_RECORD_LENGTH = 102

_TAG = re.compile(r":[0-9]{2}[A-Z]?:")
_SUBFIELD = re.compile(r"\?[0-9]{2}")
_WORD = re.compile(
    r"/(?:REMI|EREF|PREF|CREF|BREF|MARF|CSID|NAME|ORDP|BENM|IBAN|BIC|RTRN|PURP|ULTD|ULTC|EXCH|ACCW|TRCD|OCMT)/"
)
_LIKE_A_WORD = re.compile(r"/[A-Z]{3}")
_END_OF_MESSAGE = re.compile(r"(?:^|[\r\n\x0b\x0c\x85\u2028\u2029])-\}?(?:$|[\r\n\x0b\x0c\x85\u2028\u2029])|\{[1-5]:")
_RECORD = re.compile(r"0[1457][0-9]{5}.{100}", re.DOTALL)


def usable(text: str) -> bool:
    """True when a text is used as it is and has nothing to report, whatever its use; cheap, and never true wrongly."""
    return (
        ((text.isascii() and text.isprintable() and "{" not in text) or _ODD.search(text) is None)
        and "  " not in text
        and len(text) < _RECORD_LENGTH
        and text[:1] not in " -"
        and text[-1:] != " "
        and ("/" not in text or _LIKE_A_WORD.search(text) is None or _WORD.search(text) is None)
        and (":" not in text or _TAG.search(text) is None)
        and ("?" not in text or _SUBFIELD.search(text) is None)
    )


def lookalike(text: str) -> str | None:
    """What part of a text looks like a tag or record of a bank format; ``None`` when nothing does.

    >>> lookalike("paid :61:2603020302C999,00"), lookalike("12/2026")
    (':61:', None)
    """
    for pattern in (_TAG, _SUBFIELD, _WORD):
        if match := pattern.search(text):
            return match[0]
    if match := _END_OF_MESSAGE.search(text):
        return match[0].strip()
    if match := _RECORD.search(text):
        return match[0][:2]
    return None


def cleaned(text: str, field: str, place: Location, reporter: Reporter) -> str | None:
    """The text for the model; empty is none. ``place`` is that of the member."""
    result = clean(text)
    if hidden(text):
        odd = next(char for char in text if hidden(char))
        reporter.add("QNT-035", place, found=describe(odd))
    part = lookalike(text) or lookalike(result)
    if part is not None:
        reporter.add("QNT-036", place, found=part)
    if field == "reference" and len(result) > LONGEST_REFERENCE:
        reporter.add("QNT-037", place, found=str(len(result)), expected=str(LONGEST_REFERENCE))
    return result or None
