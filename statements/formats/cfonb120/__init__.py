"""CFONB-120 (AFB120), the French bank statement of 120-character records: read, write, validate, show.

>>> from statements.formats import cfonb120
>>> cfonb120.read(b"").findings[0].id
'C120-004'
"""

from __future__ import annotations

from statements.formats.cfonb120.chain import Chain
from statements.formats.cfonb120.outline import OutlineRecord, OutlineZone, outline
from statements.formats.cfonb120.profile import PROFILES, READING, WRITING, rules, writer_rules
from statements.formats.cfonb120.readback import project, verify
from statements.formats.cfonb120.reader import iter_read, read
from statements.formats.cfonb120.validate import Details, validate
from statements.formats.cfonb120.writer import iter_write, write

__all__ = [
    "PROFILES",
    "READING",
    "WRITING",
    "Chain",
    "Details",
    "OutlineRecord",
    "OutlineZone",
    "iter_read",
    "iter_write",
    "outline",
    "project",
    "read",
    "rules",
    "validate",
    "verify",
    "write",
    "writer_rules",
]
