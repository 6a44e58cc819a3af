"""docs/formats/pain001.md: the message in its three versions, profiles, settings and levels of the payment check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from generators.common import settings
from generators.markdown import code, generated, join, table, text
from statements.formats.pain001.profiles import PROFILES, rules
from statements.formats.pain001.schema import packaged
from statements.formats.pain001.versions import VERSIONS

XS = "{http://www.w3.org/2001/XMLSchema}"
_SECTIONS = (
    ("GrpHdr", "Header"),
    ("PmtInf", "Payment block"),
    ("CdtTrfTxInf", "Payment"),
)
_BELOW = ("PmtTpInf", "PstlAdr", "FinInstnId", "Strd")
_LEVELS = {
    "file": "refuses the whole file (envelope and schema)",
    "group": "refuses the whole file",
    "payment": "refuses the payment block",
    "transaction": "refuses one payment",
}


def pages() -> dict[str, str]:
    """The page by its path under docs/."""
    return {"formats/pain001.md": page()}


def page() -> str:
    """The whole page."""
    parts = [
        "# pain.001",
        "SEPA credit transfer files in the versions .02 (2006), .03 (2009) and .09 (2019). The tables below come from "
        "the schemas of this project; `1` is mandatory, `0..1` optional, `n` any number, `–` does not exist in that "
        "version. Every rule is in [rules.md](../rules.md).",
        table(("version", "namespace"), [(f".{key}", code(each.namespace)) for key, each in VERSIONS.items()]),
    ]
    for element, title in _SECTIONS:
        parts += [f"## {title}: {element}", _compare(element)]
    parts.append("## Parts")
    for element in _BELOW:
        parts += [f"### {element}", _compare(element)]
    parts += [
        "## Profiles",
        "`iso`: is this a correct ISO message? `sepa`: can it go through the SEPA scheme? `qonto` (default): with the "
        "limits that Qonto publishes, milder where only another country's guide stands behind a rule. The differences:",
        _differences(),
        "### Settings",
        settings(PROFILES),
        "## Levels",
        "How much a finding of severity error refuses, as in the predicted answer (pain.002): the place of the finding "
        "decides; rules without one place have the level of their row.",
        _levels(),
    ]
    return generated("the schemas and statements/formats/pain001") + join(parts)


def _compare(element: str) -> str:
    by_version = {key: dict(_children(key, element)) for key in VERSIONS}
    order: list[str] = []
    for children in by_version.values():
        position = 0
        for name in children:
            if name in order:
                position = order.index(name) + 1
            else:
                order.insert(position, name)
                position += 1
    rows = [(code(name), *(by_version[key].get(name, "–") for key in VERSIONS)) for name in order]
    return table(("element", *(f".{key}" for key in VERSIONS)), rows)


def _children(version: str, element: str) -> Iterator[tuple[str, str]]:
    """The children of an element with their occurrence and type, in the order of the schema."""
    tree = packaged().tree(version)
    types = {node.get("name"): node for node in tree.iterfind(XS + "complexType")}
    kind = next(node.get("type") for node in tree.iter(XS + "element") if node.get("name") == element)
    yield from _parts(types[kind], False)


def _parts(node: etree._Element, choice: bool) -> Iterator[tuple[str, str]]:
    for child in node:
        if child.tag == XS + "element":
            low, high = child.get("minOccurs", "1"), child.get("maxOccurs", "1")
            high = "n" if high == "unbounded" else high
            occurs = low if low == high else f"{low}..{high}"
            yield child.get("name", ""), f"{'choice ' if choice else ''}{occurs} {child.get('type', '')}"
        elif child.tag in (XS + "sequence", XS + "choice"):
            yield from _parts(child, child.tag == XS + "choice")


def _differences() -> str:
    def word(severities: Mapping[str, object], name: str) -> str:
        return str(severities[name] or "off")

    rows = []
    for rule in rules():
        graded = rule.severities
        if graded["sepa"] != graded["qonto"]:
            rows.append((rule.id, text(rule.message.en), word(graded, "sepa"), word(graded, "qonto")))
    return table(("rule", "meaning", "sepa", "qonto"), rows)


def _levels() -> str:
    rows = []
    for level, meaning in _LEVELS.items():
        ids = [rule.id.removeprefix("P001-") for rule in rules() if rule.columns["level"] == level]
        rows.append((code(level), meaning, " ".join(ids)))
    return table(("level", "an error", "rules"), rows)
