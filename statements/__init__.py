"""Bank statement converter and payment file validator for the files that Qonto exchanges over EBICS.

    >>> import statements
    >>> outcome = statements.read(data)                           # doctest: +SKIP
    >>> files = statements.convert(outcome.value, to="mt940")     # doctest: +SKIP
    >>> report = statements.validate(data)                        # doctest: +SKIP

Importing this module loads nothing heavy: each name is fetched when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from statements.findings import Finding, InvalidFile, Outcome, Report, Severity
    from statements.services.convert import convert
    from statements.services.identify import identify
    from statements.services.read import read
    from statements.services.validate import validate

__version__ = "0.1.0"

__all__ = [
    "Finding",
    "InvalidFile",
    "Outcome",
    "Report",
    "Severity",
    "__version__",
    "convert",
    "identify",
    "read",
    "validate",
]

_HOMES = {
    "Finding": "statements.findings",
    "InvalidFile": "statements.findings",
    "Outcome": "statements.findings",
    "Report": "statements.findings",
    "Severity": "statements.findings",
    "convert": "statements.services.convert",
    "identify": "statements.services.identify",
    "read": "statements.services.read",
    "validate": "statements.services.validate",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'statements' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
