"""The verdict of each part of a checked file, as the predicted bank answer gives it.

A finding of severity error refuses a payment, a block or the whole file; warnings and infos refuse nothing.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Status = Literal["ACTC", "PART", "RJCT"]


class PaymentVerdict(msgspec.Struct, frozen=True):
    """A refused payment: its number in the file and in its block, its references, and the rules that refuse it."""

    index: int
    number: int
    instruction_id: str | None
    end_to_end_id: str | None
    amount: str | None
    currency: str | None
    rules: tuple[str, ...]


class BlockVerdict(msgspec.Struct, frozen=True):
    """A block: its count and exact sum, the rules that refuse it whole, and its refused payments."""

    index: int
    id: str | None
    payments: int
    control_sum: str
    rules: tuple[str, ...] = ()
    refused: tuple[PaymentVerdict, ...] = ()

    @property
    def status(self) -> Status:
        """``RJCT`` when nothing of it can go, ``PART`` when some payments can."""
        if self.rules or (self.refused and len(self.refused) >= self.payments):
            return "RJCT"
        return "PART" if self.refused else "ACTC"

    @property
    def accepted(self) -> int:
        """How many payments of the block can go."""
        return 0 if self.rules else self.payments - len(self.refused)


class FileVerdict(msgspec.Struct, frozen=True):
    """The whole file. ``rules`` are those of level file or group: any of them refuses everything."""

    version: str | None = None
    message_id: str | None = None
    created: str | None = None
    declared_count: str | None = None
    declared_sum: str | None = None
    payments: int = 0
    control_sum: str = "0.00"
    rules: tuple[str, ...] = ()
    blocks: tuple[BlockVerdict, ...] = ()

    @property
    def accepted(self) -> int:
        """How many payments can go: "1,998 of 2,000"."""
        return 0 if self.rules else sum(block.accepted for block in self.blocks)

    @property
    def status(self) -> Status:
        """The group status of the predicted answer."""
        if self.rules or (self.blocks and all(block.status == "RJCT" for block in self.blocks)):
            return "RJCT"
        return "ACTC" if all(block.status == "ACTC" for block in self.blocks) else "PART"
