"""fintech and ebicsclient (PyPI): real clients whose licences are not free, tried only where somebody installed them.

``make clients`` installs and runs them; nothing of the project needs them.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from statements_bank.running import RunningBank

pytestmark = pytest.mark.long


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    """A running bank."""
    running = RunningBank(tmp_path / "bank")
    running.start()
    yield running
    running.stop()


@pytest.mark.parametrize("version", ["H003", "H004", "H005"])
@pytest.mark.parametrize("by_files", [False, True], ids=["INI-HIA", "three-files"])
def test_fintech(bank: RunningBank, tmp_path: Path, fixtures: Path, version: str, by_files: bool) -> None:
    """Certificates, keys either way, HPB with its hashes, both statements byte for byte, a payment, SPR."""
    fintech = pytest.importorskip("fintech", reason="fintech is not installed (its licence restricts its use)")
    with contextlib.suppress(RuntimeError):
        # Once in a process.
        fintech.register()
    from fintech.ebics import (
        BusinessTransactionFormat,
        EbicsBank,
        EbicsClient,
        EbicsKeyRing,
        EbicsTechnicalError,
        EbicsUser,
    )

    numbers = itertools.count()

    class OwnBank(EbicsBank):  # type: ignore[misc]
        """In 2.4 the client makes the order ids."""

        def _next_order_id(self, partnerid: str) -> str:
            return f"A{next(numbers):03d}"

    ring = EbicsKeyRing(keys=str(tmp_path / "keys"), passphrase="tests only")
    own = OwnBank(keyring=ring, hostid=bank.host_id, url=bank.url)
    user = EbicsUser(keyring=ring, partnerid=bank.partner_id, userid=bank.user_id, transport_only=True)
    user.create_keys(keyversion="A006", bitlength=2048)
    user.create_certificates(commonName="ERP", countryName="FR")
    client = EbicsClient(own, user, version=version)
    client.check_ssl_certificates = False
    if by_files:
        bank.register(
            ["".join(chain).encode() for chain in user.export_certificates().values()], signature_version="A006"
        )
    else:
        client.INI()
        client.HIA()
    bank.release()
    client.HPB()
    own.activate_keys()
    bank.feed()
    if version == "H005":
        mt940 = BusinessTransactionFormat("EOP", "mt940")
        cfonb = BusinessTransactionFormat("EOP", "cfonb120")
        assert client.BTD(mt940) == bank.statements("mt940")
        assert client.BTD(cfonb) == bank.statements("cfonb120")
    else:
        assert client.FDL("camt.fin.mt940.stm", country="FR") == bank.statements("mt940")
        assert client.FDL("camt.xxx.cfonb120.stm", country="FR") == bank.statements("cfonb120")
    # It refuses the same document twice in a process.
    unique = f"<MsgId>{version}-{by_files}-".encode()
    payment = (fixtures / "pain001" / "clean-03.xml").read_bytes().replace(b"<MsgId>", unique, 1)
    if version == "H005":
        order = client.BTU(BusinessTransactionFormat("SCT", "pain.001"), payment)
    else:
        order = client.FUL("pain.001.001.03.sct", payment, country="FR")
    (upload,) = bank.uploads()
    assert upload.state == "awaiting"
    assert bank.upload(upload.id).content == payment
    assert order in (upload.order_id, None) or version == "H003"
    bank.disconnect()
    with pytest.raises(EbicsTechnicalError, match=r"061001|AUTHENTICATION"):
        client.HTD()


def test_ebicsclient(bank: RunningBank, fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """3.0 only: keys, HPB pinned to the letter's hashes, both statements byte for byte, a payment."""
    ebicsclient = pytest.importorskip("ebicsclient", reason="ebicsclient is not installed (noncommercial licence)")
    monkeypatch.setenv("SSL_CERT_FILE", str(bank.tls_certificate))
    assert os.environ["SSL_CERT_FILE"]
    own = ebicsclient.Bank(host_id=bank.host_id, url=bank.url)
    user = ebicsclient.User(partner_id=bank.partner_id, user_id=bank.user_id)
    client = ebicsclient.Client(own, user, ebicsclient.generate_keyring())
    client.ini()
    client.hia()
    bank.release()
    client.hpb()
    bank.feed()
    btf = ebicsclient.BusinessTransactionFormat
    assert client.download(btf(service_name="EOP", message_name="mt940")) == bank.statements("mt940")
    assert client.download(btf(service_name="EOP", message_name="cfonb120")) == bank.statements("cfonb120")
    payment = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    client.upload(btf(service_name="SCT", message_name="pain.001", message_version="03"), payment)
    assert bank.upload(bank.uploads()[0].id).content == payment
