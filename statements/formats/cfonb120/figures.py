"""The figures of one statement: those of the model."""

from __future__ import annotations

from statements.model.figures import Figures

__all__ = ["Figures"]
