"""Attacks and faults, on the three versions: each is answered with its code, and nothing is changed by it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from statements.ebics import authsig, packing, seal, sign
from statements.ebics import client as ours
from statements.ebics.bank import decide, failed
from statements.ebics.client import BankRefusedError, Client
from statements.ebics.codes import RefusedError
from statements.ebics.keys import KeyPair, RoleKey
from statements.ebics.messages import order_data
from statements.ebics.messages.order_data import OrderSignature
from statements.ebics.names import DSIG
from statements.ebics.state import Limits
from statements.rules import Text
from tests.ebics.material import NOW, keyring, pair, private
from tests.ebics.tampering import (
    Change,
    attribute,
    changed,
    doubled,
    dropped,
    first,
    planted,
    signed_again,
    tag,
    text,
    wrapped_header,
)
from tests.ebics.world import CFONB, HOST, MT940, ORDERS, PARTNER, World, ready_world

VERSIONS = ("H003", "H004", "H005")
versions = pytest.mark.parametrize("version", VERSIONS)

C14N_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"


def refused(world: World, data: bytes, code: str, reason: str = "", authentic: bool = False) -> None:
    """The code, the reason, and that nothing changed; an authentic message may leave its nonce."""
    before = world.snapshot()
    answer = world.decide(data)
    assert (answer.technical if answer.business == "000000" else answer.business) == code, answer.refusal
    assert answer.refusal is not None
    if reason:
        assert answer.refusal.reason == reason
    after = world.snapshot()
    assert before[0] == after[0]
    assert before[2:] == after[2:]
    if not authentic:
        assert before[1] == after[1]
    # The words must be there for both languages, whatever was put into them.
    assert answer.refusal.sentence("en")
    assert answer.refusal.sentence("fr")


# what is not XML, or more than XML


def in_static(more: bytes) -> Callable[[bytes], bytes]:
    """Puts bytes at the end of the static header."""
    return lambda data: data.replace(b"</static>", more + b"</static>")


BROKEN: list[tuple[str, Callable[[bytes], bytes], str, str]] = [
    ("nothing", lambda data: b"", "091010", "xml-broken"),
    ("no XML", lambda data: b"\x1f\x8b\x08binary", "091010", "xml-broken"),
    ("cut off", lambda data: data[:-9], "091010", "xml-broken"),
    ("more behind", lambda data: data + b"<a/>", "091010", "xml-broken"),
    ("NUL", lambda data: data.replace(b"<body", b"\x00<body"), "091010", "xml-encoding"),
    ("UTF-16", lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "091010", "xml-encoding"),
    ("other encoding", lambda data: data.replace(b"UTF-8", b"UTF-7"), "091010", "xml-encoding"),
    ("DOCTYPE", lambda data: data.replace(b"?>", b"?><!DOCTYPE ebicsRequest>", 1), "091010", "xml-doctype"),
    (
        "entity bomb",
        lambda data: data.replace(
            b"?>", b"?><!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]>", 1
        ).replace(HOST.encode(), b"&c;&c;&c;", 1),
        "091010",
        "xml-doctype",
    ),
    (
        "external entity",
        lambda data: data.replace(b"?>", b"?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", 1),
        "091010",
        "xml-doctype",
    ),
    ("too big", lambda data: data + b" " * 2_000_000, "061002", "request-size"),
    ("too many tags", in_static(b"<a/>" * 5_000), "091010", "xml-elements"),
    (
        "too many attributes",
        in_static(b"<x:a xmlns:x='u' " + b" ".join(b"a%d='1'" % at for at in range(60)) + b"/>"),
        "091010",
        "xml-elements",
    ),
    (
        "too many name spaces",
        lambda data: data.replace(b"<header", b"<header " + b" ".join(b"xmlns:a%d='u'" % at for at in range(101)), 1),
        "091010",
        "xml-elements",
    ),
    ("too deep", in_static(b"<a>" * 900 + b"</a>" * 900), "091010", "xml-broken"),
    ("other root", lambda data: data.replace(b"ebicsRequest", b"ebicsResponse"), "061002", "message-unknown"),
    ("other name space", lambda data: re.sub(rb"([/:]H)00", rb"\g<1>01", data), "061002", "namespace-unknown"),
]  # fmt: skip


@versions
@pytest.mark.parametrize(("change", "code", "reason"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_what_is_not_a_message(version: str, change: Callable[[bytes], bytes], code: str, reason: str) -> None:
    """Whatever the bytes, there is an answer in the kind of the request."""
    world = ready_world()
    good = world.download(world.client(version)).next()
    assert good is not None
    refused(world, change(good), code, reason)
    assert etree.fromstring(world.last.body).tag.endswith("}ebicsResponse")


def test_aqbanking_in_2_5_cannot_work() -> None:
    """Its name space is that of no version; the answer comes in the version that it means."""
    world = ready_world()
    good = world.download(world.client("H004")).next()
    assert good is not None
    refused(world, good.replace(b"urn:org:ebics:H004", b"http://www.ebics.org/H004"), "061002", "namespace-unknown")


# the authentication signature


def swapped_signature(algorithm: str, name: str) -> Change:
    """Another algorithm, with the right signature over it."""
    return attribute(name, "Algorithm", algorithm)


def second_transform(root: Any, version: str) -> None:
    """A transform more."""
    etree.SubElement(first(root, version, "ds:Transforms"), tag(version, "ds:Transform")).set(
        "Algorithm", C14N_EXCLUSIVE
    )


def second_reference(root: Any, version: str) -> None:
    """Two references."""
    doubled("ds:Reference")(root, version)


def no_transforms(root: Any, version: str) -> None:
    """The transforms are missing."""
    dropped("ds:Transforms")(root, version)


def in_transform(root: Any, version: str) -> None:
    """An XPath inside the transform."""
    etree.SubElement(first(root, version, "ds:Transform"), tag(version, "ds:XPath")).text = "self::*"


def moved_signature(root: Any, version: str) -> None:
    """The signature stands behind the body."""
    root.append(first(root, version, "AuthSignature"))


FORGED: list[tuple[str, Change, str]] = [
    ("another user", text("UserID", "BORIS"), "061001"),
    ("unknown user", text("UserID", "NOBODY"), "061001"),
    ("unknown customer", text("PartnerID", "NOBODY"), "061001"),
    ("another time", text("Timestamp", "2026-11-26T12:00:01Z"), "061001"),
    ("another nonce", text("Nonce", "0" * 32), "061001"),
    ("header marked otherwise", attribute("header", "authenticate", "1"), "061001"),
    ("header not marked", attribute("header", "authenticate", "false"), "091010"),
    ("body marked", attribute("body", "authenticate", "true"), "091010"),
    ("planted in static", planted("static", "HostID"), "061001"),
    ("planted in mutable", planted("mutable", "mutable"), "061001"),
    ("planted header", planted("static", "header"), "061001"),
    ("planted body", planted("static", "body"), "061001"),
    ("planted without mark", planted("static", "HostID", flagged=False), "061001"),
    ("wrapped header", wrapped_header("BORIS"), "091010"),
    ("no signature", dropped("AuthSignature"), "091010"),
    ("two signatures", doubled("AuthSignature"), "091010"),
    ("signature behind body", moved_signature, "091010"),
    ("two headers", doubled("header"), "091010"),
    ("two bodies", doubled("body"), "091010"),
    ("two references", second_reference, "061001"),
    ("extra transform", second_transform, "061001"),
    ("no transform", no_transforms, "061001"),
    ("XPath in the transform", in_transform, "061001"),
    ("other transform", attribute("ds:Transform", "Algorithm", C14N_EXCLUSIVE), "061001"),
    ("other canonical form", attribute("ds:CanonicalizationMethod", "Algorithm", C14N_EXCLUSIVE), "061001"),
    ("weak digest", attribute("ds:DigestMethod", "Algorithm", DSIG + "sha1"), "061001"),
    ("weak signature", attribute("ds:SignatureMethod", "Algorithm", DSIG + "rsa-sha1"), "061001"),
    ("HMAC", attribute("ds:SignatureMethod", "Algorithm", DSIG + "hmac-sha1"), "061001"),
    ("other reference", attribute("ds:Reference", "URI", ""), "061001"),
    ("reference to an id", attribute("ds:Reference", "URI", "#body"), "061001"),
    ("digest changed", text("ds:DigestValue", "AAAA"), "061001"),
    ("signature changed", text("ds:SignatureValue", "AAAA"), "061001"),
    ("signature empty", text("ds:SignatureValue", ""), "061001"),
    ("xml:id on the root", attribute(".", "{http://www.w3.org/XML/1998/namespace}id", "x"), "091010"),
    ("xml:lang on the header", attribute("header", "{http://www.w3.org/XML/1998/namespace}lang", "fr"), "091010"),
]  # fmt: skip


@versions
@pytest.mark.parametrize(("change", "code"), [row[1:] for row in FORGED], ids=[row[0] for row in FORGED])
def test_a_forged_message(version: str, change: Change, code: str) -> None:
    """A message of Anna's that somebody changed does nothing, not even burn its nonce."""
    world = ready_world()
    anna = world.client(version)
    good = world.download(anna).next()
    assert good is not None
    refused(world, changed(good, version, change), code)
    # The untouched message still works afterwards.
    assert world.decide(good).technical == "000000"


