r"""How texts are shown: nothing of a file acts on a terminal, and French has its blanks.

Characters of a file that act on a terminal, a log or an editor instead of being seen stand in one list here.

Controls, format characters (direction marks, zero-width characters, tags), line and paragraph separators and half
surrogates: the Unicode categories Cc, Cf, Zl, Zp and Cs. Nothing of a file is printed without one of these functions.

>>> one_line("a\x1b[31m\nb\u202e")
'a\\x1b[31m\\nb\\u202e'
"""

from __future__ import annotations

import re
from functools import lru_cache

_RANGES = (
    "\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
HIDDEN = re.compile(f"[{_RANGES}]")
"""Every character that is not printed as it is."""

_NOT_LAYOUT = re.compile("[" + _RANGES.replace("\x00-\x1f", "\x00-\x08\x0b-\x1f") + "]")
_UNUSUAL = re.compile("[^\n\t\x20-\x7e\xa0-\xac\xae-\u05ff\u2010-\u2027\u2030-\u205f\u2070-\ud7ff]")
"""A wider class that is looked for much faster: most documents hold none of it."""


_BEFORE = re.compile("[ \u202f](?=[:;?!»](?![\\w=]))")
_AFTER = re.compile("(?<=«)[ \u202f]")


def safe(text: str) -> str:
    r"""The text with every hidden character but tabs and line feeds written as its code.

    >>> safe("a\x1b[31m")
    'a\\x1b[31m'
    """
    return _NOT_LAYOUT.sub(lambda match: _code(match[0]), text)


def one_line(text: str) -> str:
    r"""As :func:`safe`, with line breaks and tabs written out too.

    >>> one_line("a\nb")
    'a\\nb'
    """
    return safe(text).replace("\n", "\\n").replace("\t", "\\t")


def blotted(text: str) -> str:
    r"""Every hidden character as one ``�``, so that columns stay where they are.

    >>> blotted("Dur\x1b[31mand")
    'Dur�[31mand'
    """
    return HIDDEN.sub("�", text)


def in_json(document: str) -> str:
    r"""A JSON document whose strings hold hidden characters as escapes: the same data, but nothing that acts.

    >>> in_json('{"name": "a\u202eb"}')
    '{"name": "a\\u202eb"}'
    """
    if _UNUSUAL.search(document) is None:
        return document
    return _NOT_LAYOUT.sub(lambda match: _escapes(match[0]), document)


def in_xml(document: str) -> str:
    """An XML document whose texts hold hidden characters as references.

    >>> in_xml("<a>\x9b</a>")
    '<a>&#x9b;</a>'
    """
    return _NOT_LAYOUT.sub(lambda match: f"&#x{ord(match[0]):x};", document)


@lru_cache(maxsize=2048)
def french(text: str) -> str:
    """French with its no-break blanks (before ``: ; ? ! »``, after ``«``) and one apostrophe; sources have plain ones.

    >>> french("Vouliez-vous dire « oui » ?")
    'Vouliez-vous dire «\\xa0oui\\xa0»\\xa0?'
    """
    return _AFTER.sub("\u00a0", _BEFORE.sub("\u00a0", text)).replace("\u2019", "'")


_AMOUNT = r"(?P<sign>-?)(?P<whole>\d{1,15})\.(?P<decimals>\d{2,4})"
_DAY = (
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:T(?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?(?P<zone>Z|[+-]\d\d:\d\d))?"
)
_FIGURE = re.compile(rf"{_DAY}|{_AMOUNT}", re.ASCII)
_FIGURES = re.compile(re.sub(r"\?P<\w+>", "?:", rf"(?:{_DAY}|{_AMOUNT}(?!\d)|[A-Z]{{3}}|[ ,–-])+"), re.ASCII)


def french_value(text: str) -> str:
    """Amounts and days as French writes them, where a text holds nothing else; any other text as it is.

    >>> french_value("-12345.67"), french_value("2026-09-30"), french_value("1.2.3")
    ('-12\\xa0345,67', '30/09/2026', '1.2.3')
    >>> french_value("100.00 EUR, 2026-05-01 – 2026-05-31"), french_value("2026-05-12T09:00:00+00:00")
    ('100,00 EUR, 01/05/2026 – 31/05/2026', '12/05/2026 à 09:00:00 UTC')
    """
    return _FIGURE.sub(_french_figure, text) if len(text) <= 300 and _FIGURES.fullmatch(text) is not None else text


def _french_figure(match: re.Match[str]) -> str:
    if match["year"] is None:
        grouped = f"{int(match['whole']):,}".replace(",", "\u00a0")
        return f"{match['sign']}{grouped},{match['decimals']}"
    day = f"{match['day']}/{match['month']}/{match['year']}"
    if match["time"] is None:
        return day
    zone = "UTC" if match["zone"] in ("Z", "+00:00") else match["zone"]
    return f"{day} à {match['time']} {zone}"


def _code(char: str) -> str:
    number = ord(char)
    if number > 0xFFFF:
        return f"\\U{number:08x}"
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def _escapes(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
