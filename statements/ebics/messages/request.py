"""A request between bytes and record.

:func:`read` checks the structure first and keeps the tree, because the authentication signature needs it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec
from lxml import etree

from statements.ebics import structure
from statements.ebics.codes import Refusal, RefusedError, refuse
from statements.ebics.messages import parse
from statements.ebics.names import BY_NAMESPACE, VERSIONS, XSI, Order, Version, order
from statements.ebics.simple import collapsed
from statements.reference.ebics import Btf
from statements.rules import Text

Phase = Literal["", "Initialisation", "Transfer", "Receipt"]
MESSAGES = ("ebicsHEVRequest", "ebicsUnsecuredRequest", "ebicsNoPubKeyDigestsRequest", "ebicsRequest")
_NO_DATE = Text("a date or time does not exist", "une date ou une heure n'existe pas")
_FLAG = "ebicsRequest/header/static/OrderDetails/BTUOrderParams/SignatureFlag"


class KeyDigest(msgspec.Struct, frozen=True):
    """A digest of a key of the bank, with the version of the key."""

    version: str
    algorithm: str
    value: bytes


class EbicsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says. Members that its kind or phase does not have are empty.

    ``order_data``, ``signature`` and ``key`` are the bytes as they stand: base64 text for the first two, the decoded
    RSA ciphertext for the third. ``quirks`` name what was taken although it is not as it should be.
    """

    root: etree._Element
    version: Version
    message: str
    host: str
    partner: str = ""
    user: str = ""
    system: str = ""
    nonce: str = ""
    timestamp: str = ""
    order: str = ""
    attribute: str = ""
    parameters: str = ""
    """The name of the order parameters element."""
    file_format: str = ""
    service: Btf | None = None
    start: date | None = None
    end: date | None = None
    test: bool = False
    flagged: bool = False
    """3.0: SignatureFlag stands, so the signature authorises."""
    file_name: str = ""
    authentication: KeyDigest | None = None
    encryption: KeyDigest | None = None
    count: int | None = None
    """NumSegments."""
    transaction: str = ""
    phase: Phase = ""
    segment: int | None = None
    is_last: bool = False
    has_data: bool = False
    key: bytes = b""
    key_digest: bytes = b""
    signature: bytes = b""
    data_digest: bytes = b""
    order_data: bytes | None = None
    receipt: int | None = None
    quirks: tuple[str, ...] = ()

    @property
    def signer(self) -> str:
        """Who signs the message: the technical user where there is one."""
        return self.system or self.user

    @property
    def declared(self) -> str:
        """The name of the file as the client wrote it: FileFormat, or our text form of the BTF."""
        return self.service.text if self.service else self.file_format

    @property
    def authorises(self) -> bool:
        """Whether the signature of an upload is meant to authorise the order (class E)."""
        return self.flagged if self.version.btf else self.attribute == "OZHNN"

    @property
    def kind(self) -> Order | None:
        """The order type in this version, or None for one that does not exist."""
        return order(self.order, self.version.code)


def version_of(data: bytes) -> Version:
    """The version that a refused document is answered in: that of a name space found in it, or else the newest."""
    for version in VERSIONS.values():
        if version.namespace.encode("ascii") in data[:4096]:
            return version
    return VERSIONS["H005"]


def message_of(data: bytes) -> str:
    """The kind of request that a refused document seems to be, for the kind of the answer."""
    return next((name for name in MESSAGES if name.encode("ascii") in data[:4096]), "ebicsRequest")


def read(data: bytes, most: int) -> EbicsRequest:
    """The request in a document of at most ``most`` bytes. Raises :class:`RefusedError`."""
    if len(data) > most:
        raise RefusedError(refuse("request-size", size=len(data), most=most))
    root = parse.tree(data)
    name = etree.QName(root)
    version = BY_NAMESPACE.get(name.namespace or "")
    if version is None:
        raise RefusedError(refuse("namespace-unknown", namespace=name.namespace or "-"))
    if name.localname not in MESSAGES:
        raise RefusedError(refuse("message-unknown", message=name.localname, known=", ".join(MESSAGES[1:])))
    quirks = list(_tolerated(root, version))
    refusal = structure_refusal(root, version, quirks)
    if refusal is not None:
        raise RefusedError(refusal)
    try:
        return _read(root, version, name.localname, tuple(quirks))
    except ValueError as fault:
        # A date such as 31 February has the form of a date.
        raise RefusedError(refuse("structure", version=version.code, fault=_NO_DATE)) from fault


def structure_refusal(root: etree._Element, version: Version, quirks: list[str]) -> Refusal | None:
    """The first fault in the structure of a message that is not one of its quirks."""
    for fault in structure.check(root, version):
        if fault.problem == "text" and fault.place == _FLAG and collapsed(fault.found) == "true":
            quirks.append("signature-flag-text")
            continue
        return refuse("structure", version=version.code, fault=fault.text)
    return None


def _tolerated(root: etree._Element, version: Version) -> Iterator[str]:
    if version.code != "H000" and root.get("Version") != version.code:
        yield "version-attribute"
    if any(str(name).startswith(f"{{{XSI}}}type") for element in root.iter() for name in element.attrib):
        yield "type-attribute"