@versions
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (planted("static", "HostID"), "auth-flagged"),
        (planted("mutable", "header"), "auth-parts"),
        (attribute("static", "{http://www.w3.org/XML/1998/namespace}lang", "fr"), "auth-xml-attributes"),
        (attribute(".", "{http://www.w3.org/XML/1998/namespace}base", "x"), "auth-xml-attributes"),
        (attribute("body", "authenticate", "true"), "auth-flagged"),
        (attribute("header", "authenticate", "1"), "auth-flagged"),
        (moved_signature, "auth-parts"),
        (doubled("body"), "auth-parts"),
        (wrapped_header("BORIS"), "auth-parts"),
    ],
)
def test_the_signature_check_alone_refuses_too(version: str, change: Change, reason: str) -> None:
    """The checks of the signature do not lean on the check of the structure before them."""
    world = ready_world()
    anna = world.client(version)
    good = world.download(anna).next()
    assert good is not None
    root = etree.fromstring(good)
    authsig.verify(root, anna.protocol, anna.keys["X"].public.rsa)
    forged = etree.fromstring(changed(good, version, change))
    with pytest.raises(RefusedError) as found:
        authsig.verify(forged, anna.protocol, anna.keys["X"].public.rsa)
    assert found.value.refusal.reason == reason
    assert found.value.refusal.code == "061001"


@versions
def test_a_signature_of_the_wrong_key(version: str) -> None:
    """The keys of another user, another role or a stranger do not sign for Anna; all answers are the same."""
    world = ready_world()
    answers = set()
    for name in ("boris-X", "anna-A", "anna-E", "stranger"):
        forger = replace(world.client(version), keys=keyring("anna") | {"X": pair(name, "X")})
        message = world.download(forger).next()
        assert message is not None
        refused(world, message, "061001", "auth-signature")
        answers.add(etree.fromstring(world.last.body).findtext(".//{*}ReportText"))
    for user, reason in (("NOBODY", "auth-user-unknown"), ("NEW", "auth-user-state")):
        world.register("NEW")
        message = world.download(world.client(version, user)).next()
        assert message is not None
        refused(world, message, "061001", reason)
        answers.add(etree.fromstring(world.last.body).findtext(".//{*}ReportText"))
    assert len(answers) == 1


# replay


@versions
def test_a_message_is_taken_once(version: str) -> None:
    """The same bytes again are a replay, and so is the nonce in small letters with a new time."""
    world = ready_world()
    anna = world.client(version)
    message = world.download(anna).next()
    assert message is not None
    assert world.decide(message).technical == "000000"
    refused(world, message, "091103", "nonce")
    nonce = first(etree.fromstring(message), version, "Nonce").text
    again = signed_again(message, anna, text("Nonce", nonce.lower()))
    refused(world, again, "091103", "nonce")


@versions
@pytest.mark.parametrize(
    ("hours", "seconds", "code"),
    [(-5, 0, "000000"), (5, 0, "000000"), (-6, 0, "000000"), (6, 0, "000000"), (-7, 0, "091103"), (7, 0, "091103"),
     (6, 1, "091103"), (-6, -1, "091103")],
)  # fmt: skip
def test_the_clock_may_be_six_hours_off(version: str, hours: int, seconds: int, code: str) -> None:
    """Five hours are taken in both directions, seven are not; six hours to the second are."""
    world = ready_world()
    exchange = world.download(world.client(version))
    exchange.now = NOW + timedelta(hours=hours, seconds=seconds)
    message = exchange.next()
    assert message is not None
    assert world.decide(message).technical == code
    if code != "000000":
        assert world.last.refusal is not None
        assert world.last.refusal.reason == "clock"
        assert world.nonces == set()


