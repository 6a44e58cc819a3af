"""The rule functions, in one explicit tuple for each area of the rule table; :data:`RULES` has them all, in order.

A caller's own rule is a row with an id of another prefix and a :class:`RuleFunction`: see :func:`add_rule`.
"""

from __future__ import annotations

from statements.formats.pain001.profiles import rules as book
from statements.formats.pain001.rules.accounts import ACCOUNTS
from statements.formats.pain001.rules.amounts import AMOUNTS, TOTALS
from statements.formats.pain001.rules.banks import BANKS
from statements.formats.pain001.rules.dates import DATES
from statements.formats.pain001.rules.parties import ADDRESSES, EMPTY_ELEMENTS, PARTIES
from statements.formats.pain001.rules.texts import CHARACTERS, REFERENCES, REMITTANCE
from statements.formats.pain001.rules.types import MESSAGE, TYPES
from statements.formats.pain001.silence import RuleFunction, rules_of
from statements.rules import Rule

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

_own: list[RuleFunction] = []


def add_rule(row: Rule, function: RuleFunction) -> None:
    """Ask a rule of the caller's own in every check from now on. ``function`` reports the id of ``row``.

    Raises ``ValueError`` for an id that is taken or begins as ours do, and for a function that does not name it.
    """
    if row.id not in function.ids:
        raise ValueError(f"the function of {row.id} does not name it among its ids")
    book().add(row)
    _own.append(function)


def remove_rule(rule_id: str) -> None:
    """Forget a rule that was added."""
    book().discard(rule_id)
    _own[:] = [each for each in _own if rule_id not in each.ids]


def all_rules() -> tuple[RuleFunction, ...]:
    """The rules of the package, then those that were added."""
    return (*RULES, *_own)
