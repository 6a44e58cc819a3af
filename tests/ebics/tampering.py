"""What an attacker does to a message: change it and leave the signature, or change it and sign again."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from lxml import etree

from statements.ebics.client import Client, signed
from statements.ebics.names import DSIG, VERSIONS

Change = Callable[[Any, str], None]


def tag(version: str, name: str) -> str:
    """The name of an element of a version, or of the XML signature with the prefix ``ds:``."""
    if name.startswith("ds:"):
        return f"{{{DSIG}}}{name[3:]}"
    return f"{{{VERSIONS[version].namespace}}}{name}"


def first(root: Any, version: str, name: str) -> Any:
    """The first element of a name, wherever it stands."""
    return next(root.iter(tag(version, name)))


def changed(data: bytes, version: str, change: Change) -> bytes:
    """The message with a change; the signature stays as it was."""
    root = etree.fromstring(data)
    change(root, version)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def signed_again(data: bytes, client: Client, change: Change) -> bytes:
    """The message with a change, signed by the client again: what an authentic but faulty client sends."""
    root = etree.fromstring(data)
    root.remove(first(root, client.version, "AuthSignature"))
    change(root, client.version)
    return signed(client, root)


def text(name: str, value: str) -> Change:
    """Sets the text of an element."""

    def change(root: Any, version: str) -> None:
        first(root, version, name).text = value

    return change


def attribute(name: str, key: str, value: str) -> Change:
    """Sets an attribute of an element; ``.`` is the root."""

    def change(root: Any, version: str) -> None:
        (root if name == "." else first(root, version, name)).set(key, value)

    return change


def dropped(name: str) -> Change:
    """Takes an element out."""

    def change(root: Any, version: str) -> None:
        found = first(root, version, name)
        found.getparent().remove(found)

    return change


def doubled(name: str) -> Change:
    """Puts an element twice."""

    def change(root: Any, version: str) -> None:
        found = first(root, version, name)
        found.addnext(copy.deepcopy(found))

    return change


def planted(place: str, what: str, flagged: bool = True) -> Change:
    """Puts a copy of an element, in an envelope of another name space, at the end of another one."""

    def change(root: Any, version: str) -> None:
        envelope = etree.SubElement(first(root, version, place), "{urn:other}wrapped")
        inside = copy.deepcopy(first(root, version, what))
        if flagged:
            inside.set("authenticate", "true")
        envelope.append(inside)

    return change


def wrapped_header(user: str) -> Change:
    """The signed header is hidden in a foreign element; a header with another user takes its place."""

    def change(root: Any, version: str) -> None:
        header = first(root, version, "header")
        forged = copy.deepcopy(header)
        first(forged, version, "HostID").getparent()
        for name in ("UserID", "TransactionID"):
            for found in forged.iter(tag(version, name)):
                found.text = user
        root.replace(header, forged)
        envelope = etree.SubElement(first(root, version, "body"), "{urn:other}wrapped")
        envelope.append(header)

    return change
