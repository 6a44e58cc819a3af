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

import msgspec

from statements.formats.mt940.narrative.parts import Change, NarrativeNote, Parts, Value, remember, trimmed
from statements.formats.mt940.narrative.sepa_words import (
    KEYWORD,
    KEYWORDS,
    PIECE,
    PurposePlan,
    purpose_plan,
    read_purpose,
)
from statements.formats.mt940.narrative.wrapping import LINES, WIDTH
from statements.model.statement import Detail
from statements.reference.bic import is_bic
from statements.reference.iban import is_iban
from statements.reference.operations import business_codes

_HEAD = re.compile(r" ?([0-9]{3})([^A-Za-z0-9 ])(?=[0-9]{2})", re.ASCII)
_UNSTRUCTURED = re.compile(r" ?999(?![0-9])", re.ASCII)
_OPENING = 7
"""The characters by which a narrative is told: a blank, the code, the separator, a key. A line end may cut them."""

_PURPOSE = frozenset(f"{key}" for key in (*range(20, 30), *range(60, 66)))
_LISTED = frozenset("10 30 31 34 35 36 38".split())
NAME_WIDTH = 54
PURPOSE_KEYS = (*range(20, 30), *range(60, 64))

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

WRITTEN = {
    "EREF": "EREF+",
    "CREF": "KREF+",
    "BREF": "BREF+",
    "MARF": "MREF+",
    "CSID": "CRED+",
    "REMI": "SVWZ+",
    "ULTD": "ABWA+",
    "ULTC": "ABWE+",
    "PURP": "PURP+",
}
"""The keyword of each word of the slash layout, in the order in which we write them."""

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


class _Plan(msgspec.Struct, frozen=True, gc=False):
    """Where the pieces of a sequence of keys go; worked out once for each sequence."""

    purpose: PurposePlan | None
    names: tuple[int, ...]
    others: tuple[tuple[str, int, str], ...]
    """Key, index of the piece, and what the key says: one of :data:`_USES`, or what is to be noted of it."""
    keywords: tuple[tuple[int, str], ...]
    """The pieces outside the purpose that open as a keyword does: there it is text."""


_USES = {"00": "booking", "30": "bank", "31": "account", "34": "reason", "38": "other account"}
_ACCOUNTS = ("account", "other account")
_PLANS: dict[str, _Plan] = {}


def _plan(heads: list[str]) -> _Plan:
    """The plan of a sequence of keys, each with the keyword that its piece opens with."""
    purpose: list[int] = []
    names: list[int] = []
    others: list[tuple[str, int, str]] = []
    keywords: list[tuple[int, str]] = []
    seen: set[str] = set()
    for index, head in enumerate(heads):
        key = head[:2]
        if key in _PURPOSE:
            purpose.append(index)
            continue
        if head[2:]:
            keywords.append((index, head[2:]))
        again = key in seen
        if again:
            others.append((key, index, "again"))
        seen.add(key)
        if key in ("32", "33"):
            names.append(index)
        elif again and key in ("30", "31"):
            others.append((key, index, "detail" if key == "30" else "other account"))
        else:
            others.append((key, index, _USES.get(key, "detail" if key in _LISTED else "unlisted")))
    said = purpose_plan(heads, purpose) if purpose else None
    return remember(_PLANS, "|".join(heads), _Plan(said, tuple(names), tuple(others), tuple(keywords)))


@lru_cache(maxsize=64)
def _keys(separator: str) -> re.Pattern[str]:
    """What opens a piece: the separator, a key, and a keyword where the piece begins with one."""
    # Where + parts the keys it closes no keyword.
    keyword = "" if separator == "+" else f"(?:(?:{'|'.join(KEYWORDS)})\\+)?"
    return re.compile(f"{re.escape(separator)}([0-9]{{2}}{keyword})", re.ASCII)


def read_german(text: str) -> Parts | None:
    """The values of a German narrative, or ``None`` for a text that is none."""
    head, lines = _HEAD.match(text), text
    if head is None and _UNSTRUCTURED.match(text) is None and len(text.partition("\n")[0].rstrip()) >= _OPENING:
        return None
    if "\n" in text:
        text = join(text)
        if text[-1:].isspace():
            text = join("\n".join(trimmed(lines.split("\n"))))
        if head is None:
            head = _HEAD.match(text)
    if head is None:
        return _unstructured(text) if opens(lines) else None
    if "\n" in lines[:_OPENING] and not opens(lines):
        return None
    gvc, separator = head.groups()
    notes: list[NarrativeNote] = []
    if text[0] == " ":
        notes.append(NarrativeNote("M940-073", 0, text[:4]))
    start = head.end() - 1
    pieces = _keys(separator).split(text[start:])
    heads, values = pieces[1::2], pieces[2::2]
    if text.count(separator, start) != len(heads):
        # A separator inside a text, or at its very end, opens no key.
        for value in values:
            notes += [NarrativeNote("M940-073", 0, separator + part[:2]) for part in value.split(separator)[1:]]
    plan = _PLANS.get("|".join(heads)) or _plan(heads)
    for index, keyword in plan.keywords:
        values[index] = keyword + values[index]
    parts = Parts()
    parts.role_from_sign = True
    details = parts.details = [Detail("GVC", gvc)]
    usual = BOOKING_TEXTS.get(gvc)
    for key, index, use in plan.others:
        if use == "again":
            notes.append(NarrativeNote("M940-074", 0, key))
            continue
        value = values[index].strip(" ")
        if not value:
            continue
        if use == "booking":
            if value != usual:
                details.append(Detail("00", value))
        elif use == "bank" and is_bic(value):
            parts.bic = value
        elif use in _ACCOUNTS and parts.iban is None and (iban := _iban(value)) is not None:
            parts.iban = iban
        elif use == "account":
            details.append(Detail("ACCW", value))
        elif use == "reason" and value in RETURN_REASONS:
            details.append(Detail("RTRN", RETURN_REASONS[value]))
        else:
            if use == "unlisted":
                notes.append(NarrativeNote("M940-074", 0, key))
            details.append(Detail(key, value))
    if plan.names:
        parts.name = "".join([values[index] for index in plan.names]).strip(" ") or None
    if plan.purpose is not None:
        read_purpose(plan.purpose, heads, values, parts, details, notes)
    if notes:
        parts.notes = notes
    return parts


