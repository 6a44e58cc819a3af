"""painfree (PyPI) as a real client of ours, in process, and its copy of the H005 schemas as judge of every answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from cryptography import x509
from lxml import etree
from msgspec.structs import replace
from painfree import ebics3
from painfree.ebics3.envelope_schema import schema

from statements.ebics.state import Limits
from tests.ebics.material import NOW, keyring
from tests.ebics.world import CFONB, HOST, MT940, PARTNER, World

PAYMENT = "<Document>\r\n  <Añ>1</Añ>\n</Document>\n".encode()


@pytest.fixture
def world() -> Iterator[World]:
    """A bank that knows Anna, who has sent no key yet. painfree asks the machine for the time, so it is frozen."""
    made = World()
    made.register("ANNA", name="Anna")
    made.queue("statement-mt940", "mt940-1", MT940)
    made.queue("statement-cfonb120", "cfonb-1", CFONB * 50)
    with time_machine.travel(NOW, tick=False):
        yield made


def key(role: Any, version: str) -> ebics3.EbicsKey:
    """A test key as painfree holds it."""
    own = keyring("anna")[role]
    return ebics3.EbicsKey(
        version, own.private.public_key(), own.private, x509.load_der_x509_certificate(own.certificate)
    )


class Painfree:
    """The client: its keys, and its exchanges with a bank of ours."""

    def __init__(self, world: World, signature: str = "A006") -> None:
        self.world = world
        self.a, self.x, self.e = key("A", signature), key("X", "X002"), key("E", "E002")
        self.context = ebics3.RequestContext(HOST, PARTNER, "ANNA", ebics3.Product("tests", "en"))
        self.bank: Any = None

    def send(self, root: Any) -> bytes:
        """To the bank and back; request and answer must be valid in the published schemas."""
        valid(ebics3.serialize_request(root))
        answer = self.world.send(ebics3.serialize_request(root))
        valid(answer)
        return answer

    def initialise(self) -> Any:
        """INI, HIA, the letter, HPB."""
        steps = ebics3.Initialisation(self.context, self.a, self.x, self.e)
        for _ in range(2):
            steps.feed(self.send(steps.next_request()))
        self.world.release("ANNA")
        steps.feed(self.send(steps.next_request()))
        bank = self.world.bank
        steps.confirm_bank_keys(
            authentication=bank.authentication.public.certificate_hash,
            encryption=bank.encryption.public.certificate_hash,
        )
        assert steps.state is ebics3.KeyState.READY
        self.bank = steps.bank_keys
        return steps

    def keys(self) -> dict[str, Any]:
        """The keys of the bank as arguments."""
        return {"bank_authentication_key": self.bank.authentication, "bank_encryption_key": self.bank.encryption}

    def download(self, service: Any = None, admin: str = "", acknowledged: bool = True) -> bytes:
        """BTD or an administrative download."""
        exchange = ebics3.DownloadTransaction(
            self.context,
            self.x,
            bank_authentication_key=self.bank.authentication,
            encryption_key=self.e,
            acknowledged=acknowledged,
        )
        if admin:
            first = exchange.admin_initialisation_request(admin, **self.keys())
        else:
            first = exchange.initialisation_request(service, **self.keys())
        for message in self.messages(exchange, first):
            exchange.feed(self.send(message))
        return exchange.order_data

    @staticmethod
    def messages(exchange: Any, first: Any) -> Iterator[Any]:
        """The messages of an exchange."""
        yield first
        while (message := exchange.next_request()) is not None:
            yield message

    def upload(self, data: bytes, size: int = ebics3.SEGMENT_SIZE) -> Any:
        """BTU."""
        secured = ebics3.secure_order_data(
            data,
            signature_key=self.a,
            bank_encryption_key=self.bank.encryption,
            partner_id=PARTNER,
            user_id="ANNA",
        )
        exchange = ebics3.UploadTransaction.prepare(
            data, secured, self.context, authentication_key=self.x, segment_size=size
        )
        exchange.bank_authentication_key = self.bank.authentication
        first = exchange.initialisation_request(ebics3.Service("SCT", "pain.001", msg_version="03"), **self.keys())
        for message in self.messages(exchange, first):
            exchange.feed(self.send(message))
        return exchange


def valid(document: bytes) -> None:
    """Valid in the published schemas of H005."""
    judge = schema()
    assert judge.validate(etree.fromstring(document)), judge.error_log


@pytest.mark.parametrize("signature", ["A005", "A006"])
def test_the_whole_way_of_a_client(world: World, signature: str) -> None:
    """INI, HIA, HPB, downloads in one and in several segments, uploads in one and in several, receipts."""
    client = Painfree(world, signature)
    client.initialise()
    mt940 = ebics3.Service("EOP", "mt940")
    cfonb = ebics3.Service("EOP", "cfonb120", scope="FR")
    assert client.download(mt940, acknowledged=False) == MT940
    assert client.download(mt940) == MT940
    world.bank = replace(world.bank, limits=Limits(answer_segment=64))
    assert client.download(cfonb) == CFONB * 50
    assert world.last.technical == "011000"
    exchange = client.upload(PAYMENT, size=32)
    assert exchange.num_segments > 1
    assert [one.data for one in world.taken] == [PAYMENT]
    assert exchange.order_id == world.taken[0].order_id
    assert "raw-order-hash" in world.last.quirks
    # Nothing new is left.
    with pytest.raises(ebics3.TransactionError, match="no transaction key"):
        client.download(mt940)
    assert world.last.business == "090005"
    with pytest.raises(ebics3.BankRefusedError, match="091122"):
        client.upload(PAYMENT)
    assert len(world.taken) == 1


def test_what_the_bank_tells_is_read(world: World) -> None:
    """HTD, HAA and HPD are valid in the schemas, and painfree reads in them what we know."""
    client = Painfree(world)
    client.initialise()
    documents = {order: client.download(admin=order) for order in ("HTD", "HAA", "HPD")}
    for document in documents.values():
        valid(document)
    htd = ebics3.parse_htd_order_data(documents["HTD"])
    assert [account.iban for account in htd.accounts] == ["FR7630001007941234567890185"]
    haa = ebics3.parse_haa_order_data(documents["HAA"])
    assert [(service.name, service.msg_name) for service in haa] == [("EOP", "mt940"), ("EOP", "cfonb120")]
    hpd = ebics3.parse_hpd_order_data(documents["HPD"])
    assert hpd.host_id == HOST