@versions
def test_a_time_without_zone_is_utc(version: str) -> None:
    """The deviation is taken and noted."""
    world = ready_world()
    anna = world.client(version)
    message = signed_again(world.download(anna).next() or b"", anna, text("Timestamp", "2026-11-26T12:00:00"))
    assert world.decide(message).technical == "000000"
    assert "offset-missing" in world.last.quirks


@versions
@pytest.mark.parametrize("time", ["2026-02-31T00:00:00Z", "2026-11-26T24:00:00Z", "99999-01-01T00:00:00Z"])
def test_a_time_that_does_not_exist(version: str, time: str) -> None:
    """The form of a time is not enough."""
    world = ready_world()
    anna = world.client(version)
    message = world.download(anna).next() or b""
    refused(world, signed_again(message, anna, text("Timestamp", time)), "091010", "structure")


@versions
def test_an_outsider_cannot_burn_a_nonce(version: str) -> None:
    """The same nonce in a message of bad signature leaves the good one usable."""
    world = ready_world()
    anna = world.client(version)
    good = world.download(anna).next() or b""
    forger = replace(anna, keys=keyring("boris"))
    forged = signed_again(good, forger, lambda root, version: None)
    refused(world, forged, "061001", "auth-signature")
    assert world.decide(good).technical == "000000"


# orders, names, rights


def order_code(value: str) -> Change:
    """Another order type."""

    def change(root: Any, version: str) -> None:
        first(root, version, "AdminOrderType" if version == "H005" else "OrderType").text = value

    return change


@versions
@pytest.mark.parametrize(
    ("value", "code", "reason"),
    [
        ("XXX", "091005", "order-unknown"),
        ("HVU", "091006", "order-not-offered"),
        ("INI", "061002", "order-message"),
        ("HPB", "061002", "order-message"),
        ("HPD", "091113", "params-wrong"),
    ],
)
def test_order_types_that_do_not_go(version: str, value: str, code: str, reason: str) -> None:
    """Unknown, known but not offered, in the wrong message, with the parameters of another."""
    world = ready_world()
    anna = world.client(version)
    refused(world, signed_again(world.download(anna).next() or b"", anna, order_code(value)), code, reason)


NAMES = [
    ("download", "camt.fin.mt940.xyz.abc", "", "091006", "name-unknown"),
    ("download", "cfonb120", "", "091006", "name-unknown"),
    ("download", "camt.xxx.cfonb120.rep", "EOP/camt.053", "091006", "name-unknown"),
    ("download", "pain.001.001.03.sct", "SCT/pain.001", "091006", "name-direction"),
    ("upload", "camt.fin.mt940.stm", "EOP/mt940", "091006", "name-direction"),
    ("upload", "pain.008.001.02.sdd", "SDD/pain.008", "091006", "direct-debit"),
    ("upload", "pain.001.001.09.sct", "SCT/pain.001:09", "091006", "name-unknown"),
    ("download", "camt.fin.mt940.stm.0w1", "EOP/FR//mt940", "000000", ""),
    ("download", "CAMT.FIN.MT940.STM", "EOP/mt940", "000000", ""),
    ("upload", "pain.001.001.02.SCT", "SCT/pain.001", "000000", ""),
    ("upload", "PAIN.001.001.02.sct", "SCT/GLB//pain.001:02", "000000", ""),
]


NAMED = [
    (version, direction, btf if version == "H005" else file_format, code, reason)
    for version in VERSIONS
    for direction, file_format, btf, code, reason in NAMES
    # Not every fault of a FileFormat can be made with a BTF.
    if btf or version != "H005"
]


@pytest.mark.parametrize(("version", "direction", "name", "code", "reason"), NAMED)
def test_names_of_files(version: str, direction: str, name: str, code: str, reason: str) -> None:
    """Letters, suffix and scope do not matter; what is not offered is said with what is."""
    world = ready_world()
    anna = world.client(version)
    exchange = world.download(anna, name) if direction == "download" else world.upload(anna, name=name)
    message = exchange.next() or b""
    if code == "000000":
        assert world.decide(message).technical == code
    else:
        refused(world, message, code, reason)


@versions
def test_a_right_is_needed(version: str) -> None:
    """A user without the right to a name is refused in the body of the answer; others of his rights stay."""
    world = ready_world()
    world.subscribers[PARTNER, "ANNA"] = replace(
        world.subscribers[PARTNER, "ANNA"], rights=frozenset({"statement-cfonb120"})
    )
    anna = world.client(version)
    refused(world, world.download(anna).next() or b"", "090003", "not-allowed", authentic=True)
    refused(world, world.upload(anna).next() or b"", "090003", "not-allowed", authentic=True)
    name = "EOP/cfonb120" if version == "H005" else "camt.xxx.cfonb120.stm"
    assert world.fetch(anna, name) == CFONB


@versions
def test_old_keys_of_the_bank(version: str) -> None:
    """A client with other keys of the bank must fetch them; either kind of hash of the right ones is taken."""
    world = ready_world()
    for role in ("X", "E"):
        anna = world.client(version)
        other = replace(anna, bank=dict(anna.bank) | {role: pair("bank-E-new", "E").public})
        refused(world, world.download(other).next() or b"", "091008", "bank-keys-old", authentic=True)
    anna = world.client(version)
    usual = "key_hash" if version == "H005" else "certificate_hash"

    def other_kind(root: Any, version: str) -> None:
        for name, role in (("Authentication", "X"), ("Encryption", "E")):
            digest = bytes.fromhex(getattr(anna.bank[role], usual))
            first(root, version, name).text = order_data.base64.b64encode(digest).decode()

    message = signed_again(world.download(anna).next() or b"", anna, other_kind)
    assert world.decide(message).technical == "000000"
    assert "bank-digest-kind" in world.last.quirks
    message = signed_again(world.download(anna).next() or b"", anna, attribute("Authentication", "Version", "X001"))
    refused(world, message, "091008", "bank-keys-old", authentic=True)


@versions
def test_an_upload_for_another_key_of_the_bank(version: str) -> None:
    """The encryption info names the key; another one is refused before anything is sent."""
    world = ready_world()
    anna = world.client(version)
    message = signed_again(world.upload(anna).next() or b"", anna, text("EncryptionPubKeyDigest", "AAAA"))
    refused(world, message, "091008", "bank-keys-old", authentic=True)


@versions
def test_a_wrong_host(version: str) -> None:
    """The host is looked at first; only HEV has a code of its own for it."""
    world = ready_world()
    message = world.download(replace(world.client(version), host="OTHER")).next() or b""
    refused(world, message, "061002", "host-unknown")
    refused(world, ours.hev("OTHER"), "091011", "hev-host-unknown")
    assert world.decide(ours.hev(HOST)).technical == "000000"


