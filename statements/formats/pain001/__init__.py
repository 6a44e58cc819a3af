"""pain.001: SEPA credit transfer initiation, versions .02, .03 and .09: read it as data, check it before the upload.

The names are fetched when they are first used, so that looking at a profile loads no XML parser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from statements.formats.pain001.profiles import DEFAULT, PROFILES

if TYPE_CHECKING:
    from statements.formats.pain001.payment_json import to_json
    from statements.formats.pain001.reader import iter_read, read
    from statements.formats.pain001.validation import validate
    from statements.rules import RuleBook

    RULES: RuleBook

__all__ = ["DEFAULT", "PROFILES", "RULES", "iter_read", "read", "to_json", "validate"]

_HOMES = {
    "validate": "statements.formats.pain001.validation",
    "iter_read": "statements.formats.pain001.reader",
    "read": "statements.formats.pain001.reader",
    "to_json": "statements.formats.pain001.payment_json",
}


def __getattr__(name: str) -> Any:
    if name == "RULES":
        from statements.formats.pain001.profiles import rules as book

        return book()
    if name not in _HOMES:
        raise AttributeError(f"module 'statements.formats.pain001' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
