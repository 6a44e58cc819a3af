"""What a bank does in the ordinary way: downloads of several files and segments, periods, receipts, recovery, HAC."""

from __future__ import annotations

import subprocess
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from msgspec.structs import replace

from statements.ebics import authsig, codes, packing, seal, sign
from statements.ebics import client as ours
from statements.ebics.client import BankRefusedError
from statements.ebics.codes import RefusedError
from statements.ebics.keys import read_certificate, self_signed
from statements.ebics.messages import answer
from statements.ebics.names import HAC_NAMESPACE, PROTOCOLS
from statements.ebics.state import Limits
from tests.ebics.material import BEGINS, keyring, private
from tests.ebics.tampering import attribute, changed, first, signed_again, tag, text
from tests.ebics.world import HOST, MT940, PARTNER, World, ready_world

versions = pytest.mark.parametrize("version", PROTOCOLS)
SCHEMAS = Path(__file__).parent.parent.parent / "schemas"


@versions
def test_new_means_not_confirmed_by_this_user(version: str) -> None:
    """What Anna confirmed is new to Boris; a negative receipt, or none, leaves it new; a period gives it again."""
    world = ready_world()
    anna, boris = world.client(version), world.client(version, "BORIS", "boris")
    world.queue("statement-mt940", "mt940-2", b":20:SECOND\r\n", date(2026, 11, 20))
    both = MT940 + b":20:SECOND\r\n"
    assert world.fetch(anna, receipt=1) == both
    assert world.last.technical == "011001"
    assert world.confirmed == set()
    world.send(world.download(anna).next() or b"")
    assert world.fetch(anna) == both
    assert world.last.technical == "011000"
    with pytest.raises(BankRefusedError, match="090005"):
        world.fetch(anna)
    assert world.last.technical == "000000"
    assert world.last.transaction == ""
    assert world.fetch(boris) == both
    days = {"start": date(2026, 11, 20), "end": date(2026, 11, 20)}
    assert world.fetch(anna, **days) == b":20:SECOND\r\n"
    with pytest.raises(BankRefusedError, match="090005"):
        world.fetch(anna, start=date(2026, 11, 26), end=date(2026, 11, 26))


@versions
def test_what_the_bank_tells_of_itself_and_its_customers(version: str) -> None:
    """HPD, HAA, HTD and HKD; a user sees his rights and his state, HKD all users; nothing is confirmed by a receipt."""
    world = ready_world()
    world.subscribers[PARTNER, "ANNA"] = replace(
        world.subscribers[PARTNER, "ANNA"], rights=frozenset({"statement-mt940", "transfer-pain001-03"}), level="E"
    )
    world.register("NEW")
    anna = world.client(version)
    trees = {order: etree.fromstring(world.fetch(anna, order=order)) for order in ("HPD", "HAA", "HTD", "HKD")}
    assert world.confirmed == set()
    assert world.log == []
    assert trees["HPD"].findtext(".//{*}Protocol") == "H003 H004 H005"
    assert trees["HPD"].findtext(".//{*}URL") == world.bank.url
    shown = "".join(trees["HAA"].itertext())
    assert shown == ("EOPmt940" if version == "H005" else "FDL")
    users = {one.text: one.get("Status") for one in trees["HKD"].iter("{*}UserID")}
    assert users == {"ANNA": "1", "BORIS": "1", "NEW": "2"}
    assert [one.text for one in trees["HTD"].iter("{*}UserID")] == ["ANNA"]
    assert trees["HTD"].findtext(".//{*}AccountNumber") == "FR7630001007941234567890185"
    levels = [
        "".join(one.itertext()) for one in trees["HTD"].iter("{*}Permission") if one.get("AuthorisationLevel") == "E"
    ]
    assert levels == [{"H003": "FUL", "H004": "FULpain.001.001.03.sct", "H005": "BTUSCTpain.001"}[version]]
    described = [one.findtext("{*}Description") for one in trees["HTD"].iter("{*}OrderInfo")]
    assert described[-4:] == [
        "MT940 statement",
        "CFONB 120 statement",
        *["SEPA transfer, version 0" + at for at in "23"],
    ]
    assert "send a file" not in described


