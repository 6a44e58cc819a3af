"""References (P001-130 … 139): their characters and slashes, and the ones used before.

Doubles inside a file are counted by ``doubles.py`` and reported from there, so that memory stays flat.
"""

from __future__ import annotations

import re

from statements.formats.pain001.check import Check
from statements.formats.pain001.registry import on_block, on_every_level, on_group
from statements.formats.pain001.rules.characters import outside_the_set
from statements.formats.pain001.scope import Scope
from statements.wire.charset import SWIFT_X

IDENTIFIERS = ("MsgId", "PmtInfId", "InstrId", "EndToEndId")
_SLASHES = re.compile("/+")


@on_every_level("P001-130")
def characters(scope: Scope, check: Check) -> None:
    """A reference holds characters of the SEPA set only."""
    for path in scope.paths(*IDENTIFIERS):
        text = scope.values[path] or ""
        if outside_the_set(text):
            check.add("P001-130", scope, path, found=text, expected=SWIFT_X.fit(text))


@on_every_level("P001-131")
def slashes(scope: Scope, check: Check) -> None:
    """A reference neither begins nor ends with a slash and has no two in a row."""
    for path in scope.paths(*IDENTIFIERS):
        _slashes(path, scope, check)
    for path in scope.paths("Ref", "CdtrRef"):
        if path.rpartition("/")[0].rpartition("/")[2].startswith("CdtrRefInf"):
            _slashes(path, scope, check)
    for path in scope.paths("Id"):
        if path.rpartition("/")[0].rpartition("/")[2].startswith("Othr"):
            _slashes(path, scope, check)


def _slashes(path: str, scope: Scope, check: Check) -> None:
    text = scope.values[path] or ""
    if "/" in text and (text[0] == "/" or text[-1] == "/" or "//" in text):
        check.add("P001-131", scope, path, found=text, expected=_SLASHES.sub("/", text).strip("/") or None)


@on_block("P001-133")
def no_block_reference(block: Scope, check: Check) -> None:
    """.02: PmtInfId is optional in the schema, recommended by the SEPA guides."""
    if check.version == "02" and "PmtInfId" not in block:
        check.add("P001-133", block, "PmtInfId")


@on_group("P001-137")
def sent_before(group: Scope, check: Check) -> None:
    """A message reference that the caller knows as already sent."""
    reference = group.text("MsgId")
    if reference is not None and reference in check.known_ids:
        check.add("P001-137", group, "MsgId", found=reference)


@on_every_level("P001-139")
def blank_at_an_edge(scope: Scope, check: Check) -> None:
    """A reference or a name begins or ends with a blank."""
    for path in scope.paths(*IDENTIFIERS, "Nm"):
        text = scope.values[path] or ""
        if text.strip() and text.strip(" ") != text:
            check.add("P001-139", scope, path, found=text, expected=text.strip(" "))
