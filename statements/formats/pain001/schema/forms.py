"""The forms of values that a schema certainly accepts, taken from its own types.

A payment whose tags libxml2 has seen before, and whose values all have such a form, is right like the one that it saw:
it need not be read by libxml2 again. A type that cannot be said here (a date, a union, a pattern of an unusual kind)
has no form, and libxml2 reads every payment that holds it.

    >>> from statements.formats.pain001.schema import packaged
    >>> forms = Forms(packaged().tree("03"))
    >>> forms.form("Purp/Cd"), forms.form("CdtrAgt/FinInstnId/BIC")
    ("[ !-%'-;=?-~\\xa1-ÿ]{1,4}+", '[A-Z]{6,6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3,3}){0,1}')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from statements.formats.pain001.scope import Shape
from statements.formats.pain001.silence import Columns, pattern, unlike

_XS = "{http://www.w3.org/2001/XMLSchema}"
_PAYMENT = "CdtTrfTxInf"
# Visible characters of western Europe that stand for themselves in XML.
_VISIBLE = "[ !-%'-;=?-~\u00a1-\u00ff]"
_PATTERN = re.compile(r"(?:\[(?:[A-Za-z0-9()+]|\\?-)+\]|\{\d+(?:,\d+)?\}|[A-Za-z0-9()-]|\\\+)+", re.ASCII)
# The forms of numbers begin with it (ASCII, as all forms), and no other form does.
_DIGITS = r"\d"
# A text with a character that no number holds; a reference may stand for any character.
_NO_NUMBER = re.compile(r"(?=[^<&]*[^<&0-9.+\-\s])[!-%'-;=-~\u00a1-\u00ff][^<&]*")
_STEP = re.compile(r"\[\d+\]")


class Forms:
    """The forms of one schema. ``tree`` is its document."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._types = {each.get("name"): each for each in tree if each.get("name")}
        self._payment = next(
            (each.get("type") for each in tree.iter(_XS + "element") if each.get("name") == _PAYMENT), ""
        )
        self._forms: dict[str, str | None] = {}
        self._shapes: dict[Shape, list[tuple[int, str]] | None] = {}

    def odd(self, shape: Shape, columns: Columns) -> Iterable[int]:
        """The positions of the payments of a shape that libxml2 has to read; all of them when in doubt."""
        if shape not in self._shapes:
            self._shapes[shape] = self._of(shape)
        forms = self._shapes[shape]
        if forms is None:
            return range(columns.size)
        odd: set[int] = set()
        for place, form in forms:
            odd.update(unlike(columns, place, form))
        return odd

    def refused(self, shape: Shape, texts: Sequence[str]) -> tuple[int, ...] | None:
        """The places of texts that are certainly no numbers where numbers belong, when every other text has its form;
        ``None`` when in doubt. Which characters such a text holds changes nothing in what libxml2 says of it.
        """
        if shape not in self._shapes:
            self._shapes[shape] = self._of(shape)
        forms = self._shapes[shape]
        if forms is None:
            return None
        places: list[int] = []
        for place, form in forms:
            if pattern(form).fullmatch(texts[place]) is None:
                if not form.startswith(_DIGITS) or _NO_NUMBER.fullmatch(texts[place]) is None:
                    return None
                places.append(place)
        return tuple(places)

    def _of(self, shape: Shape) -> list[tuple[int, str]] | None:
        if not self._payment:
            return None
        found: dict[int, str] = {}
        for path, place in shape.places.items():
            if isinstance(place, int):
                form = self.form(path)
                if form is None:
                    return None
                found[place] = form
        # A text that belongs to no element of its own stands among elements.
        return sorted(found.items()) if len(found) == shape.texts else None

    def form(self, path: str) -> str | None:
        """The form, a regular expression, of the texts of the element at a path below the payment."""
        path = _STEP.sub("", path)
        if path not in self._forms:
            self._forms[path] = self._found(path.split("/"))
        return self._forms[path]

    def _found(self, steps: list[str]) -> str | None:
        kind = self._payment
        for step in steps:
            node = self._types.get(_local(kind))
            if node is None or next(node.iter(_XS + "any"), None) is not None:
                return None
            found = [each for each in node.iter(_XS + "element") if each.get("name") == step]
            if not found:
                # An element that the schema does not know: whatever stands in it, the first of its kind was refused.
                return f"{_VISIBLE}*+"
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

    def _simple(self, kind: str) -> str | None:
        node = self._types.get(_local(kind))
        if node is None:
            return None
        if node.tag == _XS + "complexType":
            bases = [each.get("base", "") for each in node.iterfind(f"{_XS}simpleContent/{_XS}extension")]
            return self._simple(bases[0]) if bases else None
        restriction = node.find(_XS + "restriction")
        if node.tag != _XS + "simpleType" or restriction is None:
            return None
        facets: dict[str, list[str]] = {}
        for each in restriction.iterchildren(tag="*"):
            facets.setdefault(str(each.tag).rpartition("}")[2], []).append(each.get("value", ""))
        facets.pop("annotation", None)
        base = _local(restriction.get("base", ""))
        return _text(facets) if base == "string" else _decimal(facets) if base == "decimal" else None


def _text(facets: dict[str, list[str]]) -> str | None:
    if facets.keys() <= {"minLength", "maxLength"}:
        least, most = (facets.get(name, [""])[0] for name in ("minLength", "maxLength"))
        return f"{_VISIBLE}{{{least or 1},{most}}}+"
    if facets.keys() == {"enumeration"}:
        return "|".join(map(re.escape, facets["enumeration"]))
    patterns = facets.get("pattern", [])
    if facets.keys() == {"pattern"} and len(patterns) == 1 and _PATTERN.fullmatch(patterns[0]):
        return patterns[0]
    return None


def _decimal(facets: dict[str, list[str]]) -> str | None:
    fraction, total = facets.get("fractionDigits", [""])[0], facets.get("totalDigits", [""])[0]
    if not facets.keys() <= {"fractionDigits", "totalDigits", "minInclusive"} or not fraction or not total:
        return None
    # Plain digits: not less than nothing, so a least value of nothing is kept.
    if facets.get("minInclusive", ["0"]) != ["0"] or int(total) <= int(fraction):
        return None
    return rf"{_DIGITS}{{1,{int(total) - int(fraction)}}}(?:\.[0-9]{{1,{fraction}}})?"


def _local(name: str) -> str:
    return name.rpartition(":")[2]
