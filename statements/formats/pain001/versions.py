"""The message versions this tool checks, and how the others are recognised and named.

A payment file says what it is by the namespace of its root element. Three namespaces are checked (:data:`VERSIONS`);
the rest falls into the four groups of :class:`Kind`.

    >>> recognise("urn:iso:std:iso:20022:tech:xsd:pain.001.001.03")
    Recognised(kind=<Kind.SUPPORTED: 'supported'>, message='pain.001.001.03', version='03')
    >>> recognise("urn:iso:std:iso:20022:tech:xsd:pain.001.003.03").kind
    <Kind.VARIANT: 'P001-008'>
    >>> recognise("urn:iso:std:iso:20022:tech:xsd:camt.053.001.02", "BkToCstmrStmt").message
    'camt.053.001.02'
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

ISO = "urn:iso:std:iso:20022:tech:xsd:"


class MessageVersion(msgspec.Struct, frozen=True):
    """One supported version: ``key`` as the rule table writes it, message name, namespace, message element."""

    key: str
    message: str
    namespace: str
    element: str


VERSIONS: Mapping[str, MessageVersion] = MappingProxyType(
    {
        key: MessageVersion(key, f"pain.001.001.{key}", f"{ISO}pain.001.001.{key}", element)
        for key, element in (("02", "pain.001.001.02"), ("03", "CstmrCdtTrfInitn"), ("09", "CstmrCdtTrfInitn"))
    }
)
"""The versions that are checked, by key."""

BY_NAMESPACE: Mapping[str, MessageVersion] = MappingProxyType(
    {version.namespace: version for version in VERSIONS.values()}
)
"""The same versions by namespace."""


class Kind(enum.StrEnum):
    """What a namespace stands for; the value is the rule that says so."""

    SUPPORTED = "supported"
    UNKNOWN = "P001-007"
    VARIANT = "P001-008"
    MISTYPED = "P001-018"
    OTHER_MESSAGE = "P001-009"
    DIRECT_DEBIT = "P001-010"
    PACKED = "P001-011"


class Recognised(msgspec.Struct, frozen=True):
    """What a root element is: its kind, the message it names, and the key of the version when it is checked."""

    kind: Kind
    message: str
    version: str | None = None


# A message name inside a namespace: pain.001.001.03, and the Swiss pain.001.001.03.ch.02.
_NAME = re.compile(r"\b([a-z]{4}\.[0-9]{3}(?:\.[0-9]{3}\.[0-9]{2})?(?:\.[a-z]{2,3}\.[0-9]{2})?)\b")
# The ISO name with the wrong number of digits, other letters, or blanks around it.
_MISTYPED = re.compile(
    r"(?i)^\s*urn:iso:std:iso:20022:tech:xsd:(pain\.?0{0,3}1\.?0{0,3}1\.?0{0,2}[0-9]{1,2})\s*$", re.ASCII
)
_EXACT = re.compile(re.escape(ISO) + r"pain\.001\.001\.[0-9]{2}", re.ASCII)
_SIGNED = ("http://www.w3.org/2000/09/xmldsig", "http://www.w3.org/2001/04/xmlenc")
# Message elements that tell a file apart although its namespace says pain.001.
_OTHER_ELEMENTS: Mapping[str, str] = MappingProxyType(
    {
        "CstmrDrctDbtInitn": "pain.008",
        "CstmrPmtStsRpt": "pain.002",
        "CstmrPmtRvsl": "pain.007",
        "CdtrPmtActvtnReq": "pain.013",
        "BkToCstmrAcctRpt": "camt.052",
        "BkToCstmrStmt": "camt.053",
        "BkToCstmrDbtCdtNtfctn": "camt.054",
        "FIToFICstmrCdtTrf": "pacs.008",
        "FIToFIPmtStsRpt": "pacs.002",
        "PmtRtr": "pacs.004",
    }
)


def recognise(namespace: str | None, element: str | None = None) -> Recognised:
    """What a root namespace, and the local name of the message element below it, stand for.

    ``element`` is ``None`` when the root has no child element. Nothing is read but the two names.

        >>> recognise(None).kind, recognise(VERSIONS["03"].namespace, "CstmrDrctDbtInitn").kind
        (<Kind.UNKNOWN: 'P001-007'>, <Kind.OTHER_MESSAGE: 'P001-009'>)
    """
    space = namespace or ""
    if space.startswith(_SIGNED):
        return Recognised(Kind.PACKED, "XML signature or encryption")
    version = BY_NAMESPACE.get(space)
    if version is not None:
        other = _OTHER_ELEMENTS.get(element or "")
        if other is not None:
            return Recognised(Kind.OTHER_MESSAGE, f"{other} ({element})")
        return Recognised(Kind.SUPPORTED, version.message, version.key)
    mistyped = _MISTYPED.search(space)
    if mistyped is not None and _EXACT.fullmatch(space) is None:
        return Recognised(Kind.MISTYPED, mistyped[1])
    match = _NAME.search(space)
    if match is None:
        return Recognised(Kind.UNKNOWN, space.removeprefix(ISO))
    name = match[1]
    if name.startswith("pain.008"):
        return Recognised(Kind.DIRECT_DEBIT, name)
    if not name.startswith("pain.001"):
        return Recognised(Kind.OTHER_MESSAGE, name)
    # Another version of the ISO message itself is unknown; anything else that calls itself pain.001 is a variant.
    iso = re.fullmatch(re.escape(ISO) + r"pain\.001\.001\.[0-9]{2}", space) is not None
    return Recognised(Kind.UNKNOWN if iso else Kind.VARIANT, name)


def nearest(namespace: str | None) -> MessageVersion:
    """The supported version that is nearest to a namespace; .03 when it names none.

    >>> nearest("urn:iso:std:iso:20022:tech:xsd:pain.001.001.11").key
    '09'
    """
    match = re.search(r"pain\.001\.\d{3}\.(\d{2})", namespace or "")
    if match is None and _MISTYPED.match(namespace or ""):
        match = re.search(r"(\d{1,2})\s*$", namespace or "", re.ASCII)
    if match is None:
        return VERSIONS["03"]
    wanted = int(match[1])
    return min(VERSIONS.values(), key=lambda version: (abs(int(version.key) - wanted), version.key))
