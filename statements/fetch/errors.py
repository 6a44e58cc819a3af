"""Why a download ends early: a kind and its values; the command has the sentence for it."""

from __future__ import annotations


class FetchError(Exception):
    """A download that cannot go on. ``kind`` names the sentence, ``values`` fill it; neither ever holds a secret."""

    def __init__(self, kind: str, **values: object) -> None:
        self.kind = kind
        self.values = values
        super().__init__(kind, values)