def _read(root: etree._Element, version: Version, message: str, quirks: tuple[str, ...]) -> EbicsRequest:
    if version.code == "H000":
        return EbicsRequest(root=root, version=version, message=message, host=structure.text(root, "HostID", version))
    static = structure.need(root, "header/static", version)
    details = structure.find(static, "OrderDetails", version)
    content = _body(root, version)
    values: dict[str, Any] = {name: structure.text(static, path, version) for name, path in _STATIC.items()}
    if details is not None:
        content |= _order(details, version)
    mutable = structure.need(root, "header/mutable", version)
    segment = structure.find(mutable, "SegmentNumber", version)
    return EbicsRequest(
        root=root,
        version=version,
        message=message,
        **values,
        **content,
        authentication=_key_digest(static, "Authentication", version),
        encryption=_key_digest(static, "Encryption", version),
        count=_number(structure.text(static, "NumSegments", version)),
        phase=_PHASES[structure.text(mutable, "TransactionPhase", version)],
        segment=None if segment is None else _number(collapsed(segment.text or "")),
        is_last=segment is not None and collapsed(segment.get("lastSegment", "")) in ("true", "1"),
        quirks=quirks + (("offset-missing",) if _without_offset(values["timestamp"]) else ()),
    )


_PHASES: dict[str, Phase] = {
    "": "",
    "Initialisation": "Initialisation",
    "Transfer": "Transfer",
    "Receipt": "Receipt",
}
_STATIC = {
    "host": "HostID",
    "partner": "PartnerID",
    "user": "UserID",
    "system": "SystemID",
    "nonce": "Nonce",
    "timestamp": "Timestamp",
    "transaction": "TransactionID",
}


def _number(value: str) -> int | None:
    return int(value) if value else None


def _key_digest(static: etree._Element, part: str, version: Version) -> KeyDigest | None:
    found = structure.find(static, f"BankPubKeyDigests/{part}", version)
    if found is None:
        return None
    return KeyDigest(found.get("Version", ""), found.get("Algorithm", ""), _decoded(found))


def _decoded(element: etree._Element | None) -> bytes:
    return b"" if element is None else base64.b64decode("".join((element.text or "").split()))


def _plain(element: etree._Element | None) -> bytes:
    return b"" if element is None else "".join((element.text or "").split()).encode("ascii")


def _body(root: etree._Element, version: Version) -> dict[str, Any]:
    transfer = structure.find(root, "body/DataTransfer", version)
    if transfer is None:
        receipt = structure.text(root, "body/TransferReceipt/ReceiptCode", version)
        return {"receipt": _number(receipt)}
    info = structure.find(transfer, "DataEncryptionInfo", version)
    data = structure.find(transfer, "OrderData", version)
    result: dict[str, Any] = {
        "has_data": True,
        "signature": _plain(structure.find(transfer, "SignatureData", version)),
        "order_data": None if data is None else _plain(data),
        "data_digest": _decoded(structure.find(transfer, "DataDigest", version)),
    }
    if info is not None:
        result["key"] = _decoded(structure.find(info, "TransactionKey", version))
        result["key_digest"] = _decoded(structure.find(info, "EncryptionPubKeyDigest", version))
    return result


def _order(details: etree._Element, version: Version) -> dict[str, Any]:
    code = structure.text(details, "AdminOrderType" if version.btf else "OrderType", version)
    result: dict[str, Any] = {
        "order": code,
        "attribute": structure.text(details, "OrderAttribute", version),
    }
    params = next((child for child in details if etree.QName(child).localname.endswith("OrderParams")), None)
    if params is None:
        return result
    name = etree.QName(params).localname
    result["parameters"] = name
    if name not in ("StandardOrderParams", "FDLOrderParams", "FULOrderParams", "BTDOrderParams", "BTUOrderParams"):
        return result
    service = structure.find(params, "Service", version)
    result |= {
        "file_format": structure.text(params, "FileFormat", version),
        "service": None if service is None else _service(service, version),
        "start": _date(structure.text(params, "DateRange/Start", version)),
        "end": _date(structure.text(params, "DateRange/End", version)),
        "test": any(_is_test(one, version) for one in structure.every(params, "Parameter", version)),
        "flagged": structure.find(params, "SignatureFlag", version) is not None,
        "file_name": params.get("fileName", ""),
    }
    return result


def _service(service: etree._Element, version: Version) -> Btf:
    message = structure.need(service, "MsgName", version)
    container = structure.find(service, "Container", version)
    return Btf(
        service=structure.text(service, "ServiceName", version),
        message=collapsed(message.text or ""),
        scope=structure.text(service, "Scope", version),
        option=structure.text(service, "ServiceOption", version),
        version=message.get("version", ""),
        container="" if container is None else container.get("containerType", ""),
    )


def _is_test(parameter: etree._Element, version: Version) -> bool:
    """The French mark of a test file (Common Integrative Implementation Guide, 2.8.2)."""
    pair = structure.text(parameter, "Name", version), structure.text(parameter, "Value", version)
    return (pair[0].upper(), pair[1].upper()) == ("TEST", "TRUE")


def _date(value: str) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def _without_offset(value: str) -> bool:
    return bool(value) and moment(value).tzinfo is None


def moment(value: str) -> datetime:
    """A time of a message; one without a time zone is left as it is. Raises ``ValueError``."""
    return datetime.fromisoformat(value)


def time_of(request: EbicsRequest) -> datetime:
    """When a message was made; without a time zone, UTC."""
    made = moment(request.timestamp)
    return made if made.tzinfo is not None else made.replace(tzinfo=UTC)
