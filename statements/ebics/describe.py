"""What can be said of an EBICS message without any key: version, order, step, who, codes, and what is inside.

>>> found = describe(b'<ebicsHEVRequest xmlns="http://www.ebics.org/H000"><HostID>BANK</HostID></ebicsHEVRequest>')
>>> found.title.en, [(line.name, line.value.en) for line in found.lines]
('EBICS request for the versions of a bank (HEV)', [('message', 'ebicsHEVRequest'), ('host', 'BANK')])
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

import msgspec
from lxml import etree

from statements.ebics import structure
from statements.ebics.codes import RefusedError, clip, codes
from statements.ebics.messages import parse
from statements.ebics.names import BY_NAMESPACE, VERSIONS, Version, order
from statements.ebics.packing import SealError, unpack
from statements.rules import Text

_MOST = 1_000_000


class Line(msgspec.Struct, frozen=True):
    """One thing said of a message; ``name`` is for programs, ``label`` for people."""

    name: str
    label: Text
    value: Text


class Description(msgspec.Struct, frozen=True):
    """What a message is, in words, and what stands in it."""

    version: str
    title: Text
    lines: tuple[Line, ...]


_LABELS = {
    "message": Text("message", "message"),
    "protocol": Text("protocol", "protocole"),
    "order": Text("order", "ordre"),
    "file": Text("file", "fichier"),
    "phase": Text("step", "étape"),
    "segment": Text("segment", "segment"),
    "host": Text("bank (HostID)", "banque (HostID)"),
    "partner": Text("customer (PartnerID)", "client (PartnerID)"),
    "user": Text("user (UserID)", "utilisateur (UserID)"),
    "system": Text("technical user", "utilisateur technique"),
    "time": Text("made at", "créé le"),
    "transaction": Text("transaction", "transaction"),
    "order-id": Text("order number", "numéro d'ordre"),
    "code": Text("return code", "code retour"),
    "report": Text("text of the bank", "texte de la banque"),
    "receipt": Text("receipt", "accusé de réception"),
    "inside": Text("inside", "contenu"),
    "fault": Text("not valid", "non valide"),
}
_TITLES = {
    "ebicsHEVRequest": Text(
        "EBICS request for the versions of a bank (HEV)", "requête EBICS des versions d'une banque (HEV)"
    ),
    "ebicsHEVResponse": Text("EBICS versions of a bank (HEV)", "versions EBICS d'une banque (HEV)"),
    "ebicsUnsecuredRequest": Text("EBICS request with keys", "requête EBICS avec des clés"),
    "ebicsNoPubKeyDigestsRequest": Text(
        "EBICS request for the keys of the bank", "requête EBICS des clés de la banque"
    ),
    "ebicsRequest": Text("EBICS request", "requête EBICS"),
    "ebicsKeyManagementResponse": Text("EBICS answer about keys", "réponse EBICS sur des clés"),
    "ebicsResponse": Text("EBICS answer", "réponse EBICS"),
}
_DATA = Text("EBICS order data", "données d'ordre EBICS")
_ENCRYPTED = Text("order data, encrypted for who may read them", "données d'ordre, chiffrées pour leur destinataire")
# Where a thing stands in a header, and its name here.
_HEADER = (
    ("static/HostID", "host"),
    ("static/PartnerID", "partner"),
    ("static/UserID", "user"),
    ("static/SystemID", "system"),
    ("static/Timestamp", "time"),
    ("static/TransactionID", "transaction"),
    ("mutable/OrderID", "order-id"),
    ("mutable/TransactionPhase", "phase"),
)
_ROLES = (
    ("SignaturePubKeyInfo", Text("signature key", "clé de signature")),
    ("AuthenticationPubKeyInfo", Text("authentication key", "clé d'authentification")),
    ("EncryptionPubKeyInfo", Text("encryption key", "clé de chiffrement")),
)


def describe(data: bytes) -> Description | None:
    """What a message or a piece of order data says; None for what is not of EBICS or cannot be parsed."""
    try:
        root = parse.tree(data)
    except RefusedError:
        return None
    name = etree.QName(root)
    version = BY_NAMESPACE.get(name.namespace or "") or _of_signatures(name.namespace or "")
    if version is None:
        return None
    local = name.localname
    lines = [_line("message", local), *_lines(root, version, local)]
    if version.code != "H000":
        lines.insert(1, _line("protocol", f"{version.code} (EBICS {version.number})"))
    faults = structure.check(root, version)
    if faults:
        lines.append(Line("fault", _LABELS["fault"], faults[0].text))
    return Description(version.code, _TITLES.get(local, _DATA), tuple(lines))


def _of_signatures(namespace: str) -> Version | None:
    """A version whose signature data have this name space; 2.4 and 2.5 share one."""
    return next((version for version in VERSIONS.values() if namespace and version.signatures == namespace), None)


def _line(name: str, value: str) -> Line:
    return Line(name, _LABELS[name], Text(clip(value), clip(value)))


def _lines(root: etree._Element, version: Version, local: str) -> Iterator[Line]:
    if version.code == "H000":
        yield from _found(root, (("HostID", "host"),), version)
        code = structure.text(root, "SystemReturnCode/ReturnCode", version)
        if code:
            yield _code(code)
        for spoken in structure.every(root, "VersionNumber", version):
            yield _line("protocol", f"{spoken.get('ProtocolVersion', '')} ({spoken.text or ''})")
        return
    header = structure.find(root, "header", version)
    if header is None:
        yield from _keys(root)
        return
    yield from _order(header, version)
    yield from _found(header, _HEADER, version)
    yield from _segment(header, version)
    for place in ("header/mutable/ReturnCode", "body/ReturnCode"):
        code = structure.text(root, place, version)
        if code:
            yield _code(code)
    yield from _found(header, (("mutable/ReportText", "report"),), version)
    yield from _body(root, version, local)


def _found(element: etree._Element, places: tuple[tuple[str, str], ...], version: Version) -> Iterator[Line]:
    for place, name in places:
        value = structure.text(element, place, version)
        if value:
            yield _line(name, value)


def _code(number: str) -> Line:
    known = codes().get(number)
    if known is None:
        return _line("code", number)
    head = f"{number} {known.name}: "
    return Line("code", _LABELS["code"], Text(head + known.meaning.en, head + known.meaning.fr))


def _order(header: etree._Element, version: Version) -> Iterator[Line]:
    details = structure.find(header, "static/OrderDetails", version)
    if details is None:
        return
    code = structure.text(details, "AdminOrderType" if version.btf else "OrderType", version)
    kind = order(code, version.code)
    if kind is None:
        yield _line("order", code)
    else:
        yield Line("order", _LABELS["order"], Text(f"{code}, {kind.label.en}", f"{code}, {kind.label.fr}"))
    for params in details:
        file_format = structure.text(params, "FileFormat", version)
        service = structure.text(params, "Service/ServiceName", version)
        if file_format or service:
            yield _line("file", file_format or f"{service}/{structure.text(params, 'Service/MsgName', version)}")


def _segment(header: etree._Element, version: Version) -> Iterator[Line]:
    number = structure.text(header, "mutable/SegmentNumber", version)
    count = structure.text(header, "static/NumSegments", version)
    if number and count:
        yield Line("segment", _LABELS["segment"], Text(f"{number} of {count}", f"{number} sur {count}"))
    elif number or count:
        yield _line("segment", number or f"1-{count}")


def _body(root: etree._Element, version: Version, local: str) -> Iterator[Line]:
    receipt = structure.text(root, "body/TransferReceipt/ReceiptCode", version)
    if receipt:
        yield _line("receipt", receipt)
    data = structure.text(root, "body/DataTransfer/OrderData", version)
    if local == "ebicsUnsecuredRequest" and data:
        try:
            inside = parse.tree(unpack(data.encode("utf-8"), _MOST))
        except (SealError, RefusedError):
            return
        yield _line("inside", etree.QName(inside).localname)
        yield from _keys(inside)
    elif data or structure.find(root, "body/DataTransfer/SignatureData", version) is not None:
        yield Line("inside", _LABELS["inside"], _ENCRYPTED)


def _keys(root: etree._Element) -> Iterator[Line]:
    """The keys in order data, each with the hash of its certificate as letters print it."""
    for element in root.iter(etree.Element):
        role = next((label for name, label in _ROLES if etree.QName(element).localname == name), None)
        if role is None:
            continue
        texts = {etree.QName(child).localname: (child.text or "").strip() for child in element.iter(etree.Element)}
        version = next((value for name, value in texts.items() if name.endswith("Version")), "")
        digest = _hash(texts.get("X509Certificate", ""))
        said = f" {clip(version)}" + (f", SHA-256 {digest}" if digest else "")
        yield Line("inside", _LABELS["inside"], Text(role.en + said, role.fr + said))


def _hash(certificate: str) -> str:
    try:
        der = base64.b64decode("".join(certificate.split()), validate=True)
    except ValueError:
        return ""
    return hashlib.sha256(der).hexdigest().upper() if der else ""
