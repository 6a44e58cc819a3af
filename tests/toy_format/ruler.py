"""The columns of the toy format, for ``show --ruler``."""

from __future__ import annotations

from statements.cli.texts import Texts


def lines(data: bytes, texts: Texts) -> list[str]:
    """Each line with its number."""
    return [f"{texts('record', n=number)}: {line}" for number, line in enumerate(data.decode().splitlines(), 1)]
