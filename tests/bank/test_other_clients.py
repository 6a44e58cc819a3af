"""Real clients of other makers over TLS on loopback: ebics-client (npm) and AqBanking (Debian).

painfree is in ``test_wire``. What a client cannot do is listed in ``docs/ebics/clients.md``, not hidden.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from statements_bank.bank import Settings
from statements_bank.running import RunningBank
from statements_bank.store.tables import JOURNAL

pytestmark = pytest.mark.long

NODE = Path(__file__).parent / "node"


@pytest.fixture
def plain_bank(tmp_path: Path) -> Iterator[RunningBank]:
    """A bank that takes keys without certificates, for tools that have none."""
    running = RunningBank(tmp_path / "bank", Settings(plain_keys=True))
    running.start()
    yield running
    running.stop()


@pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules" / "ebics-client").is_dir(),
    reason="ebics-client (npm) is not installed; continuous integration installs it",
)
def test_ebics_client_of_npm(plain_bank: RunningBank, fixtures: Path) -> None:
    """INI, HIA, HPB, FDL and FUL in H004: the statement byte for byte, the payment but for its line ends."""
    payment = (fixtures / "pain001" / "clean-03.xml").read_bytes()
    config = {
        "url": plain_bank.url,
        "hostId": plain_bank.host_id,
        "partnerId": plain_bank.partner_id,
        "userId": plain_bank.user_id,
        "fileFormat": "camt.xxx.cfonb120.stm",
        "payment": base64.b64encode(payment).decode(),
    }
    process = subprocess.Popen(
        ["node", "client.cjs", json.dumps(config)],
        cwd=NODE,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(plain_bank.tls_certificate)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        said = json.loads(process.stdout.readline())
        assert said == {"step": "keys"}, said
        plain_bank.release()
        plain_bank.feed()
        process.stdin.write("released\n")
        process.stdin.flush()
        said = json.loads(process.stdout.readline())
        assert said["step"] == "download", said
        assert base64.b64decode(said["data"]) == plain_bank.statements("cfonb120")
        said = json.loads(process.stdout.readline())
        assert said["step"] == "upload", said
    finally:
        process.kill()
        process.wait()
    (order,) = plain_bank.uploads()
    assert (order.state, order.order_id) == ("awaiting", said["orderId"])
    # It removes line ends from what it sends.
    assert plain_bank.upload(order.id).content == payment.replace(b"\r", b"").replace(b"\n", b"")


def test_keys_without_certificates_are_refused_by_a_french_bank(tmp_path: Path) -> None:
    """Without that setting the same client gets 091217 at its first message."""
    if shutil.which("node") is None or not (NODE / "node_modules" / "ebics-client").is_dir():
        pytest.skip("ebics-client (npm) is not installed; continuous integration installs it")
    running = RunningBank(tmp_path / "bank")
    running.start()
    try:
        config = {"url": running.url, "hostId": running.host_id, "partnerId": running.partner_id}
        process = subprocess.run(
            ["node", "client.cjs", json.dumps({**config, "userId": running.user_id})],
            cwd=NODE,
            env={**os.environ, "NODE_EXTRA_CA_CERTS": str(running.tls_certificate)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "091217" in process.stdout
    finally:
        running.stop()


def aqbanking(folder: Path, *command: str | Path) -> None:
    """A program of AqBanking on a terminal of its own: the PIN where it asks, yes to the bank's certificate."""
    pexpect = pytest.importorskip("pexpect", reason="pexpect is not installed")
    environment = {**os.environ, "HOME": str(folder), "LC_ALL": "C", "TERM": "dumb"}
    first, *others = map(str, command)
    child = pexpect.spawn(first, others, env=environment, encoding="utf-8", timeout=60, cwd=str(folder))
    said = []
    asked = ["Input: ", "Again: ", "Please enter your choice: ", pexpect.EOF]
    while (answer := child.expect(asked)) != asked.index(pexpect.EOF):
        said.append(child.before)
        child.sendline("1" if answer == 2 else "testpin")
    said.append(child.before)
    child.close()
    assert child.exitstatus == 0, "".join(said)


@pytest.mark.skipif(
    shutil.which("aqebics-tool") is None or shutil.which("gct-tool") is None,
    reason="AqBanking (aqbanking-tools, gwenhywfar-tools) is not installed; continuous integration installs it",
)
def test_aqbanking_manages_its_keys_in_2_4(plain_bank: RunningBank, tmp_path: Path) -> None:
    """INI, HIA, HPB, HPD, HKD, HTD in H003 with keys without certificates. It knows no FileFormat, so no files."""
    token, settings = tmp_path / "token.ct", tmp_path / "aqbanking"
    aqbanking(tmp_path, "gct-tool", "create", "-t", "ohbci", "-n", token)
    tool: tuple[str | Path, ...] = ("aqebics-tool", "-D", settings, "-A")
    aqbanking(
        tmp_path, *tool, "adduser", "-t", "ohbci", "-n", token, "-s", plain_bank.url, "-H", plain_bank.host_id,
        "-c", plain_bank.partner_id, "-u", plain_bank.user_id, "-N", "Tests", "-E", "H003",
        "--context=1", "-b", "99990000",
    )  # fmt: skip
    aqbanking(tmp_path, *tool, "createkeys", "-u", "1")
    aqbanking(tmp_path, *tool, "sendkeys", "-u", "1")
    plain_bank.release()
    aqbanking(tmp_path, *tool, "getkeys", "-u", "1")
    aqbanking(tmp_path, *tool, "getaccounts", "-u", "1")
    with plain_bank.bank.store.begin() as connection:
        rows = connection.execute(select(JOURNAL.c.what, JOURNAL.c.code).order_by(JOURNAL.c.seq)).all()
    told = [(row.what, row.code) for row in rows]
    assert told[:3] == [("INI H003", "000000"), ("HIA H003", "000000"), ("HPB H003", "000000")]
    # It takes the data and answers with receipt 1: nothing of an administrative order is consumed.
    assert told[3:] == [
        (f"{order} {phase} H003", code)
        for order in ("HPD", "HKD", "HTD")
        for phase, code in (("Initialisation", "000000"), ("Receipt", "011001"))
    ]
