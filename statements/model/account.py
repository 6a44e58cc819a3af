"""The account of a statement and the other side of an entry."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["payer", "beneficiary"]


class Account(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A bank account: ``iban`` without blanks, or ``other`` as it was written when it is no IBAN."""

    iban: str | None = None
    currency: str | None = None
    other: str | None = None
    bic: str | None = None
    name: str | None = None


class Party(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The counterparty of an entry. ``role`` is ``payer``, ``beneficiary`` or unknown."""

    name: str | None = None
    iban: str | None = None
    bic: str | None = None
    role: Role | None = None
