"""A payment file with other names, texts and accounts: the markup stays byte for byte, what stands in it changes.

Well-formed or not: the file is read by its signs, so that what is wrong with it is wrong in the copy, too.
"""

from __future__ import annotations

import re

from statements.reference.countries import is_country
from statements.services.anonymise.mask import Mask

PIECE = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?(?:>|\Z)"
    r"|</?[^<>]*(?:>|\Z)|[^<]+|<",
    re.DOTALL,
)
NAME = re.compile(r"<\s*(?:[^\s<>/:]+:)?([^\s<>/:]+)")
_VALUE = re.compile(r"([^\s=<>\"']+)(\s*=\s*)(\"[^\"<]*\"|'[^'<]*')")
_ENTITY = re.compile(r"&[A-Za-z][A-Za-z0-9]*;")
_REFERENCE = re.compile(r"&#(x?)([0-9A-Fa-f]+);")
_CODED = frozenset(
    "AdrTp BtchBookg Cd CdtDbtInd ChqTp ChrgBr ClrChanl CtgyPurp DbtCdtRptgInd Grpg InstrPrty PmtMtd RateTp "
    "SeqTp".split()
)
_AMOUNT = re.compile(r"CtrlSum|\w*Amt")
_COUNTS = frozenset("NbOfTxs XchgRate Rate".split())
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])[0-9T:.+\-Z]*")
_DATES = re.compile(r"(?:\w*Dt(?:Tm)?|DtOfSgntr)")
_BICS = frozenset("BIC BICFI AnyBIC BICOrBEI".split())
_CODE = re.compile(r"[A-Z0-9]{1,4}|[A-Z]{3}|true|false|[01]")
_FIGURE = re.compile(r"[-+0-9.,'Ee ]*")


def replaced(text: str, mask: Mask) -> str:
    """The text of a file, piece by piece."""
    made, element = [], ""
    for match in PIECE.finditer(text):
        piece = match[0]
        if piece[0] != "<" or len(piece) == 1:
            made.append(piece if piece.isspace() else _content(element, piece, mask))
        elif piece[1] not in "!?":
            made.append(_VALUE.sub(lambda value: _attribute(value, mask), piece) if "=" in piece else piece)
            name = NAME.match(piece)
            if name is not None:
                element = name[1]
        elif piece.startswith("<!--"):
            made.append(mask.text(piece))
        elif piece.startswith("<![CDATA["):
            end = "]]>" if piece.endswith("]]>") else ""
            made.append("<![CDATA[" + _content(element, piece[9 : len(piece) - len(end)], mask) + end)
        elif piece.startswith("<?"):
            made.append(piece if piece.startswith("<?xml ") else _instruction(piece, mask))
        elif piece.startswith("<!DOCTYPE"):
            made.append(re.sub(r"\"[^\"]*\"|'[^']*'", lambda quoted: mask.text(quoted[0]), piece))
        else:
            made.append(_VALUE.sub(lambda value: _attribute(value, mask), piece))
    return "".join(made)


def is_amount(element: str, text: str) -> bool:
    """Whether the text of an element is an amount, well written or not."""
    return _AMOUNT.fullmatch(element) is not None and _FIGURE.fullmatch(text.strip()) is not None


def _instruction(piece: str, mask: Mask) -> str:
    target = re.match(r"<\?[^\s?]*", piece)
    start = target.end() if target is not None else 2
    return piece[:start] + mask.text(piece[start:])


def _attribute(match: re.Match[str], mask: Mask) -> str:
    name, sign, quoted = match.groups()
    kept = name.startswith(("xmlns", "xsi:", "xml:")) or (name == "Ccy" and re.fullmatch("[A-Za-z]{0,3}", quoted[1:-1]))
    return match[0] if kept else name + sign + quoted[0] + mask.text(quoted[1:-1], _ENTITY) + quoted[-1]


def _content(element: str, text: str, mask: Mask) -> str:
    body = text.strip()
    if not body:
        return text
    start = text.index(body)
    return text[:start] + _value(element, body, mask) + text[start + len(body) :]


def _value(element: str, body: str, mask: Mask) -> str:
    if element == "IBAN":
        return _account(body, mask)
    if element in _BICS:
        return mask.bic(body)
    if _DATES.fullmatch(element) and _DATE.fullmatch(body):
        return mask.written(body[:10], "%Y-%m-%d") + body[10:]
    if _DATES.fullmatch(element) and re.fullmatch(r"[0-9./T:\- ]+", body):
        return body
    if element in ("Ctry", "CtryOfRes") and (is_country(body.upper()) or len(body) < 3):
        return body
    if (element in _CODED and _CODE.fullmatch(body)) or (element in _COUNTS and _FIGURE.fullmatch(body)):
        return body
    if is_amount(element, body):
        return body
    if element in ("Grpg", "Prtry") and body in ("MIXD", "SNGL", "GRPD", "SEPA", "CORE", "ISO"):
        return body
    return _free(body, mask)


def _account(body: str, mask: Mask) -> str:
    """An IBAN as it is written, also with blanks or in small letters: the blanks and the case stay."""
    compact = re.sub(r"\s", "", body)
    if not re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", compact.upper(), re.ASCII):
        return _free(body, mask)
    masked = iter(mask.account(compact.upper()))
    found = (char if char.isspace() else next(masked) for char in body)
    return "".join(new.lower() if old.islower() else new for old, new in zip(body, found, strict=True))


def _free(body: str, mask: Mask) -> str:
    if "&#" not in body:
        return mask.text(body, _ENTITY)
    return _REFERENCE.sub(lambda match: _character(match, mask), mask.text(body, _ANY_REFERENCE))


_ANY_REFERENCE = re.compile(f"{_ENTITY.pattern}|&#x?[0-9A-Fa-f]+;")


def _character(match: re.Match[str], mask: Mask) -> str:
    """A character written as its number: another of its kind, whose number has as many digits."""
    digits = match[2]
    base = 16 if match[1] else 10
    if len(digits) > 6 or (base == 10 and not digits.isdecimal()) or int(digits, base) > 0x10FFFF:
        return match[0]
    char = chr(int(digits, base))
    for _ in range(64):
        char = mask.word(char, "reference") if char.isalnum() else char
        number = f"{ord(char):x}" if base == 16 else str(ord(char))
        if len(number) == len(digits.lstrip("0")):
            return f"&#{match[1]}{number.rjust(len(digits), '0')};"
    return match[0]
