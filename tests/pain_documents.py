"""Random documents of a message, built from its schema, and random changes to them."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

from lxml import etree

from statements.formats.pain001.schema import XS, packaged

MESSAGES = ("02", "03", "09", "pain.002.001.03")

# A valid value for each type that is neither a list of codes nor a text of some length.
VALUES = {
    "IBANIdentifier": "fr7616958000011234567890177", "IBAN2007Identifier": "FR7616958000011234567890177",
    "BBANIdentifier": "16958000011234567890177", "UPICIdentifier": "12345678", "BICIdentifier": "QNTOFRP1XXX",
    "BICFIDec2014Identifier": "QNTOFRP1", "AnyBICIdentifier": "QNTOFRP1", "AnyBICDec2014Identifier": "0NTOFRP1XXX",
    "BEIIdentifier": "ABCDFRP1", "IBEIIdentifier": "FRBCDFGHJ1", "LEIIdentifier": "969500ABCDEF1234567" + "8",
    "EANGLNIdentifier": "1234567890123", "DunsIdentifier": "123456789", "CHIPSUniversalIdentifier": "CH123456",
    "CountryCode": "FR", "CurrencyCode": "EUR", "ActiveOrHistoricCurrencyCode": "EUR", "Max15NumericText": "12",
    "Exact4AlphaNumericText": "a1B2", "PhoneNumber": "+33-123456789",
    "UUIDv4Identifier": "3f1c7b0e-9d2a-4c55-8a6e-0d1b2c3d4e5f",
}  # fmt: skip
BUILT_IN = {"xs:decimal": "1.5", "xs:date": "2026-12-02", "xs:dateTime": "2026-12-02T10:00:00", "xs:boolean": "true"}
NASTY = [
    "", " ", "x", "x" * 36, "x" * 141, "é" * 35, "-1", "+1.5", ".5", "5.", " 1.5 ", "1e5", "1,5", "NaN", "INF", "0",
    "1.123456", "12345678901234567890", "0.00000000000000001", "2026-12-02Z", "2026-02-30", "2026-12-02T24:00:00",
    "2026-12-02T10:00:00.123+01:00", "2026-12-02T10:00:00", "0000-01-01", "-0001-01-01", "1", "true", "TRUE", "false ",
    "EUR", "eur", "FR", "SEPA", "TRF", "\u00a01.5", "1.5\u2003", "\u0661", "a\nb", "\t", "FR76 1695", "NOTPROVIDED",
    "QNTOFRP1XXX\n", "\ufeff", "12345678901234567.1", "00000000000000000001.0",
]  # fmt: skip


@lru_cache
def types(message: str) -> dict[str, Any]:
    """The named types of a schema."""
    return {node.get("name", ""): node for node in packaged().tree(message) if node.tag != XS + "element"}


@lru_cache
def names(message: str) -> list[str]:
    """Every element name of a message."""
    return sorted({node.get("name", "") for node in packaged().tree(message).iter(XS + "element")})


def value(message: str, kind: str, source: random.Random) -> str:
    """A valid text for a simple type."""
    node = types(message)[kind]
    restriction = node.find(XS + "restriction")
    codes = [code.get("value", "") for code in restriction.findall(XS + "enumeration")]
    if codes:
        return source.choice(codes)
    longest = restriction.find(XS + "maxLength")
    if longest is not None:
        return "Text é"[: int(longest.get("value"))]
    return VALUES[kind] if kind in VALUES else "1" if kind == "Number" else BUILT_IN[restriction.get("base")]


def fill(element: Any, message: str, kind: str, source: random.Random, depth: int = 0) -> None:
    """Give an element random valid content of a type."""
    node = types(message)[kind]
    if node.tag == XS + "simpleType":
        element.text = value(message, kind, source)
        return
    extension = node.find(f"{XS}simpleContent/{XS}extension")
    if extension is not None:
        element.text = value(message, extension.get("base"), source)
        for attribute in extension:
            element.set(attribute.get("name"), value(message, attribute.get("type"), source))
        return
    for group in node:
        if group.tag != XS + "annotation":
            particle(element, group, message, source, depth)


def particle(element: Any, node: Any, message: str, source: random.Random, depth: int) -> None:
    """Add what a particle of the content model asks for, and sometimes what it allows."""
    lowest = int(node.get("minOccurs", "1"))
    most = node.get("maxOccurs", "1")
    count = lowest
    if source.random() < (0.35 if depth < 2 else 0.15):
        count = min(lowest + 1, 2 if most == "unbounded" else int(most))
    for _ in range(count):
        if node.tag == XS + "element":
            child = etree.SubElement(element, element.tag.rpartition("}")[0] + "}" + node.get("name"))
            fill(child, message, node.get("type"), source, depth + 1)
        elif node.tag == XS + "choice":
            particle(element, source.choice(list(node)), message, source, depth)
        elif node.tag == XS + "any":
            etree.SubElement(element, "{urn:other}Anything").text = "x"
        else:
            for item in node:
                particle(element, item, message, source, depth)


def document(message: str, source: random.Random) -> Any:
    """A random valid document."""
    space = packaged().tree(message).get("targetNamespace")
    root = etree.Element(f"{{{space}}}Document", nsmap={None: space})
    fill(root, message, "Document", source)
    return root


def mutate(root: Any, message: str, source: random.Random) -> None:
    """Change one thing at random."""
    elements = list(root.iter())
    target = source.choice(elements)
    leaves = [element for element in elements if not len(element)]
    space = root.tag.rpartition("}")[0] + "}"
    what = source.randrange(14)
    parent = target.getparent()
    if what <= 4:
        source.choice(leaves).text = source.choice(NASTY)
    elif what == 5 and parent is not None:
        parent.remove(target)
    elif what == 6 and parent is not None:
        copy = etree.fromstring(etree.tostring(target, with_tail=False))
        parent.insert(source.randrange(len(parent) + 1), copy)
    elif what == 7:
        target.tag = space + source.choice(names(message))
    elif what == 8 and len(target) > 1:
        target.append(target[source.randrange(len(target))])
    elif what == 9:
        target.text = source.choice(NASTY)
    elif what == 10 and parent is not None:
        target.tail = source.choice(NASTY)
    elif what == 11:
        target.set(source.choice(["Ccy", "x", "{urn:other}x"]), source.choice(["EUR", "eur", "", "x"]))
    elif what == 12:
        target.attrib.clear()
    else:
        child = etree.Element(source.choice([space, "{urn:other}", ""]) + source.choice(names(message)))
        child.text = source.choice([None, "x"])
        target.insert(source.randrange(len(target) + 1), child)