@versions
def test_what_does_not_fit_the_step(version: str) -> None:
    """A first step with the content of a later one, and the reverse."""
    world = ready_world()
    anna = world.client(version)
    upload = world.upload(anna)
    begun = upload.next() or b""
    refused(world, signed_again(begun, anna, dropped("DataTransfer")), "091113", "upload-without-data", True)
    download = world.download(anna)
    message = download.next() or b""

    def with_data(root: Any, version: str) -> None:
        body = first(root, version, "body")
        etree.SubElement(etree.SubElement(body, tag(version, "DataTransfer")), tag(version, "OrderData")).text = "AAAA"

    refused(world, signed_again(message, anna, with_data), "091113", "upload-data-unexpected", True)
    refused(world, signed_again(message, anna, text("TransactionPhase", "Transfer")), "091113", "step-content")
    download = world.download(anna)
    download.feed(world.send(download.next() or b""))
    later = download.segment(1)
    for change in (dropped("SegmentNumber"), with_data, text("TransactionPhase", "Receipt")):
        refused(world, signed_again(later, anna, change), "091113", "step-content", True)
    refused(world, signed_again(later, anna, text("TransactionPhase", "Initialisation")), "091113", "step-content")


@versions
def test_a_period_that_ends_before_it_begins(version: str) -> None:
    """Dates are compared."""
    world = ready_world()
    exchange = world.download(
        world.client(version),
        start=datetime(2026, 11, 2, tzinfo=UTC).date(),
        end=datetime(2026, 11, 1, tzinfo=UTC).date(),
    )
    refused(world, exchange.next() or b"", "091112", "date-range")


@pytest.mark.parametrize("version", ["H003", "H004"])
def test_the_order_attribute(version: str) -> None:
    """An upload is transport (DZHNN) or authorising (OZHNN); for a download the attribute is only noted."""
    world = ready_world()
    anna = world.client(version)
    message = signed_again(world.upload(anna).next() or b"", anna, text("OrderAttribute", "UZHNN"))
    refused(world, message, "091121", "attribute-wrong")
    message = signed_again(world.download(anna).next() or b"", anna, text("OrderAttribute", "OZHNN"))
    assert world.decide(message).technical == "000000"
    assert "order-attribute" in world.last.quirks


# transactions


def begun_upload(world: World, client: Client, data: bytes = bytes(range(60)), size: int = 24) -> Any:
    """An upload of several segments whose first step is done."""
    upload = world.upload(client, data, size=size)
    upload.feed(world.send(upload.next() or b""))
    assert len(upload.segments) > 2
    return upload


@versions
def test_a_transaction_belongs_to_its_owner(version: str) -> None:
    """Another user with good keys cannot go on with it; another version cannot either."""
    world = ready_world()
    upload = begun_upload(world, world.client(version))
    thief = world.client(version, "BORIS", "boris")
    stolen = signed_again(upload.segment(1), thief, lambda root, version: None)
    refused(world, stolen, "061001", "auth-signature")
    other = "H004" if version != "H004" else "H005"
    upload.client = replace(upload.client, version=other)
    refused(world, upload.segment(1), "091101", "transaction-unknown")


@versions
def test_unknown_closed_and_lapsed_transactions(version: str) -> None:
    """All are the same to the client."""
    world = ready_world()
    anna = world.client(version)
    upload = begun_upload(world, anna)
    message = upload.segment(1)
    refused(world, signed_again(message, anna, text("TransactionID", "0" * 32)), "091101", "transaction-unknown")
    world.now += timedelta(hours=25)
    refused(world, message, "091101", "transaction-unknown")
    world.now -= timedelta(hours=25)
    upload.run(world.send)
    refused(world, message, "091101", "transaction-unknown")


@versions
def test_steps_of_an_upload_out_of_order(version: str) -> None:
    """The point to go on from is told; the same segment again is taken; three wrong steps are enough."""
    world = ready_world()
    anna = world.client(version)
    upload = begun_upload(world, anna)
    world.decide(upload.segment(2))
    assert world.last.refusal is not None
    assert (world.last.technical, world.last.refusal.reason) == ("061101", "step-order")
    for _ in range(3):
        assert world.decide(upload.segment(1)).technical == "000000"
    other = signed_again(upload.segment(1), anna, text("OrderData", "AAAA"))
    assert world.decide(other).technical == "061101"
    root = etree.fromstring(world.last.body)
    assert first(root, version, "SegmentNumber").text == "1"
    receipt = upload.later("Receipt", None, {"TransferReceipt": {"ReceiptCode": "0"}})
    assert world.decide(receipt).technical == "061101"
    assert world.decide(upload.segment(3)).technical == "091102"
    assert world.open == {}
    refused(world, upload.segment(2), "091101")
    assert world.taken == []


@versions
def test_segments_beyond_those_announced(version: str) -> None:
    """One too many, or a last one that does not say so: the transaction ends, nothing is taken."""
    for number, change in (("99", None), (None, attribute("SegmentNumber", "lastSegment", "false"))):
        world = ready_world()
        anna = world.client(version)
        upload = begun_upload(world, anna)
        count = len(upload.segments)
        for at in range(1, count):
            world.send(upload.segment(at))
        message = upload.segment(count)
        message = signed_again(message, anna, text("SegmentNumber", number) if number else change)  # type: ignore[arg-type]
        assert world.decide(message).technical == "091104"
        assert world.open == {}
        assert world.segments == {}
        assert world.taken == []
        assert world.log[-1].code == "TA01"


@versions
def test_the_last_segment_early(version: str) -> None:
    """Fewer segments than announced are taken all the same, and said."""
    world = ready_world()
    anna = world.client(version)
    upload = world.upload(anna)
    assert len(upload.segments) == 1
    upload.feed(world.send(signed_again(upload.next() or b"", anna, text("NumSegments", "5"))))
    assert world.decide(upload.segment(1)).technical == "011101"
    assert len(world.taken) == 1


@versions
def test_a_missing_number_of_segments_is_one(version: str) -> None:
    """A client that does not send it is known."""
    world = ready_world()
    anna = world.client(version)
    upload = world.upload(anna)
    upload.feed(world.send(signed_again(upload.next() or b"", anna, dropped("NumSegments"))))
    assert "no-segment-count" in world.last.quirks
    upload.run(world.send)
    assert len(world.taken) == 1


