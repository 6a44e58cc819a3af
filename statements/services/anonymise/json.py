"""JSON with other names, texts and accounts: Qonto data and our own statements. Only strings change, sign by sign."""

from __future__ import annotations

import re
from collections.abc import Mapping

from statements.formats.qonto.decoders import STATUSES, SUBJECT_TYPES, WEBHOOK
from statements.formats.qonto.operations import built_in
from statements.model.money import CURRENCIES
from statements.services.anonymise.mask import Mask

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^"{}\[\],:]+', re.DOTALL)
_UNIT = re.compile(r"\\u[0-9A-Fa-f]{4}|\\.|.", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T0-9:.+\-Z]*)")
_FIGURE = re.compile(r"[-+]?[0-9]*(?:[.,][0-9]*)?")
_CURRENCY_KEYS = frozenset(("currency", "local_currency"))
_AMOUNT_KEYS = re.compile(r"amount|.*_amount(?:_cents)?|balance|.*_balance|.*_cents|rate|vat_rate|number|sequence")
_WORDS: Mapping[str, frozenset[str]] = {
    "status": STATUSES,
    "type": frozenset((WEBHOOK,)),
    "side": frozenset(("credit", "debit")),
    "operation_type": frozenset(row.operation_type for row in built_in()),
    "subject_type": SUBJECT_TYPES,
    "role": frozenset(("payer", "beneficiary")),
    "counterparty_account_number_format": frozenset(("iban", "unstructured")),
    "counterparty_bank_identifier_format": frozenset(("swift_bic", "sort_code")),
}
_CODES = re.compile(r"[A-Z0-9]{1,4}|[A-Z]{4}-[A-Z]{4}-[A-Z]{4}|[A-Z]{4}/[A-Z]{4}/[A-Z]{4}|PMNT[A-Z-]*")
_CODE_KEYS = frozenset(("cfonb", "swift", "iso", "qualifier"))


def replaced(text: str, mask: Mask) -> str:
    """The text of a file, string by string."""
    made: list[str] = []
    keys: list[str] = [""]
    waiting: tuple[int, str] | None = None
    for match in TOKEN.finditer(text):
        piece = match[0]
        if piece.startswith('"'):
            waiting = (len(made), piece)
            made.append(_string(keys[-1], piece, mask))
        elif piece == ":" and waiting is not None:
            # The string before a colon was a name: it stays.
            at, name = waiting
            made[at] = name
            keys[-1] = name.strip('"')
            made.append(piece)
            waiting = None
        else:
            if piece in "{[":
                keys.append(keys[-1])
            elif piece in "}]" and len(keys) > 1:
                keys.pop()
            if piece.strip():
                waiting = None
            made.append(piece)
    return "".join(made)


def _string(key: str, quoted: str, mask: Mask) -> str:
    end = '"' if len(quoted) > 1 and quoted.endswith('"') else ""
    units = _UNIT.findall(quoted[1 : len(quoted) - len(end)])
    plain = "".join(map(_char, units))
    new = _value(key, plain, mask)
    return '"' + "".join(_written(unit, old, char) for unit, old, char in zip(units, plain, new, strict=True)) + end


def _char(unit: str) -> str:
    if len(unit) == 1:
        return unit
    return chr(int(unit[2:], 16)) if unit.startswith("\\u") and len(unit) == 6 else _ESCAPES.get(unit[1], unit[1])


def _written(unit: str, old: str, new: str) -> str:
    """A character in the way the old one was written."""
    if old == new or len(unit) == 1:
        return unit if old == new else new
    return f"\\u{ord(new):04x}" if len(unit) == 6 else unit[0] + new


def _value(key: str, text: str, mask: Mask) -> str:
    if key == "iban" or key.endswith("_iban") or key == "counterparty_account_number":
        compact = text.replace(" ", "")
        if re.fullmatch("[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", compact):
            masked = iter(mask.account(compact))
            return "".join(char if char == " " else next(masked) for char in text)
    if key == "bic" or key.endswith("_bic") or key == "counterparty_bank_identifier":
        return mask.bic(text)
    date = _DATE.fullmatch(text)
    if date is not None and key.endswith(("_at", "date")):
        return mask.moment(date[1], date[2])
    if key in _CURRENCY_KEYS and text in CURRENCIES:
        return text
    if _AMOUNT_KEYS.fullmatch(key) and _FIGURE.fullmatch(text):
        return text
    if key in _WORDS and text.lower() in _WORDS[key]:
        return text
    if key in _CODE_KEYS and _CODES.fullmatch(text):
        return text
    return mask.text(text)
