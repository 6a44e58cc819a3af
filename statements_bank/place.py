"""A bank in a folder: where its database is, its passphrase, the certificate of its TLS.

``bank.toml`` names the store; the passphrase lies beside it, readable by its owner alone, unless another file is named.
"""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import os
import secrets
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from statements_bank.bank import Bank, Settings, make, open_bank
from statements_bank.errors import DeskError
from statements_bank.store import Store


class Place(msgspec.Struct, frozen=True):
    """A folder with a bank in it, or for one."""

    folder: Path
    passphrase_file: Path | None = None

    @property
    def configuration(self) -> Path:
        """The file that names the store."""
        return self.folder / "bank.toml"

    @property
    def certificate(self) -> Path:
        """The TLS certificate (PEM); tools that check it must be told to trust it."""
        return self.folder / "tls.crt"

    @property
    def tls_key(self) -> Path:
        """The private key of the TLS certificate."""
        return self.folder / "tls.key"

    def passphrase(self) -> str:
        """The passphrase; refused when other people can read its file."""
        path = self.passphrase_file or self.folder / "passphrase"
        try:
            if os.name == "posix" and path.stat().st_mode & 0o077:
                raise DeskError(
                    f"{path} can be read by other people: chmod 600 {path}",
                    f"{path} peut être lu par d'autres personnes\u00a0: chmod 600 {path}",
                )
            return path.read_text("utf-8").strip()
        except FileNotFoundError:
            raise DeskError(
                f"{path} with the bank's passphrase is missing.",
                f"{path}, qui contient la phrase secrète de la banque, manque.",
            ) from None

    def create(
        self, *, host_id: str, name: str, url: str, plan: str, now: datetime.datetime, store: str | None = None
    ) -> None:
        """Make the folder, its secrets and the bank. Raises :class:`DeskError` when there is one."""
        if self.configuration.exists():
            raise DeskError(f"There is a bank in {self.folder}.", f"Il y a déjà une banque dans {self.folder}.")
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.passphrase_file is None and not (self.folder / "passphrase").exists():
            _private_file(self.folder / "passphrase", secrets.token_urlsafe(24).encode("ascii") + b"\n")
        if not self.certificate.exists():
            certificate, key = tls_certificate(now)
            _private_file(self.tls_key, key)
            self.certificate.write_bytes(certificate)
        address = store or str(self.folder / "bank.sqlite")
        opened = Store(address)
        make(opened, self.passphrase(), host_id=host_id, name=name, url=url, plan=plan, now=now)
        opened.close()
        written = "" if store is None else f'store = "{store}"\n'
        _private_file(self.configuration, f"# The store of this trial bank.\n{written}".encode())

    def upgrade(self) -> None:
        """Bring the tables of the bank in this folder to the version of the program."""
        store = self._store()
        store.upgrade()
        store.close()

    def open(self, clock: Callable[[], datetime.datetime], settings: Settings = Settings()) -> Bank:  # noqa: B008
        """The bank. Raises :class:`DeskError` where there is none."""
        return open_bank(
            self._store(),
            self.passphrase(),
            clock=clock,
            tls_fingerprint=fingerprint(self.certificate.read_bytes()),
            settings=settings,
        )

    def _store(self) -> Store:
        try:
            configuration = tomllib.loads(self.configuration.read_text("utf-8"))
        except FileNotFoundError:
            raise DeskError(
                f"There is no bank in {self.folder}; make one with 'statements bank init'.",
                f"Il n'y a pas de banque dans {self.folder}\u00a0; créez-la avec «\u00a0statements bank init\u00a0».",
            ) from None
        return Store(configuration.get("store", str(self.folder / "bank.sqlite")))


def tls_certificate(now: datetime.datetime) -> tuple[bytes, bytes]:
    """A self-signed certificate for loopback and its key, both PEM: names 127.0.0.1, ::1 and localhost, two years."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Trial bank on this machine")])
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=730))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def fingerprint(pem: bytes) -> str:
    """SHA-256 of a certificate (DER), in small hexadecimal digits."""
    der = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    return hashlib.sha256(der).hexdigest()


def _private_file(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
