"""The forms of values that a schema certainly accepts, and the facet that refuses one, taken from its own types.

A payment whose tags libxml2 has seen before, and whose values all have such a form, is right like the one that it saw:
it need not be read by libxml2 again. A payment that differs from one that was explained by values alone, each of which
is refused by the same facet, has its faults. A type that cannot be said here (a union, a pattern of an unusual kind)
has no form, and libxml2 reads every payment that holds it.

    >>> from statements.formats.pain001.schema import packaged
    >>> forms = Forms(packaged().tree("03"))
    >>> forms.form("Purp/Cd"), forms.form("CdtrAgt/FinInstnId/BIC")
    ("[ !-%'-;=?-~\\xa1-ÿ]{1,4}+", '[A-Z]{6,6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3,3}){0,1}')
    >>> [forms.refusal("Amt/InstdAmt", value) for value in ("1.50", "1,50", "1.123456", "-1.00", "1.500000")]
    ['', 'lexical', 'fractionDigits', 'minInclusive', None]
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec

from statements.formats.pain001.scope import Shape
from statements.formats.pain001.silence import Columns, pattern, unlike

_XS = "{http://www.w3.org/2001/XMLSchema}"
_PAYMENT = "CdtTrfTxInf"
# Visible characters of western Europe that stand for themselves in XML.
_VISIBLE = "[ !-%'-;=?-~\u00a1-\u00ff]"
_PATTERN = re.compile(r"(?:\[(?:[A-Za-z0-9()+]|\\?-)+\]|\{\d+(?:,\d+)?\}|[A-Za-z0-9()-]|\\\+)+", re.ASCII)
_STEP = re.compile(r"\[\d+\]")
# What XML takes for white space; Python would take more.
_BLANKS = " \t\r\n"
# So many shapes are kept in mind.
_MOST_SHAPES = 1_024

Refusal = str | None
"""The facet that refuses a value, ``lexical`` for the form of the type itself; empty: accepted; ``None``: in doubt."""


Refusals = tuple[tuple[int, str], ...]
"""The values of a payment that are refused, each by its place and the facet."""


class ValueType(msgspec.Struct, frozen=True):
    """What is known of a simple type: a form that it accepts, and the judgement on any value."""

    form: str
    refusal: Callable[[str], Refusal]


class Forms:
    """The forms of one schema, of the elements below those of a name. ``tree`` is its document."""

    def __init__(self, tree: Any, name: str = _PAYMENT) -> None:
        self._tree = tree
        self._types = {each.get("name"): each for each in tree if each.get("name")}
        self._top = next((each.get("type") for each in tree.iter(_XS + "element") if each.get("name") == name), "")
        self._found: dict[str, ValueType | None] = {}
        self._shapes: dict[Shape, list[tuple[int, ValueType]] | None] = {}

    def odd(self, shape: Shape, columns: Columns) -> Iterable[int]:
        """The positions of the payments of a shape that libxml2 has to read; all of them when in doubt."""
        values = self._values(shape)
        if values is None:
            return range(columns.size)
        odd: set[int] = set()
        for place, value in values:
            odd.update(unlike(columns, place, value.form))
        return odd

    def refusals(self, shape: Shape, columns: Columns) -> Mapping[int, Refusals | None] | None:
        """The payments of a shape, known to be well-formed, whose values do not all have their form, by their position:
        each refused value as its place and the facet, ``None`` when in doubt. ``None`` for a shape of which nothing can
        be said.
        """
        values = self._values(shape)
        if values is None:
            return None
        found: dict[int, Refusals | None] = {}
        for place, value in values:
            odd = unlike(columns, place, value.form)
            texts = columns.texts(place)
            for position in odd:
                refusal = value.refusal(texts[position])
                before = found.get(position, ())
                if refusal is None or before is None:
                    found[position] = None
                elif refusal:
                    found[position] = (*before, (place, refusal))
        return found

    def _values(self, shape: Shape) -> list[tuple[int, ValueType]] | None:
        if shape not in self._shapes:
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()
            self._shapes[shape] = self._of(shape)
        return self._shapes[shape]

    def _of(self, shape: Shape) -> list[tuple[int, ValueType]] | None:
        if not self._top:
            return None
        found: dict[int, ValueType] = {}
        for path, place in shape.places.items():
            if isinstance(place, int):
                simple = self._at(path)
                if simple is None:
                    return None
                found[place] = simple
        # A text that belongs to no element of its own stands among elements.
        return sorted(found.items(), key=itemgetter(0)) if len(found) == shape.texts else None

    def form(self, path: str) -> str | None:
        """The form, a regular expression, of the texts of the element at a path below the payment."""
        simple = self._at(path)
        return simple.form if simple is not None else None

    def refusal(self, path: str, value: str) -> Refusal:
        """The judgement on a text of the element at a path below the payment."""
        simple = self._at(path)
        return simple.refusal(value) if simple is not None else None

    def _at(self, path: str) -> ValueType | None:
        path = _STEP.sub("", path)
        if path not in self._found:
            self._found[path] = self._find(path.split("/"))
        return self._found[path]

    def _find(self, steps: list[str]) -> ValueType | None:
        kind = self._top
        for step in steps:
            node = self._types.get(_local(kind))
            if node is None or next(node.iter(_XS + "any"), None) is not None:
                return None
            found = [each for each in node.iter(_XS + "element") if each.get("name") == step]
            if not found:
                # An element that the schema does not know: whatever stands in it, the first of its kind was refused.
                return ValueType(f"{_VISIBLE}*+", lambda text: "")
            kind = found[0].get("type", "") if len(found) == 1 else ""
        return self._simple(kind)

    def optional(self, steps: Sequence[str]) -> bool:
        """True when the last of these elements, each inside the one before, may be left out: it is no choice."""
        kind, least = "", "1"
        for step in steps:
            node = self._types.get(_local(kind)) if kind else self._tree
            if node is None:
                return False
            found = [each for each in node.iter(_XS + "element") if each.get("name") == step]
            if not found or any(each.getparent().tag == _XS + "choice" for each in found):
                return False
            kind, least = found[0].get("type", ""), found[0].get("minOccurs", "1")
        return least == "0"

    def _simple(self, kind: str) -> ValueType | None:
        node = self._types.get(_local(kind))
        if node is None:
            return None
        if node.tag == _XS + "complexType":
            bases = [each.get("base", "") for each in node.iterfind(f"{_XS}simpleContent/{_XS}extension")]
            mixed = node.get("mixed") is not None or next(node.iter(_XS + "any"), None) is not None
            return self._simple(bases[0]) if bases else None if mixed else _ELEMENTS_ONLY
        restriction = node.find(_XS + "restriction")
        if node.tag != _XS + "simpleType" or restriction is None:
            return None
        facets: dict[str, list[str]] = {}
        for each in restriction.iterchildren(tag="*"):
            facets.setdefault(str(each.tag).rpartition("}")[2], []).append(each.get("value", ""))
        facets.pop("annotation", None)
        make = _BASES.get(_local(restriction.get("base", "")))
        return make(facets) if make is not None else None


Facets = Mapping[str, Sequence[str]]

# Texts have no place where elements belong.
_ELEMENTS_ONLY = ValueType(r"(?!)", lambda text: "content" if text.strip(_BLANKS) else None)


def _text(facets: Facets) -> ValueType | None:
    if facets.keys() <= {"minLength", "maxLength"}:
        least, most = (facets.get(name, [""])[0] for name in ("minLength", "maxLength"))
        return ValueType(f"{_VISIBLE}{{{least or 1},{most}}}+", _lengths(int(least or 0), int(most) if most else None))
    if facets.keys() == {"enumeration"}:
        words = frozenset(facets["enumeration"])
        return ValueType(
            "|".join(map(re.escape, facets["enumeration"])), lambda text: "" if text in words else "enumeration"
        )
    patterns = facets.get("pattern", [])
    if facets.keys() == {"pattern"} and len(patterns) == 1 and _PATTERN.fullmatch(patterns[0]):
        fits = pattern(patterns[0]).fullmatch
        return ValueType(patterns[0], lambda text: "" if fits(text) else "pattern")
    return None


def _lengths(least: int, most: int | None) -> Callable[[str], Refusal]:
    def refusal(text: str) -> Refusal:
        size = len(text)
        return "minLength" if size < least else "maxLength" if most is not None and size > most else ""

    return refusal


def _decimal(facets: Facets) -> ValueType | None:
    fraction, total = facets.get("fractionDigits", [""])[0], facets.get("totalDigits", [""])[0]
    if not facets.keys() <= {"fractionDigits", "totalDigits", "minInclusive"} or not fraction or not total:
        return None
    # Plain digits: not less than nothing, so a least value of nothing is kept.
    if facets.get("minInclusive", ["0"]) != ["0"] or int(total) <= int(fraction):
        return None
    form = rf"\d{{1,{int(total) - int(fraction)}}}" + (rf"(?:\.[0-9]{{1,{fraction}}})?" if int(fraction) else "")
    return ValueType(form, _digits(pattern(form), int(fraction), int(total), "minInclusive" in facets))


def _digits(form: re.Pattern[str], fraction: int, total: int, positive: bool) -> Callable[[str], Refusal]:
    """The judgement on numbers. Engines do not agree on zeros that say nothing and on signs: of those there is none."""

    def refusal(text: str) -> Refusal:
        text = text.strip(_BLANKS)
        number = _NUMBER.fullmatch(text)
        if number is None:
            return "lexical" if text else "blank"
        if form.fullmatch(text):
            return ""
        sign, whole, part = number[1], number[2].lstrip("0"), (number[3] or "").rstrip("0")
        if sign == "-" and positive and (whole or part):
            return "minInclusive"
        return "fractionDigits" if len(part) > fraction else "totalDigits" if len(whole + part) > total else None

    return refusal


_NUMBER = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?")


def _date(facets: Facets) -> ValueType | None:
    return None if facets else ValueType(_DATE.pattern, _day)


# Days that every month has.
_DATE = re.compile(r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])")
_NEARLY_A_DATE = re.compile(r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_PLAIN_DATE = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}")


def _day(text: str) -> Refusal:
    """The judgement on days; of years beyond four digits and of time zones there is none."""
    text = text.strip(_BLANKS)
    if not _NEARLY_A_DATE.fullmatch(text):
        return "lexical" if text else "blank"
    if not _PLAIN_DATE.fullmatch(text):
        return None
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return "lexical"
    return ""


_BASES: Mapping[str, Callable[[Facets], ValueType | None]] = {"string": _text, "decimal": _decimal, "date": _date}


def _local(name: str) -> str:
    return name.rpartition(":")[2]
