"""Files in another encoding than UTF-8: what their bytes stand for, and the same text in UTF-8 as a proposal.

>>> named(Source(b"<Nm>S\\xfcd</Nm>"), sniff.encoding_of(b"<Nm>"), b"\\xfcd")
'FC = ü (ISO-8859-1)'
>>> named(Source(b"<Nm>Dvo\\xf8ak</Nm>"), sniff.encoding_of(b"<Nm>"), b"\\xf8a")
'F8 = ø (ISO-8859-1) / ř (ISO-8859-2)'
>>> bytewise(Source(b"Caf\\xe9")), bytewise(Source(b"5 \\x80")), bytewise(Source(b"\\xe9, \\xc3\\xa9"))
(('ISO-8859-1', 'safe'), ('Windows-1252', 'safe'), None)
>>> bytewise(Source(b"Dvo\\xf8ak"))
('ISO-8859-1', 'review')
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from contextlib import suppress
from typing import Literal

from statements.findings import Proposal
from statements.formats.pain001 import encoding as sniff
from statements.formats.pain001.source import Source


def named(source: Source, encoding: sniff.Encoding, raw: bytes) -> str:
    """Bytes that are no UTF-8 in hexadecimal; one of ISO-8859-1 or Windows-1252 with its character and the encoding.

    Which of the two is told by all such bytes of the file: 80 to 9F are letters and signs in the second alone. Where
    the texts of the file may be in another alphabet as well, its character stands beside.
    """
    # A byte of continuation behind it: rather a broken character of UTF-8.
    if encoding.name != "utf-8" or raw[0] in _NO_CHARACTER or (raw[1:] and 0x80 <= raw[1] < 0xC0):
        return raw.hex(" ").upper()
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    windows = any(_WINDOWS.search(decoder.decode(piece)) for piece in source.raw())
    character = raw[:1].decode("cp1252")
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    words = f"{raw[0]:02X} = {shown} ({'Windows-1252' if windows else 'ISO-8859-1'})"
    for label, codec in _other_readings(source, "cp1252"):
        other = raw[:1].decode(codec)
        if other != character:
            return f"{words} / {other} ({label})"
    return words


_NO_CHARACTER = b"\x81\x8d\x8f\x90\x9d"
_WINDOWS = re.compile("[\udc80-\udc9f]")


def to_utf8(source: Source, head: bytes, encoding: sniff.Encoding) -> Proposal | None:
    """The same text in UTF-8, of a file that can be decoded."""
    if encoding.name == "utf-7":
        return None
    if encoding.name == "utf-8":
        return declared_anew(head, encoding, "", "safe")
    # Declared ISO-8859-1 with bytes that it keeps for controls: Windows-1252, as browsers take it.
    if encoding.name == "iso8859-1" and any(_CONTROLS.search(piece) for piece in source.raw()):
        found = bytewise(source)
        return declared_anew(head, encoding, found[0], "review") if found is not None else None
    name = encoding.name.upper() if encoding.fault is not None or encoding.declared is None else encoding.label
    return declared_anew(
        head, encoding, name if codecs.lookup(name).name == encoding.name else encoding.name.upper(), "safe"
    )


def declared_anew(
    head: bytes, encoding: sniff.Encoding, real: str, grade: Literal["safe", "review"]
) -> Proposal | None:
    """The file in UTF-8, which really is in the encoding ``real`` (empty: in UTF-8), and says so where it says so.

    ``None`` for a file that is and declares UTF-8 already.
    """
    declared = encoding.declared or ""
    with suppress(LookupError, ValueError):
        declared = "" if codecs.lookup(declared).name == "utf-8" else declared
    if not declared:
        return Proposal(0, "", "", grade, encoding=real) if real else None
    text = head[encoding.mark : encoding.mark + 2000].decode(encoding.name, "replace")
    match = sniff.DECLARATION.match(text)
    before = text[: match.start(1)] if match is not None else ""
    return Proposal(encoding.mark + len(before.encode(encoding.name)), declared, "UTF-8", grade, encoding=real)


def bytewise(source: Source) -> tuple[str, Literal["safe", "review"]] | None:
    """In which encoding of one byte a character a file stands that is no UTF-8, and how sure that is.

    ISO-8859-1 and Windows-1252 agree on all letters. It is sure only when the texts that hold such bytes say the same
    in every other alphabet in which they are words; else a person must look. ``None`` when some of it is UTF-8, or
    stands for no character.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    found: set[str] = set()
    for piece in source.raw():
        text = decoder.decode(piece)
        if not text.isascii():
            found.update(char for char in text if char > "\x7f")
    found.update(char for char in decoder.decode(b"", final=True) if char > "\x7f")
    if not all("\udc80" <= char <= "\udcff" for char in found):
        return None
    values = bytes(ord(char) - 0xDC00 for char in found)
    if set(values) & set(_NO_CHARACTER):
        return None
    windows = any(value < 0xA0 for value in values)
    certain = set(values) <= _SURE and not _other_readings(source, "cp1252")
    return "Windows-1252" if windows else "ISO-8859-1", "safe" if certain else "review"


