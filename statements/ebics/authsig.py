"""The authentication signature X002, an XML signature over every element marked ``authenticate="true"``.

A verifier that takes any marked element can be given planted ones, so this one is strict: the marked elements are
exactly those that the table of messages marks, the parts of the signature are exactly those that EBICS writes, and
each algorithm is compared letter by letter. An attribute of the ``xml:`` name space is refused everywhere, because the
canonical form of an element takes it over from its ancestors.
"""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from statements.ebics import structure
from statements.ebics.codes import RefusedError, refuse
from statements.ebics.names import XML, Version, qualified

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
MARKED = "#xpointer(//*[@authenticate='true'])"


def canonical(element: etree._Element) -> bytes:
    """The canonical form (inclusive, 1.0, without comments) of an element where it stands: with the name spaces that
    its ancestors declare.

    >>> root = etree.fromstring('<r xmlns="urn:a" xmlns:b="urn:b"><c>1</c></r>')
    >>> canonical(root[0])
    b'<c xmlns="urn:a" xmlns:b="urn:b">1</c>'
    """
    spaces: dict[Any, str] = element.nsmap
    alone = etree.Element(element.tag, {str(name): str(value) for name, value in element.attrib.items()}, nsmap=spaces)
    alone.text = element.text
    alone.extend([copy.deepcopy(child) for child in element])
    return etree.tostring(alone, method="c14n", with_comments=False)


def digest(root: etree._Element) -> bytes:
    """SHA-256 over the canonical forms of all marked elements, one after the other in the order of the document."""
    total = hashlib.sha256()
    for element in root.iter(etree.Element):
        if element.get("authenticate") == "true":
            total.update(canonical(element))
    return total.digest()


def sign(root: etree._Element, version: Version, private: rsa.RSAPrivateKey) -> None:
    """Puts the signature behind the header of a message. Its elements must all be there, and stay as they are."""
    fragment = structure.write_part(
        version,
        root,
        "AuthSignature",
        {
            "ds:SignedInfo": {
                "ds:CanonicalizationMethod": {"@Algorithm": C14N},
                "ds:SignatureMethod": {"@Algorithm": RSA_SHA256},
                "ds:Reference": {
                    "@URI": MARKED,
                    "ds:Transforms": {"ds:Transform": {"@Algorithm": C14N}},
                    "ds:DigestMethod": {"@Algorithm": SHA256},
                    "ds:DigestValue": base64.b64encode(digest(root)).decode("ascii"),
                },
            },
            "ds:SignatureValue": "",
        },
    )
    root.insert(1, fragment)
    fragment[1].text = base64.b64encode(
        private.sign(canonical(fragment[0]), padding.PKCS1v15(), hashes.SHA256())
    ).decode("ascii")


def verify(root: etree._Element, version: Version, public: rsa.RSAPublicKey) -> None:
    """Nothing for a message whose authentication signature is good; else :class:`RefusedError`, always 061001."""
    signature = parts(root, version)
    info, value = _exactly(signature, ("ds:SignedInfo", "ds:SignatureValue"), version)
    reference = _algorithms(info, version)
    marks(root, version)
    stated = reference.find(qualified("ds:DigestValue", version))
    if stated is None or _bytes(stated) != digest(root):
        raise RefusedError(refuse("auth-digest"))
    try:
        public.verify(_bytes(value), canonical(info), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as fault:
        raise RefusedError(refuse("auth-signature")) from fault


def parts(root: etree._Element, version: Version) -> etree._Element:
    """The AuthSignature of a message whose header, AuthSignature and body stand once each, directly below the root."""
    names = [qualified(name, version) for name in ("header", "AuthSignature", "body")]
    if [child.tag for child in root] != names or any(len(list(root.iter(name))) != 1 for name in names):
        raise RefusedError(refuse("auth-parts"))
    return root[1]


def marks(root: etree._Element, version: Version) -> None:
    """Refuses a message whose marked elements are not exactly those that the table marks."""
    places = marked_places(version, etree.QName(root).localname)
    for element, place in _placed(root, version):
        for name in element.attrib:
            if str(name).startswith(f"{{{XML}}}"):
                raise RefusedError(refuse("auth-xml-attributes", name=etree.QName(str(name)).localname))
        if (element.get("authenticate") == "true") != (place in places) or (
            place not in places and "authenticate" in element.attrib
        ):
            raise RefusedError(refuse("auth-flagged", place=place))


def _placed(root: etree._Element, version: Version) -> Iterator[tuple[etree._Element, str]]:
    """Every element with its path. An element of another name space keeps it in its path, so it is no place of ours."""
    waiting = [(root, etree.QName(root).localname)]
    while waiting:
        element, place = waiting.pop()
        yield element, place
        for child in element.iterchildren(etree.Element):
            name = etree.QName(child)
            own = name.localname if name.namespace == version.namespace else name.text
            waiting.append((child, f"{place}/{own}"))


@cache
def marked_places(version: Version, message: str) -> frozenset[str]:
    """The places of a message that carry the mark: those where the table asks for it."""
    found: set[str] = set()

    def look(part: structure.Part, place: str) -> None:
        if "authenticate" in part.attributes:
            found.add(place)
        for child in part.parts:
            look(child, f"{place}/{child.name}")

    look(structure.messages(version)[message], message)
    return frozenset(found)


def _exactly(element: etree._Element, names: tuple[str, ...], version: Version) -> list[etree._Element]:
    children = list(element)
    if [child.tag for child in children] != [qualified(name, version) for name in names]:
        raise RefusedError(refuse("auth-parts"))
    return children


def _algorithms(info: etree._Element, version: Version) -> etree._Element:
    """The reference of a signature, when every part of it is the one that EBICS writes."""
    method, signature, reference = _exactly(
        info, ("ds:CanonicalizationMethod", "ds:SignatureMethod", "ds:Reference"), version
    )
    transforms, digest_method, _ = _exactly(reference, ("ds:Transforms", "ds:DigestMethod", "ds:DigestValue"), version)
    (transform,) = _exactly(transforms, ("ds:Transform",), version)
    for element, attribute, expected in (
        (method, "Algorithm", C14N),
        (signature, "Algorithm", RSA_SHA256),
        (reference, "URI", MARKED),
        (transform, "Algorithm", C14N),
        (digest_method, "Algorithm", SHA256),
    ):
        found = element.get(attribute, "")
        if found != expected or set(element.attrib) != {attribute} or (element is not reference and len(element)):
            part = etree.QName(element).localname
            raise RefusedError(refuse("auth-algorithms", part=part, found=found, expected=expected))
    return reference


def _bytes(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
