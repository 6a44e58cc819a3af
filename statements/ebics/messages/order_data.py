"""Order data that the protocol itself defines: keys (INI, HIA, HPB, HCA, PUB, HCS), signatures, and what a bank tells
about itself, a customer and its users (HPD, HKD, HTD, HAA).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence

import msgspec
from lxml import etree

from statements.ebics import structure
from statements.ebics.codes import RefusedError, refuse
from statements.ebics.keys import KEY_VERSIONS, ROLE_NAMES, PublicKey, Role, RoleKey, from_certificate
from statements.ebics.messages import parse
from statements.ebics.messages.request import structure_refusal
from statements.ebics.names import PROTOCOLS, Order, Version, orders
from statements.ebics.state import STATES, Bank, Partner, Subscriber
from statements.ebics.structure import Content
from statements.reference.ebics import EbicsName, ebics_names

# Where a role stands in order data, the element of its version, and where the key value lies.
_INFO: dict[Role, tuple[str, str, str]] = {
    "A": ("esig:SignaturePubKeyInfo", "esig:SignatureVersion", "esig:PubKeyValue"),
    "X": ("AuthenticationPubKeyInfo", "AuthenticationVersion", "PubKeyValue"),
    "E": ("EncryptionPubKeyInfo", "EncryptionVersion", "PubKeyValue"),
}
ROLES_OF: dict[str, tuple[Role, ...]] = {
    "INI": ("A",),
    "PUB": ("A",),
    "HIA": ("X", "E"),
    "HCA": ("X", "E"),
    "HCS": ("X", "E", "A"),
    "HPB": ("X", "E"),
}


class KeyData(msgspec.Struct, frozen=True):
    """The keys in order data, and whose they are said to be (for HPB: the host)."""

    keys: tuple[RoleKey, ...]
    partner: str = ""
    user: str = ""
    host: str = ""


class OrderSignature(msgspec.Struct, frozen=True):
    """A signature of an order: version, value, and who signed."""

    version: str
    value: bytes
    partner: str
    user: str


def tree(data: bytes, version: Version, message: str) -> etree._Element:
    """The root of order data that must be a certain message. Raises :class:`RefusedError`."""
    root = parse.tree(data)
    if root.tag != structure.messages(version)[message].tag:
        raise RefusedError(refuse("structure", version=version.code, fault=etree.QName(root).localname))
    refusal = structure_refusal(root, version, [])
    if refusal is not None:
        raise RefusedError(refusal)
    return root


def read_keys(data: bytes, version: Version, order: Order) -> KeyData:
    """The keys in the order data of INI, HIA, HPB, HCA, PUB and HCS. Raises :class:`RefusedError`."""
    root = tree(data, version, order.data)
    inside = "esig:" if order.data.startswith("esig:") else ""
    return KeyData(
        tuple(_key(root, role, version) for role in ROLES_OF[order.code]),
        structure.text(root, f"{inside}PartnerID", version),
        structure.text(root, f"{inside}UserID", version),
        structure.text(root, "HostID", version),
    )


def _key(root: etree._Element, role: Role, version: Version) -> RoleKey:
    info_name, version_name, value_name = _INFO[role]
    info = structure.need(root, info_name, version)
    stated = structure.text(info, version_name, version)
    if stated not in KEY_VERSIONS[role]:
        raise RefusedError(refuse(f"key-version-{role}", found=stated, expected=" / ".join(KEY_VERSIONS[role])))
    certificate = structure.text(info, "ds:X509Data/ds:X509Certificate", version)
    modulus = structure.text(info, f"{value_name}/ds:RSAKeyValue/ds:Modulus", version)
    exponent = structure.text(info, f"{value_name}/ds:RSAKeyValue/ds:Exponent", version)
    plain = PublicKey(_number(modulus), _number(exponent)) if modulus else None
    if not certificate:
        if plain is None:
            raise RefusedError(refuse("certificate-missing", role=ROLE_NAMES[role]))
        return RoleKey(role, stated, plain)
    key = from_certificate(base64.b64decode(certificate.replace(" ", "")), role)
    if plain is not None and (plain.modulus, plain.exponent) != (key.modulus, key.exponent):
        raise RefusedError(refuse("certificate-other-key", role=ROLE_NAMES[role]))
    return RoleKey(role, stated, key)


def _number(value: str) -> int:
    return int.from_bytes(base64.b64decode(value.replace(" ", "")), "big")


def write_keys(order: str, message: str, data: KeyData, version: Version) -> bytes:
    """The order data with keys: certificates always, in 2.x the key value beside them."""
    inside = "esig:" if message.startswith("esig:") else ""
    content: dict[str, Content] = {_INFO[key.role][0]: _key_info(key, version) for key in data.keys}
    if order == "HPB":
        content["HostID"] = data.host
    else:
        content[f"{inside}PartnerID"] = data.partner
        content[f"{inside}UserID"] = data.user
    return structure.serialized(structure.write(version, message, content))


def _key_info(key: RoleKey, version: Version) -> Content:
    _, version_name, value_name = _INFO[key.role]
    content: dict[str, Content] = {version_name: key.version}
    if key.key.certificate:
        content["ds:X509Data"] = {"ds:X509Certificate": base64.b64encode(key.key.certificate).decode("ascii")}
    if not version.btf:
        content[value_name] = {
            "ds:RSAKeyValue": {"ds:Modulus": _binary(key.key.modulus), "ds:Exponent": _binary(key.key.exponent)}
        }
    return content


def _binary(number: int) -> str:
    return base64.b64encode(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode("ascii")


def read_signatures(data: bytes, version: Version) -> tuple[OrderSignature, ...]:
    """The signatures of an order. Raises :class:`RefusedError`."""
    root = tree(data, version, "esig:UserSignatureData")
    return tuple(
        OrderSignature(
            structure.text(one, "esig:SignatureVersion", version),
            base64.b64decode(structure.text(one, "esig:SignatureValue", version).replace(" ", "")),
            structure.text(one, "esig:PartnerID", version),
            structure.text(one, "esig:UserID", version),
        )
        for one in structure.every(root, "esig:OrderSignatureData", version)
    )


def write_signatures(signatures: Iterable[OrderSignature], version: Version) -> bytes:
    """The signatures of an order."""
    content: list[Content] = [
        {
            "esig:SignatureVersion": one.version,
            "esig:SignatureValue": base64.b64encode(one.value).decode("ascii"),
            "esig:PartnerID": one.partner,
            "esig:UserID": one.user,
        }
        for one in signatures
    ]
    root = structure.write(version, "esig:UserSignatureData", {"esig:OrderSignatureData": content})
    return structure.serialized(root)


# What the bank tells


def offered(bank: Bank) -> tuple[EbicsName, ...]:
    """The rows of the table of names that a bank offers, in the order of the table."""
    return tuple(name for name in ebics_names() if name.key in bank.offers)


def order_of(name: EbicsName, version: Version) -> str:
    """The order type by which a name travels in a version."""
    return name.order_30 if version.btf else name.order_24


def hpd(bank: Bank, version: Version) -> bytes:
    """The parameters of the bank."""
    supported: Content = {"@supported": "true"}
    protocol: dict[str, Content] = {
        "Version": {
            "Protocol": " ".join(PROTOCOLS),
            "Authentication": " ".join(KEY_VERSIONS["X"]),
            "Encryption": " ".join(KEY_VERSIONS["E"]),
            "Signature": " ".join(KEY_VERSIONS["A"]),
        },
        "Recovery": supported,
        "PreValidation": {"@supported": "false"},
        "ClientDataDownload": supported,
        "DownloadableOrderData": supported,
    }
    if not version.btf:
        protocol["X509Data"] = {"@supported": "true", "@persistent": "true"}
    content: Content = {
        "AccessParams": {"URL": bank.url, "Institute": bank.name, "HostID": bank.host},
        "ProtocolParams": protocol,
    }
    return structure.serialized(structure.write(version, "HPDResponseOrderData", content))


def haa(bank: Bank, subscriber: Subscriber, version: Version) -> bytes:
    """What the user can fetch: order types, or from 3.0 services."""
    names = [name for name in _allowed(bank, subscriber) if name.direction == "download"]
    content: Content
    if version.btf:
        content = {"Service": [_service(name) for name in names]}
    else:
        content = {"OrderTypes": " ".join(dict.fromkeys(order_of(name, version) for name in names))}
    return structure.serialized(structure.write(version, "HAAResponseOrderData", content))


def htd(bank: Bank, partner: Partner, subscriber: Subscriber, version: Version) -> bytes:
    """The customer and one user."""
    content: Content = {
        "PartnerInfo": _partner(bank, partner, version),
        "UserInfo": _user(bank, subscriber, version),
    }
    return structure.serialized(structure.write(version, "HTDResponseOrderData", content))


def hkd(bank: Bank, partner: Partner, version: Version) -> bytes:
    """The customer and all its users."""
    content: Content = {
        "PartnerInfo": _partner(bank, partner, version),
        "UserInfo": [_user(bank, subscriber, version) for subscriber in partner.users],
    }
    return structure.serialized(structure.write(version, "HKDResponseOrderData", content))


def _allowed(bank: Bank, subscriber: Subscriber) -> Sequence[EbicsName]:
    rights = subscriber.rights
    return [name for name in offered(bank) if rights is None or name.key in rights]


def _service(name: EbicsName) -> Content:
    message: dict[str, Content] = {"": name.message}
    if name.version:
        message["@version"] = name.version
    return {"ServiceName": name.service, "MsgName": message}


def _administrative(version: Version) -> list[Order]:
    return [
        order
        for order in orders()
        if order.offered
        and version.code in order.versions
        and order.message == "ebicsRequest"
        and not order.names_a_file
    ]


def _partner(bank: Bank, partner: Partner, version: Version) -> Content:
    return {
        "AddressInfo": {"Name": partner.name},
        "BankInfo": {"HostID": bank.host},
        "AccountInfo": [
            {
                "@ID": account.id,
                "@Currency": account.currency,
                "AccountNumber": {"@international": "true", "": account.iban},
                "BankCode": {"@international": "true", "": account.bic},
                "AccountHolder": account.holder or None,
            }
            for account in partner.accounts
        ],
        "OrderInfo": [
            *(_order_info(order, version) for order in _administrative(version)),
            *(_name_info(name, bank, version) for name in offered(bank)),
        ],
    }


def _order_info(order: Order, version: Version) -> Content:
    described: dict[str, Content] = {"Description": order.label.en}
    if version.btf:
        return described | {"AdminOrderType": order.code}
    return described | {"OrderType": order.code, "TransferType": order.direction.capitalize()}


def _name_info(name: EbicsName, bank: Bank, version: Version) -> Content:
    order = order_of(name, version)
    described: dict[str, Content] = {"Description": name.label_en}
    if version.btf:
        return described | {"AdminOrderType": order, "Service": _service(name)}
    described |= {"OrderType": order, "TransferType": name.direction.capitalize()}
    if version.code == "H004":
        described["FileFormat"] = _file_format(name, bank)
    return described


def _file_format(name: EbicsName, bank: Bank) -> Content:
    return {"@CountryCode": bank.country, "": name.file_format}


def _user(bank: Bank, subscriber: Subscriber, version: Version) -> Content:
    administrative = [order.code for order in _administrative(version)]
    allowed = _allowed(bank, subscriber)
    permissions: list[Content] = []
    if version.btf:
        permissions += [{"AdminOrderType": code} for code in administrative]
        permissions += [
            _level(name, subscriber) | {"AdminOrderType": name.order_30, "Service": _service(name)} for name in allowed
        ]
    else:
        permissions.append({"OrderTypes": " ".join(administrative)})
        if version.code == "H004":
            permissions += [
                _level(name, subscriber) | {"OrderTypes": name.order_24, "FileFormat": _file_format(name, bank)}
                for name in allowed
            ]
        else:
            codes = dict.fromkeys((name.order_24, name.direction) for name in allowed)
            permissions += [
                ({"@AuthorisationLevel": subscriber.level} if direction == "upload" else {}) | {"OrderTypes": code}
                for code, direction in codes
            ]
    return {
        "UserID": {"@Status": str(STATES[subscriber.state].number), "": subscriber.user},
        "Name": subscriber.name or None,
        "Permission": permissions,
    }


def _level(name: EbicsName, subscriber: Subscriber) -> dict[str, Content]:
    return {"@AuthorisationLevel": subscriber.level} if name.direction == "upload" else {}
