"""Bank statement converter and payment file validator for the files that Qonto exchanges over EBICS.

    >>> import statements
    >>> outcome = statements.read(data)                           # doctest: +SKIP
    >>> files = statements.convert(outcome.value, to="mt940")     # doctest: +SKIP
    >>> report = statements.validate(data)                        # doctest: +SKIP

Importing this module loads nothing heavy: each name is fetched when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from statements.findings import Finding, InvalidFile, Outcome, Profile, Report
    from statements.model.account import Account, Party
    from statements.model.money import Money
    from statements.model.payment import PaymentInitiation
    from statements.model.statement import Balance, Entry, Statement
    from statements.plugins import load_plugins
    from statements.rules import Severity
    from statements.services.convert import convert
    from statements.services.identify import identify
    from statements.services.many import ConversionJob, convert_many
    from statements.services.mend import Mended, mend
    from statements.services.read import read
    from statements.services.split import split
    from statements.services.validate import validate

__version__ = "0.1.0"

__all__ = [
    "Account",
    "Balance",
    "ConversionJob",
    "Entry",
    "Finding",
    "InvalidFile",
    "Mended",
    "Money",
    "Outcome",
    "Party",
    "PaymentInitiation",
    "Profile",
    "Report",
    "Severity",
    "Statement",
    "__version__",
    "convert",
    "convert_many",
    "identify",
    "load_plugins",
    "mend",
    "read",
    "split",
    "validate",
]

_HOMES = {
    "Account": "statements.model.account",
    "Balance": "statements.model.statement",
    "ConversionJob": "statements.services.many",
    "Entry": "statements.model.statement",
    "Finding": "statements.findings",
    "InvalidFile": "statements.findings",
    "Mended": "statements.services.mend",
    "Money": "statements.model.money",
    "Outcome": "statements.findings",
    "Party": "statements.model.account",
    "PaymentInitiation": "statements.model.payment",
    "Profile": "statements.findings",
    "Report": "statements.findings",
    "Severity": "statements.rules",
    "Statement": "statements.model.statement",
    "convert": "statements.services.convert",
    "convert_many": "statements.services.many",
    "identify": "statements.services.identify",
    "load_plugins": "statements.plugins",
    "mend": "statements.services.mend",
    "read": "statements.services.read",
    "split": "statements.services.split",
    "validate": "statements.services.validate",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'statements' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "formats", "services"]
