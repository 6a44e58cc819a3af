"""The schemas of the messages as values: bytes in, compiled schemas out.

:func:`packaged` gives the project's own schemas, shipped inside the package. Who prefers the published files hands
their bytes to :class:`Schemas`; the command reads them from the folder of ``--schema-dir``. Nothing here follows an
address in a document: a schema that imports or includes another one is refused.

    >>> packaged().lxml("03").assertValid is not None
    True
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from importlib.resources import files
from typing import Any

from lxml import etree

from statements.formats.pain001.schema.forms import Forms
from statements.formats.pain001.versions import VERSIONS

XS = "{http://www.w3.org/2001/XMLSchema}"
MESSAGES = (*(version.message for version in VERSIONS.values()), "pain.002.001.03")
"""The messages that have a schema; a file of ``--schema-dir`` is called like the message, with ``.xsd``."""

PARTS = ("GrpHdr", "PmtInf", "CdtTrfTxInf")
"""The elements that are explained one by one, so that a large file never stands in memory."""


PART = "-part"
"""What is added to the name of a part while it is judged alone."""


def schema_path(message: str) -> str:
    """The name of the schema file of a message inside the package (``pain.001.001.03`` -> ``….xsd``).

    Raises ``ValueError`` for a message without schema.

        >>> schema_path("pain.001.001.03")
        'pain.001.001.03.xsd'
    """
    if message not in MESSAGES:
        raise ValueError(f"no schema for {message!r}; known: {', '.join(MESSAGES)}")
    return f"{message}.xsd"


class Schemas:
    """The schemas of one run, compiled when first asked for.

    ``replacements`` maps message names to the bytes of a schema to use instead of the packaged one. Raises
    ``ValueError`` when such bytes are no schema of that message. A version key (``"03"``) stands for its message.
    """

    __slots__ = ("_cache", "_sources")

    def __init__(self, replacements: Mapping[str, bytes] | None = None) -> None:
        self._sources: dict[str, etree._Element] = {}
        self._cache: dict[tuple[str, str], Any] = {}
        for message, data in (replacements or {}).items():
            schema_path(message)
            self._sources[message] = _parse(message, data)
            try:
                self.lxml(message)
            except etree.XMLSchemaParseError as error:
                raise ValueError(f"the schema of {message} cannot be compiled: {error}") from None

    def lxml(self, message: str) -> etree.XMLSchema:
        """The schema for libxml2, which gives the verdict."""
        schema: etree.XMLSchema = self._compiled("lxml", _name(message))
        return schema

    def xmlschema(self, message: str) -> Any:
        """The schema for the engine that explains (imported only now: 0.2 s)."""
        return self._compiled("xmlschema", _name(message))

    def lxml_parts(self, message: str) -> etree.XMLSchema:
        """The schema for single parts: see :func:`parts_of`."""
        schema: etree.XMLSchema = self._compiled("lxml parts", _name(message))
        return schema

    def xmlschema_parts(self, message: str) -> Any:
        """The same for the engine that explains."""
        return self._compiled("xmlschema parts", _name(message))

    def forms(self, message: str) -> Forms:
        """The forms of values that the schema certainly accepts."""
        forms: Forms = self._compiled("forms", _name(message))
        return forms

    def tree(self, message: str) -> etree._Element:
        """The parsed schema document; never changed."""
        name = _name(message)
        if name not in self._sources:
            self._sources[name] = _parse(name, _packaged_bytes(name))
        return self._sources[name]

    def _compiled(self, engine: str, message: str) -> Any:
        key = (engine, message)
        if key not in self._cache:
            tree = self.tree(message)
            if engine.endswith("parts"):
                tree = parts_of(tree)
            if engine == "forms":
                self._cache[key] = Forms(tree)
            else:
                self._cache[key] = etree.XMLSchema(tree) if engine.startswith("lxml") else _xmlschema(tree)
        return self._cache[key]


@lru_cache(maxsize=1)
def packaged() -> Schemas:
    """The schemas shipped with the program."""
    return Schemas()


def parts_of(tree: etree._Element) -> etree._Element:
    """A schema that also judges a group header, a block or a payment standing alone.

    Three global elements are added, ``GrpHdr-part`` and so on (names that no message holds), and the places where
    those parts stand in the message take anything: the skeleton of a message is checked with empty parts in it, each
    part by itself.
    """
    derived = deepcopy(tree)
    types: dict[str, str] = {}
    for element in derived.iter(XS + "element"):
        name = element.get("name", "")
        if name in PARTS and element.getparent() is not derived:
            types.setdefault(name, element.get("type", ""))
            del element.attrib["type"]  # no type at all is anyType, whatever the prefix of the schema namespace
    for name, kind in types.items():
        etree.SubElement(derived, XS + "element", name=name + PART, type=kind)
    return derived


def _name(message: str) -> str:
    return VERSIONS[message].message if message in VERSIONS else message


def _packaged_bytes(message: str) -> bytes:
    name = schema_path(message)
    package = files("statements")
    inside = package.joinpath("schemas", name)
    if inside.is_file():
        return inside.read_bytes()
    # In a checkout the schemas stand beside the package; the wheel carries them inside.
    return package.joinpath("..", "schemas", name).read_bytes()


def _parse(message: str, data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the schema of {message} is not well-formed XML: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError(f"the schema of {message} holds a DOCTYPE")
    if root.tag != XS + "schema" or not (root.get("targetNamespace") or "").endswith(message):
        raise ValueError(f"this is no schema of {message}: {root.tag} {root.get('targetNamespace')}")
    for name in ("import", "include", "redefine", "override"):
        if root.find(XS + name) is not None:
            raise ValueError(f"the schema of {message} refers to another file (xs:{name}), which is never opened")
    return root


def _xmlschema(tree: etree._Element) -> Any:
    import xmlschema

    text = etree.tostring(tree, encoding="unicode")
    return xmlschema.XMLSchema10(text, allow="local", defuse="always", use_fallback=False)
