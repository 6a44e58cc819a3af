"""Slash narratives ``/WORD/value/WORD/value``: ABN AMRO, Rabobank, ING, Knab, bunq, and the layout we write.

Values are not escaped, so a word counts only when it is in the closed list :data:`WORDS`. A value runs to the next
listed word that begins at or after its first character; the slash that closes a word never opens the next one. In
what we write, references come first and short so that they stay whole on a line; the text comes last, so that it
alone can be cut.

    >>> parts = read_slash("/EREF/E2E-1/ORDP//NAME/Anne Petit/REMI/Facture 2026/08")
    >>> parts.end_to_end_id, parts.name, parts.role, parts.remittance
    ('E2E-1', 'Anne Petit', 'payer', ('Facture 2026/08',))

Source: format descriptions of ABN AMRO 1.4 (2014), Rabobank 1.1 (2013) and ING; files of these banks.
"""

from __future__ import annotations

import re

from statements.formats.mt940.narrative.parts import Change, NarrativeNote, Parts, Value
from statements.formats.mt940.narrative.slash_words import (
    GROUPS,
    LONGEST,
    PENDING,
    PLANS,
    ROLES,
    WORD,
    WORDS,
    SlashPlan,
    closed_by_chance,
    is_closed,
    joined,
    opens,
    plan_of,
)
from statements.formats.mt940.narrative.wrapping import LINES, WIDTH, wrap
from statements.model.statement import Detail
from statements.reference.iban import is_iban

_ID = re.compile("/ID/")
_OPENINGS = ("USTD", "STRD")
_RATE = re.compile(r"[0-9]+(?:[.,][0-9]*)?", re.ASCII)
_KBS_PIECES = re.compile(r" /|(?<=^)/")
_KBS = re.compile(r"([0-9]{8,34})(?: ?/(.*))?", re.ASCII)

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


def read_slash(text: str) -> Parts | None:
    """The values of a slash narrative, or ``None`` for a text that is none."""
    lines = text
    notes: list[NarrativeNote] | tuple[NarrativeNote, ...] = ()
    if "\n" in text:
        text, notes = joined(text)
        if "\n" in lines[:LONGEST] and not opens(lines):
            # More than one line end stands in the first word.
            return None
    pieces = WORD.split(text)
    if pieces[0]:
        # No word opens it.
        return None
    words, values = pieces[1::2], pieces[2::2]
    plan = PLANS.get("/".join(words)) or plan_of(words)
    if plan is not None:
        last, remittance = values[-1], values[plan.remittance]
        if plan.closed or ((last.rstrip()[-1:] == "/" or remittance[:6] == "USTD//") and is_closed(words, values)):
            own = [value.removesuffix("/").strip(" ") for value in values]
        elif " /" in text or "/ " in text or last[-1:] == " ":
            own = [value.strip(" ") for value in values]
        else:
            own = values
        parts = _planned(plan, own, notes)
        if parts is not None:
            return parts
    closed = (text.rstrip()[-1:] == "/" or "/CNTP/" in text or "/REMI/" in text) and is_closed(words, values)
    return _explained(words, values, closed, notes)


def _planned(
    plan: SlashPlan, values: list[str], notes: list[NarrativeNote] | tuple[NarrativeNote, ...]
) -> Parts | None:
    """The values by their plan, or ``None`` when one of them is no such value as the plan is for."""
    for index in plan.empty:
        if values[index]:
            return None
    found: list[str | None] = [*values, None]
    if values.count("") != len(plan.empty):
        # A word without a value says nothing.
        found = [value or None for value in found]
    name, iban, bic, end_to_end, mandate, creditor, customer, bank, rate, original, remittance = plan.take(found)
    if plan.role is not None and name is not None and "/ID/" in name:
        return None
    if end_to_end == "NOTPROVIDED":
        end_to_end = None
    if iban is not None and " " in iban:
        iban = iban.replace(" ", "")
    if bic is not None and " " in bic:
        bic = bic.replace(" ", "")
    if rate is not None:
        if _RATE.fullmatch(rate) is None:
            return None
        rate = rate.replace(",", ".").rstrip(".")
    texts: tuple[str, ...] = ()
    if remittance is not None:
        if remittance[:4] in _OPENINGS:
            if remittance[:6] != "USTD//":
                return None
            remittance = remittance[6:].strip(" ")
        if remittance:
            texts = (remittance,)
    details: list[Detail] | tuple[Detail, ...] = ()
    if plan.details:
        details = [Detail(word, values[index]) for word, index in plan.details if values[index]]
    parts = Parts(
        name, iban, bic, plan.role, texts, end_to_end, mandate, creditor, customer, bank, rate, original, False, details
    )
    if plan.closed:
        parts.details = details = []
        for word, index in plan.details:
            if not values[index]:
                continue
            if word == "CNTP":
                _counterparty(parts, values[index], details)
            else:
                details.append(Detail(word, values[index]))
    if notes:
        parts.notes = notes
    return parts


