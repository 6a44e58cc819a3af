"""The four profiles as data: how a file is written, and how strictly one is read.

>>> PROFILES["qonto"].settings["statement_number"], PROFILES["swift"].settings["page_limit"]
('yyddd', 2000)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from statements.findings import Profile
from statements.profiles import YES_OR_NO, SettingError
from statements.rules import Text

DEFAULT = "qonto"

_COMMON: dict[str, Any] = {
    "envelope": False,
    "eol": "crlf",
    "account": "iban",
    "statement_number": "yyddd",
    "page_limit": 0,
    "narrative": "slash",
    "operation_code": True,
    "original_amount": True,
    "available_balances": True,
    "empty_periods": True,
    "empty_narrative": "omit",
    "receiver": "XXXXXXXXXXXX",
}
"""Settings of the writer. ``eol``: crlf, lf. ``account``: iban, 25p (with the BIC on a second line), blz (bank code and
account of a German IBAN). ``statement_number``: yyddd, ddd, or the number of the first statement of each account.
``page_limit``: characters of a message, 0 for one message a statement. ``narrative``: slash, german.
``empty_narrative``: what stands in the ``:86:`` of an entry without a text: omit (no field), operation, dash.
``operation_code``: /TRCD/ in subfield 9. ``original_amount``: /OCMT/ in subfield 9. ``receiver``: 12 characters."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "eol": ("crlf", "lf"),
    "account": ("iban", "25p", "blz"),
    "narrative": ("slash", "german"),
    "empty_narrative": ("omit", "operation", "dash"),
}
"""The settings that are one of a few words."""


def _profile(name: str, **settings: Any) -> Profile:
    return Profile(name=name, base=name, settings={**_COMMON, **settings})


PROFILES: Mapping[str, Profile] = {
    "qonto": _profile("qonto"),
    "swift": _profile("swift", statement_number="ddd", page_limit=2000),
    "german": _profile("german", narrative="german", operation_code=False),
    "blocks": _profile("blocks", envelope=True, statement_number="ddd", page_limit=2000),
}
"""``qonto`` for French ERP and treasury tools, ``swift`` as the standard asks, ``german`` for German readers,
``blocks`` with the SWIFT envelope. Reading in ``swift`` and ``blocks`` makes errors of the repairs."""


def get_profile(profile: str | Profile, settings: Mapping[str, Any] | None = None) -> Profile:
    """The profile by name, or the one given, with settings changed.

    Raises ``ValueError`` for an unknown name, an unknown setting, or a value a setting does not take.

        >>> get_profile("qonto", {"page_limit": "2000"}).settings["page_limit"]
        2000
    """
    if isinstance(profile, str):
        if profile not in PROFILES:
            raise ValueError(f"no MT940 profile {profile!r}; known: {', '.join(PROFILES)}")
        profile = PROFILES[profile]
    values = dict(profile.settings)
    for name, value in {**values, **(settings or {})}.items():
        values[name] = _typed(name, value)
    return Profile(
        name=profile.name,
        base=profile.base,
        settings=values,
        severities=profile.severities,
        reasons=profile.reasons,
        repairs=profile.repairs,
    )


_WORDS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def _typed(name: str, value: Any) -> Any:
    if name == "line_end":
        name = "eol"
    if name not in _COMMON:
        raise ValueError(f"no setting {name!r} in an MT940 profile; known: {', '.join(_COMMON)}")
    default = _COMMON[name]
    if isinstance(default, bool):
        if isinstance(value, str) and value.lower() in _WORDS:
            return _WORDS[value.lower()]
        if not isinstance(value, bool):
            raise SettingError(name, value, YES_OR_NO)
    elif isinstance(default, int):
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not (value == 0 or value >= 1_000):
            raise SettingError(name, value, Text("0 or at least 1000", "0 ou au moins 1000"))
    elif name == "statement_number":
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value not in ("yyddd", "ddd") and not (isinstance(value, str) and value.isascii() and value.isdigit()):
            raise SettingError(name, value, Text("yyddd, ddd or a number", "yyddd, ddd ou un nombre"))
    elif name in CHOICES:
        if not isinstance(value, str) or value.lower() not in CHOICES[name]:
            raise SettingError(name, value, Text(" | ".join(CHOICES[name])))
        value = value.lower()
    elif name == "receiver" and (not isinstance(value, str) or len(value) != 12 or not value.isalnum()):
        raise SettingError(name, value, Text("12 letters or digits", "12 lettres ou chiffres"))
    return value
