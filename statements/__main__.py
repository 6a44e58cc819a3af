"""``python -m statements``: the same as the command ``statements``."""

from statements.cli.main import entry

entry()