@versions
def test_limits(version: str) -> None:
    """Segments, their size, order data, open transactions, signatures: each has its end."""
    world = ready_world()
    anna = world.client(version)
    world.bank = replace(world.bank, limits=Limits(segments=3, segment=100, order=300, transactions=2))
    message = world.upload(anna).next() or b""
    refused(world, signed_again(message, anna, text("NumSegments", "0")), "091113", "segments-none", True)
    message = world.upload(anna).next() or b""
    refused(world, signed_again(message, anna, text("NumSegments", "4")), "091118", "segments-many", True)
    upload = world.upload(anna, bytes(range(256)))
    upload.feed(world.send(upload.next() or b""))
    refused(world, upload.segment(1), "091009", "segment-size")
    begun = world.upload(anna)
    begun.feed(world.send(begun.next() or b""))
    refused(world, world.upload(anna).next() or b"", "091119", "transactions-many", True)
    world.bank = replace(world.bank, limits=replace(world.bank.limits, downloads=2))
    refused(world, world.download(anna).next() or b"", "091119", "transactions-many", True)
    begun.run(world.send)
    assert len(world.taken) == 1
    # A bomb: small on the wire, big inside.
    bomb = world.upload(anna, b"0" * 100_000)
    assert sum(map(len, bomb.segments)) < 300
    bomb.segments = seal.cut(b"".join(bomb.segments), 100)
    bomb.feed(world.send(bomb.begin()))
    with pytest.raises(BankRefusedError, match="091117"):
        bomb.run(world.send)
    assert len(world.taken) == 1
    assert world.log[-1].code == "TA01"


@versions
def test_too_much_base64_ends_the_transaction(version: str) -> None:
    """The sum of the segments is bounded before anything is decrypted."""
    world = ready_world()
    anna = world.client(version)
    world.bank = replace(world.bank, limits=Limits(order=30))
    upload = begun_upload(world, anna, bytes(range(200)), size=40)
    assert world.decide(upload.segment(1)).technical == "000000"
    assert world.decide(upload.segment(2)).technical == "091117"
    assert world.open == {}


# the content of an upload


def finish(world: World, upload: Any, begin: bytes | None = None) -> None:
    """All steps of an upload, whatever is answered."""
    upload.feed(world.send(begin or upload.begin()))
    for number in range(1, len(upload.segments) + 1):
        world.decide(upload.segment(number))


def content_refused(world: World, code: str, reason: str, event: str) -> None:
    """The order was refused: in the answer, in the customer protocol, and nothing was taken."""
    answer = world.last
    assert (answer.technical if answer.business == "000000" else answer.business) == code, answer.refusal
    assert answer.refusal is not None
    assert answer.refusal.reason == reason
    assert world.taken == []
    assert world.open == {}
    assert world.log[-1].code == event


@versions
def test_another_document_than_the_one_signed(version: str) -> None:
    """The order signature binds the order data, in both versions of the signature."""
    for signature in ("A005", "A006"):
        world = ready_world()
        own = world.subscribers[PARTNER, "ANNA"]
        keys = tuple(replace(key, version=signature) if key.role == "A" else key for key in own.keys)
        world.subscribers[PARTNER, "ANNA"] = replace(own, keys=keys)
        anna = world.client(version, signature=signature)
        upload = world.upload(anna, b"<Document>1</Document>")
        other = upload.signatures(sign.order_hash(b"<Document>2</Document>"))
        finish(world, upload, upload.begin(other))
        content_refused(world, "091301", "order-signature", "DS0B")
        upload = world.upload(anna, b"<Document>1</Document>\r\n")
        finish(world, upload, upload.begin(upload.signatures(sign.order_hash(b"<Document>1</Document>"))))
        assert world.last.technical == "000000"
        # The signature covers the document without its line end, and so does the digest of 3.0.
        assert world.last.quirks == ()
        raw = world.upload(replace(anna, raw_hash=True), b"<Document>3</Document>\r\n")
        finish(world, raw)
        assert "raw-order-hash" in world.last.quirks
        assert len(world.taken) == 2


def signature_of(client: Client, upload: Any, **changes: Any) -> OrderSignature:
    """The signature of a client, with changes."""
    value = sign.sign(sign.order_hash(upload.data), client.keys["A"].private, client.signature)
    return replace(OrderSignature(client.signature, value, client.partner, client.user), **changes)


@versions
def test_signatures_that_do_not_count(version: str) -> None:
    """Another customer, an unknown signer, one that is not ready, another version, twice, another key, garbage."""
    anna_keys = keyring("anna")
    rows: list[tuple[str, str, str, Callable[[Client, Any], list[OrderSignature]]]] = [
        ("091120", "signature-partner", "DS0B", lambda c, u: [signature_of(c, u, partner="OTHER")]),
        ("091304", "signer-unknown", "DS14", lambda c, u: [signature_of(c, u, user="NOBODY")]),
        ("091305", "signer-state", "DS0C", lambda c, u: [signature_of(c, u, user="NEW")]),
        ("091301", "signature-version", "DS16", lambda c, u: [signature_of(c, u, version="A006")]),
        ("091306", "signature-twice", "DS0B", lambda c, u: [signature_of(c, u), signature_of(c, u)]),
        ("091301", "order-signature", "DS0B", lambda c, u: [signature_of(c, u, value=b"x" * 256)]),
        ("091301", "order-signature", "DS0B", lambda c, u: [signature_of(c, u), signature_of(c, u, user="BORIS")]),
        (
            "091301",
            "order-signature",
            "DS0B",
            lambda c, u: [signature_of(replace(c, keys=anna_keys | {"A": anna_keys["X"]}), u)],
        ),
    ]
    for code, reason, event, make in rows:
        world = ready_world()
        world.register("NEW")
        anna = world.client(version)
        upload = world.upload(anna)
        finish(world, upload, upload.begin(order_data.write_signatures(make(anna, upload), anna.protocol)))
        content_refused(world, code, reason, event)


@versions
def test_two_good_signatures(version: str) -> None:
    """Two users of a customer may sign the same order."""
    world = ready_world()
    anna, boris = world.client(version), world.client(version, "BORIS", "boris")
    upload = world.upload(anna)
    both = [signature_of(anna, upload), signature_of(boris, upload)]
    finish(world, upload, upload.begin(order_data.write_signatures(both, anna.protocol)))
    assert world.taken[0].signers == ("ANNA", "BORIS")


@versions
def test_signature_data_that_cannot_be_read(version: str) -> None:
    """Garbage, an empty list, another key: the same code, whatever it was."""
    esig = {"H005": "http://www.ebics.org/S002"}.get(version, "http://www.ebics.org/S001")
    for content in (b"", b"garbage", b"<a/>", f'<UserSignatureData xmlns="{esig}"/>'.encode(), b"x" * 2_000_000):
        world = ready_world()
        upload = world.upload(world.client(version))
        finish(world, upload, upload.begin(content))
        content_refused(world, "091111", "signature-file", "TD03")
    if version != "H005":
        world = ready_world()
        upload = world.upload(world.client(version))
        old = (
            f'<UserSignatureData xmlns="{esig}"><OrderSignature PartnerID="P">AAAA</OrderSignature></UserSignatureData>'
        )
        finish(world, upload, upload.begin(old.encode()))
        content_refused(world, "091111", "signature-file", "TD03")