@versions
def test_files_that_cannot_be_joined_come_one_by_one(version: str) -> None:
    """One answer holds one of them; the next call gives the next."""
    world = ready_world()
    world.bank = replace(world.bank, offers=(*world.bank.offers, "status-pain002"))
    world.queue("status-pain002", "status-1", b"<a/>", joins=False)
    world.queue("status-pain002", "status-2", b"<b/>", joins=False)
    anna = world.client(version)
    name = "PSR/pain.002:03" if version == "H005" else "pain.002.001.03.psr"
    assert [world.fetch(anna, name), world.fetch(anna, name)] == [b"<a/>", b"<b/>"]


@versions
def test_recovery_of_a_download(version: str) -> None:
    """Any segment up to the next one is given; each that is not the next counts; beyond is refused with the point."""
    world = ready_world()
    world.bank = replace(world.bank, limits=Limits(answer_segment=24))
    anna = world.client(version)
    download = world.download(anna)
    download.feed(world.send(download.next() or b""))
    count = download.replies[0].segments
    assert count > 3
    download.feed(world.send(download.segment(2)))
    assert world.decide(download.segment(4)).technical == "061101"
    assert first(etree.fromstring(world.last.body), version, "SegmentNumber").text == "2"
    assert "segment 3" in world.last.refusal.sentence("en")  # type: ignore[union-attr]
    assert world.decide(download.segment(1)).technical == "000000"
    receipt = download.later("Receipt", None, {"TransferReceipt": {"ReceiptCode": "0"}})
    assert world.decide(receipt).technical == "061101"
    assert world.confirmed == set()
    download.run(world.send)
    assert download.data == MT940
    assert world.last.technical == "011000"

    again = world.download(anna, start=date(2026, 11, 1), end=date(2026, 11, 30))
    again.feed(world.send(again.next() or b""))
    for number in range(2, count + 1):
        again.feed(world.send(again.segment(number)))
    for _ in range(3):
        assert world.decide(again.segment(1)).technical == "000000"
    assert world.decide(again.segment(count)).technical == "091102"
    assert world.open == {}
    last = world.download(anna, start=date(2026, 11, 1), end=date(2026, 11, 30))
    last.feed(world.send(last.next() or b""))
    for number in range(2, count + 1):
        last.feed(world.send(last.segment(number)))
    assert world.decide(last.segment(count + 1)).technical == "061101"
    assert "the receipt" in world.last.refusal.sentence("en")  # type: ignore[union-attr]
    assert "l'accusé de réception" in world.last.refusal.sentence("fr")  # type: ignore[union-attr]


@versions
def test_an_upload_goes_on_where_the_bank_says(version: str) -> None:
    """After a lost answer the client reads the recovery point and goes on from there."""
    world = ready_world()
    upload = world.upload(world.client(version), bytes(range(200)), size=60)
    upload.feed(world.send(upload.next() or b""))
    assert upload.order_id == ("" if version == "H003" else "A000")
    upload.feed(world.send(upload.next() or b""))
    world.send(upload.next() or b"")
    assert upload.done == 1
    assert world.decide(upload.segment(4)).technical == "061101"
    upload.done = int(first(etree.fromstring(world.last.body), version, "SegmentNumber").text)
    upload.run(world.send)
    assert world.taken[0].data == bytes(range(200))


@versions
@pytest.mark.parametrize("level", ["E", "T"])
@pytest.mark.parametrize("signature", ["A005", "A006"])
def test_what_an_upload_means(version: str, level: Any, signature: str) -> None:
    """Class, test mark, file name, declared name and key of the table are handed on."""
    world = ready_world()
    own = world.subscribers[PARTNER, "ANNA"]
    keys = tuple(replace(key, version=signature) if key.role == "A" else key for key in own.keys)
    world.subscribers[PARTNER, "ANNA"] = replace(own, keys=keys)
    anna = world.client(version, level=level, signature=signature)
    world.run(world.upload(anna, b"<Document/>\n", test=True))
    taken = world.taken[0]
    assert (taken.authorises, taken.test, taken.name) == (level == "E", True, "transfer-pain001-03")
    assert (taken.data, taken.signers, taken.order_id) == (b"<Document/>\n", ("ANNA",), "A000")
    world.run(world.upload(anna, b"<Other/>", "SCT/pain.001" if version == "H005" else "pain.001.001.03"))
    assert world.taken[1].name == ("" if version == "H005" else "transfer-pain001-03")
    assert world.taken[1].order_id == "A001"
    if version == "H005":
        upload = world.upload(anna, b"<Named/>")
        begin = signed_again(upload.begin(), anna, attribute("BTUOrderParams", "fileName", "payments.xml"))
        upload.feed(world.send(begin))
        upload.run(world.send)
        assert world.taken[2].file_name == "payments.xml"


