"""The installed wheel with the extra `bank`, far from the checkout: a demonstration bank, one client, one download, one
approved payment.

Run in a folder that holds copies of fixtures/ and tests/ and nothing of the program; painfree is the client.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from painfree import ebics3

import statements
import statements_bank

sys.path.insert(0, ".")
from tests.bank.clients import Painfree, post

for package in (statements, statements_bank):
    home = Path(package.__file__).resolve()
    assert Path(sys.prefix).resolve() in home.parents, f"not the installed package: {home}"

PORT = "18443"
FOLDER = Path("trial-bank")


def command(*arguments: str) -> str:
    """A verb of the command; its output."""
    done = subprocess.run(["statements", "bank", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


demo = subprocess.Popen(
    ["statements", "bank", "demo", "--at", str(FOLDER), "--port", PORT], stdout=subprocess.PIPE, text=True
)
try:
    assert demo.stdout is not None
    data: dict[str, str] = {}
    while "tls_certificate" not in data:
        name, _, value = demo.stdout.readline().partition(" = ")
        data[name] = value.strip()

    def release() -> None:
        """The desk releases the keys by their hashes."""
        hashes = []
        for role, own in (("signature", client.a), ("authentication", client.x), ("encryption", client.e)):
            hashes += [f"--{role}", own.certificate_hash if hasattr(own, "certificate_hash") else _hash(own)]
        command("release", data["partner_id"], *hashes, "--as", "claire", "--at", str(FOLDER))

    def _hash(key: object) -> str:
        from cryptography.hazmat.primitives.hashes import SHA256

        return key.certificate.fingerprint(SHA256()).hex()  # type: ignore[attr-defined]

    def public_keys() -> list[SimpleNamespace]:
        """The hashes of the bank's keys, from the letter's data."""
        return [
            SimpleNamespace(
                role=role, key=SimpleNamespace(certificate_hash=data[f"bank_{role.lower()}_certificate_sha256"])
            )
            for role in ("X", "E")
        ]

    bank = SimpleNamespace(
        url=data["url"],
        host_id=data["host_id"],
        partner_id=data["partner_id"],
        user_id=data["user_id"],
        tls_certificate=data["tls_certificate"],
        release=release,
        bank=SimpleNamespace(public_keys=public_keys),
    )
    client = Painfree(bank)  # type: ignore[arg-type]
    for _ in range(200):
        try:
            post(bank.url, bank.tls_certificate, b"<x/>")
            break
        except OSError:
            time.sleep(0.1)
    client.initialise()
    statement = b""
    for _ in range(100):
        try:
            statement = client.download(ebics3.Service("EOP", "cfonb120"))
            break
        except Exception:
            # The demonstration queues its month a moment after the release.
            time.sleep(0.2)
    assert statement.startswith(b"01"), statement[:20]
    client.upload(Path("fixtures/pain001/clean-03.xml").read_bytes())
    assert "awaiting approval" in command("pending", "--at", str(FOLDER))
    command("approve", "1", "--as", "claire", "--at", str(FOLDER))
    assert "approved" in command("pending", "--at", str(FOLDER))
    command("doctor", "--at", str(FOLDER))
finally:
    demo.terminate()
    demo.wait(20)
print("trial bank from the wheel: one client, one download, one approved payment")
