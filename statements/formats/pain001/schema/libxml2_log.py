"""The error log of libxml2 in our rules: for counting when the list is full, and where the explaining engine is silent.

libxml2 stops at the first content fault of an element and tells some value faults twice; its texts are never shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from statements.formats.pain001.schema.faults import HINTS, SchemaFault, form, local, no_currency

_BLANKS = " \t\r\n"
_LEXICAL = "SCHEMAV_CVC_DATATYPE_VALID_1_2_1"
_RULES = {
    "SCHEMAV_CVC_MINLENGTH_VALID": "P001-033",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "P001-034",
    "SCHEMAV_CVC_ENUMERATION_VALID": "P001-036",
    "SCHEMAV_CVC_PATTERN_VALID": "P001-035",
    _LEXICAL: "P001-035",
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": "P001-035",
    "SCHEMAV_CVC_TOTALDIGITS_VALID": "P001-035",
    "SCHEMAV_CVC_MININCLUSIVE_VALID": "P001-035",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "P001-047",  # no other attribute is required
}
_ATTRIBUTE = re.compile(r", attribute '(?:\{[^}]*\})?([^']+)'")
CONTENT = "SCHEMAV_ELEMENT_CONTENT"
# Of so many faults of one part the element and the value are looked up; the others are counted at the part.
_DETAILED = 200
_STEP = re.compile(r"(?:[^/\[\]]+:)?([^/\[\]:]+)(?:\[(\d+)\])?")


def native_faults(part: Any, log: Any) -> Iterator[SchemaFault]:
    """The faults of a log of ``lxml.etree.XMLSchema`` about ``part``, one for each element and attribute."""
    seen: set[tuple[str, str]] = set()
    bare: dict[str, SchemaFault] = {}
    for entry in log:
        match = _ATTRIBUTE.search(entry.message)
        attribute = match[1] if match is not None else None
        if len(seen) >= _DETAILED:
            rule = _rule(entry)
            if rule not in bare:
                bare[rule] = SchemaFault(rule, part)
            yield bare[rule]
            continue
        key = (entry.path or "", attribute or "")
        if key not in seen:
            seen.add(key)
            yield _fault(part, entry, attribute)


def _rule(entry: Any) -> str:
    if entry.type_name == CONTENT:
        return "P001-032" if "Missing child" in entry.message else "P001-031"
    return _RULES.get(entry.type_name, "P001-030")


def complete(log: Any) -> bool:
    """True when libxml2 saw everything: no content fault that hides others."""
    return all(entry.type_name != CONTENT for entry in log)


def _fault(part: Any, entry: Any, attribute: str | None) -> SchemaFault:
    element = _element(part, entry.path or "")
    if entry.type_name == CONTENT:
        names = _expected(entry.message.partition("Expected is")[2])
        if "Missing child" in entry.message:
            return SchemaFault(
                "P001-032", element, expected=", ".join(names) or None, child=names[0] if names else None
            )
        return SchemaFault("P001-031", element, found=local(element.tag), expected=", ".join(names) or None)
    rule = _rule(entry)
    if rule == "P001-047":
        return no_currency(element)
    value = (element.get(attribute) if attribute is not None else element.text) or ""
    blank = entry.type_name == _LEXICAL and not value.strip(_BLANKS)
    if rule != "P001-030" and (not value or blank):
        return SchemaFault("P001-033", element, attribute=attribute)
    if rule == "P001-035":
        kind = re.search(r"type '(?:\{[^}]*\})?([^']+)'", entry.message)
        english, french = form(kind[1] if kind is not None else "")
        return SchemaFault(rule, element, value, english or None, french or None, attribute=attribute)
    return SchemaFault(rule, element, value.strip() or None, attribute=attribute)


@lru_cache(maxsize=256)
def _expected(words: str) -> tuple[str, ...]:
    """The names in a list of libxml2; a file repeats few of its lists."""
    return tuple(local(name) for name in re.findall(r"[^\s,(){}]+(?=[\s,]*(?:,|\)))", words))


def _element(part: Any, path: str) -> Any:
    """The element of a path such as ``/*/*[2]/*``, whose first step is the part itself."""
    element = part
    for step in path.split("/")[2:]:
        match = _STEP.fullmatch(step)
        if match is None:
            return element
        children = [child for child in element if isinstance(child.tag, str)]
        if match[1] != "*":
            children = [child for child in children if local(child.tag) == match[1]]
        number = int(match[2] or 1)
        if number > len(children):
            return element
        element = children[number - 1]
    return element


# Faults of values: libxml2 names each where it stands.
_OF_VALUES = frozenset({"P001-033", "P001-034", "P001-035", "P001-036"})


def overlooked(native: Iterable[SchemaFault], explained: Iterable[SchemaFault]) -> list[SchemaFault]:
    """The values that libxml2 refuses and the engine that explains lets pass, as it does a blank inside a number."""
    explained = list(explained)
    told = {(id(fault.element), fault.attribute) for fault in explained}
    # By ``xsi:`` attributes libxml2 judges an element as another type.
    whole = {id(f.element) for f in explained if f.rule in HINTS or (f.attribute or "").startswith("xsi:")}
    return [
        fault
        for fault in native
        if fault.rule in _OF_VALUES
        and (id(fault.element), fault.attribute) not in told
        and whole.isdisjoint((id(fault.element), id(fault.element.getparent())))
    ]


class LearnedRules:
    """Under which rule a fault is told that libxml2 knows by another: a BIC of another version is no stranger."""

    def __init__(self) -> None:
        self._rules: dict[tuple[str, str, str], str] = {}

    def learn(self, native: Iterable[SchemaFault], explained: Iterable[SchemaFault]) -> None:
        """Take notice of the faults of one part as libxml2 and as the explanation names them."""
        told: dict[int, str] = {}
        for each in explained:
            told.setdefault(id(each.element), each.rule)
        # Few faults are enough to learn from: a crowd of them is of one kind.
        for fault in islice(native, _ENOUGH):
            for place in (fault.element, fault.element.getparent()):
                rule = told.get(id(place))
                if rule is not None:
                    self._rules[_kind(fault)] = rule
                    break

    def rule(self, fault: SchemaFault) -> str:
        """The rule of a fault of libxml2."""
        return self._rules.get(_kind(fault), fault.rule)


_ENOUGH = 2_000


def _kind(fault: SchemaFault) -> tuple[str, str, str]:
    parent = fault.element.getparent()
    return fault.rule, local(fault.element.tag), local(parent.tag) if parent is not None else ""


def refused(pieces: Callable[[], Iterable[bytes]], schema: etree.XMLSchema) -> bool:
    """The verdict of libxml2 on a whole document in UTF-8."""
    parser = etree.XMLParser(schema=schema, encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False)
    try:
        for piece in pieces():
            parser.feed(piece)
        parser.close()
    except etree.XMLSyntaxError:
        return True
    return False
