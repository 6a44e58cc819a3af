"""The rule functions, in one explicit tuple for each area of the rule table; :data:`RULES` has them all, in order."""

from __future__ import annotations

from statements.formats.pain001.rules.accounts import ACCOUNTS
from statements.formats.pain001.rules.amounts import AMOUNTS, TOTALS
from statements.formats.pain001.rules.banks import BANKS
from statements.formats.pain001.rules.dates import DATES
from statements.formats.pain001.rules.parties import ADDRESSES, EMPTY_ELEMENTS, PARTIES
from statements.formats.pain001.rules.texts import CHARACTERS, REFERENCES, REMITTANCE
from statements.formats.pain001.rules.types import MESSAGE, TYPES
from statements.formats.pain001.silence import rules_of

RULES = rules_of(
    MESSAGE,
    TOTALS,
    REFERENCES,
    CHARACTERS,
    PARTIES,
    EMPTY_ELEMENTS,
    ACCOUNTS,
    BANKS,
    AMOUNTS,
    TYPES,
    DATES,
    ADDRESSES,
    REMITTANCE,
)
