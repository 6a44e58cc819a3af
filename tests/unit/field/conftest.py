"""What the field found, through the command as its users run it: the fixtures of the command's own tests."""

from __future__ import annotations

from tests.unit.cli.conftest import command as command
from tests.unit.cli.conftest import folder as folder
