"""The other side: a customer's client without network, clock or files, made of the same parts as the bank.

It serves tests and fixtures; it is no product. An exchange is driven by its caller::

    exchange = Download(client, "FDL", "camt.fin.mt940.stm", now, random)
    while (message := exchange.next()) is not None:
        exchange.feed(send(message))
    exchange.data
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal

import msgspec
from lxml import etree

from statements.ebics import authsig, packing, seal, sign, structure
from statements.ebics.codes import OK, code
from statements.ebics.keys import KeyPair, PublicKey, Role, RoleKey
from statements.ebics.messages import answer, order_data
from statements.ebics.messages.answer import Reply
from statements.ebics.names import VERSIONS, Order, Version, order
from statements.ebics.state import Random
from statements.ebics.structure import Content
from statements.reference.ebics import Btf, parse_name

GOOD = frozenset({OK, "011000", "011001", "011101", "031001"})


class BankRefusedError(Exception):
    """The bank refused a step: the technical and the business code, and the text of the technical one."""

    def __init__(self, reply: Reply) -> None:
        self.technical, self.business, self.report = reply.technical, reply.business, reply.report
        super().__init__(f"{self.code} {code(self.code).name}: {reply.report}")

    @property
    def code(self) -> str:
        """The code that is not good."""
        return self.technical if self.technical not in GOOD else self.business


class Client(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks with which bank, in which version, with which keys. ``bank`` is what HPB gave."""

    version: str
    host: str
    partner: str
    user: str
    keys: Mapping[Role, KeyPair]
    signature: str = "A005"
    bank: Mapping[Role, PublicKey] = {}
    system: str = ""
    level: Literal["E", "T"] = "T"
    """Whether the signature of an upload authorises it (E) or only transports it (T)."""
    raw_hash: bool = False
    """Sign the bytes as they are, as some clients do."""

    @property
    def protocol(self) -> Version:
        """The version with its name spaces."""
        return VERSIONS[self.version]

    def role_keys(self, *roles: Role) -> tuple[RoleKey, ...]:
        """Own keys as they are sent."""
        versions: dict[Role, str] = {"A": self.signature, "X": "X002", "E": "E002"}
        return tuple(RoleKey(role, versions[role], self.keys[role].public) for role in roles)


def checked(body: bytes, public: PublicKey | None) -> Reply:
    """An answer of the bank. Raises :class:`BankRefusedError` when it is a refusal."""
    reply, _ = answer.read(body, None if public is None else public.rsa)
    if reply.technical not in GOOD or reply.business not in GOOD:
        raise BankRefusedError(reply)
    return reply


def hev(host: str) -> bytes:
    """The request for the versions."""
    return structure.serialized(structure.write(VERSIONS["H000"], "ebicsHEVRequest", {"HostID": host}))


def key_request(client: Client, order_code: Literal["INI", "HIA"]) -> bytes:
    """INI or HIA."""
    version = client.protocol
    kind = _order(order_code, version)
    data = packing.pack(_key_data(client, client, kind))
    root = structure.write(
        version,
        kind.message,
        {
            "@Version": version.code,
            "@Revision": "1",
            "header": {"static": _static(client, kind), "mutable": ""},
            "body": {"DataTransfer": {"OrderData": data.decode("ascii")}},
        },
    )
    return structure.serialized(root)


def hpb_request(client: Client, now: datetime, random: Random) -> bytes:
    """HPB."""
    version = client.protocol
    kind = _order("HPB", version)
    root = structure.write(
        version,
        kind.message,
        {
            "@Version": version.code,
            "@Revision": "1",
            "header": {"static": _static(client, kind) | _fresh(now, random), "mutable": ""},
            "body": "",
        },
    )
    return signed(client, root)


def bank_keys(client: Client, body: bytes) -> dict[Role, PublicKey]:
    """The keys in the answer to HPB. The caller compares their hashes with the letter."""
    reply = checked(body, None)
    data = _open(client, reply, [])
    found = order_data.read_keys(data, client.protocol, _order("HPB", client.protocol))
    return {key.role: key.key for key in found.keys}


def signed(client: Client, root: etree._Element) -> bytes:
    """A message with the authentication signature of the client."""
    authsig.sign(root, client.protocol, client.keys["X"].private)
    return structure.serialized(root)


