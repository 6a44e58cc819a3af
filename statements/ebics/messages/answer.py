"""The answers of a bank: record to bytes, and for the client bytes to record.

There are three kinds: to HEV, to key management (INI, HIA, HPB; nobody signs it) and to everything else (signed with
the bank's authentication key).
"""

from __future__ import annotations

import base64

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from statements.ebics import authsig, structure
from statements.ebics.codes import OK, RefusedError, refuse, report
from statements.ebics.messages import parse
from statements.ebics.messages.request import structure_refusal
from statements.ebics.names import BY_NAMESPACE, PROTOCOLS, VERSIONS, Version
from statements.ebics.simple import collapsed
from statements.ebics.structure import Content


class Sealed(msgspec.Struct, frozen=True):
    """Encrypted order data in an answer: the transaction key, whose key it is encrypted with, and the base64 text."""

    key: bytes
    key_digest: bytes
    data: bytes


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says. ``segment`` is its number and whether it is the last one."""

    technical: str = OK
    business: str = OK
    report: str = ""
    phase: str = "Initialisation"
    transaction: str = ""
    order_id: str = ""
    segments: int = 0
    segment: tuple[int, bool] | None = None
    sealed: Sealed | None = None
    """The first segment, with the key; or the order data of HPB."""
    data: bytes | None = None
    """A further segment."""


def hev(technical: str) -> bytes:
    """The answer to HEV: the versions that are spoken, or a code alone."""
    spoken: list[Content] = []
    if technical == OK:
        spoken = [{"@ProtocolVersion": code, "": VERSIONS[code].hev} for code in PROTOCOLS]
    root = structure.write(
        VERSIONS["H000"],
        "ebicsHEVResponse",
        {
            "SystemReturnCode": {"ReturnCode": technical, "ReportText": report(technical)},
            "VersionNumber": spoken,
        },
    )
    return structure.serialized(root)


def key_management(version: Version, reply: Reply) -> bytes:
    """The answer to INI, HIA and HPB."""
    root = structure.write(
        version,
        "ebicsKeyManagementResponse",
        {
            "@Version": version.code,
            "@Revision": "1",
            "header": {
                "static": "",
                "mutable": {"ReturnCode": reply.technical, "ReportText": reply.report or report(reply.technical)},
            },
            "body": {"DataTransfer": _transfer(reply), "ReturnCode": reply.business},
        },
    )
    return structure.serialized(root)


def response(version: Version, reply: Reply, private: rsa.RSAPrivateKey) -> bytes:
    """The signed answer to an ``ebicsRequest``. 2.4 has no place for the order number, so it is not told there."""
    segment: Content = None
    if reply.segment is not None:
        number, last = reply.segment
        segment = {"": str(number), "@lastSegment": "true" if last else "false"}
    mutable: dict[str, Content] = {
        "TransactionPhase": reply.phase,
        "SegmentNumber": segment,
        "ReturnCode": reply.technical,
        "ReportText": reply.report or report(reply.technical),
    }
    if version.code != "H003" and reply.order_id:
        mutable["OrderID"] = reply.order_id
    root = structure.write(
        version,
        "ebicsResponse",
        {
            "@Version": version.code,
            "@Revision": "1",
            "header": {
                "static": {
                    "TransactionID": reply.transaction or None,
                    "NumSegments": str(reply.segments) if reply.segments else None,
                },
                "mutable": mutable,
            },
            "body": {"DataTransfer": _transfer(reply), "ReturnCode": reply.business},
        },
    )
    authsig.sign(root, version, private)
    return structure.serialized(root)


def _transfer(reply: Reply) -> Content:
    if reply.sealed is not None:
        return {
            "DataEncryptionInfo": encryption_info(reply.sealed.key, reply.sealed.key_digest),
            "OrderData": reply.sealed.data.decode("ascii"),
        }
    return None if reply.data is None else {"OrderData": reply.data.decode("ascii")}


def encryption_info(key: bytes, digest: bytes) -> Content:
    """The transaction key as it travels, with the digest of the key that encrypted it."""
    return {
        "EncryptionPubKeyDigest": {
            "": base64.b64encode(digest).decode("ascii"),
            "@Version": "E002",
            "@Algorithm": authsig.SHA256,
        },
        "TransactionKey": base64.b64encode(key).decode("ascii"),
    }


def read(data: bytes, public: rsa.RSAPublicKey | None) -> tuple[Reply, Version]:
    """An answer as a client reads it; with a key the signature of the bank is verified.

    Raises :class:`RefusedError` for what is no valid answer.
    """
    root = parse.tree(data)
    name = etree.QName(root)
    version = BY_NAMESPACE.get(name.namespace or "")
    if version is None:
        raise RefusedError(refuse("namespace-unknown", namespace=name.namespace or "-"))
    refusal = structure_refusal(root, version, [])
    if refusal is not None:
        raise RefusedError(refusal)
    if name.localname == "ebicsHEVResponse":
        code = structure.text(root, "SystemReturnCode/ReturnCode", version)
        return Reply(technical=code, report=structure.text(root, "SystemReturnCode/ReportText", version)), version
    if public is not None:
        authsig.verify(root, version, public)
    return _reply(root, version), version


def _reply(root: etree._Element, version: Version) -> Reply:
    transfer = structure.find(root, "body/DataTransfer", version)
    sealed, data = None, None
    if transfer is not None:
        data = structure.text(transfer, "OrderData", version).replace(" ", "").encode("ascii")
        key = structure.text(transfer, "DataEncryptionInfo/TransactionKey", version)
        if key:
            digest = structure.text(transfer, "DataEncryptionInfo/EncryptionPubKeyDigest", version)
            sealed = Sealed(base64.b64decode(key), base64.b64decode(digest), data)
    segment = structure.find(root, "header/mutable/SegmentNumber", version)
    number = structure.text(root, "header/mutable/SegmentNumber", version)
    last = segment is not None and collapsed(segment.get("lastSegment", "")) in ("true", "1")
    return Reply(
        technical=structure.text(root, "header/mutable/ReturnCode", version),
        business=structure.text(root, "body/ReturnCode", version),
        report=structure.text(root, "header/mutable/ReportText", version),
        phase=structure.text(root, "header/mutable/TransactionPhase", version),
        transaction=structure.text(root, "header/static/TransactionID", version),
        order_id=structure.text(root, "header/mutable/OrderID", version),
        segments=int(structure.text(root, "header/static/NumSegments", version) or 0),
        segment=(int(number), last) if number else None,
        sealed=sealed,
        data=None if sealed else data,
    )
