"""Where the key comes from, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from statements.fetch import Credentials, FetchError
from statements.fetch.credentials import load
from tests.fetch.bank import LOGIN, SECRET, STAGING, TOKEN

KEY = {"QONTO_LOGIN": LOGIN, "QONTO_SECRET_KEY": SECRET}


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, values: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self.values = values

    def get_password(self, service: str, username: str) -> str | None:
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.PasswordSetError

    def delete_password(self, service: str, username: str) -> None:
        raise keyring.errors.PasswordDeleteError


class Locked(Ring):
    """A keyring that nobody can open."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], str]:
    """An empty keyring, whatever this machine has."""
    values: dict[tuple[str, str], str] = {}
    before = keyring.get_keyring()
    keyring.set_keyring(Ring(values))
    monkeypatch.setattr(keyring, "_before", before, raising=False)
    return values


def headers(credentials: Credentials) -> dict[str, str]:
    """What would be sent to the sandbox."""
    return credentials.headers(sandbox=True)


def private(path: Path, text: str) -> Path:
    """A file for its owner only."""
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def test_the_environment(tmp_path: Path) -> None:
    """Login and secret key, or a token; the staging token for the sandbox."""
    assert headers(load(None, KEY, sandbox=False)) == {"Authorization": f"{LOGIN}:{SECRET}"}
    found = load(None, {"QONTO_TOKEN": f" {TOKEN}\n", "QONTO_STAGING_TOKEN": STAGING}, sandbox=True)
    assert headers(found) == {"Authorization": f"Bearer {TOKEN}", "X-Qonto-Staging-Token": STAGING}


def test_a_file_of_the_owner_s(tmp_path: Path) -> None:
    """A file that is named goes before the environment."""
    path = private(tmp_path / "key.toml", f'login = "{LOGIN}"\nsecret_key = "{SECRET}"\n')
    assert headers(load(path, {"QONTO_TOKEN": TOKEN}, sandbox=False)) == {"Authorization": f"{LOGIN}:{SECRET}"}


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such rights of files")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """And the sentence says how to mend it."""
    path = private(tmp_path / "key.toml", f'login = "{LOGIN}"\nsecret_key = "{SECRET}"\n')
    path.chmod(mode)
    with pytest.raises(FetchError) as caught:
        load(path, KEY, sandbox=False)
    assert caught.value.kind == "credentials-open"


@pytest.mark.parametrize(
    "text",
    [f"login = {SECRET}", f'password = "{SECRET}"', "login = 7", f'[qonto]\nsecret_key = "{SECRET}"', "\x00"],
)
def test_a_file_of_another_form_is_refused_without_its_words(tmp_path: Path, text: str) -> None:
    """What a TOML reader says may quote the secret: it is not passed on."""
    with pytest.raises(FetchError) as caught:
        load(private(tmp_path / "key.toml", text), KEY, sandbox=False)
    assert caught.value.kind == "credentials-form"
    assert SECRET not in repr(caught.value)
    assert caught.value.__context__ is None


def test_a_file_that_is_not_there_or_holds_too_little(tmp_path: Path) -> None:
    """Each has its sentence."""
    for path, kind in [
        (tmp_path / "none.toml", "credentials-unreadable"),
        (tmp_path, "credentials-unreadable"),
        (private(tmp_path / "half.toml", f'login = "{LOGIN}"'), "no-credentials-in"),
        (private(tmp_path / "blank.toml", f'login = "{LOGIN}"\nsecret_key = "  "'), "no-credentials-in"),
    ]:
        with pytest.raises(FetchError) as caught:
            load(path, KEY, sandbox=False)
        assert caught.value.kind == kind


@pytest.mark.parametrize("value", ["two\nlines", "two\r\nlines", "accentué", "zero\x00"])
def test_a_secret_that_would_break_a_header_is_refused(value: str) -> None:
    """A line break in a header would be a header of its own."""
    with pytest.raises(FetchError) as caught:
        load(None, {**KEY, "QONTO_SECRET_KEY": value}, sandbox=False)
    assert caught.value.kind == "bad-credential"
    assert value not in repr(caught.value)


def test_the_keyring(ring: dict[tuple[str, str], str]) -> None:
    """One service for production, another for the sandbox; asked only when the environment has no key."""
    ring["statements-qonto", "login"] = LOGIN
    ring["statements-qonto", "secret_key"] = SECRET
    assert headers(load(None, {}, sandbox=False)) == {"Authorization": f"{LOGIN}:{SECRET}"}
    with pytest.raises(FetchError) as caught:
        load(None, {}, sandbox=True)
    assert caught.value.kind == "no-credentials"
    ring["statements-qonto-sandbox", "token"] = TOKEN
    assert headers(load(None, {"QONTO_STAGING_TOKEN": STAGING}, sandbox=True))["Authorization"] == f"Bearer {TOKEN}"


def test_a_keyring_that_stays_locked_is_no_key() -> None:
    """The message names the other ways."""
    keyring.set_keyring(Locked({}))
    with pytest.raises(FetchError) as caught:
        load(None, {}, sandbox=False)
    assert caught.value.kind == "no-credentials"
