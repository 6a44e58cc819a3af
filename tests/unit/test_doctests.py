"""The examples in the documentation strings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import statements


def test_doctests() -> None:
    """Every example of every module gives what its documentation says."""
    attempted = 0
    for info in pkgutil.walk_packages(statements.__path__, "statements."):
        if info.name.endswith("__main__"):
            continue
        result = doctest.testmod(importlib.import_module(info.name))
        assert result.failed == 0, info.name
        attempted += result.attempted
    assert attempted > 30
