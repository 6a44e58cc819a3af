"""Slash narratives ``/WORD/value/WORD/value``: ABN AMRO, Rabobank, ING, Knab, bunq, and the layout we write.

Values are not escaped, so a word counts only when it is in the closed list :data:`WORDS`. A value runs to the next
listed word that begins at or after its first character; the slash that closes a word never opens the next one.

    >>> parts = read_slash(["/EREF/E2E-1/ORDP//NAME/Anne Petit/REMI/Facture 2026/08"])
    >>> parts.end_to_end_id, parts.name, parts.role, parts.remittance
    ('E2E-1', 'Anne Petit', 'payer', ('Facture 2026/08',))

Source: format descriptions of ABN AMRO 1.4 (2014), Rabobank 1.1 (2013) and ING; files of these banks.
"""

from __future__ import annotations

import re

from statements.formats.mt940.narrative.parts import Note, Parts, trimmed
from statements.model.statement import Detail
from statements.reference.iban import is_iban

WORDS = (
    "TRTP RTRN EREF CREF BREF PREF IREF MARF CSID CNTP NAME IBAN BIC BBAN ACCW ADDR PURP ULTD ULTB ULTC ORDP BENM "
    "EXCH OCMT CHGS NRTX PIND RTYP RREF SWOD ISDT REMI"
).split()
"""The listed words; ``ID`` counts only after ORDP or BENM (or their name), ``USTD`` and ``STRD`` only after REMI."""

WORD = re.compile(f"/({'|'.join(WORDS)})/")
STARTS = re.compile(f"//?(?:{'|'.join(WORDS)}|ID|USTD|STRD)/")
_ID = re.compile("/ID/")
_ROLES = {"ORDP": "payer", "BENM": "beneficiary"}
_GROUPS = ("ULTD", "ULTC", "ULTB")
_RATE = re.compile(r"[0-9]+(?:[.,][0-9]*)?", re.ASCII)
_KBS = re.compile(r"([0-9]{8,34})(?: ?/(.*))?", re.ASCII)
_WIDTH = 65

_ING = frozenset("RTRN CREF EREF PREF IREF MARF CSID REMI PURP ULTC ULTD EXCH CHGS".split())

_FIELDS = {
    "EREF": "end_to_end_id",
    "MARF": "mandate_id",
    "CSID": "creditor_id",
    "CREF": "customer_reference",
    "BREF": "bank_reference",
    "IBAN": "iban",
    "BIC": "bic",
    "OCMT": "original",
}


def is_slash(first: str) -> bool:
    """Whether a first line opens a slash narrative: a listed word, closed by a slash."""
    return first[:1] == "/" and WORD.match(first) is not None


def join(lines: list[str]) -> tuple[str, list[Note]]:
    """The text of the lines and M940-076 for each place where a blank was put between two of them."""
    text, notes = lines[0].rstrip(), []
    last = len(text)
    for index, line in enumerate(lines[1:], 1):
        line = line.rstrip()
        short = last < _WIDTH and line[:1] not in (" ", ":", "") and text[-1:] != " "
        if short and STARTS.match(line) is None and not _cut_word(text, line):
            notes.append(Note("M940-076", index, line[:20]))
            text += " "
        text += line
        last = len(line)
    return text, notes


def _cut_word(before: str, line: str) -> bool:
    """Whether the line end cut a listed word in two."""
    tail = before[-5:]
    match = WORD.search(tail + line[:5])
    return match is not None and match.start() < len(tail) < match.end()


def scan(text: str) -> list[tuple[str, str]]:
    """The words of a text in order, each with its value as it stands.

    >>> scan("/ORDP//NAME/A/B/IBAN/FR76")
    [('ORDP', ''), ('NAME', 'A/B'), ('IBAN', 'FR76')]
    """
    found: list[tuple[str, str]] = []
    word, start = "", 0
    for match in WORD.finditer(text):
        if word:
            found.append((word, text[start : match.start()]))
        word, start = match[1], match.end()
    if word:
        found.append((word, text[start:]))
    return found


def _closed(words: list[tuple[str, str]]) -> bool:
    """Whether each value ends with a slash of its own, as ING writes them."""
    if any(word == "CNTP" or (word == "REMI" and value.startswith(("USTD//", "STRD/"))) for word, value in words):
        return True
    return closed_by_chance(words)


def closed_by_chance(words: list[tuple[str, str]]) -> bool:
    """Whether words that ING also writes all have a value with a slash at its end; a writer must avoid it."""
    values = [value for word, value in words if value and word in _ING]
    return len(values) > 1 and len(values) == len(words) and all(value.endswith("/") for value in values)


