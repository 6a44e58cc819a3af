"""The project's schemas say what the facts of the messages say, row by row, and load in both engines."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from lxml import etree

ROOT = Path(__file__).parents[3]
SCHEMAS = ROOT / "schemas"
XS = "{http://www.w3.org/2001/XMLSchema}"

# message: rows of the table of facts, complex types, simple types
SIZES = {
    "pain.001.001.02": (525, 50, 47),
    "pain.001.001.03": (619, 66, 50),
    "pain.001.001.09": (753, 88, 61),
    "pain.002.001.03": (530, 55, 45),
}
Row = tuple[str, ...]


def rows(message: str) -> dict[str, list[Row]]:
    """The rows of a table of facts as the schema file states them: type -> rows; ``""`` holds schema and root."""
    root = ElementTree.parse(SCHEMAS / f"{message}.xsd").getroot()
    forms = (
        f"elementFormDefault={root.get('elementFormDefault')};attributeFormDefault={root.get('attributeFormDefault')}"
    )
    found: dict[str, list[Row]] = {"": [("schema", "", "", "", "", root.get("targetNamespace", ""), "", "", "", forms)]}
    for child in root:
        name = child.get("name", "")
        if child.tag == XS + "element":
            found[""].append(("root", "", "", "", "", name, child.get("type", ""), "", "", ""))
        elif child.tag == XS + "simpleType":
            restriction = child.find(XS + "restriction")
            assert restriction is not None
            found[name] = [("simple", "", "", "", "", "", restriction.get("base", ""), "", "", "")]
            for order, facet in enumerate(restriction, 1):
                what = facet.tag.removeprefix(XS)
                found[name].append(("facet", "", "", str(order), what, "", "", "", "", facet.get("value", "")))
        elif child.tag == XS + "complexType":
            found[name] = list(_complex(child))
    return found


def _complex(node: ElementTree.Element) -> list[Row]:
    content = node.find(XS + "simpleContent")
    if content is not None:
        extension = content[0]
        result: list[Row] = [("complex", "", "", "", "simpleContent", "", extension.get("base", ""), "", "", "")]
        for order, attr in enumerate(extension, 1):
            use = f"use={attr.get('use')}"
            result.append(("attr", "", "", str(order), "", attr.get("name", ""), attr.get("type", ""), "", "", use))
        return result
    result = [("complex", "", "", "", "elements", "", "", "", "", "")]
    _parts([part for part in node if part.tag != XS + "annotation"], 0, result)
    return result


def _parts(parts: list[ElementTree.Element], parent: int, result: list[Row]) -> None:
    for order, part in enumerate(parts, 1):
        number = len(result)
        what = part.tag.removeprefix(XS)
        extra = f"namespace={part.get('namespace')};processContents={part.get('processContents')}" * (what == "any")
        occurs = (part.get("minOccurs", "1"), part.get("maxOccurs", "1"))
        names = (part.get("name", ""), part.get("type", ""))
        result.append(("part", str(number), str(parent), str(order), what, *names, *occurs, extra))
        if what in ("sequence", "choice"):
            _parts(list(part), number, result)


@pytest.mark.parametrize("message", SIZES)
def test_sizes(message: str) -> None:
    """Each schema holds as many rows, complex types and simple types as the facts of its message."""
    found = rows(message)
    kinds = [group[0][0] for name, group in found.items() if name]
    sizes = (sum(map(len, found.values())), kinds.count("complex"), kinds.count("simple"))
    assert sizes == SIZES[message]
    assert found[""][0][5] == f"urn:iso:std:iso:20022:tech:xsd:{message}"


@pytest.mark.parametrize("message", SIZES)
def test_rows_and_schema_say_the_same(message: str, corpus: Path) -> None:
    """Every row of the table stands in the schema, and the schema holds nothing that is not a row."""
    table: dict[str, list[Row]] = {}
    with (corpus.parent / "facts" / "pain" / f"{message}.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            columns = ("row", "node", "parent", "order", "what", "name", "ref", "min", "max", "extra")
            table.setdefault(row["type"], []).append(tuple(row[column] for column in columns))
    found = rows(message)
    assert found.keys() == table.keys()
    for name, group in table.items():
        assert found[name] == group, name


@pytest.mark.parametrize("message", SIZES)
def test_every_type_is_explained(message: str) -> None:
    """Each type carries one sentence, and a text type states its real limit in it."""
    for child in ElementTree.parse(SCHEMAS / f"{message}.xsd").getroot():
        if child.tag == XS + "element":
            continue
        notes = child.findall(f"{XS}annotation/{XS}documentation")
        assert len(notes) == 1, child.get("name")
        text = notes[0].text or ""
        assert text.endswith("."), child.get("name")
        limit = child.find(f"{XS}restriction/{XS}maxLength")
        if limit is not None:
            assert f"1 to {limit.get('value')} characters" in text, child.get("name")


def test_the_hashes_of_the_read_me_are_those_of_the_files() -> None:
    """The read-me lists the SHA-256 of each schema file, and of nothing else."""
    text = (SCHEMAS / "README.md").read_text("utf-8")
    listed = dict(re.findall(r"^\| `([^`]+\.xsd)` \| `([0-9a-f]{64})` \|$", text, re.M))
    assert listed == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in SCHEMAS.glob("*.xsd")}
    assert set(listed) == {f"{message}.xsd" for message in SIZES}


@pytest.mark.parametrize("message", SIZES)
def test_both_engines_load_it(message: str) -> None:
    """lxml and xmlschema compile each schema without complaint, with one global element Document."""
    path = SCHEMAS / f"{message}.xsd"
    etree.XMLSchema(etree.parse(str(path)))
    schema = xmlschema.XMLSchema10(path.read_text("utf-8"), allow="local", defuse="always")
    assert list(schema.elements) == ["Document"]
    assert schema.target_namespace == f"urn:iso:std:iso:20022:tech:xsd:{message}"
