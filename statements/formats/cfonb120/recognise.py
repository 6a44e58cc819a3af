"""Is this a CFONB-120 file, and if not, what is it?

>>> recognise(b"0116958    00001EUR2 12345678901  290926")
True
>>> other_format("31" + " " * 238 + chr(10) + "34" + " " * 238)
'CFONB-240'
"""

from __future__ import annotations

import re

KNOWN_CODES = frozenset({"01", "04", "05", "07"})

# A record: code, bank code, four characters, then the branch code. Also without line ends, so not anchored to one.
_HEAD = re.compile(rb"(?:^|[\r\n])[ \t]*0[1457][0-9]{5}.{4}[0-9A-Z]{5}", re.ASCII)
_EBCDIC_HEAD = re.compile(rb"\xf0[\xf1\xf4\xf5\xf7][\xf0-\xf9]{5}", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")

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


def recognise(data: bytes) -> bool:
    """A cheap test of the beginning of a file: at least one record head of CFONB-120, in ASCII or EBCDIC."""
    head = data[:8192].removeprefix(b"\xef\xbb\xbf")
    if _EBCDIC_HEAD.match(head) is not None:
        return True
    return _HEAD.search(head) is not None and other_format(head.decode("latin-1")) is None


def other_format(text: str) -> str | None:
    """The name of the format that the beginning of a text belongs to; ``None`` for CFONB-120 and the unknown."""
    for name, pattern in _SIGNATURES:
        if pattern.match(text) is not None:
            return name
    lines = [line for line in _LINE_END.split(text.lstrip("\r\n"), maxsplit=3)[:3] if line.strip(" ")]
    if not lines:
        return None
    first = lines[0]
    code = first[:2]
    for name, length, openers, followers in _SISTERS:
        if code not in openers or (code in KNOWN_CODES and first[length : length + 2] in KNOWN_CODES):
            continue
        second = first[length : length + 2] if len(first) > length else lines[1][:2] if len(lines) > 1 else ""
        whole = len(first) == length or (len(lines) == 1 and len(first) > length and len(first) % length == 0)
        stripped = code not in KNOWN_CODES and len(first) < length and len(lines) > 1 and len(lines[1]) == length
        if (whole or stripped or len(first) > 4 * length) and (second in followers or not second):
            if code in KNOWN_CODES and first[120:122] in KNOWN_CODES:
                continue
            return name
    return None
