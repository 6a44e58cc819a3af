"""`import statements` is light and offers what the documentation promises."""

from __future__ import annotations

import subprocess
import sys

import pytest

import statements


def test_public_names_resolve() -> None:
    """Every name of `__all__` can be fetched."""
    assert all(getattr(statements, name) is not None for name in statements.__all__)
    with pytest.raises(AttributeError, match="nothing_here"):
        _ = statements.nothing_here


def test_import_loads_nothing_heavy() -> None:
    """Importing the package loads neither XML, nor rich, nor click, nor any format."""
    code = "import sys, statements; print([m for m in sys.modules if m.split('.')[0] in "
    code += "('lxml', 'xmlschema', 'rich', 'click', 'dateutil', 'msgspec') or m.startswith('statements.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