@versions
def test_the_customer_protocol(version: str) -> None:
    """HAC: every step of all users since the last one, valid in the schema of the project, new until confirmed."""
    world = ready_world()
    anna, boris = world.client(version), world.client(version, "BORIS", "boris")
    world.fetch(anna)
    world.run(world.upload(boris, b"<Document/>"))
    with pytest.raises(BankRefusedError, match="091122"):
        world.run(world.upload(boris, b"<Document/>"))
    world.log[-1] = replace(world.log[-1], text=world.log[-1].text * 3)
    document = etree.fromstring(world.fetch(anna, order="HAC"))
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / "pain.002.001.03.xsd")))
    assert schema.validate(document), schema.error_log
    steps = [
        (step.findtext("{*}OrgnlPmtInfId"), step.findtext(".//{*}Cd"))
        for step in document.iter(f"{{{HAC_NAMESPACE}}}OrgnlPmtInfAndSts")
    ]
    assert steps == [
        ("FILE_DOWNLOAD", "TS01"),
        ("FILE_UPLOAD", "TS01"),
        ("ES_VERIFICATION", "TS04"),
        ("FILE_UPLOAD", "AM05"),
    ]
    assert "Nothing was taken a second time" in "".join(document.itertext())
    assert document.findtext(".//{*}GrpHdr/{*}InitgPty/{*}Id/{*}OrgId/{*}Othr/{*}Id") == HOST
    with pytest.raises(BankRefusedError, match="090005"):
        world.fetch(anna, order="HAC")
    assert len(etree.fromstring(world.fetch(boris, order="HAC")).findall(".//{*}OrgnlPmtInfAndSts")) == 4
    world.run(ours.key_change(anna, anna, "PUB", world.now, world.fresh()))
    actions = [(event.action, event.code) for event in world.log[-3:]]
    assert actions == [("FILE_UPLOAD", "TS01"), ("ES_VERIFICATION", "DS01"), ("ORDER_HAC_FINAL", "")]
    again = etree.fromstring(world.fetch(anna, order="HAC", start=date(2026, 11, 26), end=date(2026, 11, 26)))
    assert schema.validate(again), schema.error_log
    assert len(again.findall(".//{*}OrgnlPmtInfAndSts")) == len(world.log)


def test_quirks_of_known_clients() -> None:
    """Text in SignatureFlag, the attribute Version of another version, xsi:type: taken and named."""
    world = ready_world()
    anna = world.client("H005", level="E")
    upload = world.upload(anna)
    upload.feed(world.send(signed_again(upload.begin(), anna, text("SignatureFlag", "true"))))
    assert world.last.quirks == ("signature-flag-text",)
    upload.run(world.send)
    assert world.taken[0].authorises
    upload = world.upload(anna, b"<Other/>")
    refused = world.decide(signed_again(upload.begin(), anna, text("SignatureFlag", "yes")))
    assert refused.technical == "091010"
    message = signed_again(world.download(anna).next() or b"", anna, attribute(".", "Version", "H003"))
    assert world.decide(message).quirks == ("version-attribute",)
    xsi = "{http://www.w3.org/2001/XMLSchema-instance}"
    message = world.download(anna, receipt=1).next() or b""
    typed = signed_again(message, anna, attribute("OrderDetails", f"{xsi}type", "anything"))
    assert world.decide(typed).quirks == ("type-attribute",)
    nothing = signed_again(message, anna, attribute("OrderDetails", f"{xsi}nil", "true"))
    assert world.decide(nothing).technical == "091010"

    def unlike(root: Any, version: str) -> None:
        first(root, version, "DataDigest").text = "AAAA"

    upload = world.upload(anna, b"<Third/>")
    upload.feed(world.send(signed_again(upload.begin(), anna, unlike)))
    upload.run(world.send)
    assert "data-digest" in world.last.quirks
    assert all(codes.quirks()[name].meaning.fr for one in world.answers for name in one.quirks)