class Exchange:
    """The steps of one order."""

    def __init__(self, client: Client, order_code: str, now: datetime, random: Random) -> None:
        self.client = client
        self.order = _order(order_code, client.protocol)
        self.now = now
        self.random = random
        self.transaction = ""
        self.order_id = ""
        self.replies: list[Reply] = []

    def next(self) -> bytes | None:
        """The next message, or None at the end. Without an answer in between it is the same step again."""
        raise NotImplementedError

    def feed(self, body: bytes) -> Reply:
        """Takes the answer to the last message. Raises :class:`BankRefusedError` for a refusal."""
        reply = checked(body, self.client.bank.get("X"))
        self.transaction = reply.transaction or self.transaction
        self.order_id = reply.order_id or self.order_id
        self.replies.append(reply)
        return reply

    def run(self, send: Callable[[bytes], bytes]) -> Exchange:
        """Every step one after the other."""
        while (message := self.next()) is not None:
            self.feed(send(message))
        return self

    def first(self, params: Content, count: int | None, body: Content, attribute: str = "") -> bytes:
        """The first step."""
        client, version = self.client, self.client.protocol
        details = _details(self.order, version, attribute) | _params(self.order, params)
        static: dict[str, Content] = _static(client, self.order) | _fresh(self.now, self.random)
        static |= {
            "OrderDetails": details,
            "BankPubKeyDigests": {
                "Authentication": _digest(client.bank["X"], "X002", version),
                "Encryption": _digest(client.bank["E"], "E002", version),
            },
            "NumSegments": None if count is None else str(count),
        }
        return self.message(static, {"TransactionPhase": "Initialisation"}, body)

    def later(self, phase: str, segment: tuple[int, bool] | None, body: Content) -> bytes:
        """A further step."""
        mutable: dict[str, Content] = {"TransactionPhase": phase}
        if segment is not None:
            mutable["SegmentNumber"] = {"": str(segment[0]), "@lastSegment": "true" if segment[1] else "false"}
        return self.message({"HostID": self.client.host, "TransactionID": self.transaction}, mutable, body)

    def message(self, static: Content, mutable: Content, body: Content) -> bytes:
        """An ``ebicsRequest``, signed."""
        version = self.client.protocol
        root = structure.write(
            version,
            "ebicsRequest",
            {
                "@Version": version.code,
                "@Revision": "1",
                "header": {"static": static, "mutable": mutable},
                "body": body,
            },
        )
        return signed(self.client, root)


class DownloadExchange(Exchange):
    """A download. ``name`` is a FileFormat or our text form of a BTF; ``receipt`` 0 confirms, 1 does not."""

    def __init__(
        self,
        client: Client,
        order_code: str,
        name: str,
        now: datetime,
        random: Random,
        *,
        start: date | None = None,
        end: date | None = None,
        receipt: int = 0,
    ) -> None:
        super().__init__(client, order_code, now, random)
        self.name, self.start, self.end, self.receipt = name, start, end, receipt
        self.segments: list[bytes] = []
        self.data = b""

    def next(self) -> bytes | None:
        """Initialisation, the segments, the receipt."""
        if not self.replies:
            return self.first(self._params(), None, "")
        if len(self.segments) < self.replies[0].segments:
            return self.segment(len(self.segments) + 1)
        if not self.data:
            self.data = _open(self.client, self.replies[0], self.segments[1:])
        if self.replies[-1].phase == "Receipt":
            return None
        return self.later("Receipt", None, {"TransferReceipt": {"ReceiptCode": str(self.receipt)}})

    def segment(self, number: int) -> bytes:
        """The request for one segment."""
        return self.later("Transfer", (number, number == self.replies[0].segments), "")

    def feed(self, body: bytes) -> Reply:
        """Takes an answer, and the segment in it."""
        reply = super().feed(body)
        if reply.segment is not None:
            number, _ = reply.segment
            content = reply.sealed.data if reply.sealed else reply.data or b""
            self.segments[number - 1 : number] = [content]
        return reply

    def _params(self) -> Content:
        params: dict[str, Content] = {}
        if self.start is not None and self.end is not None:
            params["DateRange"] = {"Start": self.start.isoformat(), "End": self.end.isoformat()}
        return params | _named(self.order, self.name)


