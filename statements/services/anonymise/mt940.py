"""An MT940 with other names, texts and accounts: field by field, every line as long as it was."""

from __future__ import annotations

import re

from statements.formats.mt940.narrative.sepa_words import KEYWORDS
from statements.formats.mt940.narrative.slash_words import WORDS
from statements.model.money import CURRENCIES
from statements.reference.bic import is_bic
from statements.services.anonymise.mask import Mask

TAG = re.compile(r"([^\w:]*:)( ?[0-9] ?[0-9] ?[A-Z]? ?|NS)(:)")
BALANCE = re.compile(r"([A-Z]{0,2})([0-9]{6})((?:[A-Z]{3})?[0-9.,' ]*)")
ENTRY = re.compile(
    r"([0-9]{6})([0-9]{4}| {4})?([A-Z]{0,3}?)([A-Z]?)([0-9][0-9.,' \u00a0]*)((?:(?!NONREF)[A-Z][A-Z0-9]{3})?)(.*)",
    re.DOTALL,
)
TOLD = r"[0-9]+(?: [0-9]{3})*(?:[.,][0-9]*)*"
"""An amount in a text, perhaps with blanks between thousands."""
_SIGNS = re.compile(
    # Codes and amounts of the slash words, the words themselves, the SEPA words, and the keys of subfields.
    r"/(?:RTRN|PURP|RTYP|TRCD)/(?:/?[A-Z0-9]{2,4}(?=/|\s|$))?"
    rf"|/(?:OCMT|EXCH|CHGS)/+[A-Z]{{0,3}}(?:{TOLD})?"
    rf"|/(?:{'|'.join(WORDS)}|ID|USTD|STRD|TRCD|CUR|ISSR)(?=/)"
    rf"|(?:COAM|OAMT)\+(?:[A-Z]{{3}})?(?:{TOLD})?"
    r"|PURP\+[A-Z]{4}(?![A-Za-z0-9])"
    rf"|(?:{'|'.join(KEYWORDS)})(?=[+:])"
    r"|\?34[0-9]{3}|[?~^<>|](?:[0-9]{2}|[0-9](?=\r?\n))"
)
_CUT_KEY = re.compile(r"[?~^<>|]([0-9]?)\r?\n\Z")
"""A line that ends in the middle of the key of a subfield."""
_TAGS = re.compile(r":[0-9]{2}[A-Z]?:")
_LOOSE = re.compile(r"[0-9]+|(?<![A-Za-z])[A-Z]{1,4}(?![A-Za-z])")
"""What stays of a line that is no such field as it should be: figures, and what may be a mark or a code."""


def replaced(text: str, mask: Mask) -> str:
    """The text of a file, line by line."""
    made, tag, before = [], "", ""
    for line in re.split(r"(?<=\n)", text):
        match = TAG.match(line)
        if match is not None:
            tag = match[2].replace(" ", "")
            made.append(match[0] + _field(tag, line[match.end() :], mask))
        elif tag:
            made.append(_further(tag, line, before, mask))
        else:
            made.append(_frame(line, mask))
        if line.strip() in ("-", "-}") or line.startswith(("-}", "{")):
            tag = ""
        before = line
    return "".join(made)


def _field(tag: str, text: str, mask: Mask) -> str:
    if tag in ("25", "25P"):
        return _account(text, mask)
    if tag in ("28", "28C"):
        return mask.text(text, re.compile("[0-9/]+"))
    if tag[:2] in ("60", "62", "64", "65"):
        match = BALANCE.match(text)
        if match is None:
            return mask.text(text, _LOOSE)
        return match[1] + mask.written(match[2], "%y%m%d") + match[3] + mask.text(text[match.end() :])
    if tag in ("34F", "90C", "90D", "13", "13D"):
        return (mask.written(text[:6], "%y%m%d") if tag.startswith("13") else text[:6]) + mask.text(text[6:], _LOOSE)
    if tag == "61":
        return _entry(text, mask)
    if tag == "86":
        return _narrative(text, mask)
    if tag == "NS":
        return text[:2] + mask.text(text[2:], _SIGNS)
    return mask.text(text)


def _further(tag: str, text: str, before: str, mask: Mask) -> str:
    """A line that goes on with a field, after the line before it."""
    if tag in ("86", "61", "NS"):
        cut = _CUT_KEY.search(before)
        rest = 2 - len(cut[1]) if cut is not None and tag == "86" else 0
        return text[:rest] + mask.text(text[rest:], _SIGNS)
    return _account(text, mask) if tag in ("25", "25P") else mask.text(text)


def _entry(text: str, mask: Mask) -> str:
    match = ENTRY.fullmatch(text)
    if match is None:
        return mask.text(text, _LOOSE)
    value, entry, *frame = match.groups()
    day = mask.written(value, "%y%m%d")
    short = entry or ""
    if entry and day != value:
        # The year of the entry date is that of the value date, or its neighbour: only days of that year are moved.
        moved = mask.written(value[:2] + entry, "%y%m%d")
        short = moved[2:]
    return day + short + "".join(frame[:4]) + _references(frame[4], mask)


def _references(text: str, mask: Mask) -> str:
    return "//".join(mask.text(part, _SIGNS) for part in text.split("//"))


def _narrative(text: str, mask: Mask) -> str:
    """The first line of a ``:86:``: a business code of three digits before its first separator stays."""
    code = re.match(r"[0-9]{3}(?=[?~^<>|\r\n]|$)", text)
    start = code.end() if code is not None else 0
    return text[:start] + mask.text(text[start:], _SIGNS)


def _account(text: str, mask: Mask) -> str:
    """An account in all its forms: IBAN, BIC and IBAN, bank and account, with a currency after it or not."""
    body = text.rstrip("\r\n")
    end = text[len(body) :]
    currency = body[-3:] if body[-3:] in CURRENCIES and len(body) > 3 and not body[-4].isalpha() else ""
    parts = re.split(r"([/ ])", body[: len(body) - len(currency)])
    return "".join(_account_part(part, mask) for part in parts) + currency + end


def _account_part(part: str, mask: Mask) -> str:
    if re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", part):
        return mask.account(part)
    return mask.bic(part) if is_bic(part) else mask.text(part)


def _frame(line: str, mask: Mask) -> str:
    """The lines around the messages: the blocks of SWIFT with the addresses of both banks."""
    made = re.sub(
        r"(\{1:[A-Z][0-9]{2}|\{2:(?:I[0-9]{3}|O[0-9]{13}))([A-Z0-9]{8})([A-Z0-9]{4})",
        lambda match: match[1] + mask.bic(match[2]) + match[3],
        line,
    )
    if made != line:
        return made
    return mask.text(line, _LOOSE if line.startswith("{") else _TAGS)