@pytest.mark.parametrize("version", ["H003", "H004"])
def test_other_kinds_of_parameters(version: str) -> None:
    """Generic parameters do for an order that names no file; those of distributed signatures do not."""
    world = ready_world()
    anna = world.client(version)
    message = world.download(anna, order="HPD").next() or b""

    def generic(root: Any, version: str) -> None:
        first(root, version, "StandardOrderParams").tag = tag(version, "GenericOrderParams")

    assert world.decide(signed_again(message, anna, generic)).technical == "000000"

    def distributed(root: Any, version: str) -> None:
        first(root, version, "StandardOrderParams").tag = tag(version, "HVUOrderParams")

    assert world.decide(signed_again(message, anna, distributed)).technical == "091113"


@versions
def test_a_client_does_not_trust_everything(version: str) -> None:
    """An answer of another bank, a changed one, another version, no answer at all."""
    world = ready_world()
    anna = world.client(version)
    good = world.send(world.download(anna).next() or b"")
    public = anna.bank["X"]
    assert ours.checked(good, public).technical == "000000"
    for bad in (
        changed(good, version, text("ReportText", "x")),
        changed(good, version, attribute("body", "nothing", "x")),
        b"<a/>",
        b"",
    ):
        with pytest.raises(RefusedError):
            ours.checked(bad, public)
    with pytest.raises(RefusedError):
        ours.checked(good, keyring("anna")["X"].public)
    reply, found = answer.read(world.send(ours.hev(HOST)), None)
    assert (reply.technical, found.code) == ("000000", "H000")
    with pytest.raises(ValueError, match="no order data"):
        ours.bank_keys(anna, _empty(world, version))


def _empty(world: World, version: str) -> bytes:
    """A good answer to key management without order data."""
    world.register("FRESH")
    return world.send(ours.key_request(replace(world.client(version), user="FRESH"), "INI"))


def test_mistakes_of_the_caller_of_the_client() -> None:
    """An order that the version does not have, a name that is no BTF, a step without an exchange."""
    world = ready_world()
    with pytest.raises(ValueError, match="H005 has no order type FDL"):
        world.download(world.client("H005"), order="FDL")
    with pytest.raises(ValueError, match="is no BTF"):
        world.download(world.client("H005"), "camt.fin.mt940.stm").next()
    with pytest.raises(NotImplementedError):
        ours.Exchange(world.client("H005"), "BTD", world.now, world.fresh()).next()


@versions
def test_a_step_of_an_upload_without_data(version: str) -> None:
    """The data of a segment must be there."""
    world = ready_world()
    anna = world.client(version)
    upload = world.upload(anna)
    upload.feed(world.send(upload.next() or b""))
    empty = upload.later("Transfer", (1, True), "")
    before = world.snapshot()
    assert world.decide(empty).technical == "091113"
    assert world.snapshot() == before


@versions
def test_a_key_that_is_only_named(version: str) -> None:
    """X509Data may hold the name of a certificate without the certificate; that is no key."""
    world = World()
    world.register("ANNA")
    client = world.client(version)
    message = ours.key_request(client, "INI")
    data = packing.unpack(etree.fromstring(message).findtext(".//{*}OrderData").encode(), 100_000)  # type: ignore[union-attr]
    root = etree.fromstring(data)
    certificate = next(root.iter("{*}X509Certificate"))
    certificate.tag = str(certificate.tag).replace("X509Certificate", "X509SubjectName")
    for value in list(root.iter("{*}PubKeyValue")):
        value.getparent().remove(value)  # type: ignore[union-attr]
    value = packing.pack(etree.tostring(root)).decode()
    answered = world.decide(changed(message, version, text("OrderData", value)))
    # In 2.x the key value is required, so the structure says it first.
    assert answered.business == ("091217" if version == "H005" else "090004")
    assert world.subscribers[PARTNER, "ANNA"].state == "new"


