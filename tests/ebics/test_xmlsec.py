"""xmlsec1 (Debian) as judge of the authentication signature: it verifies ours, and we verify what it signs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from lxml import etree
from msgspec.structs import replace

from statements.ebics import authsig
from statements.ebics import client as ours
from statements.ebics.client import Client
from statements.ebics.codes import RefusedError
from statements.ebics.names import DSIG, PROTOCOLS
from statements.ebics.state import Limits
from tests.ebics.material import HERE, private
from tests.ebics.tampering import first
from tests.ebics.world import World, ready_world


def xmlsec1(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command, which must be installed. EBICS hangs its signature below AuthSignature, so it is told where."""
    return subprocess.run(["xmlsec1", *arguments], capture_output=True, check=False)


def as_xmlsec_reads(data: bytes) -> bytes:
    """xmlsec1 looks for ds:Signature; EBICS calls the same content AuthSignature. Only the name is changed, which no
    signed part contains."""
    root = etree.fromstring(data)
    signature = next(child for child in root if etree.QName(child).localname == "AuthSignature")
    signature.tag = f"{{{DSIG}}}Signature"
    return etree.tostring(root)


def exchanged(version: str) -> list[tuple[str, bytes]]:
    """Every kind of signed message of a version, with the name of the key that signed it."""
    world = ready_world()
    world.bank = replace(world.bank, limits=Limits(answer_segment=100))
    messages: list[tuple[str, bytes]] = []

    def send(message: bytes) -> bytes:
        answer = world.send(message)
        messages.extend([("anna-X", message), ("bank-X", answer)])
        return answer

    anna = world.client(version, level="E")
    hpb = ours.hpb_request(anna, world.now, world.fresh())
    messages.append(("anna-X", hpb))
    world.send(hpb)
    world.download(anna).run(send)
    world.upload(anna, bytes(range(200)), size=100).run(send)
    world.download(anna, order="HTD").run(send)
    world.upload(anna, order="SPR").run(send)
    return messages


def public_file(name: str, folder: Path) -> str:
    """The public key in a file."""
    path = folder / f"{name}.pub"
    path.write_bytes(
        private(name)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return str(path)


@pytest.mark.parametrize("version", PROTOCOLS)
def test_xmlsec_verifies_every_message(version: str, tmp_path: Path) -> None:
    """Requests of our client and answers of our bank; a changed one it refuses."""
    keys = {name: public_file(name, tmp_path) for name in ("anna-X", "bank-X")}
    messages = exchanged(version)
    assert len(messages) > 15
    for name, key in keys.items():
        paths = []
        for number, data in enumerate(data for signer, data in messages if signer == name):
            path = tmp_path / f"{name}-{number}.xml"
            path.write_bytes(as_xmlsec_reads(data))
            paths.append(str(path))
        # It stops at the first file that it refuses.
        found = xmlsec1("--verify", "--pubkey-pem", key, *paths)
        assert found.returncode == 0, found.stderr.decode()
        assert found.stderr.decode().splitlines().count("OK") == len(paths)
    path.write_bytes(as_xmlsec_reads(data).replace(b"OK]", b"KO]").replace(b"All went", b"Nothing went"))
    assert xmlsec1("--verify", "--pubkey-pem", keys["bank-X"], str(path)).returncode != 0


def signed_by_xmlsec(client: Client, data: bytes, folder: Path) -> bytes:
    """A message with its signature emptied and made anew by xmlsec1."""
    root = etree.fromstring(as_xmlsec_reads(data))
    for name in ("DigestValue", "SignatureValue"):
        next(root.iter(f"{{{DSIG}}}{name}")).text = ""
    template = folder / "template.xml"
    template.write_bytes(etree.tostring(root))
    output = folder / "signed.xml"
    found = xmlsec1("--sign", "--privkey-pem", str(HERE / "anna-X.pem"), "--output", str(output), str(template))
    assert found.returncode == 0, found.stderr.decode()
    made = etree.parse(str(output)).getroot()
    next(made.iter(f"{{{DSIG}}}Signature")).tag = f"{{{client.protocol.namespace}}}AuthSignature"
    return etree.tostring(made)


@pytest.mark.parametrize("version", PROTOCOLS)
def test_we_verify_what_xmlsec_signs(version: str, tmp_path: Path) -> None:
    """Our bank takes a message that xmlsec1 signed, and refuses it when it was changed afterwards."""
    world = ready_world()
    anna = world.client(version)
    for exchange in (world.download(anna), world.upload(anna)):
        data = signed_by_xmlsec(anna, exchange.next() or b"", tmp_path)
        root = etree.fromstring(data)
        authsig.verify(root, anna.protocol, anna.keys["X"].public.rsa)
        first(root, version, "UserID").text = "BORIS"
        with pytest.raises(RefusedError):
            authsig.verify(root, anna.protocol, anna.keys["X"].public.rsa)
        assert world.decide(data).technical == "000000"


ODD = (
    # prefixes for the version, declared again below, unused ones, and the default name space for something else
    b'<e:ebicsRequest xmlns:e="urn:org:ebics:H004" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:unused="urn:u"'
    b' xmlns="urn:default" Version="H004" Revision="1">\n  <e:header xmlns:e="urn:org:ebics:H004" authenticate="true">'
    b'<!-- a comment -->\r\n<e:static xmlns:z="urn:z"><e:HostID>T&#233;l&amp;&#xD;&lt;&gt;"\'</e:HostID>'
    b'<x xmlns="" b="2" a="1" z:c="&#9;&#10;q"/></e:static><e:mutable/></e:header>%s\n'
    b'  <e:body><e:TransferReceipt authenticate="true" ><e:ReceiptCode >0</e:ReceiptCode></e:TransferReceipt></e:body>'
    b"</e:ebicsRequest>"
)
TEMPLATE = (
    f'<e:AuthSignature><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{authsig.C14N}"/>'
    f'<ds:SignatureMethod Algorithm="{authsig.RSA_SHA256}"/><ds:Reference URI="{authsig.MARKED}"><ds:Transforms>'
    f'<ds:Transform Algorithm="{authsig.C14N}"/></ds:Transforms><ds:DigestMethod Algorithm="{authsig.SHA256}"/>'
    "<ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></e:AuthSignature>"
).encode()


def test_odd_documents_have_the_same_canonical_form(tmp_path: Path) -> None:
    """Prefixes, unused and repeated declarations, comments, references, blanks: we agree with xmlsec1."""
    world = World()
    anna = world.client("H004")
    data = signed_by_xmlsec(anna, ODD % TEMPLATE, tmp_path)
    for root in (etree.fromstring(data), etree.fromstring(data, etree.XMLParser(remove_comments=True))):
        authsig.verify(root, anna.protocol, anna.keys["X"].public.rsa)
