"""The rule functions, one module for each area of the rule table. Importing this package registers them all."""

from __future__ import annotations

from statements.formats.pain001.rules import (
    accounts,
    addresses,
    amounts,
    banks,
    characters,
    dates,
    message,
    parties,
    references,
    remittance,
    totals,
    types,
)

AREAS = (
    message,
    totals,
    references,
    characters,
    parties,
    accounts,
    banks,
    amounts,
    types,
    dates,
    addresses,
    remittance,
)
