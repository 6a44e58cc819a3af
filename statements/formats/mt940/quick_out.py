"""The quick way of writing: an entry in layout slash in which nothing has to be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from statements.formats.mt940.narrative import slash as write_slash
from statements.formats.mt940.narrative.slash import WORDS
from statements.formats.mt940.wire_out import NAMES, NO_REFERENCE, written_type
from statements.formats.mt940.narrative.wrapping import LINES, WIDTH, BadStart, by_word
from statements.model.account import Party
from statements.model.statement import Entry
from statements.reference.operations import cfonb_operations
from statements.wire.dates import to_yymmdd

_ALLOWED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 /-?:().,'+"
_PLAIN = re.compile(r"[A-Za-z0-9\-?:().,'+]{1,16}", re.ASCII)
_WORDS = frozenset(WORDS)
_LARGEST = 10**14
"""Twelve digits, a comma and two decimals: the 15 characters of an amount."""

_CACHED = 4_096
_KINDS: dict[tuple[str | None, str | None], tuple[str, str] | None] = {}
_PARTIES: dict[Party, tuple[str, ...] | None] = {}


def _kind(swift: str | None, cfonb: str | None) -> tuple[str, str] | None:
    """The type of an entry and the code word of its operation; ``None`` when something about them is to be said."""
    kind = written_type(swift, cfonb)
    found: tuple[str, str] | None = None
    if kind is not None and (cfonb is None or cfonb in cfonb_operations()):
        found = kind, "" if cfonb is None else f"/TRCD/{cfonb}/"
    if len(_KINDS) >= _CACHED:
        _KINDS.clear()
    _KINDS[swift, cfonb] = found
    return found


def _party(party: Party) -> tuple[str, ...] | None:
    """The parts of a counterparty; ``None`` when one of them is to be changed. The same few fill most accounts."""
    name, role, iban, bic = party.name, party.role, party.iban, party.bic
    parts: list[str] = []
    if name is not None:
        parts.append(NAMES[role] + name)
    if iban is not None:
        parts.append("/IBAN/" + iban)
    if bic is not None:
        parts.append("/BIC/" + bic)
    values = [value for value in (name, iban, bic) if value is not None]
    found: tuple[str, ...] | None = tuple(parts)
    good = all(value and "/" not in value and value[0] != " " and value[-1] != " " for value in values)
    if (
        not good
        or (name is None and role is not None)
        or len(name or "") > write_slash.NAME_WIDTH
        or " " in (iban or "") + (bic or "")
    ):
        found = None
    if len(_PARTIES) >= _CACHED:
        _PARTIES.clear()
    _PARTIES[party] = found
    return found


def quick_entry(entry: Entry, settings: Mapping[str, Any], eol: str) -> str | None:
    """The lines of an entry in layout slash in which nothing has to be changed; ``None`` sends it the careful way.

    The result is that of the careful way: every value is already trimmed, in the set x, and free of code words.
    """
    remittance = entry.remittance
    if entry.details or entry.original_amount is not None or len(remittance) > 1:
        return None
    references = entry.references
    owner, bank = references.customer_reference, references.bank_reference
    if owner is None:
        owner = "NONREF"
    elif _PLAIN.fullmatch(owner) is None or owner in NO_REFERENCE:
        return None
    if bank is not None and (_PLAIN.fullmatch(bank) is None or bank in NO_REFERENCE):
        return None
    codes = entry.codes
    swift, cfonb = codes.swift, codes.cfonb
    kind = _KINDS.get((swift, cfonb)) or _kind(swift, cfonb)
    minor = entry.amount.minor
    if kind is None or not -_LARGEST < minor < _LARGEST:
        return None
    booking_date, value_date = entry.booking_date, entry.value_date
    try:
        booking = to_yymmdd(booking_date)
        value = booking if value_date is None else to_yymmdd(value_date)
    except ValueError:
        return None
    parts: list[str] = []
    slashes = 0
    if (text := references.end_to_end_id) is not None and text != "NOTPROVIDED":
        if not text:
            return None
        parts.append("/EREF/" + text)
        slashes = 2
    if (text := references.mandate_id) is not None:
        if not text:
            return None
        parts.append("/MARF/" + text)
        slashes += 2
    if (text := references.creditor_id) is not None:
        if not text:
            return None
        parts.append("/CSID/" + text)
        slashes += 2
    # A blank beside a slash is the end of a value that is not trimmed.
    if parts and ((text := "".join(parts)).count("/") != slashes or " /" in text or "/ " in text or text[-1] == " "):
        return None
    party = entry.counterparty
    if party is not None:
        said = _PARTIES.get(party) or _party(party)
        if said is None:
            return None
        parts += said
    if remittance:
        text = remittance[0]
        if not text or text[0] == " " or text[-1] in " /" or text == "USTD" or text == "STRD":
            return None
        if "/" in text:
            first, *inner = text.split("/")
            if first == "USTD" or first == "STRD" or not _WORDS.isdisjoint(inner):
                return None
        parts.append("/REMI/" + text)
    mark = ("RC" if minor < 0 else "RD") if entry.reversal else "D" if minor < 0 else "C"
    digits = str(-minor if minor < 0 else minor).rjust(3, "0")
    line = f":61:{value}{booking[2:]}{mark}{digits[:-2]},{digits[-2:]}{kind[0]}{owner}"
    if bank is not None:
        line = f"{line}//{bank}"
    if kind[1]:
        if not settings["operation_code"]:
            return None
        line = f"{line}{eol}{kind[1]}"
    if not parts:
        return line + eol
    text = "".join(parts)
    if not text.isascii() or "  " in text or text.encode("ascii").translate(None, _ALLOWED):
        return None
    if len(text) <= WIDTH:
        return f"{line}{eol}:86:{text}{eol}"
    if len(parts) == 2 and len(parts[0]) <= WIDTH and len(parts[1]) <= WIDTH:
        # Two parts that do not share a line: what follows by word, said at once.
        return f"{line}{eol}:86:{parts[0]}{eol}{parts[1]}{eol}"
    try:
        lines = by_word(parts)
    except BadStart:
        return None
    return f"{line}{eol}:86:{eol.join(lines)}{eol}" if len(lines) <= LINES else None
