"""``identify`` and ``show`` name EBICS messages, with what can be read of them without a key."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

import statements
from statements.cli.main import run as command
from statements.ebics import client as ours
from statements.ebics import extra
from statements.ebics.describe import describe
from statements.ebics.names import PROTOCOLS
from statements.services.identify import identify
from tests.ebics.material import keyring
from tests.ebics.tampering import changed, text
from tests.ebics.test_structure import order_datas
from tests.ebics.world import HOST, World, ready_world


def said(data: bytes, lang: str = "en") -> dict[str, list[str]]:
    """The values by name."""
    found = describe(data)
    assert found is not None
    result: dict[str, list[str]] = {}
    for line in found.lines:
        result.setdefault(line.name, []).append(line.value.fr if lang == "fr" else line.value.en)
    return result


@pytest.mark.parametrize("version", PROTOCOLS)
def test_a_request_and_its_answer(version: str) -> None:
    """Version, order, step, who, what file; in the answer codes with their meaning, and that the data are encrypted."""
    world = ready_world()
    download = world.download(world.client(version))
    request = download.next() or b""
    found = said(request)
    assert found["order"][0].split(",")[0] == ("BTD" if version == "H005" else "FDL")
    assert found["file"] == ["EOP/mt940" if version == "H005" else "camt.fin.mt940.stm"]
    assert (found["host"], found["partner"], found["user"]) == ([HOST], ["PARTNER1"], ["ANNA"])
    assert found["phase"] == ["Initialisation"]
    assert version in found["protocol"][0]
    answer = world.send(request)
    found = said(answer)
    assert found["code"] == ["000000 EBICS_OK: All went well."] * 2
    assert found["segment"] == ["1 of 1"]
    assert found["inside"] == ["order data, encrypted for who may read them"]
    download.feed(answer)
    receipt = said(download.next() or b"")
    assert receipt["receipt"] == ["0"]
    assert receipt["transaction"] == [download.transaction]
    again = said(world.send(request), "fr")
    assert again["code"][0].startswith("091103 EBICS_TX_MESSAGE_REPLAY: Le message a déjà été envoyé")
    upload = world.upload(world.client(version))
    assert said(upload.next() or b"")["inside"] == ["order data, encrypted for who may read them"]
    assert said(upload.next() or b"")["segment"] == ["1-1"]


@pytest.mark.parametrize("version", PROTOCOLS)
def test_keys_are_shown_with_the_hash_of_the_letter(version: str) -> None:
    """INI and HIA are not encrypted: role, version and hash of each certificate are told."""
    world = ready_world()
    client = world.client(version)
    ini, hia = (said(ours.key_request(client, order)) for order in ("INI", "HIA"))  # type: ignore[arg-type]
    hashes = {role: one.public.certificate_hash.upper() for role, one in keyring("anna").items()}
    assert ini["inside"] == ["SignaturePubKeyOrderData", f"signature key A005, SHA-256 {hashes['A']}"]
    assert hia["inside"][1:] == [
        f"authentication key X002, SHA-256 {hashes['X']}",
        f"encryption key E002, SHA-256 {hashes['E']}",
    ]


def test_other_pieces_of_ebics() -> None:
    """HEV, order data alone, and messages with faults."""
    world = World()
    assert said(ours.hev(HOST))["host"] == [HOST]
    versions = said(world.send(ours.hev(HOST)))
    assert versions["protocol"] == ["H003 (02.40)", "H004 (02.50)", "H005 (03.00)"]
    ready = ready_world()
    for version in PROTOCOLS:
        for name, data in order_datas(ready, ready.client(version)).items():
            found = describe(data)
            assert found is not None, name
            assert found.title.en == "EBICS order data"
    ini = ours.key_request(ready.client("H004"), "INI")
    assert "inside" not in said(changed(ini, "H004", text("OrderData", "AAAA")))
    odd = said(changed(ini, "H004", text("OrderType", "XXX")))
    assert odd["order"] == ["XXX"]
    assert "'AAA' is not of the type" in said(changed(ini, "H004", text("SecurityMedium", "AAA")))["fault"][0]
    refused = changed(world.send(ini), "H004", text("ReturnCode", "123456"))
    assert said(refused)["code"][0] == "123456"
    for nothing in (b"", b"<a/>", b"<a xmlns='urn:other'/>", b"<!DOCTYPE a><ebicsRequest/>"):
        assert describe(nothing) is None


def test_a_broken_certificate_has_no_hash() -> None:
    """The key is named all the same."""
    world = ready_world()
    data = order_datas(world, world.client("H005"))["INI data"]
    root = etree.fromstring(data)
    next(root.iter("{*}X509Certificate")).text = "%"
    assert said(etree.tostring(root))["inside"] == ["signature key A005"]


def test_the_command_names_and_shows_messages(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """``identify`` and ``show``, text and JSON, English and French."""
    world = ready_world()
    request = world.download(world.client("H004")).next() or b""
    world.send(request)
    path = tmp_path / "answer.xml"
    path.write_bytes(world.send(request))
    identity = identify(path.read_bytes())
    assert (identity.format, identity.version, identity.taken) == ("ebics", "H004", False)
    assert command(["identify", str(path), "--lang", "en"]) == 0
    assert "091103 EBICS_TX_MESSAGE_REPLAY" in capsysbinary.readouterr().out.decode()
    assert command(["show", str(path), "--lang", "fr"]) == 0
    shown = capsysbinary.readouterr().out.decode()
    assert shown.startswith("réponse EBICS")
    assert "Le message a déjà été envoyé" in shown
    assert command(["show", str(path), "--format", "json"]) == 0
    document = json.loads(capsysbinary.readouterr().out.decode())
    assert document["format"] == "ebics"
    assert {"name": "phase", "value": "Initialisation"} in document["said"]


WITHOUT = """
import sys
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "cryptography":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Gone())
"""


def run(code: str) -> str:
    """What a program prints in a process of its own."""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


def test_messages_are_named_without_the_extra(tmp_path: Path) -> None:
    """Reading the structure needs no cryptography."""
    world = ready_world()
    path = tmp_path / "ini.xml"
    path.write_bytes(ours.key_request(world.client("H004"), "INI"))
    code = f"from statements.services.identify import identify\ndata = open({str(path)!r}, 'rb').read()\n"
    code += "print(identify(data).said[-1][2].en)"
    assert run(WITHOUT + code).startswith("signature key A005, SHA-256 ")


def test_importing_statements_imports_nothing_of_ebics() -> None:
    """Neither the room nor cryptography; the verbs over statements and payments do not need them."""
    code = "import sys, statements, statements.cli.main, statements.services.convert, statements.services.validate\n"
    code += "print([name for name in sys.modules if name.startswith(('statements.ebics', 'cryptography'))])"
    assert run(code) == "[]"
    assert statements.__version__


def test_the_extra_is_there_or_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process too."""
    extra.require()
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    with pytest.raises(extra.ExtraMissingError, match="optional part 'ebics'") as found:
        extra.require()
    assert "partie facultative" in found.value.text.fr


def test_the_extra_is_named_where_it_is_missing() -> None:
    """Who needs it and has it not is told how to install it, in both languages."""
    code = """
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "cryptography" else find(name, package)
from statements.ebics import extra
try:
    extra.require()
except ImportError as fault:
    print(fault.text.en)
    print(fault.text.fr)
"""
    english, french = run(code).split("\n")
    assert "pip install 'statements[ebics]'" in english
    assert "pip install 'statements[ebics]'" in french
