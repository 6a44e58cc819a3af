"""Files for a supplier's support: names, texts, accounts and references replaced, everything else as it was.

The copy has the findings of the original: the same rules at the same places. Lengths and kinds of characters are
kept, so are check digits (right ones stay right, wrong ones wrong), countries and banks of accounts, amounts, codes.

>>> anonymise(b":20:DUPONT\\r\\n:25:A\\r\\n:60F:C260902EUR1,00\\r\\n:62F:C260902EUR1,00\\r\\n-\\r\\n", Mask(b"key"))[:4]
b':20:'
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable

from statements.services.anonymise import cfonb120, json, mt940, xml
from statements.services.anonymise.mask import Mask
from statements.services.identify import identify
from statements.services.validate import CheckOptions, check

__all__ = ["Mask", "NotAnonymised", "anonymise", "changed_findings"]

_FORMS: dict[str, Callable[[str, Mask], str]] = {
    "mt940": mt940.replaced,
    "cfonb120": cfonb120.replaced,
    "pain.001": xml.replaced,
    "qonto-json": json.replaced,
    "json": json.replaced,
}


class NotAnonymised(ValueError):  # noqa: N818 - it says what the file is
    """A file that no form is known for; nothing of it may leave the house."""


def formats() -> tuple[str, ...]:
    """The formats whose files can be anonymised."""
    return tuple(_FORMS)


def anonymise(data: bytes, mask: Mask) -> bytes:
    """The copy of one file. Raises :class:`NotAnonymised` for a file of no format that is known here."""
    identity = identify(data)
    if identity.kind != "known" or identity.reader.name not in _FORMS:
        raise NotAnonymised(identity.format)
    encoding = _encoding(data)
    return _FORMS[identity.reader.name](data.decode(encoding), mask).encode(encoding)


def _encoding(data: bytes) -> str:
    """An encoding that gives the bytes back: UTF-8 or UTF-16 where they are that, else one byte for one character."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    if data.startswith(b"\xf0\xf1"):
        # "01" in EBCDIC: named as such in the copy, too.
        return "cp500"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def changed_findings(before: bytes, after: bytes, options: CheckOptions) -> tuple[str, ...]:
    """The rules that fire at other places in the copy than in the original; none when the check says the same."""
    counts = [
        Counter((item.id, item.location.line, item.location.column) for item in check(data, options).findings)
        for data in (before, after)
    ]
    different = (counts[0] - counts[1]) + (counts[1] - counts[0])
    return tuple(sorted({rule for rule, _, _ in different}))
