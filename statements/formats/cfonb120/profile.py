"""The profiles of CFONB-120, as data, and the two rule books.

Reading: ``standard`` applies the named repairs that the table marks ``on`` and reports each one; ``strict`` applies
none, and the same finding is an error. Writing: ``sepa`` (default) writes capitals of the SEPA character set,
``strict`` the narrower set of circular FBF 88/327.

Settings (each can be changed with ``--set``): ``eol`` ``crlf``, ``lf`` or ``none``; ``characters`` ``sepa`` or
``strict``; ``payer_account`` writes the payer's account of a received transfer (CPY), which the norm keeps secret;
``verify`` reads every file again before it is released.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from statements.findings import Location, Profile, Reporter
from statements.profiles import SettingError
from statements.rules import RuleBook, Severity, Text

_SETTINGS: Mapping[str, Any] = {"eol": "crlf", "characters": "sepa", "payer_account": False, "verify": True}

PROFILES: Mapping[str, Profile] = {
    "standard": Profile(name="standard", base="standard", settings=_SETTINGS),
    "sepa": Profile(name="sepa", base="standard", settings=_SETTINGS),
    "strict": Profile(name="strict", base="strict", settings={**_SETTINGS, "characters": "strict"}),
}
"""The built-in profiles: ``standard`` and ``strict`` to read, ``sepa`` and ``strict`` to write."""

READING = ("standard", "strict")
WRITING = ("sepa", "strict")

EOLS: Mapping[str, str] = {"crlf": "\r\n", "lf": "\n", "none": ""}

_PACKAGE = "statements.formats.cfonb120"


@lru_cache(maxsize=1)
def rules() -> RuleBook:
    """The rules of reading, ``C120-001`` …, with their repairs."""
    return RuleBook.load(_PACKAGE)


@lru_cache(maxsize=1)
def writer_rules() -> RuleBook:
    """The rules of writing, ``CNV-101`` … ``CNV-199``."""
    return RuleBook.load(_PACKAGE, "writer_rules.tsv")


def profile_of(profile: str | Profile, settings: Mapping[str, Any] | None = None) -> Profile:
    """A profile by name or as given, with settings changed. Raises ``ValueError`` for an unknown name or setting."""
    if isinstance(profile, str):
        if profile not in PROFILES:
            raise ValueError(f"unknown profile {profile!r}; CFONB-120 knows {', '.join(PROFILES)}")
        profile = PROFILES[profile]
    if not settings:
        return profile
    unknown = settings.keys() - _SETTINGS.keys()
    if unknown:
        raise ValueError(f"unknown setting {', '.join(sorted(unknown))}; CFONB-120 knows {', '.join(_SETTINGS)}")
    return msgspec.structs.replace(profile, settings={**profile.settings, **settings})


def eol_of(profile: Profile) -> str:
    """The characters between records. Raises ``ValueError`` for a setting ``eol`` that is none of the three."""
    name = str(profile.settings.get("eol", "crlf"))
    if name not in EOLS:
        raise SettingError("eol", name, Text(" | ".join(EOLS)))
    return EOLS[name]


def applies(profile: Profile, rule_id: str) -> bool:
    """Whether the named repair of a rule is applied: on by default outside ``strict``, or asked for by name."""
    rule = rules()[rule_id]
    if rule.repair in profile.repairs:
        return True
    return profile.base != "strict" and rule.columns["default"] == "on"


class Repairs:
    """Reports repairs for one profile.

    A repair that the caller asked for by name is applied in every profile and reported at its ordinary severity.
    """

    def __init__(self, reporter: Reporter, profile: Profile) -> None:
        self.reporter = reporter
        self._asked: dict[str, Severity | None] = {}
        self._applies: dict[str, bool] = {}
        for rule in rules():
            if rule.repair:
                self._applies[rule.id] = applies(profile, rule.id)
                if rule.repair in profile.repairs:
                    self._asked[rule.id] = rule.severities["standard"]

    def applied(self, rule_id: str) -> bool:
        """Whether the repair changes what is read. In ``strict`` it does not, unless asked for by name."""
        return self._applies[rule_id]

    def severity(self, rule_id: str) -> Severity | None:
        """The severity of a repair that the caller asked for; ``None`` for that of the profile."""
        return self._asked.get(rule_id)

    def report(
        self, rule_id: str, place: Location, *, found: str | None = None, expected: str | None = None, **values: str
    ) -> None:
        """Report that a repair was needed."""
        severity = self.severity(rule_id)
        self.reporter.add(rule_id, place, found=found, expected=expected, severity=severity, proposal=None, **values)
