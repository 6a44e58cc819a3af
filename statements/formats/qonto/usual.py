"""Decoders for rows that hold only the usual words of Qonto: a third faster, because such words are shared.

Status, side, currency, operation and the like are a few words repeated in every row. As closed enumerations of the
decoder each is one object for the whole file, with nothing to allocate and little to compare. The enumerations of the
API are open, so a file with any other word is decoded again by the general decoders, which give equal rows.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

import msgspec

from statements.formats.qonto.fields import COUNTERPARTIES, STATUSES, SUBJECTS, Counterparty, Transaction
from statements.formats.qonto.mapping import built_in
from statements.model.money import CURRENCIES


def _closed(words: Iterable[str]) -> Any:
    literal: Any = typing.Literal
    return literal[tuple(sorted(words))] | None


@lru_cache(maxsize=1)
def usual_row() -> type[Transaction]:
    """A :class:`Transaction` whose members of few words take the known ones only."""
    party = msgspec.defstruct(
        "UsualCounterparty",
        [
            ("counterparty_account_number_format", _closed(["IBAN", "unstructured"]), None),
            ("counterparty_bank_identifier_format", _closed(["SWIFT_BIC", "sort_code"]), None),
        ],
        bases=(Counterparty,),
        frozen=True,
        gc=False,
    )
    words = {
        "side": ("credit", "debit"),
        "status": STATUSES,
        "currency": ("EUR",),
        "local_currency": CURRENCIES,
        "operation_type": {row.operation_type for row in built_in()} - {"*"},
        "subject_type": SUBJECTS,
    }
    members: list[tuple[str, Any, Any]] = [(name, _closed(known), None) for name, known in words.items()]
    members += [(name, party | None, None) for name in COUNTERPARTIES]
    row: Any = msgspec.defstruct("UsualTransaction", members, bases=(Transaction,), frozen=True, gc=False)
    return cast(type[Transaction], row)
