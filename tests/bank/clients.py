"""Clients of the trial bank over TLS on loopback: painfree (PyPI, MIT), and the client of the protocol core."""

from __future__ import annotations

import datetime
import secrets
import ssl
import urllib.request
from typing import Any, ClassVar

from lxml import etree
from msgspec.structs import replace
from painfree import ebics3

from statements.ebics import client
from statements_bank.running import RunningBank
from tests.ebics.material import keyring


def post(url: str, certificate: str, body: bytes) -> bytes:
    """One HTTP POST over TLS that trusts the bank's own certificate."""
    context = ssl.create_default_context(cafile=certificate)
    request = urllib.request.Request(url, body, {"Content-Type": "text/xml"})
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:
        content: bytes = answer.read()
    return content


class Core:
    """The client of :mod:`statements.ebics.client` in one version of the protocol."""

    names: ClassVar = {
        "H003": ("FDL", "camt.fin.mt940.stm", "camt.xxx.cfonb120.stm", "pain.002.001.03.psr", "FUL"),
        "H004": ("FDL", "camt.fin.mt940.stm", "camt.xxx.cfonb120.stm", "pain.002.001.03.psr", "FUL"),
        "H005": ("BTD", "EOP/mt940", "EOP/cfonb120", "PSR/pain.002:03", "BTU"),
    }

    def __init__(self, bank: RunningBank, version: str, user: str = "anna", **settings: Any) -> None:
        self.bank = bank
        self.version = version
        self.client = client.Client(
            version=version,
            host=bank.host_id,
            partner=settings.pop("partner", bank.partner_id),
            user=settings.pop("user_id", bank.user_id),
            keys=keyring(user),
            **settings,
        )

    def send(self, message: bytes) -> bytes:
        """One message to the bank and its answer."""
        return post(self.bank.url, str(self.bank.tls_certificate), message)

    def initialise(self, *, by_files: bool = False) -> None:
        """INI and HIA, or three files; the desk releases; HPB."""
        if by_files:
            certificates = [pair.certificate for pair in self.client.keys.values()]
            self.bank.register(certificates, self.client.partner)
        else:
            self.send_keys()
        self.bank.release(self.client.partner)
        self.fetch_bank_keys()

    def send_keys(self) -> None:
        """INI and HIA."""
        client.checked(self.send(client.key_request(self.client, "INI")), None)
        client.checked(self.send(client.key_request(self.client, "HIA")), None)

    def fetch_bank_keys(self) -> None:
        """HPB."""
        answer = self.send(client.hpb_request(self.client, _now(), secrets.token_bytes))
        self.client = replace(self.client, bank=client.bank_keys(self.client, answer))

    def statement(self, kind: str, **settings: Any) -> bytes:
        """A download of ``mt940``, ``cfonb120`` or the status report ``pain002``."""
        order, mt940, cfonb120, pain002, _ = self.names[self.version]
        return self.download(order, {"mt940": mt940, "cfonb120": cfonb120, "pain002": pain002}[kind], **settings)

    def download(self, order: str, name: str = "", **settings: Any) -> bytes:
        """Any download."""
        exchange = client.DownloadExchange(self.client, order, name, _now(), secrets.token_bytes, **settings)
        exchange.run(self.send)
        return exchange.data

    def upload(self, data: bytes, name: str = "", **settings: Any) -> str:
        """A payment file; the order id."""
        order = self.names[self.version][4]
        wanted = name or ("SCT/pain.001:03" if order == "BTU" else "pain.001.001.03.sct")
        exchange = client.UploadExchange(self.client, order, wanted, data, _now(), secrets.token_bytes, **settings)
        exchange.run(self.send)
        return exchange.order_id

    def suspend(self) -> None:
        """SPR."""
        client.UploadExchange(self.client, "SPR", "", b" ", _now(), secrets.token_bytes).run(self.send)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Painfree:
    """A client with keys of the tests, configured from the letter's data."""

    def __init__(self, bank: RunningBank, user: str = "anna", signature: str = "A006") -> None:
        from cryptography import x509

        self.bank = bank
        keys = keyring(user)

        def key(role: Any, version: str) -> ebics3.EbicsKey:
            own = keys[role]
            certificate = x509.load_der_x509_certificate(own.certificate)
            return ebics3.EbicsKey(version, own.private.public_key(), own.private, certificate)

        self.a, self.x, self.e = key("A", signature), key("X", "X002"), key("E", "E002")
        product = ebics3.Product("tests", "en")
        self.context = ebics3.RequestContext(bank.host_id, bank.partner_id, bank.user_id, product)
        self.bank_keys: Any = None

    def send(self, root: Any) -> bytes:
        """One message to the bank and its answer."""
        return post(self.bank.url, str(self.bank.tls_certificate), ebics3.serialize_request(root))

    def initialise(self, *, by_files: bool = False) -> None:
        """INI and HIA, or the three certificates as files; the desk releases; HPB, and the hashes of the letter."""
        steps = ebics3.Initialisation(self.context, self.a, self.x, self.e)
        if by_files:
            self.bank.register([keyring("anna")[role].certificate for role in ("A", "X", "E")])
        for _ in range(2):
            request = steps.next_request()
            steps.feed(_good(request) if by_files else self.send(request))
        self.bank.release()
        steps.feed(self.send(steps.next_request()))
        own = {key.role: key.key.certificate_hash for key in self.bank.bank.public_keys()}
        steps.confirm_bank_keys(authentication=own["X"], encryption=own["E"])
        self.bank_keys = steps.bank_keys

    def download(self, service: Any = None, *, admin: str = "", acknowledged: bool = True, **range_: Any) -> bytes:
        """BTD or an administrative download with its receipt."""
        exchange = ebics3.DownloadTransaction(
            self.context,
            self.x,
            bank_authentication_key=self.bank_keys.authentication,
            encryption_key=self.e,
            acknowledged=acknowledged,
        )
        keys = {
            "bank_authentication_key": self.bank_keys.authentication,
            "bank_encryption_key": self.bank_keys.encryption,
        }
        message = (
            exchange.admin_initialisation_request(admin, **keys)
            if admin
            else exchange.initialisation_request(service, **range_, **keys)
        )
        while message is not None:
            exchange.feed(self.send(message))
            message = exchange.next_request()
        content: bytes = exchange.order_data
        return content

    def upload(self, data: bytes, version: str = "03", size: int = ebics3.SEGMENT_SIZE) -> Any:
        """BTU of a payment file."""
        secured = ebics3.secure_order_data(
            data,
            signature_key=self.a,
            bank_encryption_key=self.bank_keys.encryption,
            partner_id=self.bank.partner_id,
            user_id=self.bank.user_id,
        )
        exchange = ebics3.UploadTransaction.prepare(
            data, secured, self.context, authentication_key=self.x, segment_size=size
        )
        exchange.bank_authentication_key = self.bank_keys.authentication
        message = exchange.initialisation_request(
            ebics3.Service("SCT", "pain.001", msg_version=version),
            bank_authentication_key=self.bank_keys.authentication,
            bank_encryption_key=self.bank_keys.encryption,
        )
        while message is not None:
            exchange.feed(self.send(message))
            message = exchange.next_request()
        return exchange


def _good(request: Any) -> bytes:
    """The answer to INI and HIA for a client whose certificates went by mail: it insists on sending them first."""
    version = etree.QName(request).namespace
    return (
        f'<ebicsKeyManagementResponse xmlns="{version}" Version="H005" Revision="1"><header authenticate="true">'
        "<static/><mutable><OrderID>A000</OrderID><ReturnCode>000000</ReturnCode><ReportText>[EBICS_OK]</ReportText>"
        '</mutable></header><body><ReturnCode authenticate="true">000000</ReturnCode></body>'
        "</ebicsKeyManagementResponse>"
    ).encode()