def test_small_parts() -> None:
    """Base64 that is none, certificates with more names or without key usage, texts of the journal, the digest of the
    signature that cannot be read.
    """
    with pytest.raises(packing.SealError, match="base64"):
        packing.unpack(b"%", 10)
    assert packing.SealError("size").too_big
    assert not packing.SealError("zlib").too_big
    assert seal.cut(b"", 10) == (b"",)
    named = self_signed(
        private("anna-A"), ("digital_signature",), common_name="a", organization="o", serial=1, begins=BEGINS
    )
    assert read_certificate(named).subject == "O=o,CN=a"
    assert codes.clip("a\n\u202e" + "b" * 100) == "a��" + "b" * 76 + "…"
    assert codes.report("000000") == "[EBICS_OK] All went well."
    assert len(codes.report("061002", "x" * 300)) == 256
    world = ready_world()
    anna = world.client("H004")
    good = world.download(anna).next() or b""
    for name in ("ds:DigestValue", "ds:SignatureValue"):
        broken = etree.fromstring(changed(good, "H004", text(name, "%")))
        with pytest.raises(RefusedError):
            authsig.verify(broken, anna.protocol, anna.keys["X"].public.rsa)


def test_a_bomb_is_not_inflated() -> None:
    """The ceiling is exact, and what lies beyond it is never in memory."""
    packed = packing.pack(b"a" * 100)
    assert packed.strip() == packed
    assert packing.unpack(packed, 100) == b"a" * 100
    with pytest.raises(packing.SealError, match="bigger"):
        packing.unpack(packed, 99)
    assert packing.unpack(b" ".join(packed[at : at + 4] for at in range(0, len(packed), 4)) + b"\n", 100) == b"a" * 100
    bomb = packing.pack(bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(packing.SealError, match="bigger"):
        packing.unpack(bomb, 1_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_which_hash_a_signature_binds() -> None:
    """Without CR, LF and 0x1A, or the raw one; A006 with a salt of 32 bytes and no other."""
    own = private("anna-A")
    data = b"<a>\r\n  <b>1</b>\r\n</a>\n\x1a"
    assert sign.order_hash(data).hex() == "1e9f5007545fa676a0391edc0e228b46d32f24ff760dc150426a814bcd73439f"
    assert sign.raw_hash(data).hex() == "573d9240771d8f60cfc3de866fa9abb32341ee4b35cbdee3668fbc145913717b"
    for version in ("A005", "A006"):
        stripped, raw = (sign.sign(one, own, version) for one in (sign.order_hash(data), sign.raw_hash(data)))
        assert sign.signed_hash(stripped, data, own.public_key(), version) == "stripped"
        assert sign.signed_hash(raw, data, own.public_key(), version) == "raw"
        assert sign.signed_hash(stripped, data + b"x", own.public_key(), version) is None
    other_salt = padding.PSS(padding.MGF1(hashes.SHA256()), 20)
    signature = own.sign(sign.order_hash(data), other_salt, hashes.SHA256())
    assert not sign.verifies(signature, sign.order_hash(data), own.public_key(), "A006")


def test_openssl_agrees_on_order_signatures(tmp_path: Path) -> None:
    """openssl verifies A005 and A006: A006 signs the hash as if it were the document."""
    own = private("anna-A")
    public = tmp_path / "anna.pub"
    public.write_bytes(
        own.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    (tmp_path / "data").write_bytes(b"order data without line ends")
    digest = sign.order_hash(b"order data without line ends\r\n")
    (tmp_path / "hash").write_bytes(digest)
    for version, signed, options in (
        ("A005", "data", []),
        ("A006", "hash", ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]),
    ):
        (tmp_path / "signature").write_bytes(sign.sign(digest, own, version))
        command = ["openssl", "dgst", "-sha256", "-verify", str(public), *options]
        command += ["-signature", str(tmp_path / "signature"), str(tmp_path / signed)]
        found = subprocess.run(command, capture_output=True, check=False)
        assert found.stdout.strip() == b"Verified OK", found.stderr
