"""The fast path: a payment in the plain SEPA form, recognised by one regular expression over its text.

Nine payments in ten hold nothing but references, an amount in euro, a creditor with name, BIC and IBAN, and one
remittance text. Such a payment is told from the text that libxml2 writes back from its own tree, and no rule of its
shape can fire. When name and remittance text are in the SEPA set as well, nothing can; otherwise only the rules of
texts look (:data:`TEXT_RULES`). Whatever differs goes the slow way, through every rule; all ways give the same findings
(a property test holds them together).

The pattern is linear: white space may follow any tag and is looked for in one place only, and no quantifier stands
inside another unless the characters between them differ.
"""

from __future__ import annotations

import re
from functools import lru_cache

_INSIDE = r"[A-Za-z0-9/\-?:().,'+ ]"
_NO_SLASH = r"[A-Za-z0-9\-?:().,'+ ]"
# A reference: no blank at an edge, no slash at an edge or doubled.
_REFERENCE = rf"(?! )({_NO_SLASH}+(?:/{_NO_SLASH}+)*)(?<! )"
# A name of 70 characters at most with two letters or more, which does not begin like an IBAN.
_NAME = rf"(?! )(?![A-Za-z]{{2}} *[0-9] *[0-9])(?=[^A-Za-z<]*[A-Za-z][^A-Za-z<]*[A-Za-z])({_INSIDE}{{1,70}})(?<! )(?=<)"
# A part of an address that says something.
_WORD = rf"(?= *[^ <]){_INSIDE}+"
# Any text, as libxml2 escapes it.
_FREE = "([^<]*)"
_AMOUNT = r"([0-9]{1,9})\.([0-9]{2})"
_BIC = r"([A-Z0-9]{8}(?:[A-Z0-9]{3})?)"
_IBAN = r"([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30})"


def _leaf(name: str, content: str, attribute: str = "") -> str:
    return rf"<{name}{attribute}>{content}</{name}>\s*"


def _box(name: str, *parts: str) -> str:
    return rf"<{name}>\s*{''.join(parts)}</{name}>\s*"


def _maybe(part: str) -> str:
    return f"(?:{part})?"


@lru_cache(maxsize=4)
def plain_payment(version: str) -> re.Pattern[str]:
    """The pattern for one version; its groups are instruction id, end-to-end id, euro, cents, BIC, name, a name that
    is not plain, country, IBAN, purpose, remittance text, a text that is not plain, creditor reference.

    >>> text = (
    ...     '<CdtTrfTxInf><PmtId><EndToEndId>A-1</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">10.50</InstdAmt></Amt>'
    ...     '<Cdtr><Nm>Ada Byron</Nm></Cdtr><CdtrAcct><Id><IBAN>BE68539007547034</IBAN></Id></CdtrAcct></CdtTrfTxInf>'
    ... )
    >>> plain_payment("03").match(text).groups()
    (None, 'A-1', '10', '50', None, 'Ada Byron', None, None, 'BE68539007547034', None, None, None, None)
    """
    if version == "02":
        reference = _box("CdtrRefTp", _leaf("Cd", "SCOR")) + _leaf("CdtrRef", _REFERENCE)
    else:
        reference = _box("Tp", _box("CdOrPrtry", _leaf("Cd", "SCOR"))) + _leaf("Ref", _REFERENCE)
    address = _box(
        "PstlAdr",
        *(_maybe(_leaf(name, _WORD)) for name in ("StrtNm", "BldgNb", "PstCd")),
        _leaf("TwnNm", _WORD),
        _leaf("Ctry", "([A-Z]{2})"),
    )
    # The text is plain only when the tag ends right behind it.
    text = _leaf("Ustrd", f"(?:({_INSIDE}+)(?=<)|{_FREE})")
    payment = _box(
        "CdtTrfTxInf",
        _box("PmtId", _maybe(_leaf("InstrId", _REFERENCE)), _leaf("EndToEndId", _REFERENCE)),
        _box("Amt", _leaf("InstdAmt", _AMOUNT, ' Ccy="EUR"')),
        _maybe(_box("CdtrAgt", _box("FinInstnId", _leaf("BICFI" if version == "09" else "BIC", _BIC)))),
        _box("Cdtr", _leaf("Nm", f"(?:{_NAME}|{_FREE})"), _maybe(address)),
        _box("CdtrAcct", _box("Id", _leaf("IBAN", _IBAN))),
        _maybe(_box("Purp", _leaf("Cd", "([A-Z]{4})"))),
        _maybe(
            _box("RmtInf", f"(?:{text}|{_box('Strd', _box('CdtrRefInf', reference))})"),
        ),
    )
    return re.compile(payment, re.ASCII)


TEXT_RULES = frozenset({"P001-139", "P001-160", "P001-161", "P001-165", "P001-190", "P001-191", "P001-193"})
"""The rules that a creditor name or a remittance text can break in a payment of the plain shape."""

_ESCAPED = {"&lt;": "<", "&gt;": ">", "&#13;": "\r", "&amp;": "&"}


def unescaped(text: str) -> str:
    """A text as libxml2 writes it, without its escapes.

    >>> unescaped("Dupont &amp;amp; Fils")
    'Dupont &amp; Fils'
    """
    if "&" in text:
        for escape, char in _ESCAPED.items():
            text = text.replace(escape, char)
    return text
