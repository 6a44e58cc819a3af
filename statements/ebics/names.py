"""The versions of EBICS, its order types and the name spaces they live in.

>>> VERSIONS["H005"].number, VERSIONS["H005"].hev
('3.0', '03.00')
>>> order("FUL", "H004").direction
'upload'
>>> order("FUL", "H005") is None
True
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import msgspec

from statements.reference.tables import table
from statements.rules import Text

DSIG = "http://www.w3.org/2000/09/xmldsig#"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XML = "http://www.w3.org/XML/1998/namespace"
HAC_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"

Direction = Literal["upload", "download"]


class Version(msgspec.Struct, frozen=True):
    """One version of the protocol. ``number`` is what people call it, ``hev`` what HEV answers."""

    code: str
    namespace: str
    signatures: str
    """The name space of signature data (S001, S002)."""
    number: str
    hev: str

    @property
    def btf(self) -> bool:
        """Whether files are named by a BTF (from 3.0), and certificates are required."""
        return self.code == "H005"


VERSIONS: dict[str, Version] = {
    version.code: version
    for version in (
        Version("H003", "http://www.ebics.org/H003", "http://www.ebics.org/S001", "2.4", "02.40"),
        Version("H004", "urn:org:ebics:H004", "http://www.ebics.org/S001", "2.5", "02.50"),
        Version("H005", "urn:org:ebics:H005", "http://www.ebics.org/S002", "3.0", "03.00"),
        # HEV asks for the versions, so it belongs to none.
        Version("H000", "http://www.ebics.org/H000", "", "HEV", ""),
    )
}
PROTOCOLS = ("H003", "H004", "H005")
BY_NAMESPACE: dict[str, Version] = {version.namespace: version for version in VERSIONS.values()}


class Order(msgspec.Struct, frozen=True):
    """An order type. ``message`` is the root of its request, ``data`` the message its order data are, where the
    protocol says it; ``attribute`` is the usual OrderAttribute of 2.x.
    """

    code: str
    versions: tuple[str, ...]
    direction: Direction
    message: str
    data: str
    attribute: str
    offered: bool
    label: Text

    @property
    def names_a_file(self) -> bool:
        """Whether the order needs a FileFormat or a BTF to say what travels."""
        return self.code in ("FDL", "FUL", "BTD", "BTU")

    @property
    def changes_keys(self) -> bool:
        """Whether the order replaces keys of a subscriber that is ready."""
        return self.code in ("HCA", "PUB", "HCS")


@cache
def orders() -> tuple[Order, ...]:
    """Every order type we know of, those that a bank of ours offers and others."""
    return tuple(
        Order(
            row["code"],
            tuple(row["versions"].split()),
            "upload" if row["direction"] == "upload" else "download",
            row["message"],
            row["data"],
            row["attribute"],
            row["offered"] == "yes",
            Text(row["en"], row["fr"]),
        )
        for row in table("orders", "statements.ebics")
    )


@cache
def order(code: str, version: str) -> Order | None:
    """The order type of this code in a version, or None."""
    return next((known for known in orders() if known.code == code and version in known.versions), None)


def qualified(name: str, version: Version) -> str:
    """The name of the element table as lxml writes it.

    >>> qualified("esig:PartnerID", VERSIONS["H005"])
    '{http://www.ebics.org/S002}PartnerID'
    """
    prefix, colon, local = name.rpartition(":")
    if not colon:
        return f"{{{version.namespace}}}{local}"
    return f"{{{DSIG if prefix == 'ds' else version.signatures}}}{local}"