class UploadExchange(Exchange):
    """An upload of order data, in segments of at most ``size`` characters."""

    def __init__(
        self,
        client: Client,
        order_code: str,
        name: str,
        data: bytes,
        now: datetime,
        random: Random,
        *,
        test: bool = False,
        size: int = 1_000_000,
    ) -> None:
        super().__init__(client, order_code, now, random)
        self.name, self.test = name, test
        self.key = random(seal.KEY_BYTES)
        self.data = data
        self.segments = seal.cut(seal.seal(data, self.key), size)
        self.done = 0

    def next(self) -> bytes | None:
        """Initialisation, then the segments."""
        if not self.replies:
            return self.begin()
        if self.order.code == "SPR" or self.done == len(self.segments):
            return None
        return self.segment(self.done + 1)

    def feed(self, body: bytes) -> Reply:
        """Takes an answer."""
        reply = super().feed(body)
        if reply.phase == "Transfer" and reply.segment is not None:
            self.done = reply.segment[0]
        return reply

    def segment(self, number: int) -> bytes:
        """The message with one segment."""
        data = self.segments[number - 1].decode("ascii")
        return self.later("Transfer", (number, number == len(self.segments)), {"DataTransfer": {"OrderData": data}})

    def begin(self, signatures: bytes | None = None) -> bytes:
        """The first step; ``signatures`` instead of the own one."""
        client, version = self.client, self.client.protocol
        content = b" " if self.order.code == "SPR" else self.data
        digest = sign.raw_hash(content) if client.raw_hash else sign.order_hash(content)
        if signatures is None:
            signatures = self.signatures(digest)
        public = client.bank["E"]
        wrapped = seal.wrap_key(self.key, public, self.random)
        transfer: dict[str, Content] = {
            "DataEncryptionInfo": answer.encryption_info(wrapped, _hash(public, version)),
            "SignatureData": {
                "": seal.seal(signatures, self.key).decode("ascii"),
                "@authenticate": "true",
            },
        }
        if version.btf:
            transfer["DataDigest"] = {"": _base64(digest), "@SignatureVersion": client.signature}
        count = 0 if self.order.code == "SPR" else len(self.segments)
        attribute = "DZHNN" if self.order.code == "FUL" and client.level == "T" else ""
        return self.first(self._params(), count, {"DataTransfer": transfer}, attribute)

    def signatures(self, digest: bytes) -> bytes:
        """The order data with the signature of the client."""
        client = self.client
        value = sign.sign(digest, client.keys["A"].private, client.signature)
        one = order_data.OrderSignature(client.signature, value, client.partner, client.user)
        return order_data.write_signatures([one], client.protocol)

    def _params(self) -> Content:
        params = _named(self.order, self.name)
        if self.order.names_a_file and self.client.protocol.btf and self.client.level == "E":
            params["SignatureFlag"] = {"@requestEDS": "true"}
        if self.test:
            params["Parameter"] = {"Name": "TEST", "Value": {"@Type": "string", "": "TRUE"}}
        return params


def key_change(client: Client, new: Client, order_code: str, now: datetime, random: Random) -> UploadExchange:
    """HCA, PUB or HCS: the keys of ``new``, sent and signed by ``client``."""
    kind = _order(order_code, client.protocol)
    return UploadExchange(client, order_code, "", _key_data(client, new, kind), now, random)


def _key_data(client: Client, new: Client, kind: Order) -> bytes:
    keys = order_data.KeyData(new.role_keys(*order_data.ROLES_OF[kind.code]), client.partner, client.user)
    return order_data.write_keys(kind.code, kind.data, keys, client.protocol)


def _order(order_code: str, version: Version) -> Order:
    kind = order(order_code, version.code)
    if kind is None:
        raise ValueError(f"{version.code} has no order type {order_code}")
    return kind


def _static(client: Client, kind: Order) -> dict[str, Content]:
    return {
        "HostID": client.host,
        "PartnerID": client.partner,
        "UserID": client.user,
        "SystemID": client.system or None,
        "OrderDetails": _details(kind, client.protocol, ""),
        "SecurityMedium": "0000",
    }


def _details(kind: Order, version: Version, attribute: str) -> dict[str, Content]:
    if version.btf:
        return {"AdminOrderType": kind.code}
    details: dict[str, Content] = {"OrderType": kind.code, "OrderAttribute": attribute or kind.attribute}
    if version.code == "H003" and (kind.direction == "upload" or kind.code == "HIA"):
        details["OrderID"] = "A001"
    return details


def _fresh(now: datetime, random: Random) -> dict[str, Content]:
    return {"Nonce": random(16).hex().upper(), "Timestamp": now.isoformat(timespec="seconds")}


def _params(kind: Order, params: Content) -> dict[str, Content]:
    return {f"{kind.code}OrderParams" if kind.names_a_file else "StandardOrderParams": params}


def _named(kind: Order, name: str) -> dict[str, Content]:
    if not kind.names_a_file:
        return {}
    if kind.code in ("FDL", "FUL"):
        return {"FileFormat": {"@CountryCode": "FR", "": name}}
    parsed = parse_name(name)
    if not isinstance(parsed, Btf):
        raise ValueError(f"{name} is no BTF")
    return {
        "Service": {
            "ServiceName": parsed.service,
            "Scope": parsed.scope or None,
            "ServiceOption": parsed.option or None,
            "Container": {"@containerType": parsed.container} if parsed.container else None,
            "MsgName": {"": parsed.message, "@version": parsed.version or None},
        }
    }


def _digest(public: PublicKey, key_version: str, version: Version) -> Content:
    return {"": _base64(_hash(public, version)), "@Version": key_version, "@Algorithm": authsig.SHA256}


def _hash(public: PublicKey, version: Version) -> bytes:
    return bytes.fromhex(public.certificate_hash if version.btf else public.key_hash)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _open(client: Client, reply: Reply, further: list[bytes]) -> bytes:
    if reply.sealed is None:
        raise ValueError("the answer has no order data")
    key = seal.unwrap_key(reply.sealed.key, client.keys["E"].private, bytes)
    return seal.unseal(b"".join([reply.sealed.data, *further]), key, 1 << 30)
