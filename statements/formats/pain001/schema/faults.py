"""What the schema engines report, as faults of our own: rule, element, what was found, what was expected.

The engine that explains (xmlschema) works on one part at a time; its texts are never shown. Faults that come from
mixing up versions become the hints P001-040 to P001-046.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from statements.findings import PaymentLabel
from statements.formats.pain001.schema import PART
from statements.formats.pain001.schema.acts import Act, Grade
from statements.formats.pain001.schema.content import ContentFault, Slot, diagnose, slots_of

_SHOWN = 8
_BLANKS = " \t\r\n"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class SchemaFault(msgspec.Struct, frozen=True):
    """One schema fault at an ``element``, or of its missing ``child``, or of its ``attribute``.

    ``act`` is what mends it, ``at`` the element where that begins when it is another one.
    """

    rule: str
    element: Any
    found: str | None = None
    expected: str | None = None
    expected_fr: str | None = None
    child: str | None = None
    attribute: str | None = None
    act: Act | None = None
    at: Any = None


def faults_of(part: Any, schema: Any, version: str) -> list[SchemaFault]:
    """Every fault of a part that stands alone, as the schema object of the xmlschema package sees it.

    ``part`` is an element of lxml, which loses its ``xsi:`` attributes here: they are faults, and the engine would
    follow them. ``schema`` judges it by its global elements. In document order.
    """
    found: dict[tuple[int, str], SchemaFault] = {}
    held: list[Any] = []  # an id holds as long as its element lives
    _own_checks(part, found)
    diagnosed: set[tuple[int, str]] = set()
    for error in _errors(part, schema):
        kind = type(error).__name__ if type(error).__name__ == _CONTENT else type(error.validator).__name__
        if kind in (_CONTENT, "XsdAttributeGroup"):
            # The engine tells each child, each attribute by itself; here all of an element are looked at together.
            if (id(error.elem), kind) in diagnosed:
                continue
            diagnosed.add((id(error.elem), kind))
            held.append(error.elem)
        for fault in _faults(error, version):
            # One fault, one finding: the first word on an element, its content or an attribute is the only one.
            what = fault.attribute or ("" if fault.child is None else f"/{fault.child}")
            key = (id(fault.element), what)
            if fault.rule in HINTS:
                key = (id(fault.element), "")
            found.setdefault(key, fault)
    order = {id(element): number for number, element in enumerate(part.iter())}
    return sorted(found.values(), key=lambda fault: order.get(id(fault.element), 0))


_CONTENT = "XMLSchemaChildrenValidationError"
HINTS = frozenset({"P001-043", "P001-045", "P001-046"})
"""Faults of an element as a whole, of which nothing else is said."""


def _errors(part: Any, schema: Any) -> list[Any]:
    """The errors of the engine, which takes every blank of Unicode for white space, as XML does not.

    For the time of its judgement odd blanks are another character, of which no type allows more than of them.
    """
    import xmlschema

    odd: list[tuple[Any, str | None, str | None]] = []
    for element in part.iter():
        for text in (element.text, element.tail):
            if text is not None and not text.isascii() and _ODD.search(text):
                odd.append((element, element.text, element.tail))
                element.text = _ODD.sub("\ufffd", element.text or "")
                element.tail = _ODD.sub("\ufffd", element.tail or "")
                break
    errors: list[Any] = []
    # It may stumble over something hostile: what it found so far stands, libxml2 gives the verdict.
    with suppress(xmlschema.XMLSchemaException, ValueError, KeyError):
        errors.extend(schema.iter_errors(part, use_location_hints=False))
    for element, text, tail in odd:
        element.text, element.tail = text, tail
    return errors


_ODD = re.compile(r"[^\S \t\r\n]")


def _own_checks(part: Any, found: dict[tuple[int, str], SchemaFault]) -> None:
    """What the engine would follow or overlook: xsi attributes, and loose text in the envelope of any content."""
    for element in part.iter():
        if len(element.attrib) > _CROWD:
            _thin_out(element, found)
        if local(element.tag) == "Envlp":
            text = (element.text or "") + "".join(child.tail or "" for child in element)
            if text.strip(_BLANKS):
                found[id(element), ""] = SchemaFault("P001-030", element, found=_loose(text.strip(_BLANKS)))
        for name in list(element.attrib):
            if name.startswith(_XSI) and name not in (_XSI + "schemaLocation", _XSI + "noNamespaceSchemaLocation"):
                label = "xsi:" + name.removeprefix(_XSI)
                found[id(element), label] = SchemaFault(
                    "P001-030", element, found=element.attrib.pop(name), attribute=label
                )


# No element of any message has more than one attribute, and the engine takes quadratic time over a crowd of them.
_CROWD = 16


def _thin_out(element: Any, found: dict[tuple[int, str], SchemaFault]) -> None:
    """Report and remove every attribute but the currency."""
    # Taken from the front one by one: lxml looks up each value anew, which is quick only there.
    values = {name: element.attrib.pop(name) for name in list(element.attrib)}
    for name, value in values.items():
        if name == "Ccy":
            element.set(name, value)
        else:
            label = local(name)
            found[id(element), label] = SchemaFault("P001-030", element, found=_shown(value) or label, attribute=label)


def _faults(error: Any, version: str) -> Iterator[SchemaFault]:
    element = error.elem
    kind = type(error.validator).__name__
    name = local(element.tag)
    if type(error).__name__ == _CONTENT:
        yield from _content(element, error, version)
        return
    if name == "ReqdExctnDt" and (kind in ("XsdElement", "XsdGroup") or (version != "09" and len(element))):
        yield _date_fault(element, version)
        return
    if kind == "XsdGroup":
        text = (element.text or "") + "".join(child.tail or "" for child in element)
        yield SchemaFault("P001-030", element, found=_loose(text.strip(_BLANKS)))
        return
    if kind == "XsdAttributeGroup":
        yield from _attributes(element, error)
        return
    if kind == "XsdElement":
        children = ", ".join(local(child.tag) for child in element)
        yield SchemaFault("P001-030", element, found=_shown(children) or None)
        return
    yield _value(element, error, kind)


def _value(element: Any, error: Any, kind: str) -> SchemaFault:
    match = re.match(r"attribute (\S+?)=", error.reason or "")
    attribute = match[1] if match is not None else None
    value = (element.get(attribute) if attribute is not None else element.text) or ""
    facet = error.validator
    type_name = f"xs:{facet.local_name}" if kind == "XsdAtomicBuiltin" else _type_name(facet)
    if not value or (not value.strip(_BLANKS) and kind == "XsdAtomicBuiltin"):
        return SchemaFault("P001-033", element, attribute=attribute)
    if kind == "XsdMaxLengthFacet":
        return SchemaFault("P001-034", element, _shown(value), f"max. {facet.value}", attribute=attribute)
    if kind == "XsdEnumerationFacets":
        words = ", ".join(str(word) for word in facet.enumeration)
        return SchemaFault("P001-036", element, _shown(value), words, attribute=attribute)
    english, french = form(type_name, error.reason or "")
    return SchemaFault("P001-035", element, _shown(value), english, french, attribute=attribute)


def _type_name(facet: Any) -> str:
    parent = getattr(facet, "parent", None)
    while parent is not None and getattr(parent, "local_name", None) is None:
        parent = getattr(parent, "parent", None)
    return getattr(parent, "local_name", None) or ""


def _attributes(element: Any, error: Any) -> Iterator[SchemaFault]:
    values = dict(element.items())
    strangers = [name for name in values if name not in error.validator and not name.startswith("{")]
    if "Ccy" in error.validator and "Ccy" not in values and len(strangers) == 1:
        (name,) = strangers
        near = name.lower() == "ccy"
        if near or _CURRENCY.fullmatch(values[name]):
            # The currency is there, under a wrong name: one fault.
            act = Act("attribute", "safe" if near else "review", f"{name}=Ccy")
            yield SchemaFault("P001-047", element, name, f'Ccy="{_shown(values[name])}"', attribute="@Ccy", act=act)
            return
    for name, item in error.validator.items():
        if name and item.use == "required" and name not in values:
            yield no_currency(element) if name == "Ccy" else SchemaFault("P001-030", element, attribute=f"@{name}")
    for name, value in values.items():
        if name not in error.validator and not name.startswith(_XSI):
            yield SchemaFault("P001-030", element, found=_shown(value or local(name)), attribute=local(name))


_CURRENCY = re.compile(r"[A-Z]{3}")


def no_currency(element: Any) -> SchemaFault:
    """An amount without its currency: in SEPA it is the euro, which a person has to confirm."""
    return SchemaFault(
        "P001-047", element, expected='Ccy="EUR"', attribute="@Ccy", act=Act("currency", "review", "EUR")
    )


def _content(element: Any, error: Any, version: str) -> Iterator[SchemaFault]:
    name = local(element.tag)
    slots = _slots(error.validator)
    space = element.tag.rpartition("}")[0]
    children = [child for child in element if isinstance(child.tag, str)]
    names = [local(c.tag) if c.tag.rpartition("}")[0] == space else c.tag for c in children]
    if name == "ReqdExctnDt":
        yield _date_fault(element, version)
        return
    whole = _whole_hint(name, names, version)
    if whole == "P001-045":
        yield from _address(element, children, diagnose(slots, names))
        return
    if whole is not None:
        yield SchemaFault(whole, element, act=Act("reference", "review", version))
        return
    faults = [_content_fault(fault, element, children, version) for fault in diagnose(slots, names)]
    renamed = any(fault.rule == "P001-044" for fault in faults)
    # A BIC under the name of another version is there: it is not missing as well.
    yield from (fault for fault in faults if not (renamed and fault.rule == "P001-032"))


@lru_cache(maxsize=512)
def _slots(group: Any) -> tuple[Slot, ...]:
    return slots_of(group)


def _whole_hint(name: str, names: list[str], version: str) -> str | None:
    """The rule for an element whose whole content has the form of another version."""
    if name == "PstlAdr" and version == "02":
        return "P001-045"
    if name == "CdtrRefInf":
        other = {"Tp", "Ref"} if version == "02" else {"CdtrRefTp", "CdtrRef"}
        if other & set(names):
            return "P001-046"
    return None


def _date_fault(element: Any, version: str) -> SchemaFault:
    found = _shown((element.text or "").strip()) or None
    act = Act("wrap", "review", "Dt") if version == "09" else Act("unwrap", "review")
    return SchemaFault("P001-043", element, found=found, act=act, **_date_form(version))


def _address(element: Any, children: list[Any], faults: list[ContentFault]) -> Iterator[SchemaFault]:
    """An address in the form of another version: elements in another order, or others than there are."""
    order = next((fault.order for fault in faults if fault.order), ())
    if order and all(fault.kind == "misplaced" for fault in faults):
        first = min(order)
        act = Act("reorder", "safe", order=tuple(position - first for position in order))
        yield SchemaFault("P001-045", element, act=act, at=children[first])
    else:
        yield SchemaFault("P001-045", element)


def _content_fault(fault: ContentFault, element: Any, children: list[Any], version: str) -> SchemaFault:
    parent = local(element.tag).removesuffix(PART)
    hint = _hint(fault, parent, version)
    if fault.kind == "missing":
        names = ", ".join(fault.expected)
        act = _ADDED.get((parent, fault.name))
        at = children[fault.position] if fault.position < len(children) else None
        if at is None and act is not None:
            act = msgspec.structs.replace(act, kind="append")
        return SchemaFault(hint or "P001-032", element, expected=names, child=fault.name, act=act, at=at)
    english, french = _instead(fault)
    act, at = _mending(fault, children, hint, version)
    found = _element_name(fault.name)
    return SchemaFault(hint or "P001-031", children[fault.position], found, english, french, act=act, at=at)


# What a missing element says when it says nothing, by the rules of the scheme.
_ADDED = {
    ("GrpHdr", "Grpg"): Act("insert", "safe", "Grpg=MIXD"),
    ("PmtId", "EndToEndId"): Act("insert", "review", "EndToEndId=NOTPROVIDED"),
}
_PARTS = frozenset({"PmtInf", "CdtTrfTxInf"})


def _mending(fault: ContentFault, children: list[Any], hint: str | None, version: str) -> tuple[Act | None, Any]:
    """What mends a child that is too many or has the wrong place or name, and the element where that begins."""
    child = children[fault.position]
    if hint in ("P001-041", "P001-042"):
        # Of grouping, which later versions do not know, the word for "as the blocks say" can go.
        grade: Grade = "safe" if hint == "P001-041" and (child.text or "").strip() == "MIXD" else "review"
        return Act("remove", grade), child
    if hint == "P001-044":
        return Act("rename", "review", "BICFI" if version == "09" else "BIC"), child
    if fault.kind == "misspelt":
        return Act("rename", "review", fault.expected[0]), child
    if fault.order:
        moved = [children[position] for position in sorted(fault.order)]
        # Payments and blocks have gone by when the parts around them are judged.
        first = min(fault.order)
        if _PARTS.isdisjoint(local(each.tag) for each in moved):
            return Act("reorder", "safe", order=tuple(position - first for position in fault.order)), moved[0]
        return _carried(fault.order, children)
    return None, None


def _carried(order: tuple[int, ...], children: list[Any]) -> tuple[Act | None, Any]:
    """An element behind payments or blocks that belongs before the first of them."""
    first, last = min(order), max(order)
    name = local(children[first].tag)
    # Of parts in a row the last stands for all, so the first is known by its number only when none came before.
    alone = name in _PARTS and all(local(each.tag) != name for each in children[:first])
    if order == (last, *range(first, last)) and alone and local(children[last].tag) not in _PARTS:
        return Act("carry", "safe", f"{name}[1]"), children[last]
    return None, None


def _instead(fault: ContentFault) -> tuple[str | None, str | None]:
    """What should be, in English, and in French where that is not the same."""
    if fault.kind == "repeated":
        return f"max. {fault.expected[0]}", None
    if fault.kind != "misplaced":
        return _listed(fault.expected), None
    before, behind = fault.expected
    words = [
        [word for word, name in ((after, before), (ahead, behind)) if name]
        for after, ahead in ((f"after {before}", f"before {behind}"), (f"après {before}", f"avant {behind}"))
    ]
    english, french = (f"{fault.name} {', '.join(each)}" if each else None for each in words)
    return english, french


def _element_name(name: str) -> str:
    """The name as a person reads it; a foreign element with its namespace."""
    space, _, plain = name.rpartition("}")
    return f'{plain} xmlns="{space[1:]}"' if space else plain


def _hint(fault: ContentFault, parent: str, version: str) -> str | None:
    name = fault.name
    if name == "Grpg" and parent == "GrpHdr":
        return "P001-041"
    if version == "02" and parent == "PmtInf" and name in ("NbOfTxs", "CtrlSum", "BtchBookg"):
        return "P001-042"
    if parent == "FinInstnId" and name == ("BIC" if version == "09" else "BICFI"):
        return "P001-044"
    if version == "02" and parent == "Document" and name == "CstmrCdtTrfInitn":
        return "P001-040"
    return None


def _listed(names: tuple[str, ...]) -> str | None:
    if not names:
        return None
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")


def _loose(text: str) -> str:
    """Loose text as it is; blanks that nobody can see by their name."""
    if text.strip():
        return _shown(text.strip())
    return f"U+{ord(text[0]):04X} {unicodedata.name(text[0], '')}".rstrip() if text else ""


def _shown(text: str, size: int = 400) -> str:
    return text if len(text) <= size else text[:size] + "…"


def _date_form(version: str) -> Mapping[str, str]:
    if version == "09":
        return {"expected": "<Dt>, <DtTm>"}
    english, french = form("xs:date")
    return {"expected": english, "expected_fr": french}


def form(type_name: str, reason: str = "") -> tuple[str, str]:
    """The form of a value type in English and in French words; the pattern for a type that has none.

    >>> form("CountryCode")
    ('two capital letters', 'deux lettres majuscules')
    """
    words = _forms().get(type_name)
    if words is not None:
        return words
    pattern = re.search(r"\['(.*)'\]", reason)
    text = pattern[1] if pattern is not None else type_name
    return text, text


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, tuple[str, str]]:
    text = files("statements.formats.pain001").joinpath("forms.tsv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
    return {row["type"]: (row["form_en"], row["form_fr"]) for row in rows}


def local(tag: object) -> str:
    """An element or attribute name without its namespace."""
    return str(tag).rpartition("}")[2].rpartition(":")[2]


def label_of(payment: Any, index: int) -> PaymentLabel:
    """What names a payment to a person, as far as it can be found in it."""
    texts: dict[str, str] = {}
    for path, name in _LABELS.items():
        element = payment
        for step in path.split("/"):
            element = next((child for child in element if local(child.tag) == step), None)
            if element is None:
                break
        else:
            texts[name] = (element.text or "").strip()
            if name == "amount" and element.get("Ccy"):
                texts["currency"] = element.get("Ccy")
    return PaymentLabel(index=index, **{name: text for name, text in texts.items() if text})


_LABELS = {
    "PmtId/EndToEndId": "end_to_end_id",
    "Cdtr/Nm": "creditor",
    "CdtrAcct/Id/IBAN": "iban",
    "Amt/InstdAmt": "amount",
}
