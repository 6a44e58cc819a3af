"""painfree (PyPI, MIT) as a client of the trial bank over TLS on loopback."""

from __future__ import annotations

import ssl
import urllib.request
from typing import Any

from lxml import etree
from painfree import ebics3

from statements_bank.running import RunningBank
from tests.ebics.material import keyring


def post(url: str, certificate: str, body: bytes) -> bytes:
    """One HTTP POST over TLS that trusts the bank's own certificate."""
    context = ssl.create_default_context(cafile=certificate)
    request = urllib.request.Request(url, body, {"Content-Type": "text/xml"})
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:
        content: bytes = answer.read()
    return content


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
            ebics3.Service("SCT", "pain.001", version=version),
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
