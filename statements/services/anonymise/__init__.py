"""Files for a supplier's support: names, texts, accounts and references replaced, amounts where asked for.

The copy has the findings of the original: the same rules at the same places. Lengths and kinds of characters are
kept, so are check digits (right ones stay right, wrong ones wrong), countries and banks of accounts, and codes.

>>> anonymise(b":20:DUPONT\\r\\n:25:A\\r\\n:60F:C260902EUR1,00\\r\\n:62F:C260902EUR1,00\\r\\n-\\r\\n", Mask(b"key"))[:4]
b':20:'
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from statements.services.anonymise import (
    amounts_cfonb120,
    amounts_json,
    amounts_mt940,
    amounts_xml,
    cfonb120,
    json,
    mt940,
    xml,
)
from statements.services.anonymise.amounts import ATTEMPTS, PAYMENT_LIMITS, SCALE, Amounts
from statements.services.anonymise.ledger import Course, Ledger
from statements.services.anonymise.mask import Mask
from statements.services.identify import identify
from statements.services.validate import CheckOptions, check

__all__ = ["Copied", "Mask", "NotAnonymised", "OtherAmounts", "anonymise", "changed_findings", "copies", "formats"]


class NotAnonymised(ValueError):  # noqa: N818 - it says what the file is
    """A file that no form is known for; nothing of it may leave the house."""


class OtherAmounts:
    """Other amounts for the files of a run; balances that lead from one file to the next lead there again."""

    def __init__(self, key: bytes, attempt: int = 0) -> None:
        self.amounts = Amounts(key, attempt)
        self.ledger = Ledger(self.amounts)
        self.books = amounts_json.Books(self.amounts)

    def learn(self, data: bytes) -> None:
        """A file of the run: all of them are learnt before the first is shifted."""
        name, text = _read(data)
        _FORMS[name].learn(text, self)

    def shifted(self, data: bytes) -> bytes:
        """The file with other amounts, all else as it is. Raises ``ValueError`` where one has no room."""
        name, text = _read(data)
        self.amounts.stayed.clear()
        return _FORMS[name].shifted(text, self).encode(_encoding(data))


class _Form(NamedTuple):
    """What becomes of the text of a format: its words, what a run must know of its amounts, and its amounts."""

    replaced: Callable[[str, Mask], str]
    learn: Callable[[str, OtherAmounts], None]
    shifted: Callable[[str, OtherAmounts], str]


def _of_statements(
    replaced: Callable[[str, Mask], str],
    courses: Callable[[str], list[Course]],
    shifted: Callable[[str, Ledger], str],
) -> _Form:
    return _Form(
        replaced,
        lambda text, others: others.ledger.learn(courses(text)),
        lambda text, others: shifted(text, others.ledger),
    )


def _with_limits(_text: str, others: OtherAmounts) -> None:
    others.amounts.limits = PAYMENT_LIMITS


_FORMS: dict[str, _Form] = {
    "mt940": _of_statements(mt940.replaced, amounts_mt940.courses, amounts_mt940.shifted),
    "cfonb120": _of_statements(cfonb120.replaced, amounts_cfonb120.courses, amounts_cfonb120.shifted),
    "json": _of_statements(json.replaced, amounts_json.courses, amounts_json.shifted),
    "pain.001": _Form(xml.replaced, _with_limits, lambda text, others: amounts_xml.shifted(text, others.amounts)),
    "qonto-json": _Form(
        json.replaced,
        lambda text, others: others.books.learn(text),
        lambda text, others: others.books.shifted(text),
    ),
}


class Copied(msgspec.Struct, frozen=True):
    """What became of one file."""

    content: bytes
    """The copy."""
    rules: tuple[str, ...] = ()
    """The rules that fire at other places in it than in the original."""
    same_amounts: bool = True
    """Whether its amounts are those of the original."""
    unchanged: tuple[str, ...] = ()
    """The amounts that stayed among others that did not: any other would cross the limit of a rule."""


def formats() -> tuple[str, ...]:
    """The formats whose files can be anonymised."""
    return tuple(_FORMS)


def anonymise(data: bytes, mask: Mask) -> bytes:
    """The copy of one file. Raises :class:`NotAnonymised` for a file of no format that is known here."""
    name, text = _read(data)
    return _FORMS[name].replaced(text, mask).encode(_encoding(data))


def copies(
    files: Sequence[bytes], key: bytes, *, days: int = 0, amounts: bool = False, options: CheckOptions | None = None
) -> tuple[Copied, ...]:
    """The copies of the files of a run: the same word, account or amount becomes the same in all of them.

    ``days`` shifts every date, ``amounts`` replaces every amount: what added up adds up, and what did not does not.
    The findings are compared for each file with ``options``. Where other amounts would move one (a sum with a digit
    more moves what stands behind it in its line), others are tried; a file for which none are found keeps its own,
    and says so (``same_amounts``). Raises :class:`NotAnonymised` for a file of no format that is known here.

    >>> page = b":20:A\\r\\n:25:B\\r\\n:28C:1/1\\r\\n:60F:C260902EUR150,00\\r\\n:62F:C260902EUR150,00\\r\\n-\\r\\n"
    >>> (copy,) = copies([page], b"key", amounts=True)
    >>> copy.same_amounts, b"EUR150,00" in copy.content
    (False, False)
    """
    chosen = options or CheckOptions()
    run = [_File(data, Mask(key, days=days), chosen, moved=bool(days)) for data in files]
    if not amounts:
        return tuple(file.same() for file in run)
    best: list[Copied | None] = [None] * len(run)
    for attempt in range(ATTEMPTS):
        others = OtherAmounts(key, attempt)
        for data in files:
            others.learn(data)
        made = [file.with_amounts(others) for file in run]
        if sum(item is not None for item in made) > sum(item is not None for item in best):
            best = made
        if None not in best:
            break
    return tuple(file.same() if item is None else item for file, item in zip(run, best, strict=True))


class _File:
    """One file of a run, with what its copies must agree with; each is worked out when it is first asked for."""

    def __init__(self, data: bytes, mask: Mask, options: CheckOptions, *, moved: bool) -> None:
        self._data = data
        self._mask = mask
        self._options = options
        self._moved = moved

    def same(self) -> Copied:
        """The copy with the amounts of the original."""
        return Copied(self._copy, self._rules)

    def with_amounts(self, others: OtherAmounts) -> Copied | None:
        """The copy with other amounts; ``None`` when its findings are not those of the one with the true amounts."""
        try:
            shifted = others.shifted(self._data)
            stayed = sorted(others.amounts.stayed)
            made = anonymise(shifted, self._mask)
        except NotAnonymised:
            # No longer taken for what it is; but a file that never was is the caller's matter.
            _read(self._data)
            return None
        except ValueError:
            # A balance that has no room in its zone.
            return None
        places = _places(made, self._options)
        # Most copies have the findings of the original: then the one with the true amounts need not be made.
        if self._moved or places != self._places:
            if places != self._copy_places:
                return None
            rules = self._rules
        else:
            rules = ()
        return Copied(made, rules, same_amounts=False, unchanged=tuple(map(_decimal, stayed)))

    @cached_property
    def _places(self) -> Counter[_Place]:
        return _places(self._data, self._options)

    @cached_property
    def _copy(self) -> bytes:
        return anonymise(self._data, self._mask)

    @cached_property
    def _copy_places(self) -> Counter[_Place]:
        return _places(self._copy, self._options)

    @cached_property
    def _rules(self) -> tuple[str, ...]:
        # What a shift of the dates makes of the findings is what was asked for.
        return () if self._moved else _different(self._places, self._copy_places)


def _decimal(units: int) -> str:
    """An amount as decimal text with two decimals, or with as many as it has."""
    whole, part = divmod(units, 10**SCALE)
    return f"{whole}.{f'{part:0{SCALE}d}'.rstrip('0').ljust(2, '0')}"


def _read(data: bytes) -> tuple[str, str]:
    """The name of the form, and the text."""
    identity = identify(data)
    if identity.kind != "known" or identity.reader.name not in _FORMS:
        raise NotAnonymised(identity.format)
    return identity.reader.name, data.decode(_encoding(data))


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


_Place = tuple[str, int | None, int | None]
"""A rule, and the line and column where it fires."""


def _places(data: bytes, options: CheckOptions) -> Counter[_Place]:
    return Counter((item.id, item.location.line, item.location.column) for item in check(data, options).findings)


def changed_findings(before: bytes, after: bytes, options: CheckOptions) -> tuple[str, ...]:
    """The rules that fire at other places in the copy than in the original; none when the check says the same."""
    return _different(*(_places(data, options) for data in (before, after)))


def _different(before: Counter[_Place], after: Counter[_Place]) -> tuple[str, ...]:
    return tuple(sorted({rule for rule, _, _ in (before - after) + (after - before)}))