def read_slash(lines: list[str]) -> Parts:
    """The values of a slash narrative."""
    text, notes = join(trimmed(lines))
    words = scan(text)
    parts = Parts(dialect="slash", details=[], notes=notes)
    closed = _closed(words)
    pending = ""
    seen: set[str] = set()
    for word, value in words:
        if closed and value.endswith("/"):
            value = value[:-1]
        value = value.strip(" ")
        if word in _ROLES and not value:
            pending = word
            continue
        if word in _GROUPS and not value:
            pending = word
            continue
        if word == "NAME":
            _name(parts, pending, value, seen)
            if pending not in _ROLES:
                pending = ""
            continue
        if pending in _ROLES and not parts.name:
            _role(parts, pending)
        pending = ""
        if not value:
            continue
        key = word
        if key in seen:
            parts.details.append(Detail(word, value))
            notes.append(Note("M940-075", 0, f"/{word}/"))
            continue
        seen.add(key)
        _value(parts, word, value)
    if pending in _ROLES and not parts.name:
        _role(parts, pending)
    return parts


def _role(parts: Parts, word: str) -> None:
    if parts.role is None:
        parts.role = "payer" if word == "ORDP" else "beneficiary"


def _name(parts: Parts, mark: str, value: str, seen: set[str]) -> None:
    if mark in _GROUPS:
        key = mark
        if value:
            if key in seen:
                parts.notes.append(Note("M940-075", 0, f"/{mark}/"))
            seen.add(key)
            parts.details.append(Detail(mark, value))
        return
    if mark:
        _role(parts, mark)
        match = _ID.search(value)
        if match is not None:
            parts.details.append(Detail("ID", value[match.end() :].strip(" ")))
            value = value[: match.start()].rstrip(" ")
    if not value:
        return
    if "NAME" in seen:
        parts.details.append(Detail("NAME", value))
        parts.notes.append(Note("M940-075", 0, "/NAME/"))
        return
    seen.add("NAME")
    parts.name = value


def _value(parts: Parts, word: str, value: str) -> None:
    if word == "EREF" and value == "NOTPROVIDED":
        return
    attribute = _FIELDS.get(word)
    if attribute is not None:
        if word in ("IBAN", "BIC"):
            value = value.replace(" ", "")
        setattr(parts, attribute, value)
    elif word == "REMI":
        _remittance(parts, value)
    elif word == "EXCH":
        if _RATE.fullmatch(value) is not None:
            parts.rate = value.replace(",", ".").rstrip(".")
        else:
            parts.details.append(Detail(word, value))
    elif word == "CNTP":
        _counterparty(parts, value)
    elif word in _ROLES:
        _party(parts, word, value)
    else:
        parts.details.append(Detail(word, value))


def _remittance(parts: Parts, value: str) -> None:
    if value.startswith("USTD//"):
        value = value[6:]
    elif value.startswith("STRD/"):
        # issuer/text: the issuer (CUR, ISO) says what kind of reference it is.
        parts.details.append(Detail("STRD", value[5:].partition("/")[0]))
        value = value[5:].partition("/")[2]
    elif value in ("USTD/", "USTD"):
        value = ""
    value = value.strip(" ")
    if value:
        parts.remittance = (value,)


def _counterparty(parts: Parts, value: str) -> None:
    """ING: account/BIC/name/city, all four may be empty; a name may hold slashes of its own."""
    pieces = [piece.strip(" ") for piece in value.split("/")]
    account = pieces[0]
    bic = pieces[1] if len(pieces) > 1 else ""
    name = "/".join(pieces[2:-1]) if len(pieces) > 3 else "".join(pieces[2:3])
    city = pieces[-1] if len(pieces) > 3 else ""
    if account:
        if is_iban(account) and parts.iban is None:
            parts.iban = account
        else:
            parts.details.append(Detail("ACCW", account))
    if bic:
        parts.bic = parts.bic or bic
    if name:
        parts.name = parts.name or name
    if city:
        parts.details.append(Detail("CITY", city))


def _party(parts: Parts, word: str, value: str) -> None:
    """``/ORDP/account``, then name, references and text, each led by a slash (a bank of North Macedonia)."""
    _role(parts, word)
    if value.startswith("ID/"):
        parts.details.append(Detail("ID", value[3:].strip(" ")))
        return
    match = _KBS.fullmatch(value)
    if match is None:
        parts.details.append(Detail(word, value))
        return
    parts.details.append(Detail("ACCW", match[1]))
    pieces = [piece.strip() for piece in re.split(r" /|(?<=^)/", match[2] or "")]
    if pieces and pieces[0]:
        parts.name = pieces[0]
    parts.remittance = tuple(piece for piece in pieces[1:] if piece)
