"""``statements certs``: keys under a passphrase, both hashes as openssl prints them, faults in words, the letter."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from statements.cli.main import run

PASSPHRASE = "a passphrase for tests"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three keys and certificates, made once."""
    folder = tmp_path_factory.mktemp("certs")
    secret = folder / "passphrase"
    secret.write_text(PASSPHRASE + "\n", "utf-8")
    secret.chmod(0o600)
    code = run(["certs", "make", "-o", str(folder), "--name", "LES TROIS QUAIS", "--passphrase-file", str(secret)])
    assert code == 0
    return folder


def certificates(folder: Path) -> list[str]:
    """The three certificate files."""
    return [str(folder / f"{use}.crt") for use in ("signature", "authentication", "encryption")]


def test_keys_are_private_and_encrypted(made: Path) -> None:
    """A key file is readable by its owner alone and opens with the passphrase only."""
    for use in ("signature", "authentication", "encryption"):
        file = made / f"{use}.key"
        if os.name == "posix":
            assert file.stat().st_mode & 0o077 == 0
        with pytest.raises((TypeError, ValueError)):
            load_pem_private_key(file.read_bytes(), None)
        assert load_pem_private_key(file.read_bytes(), PASSPHRASE.encode()).key_size == 2048  # type: ignore[union-attr]


def test_what_was_made_is_good(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The check finds nothing, in text and in JSON."""
    assert run(["certs", "check", *certificates(made)]) == 0
    assert "The three certificates are good." in capsys.readouterr().out
    assert run(["certs", "check", *certificates(made), "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["good"] is True
    assert [item["roles"] for item in answer["certificates"]] == [["signature"], ["authentication"], ["encryption"]]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_hash_is_that_of_openssl(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Hash 2 is the fingerprint that openssl prints."""
    file = certificates(made)[0]
    command = ["openssl", "x509", "-in", file, "-noout", "-fingerprint", "-sha256"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.partition("=")[2].strip()
    assert run(["certs", "show", file, "--format", "json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["certificates"]
    assert shown["certificate_sha256"] == printed.replace(":", "").lower()


def test_a_missing_certificate_is_a_finding(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two of three end with exit code 1 and words, in French too."""
    assert run(["certs", "check", *certificates(made)[:2], "--lang", "fr"]) == 1
    assert "Le certificat (chiffrement) manque." in capsys.readouterr().out


def test_the_letter_holds_hashes_and_ids(made: Path, tmp_path: Path) -> None:
    """One page in either language with both hashes of each key; markup in a name stays text."""
    for lang, title in (("en", "EBICS initialisation letter"), ("fr", "initialisation EBICS")):
        file = tmp_path / f"{lang}.html"
        ids = ["--host-id", "TRIALBANK", "--partner-id", "P1", "--user-id", "U1", "--name", "<b>QUAIS</b>"]
        assert run(["certs", "letter", *certificates(made), *ids, "-o", str(file), "--lang", lang]) == 0
        page = file.read_text("utf-8")
        assert title in page
        assert "<b>QUAIS" not in page
        assert page.count('class="hash"') == 3 + 2 * 3


def test_a_letter_for_faulty_certificates_is_not_written(made: Path, tmp_path: Path) -> None:
    """No letter without three good certificates."""
    file = tmp_path / "letter.html"
    ids = ["--host-id", "H", "--partner-id", "P", "--user-id", "U"]
    assert run(["certs", "letter", certificates(made)[0], *ids, "-o", str(file)]) == 1
    assert not file.exists()


@pytest.mark.parametrize(
    ("words", "mode", "found"),
    [("short", 0o600, "at least 12 characters"), (PASSPHRASE, 0o644, "can be read by other people")],
)
@pytest.mark.skipif(os.name != "posix", reason="file rights are those of POSIX")
def test_a_weak_or_open_passphrase_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: str, mode: int, found: str
) -> None:
    """A short passphrase, or one that other people can read, makes no key."""
    secret = tmp_path / "secret"
    secret.write_text(words, "utf-8")
    secret.chmod(mode)
    out = tmp_path / "out"
    assert run(["certs", "make", "-o", str(out), "--name", "X", "--passphrase-file", str(secret)]) == 2
    assert found in capsys.readouterr().err
    assert not out.exists()


def test_nothing_is_overwritten(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Making again in the same folder is refused: the keys are not replaced."""
    before = (made / "signature.key").read_bytes()
    arguments = ["certs", "make", "-o", str(made), "--name", "X", "--passphrase-file", str(made / "passphrase")]
    assert run(arguments) == 2
    assert "--force" in capsys.readouterr().err
    assert (made / "signature.key").read_bytes() == before


def test_without_the_extra_the_command_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where cryptography is not installed, one sentence tells how to install it."""
    monkeypatch.setattr("statements.ebics.extra.find_spec", lambda name: None)
    assert run(["certs", "show", "x"]) == 2
    assert "statements[ebics]" in capsys.readouterr().err
