"""What a person at the desk may not do, or cannot: told in both languages."""

from __future__ import annotations


class DeskError(Exception):
    """Something the desk cannot do as asked; ``en`` and ``fr`` say why."""

    def __init__(self, en: str, fr: str) -> None:
        super().__init__(en)
        self.en, self.fr = en, fr


class NotAllowedError(DeskError):
    """The person has not the right role."""
