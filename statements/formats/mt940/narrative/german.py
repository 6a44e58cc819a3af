"""German narratives: a business transaction code (GVC), a separator, two-digit keys, SEPA keywords in the purpose.

The separator is whatever follows the code: ``?`` as a rule, ``~`` in Austria, ``>`` at Triodos. Lines are joined with
nothing before splitting, since a key may be cut by the line end. What we write is GVC, booking text, purpose in keys of
27, bank, account, name; no piece and no line of it ends with a blank.

    >>> parts = read_german("166?00SEPA-GUTSCHRIFT?20EREF+E2E-1?21SVWZ+Facture 2026?32Anne Petit")
    >>> parts.end_to_end_id, parts.remittance, parts.name
    ('E2E-1', ('Facture 2026',), 'Anne Petit')

Source: Sparkasse, Deutsche Bank (*MT940 aus Deutschland*), Austrian *MBS SEPA MT940*, *MT940-MultiLine v3.02*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from statements.formats.mt940.narrative.parts import Change, Note, Parts, trimmed
from statements.formats.mt940.narrative.wrapping import LINES, WIDTH
from statements.model.statement import Detail
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban
from statements.reference.operations import business_codes

_HEAD = re.compile(r" ?([0-9]{3})([^A-Za-z0-9 ])(?=[0-9]{2})", re.ASCII)
_UNSTRUCTURED = re.compile(r" ?999(?![0-9])", re.ASCII)

KEYWORDS = "EREF KREF MREF CRED DEBT COAM OAMT SVWZ ABWA ABWE IBAN BIC RREF BREF PURP PREF".split()
"""The SEPA keywords, each closed by ``+``; the ones after ABWE have no fixed place."""

_KEYWORD = re.compile(f"({'|'.join(KEYWORDS)})\\+")
_INNER = re.compile(f" ({'|'.join(KEYWORDS)})\\+")
_PURPOSE = frozenset(f"{key}" for key in (*range(20, 30), *range(60, 66)))
_KEYS = frozenset(f"{key:02d}" for key in range(100))
_LISTED = frozenset("10 30 31 34 35 36 38".split())
PIECE = 27
"""The characters of a purpose key."""
NAME_WIDTH = 54
PURPOSE_KEYS = (*range(20, 30), *range(60, 64))

_MEMBERS = {
    "EREF": "end_to_end_id",
    "KREF": "customer_reference",
    "MREF": "mandate_id",
    "CRED": "creditor_id",
    "BREF": "bank_reference",
}
_DETAILS = {"ABWA": "ULTD", "ABWE": "ULTC"}

RETURN_REASONS = {"901": "AC01", "914": "MS03"}
"""Key 34: the return reasons whose ISO code is documented."""

BOOKING_TEXTS: Mapping[str, str] = {
    "166": "SEPA-GUTSCHRIFT",
    "116": "SEPA-UEBERWEISUNG",
    "105": "SEPA-BASISLASTSCHRIFT",
    "171": "SEPA-LASTSCHRIFT EINR.",
    "106": "KARTENZAHLUNG",
    "159": "RETOURE",
    "109": "RETOURE",
    "070": "SCHECKEINREICHUNG",
    "808": "GEBUEHREN",
    "814": "ZINSEN",
    "201": "AUSLANDSZAHLUNG",
    "202": "AUSLANDSZAHLUNG",
    "820": "UEBERTRAG",
    "835": "SONSTIGES",
}
"""Key 00 as we write it, by GVC."""

_USE = re.compile(r"N([A-Z]{3})")


def opens(text: str) -> bool:
    """Whether a text opens with a GVC and a key, or with the code of unstructured text; a line end may cut the key.

    >>> opens("166?20Miete"), opens("166?\\n20Miete"), opens("166 pieces")
    (True, True, False)
    """
    if not (text[:1].isdigit() or text[:1] == " "):
        return False
    if _HEAD.match(text) is not None:
        return True
    if "\n" in text:
        # Two lines are enough to see a key that is cut.
        text = "".join([line.rstrip() for line in text.split("\n", 2)[:2]])
        if _HEAD.match(text) is not None:
            return True
    return _UNSTRUCTURED.match(text) is not None


def join(text: str) -> str:
    """The lines joined with nothing. One blank at the end of a full line is text, more are padding."""
    if " \n" not in text:
        return text.replace("\n", "")
    pieces = []
    for line in text.split("\n"):
        bare = line.rstrip(" ")
        pieces.append(bare + " " if len(line) == WIDTH and len(bare) == WIDTH - 1 else bare)
    return "".join(pieces)


def read_german(text: str) -> Parts:
    """The values of a German narrative."""
    lines = text
    text = join(text)
    if text[-1:] == " " or not text.isprintable():
        text = join("\n".join(trimmed(lines.split("\n"))))
    parts = Parts(role_from_sign=True)
    head = _HEAD.match(text)
    if head is None:
        rest = text.lstrip(" ")[3:].strip(" ")
        parts.details.append(Detail("GVC", "999"))
        parts.remittance = (rest,) if rest else ()
        return parts
    if text[0] == " ":
        parts.notes.append(Note("M940-073", 0, text[:4]))
    gvc, separator = head[1], head[2]
    parts.details.append(Detail("GVC", gvc))
    purpose = _keys(parts, gvc, _pieces(parts, text[head.end() :].split(separator), separator))
    if purpose:
        _purpose(parts, purpose)
    return parts


def _pieces(parts: Parts, pieces: list[str], separator: str) -> list[str]:
    """The texts that begin with a key; the separator inside a text, or at its very end, opens none."""
    if all([piece[:2] in _KEYS for piece in pieces]):
        return pieces
    found: list[str] = []
    for piece in pieces:
        key = piece[:2]
        if len(key) == 2 and key.isdigit() and key.isascii():
            found.append(piece)
        else:
            parts.notes.append(Note("M940-073", 0, separator + key))
            found[-1] += separator + piece
    return found


def _keys(parts: Parts, gvc: str, pieces: list[str]) -> list[str]:
    """Put the values of the keys in place; gives those of the purpose."""
    purpose: list[str] = []
    name = ""
    seen: set[str] = set()
    for piece in pieces:
        key, value = piece[:2], piece[2:]
        if key in _PURPOSE:
            purpose.append(value)
            continue
        first = key not in seen
        if first:
            seen.add(key)
        else:
            parts.notes.append(Note("M940-074", 0, key))
        if key == "32" or key == "33":
            name += value
            continue
        bare = value.strip(" ")
        if not bare:
            continue
        if key == "00":
            if BOOKING_TEXTS.get(gvc) != bare:
                parts.details.append(Detail("00", bare))
        elif key == "30" and first and is_bic(bare):
            parts.bic = bare
        elif (key == "31" or key == "38") and parts.iban is None and is_iban(bare.replace(" ", "")):
            parts.iban = bare.replace(" ", "")
        elif key == "31" and first:
            parts.details.append(Detail("ACCW", bare))
        elif key == "34" and bare in RETURN_REASONS:
            parts.details.append(Detail("RTRN", RETURN_REASONS[bare]))
        else:
            if key not in _LISTED:
                parts.notes.append(Note("M940-074", 0, key))
            parts.details.append(Detail(key, bare))
    if name:
        parts.name = name.strip(" ") or None
    return purpose


def _purpose(parts: Parts, pieces: list[str]) -> None:
    values: list[list[str]] = []
    free: list[str] = []
    word = ""
    run_on = False
    for piece in pieces:
        length = len(piece)
        if "+" in piece:
            match = _KEYWORD.match(piece)
            if match is not None:
                word, piece = match[1], piece[match.end() :]
                values.append([word, ""])
            if word and word != "SVWZ":
                # Older files put the next keyword inside a key; after SVWZ+ all is free text.
                while (inner := _INNER.search(piece) or _KEYWORD.match(piece)) is not None:
                    values[-1][1] += piece[: inner.start()]
                    word, piece = inner[1], piece[inner.end() :]
                    values.append([word, ""])
                    if word == "SVWZ":
                        break
        if word:
            values[-1][1] += piece
        elif run_on:
            free[-1] += piece
        else:
            free.append(piece)
        run_on = length >= PIECE
    remittance = [text.strip(" ") for text in free]
    seen: set[str] = set()
    for word, value in values:
        value = value.strip(" ")
        if not value or (word == "EREF" and value == "NOTPROVIDED"):
            continue
        if word in seen:
            parts.notes.append(Note("M940-074", 0, f"{word}+"))
            parts.details.append(Detail(word, value))
            continue
        seen.add(word)
        if word == "SVWZ":
            remittance.append(value)
        else:
            _keyword(parts, word, value)
    parts.remittance = tuple([text for text in remittance if text])


def _keyword(parts: Parts, word: str, value: str) -> None:
    """Put the value of one SEPA keyword where the model has it; what has no member of its own stays a detail."""
    member = _MEMBERS.get(word)
    if member is not None:
        setattr(parts, member, value)
    elif word == "IBAN" and parts.iban is None and is_iban(value.replace(" ", "")):
        parts.iban = value.replace(" ", "")
    elif word == "BIC" and parts.bic is None and is_bic(value):
        parts.bic = value
    else:
        parts.details.append(Detail(_DETAILS.get(word, word), value))


# Writing ------------------------------------------------------------------------------------------------------


def guard(value: str) -> str:
    """The value without the separator of keys and without false keywords.

    >>> guard("why? SVWZ+x a+b")
    'why. SVWZ.x a+b'
    """
    value = value.replace("?", ".")
    return _KEYWORD.sub(r"\1.", value) if "+" in value else value


@lru_cache(maxsize=1_024)
def business_code(swift: str, credit: bool, cfonb: str | None) -> str:
    """The GVC of a type, a sign and a CFONB code, by the column ``writer_use`` of the table; 835 for all else.

    >>> business_code("NTRF", True, "05"), business_code("NMSC", False, "28"), business_code("NXYZ", True, None)
    ('166', '106', '835')
    """
    best = ""
    for row in business_codes().values():
        use = row.writer_use
        if swift not in ["N" + name for name in _USE.findall(use)]:
            continue
        if ("debit" in use and credit) or ("credit" in use and not credit):
            continue
        codes = re.findall(r"\b[0-9A-C][0-9]\b", use.partition("CFONB")[2])
        if codes and cfonb in codes:
            return row.gvc
        if not codes and not best:
            best = row.gvc
    return best or "835"


def booking_text(gvc: str) -> str:
    """What key 00 says for a GVC."""
    return BOOKING_TEXTS.get(gvc, "SONSTIGES" if gvc == "835" else "")


def pieces(values: list[tuple[str, str]]) -> list[str]:
    """Keyword and value pairs cut into pieces of 27; each keyword opens a piece, no piece ends with a blank.

    >>> pieces([("EREF+", "E2E-1"), ("SVWZ+", "Facture n. F-2026-0815 du 15/08")])
    ['EREF+E2E-1', 'SVWZ+Facture n. F-2026-0815', ' du 15/08']
    """
    found: list[str] = []
    for keyword, value in values:
        text = keyword + value
        start = 0
        while len(text) - start > PIECE:
            cut = start + PIECE
            while text[cut - 1] == " ":
                cut -= 1
            found.append(text[start:cut])
            start = cut
            if len(found) > len(PURPOSE_KEYS):
                # Too long in any case: a text of a million characters is not cut to its end for each attempt.
                return found
        found.append(text[start:])
    return found


def lines_of(text: str) -> list[str] | None:
    """The text in lines of 65: cut earlier where a line would end with a blank or the next begin badly."""
    if len(text) > WIDTH * LINES:
        return None
    lines: list[str] = []
    while len(text) > WIDTH:
        cut = WIDTH
        while cut > 1 and (text[cut - 1] == " " or text[cut] in " :-"):
            cut -= 1
        if cut == 1:
            return None
        lines.append(text[:cut])
        text = text[cut:]
    lines.append(text)
    return lines if len(lines) <= LINES else None


def assemble(
    gvc: str, values: list[tuple[str, str]], bic: str | None, account: str | None, name: str | None
) -> list[str] | None:
    """The lines of one narrative, or ``None`` when keys or lines are too few for it."""
    purpose = pieces(values)
    if len(purpose) > len(PURPOSE_KEYS):
        return None
    parts = [gvc, "?00", booking_text(gvc)]
    if not parts[2]:
        parts = [gvc]
    split = 10
    parts += [f"?{key}{piece}" for key, piece in zip(PURPOSE_KEYS[:split], purpose[:split], strict=False)]
    if bic:
        parts.append(f"?30{bic}")
    if account:
        parts.append(f"?31{account}")
    if name:
        first = name[:PIECE]
        cut = len(first.rstrip(" "))
        parts.append(f"?32{name[:cut]}")
        if name[cut:]:
            parts.append(f"?33{name[cut:]}")
    parts += [f"?{key}{piece}" for key, piece in zip(PURPOSE_KEYS[split:], purpose[split:], strict=False)]
    if len(parts) == 1:
        # A reader tells a German text by its first key.
        parts.append("?00")
    return lines_of("".join(parts))


def lay_out(
    gvc: str,
    values: list[tuple[str, str]],
    bic: str | None,
    account: str | None,
    name: str | None,
    change: Change,
) -> list[str]:
    """The lines of ``:86:``; SVWZ+ is cut from its end, then the other values dropped from the last, when too long."""
    lines = assemble(gvc, values, bic, account, name)
    if lines is not None:
        return lines
    text = next((value for keyword, value in values if keyword == "SVWZ+"), "")
    for length in range(min(len(text), WIDTH * LINES), 0, -1):
        short = text[:length].rstrip(" ")
        lines = assemble(gvc, _with_text(values, short), bic, account, name) if short else None
        if lines is not None:
            change("CNV-210", "REMI", text, short)
            return lines
    if text:
        change("CNV-210", "REMI", text, "")
    rest = [(keyword, value) for keyword, value in values if keyword != "SVWZ+"]
    while rest:
        lines = assemble(gvc, rest, bic, account, name)
        if lines is not None:
            return lines
        keyword, value = rest.pop()
        change("CNV-211", keyword.rstrip("+"), value, "")
    return assemble(gvc, [], bic, account, name) or []


def _with_text(values: list[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    return [(keyword, text if keyword == "SVWZ+" else value) for keyword, value in values]


def short_name(name: str) -> str:
    """The name as far as keys 32 and 33 hold it, 27 characters each; a blank opens the second, never ends the first.

    >>> short_name("Societe Generale d'Equipement + Fils"), len(short_name("x" * 60))
    ("Societe Generale d'Equipement + Fils", 54)
    """
    cut = len(name[:PIECE].rstrip(" "))
    return name[: cut + PIECE].rstrip(" ")