def _unstructured(text: str) -> Parts:
    """The values of a text behind the code of unstructured text."""
    rest = text.lstrip(" ")[3:].strip(" ")
    return Parts(remittance=(rest,) if rest else (), role_from_sign=True, details=[Detail("GVC", "999")])


def _iban(value: str) -> str | None:
    """The IBAN in a value, which blanks may group; the account of key 31 begins with a digit as a rule."""
    if not value[0].isalpha():
        return None
    value = value.replace(" ", "")
    return value if is_iban(value) else None


# Writing ------------------------------------------------------------------------------------------------------


def guard(value: str) -> str:
    """The value without the separator of keys and without false keywords.

    >>> guard("why? SVWZ+x a+b")
    'why. SVWZ.x a+b'
    """
    value = value.replace("?", ".")
    return KEYWORD.sub(r"\1.", value) if "+" in value else value


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


def write_german(gvc: str, values: list[Value], change: Change) -> list[str]:
    """The lines of ``:86:`` for values in the set x, guarded, each in its key."""
    words: dict[str, str] = {}
    for word, _, value in values:
        safe = guard(value)
        if safe != value:
            change("CNV-214", word, value, safe)
        words[word] = safe
    name = words.get("NAME")
    if name is not None:
        short = short_name(name)
        if short != name:
            change("CNV-211", "NAME", name, short)
        name = short
    account = words.get("IBAN")
    if account is not None and not is_iban(account):
        # Key 31 holds either; a reader tells an IBAN by its check digits.
        change("CNV-217", "IBAN", account, "ACCW")
    bic = words.get("BIC")
    if bic is not None and not is_bic(bic):
        change("CNV-217", "BIC", bic, "")
        bic = None
    if "ACCW" in words and account is not None:
        change("CNV-217", "ACCW", words["ACCW"], "")
    account = account or words.get("ACCW")
    pairs = [(keyword, words[word]) for word, keyword in WRITTEN.items() if word in words]
    return lay_out(gvc, pairs, (bic, account, name), change)


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
        # No line begins badly, and none ends inside a key, which some readers look for line by line.
        while cut > 1 and (text[cut - 1] == " " or text[cut] in " :-" or "?" in text[cut - 2 : cut]):
            cut -= 1
        if cut == 1:
            return None
        lines.append(text[:cut])
        text = text[cut:]
    lines.append(text)
    return lines if len(lines) <= LINES else None


def assemble(
    gvc: str, values: list[tuple[str, str]], party: tuple[str | None, str | None, str | None]
) -> list[str] | None:
    """The lines of one narrative, or ``None`` when keys or lines are too few; ``party`` is BIC, account, name."""
    bic, account, name = party
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
    party: tuple[str | None, str | None, str | None],
    change: Change,
) -> list[str]:
    """The lines of ``:86:``; SVWZ+ is cut from its end, then the other values dropped from the last, when too long."""
    lines = assemble(gvc, values, party)
    if lines is not None:
        return lines
    text = next((value for keyword, value in values if keyword == "SVWZ+"), "")
    for length in range(min(len(text), WIDTH * LINES), 0, -1):
        short = text[:length].rstrip(" ")
        lines = assemble(gvc, _with_text(values, short), party) if short else None
        if lines is not None:
            change("CNV-210", "REMI", text, short)
            return lines
    if text:
        change("CNV-210", "REMI", text, "")
    rest = [(keyword, value) for keyword, value in values if keyword != "SVWZ+"]
    while rest:
        lines = assemble(gvc, rest, party)
        if lines is not None:
            return lines
        keyword, value = rest.pop()
        change("CNV-211", keyword.rstrip("+"), value, "")
    return assemble(gvc, [], party) or []


def _with_text(values: list[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    return [(keyword, text if keyword == "SVWZ+" else value) for keyword, value in values]


def short_name(name: str) -> str:
    """The name as far as keys 32 and 33 hold it, 27 characters each; a blank opens the second, never ends the first.

    >>> short_name("Societe Generale d'Equipement + Fils"), len(short_name("x" * 60))
    ("Societe Generale d'Equipement + Fils", 54)
    """
    cut = len(name[:PIECE].rstrip(" "))
    return name[: cut + PIECE].rstrip(" ")