def _explained(
    words: list[str], values: list[str], closed: bool, told: list[NarrativeNote] | tuple[NarrativeNote, ...]
) -> Parts:
    """The values one by one, each in the light of those before it; ``told`` is what was noted of their lines."""
    notes = list(told)
    parts = Parts()
    details: list[Detail] = []
    pending = ""
    seen: set[str] = set()
    for word, value in zip(words, values, strict=True):
        if closed and value[-1:] == "/":
            value = value[:-1]
        value = value.strip(" ")
        if word == "NAME":
            if pending in ROLES and value and word not in seen and "/ID/" not in value:
                seen.add(word)
                parts.name = value
                if parts.role is None:
                    parts.role = ROLES[pending]
            elif pending or not value or word in seen:
                _name(parts, pending, value, seen, details, notes)
                if pending not in ROLES:
                    pending = ""
            else:
                seen.add(word)
                parts.name = value
            continue
        if not value and word in PENDING:
            pending = word
            continue
        if pending:
            if pending in ROLES and not parts.name:
                _role(parts, pending)
            pending = ""
        if not value:
            continue
        if word in seen:
            details.append(Detail(word, value))
            notes.append(NarrativeNote("M940-075", 0, f"/{word}/"))
            continue
        seen.add(word)
        member = _FIELDS.get(word)
        if member is not None:
            if value == "NOTPROVIDED" and word == "EREF":
                continue
            if " " in value and word in ("IBAN", "BIC"):
                value = value.replace(" ", "")
            setattr(parts, member, value)
        elif word == "REMI":
            _remittance(parts, value, details)
        else:
            _value(parts, word, value, details)
    if pending in ROLES and not parts.name:
        _role(parts, pending)
    if details:
        parts.details = details
    if notes:
        parts.notes = notes
    return parts


def _role(parts: Parts, word: str) -> None:
    if parts.role is None:
        parts.role = ROLES[word]


def _name(
    parts: Parts, mark: str, value: str, seen: set[str], details: list[Detail], notes: list[NarrativeNote]
) -> None:
    """A name that goes with a role or a group, is empty, or is not the first."""
    if mark in GROUPS:
        if value:
            if mark in seen:
                notes.append(NarrativeNote("M940-075", 0, f"/{mark}/"))
            seen.add(mark)
            details.append(Detail(mark, value))
        return
    if mark:
        _role(parts, mark)
        match = _ID.search(value)
        if match is not None:
            details.append(Detail("ID", value[match.end() :].strip(" ")))
            value = value[: match.start()].rstrip(" ")
    if not value:
        return
    if "NAME" in seen:
        details.append(Detail("NAME", value))
        notes.append(NarrativeNote("M940-075", 0, "/NAME/"))
        return
    seen.add("NAME")
    parts.name = value


def _value(parts: Parts, word: str, value: str, details: list[Detail]) -> None:
    if word == "EXCH" and _RATE.fullmatch(value) is not None:
        parts.rate = value.replace(",", ".").rstrip(".")
    elif word == "CNTP":
        _counterparty(parts, value, details)
    elif word in ROLES:
        _party(parts, word, value, details)
    else:
        details.append(Detail(word, value))


def _remittance(parts: Parts, value: str, details: list[Detail]) -> None:
    if value[:5] not in ("USTD/", "STRD/", "USTD"):
        parts.remittance = (value,)
        return
    if value.startswith("USTD//"):
        value = value[6:]
    elif value.startswith("STRD/"):
        # issuer/text: the issuer (CUR, ISO) says what kind of reference it is.
        details.append(Detail("STRD", value[5:].partition("/")[0]))
        value = value[5:].partition("/")[2]
    elif value in ("USTD/", "USTD"):
        value = ""
    value = value.strip(" ")
    if value:
        parts.remittance = (value,)


def _counterparty(parts: Parts, value: str, details: list[Detail]) -> None:
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
            details.append(Detail("ACCW", account))
    if bic:
        parts.bic = parts.bic or bic
    if name:
        parts.name = parts.name or name
    if city:
        details.append(Detail("CITY", city))


def _party(parts: Parts, word: str, value: str, details: list[Detail]) -> None:
    """``/ORDP/account``, then name, references and text, each led by a slash (a bank of North Macedonia)."""
    _role(parts, word)
    if value.startswith("ID/"):
        details.append(Detail("ID", value[3:].strip(" ")))
        return
    match = _KBS.fullmatch(value)
    if match is None:
        details.append(Detail(word, value))
        return
    details.append(Detail("ACCW", match[1]))
    pieces = [piece.strip() for piece in _KBS_PIECES.split(match[2] or "")]
    if pieces and pieces[0]:
        parts.name = pieces[0]
    parts.remittance = tuple(piece for piece in pieces[1:] if piece)


