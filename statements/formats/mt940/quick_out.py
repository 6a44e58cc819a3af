"""The quick way of writing: an entry in layout slash in which nothing has to be changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from statements.formats.mt940.narrative import write_slash
from statements.formats.mt940.wire_out import NAMES, NO_REFERENCE, written_type
from statements.formats.mt940.wrapping import WIDTH, wrap
from statements.layout.dates import to_yymmdd
from statements.model.statement import Entry
from statements.reference.operations import cfonb_operations

_PLAIN = re.compile(r"[A-Za-z0-9\-?:().,'+]{1,16}", re.ASCII)
_INSIDE = re.compile(r"[A-Za-z0-9 /\-?:().,'+]*", re.ASCII)
_LARGEST = 10**14
"""Twelve digits, a comma and two decimals: the 15 characters of an amount."""


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
    amount, codes = entry.amount, entry.codes
    minor = amount.minor
    kind = written_type(codes.swift, codes.cfonb)
    value = entry.value_date
    if kind is None or not -_LARGEST < minor < _LARGEST:
        return None
    try:
        booking = to_yymmdd(entry.booking_date)
        value_text = booking if value is None else to_yymmdd(value)
    except ValueError:
        return None
    parts = []
    slashes = 0
    if (text := references.end_to_end_id) is not None and text != "NOTPROVIDED":
        parts.append("/EREF/" + text)
        slashes = 2
    if (text := references.mandate_id) is not None:
        parts.append("/MARF/" + text)
        slashes += 2
    if (text := references.creditor_id) is not None:
        parts.append("/CSID/" + text)
        slashes += 2
    party = entry.counterparty
    if party is not None:
        name, role = party.name, party.role
        if name is not None:
            if len(name) > write_slash.NAME_WIDTH or (role is None and not name):
                return None
            parts.append(NAMES[role] + name)
            slashes += 2 if role is None else 4
        elif role is not None:
            return None
        if (text := party.iban) is not None:
            parts.append("/IBAN/" + text)
            slashes += 2
        if (text := party.bic) is not None:
            parts.append("/BIC/" + text)
            slashes += 2
    if remittance:
        text = remittance[0]
        if "/" in text and (write_slash.false_words(text) or text[-1] == "/"):
            return None
        parts.append("/REMI/" + text)
        slashes += 2 + text.count("/")
    written = "D" if minor < 0 else "C"
    if entry.reversal:
        written = "RC" if minor < 0 else "RD"
    whole, cents = divmod(-minor if minor < 0 else minor, 100)
    line = f":61:{value_text}{booking[2:]}{written}{whole},{cents:02d}{kind}{owner}"
    if bank is not None:
        line = f"{line}//{bank}"
    cfonb = codes.cfonb
    if cfonb is not None:
        if not settings["operation_code"] or cfonb not in cfonb_operations():
            return None
        line = f"{line}{eol}/TRCD/{cfonb}/"
    if not parts:
        return line + eol
    text = "".join(parts)
    # A blank beside a slash is the end of a value that is not trimmed, or an IBAN with blanks never mind where.
    if (
        _INSIDE.fullmatch(text) is None
        or "  " in text
        or " /" in text
        or "/ " in text
        or text[-1] in " /"
        or text.count("/") != slashes
        or any(part[-1] == "/" for part in parts)
        or (party is not None and (" " in (party.iban or "") or " " in (party.bic or "")))
    ):
        return None
    if len(text) <= WIDTH:
        return f"{line}{eol}:86:{text}{eol}"
    wrapped = wrap(parts)
    if wrapped is None or wrapped.parts is not parts:
        return None
    return f"{line}{eol}:86:{eol.join(wrapped.lines)}{eol}"
