"""Roles and plans as data: who may connect a tool, who may approve a payment, how many connections a plan has.

>>> roles()["manager"].may_approve(transfer_right=False), roles()["manager"].may_approve(transfer_right=True)
(False, True)
>>> plans()["business"].connections
1
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from statements.rules import Text


class Role(msgspec.Struct, frozen=True):
    """What a role may do. ``approve`` is ``always``, ``with-transfer-right`` or ``never``."""

    id: str
    name: Text
    connect: bool
    approve: Literal["always", "with-transfer-right", "never"]

    def may_approve(self, *, transfer_right: bool) -> bool:
        """Whether a person of this role may approve payments."""
        return self.approve == "always" or (self.approve == "with-transfer-right" and transfer_right)


class Plan(msgspec.Struct, frozen=True):
    """How many tools a plan may connect. ``confirmed`` is false where no public page gives the number."""

    id: str
    name: Text
    connections: int
    confirmed: bool


@cache
def roles() -> Mapping[str, Role]:
    """Every role by its id, in the order of the table."""
    return {
        key: Role(key, Text(row["en"], row["fr"]), row["connect"], row["approve"])
        for key, row in _table()["roles"].items()
    }


@cache
def plans() -> Mapping[str, Plan]:
    """Every plan by its id, largest first."""
    return {
        key: Plan(key, Text(row["en"], row["fr"]), row["connections"], row["confirmed"])
        for key, row in _table()["plans"].items()
    }


@cache
def _table() -> Mapping[str, Mapping[str, dict[str, Any]]]:
    return tomllib.loads(files("statements_bank.desk").joinpath("rights.toml").read_text("utf-8"))