# Writing ------------------------------------------------------------------------------------------------------

# No text can pose as a part: a slash before a listed word and a slash, or before a listed word at the end.
_GUARD = re.compile(f"/(?=(?:{'|'.join(WORDS)})(?:/|$))")
_ID_GUARD = re.compile("/(?=ID(?:/|$))")
_OPENING = re.compile(r"(?:USTD|STRD)(?=/|$)")

CODE_WORDS = frozenset((*WORDS, "USTD", "STRD"))
"""What no piece of a text between two slashes may be, lest it be read as a word."""

NAME = "NAME"
NAME_WIDTH = 70
SHORT_NAME = 35
SHORT_REFERENCE = 35

REFERENCES = ("EREF", "CREF", "BREF", "MARF", "CSID")
_DROPPED = ("ULTC", "ULTD", "PURP", "EXCH", "ACCW")


def guard(word: str, value: str) -> str:
    """The value with its false code words defused.

    >>> guard("REMI", "Don /IBAN/FR76 /EREF"), guard("REMI", "a/b")
    ('Don .IBAN/FR76 .EREF', 'a/b')
    """
    if "/" not in value and value not in ("USTD", "STRD"):
        return value
    value = _GUARD.sub(".", value)
    if word == NAME:
        value = _ID_GUARD.sub(".", value)
    elif word == "REMI" and _OPENING.match(value) is not None:
        # After /REMI/ these are words of ING.
        value = f"{value[:4]}.{value[5:]}"
    return value


def write_slash(values: list[Value], change: Change) -> list[str]:
    """The lines of ``:86:`` for values in the set x, their false code words defused."""
    safe: list[Value] = []
    for word, prefix, value in values:
        guarded = guard(word, value)
        if guarded != value:
            change("CNV-214", word, value, guarded)
        safe.append((word, prefix, guarded))
    return lay_out(safe, change)


def lay_out(values: list[Value], change: Change) -> list[str]:
    """The lines of ``:86:`` for values in the order of the layout. ``change`` hears of everything cut or replaced."""
    if values[0][2][-1] == "/" and closed_by_chance([word for word, _, _ in values], [value for _, _, value in values]):
        # A narrative whose every value ends with a slash is read as ING's.
        index = next(at for at, (word, _, _) in enumerate(values) if word != "CREF")
        word, prefix, value = values[index]
        change("CNV-214", word, value, value[:-1] + ".")
        values[index] = (word, prefix, value[:-1] + ".")
    parts = [prefix + value for _, prefix, value in values]
    fitted = wrap(parts)
    if fitted is None:
        values = _shorten(values, change)
        parts = [prefix + value for _, prefix, value in values]
        fitted = wrap(parts)
        if fitted is None:
            return []
    if fitted.parts is not parts:
        for (word, prefix, value), part in zip(values, fitted.parts, strict=True):
            if part != prefix + value:
                change("CNV-215", word, value, part[len(prefix) :])
    return fitted.lines


def _fits(values: list[Value]) -> bool:
    return not values or wrap([prefix + value for _, prefix, value in values]) is not None


def _shorten(values: list[Value], change: Change) -> list[Value]:
    """The values that fit: the text cut from its end, parts dropped, the name cut, BIC and references dropped."""
    text = values[-1] if values[-1][0] == "REMI" else None
    others = values[:-1] if text is not None else list(values)
    for step in ("", *_DROPPED, NAME, "BIC", "references"):
        if step:
            others = _step(others, step, change)
        if _fits(others):
            break
    if text is None:
        return others
    word, prefix, value = text
    room = LINES * WIDTH - sum(len(other[1]) + len(other[2]) for other in others) - len(prefix)
    for length in range(min(len(value), max(room, 0)), 0, -1):
        short = value[:length].rstrip(" ")
        # A cut that ends in a code word would pose as one.
        kept = guard(word, short)
        if short and _fits([*others, (word, prefix, kept)]):
            if short != value:
                change("CNV-210", word, value, short)
            if kept != short:
                change("CNV-214", word, short, kept)
            return [*others, (word, prefix, kept)]
    change("CNV-210", word, value, "")
    return others


def _step(values: list[Value], step: str, change: Change) -> list[Value]:
    kept: list[Value] = []
    for word, prefix, value in values:
        if word == step == NAME:
            if len(value) > SHORT_NAME:
                short = guard(NAME, value[:SHORT_NAME].rstrip(" "))
                change("CNV-211", word, value, short)
                value = short
        elif word == step or (step == "references" and word in REFERENCES and len(value) > SHORT_REFERENCE):
            change("CNV-211", word, value, "")
            continue
        kept.append((word, prefix, value))
    return kept
