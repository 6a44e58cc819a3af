"""What a text that is no CFONB-120 may be: the sister formats of other record lengths, and what is seen by its head."""

from __future__ import annotations

import re

from statements.formats.cfonb120.records import TABLES, WIDTH

KNOWN_CODES = frozenset(TABLES)
SEPARATOR = re.compile("(\r\n|\r|\n)")

# First record code and length of the sister formats, and the codes that may follow.
_SISTERS = (
    ("CFONB-160", 160, frozenset({"03"}), frozenset({"04", "05", "06", "07", "08"})),
    ("CFONB-240", 240, frozenset({"31", "01", "03"}), frozenset({"31", "34", "39", "02", "04", "06", "08"})),
    ("CFONB-320", 320, frozenset({"03"}), frozenset({"04", "05", "06", "07", "08"})),
)

_SIGNATURES = (
    ("an MT940 statement", re.compile(r"\s*(?:\{1:|:20:|:25:)")),
    ("XML", re.compile(r"\s*<(?:\?xml|[A-Za-z!])")),
    ("JSON", re.compile(r"\s*[\[{]\s*[\"{\[]")),
    ("PDF", re.compile("%PDF-")),
    ("a ZIP archive", re.compile("PK\x03\x04")),
)


def other_format(text: str) -> str | None:
    """The name of the format that the beginning of a text belongs to; ``None`` for CFONB-120 and the unknown.

    A sister is known by the length of its records together with its record codes: a length alone could be a statement
    whose records were filled with blanks, or glued.

    >>> other_format("31" + " " * 238 + chr(10) + "34" + " " * 238)
    'CFONB-240'
    >>> other_format(":20:STATEMENT")
    'an MT940 statement'
    >>> other_format("01" + " " * 238 + chr(10) + "07" + " " * 238) is None
    True
    """
    for name, pattern in _SIGNATURES:
        if pattern.match(text) is not None:
            return name
    lines = [line for line in SEPARATOR.split(text.lstrip("\r\n"), maxsplit=3)[:5:2] if line.strip(" ")]
    if not lines:
        return None
    first = lines[0]
    code = first[:2]
    for name, length, openers, followers in _SISTERS:
        if code not in openers or (code in KNOWN_CODES and first[length : length + 2] in KNOWN_CODES):
            continue
        if code in KNOWN_CODES and not first[WIDTH:].strip(" "):
            continue  # a record of 120 characters, filled with blanks
        second = first[length : length + 2] if len(first) > length else lines[1][:2] if len(lines) > 1 else ""
        whole = len(first) == length or (len(lines) == 1 and len(first) > length and len(first) % length == 0)
        stripped = code not in KNOWN_CODES and len(first) < length and len(lines) > 1 and len(lines[1]) == length
        if (whole or stripped or len(first) > 4 * length) and (second in followers or not second):
            if code in KNOWN_CODES and first[120:122] in KNOWN_CODES:
                continue
            return name
    return None
