"""What the pages of the formats share: settings of profiles, and the named repairs of a rule book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generators.markdown import code, table, text
from statements.findings import Profile
from statements.rules import Rule


def settings(profiles: Mapping[str, Profile]) -> str:
    """Every setting with its value in each built-in profile."""
    names = list(dict.fromkeys(name for profile in profiles.values() for name in profile.settings))
    rows = [(code(name), *(shown(profile.settings.get(name, "")) for profile in profiles.values())) for name in names]
    return table(("setting", *(code(name) for name in profiles)), rows)


def shown(value: Any) -> str:
    """A setting as it is typed after ``--set NAME=``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (tuple, list, frozenset)):
        return ",".join(str(each) for each in value) or "(none)"
    return str(value) if value != "" else "(none)"


def repairs(rules: Iterable[Rule]) -> str:
    """The tolerances that have a name, with the rule that reports each."""
    rows = [
        (code(rule.repair), rule.id, text(rule.message.en), text(rule.fix.en))
        for rule in rules
        if rule.repair not in ("", "-")
    ]
    return table(("repair", "reported by", "what is tolerated", "mending"), rows)