# Other encodings of one byte a character in which files of the SEPA countries are written.
_OTHERS = (
    ("ISO-8859-2", "iso8859-2"),
    ("Windows-1250", "cp1250"),
    ("ISO-8859-15", "iso8859-15"),
    ("ISO-8859-9", "iso8859-9"),
    ("Windows-1254", "cp1254"),
    ("ISO-8859-13", "iso8859-13"),
    ("Windows-1257", "cp1257"),
    ("ISO-8859-4", "iso8859-4"),
    ("ISO-8859-16", "iso8859-16"),
    ("Windows-1251", "cp1251"),
    ("ISO-8859-5", "iso8859-5"),
    ("Windows-1253", "cp1253"),
    ("ISO-8859-7", "iso8859-7"),
    ("IBM850", "cp850"),
    ("IBM852", "cp852"),
    ("IBM437", "cp437"),
    ("Mac OS Roman", "mac-roman"),
)
_WORD = re.compile(b"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_WORD_BEGUN = re.compile(b"[A-Za-z\x80-\xff]*\\Z")
# More different words are not looked at: what a file says is known by then.
_MOST_WORDS = 20_000
_LONGEST_WORD = 100
_SIGNS = frozenset("\xa0\xa7\xab\xb0\xbb\u20ac\u2026\u2018\u2019\u201c\u201d\u2013\u2014")


def _other_readings(source: Source, codec: str) -> list[tuple[str, str]]:
    """The encodings in which all words of the file are words, but other ones than in ``codec``: label and codec."""
    words = _words(source)
    return [
        (label, other)
        for label, other in _OTHERS
        if all(_is_word(word, other) for word in words)
        and any(word.decode(codec, "replace") != word.decode(other) for word in words)
    ]


def _words(source: Source) -> set[bytes]:
    """The different words with bytes above 7F, as far as they are short."""
    words: set[bytes] = set()
    rest = b""
    for piece in source.raw():
        text = rest + piece
        begun = _WORD_BEGUN.search(text, max(0, len(text) - _LONGEST_WORD))
        end = begun.start() if begun is not None else len(text)
        words.update(word[:_LONGEST_WORD] for word in _WORD.findall(text, 0, end))
        rest = text[end:]
        if len(words) > _MOST_WORDS:
            break
    words.update(word[:_LONGEST_WORD] for word in _WORD.findall(rest))
    return words


def _is_word(word: bytes, codec: str) -> bool:
    """True when bytes are a word, or signs of ordinary texts, in an encoding: one alphabet, capitals where they go."""
    try:
        text = word.decode(codec)
    except UnicodeDecodeError:
        return False
    for at, char in enumerate(text):
        if char.isascii() or char in _SIGNS:
            continue
        before, behind = text[max(0, at - 1) : at], text[at + 1 : at + 2]
        latin = unicodedata.name(char, "").startswith("LATIN")
        if not char.isalpha() or (not latin and (before + behind).isascii() and before + behind):
            return False
        # A capital inside a word of small letters, or alone; a small letter between capitals.
        if char.isupper() and (before.islower() or (before.isalpha() if behind.islower() else not behind + before)):
            return False
        if char.islower() and before.isupper() and (behind.isupper() or text[max(0, at - 2) : at - 1].isupper()):
            return False
    return True


_CONTROLS = re.compile(b"[\x80-\x9f]")
# Letters, and signs of ordinary texts: blank, degree, section, quotation marks, dashes, dots, the euro.
_SURE = {*range(0xC0, 0x100), *"\xa0\xa7\xab\xb0\xbb".encode("iso8859-1")} - {0xD7, 0xF7}
_SURE |= set(
    "\u20ac\u2026\u2018\u2019\u201c\u201d\u2013\u2014\u0152\u0153\u0160\u0161\u017d\u017e\u0178".encode("cp1252")
)
