"""The register of the rule functions: which scope each looks at, which ids it answers for.

Every function registers itself with a decorator that names its rules; nothing is found by spelling or by scanning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

Stage = Literal["group", "block", "payment", "block_end", "file_end"]
Function = Callable[..., None]


class Registered(msgspec.Struct, frozen=True):
    """A rule function, the stages that call it, and the ids of the findings it can give."""

    function: Function
    stages: tuple[Stage, ...]
    ids: tuple[str, ...]
    needs: tuple[str, ...] = ()
    """Element names of which one must be there for the function to have anything to say; empty = it always looks."""


_REGISTER: list[Registered] = []


def _register(stages: tuple[Stage, ...], ids: tuple[str, ...], needs: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    def register(function: Function) -> Function:
        for rule_id in ids:
            if any(rule_id in known.ids and set(stages) & set(known.stages) for known in _REGISTER):
                raise ValueError(f"{rule_id} has two functions at one stage")
        _REGISTER.append(Registered(function, stages, ids, needs))
        return function

    return register


def on_group(*ids: str) -> Callable[[Any], Any]:
    """``function(group, check)`` looks at the header of the file."""
    return _register(("group",), ids)


def on_block(*ids: str) -> Callable[[Any], Any]:
    """``function(block, check)`` looks at the header of a payment block."""
    return _register(("block",), ids)


def on_payment(*ids: str, needs: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """``function(payment, check)`` looks at one payment; its block is ``check.block``."""
    return _register(("payment",), ids, needs)


def on_every_level(*ids: str, needs: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """``function(scope, check)`` looks at the file header, at each block header and at each payment."""
    return _register(("group", "block", "payment"), ids, needs)


def on_block_and_payment(*ids: str, needs: tuple[str, ...] = ()) -> Callable[[Any], Any]:
    """``function(scope, check)`` looks at each block header and at each payment."""
    return _register(("block", "payment"), ids, needs)


def at_block_end(*ids: str) -> Callable[[Any], Any]:
    """``function(block, tally, check)`` runs when a block has been read, with its counts."""
    return _register(("block_end",), ids)


def at_file_end(*ids: str) -> Callable[[Any], Any]:
    """``function(group, tally, check)`` runs when the whole file has been read, with its counts."""
    return _register(("file_end",), ids)


def registered() -> Iterator[Registered]:
    """Every rule function, in the order of the areas."""
    from statements.formats.pain001.rules import AREAS

    for area in AREAS:
        for each in _REGISTER:
            if each.function.__module__ == area.__name__:
                yield each
