"""The built-in profiles of the payment check, and the rule book that they grade.

``iso``: is this a correct ISO message? ``sepa``: can it go through the SEPA scheme? ``qonto`` (the default): with the
limits that Qonto publishes, milder where only another country's guide stands behind a rule. The severities are
columns of ``rules.tsv``; the settings below are the parameters of its column ``params``.

    >>> sorted(PROFILES)
    ['iso', 'qonto', 'sepa']
    >>> rules()["P001-222"].severity("qonto")
    <Severity.ERROR: 'error'>
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from statements.findings import Profile
from statements.rules import RuleBook

DEFAULT = "qonto"

SETTINGS: Mapping[str, Any] = MappingProxyType(
    {
        # The envelope: a file of a million payments passes (519 bytes each), a file of 600 MB does not.
        "max_bytes": 536_870_912,
        "max_elements": 50_000_000,
        "max_depth": 256,
        "max_text": 10_000_000,
        # Amounts are decimal texts in euro; an empty one is no limit.
        "max_amount": "",
        "available_balance": "",
        "document_threshold": "30000",
        "instant_ceiling": "100000",
        # Counts and days.
        "max_transactions": 400,
        "max_payment_blocks": 0,
        "max_days_ahead": 364,
        "max_age_days": 30,
        "min_name_letters": 2,
        # Switches and words.
        "channel": "ebics",
        "one_date": False,
        "strict_duplicates": False,
        "eri": False,
        "bic_policy": "optional",
        "reachable_bics": (),
        "exact_codes": False,
    }
)
"""Settings of every built-in profile.

``channel`` is ``ebics`` or ``app``; ``bic_policy`` is ``optional``, ``required`` or ``forbidden_filler``;
``reachable_bics`` is a list of BICs; ``eri`` says that both banks take extended remittance;
``exact_codes`` writes AM19, AM20, AM16 and AM17 in place of the general reason codes of the totals.
"""

_AMOUNT = (r"(?:[0-9]{1,15}(?:\.[0-9]{1,2})?)?", "15000 | 15000.00")
_COUNT = ("[0-9]+", "0, 1, 2 …")

FORMS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "channel": ("ebics|app", "ebics|app"),
        "bic_policy": ("optional|required|forbidden_filler", "optional|required|forbidden_filler"),
        **dict.fromkeys(("max_amount", "available_balance", "document_threshold", "instant_ceiling"), _AMOUNT),
        **dict.fromkeys((name for name, value in SETTINGS.items() if type(value) is int), _COUNT),
    }
)
"""The forms of the settings: a limit that cannot be read would be no limit, and nobody would know."""

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {name: Profile(name=name, base=name, settings=SETTINGS, forms=FORMS) for name in ("iso", "sepa", "qonto")}
)


@lru_cache(maxsize=1)
def rules() -> RuleBook:
    """The rule book of pain.001, read once from the table beside this module."""
    return RuleBook.load("statements.formats.pain001")


def profile_of(profile: str | Profile) -> Profile:
    """A built-in profile by name, or the profile itself. Raises ``ValueError`` for a name that is unknown."""
    if isinstance(profile, Profile):
        return profile
    if profile not in PROFILES:
        raise ValueError(f"no profile {profile!r} of payments; known: {', '.join(sorted(PROFILES))}")
    return PROFILES[profile]