@versions
def test_a_wrong_transaction_key(version: str) -> None:
    """Whatever is wrong with the key, the answer is the same: nobody learns from it how we fail."""
    reports = set()
    for wrapped in (
        b"\x01" * 256,
        b"",
        b"\x01" * 255,
        bytes(256),
        seal.wrap_key(b"k" * 8, pair("bank-E", "E").public, bytes),
    ):
        world = ready_world()
        anna = world.client(version)
        upload = world.upload(anna)
        value = order_data.base64.b64encode(wrapped).decode() or "AA=="
        begin = signed_again(upload.begin(), anna, text("TransactionKey", value))
        finish(world, upload, begin)
        content_refused(world, "091111", "signature-file", "TD03")
        reports.add(world.last.refusal)
    assert len(reports) == 1


@versions
@pytest.mark.parametrize("kind", ["not zlib", "cut zlib", "no blocks", "other key", "empty"])
def test_order_data_that_cannot_be_read(version: str, kind: str) -> None:
    """Each step of the envelope can fail."""
    world = ready_world()
    anna = world.client(version)
    upload = world.upload(anna)
    encryptor = seal._cipher(upload.key).encryptor()
    if kind == "not zlib":
        data = encryptor.update(b"0123456789abcdef" * 2)
    elif kind == "cut zlib":
        packed = zlib.compress(bytes(range(256)))[:-8]
        data = encryptor.update(packed[: len(packed) // 16 * 16])
    elif kind == "no blocks":
        data = b"123"
    elif kind == "other key":
        data = packing.decoded(seal.seal(upload.data, b"0" * 16))
    else:
        data = b""
    upload.segments = (order_data.base64.b64encode(data),)
    finish(world, upload)
    content_refused(world, "090004", "order-data", "DS08")


@versions
def test_a_segment_that_is_not_base64(version: str) -> None:
    """The structure says so before anything else."""
    world = ready_world()
    anna = world.client(version)
    upload = begun_upload(world, anna)
    refused(world, signed_again(upload.segment(1), anna, text("OrderData", "%%%%")), "091010", "structure")


@versions
def test_the_same_document_again(version: str) -> None:
    """Taken once, except as a test; another customer may send the same."""
    world = ready_world()
    anna = world.client(version)
    world.run(world.upload(anna, b"<Document>1</Document>"))
    upload = world.upload(anna, b"<Document>1</Document>")
    finish(world, upload)
    assert world.last.technical == "091122"
    assert [one.data for one in world.taken] == [b"<Document>1</Document>"]
    assert world.log[-1].code == "AM05"
    world.run(world.upload(anna, b"<Document>2</Document>", test=True))
    world.run(world.upload(anna, b"<Document>2</Document>"))
    assert [one.test for one in world.taken] == [False, True, False]


@versions
def test_a_payment_file_that_is_refused(version: str) -> None:
    """The judge is somebody else; his words go to the journal and to the customer protocol."""
    world = ready_world()
    world.fault = Text("the IBAN of payment 3 is wrong", "l'IBAN du paiement 3 est faux")
    upload = world.upload(world.client(version))
    finish(world, upload)
    content_refused(world, "090004", "payment", "TD03")
    assert world.last.refusal is not None
    assert "paiement 3" in world.last.refusal.sentence("fr")
    assert "payment 3" in world.log[-1].text


@versions
def test_an_upload_that_was_open_when_the_bank_changed_its_key(version: str) -> None:
    """The former key still reads it; a new upload needs the new key."""
    world = ready_world()
    upload = begun_upload(world, world.client(version))
    old = world.client(version)
    world.bank = replace(world.bank, encryption=pair("bank-E-new", "E"), former=(world.bank.encryption,))
    upload.run(world.send)
    assert len(world.taken) == 1
    refused(world, world.upload(old).next() or b"", "091008", "bank-keys-old", authentic=True)
    world.run(world.upload(world.client(version), b"<Document>2</Document>"))
    assert len(world.taken) == 2


# keys


def short_pair(role: Any) -> KeyPair:
    """A key of 1024 bits with its certificate."""
    return KeyPair(private("short"), pair("short", role).certificate)


LATE = datetime(2020, 1, 1, tzinfo=UTC)
EARLY = datetime(2027, 1, 1, tzinfo=UTC)
FAULTY = [
    ("short A", "INI", {"A": short_pair("A")}, "091204"),
    ("short X", "HIA", {"X": short_pair("X")}, "091205"),
    ("short E", "HIA", {"E": short_pair("E")}, "091206"),
    ("wrong usage A", "INI", {"A": pair("anna-A", "X")}, "091210"),
    ("wrong usage X", "HIA", {"X": pair("anna-X", "E")}, "091210"),
    ("wrong usage E", "HIA", {"E": pair("anna-E", "A")}, "091210"),
    ("expired", "INI", {"A": pair("anna-A", "A", begins=LATE)}, "091208"),
    ("not yet valid", "HIA", {"X": pair("anna-X", "X", begins=EARLY)}, "091209"),
    ("twice", "HIA", {"E": KeyPair(private("anna-X"), pair("anna-X", "E").certificate)}, "091218"),
    ("another certificate", "HIA", {"E": KeyPair(private("anna-E"), b"x")}, "091219"),
]


@versions
@pytest.mark.parametrize(("order", "keys", "code"), [row[1:] for row in FAULTY], ids=[row[0] for row in FAULTY])
def test_keys_that_are_not_taken(version: str, order: Any, keys: Any, code: str) -> None:
    """Length, usage, dates, twice the same: in INI and HIA, with the state as it was."""
    world = World()
    world.register("ANNA")
    client = world.client(version)
    client = replace(client, keys=dict(client.keys) | keys)
    refused(world, ours.key_request(client, order), code)


@versions
@pytest.mark.parametrize(("order", "other"), [("INI", "X"), ("INI", "E"), ("HIA", "A")])
def test_a_key_of_another_role_sent_before(version: str, order: Any, other: Any) -> None:
    """The keys of INI and HIA are compared with each other, whichever came first."""
    world = World()
    world.register("ANNA")
    good = world.client(version)
    world.decide(ours.key_request(good, "HIA" if order == "INI" else "INI"))
    role: Any = "A" if order == "INI" else "X"
    twice = KeyPair(private(f"anna-{other}"), pair(f"anna-{other}", role).certificate)
    refused(world, ours.key_request(replace(good, keys=dict(good.keys) | {role: twice}), order), "091218", "key-twice")


@pytest.mark.parametrize("version", ["H003", "H004"])
def test_plain_keys(version: str) -> None:
    """The French profile wants certificates; a bank can be set to take plain keys, but none that cannot be used."""
    world = World()
    world.register("ANNA")
    client = world.client(version)
    plain = replace(client, keys={role: KeyPair(one.private) for role, one in client.keys.items()})
    refused(world, ours.key_request(plain, "INI"), "091217", "certificate-missing")
    world.bank = replace(world.bank, plain_keys=True)
    message = ours.key_request(plain, "HIA")
    data = packing.unpack(etree.fromstring(message).findtext(".//{*}OrderData").encode(), 100_000)  # type: ignore[union-attr]
    even = changed(data, version, text("ds:Exponent", "AQAA"))
    refused(world, changed(message, version, text("OrderData", packing.pack(even).decode())), "090004", "key-unusable")
    for order in ("INI", "HIA"):
        assert world.decide(ours.key_request(plain, order)).business == "000000"  # type: ignore[arg-type]
        assert "plain-key" in world.last.quirks


@pytest.mark.parametrize("version", ["H003", "H004"])
def test_the_order_attribute_of_keys_is_given(version: str) -> None:
    """INI and HIA have one order attribute, HPB another; the structure knows them."""
    world = World()
    world.register("ANNA")
    message = ours.key_request(world.client(version), "INI")
    refused(world, changed(message, version, text("OrderAttribute", "DZHNN")), "091010", "structure")


@versions
def test_order_data_of_keys_that_cannot_be_read(version: str) -> None:
    """Not zlib, a bomb, no XML, another message, another subscriber, an unknown version, another key beside."""
    world = World()
    world.register("ANNA")
    client = world.client(version)
    message = ours.key_request(client, "INI")
    data = packing.unpack(etree.fromstring(message).findtext(".//{*}OrderData").encode(), 100_000)  # type: ignore[union-attr]
    other = packing.unpack(
        etree.fromstring(ours.key_request(client, "HIA")).findtext(".//{*}OrderData").encode(),  # type: ignore[union-attr]
        100_000,
    )
    rows = [
        (b"AAAA", "090004", "key-data"),
        (packing.pack(b"0" * 2_000_000), "090004", "key-data"),
        (packing.pack(b"garbage"), "090004", "key-data"),
        (packing.pack(other), "090004", "key-data"),
        (packing.pack(data.replace(b"<SignatureVersion>A005", b"<SignatureVersion>A004")), "091201", "key-version-A"),
        (packing.pack(data.replace(b">ANNA<", b">BORIS<")), "090004", "key-data-ids"),
        (packing.pack(data.replace(b">PARTNER1<", b">PARTNER2<")), "090004", "key-data-ids"),
        (b"", "090004", "key-data"),
    ]
    if version != "H005":
        rows.append(
            (packing.pack(changed(data, version, text("ds:Exponent", "Aw=="))), "091219", "certificate-other-key")
        )
    for value, code, reason in rows:
        refused(world, changed(message, version, text("OrderData", value.decode())), code, reason)
    hia = ours.key_request(client, "HIA")
    for old, code in ((b"X002", "091202"), (b"E002", "091203")):
        value = packing.pack(other.replace(old, old[:1] + b"001"))
        refused(world, changed(hia, version, text("OrderData", value.decode())), code)


@versions
def test_states_of_a_subscriber(version: str) -> None:
    """Every state and every order about keys: where it leads, or the code that it gives."""
    world = World()
    client = world.client(version)
    expected: dict[str, tuple[str, str]] = {
        "new": ("ini-only", "hia-only"),
        "ini-only": ("", "initialised"),
        "hia-only": ("initialised", ""),
        "initialised": ("", ""),
        "ready": ("", ""),
        "suspended": ("ini-only", "hia-only"),
        "suspended-after-faults": ("ini-only", "hia-only"),
        "suspended-by-bank": ("", ""),
    }
    for state, following in expected.items():
        for order, after in zip(("INI", "HIA"), following, strict=True):
            world.register("ANNA", state, "boris")  # type: ignore[arg-type]
            message = ours.key_request(client, order)  # type: ignore[arg-type]
            if after:
                assert world.decide(message).technical == "000000"
                found = world.subscribers[PARTNER, "ANNA"]
                assert found.state == after
                # Who begins anew keeps nothing; who goes on keeps the keys sent before.
                roles = {key.role for key in found.keys}
                if state in ("ini-only", "hia-only"):
                    assert roles == {"A", "X", "E"}
                else:
                    assert roles == ({"A"} if order == "INI" else {"X", "E"})
            else:
                refused(world, message, "091002", "user-state")
        world.register("ANNA", state, "anna")  # type: ignore[arg-type]
        hpb = ours.hpb_request(client, world.now, world.fresh())
        if state == "ready":
            assert ours.bank_keys(client, world.send(hpb)) == dict(client.bank)
            assert world.fetch(client, order="HPD")
        else:
            refused(world, hpb, "091002", "user-state")
            refused(world, world.download(client).next() or b"", "061001", "auth-user-state")
    stranger = replace(client, user="NOBODY")
    refused(world, ours.key_request(stranger, "INI"), "091002", "user-unknown")
    refused(world, ours.hpb_request(stranger, world.now, world.fresh()), "091002", "user-unknown")


@versions
def test_hpb_is_signed_and_not_repeated(version: str) -> None:
    """Another key does not fetch the keys of the bank, and the same message is taken once."""
    world = ready_world()
    client = world.client(version)
    forged = replace(client, keys=keyring("boris"))
    refused(world, ours.hpb_request(forged, world.now, world.fresh()), "061001", "auth-signature")
    message = ours.hpb_request(client, world.now, world.fresh())
    assert world.decide(message).technical == "000000"
    refused(world, message, "091103", "nonce")
    stale = ours.hpb_request(client, world.now - timedelta(hours=7), world.fresh())
    refused(world, stale, "091103", "clock")


@versions
@pytest.mark.parametrize("order", ["HCA", "PUB", "HCS"])
def test_keys_are_changed(version: str, order: Any) -> None:
    """Signed with the old key, in force at once; the old keys are dead, the others live."""
    world = ready_world()
    old = world.client(version)
    roles: dict[str, tuple[Any, ...]] = {"HCA": ("X", "E"), "PUB": ("A",), "HCS": ("A", "X", "E")}
    fresh = {role: pair(f"new-{role}", role) for role in roles[order]}
    new = replace(old, keys=dict(old.keys) | fresh)
    world.run(ours.key_change(old, new, order, world.now, world.fresh()))
    found = {key.role: key.key for key in world.subscribers[PARTNER, "ANNA"].keys}
    assert found == {role: one.public for role, one in new.keys.items()}
    assert world.subscribers[PARTNER, "ANNA"].state == "ready"
    assert world.fetch(new) == MT940
    if "X" in roles[order]:
        refused(world, world.download(old).next() or b"", "061001", "auth-signature")
    else:
        upload = world.upload(old)
        finish(world, upload)
        content_refused(world, "091301", "order-signature", "DS0B")


@versions
def test_a_change_of_keys_that_is_not_taken(version: str) -> None:
    """Signed with the new key, with a key of another role, with an expired certificate, of somebody else."""
    world = ready_world()
    old = world.client(version)
    new = replace(old, keys=dict(old.keys) | {"A": pair("new-A", "A")})
    change = ours.key_change(old, new, "PUB", world.now, world.fresh())
    finish(world, change, change.begin(order_data.write_signatures([signature_of(new, change)], old.protocol)))
    content_refused(world, "091301", "order-signature", "DS0B")
    twice = replace(old, keys=dict(old.keys) | {"A": KeyPair(private("anna-X"), pair("anna-X", "A").certificate)})
    change = ours.key_change(old, twice, "PUB", world.now, world.fresh())
    finish(world, change)
    content_refused(world, "091218", "key-twice", "TA01")
    ended = replace(old, keys=dict(old.keys) | {"A": pair("new-A", "A", begins=LATE)})
    change = ours.key_change(old, ended, "PUB", world.now, world.fresh())
    finish(world, change)
    content_refused(world, "091208", "certificate-expired", "TA01")
    boris = world.client(version, "BORIS", "boris")
    change = ours.key_change(boris, new, "PUB", world.now, world.fresh())
    change.client = old
    finish(world, change)
    content_refused(world, "090004", "key-data-ids", "TA01")
    # A technical user carries messages for others; it does not make the signature of one stand for another.
    world.register("ERP", "ready", "new")
    technical = replace(old, system="ERP", keys=keyring("new"))
    change = ours.key_change(technical, new, "PUB", world.now, world.fresh())
    finish(world, change, change.begin(order_data.write_signatures([signature_of(boris, change)], old.protocol)))
    content_refused(world, "091301", "signer-other", "DS19")
    assert world.subscribers[PARTNER, "ANNA"].keys == ready_world().subscribers[PARTNER, "ANNA"].keys


@versions
def test_a_subscriber_suspends_himself(version: str) -> None:
    """SPR is done with its first step; afterwards nothing goes but beginning anew."""
    world = ready_world()
    anna = world.client(version)
    open_upload = begun_upload(world, anna)
    upload = world.upload(anna, order="SPR")
    forged = upload.begin(upload.signatures(sign.order_hash(b"x")))
    world.decide(forged)
    assert world.last.business == "091301"
    assert world.subscribers[PARTNER, "ANNA"].state == "ready"
    world.run(world.upload(anna, order="SPR"))
    assert world.subscribers[PARTNER, "ANNA"].state == "suspended"
    assert world.subscribers[PARTNER, "ANNA"].keys == ()
    refused(world, world.download(anna).next() or b"", "061001", "auth-user-state")
    refused(world, open_upload.segment(1), "061001", "auth-user-state")
    assert world.decide(ours.key_request(anna, "INI")).technical == "000000"


@versions
def test_a_certificate_that_ended_since(version: str) -> None:
    """Nothing but a change of keys is possible with it; a key without a certificate does not end."""
    world = ready_world()
    own = world.subscribers[PARTNER, "ANNA"]
    old = {role: pair(f"anna-{role}", role, begins=LATE) for role in ("A", "X", "E")}
    keys = tuple(RoleKey(key.role, key.version, old[key.role].public) for key in own.keys)
    world.subscribers[PARTNER, "ANNA"] = replace(own, keys=keys)
    anna = world.client(version)
    refused(world, world.download(anna).next() or b"", "091208", "certificate-out-of-date", authentic=True)
    new = replace(anna, keys={role: pair(f"new-{role}", role) for role in ("A", "X", "E")})
    world.run(ours.key_change(anna, new, "HCS", world.now, world.fresh()))
    assert world.fetch(new) == MT940
    plain = tuple(RoleKey(key.role, key.version, replace(key.key, certificate=b"")) for key in own.keys)
    world.subscribers[PARTNER, "ANNA"] = replace(own, keys=plain)
    world.queue("statement-mt940", "mt940-2", MT940)
    assert world.fetch(anna) == MT940


@versions
def test_a_technical_user(version: str) -> None:
    """It signs the messages for others; who stands behind it must exist and be ready."""
    world = ready_world()
    world.register("ERP", "ready", "new")
    world.register("NEW")
    technical = replace(world.client(version), system="ERP", keys=keyring("new"))
    assert world.fetch(technical) == MT940
    assert (PARTNER, "ANNA", "mt940-1") in world.confirmed
    refused(world, world.download(replace(technical, user="NOBODY")).next() or b"", "091003", "behind-unknown", True)
    refused(world, world.download(replace(technical, user="NEW")).next() or b"", "091004", "behind-state", True)
    refused(world, world.download(replace(technical, keys=keyring("anna"))).next() or b"", "061001", "auth-signature")
    upload = world.upload(technical)
    signature = signature_of(world.client(version), upload)
    finish(world, upload, upload.begin(order_data.write_signatures([signature], technical.protocol)))
    assert world.taken[0].user == "ANNA"


def test_a_fault_of_the_bank_is_answered_too() -> None:
    """The caller answers his own faults with 061099, in the kind of the request."""
    world = ready_world()
    for message in (
        world.download(world.client("H004")).next() or b"",
        ours.hev(HOST),
        ours.key_request(world.client("H003"), "INI"),
        b"",
    ):
        answer = failed(message, world.bank)
        assert answer.technical == "061099"
        assert b"061099" in answer.body


def test_the_same_request_twice_gives_the_same_bytes() -> None:
    """A decision is a function of its arguments: request, view, time and randomness."""
    for version in VERSIONS:
        world = ready_world()
        message = world.download(world.client(version)).next() or b""
        both = [decide(message, ready_world(), NOW, lambda count: b"r" * count) for _ in range(2)]
        assert both[0] == both[1]
        assert ORDERS[version][0] == both[0].answer.order
