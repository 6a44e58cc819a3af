"""The structure of every message, from one table: it drives checking, reading, writing, documentation and tests.

A row of ``data/elements.tsv`` is one element or attribute of one or more versions. ``place`` is its path; names
without a prefix live in the name space of the version, ``ds:`` is XML signature, ``esig:`` the signature data.
``{X}`` names a part that stands in several messages. ``occurs`` is ``1``, ``0-1``, ``0-n`` or ``1-n``. ``choice``
is ``group/branch`` where one branch excludes the others, ``group+`` or ``group*`` where any of the group may follow
in any order. ``type`` is a simple type, ``empty``, ``mixed`` (text that nobody reads may stand between the parts) or a
part; for a wildcard ``other`` or ``any`` name space. ``value`` is a default, or with ``=`` the only value.

>>> from statements.ebics.names import VERSIONS
>>> version = VERSIONS["H005"]
>>> root = write(version, "esig:UserSignatureData", {"esig:OrderSignatureData": {
...     "esig:SignatureVersion": "A005", "esig:SignatureValue": "AAAA", "esig:PartnerID": "P", "esig:UserID": "U"}})
>>> check(root, version)
()
>>> text(root, "esig:OrderSignatureData/esig:UserID", version)
'U'
>>> root[0][0].text = "A05"
>>> check(root, version)[0].text.en
"UserSignatureData/OrderSignatureData/SignatureVersion: 'A05' is not of the type esig:SignatureVersionType"
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

import msgspec
from lxml import etree

from statements.ebics.codes import clip
from statements.ebics.names import DSIG, XSI, Version, qualified
from statements.ebics.simple import collapsed, valid
from statements.reference.tables import table
from statements.rules import Text

Content: TypeAlias = "str | Mapping[str, Content] | Sequence[Content] | None"
"""What :func:`write` takes for one element: its text, its parts by name (``@name`` an attribute, ``""`` the text of
an element with attributes), a list where it stands several times, or None where it does not stand."""

MOST_FAULTS = 10


class Attribute(msgspec.Struct, frozen=True):
    """An attribute that an element may have."""

    name: str
    required: bool
    type: str
    only: str = ""
    default: str = ""


class Part(msgspec.Struct):
    """An element, a wildcard (``*``), or a group whose ``options`` may follow in any order."""

    name: str
    tag: str
    least: int
    most: int | None
    branch: tuple[str, str] = ("", "")
    type: str = ""
    only: str = ""
    wildcard: str = ""
    options: tuple[Part, ...] = ()
    parts: tuple[Part, ...] = ()
    attributes: dict[str, Attribute] = {}
    open_attributes: bool = False
    mixed: bool = False

    def takes(self, element: etree._Element, space: str) -> Part | None:
        """The part that an element is here, or None; ``space`` is the name space of the parent."""
        if self.options:
            return next((option for option in self.options if option.takes(element, space)), None)
        if self.wildcard:
            own = etree.QName(element).namespace
            return self if self.wildcard == "any" or (own is not None and own != space) else None
        return self if element.tag == self.tag else None


class StructureFault(msgspec.Struct, frozen=True):
    """Where a message does not have the structure of the table: place, problem (a slug) and what was found."""

    place: str
    problem: str
    found: str = ""
    expected: str = ""

    @property
    def text(self) -> Text:
        """The fault in words."""
        english, french = _PROBLEMS[self.problem]
        values = {"found": clip(self.found), "expected": clip(self.expected)}
        return Text(f"{self.place}: {english.format_map(values)}", f"{self.place} : {french.format_map(values)}")


_PROBLEMS = {
    "root": ("no message of this version", "aucun message de cette version"),
    "element": ("'{found}' is not expected here", "« {found} » n'est pas attendu ici"),
    "place": (
        "'{found}' stands in the wrong place or too often",
        "« {found} » n'est pas à sa place ou figure trop souvent",
    ),
    "missing": ("'{expected}' is missing", "« {expected} » manque"),
    "attribute": ("the attribute '{found}' is not expected", "l'attribut « {found} » n'est pas attendu"),
    "no-attribute": ("the attribute '{expected}' is missing", "l'attribut « {expected} » manque"),
    "value": ("'{found}' is not of the type {expected}", "« {found} » n'est pas du type {expected}"),
    "only": ("'{found}' must be '{expected}'", "« {found} » doit être « {expected} »"),
    "text": ("the text '{found}' is not expected", "le texte « {found} » n'est pas attendu"),
}


@cache
def rows() -> tuple[dict[str, str], ...]:
    """The table as it is written, for the documentation and the tests."""
    return table("elements", "statements.ebics")


@cache
def messages(version: Version) -> dict[str, Part]:
    """The messages of a version by the name of the table, such as ``ebicsRequest``."""
    return {name: part for name, part in _built(version).items() if not name.startswith("{")}


@cache
def _built(version: Version) -> dict[str, Part]:
    found: dict[str, Part] = {}
    children: dict[str, list[Part]] = {}
    references: list[tuple[str, str]] = []
    for row in rows():
        if version.code not in row["versions"].split():
            continue
        parent, _, name = row["place"].rpartition("/")
        if name.startswith("@") and name != "@*":
            only, default = (row["value"][1:], "") if row["value"].startswith("=") else ("", row["value"])
            found[parent].attributes[name[1:]] = Attribute(name[1:], row["occurs"] == "1", row["type"], only, default)
        elif name == "@*":
            found[parent].open_attributes = True
        else:
            part = _part(row, name, version)
            if row["type"].startswith("{"):
                references.append((row["place"], row["type"]))
            found[row["place"]] = part
            if parent:
                children.setdefault(parent, []).append(part)
    for place, parts in children.items():
        found[place].parts = _grouped(parts)
    for place, fragment in references:
        source = found[fragment]
        part = found[place]
        part.type, part.parts, part.attributes = source.type, source.parts, source.attributes
    return {place: part for place, part in found.items() if "/" not in place}


def _part(row: dict[str, str], name: str, version: Version) -> Part:
    least, most = _OCCURS[row["occurs"]]
    group, _, branch = row["choice"].partition("/")
    wildcard = row["type"] if name == "*" else ""
    return Part(
        name=name,
        tag="" if wildcard or name.startswith("{") else qualified(name, version),
        least=least,
        most=most,
        branch=(group, branch),
        type="" if wildcard or row["type"] == "mixed" or row["type"].startswith("{") else row["type"],
        only=row["value"][1:] if row["value"].startswith("=") else "",
        wildcard=wildcard,
        attributes={},
        mixed=row["type"] == "mixed",
    )


_OCCURS: dict[str, tuple[int, int | None]] = {"1": (1, 1), "0-1": (0, 1), "0-n": (0, None), "1-n": (1, None)}


def _grouped(parts: list[Part]) -> tuple[Part, ...]:
    """The parts in their order, a group that may follow in any order taken together."""
    result: list[Part] = []
    for part in parts:
        group = part.branch[0]
        if not group.endswith(("+", "*")):
            result.append(part)
        elif result and result[-1].branch[0] == group:
            result[-1].options += (part,)
            result[-1].name += f", {part.name}"
        else:
            least = 1 if group.endswith("+") else 0
            result.append(Part(part.name, "", least, None, (group, ""), options=(part,), attributes={}))
    return tuple(result)


def check(root: etree._Element, version: Version) -> tuple[StructureFault, ...]:
    """The faults of a message, at most ten; nothing for one that has the structure of its version."""
    part = next((part for part in messages(version).values() if part.tag == root.tag), None)
    if part is None:
        return (StructureFault(etree.QName(root).localname, "root"),)
    found = []
    for fault in _faults(root, part, etree.QName(root).localname):
        found.append(fault)
        if len(found) == MOST_FAULTS:
            break
    return tuple(found)


def _faults(element: etree._Element, part: Part, place: str) -> Iterator[StructureFault]:
    yield from _attribute_faults(element, part, place)
    # A comment is no part of the structure.
    children = [child for child in element if isinstance(child.tag, str)]
    if part.type and part.type != "empty":
        value = _text(element)
        if not valid(part.type, value):
            yield StructureFault(place, "value", value, part.type)
        elif part.only and not _same(part.type, value, part.only):
            yield StructureFault(place, "only", value, part.only)
    elif not part.mixed:
        words = "".join(_loose(element)).strip()
        if words:
            yield StructureFault(place, "text", words)
    yield from _child_faults(children, part, place, etree.QName(element).namespace or "")


def _attribute_faults(element: etree._Element, part: Part, place: str) -> Iterator[StructureFault]:
    for key, value in element.attrib.items():
        name = str(key)
        known = part.attributes.get(name)
        if known is not None:
            if not valid(known.type, str(value)):
                yield StructureFault(place, "value", f"@{name}={value!s}", known.type)
            elif known.only and not _same(known.type, str(value), known.only):
                yield StructureFault(place, "only", f"@{name}={value!s}", known.only)
        elif _is_open(element, name, part):
            continue
        else:
            yield StructureFault(place, "attribute", etree.QName(name).localname)
    for attribute in part.attributes.values():
        if attribute.required and attribute.name not in element.attrib:
            yield StructureFault(place, "no-attribute", expected=attribute.name)


def _is_open(element: etree._Element, name: str, part: Part) -> bool:
    """Whether an attribute that no row names may stand: hints to a schema validator, which change nothing that is
    read, and where the table says so attributes of the own name space.
    """
    space = etree.QName(name).namespace
    if space == XSI:
        return name != f"{{{XSI}}}nil"
    return part.open_attributes and space == etree.QName(element).namespace


def _same(type_: str, value: str, only: str) -> bool:
    """Whether a text means the one value that is possible; a boolean may be written as a number."""
    if type_ == "xs:boolean":
        return (collapsed(value) in ("true", "1")) == (only == "true")
    return collapsed(value) == only


def _child_faults(children: list[etree._Element], part: Part, place: str, space: str) -> Iterator[StructureFault]:
    parts = part.parts
    counts = [0] * len(parts)
    chosen: dict[str, str] = {}
    position = 0
    for child in children:
        at, taken = _taken(child, parts, counts, chosen, position, space)
        local = etree.QName(child).localname
        if taken is None:
            known = any(other.takes(child, space) for other in parts)
            yield StructureFault(place, "place" if known else "element", local)
            continue
        position = at
        counts[at] += 1
        group, branch = parts[at].branch
        if branch:
            chosen[group] = branch
        if not taken.wildcard:
            yield from _faults(child, taken, f"{place}/{local}")
    yield from _missing(parts, counts, chosen, place)


def _taken(
    child: etree._Element,
    parts: tuple[Part, ...],
    counts: list[int],
    chosen: dict[str, str],
    position: int,
    space: str,
) -> tuple[int, Part | None]:
    """Which part a child is, from the position reached on."""
    for at in range(position, len(parts)):
        part = parts[at]
        group, branch = part.branch
        if branch and chosen.get(group, branch) != branch:
            continue
        if part.most is not None and counts[at] >= part.most:
            continue
        taken = part.takes(child, space)
        if taken is not None:
            return at, taken
    return position, None


def _missing(
    parts: tuple[Part, ...], counts: list[int], chosen: dict[str, str], place: str
) -> Iterator[StructureFault]:
    wanted: dict[str, dict[str, str]] = {}
    for part, count in zip(parts, counts, strict=True):
        group, branch = part.branch
        if branch and group not in chosen:
            branches = wanted.setdefault(group, {})
            branches.setdefault(branch, "")
            if part.least and not branches[branch]:
                branches[branch] = part.name
        elif count < part.least and (not branch or chosen[group] == branch):
            yield StructureFault(place, "missing", expected=_plain(part.name))
    for branches in wanted.values():
        # A branch that asks for nothing is there when nothing is.
        if all(branches.values()):
            yield StructureFault(place, "missing", expected=_plain(" / ".join(branches.values())))


def _plain(name: str) -> str:
    return name.replace("esig:", "").replace("ds:", "")


def _loose(element: etree._Element) -> Iterator[str]:
    """The text between the children of an element."""
    yield element.text or ""
    for child in element:
        yield child.tail or ""


def _text(element: etree._Element) -> str:
    return "".join(_loose(element))


# Reading


def find(element: etree._Element, path: str, version: Version) -> etree._Element | None:
    """The first element at a path of the table below another, looking at direct children only.

    Raises ``KeyError`` for a path that no version has: that is our mistake, not the sender's.
    """
    return next(every(element, path, version), None)


def need(element: etree._Element, path: str, version: Version) -> etree._Element:
    """The first element at a path that must stand in a message whose structure was checked."""
    found = find(element, path, version)
    if found is None:
        raise ValueError(f"{path} is missing")
    return found


def every(element: etree._Element, path: str, version: Version) -> Iterator[etree._Element]:
    """All elements at a path of the table below another."""
    _steps(path)
    name, _, rest = path.partition("/")
    tag = qualified(name, version)
    for child in element:
        if child.tag == tag:
            if rest:
                yield from every(child, rest, version)
            else:
                yield child


@cache
def _steps(path: str) -> None:
    """Nothing for a path whose every step stands in the table below the one before; else ``KeyError``."""
    steps = path.split("/")
    pairs = {(parent.rpartition("/")[2], name) for parent, name in _pairs()}
    if steps[0] not in {name for _, name in pairs} or any(pair not in pairs for pair in pairwise(steps)):
        raise KeyError(path)


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    fragments: dict[str, list[str]] = {}
    for row in rows():
        parent, _, name = row["place"].rpartition("/")
        fragments.setdefault(parent, []).append(name)
    pairs = {(parent, name) for parent, names in fragments.items() for name in names}
    for row in rows():
        if row["type"].startswith("{"):
            pairs |= {(row["place"], name) for name in fragments[row["type"]]}
    return frozenset(pairs)


def text(element: etree._Element, path: str, version: Version) -> str:
    """The text at a path without blanks around it, or the empty string where nothing stands."""
    found = find(element, path, version)
    return "" if found is None else collapsed(_text(found))


# Writing


def write(version: Version, name: str, content: Content) -> etree._Element:
    """A message made of its parts, in the order of the table.

    Attributes with one possible value are set by the table. Raises ``ValueError`` for a part that the version does
    not have and for a value that has not its type; that nothing is missing is left to :func:`check`.
    """
    part = messages(version)[name]
    spaces: dict[Any, str] = {None: etree.QName(part.tag).namespace or ""}
    if version.signatures and _mentions(name, "ds:"):
        spaces["ds"] = DSIG
    if version.signatures and not name.startswith("esig:") and _mentions(name, "esig:"):
        spaces["esig"] = version.signatures
    root = etree.Element(part.tag, nsmap=spaces)
    _fill(root, part, content, name)
    return root


def write_part(version: Version, root: etree._Element, name: str, content: Content) -> etree._Element:
    """A direct child of a message, not yet put into it: for what is made after the rest, such as the signature."""
    part = messages(version)[etree.QName(root).localname]
    child = next(child for child in part.parts if child.name == name)
    # Made below the root, so that it uses the prefixes declared there.
    element = etree.SubElement(root, child.tag)
    _fill(element, child, content, name)
    return element


@cache
def _mentions(message: str, prefix: str) -> bool:
    """Whether a message may hold elements of a name space."""
    seen: set[str] = set()
    waiting = [message]
    while waiting:
        start = waiting.pop()
        if start in seen:
            continue
        seen.add(start)
        for row in rows():
            if row["place"] == start or row["place"].startswith(f"{start}/"):
                if f"/{prefix}" in row["place"]:
                    return True
                if row["type"].startswith("{"):
                    waiting.append(row["type"])
    return False


def _fill(element: etree._Element, part: Part, content: Content, place: str) -> None:
    values: Mapping[str, Content] = content if isinstance(content, Mapping) else {"": content}
    for attribute in part.attributes.values():
        value = values.get(f"@{attribute.name}") or (attribute.only if attribute.required else None)
        if value is not None:
            element.set(attribute.name, _typed(attribute.type, value, f"{place}/@{attribute.name}"))
    inner = values.get("")
    if inner is not None and (inner != "" or part.type not in ("", "empty")):
        element.text = _typed(part.type, inner, place)
    known = {f"@{name}" for name in part.attributes} | {""}
    for child in _flat(part.parts):
        known.add(child.name)
        value = values.get(child.name)
        if value is None:
            continue
        many = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
        for one in many:
            _fill(etree.SubElement(element, child.tag), child, one, f"{place}/{child.name}")
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"{place} has no {', '.join(unknown)}")


def _flat(parts: tuple[Part, ...]) -> Iterator[Part]:
    for part in parts:
        yield from part.options or (part,)


def _typed(type_: str, value: Content, place: str) -> str:
    if not isinstance(value, str) or type_ in ("", "empty") or not valid(type_, value):
        raise ValueError(f"{place}: {value!r} is not of the type {type_ or 'element'}")
    return value


def serialized(root: etree._Element) -> bytes:
    """A message as the bytes that travel."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
