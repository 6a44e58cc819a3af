"""MT940, the SWIFT customer statement: read, write, validate. MT942 and MT950 are read."""

from __future__ import annotations

from statements.formats.mt940.outline import outline
from statements.formats.mt940.profile import DEFAULT, PROFILES
from statements.formats.mt940.readback import verify
from statements.formats.mt940.reader import iter_read, read, read_messages
from statements.formats.mt940.report import rules, writer_rules
from statements.formats.mt940.validate import validate
from statements.formats.mt940.write_statement import iter_write, project, write

__all__ = [
    "DEFAULT",
    "PROFILES",
    "iter_read",
    "iter_write",
    "outline",
    "project",
    "read",
    "read_messages",
    "rules",
    "validate",
    "verify",
    "write",
    "writer_rules",
]
