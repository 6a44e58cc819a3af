"""Login, secret key and tokens: from the environment, a file of the owner's or the system's keyring, and nowhere else.

>>> credentials = Credentials(login="atelier-4821", secret="not-to-be-seen")
>>> credentials
Credentials(…)
>>> credentials.redact("the header was not-to-be-seen")
'the header was ***'
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from statements.fetch.errors import FetchError

VARIABLES: Mapping[str, str] = {
    "login": "QONTO_LOGIN",
    "secret": "QONTO_SECRET_KEY",
    "token": "QONTO_TOKEN",
    "staging": "QONTO_STAGING_TOKEN",
}
"""The environment variable of each value."""

MEMBERS: Mapping[str, str] = {
    "login": "login",
    "secret": "secret_key",
    "token": "token",
    "staging": "staging_token",
}
"""The member of the credentials file and the user name in the keyring."""

SERVICE = "statements-qonto"
"""The service name in the keyring; with ``-sandbox`` for the sandbox."""

_SHORTEST = 8
"""A shorter secret is searched for nowhere: it would be found in any text."""


class Credentials:
    """What proves who asks: an API key (login and secret) or a bearer token, and the sandbox's staging token.

    It shows itself to no one: ``repr`` and ``str`` say nothing, and it cannot be pickled.
    """

    __slots__ = ("_login", "_secret", "_staging", "_token")

    def __init__(self, *, login: str = "", secret: str = "", token: str = "", staging: str = "") -> None:
        self._login, self._secret, self._token, self._staging = login, secret, token, staging

    def __repr__(self) -> str:
        return "Credentials(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("credentials are not copied out of the process")

    def headers(self, *, sandbox: bool) -> dict[str, str]:
        """The headers of a call."""
        value = f"Bearer {self._token}" if self._token else f"{self._login}:{self._secret}"
        found = {"Authorization": value}
        if sandbox and self._staging:
            found["X-Qonto-Staging-Token"] = self._staging
        return found

    def redact(self, text: str) -> str:
        """The text without any of the secrets."""
        for secret in self._secrets():
            text = text.replace(secret, "***")
        return text

    def stands_in(self, data: bytes) -> bool:
        """Whether one of the secrets stands in the bytes."""
        return any(secret.encode() in data for secret in self._secrets())

    def _secrets(self) -> list[str]:
        return [value for value in (self._secret, self._token, self._staging) if len(value) >= _SHORTEST]


def load(path: Path | None, environment: Mapping[str, str], *, sandbox: bool) -> Credentials:
    """The credentials: of the file that is named, else of the environment, else of the keyring.

    Raises :class:`FetchError` when there are none, when a file may be read by others, or when a value cannot be sent.
    """
    if path is not None:
        return _checked(_of_file(path), str(path))
    found = {name: environment[variable] for name, variable in VARIABLES.items() if environment.get(variable)}
    if not _enough(found):
        found = {**_of_keyring(SERVICE + ("-sandbox" if sandbox else "")), **found}
    return _checked(found, "")


def _enough(found: Mapping[str, str]) -> bool:
    return bool(found.get("token") or (found.get("login") and found.get("secret")))


def _checked(found: Mapping[str, str], place: str) -> Credentials:
    values = {name: value.strip() for name, value in found.items()}
    for name, value in values.items():
        # A line break would add a header of its own; HTTP carries printable ASCII.
        if value and not (value.isascii() and value.isprintable()):
            raise FetchError("bad-credential", name=MEMBERS[name], variable=VARIABLES[name])
    if not _enough(values):
        raise FetchError("no-credentials-in" if place else "no-credentials", path=place)
    return Credentials(**values)


def _of_file(path: Path) -> dict[str, str]:
    fault = ""
    content = b""
    try:
        with path.open("rb") as stream:
            state = os.fstat(stream.fileno())
            # Windows has no such bits; there the rights of the user's folder hold.
            if os.name == "posix":
                if state.st_uid not in (os.geteuid(), 0):
                    fault = "credentials-owner"
                elif stat.S_IMODE(state.st_mode) & 0o077:
                    fault = "credentials-open"
            content = b"" if fault else stream.read(65_536)
    except OSError:
        fault = "credentials-unreadable"
    if fault:
        raise FetchError(fault, path=str(path))
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        # What the decoder says may quote the line, and the line may be the secret.
        table = {"": ""}
    known = {member: name for name, member in MEMBERS.items()}
    if any(key not in known or not isinstance(value, str) for key, value in table.items()):
        raise FetchError("credentials-form", path=str(path), known=", ".join(known))
    return {known[key]: value for key, value in table.items()}


def _of_keyring(service: str) -> dict[str, str]:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return {}
    found = {}
    for name, member in MEMBERS.items():
        try:
            value = keyring.get_password(service, member)
        except keyring.errors.KeyringError:
            # No keyring on this machine, or it stays locked: the message names the other ways.
            return {}
        if value:
            found[name] = value
    return found
